"""The command `playground train lenet`: train LeNet-5 and write its weights and card.

A checkpoint (.ckpt) is written after every epoch; --resume takes a run up again.
"""

import argparse
import json
import pickle
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import torch
from torch import Tensor

from engine import mnist
from engine.device import describe, pick
from engine.lenet import VARIANTS, WEIGHTS, from_mnist
from engine.lenet_training import Recipe, Step, Training, drawn_set, evaluate
from playground.data import mnist_directory

DRAWN, DRAWN_SEED = 2000, 2026  # mouse-like drawings the card reports on
BAR = 30  # characters


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `playground train lenet` to a parser."""
    recipe = Recipe()
    add = parser.add_argument
    add("--data", type=Path, metavar="DIR", help="MNIST files; fetched if not given")
    add("--variant", choices=VARIANTS, default=recipe.variant, help="nonlinearity")
    add("--epochs", type=int, default=recipe.epochs, help="passes over the data")
    add("--seed", type=int, default=recipe.seed, help="same seed, same network")
    add("--device", help="cuda, mps or cpu; the fastest if not given")
    add("--out", type=Path, default=WEIGHTS, metavar="DIR", help="where to write")
    add("--resume", type=Path, metavar="FILE", help="checkpoint to take up again")


def run(arguments: argparse.Namespace) -> int:
    """Train, write lenet_<variant>.pt and .json, and say what the network scores.

    Args:
        arguments: what a parser with `add_arguments` returned.

    Returns:
        The exit code: 0, 2 after an error (told in one line), 130 after Ctrl-C.
    """
    try:
        return _train(arguments)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"playground train: {error}\n")
        return 2


def _train(arguments: argparse.Namespace) -> int:
    recipe = Recipe(
        variant=arguments.variant, epochs=arguments.epochs, seed=arguments.seed
    )
    device = pick(arguments.device)
    data = _data_directory(arguments.data)
    images, labels = mnist.read(data, "train")
    tests = mnist.read(data, "test")
    resume = _read_checkpoint(arguments.resume) if arguments.resume else None
    training = Training(recipe, images, labels, device=device, resume=resume)
    arguments.out.mkdir(parents=True, exist_ok=True)
    target = arguments.out / f"lenet_{recipe.variant}"
    checkpoint = target.with_suffix(".ckpt")
    sys.stderr.write(f"{len(images)} pictures on {describe(device)}\n")
    try:
        _follow(training, checkpoint)
    except KeyboardInterrupt:
        _save(training.state(), checkpoint)
        sys.stderr.write(f"\nStopped. Go on with: --resume {checkpoint}\n")
        return 130
    card = _card(training, tests)
    net = training.net.cpu()
    _save(dict(net.state_dict()), target.with_suffix(".pt"))
    with _replacing(target.with_suffix(".json")) as temporary:
        lines = [f"  {json.dumps(key)}: {json.dumps(card[key])}" for key in card]
        text = "{\n" + ",\n".join(lines) + "\n}\n"
        temporary.write_text(text, encoding="utf-8")
    checkpoint.unlink(missing_ok=True)
    sys.stdout.write(
        f"{target.with_suffix('.pt')}: MNIST test {card['test_accuracy']:.2%}, "
        f"mouse-like drawings {card['drawn_accuracy']:.2%}\n"
    )
    return 0


def _data_directory(asked: Path | None) -> Path:
    """Return the directory given, or the usual one, which now holds MNIST."""
    if asked is not None:
        return asked
    directory = mnist_directory()
    if not mnist.present(directory):
        sys.stderr.write(f"Fetching MNIST (11 MB) into {directory}\n")
        mnist.download(directory)
    return directory


def _read_checkpoint(path: Path) -> dict:
    complaint = f"{path} is not a checkpoint, or a damaged one"
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, KeyError):
        raise ValueError(complaint) from None
    if not isinstance(state, dict):
        raise ValueError(complaint)
    return state


def _follow(training: Training, checkpoint: Path) -> None:
    """Run the training to its end, with a progress line and a file per epoch."""
    saved = training.epoch
    for step in training.run():
        _show(step)
        if training.epoch > saved:
            saved = training.epoch
            _save(training.state(), checkpoint)
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


def _card(training: Training, tests: tuple[Tensor, Tensor]) -> dict:
    """Return what the network is, how it was made and what it scores."""
    device = training.images.device
    images, labels = tests
    pictures = from_mnist(images.to(device))
    accuracy, confusion = evaluate(training.net, pictures, labels.to(device))
    drawn, digits = drawn_set(DRAWN, DRAWN_SEED)
    drawn_accuracy, _ = evaluate(training.net, drawn.to(device), digits.to(device))
    return {
        "network": "LeNet-5",
        "data": f"MNIST, {len(training.images)} training pictures",
        "recipe": asdict(training.recipe),
        "parameters": sum(p.numel() for p in training.net.parameters()),
        "test_pictures": len(labels),
        "test_accuracy": accuracy,
        "test_confusion": confusion.tolist(),  # row: digit meant, column: answer
        "drawn_pictures": DRAWN,
        "drawn_seed": DRAWN_SEED,
        "drawn_accuracy": drawn_accuracy,
        "torch": torch.__version__,
        "date": datetime.now(UTC).date().isoformat(),
    }


def _save(state: dict, path: Path) -> None:
    with _replacing(path) as temporary:
        torch.save(state, temporary)


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """Give a temporary file that becomes `path` when all went well, or vanishes."""
    temporary = path.with_name(f"{path.name}.part")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
