"""A single unit's learning as frames: the numbers and marks of every moment."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from engine.units import RULES, Plan, Step, least_squares
from playground.figures.paint import lattice, levels
from playground.figures.unit_story import Story, targets
from playground.player.scene import Track

SIDE = 48  # cells along the plane
MOST_ROWS = 4  # of samples written out in a moment
DASHES = 40
PIXEL = 1 / 260  # of the plane's side
SURE = 0.7  # how deep the colour of a threshold unit's answer is


def rows_shown(story: Story) -> int:
    """Return how many samples of a step are written out; the rest takes a row too."""
    return story.rows if story.rows <= MOST_ROWS else MOST_ROWS - 1


def film(story: Story) -> tuple[tuple[Track, ...], list[bytes]]:
    """Return the tracks, and one frame per moment."""
    names, columns = zip(*_columns(story), strict=True)
    tracks = tuple(
        Track(name, "u8" if name == "field" else "f32", column.shape[1])
        for name, column in zip(names, columns, strict=True)
    )
    floats = torch.cat([column.float() for column in columns[:-1]], dim=1).numpy()
    return tracks, [
        numbers.tobytes() + field.tobytes()
        for numbers, field in zip(floats, columns[-1].numpy(), strict=True)
    ]


def _columns(story: Story) -> Iterator[tuple[str, Tensor]]:
    """Yield (track, [T, numbers]), first what is written, then what is painted."""
    turns = torch.tensor(story.turns)
    yield "measures", torch.stack((turns, story.wrong, story.loss), dim=1)
    yield "w", story.weights
    yield "next", story.coming
    yield "total", torch.tensor([_total(story.plan, look) for look in story.looks])
    samples, minus = _samples(story)
    yield "samples", samples
    yield "minus", minus
    yield "ring", _rings(story)
    if story.inputs == 1:
        yield from _regression(story)
        yield "field", torch.full((len(story.times), 4), 128, dtype=torch.uint8)
    else:
        yield from _border(story)
        yield "wrong", _squares(story)
        yield "field", _field(story)


def _total(plan: Plan, look: Step) -> list[float]:
    """Return the sum of error · x over the samples of a step, last of the errors."""
    count = len(look.rows) if RULES[plan.rule].averaged else 1
    return [number * count / plan.rate for number in look.update]


def _samples(story: Story) -> tuple[Tensor, Tensor]:
    """Return what is written of each sample, and the first z with its sign turned.

    A sample is its number, its inputs, z, answer, target and error; nan where a step
    looks at fewer. [T, rows * (D + 5)] and [T, 1].
    """
    shown = rows_shown(story)
    table = np.full((len(story.looks), shown, story.inputs + 5), np.nan)
    due = targets(story.plan.rule, story.labels)
    for moment, look in enumerate(story.looks):
        for place, row in enumerate(look.rows[:shown]):
            z = story.z[moment, row].item()
            known = (look.answers[place], due[row].item(), look.errors[place])
            table[moment, place] = (row + 1, *story.points[row].tolist(), z, *known)
    z = torch.from_numpy(table[:, 0, story.inputs + 1])
    return torch.from_numpy(table).flatten(start_dim=1), -z[:, None]


def _rings(story: Story) -> Tensor:
    """Return (x, y) of the samples looked at, [T, 2 * rings]; all together: none."""
    alike = story.rows == len(story.points) > 1
    rings = np.full((len(story.looks), 1 if alike else story.rows, 2), np.nan)
    places = _places(story).numpy()
    for moment, look in enumerate(story.looks):
        if not alike:
            rings[moment, : len(look.rows)] = places[list(look.rows)]
    return torch.from_numpy(rings).flatten(start_dim=1)


def _places(story: Story) -> Tensor:
    """Return where the samples are on the plane, [N, 2]."""
    if story.inputs == 2:
        return story.points
    return torch.cat((story.points, story.labels[:, None]), dim=1)


def _border(story: Story) -> Iterator[tuple[str, Tensor]]:
    """Yield the line w · x + b = 0, now and after the step, and the way w points."""
    low, high = story.span
    now, foot, normal = straight(story.weights, story.span)
    yield "line", thick(now, story.span)
    tip = foot + 0.22 * (high - low) * normal
    side = torch.stack((-normal[:, 1], normal[:, 0]), dim=1)
    back, wide = 0.05 * (high - low) * normal, 0.035 * (high - low) * side
    path = (foot, tip, tip - back - wide, tip, tip - back + wide)
    yield "arrow", thick(torch.stack(path, dim=1), story.span)
    coming, _foot, _normal = straight(story.coming, story.span)
    yield "coming", _dashed(coming)


def straight(
    weights: Tensor, span: tuple[float, float]
) -> tuple[Tensor, Tensor, Tensor]:
    """Return where the lines w · x + b = 0 are.

    Args:
        weights: [T, 3], the bias last.
        span: lowest and highest coordinate of the plane.

    Returns:
        Ends [T, 2, 2] beyond the plane, the point nearest to the plane's middle [T, 2],
        and the way w points [T, 2], of length 1; nan where w is 0.
    """
    low, high = span
    w, bias, center = weights[:, :2], weights[:, 2:], (low + high) / 2
    length = w.norm(dim=1, keepdim=True)
    normal = w / length  # 0 / 0 is nan: no line
    foot = center - (center * w.sum(dim=1, keepdim=True) + bias) / length * normal
    along = 1.5 * (high - low) * torch.stack((-normal[:, 1], normal[:, 0]), dim=1)
    return torch.stack((foot - along, foot + along), dim=1), foot, normal


def _regression(story: Story) -> Iterator[tuple[str, Tensor]]:
    """Yield the line y = w · x + b, that of least squares, and every sample's error."""
    ends = torch.tensor(story.span).double()  # [2]
    moments = len(story.times)
    heights = story.weights[:, :1] * ends + story.weights[:, 1:]
    both = torch.stack((ends.expand(moments, 2), heights), dim=2)  # [T, 2, 2]
    yield "line", thick(both, story.span)
    (slope,), bias = least_squares(story.points, story.labels)
    best = torch.stack((ends, slope * ends + bias), dim=1)  # [2, 2]
    yield "best", _dashed(best[None]).expand(moments, -1)
    x = story.points.T.expand(moments, -1)
    errors = torch.stack((x, story.labels.expand_as(x), x, story.z), dim=2)
    yield "errors", errors.flatten(start_dim=1)


def thick(path: Tensor, span: tuple[float, float]) -> Tensor:
    """Return three copies of polylines side by side, as a thick line.

    Args:
        path: [T, P, 2], P at least 2.
        span: lowest and highest coordinate of the plane.

    Returns:
        [T, 3 * P * 2].
    """
    first = path[:, 1] - path[:, 0]
    side = torch.stack((-first[:, 1], first[:, 0]), dim=1)
    step = (span[1] - span[0]) * PIXEL * side / side.norm(dim=1, keepdim=True)
    copies = [path + shift * step[:, None] for shift in (-1, 0, 1)]
    return torch.stack(copies, dim=1).flatten(start_dim=1)


def _dashed(ends: Tensor) -> Tensor:
    """Return the dashes of lines [T, 2, 2] as polylines of two points, flat."""
    start, way = ends[:, None, 0], (ends[:, 1] - ends[:, 0])[:, None]
    part = torch.arange(DASHES)[:, None] / DASHES
    both = (start + part * way, start + (part + 0.55 / DASHES) * way)
    return torch.stack(both, dim=2).flatten(start_dim=1)


def _squares(story: Story) -> Tensor:
    """Return a square around every wrong sample, [T, 4 N] from 0 to 1, y down."""
    low, high = story.span
    x, y = ((story.points - low) / (high - low)).T
    half = 18 if len(x) <= 4 else 12  # pixels
    middle = torch.stack((x, 1 - y, x, 1 - y), dim=1)  # [N, 4]
    corners = middle + torch.tensor((-1, -1, 1, 1)) * half * PIXEL
    wrong = (story.z > 0) != (story.labels > 0.5)  # [T, N]
    return torch.where(wrong[:, :, None], corners, torch.nan).flatten(start_dim=1)


def _field(story: Story) -> Tensor:
    """Return the unit's answer over the plane, uint8 [T, SIDE²]."""
    points = lattice(story.span, SIDE).double()
    z = story.weights[:, :2] @ points.T + story.weights[:, 2:]  # [T, SIDE²]
    if story.plan.rule == "logistic":
        return levels(2 * torch.sigmoid(z) - 1)
    # In the cell that the line crosses the answer changes bit by bit: a smooth edge.
    cell = (story.span[1] - story.span[0]) / SIDE
    slope = story.weights[:, :2].norm(dim=1, keepdim=True) * cell
    answer = torch.where(z > 0, 1.0, -1.0)
    soft = torch.where(slope > 0, (2 * z / slope).clamp(-1, 1), answer)
    return levels(SURE * soft)
