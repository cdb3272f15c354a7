"""THE list of lessons: menu, home page, links and tests all read it."""

from dataclasses import dataclass

from playground.i18n import mark


@dataclass(frozen=True)
class Lesson:
    """One page.

    Attributes:
        slug: file name in `pages/`, lesson text name and public link; never changes.
        title: short name, marked for translation.
        promise: one sentence, what the reader will see; marked for translation.
        chapter: key of `CHAPTERS`.
        icon: Material symbol for the menu.
    """

    slug: str
    title: str
    promise: str
    chapter: str
    icon: str


CHAPTERS = {
    "neurons": mark("Neurons"),
    "training": mark("Training"),
    "convolution": mark("Convolution"),
    "detection": mark("Detection"),
}

LESSONS = (
    Lesson(
        "boundaries",
        mark("Decision boundaries"),
        mark("Watch a network bend its border until the two colours come apart."),
        "neurons",
        ":material/scatter_plot:",
    ),
    Lesson(
        "activations",
        mark("Activation functions"),
        mark("Move z along the curve, then send a signal through fifty layers."),
        "neurons",
        ":material/show_chart:",
    ),
    Lesson(
        "backprop",
        mark("Backpropagation by hand"),
        mark("Type a formula and send its gradient back, one edge at a time."),
        "training",
        ":material/account_tree:",
    ),
    Lesson(
        "optimizers",
        mark("Optimizers"),
        mark("Race six optimizers down the same surface, forwards and backwards."),
        "training",
        ":material/landscape:",
    ),
    Lesson(
        "averages",
        mark("Weighted averages"),
        mark("Smooth a year of temperatures and see why its first days need mending."),
        "training",
        ":material/ssid_chart:",
    ),
    Lesson(
        "convolution",
        mark("Convolution calculator"),
        mark("Slide a kernel over real numbers and see which rows the floor drops."),
        "convolution",
        ":material/grid_on:",
    ),
    Lesson(
        "filters",
        mark("Filters"),
        mark("Lay kernels on photographs, and look into filters a network learned."),
        "convolution",
        ":material/blur_on:",
    ),
    Lesson(
        "digits",
        mark("Draw a digit"),
        mark("Write a digit and watch LeNet-5 read it, layer by layer."),
        "convolution",
        ":material/draw:",
    ),
    Lesson(
        "architectures",
        mark("Architectures"),
        mark("Where the parameters and the multiplications of a network sit."),
        "convolution",
        ":material/stacks:",
    ),
    Lesson(
        "iou_nms",
        mark("IoU and NMS"),
        mark("Drag two boxes, then step through what suppression keeps and drops."),
        "detection",
        ":material/layers:",
    ),
    Lesson(
        "anchors",
        mark("Anchor boxes"),
        mark("Give every shape a box to start from, and see who takes whom."),
        "detection",
        ":material/aspect_ratio:",
    ),
    Lesson(
        "yolo",
        mark("YOLO grid"),
        mark("Put objects under a grid, and read the tensor a detector learns."),
        "detection",
        ":material/apps:",
    ),
)


def lesson(slug: str) -> Lesson:
    """Return the lesson called `slug`.

    Raises:
        ValueError: no lesson has this slug.
    """
    for entry in LESSONS:
        if entry.slug == slug:
            return entry
    raise ValueError(f"slug must be one of {[e.slug for e in LESSONS]}, got {slug!r}")
