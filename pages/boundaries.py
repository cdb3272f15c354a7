"""Train a network live and watch its decision boundary, from one unit to deep nets."""

from engine import models, training
from playground import widgets
from playground.i18n import _
from playground.layout import TakeAway, close_lesson, open_lesson
from playground.panels import boundary_exports as exports
from playground.panels.boundary_compare import compare_view
from playground.panels.boundary_controls import knobs
from playground.panels.boundary_presets import TRIES
from playground.panels.boundary_sweep import sweep_view
from playground.panels.boundary_unit import unit_view
from playground.panels.boundary_views import inside_view, network_view

SLUG = "boundaries"

frame = open_lesson(SLUG)
with frame.stage:
    names = {
        "network": _("Network"),
        "inside": _("Inside"),
        "unit": _("One unit"),
        "compare": _("Compare"),
        "sweep": _("Search"),
    }
    view = widgets.segments(_("Look at"), names, key="view", label_shown=False)

shown = None
if view == "unit":
    with frame.stage:
        unit_view(frame.controls)
else:
    with frame.controls:
        chosen = knobs()
    with frame.stage:
        if view == "network":
            shown = network_view(chosen)
        elif view == "inside":
            shown = inside_view(chosen)
        elif view == "compare":
            shown = compare_view(chosen)
        else:
            sweep_view(chosen)

close_lesson(
    frame,
    models.forward,
    models.backward,
    training.Run,
    tries=TRIES,
    take_away=exports.take_away(shown) if shown else TakeAway(),
)
