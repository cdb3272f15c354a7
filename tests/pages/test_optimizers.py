"""The page of optimizers without a browser: links, controls, what is said."""

import csv
import io

import numpy as np
import pytest

from engine.courses import Course
from engine.races import race, tune
from playground.panels.race_controls import Knobs
from playground.panels.race_editor import START
from playground.panels.race_exports import paths_csv
from playground.panels.race_presets import PRESETS, TRIES
from playground.panels.race_runs import from_text, tidied
from tests.pages.test_pages import failed, notices, open_page, state
from tests.pages.told import told

TWO = "momentum:learning_rate=0.01:momentum=0.98~adam:learning_rate=0.1:beta1=0.98"


def visit(**link):
    at = open_page("optimizers", "en", **link)
    assert not failed(at)
    return at


def shown(at):
    """Return the player's scene, its times and all numbers of its frames [T, N]."""
    header, data = told(at)
    times = header["source"]["times"]
    frames = np.frombuffer(data, dtype=np.float32)
    return header["scene"], header["source"], frames.reshape(len(times), -1)


def track(at, name):
    """Return the numbers of one track [T, size]."""
    scene, _source, frames = shown(at)
    before = 0
    for one in scene["tracks"]:
        if one["name"] == name:
            return frames[:, before : before + one["size"]]
        before += one["size"]
    raise AssertionError(name)


def layers(at, kind):
    return [layer for layer in shown(at)[0]["layers"] if layer["kind"] == kind]


def button(at, label):
    return next(b for b in at.button if b.label == label)


def runs(at):
    return from_text(state(at)["runs"][0])


def said(at):
    return " ".join(e.value for e in (*at.markdown, *at.caption))


def test_the_race_on_screen_is_the_engines():
    at = visit()
    ground = Course(steps=200)
    for index, way in enumerate(race(ground, from_text(START))):
        place = track(at, "place")[:, 2 * index : 2 * index + 2]
        np.testing.assert_allclose(place, way.points.numpy(), rtol=1e-5, atol=1e-9)
    assert shown(at)[1]["times"] == list(range(201))
    assert shown(at)[1]["goto"] == 200


def test_a_list_of_runners_comes_by_link():
    at = visit(runs=TWO, runner="2")
    assert state(at)["runs"] == (TWO, False)
    assert [trail["label"] for trail in layers(at, "trail")] == ["1", "2"]
    first, second = runs(at)
    assert first.values["momentum"] == 0.98
    assert second.values["beta1"] == 0.98
    assert at.selectbox(key="optimizers.edit.optimizer").value == "adam"
    assert at.select_slider(key="optimizers.edit.beta1").value == 0.98


@pytest.mark.parametrize(
    "text",
    ["sgd:learning_rate=fast", "sgd:momentum=1", "~".join(["sgd"] * 7), "banana"],
)
def test_runners_that_are_none_are_named_and_the_usual_ones_run(text):
    at = visit(runs=text)
    assert len(notices(at, "en")) == 1
    assert runs(at) == from_text(START)


def test_a_runner_chosen_beyond_the_list_is_named_and_the_first_is_shown():
    at = visit(runs="sgd:learning_rate=0.1", runner="3")
    assert len(notices(at, "en")) == 1
    assert at.selectbox(key="optimizers.edit.optimizer").value == "sgd"


def test_runners_are_added_changed_and_removed():
    at = visit(runs="sgd:learning_rate=0.1")
    assert button(at, "Remove").disabled
    button(at, "Add").click().run()
    assert [racer.optimizer for racer in runs(at)] == ["sgd", "momentum"]
    at.selectbox(key="optimizers.edit.optimizer").set_value("adadelta").run()
    assert [racer.optimizer for racer in runs(at)] == ["sgd", "adadelta"]
    at.select_slider(key="optimizers.edit.learning_rate").set_value(2.0).run()
    at.select_slider(key="optimizers.edit.rho").set_value(0.5).run()
    assert runs(at)[1].values == {
        "learning_rate": 2.0,
        "rho": 0.5,
        "epsilon": runs(at)[1].values["epsilon"],
    }
    assert runs(at)[0].values == {"learning_rate": 0.1}
    for _more in range(4):
        button(at, "Add").click().run()
    assert len(layers(at, "trail")) == 6
    assert button(at, "Add").disabled
    at.segmented_control(key="optimizers.runner").set_value("2").run()
    button(at, "Remove").click().run()
    assert "adadelta" not in [racer.optimizer for racer in runs(at)]
    assert not failed(at)


def test_a_rate_between_the_steps_of_its_slider_is_kept():
    at = visit(runs="sgd:learning_rate=0.0123")
    assert at.select_slider(key="optimizers.edit.learning_rate").value == 0.0123
    assert state(at)["runs"] == ("sgd:learning_rate=0.0123", False)


def test_fair_tuning_gives_each_its_best_rate_and_says_so_until_something_moves():
    at = visit(surface="rosenbrock", steps="100")
    assert "Tuned fairly" not in said(at)
    button(at, "Tune all").click().run()
    course = Course("rosenbrock", start=(-1.2, 1.0), steps=100)
    for racer in runs(at):
        best = tune(course, racer.optimizer, racer.values).best
        assert racer.values["learning_rate"] == best
    assert "best of 71 learning rates" in said(at)
    assert "after 100 steps" in said(at)
    at.select_slider(key="optimizers.edit.learning_rate").set_value(0.05).run()
    assert "Tuned fairly" not in said(at)


def test_the_view_of_tuning_shows_now_and_best():
    at = visit(view="tuning", surface="rosenbrock")
    assert "71 were tried from $10^{-5}$ to $100$" in said(at)
    assert "| 1 SGD | 0.01 | lost | 0.005 |" in said(at)
    button(at, "Use the best rates").click().run()
    assert runs(at)[0].values["learning_rate"] == 0.005
    assert button(at, "Use the best rates").disabled
    assert "lost |" not in said(at)


def test_a_lost_runner_is_explained():
    at = visit(runs="sgd:learning_rate=0.25", condition="10.0")
    assert "after 35 steps" in said(at)
    assert r"$0.25$ exceeds $2/\lambda_{\max} = 0.2$" in said(at)


@pytest.mark.parametrize("text", ["", "x", "1", "1, 2, 3", "99, 0", "nan, nan"])
def test_a_start_that_is_none_is_refused_beside_the_field(text):
    at = visit(surface="saddle", start_saddle="1, 1")
    at.text_input(key="optimizers.start_saddle").set_value(text).run()
    (warning,) = [w.value for w in at.warning]
    assert warning.startswith("Two numbers on the map, such as 0.5, 1: w₁ in −2 … 2")
    assert track(at, "place")[0, :2].tolist() == [1, 1]
    assert state(at)["start_saddle"] == ("1, 1", False)


def test_each_surface_remembers_its_own_start():
    at = visit(surface="saddle", start_saddle="1, 1")
    at.selectbox(key="optimizers.surface").set_value("beale").run()
    assert track(at, "place")[0, :2].tolist() == [1, 1.5]
    at.selectbox(key="optimizers.surface").set_value("saddle").run()
    assert track(at, "place")[0, :2].tolist() == [1, 1]


@pytest.mark.parametrize("step", ["0", "12", "end"])
def test_the_playhead_comes_by_link(step):
    at = visit(step=step, steps="50")
    assert shown(at)[1]["goto"] == (50 if step == "end" else int(step))


def test_a_step_beyond_the_race_is_its_end():
    assert shown(visit(step="900", steps="50"))[1]["goto"] == 50


@pytest.mark.parametrize("step", ["-1", "1.5", "9999", "last"])
def test_a_step_that_is_none_is_named(step):
    at = visit(step=step)
    assert len(notices(at, "en")) == 1
    assert shown(at)[1]["goto"] == 200


def test_one_step_has_its_numbers_in_the_formulas():
    link = {"surface": "parabola", "runs": "sgd:learning_rate=0.01", "view": "step"}
    at = visit(**link, step="1")
    (latex,) = at.latex
    assert r"-0.01\cdot \left(-10\right) = 0.1" in latex.value
    assert len(layers(at, "trail")) == 1
    later = visit(**link, step="2")
    assert r"0.1 + 0.098 = 0.198" in later.latex[0].value


def test_a_step_after_the_end_of_a_lost_runner_is_not_dissected():
    at = visit(view="step", runs="sgd:learning_rate=0.25", step="150")
    assert not at.latex
    assert "lost after step 35" in " ".join(info.value for info in at.info)


@pytest.mark.parametrize("number", range(len(PRESETS)))
def test_every_preset_opens_by_a_link(number):
    preset, chosen = PRESETS[number], TRIES[number].settings
    link = {key: str(value) for key, value in chosen.items()}
    at = visit(**link)
    assert not notices(at, "en")
    assert not at.warning
    assert runs(at) == preset.racers
    assert tidied(link["runs"]) == link["runs"]
    if preset.view == "race":
        assert shown(at)[1]["goto"] == 0  # a class predicts before it plays
        for index, way in enumerate(race(preset.course, preset.racers)):
            seen = track(at, "loss")[:, index]
            np.testing.assert_allclose(seen, way.losses, rtol=1e-5, atol=1e-30)


def test_a_preset_replaces_what_another_left_behind():
    at = visit(
        surface="bowl", noise="3.0", schedule="cosine", clip="norm", runs=TWO, seed="5"
    )
    labels = [preset.title for preset in PRESETS]
    at.session_state["present"] = True  # its buttons stand below the stage
    at.run()
    button(at, labels[1]).click().run()
    assert not failed(at)
    assert runs(at) == PRESETS[1].racers
    for key in ("noise", "schedule", "clip"):
        assert state(at)[key][1], key


def test_the_table_holds_every_point_of_every_runner():
    course = Course(steps=40)
    racers = from_text("sgd:learning_rate=0.25~adam:learning_rate=0.1")
    ways = race(course, racers)
    rows = list(csv.DictReader(io.StringIO(paths_csv(Knobs(course, racers, 0), ways))))
    assert len(rows) == 2 * 41
    last = rows[-1]
    assert (last["step"], last["runner"], last["optimizer"]) == ("40", "2", "adam")
    assert float(last["w1"]) == ways[1].points[-1, 0].item()
    assert float(last["loss"]) == ways[1].losses[-1].item()
    assert float(last["learning_rate"]) == 0.1
    assert rows[0]["learning_rate"] == ""
    assert rows[40]["w1"] == rows[40]["loss"] == ""  # it was lost before
    assert float(last["distance"]) == pytest.approx(ways[1].points[-1].norm().item())


def test_of_one_parameter_the_table_has_one_column_for_it():
    course = Course("parabola", start=(0.0,), steps=3)
    racers = from_text("sgd:learning_rate=0.01")
    text = paths_csv(Knobs(course, racers, 0), race(course, racers))
    assert text.splitlines()[0].split(",")[3:5] == ["w1", "loss"]
    assert float(text.splitlines()[2].split(",")[3]) == pytest.approx(0.1)
