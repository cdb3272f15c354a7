"""Finding anchors: k-means over box sizes, step by step, and how many are enough."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator
from torch import Tensor

from engine.anchor_counts import best_by_count, mean_best_iou
from engine.anchors import kmeans_steps, shape_iou
from engine.plain_kmeans import nearness, plain_steps
from playground import size_table, state, widgets
from playground.figures import anchor_search, anchor_stills
from playground.figures.anchor_cell import MOST_ANCHORS
from playground.figures.anchor_search import MOST, Search
from playground.figures.anchor_street import SIDE
from playground.i18n import _
from playground.layout import TakeAway
from playground.panels.anchor_data import LARGEST_SEED, Given, sizes_controls
from playground.panels.anchor_tex import search_tex
from playground.player.player import Still, player, rested
from playground.player.scene import Track
from playground.snippets import anchors as snippets

KEY = "anchors_find"  # of the player
END = "end"
LAST = 999  # step that a link may name
STARTS = 4  # searches for each point of the elbow
ELBOW_SEED = 0
# distance -> the steps of a search, how much an anchor attracts, the program of it
WAYS = {
    "iou": (kmeans_steps, shape_iou, snippets.search),
    "plain": (plain_steps, nearness, snippets.plain_search),
}
Sizes = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Found:
    """A search that is over, and the tape that shows it."""

    search: Search
    tracks: tuple[Track, ...]
    frames: list[bytes]


def find_view(controls: DeltaGenerator) -> TakeAway:
    """Show the search for anchors; return what can be taken away."""
    with controls:
        head, body, more = st.container(), st.container(), st.container()
    with head:
        given = sizes_controls(more)
    with body:
        count, seed, way = _search_controls(min(MOST, len(given.sizes)))
    sizes = tuple(map(tuple, given.sizes.tolist()))
    found = _found(sizes, count, seed, way)
    step = _play(found)
    shown = found.search.steps[step]
    for line in search_tex(given.sizes, shown):
        st.latex(line)
    _result(found.search, given)
    return _take_away(found.search, seed, WAYS[way][2])


def _search_controls(most: int) -> tuple[int, int, str]:
    """Show how many anchors are looked for, from where and how; return all three."""
    count = widgets.slider(
        _("Anchors k"),
        (1, MOST, 1),
        3,
        key="k",
        help=_("How many sizes the network may choose from."),
    )
    if count > most:
        text = _("There are {most} boxes only: more anchors than that have no use.")
        st.caption(text.format(most=most))
    seed = widgets.number(
        _("Seed of the start"),
        (0, LARGEST_SEED, 1),
        0,
        key="seed",
        help=_("Another start may end in other anchors, a little better or worse."),
    )
    ways = {"iou": "1 − IoU", "plain": _("plain")}
    way = widgets.segments(
        _("Distance"),
        ways,
        key="dist",
        help=_("Plain: the distance of two points (w, h), in pixels."),
    )
    return min(count, most), seed, way


@st.cache_data(max_entries=24, show_spinner=False)
def _found(sizes: Sizes, count: int, seed: int, way: str) -> Found:
    """Return the search from one start, and its tape."""
    table = torch.tensor(sizes, dtype=torch.float64)
    search_from, pull, _program = WAYS[way]
    steps = anchor_search.by_last_area(tuple(search_from(table, count, seed=seed)))
    search = Search(table, steps, _elbow(sizes), pull)
    return Found(search, *anchor_search.film(search))


@st.cache_data(max_entries=64, show_spinner=False)
def _elbow(sizes: Sizes) -> tuple[float, ...]:
    """Return the mean best IoU of the best anchors of every count."""
    table = torch.tensor(sizes, dtype=torch.float64)
    most = min(MOST, len(sizes))
    best = best_by_count(table, most, starts=STARTS, seed=ELBOW_SEED)
    return tuple(mean_best_iou(table, anchors) for anchors in best)


def _play(found: Found) -> int:
    """Show the tape with the playhead where it was; return the step where it is."""
    last = len(found.frames) - 1
    time = rested(KEY)
    if time is not None:
        state.settings(step=END if time >= last else str(round(time)))
    text = state.remember("step", state.recall("step", END, _step), END)
    step = last if text == END else min(int(text), last)
    times = [float(time) for time in range(last + 1)]
    scene = anchor_search.scene(found.search, found.tracks, _words())
    player(scene, key=KEY, source=Still(found.frames, times, goto=float(step)))
    return step


def _step(text: str) -> str:
    if text != END and not (
        text.isascii() and text.isdecimal() and int(text[:9]) <= LAST
    ):
        raise ValueError(f"step must be {END} or 0 to {LAST}, got {text[:20]}")
    return text if text == END else str(int(text))


def _result(search: Search, given: Given) -> None:
    """Say how this run ended beside the best one, and offer its anchors to a cell."""
    run, best = search.steps[-1].mean_iou, search.elbow[search.count - 1]
    text = _(
        "This start ends at {run} (steps: {steps}); the best of five starts with as "
        "many anchors has {best}."
    )
    said = text.format(
        run=f"{run:.4f}", steps=len(search.steps) - 1, best=f"{best:.4f}"
    )
    words, button = st.columns([3, 2], vertical_alignment="center")
    words.caption(said)
    anchors = search.steps[-1].anchors * (SIDE / given.side)
    button.button(
        _("Use these anchors in a cell"),
        icon=":material/grid_on:",
        disabled=len(anchors) > MOST_ANCHORS,
        help=_("A cell shows five anchors at most."),
        on_click=state.settings,
        kwargs={"view": "cell", "how": "typed", "anchors": _text(anchors)},
    )


def _text(anchors: Tensor) -> str:
    rows = anchors.clamp(min=1).round(decimals=1).tolist()
    return (
        size_table.to_text(tuple(map(tuple, rows))).replace("_", "  ").replace("x", "×")
    )


def _take_away(search: Search, seed: int, program: Callable) -> TakeAway:
    axes = {"width": _("width (px)"), "height": _("height (px)")}
    words = {"count": _("number of anchors k"), "mean": _("mean best IoU")}
    return TakeAway(
        partial(program, search.sizes, search.count, seed),
        stills={
            "sizes": partial(anchor_stills.sizes_still, search, **axes),
            "elbow": partial(anchor_stills.elbow_still, search.elbow, **words),
        },
        tables={
            "anchors.csv": anchor_stills.anchors_csv(search.steps[-1]),
            "sizes.csv": anchor_stills.sizes_csv(search.sizes, search.steps[-1]),
        },
    )


def _words() -> anchor_search.Words:
    return anchor_search.Words(
        step=_("Step"),
        width=_("w (px)"),
        height="h",
        mean=_("Mean best IoU"),
        elbow=_("Best mean IoU for each k"),
        count=_("number of anchors k"),
        shapes=_("The anchors"),
        covered=_("Boxes with IoU ≥ 0.5"),
        worst=_("Worst box's IoU"),
        known=_("Best of five starts"),
        spoken=_("Step {time:int}: mean best IoU {numbers:0}."),
    )
