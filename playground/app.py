"""Entry script: the frame that every page appears in."""

from pathlib import Path

import streamlit as st

import pages
from playground.catalog import CHAPTERS, LESSONS
from playground.i18n import _

FOLDER = Path(pages.__file__).parent

st.set_page_config(page_title=_("Deep Learning Playground"), layout="wide")

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

st.navigation(menu, position="top").run()
