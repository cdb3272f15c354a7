"""A player whose day is also a number on the page: one moves the other."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from playground import state, widgets
from playground.player.player import Still, player
from playground.player.scene import Scene


def play(
    scene: Scene,
    frames: Sequence[bytes],
    days: range,
    *,
    key: str,
    number: tuple[DeltaGenerator, str, int],
) -> int:
    """Show the scene and return the day where its playhead rests.

    Args:
        scene: what to paint.
        frames: one for each of the days.
        days: those that have a frame.
        key: of the player, and of the day in the link.
        number: where the day stands as a number, its translated label, its default.
    """
    place, label, default = number
    _follow(key, days)
    with place:
        span = (days[0], days[-1], days.step)
        day = widgets.number(label, span, min(default, days[-1]), key=key)
    day = _shown(day, days)
    source = Still(frames, [float(day) for day in days], goto=float(day))
    player(scene, key=f"averages_{key}", source=source)
    return day


def _follow(key: str, days: range) -> None:
    """Give the number the day where the playhead came to rest, if it has moved."""
    component = st.session_state.get(f"averages_{key}")
    rest = component.get("at") if component else None
    name = f"averages.{key}"
    known = f"_averages.{key}.rest"  # not of those that a reset forgets
    if rest and rest != st.session_state.get(known):
        state.settings(**{key: int(rest["time"])})
    st.session_state[known] = rest
    if name in st.session_state:
        state.settings(**{key: _shown(int(st.session_state[name]), days)})


def _shown(day: int, days: range) -> int:
    """Return the last day with a frame that is not after `day`."""
    place = (min(max(day, days[0]), days[-1]) - days[0]) // days.step
    return days[place]
