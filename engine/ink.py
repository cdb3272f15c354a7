"""Turn a drawing into the picture LeNet-5 was trained on, one visible stage at a time.

A drawing is uint8 [H, W], 0 = background, 255 = white ink. Rows run down, columns
run right. The stages repeat what the makers of MNIST did to their scans: crop to the
ink, shrink the longer side to 20 pixels with grey edges, put the centre of mass at
pixel (14, 14) of a 28 x 28 frame, add a border, shift the range.

Source: LeCun, Bottou, Bengio, Haffner, "Gradient-Based Learning Applied to Document
Recognition", Proc. IEEE 1998, sections II.B and III.A.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

THRESHOLD = 32  # grey level from which a pixel counts as ink
BOX = 20  # pixels: longer side of a fitted digit
FRAME = 28  # pixels: side of an MNIST picture
INPUT = 32  # pixels: side of the network's input
BACKGROUND, FOREGROUND = -0.1, 1.175  # input range: mean about 0, variance about 1
WORK = 256  # pixels: photographs are cleaned at most this large
LEAST_CONTRAST = 20  # grey levels between a photograph's ink and paper
SMALLEST_BLOB = 0.05  # share of the largest blob's pixels


@dataclass(frozen=True)
class Steps:
    """The stages of `prepare` that are switched on.

    Off means: crop - the whole canvas is the box; fit - the longer side becomes 28
    instead of 20 pixels; antialias - nearest pixels are copied, none averaged;
    centre - the middle of the box, not the centre of mass, goes to the middle;
    pad - the picture is stretched to 32 x 32; normalise - the net gets raw 0..255.
    """

    crop: bool = True
    fit: bool = True
    antialias: bool = True
    centre: bool = True
    pad: bool = True
    normalise: bool = True


@dataclass(frozen=True)
class Stages:
    """A drawing after each stage; float, 0..255 except `prepared`."""

    ink: Tensor  # [H, W]
    cropped: Tensor  # [h, w]
    fitted: Tensor  # [h2, w2]
    centred: Tensor  # [28, 28]
    padded: Tensor  # [32, 32]
    prepared: Tensor  # [1, 1, 32, 32]


ALL_STEPS = Steps()


def stages(drawing: Tensor, steps: Steps = ALL_STEPS) -> Stages:
    """Return every intermediate picture between a drawing and the network's input.

    Args:
        drawing: uint8 [H, W], white ink on black, any size.
        steps: which stages are on.

    Returns:
        The pictures, on the drawing's device.

    Raises:
        ValueError: the drawing is not uint8 [H, W], or no pixel reaches 32.
    """
    _require_picture(drawing)
    rows, columns = _ink_box(drawing)
    ink = drawing.to(torch.float32)
    cropped = ink[rows, columns] if steps.crop else ink
    fitted = _fit(cropped, BOX if steps.fit else FRAME, antialias=steps.antialias)
    centred = _centre(fitted, by_mass=steps.centre)
    if steps.pad:
        padded = functional.pad(centred, [(INPUT - FRAME) // 2] * 4)
    else:
        padded = resize(centred, INPUT, INPUT, antialias=steps.antialias)
    prepared = to_input_range(padded) if steps.normalise else padded
    return Stages(ink, cropped, fitted, centred, padded, prepared[None, None])


def prepare(drawing: Tensor, steps: Steps = ALL_STEPS) -> Tensor:
    """Return the network's input for a drawing: the last of its `stages`.

    Returns:
        [1, 1, 32, 32] float, -0.1 (background) to 1.175 (ink).
    """
    return stages(drawing, steps).prepared


def to_input_range(pictures: Tensor) -> Tensor:
    """Return grey levels 0..255, any shape, mapped linearly to -0.1..1.175."""
    return pictures * ((FOREGROUND - BACKGROUND) / 255) + BACKGROUND


def resize(picture: Tensor, height: int, width: int, *, antialias: bool) -> Tensor:
    """Return the picture at another size.

    With antialiasing a new pixel is the mean of the area it covers; without, it is
    a copy of the one old pixel under its centre.

    Args:
        picture: [H, W] float.
        height: new height in pixels, at least 1.
        width: new width in pixels, at least 1.
        antialias: average (True) or copy (False).

    Returns:
        [height, width] float, within the range of the picture.
    """
    old_height, old_width = picture.shape
    if antialias:
        down = _area_weights(old_height, height, picture)  # [height, H]
        right = _area_weights(old_width, width, picture)  # [width, W]
        return down @ picture @ right.T
    rows = (torch.arange(height, device=picture.device) + 0.5) * (old_height / height)
    columns = (torch.arange(width, device=picture.device) + 0.5) * (old_width / width)
    return picture[rows.long()][:, columns.long()]


def _require_picture(picture: Tensor) -> None:
    if picture.dtype != torch.uint8 or picture.dim() != 2 or picture.numel() == 0:
        raise ValueError(
            "a picture must be uint8 [H, W] with H, W >= 1, "
            f"got {picture.dtype} {list(picture.shape)}"
        )


def _ink_box(drawing: Tensor) -> tuple[slice, slice]:
    """Return the rows and columns of the smallest box around all ink."""
    rows = (drawing.amax(dim=1) >= THRESHOLD).nonzero().flatten().tolist()
    columns = (drawing.amax(dim=0) >= THRESHOLD).nonzero().flatten().tolist()
    if not rows:
        raise ValueError(
            f"the drawing is empty: ink must reach {THRESHOLD}, "
            f"the brightest pixel is {drawing.max().item()}"
        )
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _fit(cropped: Tensor, side: int, *, antialias: bool) -> Tensor:
    """Return the box with its longer side `side` pixels long and its peak at 255.

    Averaging greys thin lines; raising the peak to 255 gives them back their ink.
    Copying may miss a thin line altogether: then the picture is, honestly, black.
    """
    scale = side / max(cropped.shape)
    height, width = (max(1, round(length * scale)) for length in cropped.shape)
    fitted = resize(cropped, height, width, antialias=antialias)
    return fitted * (255 / fitted.amax().clamp(min=1e-3))


def _centre(fitted: Tensor, *, by_mass: bool) -> Tensor:
    """Return a 28 x 28 frame with the box in it, moved by whole pixels.

    Whole pixels keep the ink as sharp as it was, as in MNIST. The box never leaves
    the frame: a centre of mass too far to one side stops at the border.
    """
    rest = [FRAME - size for size in fitted.shape]  # rows and columns left free
    top, left = rest[0] // 2, rest[1] // 2
    mass = fitted.sum().item()
    if by_mass and mass > 0:
        place = torch.arange(FRAME, dtype=fitted.dtype, device=fitted.device)
        row = (fitted.sum(dim=1) @ place[: len(fitted)]).item() / mass
        column = (fitted.sum(dim=0) @ place[: fitted.shape[1]]).item() / mass
        top = min(max(round(FRAME / 2 - row), 0), rest[0])
        left = min(max(round(FRAME / 2 - column), 0), rest[1])
    return functional.pad(fitted, (left, rest[1] - left, top, rest[0] - top))


def _area_weights(old: int, new: int, like: Tensor) -> Tensor:
    """Return [new, old]: the share of each new pixel that each old pixel covers."""
    start = torch.arange(new, dtype=like.dtype, device=like.device)[:, None]
    pixel = torch.arange(old, dtype=like.dtype, device=like.device)
    scale = old / new  # old pixels per new pixel
    first, last = start * scale, (start + 1) * scale  # [new, 1]
    overlap = torch.minimum(last, pixel + 1) - torch.maximum(first, pixel)
    return overlap.clamp(min=0) / scale


def from_photo(grey: Tensor) -> Tensor:
    """Return the drawing in a photograph of a digit on paper.

    The blurred picture is the paper; what differs from it is ink. Otsu's threshold
    separates the two, a ramp around it keeps edges soft, and blobs under a twentieth
    of the largest one are taken for specks.

    Args:
        grey: uint8 [H, W], dark ink on light paper or the reverse.

    Returns:
        uint8 [H, W], white ink on black, the size of the photograph.

    Raises:
        ValueError: not uint8 [H, W], or no ink stands out by 20 grey levels.

    Source: Otsu, "A Threshold Selection Method from Gray-Level Histograms", IEEE
    Trans. SMC 1979.
    """
    _require_picture(grey)
    scale = min(1.0, WORK / max(grey.shape))
    height, width = (max(1, round(length * scale)) for length in grey.shape)
    small = resize(grey.to(torch.float32), height, width, antialias=True)
    contrast = _contrast(small)
    threshold = otsu(contrast)
    mask = contrast > threshold
    strength = _mean_where(contrast, mask) - _mean_where(contrast, ~mask)
    if strength < LEAST_CONTRAST or mask.float().mean() > 0.5:
        raise ValueError(
            f"no digit found: ink must differ from the paper by {LEAST_CONTRAST} "
            f"grey levels and cover at most half, got {strength:.0f} levels"
        )
    kept = _grow(_without_specks(mask).float())
    ramp = (contrast / threshold - 0.5).clamp(0, 1) * kept  # 0 at half the threshold
    full = functional.interpolate(
        ramp[None, None], size=tuple(grey.shape), mode="bilinear"
    )
    return (full[0, 0] * 255).round().to(torch.uint8)


def otsu(values: Tensor) -> float:
    """Return the threshold with the largest variance between the classes it makes.

    The values, any shape but not empty, fall into 256 bins; of equally good
    thresholds, the middle one is returned.
    """
    low, high = values.min().item(), values.max().item()
    bins = ((values.flatten() - low) * (255 / max(high - low, 1e-6))).round().long()
    share = torch.bincount(bins.cpu(), minlength=256).double() / values.numel()  # [256]
    below = share.cumsum(0)  # weight of the lower class
    moment = (share * torch.arange(256)).cumsum(0)
    spread = (moment[-1] * below - moment) ** 2 / (below * (1 - below)).clamp(min=1e-12)
    best = (spread >= spread.max() * (1 - 1e-9)).nonzero().double().mean().item()
    return low + (best + 0.5) / 255 * (high - low)


def _contrast(grey: Tensor) -> Tensor:
    """Return ink minus paper in grey levels, positive on ink whichever is darker."""
    difference = grey - _paper(grey, torch.ones_like(grey))
    if (difference**3).mean() < 0:  # the longer tail is dark: dark ink
        grey, difference = -grey, -difference
    paper = (difference <= otsu(difference)).to(grey.dtype)
    return grey - _paper(grey, paper)  # a second look, with the ink left out


def _paper(grey: Tensor, weight: Tensor) -> Tensor:
    """Return a tilted plane plus the blurred rest, where `weight` [H, W] counts.

    Blurred is: the mean of the square around each pixel, a third of the picture wide.
    The plane takes up a slope of light, which a mean gets wrong at the borders.
    """
    down, right = (torch.linspace(-1, 1, size).to(grey) for size in grey.shape)
    basis = torch.cartesian_prod(down, right, torch.ones(1).to(grey))  # [H W, 3]
    weighted = basis * weight.reshape(-1, 1)
    square = weighted.T @ basis + 1e-3 * torch.eye(3).to(grey)  # never singular
    slopes = torch.linalg.solve(square, weighted.T @ grey.flatten())  # [3]
    plane = (basis @ slopes).view_as(grey)
    side = max(grey.shape) // 6 * 2 + 1
    stack = torch.stack([(grey - plane) * weight, weight])[None]  # [1, 2, H, W]
    for kernel in ((side, 1), (1, side)):
        padding = (kernel[0] // 2, kernel[1] // 2)
        stack = functional.avg_pool2d(
            stack, kernel, 1, padding, count_include_pad=False
        )
    total, share = stack[0]
    return plane + total / share.clamp(min=1e-6)


def _without_specks(mask: Tensor) -> Tensor:
    """Return the mask without the connected blobs that are small beside the largest.

    Every pixel points to a pixel of its blob. It learns of larger ones from its
    neighbours and by following its pointer, until all point to the same one.
    """
    pointer = torch.arange(1, mask.numel() + 1, device=mask.device).view_as(mask) * mask
    while True:
        seen = _grow(pointer.to(torch.float32)).long() * mask
        followed = torch.cat([seen.new_zeros(1), seen.flatten()])[seen]
        if torch.equal(followed, pointer):
            break
        pointer = followed
    sizes = torch.bincount(pointer.flatten().cpu())
    sizes[0] = 0  # the background
    return (sizes >= sizes.max() * SMALLEST_BLOB).to(mask.device)[pointer] & mask


def _grow(picture: Tensor) -> Tensor:
    """Return the largest value in the 3 x 3 square around each pixel."""
    return functional.max_pool2d(picture[None, None], 3, 1, 1)[0, 0]


def _mean_where(values: Tensor, mask: Tensor) -> float:
    """Return the mean of the selected values; 0 if none are."""
    return (values * mask).sum().item() / max(mask.sum().item(), 1)
