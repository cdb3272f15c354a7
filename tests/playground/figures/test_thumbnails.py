import numpy as np
import pytest

from playground.catalog import LESSONS
from playground.figures.thumbnails import HEIGHT, THUMBNAILS


def test_every_lesson_has_a_thumbnail_and_nothing_else_has():
    assert set(THUMBNAILS) == {lesson.slug for lesson in LESSONS}


@pytest.mark.parametrize("slug", THUMBNAILS)
def test_thumbnail_fits_its_card_and_shows_something(slug):
    figure = THUMBNAILS[slug]()
    assert figure.layout.height == HEIGHT
    assert not any(note.text for note in figure.layout.annotations)
    assert figure.data
    for trace in figure.data:
        shown = np.asarray(trace.z if "z" in trace else trace.y, dtype=float)
        assert np.nanmax(shown) > np.nanmin(shown)


@pytest.mark.parametrize("slug", THUMBNAILS)
def test_thumbnail_is_the_same_each_time(slug):
    assert THUMBNAILS[slug]().to_json() == THUMBNAILS[slug]().to_json()
