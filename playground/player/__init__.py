"""The animation component: scenes, tapes of frames, and the player that shows them."""
