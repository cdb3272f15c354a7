"""Gates set by hand: every frame is a row of the table of truth."""

import numpy as np
import pytest

from engine.units import GATES
from playground.figures import gates

WORDS = gates.Words(row="row", answer="answer", spoken="row {time:int}")
TRUTH = {"and": [0, 0, 0, 1], "or": [0, 1, 1, 1], "not": [1, 0], "xor": [0, 1, 1, 0]}


def track(gate, name):
    scene, frames, start = gates.scene(gate, WORDS), gates.frames(gate), 0
    for each in scene.tracks:
        if each.name == name:
            break
        start += each.size
    kind = np.uint8 if each.kind == "u8" else np.float32
    return np.stack(
        [np.frombuffer(f, kind, offset=4 * start, count=each.size) for f in frames]
    )


@pytest.mark.parametrize("gate", GATES)
def test_frames_are_the_rows_of_the_truth_table(gate):
    scene, frames = gates.scene(gate, WORDS), gates.frames(gate)
    assert {len(frame) for frame in frames} == {scene.frame_bytes}
    assert scene.end == len(frames) == len(TRUTH[gate])
    np.testing.assert_array_equal(track(gate, "answers")[:, -1], TRUTH[gate])
    np.testing.assert_array_equal(track(gate, "z") > 0, track(gate, "answers"))


def test_xor_is_built_from_the_units_of_and_and_or():
    answers = track("xor", "answers")
    np.testing.assert_array_equal(answers[:, 0], TRUTH["and"])
    np.testing.assert_array_equal(answers[:, 1], TRUTH["or"])
    lines = [x.template for x in gates.scene("xor", WORDS).layers if x.kind == "text"]
    assert (
        "XOR:  z = −1·{answers:0} + 1·{answers:1} − 0.5 = {z:2},  answer {answers:2}"
        in lines
    )


@pytest.mark.parametrize("gate", GATES)
def test_the_field_and_the_corners_agree(gate):
    side, field = gates.SIDE, track(gate, "field")[0].reshape(gates.SIDE, gates.SIDE)
    low, high = gates.SPAN
    for (x, y), answer in zip(track(gate, "ring"), TRUTH[gate], strict=True):
        column, up = (int((v - low) / (high - low) * side) for v in (x, y))
        assert (field[side - 1 - up, column] > 127) == bool(answer)


@pytest.mark.parametrize("gate", GATES)
def test_a_frame_of_its_row_stays_in_the_table(gate):
    rows, (_x, _y, width, height) = track(gate, "row"), gates.TABLE
    assert rows[:, 2].max() * 100 == pytest.approx(width)
    assert rows[-1, 3] * 100 == pytest.approx(height)
    np.testing.assert_allclose(rows[1:, 1], rows[:-1, 3])
