"""What suppression says: the lines of its program, and why each step is as it is."""

import math

from engine.boxes import area, pairwise_intersection, pairwise_iou
from engine.suppression import LOW, Rule, Step, outcome
from playground.figures.box_pair import Pair
from playground.figures.numerals import plain, tex
from playground.figures.suppression import Words
from playground.figures.suppression_film import Moment
from playground.i18n import _
from playground.panels.average_tex import aligned
from playground.panels.iou_tex import distance
from playground.panels.nms_given import Given


def words(rule: Rule, classes: int) -> Words:
    """Return what the scene says, in the reader's language.

    Args:
        rule: whose numbers stand in the program.
        classes: among the boxes.
    """
    return Words(
        program=_program(rule, classes),
        step=_("Step"),
        boxes=_("Best first; the bar is the score."),
        key=_("─ waits   ═ kept   ╌ dropped"),
        pair=_("Pick · compared"),
        overlap=measure(rule),
        decided=_("Kept · dropped"),
        waiting=_("Waiting"),
        spoken=_(
            "Step {time:int}: pick {now:0:int}, compared with {now:1:int}, overlap "
            "{now:2}. Kept {now:5:int}, dropped {now:6:int}, waiting {now:7:int}."
        ),
    )


def measure(rule: Rule) -> str:
    """Return the name of the overlap that a rule uses."""
    return "DIoU" if rule.kind == "diou" else "IoU"


def _program(rule: Rule, classes: int) -> tuple[str, ...]:
    limit, name = f"{rule.max_overlap:g}", measure(rule)
    lines = [
        _("1  sort by score; drop scores < {score}").format(
            score=f"{rule.min_score:g}"
        ),
        _("2  pick the best box that waits: keep it"),
        _("3    compare with each that waits:") + f"  {name} = {{now:2:3}}",
        f"4      {_act(rule)}",
        f"5      {name} ≤ {limit}: " + _("it stays"),
    ]
    if rule.kind == "gaussian":
        lines[4] = "5      IoU = 0: " + _("it stays")
    if rule.per_class and classes > 1:
        lines.append("6      " + _("another class: pass over it"))
    return tuple(lines)


def _act(rule: Rule) -> str:
    if rule.kind == "gaussian":
        return _("score") + f" × exp(−IoU² / {rule.sigma:g})"
    above = f"{measure(rule)} > {rule.max_overlap:g}: "
    if rule.kind == "linear":
        return above + _("score") + " × (1 − IoU)"
    return above + _("drop it")


def reason(moment: Moment, rule: Rule, given: Given) -> str:
    """Return why this step is as it is, a sentence in Markdown."""
    step = moment.step
    if step.action == "start":
        return _start(moment, rule)
    if step.action == "end":
        return _("Nothing waits any more. Kept, in this order: {boxes}.").format(
            boxes=_listed(step.kept)
        )
    pick = _named(step.pick, step, given)
    if step.action == "pick":
        return _("{pick} has the best score of those that wait: it is kept.").format(
            pick=pick
        )
    other = step.other + 1
    if not moment.decided:
        return _(
            "How much do {pick} and box {other} overlap? Guess the verdict."
        ).format(pick=pick, other=other)
    return _verdict(step, rule, given)


def _start(moment: Moment, rule: Rule) -> str:
    if not moment.decided:
        return _("All boxes, best first. Scores below {score} go first.").format(
            score=f"{rule.min_score:g}"
        )
    low = [i for i, state in enumerate(moment.step.states) if state == LOW]
    if low:
        text = _("Dropped for a score below {score}: {boxes}.")
        return text.format(score=f"{rule.min_score:g}", boxes=_listed(low))
    return _("All boxes, best first: none has a score below {score}.").format(
        score=f"{rule.min_score:g}"
    )


def _verdict(step: Step, rule: Rule, given: Given) -> str:
    """Return what became of the box compared, and why."""
    texts = {
        "class": _(
            "Box {other} is of another class: box {pick} passes over it, whatever they "
            "overlap."
        ),
        "dropped": _(
            "Box {other} is dropped: {measure} = {overlap} > {limit}, so it is taken "
            "for the same object as box {pick}."
        ),
        "faded": _(
            "The score of box {other} sinks from {before} to {after}: below {score}, "
            "so it is dropped."
        ),
        "lowered": _(
            "The score of box {other} sinks from {before} to {after}, since it "
            "overlaps box {pick} by IoU = {overlap}. It waits on."
        ),
        "spared": _(
            "Box {other} stays: {measure} = {overlap} is not above {limit}. It may "
            "be another object."
        ),
    }
    said = outcome(step)
    if said == "spared" and rule.kind == "gaussian":
        return _(
            "Box {other} stays as it is: it shares nothing with box {pick}."
        ).format(other=step.other + 1, pick=step.pick + 1)
    return texts[said].format(
        other=step.other + 1,
        pick=step.pick + 1,
        measure=measure(rule),
        overlap=plain(step.overlap),
        limit=f"{rule.max_overlap:g}",
        before=plain(step.before),
        after=plain(step.scores[step.other]),
        score=f"{rule.min_score:g}",
    )


def overlap_tex(moment: Moment, rule: Rule, given: Given) -> str:
    """Return the overlap of the two boxes with their numbers, as LaTeX; "" if none."""
    step = moment.step
    if math.isnan(step.overlap):
        return ""
    boxes = given.scene.boxes
    a, b = boxes[[step.pick]], boxes[[step.other]]
    common = pairwise_intersection(a, b).item()
    sizes = area(a).item(), area(b).item()
    union = sum(sizes) - common
    lines = [
        r"\mathrm{IoU} &= \frac{|A\cap B|}{|A| + |B| - |A\cap B|} = "
        rf"\frac{{{tex(common)}}}{{{tex(sizes[0])} + {tex(sizes[1])} - {tex(common)}}} "
        rf"= \frac{{{tex(common)}}}{{{tex(union)}}} = {tex(pairwise_iou(a, b).item())}"
    ]
    if rule.kind == "diou":
        lines.append(_distance(moment, given))
    if moment.decided and outcome(step) in ("lowered", "faded"):
        lines.append(_decay(step, rule))
    return aligned(lines)


def _distance(moment: Moment, given: Given) -> str:
    """Return how DIoU comes from the IoU, as LaTeX."""
    boxes, step = given.scene.boxes, moment.step
    a, b = boxes[[step.pick]], boxes[[step.other]]
    pair = Pair(tuple(a[0].tolist()), tuple(b[0].tolist()))
    return distance(pair, pairwise_iou(a, b).item())


def _decay(step: Step, rule: Rule) -> str:
    before, after = tex(step.before), tex(step.scores[step.other])
    if rule.kind == "linear":
        factor = rf"(1 - {tex(step.overlap)})"
    else:
        factor = rf"e^{{-{tex(step.overlap)}^2 / {rule.sigma:g}}}"
    return rf"s &= {before}\cdot {factor} = {after}"


def _named(index: int, step: Step, given: Given) -> str:
    name = given.names[given.scene.labels[index]]
    score = plain(step.scores[index])
    return _("**Box {number}** ({name}, {score})").format(
        number=index + 1, name=name or "–", score=score
    )


def _listed(indices: list[int] | tuple[int, ...]) -> str:
    return ", ".join(str(index + 1) for index in indices) or "–"
