"""We refuse what torch refuses, say why, and offer the nearest value that works."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.conv_problems import CONDITIONS, Problem, mended, problems
from engine.conv_settings import KINDS, Axis, ConvSettings, output_sizes
from tests.engine.conv_cases import layers, possible, torch_refuses

LAYER = ConvSettings("conv2d", (Axis(5), Axis(6)))
FAILING = {
    "window": (
        replace(LAYER, axes=(Axis(5, kernel=4, dilation=3, padding=1), Axis(6))),
        Problem("window", "kernel", 3, left=10, right=7, axis=0),
    ),
    "same_stride": (
        replace(LAYER, padding="same", axes=(Axis(5), Axis(6, stride=2))),
        Problem("same_stride", "stride", 1, left=2, right=1, axis=1),
    ),
    "reflect": (
        replace(LAYER, mode="reflect", axes=(Axis(5, padding=(1, 7)), Axis(6))),
        Problem("reflect", "padding", (1, 4), left=7, right=5, axis=0),
    ),
    "reflect, full": (
        replace(LAYER, mode="reflect", padding="full", axes=(Axis(5, 6), Axis(6))),
        Problem("reflect", "kernel", 5, left=5, right=5, axis=0),
    ),
    "reflect, same": (
        replace(LAYER, mode="reflect", padding="same", axes=(Axis(2, 5), Axis(6))),
        Problem("reflect", "kernel", 3, left=2, right=2, axis=0),
    ),
    "circular": (
        replace(LAYER, mode="circular", axes=(Axis(5), Axis(6, padding=8))),
        Problem("circular", "padding", 6, left=8, right=6, axis=1),
    ),
    "channel_groups": (
        replace(LAYER, channels=6, filters=12, groups=4),
        Problem("channel_groups", "groups", 3, left=2, right=0),
    ),
    "filter_groups": (
        replace(LAYER, channels=4, filters=6, groups=4),
        Problem("filter_groups", "groups", 2, left=2, right=0),
    ),
    "output_padding": (
        ConvSettings("transposed", (Axis(5, stride=2, output_padding=3),)),
        Problem("output_padding", "output_padding", 1, left=3, right=2, axis=0),
    ),
    "transposed_output": (
        ConvSettings("transposed", (Axis(2, kernel=3, padding=2),)),
        Problem("transposed_output", "padding", 1, left=4, right=4, axis=0),
    ),
    "average_padding": (
        ConvSettings("average", (Axis(9, kernel=3, padding=2),)),
        Problem("average_padding", "padding", 1, left=4, right=3, axis=0),
    ),
    "max_padding": (
        ConvSettings("max", (Axis(9, kernel=3, padding=2, dilation=2),)),
        Problem("max_padding", "padding", 1, left=4, right=3, axis=0),
    ),
    "l2_padding": (
        ConvSettings("l2", (Axis(9, kernel=3, padding=1),)),
        Problem("l2_padding", "padding", 0, left=2, right=0, axis=0),
    ),
    "average_size": (
        ConvSettings("average", (Axis(2, kernel=1), Axis(2, 1), Axis(2, 3, 1))),
        Problem("average_size", "kernel", 2, left=3, right=2, axis=2),
    ),
    "dilation": (
        ConvSettings("average", (Axis(9, dilation=2),)),
        Problem("dilation", "dilation", 1, left=2, right=1, axis=0),
    ),
    "uneven": (
        ConvSettings("max", (Axis(9, padding=(1, 0)),)),
        Problem("uneven", "padding", 0, left=1, right=0, axis=0),
    ),
    "padding_name": (
        ConvSettings("max", (Axis(9),), padding="same"),
        Problem("padding_name", "padding", "number"),
    ),
    "mode": (
        ConvSettings("transposed", (Axis(9),), mode="reflect"),
        Problem("mode", "mode", "zeros"),
    ),
}


@pytest.mark.parametrize("name", FAILING)
def test_problems_name_the_numbers_and_the_nearest_value(name):
    layer, expected = FAILING[name]
    assert problems(layer) == (expected,)
    assert problems(mended(layer, expected)) == ()
    assert torch_refuses(layer)


def test_every_condition_is_shown_above():
    assert {expected.kind for _layer, expected in FAILING.values()} == set(CONDITIONS)


@settings(max_examples=120, deadline=None)
@given(layers())
def test_torch_refuses_what_has_problems_and_nothing_else(layer):
    assert torch_refuses(layer) == bool(problems(layer))


@settings(max_examples=100, deadline=None)
@given(layers())
def test_mending_every_problem_in_turn_ends_with_a_layer(layer):
    mendings = 0
    while found := problems(layer):
        layer = mended(layer, found[-1])
        mendings += 1
        assert mendings < 20
    assert min(output_sizes(layer)) >= 1


def value(layer, problem):
    holder = layer if problem.axis is None else layer.axes[problem.axis]
    return getattr(holder, problem.control)


# One control can break two rules, of which the first is told.
TWINS = {
    "channel_groups": ("filter_groups",),
    "filter_groups": ("channel_groups",),
    "average_size": ("window",),
}


@settings(max_examples=100, deadline=None)
@given(layers())
def test_no_value_nearer_than_the_nearest_mends_a_problem(layer):
    for problem in problems(layer):
        now, nearest = value(layer, problem), problem.nearest
        after = {(p.kind, p.axis) for p in problems(mended(layer, problem))}
        assert (problem.kind, problem.axis) not in after
        if isinstance(now, int) and isinstance(nearest, int):
            gap = abs(now - nearest)
            least = 0 if "padding" in problem.control else 1
            for other in range(max(least, now - gap + 1), now + gap):
                trial = problems(mended(layer, replace(problem, nearest=other)))
                kinds = {p.kind for p in trial if p.axis == problem.axis}
                assert kinds & {problem.kind, *TWINS.get(problem.kind, ())}


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=10, deadline=None)
@given(st.data())
def test_layers_of_every_kind_can_be_mended(kind, data):
    layer = possible(data.draw(layers((kind,))))
    assert layer.kind == kind
    assert not torch_refuses(layer)
