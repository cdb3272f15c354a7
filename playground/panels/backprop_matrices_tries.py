"""Settings of the view in matrices worth seeing; the tests hold them to their word."""

from collections.abc import Mapping

from playground.i18n import mark
from playground.layout import Try
from playground.panels.backprop_matrices_controls import USUAL_SIZES

START = {
    "view": "matrices",
    "mbug": "none",
    "mrows": "columns",
    "mdata": "random",
    "mshape": USUAL_SIZES,
    "mbatch": 4,
    "mact": "sigmoid",
    "mout": "bce",
    "mseed": 0,
    "mstep": "Z1",
    "mcell": "1.1",
}


def _from_start(**changes: object) -> Mapping[str, object]:
    return START | changes


TRIES = (
    Try(
        mark("Matrices: the course's 2-2-1 network"),
        mark(
            "2 × 2, the shape of W: a gradient has one number for each weight. The "
            "errors give the rows, one for each unit; the inputs give the columns. The "
            "first entry is −0.0002401."
        ),
        _from_start(mdata="course", mstep="dW1"),
        mark("Before looking at a number: which shape must dW of layer 1 have?"),
    ),
    Try(
        mark("Matrices: a transpose forgotten"),
        mark(
            "Torch refuses: inner sizes 4 and 3 do not agree. With A transposed they "
            "are 4 and 4, the samples, and the result is 1 × 3 like W."
        ),
        _from_start(mbug="weights"),
        mark("dZ is 1 × 4 and A is 3 × 4. What will torch make of dZ @ A?"),
    ),
    Try(
        mark("Matrices: the same mistake, unnoticed"),
        mark(
            "Not at all. With three samples for three hidden units the sizes happen to "
            "agree, the shape is right, and every number is wrong. Test code with "
            "sizes that all differ."
        ),
        _from_start(mbug="weights", mbatch=3),
        mark("Three samples, three hidden units: how will torch notice the mistake?"),
    ),
    Try(
        mark("Matrices: labels of another shape"),
        mark(
            "4 × 4. A column minus a row: torch repeats both and compares every answer "
            "with every label, without a word. It is one of the most common silent "
            "mistakes in PyTorch."
        ),
        _from_start(mbug="labels", mrows="rows"),
        mark("Answers (4, 1) minus labels (4,): which shape comes out?"),
    ),
    Try(
        mark("Matrices: a bias that grows"),
        mark(
            "3 × 3. sum(1) leaves (3,), which torch takes for a row; a column minus a "
            "row is a table. keepdim=True would have left (3, 1)."
        ),
        _from_start(mbug="keepdim"),
        mark("A sum without keepdim, then one update: which shape has b afterwards?"),
    ),
    Try(
        mark("Matrices: right by luck"),
        mark(
            "Yes, here: with a single output row times column is a single product. Set "
            "the layers to 2, 3, 2, and torch refuses."
        ),
        _from_start(mbug="star"),
        mark("Someone wrote * where @ belongs. Can the numbers still be right?"),
    ),
    Try(
        mark("Matrices: two layers that are one"),
        mark(
            "One. Without a bend W₂(W₁X + b₁) + b₂ is (W₂W₁)X + (W₂b₁ + b₂): a single "
            "layer with 1 × 2 weights, written below the numbers."
        ),
        _from_start(mact="linear", mstep="Z2"),
        mark(
            "The activation is taken away. How many layers does the network have now?"
        ),
    ),
    Try(
        mark("Matrices: a softmax that cannot learn"),
        mark(
            "Nothing: the softmax of one number is always 1, so A − Y is 0, and so is "
            "every gradient. Two outputs, or a sigmoid."
        ),
        _from_start(mout="softmax", mstep="dZ2"),
        mark("One output with a softmax. What will the first error dZ be?"),
    ),
)
