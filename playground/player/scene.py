"""What a player paints: layers over a tape of frames, as plain values.

Layers that plot over time or over a map are in `charts`.

Positions are logical pixels of the stage, x right, y down; the browser scales the
stage to the room there is. A frame is the numbers of every track, one after the other:
first all f32 tracks, then all u8 tracks. Data (Points, Mesh) have y up.

A colour is an int (that class of `theme.LABELS`), "ink" (the page's text), "muted",
"negative", "positive", "paper" or a CSS colour.

A template is text with `{time}`, `{track}`, `{track:index}` or `{track:index:format}`;
formats: none (4 significant digits), "int", "percent", "signed", "e", or digits.
In the tip of edges and dots `{value}` is the number painted. NaN reads "–".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass

Box = tuple[float, float, float, float]  # x, y, width, height
Spot = tuple[float, float]
Colour = int | str

PALETTES = ("diverging", "sequential", "rgb")
KINDS = {"f32": 4, "u8": 1}  # bytes per number


@dataclass(frozen=True)
class Track:
    """A named run of numbers in every frame: f32, or u8 in [0, 255]."""

    name: str
    kind: str
    size: int


@dataclass(frozen=True)
class Layer:
    """One thing to paint. `id` names it for tests."""

    id: str = field(default="", kw_only=True)

    def reads(self) -> tuple[tuple[str, int], ...]:
        """Return the tracks this layer needs, and how many numbers of each."""
        track = getattr(self, "track", "")
        return ((track, self.offset + self._count()),) if track else ()

    def _count(self) -> int:
        return 0

    @property
    def kind(self) -> str:
        """The name of the painter in the browser."""
        return type(self).__name__.lower()


@dataclass(frozen=True)
class Field(Layer):
    """A grid of u8 values, row 0 at the top, as a smooth picture.

    palette: "diverging" (0 orange, 127.5 paper, 255 blue), "sequential", or "rgb"
    (three bytes per cell). line: the contour of 127.5. A field that `zooms` is shown
    enlarged over the field that is `large` while the pointer or the focus is on it.
    """

    box: Box
    track: str
    shape: tuple[int, int]
    offset: int = 0
    palette: str = "diverging"
    line: bool = False
    tip: str = ""
    zooms: bool = False
    large: bool = False

    def __post_init__(self) -> None:
        if self.palette not in PALETTES:
            raise ValueError(f"palette must be in {PALETTES}, got {self.palette!r}")

    def _count(self) -> int:
        return self.shape[0] * self.shape[1] * (3 if self.palette == "rgb" else 1)


@dataclass(frozen=True)
class Edges(Layer):
    """Curves from (x0, y0) to (x1, y1), coloured and widened by one f32 each.

    tip: one template for all, or one each. edit: the event id of each; clicking such
    an edge asks for a number and sends {"kind": "edit", "id", "value"}.
    """

    ends: tuple[tuple[float, float, float, float], ...]
    track: str
    offset: int = 0
    tip: str | tuple[str, ...] = ""
    edit: tuple[str, ...] = ()

    def _count(self) -> int:
        return len(self.ends)


@dataclass(frozen=True)
class Dots(Layer):
    """Small circles coloured by one f32 each; without a track, of neutral paper."""

    at: tuple[Spot, ...]
    track: str = ""
    offset: int = 0
    radius: float = 5.0
    tip: str | tuple[str, ...] = ""
    edit: tuple[str, ...] = ()

    def _count(self) -> int:
        return len(self.at)


@dataclass(frozen=True)
class Brush:
    """Tools over points: paint, erase, move. colors: the classes one may paint.

    Swatches are labelled A, B, ... in this order; words replace paint, erase, move.
    """

    colors: tuple[int, ...]
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Points(Layer):
    """Data points (x, y) in [low, high]²; hollow rings are test data.

    xy stands still, or `track` has x, y, x, y, ... for every colour.
    A brush sends {"kind": "points", "points": [[x, y, colour], ...]} when it is lifted.
    """

    box: Box
    span: Spot
    xy: tuple[Spot, ...] = ()
    colors: tuple[int, ...] = ()
    hollow: tuple[bool, ...] = ()
    radius: float = 3.5
    brush: Brush | None = None
    track: str = ""
    offset: int = 0

    def _count(self) -> int:
        return 2 * len(self.colors)


@dataclass(frozen=True)
class Mesh(Layer):
    """A moving lattice: `lines` polylines of `points` (x, y) each, in data units.

    span: (low, high) of both axes; None follows the lattice.
    """

    box: Box
    span: Spot | None
    track: str
    offset: int
    lines: int
    points: int
    color: Colour = "muted"

    def _count(self) -> int:
        return 2 * self.lines * self.points


@dataclass(frozen=True)
class Boxes(Layer):
    """Rectangles (x1, y1, x2, y2), y down, in pixels of a picture painted in `box`.

    span: the values of x at the left and the right edge; y has the same scale.
    xyxy stands still, or `track` has four numbers for every colour.
    """

    box: Box
    span: Spot
    colors: tuple[Colour, ...]
    labels: tuple[str, ...] = ()
    dash: tuple[bool, ...] = ()
    xyxy: tuple[Box, ...] = ()
    track: str = ""
    offset: int = 0

    def _count(self) -> int:
        return 4 * len(self.colors)


@dataclass(frozen=True)
class Text(Layer):
    """A line of text from a template; `at` is its baseline at the aligned side."""

    at: Spot
    template: str
    size: float = 14.0
    align: str = "left"
    muted: bool = False


@dataclass(frozen=True)
class Button(Layer):
    """A real button centred on `at`; sends {"kind": "button", "action", "value"}."""

    at: Spot
    text: str
    label: str
    action: str
    value: str = ""
    disabled: bool = False


@dataclass(frozen=True)
class Menu(Layer):
    """A real drop-down centred on `at`; sends its id as a button's value."""

    at: Spot
    width: float
    options: tuple[tuple[str, str], ...]  # (id, translated text)
    value: str
    label: str
    action: str


@dataclass(frozen=True)
class Scene:
    """A stage with its layers, painted in order, and the words around it.

    time and spoken are the templates of the clock and of the sentence for screen
    readers; rate is in time units per second at speed 1; no tape gets longer than the
    time `end`; metrics are (translated label, template) of the numbers below the stage.

    Raises:
        ValueError: tracks out of order, or a layer reads what no track has.
    """

    size: tuple[int, int]
    tracks: tuple[Track, ...]
    layers: tuple[Layer, ...]
    time: str = "{time}"
    rate: float = 40.0
    end: float | None = None
    metrics: tuple[tuple[str, str], ...] = ()
    spoken: str = ""

    def __post_init__(self) -> None:
        kinds = [track.kind for track in self.tracks]
        if kinds != sorted(kinds) or not set(kinds) <= set(KINDS):
            raise ValueError(f"tracks must be f32, then u8, got {kinds}")
        sizes = {track.name: track.size for track in self.tracks}
        if len(sizes) < len(self.tracks):
            raise ValueError(f"tracks must have different names, got {list(sizes)}")
        for layer in self.layers:
            for track, count in layer.reads():
                if count > (has := sizes.get(track, 0)):
                    raise ValueError(
                        f"{layer.kind} reads {count} of the {has} numbers of {track!r}"
                    )

    @property
    def frame_bytes(self) -> int:  # noqa: D102 - its name says it
        return sum(KINDS[track.kind] * track.size for track in self.tracks)

    def to_json(self) -> dict[str, object]:
        """Return the scene as dicts, tuples, text and numbers."""
        plain = _plain(self)
        plain["layers"] = [{"kind": x.kind} | _plain(x) for x in self.layers]
        return plain


def _plain(value: object) -> dict[str, object]:
    """Return a dataclass as a dict, and those inside it or its tuples as dicts too."""

    def inner(part: object) -> object:
        if is_dataclass(part):
            return _plain(part)
        if isinstance(part, tuple) and part and is_dataclass(part[0]):
            return [_plain(one) for one in part]
        return part

    return {item.name: inner(getattr(value, item.name)) for item in fields(value)}
