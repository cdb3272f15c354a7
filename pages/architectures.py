"""Architectures: where a network's parameters and multiplications sit."""

from engine import architectures, blocks, layer_plan, layer_report, residual
from playground import widgets
from playground.i18n import _
from playground.layout import close_lesson, open_lesson
from playground.panels.architecture_build import build_view
from playground.panels.architecture_costs import costs_view
from playground.panels.architecture_depth import depth_view
from playground.panels.architecture_networks import networks_view
from playground.panels.architecture_presets import TRIES

SLUG = "architectures"
VIEWS = {
    "networks": networks_view,
    "build": build_view,
    "costs": costs_view,
    "depth": depth_view,
}

frame = open_lesson(SLUG)
with frame.stage:
    names = {
        "networks": _("Networks"),
        "build": _("Build your own"),
        "costs": _("What it costs"),
        "depth": _("Depth"),
    }
    view = widgets.segments(_("Look at"), names, key="view", label_shown=False)
    take_away = VIEWS[view](frame.controls)

close_lesson(
    frame,
    layer_report.report,
    layer_plan.make,
    architectures.vgg16,
    architectures.resnet,
    blocks.Residual,
    blocks.Inception,
    residual.descend,
    tries=TRIES,
    take_away=take_away,
)
