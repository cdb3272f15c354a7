import pytest
import torch
import torch.nn.functional as F

from engine.yolo_net import (
    BLUR,
    CLASSES,
    GRID,
    LIMIT,
    REACH,
    SIDE,
    fitted,
    new_net,
    opened,
    placed,
    restored,
    softened,
)

ANCHORS = torch.tensor([[12.0, 18.0], [40.0, 50.0]])


def fresh(seed=0):
    return new_net(ANCHORS, torch.Generator().manual_seed(seed))


@pytest.fixture(scope="module")
def pictures():
    generator = torch.Generator().manual_seed(1)
    return torch.rand(2, 1, SIDE, SIDE, generator=generator)


def test_the_network_answers_for_every_slot_of_the_grid(pictures):
    net = fresh().eval()
    with torch.no_grad():
        raw = net(pictures)
    assert raw.shape == (2, GRID, GRID, 2, 5 + CLASSES)
    assert sum(p.numel() for p in net.parameters()) < 1_000_000


def test_a_new_network_says_rather_nothing(pictures):
    with torch.no_grad():
        p_c = fresh()(pictures)[..., 0].sigmoid()
    assert p_c.median().item() == pytest.approx(0.01, rel=0.5)


def test_new_net_repeats_itself_for_a_seed_and_touches_no_shared_numbers():
    before = torch.get_rng_state()
    one, again, other = (fresh(seed).state_dict() for seed in (0, 0, 1))
    assert all(torch.equal(one[name], again[name]) for name in one)
    assert not torch.equal(one["output.weight"], other["output.weight"])
    assert torch.equal(torch.get_rng_state(), before)


def test_a_folded_network_answers_the_same(pictures):
    net = fresh()
    with torch.no_grad():
        for norm in net.norms:  # as if it had learned
            norm.weight.uniform_(0.5, 2, generator=torch.Generator().manual_seed(2))
            norm.bias.fill_(0.1)
        net(pictures)  # moves the running means
        expected = net.eval()(pictures)
        folded = net.folded()
        assert not len(folded.norms)
        torch.testing.assert_close(folded(pictures), expected, rtol=1e-3, atol=1e-3)
    assert torch.equal(folded.anchors, ANCHORS)
    again = restored(folded.half().state_dict())
    assert {p.dtype for p in again.parameters()} == {torch.float32}
    assert not any(p.requires_grad for p in again.parameters())


def test_opened_answers_are_probabilities_places_and_sizes():
    generator = torch.Generator().manual_seed(0)
    raw = 20 * torch.randn(3, GRID, GRID, 2, 15, generator=generator)
    answers = opened(raw, ANCHORS)
    assert answers[..., :3].min() >= 0
    assert answers[..., :3].max() <= 1
    torch.testing.assert_close(answers[..., 5:].sum(dim=-1), torch.ones(raw.shape[:4]))
    assert answers[..., 3:5].min() > 0
    assert answers[..., 3:5].max() <= torch.tensor(LIMIT).exp() * 50 * GRID / SIDE
    plain = opened(torch.zeros(GRID, GRID, 2, 15), ANCHORS)
    assert plain[0, 0, :, 1:3].tolist() == [[0.5, 0.5], [0.5, 0.5]]
    heights_and_widths = plain[4, 7, :, 3:5] * SIDE / GRID
    assert heights_and_widths.tolist() == [[18, 12], [50, 40]]


def test_softened_is_a_gaussian_blur():
    generator = torch.Generator().manual_seed(0)
    pictures = torch.rand(2, SIDE, SIDE, generator=generator)
    places = torch.arange(-REACH, REACH + 1.0)
    bell = torch.exp(-(places**2) / (2 * BLUR**2))
    kernel = torch.outer(bell, bell) / bell.sum() ** 2
    expected = F.conv2d(pictures[:, None], kernel[None, None], padding=REACH)
    torch.testing.assert_close(softened(pictures), expected)


@pytest.mark.parametrize(
    ("height", "width"),
    [(280, 280), (160, 160), (280, 420), (90, 31), (1, 1), (1, 500), (64, 64)],
)
def test_fitted_shows_the_whole_drawing_in_the_middle(height, width):
    drawing = torch.full((height, width), 255, dtype=torch.uint8)
    picture = fitted(drawing)
    assert picture.shape == (SIDE, SIDE)
    ink = (picture > 0.5).nonzero()
    top, left = ink.amin(dim=0)
    bottom, right = ink.amax(dim=0) + 1
    assert max(bottom - top, right - left) == SIDE
    assert abs((top + bottom) / 2 - SIDE / 2) <= 0.5
    assert abs((left + right) / 2 - SIDE / 2) <= 0.5
    box = torch.stack([left, top, right, bottom])[None].float()
    assert placed(box, height, width).tolist() == [[0, 0, width, height]]


@pytest.mark.parametrize(("height", "width"), [(280, 280), (200, 320), (320, 200)])
def test_placed_finds_the_ink_where_it_was_drawn(height, width):
    drawing = torch.zeros(height, width, dtype=torch.uint8)
    drawing[40:80, 100:160] = 255
    ink = (fitted(drawing) >= 0.5).nonzero()
    (top, left), (bottom, right) = ink.amin(dim=0), ink.amax(dim=0) + 1
    box = torch.stack([left, top, right, bottom])[None].float()
    expected = torch.tensor([[100.0, 40, 160, 80]])
    pixel = max(height, width) / SIDE
    assert (placed(box, height, width) - expected).abs().max() <= pixel


def test_placed_boxes_end_where_the_drawing_ends():
    box = torch.tensor([[-20.0, -3.0, 200.0, 170.0]])
    assert placed(box, 100, 50).tolist() == [[0, 0, 50, 100]]
