"""The program of a layer runs without us and prints the layer's output."""

import ast
import contextlib
import io
import re
import subprocess
import sys
import warnings

import pytest
import torch
from hypothesis import given, settings
from torch import nn

from engine.conv_layer import run
from engine.conv_settings import Axis, ConvSettings, output_sizes
from playground.snippets.convolution import layer, program
from tests.engine import judge
from tests.engine.conv_cases import EVEN, layers, possible, tensors

RUFF = (sys.executable, "-m", "ruff")
SQUARE = (Axis(6),) * 2
CASES = {
    "plain": ConvSettings("conv2d", SQUARE),
    "everything": ConvSettings(
        "conv2d",
        (Axis(9, 3, 2, 2, 2), Axis(8, 2, 1, 1, 3)),
        channels=4,
        filters=6,
        groups=2,
        mode="reflect",
        flip=True,
        bias=True,
    ),
    "uneven": ConvSettings(
        "conv2d", (Axis(6, 3, (2, 1)), Axis(5, 2, (0, 3))), mode="replicate"
    ),
    "same, even kernel": ConvSettings("conv1d", (Axis(7, 4),), padding="same"),
    "same, reflected": ConvSettings(
        "conv2d", (Axis(6, 4), Axis(5)), padding="same", mode="reflect"
    ),
    "full": ConvSettings("conv3d", (Axis(3, 2), Axis(4), Axis(2, 2)), padding="full"),
    "transposed": ConvSettings(
        "transposed",
        (Axis(3, 3, 1, 2, output_padding=1), Axis(4, 2, 0, 3)),
        channels=2,
        filters=4,
        groups=2,
        bias=True,
    ),
    "max": ConvSettings("max", (Axis(6, 3, 1, 2), Axis(5, 2)), channels=2),
    "average": ConvSettings("average", (Axis(6, 2, 1, 2),) * 3),
    "l2": ConvSettings("l2", (Axis(7, 2, 0, 2),)),
    "global": ConvSettings("global", SQUARE, channels=3),
    "wide": ConvSettings("conv2d", (Axis(3, 2), Axis(64, 2))),
    "many filters": ConvSettings("conv1d", (Axis(4, 2),), filters=12, bias=True),
}
LINES = {
    "plain": "nn.Conv2d(1, 1, kernel_size=3, bias=False)",
    "everything": "nn.Conv2d(4, 6, kernel_size=(3, 2), stride=(2, 1), padding=(2, 1), "
    'dilation=(2, 3), groups=2, padding_mode="reflect")',
    "uneven": "nn.Sequential(nn.ReplicationPad2d((0, 3, 2, 1)), "
    "nn.Conv2d(1, 1, kernel_size=(3, 2), bias=False))",
    "same, even kernel": 'nn.Conv1d(1, 1, kernel_size=4, padding="same", bias=False)',
    "full": "nn.Conv3d(1, 1, kernel_size=(2, 3, 2), padding=(1, 2, 1), bias=False)",
    "transposed": "nn.ConvTranspose2d(2, 4, kernel_size=(3, 2), stride=(2, 3), "
    "padding=(1, 0), output_padding=(1, 0), groups=2)",
    "max": "nn.MaxPool2d(kernel_size=(3, 2), stride=(2, 1), padding=(1, 0))",
    "average": "nn.AvgPool3d(kernel_size=2, padding=1)",
    "l2": "nn.LPPool1d(2, kernel_size=2)",
    "global": "nn.AdaptiveAvgPool2d(1)",
}


def printed(text):
    """Run a program as a reader would; return its output as a tensor."""
    output = io.StringIO()
    with warnings.catch_warnings(), contextlib.redirect_stdout(output):
        warnings.filterwarnings("ignore", EVEN)
        with judge.default_dtype(torch.float64):
            exec(compile(text, "program", "exec"), {"__name__": "__main__"})
    shape, *lines = output.getvalue().splitlines()
    rows = [line for line in lines if not line.startswith("output")]
    assert len(lines) - len(rows) == ast.literal_eval(shape)[1]
    numbers = [float(number) for row in rows for number in row.split()]
    return torch.tensor(numbers, dtype=torch.float64).view(ast.literal_eval(shape)[1:])


def assert_prints_the_layer(each):
    values = tensors(each)
    found = printed(program(each, *values))
    torch.testing.assert_close(found, run(each, *values), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", CASES)
def test_program_prints_the_layers_output(name):
    assert_prints_the_layer(CASES[name])


@settings(max_examples=30, deadline=None)
@given(layers().map(possible))
def test_programs_of_any_settings_print_the_layers_output(each):
    assert_prints_the_layer(each)


@pytest.mark.parametrize("name", LINES)
def test_layer_is_one_line_of_torch(name):
    assert layer(CASES[name]) == LINES[name]


@pytest.mark.parametrize("name", CASES)
def test_the_line_alone_gives_the_shape(name):
    each = CASES[name]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", EVEN)
        module = eval(layer(each), {"nn": nn})  # our own line
        image = torch.zeros(1, each.channels, *(axis.size for axis in each.axes))
        assert module(image).shape == (1, each.outputs, *output_sizes(each))


@pytest.mark.parametrize("name", [name for name in CASES if name != "global"])
def test_the_formula_beside_the_layer_gives_its_sizes(name):
    each = CASES[name]
    found = re.findall(r"^# (\w+): (.+) = (\d+)$", program(each, *tensors(each)), re.M)
    assert [eval(formula) for _name, formula, _size in found] == [
        int(size) for _name, _formula, size in found
    ]
    assert tuple(int(size) for *_rest, size in found) == output_sizes(each)
    names = ("depth", "rows", "columns")[-len(each.axes) :]
    assert tuple(name for name, *_rest in found) == names


def test_whole_numbers_stay_whole_and_places_are_named():
    image = torch.arange(32.0).view(2, 4, 4)
    text = program(ConvSettings("max", (Axis(4, 2, 0, 2),) * 2, channels=2), image)
    assert "        # image[0, 1]\n        [16, 17, 18, 19],\n" in text
    assert ").view(1, 2, 4, 4)  # [N, C, H, W]\n" in text
    assert "kernels" not in text


def test_programs_name_nothing_of_ours():
    for each in CASES.values():
        text = program(each, *tensors(each))
        assert not re.search(r"\b(engine|playground|nan|inf)\b", text)


def test_programs_pass_linter_and_formatter(tmp_path):
    for index, each in enumerate(CASES.values()):
        text = program(each, *tensors(each))
        (tmp_path / f"program_{index}.py").write_text(text, "utf-8")
    common = ["--isolated", "--no-cache", "--line-length", "88", str(tmp_path)]
    for command in (["check", "--select", "E,F,I"], ["format", "--diff"]):
        done = subprocess.run(
            [*RUFF, *command, *common], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout
