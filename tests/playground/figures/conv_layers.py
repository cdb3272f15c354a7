"""Layers for the tests of the sliding view, and what their film holds."""

import numpy as np
import torch

from engine.conv_examples import kernels, picture
from engine.conv_settings import Axis, ConvSettings
from playground.figures.conv_frames import film
from playground.figures.conv_scene import Words, scene
from playground.figures.conv_stage import stage
from playground.figures.conv_story import Layer, Names, tell

NAMES = Names("channel {number}", "slice {number}", "ch. {channel}, slice {depth}")
SQUARE = (Axis(6), Axis(6))
WORDS = Words(
    input="input",
    patch="window",
    given="kernel",
    kernel="w",
    products="x · w",
    output="output",
    cell="cell",
    more="planes not drawn: {count}",
    dropped="striped",
    cut="dashed",
    spoken="{place:2}",
)


def layer(kind="conv2d", axes=SQUARE, image="course", kernel="vertical", **k):
    """A layer of the course's picture and a vertical edge, unless told."""
    places = {name: k.pop(name) for name in ("channel", "depth", "first") if name in k}
    settings = ConvSettings(kind, tuple(axes), **k)
    sizes = [axis.size for axis in axes]
    bias = torch.full((settings.filters,), 2.0).double() if settings.bias else None
    weights = kernels(kernel, settings.weight_shape) if settings.learns else None
    values = picture(image, sizes, settings.channels)
    return Layer(settings, values, weights, bias, **places)


def filmed(slide, pinned=0):
    """Return stage, tracks, every track as [T, numbers], and the times."""
    place = stage(slide)
    tracks, frames, times = film(slide, place, pinned)
    table = np.stack([np.frombuffer(frame, dtype=np.float32) for frame in frames])
    ends = np.cumsum([track.size for track in tracks])
    assert table.shape[1] == ends[-1]
    parts = np.split(table, ends[:-1], axis=1)
    named = {track.name: part for track, part in zip(tracks, parts, strict=True)}
    return place, tracks, named, times


def drawn(given):
    """Return the scene of a layer, and its slide."""
    slide = tell(given, NAMES)
    place, tracks, _named, _times = filmed(slide)
    return scene(slide, place, tracks, WORDS, (("a", "1"),)), slide


def texts(made):
    return [part.template for part in made.layers if part.kind == "text"]
