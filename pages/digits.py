"""Draw a digit, see it prepared step by step, and watch LeNet-5 read it."""

from functools import partial

import streamlit as st
import torch

from engine import lenet, saliency
from engine.ink import Steps, prepare
from playground import widgets
from playground.figures.digits import probability_bars, stage_pictures
from playground.i18n import _, mark
from playground.layout import TakeAway, Try, chart, close_lesson, open_lesson
from playground.panels import digit_views as views
from playground.panels.digit_input import digit_input
from playground.panels.digit_training import trained_answer, training_panel
from playground.snippets.digits import read_drawing, read_mnist

SLUG = "digits"
# handwritten(7, seed=2) and handwritten(7, seed=21), as `drawing.to_text` writes them.
SEVEN = "DQxC2gEgBhAAFAUYAUAACRYnNBEaDxwRMAkk"
BOLD = "EBOyAVYCEwYPEgUWAxoBHAIcCBYKEgwOBg8MHwwPCA8MGR4pTBU-AQo"
STEPS = ("crop", "fit", "smooth", "centre", "pad", "normalise")
SHIPPED = {"source": "draw", "net": "relu"} | dict.fromkeys(STEPS, True)
TRIES = (
    Try(
        mark("Read a seven"),
        mark("Follow the ink from the canvas to 32 × 32, then through every layer."),
        SHIPPED | {"ink": SEVEN, "view": "layers"},
    ),
    Try(
        mark("Forget to crop and centre"),
        mark("The canvas shrinks as it is, and the same seven is read as a two."),
        SHIPPED | {"ink": SEVEN} | dict.fromkeys(("crop", "fit", "centre"), False),
    ),
    Try(
        mark("Forget to normalise"),
        mark("Grey levels 0…255 go in: a wrong answer, and the network is sure of it."),
        SHIPPED | {"ink": BOLD, "normalise": False},
    ),
    Try(
        mark("One sum by hand"),
        mark("Twenty-five products and a bias make one square of a feature map."),
        SHIPPED | {"ink": SEVEN, "view": "cell", "layer": "c1"},
    ),
    Try(
        mark("Which pixels mattered?"),
        mark("Cover each place in turn and watch the answer's probability fall."),
        SHIPPED | {"ink": SEVEN, "view": "why"},
    ),
)
BLANK = torch.zeros(224, 224, dtype=torch.uint8)

frame = open_lesson(SLUG)
with frame.controls:
    digit = digit_input()
    variants = {"relu": "ReLU", "tanh": "tanh (1998)"}
    variant = widgets.segments(_("Network"), variants, key="net")
net = views.network(variant)

with frame.stage:
    strip, answer = st.columns([7, 3])
    places = strip.columns(5, gap="xsmall")
    pictures = [place.empty() for place in places]
    switches = (
        (0, "crop", _("Crop")),
        (1, "fit", _("20 px")),
        (1, "smooth", _("Smooth")),
        (2, "centre", _("Centre")),
        (3, "pad", _("Pad")),
        (4, "normalise", _("Scale")),
    )
    on, fixed = [], digit is not None and digit.prepared
    for at, key, label in switches:
        with places[at]:
            on.append(widgets.check(label, True, key=key, disabled=fixed))
    steps = Steps(*on)
    names = {
        "layers": _("Layers"),
        "kernels": _("Kernels"),
        "cell": _("One sum"),
        "why": _("Why?"),
        "sizes": _("Sizes"),
        "train": _("Train your own"),
    }
    view = widgets.segments(_("Look at"), names, key="view", label_shown=False)
    picture, result = st.container(), st.container()
if view == "train":  # before the answers: a training that ends meanwhile runs us again
    with picture:
        training_panel()

take_away = TakeAway()
if digit is None:
    for place in pictures:
        place.image(BLANK.numpy(), width="stretch")
    answer.info(_("Draw something or pick a digit: no input, no answer."))
else:
    seen = digit.stages(steps)
    said = lenet.activations(net, seen.prepared.to(net.c1.weight.device))
    probabilities = said["output"][0].softmax(dim=0)
    own = trained_answer(seen.prepared)
    with result:  # first of all: the rest may take its time
        views.numbers(said["output"][0], own)
    for place, shown in zip(pictures, stage_pictures(seen), strict=True):
        place.image(shown.numpy(), width="stretch")
    answers = {f"LeNet-5 {variants[variant]}": probabilities}
    if own is not None:
        answers[_("Your network")] = own
    with answer:
        chart(
            probability_bars(answers, digit=_("Digit"), probability=_("Probability")),
            key="answer",
            alt=_("The network answers {digit}").format(
                digit=int(probabilities.argmax())
            ),
        )
    rows = [f"{d},{p}" for d, p in enumerate(probabilities.tolist())]
    weights = lenet.WEIGHTS / f"lenet_{variant}.pt"
    take_away = TakeAway(
        partial(read_mnist, digit.pixels, variant)
        if digit.prepared
        else partial(read_drawing, digit.pixels, steps, variant),
        figures={"answer": "answer"} | views.FIGURES[view],
        tables={"probabilities.csv": "\n".join(["digit,probability", *rows])},
        files={p.name: p.read_bytes for p in (weights, weights.with_suffix(".json"))},
    )

with picture:
    if view == "kernels":
        views.kernels(net)
    elif view == "sizes":
        views.sizes(variant)
    elif digit is None and view != "train":
        views.skeleton()
    elif view == "layers":
        views.layers(said)
    elif view == "cell":
        views.one_sum(net, seen.prepared, said)
    elif view == "why":
        views.why(net, seen, int(probabilities.argmax()))

close_lesson(
    frame,
    prepare,
    lenet.LeNet5,
    lenet.explain,
    saliency.occlusion,
    tries=TRIES,
    take_away=take_away,
)
