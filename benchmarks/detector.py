"""How fast the detector answers, beside its network alone on a picture made ready.

`uv run python -m benchmarks.detector` prints medians, on one thread. Goal: from a
drawing to its boxes within twice the bare forward pass.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"  # before torch is imported

import torch

from benchmarks.digits import ratio, row, seconds_of
from engine.boxes import nms_per_class
from engine.mouse_scenes import mouse_scenes
from engine.scenes import compose, digits
from engine.strokes import drawings
from engine.yolo import answer, candidates, detect, load
from engine.yolo_net import SIDE, fitted, softened


def engine() -> None:
    """Measure a forward pass, all that stands around it, and composing scenes."""
    torch.set_num_threads(1)
    net = load()
    drawing = next(s for s in mouse_scenes(20, 1) if len(s.boxes) > 5).drawing
    ready = softened(fitted(drawing)[None])
    with torch.no_grad():
        forward = 1000 * seconds_of(lambda: net(ready), 50)
    row("forward pass alone", forward, "ms")
    row("shrinking the drawing", 1000 * seconds_of(lambda: fitted(drawing), 50), "ms")
    row("whole tensor", 1000 * seconds_of(lambda: answer(drawing), 50), "ms")
    found = candidates(drawing, min_score=0.01)
    row("candidates at 0.01", len(found), "")
    suppress = seconds_of(
        lambda: nms_per_class(found.boxes, found.scores, found.labels, 0.5), 50
    )
    row("suppression of them", 1000 * suppress, "ms")
    whole = 1000 * seconds_of(
        lambda: detect(drawing, min_score=0.3, max_overlap=0.5), 50
    )
    row("drawing to boxes", whole, "ms")
    ratio(whole, forward, "2")
    row("loading the weights", 1000 * seconds_of(load, 10), "ms")


def scenes() -> None:
    """Measure composing scenes to train on."""
    pairs = list(drawings(100, seed=0))
    stack = torch.stack([picture for picture, _ in pairs]).float()[:, None]
    small = torch.nn.functional.adaptive_avg_pool2d(stack, 28)[:, 0].to(torch.uint8)
    source = digits(small, torch.tensor([digit for _, digit in pairs]))
    generator = torch.Generator().manual_seed(0)

    def batch() -> None:
        compose(source, 64, side=SIDE, pens=0.6, generator=generator)

    row("composing 1,000 scenes", seconds_of(batch, 10) / 64 * 1000, "s")


if __name__ == "__main__":
    engine()
    scenes()
