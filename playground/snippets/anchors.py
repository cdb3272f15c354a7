"""The anchors page as programs: the search, an assignment, dense labels."""

import textwrap

from torch import Tensor

SEARCH = '''\
"""k-means with the distance 1 - IoU: {count} anchors for {size} boxes. Needs torch."""

import torch

sizes = torch.tensor(
    [
{numbers}
    ],
    dtype=torch.float64,
)  # widths and heights
generator = torch.Generator().manual_seed({seed})


def iou(a, b):
    """IoU of every size in a with every size in b, as if they shared a centre."""
    overlap = torch.minimum(a[:, None], b[None]).prod(dim=2)
    return overlap / (a.prod(dim=1)[:, None] + b.prod(dim=1)[None] - overlap)


# Seeding as k-means++: far from the anchors there are means likely.
chosen = torch.randint(len(sizes), (1,), generator=generator)
while len(chosen) < {count}:
    distance = 1 - iou(sizes, sizes[chosen]).amax(dim=1)
    chances = distance if distance.any() else torch.ones_like(distance)
    chosen = torch.cat((chosen, torch.multinomial(chances, 1, generator=generator)))
anchors = sizes[chosen]

for step in range(1000):
    best, owner = iou(sizes, anchors).max(dim=1)
    print(f"step {{step}}: mean best IoU {{best.mean().item():.10g}}")
    moved, empty = anchors.clone(), []
    for k in range({count}):
        mine = owner == k
        if not mine.any():
            empty.append(k)
            continue
        middle = sizes[mine].quantile(0.5, dim=0, keepdim=True)  # the median
        if iou(sizes[mine], middle).mean() - best[mine].mean() > 1e-12:
            moved[k] = middle[0]
    if empty and best.min() < 1:
        moved[empty[0]] = sizes[best.argmin()]
    if torch.equal(moved, anchors):
        break
    anchors = moved

for width, height in sorted(anchors.tolist(), key=lambda size: size[0] * size[1]):
    print(f"{{width:.10g}} x {{height:.10g}}")
'''

PLAIN = '''\
"""k-means with the plain distance: {count} anchors for {size} boxes. Needs torch."""

import torch

sizes = torch.tensor(
    [
{numbers}
    ],
    dtype=torch.float64,
)  # widths and heights
generator = torch.Generator().manual_seed({seed})


def distance(a, b):
    return (a[:, None] - b[None]).square().sum(dim=2).sqrt()


def iou(a, b):
    """IoU of every size in a with every size in b, as if they shared a centre."""
    overlap = torch.minimum(a[:, None], b[None]).prod(dim=2)
    return overlap / (a.prod(dim=1)[:, None] + b.prod(dim=1)[None] - overlap)


# Seeding as k-means++: far from the anchors there are means likely.
chosen = torch.randint(len(sizes), (1,), generator=generator)
while len(chosen) < {count}:
    chances = distance(sizes, sizes[chosen]).amin(dim=1).square()
    chances = chances if chances.any() else torch.ones_like(chances)
    chosen = torch.cat((chosen, torch.multinomial(chances, 1, generator=generator)))
anchors, before = sizes[chosen], None

for step in range(1000):
    owner = distance(sizes, anchors).argmin(dim=1)
    best = iou(sizes, anchors).amax(dim=1)
    print(f"step {{step}}: mean best IoU {{best.mean().item():.10g}}")
    moved = [
        sizes[owner == k].mean(dim=0) if (owner == k).any() else anchors[k]
        for k in range({count})
    ]
    moved = torch.stack(moved)
    if torch.equal(moved, anchors) or (before is not None and before.equal(owner)):
        break
    anchors, before = moved, owner

for width, height in sorted(anchors.tolist(), key=lambda size: size[0] * size[1]):
    print(f"{{width:.10g}} x {{height:.10g}}")
'''

CELL = '''\
"""Which anchor of which cell takes every object. Needs torch."""

import torch

boxes = torch.tensor({boxes}, dtype=torch.float64)
anchors = torch.tensor({anchors}, dtype=torch.float64)
grid, side = {grid}, {side}

middle = (boxes[:, :2] + boxes[:, 2:]) / 2
size = boxes[:, 2:] - boxes[:, :2]
cells = (middle / side * grid).floor().long().clamp(max=grid - 1)  # column, row

# The IoU of shapes alone: as if box and anchor shared a centre.
overlap = torch.minimum(size[:, None], anchors[None]).prod(dim=2)
union = size.prod(dim=1)[:, None] + anchors.prod(dim=1)[None] - overlap
iou = overlap / union  # [objects, anchors]

holders = {{}}
for index, (column, row) in enumerate(cells.tolist()):
    anchor = int(iou[index].argmax())
    holder = holders.setdefault((row, column, anchor), index)
    unit = side / grid
    inner = middle[index] / unit - cells[index]
    offsets = torch.cat((inner.logit(), (size[index] / anchors[anchor]).log()))
    back = torch.cat(
        (
            (offsets[:2].sigmoid() + cells[index]) * unit,
            anchors[anchor] * offsets[2:].exp(),
        )
    )
    assert torch.allclose(back, torch.cat((middle[index], size[index])))
    fate = "has it" if holder == index else f"lost to {{chr(65 + holder)}}"
    print(
        f"{{chr(65 + index)}}: cell ({{row}}, {{column}}), anchor {{anchor + 1}}, "
        f"IoU {{iou[index, anchor].item():.10g}}, {{fate}}"
    )
    print("  t =", ", ".join(f"{{t:.6g}}" for t in offsets.tolist()))
'''

DENSE = '''\
"""What dense anchors learn, and the offsets of one of them. Needs torch."""

import torch

boxes = torch.tensor({boxes}, dtype=torch.float64).view(-1, 4)
side, stride = {side}, {stride}
sizes = [(s / r**0.5, s * r**0.5) for s in {scales} for r in {ratios}]

middles = (torch.arange(side // stride, dtype=torch.float64) + 0.5) * stride
y, x = torch.meshgrid(middles, middles, indexing="ij")
centre = torch.stack((x, y), dim=2)[:, :, None]
half = torch.tensor(sizes, dtype=torch.float64) / 2
anchors = torch.cat((centre - half, centre + half), dim=3).view(-1, 4)

low = torch.maximum(anchors[:, None, :2], boxes[None, :, :2])
high = torch.minimum(anchors[:, None, 2:], boxes[None, :, 2:])
overlap = (high - low).clamp(min=0).prod(dim=2)
areas = [(b[:, 2:] - b[:, :2]).prod(dim=1) for b in (anchors, boxes)]
iou = overlap / (areas[0][:, None] + areas[1][None] - overlap)

best, index = iou.max(dim=1)
label = torch.full_like(index, -1)  # ignored
label[best < {negative}] = 0
label[best >= {positive}] = 1
if {rescue}:  # the best anchors of every object are positive too
    highest = iou.amax(dim=0)
    label[((iou == highest) & (highest > 0)).any(dim=1)] = 1
names = {{"positive": 1, "ignored": -1, "negative": 0}}
for name, value in names.items():
    print(f"{{name}}: {{int((label == value).sum())}}")

picked = {picked}
anchor, box = anchors[picked], boxes[index[picked]]
unit = anchor[2:] - anchor[:2]
shift = ((box[:2] + box[2:]) - (anchor[:2] + anchor[2:])) / 2 / unit
grow = ((box[2:] - box[:2]) / unit).log()
print(f"IoU of the picked anchor: {{best[picked].item():.10g}}")
print("t =", ", ".join(f"{{t:.6g}}" for t in (*shift.tolist(), *grow.tolist())))
'''


def search(sizes: Tensor, count: int, seed: int) -> str:
    """Return the program of a search for anchors.

    Args:
        sizes: [N, 2] widths and heights.
        count: of anchors.
        seed: of the start.
    """
    return _searching(SEARCH, sizes, count, seed)


def plain_search(sizes: Tensor, count: int, seed: int) -> str:
    """Return the program of a search with the plain distance; see `search`."""
    return _searching(PLAIN, sizes, count, seed)


def cell(boxes: Tensor, anchors: Tensor, grid: int, side: int) -> str:
    """Return the program that gives objects to the anchors of their cells.

    Args:
        boxes: [N, 4] in pixels, N at least 1.
        anchors: [K, 2] widths and heights.
        grid: rows and columns.
        side: of the picture in pixels.
    """
    return CELL.format(boxes=_rows(boxes), anchors=_rows(anchors), grid=grid, side=side)


def dense(
    boxes: Tensor, shapes: tuple[tuple[float, ...], ...], **settings: float
) -> str:
    """Return the program that labels dense anchors.

    Args:
        boxes: [N, 4] the true boxes in pixels, N at least 1.
        shapes: scales and ratios.
        settings: side, stride, positive, negative, rescue, picked.
    """
    scales, ratios = map(list, shapes)
    return DENSE.format(boxes=_rows(boxes), scales=scales, ratios=ratios, **settings)


def _searching(program: str, sizes: Tensor, count: int, seed: int) -> str:
    pairs = ", ".join(f"({w:.10g}, {h:.10g})" for w, h in sizes.tolist())
    numbers = textwrap.indent(textwrap.fill(pairs, 78), " " * 8) + ","
    return program.format(count=count, size=len(sizes), numbers=numbers, seed=seed)


def _rows(table: Tensor) -> str:
    rows = ", ".join(
        "(" + ", ".join(f"{value:.10g}" for value in row) + ")"
        for row in table.tolist()
    )
    return f"[{rows}]"
