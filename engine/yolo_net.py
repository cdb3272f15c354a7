"""A small network that answers with a whole YOLO grid: no stage before, none after.

Convolutions only: the picture of 160 x 160 pixels becomes 10 x 10 cells, and each cell
says for each of its anchors what is there. Most layers add their input to their
output, so that the deep ones learn as easily as the first.

Sources: Redmon, Farhadi, "YOLO9000: Better, Faster, Stronger", CVPR 2017; He et al.,
"Deep Residual Learning for Image Recognition", CVPR 2016.
"""

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.ink import resize

SIDE = 160  # pixels of the network's input
GRID = 10  # cells per side
CLASSES = 10
BLUR = 0.6  # standard deviation in pixels: hard edges become as soft as scanned ones
REACH = 3  # pixels: the blur ends here
LIMIT = 4.0  # e^4 times or 1/e^4 of an anchor's side is the most a box differs


class Layer(NamedTuple):
    """A convolution with ReLU: `filters` maps, windows of `size`, taken at `stride`."""

    filters: int
    size: int = 3
    stride: int = 1


LAYERS = (
    Layer(16, size=5, stride=2),  # 80 x 80
    Layer(32, stride=2),  # 40 x 40
    Layer(32),
    Layer(64, stride=2),  # 20 x 20
    Layer(64),
    Layer(64),
    Layer(128, stride=2),  # 10 x 10
    Layer(128),
    Layer(128),
    Layer(128),
    Layer(128),
    Layer(128),
)


class YoloNet(nn.Module):
    """Map [N, 1, 160, 160] pictures in [0, 1] to raw answers [N, 10, 10, A, 15].

    `anchors` [A, 2] are widths and heights in pixels of the input. `norms` follow the
    convolutions while the network learns, and are folded into them at the end.
    """

    def __init__(self, anchors: int, *, norms: bool = False) -> None:
        super().__init__()
        before = (1, *(layer.filters for layer in LAYERS))
        self.convolutions = nn.ModuleList(
            nn.Conv2d(
                channels,
                layer.filters,
                layer.size,
                layer.stride,
                padding=layer.size // 2,
                bias=not norms,
            )
            for channels, layer in zip(before, LAYERS, strict=False)
        )
        self.norms = nn.ModuleList(
            nn.BatchNorm2d(layer.filters) for layer in LAYERS if norms
        )
        self.output = nn.Conv2d(LAYERS[-1].filters, anchors * (5 + CLASSES), 1)
        self.register_buffer("anchors", torch.zeros(anchors, 2))

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the answers as numbers of any size, to be read by `opened`."""
        x = pictures
        for at, convolution in enumerate(self.convolutions):
            y = convolution(x)
            y = torch.relu(self.norms[at](y) if len(self.norms) else y)
            x = x + y if x.shape == y.shape else y
        raw = self.output(x).permute(0, 2, 3, 1)  # [N, 10, 10, A (5 + C)]
        return raw.unflatten(3, (len(self.anchors), 5 + CLASSES))

    def folded(self) -> "YoloNet":
        """Return the network without norms that answers the same, on the CPU.

        y = g (w * x - m) / s + b is the convolution with w g / s and b - m g / s.
        """
        state = {k: v for k, v in self.state_dict().items() if "norms" not in k}
        for at, (convolution, norm) in enumerate(
            zip(self.convolutions, self.norms, strict=True)
        ):
            scale = norm.weight / (norm.running_var + norm.eps).sqrt()
            weight = convolution.weight * scale[:, None, None, None]
            state[f"convolutions.{at}.weight"] = weight
            state[f"convolutions.{at}.bias"] = norm.bias - norm.running_mean * scale
        plain = {k: v.detach().cpu().clone().contiguous() for k, v in state.items()}
        return restored(plain)


def restored(state: dict[str, Tensor]) -> YoloNet:
    """Return the network with these weights, for looking only."""
    with torch.device("meta"):  # the usual way draws from the visitors' random numbers
        net = YoloNet(len(state["anchors"]))
    net.load_state_dict(state, assign=True)
    return net.float().eval().requires_grad_(requires_grad=False)


def opened(raw: Tensor, anchors: Tensor) -> Tensor:
    """Return raw answers as probabilities and places: the tensor of `engine.yolo`.

    p_c, b_x and b_y are squeezed into (0, 1); b_h and b_w multiply the anchor's sides;
    the class probabilities add up to 1.

    Args:
        raw: [..., S, S, A, 5 + C].
        anchors: [A, 2] widths and heights in pixels of the input.
    """
    sides = (anchors * (GRID / SIDE)).flip(1)  # [A, 2] height, width in cells
    return torch.cat(
        [
            raw[..., :3].sigmoid(),
            raw[..., 3:5].clamp(-LIMIT, LIMIT).exp() * sides,
            raw[..., 5:].softmax(dim=-1),
        ],
        dim=-1,
    )


def softened(pictures: Tensor) -> Tensor:
    """Return pictures [N, S, S] in [0, 1] as the network sees them, [N, 1, S, S]."""
    places = torch.arange(pictures.shape[-1], device=pictures.device)
    apart = (places[:, None] - places).to(pictures)  # [S, S]
    bell = torch.exp(-(apart**2) / (2 * BLUR**2)) * (apart.abs() <= REACH)
    bell = bell / bell[len(bell) // 2].sum()  # black goes on beyond the borders
    return (bell @ pictures @ bell)[:, None]


def fitted(drawing: Tensor) -> Tensor:
    """Return a drawing shrunk or enlarged to the input: its whole, in the middle.

    Args:
        drawing: uint8 [H, W], white ink on black; H, W at least 1.

    Returns:
        float [160, 160] in [0, 1]; a drawing that is not square has black beside it.
    """
    height, width = drawing.shape
    scale = SIDE / max(height, width)
    tall, wide = (max(1, round(length * scale)) for length in (height, width))
    grey = drawing.float() / 255
    small = resize(grey, tall, wide, antialias=True)
    left, top = (SIDE - wide) // 2, (SIDE - tall) // 2
    return F.pad(small, (left, SIDE - wide - left, top, SIDE - tall - top))


def placed(boxes: Tensor, height: int, width: int) -> Tensor:
    """Return boxes [N, 4] of the input in the pixels of the drawing that `fitted` took.

    They end where the drawing ends.
    """
    scale = SIDE / max(height, width)
    tall, wide = (max(1, round(length * scale)) for length in (height, width))
    left, top = (SIDE - wide) // 2, (SIDE - tall) // 2
    corner = boxes.new_tensor([left, top, left, top])
    size = boxes.new_tensor([width, height, width, height])
    moved = (boxes - corner) * size / boxes.new_tensor([wide, tall, wide, tall])
    return torch.minimum(moved.clamp(min=0), size)


def new_net(anchors: Tensor, generator: torch.Generator) -> YoloNet:
    """Return an untrained network on the CPU that says of each slot: rather nothing."""
    with torch.device("meta"):
        net = YoloNet(len(anchors), norms=True)
    net.to_empty(device="cpu")
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.reset_parameters()  # ones and zeros, nothing random
        elif isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", generator=generator)
    nn.init.normal_(net.output.weight, std=0.01, generator=generator)
    nn.init.zeros_(net.output.bias)
    with torch.no_grad():
        net.output.bias.view(len(anchors), -1)[:, 0] = -math.log(99)  # p_c = 1 %
        net.anchors.copy_(anchors)
    return net
