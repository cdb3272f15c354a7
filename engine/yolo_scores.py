"""How well the detector finds the digits of scenes that it has never seen."""

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.average_precision import match, mean_average_precision
from engine.mouse_scenes import Scene
from engine.strokes import CANVAS
from engine.yolo import detect
from engine.yolo_net import YoloNet

LEAST_SCORE = 0.01  # of boxes that count for the precision at high recall
SHOWN = 0.5  # score from which a box counts as found
MAX_OVERLAP = 0.5  # IoU of two boxes of one class
HEIGHTS = (0.15, 0.25, 0.4, 0.6)  # of the canvas: limits of the sizes reported on


def score(scenes: Sequence[Scene], *, net: YoloNet | None = None) -> dict:
    """Return mAP at IoU 0.5 and the recall of digits by height, as plain values.

    Args:
        scenes: drawings and what is in them.
        net: a detector other than the one that comes with the playground.

    Returns:
        "scenes", "digits": how many; "map": mean average precision at IoU 0.5, COCO's;
        "recall": of digits up to each of the heights (shares of the canvas) and
        larger, the share found with a score of at least 0.5; "false": boxes with such
        a score that are wrong, per scene.
    """
    found = [
        detect(scene.drawing, min_score=LEAST_SCORE, max_overlap=MAX_OVERLAP, net=net)
        for scene in scenes
    ]
    hits, heights, wrong = [], [], 0
    for scene, guesses in zip(scenes, found, strict=True):
        shown = guesses[guesses.scores >= SHOWN]
        which = match(shown, scene, 0.5)  # [N]
        hit = torch.zeros(len(scene.boxes), dtype=torch.bool)
        hit[which[which >= 0]] = True
        hits.append(hit)
        heights.append((scene.boxes[:, 3] - scene.boxes[:, 1]) / CANVAS)
        wrong += (which < 0).sum().item()
    return {
        "scenes": len(scenes),
        "digits": sum(map(len, hits)),
        "map": round(mean_average_precision(found, scenes, 0.5), 4),
        "recall": _by_height(torch.cat(hits), torch.cat(heights)),
        "false": round(wrong / len(scenes), 4),
    }


def _by_height(hits: Tensor, heights: Tensor) -> dict[str, float]:
    names = [*(f"to {limit:.0%}" for limit in HEIGHTS), "larger"]
    size = torch.bucketize(heights, torch.tensor(HEIGHTS))  # [N]
    return {
        name: round(hits[size == at].float().mean().item(), 4)
        for at, name in enumerate(names)
        if (size == at).any()
    }
