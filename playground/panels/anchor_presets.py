"""Settings worth seeing, each with its reason; the tests hold them to their word."""

from playground.i18n import mark
from playground.layout import Try

PERSON, CAR = "0.152.89.208.291", "1.75.144.285.236"
SECOND = "0.196.98.252.290"  # another person, as tall
CHILD = "0.190.150.226.262"
MIDDLE = "2.150.150.230.240"  # as wide as high
SMALL = "0.200.200.222.224"
CELL = {
    "view": "cell",
    "objs": f"{PERSON}~{CAR}",
    "obj": "0",
    "how": "typed",
    "anchors": "60×200  220×100",
    "grid": 3,
    "way": "0",
}
FIND = {
    "view": "find",
    "sizes": "street",
    "k": 3,
    "seed": 0,
    "dist": "iou",
    "step": "end",
}
DENSE = {
    "view": "dense",
    "objs": f"{PERSON}~{CAR}",
    "obj": "0",
    "stride": "32",
    "scales": ["64", "128", "256"],
    "ratios": ["2", "1", "half"],
    "pos": 0.7,
    "neg": 0.3,
    "rescue": True,
    "drawn": "positive",
    "at": "best",
    "grow": "0",
}

TRIES: tuple[Try, ...] = (
    Try(
        mark("A person before a car"),
        mark(
            "Yes: the tall anchor takes the person (IoU 0.925 against 0.202), the wide "
            "one the car (0.878 against 0.214). The cell answers twice, once for each "
            "anchor."
        ),
        CELL,
        mark("Both have their midpoint in one cell. Can the cell report both?"),
    ),
    Try(
        mark("One anchor"),
        mark(
            "No: there is one slot, and the person has it. Nothing in the training "
            "target tells of the car."
        ),
        CELL | {"anchors": "60×200", "obj": "1"},
        mark("The same scene, but the cell has one anchor. Are both learned?"),
    ),
    Try(
        mark("Three objects, two anchors"),
        mark(
            "No: three midpoints, two slots. C has the person's anchor as its best "
            "(0.391), so C is lost. More anchors or a finer grid can help, a longer "
            "training cannot."
        ),
        CELL | {"objs": f"{PERSON}~{CAR}~{MIDDLE}", "obj": "2"},
        mark("A third midpoint in the same cell. Does it find an anchor?"),
    ),
    Try(
        mark("Two people, one cell"),
        mark(
            "No: both want the tall anchor. The wide one is free and stays free, "
            "because an object goes to its best anchor or to none."
        ),
        CELL | {"objs": f"{PERSON}~{SECOND}", "obj": "1"},
        mark("Two people side by side, two anchors. Does each get one?"),
    ),
    Try(
        mark("A finer grid parts them"),
        mark(
            "Yes: now their midpoints are in the cells (5, 5) and (6, 7), each with "
            "anchors of its own. That is why collisions are rare with 13 × 13 or "
            "19 × 19 cells, and why they still happen in crowds."
        ),
        CELL | {"objs": f"{PERSON}~{SECOND}", "obj": "1", "grid": 13},
        mark("The same two people on a grid of 13 × 13. Are both learned now?"),
    ),
    Try(
        mark("An adult and a child"),
        mark(
            "Yes. Shapes differ in size too: the child overlaps 40×120 by 0.840 and "
            "60×200 only by 0.336."
        ),
        CELL
        | {
            "objs": f"{PERSON}~{CHILD}",
            "obj": "1",
            "anchors": "40×120  60×200  220×100",
        },
        mark("Same proportions, one cell. Can two anchors tell them apart?"),
    ),
    Try(
        mark("Where is the anchor's centre?"),
        mark(
            "It stays 0.925. Where it is, the person overlaps the anchor by 0.308, but "
            "only widths and heights are compared: play, and watch the box slide to "
            "the anchor's place. An anchor is two numbers; each cell lends it its "
            "middle."
        ),
        CELL | {"way": "12"},
        mark("Drag the person within its cell. Does its IoU in the table change?"),
    ),
    Try(
        mark("An elbow at three"),
        mark(
            "Three. The mean best IoU is 0.490, 0.715, 0.924 for one, two, three "
            "anchors, and a fourth adds 0.011 only: there are three kinds of parcels."
        ),
        FIND | {"sizes": "own"},
        mark("Parcels on a conveyor. Look at the elbow: how many anchors are enough?"),
    ),
    Try(
        mark("No groups, no elbow"),
        mark(
            "There is none: each anchor adds a little less than the one before. Then "
            "the price decides: every anchor makes the output larger for every cell."
        ),
        FIND | {"sizes": "even", "k": 5},
        mark("Widths and heights without any groups. Where is the elbow?"),
    ),
    Try(
        mark("A bad start"),
        mark(
            "No: it ends at 0.512, others reach 0.583. No step makes the mean worse, "
            "but from here none makes it better either. Take the best of several seeds."
        ),
        FIND | {"seed": 9},
        mark("The same boxes from another start. Are the anchors as good as before?"),
    ),
    Try(
        mark("Why not the plain distance?"),
        mark(
            "It ends at 0.501 from each of the seeds 0 to 9; with 1 − IoU the best of "
            "them has 0.583. Ten pixels count the same for a bus and for somebody far "
            "away, so large boxes pull the anchors to them, and small ones, which are "
            "most, fit badly."
        ),
        FIND | {"dist": "plain"},
        mark(
            "Now anchors are found with the plain distance between points (w, h). Is "
            "the mean best IoU higher or lower?"
        ),
    ),
    Try(
        mark("The detector's own boxes"),
        mark(
            "Slim ones: all are higher than wide, because digits are, and they grow "
            "from 15×19 to 68×76 pixels. The detector of this site uses anchors found "
            "in this way."
        ),
        FIND | {"sizes": "digits", "k": 4},
        mark("Digits of all sizes. What shapes will four anchors have?"),
    ),
    Try(
        mark("Nearly all is background"),
        mark(
            "1475 of 1521, or 97 %. A loss over all anchors would be about background; "
            "so a sample is taken, as many positive as negative ones if possible."
        ),
        DENSE | {"drawn": "negative"},
        mark('Two objects, 1521 anchors. What share of them learns "nothing here"?'),
    ),
    Try(
        mark("Nobody reaches 0.7"),
        mark(
            "None: the best anchors have 0.560 and 0.644. Without the rule that an "
            "object's best anchor is always positive, nobody would learn these two."
        ),
        DENSE | {"rescue": False},
        mark("The rule of the best anchor is off. How many anchors are positive?"),
    ),
    Try(
        mark("A finer stride"),
        mark(
            "The car: an anchor comes nearer to its middle, and 0.644 becomes "
            "0.761, above the threshold. For the person it is the shape that is "
            "missing: 0.577."
        ),
        DENSE | {"stride": "16"},
        mark("Anchors every 16 instead of 32 pixels. Who gets above 0.7?"),
    ),
    Try(
        mark("Too small for its anchors"),
        mark(
            "Nobody: its best anchor overlaps it by 0.129. The rule makes this anchor "
            "positive, but it overlaps the car more, and learns the car. Add the scale "
            "32, and somebody learns it."
        ),
        DENSE | {"objs": f"{SMALL}~{CAR}"},
        mark("A far-away person, 22 × 24 pixels. Which anchor learns it?"),
    ),
)
