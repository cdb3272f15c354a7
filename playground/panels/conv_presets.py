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

TRIES: tuple[Try, ...] = (
    Try(
        mark("Vertical edges"),
        mark(
            "−16: the right column (1, 7, 8 … no: 3, 8, 9 times −1) outweighs the left. "
            "The number is large wherever left and right differ."
        ),
        PLAIN | {"cell": "16"},
        mark("The last window of the picture: is its sum 0, 9 or −16?"),
    ),
)
