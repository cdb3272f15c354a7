"""Race optimizers down a surface, tune them fairly, take one step apart."""

from engine import dissection, races, surfaces
from engine.optimizers import OPTIMIZERS
from playground import widgets
from playground.i18n import _
from playground.layout import close_lesson, open_lesson
from playground.panels.race_controls import knobs
from playground.panels.race_exports import take_away
from playground.panels.race_presets import TRIES
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
    frame,
    surfaces.SURFACES[chosen.course.surface],
    *dict.fromkeys(OPTIMIZERS[racer.optimizer].step for racer in chosen.racers),
    races.race,
    races.tune,
    races.limit,
    dissection.dissect,
    tries=TRIES,
    take_away=take_away(chosen),
)
