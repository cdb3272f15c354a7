"""What the presets of the filters page claim, computed."""

import pytest
import torch

from engine.filters import Filter, kernel
from engine.responses import (
    Setting,
    angles,
    factors,
    noisy,
    respond,
    separated,
    slopes,
)
from engine.strokes import render
from playground import drawing, planes
from playground.panels.filter_presets import TRIES
from playground.photos import grey_photo

CAMERA, BRICK = grey_photo("camera"), grey_photo("brick")


def settings(beginning):
    (found,) = [t for t in TRIES if t.title.startswith(beginning)]
    return found.settings


def answer(levels, chosen, **laid):
    setting = Setting(chosen, **laid)
    return respond(levels, setting.weights, setting.border)


def strength(response):
    return response.pow(2).mean().sqrt().item()


def explained(clean, seen):
    """Return the share of the variance seen that the clean response explains."""
    both = torch.stack((clean.flatten(), seen.flatten()))
    return torch.corrcoef(both)[0, 1].item() ** 2


def test_presets_name_what_is_computed_here():
    assert settings("A wall")["photo"] == "brick"
    assert settings("A wall")["kernel"] == "sobel"
    assert settings("Noise")["noise"] == settings("Smooth")["noise"] == 20
    assert settings("Smooth")["log_sigma"] == 2.0
    assert settings("Sharpened")["amount"] == 4.0
    assert settings("A Gabor") == settings("… and") | {"angle": 0}
    assert settings("… and")["angle"] == 135
    assert settings("Zeros")["border"] == "zeros"
    assert settings("Turned")["flip"]
    assert settings("961")["sigma"] == 5.0


def test_upright_edges_of_the_wall_are_twice_as_strong():
    upright, level = (
        strength(answer(BRICK, Filter("sobel", axis=axis))) for axis in "xy"
    )
    assert upright == pytest.approx(2 * level, rel=0.1)


def test_noise_leaves_less_than_a_sixth_of_the_laplacian():
    clean, seen = (answer(p, Filter("laplacian")) for p in (CAMERA, noisy(CAMERA, 20)))
    assert explained(clean, seen) < 1 / 6


def test_log_keeps_more_than_five_sixths_under_the_same_noise():
    chosen = Filter("log", sigma=2.0)
    clean, seen = (answer(p, chosen) for p in (CAMERA, noisy(CAMERA, 20)))
    assert explained(clean, seen) > 5 / 6


@pytest.mark.parametrize(("amount", "share"), [(4.0, 1 / 4), (0.5, 1 / 50)])
def test_so_many_pixels_leave_the_grey_levels_when_sharpened(amount, share):
    seen = answer(CAMERA, Filter("sharpen", amount=amount))
    outside = ((seen < 0) | (seen > 255)).float().mean().item()
    assert outside == pytest.approx(share, rel=0.1)


def test_the_wave_that_fits_is_five_times_as_strong():
    fits, slanted = (
        strength(answer(BRICK, Filter("gabor", angle=angle, wavelength=8.0)))
        for angle in (0.0, 135.0)
    )
    assert fits > 5 * slanted


@pytest.mark.parametrize("border", ["zeros", "replicate", "reflect"])
def test_only_zeros_draw_a_frame(border):
    seen = answer(CAMERA, Filter("sobel"), border=border).abs()
    columns = seen.flatten().topk(200).indices % seen.shape[1]
    framed = ((columns == 0) | (columns == seen.shape[1] - 1)).float().mean().item()
    assert framed > 0.9 if border == "zeros" else framed == 0


def test_the_eight_has_edges_of_every_direction():
    found = settings("Which way")
    assert found["edges"] == "direction"
    eight = render(drawing.from_text(found["ink"]))
    along, down = slopes(eight, Setting(Filter("sobel")))
    facing = angles(along, down)[along.hypot(down) > 400]
    octants = (((facing + 22.5) // 45) % 8).long().bincount(minlength=8)
    assert (octants > 0.04 * len(facing)).all()


def test_turned_emboss_is_the_relief_with_its_signs_changed():
    plain, turned = (
        answer(CAMERA, Filter("emboss", angle=135.0), flip=flip)
        for flip in (False, True)
    )
    torch.testing.assert_close(plain - CAMERA, CAMERA - turned, atol=1e-3, rtol=0)
    opposite = answer(CAMERA, Filter("emboss", angle=315.0))
    torch.testing.assert_close(turned, opposite)


def test_the_courses_kernel_is_prewitts_turned_round():
    (weights,) = planes.from_text(settings("The course")["weights"])
    assert weights.tolist() == [[1, 0, -1]] * 3
    assert torch.equal(weights, kernel(Filter("prewitt")).flip(0, 1))
    weights[1] *= 2
    assert torch.equal(weights, -kernel(Filter("sobel")))


def test_the_wide_gaussian_takes_62_products_and_gives_the_same():
    weights = kernel(Filter("gaussian", sigma=5.0))
    assert weights.numel() == 961
    assert sum(part.numel() for part in factors(weights)) == 62
    column, row = separated(weights)
    twice = respond(respond(CAMERA, column[:, None]), row[None])
    torch.testing.assert_close(twice, respond(CAMERA, weights), atol=1e-3, rtol=0)
