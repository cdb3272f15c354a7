"""Cells over a picture: the lines of a grid, and a frame around one place."""

from collections.abc import Iterator

from playground import theme
from playground.player.charts import Line
from playground.player.scene import Box, Boxes, Layer, Spot

GRID = "rgba(127, 137, 147, {})"  # seen on black and on white
FAINT, STRONG, FINE = 0.55, 0.9, 9  # opacity of many lines, of few; cells of many


def grid_lines(box: Box, count: int) -> Iterator[Layer]:
    """Yield the lines of a grid of `count` x `count` cells: one winding line each way.

    Args:
        box: where the picture is painted.
        count: cells per side.
    """
    unit = (0.0, float(count), 0.0, float(count))
    across, down = [], []
    shade = GRID.format(STRONG if count < FINE else FAINT)
    for at in range(count + 1):
        ends = (0.0, float(count)) if at % 2 == 0 else (float(count), 0.0)
        across += [(float(at), end) for end in ends]
        down += [(end, float(at)) for end in ends]
    for way, name in ((across, "columns"), (down, "rows")):
        yield Line(box, unit, tuple(way), shade, id=name)


def frame(box: Box, span: Spot, edges: Box) -> Iterator[Layer]:
    """Yield a frame that is seen on any picture, dark outside and pale inside.

    Args:
        box: where the picture is painted.
        span: values of x at its left and right edge.
        edges: (x1, y1, x2, y2) in the picture's units, y down.
    """
    thin = (span[1] - span[0]) / box[2]
    outer = tuple(e + d * thin for e, d in zip(edges, (-2, -2, 2, 2), strict=True))
    yield Boxes(box, span, (theme.OUTLINE,), ("",), (False,), (outer,))
    yield Boxes(box, span, (theme.PAPER,), ("",), (False,), (edges,), id="cell")
