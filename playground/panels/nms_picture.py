"""Pictures under the boxes: grey on nothing, so that they suit both themes."""

import base64
from io import BytesIO

import numpy as np
import streamlit as st
import torch
from PIL import Image
from torch import Tensor

from engine.average_precision import Truth
from engine.box_scenes import HEIGHT, WIDTH
from engine.street import Thing, street

GREY = (124, 135, 147)  # seen on white and on black
FAINT = 0.6  # how much of a silhouette is seen


def grey_ink(levels: Tensor) -> str:
    """Return a picture's data address: grey where levels are high, nothing at 0.

    Args:
        levels: uint8 [H, W].
    """
    colour = np.broadcast_to(np.array(GREY, np.uint8), (*levels.shape, 3))
    image = Image.fromarray(np.concatenate((colour, levels.numpy()[:, :, None]), 2))
    file = BytesIO()
    image.save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


@st.cache_data(max_entries=64, show_spinner=False)
def silhouettes(source: str, _truth: Truth) -> str:
    """Return the silhouettes of people and cars as a data address.

    Args:
        source: tells scenes apart.
        _truth: their boxes; labels 0 for a person, 1 for a car.
    """
    boxes = map(tuple, _truth.boxes.tolist())
    things = [
        Thing(label, box)
        for label, box in zip(_truth.labels.tolist(), boxes, strict=True)
    ]
    with_them, without = (street(those, WIDTH)[:HEIGHT] for those in (things, ()))
    ink = FAINT * (255 - with_them.float())  # the darker, the more
    return grey_ink(torch.where(with_them != without, ink, 0.0).to(torch.uint8))
