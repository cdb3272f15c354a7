"""Settings worth seeing, each with its reason; the tests hold them to their word."""

from collections.abc import Mapping

from playground.i18n import mark
from playground.layout import Try
from playground.panels.activation_functions import SLIDERS

USUAL = {  # of every number that shapes a function, in both views
    f"{prefix}{name}_{number}": usual
    for prefix in ("", "n")
    for name, sliders in SLIDERS.items()
    for number, _symbol, _span, usual in sliders
}


def _functions(z: float, *names: str, **more: object) -> Mapping[str, object]:
    shown = {"view": "functions", "acts": list(names), "z": z, "reach": "6"}
    return USUAL | shown | more


def _network(
    act: str, init: str, depth: int, *, layer: int = 1, bias: float = 0.0
) -> Mapping[str, object]:
    plan = {"act": act, "init": init, "depth": depth, "layer": layer, "bias": bias}
    return USUAL | plan | {"view": "network", "width": 64, "seed": 0}


def _softmax(logits: str, temp: float = 1.0, shift: float = 0.0) -> dict[str, object]:
    return {"view": "softmax", "logits": logits, "temp": temp, "shift": shift}


TRIES = (
    Try(
        mark("A quarter, five times"),
        mark(
            r"The slope of the sigmoid is $\frac14$ at $z = 0$ and less everywhere "
            r"else. Five layers pass on at most $\frac14$ five times: "
            r"$\frac{1}{1024}$. The tanh passes on 1 at 0."
        ),
        _functions(0.0, "sigmoid", "tanh"),
        mark(
            "How much of a gradient passes one sigmoid at best? And how much is left "
            "after five?"
        ),
    ),
    Try(
        mark("tanh is a stretched sigmoid"),
        mark(
            r"Twice as narrow, twice as high, moved down by 1: "
            r"$\tanh z = 2\sigma(2z) - 1$. So its slope at 0 is four times as steep, 1 "
            "in place of ¼."
        ),
        _functions(0.5, "sigmoid", "tanh", reach="3"),
        mark("Both are S-shaped. What turns one into the other?"),
    ),
    Try(
        mark("Fails: where ReLU dies"),
        mark(
            "The slope is exactly 0 for every z below 0, not just small. A unit whose "
            "z is negative for all samples never moves again."
        ),
        _functions(-2.0, "relu"),
        mark("At z = −2, by how much can a training step change this unit?"),
    ),
    Try(
        mark("Works: four ways to stay alive"),
        mark(
            "A leak gives 0.01 or 0.25, the ELU 0.1353, and the GELU even less than 0: "
            "−0.0852. None is 0, so the unit can come back."
        ),
        _functions(-2.0, "leaky_relu", "prelu", "elu", "gelu"),
        mark("The same z = −2: which of the four has the steepest slope there?"),
    ),
    Try(
        mark("GELU and its shortcut"),
        mark(
            "By less than 0.0005, and their slopes by less than 0.001. The exact one "
            "needs the normal distribution, the other one only a tanh."
        ),
        _functions(-0.7, "gelu", "gelu_tanh", reach="3"),
        mark("Exact and approximated: how far apart do the two ever get?"),
    ),
    Try(
        mark("Maxout draws a ReLU"),
        mark(
            "One line is z, the other one 0: their maximum is the ReLU. Move w₂ to −1 "
            "for |z|; both lines are learned in training."
        ),
        _functions(1.0, "relu", "maxout", maxout_w2=0.0),
        mark("The larger of two straight lines: which known function is this?"),
    ),
    Try(
        mark("Fails: twenty sigmoid layers"),
        mark(
            "Less than 10⁻¹¹: every layer passes on a factor of 0.23. And forward the "
            "samples become the same: the top hardly knows what went in."
        ),
        _network("sigmoid", "xavier", 20, layer=10),
        mark("A gradient of 1 enters at layer 20. How much arrives at layer 1?"),
    ),
    Try(
        mark("Fails: Xavier under a ReLU"),
        mark(
            "ReLU throws away half of the signal's power. With variance 1/n each layer "
            r"multiplies by about $\frac{1}{\sqrt 2} \approx 0.71$: after 50 layers "
            "less than 10⁻⁶ is left."
        ),
        _network("relu", "xavier", 50, layer=50),
        mark("Variance 1/n keeps tanh going. Does it keep 50 ReLU layers going?"),
    ),
    Try(
        mark("Works: He's factor of two"),
        mark(
            "Twice the variance makes up for the half that is cut off: each layer "
            "multiplies by about 1. Yet the samples grow alike, and units that are off "
            "for all of them count as dead."
        ),
        _network("relu", "he", 50, layer=50),
        mark("Variance 2/n in place of 1/n. How much of the gradient arrives now?"),
    ),
    Try(
        mark("Fails: 0.01 · randn"),
        mark(
            r"Each layer multiplies by about $0.01\sqrt{64} = 0.08$: ten layers leave "
            "less than 10⁻⁹ of the signal and of the gradient. For one layer it was "
            "fine."
        ),
        _network("tanh", "small", 10),
        mark("Small weights look safe. Ten layers of tanh, 64 units each: are they?"),
    ),
    Try(
        mark("Fails: weights of size 1"),
        mark(
            r"Each layer multiplies by about $\sqrt{64/2} \approx 5.7$: after 50 "
            "layers the gradient is above 10³⁶, near the limit of float32."
        ),
        _network("relu", "large", 50),
        mark("Now weights with standard deviation 1, 50 layers of ReLU. What happens?"),
    ),
    Try(
        mark("Fails: all weights zero"),
        mark(
            "Every z is 0, every answer the same, and the gradient meets a matrix of "
            "zeros: exactly 0 arrives, at once."
        ),
        _network("tanh", "zeros", 5),
        mark("What could be more neutral than 0? What do forward and backward say?"),
    ),
    Try(
        mark("Fails: ten dead ReLU layers"),
        mark(
            "With every bias at −1 the signal is cut a little more in each layer, "
            "until all units of a layer are off for all samples: then nothing passes, "
            "either way."
        ),
        _network("relu", "he", 10, layer=3, bias=-1.0),
        mark("A step too large has pushed every bias to −1. Which layer is the last?"),
    ),
    Try(
        mark("Works: the same with ELU"),
        mark(
            "No unit is dead, each layer passes on about 0.8, and 5 to 20 % of the "
            "gradient arrive. A leak of 0.01 alone would leave less than 10⁻¹²."
        ),
        _network("elu", "he", 10, layer=3, bias=-1.0),
        mark("The same biases. Does a slope that never is 0 save the network?"),
    ),
    Try(
        mark("Works: SELU balances itself"),
        mark(
            "Its two numbers are chosen so that mean 0 and variance 1 come back after "
            "every layer: 50 layers later the standard deviation is still about 1."
        ),
        _network("selu", "lecun", 50, layer=50),
        mark("Fifty layers, variance 1/n. What standard deviation comes out?"),
    ),
    Try(
        mark("Cold softmax is argmax"),
        mark(
            "At T = 0.05 the largest takes all: more than 0.9999. At T = 100 each gets "
            "about a third. The order never changes."
        ),
        _softmax("2, 1, 0.1", temp=0.05),
        mark("What does softmax do when T goes to 0? And to 100?"),
    ),
    Try(
        mark("Fails: logits of a thousand"),
        mark(
            r"$e^{1000}$ is infinite in float32, and ∞/∞ is not a number. With the "
            "largest subtracted the powers are e⁰, e⁻¹, e⁻²: the answer is that of "
            "0, −1, −2."
        ),
        _softmax("1000, 999, 998"),
        mark("Three logits near 1000: what does the formula give, as it is written?"),
    ),
    Try(
        mark("Only differences count"),
        mark(
            "Nothing: every power grows by the factor e⁵⁰, above and below the "
            "fraction bar. Only the log-sum-exp grows, by 50."
        ),
        _softmax("2, 1, 0.1", shift=50.0),
        mark("50 is added to every logit. What becomes of the probabilities?"),
    ),
)
