"""Leave a training run of one network, and take it up again later."""

import copy
from dataclasses import asdict
from typing import Any, Protocol

import torch
from torch import nn


class Run(Protocol):
    """What such a run has: `recipe` is a dataclass, `epoch` counts finished ones."""

    recipe: Any
    epoch: int
    net: nn.Module
    optimizer: torch.optim.Optimizer
    generator: torch.Generator


def captured(run: Run) -> dict[str, Any]:
    """Return all that `take_up` needs, as plain values and tensors of their own."""
    return {
        "recipe": asdict(run.recipe),
        "epoch": run.epoch,
        "net": copy.deepcopy(run.net.state_dict()),
        "optimizer": copy.deepcopy(run.optimizer.state_dict()),
        "generator": run.generator.get_state(),
    }


def take_up(run: Run, state: dict[str, Any]) -> None:
    """Bring a new run to where another one was when it was captured.

    Raises:
        ValueError: that one had another recipe.
    """
    if state.get("recipe") != asdict(run.recipe):
        raise ValueError(
            f"the recipe must be the one begun with, {state.get('recipe')}, "
            f"got {asdict(run.recipe)}"
        )
    run.epoch = state["epoch"]
    run.net.load_state_dict(state["net"])
    run.optimizer.load_state_dict(copy.deepcopy(state["optimizer"]))
    run.generator.set_state(state["generator"].cpu())
