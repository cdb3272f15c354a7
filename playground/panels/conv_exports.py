"""What a reader can carry off from the convolution page."""

from functools import partial

from torch import Tensor

from playground.figures.conv_still import still
from playground.figures.conv_story import Layer
from playground.i18n import _
from playground.layout import TakeAway
from playground.snippets.convolution import program

MOST_WRITTEN = 20_000  # numbers of a program


def take_away(layer: Layer) -> TakeAway:
    """Return the chart of a layer and, unless they are too long, program and tables."""
    figure = partial(still, layer, (_("input"), _("kernel"), _("output")))
    stills, weights = {"convolution": figure}, 0
    if layer.kernels is not None:
        weights = layer.kernels.numel()
    if layer.image.numel() + weights > MOST_WRITTEN:
        return TakeAway(stills=stills)
    tables = {"input.csv": layer.image, "output.csv": layer.output()}
    if layer.kernels is not None:
        tables["kernel.csv"] = layer.kernels
    return TakeAway(
        snippet=partial(
            program, layer.settings, layer.image, layer.kernels, layer.bias
        ),
        stills=stills,
        tables={name: _csv(values) for name, values in tables.items()},
    )


def _csv(values: Tensor) -> str:
    """Return rows of numbers; an empty line between the matrices."""
    matrices = values.reshape(-1, *values.shape[-2:]) if values.ndim > 1 else values
    matrices = matrices[None, None] if values.ndim == 1 else matrices
    return "\n\n".join(
        "\n".join(",".join(f"{v:.10g}" for v in row) for row in matrix)
        for matrix in matrices.tolist()
    )
