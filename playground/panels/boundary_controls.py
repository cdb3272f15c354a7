"""The knobs of a training: data, network, learning; together they are a Spec."""

import secrets
from dataclasses import dataclass, replace

import streamlit as st

from engine.datasets import MOST_CLASSES, TASKS
from engine.losses import LOSSES
from engine.schedules import SCHEDULES
from engine.spec import FIXED
from engine.training import Spec
from playground import state, widgets
from playground.i18n import _
from playground.panels.boundary_data import own_data
from playground.panels.boundary_names import (
    activation_names,
    data_names,
    init_names,
    optimizer_names,
)

LARGEST_SEED = 9999
RATES = (*(float(f"{m}e{e}") for e in range(-5, 1) for m in (1, 2, 3, 5, 7)), 10.0)
PENALTIES = (0.0, *(float(f"{m}e{e}") for e in range(-5, 0) for m in (1, 3)))
CLIPS = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
EPOCHS = (100, 200, 300, 500, 1000, 2000, 3000, 5000, 10_000)


@dataclass(frozen=True)
class Knobs:
    """What the controls say: the training, and how long and how it is shown.

    `painting`: the data are the reader's to paint.
    """

    spec: Spec
    epochs: int
    hard: bool
    painting: bool


def knobs() -> Knobs:
    """Show every control of a training and return what they say."""
    names = data_names()
    data = widgets.choice(_("Data"), names, key="data")
    with st.popover(_("Data settings"), width="stretch"):
        spec = own_data(data) or _made(data)
        spec = _split(spec)
    layers = widgets.entry(
        _("Hidden layers"),
        "8, 8",
        _sizes,
        key="layers",
        help=_(
            "Units of each hidden layer, up to 8 layers of 32: 8, 4, 2. Nothing: one "
            "single unit."
        ),
    )
    activation = widgets.choice(_("Activation"), activation_names(), key="activation")
    optimizer = widgets.choice(_("Optimizer"), optimizer_names(), key="optimizer")
    rate = widgets.stepped(
        _("Learning rate"),
        RATES,
        0.01,
        key="lr",
        help=_("How far each step goes. Change it while the network learns."),
    )
    spec = replace(
        spec,
        layers=tuple(int(size) for size in layers.split(",") if size),
        activations=_per_layer(activation, layers),
        optimizer=optimizer,
        learning_rate=rate,
        seed=_seed(),
    )
    with st.expander(_("More")):
        spec = _more(spec)
        epochs = widgets.stepped(_("Last epoch"), EPOCHS, 3000, key="epochs")
        hard = widgets.toggle(
            _("Show classes only"),
            False,
            key="hard",
            help=_("Full colours instead of how sure the network is."),
        )
    return Knobs(spec, int(epochs), hard, data == "own")


def _made(data: str) -> Spec:
    """Show how a data set is generated."""
    count = widgets.slider(_("Points"), (20, 1000, 20), 500, key="count")
    noise = widgets.slider(
        _("Noise"),
        (0.0, 1.0, 0.05),
        0.05,
        key="noise",
        help=_("How far points are shifted at random, on a plane from −3 to 3."),
    )
    classes, balance = 2, 0.5
    if MOST_CLASSES.get(data, 2) > 2:
        most = MOST_CLASSES[data]
        classes = widgets.slider(_("Classes"), (2, most, 1), 2, key="classes")
    if TASKS[data] == "classification" and classes == 2:
        balance = widgets.slider(
            _("Share of blue"), (0.1, 0.9, 0.05), 0.5, key="balance"
        )
    return Spec(data=data, count=count, noise=noise, classes=classes, balance=balance)


def _split(spec: Spec) -> Spec:
    share = widgets.slider(
        _("Share for training"),
        (0.1, 0.9, 0.1),
        0.5,
        key="share",
        help=_("The rest is the test set: rings on the plane."),
    )
    shown = {"x1": "x₁", "x2": "x₂", "x1_squared": "x₁²", "x2_squared": "x₂²"}
    shown |= {"x1_x2": "x₁x₂", "sin_x1": "sin x₁", "sin_x2": "sin x₂"}
    shown |= {"cos_x1": "cos x₁", "cos_x2": "cos x₂"}
    features = widgets.several(_("Inputs"), shown, ("x1", "x2"), key="inputs")
    degree = widgets.slider(
        _("All powers up to degree"),
        (1, 8, 1),
        1,
        key="degree",
        help=_("Above 1, every product of powers of x₁ and x₂ becomes an input."),
    )
    if degree > 1:
        wavy = tuple(f for f in features if f.startswith(("sin", "cos")))
        features = (f"degree_{degree}", *wavy)
    return replace(spec, train_share=share, features=features)


def _sizes(text: str) -> str:
    """Return "8, 8" or "8 8" as "8,8"; ValueError with words for the reader."""
    parts = text.replace(",", " ").split()
    if len(parts) > 8 or not all(p.isdecimal() and 1 <= int(p) <= 32 for p in parts):
        raise ValueError(_("Up to 8 numbers from 1 to 32, such as 8, 4, 2."))
    return ",".join(str(int(part)) for part in parts)


def _per_layer(activation: str, layers: str) -> tuple[str, ...]:
    """Return the activation of all layers, or of each, as the diagram's menus say.

    What the menus say counts for the activation and the layers it was chosen with.
    """
    text = state.recall("acts", "", _activations)
    chosen = tuple(text.split(".")) if text else ()
    size = len([part for part in layers.split(",") if part])
    if len(chosen) != size + 1 or chosen[0] != activation:
        chosen = ()
    state.remember("acts", ".".join(chosen), "")
    return chosen[1:] or (activation,)


def _activations(text: str) -> str:
    if text and not set(text.split(".")) <= set(FIXED):
        raise ValueError(f"must be activations joined by points, got {text!r}")
    return text


def _seed() -> int:
    field, button = st.columns([3, 2], vertical_alignment="bottom")
    with field:
        seed = widgets.number(
            _("Seed"),
            (0, LARGEST_SEED, 1),
            0,
            key="seed",
            help=_("One number decides the points, the start and the mini-batches."),
        )
    button.button(
        _("New seed"),
        on_click=lambda: state.settings(seed=secrets.randbelow(LARGEST_SEED + 1)),
    )
    return seed


def _more(spec: Spec) -> Spec:
    """Show the controls a class needs later."""
    spec = replace(
        spec,
        loss=_loss(spec),
        batch_size=widgets.slider(
            _("Batch size"),
            (0, 250, 1),
            10,
            key="batch",
            help=_("Points per step. 0 takes all of them: gradient descent."),
        ),
        init=widgets.choice(_("Start weights"), init_names(), key="init"),
        l1=widgets.stepped(_("L1 penalty"), PENALTIES, 0.0, key="l1"),
        l2=widgets.stepped(_("L2 penalty"), PENALTIES, 0.0, key="l2"),
        dropout=widgets.slider(_("Dropout"), (0.0, 0.9, 0.05), 0.0, key="dropout"),
        batch_norm=widgets.toggle(_("Batch normalization"), False, key="bn"),
        clip=widgets.stepped(
            _("Clip the gradient's norm at"),
            CLIPS,
            0.0,
            key="clip",
            help=_("0 leaves the gradient as it is."),
        ),
    )
    if spec.optimizer in ("momentum", "nesterov"):
        momentum = widgets.slider(_("Momentum"), (0.0, 0.99, 0.01), 0.9, key="momentum")
        spec = replace(spec, momentum=momentum)
    return _schedule(spec)


def _loss(spec: Spec) -> str:
    names = {
        "cross_entropy": _("Cross-entropy"),
        "mse": _("Squared error"),
        "hinge": _("Hinge"),
        "huber": "Huber",
    }
    kind = spec.own_task if spec.points else TASKS[spec.data]
    regression = kind == "regression"
    task = "regression" if regression else "binary"
    fitting = {n: names[n] for n in names if task in LOSSES[n].tasks}
    return widgets.choice(_("Loss"), fitting, key="rloss" if regression else "loss")


def _schedule(spec: Spec) -> Spec:
    """Show how the learning rate changes with the epochs."""
    names = {
        "constant": _("Constant"),
        "inverse": "1 / (1 + r·t)",
        "exponential": "rᵗ",
        "staircase": _("Halved every r epochs"),
        "inverse_sqrt": "r / √t",
        "cosine": _("Cosine, down to 0"),
        "warmup": _("Warm-up of r epochs"),
    }
    fitting = {name: names[name] for name in names if name in SCHEDULES}
    schedule = widgets.choice(_("Schedule of the rate"), fitting, key="schedule")
    spans = {
        "inverse": (0.0, 1.0, 0.01, 0.01),
        "exponential": (0.9, 1.0, 0.005, 0.99),
        "staircase": (1.0, 500.0, 1.0, 50.0),
        "inverse_sqrt": (0.5, 10.0, 0.5, 1.0),
        "warmup": (1.0, 200.0, 1.0, 20.0),
    }
    if schedule not in spans:
        return replace(spec, schedule=schedule)
    low, high, step, default = spans[schedule]
    number = widgets.slider("r", (low, high, step), default, key=f"r_{schedule}")
    return replace(spec, schedule=schedule, schedule_rate=number)
