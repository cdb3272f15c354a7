"""What a reader carries off from "What excites a unit"."""

import io
from collections.abc import Sequence
from functools import partial

from PIL import Image

from engine.cifar import CLASSES
from engine.colour_net import LAYERS, weights_file
from engine.growth import Snapshot
from playground.figures.excite_still import still
from playground.i18n import _
from playground.layout import TakeAway
from playground.panels.learned_excite_growth import Asked
from playground.panels.learned_excite_patches import class_of, index
from playground.snippets import excite as snippet
from playground.snippets.colour_net import FILE

LARGE = 480  # pixels of the grown picture to keep


def take_away(asked: Asked, shots: Sequence[Snapshot], running: bool) -> TakeAway:
    """Return program, chart, tables and the grown picture.

    Args:
        asked: what grows, and how.
        shots: how far it is.
        running: it still grows.
    """
    tables = {"growth.csv": growth_csv(shots)}
    best = None
    if asked.layer in LAYERS:
        best = index()[asked.layer][asked.unit][0].score
        tables["patches.csv"] = patches_csv(asked.layer, asked.unit)
    words = {
        "step": _("step"),
        "peak": _("strongest cell"),
        "best_name": _("best real patch"),
    }
    return TakeAway(
        partial(snippet.program, asked.layer, asked.unit, asked.recipe),
        stills={} if running else {"growth": partial(still, shots, best, **words)},
        tables=tables,
        files={
            "grown.png": partial(_png, shots[-1]),
            FILE: lambda: weights_file(FILE).read_bytes(),
        },
    )


def growth_csv(shots: Sequence[Snapshot]) -> str:
    """Return the numbers of every snapshot."""
    rows = [f"{shot.step},{shot.reached:.6g},{shot.peak:.6g}" for shot in shots]
    return "\n".join(["step,climbed,strongest cell", *rows])


def patches_csv(layer: str, unit: int) -> str:
    """Return where the nine patches lie; pictures of the test set count from 0."""
    rows = [
        f"{patch.image},{CLASSES[class_of(patch)]},{patch.row},{patch.column},"
        f"{patch.score:.6g}"
        for patch in index()[layer][unit]
    ]
    return "\n".join(["picture,class,row,column,answer", *rows])


def _png(shot: Snapshot) -> bytes:
    pixels = (255 * shot.picture).round().byte().permute(1, 2, 0).numpy()
    file = io.BytesIO()
    large = Image.fromarray(pixels).resize((LARGE, LARGE), Image.Resampling.BICUBIC)
    large.save(file, "PNG")
    return file.getvalue()
