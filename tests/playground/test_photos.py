"""The photographs are where the package ships them, and cheap to read."""

import subprocess
import sys

import pytest
import torch

from playground.photos import PHOTOS, SIDE, grey_photo


@pytest.mark.parametrize("name", PHOTOS)
def test_every_photo_is_grey_and_not_too_large(name):
    levels = grey_photo(name)
    assert levels.dtype == torch.uint8
    assert max(levels.shape) <= SIDE
    assert min(levels.shape) >= 300
    assert levels.float().std() > 20


def test_reading_a_photo_does_not_bring_scipy_along():
    program = (
        "import sys; from playground.photos import grey_photo; grey_photo('camera');"
        "print({'scipy', 'skimage.data'} & set(sys.modules))"
    )
    run = [sys.executable, "-c", program]
    done = subprocess.run(run, check=True, capture_output=True, text=True)
    assert done.stdout == "set()\n"
