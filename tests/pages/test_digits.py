"""The digit page without a browser: the link comes in, the engine's answer is shown."""

import math
import re
from dataclasses import fields

import pytest

from engine import lenet
from engine.ink import Steps, prepare
from engine.strokes import Stroke, handwritten, render
from playground import drawing
from tests.pages.test_pages import failed, open_page, state

SEVEN = drawing.to_text(handwritten(7, seed=3))
KEYS = ("crop", "fit", "smooth", "centre", "pad", "normalise")  # of the steps' switches
NAMES = [field.name for field in fields(Steps)]
ALL_OFF = dict.fromkeys(KEYS, "0")
TRIED = {  # "Try this" -> (what it sets, besides what is so at the start; answers)
    "Read a seven": ({"view": "layers"}, "7"),
    "Forget to crop and centre": ({"crop": "0", "fit": "0", "centre": "0"}, "2"),
    "Forget to normalise": ({"normalise": "0"}, "01235689"),  # wrong, but sure
    "One sum by hand": ({"view": "cell", "layer": "c1"}, "7"),
    "Which pixels mattered?": ({"view": "why"}, "7"),
}


def metrics(at):
    return {metric.label: metric.value for metric in at.metric}


def answer(probabilities, bits="{:.3f} bits"):
    """Return the numbers under the stage, as they must be shown."""
    shown = {}
    order = probabilities.topk(3).indices.tolist()
    for label, place in zip(("Answer", "Second", "Third"), order, strict=True):
        share = probabilities[place].item()
        text = f"{share:.2%}"
        if share > 0.9999:
            text = ">99.99%"
        elif share < 0.0001:
            text = "<0.01%"
        shown[label] = f"{place} · {text}"
    return shown | {"Entropy": bits.format(lenet.entropy(probabilities))}


def buttons(at):
    return {button.label: button for button in at.button}


def infos(at):
    return [info.value for info in at.info]


def warnings(at):
    return [warning.value for warning in at.warning]


@pytest.mark.parametrize("variant", lenet.VARIANTS)
@pytest.mark.parametrize(
    "off",
    [(), *[(key,) for key in KEYS], ("crop", "fit", "centre"), KEYS],
    ids=lambda off: "no " + ", ".join(off) if off else "all on",
)
def test_link_of_a_pick_shows_the_answer_of_the_engine(variant, off):
    # a hand that leaves room for doubt: every step changes the answer
    link = {"source": "pick", "digit": "1", "hand": "122", "net": variant}
    at = open_page("digits", "en", **link, **dict.fromkeys(off, "0"))
    assert not failed(at)
    on = dict(zip(NAMES, [key not in off for key in KEYS], strict=True))
    probabilities = lenet.classify(
        render(handwritten(1, 122)), net=lenet.load(variant), steps=Steps(**on)
    )
    assert metrics(at) == answer(probabilities)
    for key, value in link.items():
        assert state(at)[key] == (value, key == "net" and value == "relu")
    assert {key for key in KEYS if state(at)[key] == ("0", False)} == set(off)


@pytest.mark.parametrize(
    "strokes",
    [handwritten(4, seed=9), handwritten(8, seed=2)],
    ids=["four", "eight"],
)
def test_link_of_a_drawing_shows_the_answer_of_the_engine(strokes):
    ink = drawing.to_text(strokes)
    at = open_page("digits", "en", ink=ink, brush="33", view="sizes")
    assert metrics(at) == answer(lenet.classify(render(drawing.from_text(ink))))
    assert state(at)["ink"] == (ink, False)
    assert state(at)["brush"] == ("33", False)
    assert state(at)["view"] == ("sizes", False)
    assert not at.warning


def test_empty_canvas_gives_no_prediction():
    at = open_page("digits", "en")
    assert not at.metric
    assert infos(at)[0] == "Draw something or pick a digit: no input, no answer."
    assert buttons(at)["Undo"].disabled
    assert buttons(at)["Clear"].disabled


def test_ink_that_no_pixel_shows_gives_no_prediction():
    hidden = drawing.to_text((Stroke(((-90, -90), (-50, -90)), 9),))
    at = open_page("digits", "en", ink=hidden)
    assert not failed(at)
    assert not at.metric


def test_broken_drawing_in_a_link_is_refused_with_a_notice():
    at = open_page("digits", "en", ink=SEVEN[:-1] + "!")
    assert state(at)["ink"] == ("", True)
    assert not at.metric
    assert len(at.warning) == 1


def test_draw_on_it_takes_the_picked_digit_to_the_canvas():
    at = open_page("digits", "en", source="pick", digit="6", hand="21")
    buttons(at)["Draw on it"].click()
    at.run()
    assert state(at)["source"] == ("draw", True)
    assert state(at)["ink"] == (drawing.to_text(handwritten(6, 21)), False)
    assert metrics(at)["Answer"].startswith("6 ")


def test_another_one_changes_the_handwriting():
    at = open_page("digits", "en", source="pick")
    hands = set()
    for _press in range(3):
        buttons(at)["Another one"].click()
        hands.add(state(at.run())["hand"][0])
        assert not failed(at)
    assert len(hands) > 1
    assert all(1 <= int(hand) <= 9999 for hand in hands)


@pytest.mark.parametrize("title", TRIED)
def test_try_this_sets_the_controls_and_is_read(title):
    settings, answers = TRIED[title]
    link = {"net": "tanh", "source": "pick", "pad": "0"}
    at = open_page("digits", "en", present="1", **link)  # buttons in no tab
    buttons(at)[title].click()
    at.run()
    assert not failed(at)
    wanted = {"source": "draw", "net": "relu"} | dict.fromkeys(KEYS, "1")
    for key, value in (wanted | settings).items():
        assert state(at)[key][0] == value, key
    assert state(at)["ink"][0]
    on = [state(at)[key][0] == "1" for key in KEYS]
    pixels = render(drawing.from_text(state(at)["ink"][0]))
    assert metrics(at) == answer(lenet.classify(pixels, steps=Steps(*on)))
    assert metrics(at)["Answer"][0] in answers
    if title == "Forget to normalise":
        assert re.search(r"100\.00%|>99|9\d\.\d\d%", metrics(at)["Answer"])


def test_one_sum_shows_the_arithmetic_of_the_engine():
    place = {"c3map": "5", "c3row": "2", "c3col": "7"}
    at = open_page("digits", "en", ink=SEVEN, view="cell", layer="c3", **place)
    drawn = render(drawing.from_text(SEVEN))
    cell = lenet.explain(lenet.load(), prepare(drawn), "c3", 5, 2, 7)
    formula = at.latex[0]
    assert f"= {cell.total:.4f}" in formula.value
    assert f"= {cell.value:.4f}" in formula.value
    for part in cell.products.sum(dim=(1, 2)).abs().tolist():
        assert f"{part:.3f}" in formula.value


@pytest.mark.parametrize("normalise", ["0", "1"], ids=["raw", "normalised"])
def test_formula_of_softmax_holds_with_the_numbers_in_it(normalise):
    at = open_page("digits", "en", source="pick", hand="4", normalise=normalise)
    assert not failed(at)
    formula = at.latex[-1].value
    logit, scale, share = re.search(
        r"e\^\{(-?[\d.]+) - (-?[\d.]+)\} = ([\d.]+)", formula
    ).groups()
    assert math.exp(float(logit) - float(scale)) == pytest.approx(
        float(share), abs=2e-4
    )


def test_sizes_add_up_to_the_parameters_of_the_network():
    (table,) = open_page("digits", "en", view="sizes").table
    assert table.value["Parameters"].iloc[-1] == "61 706"


def test_link_sets_the_pen_of_the_canvas_at_once():
    at = open_page("digits", "en", brush="33")
    canvases = [element.proto.json for element in at.get("bidi_component")]
    assert any(re.search(r'"strokeWidth": ?33\b', json) for json in canvases)
