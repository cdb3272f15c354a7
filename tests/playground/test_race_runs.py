"""The list of runners as text, and what is said of those that got lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.courses import RANGES, Course, Racer
from engine.optimizers import OPTIMIZERS
from engine.races import race
from engine.surfaces import SURFACES, surface
from playground.panels import race_lost
from playground.panels.race_controls import place, place_text
from playground.panels.race_lost import why_lost
from playground.panels.race_runs import (
    SYMBOLS,
    changed,
    fresh,
    from_text,
    optimizer_names,
    rate_names,
    surface_names,
    tidied,
    to_text,
)


@st.composite
def racers(draw):
    optimizer = draw(st.sampled_from(sorted(OPTIMIZERS)))
    names = draw(st.sets(st.sampled_from(sorted(OPTIMIZERS[optimizer].rates))))
    rates = tuple((n, draw(st.floats(*RANGES[n]))) for n in sorted(names))
    return Racer(optimizer, rates)


@given(st.lists(racers(), min_size=1, max_size=6))
def test_every_list_comes_back_from_its_text(chosen):
    assert from_text(to_text(chosen)) == tuple(chosen)


def test_the_text_that_other_pages_link_to_is_read():
    text = "momentum:learning_rate=0.01:momentum=0.98~adam:learning_rate=0.1:beta1=0.98"
    first, second = from_text(text)
    assert first == Racer("momentum", (("learning_rate", 0.01), ("momentum", 0.98)))
    assert second.values["beta1"] == 0.98
    assert second.values["beta2"] == OPTIMIZERS["adam"].rates["beta2"]
    assert tidied(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "banana",
        "sgd:",
        "sgd:learning_rate",
        "sgd:learning_rate=",
        "sgd:learning_rate=fast",
        "sgd:learning_rate=nan",
        "sgd:learning_rate=-1",
        "sgd:learning_rate=1e99",
        "sgd:momentum=0.9",
        "adam:beta1=1",
        "sgd:learning_rate=1:learning_rate=1",
        "~".join(["sgd"] * 7),
        "sgd~",
        "sgd" + ":learning_rate=1" * 1000,
    ],
)
def test_other_text_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        from_text(text)


def test_a_changed_rate_keeps_the_others():
    racer = Racer("adam", (("beta1", 0.5),))
    assert changed(racer, "learning_rate", 0.2).values == {
        **racer.values,
        "learning_rate": 0.2,
    }
    assert changed(fresh("sgd"), "learning_rate", 0.2).values == {"learning_rate": 0.2}


def test_everything_the_engine_offers_has_a_name():
    assert set(optimizer_names()) == set(OPTIMIZERS)
    assert set(surface_names()) == set(SURFACES)
    rates = {name for rule in OPTIMIZERS.values() for name in rule.rates}
    assert set(rate_names()) == set(SYMBOLS) == rates


@pytest.mark.parametrize("text", ["-1.5, 2", "−1.5;2", "-1,5; 2,0", " -1.5 ,2 "])
def test_a_place_is_read_as_people_write_it(text):
    assert place(text, surface("saddle")) == (-1.5, 2.0)


@pytest.mark.parametrize(
    "text", ["", "1", "1, 2, 3", "a, b", "nan, 0", "9, 0", "inf, 0"]
)
def test_a_place_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match="Two numbers on the map"):
        place(text, surface("saddle"))


@pytest.mark.parametrize("name", SURFACES)
def test_every_surface_can_be_started_where_it_starts(name):
    ground = surface(name)
    assert place(place_text(ground.start), ground) == ground.start


def lost(course, racer):
    (way,) = race(course, [racer])
    assert way.blown is not None
    return why_lost(course, racer, "1 X", way.blown)


def test_on_a_quadratic_surface_the_law_is_quoted_with_its_numbers():
    racer = Racer("sgd", (("learning_rate", 0.25),))
    said = lost(Course("bowl", 10.0, steps=100), racer)
    assert "after 35 steps" in said
    assert r"$0.25$ exceeds $2/\lambda_{\max} = 0.2$, the largest" in said
    assert r"\lambda_{\max} = 10" in said


def test_elsewhere_the_law_holds_where_it_starts():
    racer = Racer("momentum", (("learning_rate", 0.01),))
    said = lost(Course("rosenbrock", start=(-1.2, 1.0), steps=50), racer)
    assert r"2(1+\mu)/\lambda_{\max} = 0.002523$ where it starts" in said


@pytest.mark.parametrize("start", [(0.5, -0.5), (1.9, 1.9)])
def test_where_the_start_bears_the_rate_the_minimum_is_named(start):
    racer = Racer("sgd", (("learning_rate", 0.2),))
    said = lost(Course("styblinski_tang", start=start, steps=100), racer)
    assert "it bends more elsewhere" in said
    assert r"The nearest minimum bears $2/\lambda_{\max} = 0.05783$" in said


@pytest.mark.parametrize(
    ("racer", "changes"),
    [
        (Racer("adagrad", (("learning_rate", 1000.0),)), {}),
        (Racer("sgd", (("learning_rate", 0.25),)), {"noise": 0.1}),
        (
            Racer("sgd", (("learning_rate", 0.25),)),
            {"schedule": "exponential", "schedule_rate": 0.999},
        ),
    ],
)
def test_without_a_law_nothing_is_claimed(racer, changes):
    course = Course("bowl", 10.0, steps=100, **changes)
    said = why_lost(course, racer, "1 X", 1)
    assert r"\lambda" not in said
    assert "after one step" in said
    assert "smaller learning rate" in said


def test_every_law_has_its_formula():
    course = Course()
    for name in OPTIMIZERS:
        known = race_lost.limit(course, Racer(name)) is not None
        assert known == (name in race_lost.LAWS)
