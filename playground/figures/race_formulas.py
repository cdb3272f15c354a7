"""One step of an optimizer as formulas with its numbers, in LaTeX.

Squares, roots, quotients and maxima are taken coordinate by coordinate.
"""

from collections.abc import Callable, Mapping

from torch import Tensor

from engine.courses import Course, Racer
from engine.dissection import Step
from playground.figures.numerals import each, factor, tex, times, vector

Rates = Mapping[str, float]
BREAK = r"\\ &= "  # the numbers stand under the symbols


def formulas(course: Course, racer: Racer, step: Step) -> str:
    """Return all lines of a step, aligned.

    Args:
        course: of the race.
        racer: whose step it is.
        step: as `engine.dissection.dissect` returns it.
    """
    lines = [*_gradient(course, step), *_rate(course, racer, step)]
    lines += RULES[racer.optimizer](step, racer.values)
    lines.append(
        rf"w &\leftarrow w + \Delta w {BREAK}{vector(step.before)} + "
        rf"{factor(step.update)} = {vector(step.after)}"
    )
    return r"\begin{aligned}" + r"\\[6pt]".join(lines) + r"\end{aligned}"


def _gradient(course: Course, step: Step) -> list[str]:
    """Return the gradient as it is met, and as it is after clipping."""
    met = r"\nabla L(w)"
    if course.batch:
        met = rf"\nabla L_{{|B|={course.batch}}}(w)"
    if course.noise:
        met += r" + \xi"
    lines = [rf"g &= {met} = {vector(step.gradient)}"]
    most = tex(course.clip_at)
    if course.clip == "norm":
        length = tex(step.gradient.norm().item())
        lines.append(
            rf"g &\leftarrow g\,\min\left(1, c/\lVert g\rVert\right) {BREAK}"
            rf"{factor(step.gradient)}\min\left(1, \tfrac{{{most}}}{{{length}}}\right)"
            rf" = {vector(step.clipped)}"
        )
    elif course.clip == "value":
        lines.append(
            rf"g &\leftarrow \min(\max(g, -c), c) = {vector(step.clipped)},"
            rf"\quad c = {most}"
        )
    return lines


def _rate(course: Course, racer: Racer, step: Step) -> list[str]:
    """Return the learning rate of the step, where a schedule makes it."""
    if course.schedule == "constant":
        return []
    factor = course.factors[step.t - 1]
    base = racer.values["learning_rate"]
    return [
        rf"\alpha_{{{step.t}}} &= {tex(base)}\cdot {tex(factor)} = {tex(step.rate)}"
    ]


def _sgd(step: Step, rates: Rates) -> list[str]:
    return [_moved(step, "g", step.clipped)]


def _momentum(step: Step, rates: Rates) -> list[str]:
    return [_velocity(step, rates), _moved(step, "v", step.slots_after["v"])]


def _momentum_ema(step: Step, rates: Rates) -> list[str]:
    line = _mean(step, "v", r"\mu", rates["momentum"])
    return [line, _moved(step, "v", step.slots_after["v"])]


def _nesterov(step: Step, rates: Rates) -> list[str]:
    velocity, kept = step.slots_after["v"], tex(rates["momentum"])
    inner = rf"{vector(step.clipped)} + {kept}{times(velocity)}"
    update = (
        rf"\Delta w &= -\alpha\,(g + \mu v) {BREAK}"
        rf"-{tex(step.rate)}\left({inner}\right) {BREAK}{vector(step.update)}"
    )
    return [_velocity(step, rates), update]


def _adagrad(step: Step, rates: Rates) -> list[str]:
    squares = (
        rf"s &\leftarrow s + g^2 = {vector(step.slots_before['s'])} + "
        rf"{factor(step.clipped)}^2 = {vector(step.slots_after['s'])}"
    )
    return [squares, _scaled(step, rates, "g", "s", step.clipped)]


def _rmsprop(step: Step, rates: Rates) -> list[str]:
    line = _mean(step, "s", r"\rho", rates["rho"])
    return [line, _scaled(step, rates, "g", "s", step.clipped)]


def _adadelta(step: Step, rates: Rates) -> list[str]:
    epsilon, delta = tex(rates["epsilon"]), step.corrected["delta"]
    pattern = rf"#1\,\sqrt{{#2 + {epsilon}}}\,/\sqrt{{#3 + {epsilon}}}"
    kept, squares = step.slots_before["d"], step.slots_after["s"]
    ratio = (
        r"\delta &= g\,\sqrt{d + \varepsilon}\,/\sqrt{s + \varepsilon}"
        rf"{BREAK}{each(pattern, step.clipped, kept, squares)}{BREAK}{vector(delta)}"
    )
    return [
        _mean(step, "s", r"\rho", rates["rho"]),
        ratio,
        _mean(step, "d", r"\rho", rates["rho"]),
        _moved(step, r"\delta", delta),
    ]


def _adam(step: Step, rates: Rates) -> list[str]:
    return [*_adam_means(step, rates), _scaled_hats(step, rates)]


def _adamw(step: Step, rates: Rates) -> list[str]:
    decay, rate = rates["weight_decay"], tex(step.rate)
    shrunk = (
        rf"w' &= (1 - \alpha\lambda)\,w {BREAK}(1 - {rate}\cdot {tex(decay)})"
        rf"{factor(step.before)} = {vector(step.before * (1 - step.rate * decay))}"
    )
    update = (
        r"\Delta w &= w' - w - \alpha\,\hat v/(\sqrt{\hat s} + \varepsilon)"
        rf"{BREAK}{vector(step.update)}"
    )
    return [*_adam_means(step, rates), shrunk, update]


def _adamax(step: Step, rates: Rates) -> list[str]:
    v, u = step.slots_after["v"], step.slots_after["u"]
    pattern = rf"\max({tex(rates['beta2'])}\cdot #1,\ |#2| + {tex(rates['epsilon'])})"
    largest = (
        r"u &\leftarrow \max(\beta_2 u, |g| + \varepsilon)"
        rf"{BREAK}{each(pattern, step.slots_before['u'], step.clipped)} = {vector(u)}"
    )
    rate, hat = tex(step.rate), step.corrected["v_hat"]
    update = (
        rf"\Delta w &= -\alpha\,\hat v/u = -{rate}{each('#1/#2', hat, u)} = "
        rf"{vector(step.update)}"
    )
    return [
        _mean(step, "v", r"\beta_1", rates["beta1"]),
        _corrected(step, "v", r"\beta_1", v),
        largest,
        update,
    ]


def _nadam(step: Step, rates: Rates) -> list[str]:
    f = {name: tex(value) for name, value in step.factors.items()}
    momenta = (
        rf"\mu &= \beta_1(1 - \tfrac12\cdot 0.96^{{t\psi}}) {BREAK}{f['mu']},\quad "
        rf"\mu' = {f['mu_next']} \\ p &= 1 - \textstyle\prod\mu = {f['p']},\quad "
        rf"p' = {f['p_next']}"
    )
    v = step.slots_after["v"]
    hat = (
        r"\hat v &= \frac{\mu' v}{p'} + \frac{(1-\mu)\,g}{p}"
        rf"{BREAK}\tfrac{{{f['mu_next']}}}{{{f['p_next']}}}{times(v)} + "
        rf"\tfrac{{1 - {f['mu']}}}{{{f['p']}}}{times(step.clipped)} = "
        rf"{vector(step.corrected['v_hat'])}"
    )
    return [
        momenta,
        _mean(step, "v", r"\beta_1", rates["beta1"]),
        hat,
        _mean(step, "s", r"\beta_2", rates["beta2"]),
        _corrected(step, "s", r"\beta_2", step.slots_after["s"]),
        _scaled_hats(step, rates),
    ]


RULES: dict[str, Callable[[Step, Rates], list[str]]] = {
    "sgd": _sgd,
    "momentum": _momentum,
    "momentum_ema": _momentum_ema,
    "nesterov": _nesterov,
    "adagrad": _adagrad,
    "adadelta": _adadelta,
    "rmsprop": _rmsprop,
    "adam": _adam,
    "adamw": _adamw,
    "adamax": _adamax,
    "nadam": _nadam,
}


def _velocity(step: Step, rates: Rates) -> str:
    return (
        rf"v &\leftarrow \mu v + g {BREAK} {tex(rates['momentum'])}"
        rf"{times(step.slots_before['v'])} + {factor(step.clipped)} = "
        rf"{vector(step.slots_after['v'])}"
    )


def _mean(step: Step, slot: str, symbol: str, memory: float) -> str:
    """Return the line of a moving mean: v of gradients, s or d of squares."""
    past, numbers = {
        "v": ("g", step.clipped),
        "s": ("g^2", step.clipped),
        "d": (r"\delta^2", step.corrected.get("delta")),
    }[slot]
    squared = "" if slot == "v" else "^2"
    return (
        rf"{slot} &\leftarrow {symbol} {slot} + (1-{symbol})\,{past} {BREAK}"
        rf"{tex(memory)}{times(step.slots_before[slot])} + "
        rf"{tex(1 - memory)}{times(numbers)}{squared} = "
        rf"{vector(step.slots_after[slot])}"
    )


def _corrected(step: Step, slot: str, symbol: str, memory: Tensor) -> str:
    return (
        rf"\hat {slot} &= \frac{{{slot}}}{{1 - {symbol}^{{{step.t}}}}} = "
        rf"{vector(memory)} \Big/ {tex(step.factors[slot])} = "
        rf"{vector(step.corrected[f'{slot}_hat'])}"
    )


def _adam_means(step: Step, rates: Rates) -> list[str]:
    return [
        _mean(step, "v", r"\beta_1", rates["beta1"]),
        _mean(step, "s", r"\beta_2", rates["beta2"]),
        _corrected(step, "v", r"\beta_1", step.slots_after["v"]),
        _corrected(step, "s", r"\beta_2", step.slots_after["s"]),
    ]


def _moved(step: Step, symbol: str, numbers: Tensor) -> str:
    return (
        rf"\Delta w &= -\alpha {symbol} = -{tex(step.rate)}{times(numbers)} = "
        rf"{vector(step.update)}"
    )


def _scaled(step: Step, rates: Rates, above: str, below: str, numbers: Tensor) -> str:
    """Return the line of an update that is divided by a root."""
    pattern = rf"#1/(\sqrt{{#2}} + {tex(rates['epsilon'])})"
    squares = step.slots_after["s"] if below == "s" else step.corrected["s_hat"]
    return (
        rf"\Delta w &= -\alpha\,{above}/(\sqrt{{{below}}} + \varepsilon) {BREAK}"
        rf"-{tex(step.rate)}{each(pattern, numbers, squares)} = {vector(step.update)}"
    )


def _scaled_hats(step: Step, rates: Rates) -> str:
    return _scaled(step, rates, r"\hat v", r"\hat s", step.corrected["v_hat"])
