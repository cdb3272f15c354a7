"""The race as a program prints the points and losses of the race on screen."""

import contextlib
import io
import re
import subprocess
import sys
from dataclasses import replace

import pytest
import torch

from engine.courses import Course, Racer
from engine.optimizers import OPTIMIZERS
from engine.races import race
from engine.schedules import SCHEDULES
from engine.surfaces import SURFACES, surface
from playground.snippets.races import reproduce
from tests.engine import judge

RUFF = (sys.executable, "-m", "ruff")
LINE = re.compile(
    r"(\d) ([^:]+): (?:lost after (\d+) steps: )?w = \((.+)\), loss = (\S+)"
)
OTHER = {  # rates other than the usual ones
    "learning_rate": 0.0123456789,
    "momentum": 0.8,
    "rho": 0.95,
    "beta1": 0.7,
    "beta2": 0.98,
    "epsilon": 1e-7,
    "weight_decay": 0.05,
    "momentum_decay": 0.01,
}
BOWL = Course("bowl", condition=20.0, start=(-2.0, 1.0), steps=60)
EXAM = Course("logistic", start=(0.0, 0.0), steps=60, batch=6, seed=4)


def racers(names, learning_rate):
    return tuple(Racer(name, (("learning_rate", learning_rate),)) for name in names)


SIX, FIVE = list(OPTIMIZERS)[:6], list(OPTIMIZERS)[6:]
CASES = {
    **{
        f"{where} {half[0]}": (
            Course(where, start=surface(where).start, steps=50),
            racers(half, 1e-3),
        )
        for where in SURFACES
        for half in (SIX, FIVE)
    },
    **{
        f"other rates, {half[0]}": (
            replace(BOWL, start=(0.3, 1.0)),
            tuple(
                Racer(name, tuple((r, OTHER[r]) for r in OPTIMIZERS[name].rates))
                for name in half
            ),
        )
        for half in (SIX, FIVE)
    },
    **{
        f"schedule {schedule}": (
            replace(BOWL, schedule=schedule, schedule_rate=0.9),
            racers(("sgd", "adam", "momentum"), 0.02),
        )
        for schedule in SCHEDULES
    },
    "usual rates": (BOWL, tuple(map(Racer, SIX))),
    "noise": (replace(BOWL, noise=0.5, seed=3), racers(SIX, 0.01)),
    "few steps of noise": (replace(BOWL, noise=0.5, steps=3), racers(SIX, 0.01)),
    "clip norm": (replace(BOWL, clip="norm", clip_at=0.3), racers(SIX, 0.05)),
    "clip value": (replace(BOWL, clip="value", clip_at=0.3), racers(FIVE, 0.01)),
    "mini-batches": (EXAM, racers(SIX, 0.01)),
    "everything": (
        replace(EXAM, noise=0.1, clip="norm", schedule="cosine", seed=2**31 - 1),
        racers(FIVE, 0.01),
    ),
    "batch of all": (replace(EXAM, batch=20), racers(("sgd", "adam"), 0.1)),
    "no momentum": (
        BOWL,
        tuple(
            Racer(name, (("learning_rate", 0.01), ("momentum", 0.0)))
            for name in ("momentum", "nesterov", "momentum_ema")
        ),
    ),
    "twice the same": (BOWL, (*racers(("adam",), 0.1), *racers(("adam",), 0.01))),
    "lost": (
        replace(BOWL, steps=200),
        (*racers(("sgd",), 0.3), *racers(("sgd",), 0.05)),
    ),
}


def printed(program):
    """Run a program as a reader would; return number, name, lost, point and loss."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output), judge.default_dtype(torch.float64):
        exec(compile(program, "program", "exec"), {"__name__": "__main__"})
    found = []
    for line in output.getvalue().splitlines():
        number, name, lost, point, loss = LINE.fullmatch(line).groups()
        place = [float(part) for part in point.split(", ")]
        found.append((int(number), name, lost and int(lost), place, float(loss)))
    return found


@pytest.mark.parametrize("name", CASES)
def test_program_prints_where_the_race_ended(name):
    course, runners = CASES[name]
    lines = printed(reproduce(course, runners))
    assert [number for number, *_rest in lines] == list(range(1, len(runners) + 1))
    for (_number, _name, lost, place, loss), way in zip(
        lines, race(course, runners), strict=True
    ):
        last = course.steps if way.blown is None else way.blown
        assert lost == way.blown
        assert place == pytest.approx(way.points[last].tolist(), rel=1e-6, abs=1e-9)
        assert loss == pytest.approx(way.losses[last].item(), rel=1e-6, abs=1e-12)


def test_a_racer_is_lost_in_one_of_the_cases():
    course, runners = CASES["lost"]
    assert [way.blown is None for way in race(course, runners)] == [False, True]


def test_programs_tell_what_they_race_on_and_leave_the_rest_out():
    plain = reproduce(BOWL, racers(("sgd", "momentum"), 0.1))
    assert "a bowl 20 times as steep" in plain
    absent = ["import math", "seed", "noise", "clip", "factor", "batch", "Courses"]
    assert [word for word in absent if word in plain] == []
    assert len(plain.splitlines()) <= 45
    assert "torch.optim.SGD([w], lr=0.1)," in plain
    course_form = reproduce(BOWL, (Racer("momentum_ema", (("momentum", 0.8),)),))
    assert "lr=0.001 * (1 - 0.8), momentum=0.8" in course_form
    assert "Courses often write v = β v + (1 - β) g." in course_form


def test_settings_tell_the_programs_apart():
    """Else the tests above could not see a program that ignores its settings."""
    assert len({reproduce(*case) for case in CASES.values()}) == len(CASES)


def test_programs_name_nothing_of_ours():
    for case in CASES.values():
        assert not re.search(r"\b(engine|playground|nan|inf)\b", reproduce(*case))


def test_programs_pass_linter_and_formatter(tmp_path):
    for index, case in enumerate(CASES.values()):
        (tmp_path / f"program_{index}.py").write_text(reproduce(*case), "utf-8")
    common = ["--isolated", "--no-cache", "--line-length", "88", str(tmp_path)]
    for command in (["check", "--select", "E,F,I"], ["format", "--diff"]):
        done = subprocess.run(
            [*RUFF, *command, *common], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout
