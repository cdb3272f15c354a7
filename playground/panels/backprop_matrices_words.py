"""What the matrices say in the reader's language."""

from engine.matrix_equations import Equation
from playground.figures import matrices, matrix_map
from playground.i18n import _


def equation_words() -> matrices.Words:
    """Return the words of the figure of an equation."""
    return matrices.Words(
        row=_("row"), column=_("column"), copied=_("repeated {count}×")
    )


def map_words() -> matrix_map.Words:
    """Return the words of the map."""
    return matrix_map.Words(forward=_("forward →"), backward=_("← backward"))


def output_names() -> dict[str, str]:
    """Return outputs with their losses: id -> translated name."""
    return {
        "bce": _("sigmoid, cross-entropy"),
        "softmax": _("softmax, cross-entropy"),
        "mse": _("linear, ½ squared error"),
        "squared": _("sigmoid, ½ squared error"),
    }


def mistake_names() -> dict[str, str]:
    """Return the mistakes: id -> translated name."""
    return {
        "weights": _("Forget a transpose in dW"),
        "input": _("Turn one factor of Z the wrong way"),
        "convention": _("Take the other convention's formula"),
        "error": _("Send errors back through the wrong W"),
        "star": _("Write * for @"),
        "bias": _("Give the bias the other shape"),
        "labels": _("Subtract labels of another shape"),
        "keepdim": _("Get keepdim wrong"),
        "axis": _("Sum along the wrong axis"),
    }


def why(line: Equation, output: str, *, rows: bool) -> str:
    """Return what an equation does, and why its shape is what it is."""
    if line.rule == "answer":
        return _answer(output, rows=rows)
    if line.rule == "affine" and rows:
        return _(
            "Each row is a sample. It meets each column of Wᵀ, that is each unit's "
            "weights; the bias is added to every row."
        )
    return {
        "affine": _(
            "Each column is a sample. It meets each row of W, that is each unit's "
            "weights; the bias is added to every column."
        ),
        "bend": _("The function takes every number by itself: the shape stays."),
        "difference": _(
            "Answer minus label, each sample for itself; 1/m waits for dW. The "
            "output's slope has cancelled, as it does for sigmoid or softmax with "
            "cross-entropy and for a linear output with ½ (a − y)²."
        ),
        "sloped": _(
            "With the squared error the slope σ′ = a (1 − a) of the output stays as a "
            "factor: where the sigmoid is flat, little comes back."
        ),
        "product": _(
            "The inner size is m: each entry adds error times input over the samples, "
            "and 1/m makes it their mean. What is left is the shape of W."
        ),
        "back": _(
            "W is used the other way round: each unit hears from every unit it had "
            "spoken to. Times the slope g′, number by number: the shape of Z."
        ),
        "across": _(
            "The bias was added to every sample, so its gradient is the mean over the "
            "samples; keepdim=True leaves a column, the shape of b."
        ),
        "down_flat": _(
            "The bias was added to every sample, so its gradient is the mean over the "
            "samples; what is left has the shape of b."
        ),
    }[line.rule]


def _answer(output: str, *, rows: bool) -> str:
    if output == "mse":
        return _("A linear output says Z itself.")
    if output != "softmax":
        return _("The sigmoid takes every number by itself: the shape stays.")
    if rows:
        return _("Softmax looks at a whole row: each sample's answers sum to 1.")
    return _("Softmax looks at a whole column: each sample's answers sum to 1.")


def rule_broken(mistake: str, *, rows: bool) -> str:
    """Return what is wrong with a mistake, and the cure."""
    if rows and mistake in ("keepdim", "bias", "labels"):
        return _in_rows(mistake)
    return {
        "weights": _(
            "Every entry of dW sums over the samples, so m must be the inner size on "
            "both sides. Where m happens to equal another size, torch multiplies "
            "without a word, and sums over the wrong thing."
        ),
        "input": _(
            "A product sums over the size its factors share: here the inputs. W and X "
            "must be turned so that this size stands inside on both sides."
        ),
        "convention": _(
            "Two books, two conventions. Samples as columns: Z = W·X + b. Samples as "
            "rows: Z = X·Wᵀ + b. Mixed, sizes meet that have nothing to do with each "
            "other. Look first what the rows of X are."
        ),
        "error": _(
            "Forward, W turns the numbers of one layer into those of the next. "
            "Backward it must do the opposite, so it is used the other way round."
        ),
        "star": _(
            "`@` is row times column. `*` multiplies number by number and repeats what "
            "is 1 wide. With a single output both give the same here, and the mistake "
            "sleeps until there are two."
        ),
        "bias": _(
            "Torch compares sizes from the right. A bias of shape (n,) is laid along "
            "the rows, where it should stand as a column: keep it (n, 1)."
        ),
        "labels": _(
            "Both must have the same shape. A row minus a column is a whole table: "
            "torch repeats both, and every answer meets every label."
        ),
        "keepdim": _(
            "sum(1) drops the size it sums over and leaves (n,), not (n, 1). In the "
            "update torch lays it along the rows, and b grows to (n, n). keepdim=True "
            "leaves a 1 in its place."
        ),
        "axis": _(
            "The bias belongs to a unit: sum over the samples, not over the units. "
            "What has the shape of b is right."
        ),
    }[mistake]


def _in_rows(mistake: str) -> str:
    """Return the same for samples as rows, where it differs."""
    return {
        "keepdim": _(
            "Here b has shape (n,), so the sum must drop the size it sums over. With "
            "keepdim=True the numbers are right, but b becomes a matrix of one row."
        ),
        "bias": _(
            "Torch compares sizes from the right. A bias of shape (n, 1) is laid along "
            "the columns, one number for each sample: keep it (n,)."
        ),
        "labels": _(
            "Answers have shape (m, 1), labels (m,), which counts as a row. A column "
            "minus a row is a whole table: every answer meets every label. Give the "
            "labels the shape of the answers."
        ),
    }[mistake]
