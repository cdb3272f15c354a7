"""The gallery: every lesson as a card with a picture of its own making."""

import streamlit as st

from playground import state
from playground.catalog import LESSONS
from playground.figures.thumbnails import THUMBNAILS
from playground.i18n import _
from playground.layout import chart, title_row

COLUMNS = 4

thumbnail = st.cache_data(max_entries=32, show_spinner=False)(
    lambda slug: THUMBNAILS[slug]()
)

state.arrive("home")
link = title_row(
    _("Deep Learning Playground"),
    _(
        "Turn a knob, see what the network does. From XOR to YOLO, real PyTorch under "
        "every picture."
    ),
    resettable=False,
)
columns = st.columns(COLUMNS)
for index, lesson in enumerate(LESSONS):
    with columns[index % COLUMNS], st.container(border=True):
        chart(
            thumbnail(lesson.slug),
            key=f"thumbnail_{lesson.slug}",
            alt=_(lesson.title),
        )
        st.page_link(f"../pages/{lesson.slug}.py", label=f"**{_(lesson.title)}**")
        st.markdown(_(lesson.promise))
with link:
    state.sync_link()
