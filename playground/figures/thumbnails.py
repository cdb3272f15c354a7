"""Each lesson's card on the home page, drawn by the lesson's own figure builder."""

import plotly.graph_objects as go
import torch

from engine import box_sizes, lenet
from engine.anchors import kmeans_steps
from engine.averages import smooth
from engine.box_scenes import WIDTH, hand_made
from engine.boxes import nms
from engine.conv_examples import kernels, picture
from engine.conv_settings import Axis, ConvSettings
from engine.courses import Course, Racer
from engine.expressions import parse
from engine.filters import Filter
from engine.forms import Form
from engine.ink import prepare
from engine.races import race
from engine.responses import Setting, respond
from engine.series import temperatures
from engine.street import Thing, street
from engine.strokes import handwritten, render
from engine.training import Spec, start
from engine.yolo import assigned, encode
from playground.figures.activations import Chosen
from playground.figures.activations import Words as PlotWords
from playground.figures.activations import still as functions_still
from playground.figures.anchor_search import Search, by_last_area
from playground.figures.anchor_stills import sizes_still
from playground.figures.architectures import sketch as volumes
from playground.figures.average_stills import averages_still
from playground.figures.averages import Look
from playground.figures.conv_still import still as conv_still
from playground.figures.conv_story import Layer
from playground.figures.digits import layer_maps
from playground.figures.filters_paint import grey, signed
from playground.figures.filters_still import still as filters_still
from playground.figures.graph_still import graph_sketch
from playground.figures.graph_story import tell
from playground.figures.race import Runner
from playground.figures.race_still import map_still
from playground.figures.stills import boundary_still
from playground.figures.suppression_still import still as suppression_still
from playground.figures.yolo_still import target_still
from playground.figures.yolo_target import Shown
from playground.photos import grey_photo

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


def activations() -> go.Figure:
    """Return three activation functions over their slopes."""
    forms = tuple(map(Form, ("sigmoid", "tanh", "relu")))
    words = PlotWords(value="", slope="", shaded="", spoken="")
    figure = functions_still(Chosen(forms, ("1", "2", "3"), 3), words)
    figure.update_layout(height=HEIGHT, showlegend=False)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return figure


def backprop() -> go.Figure:
    """Return the graph of a small network's error."""
    formula = "h = sigmoid(w*x + u*y); k = sigmoid(v*x + p*y); E = (t - q*h - r*k)^2"
    graph = parse(formula)
    inputs = dict.fromkeys(graph.inputs, 0.5)
    return graph_sketch(tell(graph, inputs, lines=False), height=HEIGHT)


def optimizers() -> go.Figure:
    """Return three optimizers on their way down Himmelblau's surface."""
    course = Course("himmelblau", start=(0.0, 0.0), steps=60)
    rates = {"sgd": 0.003, "momentum": 0.003, "adam": 0.3}
    racers = [Racer(name, (("learning_rate", rate),)) for name, rate in rates.items()]
    runners = [Runner("", number) for number in range(1, len(racers) + 1)]
    figure = map_still(course.ground, runners, race(course, racers))
    figure.update_layout(height=HEIGHT)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return figure


def averages() -> go.Figure:
    """Return a year of temperatures with its average, as it is and corrected."""
    shown = smooth(temperatures(), (0.98,), 10)
    look = Look(("plain", "corrected"), 0, ())
    figure = averages_still(shown, look, day="", value="", moving="")
    figure.update_layout(height=HEIGHT, showlegend=False)
    figure.update_traces(marker_size=2, selector={"mode": "markers"})
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return figure


def convolution() -> go.Figure:
    """Return a picture of two halves, a kernel, and the edge it finds."""
    settings = ConvSettings("conv2d", (Axis(6), Axis(6)))
    image = picture("bright_dark", (6, 6), 1)
    weights = kernels("vertical", settings.weight_shape)
    figure = conv_still(Layer(settings, image, weights), ("", "", ""))
    figure.layout.annotations = ()  # its titles
    figure.update_layout(height=HEIGHT)
    return figure


def architectures() -> go.Figure:
    """Return the volumes of a network like LeNet-5, from the picture to the answer."""
    shapes = ((1, 32, 32), (6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5), (120,))
    return volumes(shapes, height=HEIGHT)


def filters() -> go.Figure:
    """Return a photograph, Sobel's kernel, and the vertical edges it finds."""
    photo, setting = grey_photo("camera")[::3, ::3], Setting(Filter("sobel"))
    response = signed(respond(photo, setting.weights)).painted
    figure = filters_still(grey(photo), setting.weights, response, ("", "", ""))
    figure.update_layout(height=HEIGHT)
    return figure


def iou_nms() -> go.Figure:
    """Return five people found in a crowd, and what was dropped on the way."""
    scene = hand_made("crowd")
    kept = nms(scene.boxes, scene.scores, 0.5).tolist()
    frame = (0.0, 30.0, float(WIDTH), 200.0)
    figure = suppression_still(scene, ("", ""), kept, frame)
    figure.layout.annotations = ()  # numbers and scores
    figure.update_layout(height=HEIGHT)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return figure


def anchors() -> go.Figure:
    """Return the sizes of digits with the four anchors found for them."""
    sizes = box_sizes.detector()
    steps = by_last_area(tuple(kmeans_steps(sizes, 4, seed=0)))
    figure = sizes_still(Search(sizes, steps, ()), width="", height="", at=HEIGHT)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return figure


def yolo() -> go.Figure:
    """Return three objects under a grid of 3 x 3 cells, and who owns them."""
    things = (
        Thing(0, (62, 130, 118, 330)),
        Thing(1, (150, 170, 370, 290)),
        Thing(2, (235, 285, 355, 400)),
    )
    boxes = torch.tensor([thing.box for thing in things]).float()
    manner = {"image": (420, 420), "grid": 3, "anchors": torch.ones(1, 2)}
    target = encode(boxes, torch.arange(3), classes=3, **manner)
    picture, order = grey(street(things, 420)).address(), (0, 1, 2)
    slots, cell = assigned(boxes, **manner), (1, 1)
    shown = Shown(
        picture, (420, 420), boxes, order, order, slots, target, cell, None, boxes
    )
    figure = target_still(shown, ("", "", ""))
    figure.update_layout(height=HEIGHT)
    return figure


THUMBNAILS = {  # slug -> figure
    "boundaries": boundaries,
    "activations": activations,
    "backprop": backprop,
    "optimizers": optimizers,
    "averages": averages,
    "digits": digits,
    "filters": filters,
    "architectures": architectures,
    "convolution": convolution,
    "iou_nms": iou_nms,
    "anchors": anchors,
    "yolo": yolo,
}
