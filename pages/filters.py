"""Filters: what a kernel answers, and what those of a trained network look for."""

from engine import (
    ablation,
    colour_net,
    excite,
    filters,
    growth,
    lenet,
    patches,
    responses,
    saliency,
)
from playground import widgets
from playground.i18n import _
from playground.layout import close_lesson, open_lesson
from playground.panels import (
    filter_presets,
    learned_excite_presets,
    learned_filters_presets,
)
from playground.panels.filter_view import classic_view
from playground.panels.learned_ablate import ablate_view
from playground.panels.learned_excite import excite_view
from playground.panels.learned_filters import learned_view

SLUG = "filters"
# id -> what shows it, what to try there, the engine's functions behind it
VIEWS = {
    "classic": (
        classic_view,
        filter_presets.TRIES,
        (
            responses.respond,
            responses.factors,
            responses.slopes,
            filters.slope,
            filters.gaussian,
            filters.laplacian_of_gaussian,
            filters.gabor,
        ),
    ),
    "learned": (
        learned_view,
        learned_filters_presets.TRIES,
        (colour_net.ColourNet, colour_net.activations, lenet.LeNet5),
    ),
    "excite": (
        excite_view,
        learned_excite_presets.EXCITE,
        (excite.climb, growth.Growth, patches.strongest, patches.cut),
    ),
    "ablate": (
        ablate_view,
        learned_excite_presets.ABLATE,
        (ablation.faded, ablation.alone, saliency.covered),
    ),
}

frame = open_lesson(SLUG)
with frame.stage:
    names = {
        "classic": _("Classic filters"),
        "learned": _("Learned filters"),
        "excite": _("What excites a unit"),
        "ablate": _("Switch filters off"),
    }
    view = widgets.segments(_("Look at"), names, key="view", label_shown=False)
    show, tries, functions = VIEWS[view]
    take_away = show(frame.controls)

close_lesson(frame, *functions, tries=tries, take_away=take_away)
