"""Cover a place of the picture: which pixels the answer hangs on."""

from collections.abc import Mapping
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from torch import Tensor

from engine.cifar import SIDE
from engine.colour_net import ColourNet
from engine.saliency import covered
from playground import state, widgets
from playground.figures.excite import picture
from playground.figures.numerals import percent
from playground.figures.occlusion import (
    PICK,
    Exhibit,
    Words,
    centre,
    frames,
    nearest,
    scene,
)
from playground.i18n import _
from playground.layout import TakeAway
from playground.panels.filter_source import Source
from playground.panels.learned_ablate_exports import cover_away, points
from playground.panels.learned_ablate_off import Unit
from playground.panels.learned_source import (
    COLOUR,
    Subject,
    class_names,
    network,
    said_of,
)
from playground.player.player import Still, player, rested

KEY = "filters_cover"
FILLS = {"grey": 0.5, "black": 0.0, "white": 1.0}
SIZES = (3, 15, 2)  # pixels
STRONGEST = ""  # the place that the link does not name


def cover(subject: Subject, off: set[Unit], controls: DeltaGenerator) -> TakeAway:
    """Show what covering each place does to the answer; return what to keep.

    Args:
        subject: the picture.
        off: filters that are switched off.
        controls: where the controls go.
    """
    with controls:
        size, stride, fill = _square()
        if off:
            text = _("{count} filters are switched off.").format(count=len(off))
            st.caption(text)
    before, said = _covered(
        subject.source, tuple(sorted(off)), (size, stride, fill), subject.picture
    )
    answer = int(before.argmax())
    shown = Exhibit(
        picture(subject.picture),
        before,
        said,
        answer,
        class_names(COLOUR),
        size,
        stride,
    )
    _play(shown)
    st.caption(said_of(subject))
    return cover_away(subject, off, shown, fill)


def _square() -> tuple[int, int, float]:
    """Show what covers: side and stride in pixels, and its level."""
    size = widgets.slider(
        _("Side of the square"),
        SIZES,
        7,
        key="asize",
        help=_("In pixels, of 32. What is smaller than it cannot be told apart."),
    )
    strides = {"2": "2", "1": "1", "4": "4"}
    help = _("Pixels from one place to the next: smaller steps, a finer map.")
    stride = int(widgets.segments(_("Stride"), strides, key="astride", help=help))
    names = {"grey": _("grey"), "black": _("black"), "white": _("white")}
    fill = widgets.segments(_("Filled with"), names, key="afill")
    return size | 1, stride, FILLS[fill]


@st.cache_data(max_entries=48, show_spinner=False)
def _covered(
    source: Source,
    off: tuple[Unit, ...],
    setting: tuple[int, int, float],
    _picture: Tensor,
) -> tuple[Tensor, Tensor]:
    """Return the probabilities [10] of the whole picture and [R, C, 10] covered."""
    size, stride, fill = setting
    answers = partial(_logits, network(COLOUR), off)
    before = answers(_picture[None])[0].softmax(dim=0)
    said = covered(answers, _picture[None], size=size, fill=fill, stride=stride)
    return before, said


def _logits(net: ColourNet, off: tuple[Unit, ...], pictures: Tensor) -> Tensor:
    *_before, output = net.stages(pictures, off)
    return output.value


def _play(shown: Exhibit) -> None:
    """Show the stage, with the square where it was."""
    rows, columns, _classes = shown.said.shape
    time = rested(KEY)
    if time is not None:
        row, column = divmod(min(round(time), rows * columns - 1), columns)
        _go(centre(row, shown.stride), centre(column, shown.stride))
    text = state.recall("aat", STRONGEST, _checked)
    state.remember("aat", text, STRONGEST)
    place = _place(text, shown)

    def hear(event: Mapping[str, object]) -> None:
        if event["kind"] == "place" and event["action"] == PICK:
            _go(int(SIDE - event["y"]), int(event["x"]))

    tape, times = frames(shown)
    player(
        scene(shown, _words(shown), _metrics(shown, place)),
        key=KEY,
        source=Still(tape, times, goto=float(place[0] * columns + place[1])),
        on_event=hear,
    )


def _go(row: int, column: int) -> None:
    within = (min(max(at, 0), SIDE - 1) for at in (row, column))
    state.settings(aat=".".join(map(str, within)))


def _place(text: str, shown: Exhibit) -> tuple[int, int]:
    """Return row and column of the place that is shown."""
    rows, columns, _classes = shown.said.shape
    if text == STRONGEST:
        return divmod(int(shown.losses.argmax()), columns)
    row, column = map(int, text.split("."))
    return nearest(row, shown.stride, rows), nearest(column, shown.stride, columns)


def _checked(text: str) -> str:
    parts = text.split(".")
    if text != STRONGEST and (
        len(parts) != 2
        or not all(p.isascii() and p.isdecimal() and int(p[:3]) < SIDE for p in parts)
    ):
        raise ValueError(f"must be row.column, got {text[:20]}")
    return ".".join(str(int(part[:3])) for part in parts) if text else text


def _words(shown: Exhibit) -> Words:
    name = shown.names[shown.answer]
    return Words(
        picture=_("The square on the picture"),
        map=_("What {name} loses there").format(name=name),
        bars=_("Filled: before. Outlined: now"),
        less=_("orange: covering helps"),
        more=_("blue: the answer hangs on it"),
        clock=_("place {time:int}"),
        spoken=_("Place {time:int}.") + f" {name} {{said:{shown.answer}:percent}}.",
    )


def _metrics(shown: Exhibit, place: tuple[int, int]) -> tuple[tuple[str, str], ...]:
    """Return the row of numbers under the stage."""
    name = shown.names[shown.answer]
    losses = shown.losses
    other = (shown.said.argmax(dim=2) != shown.answer).float().mean().item()
    return (
        (
            _("{name}, whole").format(name=name),
            percent(shown.before[shown.answer].item()),
        ),
        (_("{name}, covered").format(name=name), f"{{said:{shown.answer}:percent}}"),
        (_("Largest loss"), points(losses.max().item())),
        (_("Answer changes at"), percent(other)),
    )
