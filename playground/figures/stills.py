"""Stills of a training for slides: the decision boundary and the loss curves."""

from collections.abc import Sequence

import plotly.graph_objects as go

from engine.history import Checkpoint
from engine.training import Run
from playground import theme
from playground.figures.clouds import colors
from playground.figures.paint import field, lattice

CELLS = 120  # along the boundary
LINE = {"width": theme.LINE_WIDTH}


def boundary_still(
    run: Run, at: Checkpoint, *, span: tuple[float, float], names: Sequence[str]
) -> go.Figure:
    """Return the decision boundary of the first network with its points.

    Args:
        run: the training.
        at: the moment.
        span: lowest and highest coordinate shown.
        names: translated words for training and for test points.
    """
    output = run.predict(lattice(span, CELLS), at=at)[0]
    pixels = field(output, run.task, hard=False)
    step = (span[1] - span[0]) / CELLS
    places = {"x0": span[0] + step / 2, "dx": step}
    if run.outputs > 1:
        image = pixels.view(CELLS, CELLS, 3).flip(0).numpy()
        data = [go.Image(z=image, y0=span[0] + step / 2, dy=step, **places)]
    else:
        rows = pixels.view(CELLS, CELLS).flip(0).numpy()
        shared = places | {"z": rows, "y0": span[0] + step / 2, "dy": step}
        scale = {"colorscale": theme.DIVERGING, "zmin": 0, "zmax": 255}
        line = {"start": 127.5, "end": 127.5, "coloring": "none"}
        data = [
            go.Heatmap(**shared, **scale, showscale=False, zsmooth="best"),
            go.Contour(**shared, contours=line, line=LINE, showscale=False),
        ]
    for samples, symbol, name in zip(
        (run.train, run.test), ("circle", "circle-open"), names, strict=True
    ):
        data.append(
            go.Scatter(
                x=samples.points[:, 0].tolist(),
                y=samples.points[:, 1].tolist(),
                mode="markers",
                name=name,
                marker={
                    "symbol": symbol,
                    "size": 7,
                    "color": _css(colors(samples.labels, run.task)),
                    "line": {"width": 1.5 if symbol == "circle-open" else 0.8}
                    | ({} if symbol == "circle-open" else {"color": "#ffffff"}),
                },
            )
        )
    return theme.new_figure(
        data,
        height=460,
        xaxis={"title": {"text": "x₁"}, "range": span, "constrain": "domain"},
        yaxis={"title": {"text": "x₂"}, "range": span, "scaleanchor": "x"},
    )


def curves_still(run: Run, *, names: Sequence[str], epoch: str) -> go.Figure:
    """Return training and test loss of the first network against the epoch.

    Args:
        run: the training.
        names: translated words for training and test loss.
        epoch: translated name of the axis.
    """
    history = run.history
    series = (
        (history.train_loss, theme.CLASSES[2], "solid"),
        (history.test_loss, theme.CLASSES[4], "dash"),
    )
    lines = [
        go.Scatter(
            x=history.epochs.tolist(),
            y=losses[:, 0].tolist(),
            mode="lines",
            name=name,
            line=LINE | {"color": color, "dash": dash},
        )
        for (losses, color, dash), name in zip(series, names, strict=True)
    ]
    return theme.new_figure(
        lines,
        showlegend=True,
        xaxis={"title": {"text": epoch}},
        yaxis={"rangemode": "tozero"},
    )


def _css(chosen: Sequence[str | int]) -> list[str]:
    return [theme.shaded(theme.LABELS[c]) if isinstance(c, int) else c for c in chosen]
