"""Build your own: a plan in a table editor, told layer by layer as it is typed."""

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.architectures import NETWORKS
from engine.layer_plan import Layer, names
from engine.layer_report import Report, Row, folded
from playground import state, theme, widgets
from playground.figures.numerals import grouped
from playground.i18n import _, language
from playground.layout import TakeAway
from playground.panels import architecture_text as texts
from playground.panels import architecture_words as words
from playground.panels.architecture_networks import (
    details,
    draw,
    layer_number,
    looked,
    numbers,
    said,
    take_away,
    told,
    type_size,
)
from playground.panels.architecture_table import columns, frame, from_frame, tidy

START = "conv-n8-k5~relu~max-k2-s2~conv-n16-k5~relu~max-k2-s2~flatten~linear-n120-i400"
START += "~relu~linear-n84~relu~linear-n10"
MOST_SIDES = {"1": 4096, "2": 512, "3": 64}
PLAN = "architectures.plan"  # in the session
BEGINNING, SHOWN = "architectures.build_base", "architectures.build_shown"
TABLES = "_architecture_tables"  # never put back: an old table must not come again
HEAD, TALL, MOST_LINES = 38, 30, 13  # pixels; lines before the tables scroll


def build_view(controls: DeltaGenerator) -> TakeAway:
    """Let the reader build a network; return what to keep.

    Args:
        controls: where the controls go.
    """
    with controls:
        start_from()
        axes = widgets.segments(
            _("Axes of the input"), {"2": "2-D", "1": "1-D", "3": "3-D"}, key="axes"
        )
        side = widgets.number(
            _("Side of the input"), (1, MOST_SIDES[axes], 1), 32, key=f"side{axes}"
        )
        channels = widgets.number(_("Channels"), (1, 4096, 1), 3, key="channels")
        number = layer_number()
        unseen = state.unseen("plan")
        text = state.recall("plan", START, texts.tidied)
        below = st.container()
    shape = (channels, *[side] * int(axes))
    layers = _edited(text, shape, fresh=unseen)
    with below:
        _move_buttons(len(layers), number)
    found = told(layers, shape)
    rows = folded(found.rows, "blocks")
    look = looked(rows, [row.index + 1 for row in rows], number)
    if found.problem:
        index = found.problem.index
        said(found, layers, f"{index + 1} · {names(layers)[index]}")
    numbers(found, shape)
    draw(found, layers, shape, look)
    details(found, look)
    return take_away(found, {"network": (layers, shape)})


def start_from() -> None:
    """Offer every network of the list that is a plain chain as a beginning."""
    chains = {name: text for name, text in words.network_names().items() if _fits(name)}
    with st.popover(_("Start from a network"), width="stretch"):
        for name, text in chains.items():
            st.button(
                text, key=f"from_{name}", type="tertiary", on_click=begin, args=(name,)
            )


def begin(name: str) -> None:
    """Put the plan of a network of the list into the table; for callbacks."""
    network = NETWORKS[name]
    channels, side, _side = network.shape
    state.settings(
        plan=texts.to_text(network.plan(network.classes)),
        axes="2",
        side2=side,
        channels=channels,
        row=1,
    )


def _fits(name: str) -> bool:
    network = NETWORKS[name]
    return network.chain and len(network.plan(network.classes)) <= texts.MOST_LAYERS


def _move_buttons(count: int, number: int) -> None:
    """Show the buttons that move, copy and remove the row chosen, of so many."""
    at = min(number, count) - 1
    full = count == texts.MOST_LAYERS
    buttons = (
        (_("Up"), ":material/arrow_upward:", at == 0, up),
        (_("Down"), ":material/arrow_downward:", at == count - 1, down),
        (_("Copy below"), ":material/add:", full, copy),
        (_("Remove"), ":material/remove:", count == 1, remove),
    )
    with st.container(horizontal=True, gap="small"):
        for label, icon, disabled, act in buttons:
            st.button(
                label,
                icon=icon,
                type="tertiary",
                disabled=disabled,
                on_click=act,
                args=(at,),
            )


def up(at: int) -> None:
    """Move a layer one row up; for callbacks, which see what was just typed."""
    parts = st.session_state[PLAN].split("~")
    if 0 < at < len(parts):
        parts[at - 1 : at + 1] = parts[at], parts[at - 1]
        state.settings(plan="~".join(parts), row=at)


def down(at: int) -> None:
    """Move a layer one row down; for callbacks."""
    parts = st.session_state[PLAN].split("~")
    if at < len(parts) - 1:
        parts[at : at + 2] = parts[at + 1], parts[at]
        state.settings(plan="~".join(parts), row=at + 2)


def copy(at: int) -> None:
    """Put a copy of a layer below it; for callbacks."""
    parts = st.session_state[PLAN].split("~")
    if at < len(parts) < texts.MOST_LAYERS:
        state.settings(plan="~".join([*parts[: at + 1], *parts[at:]]), row=at + 2)


def remove(at: int) -> None:
    """Take a layer out; for callbacks."""
    parts = st.session_state[PLAN].split("~")
    if at < len(parts) > 1:
        state.settings(plan="~".join(parts[:at] + parts[at + 1 :]), row=max(1, at))


def _edited(text: str, shape: tuple[int, ...], *, fresh: bool) -> tuple[Layer, ...]:
    """Show the table editor beside what comes of it; return the layers as edited."""
    memory, scale = st.session_state, type_size() / theme.FONT_SIZE
    # What changes the editor, other than typing into it, begins a new one.
    if fresh or memory.get(SHOWN) != (text, language(), scale):
        memory[BEGINNING] = text
        memory[TABLES] = memory.get(TABLES, 0) + 1
    left, right = st.columns([5, 3], gap="small")
    base = frame(texts.from_text(memory[BEGINNING]))
    high = round(HEAD * scale) + TALL * min(len(base) + 1, MOST_LINES)
    with left:
        edited = st.data_editor(
            base,
            key=f"architecture_table_{memory[TABLES]}",
            num_rows="dynamic",
            height=high,
            row_height=TALL,
            hide_index=True,
            column_config=columns(scale),
            placeholder="",
            alt=_("The layers, to be edited."),
        )
        try:
            layers = from_frame(edited)
        except ValueError as problem:
            st.warning(str(problem))
            layers = texts.from_text(text)
        else:
            # Show the numbers that stand for empty cells, and all lines.
            if len(layers) != len(base) or not tidy(edited, layers):
                state.settings(plan=texts.to_text(layers))
                st.rerun()
    plan = state.remember("plan", texts.to_text(layers), START)
    memory[SHOWN] = plan, language(), scale
    with right:
        _answers(told(layers, shape), layers, high)
    st.caption(
        _(
            "k kernel, s stride, p padding. Empty inputs take whatever arrives. The "
            "last, empty line adds a layer; ticked lines go with the Delete key."
        )
    )
    return layers


def _answers(found: Report, layers: tuple[Layer, ...], high: int) -> None:
    """Show what each row of the editor gives, or that it fails."""
    blocks: dict[int, list[Row]] = {}
    for row in found.rows:
        blocks.setdefault(row.index, []).append(row)
    lines = []
    for index, name in enumerate(names(layers)):
        parts = blocks.get(index, [])
        if parts:
            told_shape = words.shape_text(parts[-1].shape)
            parameters = grouped(sum(row.parameters for row in parts))
        else:
            failed = found.problem.index == index
            told_shape, parameters = _("✕ does not fit") if failed else "–", "–"
        lines.append((f"{index + 1} · {name}", told_shape, parameters))
    heads = [_("Layer"), _("Output"), _("Parameters")]
    st.dataframe(
        pd.DataFrame(lines, columns=heads),
        hide_index=True,
        height=high,
        row_height=TALL,
        alt=_("Output shape and parameters of every layer."),
    )
