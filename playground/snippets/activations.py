"""The activation page as programs: functions at z, a signal in depth, softmax."""

from collections.abc import Sequence

from engine.depth import INITS, SAMPLES, Plan
from engine.forms import Form

# Name -> PyTorch text of g(z); numbers that shape it are put in.
TEXTS = {
    "step": "(z > 0).to(z.dtype)",
    "sign": "torch.sign(z)",
    "linear": "1 * z",
    "sigmoid": "torch.sigmoid(z)",
    "tanh": "torch.tanh(z)",
    "softsign": "F.softsign(z)",
    "relu": "torch.relu(z)",
    "leaky_relu": "F.leaky_relu(z, {leak})",
    "prelu": "F.prelu(z, z.new_tensor([{a}]))",
    "elu": "F.elu(z, {alpha})",
    "selu": "F.selu(z)",
    "gelu": "F.gelu(z)",
    "gelu_tanh": 'F.gelu(z, approximate="tanh")',
    "silu": "F.silu(z)",
    "softplus": "F.softplus(z)",
    "hardswish": "F.hardswish(z)",
    "maxout": "maxout(z)",
}
MAXOUT = '''

def maxout(z):
    """The larger of two lines; where they cross, the flatter counts for the slope."""
    first, second = {low_w} * z + {low_b}, {high_w} * z + {high_b}
    return torch.where(second > first, second, first)

'''
FUNCTIONS = '''\
"""Activation functions and their slopes at one z, by autograd. Needs only torch."""

import torch
import torch.nn.functional as F
{definitions}
functions = {{
{entries}}}
for name, g in functions.items():
    z = torch.tensor([{z}], dtype=torch.float64, requires_grad=True)
    value, slope = g(z), 0.0  # what does not depend on z has slope 0
    if value.requires_grad:
        (gradient,) = torch.autograd.grad(value.sum(), z)
        slope = gradient.item()
    print(f"{{name}}: g(z) = {{value.item():.6g}}, slope = {{slope:.6g}}")
'''
NETWORK = '''\
"""A signal up through {depth} layers and a gradient back down. Needs only torch."""

import torch
import torch.nn.functional as F

depth, width, samples = {depth}, {width}, {samples}
deviation = {deviation}  # of the weights
generator = torch.Generator().manual_seed({seed})

{definitions}
def g(z):
    return {text}


def randn(rows):
    return torch.randn(rows, width, generator=generator, dtype=torch.float64)


layers = [randn(samples).requires_grad_()]
dead = 0
for _ in range(depth):
    weight = randn(width) * deviation
    z = layers[-1] @ weight + {bias}
    a = g(z) + 0 * z  # so that even a step has a gradient: 0
    (slope,) = torch.autograd.grad(a.sum(), z, retain_graph=True)
    dead += (slope == 0).all(dim=0).sum().item()
    a.retain_grad()
    layers.append(a)

# A gradient of length 1 in a random direction enters at the top.
direction = randn(samples)
(layers[-1] * direction / direction.norm()).sum().backward()
for layer, a in enumerate(layers):
    between = a.var(dim=0, correction=0).mean().sqrt()
    print(
        f"layer {{layer}}: std {{a.std(correction=0).item():.6g}}, "
        f"between samples {{between.item():.6g}}, gradient {{a.grad.norm().item():.6g}}"
    )
print(f"dead units: {{dead}} of {{depth * width}}")
'''
SOFTMAX = '''\
"""Softmax with temperature, step by step. Needs only torch."""

import math

import torch

logits = torch.tensor({logits}, dtype=torch.float64) + {shift}
temperature = {temperature}

scaled = logits / temperature
largest = scaled.max()  # subtracted, so that no exponential overflows
log_sum = largest + torch.exp(scaled - largest).sum().log()
p = torch.exp(scaled - log_sum)
jacobian = (torch.diag(p) - torch.outer(p, p)) / temperature

print("probabilities:", [float(f"{{x:.6g}}") for x in p.tolist()])
print("as PyTorch:", torch.allclose(p, torch.softmax(scaled, dim=0)))
print(f"log-sum-exp: {{log_sum.item():.6g}}")
bits = torch.special.entr(p).sum() / math.log(2)
print(f"entropy: {{bits.item():.6g}} bits")
print("largest slope:", f"{{jacobian.abs().max().item():.6g}}")
print("float32, without subtracting:", end=" ")
powers = torch.exp(scaled.float())
print((powers / powers.sum()).tolist())
'''


def functions_program(forms: Sequence[Form], z: float) -> str:
    """Return a program that prints g(z) and g'(z) of the functions.

    Args:
        forms: at least one.
        z: any finite number.
    """
    lines = (f'    "{form.name}": lambda z: {_text(form)},\n' for form in forms)
    definitions = "".join(map(_definition, forms)) or "\n"
    return FUNCTIONS.format(definitions=definitions, entries="".join(lines), z=z)


def network_program(plan: Plan) -> str:
    """Return a program that sends a signal through the plan's network.

    It prints, for every layer, what `engine.depth.propagate` finds.
    """
    return NETWORK.format(
        depth=plan.depth,
        width=plan.width,
        samples=SAMPLES,
        deviation=repr(INITS[plan.init](plan.width, plan.width)),
        seed=plan.seed,
        bias=plan.bias,
        text=_text(plan.form),
        definitions=_definition(plan.form),
    )


def softmax_program(logits: Sequence[float], temperature: float, shift: float) -> str:
    """Return a program that prints what softmax makes of the logits.

    Args:
        logits: at least one, finite.
        temperature: above 0.
        shift: added to every logit.
    """
    return SOFTMAX.format(logits=list(logits), temperature=temperature, shift=shift)


def _text(form: Form) -> str:
    return TEXTS[form.name].format(**form.named())


def _definition(form: Form) -> str:
    """Return the function that a maxout needs; nothing for others."""
    if form.name != "maxout":
        return ""
    w1, b1, w2, b2 = form.named().values()
    (low_w, low_b), (high_w, high_b) = sorted(((w1, b1), (w2, b2)))
    return MAXOUT.format(low_w=low_w, low_b=low_b, high_w=high_w, high_b=high_b)
