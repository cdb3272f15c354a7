"""What to try with the detector."""

from playground.layout import Try

PREDICTION: tuple[Try, ...] = ()
