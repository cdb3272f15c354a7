"""What a reader carries off says what was trained, and only that is read back."""

import csv
import io
import json
import math
import re
from dataclasses import asdict, fields, replace
from importlib import metadata

import pytest
import torch

from engine.features import expand
from engine.training import Change, Spec, start
from playground.records import curves_csv, record, spec_from_record, weights_file
from playground.snippets.boundaries import reproduce

SMALL = {"data": "moons", "count": 60, "layers": (4, 3)}
EVERYTHING = Spec(
    data="gaussians",
    count=60,
    noise=0.2,
    classes=3,
    points=((0.0, 1.0, 0), (1.5, -0.25, 1), (2.0, 0.1, 0), (1.0, 1.0, 1), (0, 0, 1)),
    features=("x1", "degree_2"),
    layers=(4, 3),
    activations=("relu", "tanh"),
    batch_norm=True,
    learning_rate=(0.1, 1 / 3),
    dropout=0.2,
    l2=(0.0, 1e-7),
    seed=2**31 - 1,
    init_seeds=(3, 4),
    changes=(Change(2, "learning_rate", 0.05), Change(3, "w.0.1.2", -0.5)),
)
NETWORKS = {
    "plain": {},
    "no hidden layer": {"layers": ()},
    "batch norm and dropout": {"batch_norm": True, "dropout": 0.2},
    "batch norm, lone point": {"batch_norm": True, "batch_size": 1, "clip": 1.0},
    "dropout later": {"changes": (Change(2, "dropout", 0.5),)},
    "dropout too late": {"changes": (Change(9, "dropout", 0.5),)},
    "features": {"features": ("x1", "degree_3")},
    "three classes": {"data": "gaussians", "classes": 3},
    "values": {"data": "hills", "loss": "mse"},
    "two networks": {"learning_rate": (0.01, 0.1)},
}


def trained(epochs=4, **settings):
    run = start(Spec(**SMALL | settings))
    run.advance(epochs)
    run.store()
    return run


def changed(**parts):
    """Return a record as a stranger might have changed it."""
    return json.dumps(json.loads(record(trained(0), 0, title="t")) | parts)


def with_spec(**given):
    return changed(spec=given)


def test_record_says_what_was_trained_and_what_came_of_it():
    run = trained(6)
    found = json.loads(record(run, 4, title="two moons"))
    assert found["title"] == "two moons"
    assert found["epoch"] == 4
    assert found["spec"].keys() == {field.name for field in fields(Spec)}
    assert found["versions"] == {
        "torch": torch.__version__,
        "deep-learning-playground": metadata.version("deep-learning-playground"),
    }
    assert found["diverged"] == [None]
    history = run.history
    assert found["history"]["epochs"] == [0, 1, 2, 3, 4]
    (columns,) = found["history"]["networks"]
    for name in ("train_loss", "test_loss", "train_accuracy", "test_accuracy"):
        kept = torch.tensor(columns[name])
        assert torch.equal(kept, getattr(history, name)[:5, 0])
        assert found["measures"][0][name] == columns[name][4]
    assert torch.equal(
        torch.tensor(columns["gradient_norm"]), history.gradient_norm[:5, 0]
    )


def test_record_of_several_networks_has_each():
    run = start(EVERYTHING)
    run.advance(2)
    found = json.loads(record(run, 2, title=""))
    losses = [measures["train_loss"] for measures in found["measures"]]
    assert torch.equal(torch.tensor(losses), run.measure().train_loss)
    assert len(found["history"]["networks"]) == 2


def test_record_of_an_epoch_before_the_present_one_and_after_it():
    run = trained(6)
    run.back(2)
    found = json.loads(record(run, 6, title=""))
    assert found["measures"][0]["train_loss"] is not None
    assert found["history"]["epochs"] == [0, 1, 2]
    run = trained(6)
    run.back(5)
    run.checkpoints = run.checkpoints[:1]
    assert json.loads(record(run, 5, title=""))["measures"]


def test_record_has_no_measures_of_an_epoch_that_was_thinned_out():
    run = trained(1, layers=(), count=4)
    run.advance(2100)
    kept = run.history.epochs.tolist()
    assert {1, 3}.isdisjoint(kept)
    assert json.loads(record(run, 3, title=""))["measures"] is None
    assert json.loads(record(run, 1, title=""))["measures"]  # of the checkpoint


@pytest.mark.parametrize("epoch", [-1, 5])
def test_record_of_an_epoch_not_reached_is_refused(epoch):
    with pytest.raises(ValueError, match=rf"epoch must lie in \[0, 4\], got {epoch}"):
        record(trained(), epoch, title="")


def test_record_of_a_run_that_diverged():
    settings = {"data": "hills", "loss": "mse", "activations": ("linear",)}
    run = trained(100, **settings, optimizer="sgd", learning_rate=50.0)
    lost = run.divergence[0].epoch
    found = json.loads(record(run, run.epoch, title=""))
    assert found["diverged"] == [lost]
    assert all(map(math.isfinite, found["history"]["networks"][0]["train_loss"]))
    if lost > 1:
        assert json.loads(record(run, lost - 1, title=""))["diverged"] == [None]


def test_curves_have_a_line_for_each_epoch():
    run = trained()
    rows = list(csv.reader(io.StringIO(curves_csv(run))))
    assert rows[0] == [
        *["epoch", "train_loss", "test_loss", "train_accuracy", "test_accuracy"],
        *["gradient_norm_1", "gradient_norm_2", "gradient_norm_3"],
    ]
    numbers = torch.tensor([[float(cell) for cell in row] for row in rows[1:]])
    history = run.history
    assert numbers[:, 0].tolist() == [0, 1, 2, 3, 4]
    assert torch.equal(numbers[:, 1], history.train_loss[:, 0])
    assert torch.equal(numbers[:, 4], history.test_accuracy[:, 0])
    assert torch.equal(numbers[:, 5:], history.gradient_norm[:, 0])


def sequential(program):
    """Return the nn.Sequential that a program makes, without training it."""
    names = {"__name__": "__main__"}
    exec(program.partition("\nlinears = ")[0], names)
    return names["model"]


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("epoch", [0, 4])
def test_weights_fit_the_program_and_answer_as_the_run(name, epoch):
    run = trained(**NETWORKS[name])
    (checkpoint,) = [kept for kept in run.checkpoints if kept.epoch == epoch]
    model = sequential(reproduce(run, epoch)).eval()
    file = io.BytesIO(weights_file(checkpoint, run))
    model.load_state_dict(torch.load(file, weights_only=True))
    points = torch.cartesian_prod(torch.linspace(-3, 3, 9), torch.linspace(-3, 3, 9))
    with torch.no_grad():
        scores = model(expand(points, run.spec.features))
    said = {
        "binary": torch.sigmoid,
        "classes": lambda scores: scores.softmax(dim=1),
        "regression": lambda scores: scores,
    }[run.task](scores)
    wanted = run.predict(points, at=checkpoint)[0]
    torch.testing.assert_close(said, wanted, rtol=1e-5, atol=1e-6)


def test_weights_file_holds_one_network_only():
    run = trained(layers=(32, 32), learning_rate=(0.01,) * 200, count=8)
    assert len(weights_file(run.checkpoints[-1], run)) < 20_000


@pytest.mark.parametrize("spec", [Spec(), EVERYTHING], ids=["default", "everything"])
def test_spec_comes_back_from_its_record(spec):
    found = spec_from_record(record(start(spec), 0, title="any"))
    assert found == spec
    assert repr(start(found).spec) == repr(found)
    for name, value in asdict(spec).items():
        assert type(getattr(found, name)) is type(value) or isinstance(value, float)


def test_spec_from_a_record_without_some_fields_has_their_defaults():
    assert spec_from_record(with_spec(seed=3)) == replace(Spec(), seed=3)


def test_spec_from_a_record_does_not_mind_what_is_beside_it():
    text = changed(title=[1], history="none", measures={}, more=math.pi)
    assert spec_from_record(text) == Spec(**SMALL)


FOREIGN = {
    "nothing": "",
    "no JSON": "{",
    "a list": "[1]",
    "a number": "1",
    "no record": "{}",
    "deep": "[" * 100_000,
    "another format": changed(format="deep-learning-playground run 2"),
    "no spec": changed(spec=None),
    "spec a list": changed(spec=[]),
    "unknown field": with_spec(colour="red"),
    "number for word": with_spec(data=1),
    "list for word": with_spec(data=["spiral"]),
    "long word": with_spec(data="x" * 1_000_000),
    "word for number": with_spec(noise="0.1"),
    "none": with_spec(noise=None),
    "truth for number": with_spec(learning_rate=True),
    "truth for whole": with_spec(count=True),
    "number for truth": with_spec(batch_norm=1),
    "fraction for whole": with_spec(count=50.5),
    "not a number": with_spec(noise=math.nan),
    "infinity": with_spec(learning_rate=math.inf),
    "infinity in a list": with_spec(learning_rate=[0.1, math.inf]),
    "beyond float": with_spec(noise=0).replace('"noise": 0', '"noise": 1e999'),
    "huge whole": with_spec(seed=10**400),
    "huge number": with_spec(learning_rate=10**400),
    "digits without end": with_spec(seed=0).replace(": 0}", ": " + "9" * 5000 + "}"),
    "nested rates": with_spec(learning_rate=[[0.1]]),
    "different lengths": with_spec(learning_rate=[0.1, 0.2], l1=[0.1, 0.2, 0.3]),
    "too many networks": with_spec(learning_rate=[0.1] * 5000),
    "too many features": with_spec(features=["x1"] * 1000),
    "too many layers": with_spec(layers=[2] * 9),
    "too many points": with_spec(points=[[0, 0, 0]] * 5001),
    "too many changes": with_spec(
        changes=[{"epoch": 1, "name": "l1", "value": 0.0}] * 1001
    ),
    "layers a word": with_spec(layers="88"),
    "short point": with_spec(points=[[0, 0]]),
    "point of words": with_spec(points=[["a", "b", "c"]]),
    "label between": with_spec(points=[[0, 0, 0.5]]),
    "change a word": with_spec(changes=["l1"]),
    "change without value": with_spec(changes=[{"epoch": 1, "name": "l1"}]),
    "change with more": with_spec(
        changes=[{"epoch": 1, "name": "l1", "value": 0.0, "who": "me"}]
    ),
    "change of nothing": with_spec(changes=[{"epoch": 1, "name": "x", "value": 0.0}]),
    "change too early": with_spec(changes=[{"epoch": -1, "name": "l1", "value": 0.0}]),
    "too long": " " * (20 * 2**20 + 1),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_no_record_is_refused(name):
    with pytest.raises(ValueError, match=r"\S") as refused:
        spec_from_record(FOREIGN[name])
    assert len(str(refused.value)) < 2000


def test_only_json_is_in_a_record():
    assert not re.search(r"NaN|Infinity", record(trained(), 4, title="\ud800 <b>"))
