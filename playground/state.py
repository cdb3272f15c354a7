"""A page's state: every control's value, in the session and in the link.

A control's value lives in the session under "<slug>.<key>", so two pages may use the
same short key. Its text form is the link's parameter `key`: ids and numbers, never
translated words. The link is read once, when the reader arrives at a page; afterwards
`sync_link` writes it in the browser, without adding to the browser's history.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

from playground.i18n import _
from playground.link import link_button

SHARED = {"lang", "present"}  # keys that mean the same on every page


def arrive(slug: str) -> None:
    """Begin a run of the page `slug`: forget the last page's link."""
    st.session_state["_arrived"] = st.session_state.get("_slug") != slug
    st.session_state["_slug"] = slug
    st.session_state["_link"] = {}
    st.session_state["_run"] = st.session_state.get("_run", 0) + 1
    st.session_state["_notices"] = st.container()  # in sight, whatever is folded away


def unseen(key: str) -> bool:
    """Return whether `key` was not on screen in the run before: the browser forgot it.

    For components that keep a state of their own in the browser.
    """
    seen, run = st.session_state.setdefault("_seen", {}), st.session_state["_run"]
    before, seen[key] = seen.get(key, -1), run
    return before < run - 1


def begin(key: str, default: object, read: Callable[[str], object]) -> str:
    """Give the control `key` its first value and return its name in the session.

    Args:
        key: parameter of the link.
        default: value at first.
        read: turns the link's text into a value; ValueError if it cannot.
    """
    name = _name(key)
    st.session_state.setdefault(name, default)
    asked = st.query_params.get(key)
    if asked is not None and st.session_state["_arrived"]:
        try:
            st.session_state[name] = read(asked)
        except ValueError:
            shown = " ".join(asked.split())[:40].replace("`", "'")
            st.session_state["_notices"].warning(
                _(
                    "The link asks for `{value}`, which is not possible here: the "
                    "usual value stands."
                ).format(value=f"{key}={shown}")
            )
    return name


def note(key: str, value: Any, default: object) -> Any:  # noqa: ANN401
    """Put the value of the control `key` into the link, and return it."""
    st.session_state["_link"][key] = (_text(value), value == default)
    return value


def recall(key: str, default: str, read: Callable[[str], str]) -> str:
    """Return page state that no control holds, from the session or the link.

    Args:
        key: parameter of the link; `settings` changes it.
        default: value at first.
        read: turns the link's text into the value; ValueError if it cannot.
    """
    return st.session_state[begin(key, default, read)]


def remember(key: str, value: str, default: str) -> str:
    """Keep page state that no control holds, in the session and in the link."""
    st.session_state[_name(key)] = value
    return note(key, value, default)


def settings(**values: object) -> None:
    """Set controls of this page, by key; for callbacks, before the page runs again."""
    for key, value in values.items():
        st.session_state[_name(key)] = value


def reset() -> None:
    """Put every control of this page back to its start."""
    prefix = f"{st.session_state['_slug']}."
    for name in [n for n in st.session_state if str(n).startswith(prefix)]:
        del st.session_state[name]


def sync_link() -> None:
    """Write this page's state into the browser's address; offer to copy all of it.

    Call it after the last control. The address leaves defaults out; the copied link
    names them too, so that a later change of a default cannot change an old link.
    """
    state = st.session_state["_link"]
    link_button(state, label=_("Copy link"), done=_("Copied"))


def _name(key: str) -> str:
    return key if key in SHARED else f"{st.session_state['_slug']}.{key}"


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)
