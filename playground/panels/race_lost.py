"""Why a runner got lost: the law where there is one, otherwise what was seen."""

from engine.courses import Course, Racer
from engine.races import Limit, limit
from playground.figures.numerals import tex
from playground.i18n import _

LAWS = {  # the largest stable rate of each optimizer that has one
    "sgd": r"2/\lambda_{\max}",
    "momentum": r"2(1+\mu)/\lambda_{\max}",
    "momentum_ema": r"2(1+\mu)/((1-\mu)\lambda_{\max})",
    "nesterov": r"2(1+\mu)/((1+2\mu)\lambda_{\max})",
}
QUADRATIC = {"bowl", "parabola"}


def why_lost(course: Course, racer: Racer, name: str, step: int) -> str:
    """Return in sentences when a runner got lost, and why.

    Args:
        course: of the race.
        racer: one of its runners.
        name: number and name of the runner.
        step: after which it was lost.
    """
    said = _("**{name}**: after {step} steps $|w| > 10^6$.")
    if step == 1:
        said = _("**{name}**: after one step $|w| > 10^6$.")
    return f"{said.format(name=name, step=step)} {_law(course, racer)}"


def _law(course: Course, racer: Racer) -> str:
    law, rate = limit(course, racer), racer.values["learning_rate"]
    plain = course.schedule == "constant" and not (course.noise or course.clip)
    if law is None or not plain or course.batch:
        return _("Its steps are too large: try a smaller learning rate.")
    exact = course.surface in QUADRATIC
    at_start = rate > law.rate_at_start
    if exact and at_start:
        text = _(
            "The learning rate {rate} exceeds ${law} = {most}$, the largest this "
            "surface bears ($\\lambda_{{\\max}} = {curvature}$): each step lands "
            "farther off than it began."
        )
    elif at_start:
        text = _(
            "The learning rate {rate} exceeds ${law} = {most}$ where it starts "
            "($\\lambda_{{\\max}} = {curvature}$ there): its first steps already go "
            "too far."
        )
    elif law.at_start <= 0:
        text = _(
            "Where it starts the surface does not bend upwards; farther on it does, "
            "too much for the rate {rate}."
        )
    else:
        text = _(
            "At the start the surface bears up to ${law} = {most}$, more than {rate}; "
            "but elsewhere it bends more, and there a step goes too far."
        )
    return text.format(**_numbers(racer, law, rate))


def _numbers(racer: Racer, law: Limit, rate: float) -> dict[str, str]:
    return {
        "rate": f"${tex(rate)}$",
        "law": LAWS[racer.optimizer],
        "most": tex(law.rate_at_start),
        "curvature": tex(law.at_start),
    }
