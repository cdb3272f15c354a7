"""Entry script: the frame that every page appears in."""

import logging
from pathlib import Path

import streamlit as st

import pages
from playground import theme
from playground.catalog import CHAPTERS, LESSONS
from playground.i18n import _

FOLDER = Path(pages.__file__).parent

st.set_page_config(page_icon=theme.xor_icon(), layout="wide")

home = st.Page(
    FOLDER / "home.py", title=_("Home"), icon=":material/home:", default=True
)
menu = {"": [home]}
for lesson in LESSONS:
    page = st.Page(
        FOLDER / f"{lesson.slug}.py",
        title=_(lesson.title),
        icon=lesson.icon,
        url_path=lesson.slug,
    )
    menu.setdefault(_(CHAPTERS[lesson.chapter]), []).append(page)

try:
    st.navigation(menu, position="top").run()
except Exception:  # the last net: no visitor shall read a traceback, or bare English
    logging.getLogger(__name__).exception("a page failed")
    st.error(
        _(
            "Something went wrong on this page. Reload it; if it fails again, leave "
            "out what follows the question mark in its address."
        )
    )
