"""The frames of the sliding view: one for every place of the window."""

import torch
from torch import Tensor

from playground.figures.conv_slide import MAXIMUM, MEAN, ROOT, SPREAD, SUM, Slide
from playground.figures.conv_stage import Stage
from playground.player.scene import Track

MOST_TOLD = 400  # output cells that wait for their number
BARS = 3.0  # what the widest bar is worth to the player's edges


def film(
    slide: Slide, place: Stage, pinned: int = 0
) -> tuple[tuple[Track, ...], list[bytes], list[float]]:
    """Return tracks, frames and times of a slide; cell n of the output has time n + 1.

    The tracks: "window" (x1, y1, x2, y2 of every plane's window), "taps" (a box for
    every number under a window with holes), "cell" (where the result goes), "place"
    (row and column from 1, the number there), "sums" of the planes, "patch", "product"
    of every plane, "weigh" (bars of the products that count), "out" and "bars" (NaN
    where nothing is computed yet).

    Args:
        slide: what is shown.
        place: where it stands.
        pinned: place that must have a frame.
    """
    steps = torch.tensor(slide.steps(pinned))
    row, column = steps // slide.moved[1], steps % slide.moved[1]
    patches = _patches(slide, row, column)  # [T, P, kh * kw]
    products = _products(slide, patches)
    parts = {
        "window": _windows(slide, place, row, column),
        "taps": _taps(slide, place, row, column),
        "cell": _target(slide, place, row, column),
        "place": _said(slide, row, column, steps),
        "sums": _sums(slide, products),
        "patch": patches.flatten(1),
        "product": products.flatten(1),
        "weigh": _scaled(_counted(slide, products).flatten(1), _peak(products)),
    }
    if slide.output.numel() <= MOST_TOLD:
        told = _told(slide, steps, patches)
        parts |= {"out": told, "bars": _scaled(told, _peak(slide.output))}
    parts = {name: values.float() for name, values in parts.items() if values.numel()}
    tracks = tuple(Track(name, "f32", part.shape[1]) for name, part in parts.items())
    rows = torch.cat(list(parts.values()), dim=1).numpy()
    return tracks, [line.tobytes() for line in rows], (steps + 1.0).tolist()


def offsets(slide: Slide) -> tuple[Tensor, Tensor]:
    """Return rows and columns under a window at the corner, each [kh * kw]."""
    (kh, kw), (dh, dw) = slide.kernel, slide.dilation
    down, across = torch.meshgrid(
        dh * torch.arange(kh), dw * torch.arange(kw), indexing="ij"
    )
    return down.flatten(), across.flatten()


def _patches(slide: Slide, row: Tensor, column: Tensor) -> Tensor:
    """Return the numbers under the window in every plane, [T, P, kh * kw]."""
    every = torch.stack([plane.values for plane in slide.planes])  # [P, H, W]
    if slide.rule == SPREAD:  # one number, met by all of the kernel
        count = slide.kernel[0] * slide.kernel[1]
        return every[:, row, column].T[:, :, None].repeat(1, 1, count)
    down, across = offsets(slide)
    rows = row[:, None] * slide.stride[0] + down  # [T, kh * kw]
    columns = column[:, None] * slide.stride[1] + across
    return every[:, rows, columns].transpose(0, 1)


def _products(slide: Slide, patches: Tensor) -> Tensor:
    if slide.rule in (SUM, SPREAD):
        kernels = torch.stack([plane.kernel.flatten() for plane in slide.planes])
        return patches * kernels
    if slide.rule == ROOT:
        return patches**2
    return patches


def _counted(slide: Slide, products: Tensor) -> Tensor:
    """Return the products that make the result; 0 for those that do not."""
    if slide.rule != MAXIMUM:
        return products
    first = products.argmax(dim=2, keepdim=True)  # of equal ones the first
    chosen = torch.zeros_like(products, dtype=torch.bool).scatter_(2, first, True)
    return torch.where(chosen, products, 0.0)


def _sums(slide: Slide, products: Tensor) -> Tensor:
    """Return what each plane gives, [T, P]."""
    if slide.rule == MEAN:
        return products.mean(dim=2)
    if slide.rule == ROOT:
        return products.sum(dim=2).sqrt()
    if slide.rule == MAXIMUM:
        return products.amax(dim=2)
    return products.sum(dim=2)


def _said(slide: Slide, row: Tensor, column: Tensor, steps: Tensor) -> Tensor:
    """Return row and column from 1, the number of the result, and of the rest."""
    if slide.rule == SPREAD:
        value = slide.planes[0].values.flatten()[steps]
    else:
        value = slide.output.flatten()[steps]
    rest = torch.zeros_like(value)
    if slide.rest is not None and slide.rule != SPREAD:
        rest = slide.rest.flatten()[steps]
    return torch.stack((row + 1.0, column + 1.0, value, rest), dim=1)


def _windows(slide: Slide, place: Stage, row: Tensor, column: Tensor) -> Tensor:
    """Return the box over every plane: the window, of SPREAD the one number."""
    if slide.rule == SPREAD:
        boxes = [grid.window(row, column, (1, 1)) for grid in place.inputs]
    else:
        rows, columns = row * slide.stride[0], column * slide.stride[1]
        boxes = [grid.window(rows, columns, slide.field) for grid in place.inputs]
    return torch.cat(boxes, dim=1)


def _target(slide: Slide, place: Stage, row: Tensor, column: Tensor) -> Tensor:
    """Return the box over the output: one cell, of SPREAD those that are added to."""
    if slide.rule != SPREAD:
        return place.output.window(row, column, (1, 1))
    rows, columns = row * slide.stride[0], column * slide.stride[1]
    return place.output.window(rows, columns, slide.field)


def _taps(slide: Slide, place: Stage, row: Tensor, column: Tensor) -> Tensor:
    """Return a box for every number under a window with holes, else none."""
    if slide.dilation == (1, 1) or slide.kernel == (1, 1):
        return torch.empty(len(row), 0)
    grids = (place.output,) if slide.rule == SPREAD else place.inputs
    rows, columns = row * slide.stride[0], column * slide.stride[1]
    boxes = [
        grid.window(rows + down, columns + across, (1, 1))
        for grid in grids
        for down, across in zip(*map(Tensor.tolist, offsets(slide)), strict=True)
    ]
    return torch.cat(boxes, dim=1)


def _told(slide: Slide, steps: Tensor, patches: Tensor) -> Tensor:
    """Return the output as far as it is computed at every step, NaN elsewhere."""
    if slide.rule == SPREAD:
        return spread(slide)[steps].flatten(1)
    flat = slide.output.flatten()
    later = torch.arange(len(flat)) > steps[:, None]
    return flat.expand(len(steps), -1).masked_fill(later, torch.nan)


def spread(slide: Slide) -> Tensor:
    """Return the output after every number of a transposed input, [T, h, w].

    The bias stands everywhere from the start, and so does what the planes that are not
    drawn give.
    """
    rows, columns = slide.moved
    start = torch.zeros_like(slide.output)
    if slide.rest is not None:
        start = start + slide.rest
    values = torch.stack([plane.values for plane in slide.planes])
    kernels = torch.stack([plane.kernel for plane in slide.planes])
    (dh, dw), (sh, sw) = slide.dilation, slide.stride
    moments = []
    for row in range(rows):
        for column in range(columns):
            start = start.clone()
            top, left = row * sh, column * sw
            window = start[top : top + slide.field[0] : dh, left:][
                :, : slide.field[1] : dw
            ]
            window += (values[:, row, column, None, None] * kernels).sum(dim=0)
            moments.append(start)
    return torch.stack(moments)


def _peak(values: Tensor) -> Tensor:
    return values.nan_to_num(neginf=0.0).abs().amax()


def _scaled(values: Tensor, peak: Tensor) -> Tensor:
    """Return numbers for bars: the largest as wide as a bar gets, 0 without one."""
    share = BARS * values / torch.where(peak > 0, peak, 1.0)
    return torch.where(values == 0, torch.nan, share)
