"""Small trainings of every kind, and frames taken apart, for the tests of figures."""

import numpy as np
import torch
from hypothesis import strategies as st

from engine.spec import Spec
from engine.training import start
from playground.player.scene import KINDS

SPAN = (-3.0, 3.0)
FEATURES = (
    ("x1", "x2"),
    ("x1",),
    ("x2", "sin_x1", "x1_x2"),
    ("degree_3",),
    ("degree_8", "cos_x2"),
)
ACTIVATIONS = ("tanh", "relu", "sigmoid", "linear", "gelu", "step")
NUMPY = {"f32": np.float32, "u8": np.uint8}


@st.composite
def specs(draw, *, most=8):
    """Draw a spec of up to `most` hidden layers, one network."""
    layers = tuple(draw(st.lists(st.integers(1, 32), max_size=most)))
    one = st.sampled_from(ACTIVATIONS)
    each = st.tuples(*[one] * len(layers)) if layers else st.tuples(one)
    data, classes = draw(
        st.sampled_from([("xor", 2), ("spiral", 3), ("gaussians", 6), ("plane", 2)])
    )
    return Spec(
        data=data,
        classes=classes,
        loss="mse" if data == "plane" else "cross_entropy",
        count=24,
        features=draw(st.sampled_from(FEATURES)),
        layers=layers,
        activations=draw(st.tuples(one) | each),
        batch_norm=draw(st.booleans()),
        seed=draw(st.integers(0, 99)),
    )


def trained(spec, epochs=1):
    """Return a run after some epochs and its newest checkpoint."""
    run = start(spec)
    run.advance(epochs)
    return run, run.store()


def apart(tracks, frame):
    """Return the numbers of every track of a frame, which must hold nothing else."""
    parts, start_ = {}, 0
    for track in tracks:
        end = start_ + KINDS[track.kind] * track.size
        parts[track.name] = np.frombuffer(frame[start_:end], NUMPY[track.kind])
        start_ = end
    assert len(frame) == start_
    return parts


def middle(row, column, side, span=SPAN):
    """Return the middle of a cell; row 0 is at the top."""
    low, high = span
    step = (high - low) / side
    return low + (column + 0.5) * step, high - (row + 0.5) * step


def middles(side, span=SPAN, *, every=1):
    """Return the middles of all cells, or of one in `every` along rows and columns."""
    taken = range(every // 2, side, every)
    return torch.tensor([middle(r, c, side, span) for r in taken for c in taken])


def as_bytes(values):
    """Return values of [-1, 1] as numbers of [0, 255], not yet rounded."""
    return ((np.asarray(values, np.float64).clip(-1, 1)) + 1) * 127.5
