"""Layers that plot: curves over time, pictures, paths over maps, a surface in 3-D."""

from dataclasses import dataclass

from playground.player.scene import Box, Colour, Layer

Span = tuple[float, float, float, float]  # x at the left and right, y below and above


@dataclass(frozen=True)
class Series:
    """One line of a curve: number `index` of a track over the tape's time.

    dots: a dot at each frame instead of the line between them.
    """

    track: str
    index: int
    color: Colour
    label: str
    dash: bool = False
    dots: bool = False


@dataclass(frozen=True)
class Curve(Layer):
    """Lines over time, with the playhead; drag to scrub. Legend and values above.

    Attributes:
        log: logarithmic axis; what is not above 0 is left out.
        span: lowest and highest number of the axis, what is beyond is cut; None fits
            the tape.
        zero: a fitted axis holds 0.
        ticks: (time, text) along the axis of time, instead of its two ends.
        marks: (time, text) of dotted upright lines.
        bands: (time, time) of shaded stretches.
        window: length of the shaded stretch before the playhead.
        whole: what is after the playhead is not paler.
    """

    box: Box
    series: tuple[Series, ...]
    log: bool = False
    label: str = ""
    span: tuple[float, float] | None = None
    zero: bool = True
    ticks: tuple[tuple[float, str], ...] = ()
    marks: tuple[tuple[float, str], ...] = ()
    bands: tuple[tuple[float, float], ...] = ()
    window: float = 0.0
    whole: bool = False

    def reads(self) -> tuple[tuple[str, int], ...]:  # noqa: D102 - see Layer
        return tuple((line.track, line.index + 1) for line in self.series)


@dataclass(frozen=True)
class Lags(Layer):
    """Upright bars that move with the playhead: how much each moment before it weighs.

    The bar k frames before the playhead is weights[k] high, times the number of the
    track if there is one; no bar stands before the first frame. Bars stand on the time
    axis of the curve named `under`, which is above; `top` is the height of a full bar.
    """

    box: Box
    under: str
    weights: tuple[float, ...]
    color: Colour
    top: float
    label: str = ""
    track: str = ""
    offset: int = 0

    def _count(self) -> int:
        return 1


@dataclass(frozen=True)
class Picture(Layer):
    """A picture that stands still; `png` is a data address ("data:image/png;base64,…").

    With an action, a click sends {"kind": "place", "action", "x", "y"} in the units of
    the span. smooth: blend its pixels where it is shown larger.
    """

    box: Box
    png: str
    span: Span = (0.0, 1.0, 0.0, 1.0)
    action: str = ""
    smooth: bool = True


@dataclass(frozen=True)
class Curtain(Layer):
    """A picture over what lies below it, from the left up to a handle.

    The handle moves with the playhead, from the left side at the first frame to the
    right side at the last; drag it to scrub. labels: left and right of the handle.
    """

    box: Box
    png: str
    labels: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Line(Layer):
    """A line through points (x, y) in data units that stands still."""

    box: Box
    span: Span
    xy: tuple[tuple[float, float], ...]
    color: Colour = "ink"
    dash: bool = False


@dataclass(frozen=True)
class Trail(Layer):
    """The way of a point (x, y) from the first frame to the playhead, in data units.

    The track holds x and y; NaN ends the way, and it is cut at the box. The label, a
    letter or digit, stands in the dot at its head; `dots` marks every frame.
    """

    box: Box
    span: Span
    track: str
    offset: int
    color: Colour
    label: str = ""
    dash: bool = False
    dots: bool = False

    def _count(self) -> int:
        return 2


@dataclass(frozen=True)
class Relief(Layer):
    """A surface seen from the side, turned by dragging, with ways over it.

    Attributes:
        heights: rows of heights in [0, 1]; the first row is the nearest y, the first
            column the lowest x.
        track: x, y and height in [0, 1] of every way, one after the other.
        colors: of the ways; labels: letters in their heads.
        turn: angle at first, degrees; 0 looks along y.
    """

    box: Box
    heights: tuple[tuple[float, ...], ...]
    track: str
    offset: int
    colors: tuple[Colour, ...]
    labels: tuple[str, ...] = ()
    turn: float = 30.0

    def _count(self) -> int:
        return 3 * len(self.colors)
