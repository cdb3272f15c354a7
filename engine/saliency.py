"""Ask which pixels an answer hangs on."""

from collections.abc import Callable

import torch
from torch import Tensor

from engine.ink import BACKGROUND, INPUT
from engine.lenet import LeNet5


def gradient(net: LeNet5, picture: Tensor, digit: int) -> Tensor:
    """Return how strongly each pixel, changed a little, would move a digit's logit.

    The size of the slope is kept, its sign dropped: ink and background count alike.

    Args:
        net: the network; its weights' own gradients stay untouched.
        picture: [1, 1, 32, 32] float, on the network's device.
        digit: 0 to 9, the logit asked about.

    Returns:
        [32, 32] float, at least 0: |d logit / d pixel|.

    Raises:
        ValueError: another picture shape, or the digit is not 0..9.

    Source: Simonyan, Vedaldi, Zisserman, "Deep Inside Convolutional Networks", 2014.
    """
    _require(picture, digit)
    with torch.enable_grad():
        pixels = picture.detach().clone().requires_grad_()
        (slope,) = torch.autograd.grad(net(pixels)[0, digit], pixels)
    return slope[0, 0].abs()


def occlusion(net: LeNet5, picture: Tensor, digit: int, size: int = 5) -> Tensor:
    """Return how much a digit's probability drops when a square hides each place.

    Args:
        net: the network.
        picture: [1, 1, 32, 32] float, on the network's device.
        digit: 0 to 9, the probability asked about.
        size: side of the square of background in pixels, odd, 1 to 31.

    Returns:
        [32, 32] float in [-1, 1]: probability before minus after, for the square
        centred on each pixel. Negative where hiding helps.

    Raises:
        ValueError: another picture shape, a digit not 0..9, or an even or wrong size.

    Source: Zeiler, Fergus, "Visualizing and Understanding Convolutional Networks",
    ECCV 2014.
    """
    _require(picture, digit)
    return occlude(net, picture, digit, size=size, fill=BACKGROUND)


def occlude(
    net: Callable[[Tensor], Tensor],
    picture: Tensor,
    answer: int,
    *,
    size: int,
    fill: float,
) -> Tensor:
    """Return how much an answer's probability drops when a square hides each place.

    Args:
        net: maps [N, C, H, W] pictures to [N, K] logits.
        picture: [1, C, H, W] float, on the network's device.
        answer: 0 to K - 1, the probability asked about.
        size: side of the square in pixels, odd, below H and W.
        fill: the level that hides, in all channels.

    Returns:
        [H, W] float in [-1, 1]: probability before minus after, for the square
        centred on each pixel. Negative where hiding helps.

    Raises:
        ValueError: another picture shape, an unknown answer, an even or wrong size.

    Source: as `occlusion`.
    """
    _require_one(picture)
    before = _probabilities(net, picture)
    if not 0 <= answer < before.shape[1]:
        raise ValueError(f"answer must lie in [0, {before.shape[1] - 1}], got {answer}")
    after = covered(net, picture, size=size, fill=fill)
    return before[0, answer] - after[..., answer]


def covered(
    net: Callable[[Tensor], Tensor],
    picture: Tensor,
    *,
    size: int,
    fill: float,
    stride: int = 1,
) -> Tensor:
    """Return what a network says while a square hides each place of a picture.

    Args:
        net: maps [N, C, H, W] pictures to [N, K] logits.
        picture: [1, C, H, W] float, on the network's device.
        size: side of the square in pixels, odd, below H and W.
        fill: the level that hides, in all channels.
        stride: pixels from one centre to the next, 1 to H and W; the first is
            `stride // 2`.

    Returns:
        [rows, columns, K] probabilities, one square per centre.

    Raises:
        ValueError: another picture shape, an even or wrong size, or a wrong stride.

    Source: as `occlusion`.
    """
    _require_one(picture)
    height, width = picture.shape[2:]
    shortest = min(height, width)
    if size % 2 != 1 or not 1 <= size < shortest:
        raise ValueError(f"size must be odd and lie in [1, {shortest - 1}], got {size}")
    if not 1 <= stride <= shortest:
        raise ValueError(f"stride must lie in [1, {shortest}], got {stride}")
    rows = _near(height, size, picture.device)[stride // 2 :: stride]
    columns = _near(width, size, picture.device)[stride // 2 :: stride]
    hidden = rows[:, None, :, None] & columns[None, :, None, :]  # [R, C, H, W]
    places = hidden.reshape(-1, 1, height, width)
    said = [
        _probabilities(net, picture.masked_fill(part, fill))
        for part in places.split(256)
    ]
    return torch.cat(said).view(len(rows), len(columns), -1)


def _probabilities(net: Callable[[Tensor], Tensor], pictures: Tensor) -> Tensor:
    with torch.no_grad():
        return net(pictures).softmax(dim=1)


def _require_one(picture: Tensor) -> None:
    if picture.dim() != 4 or len(picture) != 1:
        raise ValueError(f"the picture must be [1, C, H, W], got {list(picture.shape)}")


def _near(length: int, size: int, device: torch.device) -> Tensor:
    """Return [centre, pixel] bool: whether the square at the centre hides the pixel."""
    place = torch.arange(length, device=device)
    return (place[:, None] - place).abs() <= size // 2


def _require(picture: Tensor, digit: int) -> None:
    if tuple(picture.shape) != (1, 1, INPUT, INPUT):
        raise ValueError(
            f"the picture must be [1, 1, 32, 32], got {list(picture.shape)}"
        )
    if not 0 <= digit <= 9:
        raise ValueError(f"digit must be 0 to 9, got {digit}")
