"""YOLO grid."""

from engine.device import describe
from playground.layout import TakeAway, close_lesson, open_lesson

SLUG = "yolo"

frame = open_lesson(SLUG)
close_lesson(frame, describe, tries=(), take_away=TakeAway())
