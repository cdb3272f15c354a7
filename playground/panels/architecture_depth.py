"""Depth: what a shortcut does for the gradient of a deep stack."""

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.residual import MOST_PAIRS, Descent, Stack, descend, share
from playground import widgets
from playground.figures.architecture_charts import Texts, gradients
from playground.figures.numerals import plain
from playground.i18n import _
from playground.layout import TakeAway, chart
from playground.panels.architecture_networks import type_size
from playground.panels.boundary_controls import LARGEST_SEED
from playground.snippets.architectures import depth_program

STEADY = (0.1, 10.0)  # first layer's gradient over the last one's


@st.cache_data(max_entries=64, show_spinner=False)
def _descents(stack: Stack) -> tuple[Descent, Descent]:
    return descend(stack, around=False), descend(stack, around=True)


def depth_view(controls: DeltaGenerator) -> TakeAway:
    """Send one gradient down a plain and a residual stack; return what to keep.

    Args:
        controls: where the controls go.
    """
    with controls:
        stack = _stack()
        measure = widgets.segments(
            _("Gradient of"),
            {"weights": _("weights"), "signal": _("signal")},
            key="grad",
            help=_("Of every convolution's weights, or of what passes between pairs."),
        )
    both = _descents(stack)
    names = (_("plain"), _("residual"))
    if measure == "weights":
        lengths = [descent.gradient for descent in both]
        texts = Texts(_("convolution"), _("length of its gradient, ‖∂L/∂W‖"))
    else:
        lengths = [descent.signal for descent in both]
        texts = Texts(_("after pair"), _("length of the gradient there, ‖∂L/∂x‖"))
    chart(
        gradients(
            dict(zip(names, lengths, strict=True)),
            texts,
            first=1 if measure == "weights" else 0,
            font=type_size(),
        ),
        key="gradients",
        alt=_("Length of every layer's gradient, plain and residual, logarithmic"),
    )
    with st.container(horizontal=True):
        for name, length in zip(names, lengths, strict=True):
            title = _("First over last, {name}").format(name=name)
            st.metric(title, plain(share(length)), width="content")
        for name, descent in zip(names, both, strict=True):
            title = _("Loss before training, {name}").format(name=name)
            st.metric(title, plain(descent.loss), width="content")
    for name, descent in zip(names, both, strict=True):
        times = plain(share(descent.gradient))
        st.markdown(_verdict(descent).format(name=name, times=times))
    st.latex(
        r"y = F(x) + x:\qquad \frac{\partial L}{\partial x} = "
        r"\frac{\partial L}{\partial y}\left(\frac{\partial F}{\partial x} + 1\right)"
    )
    return TakeAway(
        partial(depth_program, stack),
        figures={"gradients": "gradients"},
        tables={"gradients.csv": _csv(both)},
    )


def _stack() -> Stack:
    pairs = widgets.slider(
        _("Pairs of convolutions"), (1, MOST_PAIRS, 1), 10, key="pairs"
    )
    norm = widgets.toggle(
        _("Batch norm"), False, key="norm", help=_("After every convolution.")
    )
    inits = {
        "pytorch": _("As nn.Conv2d does unasked: 1/(3n)"),
        "he": "He: 2/n",
    }
    init = widgets.choice(
        _("Variance of the weights"),
        inits,
        key="init",
        help=_("n is the number of inputs of a filter, here 3·3·8 = 72."),
    )
    seed = widgets.number(_("Seed"), (0, LARGEST_SEED, 1), 0, key="seed")
    return Stack(pairs, norm, init, seed)


def _verdict(descent: Descent) -> str:
    ratio, loss = share(descent.gradient), descent.loss
    size = descent.gradient[0].item()
    if size < 1e-6:
        return _(
            "**{name}**: almost nothing arrives anywhere; no step of training would "
            "change this network."
        )
    if loss > 20:
        return _(
            "**{name}**: every block adds to the signal and nothing holds it: it grows "
            "from pair to pair, and the loss starts enormous."
        )
    if ratio > STEADY[1]:
        return _(
            "**{name}**: the gradient grows on its way down; the first layer gets "
            "{times} times what the last one gets."
        )
    if ratio < STEADY[0]:
        return _(
            "**{name}**: the gradient shrinks on its way down; the first layer gets "
            "{times} times what the last one gets."
        )
    return _("**{name}**: first and last layer get gradients of a similar size.")


def _csv(both: tuple[Descent, Descent]) -> str:
    lines = ["gradient_of,number,plain,residual"]
    for name, start in (("gradient", 1), ("signal", 0)):
        what = {"gradient": "weights of convolution", "signal": "signal after pair"}
        pairs = zip(*(getattr(one, name).tolist() for one in both), strict=True)
        for number, (first, second) in enumerate(pairs, start=start):
            lines.append(f"{what[name]},{number},{first:.10g},{second:.10g}")
    return "\n".join(lines)
