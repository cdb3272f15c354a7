"""The page's program runs without us and prints what the page shows.

Two float32 trainings that round in another order drift apart, faster at large rates.
So every program is also compared with the engine in float64, where nothing drifts.
"""

import contextlib
import io
import re
import subprocess
import sys

import pytest
import torch

from engine.features import FEATURES
from engine.parameters import INITS
from engine.schedules import SCHEDULES
from engine.spec import FIXED, OPTIMIZERS
from engine.training import Change, Spec, start
from playground.snippets.boundaries import reproduce
from tests.messages import ROOT

RUFF = (sys.executable, "-m", "ruff")
SMALL = {"data": "moons", "count": 120, "layers": (4,), "learning_rate": 0.02}
THREE = {**SMALL, "data": "gaussians", "classes": 3}
HILLS = {**SMALL, "data": "hills", "loss": "mse"}
GRADUAL = {"optimizer": "sgd", "learning_rate": 0.1}
OWN = ((0.0, 0.0, 0), (1.0, 0.1, 1), (-1.0, 2.0, 2), (0.3, 0.2, 1), (2.0, -1, 0))
NETWORKS = {
    "default": {},
    "no hidden layer": {**SMALL, "layers": ()},
    "nothing to drop": {**SMALL, "layers": (), "dropout": 0.3, "batch_norm": True},
    "one layer for each activation": {
        **SMALL,
        "layers": (3, 4, 2),
        "activations": ("relu", "sigmoid", "silu"),
    },
    "dead layer below a step": {
        **SMALL,
        "layers": (4, 4),
        "activations": ("tanh", "step"),
        "l2": 0.1,
    },
    "batch norm": {**SMALL, **GRADUAL, "layers": (4, 3), "batch_norm": True},
    "batch norm, last batch one point": {
        **SMALL,
        **GRADUAL,
        "batch_norm": True,
        "count": 122,
    },
    "dropout": {**SMALL, "layers": (6, 5), "dropout": 0.3},
    "batch norm, dropout": {
        **SMALL,
        **GRADUAL,
        "layers": (6, 5),
        "dropout": 0.2,
        "batch_norm": True,
    },
    "first weights of their own": {**SMALL, "init_seeds": (7,)},
    "first of three networks": {
        **SMALL,
        "learning_rate": (0.02, 0.5, 0.1),
        "dropout": (0.1, 0.0, 0.2),
        "init_seeds": (5, 6, 7),
    },
    "degrees and more": {**SMALL, "features": ("degree_3", "sin_x1", "degree_2", "x1")},
    "features turned": {**SMALL, "features": ("x2", "x1")},
    **{
        f"activation {name}": {**SMALL, "layers": (5, 3), "activations": (name,)}
        for name in FIXED
    },
    **{
        f"feature {name}": {**SMALL, "features": (name,), "learning_rate": 0.01}
        for name in FEATURES
    },
    **{f"init {name}": {**SMALL, "init": name} for name in INITS},
}
TRAININGS = {
    **{
        f"{name}, {data['data']}": {**data, "loss": name}
        for data in (SMALL, THREE)
        for name in ("cross_entropy", "mse", "hinge", "huber")
    },
    **{f"{name}, hills": {**HILLS, "loss": name} for name in ("mse", "huber")},
    **{
        f"optimizer {name}": {**SMALL, "optimizer": name, "momentum": 0.8}
        for name in OPTIMIZERS
    },
    **{
        f"schedule {name}": {
            **SMALL,
            "schedule": name,
            "schedule_rate": 0.9 if name == "exponential" else 3.0,
            "schedule_epochs": 5,
        }
        for name in SCHEDULES
    },
    "rates of its own": {**SMALL, "beta1": 0.5, "beta2": 0.9},
    "memory of its own": {**SMALL, "optimizer": "rmsprop", "rho": 0.5},
    "nesterov without velocity": {**SMALL, "optimizer": "nesterov", "momentum": 0},
    "penalties": {**SMALL, "l1": 0.001, "l2": 0.01},
    "penalties, adamw": {**SMALL, "optimizer": "adamw", "l1": 0.001, "l2": 0.1},
    "hinge, adamw, decay": {**SMALL, "optimizer": "adamw", "l2": 1.0, "loss": "hinge"},
    "clipping": {**SMALL, "optimizer": "sgd", "learning_rate": 0.5, "clip": 0.1},
    "clipping of penalties": {**SMALL, **GRADUAL, "clip": 0.2, "l2": 0.5},
    "all points at once": {**SMALL, "batch_size": 0},
    "batch larger than all": {**SMALL, "batch_size": 1000},
    "last batch small": {**SMALL, "batch_size": 7},
    "one point at a time": {**SMALL, **GRADUAL, "batch_size": 1},
    "large seed": {**SMALL, "seed": 2**31 - 1},
    "corners": {"data": "xor_corners", "count": 4, "noise": 0.0},
    "noisy corners": {"data": "and", "count": 4, "noise": 0.2},
    "eight points": {**SMALL, "count": 8},
    "nine points": {**SMALL, "count": 9},
    "own classes": {"points": OWN, "train_share": 0.8},
    "own values": {"points": OWN, "own_task": "regression", "loss": "huber"},
    "one point": {"points": OWN[:1], "own_task": "regression", "loss": "mse"},
}
CHANGES = {
    "learning rate": [(0, "learning_rate", 0.01), (3, "learning_rate", 0.05)],
    "learning rate, twice at once": [
        (3, "learning_rate", 9.0),
        (3, "l2", 0.1),
        (3, "learning_rate", 0.005),
    ],
    "penalties": [(2, "l1", 0.01), (4, "l2", 0.1), (6, "l1", 0.0)],
    "dropout": [(2, "dropout", 0.4), (5, "dropout", 0.0)],
    "clip": [(2, "clip", 0.05), (5, "clip", 0.0)],
    "momentum": [(2, "momentum", 0.5), (5, "momentum", 0.0), (7, "momentum", 0.9)],
    "betas": [(2, "beta1", 0.5), (5, "beta2", 0.99), (5, "beta1", 0.0)],
    "parameters": [
        (0, "w.0.1.2", 2.0),
        (3, "b.1.0", -1.0),
        (3, "w.1.3.0", 0.5),
        (8, "w.0.0.0", 1.0),
        (9, "w.0.0.0", 3.0),
    ],
    "out of order": [(5, "learning_rate", 0.001), (2, "learning_rate", 0.05)],
    "later": [(8, "learning_rate", 1.0), (100, "dropout", 0.5)],
}
CASES = NETWORKS | TRAININGS
for _name, _rows in CHANGES.items():
    _hand = tuple(Change(*row) for row in _rows)
    for _optimizer in ("sgd", "momentum", "nesterov", "adam", "adamw"):
        CASES[f"changed {_name}, {_optimizer}"] = {
            **SMALL,
            "optimizer": _optimizer,
            "changes": _hand,
        }
EPOCHS = 8
IN_FLOAT64 = (
    "\n# What was chosen.\n",
    "\nx_train, x_test = x_train.double(), x_test.double()\n"
    "if y_train.is_floating_point():\n"
    "    y_train, y_test = y_train.double(), y_test.double()\n",
)
MODEL_IN_FLOAT64 = ("\nlinears = [", "\nmodel.double()\nlinears = [")


def printed(program):
    """Run a program as a reader would; return losses and accuracies as it says."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(program, "program", "exec"), {"__name__": "__main__"})
    pattern = r"training: loss (\S+), (?:accuracy|R²) (\S+)\ntest: loss (\S+), .* (\S+)"
    found = re.fullmatch(pattern, output.getvalue().strip())
    train_loss, train_accuracy, test_loss, test_accuracy = map(float, found.groups())
    return torch.tensor([train_loss, test_loss, train_accuracy, test_accuracy])


def measured(run):
    worth = run.measure()
    return torch.stack(
        [
            worth.train_loss[0],
            worth.test_loss[0],
            worth.train_accuracy[0],
            worth.test_accuracy[0],
        ]
    )


def trained(settings, epochs=EPOCHS, dtype=torch.float32):
    run = start(Spec(**settings), dtype=dtype)
    run.advance(epochs)
    return run


def in_float64(program):
    for old, new in (IN_FLOAT64, MODEL_IN_FLOAT64):
        assert program.count(old) == 1
        program = program.replace(old, new)
    return program


@pytest.mark.parametrize("name", CASES)
def test_program_prints_what_the_run_was_worth(name):
    run = trained(CASES[name])
    got = printed(reproduce(run, EPOCHS))
    torch.testing.assert_close(got, measured(run), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", CASES)
def test_program_follows_the_run_exactly_where_nothing_is_rounded(name):
    epochs = 3 * EPOCHS
    run = trained(CASES[name], epochs, torch.float64)
    got = printed(in_float64(reproduce(run, epochs)))
    torch.testing.assert_close(got, measured(run), rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("epochs", [0, 1, 25, 50])
def test_program_repeats_the_default_run(epochs):
    """After 50 epochs the engine itself is 0.002 from what it is in float64."""
    run = trained({}, epochs, torch.float64)
    got = printed(in_float64(reproduce(run, epochs)))
    torch.testing.assert_close(got, measured(run), rtol=1e-5, atol=1e-9)
    if epochs <= 25:
        run = trained({}, epochs)
        got = printed(reproduce(run, epochs))
        torch.testing.assert_close(got, measured(run), rtol=1e-4, atol=1e-9)


def test_program_with_batch_norm_and_adam():
    """A bias before batch norm has no effect: if it moved, Adam would let it wander."""
    settings = {**SMALL, "layers": (4, 3), "batch_norm": True}
    run = trained(settings)
    got = printed(reproduce(run, EPOCHS))
    torch.testing.assert_close(got, measured(run), rtol=1e-4, atol=1e-9)
    for _weight, bias in run.layers()[:-1]:
        assert not bias.any()
    run = trained(settings, dtype=torch.float64)
    got = printed(in_float64(reproduce(run, EPOCHS)))
    torch.testing.assert_close(got, measured(run), rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("epoch", [0, 3, 9])
def test_program_of_another_epoch_than_the_present_one(epoch):
    changes = (Change(3, "b.1.0", 1.0), Change(4, "dropout", 0.2))
    run = trained({**SMALL, "changes": changes}, 6)
    program = reproduce(run, epoch)
    run.back(epoch)
    torch.testing.assert_close(printed(program), measured(run), rtol=1e-4, atol=1e-6)


def test_program_stops_where_a_run_diverged():
    settings = {**HILLS, "activations": ("linear",), "optimizer": "sgd", "layers": (8,)}
    run = trained({**settings, "learning_rate": 0.6, "batch_size": 0}, 200)
    lost = run.divergence[0].epoch
    assert 2 < lost < 200
    program = reproduce(run, lost + 10)
    torch.testing.assert_close(printed(program), measured(run), rtol=1e-4, atol=1e-6)
    assert f"diverged: this is the state after epoch {lost - 1}" in program
    assert f"\nepochs = {lost - 1}\n" in program
    assert "diverged" not in reproduce(run, lost - 1)
    run.store()
    run.back(2)  # what it has forgotten now, its checkpoints know
    assert f"\nepochs = {lost - 1}\n" in reproduce(run, lost + 10)


def test_epoch_before_the_first_is_refused():
    with pytest.raises(ValueError, match="epoch must be at least 0, got -1"):
        reproduce(trained(SMALL, 0), -1)


def test_program_of_the_default_settings_is_short():
    program = re.sub(r"\n\S{1000,}\n", "\n", reproduce(trained({}, 0), 50))
    assert len(program.splitlines()) <= 75
    left_out = ["dropout", "clip", "l1", "l2", "BatchNorm", "features", "group", "math"]
    left_out += ["momentum", "eval()", "\nclass ", "def ", "by hand"]
    assert [word for word in left_out if word in program] == []


def test_settings_tell_the_programs_apart():
    """Else the tests above could not see a program that ignores its settings."""
    texts = {reproduce(trained(settings, 0), EPOCHS) for settings in CASES.values()}
    alike = 5 + 1 + 2 + 5 + 5 * 2
    assert len(texts) >= len(CASES) - alike


def test_programs_name_nothing_of_ours():
    for settings in CASES.values():
        program = reproduce(trained(settings, 0), EPOCHS)
        assert str(ROOT) not in program
        assert not re.search(r"\b(engine|playground|nan|inf)\b", program)


def test_programs_pass_linter_and_formatter(tmp_path):
    for index, settings in enumerate(CASES.values()):
        program = reproduce(trained(settings, 0), EPOCHS)
        (tmp_path / f"program_{index}.py").write_text(program, "utf-8")
    common = ["--isolated", "--no-cache", "--line-length", "88", str(tmp_path)]
    for command in (["check", "--select", "E,F,I"], ["format", "--diff"]):
        done = subprocess.run(
            [*RUFF, *command, *common], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout
