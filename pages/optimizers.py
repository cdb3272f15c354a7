"""Race optimizers down a surface, tune them fairly, take one step apart."""

from engine import dissection, races
from playground import widgets
from playground.i18n import _
from playground.layout import TakeAway, close_lesson, open_lesson
from playground.panels.race_controls import knobs
from playground.panels.race_step import step_view
from playground.panels.race_tuning import tuning_view
from playground.panels.race_view import race_view

SLUG = "optimizers"

frame = open_lesson(SLUG)
with frame.controls:
    chosen = knobs()
with frame.stage:
    names = {"race": _("Race"), "step": _("One step"), "tuning": _("Fair tuning")}
    view = widgets.segments(_("Look at"), names, key="view", label_shown=False)
    if view == "race":
        race_view(chosen)
    elif view == "step":
        step_view(chosen)
    else:
        tuning_view(chosen)

close_lesson(
    frame, races.race, races.tune, dissection.dissect, tries=(), take_away=TakeAway()
)
