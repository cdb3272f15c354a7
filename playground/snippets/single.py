"""What decides one network of a run up to an epoch, without what does not matter."""

from dataclasses import replace

from engine.history import Divergence
from engine.optimizers import OPTIMIZERS
from engine.spec import RATES, Spec

ALWAYS_READ = {"learning_rate", "l1", "l2", "dropout", "clip"}  # by any optimizer


def alone(
    spec: Spec, epoch: int, divergence: Divergence | None = None
) -> tuple[Spec, int]:
    """Return what decides the first network of a run at an epoch, and nothing more.

    Args:
        spec: of E networks.
        epoch: at least 0.
        divergence: of the first network, if it diverged.

    Returns:
        A spec for one network, and the epochs trained: fewer than `epoch` if it
        diverged before. Of the changes by hand are left those that count up to there;
        rates changed in epoch 0 have their new value.

    Raises:
        ValueError: the epoch is below 0.
    """
    if epoch < 0:
        raise ValueError(f"epoch must be at least 0, got {epoch}")
    if divergence is not None and divergence.epoch <= epoch:
        epoch = max(divergence.epoch - 1, 0)
    read = ALWAYS_READ | set(OPTIMIZERS[spec.optimizer].rates)
    if not spec.layers:  # no hidden units to drop
        read = read - {"dropout"}
    changes = [
        change
        for change in sorted(spec.changes, key=lambda change: change.epoch)
        if (change.name not in RATES and change.epoch <= epoch)
        or (change.name in read and 0 < change.epoch < epoch)
    ]
    rates = {name: float(given[0]) for name, given in spec.rates(0).items()}
    rates["dropout"] *= bool(spec.layers)
    seeds = (spec.init_seeds or (spec.seed,))[:1]
    norm = spec.batch_norm and bool(spec.layers)
    known = {"changes": tuple(changes), "init_seeds": seeds, "batch_norm": norm}
    return replace(spec, **known, **rates), epoch


def values(spec: Spec, name: str) -> list[float]:
    """Return every value that a rate takes, the first one first; see `alone`."""
    later = [float(change.value) for change in spec.changes if change.name == name]
    return [getattr(spec, name), *later]
