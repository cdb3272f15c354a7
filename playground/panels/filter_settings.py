"""How the filters page begins, in the words of its link."""

from engine.filters import slope
from engine.strokes import handwritten
from playground import drawing, planes

KEY = "filters_classic"  # of the player
INK = drawing.to_text(handwritten(8, seed=14))
PLACE = "181.242"  # row and column of the frame: on an edge of photo and drawing
HALF = "60"  # percent of the picture left of the handle
# The course's vertical edge, (1 0 -1): bright at the left is positive.
WEIGHTS = planes.to_text([-slope("prewitt", "x") + 0.0])
