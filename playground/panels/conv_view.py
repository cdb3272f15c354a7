"""The sliding view: the player, the sum of the cell that is pinned, the size."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator

from engine.conv_layer import Index, terms
from engine.conv_settings import ConvSettings, dropped, output_sizes, resolved
from playground import state, widgets
from playground.figures import conv_frames, conv_scene, conv_slide
from playground.figures.conv_scene import PIN
from playground.figures.conv_slide import MOST_PLANES, SPREAD, Slide
from playground.figures.conv_stage import stage
from playground.figures.conv_story import Layer, Names, plane_count, tell
from playground.figures.conv_tex import cell_formula, size_formula
from playground.figures.numerals import grouped
from playground.i18n import _
from playground.layout import TakeAway
from playground.panels.conv_controls import MOST_NUMBERS, Chosen
from playground.panels.conv_exports import take_away
from playground.panels.conv_problems import show_problems, side_names
from playground.panels.conv_words import metrics, names, words
from playground.player.player import Still, player
from playground.player.scene import Scene
from playground.snippets.convolution import layer as torch_line

KEY = "convolution_slide"
USUAL = "6"  # cell at first
LARGEST = 10**6  # number of a cell


@dataclass(frozen=True)
class Told:
    """Everything that the scene says, translated."""

    words: conv_scene.Words
    names: Names
    metrics: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Film:
    """What a slide needs to be played."""

    slide: Slide
    scene: Scene
    frames: list[bytes]
    times: list[float]


def slide_view(chosen: Chosen) -> TakeAway:
    """Show the window sliding; return what can be taken away."""
    if chosen.problems:
        show_problems(chosen.problems, chosen.settings)
        return TakeAway()
    if chosen.image is None:
        _too_large(chosen.settings)
        return TakeAway()
    above = st.container()
    layer = shown(chosen)
    numbers = (layer.image, layer.kernels, layer.bias)
    places = (layer.channel, layer.depth, layer.first)
    key = tuple(None if part is None else part.numpy().tobytes() for part in numbers)
    told = Told(
        words(chosen.settings, layer.channel), names(), metrics(chosen.settings)
    )
    cell = _cell()
    film = _filmed(chosen.settings, key, places, told, 0)
    if film.slide.pace > 1:
        pin = min(cell, film.slide.output.numel()) - 1
        film = _filmed(chosen.settings, key, places, told, pin)
    with above:
        cell = _play(film, cell)
    _below(layer, film.slide, cell)
    return take_away(layer)


def shown(chosen: Chosen) -> Layer:
    """Let the reader choose which part of a layer is shown; return the layer."""
    settings, places = chosen.settings, iter(st.columns(3))
    name = _("Filter shown") if settings.learns else _("Channel shown")
    channel = _part(name, settings.outputs, "filter", places)
    depth = 0
    if len(settings.axes) == 3:
        slices = output_sizes(settings)[0]
        depth = _part(_("Output slice"), slices, "slice", places)
    planes = plane_count(settings, channel, depth) - MOST_PLANES + 1
    first = _part(_("First plane drawn"), planes, "plane", places)
    return Layer(
        settings, chosen.image, chosen.kernels, chosen.bias, channel, depth, first
    )


def _part(label: str, count: int, key: str, places: Iterator[DeltaGenerator]) -> int:
    """Show `which` in the next place, if there is something to choose."""
    if count < 2:
        return 0
    with next(places):
        return which(label, count, key)


def which(label: str, count: int, key: str) -> int:
    """Show a number from 1 to count if there are several; return it from 0."""
    if count < 2:
        return 0
    name = f"convolution.{key}"
    if st.session_state.get(name, 1) > count:
        state.settings(**{key: count})
    return widgets.number(label, (1, count, 1), 1, key=key) - 1


@st.cache_data(max_entries=48, show_spinner=False)
def _filmed(
    settings: ConvSettings,
    numbers: tuple[bytes | None, ...],
    places: tuple[int, int, int],
    told: Told,
    pinned: int,
) -> Film:
    shapes = (
        (settings.channels, *(axis.size for axis in settings.axes)),
        settings.weight_shape,
        (settings.filters,),
    )
    parts = [
        None
        if data is None
        else torch.frombuffer(bytearray(data), dtype=torch.float64).view(shape)
        for data, shape in zip(numbers, shapes, strict=True)
    ]
    slide = tell(Layer(settings, *parts, *places), told.names)
    place = stage(slide)
    tracks, frames, times = conv_frames.film(slide, place, pinned)
    scene = conv_scene.scene(slide, place, tracks, told.words, told.metrics)
    return Film(slide, scene, frames, times)


def _play(film: Film, cell: int) -> int:
    """Show the player; return the output cell that is told below it, from 1."""
    rows, columns = film.slide.output.shape
    cell = min(cell, rows * columns)

    def hear(event: Mapping[str, object]) -> None:
        if event["kind"] == "place" and event["action"] == PIN:
            down = min(max(rows - 1 - math.floor(event["y"]), 0), rows - 1)
            across = min(max(math.floor(event["x"]), 0), columns - 1)
            state.settings(cell=str(down * columns + across + 1))

    goto = float(conv_slide.frame_of(film.slide, cell - 1) + 1)
    player(
        film.scene,
        key=KEY,
        source=Still(film.frames, film.times, goto=goto),
        on_event=hear,
    )
    state.remember("cell", str(cell), USUAL)
    st.session_state["_convolution.moves"] = film.slide.rule != SPREAD
    return cell


def _cell() -> int:
    """Return the cell that the link names or where the playhead came to rest."""
    component = st.session_state.get(KEY)
    rest = component.get("at") if component else None
    known = "_convolution.rest"  # not of those that a reset forgets
    moved = rest and rest != st.session_state.get(known)
    if moved and st.session_state.get("_convolution.moves"):
        state.settings(cell=str(round(rest["time"])))
    st.session_state[known] = rest
    return int(state.recall("cell", USUAL, _checked))


def keep_cell() -> None:
    """Keep the pinned cell in the link where no player shows it."""
    state.remember("cell", state.recall("cell", USUAL, _checked), USUAL)


def _checked(text: str) -> str:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= LARGEST):
        raise ValueError(f"cell must be 1 to {LARGEST}, got {text[:20]}")
    return str(int(text))


def _below(layer: Layer, slide: Slide, cell: int) -> None:
    """Tell the pinned cell's whole sum, and how the size comes about."""
    settings, columns = layer.settings, slide.output.shape[1]
    row, column = divmod(cell - 1, columns)
    if slide.rule == SPREAD:
        row, column = row - slide.padding[0], column - slide.padding[2]
    sizes = output_sizes(settings)
    flat = {1: (column,), 2: (row, column), 3: (layer.depth, row, column)}
    place = flat[len(sizes)]
    if all(0 <= at < size for at, size in zip(place, sizes, strict=True)):
        st.latex(_sum(layer, place))
    else:
        st.caption(_("This cell is cut off by the padding: it is no output."))
    _about(settings)


def _too_large(settings: ConvSettings) -> None:
    """Tell what holds without any numbers to slide over."""
    text = _("More than {count} numbers: too many to slide over. The sizes hold.")
    st.info(text.format(count=grouped(MOST_NUMBERS)))
    for place, (label, value) in zip(st.columns(5), metrics(settings), strict=True):
        place.metric(label, value)
    _about(settings)


def _about(settings: ConvSettings) -> None:
    """Tell how the size comes about, what is lost, and how torch writes the layer."""
    st.latex(size_formula(settings, side_names(len(settings.axes))))
    _tell_dropped(settings)
    st.code(torch_line(settings), language="python")
    if settings.flip:
        st.caption(_("torch has no true convolution: the program turns the kernel."))
    if settings.kind == "average" and any(any(a.pads) for a in resolved(settings)):
        st.caption(_("torch counts the padding's zeros in the mean."))


def _sum(layer: Layer, place: Index) -> str:
    found = terms(
        layer.settings,
        layer.image,
        layer.kernels,
        (layer.channel, *place),
        layer.bias,
    )
    return cell_formula(layer.settings.kind, found, [at + 1 for at in place])


def _tell_dropped(settings: ConvSettings) -> None:
    if settings.kind == "transposed":
        return
    lost = [len(dropped(axis)) for axis in resolved(settings)]
    if any(lost):
        text = _("Dropped by the floor, for no window reaches them: {what}.")
        names = {1: (_("cells"),), 2: (_("rows"), _("columns"))}
        usual = (_("slices"), _("rows"), _("columns"))
        parts = [
            f"{name} {count}"
            for name, count in zip(names.get(len(lost), usual), lost, strict=True)
            if count
        ]
        st.caption(text.format(what=", ".join(parts)))
