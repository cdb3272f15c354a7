"""The YOLO grid: objects as one tensor, and the networks that answer with it."""

from engine import families, sliding, yolo, yolo_net, yolo_terms
from playground import widgets
from playground.i18n import _
from playground.layout import close_lesson, open_lesson
from playground.panels import yolo_presets as presets
from playground.panels.yolo_families import families_view
from playground.panels.yolo_pass import pass_view
from playground.panels.yolo_prediction import prediction_view
from playground.panels.yolo_prediction_presets import PREDICTION
from playground.panels.yolo_target import target_view

SLUG = "yolo"
# id -> what shows it, what to try there, the engine's functions behind it
VIEWS = {
    "target": (target_view, presets.TARGET, (yolo.assigned, yolo.encode, yolo.decode)),
    "prediction": (
        prediction_view,
        PREDICTION,
        (yolo_net.opened, yolo.decode, yolo.detect, yolo_terms.loss_terms),
    ),
    "pass": (pass_view, presets.PASS, (sliding.one_pass, sliding.slide, sliding.costs)),
    "families": (families_view, presets.FAMILIES, (families.families,)),
}

frame = open_lesson(SLUG)
with frame.stage:
    names = {
        "target": _("Target"),
        "prediction": _("Prediction"),
        "pass": _("One pass"),
        "families": _("From R-CNN to YOLO"),
    }
    view = widgets.segments(_("Look at"), names, key="view", label_shown=False)
    show, tries, functions = VIEWS[view]
    take_away = show(frame.controls)

close_lesson(frame, *functions, tries=tries, take_away=take_away)
