"""Long computations beside the page: one per visitor, a few per server, the rest wait.

A job has its own thread, the only one that touches the model while it learns. Pages
look at `Job.progress`, a frozen copy, as often as they like.
"""

import atexit
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol

PATIENCE = 5.0  # seconds the interpreter waits for a job's step at its end
KEPT = 400  # steps remembered for curves; more are thinned to every second one


class Work(Protocol):
    """What a job can do: something that goes on step by step."""

    def run(self) -> Iterator[Any]:
        """Yield a step at a time."""


class Room:
    """Seats for jobs: those at the front of the line run, the others wait."""

    def __init__(self, seats: int) -> None:
        self.seats = seats
        self._line: deque[Job] = deque()
        self._changed = threading.Condition()
        atexit.register(self.close)

    def close(self) -> None:
        """Stop every job, and wait for the step it is at.

        A thread that is within torch when the interpreter ends aborts the process.
        """
        with self._changed:
            line = list(self._line)
        for job in line:
            job.stop()
        for job in line:
            job.join()

    def enter(self, job: "Job") -> bool:
        """Wait for a seat; return False if the job was stopped meanwhile."""
        with self._changed:
            self._line.append(job)
            self._changed.wait_for(
                lambda: self.place(job) == 0 or job.stopping.is_set()
            )
            return not job.stopping.is_set()

    def leave(self, job: "Job") -> None:
        """Give the seat, or the place in the line, to the next."""
        with self._changed:
            self._line.remove(job)
            self._changed.notify_all()

    def wake(self) -> None:
        """Let waiting jobs look whether they were stopped."""
        with self._changed:
            self._changed.notify_all()

    def place(self, job: "Job") -> int:
        """Return 0 for a job with a seat, else how many must end or go before it."""
        with self._changed:
            line = list(self._line)
        return max(line.index(job) - self.seats + 1, 0) if job in line else 0


@dataclass(frozen=True)
class Progress:
    """How far a job is.

    Attributes:
        running: from `start` until the result is there or the job failed.
        place: 0 while it computes, else its place in the line.
        steps: steps yielded so far, thinned, in order.
        result: what `finish` returned.
        error: sentence of what ended it: a file, a value, too little memory.
    """

    running: bool = False
    place: int = 0
    steps: tuple = ()
    result: Any = None
    error: str = ""


class Job:
    """One visitor's computation; a new start replaces the last one's result."""

    def __init__(self, room: Room) -> None:
        self.stopping = threading.Event()
        self._room = room
        self._lock = threading.Lock()
        self._progress = Progress()
        self._thread: threading.Thread | None = None

    @property
    def progress(self) -> Progress:
        """How far the job is now."""
        with self._lock:
            return replace(self._progress, place=self._room.place(self))

    def start(self, make: Callable[[], Work], finish: Callable[[Any], Any]) -> None:
        """Begin, unless the job is running already.

        Args:
            make: makes the work; called in the job's own thread.
            finish: turns the work into the result, after its last step or a stop.
        """
        with self._lock:
            if self._progress.running:
                return
            self._progress = Progress(running=True)
        self.stopping.clear()
        run = threading.Thread(target=self._run, args=(make, finish), daemon=True)
        self._thread = run
        run.start()

    def stop(self) -> None:
        """Ask the job to end after the step it is at; its result is kept."""
        self.stopping.set()
        self._room.wake()

    def join(self) -> None:
        """Wait until the job has ended, some seconds at most."""
        if self._thread is not None:
            self._thread.join(PATIENCE)

    def _run(self, make: Callable[[], Work], finish: Callable[[Any], Any]) -> None:
        try:
            if self._room.enter(self):
                work = make()
                self._follow(work)
                self._set(result=finish(work))
        except (OSError, ValueError, RuntimeError) as error:  # data, recipe, memory
            self._set(error=str(error))
        finally:
            self._room.leave(self)
            self._set(running=False)

    def _follow(self, work: Work) -> None:
        steps, every = [], 1
        for index, step in enumerate(work.run()):
            if index % every == 0:
                steps.append(step)
                self._set(steps=tuple(steps))
            if len(steps) == KEPT:
                steps, every = steps[::2], every * 2
            if self.stopping.is_set():
                return

    def _set(self, **changes: object) -> None:
        with self._lock:
            self._progress = replace(self._progress, **changes)
