"""The page of IoU and suppression as programs: two boxes, suppression, precision."""

from engine.average_precision import Truth
from engine.box_scenes import BoxScene
from engine.suppression import Rule

PAIR = '''\
"""IoU, GIoU, DIoU and CIoU of two boxes (x1, y1, x2, y2), y down. Needs torch."""

import math

import torch

a = torch.tensor({a}, dtype=torch.float64)
b = torch.tensor({b}, dtype=torch.float64)


def area(box):
    return (box[2] - box[0]) * (box[3] - box[1])


corner, far = torch.maximum(a[:2], b[:2]), torch.minimum(a[2:], b[2:])
common = (far - corner).clamp(min=0).prod()
union = area(a) + area(b) - common
iou = common / union if union > 0 else torch.zeros(())

sides = torch.maximum(a[2:], b[2:]) - torch.minimum(a[:2], b[:2])  # enclosing box
whole = sides.prod()
giou = iou - (whole - union) / whole if whole > 0 else iou

centres = ((a[:2] + a[2:]) - (b[:2] + b[2:])) / 2
diagonal = sides.square().sum()
diou = iou - centres.square().sum() / diagonal if diagonal > 0 else iou

lean = [torch.atan2(box[2] - box[0], box[3] - box[1]) for box in (a, b)]
v = 4 / math.pi**2 * (lean[0] - lean[1]) ** 2
ciou = diou - v * v / (1 - iou + v) if v > 0 else diou

print(f"intersection {{common:.10g}}, union {{union:.10g}}")
print(f"IoU {{iou:.10g}}")
print(f"GIoU {{giou:.10g}}")
print(f"DIoU {{diou:.10g}}")
print(f"CIoU {{ciou:.10g}}")
'''

HEAD = '''\
"""Non-max suppression of {count} boxes{more}. Needs torch."""

import torch

# x1, y1, x2, y2, score, class; y down
predictions = torch.tensor(
    [
{rows}
    ]
)
boxes, scores, labels = predictions[:, :4], predictions[:, 4], predictions[:, 5]


def pairwise_iou(a, b):
    corner = torch.maximum(a[:, None, :2], b[None, :, :2])
    far = torch.minimum(a[:, None, 2:], b[None, :, 2:])
    common = (far - corner).clamp(min=0).prod(dim=-1)
    sizes = [(box[:, 2:] - box[:, :2]).prod(dim=-1) for box in (a, b)]
    union = sizes[0][:, None] + sizes[1][None, :] - common
    return torch.where(union > 0, common / union, 0.0)


overlap = pairwise_iou(boxes, boxes)
'''

DIOU = """\
middle = (boxes[:, :2] + boxes[:, 2:]) / 2
apart = (middle[:, None] - middle[None, :]).square().sum(dim=-1)
corner = torch.minimum(boxes[:, None, :2], boxes[None, :, :2])
far = torch.maximum(boxes[:, None, 2:], boxes[None, :, 2:])
diagonal = (far - corner).square().sum(dim=-1)
overlap = overlap - torch.where(diagonal > 0, apart / diagonal, 0.0)
"""

LOOP = """\

left = scores.double()
waiting = scores >= {score}
kept = []
while waiting.any():
    best = int(torch.where(waiting, left, -1.0).argmax())
    kept.append(best)
    waiting[best] = False
    others = waiting{same}
{act}
print("kept:", [index + 1 for index in kept])
for index in kept:
    print(f"box {{index + 1}}: score {{left[index].item():.6g}}")
"""

ACTS = {
    "hard": """\
    waiting &= ~(others & (overlap[best] > {limit}))
""",
    "linear": """\
    hit = others & (overlap[best] > {limit})
    left = torch.where(hit, left * (1 - overlap[best]), left)
    waiting &= ~hit | ((left >= {score}) & (overlap[best] < 1))
""",
    "gaussian": """\
    hit = others & (overlap[best] > 0)
    factor = torch.exp(-overlap[best].double() ** 2 / {sigma})
    left = torch.where(hit, left * factor, left)
    waiting &= ~hit | (left >= {score})
""",
}

VISION = """\
# torchvision.ops.batched_nms(boxes, scores, labels, {limit}) keeps the same, once the
# scores below {score} are gone.
"""

TRUTH = """\

# x1, y1, x2, y2, class of the objects that are there
objects = torch.tensor(
    [
{rows}
    ]
)
ranked = [
    index
    for index in sorted(kept, key=lambda index: (-left[index].item(), index))
    if labels[index] == {label}
]
there = objects[objects[:, 4] == {label}, :4]
matrix = pairwise_iou(boxes[ranked], there)
hits = []
for row in range(len(ranked)):
    found, which = matrix[row].max(dim=0)
    hits.append(float(found >= {right}))
    if hits[-1]:
        matrix[:, which] = -1.0  # each object is found once
hits = torch.tensor(hits, dtype=torch.float64)
recall = hits.cumsum(0) / len(there)
precision = hits.cumsum(0) / torch.arange(1, len(hits) + 1)
best = precision.flip(0).cummax(0).values.flip(0) if len(hits) else precision
recalls = torch.arange(101, dtype=torch.float64) * 0.01
first = torch.searchsorted(recall, recalls)
ap = torch.cat((best, torch.zeros(1, dtype=torch.float64)))[first].mean()
right = int(hits.sum())
print("TP, FP, FN:", right, len(hits) - right, len(there) - right)
print(f"AP {{ap.item():.10g}}")
"""


def pair(a: tuple[float, ...], b: tuple[float, ...]) -> str:
    """Return the program that prints every measure of two boxes."""
    return PAIR.format(a=_listed(a), b=_listed(b))


def suppression(scene: BoxScene, rule: Rule) -> str:
    """Return the program that prints which boxes a rule keeps, counted from 1."""
    return _suppressed(scene, rule, "")


def precision(scene: BoxScene, rule: Rule, label: int, right: float) -> str:
    """Return the program that also prints hits, misses and AP of one class.

    Args:
        scene: with its truth.
        rule: what suppresses.
        label: the class.
        right: the IoU from which on a prediction is right.
    """
    return _suppressed(scene, rule, ", and its AP") + TRUTH.format(
        rows=_objects(scene.truth), label=label, right=repr(right)
    )


def _suppressed(scene: BoxScene, rule: Rule, more: str) -> str:
    rows = zip(
        scene.boxes.tolist(), scene.scores.tolist(), scene.labels.tolist(), strict=True
    )
    text = "\n".join(
        f"        {_listed((*box, score, label))}," for box, score, label in rows
    )
    numbers = {
        "limit": repr(rule.max_overlap),
        "score": repr(rule.min_score),
        "sigma": repr(rule.sigma),
    }
    act = ACTS["hard" if rule.kind == "diou" else rule.kind].format(**numbers)
    same = " & (labels == labels[best])" if rule.per_class else ""
    vision = rule.kind == "hard" and rule.per_class
    return "".join(
        (
            HEAD.format(count=len(scene.boxes), more=more, rows=text),
            DIOU if rule.kind == "diou" else "",
            VISION.format(**numbers) if vision else "",
            LOOP.format(score=numbers["score"], same=same, act=act),
        )
    )


def _objects(truth: Truth) -> str:
    rows = zip(truth.boxes.tolist(), truth.labels.tolist(), strict=True)
    return "\n".join(f"        {_listed((*box, label))}," for box, label in rows)


def _listed(numbers: tuple[float, ...]) -> str:
    return "[" + ", ".join(f"{number:.7g}" for number in numbers) + "]"
