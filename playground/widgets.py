"""Controls that Streamlit lacks: every one of them is remembered by the link.

A control's value lives in the session under "<slug>.<key>", so two pages may use the
same short key. Its text form is the link's parameter `key`: ids and numbers, never
translated words. The link is read once, when the reader arrives at a page; afterwards
`sync_link` writes it in the browser, without adding to the browser's history.
"""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from playground.i18n import _
from playground.link import link_button

SHARED = {"lang", "present"}  # keys that mean the same on every page


def arrive(slug: str) -> None:
    """Begin a run of the page `slug`: forget the last page's link."""
    st.session_state["_arrived"] = st.session_state.get("_slug") != slug
    st.session_state["_slug"] = slug
    st.session_state["_link"] = {}
    st.session_state["_run"] = st.session_state.get("_run", 0) + 1


def unseen(key: str) -> bool:
    """Return whether `key` was not on screen in the run before: the browser forgot it.

    For components that keep a state of their own in the browser.
    """
    seen, run = st.session_state.setdefault("_seen", {}), st.session_state["_run"]
    before, seen[key] = seen.get(key, -1), run
    return before < run - 1


def choice(
    label: str, options: Mapping[str, str], *, key: str, help: str | None = None
) -> str:
    """Show a menu and return the id picked; the first option is the default.

    Args:
        label: translated text above the menu.
        options: id -> translated text.
        key: parameter of the link.
        help: what the control does to the picture.
    """
    name = _recall(key, next(iter(options)), _option(options))
    picked = st.selectbox(
        label,
        list(options),
        key=name,
        format_func=options.__getitem__,
        help=help,
        persist_state="session",
    )
    return _remember(key, picked, next(iter(options)))


def segments(
    label: str,
    options: Mapping[str, str],
    *,
    key: str,
    default: str | None = None,
    help: str | None = None,
    label_shown: bool = True,
) -> str:
    """Show the options side by side and return the id picked.

    Args:
        label: translated text above the buttons.
        options: id -> translated text.
        key: parameter of the link.
        default: id chosen at first; None means the first option.
        help: what the control does to the picture.
        label_shown: off where the options speak for themselves.
    """
    start = default or next(iter(options))
    name = _recall(key, start, _option(options))
    picked = st.segmented_control(
        label,
        list(options),
        key=name,
        format_func=options.__getitem__,
        help=help,
        required=True,
        label_visibility="visible" if label_shown else "collapsed",
        wrap=True,
        persist_state="session",
    )
    return _remember(key, picked or start, start)


def slider(
    label: str,
    span: tuple[float, float, float],
    default: float,
    *,
    key: str,
    help: str | None = None,
) -> Any:  # noqa: ANN401 - int or float, as the span's numbers are
    """Show a slider and return its value.

    Args:
        label: translated text above the slider.
        span: (lowest, highest, step), all int or all float.
        default: value at first, of the same type.
        key: parameter of the link.
        help: what the control does to the picture.
    """
    return _ranged(st.slider, label, span, default, key=key, help=help)


def number(
    label: str,
    span: tuple[float, float, float],
    default: float,
    *,
    key: str,
    help: str | None = None,
) -> Any:  # noqa: ANN401 - int or float, as the span's numbers are
    """Show a number field with step buttons and return its value; see `slider`."""
    return _ranged(st.number_input, label, span, default, key=key, help=help)


def toggle(label: str, default: bool, *, key: str, help: str | None = None) -> bool:
    """Show a switch and return whether it is on."""
    name = _recall(key, default, _switch)
    value = st.toggle(label, key=name, help=help, wrap=True, persist_state="session")
    return _remember(key, value, default)


def check(label: str, default: bool, *, key: str, disabled: bool = False) -> bool:
    """Show a check box, for a row of small switches, and return whether it is on."""
    name = _recall(key, default, _switch)
    value = st.checkbox(
        label, key=name, disabled=disabled, wrap=True, persist_state="session"
    )
    return _remember(key, value, default)


def picture_upload(label: str, *, key: str) -> UploadedFile | None:
    """Show a place to drop a picture; the link cannot remember it.

    Streamlit's uploader speaks English only, so its own words are painted over.

    Args:
        label: translated text above it.
        key: name of the uploader on its page.
    """
    zone = f".st-key-{key} [data-testid='stFileUploaderDropzone"
    words = _("Choose a picture")
    st.html(
        f"<style>{zone}'] button p {{ font-size: 0 }}"
        f" {zone}'] button p::after {{ content: '{words}'; font-size: .875rem }}"
        f" {zone}Instructions'] {{ display: none }}</style>"
    )
    types = ["png", "jpg", "jpeg", "webp", "bmp", "gif"]
    return st.file_uploader(label, type=types, key=key)


def recall(key: str, default: str, read: Callable[[str], str]) -> str:
    """Return page state that no control holds, from the session or the link.

    Args:
        key: parameter of the link; `settings` changes it.
        default: value at first.
        read: turns the link's text into the value; ValueError if it cannot.
    """
    return st.session_state[_recall(key, default, read)]


def remember(key: str, value: str, default: str) -> str:
    """Keep page state that no control holds, in the session and in the link."""
    st.session_state[_name(key)] = value
    return _remember(key, value, default)


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


def _ranged(
    widget: Callable,
    label: str,
    span: tuple[float, float, float],
    default: float,
    *,
    key: str,
    help: str | None,
) -> Any:  # noqa: ANN401 - int or float, as the span's numbers are
    name = _recall(key, default, _number(span))
    low, high, step = span
    value = widget(
        label, low, high, step=step, key=name, help=help, persist_state="session"
    )
    return _remember(key, value, default)


def _name(key: str) -> str:
    return key if key in SHARED else f"{st.session_state['_slug']}.{key}"


def _recall(key: str, default: object, read: Callable[[str], object]) -> str:
    """Give the control `key` its first value and return its name in the session."""
    name = _name(key)
    st.session_state.setdefault(name, default)
    asked = st.query_params.get(key)
    if asked is not None and st.session_state["_arrived"]:
        try:
            st.session_state[name] = read(asked)
        except ValueError:
            shown = " ".join(asked.split())[:40].replace("`", "'")
            st.warning(
                _(
                    "The link asks for `{value}`, which is not possible here: the "
                    "usual value stands."
                ).format(value=f"{key}={shown}")
            )
    return name


def _remember(key: str, value: Any, default: object) -> Any:  # noqa: ANN401
    st.session_state["_link"][key] = (_text(value), value == default)
    return value


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def _option(options: Mapping[str, str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in options:
            raise ValueError(f"must be one of {list(options)}, got {text!r}")
        return text

    return read


def _number(span: tuple[float, float, float]) -> Callable[[str], float]:
    low, high, step = span

    def read(text: str) -> float:
        value = type(step)(text)
        if not low <= value <= high:
            raise ValueError(f"must lie in [{low}, {high}], got {text!r}")
        return value

    return read


def _switch(text: str) -> bool:
    if text not in {"0", "1"}:
        raise ValueError(f"must be 0 or 1, got {text!r}")
    return text == "1"
