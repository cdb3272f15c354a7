import math

import pytest
import torch

from engine.datasets import DOMAIN, MOST_CLASSES, TASKS, domain, make

GATES = {"and": [0, 0, 0, 1], "or": [0, 1, 1, 1], "xor_corners": [0, 1, 1, 0]}
REGRESSION = ["plane", "hills", "sine"]
PATTERNS = [n for n in TASKS if n not in GATES and n not in REGRESSION]
VARIANTS = [
    (name, classes)
    for name in TASKS
    for classes in range(2, max(MOST_CLASSES[name], 2) + 1)
]


def clean(name, count=400, seed=3, **rest):
    points, labels = make(name, count, noise=0, seed=seed, **rest)
    return *points.double().unbind(dim=1), labels


def test_the_lists_are_the_ones_agreed_on():
    functions = [f"function_{curve}" for curve in ("line", "sine", "cubic", "abs")]
    round_ones = ["gaussians", "circle", "spiral", "moons", "checkerboard", "rings"]
    classification = ["xor", *round_ones, *functions, *GATES]
    assert list(TASKS) == [*classification, *REGRESSION]
    assert {n for n, task in TASKS.items() if task == "regression"} == {*REGRESSION}
    assert set(TASKS.values()) == {"classification", "regression"}
    assert list(MOST_CLASSES) == list(TASKS)
    several = {n: most for n, most in MOST_CLASSES.items() if most > 2}
    assert several == {"gaussians": 6, "spiral": 5, "rings": 5}


@pytest.mark.parametrize(("name", "classes"), VARIANTS)
@pytest.mark.parametrize("count", [4, 5, 7, 50, 333, 2000])
def test_shapes_kinds_and_places(name, classes, count):
    points, labels = make(name, count, noise=0, seed=1, classes=classes)
    assert (points.shape, points.dtype) == ((count, 2), torch.float32)
    assert labels.shape == (count,)
    assert points.abs().max() < 4
    low, high = domain(name)
    inside = ((points >= low) & (points <= high)).all(dim=1)
    assert inside.float().mean() > 0.95
    if TASKS[name] == "regression":
        assert labels.dtype == torch.float32
        assert labels.abs().max() <= 1
    else:
        assert labels.dtype == torch.int64
        assert labels.min() == 0
        assert labels.max() < classes


@pytest.mark.parametrize("name", TASKS)
def test_every_count_works(name):
    most = max(MOST_CLASSES[name], 2)
    for count in range(4, 2001, 1 if name == "spiral" else 13):
        points, labels = make(name, count, noise=0.1, seed=count, classes=most)
        assert len(points) == len(labels) == count
        assert points.isfinite().all()


@pytest.mark.parametrize(("name", "classes"), VARIANTS)
def test_seeds(name, classes):
    first = make(name, 60, noise=0.2, seed=4, classes=classes)
    again = make(name, 60, noise=0.2, seed=4, classes=classes)
    other = make(name, 60, noise=0.2, seed=5, classes=classes)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first[0], other[0])


@pytest.mark.parametrize("name", PATTERNS)
def test_seeds_matter_without_noise_too(name):
    assert not torch.equal(clean(name, seed=0)[0], clean(name, seed=1)[0])


def test_the_shared_random_numbers_are_left_alone():
    before = torch.get_rng_state()
    make("spiral", 50, noise=0.3, seed=1)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.parametrize("balance", [0.001, 0.1, 0.25, 0.5, 0.8, 0.999])
def test_balance_is_the_share_of_class_1(name, balance):
    for count in (4, 10, 201):
        _, _, labels = clean(name, count, balance=balance)
        ones = labels.sum().item()
        assert 1 <= ones <= count - 1
        assert abs(ones - count * balance) <= max(1, 0.5)


@pytest.mark.parametrize("name", ["gaussians", "spiral", "rings"])
def test_several_classes_share_evenly_and_come_in_random_order(name):
    for classes in range(3, MOST_CLASSES[name] + 1):
        _, _, labels = clean(name, 500, classes=classes)
        counts = torch.bincount(labels, minlength=classes)
        assert counts.max() - counts.min() <= 1
        assert len(labels[:40].unique()) == classes


@pytest.mark.parametrize("name", GATES)
def test_gates_are_the_corners_in_turn(name):
    points, labels = make(name, 10, noise=0, seed=0)
    corners = [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert points.tolist() == [*corners, *corners, *corners[:2]]
    assert labels.tolist() == [*GATES[name], *GATES[name], *GATES[name][:2]]


def test_noise_moves_the_points_by_its_standard_deviation_and_no_label():
    for name in [*PATTERNS, *GATES]:
        points, labels = make(name, 2000, noise=0.3, seed=2)
        calm, same = make(name, 2000, noise=0, seed=2)
        assert torch.equal(labels, same)
        assert (points - calm).std() == pytest.approx(0.3, rel=0.05)
        assert (points - calm).mean() == pytest.approx(0, abs=0.03)


@pytest.mark.parametrize("name", REGRESSION)
def test_noise_moves_the_value_of_a_surface_by_a_third(name):
    points, labels = make(name, 2000, noise=0.3, seed=2)
    same, calm = make(name, 2000, noise=0, seed=2)
    assert torch.equal(points, same)
    assert (labels - calm).std() == pytest.approx(0.1, rel=0.05)


def test_xor_follows_the_sign_of_the_product():
    x1, x2, labels = clean("xor")
    assert torch.equal(labels, (x1 * x2 > 0).long())
    assert min(x1.abs().min(), x2.abs().min()) >= 0.0999
    quadrant = 2 * (x1 > 0) + (x2 > 0)
    assert torch.bincount(quadrant.long()).min() > 60


def test_circle_follows_the_radius():
    x1, x2, labels = clean("circle")
    radius = torch.hypot(x1, x2)
    assert torch.equal(labels, (radius < 1.68).long())
    assert radius.max() <= 2.8001
    assert not ((radius > 1.4001) & (radius < 1.9599)).any()


@pytest.mark.parametrize("classes", range(2, 6))
def test_rings_follow_the_radius(classes):
    x1, x2, labels = clean("rings", classes=classes)
    radius = torch.hypot(x1, x2) / 2.8 * classes
    assert torch.equal(labels, radius.floor().long())


@pytest.mark.parametrize("classes", range(2, 6))
def test_spirals_turn_in_proportion_to_the_radius(classes):
    x1, x2, labels = clean("spiral", classes=classes)
    radius, angle = torch.hypot(x1, x2), torch.atan2(x2, x1)
    arm = (angle / (2 * math.pi) - 1.75 * radius / 2.8) * classes
    assert torch.equal(arm.round().long() % classes, labels)
    assert (arm - arm.round()).abs().max() < 1e-4
    assert radius.max() > 2.75
    assert radius.min() < 0.2


def test_moons_are_two_half_circles():
    x1, x2, labels = clean("moons")
    side = 1 - 2 * labels
    first, second = side * x1 / 1.8 + 0.5, side * x2 / 1.8 + 0.25
    torch.testing.assert_close(torch.hypot(first, second), torch.ones_like(first))
    assert (second >= 0).all()


def test_checkerboard_follows_the_squares():
    x1, x2, labels = clean("checkerboard", 2000)
    column, row = ((x + 3).div(1.5).floor().long() for x in (x1, x2))
    assert torch.equal(labels, (column + row) % 2)
    assert torch.bincount(4 * row + column, minlength=16).min() > 60


@pytest.mark.parametrize(
    ("name", "curve"),
    [
        ("function_line", lambda x: 0.6 * x + 0.3),
        ("function_sine", lambda x: 1.6 * torch.sin(1.6 * x)),
        ("function_cubic", lambda x: x**3 / 6 - x),
        ("function_abs", lambda x: x.abs() - 1.5),
    ],
)
def test_functions_part_above_from_below(name, curve):
    x1, x2, labels = clean(name)
    assert torch.equal(labels, (x2 > curve(x1)).long())
    assert max(x1.abs().max(), x2.abs().max()) <= 3


@pytest.mark.parametrize("classes", range(2, 7))
def test_gaussians_are_round_clouds_around_centres_on_a_circle(classes):
    x1, x2, labels = clean("gaussians", 2000, classes=classes)
    points = torch.stack((x1, x2), dim=1)
    centres = torch.stack([points[labels == k].mean(dim=0) for k in range(classes)])
    assert centres.norm(dim=1) == pytest.approx([1.9] * classes, abs=0.1)
    assert (points - centres[labels]).std() == pytest.approx(0.4, rel=0.05)
    nearest = torch.cdist(points, centres).argmin(dim=1)
    assert (nearest == labels).float().mean() > 0.96
    # Two clouds lie as people expect them: class 0 lower left, class 1 upper right.
    if classes == 2:
        assert (centres[0] < 0).all()
        assert (centres[1] > 0).all()


def test_surfaces():
    x1, x2, labels = clean("plane")
    torch.testing.assert_close(labels.double(), (x1 + x2) / 6, rtol=0, atol=1e-6)
    x1, x2, labels = clean("sine")
    expected = torch.sin(1.5 * x1) * torch.cos(x2)
    torch.testing.assert_close(labels.double(), expected, rtol=0, atol=1e-6)
    x1, x2, labels = clean("hills", 2000)
    for column in (-2, 0, 2):
        for row in (-1.3, 1.3):
            near = torch.hypot(x1 - column, x2 - row) < 0.3
            upward = (row > 0) == (column != 0)
            assert (labels[near] > 0.7).all() if upward else (labels[near] < -0.7).all()


@pytest.mark.parametrize(
    ("name", "rest", "message"),
    [
        ("swirl", {}, "name must be one of .* got 'swirl'"),
        ("xor", {"count": 3}, r"count must lie in \[4, 100000\], got 3"),
        ("xor", {"count": 100_001}, "got 100001"),
        ("xor", {"noise": -0.1}, r"noise must lie in \[0, 3\], got -0.1"),
        ("xor", {"noise": math.nan}, "got nan"),
        ("xor", {"seed": -1}, "seed must be at least 0, got -1"),
        ("xor", {"classes": 3}, r"classes must lie in \[2, 2\] for xor, got 3"),
        ("spiral", {"classes": 1}, r"classes must lie in \[2, 5\] for spiral, got 1"),
        ("rings", {"classes": 6}, "got 6"),
        ("gaussians", {"classes": 7}, "got 7"),
        ("xor", {"balance": 0.0}, r"balance must lie in \(0, 1\), got 0.0"),
        ("xor", {"balance": 1.0}, "got 1.0"),
    ],
)
def test_make_refuses_what_is_out_of_range(name, rest, message):
    with pytest.raises(ValueError, match=message):
        make(name, **{"count": 9, "noise": 0, "seed": 0, **rest})


def test_domain():
    assert set(DOMAIN) == set(GATES)
    assert domain("xor_corners") == (-0.5, 1.5)
    assert domain("spiral") == (-3, 3)
    with pytest.raises(ValueError, match="got 'swirl'"):
        domain("swirl")
