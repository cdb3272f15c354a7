"""What a reader carries off from switching filters off and covering places."""

import io
from functools import partial

from PIL import Image
from torch import Tensor

from engine.cifar import CLASSES
from engine.colour_net import weights_file
from playground.figures.ablate_influence import influence
from playground.figures.occlusion import Exhibit, centre
from playground.i18n import _
from playground.layout import TakeAway
from playground.panels.learned_ablate_off import Unit
from playground.panels.learned_source import COLOUR, Subject, class_names
from playground.snippets import ablate as snippet
from playground.snippets.colour_net import FILE


def points(change: float) -> str:
    """Return a change of a probability with its sign, such as −31.2 %."""
    return f"{100 * change:+.1f}\u202f%".replace("-", "−")


def take_away(
    subject: Subject, off: set[Unit], layer: str, said: Tensor, each: Tensor
) -> TakeAway:
    """Return program, chart and tables of the filters switched off.

    Args:
        subject: the picture.
        off: what is switched off.
        layer: whose filters are looked at.
        said: [S, 10] while they fade.
        each: [K, 10], with one more filter off.
    """
    top = int(said[0].argmax())
    names = (
        _("Filter of {layer}").format(layer=layer.upper()),
        class_names(COLOUR)[top],
    )
    return TakeAway(
        partial(snippet.switched, sorted(off), layer),
        stills={
            "filters": partial(influence, each[:, top] - said[-1, top], names=names)
        },
        tables={
            "probabilities.csv": table(["all on", "off"], said[[0, -1]]),
            "alone.csv": table([f"{layer}.{unit}" for unit in range(len(each))], each),
        },
        files=files(subject),
    )


def cover_away(
    subject: Subject, off: set[Unit], shown: Exhibit, fill: float
) -> TakeAway:
    """Return program and table of the places covered.

    Args:
        subject: the picture.
        off: what is switched off.
        shown: the stage.
        fill: the level that covers.
    """
    rows, columns, _classes = shown.said.shape
    names = [
        f"{centre(row, shown.stride)}.{centre(column, shown.stride)}"
        for row in range(rows)
        for column in range(columns)
    ]
    setting = (shown.size, shown.stride, fill)
    return TakeAway(
        partial(snippet.covered, sorted(off), setting),
        tables={"covered.csv": table(names, shown.said.flatten(0, 1))},
        files=files(subject),
    )


def table(names: list[str], said: Tensor) -> str:
    """Return probabilities [N, 10] as CSV, a row with its name for each."""
    rows = [
        ",".join([name, *(f"{p:.6g}" for p in row)])
        for name, row in zip(names, said.tolist(), strict=True)
    ]
    return "\n".join([",".join(["off", *CLASSES]), *rows])


def files(subject: Subject) -> dict:
    """Return what the program needs beside it: the weights and the picture."""
    return {
        FILE: lambda: weights_file(FILE).read_bytes(),
        snippet.PICTURE: lambda: _png(subject.levels),
    }


def _png(levels: Tensor) -> bytes:
    file = io.BytesIO()
    Image.fromarray(levels.numpy()).save(file, "PNG")
    return file.getvalue()
