"""What the choices of the boundary page are called."""

from engine.activations import ACTIVATIONS
from engine.spec import OPTIMIZERS
from playground.i18n import _


def data_names() -> dict[str, str]:
    """Return the data sets a reader may choose: id -> translated name."""
    return {
        "spiral": _("Spiral"),
        "xor": _("XOR"),
        "circle": _("Circle"),
        "gaussians": _("Gaussians"),
        "moons": _("Moons"),
        "rings": _("Rings"),
        "checkerboard": _("Checkerboard"),
        "function_line": _("Above a line"),
        "function_sine": _("Above a sine"),
        "function_cubic": _("Above a cubic"),
        "function_abs": _("Above a V"),
        "and": _("AND gate"),
        "or": _("OR gate"),
        "xor_corners": _("XOR gate, four corners"),
        "own": _("Own points: paint them"),
        "table": _("Own table (CSV)"),
        "iris": _("Iris flowers"),
        "plane": _("Regression: plane"),
        "hills": _("Regression: hills"),
        "sine": _("Regression: sine"),
    }


def activation_names() -> dict[str, str]:
    """Return the activations: id -> name shown, the usual ones first."""
    names = {
        "relu": "ReLU",
        "tanh": "tanh",
        "sigmoid": _("sigmoid"),
        "linear": _("linear"),
        "leaky_relu": "leaky ReLU",
        "elu": "ELU",
        "selu": "SELU",
        "gelu": "GELU",
        "gelu_tanh": "GELU (tanh)",
        "silu": "SiLU",
        "softplus": "softplus",
        "softsign": "softsign",
        "hardswish": "hardswish",
        "step": _("step"),
        "sign": _("sign"),
    }
    return {name: names[name] for name in names if name in ACTIVATIONS}


def optimizer_names() -> dict[str, str]:
    """Return the optimizers: id -> name shown."""
    names = {
        "adam": "Adam",
        "sgd": _("SGD"),
        "momentum": _("Momentum"),
        "nesterov": "Nesterov",
        "adagrad": "AdaGrad",
        "rmsprop": "RMSProp",
        "adamw": "AdamW",
    }
    return {name: names[name] for name in names if name in OPTIMIZERS}


def init_names() -> dict[str, str]:
    """Return the ways to draw the first weights: id -> translated name."""
    return {
        "xavier": "Xavier (Glorot)",
        "he": "He (Kaiming)",
        "lecun": "LeCun (1/n)",
        "uniform": _("Uniform ±0.5"),
        "small": "0.01 · randn",
        "zeros": _("Zeros"),
    }
