"""Each lesson's card on the home page, drawn by the lesson's own figure builder."""

import plotly.graph_objects as go
import torch

from engine import lenet
from engine.ink import prepare
from engine.strokes import handwritten, render
from engine.training import Spec, start
from playground.figures.digits import layer_maps
from playground.figures.stills import boundary_still

HEIGHT = 150  # pixels


def digits() -> go.Figure:
    """Return what C1 and C3 make of a seven."""
    with torch.inference_mode():
        said = lenet.activations(lenet.load(), prepare(render(handwritten(7, seed=3))))
    shown = {layer: said[layer] for layer in ("c1", "s2", "c3")}
    figure = layer_maps(shown, titles=dict.fromkeys(shown, ""))
    figure.update_layout(height=HEIGHT)
    figure.update_yaxes(domain=[0, 1])
    return figure


def boundaries() -> go.Figure:
    """Return the boundary of a spiral after a few epochs."""
    run = start(Spec(noise=0.05, seed=1))
    run.advance(150)
    figure = boundary_still(run, run.store(), span=(-3.0, 3.0), names=("", ""))
    figure.update_traces(marker_size=3, selector={"mode": "markers"})
    figure.update_layout(height=HEIGHT)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return figure


THUMBNAILS = {"boundaries": boundaries, "digits": digits}  # slug -> figure
