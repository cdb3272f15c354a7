"""A training to carry off: a record of the run, its curves, its weights; and back.

A record is JSON with these parts, each on a line of its own:

- format, title, epoch;
- spec: every field of `Spec`, enough to train the run again;
- measures: for each network what it was worth at the epoch; null if the run no longer
  keeps that epoch;
- diverged: for each network the epoch at which it diverged, null if it had not;
- history: epochs, and for each network its measures in these epochs;
- versions: of torch and of the project.
"""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import Field, asdict, fields
from importlib import metadata

import torch
from torch import Tensor

from engine.features import FEATURES
from engine.history import NAMES, Checkpoint, Measures
from engine.parameters import views
from engine.spec import MOST_NETWORKS, MOST_POINTS, RATES, Change, Spec
from engine.training import Run
from playground.snippets.networks import linear_places
from playground.snippets.single import alone

PROJECT = "deep-learning-playground"
FORMAT = f"{PROJECT} run 1"
LONGEST = 20 * 2**20  # characters of a record that is read
LONGEST_WORD = 100  # characters of a name in it
MOST_CHANGES = 1000


def record(run: Run, epoch: int, *, title: str) -> str:
    """Return what was trained and what came of it, as JSON.

    Args:
        run: the training.
        epoch: from 0 to the latest that the run has reached; the history ends there.
        title: what the record calls itself.

    Raises:
        ValueError: the run has not reached the epoch.
    """
    reached = max([run.epoch, *(kept.epoch for kept in run.checkpoints)])
    if not 0 <= epoch <= reached:
        raise ValueError(f"epoch must lie in [0, {reached}], got {epoch}")
    history, networks = run.history, range(run.networks)
    epochs = history.epochs[history.epochs <= epoch]
    past = Measures(*(column[: len(epochs)] for column in _columns(history)))
    now = _measures(run, epoch)
    parts = {
        "format": FORMAT,
        "title": title,
        "epoch": epoch,
        "spec": asdict(run.spec),
        "measures": now and [_numbers(now, network) for network in networks],
        "diverged": [
            lost.epoch if lost and lost.epoch <= epoch else None
            for lost in run.divergence
        ],
        "history": {
            "epochs": epochs.tolist(),
            "networks": [_numbers(past, network) for network in networks],
        },
        "versions": {"torch": torch.__version__, PROJECT: _version()},
    }
    lines = (
        f'"{name}": {json.dumps(part, allow_nan=False)}' for name, part in parts.items()
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"


def curves_csv(run: Run) -> str:
    """Return what the first network was worth epoch by epoch, as CSV.

    The columns are epoch, the two losses, the two accuracies (R² for regression) and
    for each layer, the output last, the norm of its gradient: gradient_norm_1, ...
    """
    history = run.history
    columns = _numbers(history, 0)
    norms = columns.pop("gradient_norm")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    layers = range(1, len(norms[0]) + 1)
    writer.writerow(["epoch", *columns, *(f"gradient_norm_{n}" for n in layers)])
    rows = zip(history.epochs.tolist(), *columns.values(), norms, strict=True)
    writer.writerows([*numbers, *norm] for *numbers, norm in rows)
    return text.getvalue()


def weights_file(checkpoint: Checkpoint, run: Run) -> bytes:
    """Return the first network's parameters, as torch.save writes a state_dict.

    The keys are those of the nn.Sequential in the program that `reproduce` writes for
    the run and the checkpoint's epoch; nn.Linear keeps weights as [out, in].

    Args:
        checkpoint: of this run.
        run: the training.
    """
    lost = checkpoint.divergence[0]
    spec, _epochs = alone(run.spec, checkpoint.epoch, lost)
    units = spec.layers if spec.batch_norm else ()
    running = checkpoint.running[:, 0].split(units, dim=1)  # [2, units] each
    found = {}
    layers = views(checkpoint.parameters[:1], checkpoint.shape)
    for index, place in enumerate(linear_places(spec)):
        layer = layers[index]
        found[f"{place}.weight"] = layer.weight[0].T
        found[f"{place}.bias"] = layer.bias[0, 0]
        if layer.gain is not None:
            norm = place + 1
            found[f"{norm}.weight"] = layer.gain[0, 0]
            found[f"{norm}.bias"] = layer.shift[0, 0]
            found[f"{norm}.running_mean"], found[f"{norm}.running_var"] = running[index]
            found[f"{norm}.num_batches_tracked"] = torch.tensor(checkpoint.steps)
    file = io.BytesIO()
    torch.save({name: _detached(part) for name, part in found.items()}, file)
    return file.getvalue()


def spec_from_record(text: str) -> Spec:
    """Return the spec of a record, to train it again.

    Fields that the record lacks have their defaults; what is beside the spec is not
    looked at. A field of the spec that this version does not know is refused: without
    it another run would be trained.

    Args:
        text: what `record` returned, or anything from a stranger.

    Raises:
        ValueError: the text is no such record, or its spec is not valid.
    """
    if len(text) > LONGEST:
        raise ValueError(
            f"a record has at most {LONGEST} characters, got one of {len(text)}"
        )
    try:
        found = json.loads(text)
    except RecursionError:
        raise ValueError("a record must be JSON that is not deeply nested") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ValueError(f"a record must be JSON of the format {FORMAT!r}")
    given = found.get("spec")
    known = {field.name: field for field in fields(Spec)}
    if not isinstance(given, dict) or not given.keys() <= known.keys():
        raise ValueError(f"spec must have no other fields than {', '.join(known)}")
    return Spec(**{name: _read(known[name], value) for name, value in given.items()})


def _columns(measures: Measures) -> list[Tensor]:
    return [getattr(measures, name) for name in (*NAMES, "gradient_norm")]


def _measures(run: Run, epoch: int) -> Measures | None:
    """Return what the run keeps of an epoch."""
    for checkpoint in run.checkpoints:
        if checkpoint.epoch == epoch:
            return checkpoint.measures
    history = run.history
    (rows,) = (history.epochs == epoch).nonzero(as_tuple=True)
    if not len(rows):
        return None
    return Measures(*(column[rows[0]] for column in _columns(history)))


def _numbers(measures: Measures, network: int) -> dict[str, object]:
    """Return the measures of a network, [T] or one number each, as plain numbers."""
    *columns, norms = _columns(measures)
    found = [column[..., network] for column in columns]
    names = (*NAMES, "gradient_norm")
    tensors = zip(names, [*found, norms[..., network, :]], strict=True)
    return {name: _rounded(tensor.tolist()) for name, tensor in tensors}


def _rounded(value: object) -> object:
    """Return numbers with nine digits: all that a float32 holds."""
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return float(f"{value:.9g}")


def _detached(part: Tensor) -> Tensor:
    """Return a copy that shares no memory: a file holds all memory behind a view."""
    return part.to("cpu").clone(memory_format=torch.contiguous_format)


def _version() -> str:
    try:
        return metadata.version(PROJECT)
    except metadata.PackageNotFoundError:
        return "not installed"


def _read(field: Field, value: object) -> object:
    """Return the value of a field, after a look at its type; `Spec` checks the rest."""
    if field.name in RATES and isinstance(value, list):
        return _several(field.name, value, _number, MOST_NETWORKS)
    if field.name in SEQUENCES:
        return _several(field.name, value, *SEQUENCES[field.name])
    return KINDS[type(field.default)](field.name, value)


def _several(
    name: str, value: object, read: Callable[[str, object], object], most: int
) -> tuple:
    if not isinstance(value, list) or len(value) > most:
        raise ValueError(f"{name} must be a list of at most {most}, got another value")
    return tuple(read(name, item) for item in value)


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{name} must be a number, got a {type(value).__name__}")
    return value


def _whole(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{name} must be whole, got a {type(value).__name__}")
    return value


def _switch(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{name} must be true or false, got {type(value).__name__}")
    return value


def _word(name: str, value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_WORD:
        raise ValueError(f"{name} must be a word of at most {LONGEST_WORD} letters")
    return value


def _point(name: str, value: object) -> tuple:
    if not isinstance(value, list) or len(value) != 3:
        raise ValueError(f"{name} must be lists of x1, x2 and label")
    return tuple(_number(name, item) for item in value)


def _change(name: str, value: object) -> Change:
    if not isinstance(value, dict) or value.keys() != {"epoch", "name", "value"}:
        raise ValueError(f"{name} must each have epoch, name and value")
    return Change(
        _whole(name, value["epoch"]),
        _word(name, value["name"]),
        _number(name, value["value"]),
    )


KINDS = {str: _word, bool: _switch, int: _whole, float: _number}
SEQUENCES = {  # field -> how an item is read, and how many there may be
    "points": (_point, MOST_POINTS),
    "features": (_word, len(FEATURES)),
    "layers": (_whole, 32),
    "activations": (_word, 32),
    "init_seeds": (_whole, MOST_NETWORKS),
    "changes": (_change, MOST_CHANGES),
}
