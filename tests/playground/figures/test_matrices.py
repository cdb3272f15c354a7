import pytest
import torch

from engine.matrices import every_matrix, example
from engine.matrix_equations import by_rows, equations, in_rows
from engine.matrix_mistakes import attempt
from playground.figures.matrices import Words, equation
from playground.figures.matrix_cells import Matrix, number, type_size
from playground.figures.matrix_parts import parts, tallest

WORDS = Words(row="row", column="column", copied="{count} times")
NET = example((2, 3, 1), 4, "sigmoid", "bce", 0)
LARGE = example((6, 8, 8, 4), 8, "tanh", "softmax", 0)


def drawn(name, net=NET, *, rows=False, cell=(0, 0)):
    matrices, lines = every_matrix(net), equations(len(net.layers), net.output)
    if rows:
        matrices, lines = in_rows(matrices), [by_rows(line) for line in lines]
    line = next(line for line in lines if line.name == name)
    whole = parts(
        line,
        matrices,
        matrices[name],
        cell,
        function=net.activation,
        samples=net.x.shape[1],
    )
    return equation(whole, tallest(matrices), WORDS), matrices


def heatmaps(figure):
    return [trace for trace in figure.data if trace.type == "heatmap"]


def texts(figure):
    return [
        text
        for trace in figure.data
        if trace.type == "scatter" and trace.mode == "text"
        for text in trace.text
    ]


def frames(figure):
    """Return the marked boxes: what is drawn twice, wide and thin."""
    boxes = [(s.x0, s.y0, s.x1, s.y1) for s in figure.layout.shapes if s.type == "rect"]
    return boxes[::2]


def test_the_matrices_of_an_equation_stand_in_a_row_with_their_values():
    figure, matrices = drawn("Z1")
    z, w, x, b = (h for h in heatmaps(figure) if h.opacity is None)
    for heatmap, name in zip((z, w, x, b), ("Z1", "W1", "X", "b1"), strict=True):
        torch.testing.assert_close(torch.tensor(heatmap.z), matrices[name].float())
    ends = [h.x0 - 0.5 for h in (z, w, x, b)]
    assert ends == sorted(ends)
    assert ends[0] == z.y0 - 0.5 == 0  # a click's whole numbers are row and column


def test_names_carry_shapes_and_mark_the_sizes_that_must_agree():
    figure, _matrices = drawn("Z1")
    told = texts(figure)
    assert "<b>W<sup>[1]</sup></b><br>3 × <b><u>2</u></b>" in told
    assert "<b>X</b><br><b><u>2</u></b> × 4" in told
    assert "<b>2 = 2</b>" in told


def test_the_marked_row_meets_the_marked_column():
    figure, _matrices = drawn("Z1", cell=(2, 1))
    z, w, x, b = frames(figure)
    heat = [h for h in heatmaps(figure) if h.opacity is None]
    assert z == (1, 2, 2, 3)
    assert (w[0], w[2] - w[0], w[3] - w[1]) == (heat[1].x0 - 0.5, 2, 1)  # a row
    assert (x[2] - x[0], x[3] - x[1]) == (1, 2)  # a column
    assert x[0] == heat[2].x0 - 0.5 + 1
    assert b[1] == heat[3].y0 - 0.5 + 2


def test_a_bias_is_repeated_beside_itself_or_below():
    columns, _matrices = drawn("Z1")
    rows, _matrices = drawn("Z1", rows=True)
    for figure in (columns, rows):
        copies = [h for h in heatmaps(figure) if h.opacity is not None]
        assert len(copies) == 3  # and itself: four samples
        assert "4 times" in texts(figure)
    assert all(h.dx < 1 == h.dy for h in heatmaps(columns) if h.opacity is not None)
    assert all(h.dy < 1 == h.dx for h in heatmaps(rows) if h.opacity is not None)


def test_every_cell_of_the_result_can_be_clicked():
    figure, _matrices = drawn("Z1")
    clicks = figure.data[-1]
    assert len(clicks.x) == 12
    cells = {(int(y), int(x)) for x, y in zip(clicks.x, clicks.y, strict=True)}
    assert cells == {(i, j) for i in range(3) for j in range(4)}


def test_what_torch_refused_is_an_empty_place_and_its_sizes_differ():
    (tried,) = attempt("weights", NET, rows=False)
    whole = parts(
        tried.line, tried.matrices, None, (0, 0), function="sigmoid", samples=4
    )
    figure = equation(whole, 1, WORDS)
    assert {"?", "<b>4 ≠ 3</b>"} < set(texts(figure))
    (dashed,) = [s for s in figure.layout.shapes if s.type == "rect"]
    assert (dashed.line.dash, dashed.x1, dashed.y1) == ("dash", 3, 1)


def test_all_equations_of_a_network_are_equally_high():
    names = [line.name for line in equations(2, "bce")]
    assert len({drawn(name)[0].layout.height for name in names}) == 1


@pytest.mark.parametrize("net", [NET, LARGE], ids=["small", "large"])
def test_numbers_fit_their_cells(net):
    for line in equations(len(net.layers), net.output):
        figure, _matrices = drawn(line.name, net)
        low, high = figure.layout.xaxis.range
        room = 830 / (high - low)
        for heatmap in heatmaps(figure):
            if heatmap.opacity is None:
                longest = max(len(text) for row in heatmap.text for text in row)
                assert longest * 0.51 * heatmap.textfont.size <= room


@pytest.mark.parametrize(
    ("room", "high", "size"),
    [
        (100, 40, 18),
        (100, 24, 12),  # as high as half a cell
        (55, 40, 16),  # three digits: "−0.123"
        (50, 40, 15),  # two: "−0.12"
        (20, 40, 10),
    ],
)
def test_type_is_as_large_as_cells_allow(room, high, size):
    matrix = Matrix("X", torch.tensor([[-0.1234, 5.0]]), (1, 2))
    longest, found = type_size([matrix], room, high)
    assert found == size
    assert longest == int(0.93 * room / (0.51 * size))


def test_a_number_too_small_for_its_cell_is_not_called_zero():
    figure, _matrices = drawn("dZ1", LARGE)
    told = [
        (text, value)
        for heatmap in heatmaps(figure)
        if heatmap.opacity is None
        for texts, values in zip(heatmap.text, heatmap.z, strict=True)
        for text, value in zip(texts, values, strict=True)
    ]
    assert any(text == "≈0" for text, _value in told)
    assert all((text == "0") == (value == 0) for text, value in told)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-0.0, "0"),
        (-1.23456, "−1.235"),
        (1e-05, "1e−5"),
        (12.0, "12"),
        (3e-17, "3e−17"),
    ],
)
def test_number_has_a_true_minus_and_four_digits(value, text):
    assert number(value) == text
