"""Settings worth seeing, each with its reason; the tests hold them to their word."""

from playground.i18n import mark
from playground.layout import Try

PLAIN = {
    "view": "slide",
    "op": "conv",
    "dims": "2",
    "axes": False,
    "n": 6,
    "k": 3,
    "pad": "number",
    "p": 0,
    "s": 1,
    "d": 1,
    "e": 0,
    "mode": "zeros",
    "c": 1,
    "f": 1,
    "groups": 1,
    "flip": False,
    "bias": False,
    "data": "course",
    "kern": "vertical",
    "seed": 0,
    "filter": 1,
    "slice": 1,
    "plane": 1,
    "cell": "6",
}
STRIDED = (
    "2_3_7_4_6_2_9~6_6_9_8_7_4_3~3_4_8_3_8_9_7~7_8_3_6_6_3_4~4_2_1_8_3_4_6~"
    "3_2_4_1_9_8_3~0_1_3_9_2_1_4"
)
POOLED = "1_3_2_2~4_3_1_3~6_4_1_5~8_6_4_7"
POOL = PLAIN | {"op": "max", "n": 4, "k": 2, "s": 2, "data": "own", "image": POOLED}
POOL = {key: value for key, value in POOL.items() if key != "kern"} | {"cell": "2"}
RGB = (
    "9_9_9_0_0~9_9_9_0_0~9_9_9_0_0~9_9_9_0_0~9_9_9_0_0!"
    "2_2_2_2_2~2_2_2_2_2~2_2_2_2_2~2_2_2_2_2~2_2_2_2_2!"
    "0_0_0_5_5~0_0_0_5_5~0_0_0_5_5~0_0_0_5_5~0_0_0_5_5"
)
EVEN = {"data": "own", "image": "~".join(["5_5_5_5_5_5"] * 6), "pad": "same"}
ONES = {"data": "own", "image": "~".join(["1_1_1_1"] * 4), "kern": "ones"}

TRIES: tuple[Try, ...] = (
    Try(
        mark("Vertical edges"),
        mark(
            "−16: the left column gives 1 + 6 + 2 = 9, the right one 8 + 8 + 9 = 25, "
            "and 9 − 25 = −16. The middle one does not count. A large number, of "
            "either sign, says: left and right differ."
        ),
        PLAIN | {"cell": "16"},
        mark("Step to the last window. Is its sum 0, 9 or −16?"),
    ),
    Try(
        mark("Bright to dark"),
        mark(
            "30, twice in a row: 10 + 10 + 10 − 0. Two windows meet the edge, so in "
            "a picture this small the line is two numbers wide."
        ),
        PLAIN | {"data": "bright_dark"},
        mark(
            "The left half is 10, the right half 0. What stands in a row of the output?"
        ),
    ),
    Try(
        mark("Dark to bright"),
        mark(
            "−30: the sign tells the direction of the edge. Who wants edges of both "
            "directions takes the absolute value."
        ),
        PLAIN | {"data": "dark_bright"},
        mark("The picture is mirrored. Is the line 30, 0 or −30 now?"),
    ),
    Try(
        mark("Four quadrants"),
        mark(
            "30, 10, −10, −30: in the middle the window sees a part of both edges, "
            "and they nearly cancel. In large pictures such places are rare."
        ),
        PLAIN | {"data": "quadrants", "kern": "horizontal", "cell": "6"},
        mark(
            "A filter for horizontal edges on a chessboard of four: where is it not "
            "±30?"
        ),
    ),
    Try(
        mark("Two steps at a time"),
        mark(
            r"Nine: $\lfloor (7-3)/2 \rfloor + 1 = 3$ a side. The last number of the "
            "first row is 88, of the second 117; some notes print 83 and 127."
        ),
        PLAIN
        | {"n": 7, "s": 2, "cell": "6", "data": "own", "image": STRIDED}
        | {"kern": "own", "kernel": "3_4_4~1_0_2~-1_0_3"},
        mark("7 × 7, a 3 × 3 kernel, stride 2: how many numbers come out?"),
    ),
    Try(
        mark("Scharr's weights"),
        mark(
            r"160: $(3 + 10 + 3) \cdot 10$, against 30 with ones and 40 with Sobel's "
            "1 2 1. The middle row counts most; all weights add up to 0, so even "
            "ground gives 0."
        ),
        PLAIN
        | {"data": "bright_dark", "kern": "own", "kernel": "3_0_-3~10_0_-10~3_0_-3"},
        mark("Rows 3, 10, 3 instead of 1, 1, 1: what becomes of the 30 at the edge?"),
    ),
    Try(
        mark("What the floor drops"),
        mark(
            "3 × 3: $(6 + 2 - 3)/2 = 2.5$ is rounded down. The last row and column "
            "of the padding, striped here, are never looked at. torch says nothing."
        ),
        PLAIN | {"p": 1, "s": 2, "cell": "9"},
        mark(
            "6 + 2 · 1 cells, kernel 3, stride 2: it does not come out even. An error?"
        ),
    ),
    Try(
        mark("A kernel too large"),
        mark(
            "None: it has no place to stand. The warning names the inequality that "
            "fails and offers the nearest kernel that fits, 6."
        ),
        PLAIN | {"k": 9},
        mark("A 9 × 9 kernel on 6 × 6: how large is the output?"),
    ),
    Try(
        mark("Zeros draw an edge"),
        mark(
            "The border: beside the picture stand zeros, and from 0 to 5 is an edge, "
            "±15. It is the padding's, not the picture's."
        ),
        PLAIN | EVEN | {"cell": "7"},
        mark("Every number is 5, so there is no edge. Does the filter find one?"),
    ),
    Try(
        mark("Reflected padding"),
        mark("None: all 0. Reflected numbers continue the picture."),
        PLAIN | EVEN | {"mode": "reflect", "cell": "7"},
        mark("The same picture, its padding reflected. Which edges are left?"),
    ),
    Try(
        mark("Same, with an even kernel"),
        mark(
            "Three cells of padding cannot be halved: torch puts 1 before and 2 "
            "after. That is why kernels are odd."
        ),
        PLAIN | {"k": 4, "pad": "same", "kern": "ones", "cell": "1"},
        mark("A 4 × 4 kernel keeps 6 × 6. Is there as much padding on both sides?"),
    ),
    Try(
        mark("A kernel with holes"),
        mark(
            "Nine weights still, but 5 × 5 cells: dilation 2 leaves every other one "
            "out. A larger field for the same price."
        ),
        PLAIN | {"n": 7, "d": 2, "cell": "5"},
        mark("Dilation 2: does the 3 × 3 kernel get more weights, or only more room?"),
    ),
    Try(
        mark("True convolution"),
        mark(
            "All change their sign: turned by 180°, the columns 1 0 −1 become −1 0 "
            "1. For learned weights it makes no difference; torch does not turn."
        ),
        PLAIN | {"flip": True},
        mark("Mathematicians turn the kernel first. What happens to our edges?"),
    ),
    Try(
        mark("Three colours, one sum"),
        mark(
            "One: the filter has 3 · 3 · 3 = 27 weights, and all 27 products make "
            "one number. Red gives 27, green 0, blue −15, together 12."
        ),
        PLAIN | {"n": 5, "c": 3, "data": "own", "image": RGB, "cell": "5"},
        mark("Red, green, blue, and one filter: how many outputs are there, 1 or 3?"),
    ),
    Try(
        mark("One filter per channel"),
        mark(
            "Down to a third: 27 weights instead of 81. With as many groups as "
            "channels every filter looks at a channel of its own: a depthwise "
            "convolution."
        ),
        PLAIN | {"c": 3, "f": 3, "groups": 3, "kern": "sobel"},
        mark(
            "Three channels, three filters, three groups: what happens to the weights?"
        ),
    ),
    Try(
        mark("The largest of four"),
        mark("4 3 and 8 7. There is nothing to learn: no parameters."),
        POOL,
        mark("Max pooling 2 × 2 with stride 2: which four numbers are left?"),
    ),
    Try(
        mark("The mean of four"),
        mark(
            "The maximum: 4, 3, 8, 7 against 2.75, 2, 6, 4.25. A mean forgets no "
            "number, but it makes edges pale."
        ),
        POOL | {"op": "average"},
        mark("The mean instead of the maximum: which is larger, at every place?"),
    ),
    Try(
        mark("One number per channel"),
        mark(
            "(1 + 3 + … + 7) / 16 = 3.75. Whatever the size of the picture, a "
            "channel becomes one number: what follows need not know the size."
        ),
        {k: v for k, v in POOL.items() if k not in ("k", "s")} | {"op": "global"},
        mark("Global pooling of 4 × 4: how many numbers are left?"),
    ),
    Try(
        mark("Upwards: transposed"),
        mark(
            r"5 × 5: $(3-1)\cdot 2 - 2\cdot 1 + (3-1) + 1$. Each number puts the "
            "whole kernel on the output, and where they overlap they add up."
        ),
        PLAIN | {"op": "transposed", "n": 3, "s": 2, "p": 1, "cell": "17"},
        mark("A stride of 2 the other way round: how large does 3 × 3 become?"),
    ),
    Try(
        mark("Chessboard artefacts"),
        mark(
            "No: 1, 2 and 4. A kernel of 3 and a stride of 2 overlap unevenly; "
            "pictures from such layers show a chessboard. With kernel 4 all the "
            "inside is 4."
        ),
        PLAIN | ONES | {"op": "transposed", "n": 4, "s": 2, "cell": "81"},
        mark("Only ones, in the input and the kernel. Is the output even?"),
    ),
    Try(
        mark("A signal"),
        mark(
            "10 × 16: 14 − 5 + 1 places, a row for each filter. The formula is the "
            "same, axis by axis."
        ),
        PLAIN | {"dims": "1", "n": 14, "k": 5, "f": 16, "kern": "random"},
        mark("14 numbers, 16 filters of 5: what is the shape of the output?"),
    ),
    Try(
        mark("A volume"),
        mark(
            "16 × 10 × 10 × 10. The planes shown are slices that lie under the "
            "kernel, and their five sums make one number."
        ),
        PLAIN | {"dims": "3", "n": 14, "k": 5, "f": 16, "kern": "random", "cell": "45"},
        mark("14³ numbers, 16 filters of 5³: what is the shape of the output?"),
    ),
    Try(
        mark("The second layer of a net"),
        mark(
            r"17 × 17 × 20: $\lfloor (37-5)/2 \rfloor + 1 = 17$. Each of the 20 "
            "filters looks at all 10 channels, so the layer has 20 · 10 · 5 · 5 = "
            "5 000 weights."
        ),
        PLAIN
        | {"n": 37, "k": 5, "s": 2, "c": 10, "f": 20, "kern": "random", "cell": "145"},
        mark("37 × 37 × 10, 20 filters of 5 × 5, stride 2: what comes out?"),
    ),
    Try(
        mark("Eight filters of LeNet's kind"),
        mark(
            "608: 8 · (5 · 5 · 3 + 1). Some notes print 208, which forgets the three "
            "channels. The size of the picture does not matter."
        ),
        PLAIN
        | {"n": 32, "k": 5, "c": 3, "f": 8, "bias": True, "b": 1.0}
        | {"kern": "random", "cell": "400"},
        mark(
            "32 × 32 × 3, eight filters of 5 × 5, with biases: 208 or 608 parameters?"
        ),
    ),
)
