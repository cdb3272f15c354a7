"""Random layers, and what torch makes of them or refuses."""

import warnings

import torch
from hypothesis import strategies as st
from torch import nn

from engine.conv_problems import mended, problems
from engine.conv_settings import CONVOLUTIONS, KINDS, NUMBER, Axis, ConvSettings
from engine.padding import MODES, PADDINGS

EVEN = "Using padding='same' with even kernel"  # torch warns of a copy it makes
POOLS = {"max": "MaxPool", "average": "AvgPool", "l2": "LPPool"}
PADS = {
    "zeros": "ZeroPad",
    "reflect": "ReflectionPad",
    "replicate": "ReplicationPad",
    "circular": "CircularPad",
}

AXES = st.builds(
    Axis,
    size=st.integers(1, 9),
    kernel=st.integers(1, 5),
    padding=st.one_of(
        st.integers(0, 4), st.tuples(st.integers(0, 3), st.integers(0, 3))
    ),
    stride=st.integers(1, 4),
    dilation=st.integers(1, 3),
    output_padding=st.integers(0, 3),
)


def layers(kinds=KINDS):
    """Settings, possible and impossible; small, for three axes are many cells."""

    def of_kind(kind):
        count = CONVOLUTIONS.get(kind)
        sizes = {"min_size": count or 1, "max_size": count or 3}
        return st.builds(
            ConvSettings,
            st.just(kind),
            st.lists(AXES, **sizes).map(tuple),
            channels=st.integers(1, 4),
            filters=st.integers(1, 4),
            groups=st.integers(1, 3),
            padding=st.sampled_from([NUMBER, NUMBER, *PADDINGS]),
            mode=st.sampled_from(["zeros", *MODES]),
            flip=st.booleans(),
            bias=st.booleans(),
        )

    return st.sampled_from(kinds).flatmap(of_kind)


def possible(settings):
    """The nearest settings without problems: every problem mended in turn."""
    while found := problems(settings):
        settings = mended(settings, found[0])
    return settings


def tensors(settings, seed=0):
    """Image, kernels and bias as `run` takes them, seeded, float64."""
    generator = torch.Generator().manual_seed(seed)

    def normal(*shape):
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    image = normal(settings.channels, *(axis.size for axis in settings.axes))
    kernels = normal(*settings.weight_shape) if settings.learns else None
    bias = normal(settings.filters) if settings.learns and settings.bias else None
    return image, kernels, bias


def torch_module(settings):
    """Torch's own layer, told all that is not its default; it may refuse it."""
    axes, end = settings.axes, f"{len(settings.axes)}d"
    if settings.kind == "global":
        return getattr(nn, f"AdaptiveAvgPool{end}")(1)
    kernel = tuple(axis.kernel for axis in axes)
    given = {"stride": tuple(axis.stride for axis in axes)}
    if any(axis.dilation != 1 for axis in axes):
        given["dilation"] = tuple(axis.dilation for axis in axes)
    if settings.mode != "zeros":
        given["padding_mode"] = settings.mode
    before, padding = torch_padding(settings)
    if padding not in {None, (0,) * len(axes)}:
        given["padding"] = padding
    if not settings.learns:
        if len(axes) == 1:  # LPPool1d cannot read (3,) for 3
            kernel, given["stride"] = axes[0].kernel, axes[0].stride
        power = (2,) if settings.kind == "l2" else ()
        return getattr(nn, f"{POOLS[settings.kind]}{end}")(*power, kernel, **given)
    given |= {"groups": settings.groups, "bias": settings.bias}
    name = "Conv"
    if settings.kind == "transposed":
        name = "ConvTranspose"
        given["output_padding"] = tuple(axis.output_padding for axis in axes)
    layer = getattr(nn, name + end)(
        settings.channels, settings.filters, kernel, **given
    )
    return nn.Sequential(*before, layer)


def torch_padding(settings):
    """Layers that pad beforehand, and the padding told to the layer itself."""
    convolves, name = settings.kind in CONVOLUTIONS, settings.padding
    if name == "full" and convolves:
        return [], tuple(axis.span - 1 for axis in settings.axes)
    if name != NUMBER:
        return [], None if name == "valid" else name
    pads = tuple(axis.pads for axis in settings.axes)
    if all(before == after for before, after in pads):
        return [], tuple(before for before, _after in pads)
    if not convolves:
        return [], pads
    sides = tuple(side for axis in reversed(pads) for side in axis)
    return [getattr(nn, f"{PADS[settings.mode]}{len(pads)}d")(sides)], None


def torch_output(settings, image, kernels, bias):
    """What torch's layer makes of an image; raises what torch raises."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", EVEN)
        module = torch_module(settings).double()
        layer = module[-1] if isinstance(module, nn.Sequential) else module
        with torch.no_grad():
            if kernels is not None:
                layer.weight.copy_(
                    kernels.flip(tuple(range(2, kernels.ndim)))
                    if settings.flip
                    else kernels
                )
            if bias is not None:
                layer.bias.copy_(bias)
            return module(image[None])[0]


def torch_refuses(settings):
    """Whether torch raises at these settings."""
    image = torch.zeros(settings.channels, *(axis.size for axis in settings.axes))
    try:
        torch_output(settings, image.double(), None, None)
    except (RuntimeError, ValueError, TypeError):
        return True
    return False
