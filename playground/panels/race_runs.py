"""The list of runners: as text for the link, and what all their parts are called.

The text is `<optimizer>:<rate>=<value>:…~<optimizer>:…`; a rate that is left out has
its usual value.
"""

from collections.abc import Iterable

from engine.courses import MOST_RACERS, Racer
from engine.optimizers import OPTIMIZERS
from playground.figures.race import Runner
from playground.i18n import _

LONGEST = 1500  # letters of a list that are read
USUAL_RATES = {  # learning rates with which a new runner does well on many surfaces
    "sgd": 0.01,
    "momentum": 0.01,
    "momentum_ema": 0.1,
    "nesterov": 0.01,
    "adagrad": 0.5,
    "adadelta": 1.0,
    "rmsprop": 0.05,
}
USUAL_RATE = 0.1  # of Adam and its kin
SYMBOLS = {  # of every rate, as the formulas have it
    "learning_rate": "α",
    "momentum": "μ",
    "rho": "ρ",
    "beta1": "β₁",
    "beta2": "β₂",
    "epsilon": "ε",
    "weight_decay": "λ",
    "momentum_decay": "ψ",
}


def to_text(racers: Iterable[Racer]) -> str:
    """Return the list as the link holds it."""
    return "~".join(
        ":".join([racer.optimizer, *(f"{name}={digits(v)}" for name, v in racer.rates)])
        for racer in racers
    )


def from_text(text: str) -> tuple[Racer, ...]:
    """Return the runners that `to_text` wrote.

    Raises:
        ValueError: there are not 1 to 6, or one is not possible.
    """
    parts = text.split("~")
    if len(text) > LONGEST or len(parts) > MOST_RACERS:
        raise ValueError(f"there must be at most {MOST_RACERS} runners")
    return tuple(map(_racer, parts))


def tidied(text: str) -> str:
    """Return the text of a link as `to_text` writes it; ValueError as `from_text`."""
    return to_text(from_text(text))


def digits(value: float) -> str:
    """Return a number as short as can be, exactly."""
    return repr(float(value)).removesuffix(".0")


def fresh(optimizer: str, *others: tuple[str, float]) -> Racer:
    """Return a runner with a sensible learning rate, and these other rates."""
    rate = USUAL_RATES.get(optimizer, USUAL_RATE)
    return Racer(optimizer, (("learning_rate", rate), *others))


def changed(racer: Racer, name: str, value: float) -> Racer:
    """Return the runner with another value of one of its rates."""
    rates = dict(racer.rates) | {name: value}
    kept = [n for n in OPTIMIZERS[racer.optimizer].rates if n in rates]
    return Racer(racer.optimizer, tuple((n, rates[n]) for n in kept))


def optimizer_names() -> dict[str, str]:
    """Return the optimizers: id -> translated name."""
    return {
        "sgd": _("SGD"),
        "momentum": _("Momentum"),
        "momentum_ema": _("Momentum, 1−β"),
        "nesterov": "Nesterov",
        "adagrad": "AdaGrad",
        "adadelta": "AdaDelta",
        "rmsprop": "RMSProp",
        "adam": "Adam",
        "adamw": "AdamW",
        "adamax": "AdaMax",
        "nadam": "NAdam",
    }


def rate_names() -> dict[str, str]:
    """Return what the rates are called: name -> translated words and symbol."""
    words = {
        "learning_rate": _("Learning rate"),
        "momentum": _("Momentum"),
        "rho": _("Memory of squares"),
        "beta1": _("Memory of gradients"),
        "beta2": _("Memory of squares"),
        "epsilon": _("Smallest divisor"),
        "weight_decay": _("Weight decay"),
        "momentum_decay": _("Warm-up of the momentum"),
    }
    return {name: f"{text} {SYMBOLS[name]}" for name, text in words.items()}


def surface_names() -> dict[str, str]:
    """Return the surfaces: id -> translated name."""
    return {
        "bowl": _("Stretched bowl"),
        "saddle": _("Saddle"),
        "plateau": _("Plateau with a narrow valley"),
        "rosenbrock": "Rosenbrock",
        "beale": "Beale",
        "himmelblau": "Himmelblau",
        "rastrigin": "Rastrigin",
        "styblinski_tang": "Styblinski–Tang",
        "logistic": _("Logistic regression, 20 students"),
        "parabola": _("One parameter: w² − 10w + 25"),
    }


def shown(racers: Iterable[Racer], first: int = 0) -> tuple[Runner, ...]:
    """Return how runners appear: names and numbers; `first` come before these."""
    names = optimizer_names() | {"momentum_ema": _("Mom. 1−β")}  # there is less room
    return tuple(
        Runner(names[racer.optimizer], number)
        for number, racer in enumerate(racers, start=first + 1)
    )


def _racer(text: str) -> Racer:
    optimizer, *parts = text.split(":")
    rates = []
    for part in parts:
        name, _equals, value = part.partition("=")
        rates.append((name, float(value)))
    return Racer(optimizer, tuple(rates))
