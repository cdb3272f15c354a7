"""Settings worth seeing, each with its reason; the tests hold them to their word."""

from playground.i18n import mark
from playground.layout import Try
from playground.panels.nms_ink import START

PAIR = {"view": "pair", "way": "x", "grip": "1"}
NMS = {
    "view": "nms",
    "boxes": "duplicates",
    "kind": "hard",
    "overlap": 0.5,
    "score": 0.6,
    "sigma": 0.5,
    "perclass": True,
    "truth": True,
    "step": "0",
}
CLOSE = NMS | {"boxes": "close", "score": 0.3}
CURVE = {key: value for key, value in NMS.items() if key not in ("step", "truth")} | {
    "view": "curve",
    "boxes": "crowd",
    "score": 0.3,
    "right": "0.5",
    "taken": "end",
}

TRIES: tuple[Try, ...] = (
    Try(
        mark("Half a width to the side"),
        mark(
            "A third: half of each box is shared, and the union is one and a half "
            r"boxes. $\frac{1/2}{3/2} = \frac13$, though half of each is covered."
        ),
        PAIR | {"a": "60 60 180 180", "b": "120 60 240 180"},
        mark("B covers half of A, and A half of B. What is the IoU: 1/2, 1/3 or 1/4?"),
    ),
    Try(
        mark("Off by a tenth"),
        mark(
            "0.6807: a tenth of the side to the right and a tenth down leaves 81 % in "
            "common. It is correct at 0.5 and 0.6, not at 0.75. IoU is strict."
        ),
        PAIR | {"a": "60 60 160 160", "b": "70 70 170 170", "way": "xy"},
        mark("B is off by a tenth of its side, right and down. Is it correct at 0.75?"),
    ),
    Try(
        mark("Apart, and farther apart"),
        mark(
            "IoU says 0 for both, so it cannot say where to go. GIoU sinks from 0 "
            "towards −1 as the gap grows: that is why detectors train with it."
        ),
        PAIR | {"a": "20 80 100 160", "b": "120 80 200 160"},
        mark("Slide B to the right. Which numbers tell that it moves away?"),
    ),
    Try(
        mark("Inside, but where?"),
        mark(
            "Wherever B is in A, IoU and GIoU stay at 0.25: the enclosing box is A "
            "itself. DIoU and CIoU see the distance of the centres: they peak at the "
            "middle."
        ),
        PAIR | {"a": "60 40 220 200", "b": "60 80 140 160"},
        mark("B lies inside A. Slide it to A's middle: which measures change?"),
    ),
    Try(
        mark("Same centre, other shape"),
        mark(
            "CIoU: the centres agree, so DIoU is the IoU, 0.3333. CIoU takes off "
            r"$\alpha v = 0.0338$ for the shapes: one lies, the other stands."
        ),
        PAIR | {"a": "60 80 220 160", "b": "100 40 180 200"},
        mark("One box lies, one stands, both round one point. Who sees a difference?"),
    ),
    Try(
        mark("Duplicates go"),
        mark(
            "Two: box 1 drops 3 and 4, box 2 drops 5; box 6 went first, for its score "
            "of 0.55. With 0.6 and 0.5, the numbers of Ng's course, it is what one "
            "wants."
        ),
        NMS,
        mark("Two objects, six boxes. How many stay, and which go for their score?"),
    ),
    Try(
        mark("A true one is deleted"),
        mark(
            "Hard suppression drops box 2, whose IoU with box 1 is 0.536, as if it "
            "were a duplicate. One of two people is lost, and no later step can bring "
            "it back."
        ),
        CLOSE | {"step": "end"},
        mark("Two people stand close. Does suppression keep both?"),
    ),
    Try(
        mark("Soft suppression keeps it"),
        mark(
            "Yes: box 2 is lowered to 0.408, not dropped, and stays above 0.3. Box 3, "
            "a real duplicate, sinks to 0.235 and goes."
        ),
        CLOSE | {"kind": "linear", "step": "end"},
        mark("The score of box 2 is multiplied by 1 − IoU. Is that enough to survive?"),
    ),
    Try(
        mark("Distance counts"),
        mark(
            "DIoU keeps both: IoU is 0.5385 for boxes 1 and 2, but DIoU 0.4946, since "
            "their centres are apart. Box 3 is concentric with box 1; it goes."
        ),
        NMS | {"boxes": "row", "kind": "diou", "step": "end"},
        mark("Two objects side by side, IoU 0.54. Does DIoU-NMS drop one at 0.5?"),
    ),
    Try(
        mark("A person in a car"),
        mark(
            "The car goes: its box overlaps the person's by 0.7214. Class by class "
            "both stay, for a car can be no duplicate of a person."
        ),
        NMS | {"boxes": "classes", "perclass": False, "step": "end"},
        mark("All classes are thrown together. Who is left: person, car or both?"),
    ),
    Try(
        mark("The dropped drop nobody"),
        mark(
            "Boxes 1 and 3. Box 2 overlaps both by 0.4112, but box 1 drops it first, "
            "and who is dropped drops nobody."
        ),
        NMS | {"boxes": "chain", "overlap": 0.4, "step": "end"},
        mark("1 overlaps 2, 2 overlaps 3, 1 and 3 hardly. Who is left at 0.4?"),
    ),
    Try(
        mark("Boxes inside a box"),
        mark(
            "All three, at any threshold from 0.2 on: a small box in a large one has a "
            "small IoU. Suppression alone does not remove parts of an object."
        ),
        NMS | {"boxes": "nested", "score": 0.3, "step": "end"},
        mark("Two small boxes lie wholly inside the best one. Are they dropped?"),
    ),
    Try(
        mark("A real detector"),
        mark(
            "Several cells and anchors see each digit: there are more than two boxes "
            "above 0.5, and suppression leaves one 3 and one 7. Draw your own digits, "
            "and lower the lowest score."
        ),
        NMS | {"boxes": "draw", "ink": START, "score": 0.5, "step": "end"},
        mark(
            "A network reads a 3 and a 7. Does it answer with two boxes, or with more?"
        ),
    ),
    Try(
        mark("Threshold too low"),
        mark(
            "Recall: at 0.2 neighbours drop each other, three of five people are found "
            "and AP is 0.604. Precision is still 1."
        ),
        CURVE | {"overlap": 0.2},
        mark("A crowd, and a threshold of 0.2. What suffers: precision or recall?"),
    ),
    Try(
        mark("Threshold too high"),
        mark(
            "Precision: both duplicates stay, and 2 of 7 are wrong. AP is 1 all the "
            "same, because the wrong ones come last: AP only looks at the order."
        ),
        CURVE | {"overlap": 0.8},
        mark("The same crowd at 0.8. What suffers now, and what does AP say?"),
    ),
    Try(
        mark("Right at 0.5, wrong at 0.95"),
        mark(
            "None: the best box has an IoU of 0.946 with its object. The same "
            "predictions have AP 1 at 0.5 and 0 at 0.95; that is why COCO averages "
            "over ten limits from 0.5 to 0.95."
        ),
        CURVE | {"overlap": 0.5, "right": "0.95"},
        mark("All five people were found. How many count if IoU must be 0.95?"),
    ),
)
