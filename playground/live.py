"""A reader's live trainings, as a tape that the player pulls.

Nothing runs by itself: every pull trains a little further, at most until its deadline,
in the thread that serves it. What was trained stays in the runs' checkpoints, so the
whole tape can be painted again: after a change of view, of page, or of language.
"""

import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol, TypeVar

from engine.history import Checkpoint
from engine.training import Run, Spec, resume, start
from playground.figures.numerals import RAISED
from playground.player.tape import Chunk, shelf

MOST_FRAMES = 40  # in one answer
BEGINNING = -1.0  # a time before every frame


class Painter(Protocol):
    """Makes frames. `look` is equal for two painters whose frames are alike."""

    look: object

    def frame(self, moments: Sequence[Checkpoint], seconds: Sequence[float]) -> bytes:
        """Return one moment, from each run's checkpoint and computing time."""
        ...


Paints = TypeVar("Paints", bound=Painter)
T = TypeVar("T")


class LiveTraining:
    """Runs that advance together, one reader's; all methods may be called at once.

    Attributes:
        token: the secret under which the browser pulls the tape.
        generation: grows when frames that the browser has are no longer true.
        keep: up to this time they are still true; None: none of them.
        stays: whether the training is the same, and only looks different.
        at: where the playhead is, as the browser last said; None: nowhere yet.
        limit: epochs at which the tape ends.
        rested: what the player last reported, the place where it came to rest.
    """

    def __init__(self) -> None:
        self.token = shelf().put(self)
        self.generation = 0
        self.keep: float | None = None
        self.stays = False
        self.at: float | None = None
        self.rested: object = None
        self._runs: tuple[Run, ...] = ()
        self._specs: tuple[Spec, ...] = ()
        self._painter: Painter | None = None
        self.limit, self._note = 0, ""
        self._seconds: dict[int, tuple[float, ...]] = {}  # by epoch, of each run
        self._asked = False  # the browser asked for frames of this generation
        self._lock = threading.Lock()

    @property
    def playhead(self) -> int:
        """The epoch on screen, as well as the server knows it."""
        return int(self.at or 0)

    @property
    def lost(self) -> bool:
        """Whether the playhead is where every network has diverged."""
        with self._lock:
            return (
                bool(self._runs)
                and self.playhead >= self._lead.epoch
                and self._diverged()
            )

    def read(self, what: Callable[[Run], T]) -> T:
        """Return what a function says of the first run, which stands still for it."""
        with self._lock:
            return what(self._runs[0])

    def restart(self) -> None:
        """Let the next `show` begin at epoch 0, whatever is trained already."""
        with self._lock:
            self._specs = ()
            self.at = None

    def show(
        self,
        specs: tuple[Spec, ...],
        make: Callable[[Sequence[Run]], Paints],
        *,
        limit: int,
        diverged: str,
    ) -> tuple[tuple[Run, ...], Paints]:
        """Make the tape that of these runs; what is trained already is kept.

        Runs whose specs differ from the last ones only in changes by hand go on from
        the first epoch that differs.

        Args:
            specs: one per run.
            make: makes the painter of runs.
            limit: epochs at which the tape ends.
            diverged: said beside the clock when every network has diverged; {epoch}
                and {norm} become the first one's last epoch and gradient norm.

        Returns:
            The runs, to read from, and their painter.

        Raises:
            ValueError: a spec cannot be started; the tape stays as it was.
        """
        with self._lock:
            kept = self._follow(specs)
            painter = make(self._runs)
            self.stays = kept is None
            if self._painter is None or self._painter.look != painter.look:
                kept = BEGINNING
            elif limit != self.limit:  # the end moves
                kept = min(limit, self.limit, math.inf if kept is None else kept)
            if kept is not None:
                if not self._asked:  # the browser may not know of the last change
                    kept = min(kept, BEGINNING if self.keep is None else self.keep)
                self.keep = None if kept == BEGINNING else kept
                if self.at is not None and not self.stays:  # as the player does
                    self.at = min(self.at, kept + 1)
                self.generation += 1
                self._asked = False
            self._painter, self.limit, self._note = painter, limit, diverged
            return self._runs, painter

    def pull(self, after: float, step: float, until: float) -> Chunk:
        """Return frames after a time; train for them where there are none yet.

        Args:
            after: epoch of the newest frame that the browser has; -1 for none.
            step: epochs between two frames.
            until: `time.monotonic()` at which to stop, after one frame at least.
        """
        with self._lock:
            self._asked = True
            times, frames = [], []
            while _early(frames, until):
                index = self._next(after)
                if index is None and self._ended():
                    break
                if index is None:
                    self._train(max(1, round(step)), until)
                    index = -1
                after = float(self._lead.checkpoints[index].epoch)
                moments = [_moment(run, after) for run in self._runs]
                times.append(after)
                frames.append(self._painter.frame(moments, self._spent(int(after))))
            end = self._ended() and self._next(after) is None
            note = self._explained() if end and self._diverged() else ""
            return Chunk(times, frames, end=end, note=note)

    def moments(self, epoch: float) -> list[Checkpoint]:
        """Return every run's newest checkpoint at or before an epoch."""
        with self._lock:
            return [_moment(run, epoch) for run in self._runs]

    def _follow(self, specs: tuple[Spec, ...]) -> float | None:
        """Turn to new specs; return the time up to which frames stay, None: all."""
        if specs == self._specs:
            return None
        epoch = _parting(self._specs, specs)
        if 0 < epoch <= self._lead.epoch:
            self._runs = tuple(map(partial(_branch, epoch), specs, self._runs))
            kept = epoch - 0.5
        else:
            self._runs = tuple(start(spec) for spec in specs)
            self._seconds = {}
            kept = BEGINNING
        self._specs = specs
        return kept

    def _next(self, after: float) -> int | None:
        """Return the index of the first checkpoint later than a time."""
        for index, checkpoint in enumerate(self._lead.checkpoints):
            if after < checkpoint.epoch <= self.limit:
                return index
        return None

    def _train(self, epochs: int, until: float) -> None:
        """Go on for some epochs, fewer if the time is up; remember where that led."""
        spent = list(self._spent(self._lead.epoch))
        for _epoch in range(min(epochs, self.limit - self._lead.epoch)):
            for index, run in enumerate(self._runs):
                began = time.perf_counter()
                run.advance(1)
                spent[index] += time.perf_counter() - began
            if time.monotonic() > until:
                break
        for run in self._runs:
            run.store()
        stored = {checkpoint.epoch for checkpoint in self._lead.checkpoints}
        self._seconds = {e: s for e, s in self._seconds.items() if e in stored}
        self._seconds[self._lead.epoch] = tuple(spent)

    @property
    def _lead(self) -> Run:
        """The run that came furthest: one that has diverged stays behind."""
        return max(self._runs, key=lambda run: run.epoch)

    def _spent(self, epoch: int) -> tuple[float, ...]:
        known = [e for e in self._seconds if e <= epoch]
        return self._seconds[max(known)] if known else (0.0,) * len(self._runs)

    def _ended(self) -> bool:
        return self._lead.epoch >= self.limit or self._diverged()

    def _explained(self) -> str:
        """Return what is said of the first network that diverged."""
        first = min(
            (d for run in self._runs for d in run.divergence if d is not None),
            key=lambda divergence: divergence.epoch,
        )
        norm = _written(first.gradient_norm)
        return self._note.replace("{epoch}", str(first.epoch)).replace("{norm}", norm)

    def _diverged(self) -> bool:
        return all(d is not None for run in self._runs for d in run.divergence)


def _written(number: float) -> str:
    """Return a positive number to three digits: 0.0512, 5.95·10⁶, ∞."""
    digits, _e, power = f"{number:.3g}".partition("e")
    if not power:
        return digits.replace("inf", "∞")
    return f"{digits}·10{str(int(power)).translate(RAISED)}"


def _early(frames: list[bytes], until: float) -> bool:
    """Return whether another frame belongs into the same answer."""
    return not frames or (len(frames) < MOST_FRAMES and time.monotonic() < until)


def _moment(run: Run, epoch: float) -> Checkpoint:
    """Return the newest checkpoint at or before an epoch."""
    return [c for c in run.checkpoints if c.epoch <= max(epoch, 0)][-1]


def _branch(epoch: int, spec: Spec, run: Run) -> Run:
    """Return a run that leaves `run` just before an epoch's changes, at that epoch.

    A run that has diverged before is returned itself: it does not get there.
    """
    fork = _moment(run, epoch - 1)
    if all(fork.divergence):
        return run
    branch = resume(spec, fork, past=run)
    branch.advance(epoch - fork.epoch)
    branch.store()
    return branch


def _parting(old: tuple[Spec, ...], new: tuple[Spec, ...]) -> int:
    """Return the first epoch at which specs differ, if only in changes by hand; or -1.

    -1 also where the number of runs differs.
    """
    epochs = []
    for a, b in zip(old, new, strict=False):
        if replace(a, changes=b.changes) != b:
            return -1
        odd = set(a.changes) ^ set(b.changes)
        epochs.append(min((c.epoch for c in odd), default=2**31))
    return min(epochs) if len(old) == len(new) and epochs else -1
