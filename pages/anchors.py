"""Anchor boxes: a few sizes that every cell offers, and who gets which."""

from engine import anchor_counts, anchors, cell_offsets, dense_anchors, plain_kmeans
from playground import widgets
from playground.i18n import _
from playground.layout import close_lesson, open_lesson
from playground.panels.anchor_cell import cell_view
from playground.panels.anchor_dense import dense_view
from playground.panels.anchor_find import find_view
from playground.panels.anchor_presets import TRIES

SLUG = "anchors"
# id -> what shows it, the engine's functions behind it
VIEWS = {
    "cell": (
        cell_view,
        (
            anchors.assign,
            anchors.shape_iou,
            cell_offsets.encode_in_cell,
            cell_offsets.decode_in_cell,
        ),
    ),
    "find": (
        find_view,
        (
            anchors.kmeans_anchors,
            anchors.kmeans_steps,
            anchors.lloyd,
            anchors.shape_iou,
            anchor_counts.best_by_count,
            plain_kmeans.plain_steps,
        ),
    ),
    "dense": (
        dense_view,
        (
            dense_anchors.shapes,
            dense_anchors.anchor_boxes,
            dense_anchors.match,
            dense_anchors.with_best,
            anchors.encode,
            anchors.decode,
        ),
    ),
}

frame = open_lesson(SLUG)
with frame.stage:
    names = {
        "cell": _("One cell"),
        "find": _("Find anchors"),
        "dense": _("Dense anchors"),
    }
    view = widgets.segments(_("Look at"), names, key="view", label_shown=False)
    show, functions = VIEWS[view]
    take_away = show(frame.controls)

close_lesson(frame, *functions, tries=TRIES, take_away=take_away)
