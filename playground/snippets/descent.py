"""Gradient descent as PyTorch text: its settings, loss, optimizer and loop.

All functions take a spec of one network, made by `single.alone`.
"""

from engine.spec import RATES, Change, Spec
from playground.snippets.single import values

WIDTH = 88
# PyTorch keeps no velocity while momentum is 0; the next steps would miss it.
ALMOST_0 = 1e-30
LOSSES = {  # loss and task -> the lines that make it
    "cross_entropy binary": "\nloss_of = nn.BCEWithLogitsLoss()\n",
    "cross_entropy classes": "\nloss_of = nn.CrossEntropyLoss()\n",
    "hinge classes": "\nloss_of = nn.MultiMarginLoss()\n",
    "mse regression": "\nloss_of = nn.MSELoss()\n",
    "huber regression": "\nloss_of = nn.HuberLoss()\n",
    "hinge binary": '''

def loss_of(scores, y):
    """How much is missing, on average, to a margin of 1 on the right side."""
    return torch.relu(1 - (2 * y - 1) * scores).mean()


''',
    "mse binary": """

def loss_of(scores, y):
    return nn.functional.mse_loss(scores.sigmoid(), y)


""",
    "huber binary": """

def loss_of(scores, y):
    return nn.functional.huber_loss(scores.sigmoid(), y)


""",
    "mse classes": """

def loss_of(scores, y):
    return (scores.softmax(dim=1) - y).square().sum(dim=1).mean()


""",
    "huber classes": """

def loss_of(scores, y):
    probabilities = scores.softmax(dim=1)
    return nn.functional.huber_loss(probabilities, y, reduction="sum") / len(y)


""",
}
OPTIMIZERS = {
    "sgd": ("SGD", ""),
    "momentum": ("SGD", ", momentum=momentum"),
    "nesterov": ("SGD", ", momentum=momentum, nesterov=True"),
    "adagrad": ("Adagrad", ""),
    "rmsprop": ("RMSprop", ", alpha=rho"),
    "adam": ("Adam", ", betas=(beta1, beta2)"),
    "adamw": ("AdamW", ", betas=(beta1, beta2), weight_decay=0.0"),
}
GROUPS = """\
# Weight decay pulls at the weights alone, not at biases and batch norm.
weights = [layer.weight for layer in linears]
others = [p for p in model.parameters() if not any(p is w for w in weights)]
groups = [{"params": weights, "weight_decay": l2}, {"params": others}]
"""
SCHEDULES = {  # schedule -> the rate in epoch 0, 1, ..., and the name of its number
    "constant": ("learning_rate", ""),
    "inverse": ("learning_rate / (1 + decay * epoch)", "decay"),
    "exponential": ("learning_rate * decay**epoch", "decay"),
    "staircase": ("learning_rate * 0.5 ** (epoch // every)", "every"),
    "inverse_sqrt": ("learning_rate * (k / epoch**0.5 if epoch else 1.0)", "k"),
    "cosine": (
        "learning_rate * (1 + math.cos(math.pi * min(epoch / last, 1))) / 2",
        "last",
    ),
    "warmup": ("learning_rate * min((epoch + 1) / warm, 1.0)", "warm"),
}
SAID = {
    "momentum": "share of the velocity that is kept",
    "beta1": "memory of the gradient",
    "beta2": "memory of its square",
    "l1": "penalty on |w|",
    "l2": "penalty on w²",
    "dropout": "share of the hidden units that is dropped",
    "clip": "longest gradient that is not shortened",
}
DECAY = {"l2": "weight decay"}  # what AdamW makes of it
READ_BY = {
    "momentum": {"momentum", "nesterov"},
    "beta1": {"adam", "adamw"},
    "beta2": {"adam", "adamw"},
}
LOOP = """
for epoch in range(epochs):
{before}    # Every epoch meets the points in an order of its own.
    generator = torch.Generator().manual_seed(seed * 1_000_003 + epoch + 1)
    order = torch.randperm(len(x_train), generator=generator)
{batches}        loss = loss_of(model(x_train[batch]), y_train[batch])
{penalties}        optimizer.zero_grad()
        loss.backward()  # the gradient by every parameter
{clipping}        optimizer.step()  # downhill
"""
BATCHES = "    for batch in order.split(batch_size):\n"
DROPPING = """\
    numbers = torch.rand(len(x_train), sum(widths), generator=generator)
    for batch, rows in zip(order.split(batch_size), numbers.split(batch_size)):
        for layer, part in zip(dropouts, rows.split(widths, dim=1)):
            layer.numbers = part
"""
PENALTIES = {
    "l2": "l2 / 2 * sum(layer.weight.square().sum() for layer in linears)",
    "l1": "l1 * sum(layer.weight.abs().sum() for layer in linears)",
}
DROPOUTS = "dropouts = [layer for layer in model if isinstance(layer, Dropout)]\n"
CLIPPING = "nn.utils.clip_grad_norm_(model.parameters(), clip)\n"


def settings(spec: Spec, epochs: int) -> str:
    """Return the numbers of the program, each with a name."""
    lines = ["", "# What was chosen.", f"seed = {spec.seed}  # of the points' order"]
    if spec.init != "zeros" and spec.init_seeds != (spec.seed,):
        lines.append(f"first_seed = {spec.init_seeds[0]}  # of the first weights")
    size = spec.batch_size or "len(x_train)  # all points at once"
    lines += [f"epochs = {epochs}", f"batch_size = {size}"]
    lines.append(f"learning_rate = {spec.learning_rate!r}")
    number = SCHEDULES[spec.schedule][1]
    if number == "last":
        lines.append(f"last = {spec.schedule_epochs}  # epoch from which the rate is 0")
    elif number:
        lines.append(f"{number} = {spec.schedule_rate!r}  # of the learning rate")
    if spec.optimizer == "rmsprop":
        lines.append(f"rho = {spec.rho!r}  # memory of the squared gradient")
    for name, said in {**SAID, **(DECAY if spec.optimizer == "adamw" else {})}.items():
        if is_used(spec, name):
            lines.append(f"{_assigned(spec, name, getattr(spec, name))}  # {said}")
    return "\n".join([*lines, ""])


def is_used(spec: Spec, name: str) -> bool:
    """Return whether a rate of `SAID` plays a part."""
    if name in READ_BY:
        return spec.optimizer in READ_BY[name]
    return any(values(spec, name))


def goal(spec: Spec, task: str) -> str:
    """Return the loss and the optimizer."""
    kind, rest = OPTIMIZERS[spec.optimizer]
    decay = is_used(spec, "l2") and _is_decay(spec, "l2")
    given = f"{'groups' if decay else 'model.parameters()'}, lr=learning_rate{rest}"
    line = f"optimizer = torch.optim.{kind}({given})\n"
    if len(line) > WIDTH + 1:
        line = f"optimizer = torch.optim.{kind}(\n    {given}\n)\n"
    loss = LOSSES[f"{spec.loss} {task}"]
    if decay:
        line = ("" if loss.endswith("\n\n") else "\n") + GROUPS + line
    return loss + line


def loop(spec: Spec, epochs: int) -> str:
    """Return the training, with all that is changed by hand before, in and after it."""
    dropping = is_used(spec, "dropout")
    added = [n for n in PENALTIES if is_used(spec, n) and not _is_decay(spec, n)]
    clipping = ""
    if is_used(spec, "clip"):
        check = "" if all(values(spec, "clip")) else "if clip > 0:\n            "
        clipping = f"        {check}{CLIPPING}"
    text = LOOP.format(
        before=_by_hand(spec, range(1, epochs)) + _renewed(spec),
        batches=DROPPING if dropping else BATCHES,
        penalties="".join(f"        loss = loss + {PENALTIES[n]}\n" for n in added),
        clipping=clipping,
    )
    first, last = (_edits(spec, epoch, "") for epoch in (0, epochs))
    parts = ["\n# Set by hand.\n" + first] if first else []
    if dropping:
        widths = f"widths = {list(spec.layers)}  # of the hidden layers\n"
        parts.append(f"\n{widths}{DROPOUTS}")
    parts.append(text)
    if last and epochs > 0:
        parts.append("\n# Set by hand.\n" + last)
    return "".join(parts)


def _is_decay(spec: Spec, name: str) -> bool:
    """Return whether the optimizer does what is a penalty elsewhere."""
    return name == "l2" and spec.optimizer == "adamw"


def _assigned(spec: Spec, name: str, value: float) -> str:
    """Return the assignment of a rate."""
    kept = spec.optimizer == "nesterov" or len(values(spec, name)) > 1
    if name == "momentum" and value == 0 and kept:
        value = ALMOST_0
    return f"{name} = {float(value)!r}"


def _by_hand(spec: Spec, epochs: range) -> str:
    """Return what is changed at the start of some epochs of the loop."""
    parts = []
    for epoch in sorted({c.epoch for c in spec.changes if c.epoch in epochs}):
        rates = [c for c in spec.changes if c.epoch == epoch and c.name in RATES]
        lines = [f"        {_assigned(spec, c.name, c.value)}\n" for c in rates]
        parts += [f"    if epoch == {epoch}:  # changed by hand\n", *lines]
        parts.append(_edits(spec, epoch, "        "))
    return "".join(parts)


def _edits(spec: Spec, epoch: int, indent: str) -> str:
    """Return the lines that set parameters at an epoch."""
    changes = [c for c in spec.changes if c.epoch == epoch and c.name not in RATES]
    if not changes:
        return ""
    lines = [f"    {_place(c)} = {float(c.value)!r}" for c in changes]
    return "".join(f"{indent}{line}\n" for line in ["with torch.no_grad():", *lines])


def _place(change: Change) -> str:
    """Return a parameter as nn.Linear stores it: row `to`, column `from`."""
    kind, layer, *units = change.name.split(".")
    part = "weight" if kind == "w" else "bias"
    return (
        f"linears[{int(layer)}].{part}[{', '.join(str(int(u)) for u in units[::-1])}]"
    )


def _renewed(spec: Spec) -> str:
    """Return the lines that hand the optimizer rates that do not stay the same."""
    moved = {change.name for change in spec.changes}
    lines = []
    if spec.schedule != "constant" or "learning_rate" in moved:
        lines.append(f'group["lr"] = {SCHEDULES[spec.schedule][0]}')
    if "momentum" in moved:
        lines.append('group["momentum"] = momentum')
    if moved & {"beta1", "beta2"}:
        lines.append('group["betas"] = (beta1, beta2)')
    if lines:
        lines = [f"    {line}" for line in lines]
        lines.insert(0, "for group in optimizer.param_groups:")
    if "l2" in moved and _is_decay(spec, "l2"):
        lines.append('optimizer.param_groups[0]["weight_decay"] = l2')
    return "".join(f"    {line}\n" for line in lines)
