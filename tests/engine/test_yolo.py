import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.yolo import assigned, decode, encode

ONE = torch.tensor([[30.0, 30.0]])  # a single anchor
WIDE_TALL = torch.tensor([[60.0, 20.0], [20.0, 60.0]])


def box(x, y, width, height):
    return [x - width / 2, y - height / 2, x + width / 2, y + height / 2]


def test_encode_writes_an_object_as_computed_by_hand():
    """A 300 x 300 picture, 3 x 3 cells: the car of the course's drawings."""
    boxes = torch.tensor([box(140, 130, 90, 50)])
    target = encode(
        boxes, torch.tensor([1]), image=(300, 300), grid=3, anchors=ONE, classes=3
    )
    assert target.shape == (3, 3, 1, 8)
    expected = torch.tensor([1, 0.4, 0.3, 0.5, 0.9, 0, 1, 0])
    torch.testing.assert_close(target[1, 1, 0], expected)
    assert target.count_nonzero() == 6  # the other slots are 0


def test_encode_uses_the_widths_and_heights_of_cells_that_are_not_square():
    boxes = torch.tensor([box(150, 30, 80, 60)])
    target = encode(
        boxes, torch.tensor([0]), image=(400, 100), grid=2, anchors=ONE, classes=1
    )
    expected = torch.tensor([1, 0.75, 0.6, 1.2, 0.4, 1])  # cells of 200 x 50
    torch.testing.assert_close(target[0, 0, 0], expected)


@pytest.mark.parametrize(
    ("x", "y", "row", "column", "b_x", "b_y"),
    [
        pytest.param(0, 0, 0, 0, 0, 0, id="first corner"),
        pytest.param(100, 50, 0, 1, 0, 0.5, id="upright line: the cell on the right"),
        pytest.param(50, 200, 2, 0, 0.5, 0, id="level line: the cell below"),
        pytest.param(200, 100, 1, 2, 0, 0, id="crossing: right and below"),
        pytest.param(300, 150, 1, 2, 1, 0.5, id="right edge: the last cell"),
        pytest.param(300, 300, 2, 2, 1, 1, id="last corner"),
    ],
)
def test_a_midpoint_on_a_line_belongs_to_the_cell_right_and_below(
    x, y, row, column, b_x, b_y
):
    boxes = torch.tensor([box(x, y, 40.0, 20.0)])
    found = assigned(boxes, image=(300, 300), grid=3, anchors=ONE)
    assert (found.rows.item(), found.columns.item()) == (row, column)
    target = encode(
        boxes, torch.tensor([0]), image=(300, 300), grid=3, anchors=ONE, classes=1
    )
    assert target[row, column, 0, 1:3].tolist() == [b_x, b_y]
    back = decode(target, image=(300, 300), min_score=0.5)
    torch.testing.assert_close(back.boxes, boxes)


def test_assigned_gives_an_object_to_the_anchor_of_its_shape():
    boxes = torch.tensor(
        [box(50, 50, 70, 30), box(50, 50, 30, 70), box(150, 150, 40, 40)]
    )
    found = assigned(boxes, image=(300, 300), grid=3, anchors=WIDE_TALL)
    assert found.anchors.tolist() == [0, 1, 0]  # equal overlaps: the first
    assert not found.lost.any()


@pytest.mark.parametrize("anchors", [ONE, WIDE_TALL], ids=["one", "two"])
def test_the_first_object_keeps_its_slot_and_later_ones_are_lost(anchors):
    """Three objects on two anchors; two objects of one shape in one cell."""
    boxes = torch.tensor(
        [box(40, 40, 60, 20), box(50, 50, 20, 60), box(60, 60, 62, 22)]
    )
    labels = torch.tensor([2, 1, 0])
    found = assigned(boxes, image=(300, 300), grid=3, anchors=anchors)
    two = len(anchors) == 2
    assert found.lost.tolist() == [False, not two, True]
    target = encode(boxes, labels, image=(300, 300), grid=3, anchors=anchors, classes=3)
    assert target[0, 0, :, 0].tolist() == [1.0] * len(anchors)
    assert target[0, 0, 0, 5:].tolist() == [0, 0, 1]  # the first object's class
    back = decode(target, image=(300, 300), min_score=0.5)
    torch.testing.assert_close(back.boxes, boxes[~found.lost])
    assert back.labels.tolist() == labels[~found.lost].tolist()


def test_no_objects_give_an_empty_tensor():
    target = encode(
        torch.zeros(0, 4),
        torch.zeros(0, dtype=torch.int64),
        image=(300, 200),
        grid=19,
        anchors=torch.rand(5, 2, generator=torch.Generator().manual_seed(0)) + 1,
        classes=3,
    )
    assert target.shape == (19, 19, 5, 8)  # 19 x 19 x 40 in the course
    assert not target.any()
    assert len(decode(target, image=(300, 200), min_score=0.0)) == 0


def test_decode_multiplies_p_c_with_the_class_and_drops_low_scores():
    tensor = torch.zeros(2, 2, 1, 8)
    tensor[0, 1, 0] = torch.tensor([0.8, 0.5, 0.5, 1.0, 1.0, 0.1, 0.2, 0.7])
    tensor[1, 0, 0] = torch.tensor([0.9, 0.5, 0.5, 1.0, 2.0, 0.6, 0.3, 0.1])
    both = decode(tensor, image=(200, 100), min_score=0.5)
    torch.testing.assert_close(both.scores, torch.tensor([0.56, 0.54]))
    assert both.labels.tolist() == [2, 0]
    assert both.slots.tolist() == [[0, 1, 0], [1, 0, 0]]
    assert both.boxes.tolist() == [[100, 0, 200, 50], [-50, 50, 150, 100]]
    assert len(decode(tensor, image=(200, 100), min_score=0.55)) == 1
    assert both[both.scores > 0.55].labels.tolist() == [2]


@st.composite
def scenes(draw):
    width, height = draw(st.integers(40, 640)), draw(st.integers(40, 640))
    count = draw(st.integers(0, 12))

    def numbers(low, high):
        each = st.floats(low, high, width=32)
        return torch.tensor(draw(st.lists(each, min_size=count, max_size=count)))

    size = torch.tensor([width, height], dtype=torch.float64)
    middle = torch.stack([numbers(0, 1), numbers(0, 1)], dim=1).double() * size
    sides = torch.stack([numbers(0.0625, 2), numbers(0.0625, 2)], dim=1) * size
    anchor = st.tuples(st.integers(5, 400), st.integers(5, 400))
    anchors = draw(st.lists(anchor, min_size=1, max_size=5))
    boxes = torch.cat([middle - sides / 2, middle + sides / 2], dim=1).view(-1, 4)
    labels = torch.tensor([draw(st.integers(0, 9)) for _ in range(count)]).long()
    grid = draw(st.integers(1, 19))
    return boxes, labels, (width, height), grid, torch.tensor(anchors).float()


@given(scenes())
def test_decode_returns_what_was_encoded_and_not_lost(scene):
    boxes, labels, image, grid, anchors = scene
    found = assigned(boxes, image=image, grid=grid, anchors=anchors)
    target = encode(boxes, labels, image=image, grid=grid, anchors=anchors, classes=10)
    assert target[..., 1:3].min() >= 0
    assert target[..., 1:3].max() <= 1
    back = decode(target, image=image, min_score=1.0)
    slots = torch.stack([found.rows, found.columns, found.anchors], dim=1)
    kept = (~found.lost).nonzero().flatten().tolist()
    kept.sort(key=lambda at: slots[at].tolist())
    torch.testing.assert_close(back.boxes, boxes[kept])
    assert torch.equal(back.labels, labels[kept])
    assert torch.equal(back.slots, slots[kept])
    assert len({tuple(slot) for slot in slots.tolist()}) == len(kept)


SOUND = box(50, 50, 20, 20)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        pytest.param({"boxes": [[0, 0, 1, float("nan")]]}, "finite", id="nan"),
        pytest.param({"boxes": [[0, 0, float("inf"), 1]]}, "finite", id="infinite"),
        pytest.param({"boxes": [[9, 0, 1, 5]]}, r"x2 > x1.*\[9", id="inverted"),
        pytest.param({"boxes": [[5, 0, 5, 5]]}, "x2 > x1", id="empty"),
        pytest.param({"boxes": [[0, 0, 1]]}, r"got .* \[1, 3\]", id="flat"),
        pytest.param({"boxes": [box(101, 50, 8, 8)]}, "within 100 x 90", id="right"),
        pytest.param({"boxes": [box(50, -1, 8, 8)]}, r"-1", id="above"),
        pytest.param({"labels": [3]}, r"\[0, 2\]", id="label"),
        pytest.param({"labels": [-1]}, r"\[-1\]", id="negative label"),
        pytest.param({"labels": [0, 1]}, r"int64 \[1\]", id="labels"),
        pytest.param({"image": (0, 90)}, "at least 1 x 1", id="picture"),
        pytest.param({"grid": 0}, "grid must be at least 1, got 0", id="grid"),
        pytest.param({"anchors": [[0.0, 4.0]]}, "positive", id="anchor"),
        pytest.param({"classes": 0}, "classes must be at least 1", id="classes"),
    ],
)
def test_encode_refuses_what_is_no_scene(changed, message):
    given = {
        "boxes": [SOUND],
        "labels": [0],
        "image": (100, 90),
        "grid": 3,
        "anchors": [[30.0, 30.0]],
        "classes": 3,
    } | changed
    boxes = torch.tensor(given.pop("boxes"), dtype=torch.float32)
    labels = torch.tensor(given.pop("labels"))
    given["anchors"] = torch.tensor(given["anchors"])
    with pytest.raises(ValueError, match=message):
        encode(boxes, labels, **given)


def test_encode_needs_an_anchor():
    with pytest.raises(ValueError, match="at least one anchor"):
        assigned(
            torch.tensor([SOUND]), image=(90, 90), grid=3, anchors=torch.zeros(0, 2)
        )


@pytest.mark.parametrize(
    ("shape", "min_score", "message"),
    [
        pytest.param((3, 3, 8), 0.5, r"\[3, 3, 8\]", id="dimensions"),
        pytest.param((3, 2, 1, 8), 0.5, r"\[3, 2, 1, 8\]", id="not square"),
        pytest.param((3, 3, 1, 5), 0.5, r"\[3, 3, 1, 5\]", id="no class"),
        pytest.param((3, 3, 1, 8), 1.5, r"min_score .* got 1.5", id="above 1"),
        pytest.param((3, 3, 1, 8), float("nan"), "got nan", id="nan"),
    ],
)
def test_decode_refuses_other_tensors_and_scores(shape, min_score, message):
    with pytest.raises(ValueError, match=message):
        decode(torch.zeros(shape), image=(100, 100), min_score=min_score)
