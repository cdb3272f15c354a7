"""Backpropagation by hand: a formula becomes a graph, its gradient comes back."""

from engine import gradient_check, graphs, matrices
from playground import widgets
from playground.i18n import _
from playground.layout import close_lesson, open_lesson
from playground.panels import backprop_matrices_tries, backprop_presets
from playground.panels.backprop_check import check_view
from playground.panels.backprop_graph import graph_view
from playground.panels.backprop_matrices import matrices_view

SLUG = "backprop"

frame = open_lesson(SLUG)
with frame.stage:
    names = {"graph": _("Graph"), "check": _("Check"), "matrices": _("Matrices")}
    view = widgets.segments(_("Look at"), names, key="view", label_shown=False)
    views = {"graph": graph_view, "check": check_view, "matrices": matrices_view}
    take_away = views[view](frame.controls)

functions = {
    "graph": (graphs.compute, graphs.steps, graphs.gradients, graphs.descend),
    "check": (
        gradient_check.one_sided,
        gradient_check.two_sided,
        gradient_check.relative_error,
        gradient_check.verdict,
    ),
    "matrices": (matrices.forward, matrices.backward),
}
close_lesson(
    frame,
    *functions[view],
    tries=(*backprop_presets.TRIES, *backprop_matrices_tries.TRIES),
    take_away=take_away,
)
