"""Why a runner got lost: the law where there is one, otherwise what was seen."""

from engine.courses import Course, Racer
from engine.races import limit
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
    if rate > law.rate_at_start:
        place = (law.rate_at_start, law.at_start)
        text = _(
            "The learning rate {rate} exceeds ${law} = {most}$ where it starts "
            "($\\lambda_{{\\max}} = {curvature}$ there): its first steps already go "
            "too far."
        )
        if course.surface in QUADRATIC:
            text = _(
                "The learning rate {rate} exceeds ${law} = {most}$, the largest this "
                "surface bears ($\\lambda_{{\\max}} = {curvature}$): each step lands "
                "farther off than it began."
            )
    else:
        place = (law.rate_at_minimum, law.at_minimum)
        text = _(
            "Where it starts the surface bears the learning rate {rate}, but it bends "
            "more elsewhere. The nearest minimum bears ${law} = {most}$ "
            "($\\lambda_{{\\max}} = {curvature}$ there)."
        )
    most, curvature = map(tex, place)
    return text.format(
        rate=f"${tex(rate)}$",
        law=LAWS[racer.optimizer],
        most=most,
        curvature=curvature,
    )
