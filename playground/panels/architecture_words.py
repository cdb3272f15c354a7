"""What the page of architectures calls networks, kinds, shapes and shape errors."""

import math
import re
from collections.abc import Sequence

from engine.layer_plan import Layer, Shape, ShapeError
from engine.layer_report import Report, Row
from playground.figures.architectures import Words
from playground.figures.numerals import grouped, tex_grouped
from playground.i18n import _

KINDS_OF_MODULES = {  # class of a torch module without its axes -> kind of layer
    "Conv": "conv",
    "MaxPool": "max",
    "AvgPool": "avg",
    "AdaptiveAvgPool": "adaptive",
    "BatchNorm": "norm",
    "LocalResponseNorm": "lrn",
    "ReLU": "relu",
    "Tanh": "tanh",
    "Dropout": "dropout",
    "Flatten": "flatten",
    "Linear": "linear",
    "Add": "add",
    "Concat": "concat",
}


def network_names() -> dict[str, str]:
    """Return the networks: id -> name."""
    return {
        "lenet5": "LeNet-5 (1998)",
        "lenet_style": _("LeNet-style, colour (course)"),
        "course39": _("Three convolutions, 39×39 (course)"),
        "alexnet": _("AlexNet (reference code)"),
        "alexnet_2012": _("AlexNet (2012, as published)"),
        "vgg16": "VGG-16",
        "resnet18": "ResNet-18",
        "resnet34": "ResNet-34",
        "resnet50": "ResNet-50",
        "inception": _("One inception module"),
        "googlenet": _("GoogLeNet (reference code)"),
        "googlenet_2015": _("GoogLeNet (as published)"),
    }


def kind_names() -> dict[str, str]:
    """Return the kinds of layers: id -> translated name."""
    return {
        "conv": _("convolution"),
        "max": _("max pooling"),
        "avg": _("average pooling"),
        "adaptive": _("average pooling to a given side"),
        "norm": _("batch norm"),
        "lrn": _("local response norm"),
        "relu": "ReLU",
        "tanh": "tanh",
        "dropout": "dropout",
        "flatten": _("flatten"),
        "linear": _("fully connected"),
        "residual": _("residual block"),
        "bottleneck": _("bottleneck block"),
        "inception": _("inception module"),
        "add": _("sum"),
        "concat": _("concatenation"),
    }


def kind_name(row: Row) -> str:
    """Return the translated kind of a row."""
    plain = re.sub("[123]d$", "", row.kind)
    return kind_names()[KINDS_OF_MODULES.get(plain, row.kind)]


def picture_words() -> Words:
    """Return the words of the picture."""
    return Words(
        input=_("input"),
        sides=_("sides"),
        channels=_("channels"),
        parameters=_("parameters"),
        multiplies=_("multiply-adds"),
        memory=_("memory"),
    )


def shape_text(shape: Shape) -> str:
    """Return a shape as the lesson writes it, sides first: "28×28×6"."""
    return "×".join(map(str, (*shape[1:], shape[0])))


def ratio(numbers: Sequence[int]) -> str:
    """Return how many times the largest number is the smallest: "9.678 : 1"."""
    times = max(numbers) / min(numbers)
    return f"{grouped(round(times))} : 1" if times >= 1000 else f"{times:.4g} : 1"


def problem_text(found: Report, layer: Layer, name: str) -> str:
    """Return what is wrong at a layer, with both shapes, and what would help.

    Args:
        found: report of the network that fails.
        layer: the one that cannot take what arrives.
        name: what the layer is called.
    """
    problem = found.problem
    flat = [row for row in found.rows if row.kind == "Flatten"]
    # Of numbers in a line, say which volume they were.
    as_volume = (
        flat and problem.reason == "inputs" and flat[-1].shape == problem.arrives
    )
    arrives = flat[-1].arrives if as_volume else problem.arrives
    texts = {
        "volume": _(
            "**{name}** needs a volume, but {arrives} numbers arrive in a line: the "
            "volume was flattened before. Move it above *flatten*."
        ),
        "line": _(
            "**{name}** needs a line of numbers, but a volume {arrives} arrives. Put "
            "*flatten* before it: it gives {wanted} numbers."
        ),
        "inputs": _(
            "**{name}** was made for {wanted} inputs, but {got} arrive "
            "({arrives}). Change its inputs to {got}, or what comes before it."
        ),
        "kernel": _(
            "**{name}**: the kernel {kernel} does not fit into {arrives}; with the "
            "padding there is room for {wanted}. Shrink the kernel, pad, or pool less."
        ),
        "padding": _(
            "**{name}**: a pooling may be padded by at most half its window, here "
            "{wanted}; {padding} was asked for."
        ),
        "groups": _(
            "**{name}**: {got} arriving channels cannot be split into {groups} equal "
            "groups."
        ),
        "filters": _(
            "**{name}**: {filters} filters cannot be split into {groups} equal groups."
        ),
        "large": _(
            "**{name}**: what arrives, {arrives}, is beyond all bounds: more than "
            "{wanted} numbers."
        ),
    }
    return texts[problem.reason].format(
        name=name,
        arrives=shape_text(arrives),
        got=grouped(problem.arrives[0]),
        wanted=grouped(problem.wanted),
        kernel=layer.kernel,
        padding=layer.padding,
        groups=layer.groups,
        filters=layer.filters,
    )


def torch_says(problem: ShapeError, layer: Layer) -> str:
    """Return how PyTorch words the same error, where it is the famous one."""
    if problem.reason == "inputs" and layer.kind == "linear":
        arrives = problem.arrives[0]
        return (
            "mat1 and mat2 shapes cannot be multiplied "
            f"(1x{arrives} and {problem.wanted}x{layer.filters})"
        )
    return ""


def formulas(row: Row) -> list[str]:
    """Return LaTeX lines of one row: size, parameters, multiplies, receptive field."""
    lines = []
    if row.window and len(row.arrives) > 1:
        lines.append(_line(_("side"), _size(row)))
    if row.kind.startswith(("Conv", "Linear")):
        weights, work = _linear(row) if row.kind == "Linear" else _convolution(row)
        lines += [_line(_("parameters"), weights), _line(_("multiply-adds"), work)]
    if row.field > 1:
        lines.append(_line(_("receptive field"), _field(row)))
    return lines


def _line(name: str, formula: str) -> str:
    return rf"\text{{{name}}} = {formula}"


def _field(row: Row) -> str:
    if not row.window:
        return str(row.field)
    kernel, stride, *_rest = row.window
    jump = row.jump / stride
    before = row.field - round((kernel - 1) * jump)
    return rf"{before} + ({kernel} - 1)\cdot {jump:.4g} = {row.field}"


def _size(row: Row) -> str:
    kernel, stride, padding, *_rest = row.window
    return (
        rf"\left\lfloor\tfrac{{{row.arrives[-1]} + 2\cdot{padding} - {kernel}}}"
        rf"{{{stride}}}\right\rfloor + 1 = {row.shape[-1]}"
    )


def _convolution(row: Row) -> tuple[str, str]:
    """Return the formulas of parameters and multiply-adds."""
    kernel, _stride, _padding, groups, bias = row.window
    axes = len(row.shape) - 1
    arriving = row.arrives[0] // groups
    window = r"\cdot".join([*[str(kernel)] * axes, str(arriving)])
    places = r"\cdot".join(map(str, row.shape[1:]))
    weights = row.shape[0] * (kernel**axes * arriving + bias)
    each = f"({window} + 1)" if bias else window
    parameters = rf"{row.shape[0]}\cdot {each} = {tex_grouped(weights)}"
    if row.parameters != weights:
        norm = _("of batch norm")
        parameters += rf"\;(+\,{row.parameters - weights}\ \text{{{norm}}})"
    work = rf"{places}\cdot{row.shape[0]}\cdot{window} = {tex_grouped(row.multiplies)}"
    return parameters, work


def _linear(row: Row) -> tuple[str, str]:
    inputs, outputs = math.prod(row.arrives), row.shape[0]
    each = f"({inputs} + 1)" if row.parameters > inputs * outputs else str(inputs)
    return (
        rf"{outputs}\cdot {each} = {tex_grouped(row.parameters)}",
        rf"{outputs}\cdot{inputs} = {tex_grouped(row.multiplies)}",
    )


def totals_csv(report: Report) -> str:
    """Return every module of a network as CSV."""
    lines = ["layer,kind,output,parameters,multiply_adds,memory_bytes,receptive_field"]
    for row in report.rows:
        numbers = (row.parameters, row.multiplies, row.memory, row.field)
        shape = "x".join(map(str, row.shape))
        lines.append(",".join([row.name, row.kind, shape, *map(str, numbers)]))
    return "\n".join(lines)
