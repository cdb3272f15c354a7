"""Scenes: plain values for the browser, and errors where a layer reads too far."""

import json

import pytest

from playground.player.charts import Curve, Series
from playground.player.scene import (
    Box,
    Boxes,
    Brush,
    Button,
    Dots,
    Edges,
    Field,
    Layer,
    Menu,
    Mesh,
    Points,
    Scene,
    Text,
    Track,
)

BOX: Box = (0, 0, 10, 10)
TRACKS = (Track("m", "f32", 2), Track("w", "f32", 8), Track("u", "u8", 16))
LAYERS = (
    Edges(((0, 0, 5, 5), (0, 0, 5, 9)), "w", offset=6),
    Dots(((1, 1),), "w", offset=7),
    Dots(((1, 1),)),
    Field(BOX, "u", (4, 4)),
    Field(BOX, "u", (1, 5), offset=1, palette="rgb"),
    Points(BOX, (-1, 1), ((0.0, 0.5),), (1,), brush=Brush((1, 0), {"paint": "Add"})),
    Points(BOX, (-1, 1), colors=(0, 1, 2, 3), track="w"),
    Curve(BOX, (Series("m", 1, "ink", "loss"),)),
    Mesh(BOX, None, "w", 0, 2, 2),
    Boxes(BOX, (0, 9), ("ink", 2), track="w"),
    Text((1, 1), "{m:0}"),
    Button((1, 1), "+", "Add", "add"),
    Menu((1, 1), 50, (("a", "A"),), "a", "Choose", "act"),
)


def scene(*layers: Layer, tracks: tuple[Track, ...] = TRACKS) -> Scene:
    return Scene((100, 50), tracks, layers)


def test_a_scene_travels_as_json_and_every_layer_names_its_painter():
    plain = json.loads(json.dumps(scene(*LAYERS).to_json(), allow_nan=False))
    assert [layer["kind"] for layer in plain["layers"]] == [
        *("edges", "dots", "dots", "field", "field", "points", "points"),
        *("curve", "mesh", "boxes", "text", "button", "menu"),
    ]
    assert plain["size"] == [100, 50]
    assert plain["tracks"][2] == {"name": "u", "kind": "u8", "size": 16}
    assert plain["layers"][7]["series"][0]["label"] == "loss"
    assert plain["layers"][5]["brush"] == {"colors": [1, 0], "words": {"paint": "Add"}}
    assert plain["layers"][6]["brush"] is None


def test_a_frame_has_four_bytes_per_f32_and_one_per_u8():
    assert scene().frame_bytes == 4 * 10 + 16


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (Edges(((0, 0, 5, 5),) * 3, "w", offset=6), "edges reads 9 of the 8"),
        (Dots(((1, 1),), "w", offset=8), "dots reads 9 of the 8"),
        (Field(BOX, "u", (4, 4), offset=1), "field reads 17 of the 16"),
        (Field(BOX, "u", (2, 3), palette="rgb"), "field reads 18 of the 16"),
        (Field(BOX, "nowhere", (1, 1)), "field reads 1 of the 0 numbers of 'nowhere'"),
        (Points(BOX, (0, 1), colors=(0,) * 5, track="w"), "points reads 10 of the 8"),
        (Curve(BOX, (Series("m", 2, 0, ""),)), "curve reads 3 of the 2"),
        (Mesh(BOX, None, "w", 1, 2, 2), "mesh reads 9 of the 8"),
        (Boxes(BOX, (0, 9), (0, 1, 2), track="w"), "boxes reads 12 of the 8"),
    ],
    ids=lambda value: value.kind if isinstance(value, Layer) else "",
)
def test_a_layer_that_reads_past_its_track_is_refused(layer, words):
    with pytest.raises(ValueError, match=words):
        scene(layer)


def test_tracks_out_of_order_of_unknown_kind_or_of_one_name_are_refused():
    for kinds in (("u8", "f32"), ("f32", "f64")):
        tracks = tuple(Track(kind, kind, 1) for kind in kinds)
        with pytest.raises(ValueError, match="f32, then u8"):
            scene(tracks=tracks)
    with pytest.raises(ValueError, match="different names"):
        scene(tracks=(Track("a", "f32", 1), Track("a", "u8", 1)))


def test_an_unknown_palette_is_refused():
    with pytest.raises(ValueError, match="palette must be in"):
        Field(BOX, "u", (4, 4), palette="jet")
