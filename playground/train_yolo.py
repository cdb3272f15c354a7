"""The command `playground train yolo`: train the detector, write its weights and card.

A checkpoint (.ckpt) is written after every epoch; --resume takes a run up again.
"""

import argparse
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import torch

from engine import mnist
from engine.colour_training import PRECISIONS
from engine.device import describe, pick
from engine.mouse_scenes import mouse_scenes, printed_scenes
from engine.scenes import Digits, digits
from engine.yolo import NAME, WEIGHTS
from engine.yolo_net import LAYERS, YoloNet
from engine.yolo_scores import score
from engine.yolo_training import Recipe, Training
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

SCENES = 1000  # of each kind that the card reports on
# Seeds of the scenes: those to choose a recipe by, and those to report on.
CHOICE_SEED, TEST_SEED = 1, 2026


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `playground train yolo` to a parser."""
    recipe = Recipe()
    add = parser.add_argument
    add("--data", type=Path, metavar="DIR", help="MNIST files; fetched if not given")
    add(
        "--epochs",
        type=int,
        default=recipe.epochs,
        help=f"of {recipe.steps} batches of {recipe.batch_size} scenes",
    )
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
    data = data_directory(arguments.data, "MNIST")
    resume = read_checkpoint(arguments.resume)
    images, labels = mnist.read(data, "train")
    tests = digits(*mnist.read(data, "test"))
    sys.stderr.write(f"{len(images)} digits on {describe(device)}; midlines first\n")
    training = Training(recipe, digits(images, labels), device=device, resume=resume)
    arguments.out.mkdir(parents=True, exist_ok=True)
    target = arguments.out / f"{NAME}.pt"
    checkpoint = target.with_suffix(".ckpt")
    if not finished(training, checkpoint):
        return STOPPED
    net = training.shipped()
    save(dict(net.half().state_dict()), target)
    card = _card(training, net.float(), tests)
    write_json(card, target.with_suffix(".json"))
    checkpoint.unlink(missing_ok=True)
    sys.stdout.write(
        f"{target}: mAP of MNIST scenes {card['mnist_test']['map']:.2%}, "
        f"of mouse-like scenes {card['mouse_like']['map']:.2%}\n"
    )
    return 0


def _card(training: Training, net: YoloNet, tests: Digits) -> dict:
    """Return what the network is, how it was made and what it scores."""
    pens = training.recipe.pens

    def mnist_scores(source: Digits, pens: float, seed: int) -> dict:
        scenes = printed_scenes(source, SCENES, pens=pens, seed=seed)
        return score(scenes, net=net)

    return {
        "network": f"{len(LAYERS)} convolutions, most of them residual, and a 1 x 1",
        "data": f"scenes of MNIST, {len(training.source.labels)} training digits",
        "recipe": asdict(training.recipe),
        "parameters": sum(p.numel() for p in net.parameters()),
        "anchors": [[round(x, 2) for x in row] for row in net.anchors.tolist()],
        "kept_out": mnist_scores(training.kept_out, pens, CHOICE_SEED),
        "test_seed": TEST_SEED,
        "mnist_test": mnist_scores(tests, pens, TEST_SEED),
        "mnist_test_scanned": mnist_scores(tests, 0.0, TEST_SEED),  # as they are
        "mouse_like": score(list(mouse_scenes(SCENES, TEST_SEED)), net=net),
        "torch": torch.__version__,
        "date": datetime.now(UTC).date().isoformat(),
    }


# The command: trains, writes yolo.pt and yolo.json, says what the network scores;
# returns the exit status: 0, 2 after an error, 130 after Ctrl-C.
run = told(_train)
