import math
from itertools import pairwise

import numpy as np
import pytest
import torch

from playground.figures.grids import (
    GAP,
    Panel,
    make_clickable,
    mosaic,
    outline,
    row_of_panels,
)
from playground.theme import DIVERGING, INK, LINE_WIDTH

SMALL = torch.tensor([[1.0, -3.0, 0.5], [0.0, 2.0, math.nan]])
NUMBERS = {1: "", 2: "2", 3: "3"}  # plotly calls the first axis "x"
TALL = torch.arange(12.0).reshape(6, 2)


def axes(figure, index):
    """Return the axes of a panel."""
    return figure.layout[f"xaxis{index}"], figure.layout[f"yaxis{index}"]


@pytest.fixture
def figure():
    panels = [
        Panel(SMALL, "left", 1),
        Panel(TALL, "middle", 3, numbers=True, rows=tuple("abcdef")),
        Panel(TALL, "right", 2, picture=True),
    ]
    return row_of_panels(panels, height=260)


def test_panels_keep_their_order_and_values(figure):
    for heatmap, values in zip(figure.data, (SMALL, TALL, TALL), strict=True):
        np.testing.assert_array_equal(heatmap.z, values.numpy())
    assert [note.text for note in figure.layout.annotations] == [
        "left",
        "middle",
        "right",
    ]


def test_panels_share_the_width_as_asked_and_never_overlap(figure):
    spans = [axes(figure, index)[0].domain for index in (1, 2, 3)]
    assert spans[0][0] == 0
    assert spans[-1][1] == pytest.approx(1)
    for (_left, right), (following, _right) in pairwise(spans):
        assert following - right == pytest.approx(GAP)
    widths = [right - left for left, right in spans]
    assert np.array(widths) / widths[0] == pytest.approx([1, 3, 2])
    middles = [note.x for note in figure.layout.annotations]
    assert middles == pytest.approx([(left + right) / 2 for left, right in spans])


def test_cells_are_square_and_rows_run_down(figure):
    for index, values in enumerate((SMALL, TALL, TALL), start=1):
        x_axis, y_axis = axes(figure, index)
        height, width = values.shape
        heatmap, number = figure.data[index - 1], NUMBERS[index]
        assert (heatmap.xaxis, heatmap.yaxis) == (f"x{number}", f"y{number}")
        assert y_axis.scaleanchor == f"x{number}"
        assert x_axis.constrain == y_axis.constrain == "domain"
        assert x_axis.range == (-0.5, width - 0.5)
        assert y_axis.range == (height - 0.5, -0.5)


def test_signed_colours_have_symmetric_limits(figure):
    signed, *_others = figure.data
    assert (signed.zmin, signed.zmax) == (-3, 3)
    assert signed.colorscale == DIVERGING


def test_limits_of_nothing_but_zeros_are_not_empty():
    panel = Panel(torch.full((2, 2), math.nan), "", 1)
    (heatmap,) = row_of_panels([panel], height=200).data
    assert (heatmap.zmin, heatmap.zmax) == (-1, 1)


def test_pictures_are_grey_from_black_to_white(figure):
    picture = figure.data[2]
    assert (picture.zmin, picture.zmax) == (0, 255)
    assert picture.colorscale == INK


def test_numbers_and_row_labels_appear_where_asked(figure):
    assert [heatmap.texttemplate for heatmap in figure.data] == [
        None,
        "%{z:.2f}",
        None,
    ]
    labels = [axes(figure, index)[1] for index in (1, 2, 3)]
    assert [axis.showticklabels for axis in labels] == [False, True, False]
    assert labels[1].ticktext == tuple("abcdef")
    assert labels[1].tickvals == tuple(range(6))


@pytest.mark.parametrize(
    ("count", "size", "per_row"),
    [(6, (5, 5), 2), (16, (3, 4), 4), (7, (2, 2), 3), (1, (4, 2), 1), (2, (1, 1), 2)],
    ids=["3 x 2", "4 x 4", "last row not full", "one map", "single values"],
)
def test_mosaic_tiles_maps_with_lines_of_nan(count, size, per_row):
    height, width = size
    maps = torch.arange(1.0, count * height * width + 1).reshape(count, *size)
    rows = -(-count // per_row)
    slow = np.full((rows * (height + 1) - 1, per_row * (width + 1) - 1), math.nan)
    for index in range(count):
        for row in range(height):
            for column in range(width):
                down = index // per_row * (height + 1) + row
                right = index % per_row * (width + 1) + column
                slow[down, right] = maps[index, row, column]
    np.testing.assert_array_equal(mosaic(maps, per_row).numpy(), slow)


def test_mosaic_of_weights_needs_no_gradient():
    maps = torch.ones(2, 3, 3, requires_grad=True)
    assert not mosaic(maps, 2).requires_grad


def test_outline_surrounds_its_cells(figure):
    outline(figure, 2, (4, 0), 2, "#123456")
    (shape,) = figure.layout.shapes
    assert (shape.x0, shape.x1, shape.y0, shape.y1) == (-0.5, 1.5, 3.5, 5.5)
    assert (shape.xref, shape.yref) == ("x2", "y2")
    assert (shape.line.color, shape.line.width) == ("#123456", LINE_WIDTH)


def test_clickable_lattice_covers_every_cell_with_its_value(figure):
    make_clickable(figure, 3, TALL)
    points = figure.data[-1]
    found = dict(
        zip(zip(points.y, points.x, strict=True), points.customdata, strict=True)
    )
    assert found == {
        (row, column): TALL[row, column].item() for row in range(6) for column in (0, 1)
    }
    assert (points.xaxis, points.yaxis, points.mode) == ("x3", "y3", "markers")
    heatmap = figure.data[2]
    assert heatmap.hoverinfo == "skip"  # the points above speak for it
    assert heatmap.hovertemplate is None


def test_clickable_lattice_stays_invisible_when_a_point_is_picked(figure):
    make_clickable(figure, 3, TALL)
    points = figure.data[-1]
    states = (points, points.selected, points.unselected)
    assert [state.marker.opacity for state in states] == [0, 0, 0]
