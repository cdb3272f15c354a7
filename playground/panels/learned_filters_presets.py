"""Learned filters that show one thing each, and why; the tests hold them to it."""

from playground.i18n import mark
from playground.layout import Try
from playground.panels.learned_filters_unit import DEFAULT

START = {
    "view": "learned",
    "lnet": "colour",
    "lsource": "photo",
    "lphoto": "chelsea",
    "lshow": "training",
    "lmoment": "99",
    "lat": DEFAULT,
    "lcell": "",
    "lscope": "map",
    "lrgb": "own",
    "lsmooth": True,
}

TRIES: tuple[Try, ...] = (
    Try(
        mark("Still noise, and already useful"),
        mark(
            "42.5 %, four times what guessing gives. The layers behind find something "
            "to use in almost any filters. Edges and blobs appear in the epochs after: "
            "press Play."
        ),
        START | {"lmoment": "6"},
        mark(
            "After half an epoch the filters look like noise. How many of ten kinds of "
            "things does the network already read right?"
        ),
    ),
    Try(
        mark("Few filters are strong"),
        mark(
            "Ten of the 24 vanish, others are faint: the largest weight of those ten "
            "is less than a tenth of the strongest. The training held the first layer "
            "back (weight decay), and what the answer does not need shrinks."
        ),
        START | {"lrgb": "layer"},
        mark(
            "Each filter has had a scale of its own. On one scale for all of them, how "
            "many can still be seen?"
        ),
    ),
    Try(
        mark("Maps that stay silent"),
        mark(
            "Eight. All these filters have a bias below 0, a threshold: on this wall "
            "weights times picture never rise above it, and ReLU leaves 0. The "
            "astronaut wakes all of them."
        ),
        START | {"lphoto": "brick", "lshow": "c1", "lscope": "layer"},
        mark("A grey wall. How many of the 24 maps are 0 everywhere, and why?"),
    ),
    Try(
        mark("Bright is not strong"),
        mark(
            "Hardly: the brightest spot is 0.03, a hundredth of the layer's highest "
            "number. Its own scale makes any map bright. Choose one scale per layer, "
            "and it vanishes."
        ),
        START | {"lshow": "c1", "lat": "c1.2"},
        mark("Map 2 has bright spots. Has its filter found something?"),
    ),
    Try(
        mark("A frame nobody photographed"),
        mark(
            "Around the picture stand zeros, and 0 means middle grey: bluer than the "
            "brown fur, and this filter looks for blue. 88 % of all this map says "
            "comes from the outermost cells."
        ),
        START | {"lshow": "c1", "lat": "c1.4"},
        mark("Map 4 lights up along the border of the picture. What is there?"),
    ),
    Try(
        mark("How much one cell sees"),
        mark(
            "30 of 32 pixels each way, nearly all of it, though every kernel of this "
            "layer is 3 × 3. Step back through C3, C2 and C1: the window is 22, 12 and "
            "7 pixels wide."
        ),
        START | {"lshow": "c4", "lat": "c4.0"},
        mark("One cell of the last layer: how large is its window on the picture?"),
    ),
    Try(
        mark("Only ten words"),
        mark(
            "A truck, at 59 %. It knows ten words and has to choose. Nothing in the "
            "maps says that none of them fits."
        ),
        START | {"lphoto": "astronaut", "lshow": "all"},
        mark("An astronaut is none of the ten classes. What does the network answer?"),
    ),
    Try(
        mark("LeNet hardly moves"),
        mark(
            "Little. On average the cosine of the angle between the first and the last "
            "weights of C1 is 0.77; in the colour network it is 0.05. Digits are easy, "
            "and chance kernels are nearly good enough."
        ),
        START | {"lnet": "relu", "lstep": "training", "lfrom": "draw", "lmoment": "0"},
        mark(
            "LeNet before the first step: its six kernels are chance. How much will "
            "thirty epochs change them?"
        ),
    ),
)
