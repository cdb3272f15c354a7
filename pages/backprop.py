"""Backpropagation by hand: a formula becomes a graph, its gradient comes back."""

from engine import gradient_check, graphs
from playground import widgets
from playground.i18n import _
from playground.layout import close_lesson, open_lesson
from playground.panels.backprop_check import check_view
from playground.panels.backprop_graph import graph_view
from playground.panels.backprop_matrices import matrices_view
from playground.panels.backprop_presets import TRIES

SLUG = "backprop"

frame = open_lesson(SLUG)
with frame.stage:
    names = {"graph": _("Graph"), "check": _("Check"), "matrices": _("Matrices")}
    view = widgets.segments(_("Look at"), names, key="view", label_shown=False)
    views = {"graph": graph_view, "check": check_view, "matrices": matrices_view}
    take_away = views[view](frame.controls)

close_lesson(
    frame,
    graphs.compute,
    graphs.steps,
    graphs.gradients,
    graphs.descend,
    gradient_check.one_sided,
    gradient_check.two_sided,
    gradient_check.relative_error,
    tries=TRIES,
    take_away=take_away,
)
