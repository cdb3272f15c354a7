"""Scenes of several digits on one canvas, with a box around each.

Some scenes are of scanned digits as they are, enlarged or shrunk. In the others the
same digits are written again along their midlines with one pen for the whole scene,
as with a mouse: strokes of one width with hard edges. All digits are bent, turned,
slanted, made wide or narrow, and shaken a little.

Boxes are (x1, y1, x2, y2) in pixels, y down: tight around the ink that is at least
half as white as the digit's whitest. Canvases are square.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.skeletons import FINE, REACH, nearness

MOST = 8  # digits in a scene
SMALLEST, LARGEST = 0.1, 0.92  # height of a digit, of the canvas' side
LEAST_PEN, MOST_PEN = 0.025, 0.12  # a pen's width, of the canvas' side
THICKEST = 0.22  # a pen's width, of the digit's height
CROWDED = 0.3  # most of a box that may lie in another one
ATTEMPTS = 20  # places and sizes tried for a digit; then the scene goes without it
FRAME = 64  # fine pixels: a digit is distorted in a square of this side
TURN, SLANT, STRETCH = 14.0, 0.25, 1.3  # degrees, shift per height, width over height
BEND, SHAKE = 0.06, 0.02  # standard deviations, of half the frame


@dataclass(frozen=True, eq=False)
class Digits:
    """What scenes are made of: pictures, their classes, and their midlines.

    `images` uint8 [N, 28, 28], `labels` int64 [N], `near` uint8 [N, 56, 56] as
    `engine.skeletons.nearness` returns it.
    """

    images: Tensor
    labels: Tensor
    near: Tensor

    def __getitem__(self, rows: Tensor) -> "Digits":
        """Return the chosen digits."""
        return Digits(self.images[rows], self.labels[rows], self.near[rows])


@dataclass(frozen=True, eq=False)
class Scenes:
    """B scenes: `pictures` float [B, S, S] from 0 to 1 (ink).

    `boxes` [B, 8, 4] in pixels and `labels` int64 [B, 8] count where `there` [B, 8]
    is true.
    """

    pictures: Tensor
    boxes: Tensor
    labels: Tensor
    there: Tensor


def digits(images: Tensor, labels: Tensor) -> Digits:
    """Return digits to compose scenes of; finds their midlines (a minute for 60,000).

    Args:
        images: uint8 [N, 28, 28], as `engine.mnist.read` returns them.
        labels: int64 [N], 0 to 9.

    Raises:
        ValueError: other shapes, or none.
    """
    if images.dtype != torch.uint8 or images.shape[1:] != (28, 28):
        raise ValueError(
            f"images must be uint8 [N, 28, 28], got {images.dtype} {list(images.shape)}"
        )
    if not len(images) or len(images) != len(labels):
        raise ValueError(f"{len(images)} images do not match {len(labels)} labels")
    return Digits(images, labels, nearness(images))


def compose(
    source: Digits, count: int, *, side: int, pens: float, generator: torch.Generator
) -> Scenes:
    """Return scenes of 1 to 8 digits, of sizes from a tenth of the canvas to all of it.

    Args:
        source: digits to draw from, with equal chances.
        count: B, at least 1.
        side: S, pixels of the canvas.
        pens: share of the scenes written with a pen, in [0, 1].
        generator: random numbers, on the CPU.

    Raises:
        ValueError: count below 1, or pens outside [0, 1].
    """
    if count < 1 or not 0 <= pens <= 1:
        raise ValueError(
            f"count must be at least 1 and pens in [0, 1], got {count} and {pens}"
        )
    kinds = torch.rand(count, generator=generator) < pens  # [B] with a pen
    chosen = torch.randint(len(source.labels), (count, MOST), generator=generator)
    wanted = torch.randint(1, MOST + 1, (count, 1), generator=generator)
    asked = torch.arange(MOST) < wanted  # [B, 8]
    which = asked.flatten().cumsum(0).view(count, MOST) - 1  # row among those asked for
    written = kinds[:, None].expand(count, MOST)[asked]  # [N] with a pen
    frames = _frames(source[chosen[asked]], written, generator)  # [N, 64, 64]
    extent = torch.zeros(count, MOST, 4)
    extent[asked] = _extent(frames, written)
    pen = _uniform((count, 1), LEAST_PEN, MOST_PEN, generator) * side * kinds[:, None]
    place = _places(extent[..., 2:] - extent[..., :2], asked, pen, generator, side)
    canvas = torch.zeros(count, side, side)
    boxes = torch.zeros(count, MOST, 4)
    for at in range(MOST):
        rows = place.there[:, at].nonzero().flatten()  # [b] scenes with this digit
        scale, radius = place.scale[rows, at], place.radius[rows, at]
        start = place.corner[rows, at] - extent[rows, at, :2] * scale[:, None]
        down, right = _weights(scale, start, side)
        # With a pen, ink reaches `radius` pixels from the midline, and fades there.
        steep = torch.where(kinds[rows], REACH * scale, 1.0)  # pixels per nearness
        level = torch.where(kinds[rows], radius - steep + 0.5, 0.0)
        drawn = (down * steep[:, None, None]) @ frames[which[rows, at]] @ right.mT
        drawn = drawn.add_(level[:, None, None]).clamp_(0, 1)
        boxes[rows, at] = tight_boxes(drawn)
        canvas[rows] = torch.maximum(canvas[rows], drawn)
    sound = (boxes[..., 2:] - boxes[..., :2] >= 1).all(dim=-1)  # none is lost to 0 ink
    return Scenes(canvas, boxes, source.labels[chosen], place.there & sound)


def tight_boxes(pictures: Tensor) -> Tensor:
    """Return the boxes [N, 4] around the ink of pictures [N, S, S], 0 to 1.

    A side lies where the largest ink of its row or column crosses half of the
    picture's peak, between the centres of two pixels. A picture without ink has the
    box 0, 0, 0, 0.
    """
    profiles = [pictures.amax(dim=1), pictures.amax(dim=2)]  # along x, along y: [N, S]
    peak = profiles[0].amax(dim=1, keepdim=True)  # [N, 1]
    sides = []
    for profile in profiles:
        share = profile / peak.clamp(min=1e-6)
        sides.append(_first_crossing(share))
        sides.append(profile.shape[1] - _first_crossing(share.flip(1)))
    left, right, top, bottom = sides
    return torch.stack([left, top, right, bottom], dim=1) * (peak > 0)


def scattered(boxes: Tensor, placed: Tensor, there: Tensor) -> Tensor:
    """Return [B, T]: whether candidates [B, T, 4] keep clear of those placed [B, K, 4].

    Of no two boxes may more than three tenths of the smaller lie in the other; placed
    ones count where `there` [B, K] is true.
    """
    low = torch.maximum(boxes[:, :, None, :2], placed[:, None, :, :2])
    high = torch.minimum(boxes[:, :, None, 2:], placed[:, None, :, 2:])
    common = (high - low).clamp(min=0).prod(dim=-1)  # [B, T, K]
    areas = [(b[..., 2:] - b[..., :2]).prod(dim=-1) for b in (boxes, placed)]
    smaller = torch.minimum(areas[0][:, :, None], areas[1][:, None, :])
    return ((common <= CROWDED * smaller) | ~there[:, None, :]).all(dim=-1)


@dataclass(frozen=True, eq=False)
class _Places:
    """Where digits go, and how large.

    `there` [B, 8]; `scale` [B, 8] in pixels per fine pixel; `corner` [B, 8, 2], the
    upper left one of the midline's or the grey ink's box; `radius` [B, 8] of the pen
    in pixels, 0 without.
    """

    there: Tensor
    scale: Tensor
    corner: Tensor
    radius: Tensor


def _places(
    extent: Tensor,
    asked: Tensor,
    pen: Tensor,
    generator: torch.Generator,
    side: int,
) -> _Places:
    """Return places for digits of `extent` [B, 8, 2] (width, height, fine pixels)."""
    count = len(extent)
    rows, boxes = torch.arange(count), torch.zeros(count, MOST, 4)
    there = torch.zeros(count, MOST, dtype=torch.bool)
    scale, radius = torch.zeros(2, count, MOST)
    for at in range(MOST):
        tall = _uniform(
            (count, ATTEMPTS), math.log(SMALLEST), math.log(LARGEST), generator
        ).exp()
        width, height = extent[:, at].clamp(min=1).unbind(dim=1)
        tried = torch.minimum(tall * side, LARGEST * side * (height / width)[:, None])
        half = torch.minimum(pen, THICKEST * tried) / 2  # [B, T]
        factor = (tried - 2 * half) / height[:, None]
        size = factor[..., None] * extent[:, None, at] + 2 * half[..., None]  # [B,T,2]
        free = side - size
        corner = torch.rand(count, ATTEMPTS, 2, generator=generator) * free
        candidates = torch.cat([corner, corner + size], dim=2)  # [B, T, 4]
        fits = scattered(candidates, boxes, there) & (free > 0).all(dim=-1)
        first = fits.int().argmax(dim=1)  # [B]
        there[:, at] = fits.any(dim=1) & asked[:, at]
        boxes[:, at] = candidates[rows, first]
        scale[:, at], radius[:, at] = factor[rows, first], half[rows, first]
    return _Places(there, scale, boxes[..., :2] + radius[..., None], radius)


def _frames(chosen: Digits, with_pen: Tensor, generator: torch.Generator) -> Tensor:
    """Return distorted digits [N, 64, 64]: nearness or grey, 0 to 1."""
    count = len(with_pen)
    fine = F.interpolate(
        chosen.images[:, None].float(), scale_factor=FINE, mode="bilinear"
    )
    source = torch.where(with_pen[:, None, None, None], chosen.near[:, None], fine)
    signed = 2 * torch.rand(3, count, generator=generator) - 1
    angle, slant = signed[0] * math.radians(TURN), signed[1] * SLANT
    wide = (signed[2] * math.log(STRETCH)).exp()
    cos, sin, none = angle.cos(), angle.sin(), torch.zeros(count)
    across = torch.stack([cos / wide, (sin - slant) / wide, none], dim=1)
    maps = torch.stack([across, torch.stack([-sin, cos, none], dim=1)], dim=1)
    maps = maps * (FRAME / source.shape[-1])  # the frame is larger than the picture
    grid = F.affine_grid(maps, [count, 1, FRAME, FRAME], align_corners=False)
    bend = torch.randn(count, 2, 3, 3, generator=generator) * BEND
    bend = F.interpolate(bend, (9, 9), mode="bilinear")
    shake = torch.randn(count, 2, 9, 9, generator=generator) * SHAKE
    push = F.interpolate(bend + shake, (FRAME, FRAME), mode="bilinear")
    grid = grid + push.permute(0, 2, 3, 1)
    return F.grid_sample(source / 255, grid, align_corners=False)[:, 0]


def _extent(frames: Tensor, with_pen: Tensor) -> Tensor:
    """Return [N, 4]: the box of the midlines, or of ink at least half white."""
    level = torch.where(with_pen, 1 - 1 / REACH, 0.5)[:, None, None]
    mask = frames >= torch.minimum(level, frames.amax(dim=(1, 2), keepdim=True))
    place = torch.arange(FRAME, dtype=torch.float32)
    sides = []
    for dim in (1, 2):
        hit = mask.any(dim=dim)  # [N, 64]
        sides.append(torch.where(hit, place, FRAME).amin(dim=1))
        sides.append(torch.where(hit, place + 1, 0).amax(dim=1))
    left, right, top, bottom = sides
    return torch.stack([left, top, right, bottom], dim=1)


def _weights(scale: Tensor, start: Tensor, side: int) -> tuple[Tensor, Tensor]:
    """Return what enlarges frames by `scale` [N] to `start` [N, 2], for both axes.

    Two tensors [N, S, 64]: the share of each fine row in each row of the canvas, and
    of each column. Enlarged, pixels are mixed from their two neighbours each way;
    shrunk, from all that fall into them.
    """
    to = torch.arange(side) + 0.5
    source = torch.arange(FRAME) + 0.5
    spread = (1 / scale).clamp(min=1)[:, None]  # fine pixels
    weights = []
    for axis in (1, 0):  # rows, columns
        at = (to - start[:, axis, None]) / scale[:, None]  # [N, S] fine pixels
        tent = (1 - ((at[:, :, None] - source) / spread[:, :, None]).abs()).clamp(min=0)
        weights.append(tent / tent.sum(dim=2, keepdim=True).clamp(min=1e-6))
    return weights[0], weights[1]


def _first_crossing(profile: Tensor) -> Tensor:
    """Return [N]: where profiles [N, S] first rise to 0.5, in pixels from the left."""
    padded = F.pad(profile, (1, 0))  # [N, S + 1], nothing before the first pixel
    first = (profile >= 0.5).int().argmax(dim=1, keepdim=True)  # [N, 1]
    before, after = padded.gather(1, first), profile.gather(1, first)
    share = (0.5 - before) / (after - before).clamp(min=1e-6)
    return (first - 0.5 + share).clamp(min=0)[:, 0]


def _uniform(
    shape: tuple[int, ...], low: float, high: float, generator: torch.Generator
) -> Tensor:
    return low + (high - low) * torch.rand(shape, generator=generator)
