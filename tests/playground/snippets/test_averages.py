"""The programs of the averages page run alone and print the numbers on screen."""

import re
import runpy
import subprocess
import sys

import pytest
import torch

from engine import moments, series
from engine.averages import ewa, smooth
from playground.snippets import averages as snippets

CELSIUS = series.celsius(series.temperatures(3))
NOISE = series.noise(1.0, 4)[:60]
NUMBER = r"-?\d[\d.]*(?:e[-+]?\d+)?"


def numbers_of(text):
    """Return what stands before the colon of each line -> the numbers after it."""
    lines = (line.partition(":") for line in text.splitlines())
    return {
        name: [float(number) for number in re.findall(NUMBER, rest)]
        for name, _colon, rest in lines
    }


@pytest.fixture
def printed(tmp_path, monkeypatch, capsys):
    """Run a program in an empty folder, as a module of its own."""
    monkeypatch.chdir(tmp_path)

    def run(program):
        path = tmp_path / "program.py"
        path.write_text(program, "utf-8")
        runpy.run_path(str(path), run_name="__main__")
        return numbers_of(capsys.readouterr().out)

    return run


def test_a_program_runs_in_a_process_of_its_own(tmp_path):
    program = snippets.smooth_series(smooth(series.temperatures(), (0.9,), 10), 2)
    (tmp_path / "program.py").write_text(program, "utf-8")
    run = [sys.executable, "-W", "error", "program.py"]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, check=True, text=True)
    assert numbers_of(done.stdout)["beta 0.9"][0] == 8.5


@pytest.mark.parametrize(
    ("values", "betas", "day", "days"),
    [
        pytest.param(series.temperatures(), (0.9,), 2, 10, id="year"),
        pytest.param(
            series.celsius(series.temperatures(3)), (0.5, 0.98), 365, 3, id="°C"
        ),
        pytest.param(
            series.noise(1.0, 4)[:60], (0.9, 0.0, 0.9999), 1, 1000, id="noise"
        ),
        pytest.param(series.walk(1) * 1e20, (0.123,), 180, 7, id="large-numbers"),
    ],
)
def test_a_series_program_prints_the_day_on_screen(values, betas, day, days, printed):
    shown = smooth(values, betas, days)
    told = printed(snippets.smooth_series(shown, day))
    assert told["theta"] == pytest.approx([values[day - 1].item()])
    for index, beta in enumerate(betas):
        of_day = [row[index, day - 1] for row in (shown.v, shown.sums, shown.corrected)]
        numbers = told[f"beta {beta:g}"]
        # "1 - beta^t": its 1 is a number too
        assert [numbers[0], *numbers[2:]] == pytest.approx([x.item() for x in of_day])
    mean = told[f"mean of {days} days"]
    assert mean == pytest.approx([shown.moving[day - 1].item()])


def test_a_long_series_is_read_from_the_file_that_goes_with_the_program(
    tmp_path, printed
):
    values = torch.randn(5000, generator=torch.Generator().manual_seed(0)).double()
    shown = smooth(values, (0.9,), 10)
    program = snippets.smooth_series(shown, 4321)
    assert len(program) < 3000
    (tmp_path / snippets.FILE).write_text(snippets.series_csv(values), "utf-8")
    told = printed(program)
    assert told["theta"] == pytest.approx([values[4320].item()])
    assert told["beta 0.9"][0] == pytest.approx(shown.v[0, 4320].item())


RATES = {"momentum": ("momentum",), "rmsprop": ("rho",), "adam": ("beta1", "beta2")}


@pytest.mark.parametrize("seed", [None, 5], ids=["ones", "training"])
@pytest.mark.parametrize(
    ("kind", "betas"),
    [
        ("momentum", (0.9, 0.999)),
        ("momentum", (0.0, 0.999)),
        ("rmsprop", (0.95, 0.999)),
        ("adam", (0.9, 0.999)),
    ],
)
def test_an_optimizer_s_program_compares_torch_with_the_average(
    kind, betas, seed, printed
):
    step, steps = 7, 100
    gradients = (
        torch.ones(steps) if seed is None else moments.noisy_gradients(steps, seed)
    )
    program = snippets.replay_optimizer(kind, step, betas, seed, steps)
    told = printed(program)
    rates = dict(zip(RATES[kind], betas, strict=False))
    ours = moments.replay(kind, gradients, **rates)
    assert told.pop("gradient") == pytest.approx([gradients[step - 1].item()])
    assert told.pop("step") == pytest.approx([ours.steps[step - 1].item()], rel=1e-5)
    assert len(told) == len(ours.kept)
    for (torchs, average), kept in zip(told.values(), ours.kept, strict=True):
        assert torchs == pytest.approx(kept[step - 1].item())
        assert average == pytest.approx(torchs)


def test_batch_norm_s_program_compares_the_running_mean_with_the_average(printed):
    beta, step = 0.95, 12
    told = printed(snippets.replay_norm(step, beta, 3, 100))
    running = moments.batch_norm(moments.feature_batches(100, 3), beta)
    at = step - 1
    assert told["batch mean"] == pytest.approx([running.means[at].item()])
    assert told["running_mean"] == pytest.approx([running.mean[at].item()] * 2)
    mended = ewa(running.means, beta, corrected=True)[at].item()
    assert told["corrected"] == pytest.approx([mended])
    assert told["output"] == pytest.approx([running.centre[at].item()])
