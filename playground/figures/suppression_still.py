"""A still of suppression: all boxes, those kept and those dropped."""

from collections.abc import Collection, Sequence

import plotly.graph_objects as go

from engine.box_scenes import BoxScene
from playground import theme
from playground.figures.suppression import shade_of

MUTED = "rgba(124, 135, 147, 1)"  # seen on white and on black


def still(
    scene: BoxScene,
    names: Sequence[str],
    kept: Collection[int],
    frame: tuple[float, float, float, float],
) -> go.Figure:
    """Return the boxes of a picture: kept ones solid, dropped ones grey and dashed.

    Args:
        scene: the boxes.
        names: of the classes, translated.
        kept: indices of the boxes kept.
        frame: left, top, width and height of the picture, pixels.
    """
    lines, notes = [], []
    for index, (box, score) in enumerate(
        zip(scene.boxes.tolist(), scene.scores.tolist(), strict=True)
    ):
        x0, y0, x1, y1 = box
        stays, label = index in kept, int(scene.labels[index])
        line = {
            "color": shade_of(label) if stays else MUTED,
            "dash": "solid" if stays else "dot",
            "width": theme.LINE_WIDTH * (1.6 if stays else 1),
        }
        across, down = [x0, x1, x1, x0, x0], [y0, y0, y1, y1, y0]
        lines.append(go.Scatter(x=across, y=down, mode="lines", line=line))
        if stays:
            text = f"{index + 1} {names[label]} {score:.2f}"
            notes.append(
                {"x": x0, "y": y0, "text": text, "showarrow": False}
                | {"xanchor": "left", "yanchor": "bottom"}
            )
    left, top, width, height = frame
    return theme.new_figure(
        lines,
        height=420,
        annotations=notes,
        xaxis={"range": [left, left + width], "constrain": "domain"},
        yaxis={"range": [top + height, top], "scaleanchor": "x"},
    )
