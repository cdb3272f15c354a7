"""The command `playground train lenet`: train LeNet-5, write its weights and card.

Besides them: both convolutions at moments of the training.

A checkpoint (.ckpt) is written after every epoch; --resume takes a run up again.
"""

import argparse
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import torch
from torch import Tensor

from engine import mnist
from engine.device import describe, pick
from engine.lenet import VARIANTS, WEIGHTS, from_mnist
from engine.lenet_history import Watched, history_file, packed
from engine.lenet_training import Recipe, Training, drawn_set, evaluate
from playground.train_run import (
    STOPPED,
    add_options,
    data_directory,
    finished,
    read_checkpoint,
    save,
    told,
    write_json,
)

DRAWN, DRAWN_SEED = 2000, 2026  # mouse-like drawings the card reports on


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `playground train lenet` to a parser."""
    recipe = Recipe()
    add = parser.add_argument
    add("--data", type=Path, metavar="DIR", help="MNIST files; fetched if not given")
    add("--variant", choices=VARIANTS, default=recipe.variant, help="nonlinearity")
    add("--epochs", type=int, default=recipe.epochs, help="passes over the data")
    add_options(parser, seed=recipe.seed, out=WEIGHTS)


def _train(arguments: argparse.Namespace) -> int:
    recipe = Recipe(
        variant=arguments.variant, epochs=arguments.epochs, seed=arguments.seed
    )
    device = pick(arguments.device)
    data = data_directory(arguments.data, "MNIST")
    images, labels = mnist.read(data, "train")
    tests = mnist.read(data, "test")
    resume = read_checkpoint(arguments.resume)
    training = Training(recipe, images, labels, device=device, resume=resume)
    arguments.out.mkdir(parents=True, exist_ok=True)
    target = arguments.out / f"lenet_{recipe.variant}"
    checkpoint = target.with_suffix(".ckpt")
    sys.stderr.write(f"{len(images)} pictures on {describe(device)}\n")
    pictures, digits = (from_mnist(tests[0]).to(device), tests[1].to(device))
    watched = Watched(training, pictures, digits, resume)
    if not finished(watched, checkpoint):
        return STOPPED
    card = _card(training, tests)
    history = history_file(arguments.out, recipe.variant)
    save(packed(watched.checkpoints), history)
    save(dict(training.net.cpu().state_dict()), target.with_suffix(".pt"))
    write_json(card, target.with_suffix(".json"))
    checkpoint.unlink(missing_ok=True)
    sys.stdout.write(
        f"{target.with_suffix('.pt')}: MNIST test {card['test_accuracy']:.2%}, "
        f"mouse-like drawings {card['drawn_accuracy']:.2%}\n"
    )
    return 0


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


# The command: trains, writes lenet_<variant>.pt and .json, says what the network
# scores; returns the exit status: 0, 2 after an error, 130 after Ctrl-C.
run = told(_train)
