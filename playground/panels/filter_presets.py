"""Filters that show one thing each, and why; the tests hold them to their word."""

from playground.i18n import mark
from playground.layout import Try
from playground.panels.filter_settings import INK, PLACE, WEIGHTS

START = {
    "source": "photo",
    "photo": "camera",
    "border": "replicate",
    "noise": 0,
    "flip": False,
    "axis": "x",
    "edges": "signed",
    "tone": "picture",
    "split": "100",
    "at": PLACE,
}
NOISY = START | {"noise": 20}
JOINT = START | {"photo": "brick", "at": "305.220"}  # the frame is on a joint

TRIES: tuple[Try, ...] = (
    Try(
        mark("A wall, vertical edges"),
        mark(
            "The short joints vanish, the long ones stay: each is blue on one side and "
            "orange on the other. Along x the answer is twice as strong as along y: "
            "change *Finds* and compare."
        ),
        JOINT | {"kernel": "sobel"},
        mark("Sobel along x on a wall. Which joints stay, the long or the short ones?"),
    ),
    Try(
        mark("Noise drowns the Laplacian"),
        mark(
            "Almost nothing. Less than a sixth of the answer's variance is the "
            "picture, the rest is noise: neighbouring pixels differ by chance, and "
            "differences are all a Laplacian sees."
        ),
        NOISY | {"kernel": "laplacian", "neighbours": "4"},
        mark(
            "A little noise, 20 grey levels, then the Laplacian. What is left to see?"
        ),
    ),
    Try(
        mark("Smooth first: LoG"),
        mark(
            "It does. Smoothing averages the noise away before the differences are "
            "taken; more than five sixths of the answer is the picture again. The "
            "price is detail finer than σ."
        ),
        NOISY | {"kernel": "log", "log_sigma": 2.0},
        mark("The same noise. Does the Laplacian of a Gaussian with σ = 2 survive it?"),
    ),
    Try(
        mark("Sharpened until it breaks"),
        mark(
            "A quarter of all pixels is cut off. Both sides of an edge overshoot, and "
            "the noise of the grass is sharpened as well. With an amount of 0.5 it is "
            "one pixel in fifty."
        ),
        START | {"kernel": "sharpen", "amount": 4.0},
        mark("Four Laplacians are taken away. How many pixels leave 0 … 255?"),
    ),
    Try(
        mark("A Gabor filter that fits"),
        mark(
            "The long joints light up. They are as wide as a stripe and run "
            "vertically: where a bright joint lies on the blue stripe and dark "
            "bricks on the orange ones, the sum is large."
        ),
        JOINT | {"kernel": "gabor", "angle": 0, "wave": 8.0},
        mark("Upright waves, 8 pixels long, on the wall. What answers?"),
    ),
    Try(
        mark("… and one that does not"),
        mark(
            "Five times less than before. Along a slanted wave every joint meets as "
            "much blue as orange, and the products cancel."
        ),
        JOINT | {"kernel": "gabor", "angle": 135, "wave": 8.0},
        mark("The same wave turned by 135°. How much weaker is the answer?"),
    ),
    Try(
        mark("Zeros draw a frame"),
        mark(
            "On the left and right border: from sky to black there is no steeper edge. "
            "Nobody photographed it. Mirrored or repeated pixels draw none."
        ),
        START | {"kernel": "sobel", "border": "zeros", "edges": "absolute"},
        mark(
            "Around the picture stand zeros. Where are the strongest edges of all, on "
            "the coat, the tripod, or elsewhere?"
        ),
    ),
    Try(
        mark("Which way does an edge face?"),
        mark(
            "All of them: a closed curve has edges of every direction, and every "
            "colour appears, on the outer side and, opposite, on the inner one."
        ),
        START | {"source": "draw", "ink": INK, "kernel": "sobel", "edges": "direction"},
        mark("A white eight on black. Which directions will the gradient have?"),
    ),
    Try(
        mark("Turned, a relief is an engraving"),
        mark(
            "Hills become valleys. The 1 in the middle stays, all differences change "
            "their sign: as if the light came from the other corner."
        ),
        START | {"kernel": "emboss", "light": "135", "flip": True},
        mark("Emboss, by true convolution. What does turning the kernel change?"),
    ),
    Try(
        mark("The course's kernel"),
        mark(
            "The signs. It is Prewitt's kernel turned round: blue where it gets darker "
            "to the right. With 2 and −2 in the middle row it would be Sobel's."
        ),
        START
        | {"kernel": "custom", "rows": "3", "columns": "3", "weights": WEIGHTS}
        | {"edges": "signed"},
        mark(
            "Many courses find vertical edges with (1 0 −1). What is the difference to "
            "Prewitt?"
        ),
    ),
    Try(
        mark("961 products, or 62"),
        mark(
            "No: the kernel is a column times a row. Blurring upwards and then "
            "sideways takes 31 + 31 products a pixel, and gives the same numbers."
        ),
        START | {"kernel": "gaussian", "sigma": 5.0},
        mark("A Gaussian with σ = 5 has 31 × 31 weights. Are 961 products needed?"),
    ),
)
