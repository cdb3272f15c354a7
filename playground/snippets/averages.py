"""The averages page as a program: the series on screen, its averages, and a check."""

import textwrap

from torch import Tensor

from engine.averages import Smoothed
from engine.moments import BATCH, CENTRE, FEATURE_BATCH, NOISE, RATE, SLOPE, SPREAD

MOST_LISTED = 400  # numbers written into the program; more are read from a file
FILE = "series.csv"  # beside the program

HEAD = '''\
"""Exponentially weighted averages of {count} numbers. Needs torch and pandas{file}."""

import pandas as pd
import torch

'''

LISTED = """\
values = torch.tensor(
    [
{numbers}
    ],
    dtype=torch.float64,
)
"""

READ = """\
values = torch.tensor(pd.read_csv("{file}")["theta"].tolist(), dtype=torch.float64)
"""

AVERAGE = """
day = {day}
print("theta:", f"{{values[day - 1].item():.10g}}")
for beta in {betas}:
    average, averages = 0.0, []
    for value in values.tolist():
        average = beta * average + (1 - beta) * value
        averages.append(average)
    v = torch.tensor(averages, dtype=torch.float64)
    t = torch.arange(1, len(v) + 1, dtype=torch.float64)
    share = 1 - torch.pow(beta, t)  # the sum of the weights
    corrected = v / share
    print(
        f"beta {{beta:g}}: v {{v[day - 1].item():.10g}}, "
        f"1 - beta^t {{share[day - 1].item():.10g}}, "
        f"corrected {{corrected[day - 1].item():.10g}}"
    )
    # Pandas divides by the sum of the weights (adjust=True) or starts with the first
    # value (adjust=False): a 0 before the series makes that our v.
    series = pd.Series(values.tolist())
    adjusted = series.ewm(alpha=1 - beta, adjust=True).mean()
    led = pd.Series([0.0, *values.tolist()]).ewm(alpha=1 - beta, adjust=False).mean()
    expected = torch.tensor(adjusted.tolist(), dtype=torch.float64)
    assert torch.allclose(corrected, expected)
    expected = torch.tensor(led.tolist()[1:], dtype=torch.float64)
    assert torch.allclose(v, expected)
"""

MOVING = """
days = {days}
mean = values[max(0, day - days) : day].mean()
print(f"mean of {{days}} days: {{mean.item():.10g}}")
"""

GRADIENTS = """\
# The weight w of y = w x learns y = {slope:g} x + noise, {batch} samples a step.
generator = torch.Generator().manual_seed({seed})
x, extra = torch.randn(2, {steps}, {batch}, generator=generator, dtype=torch.float64)
w = torch.zeros((), dtype=torch.float64, requires_grad=True)
gradients = []
for samples, answers in zip(x, {slope:g} * x + {noise:g} * extra):
    loss = (w * samples - answers).square().mean()
    (gradient,) = torch.autograd.grad(loss, w)
    gradients.append(gradient)
    w = (w - {rate:g} * gradient).detach().requires_grad_()
gradients = torch.stack(gradients).round(decimals=4)
"""

ONES = """\
gradients = torch.ones({steps}, dtype=torch.float64)
"""

OPTIMIZER = """
w = torch.zeros(1, dtype=torch.float64, requires_grad=True)
optimizer = torch.optim.{make}
averages = [0.0] * {count}
for gradient in gradients[:{step}]:
    before = w.item()
    w.grad = gradient.view(1).clone()
    optimizer.step()
    given = {given}
    averages = [b * a + (1 - b) * g for a, b, g in zip(averages, {betas}, given)]
print("gradient:", f"{{gradient.item():.10g}}")
for name, average in zip({names}, averages):
    kept = optimizer.state[w].get(name, w.grad).item()
    print(f"{{name}}: torch {{kept:.10g}}, average {{average:.10g}}")
print(f"step: {{before - w.item():.10g}}")
"""

NORM = '''\
"""What torch's batch norm keeps of {step} batches. Needs torch."""

import torch

generator = torch.Generator().manual_seed({seed})
size = ({steps}, {batch})
drawn = torch.randn(size, generator=generator, dtype=torch.float64)
batches = ({centre:g} + {spread:g} * drawn).round(decimals=4)

layer = torch.nn.BatchNorm1d(
    1, momentum={momentum:.10g}, affine=False, dtype=torch.float64
)
average = 0.0
for batch in batches[:{step}]:
    layer(batch[:, None])
    average = {beta!r} * average + (1 - {beta!r}) * batch.mean().item()
print("batch mean:", f"{{batch.mean().item():.10g}}")
kept = layer.running_mean.item()
print(f"running_mean: torch {{kept:.10g}}, average {{average:.10g}}")
print(f"corrected: {{average / (1 - {beta!r}**{step}):.10g}}")
truth = torch.tensor([[{centre:g}]], dtype=torch.float64)
print(f"output: {{layer.eval()(truth).item():.10g}}")
'''


def smooth_series(shown: Smoothed, day: int) -> str:
    """Return the program that prints a day's averages and checks them with pandas.

    Args:
        shown: the series and its averages.
        day: counted from 1.
    """
    values = shown.values.tolist()
    if len(values) <= MOST_LISTED:
        text = textwrap.fill(", ".join(map(_plain, values)), 78)
        data = LISTED.format(numbers=textwrap.indent(text, " " * 8) + ",")
    else:
        data = READ.format(file=FILE)
    file = "" if len(values) <= MOST_LISTED else f", and {FILE} beside it"
    betas = ", ".join(map(repr, shown.betas))
    betas = f"({betas},)" if len(shown.betas) == 1 else f"({betas})"
    return "".join(
        (
            HEAD.format(count=len(values), file=file),
            data,
            AVERAGE.format(day=day, betas=betas),
            MOVING.format(days=shown.days),
        )
    )


def replay_optimizer(
    kind: str, step: int, betas: tuple[float, float], seed: int | None, steps: int
) -> str:
    """Return the program that compares what torch.optim keeps with our averages.

    Args:
        kind: "momentum", "rmsprop" or "adam".
        step: the last one taken, counted from 1.
        betas: of the averages; the second one is Adam's.
        seed: of the training that makes the gradients; None: each is 1.
        steps: gradients there are.
    """
    beta, beta2 = betas
    make, names, used, given = {
        # v of torch has no factor 1 - β: our average, times 1 / (1 - β).
        "momentum": (
            f"SGD([w], lr=1.0, momentum={beta!r})",
            ("momentum_buffer",),
            (beta,),
            f"(gradient.item() / (1 - {beta!r}),)",
        ),
        "rmsprop": (
            f"RMSprop([w], lr=1.0, alpha={beta!r}, eps=1e-8)",
            ("square_avg",),
            (beta,),
            "(gradient.item() ** 2,)",
        ),
        "adam": (
            f"Adam([w], lr=1.0, betas=({beta!r}, {beta2!r}), eps=1e-8)",
            ("exp_avg", "exp_avg_sq"),
            (beta, beta2),
            "(gradient.item(), gradient.item() ** 2)",
        ),
    }[kind]
    made = {"slope": SLOPE, "batch": BATCH, "noise": NOISE, "rate": RATE}
    data = (
        ONES.format(steps=steps)
        if seed is None
        else GRADIENTS.format(seed=seed, steps=steps, **made)
    )
    title = make.partition("(")[0]
    head = f'"""What torch.optim.{title} keeps of {step} gradients. Needs torch."""\n\n'
    return (
        head
        + "import torch\n\n"
        + data
        + OPTIMIZER.format(
            make=make, count=len(names), step=step, given=given, betas=used, names=names
        )
    )


def replay_norm(step: int, beta: float, seed: int, steps: int) -> str:
    """Return the program that compares nn.BatchNorm1d's running mean with ours.

    Args:
        step: batches seen, at least 1.
        beta: of the average; torch calls 1 - β the momentum.
        seed: of the batches.
        steps: batches there are.
    """
    return NORM.format(
        step=step,
        seed=seed,
        steps=steps,
        batch=FEATURE_BATCH,
        centre=CENTRE,
        spread=SPREAD,
        beta=beta,
        momentum=1 - beta,
    )


def series_csv(values: Tensor) -> str:
    """Return the file that the program of a long series reads."""
    return "\n".join(["theta", *map(_plain, values.tolist())]) + "\n"


def _plain(value: float) -> str:
    return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
