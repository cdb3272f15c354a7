"""A player whose day is also a number on the page: one moves the other."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from playground import state, widgets
from playground.player.player import Still, player, rested
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
    with place:
        day = day_field(days, label, default, key=key)
    source = Still(frames, [float(day) for day in days], goto=float(day))
    player(scene, key=f"averages_{key}", source=source)
    return day


def day_field(days: range, label: str, default: int, *, key: str) -> int:
    """Show the day as a number and return it: one of `days`.

    Args:
        days: that may be chosen.
        label: translated text above the number.
        default: day at first, or the last one if that is earlier.
        key: of the day in the link, and of the player it follows if there is one.
    """
    _follow(key, days)
    span = (days[0], days[-1], days.step)
    return _shown(widgets.number(label, span, _shown(default, days), key=key), days)


def _follow(key: str, days: range) -> None:
    """Give the number the day where the playhead is.

    That is where it came to rest, if it has moved since. When the days change it stays,
    or stays at their end if it was there, as the player does.
    """
    name = f"averages.{key}"
    time = rested(f"averages_{key}")
    if time is not None:
        state.settings(**{key: int(time)})
    before = st.session_state.get(f"_averages.{key}.last", days[-1])
    st.session_state[f"_averages.{key}.last"] = days[-1]
    if name in st.session_state:
        day = int(st.session_state[name])
        state.settings(**{key: days[-1] if day == before else _shown(day, days)})


def _shown(day: int, days: range) -> int:
    """Return the last day with a frame that is not after `day`."""
    place = (min(max(day, days[0]), days[-1]) - days[0]) // days.step
    return days[place]
