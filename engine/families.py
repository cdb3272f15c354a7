"""Detectors from R-CNN to YOLO: which part runs how often for one picture.

All of them are built here on the same network, VGG-16, so that only the order of work
differs. Multiply-adds are counted layer by layer. Finding regions by selective search
is no network: it costs time, but no multiply-adds.

Sources: Girshick et al., CVPR 2014 (R-CNN); Girshick, ICCV 2015 (Fast R-CNN); Ren et
al., NIPS 2015 (Faster R-CNN); He et al., ICCV 2017 (Mask R-CNN); Redmon et al., CVPR
2016, and Redmon, Farhadi, CVPR 2017 (YOLO).
"""

from dataclasses import dataclass

from engine.architectures import FLATTEN, RELU, conv, linear, vgg16
from engine.layer_plan import Layer, Shape
from engine.layer_report import report

CROP = 224  # pixels: R-CNN warps every region to this side
STRIDE = 32  # pixels of the picture per place of the last map
CLASSES = 20  # of PASCAL VOC, for which the first of them were made
ROI = 7  # side of what is cut out of the map for each region
ANCHORS = {"rpn": 9, "yolo": 5}
MASK, MASK_CHANNELS = 14, 256
SIDES = (224, 1216)  # of the picture, pixels


@dataclass(frozen=True)
class Stage:
    """One part of a detector.

    Attributes:
        name: "search", "backbone", "proposals", "head", "grid" or "masks".
        runs: how often it runs for one picture.
        multiplies: multiply-adds of one run; 0 where it is no network.
    """

    name: str
    runs: int
    multiplies: int

    @property
    def total(self) -> int:
        """Multiply-adds of all runs."""
        return self.runs * self.multiplies


@dataclass(frozen=True)
class Work:
    """What is asked of the detectors.

    Attributes:
        side: of the picture in pixels, a multiple of 32.
        searched: regions that selective search proposes.
        proposed: regions that the network of Faster R-CNN proposes.
        masked: boxes that Mask R-CNN paints a mask for.
    """

    side: int = 608
    searched: int = 2000
    proposed: int = 300
    masked: int = 100

    def __post_init__(self) -> None:
        low, high = SIDES
        if not low <= self.side <= high or self.side % STRIDE:
            raise ValueError(
                f"side must be a multiple of {STRIDE} in [{low}, {high}], "
                f"got {self.side}"
            )
        for count in (self.searched, self.proposed, self.masked):
            if count < 1:
                raise ValueError(f"regions must be at least 1, got {count}")


def families(work: Work) -> dict[str, tuple[Stage, ...]]:
    """Return the parts of each detector in the order in which they run.

    Returns:
        "rcnn", "fast", "faster", "mask", "yolo" -> stages.
    """
    last = work.side // STRIDE  # side of the last map
    search = Stage("search", 1, 0)
    whole = Stage("backbone", 1, _cost(_backbone(), (3, work.side, work.side)))
    crops = Stage("backbone", work.searched, _cost(_backbone(), (3, CROP, CROP)))
    heads = _cost(_head(), (512, ROI, ROI))
    places = _cost(_proposals(), (512, last, last))
    grid = ANCHORS["yolo"] * (5 + CLASSES)
    faster = (
        whole,
        Stage("proposals", 1, places),
        Stage("head", work.proposed, heads),
    )
    return {
        "rcnn": (search, crops, Stage("head", work.searched, heads)),
        "fast": (search, whole, Stage("head", work.searched, heads)),
        "faster": faster,
        "mask": (*faster, Stage("masks", work.masked, _mask())),
        "yolo": (whole, Stage("grid", 1, _cost((conv(grid, 1),), (512, last, last)))),
    }


def total(stages: tuple[Stage, ...]) -> int:
    """Return the multiply-adds of a detector for one picture."""
    return sum(stage.total for stage in stages)


def _backbone() -> tuple[Layer, ...]:
    """Return VGG-16 without its fully connected layers."""
    layers = vgg16(CLASSES)
    return layers[: next(i for i, x in enumerate(layers) if x.kind == "adaptive")]


def _head() -> tuple[Layer, ...]:
    """Return what reads one region: classes, one more for "nothing", four offsets."""
    return (
        *(FLATTEN, linear(4096), RELU, linear(4096), RELU),
        linear(CLASSES + 1 + 4 * CLASSES),
    )


def _proposals() -> tuple[Layer, ...]:
    """Return what proposes regions: object or not, four offsets, for each anchor."""
    return conv(512, 3, 1, 1), RELU, conv(ANCHORS["rpn"] * (2 + 4), 1)


def _mask() -> int:
    """Return the multiply-adds of one mask, 28 × 28 for each class."""
    doubled = conv(4 * MASK_CHANNELS, 1)  # a deconvolution 2 × 2 does as many
    layers = (*(conv(MASK_CHANNELS, 3, 1, 1), RELU) * 4, doubled)
    painted = (conv(CLASSES, 1),)
    return _cost(layers, (512, MASK, MASK)) + _cost(
        painted, (MASK_CHANNELS, 2 * MASK, 2 * MASK)
    )


def _cost(layers: tuple[Layer, ...], shape: Shape) -> int:
    return report(layers, shape).multiplies
