"""Pictures of LeNet-5 at work: answers, layers, kernels, one sum, reasons."""

from collections.abc import Mapping

import plotly.graph_objects as go
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.ink import Stages
from engine.lenet import Cell
from playground.figures.grids import (
    Panel,
    make_clickable,
    mosaic,
    outline,
    row_of_panels,
)
from playground.theme import (
    CLASSES,
    FONT_SIZE,
    LINE_WIDTH,
    NEGATIVE,
    POSITIVE,
    new_figure,
)

PANELS = 260  # pixels: height of a row of panels
PATTERNS = ("", "/")  # of the first and the second reader's bars
MARGIN = 64  # grey level around pictures that are not square
# Layer -> (maps in a row of its mosaic, width of its panel).
MOSAICS = {
    "c1": (2, 20),
    "s2": (2, 14),
    "c3": (4, 20),
    "s4": (4, 14),
    "c5": (6, 7),
    "f6": (6, 7),
    "output": (1, 5),
}


def stage_pictures(stages: Stages, side: int = 224) -> list[Tensor]:
    """Return the stages after the ink as square grey pictures with unblurred pixels.

    Args:
        stages: from `engine.ink.stages`.
        side: pixels per side of each picture; smaller ones get a dark grey margin.

    Returns:
        Five uint8 [side, side]; the last shows the network's input, lowest number
        black and highest white.
    """
    last = stages.prepared[0, 0]
    spread = (last.max() - last.min()).clamp(min=1e-6)
    scaled = (last - last.min()) / spread * 255
    pictures = (stages.cropped, stages.fitted, stages.centred, stages.padded, scaled)
    return [_framed(picture, side) for picture in pictures]


def _framed(picture: Tensor, side: int) -> Tensor:
    """Return the picture as large as it fits into a square, on dark grey."""
    scale = side / max(picture.shape)
    height, width = (max(1, round(length * scale)) for length in picture.shape)
    grey = picture.clamp(0, 255).cpu()[None, None]
    mode = "nearest-exact" if scale >= 1 else "area"
    grown = F.interpolate(grey, size=(height, width), mode=mode)[0, 0]
    canvas = torch.full((side, side), MARGIN, dtype=torch.uint8)
    top, left = (side - height) // 2, (side - width) // 2
    canvas[top : top + height, left : left + width] = grown.round().to(torch.uint8)
    return canvas


def probability_bars(
    answers: Mapping[str, Tensor], *, digit: str, probability: str
) -> go.Figure:
    """Draw how probable each digit is, one group of bars per reader.

    Args:
        answers: translated name of a reader -> [10] probabilities; one or two. The
            numbers above the bars are the first one's.
        digit: translated axis title.
        probability: translated axis title.
    """
    bars = [
        go.Bar(
            x=list(range(10)),
            y=values.tolist(),
            name=name,
            marker={"color": colour, "pattern": {"shape": pattern}},
            textposition="outside",
            textangle=0,
            constraintext="none",
            textfont={"size": FONT_SIZE},
            cliponaxis=False,
            hovertemplate=f"{digit} %{{x}}<br>{probability} %{{y:.4f}}<extra></extra>",
        )
        for (name, values), colour, pattern in zip(
            answers.items(), CLASSES, PATTERNS, strict=False
        )
    ]
    bars[0].text = [f"{p:.0%}" if p >= 0.01 else "" for p in bars[0].y]
    return new_figure(
        bars,
        height=200 if len(answers) == 1 else 235,
        showlegend=len(answers) > 1,
        bargap=0.25,
        legend={"orientation": "h", "y": 1.1, "yanchor": "bottom"},
        xaxis={"title": {"text": digit}, "dtick": 1},
        yaxis={"title": {"text": probability}, "range": [0, 1.12], "dtick": 0.5},
    )


def layer_maps(
    activations: Mapping[str, Tensor], *, titles: Mapping[str, str]
) -> go.Figure:
    """Draw every layer's output, each layer at its own scale.

    Args:
        activations: layer -> [1, C, h, w] or [1, n], as `engine.lenet.activations`.
        titles: layer -> translated text above it.
    """
    panels = []
    for layer, output in activations.items():
        per_row, width = MOSAICS[layer]
        values = output[0]
        if values.dim() == 3:
            tiles, rows = mosaic(values, per_row), ()
        else:
            tiles = values.reshape(-1, per_row)
            rows = tuple(map(str, range(10))) if layer == "output" else ()
        panels.append(Panel(tiles, titles[layer], width, rows=rows))
    return row_of_panels(panels, height=PANELS)


def kernels(first: Tensor, second: Tensor, *, titles: tuple[str, str]) -> go.Figure:
    """Draw the weights of both convolutions; a column of the second is one filter.

    Args:
        first: [6, 1, 5, 5] weights of C1.
        second: [16, 6, 5, 5] weights of C3.
        titles: translated texts above the two.
    """
    columns = second.transpose(0, 1).flatten(0, 1)  # [6 * 16, 5, 5], one row per map
    panels = [
        Panel(mosaic(first[:, 0], 2), titles[0], 11),
        Panel(mosaic(columns, 16), titles[1], 89),
    ]
    return row_of_panels(panels, height=PANELS)


def one_sum(
    source: Tensor,
    feature_map: Tensor,
    place: tuple[int, int],
    cell: Cell,
    *,
    titles: tuple[str, ...],
) -> go.Figure:
    """Draw one value of a feature map and the patch, kernel and products behind it.

    Args:
        source: [C, H, W] float, the maps the patch is cut from.
        feature_map: [h, w] float, the map; each of its cells can be clicked.
        place: row and column of the value.
        cell: its arithmetic, from `engine.lenet.explain`.
        titles: translated texts above source, map, patch, kernel and products.
    """
    channels, side = len(source), source.shape[-1]
    per_row = 1 if channels == 1 else 2
    pictures = (source, feature_map[None], cell.patch, cell.kernel, cell.products)
    panels = [
        Panel(
            mosaic(maps, min(per_row, len(maps))),
            title,
            1,
            numbers=channels == 1 and index > 1,
        )
        for index, (maps, title) in enumerate(zip(pictures, titles, strict=True))
    ]
    figure = row_of_panels(panels, height=PANELS)
    stride = side // feature_map.shape[-1]
    for channel in range(channels):
        tile = (channel // per_row, channel % per_row)
        corner = tuple(
            at * (side + 1) + stride * step
            for at, step in zip(tile, place, strict=True)
        )
        outline(figure, 1, corner, cell.patch.shape[-1], NEGATIVE)
    outline(figure, 2, place, 1, NEGATIVE)
    make_clickable(figure, 2, feature_map)
    return figure


def reasons(
    picture: Tensor, gradient: Tensor, occlusion: Tensor, *, titles: tuple[str, ...]
) -> go.Figure:
    """Draw the input beside two answers to "which pixels mattered?".

    Args:
        picture: [32, 32] float, 0..255, what the network saw.
        gradient: [32, 32] float, from `engine.saliency.gradient`.
        occlusion: [32, 32] float, from `engine.saliency.occlusion`.
        titles: translated texts above the three.
    """
    panels = [
        Panel(picture, titles[0], 1, picture=True),
        Panel(gradient, titles[1], 1),
        Panel(occlusion, titles[2], 1),
    ]
    figure = row_of_panels(panels, height=PANELS)
    for index in (2, 3):  # the digit's outline, so that reasons can be located
        figure.add_contour(
            z=picture.cpu().numpy(),
            contours={"start": 127, "end": 127, "size": 1, "coloring": "none"},
            line={"width": LINE_WIDTH, "color": "#000000", "smoothing": 0},
            showscale=False,
            hoverinfo="skip",
            xaxis=f"x{index}",
            yaxis=f"y{index}",
        )
    return figure


def learning_curve(
    steps: list[int],
    losses: list[float],
    accuracies: list[float],
    *,
    titles: tuple[str, str, str],
) -> go.Figure:
    """Draw loss and accuracy while a network trains.

    Args:
        steps: numbers of the steps.
        losses: one per step.
        accuracies: one per step, fractions.
        titles: translated names of loss, accuracy and step.
    """
    loss, accuracy = (
        go.Scatter(
            x=steps,
            y=values,
            name=title,
            line={"color": colour, "width": LINE_WIDTH, "dash": dash},
        )
        for values, title, colour, dash in (
            (losses, titles[0], NEGATIVE, "solid"),
            (accuracies, titles[1], POSITIVE, "dash"),
        )
    )
    return new_figure(
        [loss, accuracy],
        height=250,
        showlegend=True,
        legend={"orientation": "h", "y": 1.2},
        xaxis={"title": {"text": titles[2]}, "rangemode": "tozero"},
        yaxis={"rangemode": "tozero"},
    )
