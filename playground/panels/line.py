"""The line in front of the server's few seats for long computations."""

import streamlit as st

from playground.i18n import _
from playground.jobs import Progress


def in_line(progress: Progress) -> bool:
    """Return whether a job waits for its seat, and say at which place if it does."""
    if not progress.place:
        return False
    st.info(
        _("The server is busy: you are number {place} in line.").format(
            place=progress.place
        )
    )
    return True
