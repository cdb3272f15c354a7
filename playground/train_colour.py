"""The command `playground train cifar`: train the colour network, write its files.

Besides the weights and their card: the first layer at moments of the training, and
the index of the test pictures that each filter answers to most, and pictures grown to
excite each filter. The test pictures themselves are written nowhere.
"""

import argparse
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import torch

from engine import cifar
from engine.colour_net import WEIGHTS, ColourNet
from engine.colour_training import PRECISIONS, Recipe, Training, evaluate
from engine.device import describe, pick
from engine.patches import brightness, strongest
from engine.portraits import portraits
from playground.data import cifar_pictures
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

NAME = "colour_net"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `playground train cifar` to a parser."""
    recipe = Recipe()
    add = parser.add_argument
    add("--data", type=Path, metavar="DIR", help="CIFAR-10; fetched if not given")
    add("--epochs", type=int, default=recipe.epochs, help="passes over the data")
    add(
        "--precision",
        choices=tuple(PRECISIONS),
        default=recipe.precision,
        help="float32 may be faster on processors without bfloat16",
    )
    add_options(parser, seed=recipe.seed, out=WEIGHTS)


def _train(arguments: argparse.Namespace) -> int:
    recipe = Recipe(
        epochs=arguments.epochs, precision=arguments.precision, seed=arguments.seed
    )
    device = pick(arguments.device)
    data = data_directory(arguments.data, "CIFAR-10")
    pictures, tests = (cifar_pictures(data, split) for split in ("train", "test"))
    resume = read_checkpoint(arguments.resume)
    training = Training(
        recipe, pictures.images, pictures.labels, device=device, resume=resume
    )
    arguments.out.mkdir(parents=True, exist_ok=True)
    checkpoint = arguments.out / f"{NAME}.ckpt"
    sys.stderr.write(f"{len(pictures.images)} pictures on {describe(device)}\n")
    if not finished(training, checkpoint):
        return STOPPED
    card = _write(training, tests, arguments.out)
    checkpoint.unlink(missing_ok=True)
    target = arguments.out / f"{NAME}.pt"
    sys.stdout.write(f"{target}: CIFAR-10 test {card['test_accuracy']:.2%}\n")
    return 0


def _write(training: Training, tests: cifar.Pictures, out: Path) -> dict:
    """Write the network's five files; return its card."""
    net = training.net.fold().half()
    save(dict(net.state_dict()), out / f"{NAME}.pt")
    kept = training.checkpoints
    save(
        {
            "epochs": [checkpoint.epoch for checkpoint in kept],
            "filters": torch.stack([checkpoint.filters for checkpoint in kept]),
            "accuracies": [checkpoint.accuracy for checkpoint in kept],
        },
        out / f"{NAME}_filters.pt",
    )
    net = net.float()  # what is measured below is what the file holds
    index = strongest(net, tests.images)
    rounded = {
        layer: [[[*row[:3], round(row.score, 3)] for row in rows] for rows in units]
        for layer, units in index.items()
    }
    means = [round(mean, 2) for mean in brightness(tests.images)]
    patches = {"data": "CIFAR-10 test, by class and number", "brightness": means}
    write_json(patches | {"patches": rounded}, out / f"{NAME}_patches.json")
    save(portraits(net), out / f"{NAME}_portraits.pt")
    card = _card(training, net, tests)
    write_json(card, out / f"{NAME}.json")
    return card


def _card(training: Training, net: ColourNet, tests: cifar.Pictures) -> dict:
    """Return what the network is, how it was made and what it scores."""
    accuracy, confusion = evaluate(net, tests.images, tests.labels)
    return {
        "network": "four convolutions, global mean, one linear layer",
        "data": f"CIFAR-10, {len(training.rows)} training pictures",
        "recipe": asdict(training.recipe),
        "parameters": sum(p.numel() for p in net.parameters()),
        "kept_out_accuracy": training.checkpoints[-1].accuracy,
        "test_pictures": len(tests.labels),
        "test_accuracy": accuracy,
        "test_confusion": confusion.tolist(),  # row: class shown, column: answer
        "torch": torch.__version__,
        "date": datetime.now(UTC).date().isoformat(),
    }


# The command: trains, writes the files, says what the network scores; returns the
# exit status: 0, 2 after an error, 130 after Ctrl-C.
run = told(_train)
