"""The frame of a page: title row, controls, stage, tabs of take-aways."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine import device
from playground import state, theme, widgets
from playground.catalog import lesson
from playground.downloads import figure_buttons
from playground.i18n import LANGUAGES, _, lesson_text, preferred_language


@dataclass(frozen=True)
class Frame:
    """Where a page draws: `controls` at the left, `stage` beside them.

    `link` is the place in the title row that `close_lesson` fills, once it knows
    every control.
    """

    slug: str
    controls: DeltaGenerator
    stage: DeltaGenerator
    link: DeltaGenerator


@dataclass(frozen=True)
class Try:
    """One "Try this": a button that sets controls, and what to look for.

    Where there is a question, a class predicts first: `why` is behind a fold.
    """

    title: str
    why: str
    settings: Mapping[str, object]
    question: str = ""


@dataclass(frozen=True)
class TakeAway:
    """What a reader can carry off: files, and the program behind the screen.

    Attributes:
        snippet: writes the PyTorch program for the settings on screen; None while
            there is nothing to compute.
        figures: file stem -> key of a chart on the page.
        stills: file stem -> function that makes a figure for this tab alone.
        tables: file name -> CSV text.
        files: file name -> function that reads it, what the snippet needs beside it.
    """

    snippet: Callable[[], str] | None = None
    figures: Mapping[str, str] = field(default_factory=dict)
    stills: Mapping[str, Callable[[], go.Figure]] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Callable[[], bytes]] = field(default_factory=dict)


def title_row(title: str, promise: str, *, resettable: bool) -> DeltaGenerator:
    """Draw the title row and return the place kept for the link button.

    Args:
        title: translated title of the page.
        promise: translated sentence under it; the presentation switch hides it.
        resettable: whether the page has controls to put back.
    """
    words, actions = st.columns(2, vertical_alignment="top")
    with (
        actions,
        st.container(horizontal=True, horizontal_alignment="right", gap="medium"),
    ):
        link = st.container(width="content")
        if resettable:
            st.button(
                _("Reset"),
                icon=":material/restart_alt:",
                type="tertiary",
                on_click=state.reset,
            )
        _view_menu()
    with words:
        st.subheader(title, anchor=False)
        if not presenting():
            st.caption(promise)
    if presenting():
        size = theme.PRESENTATION_TYPE * 16
        st.html(
            f"<style>html {{ font-size: {size}px }}"
            " .stMainBlockContainer { padding-inline: 1.5rem }</style>"
        )
    return link


def open_lesson(slug: str) -> Frame:
    """Begin the page of the lesson `slug` and return where it draws."""
    state.arrive(slug)
    entry = lesson(slug)
    link = title_row(_(entry.title), _(entry.promise), resettable=True)
    controls, stage = st.columns([1, 2.8], gap="medium")
    return Frame(slug, controls, stage, link)


def close_lesson(
    frame: Frame,
    *functions: Callable,
    tries: tuple[Try, ...],
    take_away: TakeAway,
) -> None:
    """End the page: lesson, things to try, source of the functions used, downloads.

    Args:
        frame: what `open_lesson` returned.
        functions: engine functions whose source is shown.
        tries: buttons that set the controls.
        take_away: what can be downloaded.
    """
    with frame.link:
        state.sync_link()
    if presenting():
        with st.container(horizontal=True):
            _try_buttons(tries)
        return
    read, explore, code, take = st.tabs(
        [_("Lesson"), _("Try this"), _("Code"), _("Take away")], on_change="rerun"
    )  # only the open tab is filled: the others would cost every run its speed
    if read.open:
        read.markdown(lesson_text(frame.slug))
    if explore.open:
        with explore:
            _try_tab(tries)
    if code.open:
        with code:
            _code_tab(functions, take_away.snippet)
    if take.open:
        with take:
            _take_away_tab(frame.slug, take_away)


def chart(
    figure: go.Figure,
    *,
    key: str,
    alt: str,
    on_click: Callable[[float, float], None] | None = None,
) -> None:
    """Show a figure.

    Args:
        figure: from a builder in `playground.figures`.
        key: name of the chart on its page, for downloads and clicks.
        alt: translated sentence for those who cannot see it.
        on_click: called with x and y of a clicked point, before the page runs again.
    """

    def clicked() -> None:
        points = st.session_state[key]["selection"]["points"]
        if points:
            on_click(points[0]["x"], points[0]["y"])

    st.plotly_chart(
        theme.enlarge(figure) if presenting() else figure,
        key=key,
        alt=alt,
        on_select=clicked if on_click else "ignore",
        selection_mode="points",
        config={"displayModeBar": False, "scrollZoom": False},
    )


def presenting() -> bool:
    """Return whether the presentation switch is on."""
    if "present" in st.session_state:
        return st.session_state["present"]
    return st.query_params.get("present") == "1"


def _view_menu() -> None:
    with st.popover(_("View"), icon=":material/tune:", type="tertiary"):
        widgets.segments(
            _("Language"), LANGUAGES, key="lang", default=preferred_language()
        )
        widgets.toggle(
            _("Presentation"),
            False,
            key="present",
            help=_("Larger type and lines, less text: for a projector."),
        )
        name = device.describe(device.pick())
        st.caption(_("Computing on {device}").format(device=name))


def _try_buttons(tries: tuple[Try, ...]) -> None:
    for entry in tries:
        st.button(_(entry.title), on_click=state.settings, kwargs=dict(entry.settings))


def _try_tab(tries: tuple[Try, ...]) -> None:
    for entry in tries:
        button, why = st.columns([2, 5], vertical_alignment="center")
        with button:
            _try_buttons((entry,))
        if entry.question:
            why.markdown(_(entry.question))
            why = why.expander(_("What happens, and why"))
        why.markdown(_(entry.why))


def _code_tab(
    functions: tuple[Callable, ...], snippet: Callable[[], str] | None
) -> None:
    st.markdown(_("**The same in PyTorch, for the settings on screen.**"))
    if snippet:
        st.code(snippet(), language="python", height=420)
    else:
        st.info(_("There is no input yet, so there is nothing to compute."))
    st.markdown(_("**The functions behind this page.**"))
    for function in functions:
        with st.expander(f"`{function.__module__}.{function.__qualname__}`"):
            st.code(inspect.getsource(function), language="python")


def _take_away_tab(slug: str, take_away: TakeAway) -> None:
    if take_away.stills:
        for place, (stem, make) in zip(
            st.columns(len(take_away.stills)), take_away.stills.items(), strict=True
        ):
            with place:
                chart(make(), key=f"still_{stem}", alt=stem)
    stills = {stem: f"still_{stem}" for stem in take_away.stills}
    figure_buttons({**take_away.figures, **stills})
    files = {**take_away.tables, **take_away.files}
    if take_away.snippet:
        files = {f"{slug}.py": take_away.snippet, **files}
    with st.container(horizontal=True):
        for name, content in files.items():
            st.download_button(
                name,
                content,
                file_name=name,
                icon=":material/download:",
                on_click="ignore",
            )
