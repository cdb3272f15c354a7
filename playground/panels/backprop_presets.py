"""Settings worth seeing, each with its reason; the tests hold them to their word."""

from playground.i18n import mark
from playground.layout import Try
from playground.panels.backprop_examples import EXAMPLES, OWN

SATURATED = "z = w*x\na = sigmoid(z)\nE = (y - a)^2"
DEEP = {
    name: "\n".join(
        [
            f"h1 = {name}(w*x)",
            *(f"h{n} = {name}(h{n - 1})" for n in range(2, 5)),
            f"f = {name}(h4)",
        ]
    )
    for name in ("sigmoid", "relu")
}


GRAPH = {"view": "graph", "step": "0"}
OPERATIONS = {**GRAPH, "nodes_own": "operations"}


def _example(
    name: str, view: dict[str, object] = GRAPH, **more: object
) -> dict[str, object]:
    """Return the settings that show an example as it begins."""
    inputs = {f"{name}_{key}": x for key, x in EXAMPLES[name].inputs.items()}
    return {**view, "formula": name, **inputs, **more}


def _own(
    text: str, inputs: dict[str, float], view: dict[str, object] = OPERATIONS
) -> dict[str, object]:
    """Return the settings that show a formula of one's own."""
    values = {f"{OWN}_{name}": value for name, value in inputs.items()}
    return {**view, "formula": OWN, "expr": text, **values}


def _check(epsilon: float, bug: str = "none") -> dict[str, object]:
    return {"view": "check", "epsilon": epsilon, "bug": bug}


TRIES: tuple[Try, ...] = (
    Try(
        mark("A path multiplies"),
        mark(
            "By 0.06. The way from J to b leads over v and u, and slopes along a way "
            r"are multiplied: $3 \cdot 1 \cdot c = 6$."
        ),
        _example("chain"),
        mark(
            "$J = 3(a + bc)$ is 33. If b grows by 0.01, does J grow by 0.01, 0.03 or "
            "0.06?"
        ),
    ),
    Try(
        mark("Two paths add up"),
        mark(
            r"33: over u comes $9 \cdot 1$, over v comes $8 \cdot 3$, and what meets "
            "is added. A program that forgets one path is wrong just here."
        ),
        _example("paths"),
        mark(
            r"In $f = (a + b) \cdot 3b$ the input b is used twice. Is ∂f/∂b 9, 24 or "
            "33?"
        ),
    ),
    Try(
        mark("Answer minus truth"),
        mark(
            "Only $a - y$, here −0.4378: the sigmoid’s slope $a(1-a)$ cancels what the "
            "logarithms bring. That is why the two are used together."
        ),
        _example("logistic", nodes_logistic="operations"),
        mark(
            "Between z and the logistic loss stand a sigmoid and two logarithms. What "
            "is left of all their slopes in ∂L/∂z?"
        ),
    ),
    Try(
        mark("A network takes a step"),
        mark(
            "b₃ moves most, for its slope is 1; w₁ moves a hundredth as far as w₆, for "
            "its gradient has passed a sigmoid, a small weight and a small input more. "
            "ŷ goes from 0.773 to 0.7742: press *Take a step downhill* and see."
        ),
        _example("net", nodes_net="lines", rate=0.1),
        mark(
            "One step with η = 0.1: which moves most, w₁, w₆ or b₃? And does ŷ come "
            "nearer to 1?"
        ),
    ),
    Try(
        mark("One way is open"),
        mark(
            "b and c. A maximum sends everything to the larger side, a relu sends "
            "nothing where it is 0. Inputs behind a closed way learn nothing from this "
            "example."
        ),
        _own("f = c*max(a, b) + relu(d)", {"a": 2.0, "b": 3.0, "c": 4.0, "d": -1.0}),
        mark(
            "A maximum of a = 2 and b = 3, and a relu of d = −1. Which of the four "
            "inputs get a gradient?"
        ),
    ),
    Try(
        mark("Fails: wrong, and deaf"),
        mark(
            r"Small: 0.0007. On its way it is multiplied by $\sigma' = a(1-a)$, almost "
            "0 out there. The logistic loss would send $a - y$, almost −1: that is why "
            "classifiers use it."
        ),
        _own(SATURATED, {"w": -8.0, "x": 1.0, "y": 1.0}),
        mark(
            "The unit answers 0.0003, the truth is 1. With the squared error, is the "
            "gradient by w large or small?"
        ),
    ),
    Try(
        mark("Fails: five sigmoids"),
        mark(
            "Less than a thousandth: every sigmoid multiplies by at most ¼, and "
            r"$\left(\frac14\right)^5 = \frac{1}{1024}$. Deep networks of sigmoids "
            "hardly learn in their first layers."
        ),
        _own(DEEP["sigmoid"], {"w": 1.0, "x": 1.0}),
        mark(
            "Five sigmoids one after the other, $w = x = 1$. How much of the gradient "
            "reaches w: half, a tenth, less than a thousandth?"
        ),
    ),
    Try(
        mark("Works: five relus"),
        mark(
            "All of it: a relu’s slope is 1 wherever it is open. Make x negative, and "
            "nothing comes through."
        ),
        _own(DEEP["relu"], {"w": 1.0, "x": 1.0}),
        mark("The same with relus instead. What reaches w now?"),
    ),
    Try(
        mark("One side or two"),
        mark(
            r"3.0301 and 3.0001. One side is wrong by about $3\varepsilon$, both by "
            r"$\varepsilon^2$: on the chart, slopes 1 and 2."
        ),
        _own("theta^3", {"theta": 1.0}, _check(0.01)),
        mark(
            r"The slope of $\theta^3$ at 1 is 3. With ε = 0.01, how wrong is the "
            "one-sided difference, how wrong the two-sided?"
        ),
    ),
    Try(
        mark("Fails: ε too small"),
        mark(
            "Worse, by more than a thousand times. The two results agree in almost all "
            "their digits; what is left of their difference is rounding, and dividing "
            "by ε makes it large."
        ),
        _own("theta^3", {"theta": 1.0}, _check(1e-12)),
        mark("The error falls with ε. Is ε = 10⁻¹² then better than 10⁻⁵?"),
    ),
    Try(
        mark("A bug is caught"),
        mark(
            "Only ∂f/∂b, 9 instead of 33: a is used once. The relative error is far "
            "above 10⁻³. Choose *None* as mistake: the verdict turns."
        ),
        _example("paths", _check(1e-5, "overwrite"), check_paths="b"),
        mark(
            "A program writes = where += is due, so that the last path overwrites the "
            "first. Which derivative is wrong?"
        ),
    ),
    Try(
        mark("Fails: a kink deceives"),
        mark(
            "1 and ½: the verdict is *wrong*, and yet nobody made a mistake. At a kink "
            "there is no slope, only a convention. Move x a little and check again."
        ),
        _own("f = relu(x)", {"x": 0.0}, _check(0.001)),
        mark("relu at exactly 0: backprop says slope 0. What do the differences say?"),
    ),
)
