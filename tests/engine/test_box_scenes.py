import pytest
import torch

from engine.box_scenes import HAND_MADE, HEIGHT, WIDTH, at_random, hand_made, ordered
from engine.boxes import as_boxes, pairwise_iou
from engine.suppression import Rule
from engine.verdicts import suppress


def kept(name, **rule):
    """Return the numbers of the boxes kept, from 1, in the order of their scores."""
    rule = Rule(**({"min_score": 0.3} | rule))
    return [index + 1 for index in suppress(hand_made(name), rule).indices]


@pytest.mark.parametrize("name", HAND_MADE)
def test_pictures_by_hand_are_sorted_and_inside(name):
    scene = hand_made(name)
    assert scene.scores.diff().le(0).all()
    for boxes in (scene.boxes, scene.truth.boxes):
        assert as_boxes(boxes).ge(0).all()
        assert boxes[:, 2].le(WIDTH).all()
        assert boxes[:, 3].le(HEIGHT).all()


def test_two_close_objects_overlap_more_than_the_usual_limit():
    truth = hand_made("close").truth.boxes
    assert pairwise_iou(truth, truth)[0, 1] > 0.5
    assert 2 not in kept("close")
    assert 2 in kept("close", kind="linear")
    assert 2 in kept("close", kind="gaussian")


def test_side_by_side_only_the_distance_spares_the_neighbour():
    assert kept("row") == [1]
    assert kept("row", kind="diou") == [1, 2]


def test_a_car_is_lost_when_all_classes_are_one():
    assert kept("classes") == [1, 2]
    assert kept("classes", per_class=False) == [1]


def test_a_chain_is_broken_at_its_middle():
    assert kept("chain", max_overlap=0.4) == [1, 3]


def test_boxes_inside_a_box_stay():
    assert kept("nested", max_overlap=0.2) == [1, 2, 3]


def test_there_is_no_picture_of_an_unknown_name():
    with pytest.raises(ValueError, match="name must be in"):
        hand_made("zoo")


@pytest.mark.parametrize("seed", range(40))
def test_random_pictures_are_boxes_with_objects(seed):
    scene = at_random(seed)
    for boxes in (scene.boxes, scene.truth.boxes):
        sides = as_boxes(boxes)[:, 2:] - boxes[:, :2]
        assert sides.ge(8).all()
        assert boxes.ge(0).all()
        assert boxes[:, 2].le(WIDTH).all()
        assert boxes[:, 3].le(HEIGHT).all()
        assert torch.equal(boxes, boxes.round())
    assert 1 <= len(scene.truth.boxes) <= 5
    assert len(scene.boxes) <= 18
    assert scene.scores.ge(0.05).all()
    assert scene.scores.le(0.99).all()
    assert scene.scores.diff().le(0).all()


def test_the_same_seed_is_the_same_picture():
    assert torch.equal(at_random(7).boxes, at_random(7).boxes)
    assert not torch.equal(at_random(7).boxes[:3], at_random(8).boxes[:3])


def test_one_class_is_enough():
    assert at_random(0, classes=1).labels.eq(0).all()
    with pytest.raises(ValueError, match="classes"):
        at_random(0, classes=0)


def test_near_guesses_have_better_scores_on_the_whole():
    near, far = [], []
    for seed in range(60):
        scene = at_random(seed)
        best = pairwise_iou(scene.boxes, scene.truth.boxes).amax(dim=1)
        near += scene.scores[best > 0.7].tolist()
        far += scene.scores[best < 0.3].tolist()
    assert len(near) > 50
    assert sum(near) / len(near) > sum(far) / len(far) + 0.2


def test_equal_scores_keep_their_order():
    boxes = torch.arange(12.0).reshape(3, 4)
    scene = ordered(boxes, torch.tensor([0.5, 0.9, 0.5]), torch.arange(3), None)
    assert scene.labels.tolist() == [1, 0, 2]
