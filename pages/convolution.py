"""To be written."""

from playground.layout import TakeAway, close_lesson, open_lesson

SLUG = "convolution"

frame = open_lesson(SLUG)
close_lesson(frame, tries=(), take_away=TakeAway())
