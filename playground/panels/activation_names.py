"""What the activations are called, and the numbers that shape some of them."""

from playground.i18n import _
from playground.panels.boundary_names import activation_names

ORDER = (
    "step",
    "sign",
    "linear",
    "sigmoid",
    "tanh",
    "softsign",
    "relu",
    "leaky_relu",
    "prelu",
    "elu",
    "selu",
    "gelu",
    "gelu_tanh",
    "silu",
    "softplus",
    "hardswish",
    "maxout",
)


def every_name() -> dict[str, str]:
    """Return all activations in the order of the course: id -> translated name."""
    names = activation_names() | {"prelu": "PReLU", "maxout": "maxout"}
    return {name: names[name] for name in ORDER}


def init_names() -> dict[str, str]:
    """Return how the weights are drawn: id -> translated name."""
    return {
        "he": "He (2/n)",
        "xavier": "Xavier (2/(n + n))",
        "lecun": "1/n",
        "small": "0.01 · randn",
        "large": "1 · randn",
        "zeros": _("Zeros"),
    }
