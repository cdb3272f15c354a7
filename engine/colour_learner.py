"""The colour network as it learns, and the pictures it learns from.

While it learns, every convolution is followed by batch normalisation; at the end the
normalisation is folded into the convolution before it.

Source: Ioffe, Szegedy, "Batch Normalization", ICML 2015.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.cifar import SIDE
from engine.colour_net import GREY, LAYERS, POOLED, SPREAD, ColourNet, empty

SHIFT = 3  # pixels, the largest move of a training picture


class Learner(nn.Module):
    """The colour network as it learns: with batch normalisation, without biases."""

    def __init__(self) -> None:
        super().__init__()
        plain = ColourNet()
        for name, layer in LAYERS.items():
            convolution = getattr(plain, name)
            convolution.bias = None
            setattr(self, name, convolution)
            setattr(self, f"norm_{name}", nn.BatchNorm2d(layer.filters))
        self.output = plain.output

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the logits [N, 10] of pictures [N, 3, 32, 32] in [0, 1]."""
        x = (pictures - GREY) / SPREAD
        for name in LAYERS:
            x = torch.relu(getattr(self, f"norm_{name}")(getattr(self, name)(x)))
            x = F.max_pool2d(x, 2) if name in POOLED else x
        return self.output(x.mean(dim=(2, 3)))

    def fold(self) -> ColourNet:
        """Return the network that answers the same in evaluation mode, on the CPU.

        y = g (w * x - m) / s + b is the convolution with w g / s and b - m g / s.
        """
        net = empty()
        state = {f"output.{k}": v for k, v in self.output.state_dict().items()}
        for name in LAYERS:
            norm = getattr(self, f"norm_{name}")
            scale = norm.weight / (norm.running_var + norm.eps).sqrt()  # [K]
            weight = getattr(self, name).weight * scale[:, None, None, None]
            state[f"{name}.weight"] = weight
            state[f"{name}.bias"] = norm.bias - norm.running_mean * scale
        plain = {k: v.detach().cpu().clone().contiguous() for k, v in state.items()}
        net.load_state_dict(plain, assign=True)
        return net.eval().requires_grad_(requires_grad=False)


def new_learner(generator: torch.Generator) -> Learner:
    """Return an untrained network, on the CPU: He initialisation, biases 0."""
    with torch.device("meta"):
        net = Learner()
    net.to_empty(device="cpu")
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.reset_parameters()  # ones and zeros, nothing random
        elif isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", generator=generator)
    nn.init.kaiming_uniform_(net.output.weight, generator=generator)
    nn.init.zeros_(net.output.bias)
    return net


def jostle(images: Tensor, generator: torch.Generator) -> Tensor:
    """Return pictures moved by up to three pixels each way, half of them mirrored.

    Args:
        images: uint8 [N, 3, 32, 32], on any device.
        generator: on the CPU; the source of moves and mirrorings.

    Returns:
        float [N, 3, 32, 32] in [0, 1], on the device of the images; what moves in at
        the border is the picture reflected.
    """
    count, device = len(images), images.device
    padded = F.pad(images.float() / 255, [SHIFT] * 4, mode="reflect")
    moves = torch.randint(0, 2 * SHIFT + 1, (2, count, 1), generator=generator)
    mirrored = torch.rand(count, 1, generator=generator) < 0.5
    place = torch.arange(SIDE)
    rows = (moves[0] + place).to(device)  # [N, 32]
    columns = moves[1] + torch.where(mirrored, place.flip(0), place)
    picture = torch.arange(count, device=device)[:, None, None]
    channels_last = padded.permute(0, 2, 3, 1)  # [N, 38, 38, 3]
    moved = channels_last[picture, rows[:, :, None], columns.to(device)[:, None, :]]
    return moved.permute(0, 3, 1, 2)
