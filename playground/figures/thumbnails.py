"""Each lesson's card on the home page, drawn by the lesson's own figure builder."""

import plotly.graph_objects as go
import torch

from engine import lenet
from engine.ink import prepare
from engine.strokes import handwritten, render
from playground.figures.digits import layer_maps

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


THUMBNAILS = {"digits": digits}  # slug -> figure
