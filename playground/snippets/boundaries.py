"""The boundary page as a program: the run on screen, trained again in plain PyTorch."""

import base64
import zlib

import torch
from torch import Tensor

from engine.features import labels
from engine.sampling import Data, Samples
from engine.spec import Spec
from engine.training import Run
from playground.snippets.descent import WIDTH, goal, is_used, loop, settings
from playground.snippets.networks import definitions, model
from playground.snippets.single import alone

FEW = 8  # so few points are written out
HEAD = '''\
"""A small network learns {what}.

Repeats what the screen showed after epoch {epoch}: the same points, the same first
weights, the same batches in the same order.{end} Needs only torch.

Sums are rounded in another order here. Training makes such differences grow: after
many steps the decimals are others, the story is the same.
"""
'''
DIVERGED = """
It diverged: this is the state after epoch {epochs}, the last with a finite loss."""
IMPORTS = """\
import torch
from torch import nn
"""
WRITTEN = """
# Points to learn from, and to test with: x1, x2 and {label}.
train = {train}
test = {test}
"""
PACKED = '''
# {count} points to learn from, then {rest} to test with: x1, x2 and {label}.
packed = """
{packed}
"""
numbers = bytearray(zlib.decompress(base64.b64decode(packed)))
points = torch.frombuffer(numbers, dtype=torch.float32).view(-1, 3)
train, test = points[:{count}], points[{count}:]
'''
SCORES = """
{eval}for name, x, y in (("training", x_train, y_train), ("test", x_test, y_test)):
    with torch.no_grad():
        scores = model(x)
        loss = loss_of(scores, y).item()
"""
ACCURACY = """\
    right = {right}
    print(f"{{name}}: loss {{loss:.6g}}, accuracy {{right.float().mean():.6g}}")
"""
EXPLAINED = """\
    missed, spread = (scores - y).square().sum(), (y - y.mean()).square().sum()
    explained = torch.where(spread > 0, 1 - missed / spread, 0.0)
    print(f"{name}: loss {loss:.6g}, R² {explained:.6g}")
"""
EVAL = "model.eval()  # batch norm and dropout act otherwise in use than in training\n"
COMPARED = ("mse", "huber")  # losses that compare probabilities with 0 and 1


def reproduce(run: Run, epoch: int) -> str:
    """Return a PyTorch program that trains the first network of a run again.

    It holds the points and prints, for training and test points, the loss and the
    accuracy (R² for regression) that the run had after an epoch.

    Args:
        run: trained from its own spec; of what `resume` changed only changes by hand
            can be repeated.
        epoch: at least 0. If the network diverged before, the program stops at its
            last finite state, as the run did.

    Raises:
        ValueError: the epoch is below 0.
    """
    known = [run.divergence, *(kept.divergence for kept in run.checkpoints)]
    diverged = next((found[0] for found in known if found[0]), None)
    spec, epochs = alone(run.spec, epoch, diverged)
    data = Data(run.train, run.test, run.task, run.outputs)
    parts = [
        _head(data, epoch, epochs),
        _imports(spec, packed=not _is_short(data)),
        _points(data),
        definitions(spec, data),
        _examples(spec, data),
        settings(spec, epochs),
        model(spec, data, len(labels(spec.features))),
        goal(spec, data.task),
        loop(spec, epochs),
        _result(spec, data),
    ]
    return "".join(parts)


def _head(data: Data, epoch: int, epochs: int) -> str:
    what = "a height above the plane"
    if data.task != "regression":
        classes = max(data.outputs, 2)
        what = f"to tell {classes} classes of points apart"
    end = "" if epochs == epoch else DIVERGED.format(epochs=epochs)
    return HEAD.format(what=what, epoch=epoch, end=end)


def _imports(spec: Spec, *, packed: bool) -> str:
    names = ["base64"] if packed else []
    names += ["math"] if spec.schedule == "cosine" else []
    names += ["zlib"] if packed else []
    standard = "".join(f"import {name}\n" for name in names)
    return "\n" + (standard + "\n" if standard else "") + IMPORTS


def _rows(samples: Samples) -> Tensor:
    """Return x1, x2 and label, [N, 3] float32."""
    return torch.cat([samples.points, samples.labels[:, None].float()], dim=1)


def _points(data: Data) -> str:
    """Return the lines that hold the points, packed if they are many."""
    train, test = _rows(data.train), _rows(data.test)
    label = "value" if data.task == "regression" else "class"
    if _is_short(data):
        again = "train" if data.train is data.test else _written(test)
        return WRITTEN.format(label=label, train=_written(train), test=again)
    numbers = torch.cat([train, test]).numpy().tobytes()
    packed = base64.b64encode(zlib.compress(numbers, 9)).decode()
    return PACKED.format(count=len(train), rest=len(test), label=label, packed=packed)


def _is_short(data: Data) -> bool:
    return len(data.train.points) + len(data.test.points) <= FEW


def _written(rows: Tensor) -> str:
    """Return rows as text; nine digits are enough for a float32."""
    lines = [", ".join(f"{float(f'{x:.9g}')!r}" for x in row) for row in rows.tolist()]
    return (
        "torch.tensor(\n    [\n"
        + "".join(f"        [{x}],\n" for x in lines)
        + ("    ]\n)")
    )


def _examples(spec: Spec, data: Data) -> str:
    """Return the lines that make inputs and targets of the points."""
    x, y = "{}[:, :2]", "{}[:, 2:]"
    if spec.features != ("x1", "x2"):
        x = "features({}[:, :2])"
    if data.task == "classes":
        y = "{}[:, 2].long()"
        if spec.loss in COMPARED:
            y = f"nn.functional.one_hot({y}, {data.outputs}).float()"
    lines = []
    for part in ("train", "test"):
        line = f"x_{part}, y_{part} = {x.format(part)}, {y.format(part)}\n"
        if len(line) > WIDTH + 1:
            line = f"x_{part} = {x.format(part)}\ny_{part} = {y.format(part)}\n"
        lines.append(line)
    return "".join(lines)


def _result(spec: Spec, data: Data) -> str:
    """Return the lines that measure the network and print what it is worth."""
    acts_otherwise = spec.batch_norm or is_used(spec, "dropout")
    text = SCORES.format(eval=EVAL if acts_otherwise else "")
    if data.task == "regression":
        return text + EXPLAINED
    right = "(scores > 0) == (y > 0)"
    if data.task == "classes":
        target = "y.argmax(dim=1)" if spec.loss in COMPARED else "y"
        right = f"scores.argmax(dim=1) == {target}"
    return text + ACCURACY.format(right=right)
