"""A network as a row of volumes, and under it where its numbers sit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from engine.layer_plan import Shape
from engine.layer_report import Row
from playground import theme
from playground.figures.architecture_solids import TALLEST, faces, sides, solids
from playground.figures.numerals import grouped

HEIGHT = 420  # pixels
BELOW = -0.1  # where the channels are written
PIXELS, LETTER, SMALLEST = 640, 0.55, 12  # all columns; a letter per type size; type
ROW = 60  # pixels, about: a row of bars
BARS = ((0.38, 0.55), (0.19, 0.36), (0.0, 0.17))  # where each row of bars lies
PATTERNS = ("", "/", ".")


@dataclass(frozen=True)
class Words:
    """What the picture says, translated."""

    input: str
    sides: str
    channels: str
    parameters: str
    multiplies: str
    memory: str


def picture(
    network: tuple[Shape, Sequence[Row]],
    words: Words,
    *,
    chosen: int = 0,
    failed: str = "",
    font: int = theme.FONT_SIZE,
) -> go.Figure:
    """Draw the volumes of a network and three rows of bars: each layer's share.

    Args:
        network: shape of the input; rows of the report, perhaps none.
        words: translated texts.
        chosen: number of the layer that is marked, from 1; 0 for none.
        failed: name of the layer that cannot take what arrives; "" if there is none.
        font: size of the type of axes.
    """
    shape, rows = network
    shapes = [shape, *(row.shape for row in rows)]
    names = [words.input, *_short(rows), *([failed] if failed else [])]
    measures = (
        (words.parameters, [row.parameters for row in rows]),
        (words.multiplies, [row.multiplies for row in rows]),
        (words.memory, [row.memory for row in rows]),
    )
    bars, axes = [], {}
    for number, (title, values) in enumerate(measures):
        bars.append(_bars(number, values, names, font))
        longest = max([*values, 1])
        most = longest / (1 - 1.25 * font / ROW)  # room for the share above the bar
        axes[f"yaxis{number + 2}"] = _titles([(longest / 2, title)], font) | {
            "domain": BARS[number],
            "range": [0, most],
        }
    crosses = [_cross(len(shapes), failed)] if failed else []
    tall = [(TALLEST / 2, words.sides), (BELOW, words.channels)]
    return theme.new_figure(
        [*faces(solids(shapes), chosen), _handles(shapes, names), *crosses, *bars],
        height=HEIGHT,
        annotations=_labels(shapes, font),
        shapes=[_mark(chosen)] if chosen else [],
        bargap=0.25,
        hovermode="closest",
        xaxis=_columns(names, font),
        yaxis=_titles(tall, font) | {"domain": [0.6, 1.0], "range": [-0.19, 1.02]},
        **axes,
    )


def _short(rows: Sequence[Row]) -> list[str]:
    """Return the names of rows; inside a single block, without the block's name."""
    names = [row.name for row in rows]
    block = names[0].partition(".")[0] + "." if names else ""
    if all(name.startswith(block) for name in names):
        return [name.removeprefix(block) for name in names]
    return names


def sketch(shapes: Sequence[Shape], height: int) -> go.Figure:
    """Draw volumes alone, without a word.

    Args:
        shapes: from the input to the last layer.
        height: pixels.
    """
    return theme.new_figure(
        faces(solids(shapes), 0),
        height=height,
        xaxis={"visible": False, "range": [-0.6, len(shapes) - 0.2]},
        yaxis={"visible": False, "range": [-0.02, 0.8]},
    )


def _handles(shapes: Sequence[Shape], names: Sequence[str]) -> go.Scatter:
    """Return unseen points on the volumes, to click on and to ask for their shape."""
    return go.Scatter(
        x=list(range(len(shapes))),
        y=[0.2] * len(shapes),
        mode="markers",
        marker={"size": 30, "opacity": 0.0},
        selected={"marker": {"opacity": 0.0}},
        unselected={"marker": {"opacity": 0.0}},
        text=[
            f"{name}: {'×'.join(map(str, shape))}"
            for name, shape in zip(names, shapes, strict=False)
        ],
        hovertemplate="%{text}<extra></extra>",
    )


def _bars(
    number: int, values: Sequence[int], names: Sequence[str], font: int
) -> go.Bar:
    """Return one row of bars with each layer's share of the whole."""
    whole = sum(values) or 1
    shares = [value / whole for value in values]
    if _room(len(names), "100%", font):
        texts = [f"{share:.0%}" if share >= 0.005 else "" for share in shares]
    else:
        largest = shares.index(max(shares)) if shares else 0
        texts = [f"{s:.0%}" if i == largest else "" for i, s in enumerate(shares)]
    return go.Bar(
        x=list(range(1, len(values) + 1)),
        y=list(values),
        marker={
            "color": theme.CLASSES[number],
            "pattern": {"shape": PATTERNS[number]},
        },
        unselected={"marker": {"opacity": 1.0}},  # a click does not pale the others
        text=texts,
        textposition="outside",
        textangle=0,
        textfont={"size": font},
        constraintext="none",
        cliponaxis=False,
        customdata=[
            [name, grouped(value), f"{share:.1%}"]
            for name, value, share in zip(names[1:], values, shares, strict=False)
        ],
        hovertemplate="%{customdata[0]}: %{customdata[1]} "
        "(%{customdata[2]})<extra></extra>",
        yaxis=f"y{number + 2}",
    )


def _room(count: int, text: str, font: int) -> bool:
    """Return whether a text of that length fits into each of so many columns."""
    return _columns_of(count, text, font) <= 1


def _columns_of(count: int, text: str, font: int) -> float:
    """Return how many of so many columns a text takes."""
    return (len(text) * LETTER * font + 4) * count / PIXELS


def _columns(names: Sequence[str], font: int) -> dict[str, object]:
    """Return the axis along the layers: names, level or turned, or only numbers."""
    count = len(names)
    size = min(font, int(PIXELS / count / 1.2))
    level = _room(count, max(names, key=len), font)
    places = list(range(count))
    texts, angle = list(names), 0 if level else -45
    if size < SMALLEST:
        places = list(range(10, count, 10))
        size, texts, angle = font, list(map(str, places)), 0
    return {
        "range": [-0.6, count - 0.4],
        "tickvals": places,
        "ticktext": texts,
        "tickangle": angle,
        "tickfont": {"size": font if level else size},
        "showgrid": False,
        "anchor": "y4",
    }


def _titles(titles: Sequence[tuple[float, str]], font: int) -> dict[str, object]:
    """Return an axis that only says, at some places, what stands there."""
    values, texts = zip(*titles, strict=True)
    return {
        "tickvals": values,
        "ticktext": texts,
        "tickfont": {"size": font},
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "automargin": True,
    }


def _labels(shapes: Sequence[Shape], font: int) -> list[dict[str, object]]:
    """Return the sizes written at the volumes: sides above, channels below.

    Where columns are narrow, only what differs from the one before is written, and
    nothing over a neighbour.
    """
    above = [sides(shape) for shape in shapes]
    if not _room(len(shapes), max(above, key=len), font):
        above = [text.partition("×")[0] for text in above]
    below = [str(shape[0]) for shape in shapes]
    heights = [solid.top[2][1] for solid in solids(shapes)]
    return [
        *(_note(x, heights[x], above[x], "bottom") for x in _shown(above, font)),
        *(_note(x, BELOW, below[x], "middle") for x in _shown(below, font)),
    ]


def _shown(texts: Sequence[str], font: int) -> Iterator[int]:
    """Yield the places whose text is written; see `_labels`."""
    count = len(texts)
    roomy = _room(count, max(texts, key=len), font)
    before, free = "", 0.0
    for place, text in enumerate(texts):
        if text and (roomy or (text != before and place >= free)):
            before, free = text, place + _columns_of(count, text, font)
            yield place


def _note(x: float, y: float, text: str, anchor: str) -> dict[str, object]:
    return {"x": x, "y": y, "text": text, "yanchor": anchor, "showarrow": False}


def _cross(place: int, name: str) -> go.Scatter:
    """Return the sign of a layer that cannot take what arrives."""
    return go.Scatter(
        x=[place],
        y=[TALLEST / 2],
        mode="markers",
        marker={"symbol": "x", "size": 20, "color": theme.CLASSES[4]},
        unselected={"marker": {"opacity": 1.0}},
        hovertemplate=f"{name}<extra></extra>",
    )


def _mark(chosen: int) -> dict[str, object]:
    """Return a pale band over the layer chosen, through all charts."""
    return {
        "type": "rect",
        "x0": chosen - 0.48,
        "x1": chosen + 0.48,
        "y0": 0,
        "y1": 0.56,
        "yref": "paper",
        "fillcolor": theme.NEGATIVE,
        "opacity": 0.14,
        "line": {"width": 0, "color": "rgba(0,0,0,0)"},
        "layer": "below",
    }
