"""Settings on screen -> PyTorch text that runs alone and gives the same numbers."""
