"""torch.optim under our names, to judge our optimizers."""

from contextlib import contextmanager

import torch

# Ours -> torch's class, and what it is always given.
TORCH = {
    "sgd": (torch.optim.SGD, {}),
    "momentum": (torch.optim.SGD, {}),
    "momentum_ema": (torch.optim.SGD, {}),
    "nesterov": (torch.optim.SGD, {"nesterov": True}),
    "adagrad": (torch.optim.Adagrad, {}),
    "adadelta": (torch.optim.Adadelta, {}),
    "rmsprop": (torch.optim.RMSprop, {}),
    "adam": (torch.optim.Adam, {}),
    "adamw": (torch.optim.AdamW, {}),
    "adamax": (torch.optim.Adamax, {}),
    "nadam": (torch.optim.NAdam, {}),
}
RANGES = {
    "learning_rate": (1e-3, 5e-2),
    "momentum": (0.0, 0.95),
    "rho": (0.8, 0.999),
    "beta1": (0.0, 0.95),
    "beta2": (0.8, 0.999),
    "epsilon": (1e-10, 1e-6),
    "weight_decay": (0.0, 0.1),
    "momentum_decay": (0.0, 0.01),
}


def arguments(name, rates):
    """Return our rates as torch's class takes them."""
    rates = dict(rates)
    if name == "momentum_ema":  # torch has no such form, but the same path
        rates["learning_rate"] *= 1 - rates["momentum"]
    names = {"learning_rate": "lr", "epsilon": "eps"}
    if name == "rmsprop":
        names["rho"] = "alpha"
    found = {names.get(n, n): v for n, v in rates.items() if not n.startswith("beta")}
    if "beta1" in rates:
        found["betas"] = (rates["beta1"], rates["beta2"])
    return found


def make(name, parameters, rates):
    """Return torch's optimizer for these parameters."""
    maker, fixed = TORCH[name]
    return maker(parameters, **fixed, **arguments(name, rates))


def drawn_rates(drawn, names):
    """Draw a value for each of these rates."""
    return {name: drawn.uniform(*RANGES[name]) for name in names}


@contextmanager
def default_dtype(dtype):
    """Let torch keep numbers of its own, like NAdam's product, in this type."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)
