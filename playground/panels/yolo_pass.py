"""One convolutional pass against a window that slides."""

from functools import partial

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine import sliding
from engine.sliding import Costs, Detector
from playground import widgets
from playground.figures import yolo_pass as figures
from playground.figures.numerals import grouped, plain, tex
from playground.i18n import _
from playground.layout import TakeAway
from playground.panels.filter_source import photo_names
from playground.photos import PHOTOS, colour_photo
from playground.player.player import Still, player
from playground.snippets.yolo import pass_program

SIDES = (14, 40, 1)
HIDDEN = (10, 25, 50, 100, 200, 400)
COURSE = (14, 16, 28)  # sides of the course's table
SEED = 0


def pass_view(controls: DeltaGenerator) -> TakeAway:
    """Show both ways; return what can be taken away."""
    with controls:
        side = widgets.slider(
            _("Side of the picture"),
            SIDES,
            28,
            key="side",
            help=_("Pixels. The window has 14."),
        )
        strides = {str(stride): str(stride) for stride in sliding.STRIDES}
        stride = widgets.segments(
            _("Pooling"),
            strides,
            key="stride",
            help=_("Side of the pooling: the window moves by as many pixels."),
        )
        hidden = widgets.stepped(
            _("Hidden units"),
            HIDDEN,
            400,
            key="hidden",
            help=_("Numbers in each of the two layers that were fully connected."),
        )
        names = {key: photo_names()[key] for key in ("coffee", "astronaut", "rocket")}
        photo = widgets.choice(_("Photo"), names, key="photo")
    detector = Detector(int(hidden), int(stride))
    shown, film, times = _passed(detector, side, photo)
    off = (shown.maps[-1] - shown.alone).abs().max().item()
    player(
        figures.scene(shown, _words(), _numbers(shown.costs, off)),
        key="yolo_pass",
        source=Still(film, times),
    )
    st.latex(latex(shown.costs))
    st.dataframe(
        _table(detector, side),
        hide_index=True,
        alt=_("Sizes and multiply-adds for pictures of several sides."),
    )
    st.caption(_remark(detector, side))
    credit = PHOTOS[photo].credit
    text = _(
        "Random weights: the answers mean nothing, that they agree does. The last map "
        "has the colour of the class with the highest score. Photo: {name}."
    )
    st.caption(text.format(name=credit))
    return TakeAway(
        partial(pass_program, detector, side, seed=SEED),
        tables={"pass.csv": _csv(detector, side)},
    )


@st.cache_resource(max_entries=12, show_spinner=False)  # never changed
def _passed(
    detector: Detector, side: int, photo: str
) -> tuple[figures.Passed, list[bytes], list[float]]:
    """Return what went through, and the tape of all windows."""
    picture = sliding.shrink(colour_photo(photo), side)
    net = sliding.network(detector, seed=SEED)
    shown = figures.Passed(
        picture,
        sliding.one_pass(net, picture),
        sliding.slide(net, picture, detector.stride),
        sliding.costs(detector, side),
        detector.stride,
    )
    return shown, *figures.frames(shown)


def _words() -> figures.Words:
    return figures.Words(
        picture=_("picture"),
        dense=_("was FC {count}"),
        multiplies=_("multiply-adds"),
        alone=_("Scores of this window, cut out alone"),
        shared=_("The same place after one pass"),
        clock=_("window {time:int}"),
        spoken=_("Window {time:int}, its corner at x {spent:0:int}, y {spent:1:int}."),
    )


def _numbers(costs: Costs, off: float) -> tuple[tuple[str, str], ...]:
    return (
        (_("Windows"), str(costs.windows)),
        (_("One by one, so far"), "{spent:2:int}"),
        (_("In one pass"), plain(costs.shared)),
        (_("Saved in the end"), f"{100 * costs.saved:.1f} %".replace("-", "−")),
        (_("Largest difference"), plain(float(f"{off:.1g}"))),
    )


def latex(costs: Costs) -> str:
    """Return the multiply-adds of both ways and the share saved, as LaTeX."""
    each = costs.alone // costs.windows
    parts = " + ".join(
        tex(row.multiplies) for row in costs.rows if not row.kind.startswith("Max")
    )
    saved = rf"1 - \frac{{{tex(costs.shared)}}}{{{tex(costs.alone)}}}"
    return (
        rf"\begin{{aligned}}{costs.windows}\cdot {tex(each)} &= {tex(costs.alone)}"
        rf"\\ {parts} &= {tex(costs.shared)}\end{{aligned}}"
        rf"\qquad {saved} = {tex(costs.saved)}"
    )


def _table(detector: Detector, side: int) -> pd.DataFrame:
    """Return a line for each side of the course's table, and for the one chosen."""
    heads = (
        _("Picture"),
        "conv 5×5",
        _("max pool"),
        _("was FC"),
        _("was FC (1×1)"),
        _("Answer"),
        _("Windows"),
        _("One by one"),
        _("In one pass"),
        _("Saved"),
    )
    lines = []
    for one in sorted({*COURSE, side}):
        costs = sliding.costs(detector, one)
        shapes = [f"{row.shape[1]}×{row.shape[2]}×{row.shape[0]}" for row in costs.rows]
        totals = map(grouped, (costs.windows, costs.alone, costs.shared))
        saved = f"{100 * costs.saved:.1f} %".replace("-", "−")
        lines.append((f"{one}×{one}×3", *shapes, *totals, saved))
    return pd.DataFrame(lines, columns=heads)


def _csv(detector: Detector, side: int) -> str:
    """Return the table's numbers as CSV, whole."""
    lines = ["side,windows,one_by_one,one_pass"]
    for one in sorted({*COURSE, side}):
        costs = sliding.costs(detector, one)
        lines.append(f"{one},{costs.windows},{costs.alone},{costs.shared}")
    return "\n".join(lines) + "\n"


def _remark(detector: Detector, side: int) -> str:
    """Return what the numbers say about where the saving comes from."""
    costs = sliding.costs(detector, side)
    first = costs.rows[0].multiplies
    alone = sliding.costs(detector, sliding.WINDOW).rows[0].multiplies * costs.windows
    text = _(
        "The first convolution is shared: {shared} multiply-adds in place of {alone}. "
        "Each window has its own numbers in the layers after the pooling: nothing is "
        "saved there. Few hidden units, much saved."
    )
    return text.format(shared=grouped(first), alone=grouped(alone))
