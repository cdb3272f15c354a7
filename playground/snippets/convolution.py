"""The layer on screen as torch writes it, and as a program with its matrices."""

import textwrap
from collections.abc import Iterable

import torch
from torch import Tensor

from engine.conv_settings import (
    CONVOLUTIONS,
    NUMBER,
    ConvSettings,
    output_sizes,
    resolved,
)

WIDTH = 88
AXES = ("depth", "rows", "columns")
LETTERS = ("D", "H", "W")
POOLS = {"max": "nn.MaxPool", "average": "nn.AvgPool", "l2": "nn.LPPool"}
PADS = {
    "zeros": "nn.ZeroPad",
    "reflect": "nn.ReflectionPad",
    "replicate": "nn.ReplicationPad",
    "circular": "nn.CircularPad",
}
Call = tuple[str, tuple[str, ...]]  # what is called, and its arguments

HEAD = '''\
"""One picture through {name}. Prints its output; needs only torch."""

import torch
from torch import nn

torch.set_default_dtype(torch.float64)

'''
TEXT = '''\
numbers = """
{numbers}
"""
{name} = torch.tensor([float(number) for number in numbers.split()])
{name} = {name}.view({shape})  # {letters}
'''
TURN = """\
# True convolution turns the kernels round; the layer of torch does not.
kernels = kernels.flip({axes})
"""
SHOW = """
with torch.no_grad():
{lines}
    output = layer({given})
print(tuple(output.shape))
for number, channel in enumerate(output[0]):
    print(f"output[0, {{number}}]")
    for row in channel.reshape(-1, channel.shape[-1]).tolist():
        print(*(f"{{value:.6g}}" for value in row))
"""
WINDOWS = "({n} + {before} + {after} - {d} * ({k} - 1) - 1) // {s} + 1"
SPREAD = "({n} - 1) * {s} - {before} - {after} + {d} * ({k} - 1) + {e} + 1"


def layer(settings: ConvSettings) -> str:
    """Return the layer as one line of torch, as `nn.Conv2d(1, 1, kernel_size=3)`.

    Padding that differs between two sides is a layer of its own before it. torch has
    no true convolution: the line is the same with and without the flip.

    Args:
        settings: without problems.
    """
    line = _line(_layer(settings))
    if not _uneven(settings):
        return line
    return f"nn.Sequential({_line(_padding(settings))}, {line})"


def program(
    settings: ConvSettings,
    image: Tensor,
    kernels: Tensor | None = None,
    bias: Tensor | None = None,
) -> str:
    """Return a program that prints the output of the layer, channel by channel.

    Args:
        settings: without problems.
        image: [C, *sizes].
        kernels: as `settings.weight_shape` says; None for pooling.
        bias: [K]; None without.
    """
    call, uneven = _layer(settings), _uneven(settings)
    letters = LETTERS[-len(settings.axes) :]
    picture = f"[N, {', '.join(['C', *letters])}]"
    parts = [HEAD.format(name=call[0]), _tensor("image", image[None], picture)]
    lines = []
    if kernels is not None:
        sides = ", ".join(f"k{letter}" for letter in letters)
        parts.append(_tensor("kernels", kernels, f"[{_filters(settings)}, {sides}]"))
        lines.append("    layer.weight.copy_(kernels)")
    if settings.learns and settings.flip:
        parts.append(TURN.format(axes=tuple(range(2, kernels.ndim))))
    if bias is not None:
        parts.append(_tensor("bias", bias, "[K]"))
        lines.append("    layer.bias.copy_(bias)")
    parts += [_formulas(settings), _assigned("layer", call)]
    if uneven:
        parts.append(_assigned("pad", _padding(settings)))
    given = "pad(image)" if uneven else "image"
    # No kernels, no lines: then no empty one either.
    show = SHOW if lines else SHOW.replace("{lines}\n", "")
    return "".join([*parts, show.format(lines="\n".join(lines), given=given)])


def _uneven(settings: ConvSettings) -> bool:
    return settings.padding == NUMBER and any(
        axis.pads[0] != axis.pads[1] for axis in resolved(settings)
    )


def _filters(settings: ConvSettings) -> str:
    first, second = ("C", "K") if settings.kind == "transposed" else ("K", "C")
    return f"{first}, {second}{' / groups' if settings.groups > 1 else ''}"


def _layer(settings: ConvSettings) -> Call:
    axes, end = resolved(settings), f"{len(settings.axes)}d"
    if settings.kind == "global":
        return f"nn.AdaptiveAvgPool{end}", ("1",)
    kernel = tuple(axis.kernel for axis in axes)
    usual = {"stride": 1, "padding": 0, "dilation": 1, "output_padding": 0}
    if not settings.learns:
        # The window of a pooling moves on by its own size, unless it is told.
        usual["stride"] = _plain(kernel)
    found = {
        "stride": _plain(axis.stride for axis in axes),
        "padding": _pads(settings),
        "dilation": _plain(axis.dilation for axis in axes),
    }
    if settings.kind == "transposed":
        found["output_padding"] = _plain(axis.output_padding for axis in axes)
    named = [("kernel_size", _plain(kernel))]
    named += [(name, value) for name, value in found.items() if value != usual[name]]
    if not settings.learns:
        power = ("2",) if settings.kind == "l2" else ()
        return f"{POOLS[settings.kind]}{end}", (*power, *_named(named))
    if settings.groups > 1:
        named.append(("groups", settings.groups))
    if not settings.bias:
        named.append(("bias", False))
    if settings.mode != "zeros" and found["padding"]:
        named.append(("padding_mode", f'"{settings.mode}"'))
    name = "nn.Conv" if settings.kind in CONVOLUTIONS else "nn.ConvTranspose"
    channels = (str(settings.channels), str(settings.filters))
    return f"{name}{end}", (*channels, *_named(named))


def _pads(settings: ConvSettings) -> object:
    if settings.padding == "same":
        return '"same"'
    if _uneven(settings):
        return 0
    return _plain(axis.pads[0] for axis in resolved(settings))


def _padding(settings: ConvSettings) -> Call:
    """Return the layer that pads two sides differently; torch lists the last first."""
    sides = [side for axis in reversed(resolved(settings)) for side in axis.pads]
    return f"{PADS[settings.mode]}{len(settings.axes)}d", (str(tuple(sides)),)


def _plain(numbers: Iterable[int]) -> int | tuple[int, ...]:
    """Return the numbers of all axes, or the one number if they agree."""
    found = tuple(numbers)
    return found[0] if len(set(found)) == 1 else found


def _named(arguments: list[tuple[str, object]]) -> tuple[str, ...]:
    return tuple(f"{name}={value}" for name, value in arguments)


def _line(call: Call) -> str:
    name, arguments = call
    return f"{name}({', '.join(arguments)})"


def _assigned(name: str, call: Call) -> str:
    """Return `name = call`, on as many lines as it needs."""
    line = f"{name} = {_line(call)}"
    if len(line) <= WIDTH:
        return line + "\n"
    inner = ", ".join(call[1])
    if len(inner) + 4 > WIDTH:
        inner = ",\n    ".join(call[1]) + ","
    return f"{name} = {call[0]}(\n    {inner}\n)\n"


def _formulas(settings: ConvSettings) -> str:
    """Return a comment for each axis: the size of the output with its numbers."""
    if settings.kind == "global":
        return "\n"
    formula = SPREAD if settings.kind == "transposed" else WINDOWS
    lines = [
        f"# {name}: "
        + formula.format(
            n=axis.size,
            k=axis.kernel,
            s=axis.stride,
            d=axis.dilation,
            e=axis.output_padding,
            before=axis.pads[0],
            after=axis.pads[1],
        )
        + f" = {size}\n"
        for name, axis, size in zip(
            AXES[-len(settings.axes) :],
            resolved(settings),
            output_sizes(settings),
            strict=True,
        )
    ]
    return "\n" + "".join(lines)


def _tensor(name: str, values: Tensor, letters: str) -> str:
    """Return the statement that makes a tensor, its numbers row by row."""
    shape = ", ".join(map(str, values.shape))
    grid = values.reshape(-1, values.shape[-1]).tolist()
    rows = [", ".join(map(_number, row)) for row in grid]
    if max(map(len, rows)) + len("        [],") > WIDTH:
        text = "\n".join(
            textwrap.fill(row.replace(",", ""), WIDTH, break_on_hyphens=False)
            for row in rows
        )
        return TEXT.format(name=name, numbers=text, shape=shape, letters=letters)
    # Rows of one grid stand together under its place in the tensor.
    height = values.shape[-2] if values.ndim > 3 else len(rows)
    lines = []
    for number, row in enumerate(rows):
        if len(rows) > height and number % height == 0:
            place = torch.unravel_index(
                torch.tensor(number // height), values.shape[:-2]
            )
            lines.append(f"        # {name}[{', '.join(str(int(i)) for i in place)}]")
        lines.append(f"        [{row}],")
    body = "\n".join(lines)
    return (
        f"{name} = torch.tensor(\n    [\n{body}\n    ],\n    dtype=torch.float64,\n"
        f").view({shape})  # {letters}\n"
    )


def _number(value: float) -> str:
    """Return a number as short as it can be without losing a digit."""
    return str(int(value)) if value == int(value) else repr(value)
