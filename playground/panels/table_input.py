"""What the pages ask of a reader's own table: a file, or pasted rows."""

from functools import partial

import streamlit as st

from playground import widgets
from playground.i18n import _
from playground.tables import TABLES, decoded


def own_table(page: str, *, height: int = 120) -> str:
    """Show a field for a file and one for pasted rows; return the text, "" if none.

    What a file held is kept: the field forgets it while another view is open.

    Args:
        page: a word that no other table has; names what is kept.
        height: of the field for rows, in pixels.
    """
    file, held = f"{page}_csv", f"{page}.table"
    words, keep = _("Choose a table"), partial(_keep, file, held)
    widgets.upload(_("CSV file"), words, TABLES, key=file, on_change=keep)
    pasted = st.text_area(
        _("Or paste rows here"),
        key=f"{page}.paste",
        height=height,
        persist_state="session",
    )
    text = st.session_state.get(held, pasted)
    return text if text and text.strip() else ""


def _keep(file: str, held: str) -> None:
    """Keep what the file holds that was just chosen, or taken away."""
    given = st.session_state[file]
    if given:
        st.session_state[held] = decoded(given.getvalue())
    else:
        st.session_state.pop(held, None)
