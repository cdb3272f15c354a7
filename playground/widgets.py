"""Controls that Streamlit lacks: every one of them is remembered by the link.

See `playground.state` for where their values live.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from playground.state import begin, note


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
    name = begin(key, next(iter(options)), _option(options))
    picked = st.selectbox(
        label,
        list(options),
        key=name,
        format_func=options.__getitem__,
        help=help,
        persist_state="session",
    )
    return note(key, picked, next(iter(options)))


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
    name = begin(key, start, _option(options))
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
    return note(key, picked or start, start)


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
    format: str | None = None,
) -> Any:  # noqa: ANN401 - int or float, as the span's numbers are
    """Show a number field with step buttons and return its value; see `slider`.

    format: how the number is written, such as "%.6g"; two decimals if not given.
    """
    field = partial(st.number_input, format=format)
    return _ranged(field, label, span, default, key=key, help=help)


def stepped(
    label: str,
    values: Sequence[float],
    default: float,
    *,
    key: str,
    help: str | None = None,
) -> float:
    """Show a slider over uneven steps, such as 0.01, 0.03, 0.1, and return its value.

    A link may name a value between the steps; it becomes one of them.

    Args:
        label: translated text above the slider.
        values: the steps, rising.
        default: value at first, one of `values`.
        key: parameter of the link.
        help: what the control does to the picture.
    """
    name = begin(key, default, _number((values[0], values[-1], default)))
    value = st.select_slider(
        label,
        sorted({*values, st.session_state[name]}),
        key=name,
        format_func=lambda step: str(step).removesuffix(".0"),  # all different
        help=help,
        persist_state="session",
    )
    return note(key, value, default)


def entry(
    label: str,
    default: str,
    read: Callable[[str], str],
    *,
    key: str,
    help: str | None = None,
    field: Callable[..., str] = st.text_input,
) -> str:
    """Show a field for text and return it tidied.

    Text that cannot be used is named beside the field, and what stood there before
    counts.

    Args:
        label: translated text above the field.
        default: text at first.
        read: returns the text tidied; ValueError with a translated sentence if it
            cannot be used.
        key: parameter of the link.
        help: what the control does to the picture.
        field: st.text_area for several lines.
    """
    name = begin(key, default, read)
    typed = field(label, key=name, help=help, persist_state="session")
    kept, usual = f"{name}.kept", read(default)
    try:
        st.session_state[kept] = read(typed)
    except ValueError as problem:
        st.warning(str(problem))
    return note(key, st.session_state.setdefault(kept, usual), usual)


def several(
    label: str,
    options: Mapping[str, str],
    default: tuple[str, ...],
    *,
    key: str,
    help: str | None = None,
) -> tuple[str, ...]:
    """Show options of which any number may be on; return their ids in order.

    Args:
        label: translated text above the buttons.
        options: id -> translated text.
        default: ids on at first.
        key: parameter of the link, ids joined by points.
        help: what the control does to the picture.
    """

    def read(text: str) -> list[str]:
        return [_option(options)(name) for name in dict.fromkeys(text.split("."))]

    name = begin(key, list(default), read)
    picked = st.pills(
        label,
        list(options),
        selection_mode="multi",
        key=name,
        format_func=options.__getitem__,
        help=help,
        wrap=True,
        persist_state="session",
    )
    chosen = tuple(option for option in options if option in picked) or default
    note(key, ".".join(chosen), ".".join(default))
    return chosen


def toggle(label: str, default: bool, *, key: str, help: str | None = None) -> bool:
    """Show a switch and return whether it is on."""
    name = begin(key, default, _switch)
    value = st.toggle(label, key=name, help=help, wrap=True, persist_state="session")
    return note(key, value, default)


def check(label: str, default: bool, *, key: str, disabled: bool = False) -> bool:
    """Show a check box, for a row of small switches, and return whether it is on."""
    name = begin(key, default, _switch)
    value = st.checkbox(
        label, key=name, disabled=disabled, wrap=True, persist_state="session"
    )
    return note(key, value, default)


def upload(
    label: str,
    words: str,
    types: Sequence[str],
    *,
    key: str,
    on_change: Callable[[], None] | None = None,
) -> UploadedFile | None:
    """Show a place to drop a file; the link cannot remember it.

    Streamlit's uploader speaks English only, so its own words are painted over.

    Args:
        label: translated text above it.
        words: translated text on its button.
        types: endings of the names of files it takes.
        key: name of the uploader on its page.
        on_change: called when a file came or went, before the page runs again.
    """
    zone = f".st-key-{key} [data-testid='stFileUploaderDropzone"
    st.html(
        f"<style>{zone}'] button p {{ font-size: 0 }}"
        f" {zone}'] button p::after {{ content: '{words}'; font-size: .875rem }}"
        f" {zone}Instructions'] {{ display: none }}</style>"
    )
    return st.file_uploader(label, type=list(types), key=key, on_change=on_change)


def _ranged(
    widget: Callable,
    label: str,
    span: tuple[float, float, float],
    default: float,
    *,
    key: str,
    help: str | None,
) -> Any:  # noqa: ANN401 - int or float, as the span's numbers are
    name = begin(key, default, _number(span))
    low, high, step = span
    value = widget(
        label, low, high, step=step, key=name, help=help, persist_state="session"
    )
    return note(key, value, default)


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
