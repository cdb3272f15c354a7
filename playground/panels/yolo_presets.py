"""Things to try on the YOLO page; the tests hold them to their word."""

from playground.i18n import mark
from playground.layout import Try
from playground.panels.yolo_settings import DIGITS, STREET

COURSE = {"view": "target", "source": "street", "grid": 3, "anchors": "1"}
COURSE |= {"street": STREET, "pick": "2", "cell": "1.1"}
# A midpoint on a line of a 3 × 3 grid over 420 pixels: x = 140.
BORDER = "1.40.160.240.260"
# Two midpoints in the cell of the middle: a person in front of a car; two cars.
CROSSING = "1.120.160.300.270~0.175.130.245.320"
TWINS = "1.110.150.270.240~1.160.180.320.270"
TRIO = "1.110.150.270.240~0.175.130.245.320~1.160.180.320.270"
GIANT = "1.-60.-40.470.440~0.300.200.370.390"
AWAY = "1.330.220.540.330~0.62.130.118.330"
CROWD = "~".join(
    f"0.{x}.{y}.{x + 26}.{y + 74}" for y in (150, 240, 330) for x in range(20, 400, 60)
)

TARGET: tuple[Try, ...] = (
    Try(
        mark("The course's 3×3×8"),
        mark(
            "72 numbers: 9 cells of (p_c, b_x, b_y, b_h, b_w, c₁, c₂, c₃). Three cells "
            "hold an object and 8 numbers each; in the other six only p_c = 0 counts. "
            "A car 220 pixels wide is 220/140 = 1.571 cells: b_w may exceed 1."
        ),
        COURSE,
        mark("Three objects, 3×3 cells, 3 classes. How many numbers is the target?"),
    ),
    Try(
        mark("Midpoint on a border"),
        mark(
            "The cell on the right: x = 140 is 140·3/420 = 1 exactly, so the column is "
            "1 and b_x is 0. That is why b_x lies in [0, 1): 0 is allowed, 1 is not. "
            "Drag the car a pixel to the left and b_x jumps to 0.99."
        ),
        COURSE | {"street": BORDER, "pick": "1", "cell": "1.1"},
        mark("The car's midpoint lies exactly on a line. Which cell owns it?"),
    ),
    Try(
        mark("Two in one cell, one anchor"),
        mark(
            "No: with one slot per cell the second object cannot be written. The "
            "network is even told that nothing is there, and learns to overlook it."
        ),
        COURSE | {"street": CROSSING, "pick": "2", "anchors": "1"},
        mark("A person in front of a car, both midpoints in one cell. Fit both in?"),
    ),
    Try(
        mark("Two in one cell, two anchors"),
        mark(
            "Yes. The person's shape overlaps the tall anchor most, the car's the wide "
            "one: 3×3×2×8 = 3×3×16 numbers, and both fit."
        ),
        COURSE | {"street": CROSSING, "pick": "2", "anchors": "2"},
        mark("The same two, but each cell has a tall and a wide slot. Fit now?"),
    ),
    Try(
        mark("Two cars, two anchors"),
        mark(
            "One is lost. Both cars are wide, so both want the wide slot; the tall one "
            "stays empty. Anchors part shapes, not objects."
        ),
        COURSE | {"street": TWINS, "pick": "2", "anchors": "2"},
        mark("Two cars in one cell that has two slots. Is there room for both?"),
    ),
    Try(
        mark("Three objects, two anchors"),
        mark(
            "Two at most. Here the second car is lost, and no set of two anchors could "
            "hold three objects of one cell."
        ),
        COURSE | {"street": TRIO, "pick": "3", "anchors": "2"},
        mark("A cell with two slots and three midpoints. How many are written?"),
    ),
    Try(
        mark("A finer grid parts them"),
        mark(
            "Yes: their midpoints are 30 pixels apart or more, and a cell is 22 pixels "
            "now. In practice 19×19 makes such meetings rare; they never vanish."
        ),
        COURSE
        | {"street": TRIO, "pick": "3", "anchors": "2", "grid": 19}
        | {"cell": "10.10"},
        mark("The same three on a grid of 19×19. Are all written?"),
    ),
    Try(
        mark("Larger than the picture"),
        mark(
            "Yes. Only the midpoint decides the cell, and it is inside. The car is 530 "
            "pixels wide in a picture of 420: b_w = 3.786 cells of 3."
        ),
        COURSE | {"street": GIANT, "pick": "1", "anchors": "2"},
        mark("A car sticks out of the picture on all sides. Can it be written?"),
    ),
    Try(
        mark("Midpoint outside"),
        mark(
            "No cell owns it, so it is not in the target, though much of it is seen. "
            "Data sets cut boxes at the picture's edge first: the midpoint moves in."
        ),
        COURSE | {"street": AWAY, "pick": "1", "anchors": "2"},
        mark("A car leaves the picture; its midpoint is just outside. Who owns it?"),
    ),
    Try(
        mark("S = 1"),
        mark(
            "One cell owns everything, and per anchor one object is kept: two of "
            "three. This is classification with localization, the course's first step."
        ),
        COURSE | {"grid": 1, "anchors": "2", "cell": "0.0"},
        mark("A grid of one cell, two anchors, three objects. How many are written?"),
    ),
    Try(
        mark("S = 19, five anchors"),
        mark(
            "1805 slots for 21 people: 14 440 numbers, 19×19×5×8 = 19×19×40. All are "
            "written; of the numbers 1952 count, the rest is don't care."
        ),
        COURSE
        | {"street": CROWD, "grid": 19, "anchors": "5", "pick": "1"}
        | {"cell": "8.1"},
        mark("A crowd of 21 on 19×19 cells with 5 anchors. How many numbers?"),
    ),
    Try(
        mark("Digits: ten classes"),
        mark(
            "15 numbers per slot: 5 and one for each digit. Nothing else changes: "
            "3×3×2×15 = 3×3×30."
        ),
        {"view": "target", "source": "digits", "digits": DIGITS, "grid": 3}
        | {"anchors": "2", "pick": "1", "cell": "1.0"},
        mark("Digits in place of cars. What changes in the vector?"),
    ),
)

PASS: tuple[Try, ...] = (
    Try(
        mark("16×16: four windows"),
        mark(
            "2×2: the window fits at x = 0 and 2 and y = 0 and 2. Four answers come "
            "out of one pass, for 17 % fewer multiply-adds."
        ),
        {"view": "pass", "side": 16, "stride": "2", "hidden": 400},
        mark("The 14×14 network reads 16×16 pixels. How large is the answer?"),
    ),
    Try(
        mark("28×28: 64 windows"),
        mark(
            "8×8×4. But only a quarter of the work is saved, less than most expect: "
            "the first convolution is shared, what follows is done for each window."
        ),
        {"view": "pass", "side": 28, "stride": "2", "hidden": 400},
        mark("28×28 pixels. How large is the answer, and how much work is saved?"),
    ),
    Try(
        mark("Few hidden units"),
        mark(
            "88 %. Now the shared convolution is nearly all the work, "
            "as in deep detectors, whose last layers are small."
        ),
        {"view": "pass", "side": 28, "stride": "2", "hidden": 10},
        mark("10 hidden units in place of 400. How much is saved now?"),
    ),
    Try(
        mark("15×15: one pixel too many"),
        mark(
            "Still one window: the next would begin at x = 2. The convolution reads "
            "the last row and column for nothing, so the single pass costs more."
        ),
        {"view": "pass", "side": 15, "stride": "2", "hidden": 400},
        mark("A picture one pixel larger than the window. How many answers?"),
    ),
    Try(
        mark("Every pixel"),
        mark(
            "Without pooling the window moves by 1: 15×15 = 225 windows. The kernel "
            "after it grows to 10×10, and so does the work."
        ),
        {"view": "pass", "side": 28, "stride": "1", "hidden": 400},
        mark("No pooling (1×1). How many windows fit into 28×28?"),
    ),
)

FAMILIES: tuple[Try, ...] = (
    Try(
        mark("2000 regions, one at a time"),
        mark(
            "R-CNN runs the backbone 2000 times and needs 274 times the work of YOLO. "
            "Fast R-CNN runs it once; only the small head still runs 2000 times."
        ),
        {"view": "families", "size": 608, "searched": 2000, "proposed": 300},
        mark("Which part of R-CNN costs most, and what did Fast R-CNN change?"),
    ),
    Try(
        mark("Few regions"),
        mark(
            "Hardly: with 100 regions Fast R-CNN is within 11 % of YOLO. The backbone "
            "is the price then, and all but R-CNN pay it once."
        ),
        {"view": "families", "size": 608, "searched": 100, "proposed": 50},
        mark("Only 100 regions. Is one pass still much cheaper than Fast R-CNN?"),
    ),
    Try(
        mark("A small picture"),
        mark(
            "R-CNN does the same as before: it warps each region to 224×224. On the "
            "small picture YOLO needs a seventh, so the ratio grows to 2015."
        ),
        {"view": "families", "size": 224, "searched": 2000, "proposed": 300},
        mark("The picture shrinks to 224×224. Who gains, and who does not?"),
    ),
)
