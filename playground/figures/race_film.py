"""A race as frames: where every runner is at every step, and how it fares."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch

from engine.races import Way
from engine.surfaces import Surface
from playground.figures.race_map import lattice_points, shades, window
from playground.player.charts import Span
from playground.player.scene import Track

FLOOR = 1e-12  # a logarithmic curve ends here: below it is rounding
ARROW = 0.14  # how long the arrow downhill is, of the map's side
ROOM = 10.0  # how far a curve goes beyond the largest number on the map


def film(
    surface: Surface, ways: Sequence[Way]
) -> tuple[tuple[Track, ...], list[bytes]]:
    """Return the tracks of a race, and one frame for its start and for every step.

    A track holds one number per runner, but "place" has x and y (of one parameter: w
    and the loss) and "relief" has x, y and height in the unit cube. "excess" (the loss
    above the lowest one) and "steep" (the gradient's norm) are for curves: nan where
    they leave the plot.

    Args:
        surface: on which they run.
        ways: of the runners, all with equally many steps.
    """
    columns = dict(_columns(surface, ways))
    tracks = tuple(Track(name, "f32", c.shape[1]) for name, c in columns.items())
    with np.errstate(over="ignore"):  # what is too large for f32 reads as infinite
        table = np.concatenate(list(columns.values()), axis=1).astype(np.float32)
    return tracks, [row.tobytes() for row in table]


def step_film(surface: Surface, way: Way) -> tuple[tuple[Track, ...], list[bytes]]:
    """Return the film of one runner, with an arrow downhill from where a step began.

    The track "downhill" has the arrow's five points in the unit square of the map.
    """
    tracks, frames = film(surface, (way,))
    if surface.dimensions == 1:
        return tracks, frames
    arrows = _arrows(surface, way).astype(np.float32)
    arrow = Track("downhill", "f32", arrows.shape[1])
    return (*tracks, arrow), [
        frame + row.tobytes() for frame, row in zip(frames, arrows, strict=True)
    ]


def distances(surface: Surface, points: np.ndarray) -> np.ndarray:
    """Return how far points [T, D] are from the nearest minimum [T]; nan stays nan."""
    gaps = points[:, None, :] - np.array(surface.minima)[None]
    return np.sqrt((gaps**2).sum(-1)).min(1)


def _columns(surface: Surface, ways: Sequence[Way]) -> Iterator[tuple[str, np.ndarray]]:
    """Yield (track, [T, numbers])."""
    points = np.stack([way.points.numpy() for way in ways], axis=1)  # [T, R, D]
    losses, slopes, rates = (
        np.stack([getattr(way, name).numpy() for way in ways], axis=1)
        for name in ("losses", "slopes", "rates")
    )  # [T, R], rates [T - 1, R]
    count = len(losses)
    flat = surface.dimensions == 1
    place = np.stack((points[..., 0], losses), -1) if flat else points
    yield "place", up_to_the_border(place, window(surface)).reshape(count, -1)
    if not flat:
        x_low, x_high, y_low, y_high = window(surface)
        square = (points - (x_low, y_low)) / (x_high - x_low, y_high - y_low)
        cube = np.concatenate((square, shades(surface)(losses)[..., None]), -1)
        yield "relief", cube.reshape(count, -1)
    most_loss, most_slope = _largest(surface)
    yield "loss", losses
    yield "excess", _plotted(losses - surface.lowest, most_loss - surface.lowest)
    yield "slope", slopes
    yield "steep", _plotted(slopes, most_slope)
    yield "rate", np.concatenate((rates[:1], rates))
    yield "far", np.stack([distances(surface, w.points.numpy()) for w in ways], 1)


def up_to_the_border(places: np.ndarray, span: Span) -> np.ndarray:
    """Return places [T, R, 2]; who leaves the map for good ends on its border."""
    low, high = np.array((span[0], span[2])), np.array((span[1], span[3]))
    inside = ((places >= low) & (places <= high)).all(-1)  # [T, R]
    cut = places.copy()
    for runner, seen in enumerate(inside.T):
        last = np.flatnonzero(seen)
        if len(last) and last[-1] < len(seen) - 1:
            k = last[-1]
            cut[k + 1, runner] = _crossing(*places[k : k + 2, runner], low, high)
            cut[k + 2 :, runner] = np.nan
    return cut


def _crossing(
    inner: np.ndarray, outer: np.ndarray, low: np.ndarray, high: np.ndarray
) -> np.ndarray:
    """Return where the way from a place on the map [2] to one beyond leaves it."""
    if not np.isfinite(outer).all():
        return outer
    way = outer - inner
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(way > 0, high - inner, low - inner) / way
    share = np.nanmin(np.where(way == 0, np.nan, shares))
    return np.clip(inner + share * way, low, high)


def _arrows(surface: Surface, way: Way) -> np.ndarray:
    """Return the arrow of every frame [T, 10]: its shaft, then both sides of its tip.

    The first frame shows the arrow of the step to come. No arrow where it is flat.
    """
    low_x, high_x, low_y, high_y = window(surface)
    size = np.array((high_x - low_x, high_y - low_y))
    before = torch.cat((way.points[:1], way.points[:-1]))  # [T, 2]
    tail = (before.numpy() - (low_x, low_y)) / size
    down = -surface.gradient(before).numpy() / size
    with np.errstate(divide="ignore", invalid="ignore"):
        down *= ARROW / np.linalg.norm(down, axis=1, keepdims=True)
    across = np.stack((-down[:, 1], down[:, 0]), axis=1)
    tip = tail + down
    sides = [tip - 0.25 * down + sign * 0.15 * across for sign in (1, -1)]
    return np.concatenate((tail, tip, sides[0], tip, sides[1]), axis=1)


def _plotted(numbers: np.ndarray, most: float) -> np.ndarray:
    """Return numbers, nan where they lie outside [FLOOR, ROOM * most]."""
    fits = (numbers >= FLOOR) & (numbers <= ROOM * most)
    return np.where(fits, numbers, np.nan)


def _largest(surface: Surface) -> tuple[float, float]:
    """Return the largest loss and the largest gradient's norm on the map."""
    points = lattice_points(surface, 24)
    if surface.dimensions == 1:
        points = torch.tensor(surface.domain[:2], dtype=torch.float64)[:, None]
    losses, slopes = surface.value(points), surface.gradient(points).norm(dim=-1)
    return losses.max().item(), slopes.max().item()
