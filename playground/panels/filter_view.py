"""Classic filters on pictures: before and after, one window in numbers, notes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from torch import Tensor

from engine.responses import Setting, angles, window
from playground import state, widgets
from playground.figures.filters_scene import (
    PIN,
    STEPS,
    Exhibit,
    Ticks,
    Words,
    frames,
    scene,
)
from playground.figures.filters_tex import total_of
from playground.figures.numerals import plain
from playground.figures.places import cell_at
from playground.i18n import _
from playground.layout import TakeAway, presenting
from playground.panels.filter_answer import STEEP, Answer, answer, steepness
from playground.panels.filter_exports import take_away
from playground.panels.filter_kernels import TONAL, filter_controls, turned
from playground.panels.filter_notes import notes, products
from playground.panels.filter_settings import HALF, KEY, PLACE
from playground.panels.filter_source import (
    NOISE,
    Source,
    credit,
    source_controls,
    with_noise,
)
from playground.player.player import Still, player, rested
from playground.player.scene import Scene
from playground.theme import PRESENTATION_TYPE

MOST = 9999  # rows and columns a link may name
Place = tuple[int, int]


@dataclass(frozen=True)
class View:
    """What the stage shows.

    Attributes:
        source: tells pictures apart.
        levels: uint8 [H, W], the picture.
        setting: the filter and how it is laid.
        look: of `filters_paint.LOOKS`.
        place: the pixel in numbers.
        type: size of letters, 1 normally.
    """

    source: Source
    levels: Tensor
    setting: Setting
    look: str
    place: Place
    type: float


def classic_view(controls: DeltaGenerator) -> TakeAway:
    """Show the classic filters; return what can be taken away."""
    stage, table = st.container(), st.container()
    with controls:
        found = source_controls()
        chosen = filter_controls(table)
        with st.expander(_("More")):
            border, noise, flip = _more()
    with stage:
        look = _look(chosen.kind)
    at, split = _kept("at", PLACE, _checked), _split()
    if found is None:
        stage.info(_("Choose a picture at the left, and it is filtered here."))
        return TakeAway()
    source, levels = with_noise(*found, noise)
    setting, place = Setting(chosen, border, flip), _place(at, levels)
    type = PRESENTATION_TYPE if presenting() else 1.0
    view = View(source, levels, setting, look, place, type)
    with stage:
        _play(view, split)
    st.caption(credit(source))
    seen = window(levels, place, tuple(setting.weights.shape), border)
    notes(setting, seen, place)
    return take_away(source, (found[1], levels), setting, look, place)


def _more() -> tuple[str, int, bool]:
    names = {
        "replicate": _("its last pixels again"),
        "reflect": _("its mirror image"),
        "zeros": _("black (zeros)"),
    }
    help = _("What the kernel finds where it reaches over the edge of the picture.")
    border = widgets.choice(_("Around the picture"), names, key="border", help=help)
    help = _("Random grey levels are added to every pixel: the spread of a Gaussian.")
    noise = widgets.slider(_("Noise"), NOISE, 0, key="noise", help=help)
    help = _("Turn the kernel by 180° first, as mathematics does and torch does not.")
    return (
        border,
        noise,
        widgets.toggle(_("True convolution"), False, key="flip", help=help),
    )


def _look(kind: str) -> str:
    """Show how the response can be painted; kernels that make pictures begin so."""
    names = {
        "picture": _("Picture"),
        "signed": _("With its sign"),
        "absolute": _("Absolute"),
        "magnitude": _("Gradient |∇|"),
        "direction": _("Direction"),
    }
    key, start = ("tone", "picture") if kind in TONAL else ("edges", "signed")
    return widgets.segments(
        _("Response"), names, key=key, default=start, label_shown=False
    )


def _kept(key: str, usual: str, read: Callable[[str], str]) -> str:
    """Return state that no control holds, and keep it in the link."""
    return state.remember(key, state.recall(key, usual, read), usual)


def _split() -> str:
    """Return where the handle is, in percent: where it came to rest, or the link's."""
    time = rested(KEY)
    if time is not None:
        state.settings(split=str(round(time)))
    return _kept("split", HALF, _share)


def _place(at: str, levels: Tensor) -> Place:
    """Return the pinned pixel, moved into the picture."""
    row, column = map(int, at.split("."))
    high, wide = levels.shape
    return min(row, high - 1), min(column, wide - 1)


def _checked(text: str) -> str:
    parts = text.split(".")
    if len(parts) != 2 or not all(
        part.isascii() and part.isdecimal() and int(part[:9]) <= MOST for part in parts
    ):
        raise ValueError(f"must be row.column, got {text[:20]}")
    return ".".join(str(int(part)) for part in parts)


def _ticks(look: str, peak: float) -> Ticks:
    """Return what stands along the scale of colours."""
    if look == "direction":
        arrows = ("→ 0°", "↑ 90°", "← 180°", "↓ 270°", "→ 360°")
        return tuple((place / 4, text) for place, text in enumerate(arrows))
    if look == "picture":
        return ((0.0, "≤ 0"), (0.5, "127.5"), (1.0, "≥ 255"))
    most = plain(peak)
    if look == "signed":
        return ((0.0, f"≤ −{most}"), (0.5, "0"), (1.0, f"≥ {most}"))
    return ((0.0, "0"), (1.0, f"≥ {most}"))


def _metrics(
    shown: Answer, weights: Tensor, seen: Tensor, place: Place
) -> tuple[tuple[str, str], ...]:
    """Return the row of numbers under the stage."""
    at = _("Response at ({row}, {column})").format(row=place[0], column=place[1])
    return (
        (at, plain(total_of(seen, weights))),
        (_("Lowest"), plain(shown.lowest)),
        (_("Highest"), plain(shown.highest)),
        (_("Sum of the weights"), plain(round(weights.sum().item(), 9) + 0.0)),
        (_("Products a pixel"), products(weights)),
    )


def _slope_metrics(
    pair: tuple[Tensor, Tensor], weights: Tensor, place: Place
) -> tuple[tuple[str, str], ...]:
    """Return the row of numbers where the response is seen as a slope."""
    along, down = (part[place] for part in pair)
    at = _("∂x, ∂y at ({row}, {column})").format(row=place[0], column=place[1])
    return (
        (at, f"{plain(along.item())}, {plain(down.item())}"),
        ("|∇|", plain(along.hypot(down).item())),
        (_("Direction"), f"{angles(along, down).item():.0f}°"),
        (_("Products a pixel"), products(weights)),
    )


def _play(view: View, split: str) -> None:
    """Show the stage, with the handle where it was."""

    def hear(event: Mapping[str, object]) -> None:
        if event["kind"] == "place" and event["action"] == PIN:
            row, column = cell_at(*view.levels.shape, event["x"], event["y"])
            state.settings(at=f"{row}.{column}")

    def answered(question: dict[str, float]) -> tuple[Scene, Still]:
        if "x" in question:
            place = cell_at(*view.levels.shape, question["x"], question["y"])
            changed = replace(view, place=place)
        else:
            chosen = turned(view.setting.chosen, question)
            changed = replace(view, setting=replace(view.setting, chosen=chosen))
        return _scene(changed), source

    source = Still(*frames(), goto=float(split))
    player(_scene(view), key=KEY, source=source, on_event=hear, answer=answered)


def _scene(view: View) -> Scene:
    """Return the stage with the row of numbers."""
    source, levels, setting, look = view.source, view.levels, view.setting, view.look
    weights, place = setting.weights, view.place
    seen = window(levels, place, tuple(weights.shape), setting.border)
    shown = answer(source, levels, setting, look)
    exhibit = Exhibit(
        tuple(levels.shape),
        shown.before,
        shown.after,
        shown.scale,
        _ticks(look, shown.peak),
        weights,
        seen,
        place,
        view.type,
    )
    if look in STEEP:
        metrics = _slope_metrics(steepness(source, levels, setting), weights, place)
    else:
        metrics = _metrics(shown, weights, seen, place)
    return scene(exhibit, _words(exhibit), metrics)


def _share(text: str) -> str:
    if not (text.isascii() and text.isdecimal() and int(text[:9]) <= STEPS):
        raise ValueError(f"must be 0 to {STEPS}, got {text[:20]}")
    return str(int(text))


def _words(exhibit: Exhibit) -> Words:
    rows, columns = exhibit.weights.shape
    total = plain(total_of(exhibit.levels, exhibit.weights))
    return Words(
        before=_("before"),
        after=_("filtered"),
        window=_("window x"),
        kernel=_("kernel w, {rows} × {columns}").format(rows=rows, columns=columns),
        products="x · w",
        total=f"= {total}",
        clock="{share:0:int} %",
        spoken=_("Filtered up to {share:0:int} percent of the width."),
    )
