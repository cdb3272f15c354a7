"""What a race is: the course all run on, and each racer's optimizer and rates."""

import math
from dataclasses import dataclass

from engine.optimizers import OPTIMIZERS
from engine.schedules import SCHEDULES
from engine.surfaces import Surface, surface

MOST_RACERS, MOST_STEPS = 6, 1000
FARTHEST_START = 100.0
CLIPS = ("", "norm", "value")
# The rates of all optimizers: smallest and largest.
RANGES = {
    "learning_rate": (0.0, 1000.0),
    "momentum": (0.0, 0.9999),
    "rho": (0.0, 0.99999),
    "beta1": (0.0, 0.99999),
    "beta2": (0.0, 0.99999),
    "epsilon": (1e-16, 1.0),
    "weight_decay": (0.0, 10.0),
    "momentum_decay": (0.0, 1.0),
}
NUMBERS = {"noise": (0.0, 100.0), "clip_at": (1e-6, 1e6)}


@dataclass(frozen=True)
class Racer:
    """An optimizer with its rates.

    Args:
        optimizer: a key of `OPTIMIZERS`.
        rates: names and values, within `RANGES`; what is missing has its usual value.

    Raises:
        ValueError: the optimizer or a rate is unknown, a rate stands twice or lies
            outside its range.
    """

    optimizer: str
    rates: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        _require_choice("optimizer", self.optimizer, tuple(OPTIMIZERS))
        allowed = OPTIMIZERS[self.optimizer].rates
        names = [name for name, _value in self.rates]
        if len(set(names)) < len(names) or not set(names) <= set(allowed):
            raise ValueError(
                f"rates of {self.optimizer} must be of {', '.join(allowed)}, each "
                f"once, got {', '.join(names)}"
            )
        for name, value in self.rates:
            _require_number(name, value, *RANGES[name])

    @property
    def values(self) -> dict[str, float]:
        """Every rate, given or usual."""
        return {**OPTIMIZERS[self.optimizer].rates, **dict(self.rates)}


@dataclass(frozen=True)
class Course:
    """Where all racers run, and what they all have to cope with.

    Args:
        surface: a key of `SURFACES`; condition: see `surfaces.bowl`, [1, 1000].
        start: the first point, each number in [-100, 100].
        steps: 1 to 1000.
        noise: standard deviation of the Gaussian added to each part of each gradient,
            [0, 100]; the same numbers for all racers.
        batch: samples in a mini-batch, 0 for all; only where the surface has samples,
            and at most so many. In a new order each epoch, the same for all racers.
        seed: decides the noise and the mini-batches, 0 to 2³¹ - 1.
        schedule: a key of `SCHEDULES`, its epochs being the steps, from 0;
            schedule_rate: the number that shapes it.
        clip: "" for no clipping; "norm" shortens a gradient longer than clip_at,
            "value" cuts each part off at ±clip_at. clip_at: in [1e-6, 1e6].

    Raises:
        ValueError: a value lies outside its range, or two do not go together.
    """

    surface: str = "bowl"
    condition: float = 10.0
    start: tuple[float, ...] = (-2.5, 1.0)
    steps: int = 100
    noise: float = 0.0
    batch: int = 0
    seed: int = 0
    schedule: str = "constant"
    schedule_rate: float = 1.0
    clip: str = ""
    clip_at: float = 1.0

    def __post_init__(self) -> None:
        ground = self.ground
        if len(self.start) != ground.dimensions:
            raise ValueError(
                f"start must have {ground.dimensions} numbers, got {self.start}"
            )
        for number in self.start:
            _require_number("start", number, -FARTHEST_START, FARTHEST_START)
        for name, limits in NUMBERS.items():
            _require_number(name, getattr(self, name), *limits)
        _require_whole("steps", self.steps, 1, MOST_STEPS)
        _require_whole("batch", self.batch, 0, ground.size)
        _require_whole("seed", self.seed, 0, 2**31 - 1)
        _require_choice("clip", self.clip, CLIPS)
        _require_choice("schedule", self.schedule, tuple(SCHEDULES))
        SCHEDULES[self.schedule](0, self.schedule_rate, self.steps)

    @property
    def ground(self) -> Surface:
        """The surface itself."""
        return surface(self.surface, self.condition)

    @property
    def factors(self) -> list[float]:
        """What the schedule multiplies the learning rate by, for each step."""
        schedule = SCHEDULES[self.schedule]
        return [
            schedule(step, self.schedule_rate, self.steps) for step in range(self.steps)
        ]


def _require_choice(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        said = ", ".join(choice or '""' for choice in allowed)
        raise ValueError(f"{name} must be one of {said}, got {value}")


def _require_number(name: str, value: float, low: float, high: float) -> None:
    if not (math.isfinite(value) and low <= value <= high):
        raise ValueError(f"{name} must lie in [{low:g}, {high:g}], got {value}")


def _require_whole(name: str, value: int, low: int, high: int) -> None:
    if not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{name} must be whole, {low} to {high}, got {value}")
