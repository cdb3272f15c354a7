"""What every training at the command line does: watch it, stop it, keep its files."""

import argparse
import json
import pickle
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import torch

from engine import cifar, mnist
from engine.lenet_training import Step
from playground.data import cifar_directory, mnist_directory

BAR = 30  # characters
STOPPED = 130  # exit status after Ctrl-C
# Data set -> module that reads it, where it lies unless told, megabytes to fetch.
DATA = {
    "MNIST": (mnist, mnist_directory, 11),
    "CIFAR-10": (cifar, cifar_directory, 170),
}


class Training(Protocol):
    """A run that can be left after any step: `epoch` counts those finished."""

    epoch: int

    def run(self) -> Iterator[Step]:
        """Yield one `Step` per batch."""

    def state(self) -> dict:
        """Return all that is needed to take the run up after its last epoch."""


def add_options(parser: argparse.ArgumentParser, *, seed: int, out: Path) -> None:
    """Add the options that every training has.

    Args:
        parser: of one training.
        seed: where the random numbers begin, if not given.
        out: the folder that is written to, if not given.
    """
    add = parser.add_argument
    add("--seed", type=int, default=seed, help="same seed, same network")
    add("--device", help="cuda, mps or cpu; the fastest if not given")
    add("--out", type=Path, default=out, metavar="DIR", help="where to write")
    add("--resume", type=Path, metavar="FILE", help="checkpoint to take up again")


def data_directory(asked: Path | None, name: str) -> Path:
    """Return the folder given, or the usual one, which now holds the data set.

    Args:
        asked: the folder given; whoever reads it finds out what it holds.
        name: key of `DATA`.
    """
    if asked is not None:
        return asked
    pictures, usual, size = DATA[name]
    directory = usual()
    if not pictures.present(directory):
        sys.stderr.write(f"Fetching {name} ({size} MB) into {directory}\n")
        pictures.download(directory)
    return directory


def told(train: Callable[[argparse.Namespace], int]) -> Callable:
    """Return the command that tells errors of `train` in one line, with status 2."""

    def run(arguments: argparse.Namespace) -> int:
        try:
            return train(arguments)
        except (OSError, ValueError) as error:
            sys.stderr.write(f"playground train: {error}\n")
            return 2

    return run


def finished(training: Training, checkpoint: Path) -> bool:
    """Run a training with a progress line and a file per epoch.

    Returns:
        Whether it came to its end; False after Ctrl-C, with the way to go on told.
    """
    try:
        _follow(training, checkpoint)
    except KeyboardInterrupt:
        save(training.state(), checkpoint)
        sys.stderr.write(f"\nStopped. Go on with: --resume {checkpoint}\n")
        return False
    return True


def read_checkpoint(path: Path | None) -> dict | None:
    """Return what `save` wrote of a run, or None where there is no path.

    Raises:
        ValueError: the file is no checkpoint.
        OSError: it cannot be read.
    """
    if path is None:
        return None
    complaint = f"{path} is not a checkpoint, or a damaged one"
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, KeyError):
        raise ValueError(complaint) from None
    if not isinstance(state, dict):
        raise ValueError(complaint)
    return state


def save(state: dict, path: Path) -> None:
    """Write tensors and plain values; the file appears whole or not at all."""
    with _replacing(path) as temporary:
        torch.save(state, temporary)


def write_json(values: dict, path: Path) -> None:
    """Write plain values as JSON, one line for each key."""
    lines = [f"  {json.dumps(key)}: {json.dumps(values[key])}" for key in values]
    with _replacing(path) as temporary:
        temporary.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _follow(training: Training, checkpoint: Path) -> None:
    saved = training.epoch
    for step in training.run():
        _show(step)
        if training.epoch > saved:
            saved = training.epoch
            save(training.state(), checkpoint)
    if sys.stderr.isatty():
        sys.stderr.write("\n")


def _show(step: Step) -> None:
    """Draw the progress line anew, every tenth batch, where someone can see it."""
    if not sys.stderr.isatty() or (step.index % 10 and step.index < step.total):
        return
    done = BAR * step.index // step.total
    sys.stderr.write(
        f"\r[{'#' * done}{'.' * (BAR - done)}] {step.index / step.total:4.0%}  "
        f"epoch {step.epoch}  loss {step.loss:.4f}  right {step.accuracy:4.0%} "
    )
    sys.stderr.flush()


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """Give a temporary file that becomes `path` when all went well, or vanishes."""
    temporary = path.with_name(f"{path.name}.part")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
