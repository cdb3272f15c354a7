"""The list of runners, edited one runner at a time.

The list lives in the link's `runs`; its controls only show the runner chosen, and what
they change goes into the list at once.
"""

from collections.abc import Sequence

import streamlit as st

from engine.courses import MOST_RACERS, Course, Racer
from engine.optimizers import OPTIMIZERS
from engine.races import Tuning, tune
from playground import state, widgets
from playground.figures.numerals import exact
from playground.i18n import _
from playground.panels import race_runs as runs

RATES = {  # the steps of every rate's slider
    "learning_rate": tuple(
        float(f"{digit}e{power}") for power in range(-4, 2) for digit in (1, 2, 5)
    ),
    "momentum": (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999),
    "rho": (0.0, 0.5, 0.9, 0.95, 0.99, 0.999),
    "beta1": (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999),
    "beta2": (0.0, 0.5, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999),
    "epsilon": (1e-10, 1e-8, 1e-6, 1e-4, 1e-2, 0.1, 1.0),
    "weight_decay": (0.0, 1e-3, 1e-2, 0.03, 0.1, 0.3, 1.0),
    "momentum_decay": (0.0, 0.001, 0.004, 0.01, 0.1, 1.0),
}
NEWCOMERS = ("sgd", "momentum", "nesterov", "rmsprop", "adam", "adagrad")
START = runs.to_text(map(runs.fresh, ("sgd", "momentum", "rmsprop", "adam")))
EDIT = "optimizers.edit."  # prefix of the controls that edit the list of runners


def runners(course: Course) -> tuple[tuple[Racer, ...], int]:
    """Show the runner chosen; return all runners and its index.

    Args:
        course: on which they are tuned, if the reader asks for it.
    """
    text = state.recall("runs", START, runs.tidied)
    state.remember("runs", text, START)
    racers = runs.from_text(text)
    numbers = {str(i): str(i) for i in range(1, len(racers) + 1)}
    if st.session_state.get("optimizers.runner", "1") not in numbers:
        state.settings(runner="1")
    chosen = int(widgets.segments(_("Runner"), numbers, key="runner")) - 1
    with st.container(horizontal=True, gap="small"):
        st.button(
            _("Add"),
            icon=":material/add:",
            type="tertiary",
            disabled=len(racers) == MOST_RACERS,
            on_click=put,
            args=((*racers, _newcomer(racers)), len(racers)),
        )
        st.button(
            _("Remove"),
            icon=":material/remove:",
            type="tertiary",
            disabled=len(racers) == 1,
            on_click=put,
            args=((*racers[:chosen], *racers[chosen + 1 :]), max(0, chosen - 1)),
        )
        _tune_button(course, racers, chosen)
    _edit_one(racers, chosen)
    return racers, chosen


def put(racers: Sequence[Racer], chosen: int) -> None:
    """Let these run, and show the settings of one; for callbacks."""
    state.settings(runs=runs.to_text(racers), runner=str(chosen + 1))


def _tune_button(course: Course, racers: Sequence[Racer], chosen: int) -> None:
    """Show the button that gives each runner its best learning rate."""
    st.button(
        _("Tune all"),
        icon=":material/balance:",
        type="tertiary",
        help=_("Give every runner the learning rate that is best here: Fair tuning."),
        on_click=tune_all,
        args=(course, racers, chosen),
    )


def tune_all(course: Course, racers: Sequence[Racer], chosen: int) -> None:
    """Give each runner its best learning rate; for callbacks."""
    best = tuned_all(course, racers)
    put(best, chosen)
    st.session_state["optimizers.tuned"] = (course, best)


def is_tuned(course: Course, racers: Sequence[Racer]) -> bool:
    """Return whether these runners were tuned on this course, and not moved since."""
    return st.session_state.get("optimizers.tuned") == (course, racers)


def tuned_all(course: Course, racers: Sequence[Racer]) -> tuple[Racer, ...]:
    """Return the runners, each with its best learning rate on this course."""
    return tuple(
        runs.changed(racer, "learning_rate", tuned(course, racer).best)
        for racer in racers
    )


def tuned(course: Course, racer: Racer) -> Tuning:
    """Return how far every learning rate takes a runner, its other rates as given."""
    return _tuned(course, runs.changed(racer, "learning_rate", 1.0))


@st.cache_data(max_entries=256, show_spinner=False)
def _tuned(course: Course, racer: Racer) -> Tuning:
    return tune(course, racer.optimizer, racer.values)


def _newcomer(racers: Sequence[Racer]) -> Racer:
    """Return the next runner: the first usual optimizer that does not run yet."""
    running = {racer.optimizer for racer in racers}
    return runs.fresh(next((n for n in NEWCOMERS if n not in running), "adam"))


def _edit_one(racers: Sequence[Racer], index: int) -> None:
    """Show the optimizer and the rates of one runner."""
    racer, names, key = racers[index], runs.optimizer_names(), f"{EDIT}optimizer"
    first, *others = OPTIMIZERS[racer.optimizer].rates
    left, right = st.columns([3, 2]) if others else (st.container(), None)
    st.session_state[key] = racer.optimizer
    left.selectbox(
        _("Optimizer"),
        list(names),
        key=key,
        format_func=names.__getitem__,
        label_visibility="collapsed",
        on_change=lambda: _swap(racers, index, runs.fresh(st.session_state[key])),
    )
    _rate(racers, index, first)
    if right:
        with right.popover(_("Rates"), width="stretch"):
            for name in others:
                _rate(racers, index, name)


def _rate(racers: Sequence[Racer], index: int, name: str) -> None:
    """Show one rate of one runner; a value between the slider's steps becomes one."""
    racer, key = racers[index], f"{EDIT}{name}"
    value = st.session_state[key] = racer.values[name]
    st.select_slider(
        runs.rate_names()[name],
        sorted({*RATES[name], value}),
        key=key,
        format_func=exact,
        on_change=lambda: _swap(
            racers, index, runs.changed(racer, name, st.session_state[key])
        ),
    )


def _swap(racers: Sequence[Racer], index: int, other: Racer) -> None:
    """Let another run instead of the runner at an index."""
    put((*racers[:index], other, *racers[index + 1 :]), index)
