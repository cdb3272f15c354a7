"""What can be looked at while LeNet-5 reads a digit: one function per view."""

import streamlit as st
import torch
from torch import Tensor

from engine import device, lenet, saliency
from engine.ink import INPUT, Stages
from playground import state, widgets
from playground.figures import digits as figures
from playground.figures.numerals import grouped
from playground.i18n import _
from playground.layout import chart

FIGURES = {  # view -> file stem -> key of its chart
    "layers": {"layers": "layers"},
    "kernels": {"kernels": "kernels"},
    "cell": {"sum": "cell"},
    "why": {"why": "why"},
    "sizes": {},
    "train": {},
}
SHAPES = {"c1": (6, 28), "s2": (6, 14), "c3": (16, 10), "s4": (16, 5)}  # maps, side


@st.cache_resource(max_entries=2, show_spinner=False)
def network(variant: str) -> lenet.LeNet5:
    """Return the shipped network, on the device in use; all visitors only read it."""
    return lenet.load(variant).to(device.pick())


def numbers(logits: Tensor, others: Tensor | None) -> None:
    """Show the answer and how sure it is, as a row of numbers and as formulas.

    Args:
        logits: [10], the shipped network's.
        others: [10] probabilities, the reader's own network's, if there is one.
    """
    probabilities = logits.softmax(dim=0)
    top = probabilities.topk(3).indices.tolist()
    labels = (_("Answer"), _("Second"), _("Third"))
    with st.container(key="prediction", horizontal=True):
        for label, digit in zip(labels, top, strict=True):
            st.metric(label, f"{digit} · {_percent(probabilities[digit].item())}")
        bits = lenet.entropy(probabilities)
        st.metric(_("Entropy"), _("{bits:.3f} bits").format(bits=bits))
        if others is not None:
            share = _percent(others.max().item())
            st.metric(_("Your network"), f"{int(others.argmax())} · {share}")
    first = top[0]
    scale = logits.logsumexp(dim=0).item()  # sums of e^z may be too large for a float
    st.latex(
        rf"p_{first} = \frac{{e^{{z_{first}}}}}{{\sum_j e^{{z_j}}}} = "
        rf"e^{{{logits[first]:.4f} - {scale:.4f}}} = {probabilities[first]:.4f} \qquad "
        rf"H = -\sum_k p_k \log_2 p_k = {bits:.3f}\ \mathrm{{bits}}"
    )


def layers(said: dict[str, Tensor]) -> None:
    """Show what every layer says."""
    titles = {
        name: f"{name.upper()}<br>{'×'.join(map(str, output.shape[1:]))}"
        for name, output in said.items()
    }
    titles["output"] = _("Logits")
    chart(
        figures.layer_maps(said, titles=titles),
        key="layers",
        alt=_("The output of every layer, each at its own scale"),
    )


def skeleton() -> None:
    """Show the layers with nothing in them yet."""
    layers({row.name: torch.zeros(1, *row.shape) for row in lenet.table()})


def kernels(net: lenet.LeNet5) -> None:
    """Show the weights of both convolutions."""
    titles = (
        _("C1: 6 kernels<br>of 5 × 5"),
        _("C3: 16 filters (columns) of 6 kernels (rows), one per map of S2"),
    )
    chart(
        figures.kernels(net.c1.weight, net.c3.weight, titles=titles),
        key="kernels",
        alt=_("The kernels of C1 and C3: orange is negative, blue positive"),
    )


def one_sum(net: lenet.LeNet5, picture: Tensor, said: dict[str, Tensor]) -> None:
    """Show one value of a feature map and the arithmetic behind it."""
    names = {name: name.upper() for name in SHAPES}
    knobs = st.columns([2, 1, 1, 1])
    with knobs[0]:
        layer = widgets.segments(_("Layer"), names, key="layer")
    count, side = SHAPES[layer]
    spans = (
        (_("Map"), "map", count),
        (_("Row"), "row", side),
        (_("Column"), "col", side),
    )
    place = []
    for knob, (label, key, size) in zip(knobs[1:], spans, strict=True):
        with knob:
            start = 0 if key == "map" else size // 2
            number = widgets.number(label, (0, size - 1, 1), start, key=f"{layer}{key}")
            place.append(number)
    channel, row, column = place
    picture = picture.to(net.c1.weight.device)
    cell = lenet.explain(net, picture, layer, channel, row, column)
    below = {"c1": picture, "s2": said["c1"], "c3": said["s2"], "s4": said["c3"]}
    source = below[layer][0]  # [C, H, W]; pooling looks at one map only
    if len(cell.patch) == 1:
        source = source[channel % len(source)][None]
    titles = (
        _("Input of {layer}").format(layer=names[layer]),
        _("Map {map} (click)").format(map=channel),
        _("Patch"),
        _("Kernel"),
        _("Products"),
    )

    def pick(x: float, y: float) -> None:
        state.settings(**{f"{layer}col": round(x), f"{layer}row": round(y)})

    chart(
        figures.one_sum(
            source, said[layer][0, channel], (row, column), cell, titles=titles
        ),
        key="cell",
        alt=_("One value of the map, its patch, its kernel and their products"),
        on_click=pick,
    )
    st.latex(_formula(net, layer, cell))


def why(net: lenet.LeNet5, seen: Stages, digit: int) -> None:
    """Show which pixels the answer hangs on."""
    picture = seen.prepared.to(net.c1.weight.device)
    titles = (
        _("Input"),
        _("Gradient of the logit of {digit}").format(digit=digit),
        _("Probability lost if hidden"),
    )
    chart(
        figures.reasons(
            seen.padded,
            saliency.gradient(net, picture, digit),
            saliency.occlusion(net, picture, digit),
            titles=titles,
        ),
        key="why",
        alt=_("Which pixels the answer hangs on: gradient and occlusion"),
    )


def sizes(variant: str) -> None:
    """Show the table of layers, and what the trained network scores."""
    kinds = {
        "convolution": _("convolution 5 × 5"),
        "average pooling": _("average pooling 2 × 2"),
        "fully connected": _("fully connected"),
    }
    rows = lenet.table()
    shown = [(_("Input"), "", f"1×{INPUT}×{INPUT}", "", "")]
    for row in rows:
        name = _("Output") if row.name == "output" else row.name.upper()
        shape = "×".join(map(str, row.shape))
        numbers = (grouped(row.parameters), grouped(row.multiplies))
        shown.append((name, kinds[row.kind], shape, *numbers))
    total = sum(row.parameters for row in rows)
    work = sum(row.multiplies for row in rows)
    shown.append((_("Sum"), "", "", grouped(total), grouped(work)))
    heads = (_("Layer"), _("Kind"), _("Shape"), _("Parameters"), _("Multiplications"))
    st.table([dict(zip(heads, line, strict=True)) for line in shown])
    card = lenet.card(variant)
    st.caption(
        _(
            "Trained on 60 000 pictures of MNIST. Reads {test:.2%} of its {tests} "
            "test pictures and {drawn:.2%} of {drawings} mouse-like drawings never "
            "seen in training."
        ).format(
            test=card["test_accuracy"],
            tests=grouped(card["test_pictures"]),
            drawn=card["drawn_accuracy"],
            drawings=grouped(card["drawn_pictures"]),
        )
    )


def _percent(share: float) -> str:
    """Return a share as text; softmax never says 0 or 1, only rounding does."""
    if share > 0.9999:
        return ">99.99%"
    return "<0.01%" if share < 0.0001 else f"{share:.2%}"


def _formula(net: lenet.LeNet5, layer: str, cell: lenet.Cell) -> str:
    """Return the sum as LaTeX, with the current numbers in it."""
    parts = cell.products.sum(dim=(1, 2)).tolist()  # one per channel
    terms = " ".join(f"{part:+.3f}".replace("+", "+ ") for part in parts).lstrip("+ ")
    if layer in ("s2", "s4"):
        return rf"a = \tfrac14 \sum x = {cell.value:.4f}"
    name = r"\tanh" if net.variant == "tanh" else r"\mathrm{ReLU}"
    total = rf"z &= \sum w x + b = {terms} {cell.bias:+.3f} = {cell.total:.4f}"
    return (
        rf"\begin{{aligned}} {total} \\ a &= {name}(z) = {cell.value:.4f} "
        r"\end{aligned}"
    )
