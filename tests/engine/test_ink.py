from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from engine.ink import Steps, from_photo, otsu, prepare, resize, stages
from engine.strokes import Stroke, drawings, handwritten, render

ON = Steps()
OFF = Steps(*[False] * 6)


def blank(height=60, width=60):
    return torch.zeros(height, width, dtype=torch.uint8)


def bar(top=10, left=20, height=40, width=20, size=(100, 100)):
    drawing = blank(*size)
    drawing[top : top + height, left : left + width] = 255
    return drawing


def centre_of_mass(picture):
    grey = np.asarray(picture, dtype=float)
    rows, columns = np.indices(grey.shape)
    return (grey * rows).sum() / grey.sum(), (grey * columns).sum() / grey.sum()


def test_stages_have_the_promised_shapes():
    found = stages(bar())
    assert found.ink.shape == (100, 100)
    assert found.cropped.shape == (40, 20)
    assert found.fitted.shape == (20, 10)
    assert found.centred.shape == (28, 28)
    assert found.padded.shape == (32, 32)
    assert found.prepared.shape == (1, 1, 32, 32)
    assert all(part.dtype == torch.float32 for part in vars(found).values())


def test_prepare_puts_a_solid_bar_where_hand_computation_puts_it():
    # 20 x 10 pixels of ink, centre of mass 9.5, 4.5 in the box: rows 4.5 -> 4 (even)
    # to 24, columns 9.5 -> 10 to 20; two more for the border.
    expected = torch.full((32, 32), -0.1)
    expected[6:26, 12:22] = 1.175
    torch.testing.assert_close(prepare(bar())[0, 0], expected)


def test_stages_crop_to_pixels_of_at_least_32():
    drawing = bar(size=(100, 100))
    drawing[0, 0] = 31  # a smudge, not ink
    assert stages(drawing).cropped.shape == (40, 20)
    drawing[0, 0] = 32
    assert stages(drawing).cropped.shape == (50, 40)


@pytest.mark.parametrize(
    ("step", "part", "shape"),
    [
        pytest.param("crop", "cropped", (100, 100), id="crop"),
        pytest.param("fit", "fitted", (28, 14), id="fit"),
    ],
)
def test_stages_without_a_step_keep_the_larger_picture(step, part, shape):
    found = stages(bar(), replace(ON, **{step: False}))
    assert getattr(found, part).shape == shape


def test_antialias_gives_greys_and_nearest_gives_none():
    drawing = bar(height=41, width=17)
    drawing[20:30, 22:29] = 0
    smooth, hard = stages(drawing), stages(drawing, replace(ON, antialias=False))
    assert ((smooth.fitted > 0) & (smooth.fitted < 255)).any()
    assert set(hard.fitted.unique().tolist()) == {0.0, 255.0}


def test_centre_off_puts_the_box_in_the_middle():
    drawing = bar()
    drawing[10:20, 20:80] = 255  # a heavy arm to the right
    found = stages(drawing, replace(ON, centre=False)).centred
    assert found.amax(1).nonzero().flatten().tolist() == list(range(7, 20))
    assert found.amax(0).nonzero().flatten().tolist() == list(range(4, 24))


def test_pad_off_stretches_the_picture():
    found = stages(bar(), replace(ON, pad=False))
    assert found.padded.shape == (32, 32)
    assert found.padded.mean() == pytest.approx(found.centred.mean().item(), rel=1e-5)


def test_normalise_off_gives_raw_grey_levels():
    assert prepare(bar(), replace(ON, normalise=False)).max() == 255


def test_prepare_restores_the_peak_of_thin_lines():
    drawing = blank(2000, 2000)
    drawing[100:1900, 1000] = 40  # faint and thin
    assert stages(drawing).fitted.max() == 255


def test_prepare_may_lose_a_thin_line_when_copying_but_stays_finite():
    drawing = blank(2001, 2001)
    drawing[:, 1] = drawing[1, :] = 255
    found = stages(drawing, replace(ON, antialias=False))
    assert found.fitted.max() == 0
    assert (found.prepared == -0.1).all()


@pytest.mark.parametrize("step", ["none", *vars(ON)])
@pytest.mark.parametrize(
    "drawing",
    [
        pytest.param(bar(5, 5, 1, 1), id="dot"),
        pytest.param(bar(0, 0, 1, 1, (1, 1)), id="one pixel canvas"),
        pytest.param(bar(0, 0, 100, 100), id="full white"),
        pytest.param(bar(0, 50, 100, 1), id="thin line"),
        pytest.param(bar(1, 0, 1, 3000, (3, 3000)), id="very wide"),
        pytest.param(bar(100, 900, 2500, 300, (3000, 4000)), id="large"),
        pytest.param(bar(99, 99, 1, 1), id="corner"),
    ],
)
def test_prepare_manages_odd_drawings_with_any_step_off(drawing, step):
    steps = ON if step == "none" else replace(ON, **{step: False})
    found = stages(drawing, steps)
    assert found.centred.shape == (28, 28)
    assert found.prepared.shape == (1, 1, 32, 32)
    assert found.prepared.isfinite().all()


def test_prepare_manages_a_drawing_with_every_step_off():
    found = prepare(bar(), OFF)
    assert found.shape == (1, 1, 32, 32)
    assert found.max() == 255


@pytest.mark.parametrize(
    ("drawing", "message"),
    [
        pytest.param(blank(), "reach 32, the brightest pixel is 0", id="black"),
        pytest.param(blank() + 31, "brightest pixel is 31", id="faint"),
        pytest.param(blank().float(), r"uint8 \[H, W\]", id="float"),
        pytest.param(blank()[None], r"\[1, 60, 60\]", id="three dimensions"),
        pytest.param(blank(0, 5), r"\[0, 5\]", id="no pixels"),
    ],
)
def test_prepare_refuses_what_is_no_drawing(drawing, message):
    with pytest.raises(ValueError, match=message):
        prepare(drawing)
    with pytest.raises(ValueError, match=r"uint8|no digit"):
        from_photo(drawing)


digits = st.builds(handwritten, st.integers(0, 9), st.integers(0, 10_000))
slow = settings(deadline=None, max_examples=25, derandomize=True)


@slow
@given(digits)
def test_prepare_puts_the_centre_of_mass_at_pixel_14(strokes):
    row, column = centre_of_mass(stages(render(strokes)).centred)
    assert abs(row - 14) <= 0.51
    assert abs(column - 14) <= 0.51


@slow
@given(digits, st.integers(-2000, 2000), st.integers(-2000, 2000))
def test_prepare_does_not_care_where_the_ink_is(strokes, down, right):
    drawing = render(strokes)
    canvas = blank(4280, 4280)
    canvas[2000 + down : 2280 + down, 2000 + right : 2280 + right] = drawing
    torch.testing.assert_close(prepare(canvas), prepare(drawing), rtol=0, atol=1e-5)


@slow
@given(
    st.integers(1, 90), st.integers(1, 90), st.integers(0, 2**31), st.floats(0.01, 1)
)
def test_prepare_is_finite_and_in_range_for_any_ink(height, width, seed, share):
    generator = torch.Generator().manual_seed(seed)
    drawing = torch.rand(height, width, generator=generator) < share
    drawing[0, 0] = True
    found = prepare(drawing.to(torch.uint8) * 255)
    assert found.shape == (1, 1, 32, 32)
    assert found.min() >= -0.1001
    assert found.max() == pytest.approx(1.175, abs=1e-5)


@slow
@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 40), st.integers(1, 40))
def test_resize_keeps_the_mean_and_agrees_with_area_pooling(h, w, height, width):
    picture = torch.rand(h, w, generator=torch.Generator().manual_seed(h * 41 + w))
    found = resize(picture, height, width, antialias=True)
    assert found.shape == (height, width)
    assert found.mean().item() == pytest.approx(picture.mean().item(), abs=1e-5)
    if h % height == 0 and w % width == 0:
        oracle = functional.adaptive_avg_pool2d(picture[None, None], (height, width))
        torch.testing.assert_close(found, oracle[0, 0])


def test_resize_without_antialias_copies_the_pixel_under_the_centre():
    picture = torch.arange(36.0).view(6, 6)
    found = resize(picture, 2, 3, antialias=False)
    assert found.tolist() == [[7, 9, 11], [25, 27, 29]]
    larger = resize(torch.tensor([[1.0, 2.0]]), 2, 4, antialias=False)
    assert larger.tolist() == [[1, 1, 2, 2], [1, 1, 2, 2]]


def test_otsu_splits_two_levels_in_the_middle():
    values = torch.tensor([0.0] * 90 + [100.0] * 10)
    assert otsu(values) == pytest.approx(50, abs=1)


def test_otsu_agrees_with_trying_every_threshold():
    values = torch.randn(4000, generator=torch.Generator().manual_seed(3)) * 10
    values[:900] += 70
    levels = np.linspace(values.min().item(), values.max().item(), 400)[1:-1]
    data = values.numpy()

    def spread(level):
        low, high = data[data <= level], data[data > level]
        return len(low) * len(high) * (low.mean() - high.mean()) ** 2

    best = max(map(spread, levels))
    assert spread(otsu(values)) == pytest.approx(best, rel=1e-3)


def photo(strokes, *, dark_ink, seed=0, size=(420, 560)):
    """Strokes as a camera might see them: slanting light, grain, three specks."""
    generator = torch.Generator().manual_seed(seed)
    ink = torch.zeros(size)
    ink[60:340, 120:400] = render(strokes).float() / 255
    light = (
        210
        - 80 * torch.linspace(0, 1, size[1])
        - 30 * torch.linspace(0, 1, size[0]).unsqueeze(1)
    )
    grey = light * (1 - 0.65 * ink) if dark_ink else 0.4 * light + 120 * ink
    grey = grey + 6 * torch.randn(size, generator=generator)
    for row, column in ((20, 30), (390, 500), (200, 540)):
        grey[row : row + 4, column : column + 4] = 30 if dark_ink else 220
    return grey.clamp(0, 255).to(torch.uint8), ink


@pytest.mark.parametrize("dark_ink", [True, False], ids=["dark ink", "light ink"])
@pytest.mark.parametrize("digit", range(10))
def test_from_photo_finds_the_ink_and_drops_specks(digit, dark_ink):
    grey, ink = photo(handwritten(digit, 77), dark_ink=dark_ink, seed=digit)
    found = from_photo(grey)
    assert found.dtype == torch.uint8
    assert found.shape == grey.shape
    mask, truth = found > 127, ink > 0.5
    overlap = (mask & truth).sum() / (mask | truth).sum()
    assert overlap > 0.75
    assert not found[:40].any()
    assert not found[:, 520:].any()
    assert ((found > 40) & (found < 215)).any()  # soft edges


def test_from_photo_keeps_every_large_part_of_a_digit():
    two = (
        Stroke(((60, 40), (60, 240)), 20),
        Stroke(((200, 100), (200, 240)), 20),
    )
    found = from_photo(photo(two, dark_ink=True)[0])
    columns = (found > 127).any(dim=0).nonzero().flatten()
    assert columns.min() < 190
    assert columns.max() > 310


@pytest.mark.parametrize(
    "grey",
    [
        pytest.param(torch.full((300, 200), 128.0), id="flat"),
        pytest.param(torch.linspace(20, 240, 300).expand(200, 300), id="slope"),
        pytest.param(
            128 + 20 * torch.randn(300, 300, generator=torch.Generator()), id="grain"
        ),
        pytest.param(torch.zeros(1, 1), id="one pixel"),
        pytest.param(torch.zeros(1, 50), id="one row"),
    ],
)
def test_from_photo_refuses_a_picture_without_ink(grey):
    with pytest.raises(ValueError, match="no digit found"):
        from_photo(grey.clamp(0, 255).to(torch.uint8))


def test_from_photo_leaves_a_clean_drawing_nearly_as_it_is():
    drawing = next(drawings(1, 4))[0]
    found = from_photo(drawing)
    assert ((found > 127) == (drawing > 127)).float().mean() > 0.99
