"""How much two boxes overlap, what suppression keeps of many, and how good that is."""

from engine import average_precision, boxes, suppression
from playground import widgets
from playground.i18n import _
from playground.layout import close_lesson, open_lesson
from playground.panels import iou_exports as exports
from playground.panels.iou_pair import pair_controls, pair_view
from playground.panels.iou_presets import TRIES
from playground.panels.nms_controls import knobs, truth_control
from playground.panels.nms_curve import curve_view, judge_controls
from playground.panels.nms_view import nms_view

SLUG = "iou_nms"
FUNCTIONS = {  # view -> the engine's functions behind it
    "pair": (
        boxes.pairwise_iou,
        boxes.pairwise_intersection,
        boxes.pairwise_giou,
        boxes.pairwise_diou,
        boxes.pairwise_ciou,
    ),
    "nms": (boxes.nms, boxes.nms_per_class, suppression.trace, suppression.Rule),
    "curve": (
        average_precision.match,
        average_precision.average_precision,
        average_precision.mean_average_precision,
        boxes.nms_per_class,
    ),
}

frame = open_lesson(SLUG)
with frame.stage:
    names = {
        "pair": _("Two boxes"),
        "nms": _("Suppression"),
        "curve": _("Precision and recall"),
    }
    view = widgets.segments(_("Look at"), names, key="view", label_shown=False)

if view == "pair":
    with frame.controls:
        pair = pair_controls()
    with frame.stage:
        pair_view(pair)
    take_away = exports.pair_to_take(pair)
elif view == "nms":
    with frame.controls:
        chosen, truth = knobs(), truth_control()
    with frame.stage:
        nms_view(chosen, truth=truth)
    take_away = exports.nms_to_take(chosen)
else:
    with frame.controls:
        chosen = knobs()
        right, label = judge_controls(chosen.given)
    with frame.stage:
        ranking = curve_view(chosen, right, label)
    take_away = exports.curve_to_take(chosen, ranking, label, right)

close_lesson(frame, *FUNCTIONS[view], tries=TRIES, take_away=take_away)
