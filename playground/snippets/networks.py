"""A network as PyTorch text: its nn.Sequential, what that lacks, its first weights."""

from itertools import pairwise

from engine.features import MOST_DEGREE, REACH
from engine.sampling import Data
from engine.spec import Spec
from playground.snippets.single import values

MODULES = {  # activation -> what stands in the nn.Sequential
    "step": "Step()",
    "sign": "Sign()",
    "linear": "nn.Identity()",
    "sigmoid": "nn.Sigmoid()",
    "tanh": "nn.Tanh()",
    "softsign": "nn.Softsign()",
    "relu": "nn.ReLU()",
    "leaky_relu": "nn.LeakyReLU(0.01)",
    "elu": "nn.ELU()",
    "selu": "nn.SELU()",
    "gelu": "nn.GELU()",
    "gelu_tanh": 'nn.GELU(approximate="tanh")',
    "silu": "nn.SiLU()",
    "softplus": "nn.Softplus()",
    "hardswish": "nn.Hardswish()",
}
OWN_MODULES = {
    "step": '''

class Step(nn.Module):
    """1 above 0, else 0: flat, so the layers below get a gradient of 0."""

    def forward(self, z):
        return torch.sign(z).relu()
''',
    "sign": '''

class Sign(nn.Module):
    """-1 below 0, 1 above: flat, so the layers below get a gradient of 0."""

    def forward(self, z):
        return torch.sign(z)
''',
}
LONE_POINT = '''

class BatchNorm1d(nn.BatchNorm1d):
    """Batch norm that also takes a batch of one point, which nn.BatchNorm1d refuses.

    One point lies on its own mean and has no spread: only the shift is left of it.
    """

    def forward(self, z):
        if not self.training or len(z) > 1:
            return super().forward(z)
        with torch.no_grad():
            self.running_mean.lerp_(z[0], self.momentum)
            self.running_var.mul_(1 - self.momentum)
        return self.weight * (z - z) + self.bias
'''
DROPOUT = '''

class Dropout(nn.Module):
    """Dropout that is told its random numbers, so that a run can be repeated.

    A unit is dropped where its number lies below the rate; the others grow, so that
    the sum that the next layer expects stays the same.
    """

    def forward(self, a):
        if not self.training:
            return a
        return a * ((self.numbers >= dropout) / (1 - dropout))
'''
FEATURES = {
    "x1": "x1",
    "x2": "x2",
    "x1_squared": "x1 * x1",
    "x2_squared": "x2 * x2",
    "x1_x2": "x1 * x2",
    "sin_x1": "x1.sin()",
    "sin_x2": "x2.sin()",
    "cos_x1": "x1.cos()",
    "cos_x2": "x2.cos()",
    **{
        f"degree_{n}": f"*products(x1, x2, degree={n})"
        for n in range(1, MOST_DEGREE + 1)
    },
}
PRODUCTS = f'''

def products(x1, x2, degree):
    """All x1^p x2^q with p + q from 1 to degree, scaled to [-{REACH}, {REACH}]."""
    return [
        {REACH} * (x1 / {REACH}) ** (total - q) * (x2 / {REACH}) ** q
        for total in range(1, degree + 1)
        for q in range(total + 1)
    ]
'''
FUNCTION = '''

def features(points):
    """What the network is told of each point."""
    x1, x2 = points.unbind(dim=1)
    columns = [
{columns}    ]
    return torch.stack(columns, dim=1)
'''
INITS = {  # init -> the line that draws, and what is said of it
    "small": (".normal_(0.0, 0.01, generator=generator)", "normal, very small"),
    "lecun": (
        ".normal_(0.0, (1 / n_in) ** 0.5, generator=generator)",
        "LeCun's: normal, variance 1 / n_in",
    ),
    "xavier": (
        ".normal_(0.0, (2 / (n_in + n_out)) ** 0.5, generator=generator)",
        "Xavier's: normal, variance 2 / (n_in + n_out)",
    ),
    "he": (
        ".normal_(0.0, (2 / n_in) ** 0.5, generator=generator)",
        "He's: normal, variance 2 / n_in",
    ),
    "uniform": (".uniform_(-0.5, 0.5, generator=generator)", "uniform in [-0.5, 0.5]"),
}
STILL = """\
for layer in linears[:-1]:  # batch norm takes any bias away: rounding shall move none
    layer.bias.requires_grad_(False)
"""
ZEROS = """
# The first weights: all 0. Then all units of a layer stay alike.
for layer in linears:
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
"""
DRAWN = """
# The first weights, {said}; biases 0.
generator = torch.Generator().manual_seed({seed})
for layer in linears:
    n_out, n_in = layer.weight.shape
    weight = torch.empty(n_in, n_out)
    weight{draw}
    nn.init.zeros_(layer.bias)
    with torch.no_grad():
        layer.weight.copy_(weight.T)
"""


def linear_places(spec: Spec) -> list[int]:
    """Return where each nn.Linear stands in the nn.Sequential; see `alone`.

    Batch norm, if any, comes right after it.
    """
    after = 2 + spec.batch_norm + any(values(spec, "dropout"))
    return [after * index for index in range(len(spec.layers) + 1)]


def definitions(spec: Spec, data: Data) -> str:
    """Return the modules and functions that the network needs besides torch's."""
    used = dict.fromkeys(spec.activations if spec.layers else ())
    parts = [OWN_MODULES.get(name, "") for name in used]
    if _norm(spec, data) == "BatchNorm1d":
        parts.append(LONE_POINT)
    if any(values(spec, "dropout")):
        parts.append(DROPOUT)
    if any(name.startswith("degree") for name in spec.features):
        parts.append(PRODUCTS)
    if spec.features != ("x1", "x2"):
        parts.append(_features(spec.features))
    return "".join([*parts, "\n\n"] if any(parts) else ["\n"])


def model(spec: Spec, data: Data, inputs: int) -> str:
    """Return the nn.Sequential of a spec made by `alone`, and its first weights.

    Args:
        spec: of one network.
        data: what it learns.
        inputs: how many numbers it is given for each point.
    """
    names = spec.activations
    names = names if len(names) == len(spec.layers) else names * len(spec.layers)
    norm, sizes = _norm(spec, data), (inputs, *spec.layers, data.outputs)
    lines = ["", "# The network.", "model = nn.Sequential("]
    for name, (n_in, n_out) in zip(names, pairwise(sizes[:-1]), strict=True):
        first = len(lines) == 3  # explained once
        lines.append(f"    nn.Linear({n_in}, {n_out}),{'  # z = W a + b' * first}")
        if norm:
            lines.append(f"    {norm}({n_out}),")
        lines.append(f"    {MODULES[name]},{'  # a = g(z)' * first}")
        if any(values(spec, "dropout")):
            lines.append("    Dropout(),")
    lines.append(f"    nn.Linear({sizes[-2]}, {sizes[-1]}),  # {_said(data)}")
    lines += [
        ")",
        "linears = [layer for layer in model if isinstance(layer, nn.Linear)]",
        "",
    ]
    return "\n".join(lines) + _first_weights(spec)


def _said(data: Data) -> str:
    """Return what the last layer says."""
    if data.task == "regression":
        return "the value"
    if data.task == "classes":
        return "a score for each class; the highest wins"
    return "one score; above 0 means class 1"


def _norm(spec: Spec, data: Data) -> str:
    """Return the module of batch norm, our own if some batch has one point only."""
    if not spec.batch_norm:
        return ""
    count = len(data.train.points)
    size = spec.batch_size or count
    lone = min(size, count) == 1 or count % size == 1
    return "BatchNorm1d" if lone else "nn.BatchNorm1d"


def _features(names: tuple[str, ...]) -> str:
    columns = "".join(f"        {FEATURES[name]},\n" for name in names)
    return FUNCTION.format(columns=columns)


def _first_weights(spec: Spec) -> str:
    """Return the lines that draw the first weights, in the order of our own draws."""
    still = STILL if spec.batch_norm and spec.layers else ""
    if spec.init == "zeros":
        return ZEROS + still
    draw, said = INITS[spec.init]
    seed = "seed" if spec.init_seeds == (spec.seed,) else "first_seed"
    return DRAWN.format(draw=draw, said=said, seed=seed) + still
