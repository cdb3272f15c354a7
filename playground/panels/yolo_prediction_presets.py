"""What to try with the detector; the tests hold it to its word."""

from playground.i18n import mark
from playground.layout import Try
from playground.panels.yolo_settings import INK

# Two threes whose boxes overlap; a seven 8 pixels high beside one of 20; the letter A;
# a six that stands on its head.
TWINS = (
    "Dhp4eC4EdgAgAwUKCQotUAkIKAIoCAoECgYQDggMCBIEBAEMBxAPGBsUHwgZABEEMwEXCR8VDhqYAow"
    "BLgR2ACADBQoJCi1QCQgoAigICgQKBhAOCAwIEgQEAQwHEA8YGxQfCBkAEQQzARcJHxU"
)
SMALL = "AgSEAoYCDAEBAAAQBAd4VAIBFAAGAQEKAQICHA"
LETTER = "DgOgAbgDeL8CeMACDgLSAbYCkgEA"
TURNED = (
    "DiyUAqQDBAkCFQwhFBsYFQwTBA8CHwQPAwsBHQUFAAcJBQEFBwEAAwsBBwMjAAcECQAJBgsCDxABCgM"
    "GACIGDAAMCAoCDBIQCgMGBAoABgQGAwYACgUcJxAPAgU"
)
WRITTEN = {"view": "prediction", "from": "draw", "ink": INK, "slot": ""}
WRITTEN |= {"score": 0.5, "overlap": 0.45}
KNOWN = WRITTEN | {"from": "sample"}

PREDICTION: tuple[Try, ...] = (
    Try(
        mark("Two digits, 400 slots"),
        mark(
            "A handful: of 400 slots only those near a midpoint say that something is "
            "there. Go back to stage 0 to see their boxes, dashed."
        ),
        WRITTEN,
        mark("The network has 400 slots. How many dare to propose a box for 3 and 7?"),
    ),
    Try(
        mark("Five digits, all found"),
        mark(
            "Dashed is the truth, blue the answer. The loss is small but not 0: no box "
            "lies exactly on its digit. Most of it is place and size."
        ),
        KNOWN | {"scene": 2},
        mark("All digits are found and named. Is the loss 0?"),
    ),
    Try(
        mark("A one that is read as a seven"),
        mark(
            "The place is right and the class is wrong: that costs in one term only. "
            "Click its cell on the maps and compare answer and target."
        ),
        KNOWN | {"scene": 3},
        mark("One digit is misread here. Which term of the loss pays for it?"),
    ),
    Try(
        mark("Without suppression"),
        mark(
            "Neighbouring slots find the same digit: with every overlap allowed they "
            "all stay, and 3 and 7 are read twice. NMS is part of the detector."
        ),
        WRITTEN | {"overlap": 1.0},
        mark("Every overlap is allowed now. How many boxes are left for two digits?"),
    ),
    Try(
        mark("Two threes, both kept"),
        mark(
            "Their boxes overlap, yet by less than 0.45: both stay. They are of one "
            "class, so a stricter limit would take one away; try the next."
        ),
        WRITTEN | {"ink": TWINS},
        mark("Two threes touch. Does suppression take one for a copy of the other?"),
    ),
    Try(
        mark("Suppression deletes a true one"),
        mark(
            "No: at 0.1 the second three counts as a copy of the first and goes. No "
            "limit is right for every picture."
        ),
        WRITTEN | {"ink": TWINS, "overlap": 0.1},
        mark("The same two, but boxes may overlap by 0.1 only. Are both still there?"),
    ),
    Try(
        mark("Too small to be seen"),
        mark(
            "The one of 20 pixels is, the one of 8 is not: the drawing is shrunk to "
            "160 pixels and a cell is 16 of them. Small objects are YOLO's weak spot; "
            "later versions answer on finer grids too."
        ),
        WRITTEN | {"ink": SMALL},
        mark("Two sevens, 20 and 8 pixels high. Which of them are found?"),
    ),
    Try(
        mark("An A is a 4"),
        mark(
            "It says 4, and is almost sure. The classes of a slot add up to 1 and none "
            "of them is “something else”: a network answers only what it was asked."
        ),
        WRITTEN | {"ink": LETTER},
        mark("What does a network that knows ten digits say to the letter A?"),
    ),
    Try(
        mark("A 6 on its head"),
        mark(
            "It is a 9 now, for us too. Turning is not free for digits; that is why "
            "the training turns them by 14 degrees at most."
        ),
        WRITTEN | {"ink": TURNED},
        mark("A six is turned by 180°. What does the detector read?"),
    ),
    Try(
        mark("Everything that looks like something"),
        mark(
            "More than there are digits. A low threshold misses less "
            "and invents more; the curve on the page IoU and NMS shows the trade."
        ),
        KNOWN | {"scene": 11, "score": 0.05},
        mark("The threshold is 0.05 now, in a scene of five digits. How many remain?"),
    ),
)
