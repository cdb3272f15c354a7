"""Units, switches and squares that show one thing each, and why.

The tests hold them to their word.
"""

from playground.i18n import mark
from playground.layout import Try

GROW = {"view": "excite", "xsteps": 128, "xseed": 0, "xwhole": False}
SHALLOW = GROW | {"xnear": "cell", "xcelljit": 0, "xcelleven": 0.1}
DEEP = GROW | {"xdeep": "map", "xmapjit": 4, "xmapeven": 0.2}
START = {"view": "ablate", "lsource": "photo", "ashow": "off", "alayer": "c4"}
CAT = START | {"lphoto": "chelsea", "aoff": ""}
COVER = {"view": "ablate", "lsource": "photo", "ashow": "cover", "aoff": "", "aat": ""}
SQUARE = COVER | {"asize": 7, "astride": "2", "afill": "grey"}
# The 72 filters of c4 that, each switched off alone, move the answer least.
WEAK = "0.0.0.7f1e277fff2eef76dfcecfff"

EXCITE: tuple[Try, ...] = (
    Try(
        mark("A filter for dogs"),
        mark(
            "All nine are dogs. Nobody asked for a filter for dogs: telling dogs from "
            "cats needed one. The grown picture has eyes and noses all over."
        ),
        DEEP | {"xlayer": "c4", "xc4": 53},
        mark(
            "Filter 53 of C4. What do the nine test pictures it likes have in common?"
        ),
    ),
    Try(
        mark("A filter for green"),
        mark(
            "Plain green, the purest there is. Its seven by seven weights add green "
            "and take red and blue away."
        ),
        SHALLOW | {"xlayer": "c1", "xc1": 3},
        mark("Filter 3 of C1 sees 7 × 7 pixels. Which picture excites it most?"),
    ),
    Try(
        mark("A filter for many things"),
        mark(
            "Six different classes among nine pictures, none more than twice. A filter "
            "need not have a name; many say something only together."
        ),
        DEEP | {"xlayer": "c4", "xc4": 34},
        mark("Not every filter is for one class. How many classes are among the nine?"),
    ),
    Try(
        mark("Draw a car"),
        mark(
            "Cars, several of them: wheels, windows, bonnets. The network is more than "
            "99.9 % sure of it. It was shown where to climb, never a picture."
        ),
        DEEP | {"xlayer": "output", "xclass": "1"},
        mark("The logit of *car* is climbed, starting from grain. What appears?"),
    ),
    Try(
        mark("Without smoothing and jitter"),
        mark(
            "Grain, and an answer almost three times as strong. The steepest way up "
            "goes through details that no photograph has: strong is not meaningful."
        ),
        DEEP | {"xlayer": "c4", "xc4": 53, "xmapjit": 0, "xmapeven": 0.0},
        mark("The same filter for dogs, nothing held back. A better dog?"),
    ),
    Try(
        mark("Too smooth"),
        mark(
            "Colours and soft shapes are left, and the answer is not half as strong: "
            "what smoothing takes away in each step cannot grow."
        ),
        DEEP | {"xlayer": "c4", "xc4": 53, "xmapeven": 1.0},
        mark(
            "Every pixel becomes the mean of its neighbours in each step. What grows?"
        ),
    ),
    Try(
        mark("Another grain"),
        mark(
            "The picture differs in every place, the pattern and the answer do not: "
            "what is found belongs to the filter, where it stands to the grain."
        ),
        DEEP | {"xlayer": "c3", "xc3": 8, "xseed": 1},
        mark("Filter 8 of C3 from another grain (*Seed* 1, then 0). The same picture?"),
    ),
)

ABLATE: tuple[Try, ...] = (
    Try(
        mark("One filter off: dog or cat?"),
        mark(
            "The answer becomes *cat*. It was a close race, and filter 53 votes for "
            "dogs: its nine strongest pictures are all dogs."
        ),
        CAT | {"aoff": "0.0.0.20000000000000"},
        mark(
            "The network takes this cat for a dog. Filter 53 of C4 is off now: what "
            "does it answer?"
        ),
    ),
    Try(
        mark("Three quarters off"),
        mark(
            "Nothing happens: the probability even rises a little. These 72 are the "
            "ones that matter least for this picture; for another they are others."
        ),
        START | {"lphoto": "brick", "aoff": WEAK},
        mark(
            "Bricks look like *deer* to this network. 72 of C4's 96 filters are off: "
            "and now?"
        ),
    ),
    Try(
        mark("One filter of the first layer"),
        mark(
            "The truck is gone, *dog* wins. All later layers live on what the first "
            "one sees: one of its 24 can matter more than any of C4's 96."
        ),
        START | {"lphoto": "astronaut", "alayer": "c1", "aoff": "2.0.0.0"},
        mark(
            "An astronaut, taken for a truck. Only filter 1 of C1 is off: what changes?"
        ),
    ),
    Try(
        mark("A blind network"),
        mark(
            "*Ship*, 44 %, for every picture: change the photo and see. With C1 silent "
            "only the biases speak, and they know no picture."
        ),
        CAT | {"alayer": "c1", "aoff": "ffffff.0.0.0"},
        mark("All 24 filters of C1 are off. What does the network answer?"),
    ),
    Try(
        mark("What the truck hangs on"),
        mark(
            "The dark thing at the bottom right: covered, *truck* loses more than half "
            "of all probability. Not even a tenth of the places change the answer."
        ),
        SQUARE | {"lphoto": "astronaut"},
        mark("The astronaut again. Where must a square lie to make the truck go?"),
    ),
    Try(
        mark("A cover is a picture, too"),
        mark(
            "Grey changes the answer nowhere, white at one place in six: a white "
            "square on bricks is something to see. An occlusion map tells of the cover "
            "as well as of the picture."
        ),
        SQUARE | {"lphoto": "brick", "afill": "white"},
        mark("Bricks, covered with white. Would grey give the same map? Try both."),
    ),
    Try(
        mark("Covering helps"),
        mark(
            "Yes: over the orange places. The largest gain is larger than the largest "
            "loss. What stands there spoke for another class."
        ),
        SQUARE | {"lphoto": "chelsea"},
        mark("Can hiding part of a picture make the network surer of its answer?"),
    ),
)
