"""Weighted averages: what β forgets, and why the first days need mending."""

from engine import averages, moments
from playground import widgets
from playground.i18n import _
from playground.layout import close_lesson, open_lesson
from playground.panels.average_controls import knobs
from playground.panels.average_presets import TRIES
from playground.panels.average_uses import use_controls, uses_view
from playground.panels.average_views import average_view, table_view

SLUG = "averages"

frame = open_lesson(SLUG)
with frame.stage:
    names = {
        "average": _("The average"),
        "table": _("Day by day"),
        "uses": _("Where it is used"),
    }
    view = widgets.segments(_("Look at"), names, key="view", label_shown=False)
with frame.controls:
    chosen = use_controls() if view == "uses" else knobs()
with frame.stage:
    if view == "uses":
        take_away = uses_view(chosen)
    elif view == "table":
        take_away = table_view(chosen)
    else:
        take_away = average_view(chosen)

used = (moments.replay, moments.batch_norm) if view == "uses" else ()
close_lesson(
    frame,
    averages.ewa,
    averages.weights,
    averages.settled,
    averages.moving_average,
    *used,
    tries=TRIES,
    take_away=take_away,
)
