"""Settings worth seeing, each with its reason; the tests hold them to their word."""

from dataclasses import replace

from engine.spec import Spec
from playground.i18n import mark
from playground.layout import Try
from playground.panels.boundary_run import from_text
from playground.panels.boundary_settings import Preset, settings

# Spec(data, count, noise, ...)
CORNERS = Spec(
    "xor_corners", 200, 0.05, layers=(2,), activations=("tanh",), optimizer="sgd"
)
DEEP = Spec("circle", 400, 0.1, layers=(8,) * 6, optimizer="sgd", learning_rate=0.1)
FEW = Spec(
    "circle",
    160,
    0.6,
    layers=(32, 32),
    activations=("relu",),
    learning_rate=0.01,
    seed=6,
)
NOISY = Spec(
    "circle",
    120,
    0.5,
    layers=(8,),
    activations=("tanh",),
    optimizer="sgd",
    learning_rate=0.3,
)

PRESETS: tuple[Preset, ...] = (
    Preset(
        mark("One perceptron cannot do XOR"),
        mark("One unit, four corners: how many can it get right, two, three or four?"),
        mark(
            "Three at most: a unit parts the plane by one straight line, and no line "
            "has both blue corners on one side and both orange ones on the other."
        ),
        replace(CORNERS, layers=(), learning_rate=0.1),
    ),
    Preset(
        mark("Two hidden units can"),
        mark(
            "Two tanh units come before the output. Is the border a line, two, a ring?"
        ),
        mark(
            "Two lines, one for each unit, and a strip between them: orange here, blue "
            "with seed 5. Yet 11 of the seeds 0 to 79 get stuck; 24 is the first."
        ),
        replace(CORNERS, init="uniform", learning_rate=1.0, batch_size=1),
    ),
    Preset(
        mark("Four ReLU units stuck at 75 %"),
        mark(
            "Four ReLU units can do XOR, but from here they stick. Will patience help?"
        ),
        mark(
            "No: in the quadrant they get wrong all four answer 0 with slope 0, so its "
            "points cannot move their weights. Of the seeds 0 to 19 it happens to 1, "
            "15, 16 and 17; try seed 0."
        ),
        Spec(
            "xor", 400, 0.0, layers=(4,), activations=("relu",), batch_size=20, seed=16
        ),
    ),
    Preset(
        mark("Zeros never break symmetry"),
        mark(
            "A V parts the classes, four units start at zero. After 100 epochs, is the "
            "border a V, a straight line or nowhere?"
        ),
        mark(
            "A straight line: equal weights get equal gradients, so four units stay "
            "copies of one. With tanh or ReLU only the output's bias ever moves. "
            "Xavier's start finds the V."
        ),
        Spec(
            "function_abs",
            400,
            0.1,
            layers=(4,),
            activations=("sigmoid",),
            init="zeros",
            learning_rate=0.1,
            batch_size=20,
        ),
    ),
    Preset(
        mark("Too large a step explodes"),
        mark(
            "A linear unit fits a plane with learning rate 1, and explodes. Will 0.5 "
            "work, will 0.3, or neither?"
        ),
        mark(
            r"Only 0.3: a step beyond $2/\lambda_{\max}$ lands farther off than it "
            r"began, and here the curvature $\lambda_{\max}$ is about 6. With rate 1 "
            "the error grows more than 20-fold an epoch."
        ),
        Spec(
            "plane",
            1000,
            0.1,
            layers=(),
            loss="mse",
            optimizer="sgd",
            learning_rate=1.0,
            batch_size=0,
        ),
    ),
    Preset(
        mark("Linear layers collapse to one"),
        mark(
            "Three hidden layers of eight linear units, and two moons. Is the border "
            "curved, angular or straight?"
        ),
        mark(
            "Straight: $(xW_1)W_2 = x(W_1W_2)$, a product of matrices is one matrix. "
            "24 hidden units do what one does; choose tanh and the border bends."
        ),
        Spec(
            "moons", 400, 0.1, layers=(8, 8, 8), activations=("linear",), batch_size=20
        ),
    ),
    Preset(
        mark("Deep sigmoid does not move"),
        mark(
            r"In 100 epochs, how far will the loss move from $\ln 2 \approx 0.693$, "
            "that of a tossed coin: by half, by a tenth, by less?"
        ),
        mark(
            "After the first epoch by less than 2 %: each layer shrinks the gradient, "
            r"for $\sigma' \leq \frac14$ and the weights are small. Here the first one "
            "gets less than a thousandth of what the last one gets."
        ),
        replace(DEEP, activations=("sigmoid",)),
        view="inside",
    ),
    Preset(
        mark("The same depth with ReLU does"),
        mark(
            "Only the activation changes. Of 20 seeds, do few, half or all pass 95 %?"
        ),
        mark(
            "All, most of them within 20 epochs: where a ReLU is on its slope is 1, so "
            "the gradient comes through."
        ),
        replace(DEEP, activations=("relu",)),
        view="inside",
    ),
    Preset(
        mark("Overfitting the noise"),
        mark(
            "80 noisy points, 1185 parameters. While the training loss goes to 0, does "
            "the test loss follow, stay or rise?"
        ),
        mark(
            "It falls for some ten epochs, then it rises: the border winds round "
            "single points, and being wrong while sure of it costs most."
        ),
        FEW,
    ),
    Preset(
        mark("Overfitting: then L2"),
        mark(
            "The same with an L2 penalty. Which loss changes: training, test or both?"
        ),
        mark(
            "Both: small weights cannot wind round single points. At epoch 150 the "
            "training loss is higher and the test loss lower, on all of 20 seeds."
        ),
        replace(FEW, l2=0.03),
    ),
    Preset(
        mark("Overfitting: then dropout"),
        mark(
            "Now each step drops half of the hidden units. Will the test loss be lower?"
        ),
        mark(
            "Yes, at epoch 150 on all of 20 seeds: no unit can count on another, so "
            "single points are learnt by heart more slowly. Here L2 mostly helps more."
        ),
        replace(FEW, dropout=0.5),
    ),
    Preset(
        mark("One point at a time"),
        mark("A step after every point: does the training loss glide or jump?"),
        mark(
            "It jumps: each step obeys one point, not the mean, and about two epochs "
            "of five end higher than they began. But 60 steps an epoch get far."
        ),
        replace(NOISY, batch_size=1),
    ),
    Preset(
        mark("The full batch"),
        mark("Now one step an epoch, for all points. Smoother, faster or both?"),
        mark(
            "Smoother, not faster: the loss falls in every epoch, but it takes one "
            "step where single points took 60."
        ),
        replace(NOISY, batch_size=0),
    ),
    Preset(
        mark("AND by hand"),
        mark("Weights 10, 10 and bias −15 are set by hand. Will training move them?"),
        mark(
            "No: all corners are right by a margin above 1, so the hinge loss and its "
            "gradient are 0. A tenth of it is the gate of McCulloch and Pitts: "
            "$x_1 + x_2 > 1.5$."
        ),
        Spec(
            "and",
            200,
            0.05,
            layers=(),
            loss="hinge",
            optimizer="sgd",
            learning_rate=0.1,
            changes=from_text("0:w.0.0.0=10~0:w.0.1.0=10~0:b.0.0=-15"),
        ),
    ),
    Preset(
        mark("XOR by hand"),
        mark(
            "Two step units, OR and AND, and an output that wants the first without "
            "the second. Which weights will training move: all, the output's, none?"
        ),
        mark(
            "Only the output's: a step has slope 0, so no gradient reaches the hidden "
            "units. All is right from the start; the output only grows surer."
        ),
        replace(
            CORNERS,
            activations=("step",),
            learning_rate=0.1,
            changes=from_text(
                "0:w.0.0.0=1~0:w.0.1.0=1~0:b.0.0=-0.5~0:w.0.0.1=1~0:w.0.1.1=1~"
                "0:b.0.1=-1.5~0:w.1.0.0=1~0:w.1.1.0=-1~0:b.1.0=-0.5"
            ),
        ),
    ),
    Preset(
        mark("Four arms, four classes"),
        mark(
            "Four arms and three hidden layers of 16. Would one such layer do as well "
            "in 150 epochs?"
        ),
        mark(
            "No: three layers get more than 90 % of the test points right, one layer "
            "fewer than half: each layer bends what the one before it has bent."
        ),
        Spec(
            "spiral",
            800,
            0.05,
            classes=4,
            layers=(16, 16, 16),
            activations=("relu",),
            learning_rate=0.01,
            batch_size=40,
        ),
    ),
    Preset(
        mark("x₁x₂ solves XOR without hidden units"),
        mark(
            "One unit again, but its input is x₁x₂. Its border: line, cross or circle?"
        ),
        mark(
            "A cross, the two axes: the class is the sign of x₁x₂, one threshold is "
            "enough. A good feature spares a layer; a hidden layer finds its own."
        ),
        Spec("xor", 500, 0.0, features=("x1_x2",), layers=(), optimizer="sgd"),
    ),
    Preset(
        mark("Sines for the spiral"),
        mark("Eight tanh units, but sin x₁ and sin x₂ go in as well. Do they help?"),
        mark(
            "Much: after 250 epochs more than 90 % of the test points are right, below "
            "90 % without. Arms come round again and again, and so does a sine."
        ),
        Spec(
            "spiral",
            500,
            0.05,
            features=("x1", "x2", "sin_x1", "sin_x2"),
            layers=(8,),
            activations=("tanh",),
            batch_size=20,
        ),
    ),
)

TRIES = tuple(
    Try(preset.title, preset.why, settings(preset), preset.question)
    for preset in PRESETS
)
