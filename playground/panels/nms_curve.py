"""Precision and recall of what suppression kept, against the objects that are there."""

import streamlit as st

from engine.average_precision import Ranking, area_under_curve, mean_average_precision
from engine.box_scenes import BoxScene
from engine.suppression import Rule
from engine.verdicts import Kept, Quality, of_class, quality, suppress, sweep
from playground import state, widgets
from playground.figures import precision
from playground.figures.numerals import plain
from playground.figures.precision_still import sweep_chart
from playground.figures.suppression import Exhibit
from playground.i18n import _
from playground.layout import chart
from playground.panels.nms_controls import SIGMAS, Knobs
from playground.panels.nms_given import Given
from playground.panels.nms_view import stage_of, step_text, view_to
from playground.player.player import Still, player, rested

KEY = "precision"
LIMITS = {"0.5": "0.5", "0.6": "0.6", "0.75": "0.75", "0.95": "0.95"}
END = "end"
STEPS = tuple(step / 20 for step in range(21))  # thresholds of the chart


def judge_controls(given: Given) -> tuple[float, int]:
    """Show from which IoU on a prediction is right, and whose class; return both."""
    help = _("A prediction that overlaps no object by this IoU is wrong.")
    limit = widgets.segments(_("Right from IoU"), LIMITS, key="right", help=help)
    truth = given.scene.truth
    labels = sorted({*truth.labels.tolist()}) if truth else []
    names = {str(label): given.names[label] or "–" for label in labels}
    if len(names) < 2:
        return float(limit), labels[0] if labels else 0
    key = "class" + "_".join(names)  # other classes, another choice
    label = widgets.segments(_("Class"), names, key=key)
    return float(limit), int(label)


def curve_view(chosen: Knobs, limit: float, label: int) -> Ranking | None:
    """Show hits and misses as the score sinks, and what another threshold would do.

    Args:
        chosen: what is suppressed, and how.
        limit: the IoU from which on a prediction is right.
        label: the class that is judged.

    Returns:
        The predictions that are shown; None where nobody knows what is there.
    """
    given = chosen.given
    truth = given.scene.truth
    if truth is None or not len(truth.boxes) or not len(given.scene.boxes):
        st.info(
            _(
                "Nobody has said what is in this picture. Choose another one, or give "
                "your table rows without a score: those are the objects."
            )
        )
        return None
    found = suppress(given.scene, chosen.rule)
    judged, shown = _judged(given, found, label, limit)
    tracks, tape = precision.frames(judged)
    scene = precision.scene(judged, shown, tracks, _words(judged.ranking))
    times = [float(time) for time in range(len(tape))]
    goto = float(_playhead(len(tape) - 1))
    player(scene, key=KEY, source=Still(tape, times, goto=goto))
    st.markdown(_summary(judged.ranking, given.names[label], limit))
    mean = plain(mean_average_precision([found], [truth], limit))
    text = _("The mean of AP over all classes that are there: **mAP = {value}**.")
    st.markdown(text.format(value=mean))
    limits, results = _sweep(chosen, label, limit)
    chart(
        sweep_chart(
            limits,
            results,
            _threshold(chosen.rule),
            axis=_axis_name(chosen.rule),
            names=_quality_names(),
        ),
        key="sweep",
        alt=_("Precision, recall, F1 and AP for every threshold of suppression."),
    )
    return judged.ranking


def _sweep(
    chosen: Knobs, label: int, limit: float
) -> tuple[tuple[float, ...], list[Quality]]:
    """Return thresholds, and the quality of one class at each."""
    limits = SIGMAS if chosen.rule.kind == "gaussian" else STEPS
    given = chosen.given
    return limits, _swept(given.source, chosen.rule, limits, label, limit, given.scene)


@st.cache_data(max_entries=64, show_spinner=False)
def _swept(
    source: str,
    rule: Rule,
    limits: tuple[float, ...],
    label: int,
    limit: float,
    _scene: BoxScene,
) -> list[Quality]:
    """Return the quality at each threshold; `source` tells scenes apart."""
    return sweep(_scene, rule, limits, label, limit)


def _threshold(rule: Rule) -> float:
    """Return the number of a rule that the chart is drawn over."""
    return rule.sigma if rule.kind == "gaussian" else rule.max_overlap


def _axis_name(rule: Rule) -> str:
    """Return the translated name of that number."""
    if rule.kind == "gaussian":
        return _("Width σ")
    return _("Largest DIoU") if rule.kind == "diou" else _("Largest IoU")


def _quality_names() -> dict[str, str]:
    """Return attribute of Quality -> translated name."""
    return {
        "precision": _("Precision"),
        "recall": _("Recall"),
        "f1": "F1",
        "average_precision": "AP",
    }


def _judged(
    given: Given, found: Kept, label: int, limit: float
) -> tuple[precision.Judged, Exhibit]:
    """Return the predictions of one class on the stage, with their names."""
    truth, view = given.scene.truth, view_to(given)
    ranking, mine, finds = of_class(found, truth, label, limit)
    here = (truth.labels == label).nonzero().flatten().tolist()
    places = view.place(found.boxes[mine])
    numbers = [found.indices[index] + 1 for index in mine]
    judged = precision.Judged(
        ranking,
        places,
        view.place(truth.boxes[here]),
        [here.index(find) if find >= 0 else -1 for find in finds],
    )
    picture = stage_of(given)
    return judged, Exhibit(
        places, [label] * len(mine), given.names, None, picture, tuple(numbers)
    )


def _summary(ranking: Ranking, name: str, limit: float) -> str:
    """Return what all predictions of a class are worth, in a sentence."""
    all_told = quality(ranking)
    return _(
        "{name}, right from IoU {limit}: **AP = {ap}** (COCO, 101 recalls; the shaded "
        "area is {area}). All {count} together: precision {precision}, recall "
        "{recall}, F1 {f1}."
    ).format(
        name=f"**{name or '–'}**",
        limit=f"{limit:g}",
        ap=plain(all_told.average_precision),
        area=plain(area_under_curve(ranking)),
        count=len(ranking.hits),
        precision=plain(all_told.precision),
        recall=plain(all_told.recall),
        f1=plain(all_told.f1),
    )


def _words(ranking: Ranking) -> precision.Words:
    area = plain(area_under_curve(ranking))
    return precision.Words(
        taken=_("The best {time:int}"),
        score=_("Score from"),
        precision=_("Precision"),
        recall=_("Recall"),
        area=_("area {value}").format(value=area),
        key=_("─ right (TP)   ╌ wrong (FP)   ▒ an object, green once it is found"),
        spoken=_(
            "The best {time:int} taken: right {now:1:int}, wrong {now:2:int}, missed "
            "{now:3:int}; precision {now:4}, recall {now:5}."
        ),
    )


def _playhead(last: int) -> int:
    """Return how many predictions are taken, and keep it in the link."""
    time = rested(KEY)
    if time is not None:
        state.settings(taken=END if time >= last else str(round(time)))
    text = state.remember("taken", state.recall("taken", END, step_text), END)
    return last if text == END else min(int(text), last)
