"""Objects in the link: there and back, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.street import Thing
from playground.panels.yolo_things import FAR, LEAST, MOST, from_text, to_text

EDGES = st.integers(-FAR, FAR)


@st.composite
def things(draw):
    x1, y1 = (draw(st.integers(-FAR, FAR - LEAST)) for _axis in "xy")
    x2, y2 = (draw(st.integers(low + LEAST, FAR)) for low in (x1, y1))
    return Thing(draw(st.integers(0, 9)), (x1, y1, x2, y2))


@given(st.lists(things(), max_size=MOST))
def test_objects_come_back_from_their_text(objects):
    assert from_text(to_text(objects), 10) == tuple(objects)


def test_no_objects_are_no_text():
    assert to_text(()) == ""
    assert from_text("", 3) == ()


@pytest.mark.parametrize(
    "text",
    [
        "banana",
        "3.0.0.10.10",  # of three classes
        "0.0.0.10",
        "0.0.0.10.10~",
        "0.10.0.0.10",
        "0.0.0.3.10",
        "0.0.0.10.2001",
        "0.0.0.10.99999",
        "0.0.0.10.1e3",
        "-1.0.0.10.10",
        "٣.0.0.10.10",
        "~".join(["0.0.0.10.10"] * (MOST + 1)),
    ],
)
def test_what_is_no_object_is_refused(text):
    with pytest.raises(ValueError, match=r"object|class|box"):
        from_text(text, 3)
