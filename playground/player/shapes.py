"""Layers in a picture: veils, boxes that a learner drags, and ink."""

from dataclasses import dataclass

from playground.player.scene import Box, Colour, Layer, Spot


@dataclass(frozen=True)
class Shade(Layer):
    """Rectangles (x1, y1, x2, y2) filled with a veil of colour, as `scene.Boxes`.

    alpha: 0 is clear, 1 covers what is below.
    """

    box: Box
    span: Spot
    colors: tuple[Colour, ...]
    xyxy: tuple[Box, ...] = ()
    alpha: float = 0.3
    track: str = ""
    offset: int = 0

    def _count(self) -> int:
        return 4 * len(self.colors)


@dataclass(frozen=True)
class Tagged(Layer):
    """Rectangles (x1, y1, x2, y2) with a label each on a plate, seen on any picture.

    As `scene.Boxes`: `xyxy` stands still, or a track has four numbers for each.
    """

    box: Box
    span: Spot
    colors: tuple[Colour, ...]
    labels: tuple[str, ...]
    xyxy: tuple[Box, ...] = ()
    track: str = ""
    offset: int = 0

    def _count(self) -> int:
        return 4 * len(self.colors)


@dataclass(frozen=True)
class Movable(Layer):
    """Boxes (x1, y1, x2, y2), y down, that a learner moves, stretches and draws.

    They lie in a picture painted in `box`; `span` are the values of x at its left and
    right edge, y begins with 0 at the top and has the same scale. Inside a box the
    pointer moves it, at a side or a corner it stretches it. All along, the player's
    answer is asked {"index", "x1", "y1", "x2", "y2"}; let go, and for a mere click, the
    page hears {"kind": "box", "action", "index", "x1", ...}.

    Attributes:
        action: what the event is called; unique in the scene.
        least: the smallest side.
        step: places are multiples of it.
        reach: how far a box may stand out of the picture.
        fresh: dragging on empty ground draws another one, index `len(xyxy)`.
        chosen: index of the box that shows its handles.
    """

    box: Box
    span: Spot
    xyxy: tuple[Box, ...]
    colors: tuple[Colour, ...]
    labels: tuple[str, ...]
    action: str
    least: float = 1.0
    step: float = 1.0
    reach: float = 0.0
    fresh: bool = False
    chosen: int | None = None

    def __post_init__(self) -> None:
        if not len(self.xyxy) == len(self.colors) == len(self.labels):
            raise ValueError(
                "there must be a colour and a label for each box, got "
                f"{len(self.xyxy)}, {len(self.colors)} and {len(self.labels)}"
            )


@dataclass(frozen=True)
class Ink(Layer):
    """A black sheet that a learner writes on in white, as `engine.strokes.render` does.

    When the pen is lifted, the player's answer is asked {"ink": text}, as
    `playground.drawing` writes it; the page hears {"kind": "ink", "action", "ink"}.

    Attributes:
        span: of the sheet's pixels, see `Movable`.
        strokes: (width, x, y, x, y, ...), in pixels of the sheet.
        width: of the pen in pixels of the sheet.
        action: what the event is called; unique in the scene.
    """

    box: Box
    span: Spot
    strokes: tuple[tuple[float, ...], ...]
    width: float
    action: str
