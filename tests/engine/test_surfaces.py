import math

import pytest
import torch

from engine.surfaces import HOURS, PASSED, SURFACES, curvature, surface

NAMES = ["bowl", "saddle", "plateau", "rosenbrock", "beale", "himmelblau"]
NAMES += ["rastrigin", "styblinski_tang", "logistic", "parabola"]
# Surface, point, loss and gradient by hand.
BY_HAND = [
    ("bowl", (2.0, 3.0), 2 + 45, (2.0, 30.0)),
    ("saddle", (1.0, 2.0), 0.5 + 9 / 4, (1.0, 6.0)),
    ("saddle", (0.0, 0.0), 0.25, (0.0, 0.0)),
    ("plateau", (2.0, 0.2), 2 / 3, (1 / 9, 10 / 9)),
    ("rosenbrock", (0.0, 1.0), 101.0, (-2.0, 200.0)),
    ("beale", (0.0, 0.0), 1.5**2 + 2.25**2 + 2.625**2, (-2 * 6.375, 0.0)),
    ("himmelblau", (0.0, 0.0), 121 + 49, (-14.0, -22.0)),
    ("rastrigin", (0.5, 1.0), 20.25 + 1, (1.0, 2.0)),
    ("styblinski_tang", (1.0, -1.0), (-10 - 20) / 2, (-11.5, 16.5)),
    ("logistic", (0.0, 0.0), math.log(2), None),
    ("parabola", (0.0,), 25.0, (-10.0,)),
]


def points_on(ground, count=40):
    """Points spread over the map of a surface and a little beyond, [count, D]."""
    x_low, x_high, y_low, y_high = ground.domain
    low = torch.tensor([x_low, y_low])[: ground.dimensions]
    high = torch.tensor([x_high, y_high])[: ground.dimensions]
    generator = torch.Generator().manual_seed(3)
    shares = torch.rand(count, len(low), generator=generator, dtype=torch.float64)
    return low + (high - low) * (1.2 * shares - 0.1)


def test_the_list_is_the_one_agreed_on():
    assert list(SURFACES) == NAMES


@pytest.mark.parametrize(("name", "point", "loss", "gradient"), BY_HAND)
def test_values_and_gradients_by_hand(name, point, loss, gradient):
    place = torch.tensor(point, dtype=torch.float64)
    assert surface(name).value(place).item() == pytest.approx(loss)
    if gradient:
        found = surface(name).gradient(place).tolist()
        assert found == pytest.approx(gradient, abs=1e-12)


@pytest.mark.parametrize("name", SURFACES)
def test_gradients_are_autograds_in_any_batch(name):
    ground = surface(name, 37.0)
    points = points_on(ground).requires_grad_()
    (expected,) = torch.autograd.grad(ground.value(points).sum(), points)
    batched = points.detach().view(5, 2, 4, -1)
    assert ground.value(batched).shape == (5, 2, 4)
    found = ground.gradient(batched).view_as(expected)
    torch.testing.assert_close(found, expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", SURFACES)
def test_minima_are_the_lowest_points_of_the_map(name):
    ground = surface(name, 50.0)
    minima = torch.tensor(ground.minima, dtype=torch.float64)
    assert ground.gradient(minima).abs().max() < 1e-11
    for minimum in ground.minima:
        assert curvature(ground, minimum)[0] > 0
    losses = ground.value(minima)
    torch.testing.assert_close(losses, torch.full_like(losses, ground.lowest))
    assert ground.value(points_on(ground, 20_000)).min() > ground.lowest


@pytest.mark.parametrize("name", SURFACES)
def test_start_and_minima_lie_on_the_map(name):
    ground = surface(name)
    x_low, x_high, y_low, y_high = ground.domain
    for point in (ground.start, *ground.minima):
        assert len(point) == ground.dimensions
        assert x_low < point[0] < x_high
        assert len(point) == 1 or y_low < point[1] < y_high


def test_only_the_logistic_loss_has_samples_and_their_mean_is_the_gradient():
    having = [name for name in SURFACES if surface(name).samples]
    assert having == ["logistic"]
    ground = surface("logistic")
    points = points_on(ground)
    each = ground.samples(points)
    assert each.shape == (len(points), ground.size, 2)
    torch.testing.assert_close(each.mean(-2), ground.gradient(points))
    assert {surface(name).size for name in set(SURFACES) - {"logistic"}} == {0}


def test_the_logistic_loss_is_pytorchs_on_the_hours_of_study():
    hours = torch.tensor(HOURS, dtype=torch.float64)
    passed = torch.tensor(PASSED, dtype=torch.float64)
    for w, b in points_on(surface("logistic")).tolist():
        expected = torch.nn.functional.binary_cross_entropy_with_logits(
            w * hours + b, passed
        )
        place = torch.tensor([w, b], dtype=torch.float64)
        torch.testing.assert_close(surface("logistic").value(place), expected)


def test_the_fit_to_the_hours_of_study_is_the_published_one():
    ground = surface("logistic")
    assert ground.minima[0] == pytest.approx((1.5046, -4.0777), abs=1e-4)
    log_likelihood = -ground.lowest * len(HOURS)
    assert log_likelihood == pytest.approx(-8.02988, abs=1e-5)


@pytest.mark.parametrize(
    ("name", "point", "expected"),
    [
        ("bowl", (1.0, 7.0), (1, 25)),
        ("saddle", (0.0, 0.0), (-1, 1)),
        ("plateau", (0.0, 0.0), (0.5, 50)),
        ("rosenbrock", (1.0, 1.0), (501 - math.sqrt(250601), 501 + math.sqrt(250601))),
        ("rastrigin", (0.0, 0.0), (2 + 40 * math.pi**2,) * 2),
        ("parabola", (3.0,), (2,)),
    ],
)
def test_curvature_by_hand_smallest_first(name, point, expected):
    ground = surface(name, 25.0)
    assert curvature(ground, point).tolist() == pytest.approx(expected)
    place = torch.tensor(point, dtype=torch.float64)
    assert curvature(ground, place).tolist() == pytest.approx(expected)


def test_condition_shapes_the_bowl_alone():
    point = torch.tensor([1.0, 1.0], dtype=torch.float64)
    assert surface("bowl", 1.0).value(point) == 1
    assert surface("bowl", 1000.0).value(point) == 500.5
    for name in set(SURFACES) - {"bowl", "parabola"}:
        assert surface(name, 1.0).value(point) == surface(name, 1000.0).value(point)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("valley",), "surface must be one of bowl, .*, parabola, got valley"),
        (("bowl", 0.9), r"condition must lie in \[1, 1000\], got 0.9"),
        (("saddle", math.nan), r"condition must lie in \[1, 1000\], got nan"),
    ],
)
def test_wrong_surfaces_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        surface(*arguments)
