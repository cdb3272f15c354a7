"""What a reader can carry off from the classic filters."""

from functools import partial

import plotly.graph_objects as go
from torch import Tensor

from engine.responses import Setting
from playground.figures.filters_paint import grey
from playground.figures.filters_still import still
from playground.i18n import _
from playground.layout import TakeAway
from playground.panels.filter_answer import STEEP, painted
from playground.panels.filter_source import Source
from playground.photos import PHOTOS, SIDE
from playground.snippets import filters as snippet

FILE = "picture.png"  # what the program of an uploaded picture reads


def take_away(
    source: Source,
    levels: tuple[Tensor, Tensor],
    setting: Setting,
    look: str,
    place: tuple[int, int],
) -> TakeAway:
    """Return program, chart, tables and pictures.

    Args:
        source: of the picture.
        levels: the picture without its noise, and with it.
        setting: the filter and how it is laid.
        look: how the response is painted.
        place: row and column of the pixel that is pinned.
    """
    plain, seen = levels
    files = {"response.png": partial(_response, source, seen, setting, look)}
    if source.kind == "own":
        files[FILE] = grey(plain).png
    return TakeAway(
        snippet=partial(
            snippet.program,
            opening(source, plain, setting.chosen.kind),
            setting,
            place,
            noise=source.noise,
            steep=look in STEEP,
        ),
        stills={"filter": partial(_still, source, seen, setting, look)},
        tables={"kernel.csv": _csv(setting.weights)},
        files=files,
    )


def opening(source: Source, levels: Tensor, kind: str) -> str:
    """Return how the program gets this picture."""
    if source.kind == "photo":
        photo = PHOTOS[source.name]
        return snippet.opening_photo(kind, photo.file, photo.credit, SIDE)
    if source.kind == "own":
        return snippet.opening_file(kind)
    return snippet.opening_drawing(kind, levels)


def _response(source: Source, levels: Tensor, setting: Setting, look: str) -> bytes:
    return painted(source, levels, setting, look)[0].painted.png()


def _still(source: Source, levels: Tensor, setting: Setting, look: str) -> go.Figure:
    shown = painted(source, levels, setting, look)[0].painted
    titles = (_("picture"), _("kernel"), _("response"))
    return still(grey(levels), setting.weights, shown, titles)


def _csv(weights: Tensor) -> str:
    return "\n".join(",".join(f"{w:.10g}" for w in row) for row in weights.tolist())
