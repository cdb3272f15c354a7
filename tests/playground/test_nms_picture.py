"""Pictures under the boxes: grey where something is, clear elsewhere."""

import base64
from io import BytesIO

import numpy as np
import torch
from PIL import Image

from engine.average_precision import Truth
from playground.panels.nms_picture import GREY, grey_ink, silhouettes


def opened(address):
    """Return a picture's red, green, blue and alpha, [H, W, 4]."""
    kind, data = address.split(",")
    assert kind == "data:image/png;base64"
    return np.asarray(Image.open(BytesIO(base64.b64decode(data))))


def test_ink_is_grey_as_strong_as_its_level():
    levels = torch.tensor([[0, 100], [255, 7]], dtype=torch.uint8)
    picture = opened(grey_ink(levels))
    assert (picture[:, :, :3] == GREY).all()
    assert picture[:, :, 3].tolist() == levels.tolist()


def test_silhouettes_lie_in_their_boxes_only():
    boxes = torch.tensor([[20.0, 60, 80, 200], [150, 100, 260, 160]])
    picture = opened(silhouettes("test", Truth(boxes, torch.tensor([0, 1]))))
    assert picture.shape == (240, 320, 4)
    inside = np.zeros((240, 320), dtype=bool)
    for x1, y1, x2, y2 in boxes.int().tolist():
        part = picture[y1:y2, x1:x2, 3]
        assert (part > 0).mean() > 0.4
        inside[y1 - 1 : y2 + 1, x1 - 1 : x2 + 1] = True
    assert not picture[~inside, 3].any()
