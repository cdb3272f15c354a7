"""The work of detectors from R-CNN to YOLO as a program."""

from engine.families import (
    ANCHORS,
    CLASSES,
    CROP,
    MASK,
    MASK_CHANNELS,
    ROI,
    STRIDE,
    Work,
)

FAMILIES = '''\
"""Multiply-adds of detectors for one picture, on VGG-16. Needs torch only."""

import torch
from torch import nn

SIDE, SEARCHED, PROPOSED, MASKED = {side}, {searched}, {proposed}, {masked}
CLASSES, PLACES = {classes}, SIDE // {stride}


def multiplies(network, *shape):
    """Return the multiply-adds (biases not counted) for one input."""
    counted = []

    def count(module, given, answer):
        counted.append(answer[0].numel() * module.weight[0].numel())

    for part in network.modules():
        if isinstance(part, (nn.Conv2d, nn.Linear)):
            part.register_forward_hook(count)
    with torch.no_grad():  # on "meta", shapes are computed and numbers are not
        network(torch.empty(1, *shape, device="meta"))
    return sum(counted)


def vgg16():
    layers, channels = [], 3
    for filters, times in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(times):
            layers += [nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU()]
            channels = filters
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers)


with torch.device("meta"):
    head = nn.Sequential(
        *(nn.Flatten(), nn.Linear(512 * {roi}**2, 4096), nn.Linear(4096, 4096)),
        nn.Linear(4096, CLASSES + 1 + 4 * CLASSES),
    )
    regions = nn.Sequential(
        nn.Conv2d(512, 512, 3, padding=1), nn.Conv2d(512, {rpn} * 6, 1)
    )
    mask = nn.Sequential(
        nn.Conv2d(512, {channels}, 3, padding=1),
        *(nn.Conv2d({channels}, {channels}, 3, padding=1) for _ in range(3)),
        nn.Conv2d({channels}, 4 * {channels}, 1),  # as many as a deconvolution 2 x 2
    )
    painted = nn.Conv2d({channels}, CLASSES, 1)
    grid = nn.Conv2d(512, {yolo} * (5 + CLASSES), 1)
    each = multiplies(head, 512, {roi}, {roi})
    crop = multiplies(vgg16(), 3, {crop}, {crop})
    whole = multiplies(vgg16(), 3, SIDE, SIDE)
    proposing = multiplies(regions, 512, PLACES, PLACES)
    masks = multiplies(mask, 512, {mask}, {mask})
    masks += multiplies(painted, {channels}, 2 * {mask}, 2 * {mask})
    answer = multiplies(grid, 512, PLACES, PLACES)
totals = {{
    "R-CNN": SEARCHED * (crop + each),
    "Fast R-CNN": whole + SEARCHED * each,
    "Faster R-CNN": whole + proposing + PROPOSED * each,
    "Mask R-CNN": whole + proposing + PROPOSED * each + MASKED * masks,
    "YOLO": whole + answer,
}}
for name, total in totals.items():
    print(f"{{name}}: {{total:,}}")
'''


def families_program(work: Work) -> str:
    """Return the program that prints each detector's multiply-adds."""
    return FAMILIES.format(
        side=work.side,
        searched=work.searched,
        proposed=work.proposed,
        masked=work.masked,
        classes=CLASSES,
        stride=STRIDE,
        roi=ROI,
        rpn=ANCHORS["rpn"],
        yolo=ANCHORS["yolo"],
        crop=CROP,
        mask=MASK,
        channels=MASK_CHANNELS,
    )
