"""Pictures from strangers: every usual kind is read, every other refused in time."""

import io
import struct
import zlib

import numpy as np
import pytest
import torch
from PIL import Image, ImageFile, PngImagePlugin

from playground.uploads import SIDE, PictureError, grey_picture

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")
WIDE = np.zeros((40, 80, 3), dtype=np.uint8)  # black, with one white corner
WIDE[:20, :20] = 255


def encoded(picture, kind="PNG", **options):
    """Return a picture as an upload."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    file.seek(0)
    return file


def chunk(name, content):
    """Return one chunk of a PNG."""
    body = name + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def header_only(width, height):
    """Return a PNG that says how large it is and then breaks off."""
    sizes = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return io.BytesIO(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", sizes) + b"\0\0\xff\xffIDAT"
    )


def reason(file):
    with pytest.raises(PictureError) as caught:
        grey_picture(file)
    return caught.value.reason


@pytest.mark.parametrize("kind", FORMATS)
def test_every_usual_format_is_read(kind):
    grey = grey_picture(encoded(Image.fromarray(WIDE), kind))
    assert grey.dtype == torch.uint8
    assert grey.shape == (40, 80)
    assert grey[2:18, 2:18].min() > 240
    assert grey[24:, 24:].max() < 15


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        pytest.param((280, 100), (100, 280), id="as large as allowed"),
        pytest.param((281, 100), (100, 280), id="a pixel too wide"),
        pytest.param((1000, 500), (140, 280), id="wide"),
        pytest.param((600, 3000), (280, 56), id="tall"),
        pytest.param((9000, 1), (1, 280), id="a line"),
        pytest.param((1, 1), (1, 1), id="a pixel"),
        pytest.param((5000, 4000), (224, 280), id="just 20 million pixels"),
    ],
)
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_large_pictures_become_small_and_small_ones_stay(kind, size, shape):
    grey = grey_picture(encoded(Image.new("L", size, 100), kind))
    assert max(grey.shape) <= SIDE
    assert tuple(grey.shape) == pytest.approx(shape, abs=1)
    assert grey.unique().tolist() == [100]


UPRIGHT = {  # value of EXIF's orientation -> where the white corner belongs
    1: lambda stored: stored,
    2: lambda stored: stored[:, ::-1],
    3: lambda stored: stored[::-1, ::-1],
    4: lambda stored: stored[::-1],
    5: lambda stored: stored.T,
    6: lambda stored: stored[::-1].T,
    7: lambda stored: stored[::-1, ::-1].T,
    8: lambda stored: stored.T[::-1],
}


@pytest.mark.parametrize("orientation", UPRIGHT)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_picture_is_turned_upright(kind, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    grey = grey_picture(encoded(Image.fromarray(WIDE), kind, exif=exif)).numpy()
    wanted = UPRIGHT[orientation](WIDE[:, :, 0])
    assert grey.shape == wanted.shape
    assert np.abs(grey.astype(int) - wanted).mean() < 5


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    "exif",
    [b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff"],
    ids=["empty", "offset far away", "entries missing"],
)
def test_broken_exif_spoils_no_picture(kind, exif):
    grey = grey_picture(encoded(Image.fromarray(WIDE), kind, exif=exif))
    assert grey.shape == (40, 80)


def test_transparent_parts_are_white():
    picture = Image.new("RGBA", (30, 20), (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), (10, 0, 20, 20))
    picture.paste((0, 0, 0, 128), (20, 0, 30, 20))
    row = grey_picture(encoded(picture))[10].tolist()
    assert row == [255] * 10 + [0] * 10 + [127] * 10


@pytest.mark.parametrize("transparent", [0, bytes([0, 255])], ids=["one", "each"])
@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_transparent_colour_of_a_palette_is_white(kind, transparent):
    if kind == "GIF" and transparent != 0:
        transparent = 0  # the format knows one such colour only
    picture = Image.new("P", (20, 20), 0)
    picture.putpalette([0, 0, 0, 90, 90, 90])
    picture.paste(1, (5, 5, 15, 15))
    grey = grey_picture(encoded(picture, kind, transparency=transparent))
    assert grey[0, 0] == 255
    assert grey[10, 10] == 90


@pytest.mark.parametrize(
    ("mode", "kind", "colour", "grey"),
    [
        ("1", "PNG", 1, 255),
        ("L", "PNG", 77, 77),
        ("LA", "PNG", (77, 255), 77),
        ("RGB", "PNG", (77, 77, 77), 77),
        ("RGB", "PNG", (255, 0, 0), 76),
        ("CMYK", "JPEG", (0, 0, 0, 178), 77),
        ("I;16", "PNG", 77 * 257, 77),
        ("I;16", "PNG", 65535, 255),
    ],
    ids=["1 bit", "grey", "alpha", "RGB", "red", "CMYK", "16 bits", "16 bits white"],
)
def test_every_kind_of_pixel_becomes_its_grey(mode, kind, colour, grey):
    picture = grey_picture(encoded(Image.new(mode, (400, 300), colour), kind))
    assert picture.shape == (210, 280)
    assert picture.float().mean().item() == pytest.approx(grey, abs=2)
    assert picture.unique().numel() == 1


def test_first_frame_of_an_animation_counts():
    frames = [Image.new("L", (30, 20), level) for level in (10, 120, 240)]
    file = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert grey_picture(file).unique().tolist() == [10]


@pytest.mark.parametrize(
    ("width", "height"),
    [(5000, 4001), (8000, 7500), (10_000, 10_000), (50_000, 50_000), (2**31 - 1, 2)],
    ids=["a row too many", "60 million", "above Pillow's warning", "bomb", "line"],
)
def test_too_many_pixels_are_refused_before_any_is_decoded(width, height):
    assert reason(header_only(width, height)) == "size"


def test_whole_picture_of_60_million_pixels_is_refused_undecoded(monkeypatch):
    def load(_self):
        pytest.fail("decoded")

    file = encoded(Image.new("1", (8000, 7500)))
    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", load)
    assert reason(file) == "size"


NO_PICTURES = {
    "empty": b"",
    "zero byte": b"\0",
    "GIF's name": b"GIF89a",
    "CSV": b"digit,probability\n7,0.99\n",
    "text": "Zürich — no picture\n".encode(),
    "SVG": b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
    "PDF": b"%PDF-1.7\n",
    "ZIP": b"PK\x03\x04" + bytes(100),
    "PNG's name": b"\x89PNG\r\n\x1a\n",
    "JPEG's name": b"\xff\xd8\xff" + bytes(2000),
    "BMP's name": b"BM" + bytes(2000),
    "WebP's name": b"RIFF\xff\xff\xff\x7fWEBPVP8 " + bytes(2000),
}


@pytest.mark.parametrize("content", NO_PICTURES.values(), ids=NO_PICTURES)
def test_what_is_no_picture_is_refused(content):
    assert reason(io.BytesIO(content)) == "format"


@pytest.mark.parametrize("kind", ["TIFF", "PPM", "ICO"])
def test_other_formats_are_refused(kind):
    assert reason(encoded(Image.fromarray(WIDE), kind)) == "format"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("kind", FORMATS)
def test_truncated_picture_is_refused(kind, share):
    generator = np.random.default_rng(0)
    noise = generator.integers(0, 256, (60, 60, 3), dtype=np.uint8)
    content = encoded(Image.fromarray(noise), kind).getvalue()
    assert reason(io.BytesIO(content[: int(share * len(content))])) == "format"


def test_text_that_unpacks_to_megabytes_is_refused():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("note", "x" * 5_000_000, zip=True)
    assert reason(encoded(Image.fromarray(WIDE), pnginfo=notes)) == "format"


@pytest.mark.parametrize("kind", FORMATS)
def test_damaged_picture_is_read_or_refused_but_nothing_else(kind):
    content = encoded(Image.fromarray(WIDE), kind).getvalue()
    generator = np.random.default_rng(1)
    refused = 0
    for _case in range(150):
        damaged = bytearray(content)
        for place in generator.integers(0, min(len(content), 200), 3):
            damaged[place] = generator.integers(0, 256)
        try:
            grey = grey_picture(io.BytesIO(damaged))
        except PictureError:
            refused += 1
        else:
            assert grey.dtype == torch.uint8
            assert max(grey.shape) <= SIDE
    assert refused > 0
