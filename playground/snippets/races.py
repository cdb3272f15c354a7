"""The race on screen as a program: the same ways, walked by torch.optim."""

from collections.abc import Sequence

from engine.courses import Course, Racer
from engine.optimizers import OPTIMIZERS
from engine.races import LIMIT
from engine.surfaces import HOURS, PASSED
from playground.snippets.descent import ALMOST_0, WIDTH

HEAD = '''\
"""Optimizers race down {what}.

Repeats what the screen showed, with torch.optim and autograd. Needs only torch.

Sums are rounded in another order here. Where a way zigzags for long, such differences
grow: the decimals are others then, the story is the same.
"""

{imports}import torch

torch.set_default_dtype(torch.float64)

{numbers}


'''
# Surface -> what it is called, and the loss.
LOSSES = {
    "bowl": (
        "a bowl {condition:g} times as steep along y as along x",
        "x, y = w\n    return (x**2 + {condition!r} * y**2) / 2",
    ),
    "saddle": (
        "a saddle between two minima",
        "x, y = w\n    return x**2 / 2 + (y**2 - 1) ** 2 / 4",
    ),
    "plateau": (
        "a plateau with a narrow valley",
        "x, y = w\n    q = x**2 / 4 + 25 * y**2\n    return q / (1 + q)",
    ),
    "rosenbrock": (
        "Rosenbrock's valley",
        "x, y = w\n    return (1 - x) ** 2 + 100 * (y - x**2) ** 2",
    ),
    "beale": (
        "Beale's function",
        "x, y = w\n"
        "    a, b, c = 1.5 - x + x * y, 2.25 - x + x * y**2, 2.625 - x + x * y**3\n"
        "    return a**2 + b**2 + c**2",
    ),
    "himmelblau": (
        "Himmelblau's function",
        "x, y = w\n    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2",
    ),
    "rastrigin": (
        "Rastrigin's function",
        "return (w**2 - 10 * torch.cos(2 * math.pi * w) + 10).sum()",
    ),
    "styblinski_tang": (
        "the function of Styblinski and Tang",
        "return (w**4 - 16 * w**2 + 5 * w).sum() / 2",
    ),
    "logistic": (
        "the loss of a logistic regression",
        "z = w[0] * hours + w[1]\n"
        "    return torch.nn.functional.binary_cross_entropy_with_logits(z, passed)",
    ),
    "parabola": ("w² - 10 w + 25", "return (w**2 - 10 * w + 25).sum()"),
}
BATCH_LOSS = """\
def loss_of(w, rows=slice(None)):
    z = w[0] * hours[rows] + w[1]
    return torch.nn.functional.binary_cross_entropy_with_logits(z, passed[rows])


def batches():
    \"\"\"Yield the samples of each step: all of them in a new order each epoch.\"\"\"
    for epoch in itertools.count(1):
        generator = torch.Generator().manual_seed(seed * 1_000_003 + epoch)
        yield from torch.randperm(len(hours), generator=generator).split(batch)
"""
EXAM = """\

# Hours that twenty students studied, and whether they passed the exam.
hours = torch.tensor(
    [{first}]
    + [{second}]
)
passed = torch.tensor({passed})
passed = passed.double()
"""
# Optimizer -> what it is called, its class in torch, and what it is always given.
CLASSES = {
    "sgd": ("SGD", "SGD", ""),
    "momentum": ("momentum", "SGD", ""),
    "momentum_ema": ("momentum (1 - β)", "SGD", ""),
    "nesterov": ("Nesterov", "SGD", "nesterov=True"),
    "adagrad": ("AdaGrad", "Adagrad", ""),
    "adadelta": ("AdaDelta", "Adadelta", ""),
    "rmsprop": ("RMSProp", "RMSprop", ""),
    "adam": ("Adam", "Adam", ""),
    "adamw": ("AdamW", "AdamW", ""),
    "adamax": ("AdaMax", "Adamax", ""),
    "nadam": ("NAdam", "NAdam", ""),
}
EMA = """\
# Courses often write v = β v + (1 - β) g. torch has v = β v + g, which goes the same
# way with lr (1 - β) for lr.
"""
SCHEDULES = {  # schedule -> the factor of the rates in step 0, 1, ...
    "inverse": "1 / (1 + {rate!r} * step)",
    "exponential": "{rate!r}**step",
    "staircase": "0.5 ** (step // {rate!r})",
    "inverse_sqrt": "{rate!r} / step**0.5 if step else 1.0",
    "cosine": "(1 + math.cos(math.pi * step / steps)) / 2",
    "warmup": "min((step + 1) / {rate!r}, 1.0)",
}
SCHEDULE = """\


def factor(step):
    \"\"\"What multiplies the learning rates in step 0, 1, ...\"\"\"
    return {factor}
"""
NOISE = """\

# The same noise for all.
generator = torch.Generator().manual_seed(seed)
noises = {noise!r} * torch.randn(steps, len(start), generator=generator)
"""
CLIPS = {
    "norm": "torch.nn.utils.clip_grad_norm_([w], {most!r})",
    "value": "torch.nn.utils.clip_grad_value_([w], {most!r})",
}
RACE = """
for name, make in racers.items():
    w = torch.tensor(start, requires_grad=True)
    optimizer = make(w)
{scheduler}    lost = ""
    for {steps}:
        optimizer.zero_grad()
        loss_of({given}).backward()
{changed}        optimizer.step()
{scheduled}        if not w.norm() <= {limit}:
            lost = f"lost after {{step + 1}} steps: "
            break
    point = ", ".join(f"{{number:.9g}}" for number in w.tolist())
    print(f"{{name}}: {{lost}}w = ({{point}}), loss = {{loss_of(w).item():.9g}}")
"""


def reproduce(course: Course, racers: Sequence[Racer]) -> str:
    """Return a PyTorch program that repeats a race.

    It prints, for each racer, its last point and the loss there, or after how many
    steps it was lost and where.
    """
    what, loss = LOSSES[course.surface]
    parts = [
        HEAD.format(
            what=what.format(condition=course.condition),
            imports=_imports(course),
            numbers=_numbers(course),
        ),
        BATCH_LOSS
        if course.batch
        else "def loss_of(w):\n    " + loss.format(condition=course.condition) + "\n",
        _factor(course),
        _racers(racers),
        NOISE.format(noise=course.noise) if course.noise else "",
        _loop(course),
    ]
    return "".join(parts)


def _imports(course: Course) -> str:
    names = ["itertools"] if course.batch else []
    if course.surface == "rastrigin" or course.schedule == "cosine":
        names.append("math")
    lines = "".join(f"import {name}\n" for name in names)
    return f"{lines}\n" if lines else ""


def _numbers(course: Course) -> str:
    lines = [f"start = {tuple(map(float, course.start))!r}", f"steps = {course.steps}"]
    if course.noise or course.batch:
        lines.append(f"seed = {course.seed}")
    if course.batch:
        lines.append(f"batch = {course.batch}  # samples in a step")
    if course.surface == "logistic":
        middle = len(HOURS) // 2
        first, second = (
            ", ".join(map(repr, part)) for part in (HOURS[:middle], HOURS[middle:])
        )
        passed = list(PASSED)
        lines.append(EXAM.format(first=first, second=second, passed=passed).rstrip())
    return "\n".join(lines)


def _factor(course: Course) -> str:
    if course.schedule == "constant":
        return "\n\n"
    text = SCHEDULES[course.schedule].format(rate=float(course.schedule_rate))
    return SCHEDULE.format(factor=text) + "\n\n"


def _racers(racers: Sequence[Racer]) -> str:
    said = EMA if any(racer.optimizer == "momentum_ema" for racer in racers) else ""
    entries = [_racer(number, racer) for number, racer in enumerate(racers, start=1)]
    return said + "racers = {\n" + "".join(entries) + "}\n"


def _racer(number: int, racer: Racer) -> str:
    """Return the entry of one racer, on as many lines as it needs."""
    name, kind, fixed = CLASSES[racer.optimizer]
    given = ["[w]", *_arguments(racer), *([fixed] if fixed else [])]
    head, inner = (
        f'    "{number} {name}": lambda w: torch.optim.{kind}(',
        ", ".join(given),
    )
    if len(head + inner) + 2 <= WIDTH:
        return f"{head}{inner}),\n"
    if len(inner) + 8 <= WIDTH:
        return f"{head}\n        {inner}\n    ),\n"
    lines = "".join(f"        {argument},\n" for argument in given)
    return f"{head}\n{lines}    ),\n"


def _arguments(racer: Racer) -> list[str]:
    """Return a racer's rates as its class takes them; torch's own defaults are left."""
    rates, usual = racer.values, OPTIMIZERS[racer.optimizer].rates
    rate, kept = float(rates["learning_rate"]), rates.get("momentum", 0.0)
    if racer.optimizer == "momentum_ema":
        found = [f"lr={rate!r} * (1 - {float(kept)!r})", f"momentum={float(kept)!r}"]
    else:
        found = [f"lr={rate!r}"]
        if "momentum" in rates:
            # torch refuses Nesterov's momentum without any momentum.
            least = ALMOST_0 if racer.optimizer == "nesterov" else 0.0
            found.append(f"momentum={max(float(kept), least)!r}")
    if (rates.get("beta1"), rates.get("beta2")) != (
        usual.get("beta1"),
        usual.get("beta2"),
    ):
        found.append(f"betas=({float(rates['beta1'])!r}, {float(rates['beta2'])!r})")
    names = {
        "rho": "alpha" if racer.optimizer == "rmsprop" else "rho",
        "epsilon": "eps",
        "weight_decay": "weight_decay",
        "momentum_decay": "momentum_decay",
    }
    return found + [
        f"{names[rate]}={float(rates[rate])!r}"
        for rate in names
        if rate in rates and rates[rate] != usual[rate]
    ]


def _loop(course: Course) -> str:
    scheduled = course.schedule != "constant"
    changed = ["w.grad += noises[step]"] if course.noise else []
    if course.clip:
        changed.append(CLIPS[course.clip].format(most=float(course.clip_at)))
    made = "    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)\n"
    batched = "step, rows in zip(range(steps), batches())"
    return RACE.format(
        scheduler=made if scheduled else "",
        steps=batched if course.batch else "step in range(steps)",
        given="w, rows" if course.batch else "w",
        changed="".join(f"        {line}\n" for line in changed),
        scheduled="        scheduler.step()\n" if scheduled else "",
        limit=f"{LIMIT:.0e}".replace("e+0", "e"),
    )
