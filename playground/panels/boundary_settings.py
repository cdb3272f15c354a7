"""A training that shows one thing, and the controls that make it."""

from dataclasses import dataclass

from engine.spec import Spec
from playground.panels.boundary_run import to_text


@dataclass(frozen=True)
class Preset:
    """A training that shows one thing; texts are marked for translation.

    Attributes:
        title: short name.
        question: what a class predicts before it presses play.
        why: what happens, and why.
        spec: the training.
        view: id of the view in which it shows best.
    """

    title: str
    question: str
    why: str
    spec: Spec
    view: str = "network"


def settings(preset: Preset) -> dict[str, object]:
    """Return the controls of the boundary page that make the preset's training."""
    spec, chosen = preset.spec, preset.spec.activations
    per_layer = ".".join((chosen[0], *chosen)) if len(chosen) > 1 else ""
    regression = spec.data in {"plane", "hills", "sine"}
    return {
        "data": spec.data,
        "count": spec.count,
        "noise": spec.noise,
        "classes": spec.classes,
        "balance": spec.balance,
        "share": spec.train_share,
        "inputs": list(spec.features),
        "degree": 1,
        "layers": ", ".join(map(str, spec.layers)),
        "activation": chosen[0],
        "acts": per_layer,
        "init": spec.init,
        "bn": spec.batch_norm,
        "rloss" if regression else "loss": spec.loss,
        "optimizer": spec.optimizer,
        "lr": spec.learning_rate,
        "momentum": spec.momentum,
        "l1": spec.l1,
        "l2": spec.l2,
        "dropout": spec.dropout,
        "clip": spec.clip,
        "batch": spec.batch_size,
        "schedule": spec.schedule,
        "seed": spec.seed,
        "changes": to_text(spec.changes),
        "view": preset.view,
        "last": None,
        "epoch": "0",
    }
