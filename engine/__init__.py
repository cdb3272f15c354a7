"""Pure computation: torch, numpy and the standard library, no screen."""
