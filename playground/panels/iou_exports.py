"""What a reader carries off from this page: programs, tables, stills."""

from collections.abc import Iterable
from functools import partial

import plotly.graph_objects as go

from engine.average_precision import Ranking
from engine.verdicts import suppress
from playground.figures.box_pair import MEASURES, Pair
from playground.figures.box_pair_still import curve_still, pair_still
from playground.figures.precision_still import curve_chart
from playground.figures.suppression_still import still
from playground.i18n import _
from playground.layout import TakeAway
from playground.panels.nms_controls import Knobs
from playground.snippets import boxes as snippets


def pair_to_take(pair: Pair) -> TakeAway:
    """Return what can be carried off from two boxes."""
    return TakeAway(
        partial(snippets.pair, pair.a, pair.b),
        stills={
            "boxes": partial(pair_still, pair),
            "iou": partial(curve_still, pair, axis=_("shift of B in pixels")),
        },
        tables={"iou.csv": pair_csv(pair)},
    )


def nms_to_take(chosen: Knobs) -> TakeAway:
    """Return what can be carried off from a suppression."""
    scene = chosen.given.scene
    if not len(scene.boxes):
        return TakeAway()
    return TakeAway(
        partial(snippets.suppression, scene, chosen.rule),
        stills={"suppression": partial(_still, chosen)},
        tables={"boxes.csv": boxes_csv(chosen)},
    )


def curve_to_take(
    chosen: Knobs, ranking: Ranking | None, label: int, right: float
) -> TakeAway:
    """Return what can be carried off from precision and recall.

    Args:
        chosen: what is suppressed, and how.
        ranking: of the class shown; None where nobody knows what is there.
        label: the class.
        right: the IoU from which on a prediction is right.
    """
    if ranking is None:
        return nms_to_take(chosen)
    words = {"recall": _("Recall"), "precision": _("Precision")}
    return TakeAway(
        partial(snippets.precision, chosen.given.scene, chosen.rule, label, right),
        figures={"thresholds": "sweep"},
        stills={
            "precision": partial(curve_chart, ranking, **words),
            "suppression": partial(_still, chosen),
        },
        tables={"boxes.csv": boxes_csv(chosen), "precision.csv": curve_csv(ranking)},
    )


def pair_csv(pair: Pair) -> str:
    """Return both boxes and every measure of them."""
    a, b = pair.boxes()
    values = [measure(a, b).item() for measure, *_look in MEASURES.values()]
    sides = ("x1", "y1", "x2", "y2")
    names = [f"{box}_{side}" for box in "ab" for side in sides]
    return _csv([*names, *MEASURES], [(*pair.a, *pair.b, *values)])


def boxes_csv(chosen: Knobs) -> str:
    """Return a row for each box: place, score, label, score left, whether it is kept.

    The first six columns can be pasted as one's own boxes.
    """
    scene, names = chosen.given.scene, chosen.given.names
    found = suppress(scene, chosen.rule)
    left = dict(zip(found.indices, found.scores.tolist(), strict=True))
    rows = [
        (*map(_short, box), _short(score), names[label], *_fate(left.get(index)))
        for index, (box, score, label) in enumerate(
            zip(
                scene.boxes.tolist(),
                scene.scores.tolist(),
                scene.labels.tolist(),
                strict=True,
            )
        )
    ]
    return _csv(["x1", "y1", "x2", "y2", "score", "label", "kept", "score_left"], rows)


def curve_csv(ranking: Ranking) -> str:
    """Return a row for each prediction, best first, with precision and recall."""
    columns = (
        ranking.scores,
        ranking.hits.int(),
        ranking.precision(),
        ranking.recall(),
        ranking.f1(),
    )
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return _csv(["score", "right", "precision", "recall", "f1"], rows)


def _still(chosen: Knobs) -> go.Figure:
    given = chosen.given
    kept = suppress(given.scene, chosen.rule).indices
    return still(given.scene, given.names, kept, given.frame)


def _fate(left: float | None) -> tuple[int, str]:
    return (0, "") if left is None else (1, _short(left))


def _short(value: float) -> str:
    return f"{value:.6g}"


def _csv(names: list[str], rows: Iterable[tuple]) -> str:
    lines = [",".join(map(str, row)) for row in rows]
    return "\n".join([",".join(names), *lines]) + "\n"
