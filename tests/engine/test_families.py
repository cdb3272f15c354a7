"""What detectors do for one picture, against sums by hand."""

import pytest

from engine.architectures import vgg16
from engine.families import Stage, Work, families, total
from engine.layer_report import report

HEAD = 25_088 * 4096 + 4096 * 4096 + 4096 * 101  # 21 classes, 4 numbers for each of 20


def backbone(side):
    whole = report(vgg16(1000), (3, 224, 224)).multiplies
    dense = 25_088 * 4096 + 4096 * 4096 + 4096 * 1000
    return (whole - dense) * side**2 // 224**2


@pytest.mark.parametrize("side", [224, 608])
def test_detectors_add_up(side):
    places = (side // 32) ** 2
    found = families(Work(side, searched=2000, proposed=300, masked=100))
    proposals = places * 512 * (9 * 512 + 9 * 6)
    mask = 196 * (9 * 512 * 256 + 3 * 9 * 256 * 256 + 256 * 1024) + 784 * 256 * 20
    assert total(found["rcnn"]) == 2000 * (backbone(224) + HEAD)
    assert total(found["fast"]) == backbone(side) + 2000 * HEAD
    faster = backbone(side) + proposals + 300 * HEAD
    assert total(found["faster"]) == faster
    assert total(found["mask"]) == faster + 100 * mask
    assert total(found["yolo"]) == backbone(side) + places * 512 * 125


def test_what_runs_how_often():
    runs = {
        key: {stage.name: stage.runs for stage in stages}
        for key, stages in families(Work()).items()
    }
    assert runs == {
        "rcnn": {"search": 1, "backbone": 2000, "head": 2000},
        "fast": {"search": 1, "backbone": 1, "head": 2000},
        "faster": {"backbone": 1, "proposals": 1, "head": 300},
        "mask": {"backbone": 1, "proposals": 1, "head": 300, "masks": 100},
        "yolo": {"backbone": 1, "grid": 1},
    }


def test_search_is_no_network():
    assert families(Work())["rcnn"][0] == Stage("search", 1, 0)


@pytest.mark.parametrize(
    "wrong", [{"side": 200}, {"side": 609}, {"side": 2048}, {"searched": 0}]
)
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match=str(*wrong.values())):
        Work(**wrong)
