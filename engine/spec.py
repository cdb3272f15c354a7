"""Say what is trained: one frozen dataclass of plain values, and changes by hand.

A number that may differ between the networks of a run is given as one float for all of
them or as a tuple with one float for each.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.activations import ACTIVATIONS, LEARNED
from engine.datasets import TASKS
from engine.features import FEATURES
from engine.losses import LOSSES
from engine.parameters import INITS
from engine.schedules import SCHEDULES

MOST_LAYERS, MOST_UNITS, MOST_CLASSES, MOST_NETWORKS = 8, 32, 6, 4096
MOST_POINTS, LARGEST_COORDINATE = 5000, 100.0
LARGEST_PARAMETER = 100.0  # that a change may set
# Numbers that may differ between networks and change by hand: smallest and largest.
RATES = {
    "learning_rate": (0.0, 1000.0),
    "momentum": (0.0, 1.0),
    "beta1": (0.0, 0.99999),
    "beta2": (0.0, 0.99999),
    "l1": (0.0, 10.0),
    "l2": (0.0, 10.0),
    "dropout": (0.0, 0.95),
    "clip": (0.0, 1e6),
}
NUMBERS = {
    "noise": (0.0, 3.0),
    "train_share": (0.0, 1.0),
    "rho": (0.0, 0.99999),
    "schedule_rate": (0.0, 1e6),
}
WHOLE = {
    "count": (4, MOST_POINTS),
    "classes": (2, MOST_CLASSES),
    "schedule_epochs": (1, 10**6),
    "batch_size": (0, MOST_POINTS),
    "seed": (0, 2**31 - 1),
}
# A run trains weights and biases; PReLU and maxout have numbers of their own to learn.
FIXED = tuple(name for name in ACTIVATIONS if name not in LEARNED)
# The optimizers whose rates a run can set; `engine.optimizers` has more of them.
OPTIMIZERS = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw")
CHOICES = {
    "data": TASKS,
    "own_task": ("classification", "regression"),
    "init": INITS,
    "loss": LOSSES,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
}
Rate = float | tuple[float, ...]


@dataclass(frozen=True)
class Change:
    """An intervention by hand: from `epoch` on, something has another value.

    Args:
        epoch: when it happens, at least 0: that many epochs are trained before it.
        name: a key of `RATES`, or a parameter, counted from 0: "w.<layer>.<from>.<to>"
            or "b.<layer>.<to>"; layer 0 is the first hidden one, the last the output.
            A rate stays at its new value; a parameter is set and then trained on.
        value: a rate within its range, a parameter in [-100, 100]; for all networks.

    Raises:
        ValueError: the epoch is below 0, the name is no such name, or the value lies
            outside its range. `training.start` asks whether the network has the layer.
    """

    epoch: int
    name: str
    value: float

    def __post_init__(self) -> None:
        _require_whole("epoch", self.epoch, 0, 10**9)
        kind, *place = self.name.split(".")
        lengths = {"w": 3, "b": 2}
        if self.name in RATES:
            low, high = RATES[self.name]
        elif len(place) == lengths.get(kind) and all(map(_is_index, place)):
            low, high = -LARGEST_PARAMETER, LARGEST_PARAMETER
        else:
            raise ValueError(
                f"name must be one of {', '.join(RATES)}, w.<layer>.<from>.<to> or "
                f"b.<layer>.<to>, got {self.name}"
            )
        _require_number(self.name, self.value, low, high)


@dataclass(frozen=True)
class Spec:
    """All that decides a training run of E networks.

    Args:
        data: a key of `datasets.TASKS`; count, noise, classes, balance: see
            `datasets.make`; count 4 to 5000.
        train_share: share of the points to train on, in [0, 1]; each side keeps at
            least one point. Sets of up to 4 points are trained and tested on whole.
        points: own points (x1, x2, label) instead of `data`, up to 5000, coordinates
            in [-100, 100]; own_task "classification" (labels 0 to 5) or "regression".
        features: keys of `FEATURES`, at least one.
        layers: units of each hidden layer, up to 8 layers of 1 to 32 units.
        activations: one of `FIXED` for all hidden layers, or one for each.
        init: a key of `parameters.INITS`. batch_norm: normalise each hidden layer.
        loss: a key of `LOSSES`; optimizer: of `OPTIMIZERS`. rho: RMSProp's averaging.
        learning_rate, momentum, beta1, beta2, l1, l2, dropout, clip: a float or one
            for each network, in the range `RATES` gives; clip 0 means no clipping.
        schedule, schedule_rate, schedule_epochs: see `schedules`.
        batch_size: points per step, 0 for all.
        seed: decides data, split and order of the points, 0 to 2³¹ − 1.
        init_seeds: for each network, what decides its first weights; () is `seed`.
        changes: what is changed by hand on the way, see `Change`.

    Raises:
        ValueError: a value lies outside its range, or two do not go together.
    """

    data: str = "spiral"
    count: int = 500
    noise: float = 0.1
    classes: int = 2
    balance: float = 0.5
    train_share: float = 0.5
    points: tuple[tuple[float, float, float], ...] = ()
    own_task: str = "classification"
    features: tuple[str, ...] = ("x1", "x2")
    layers: tuple[int, ...] = (8, 8)
    activations: tuple[str, ...] = ("tanh",)
    init: str = "xavier"
    batch_norm: bool = False
    loss: str = "cross_entropy"
    optimizer: str = "adam"
    learning_rate: Rate = 0.03
    momentum: Rate = 0.9
    beta1: Rate = 0.9
    beta2: Rate = 0.999
    rho: float = 0.99
    schedule: str = "constant"
    schedule_rate: float = 1.0
    schedule_epochs: int = 100
    l1: Rate = 0.0
    l2: Rate = 0.0
    dropout: Rate = 0.0
    clip: Rate = 0.0
    batch_size: int = 10
    seed: int = 0
    init_seeds: tuple[int, ...] = ()
    changes: tuple[Change, ...] = ()

    def __post_init__(self) -> None:
        for name, allowed in CHOICES.items():
            _require_choice(name, getattr(self, name), allowed)
        for name, (low, high) in NUMBERS.items():
            _require_number(name, getattr(self, name), low, high)
        for name, (low, high) in WHOLE.items():
            _require_whole(name, getattr(self, name), low, high)
        for name, (low, high) in RATES.items():
            for value in _each(getattr(self, name)):
                _require_number(name, value, low, high)
        for value in self.init_seeds:
            _require_whole("init_seeds", value, *WHOLE["seed"])
        _require_network(self)
        _require_data(self)
        _require_one_length(self)

    @property
    def networks(self) -> int:
        """How many networks are trained at once, E."""
        return max([1, *_lengths(self).values()])

    def rates(self, epoch: int) -> dict[str, list[float]]:
        """Return the rates in force at an epoch, E of each, changes included."""
        values = {name: getattr(self, name) for name in RATES}
        for change in sorted(self.changes, key=lambda change: change.epoch):
            if change.epoch <= epoch and change.name in RATES:
                values[change.name] = change.value
        return {
            name: list(value) if isinstance(value, tuple) else [value] * self.networks
            for name, value in values.items()
        }


def _each(value: Rate) -> tuple[float, ...]:
    return value if isinstance(value, tuple) else (value,)


def _lengths(spec: Spec) -> dict[str, int]:
    """Return how many values each field has that is given network by network."""
    given = {name: getattr(spec, name) for name in RATES}
    found = {n: len(value) for n, value in given.items() if isinstance(value, tuple)}
    return found | ({"init_seeds": len(spec.init_seeds)} if spec.init_seeds else {})


def _is_index(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _require_choice(name: str, value: str, allowed: Iterable[str]) -> None:
    if value not in allowed:
        raise ValueError(
            f"{name} must be one of {', '.join(map(str, allowed))}, got {value}"
        )


def _require_number(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} must lie in [{low:g}, {high:g}], got {value}")


def _require_whole(name: str, value: int, low: int, high: int) -> None:
    if not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{name} must be whole, {low} to {high}, got {value}")


def _require_network(spec: Spec) -> None:
    if len(spec.layers) > MOST_LAYERS:
        raise ValueError(f"layers must be at most {MOST_LAYERS}, got {spec.layers}")
    for units in spec.layers:
        _require_whole("layers", units, 1, MOST_UNITS)
    for activation in spec.activations:
        _require_choice("activations", activation, FIXED)
    if len(spec.activations) not in {1, len(spec.layers)}:
        raise ValueError(
            f"activations must be one, or one for each of {len(spec.layers)} hidden "
            f"layers, got {spec.activations}"
        )
    for feature in spec.features:
        _require_choice("features", feature, FEATURES)
    if not spec.features:
        raise ValueError("features must be at least one, got ()")


def _require_data(spec: Spec) -> None:
    if len(spec.points) > MOST_POINTS:
        raise ValueError(
            f"points must be at most {MOST_POINTS}, got {len(spec.points)}"
        )
    own = spec.own_task == "classification"
    for x1, x2, label in spec.points:
        for coordinate in (x1, x2) if own else (x1, x2, label):
            _require_number(
                "points", coordinate, -LARGEST_COORDINATE, LARGEST_COORDINATE
            )
        if own:
            _require_choice("label of points", label, range(MOST_CLASSES))


def _require_one_length(spec: Spec) -> None:
    lengths = _lengths(spec)
    if len(set(lengths.values())) > 1 or not all(
        1 <= length <= MOST_NETWORKS for length in lengths.values()
    ):
        raise ValueError(
            f"fields given network by network need one common length, 1 to "
            f"{MOST_NETWORKS}, got {lengths}"
        )
