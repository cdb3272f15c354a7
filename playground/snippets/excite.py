"""Activation maximization as a program: a picture grown for one unit."""

from engine.excite import RATE, START, Recipe
from playground.snippets.colour_net import NET

HEAD = '''\
"""Grow a picture that excites {name}.

Needs torch, and colour_net.pt beside this file.
"""

import torch
import torch.nn.functional as F

'''

CLIMB = """
def answer(picture):
    said = dict(layers(picture))["{layer}"][{unit}]
    return {aim}


generator = torch.Generator().manual_seed({seed})
grain = torch.randn(3, {size}, {size}, generator=generator)
picture = (0.5 + {start} * grain).clamp(0, 1)
for step in range({steps}):
    move = torch.randint({low}, {high}, (2,), generator=generator).tolist()
    pixels = picture.clone().requires_grad_()
    moved = pixels.roll(move, dims=(1, 2))
    (slope,) = torch.autograd.grad(answer(moved), pixels)
    picture = picture + {rate} * slope / slope.square().mean().sqrt().clamp(min=1e-12)
    wide = F.pad(picture[None], [1] * 4, mode="replicate")[0]
    around = wide[:, 1:-1, :-2] + wide[:, 1:-1, 2:]
    around = around + wide[:, :-2, 1:-1] + wide[:, 2:, 1:-1]
    picture = (picture + {smoothness} * (around / 4 - picture)).clamp(0, 1)

print(f"what is climbed {{answer(picture):.4f}}")
print(f"strongest cell {{dict(layers(picture))['{layer}'][{unit}].max():.4f}}")
"""
AIMS = {
    "map": "said.mean()",
    "cell": "said[said.shape[0] // 2, said.shape[1] // 2]",
    "output": "said",
}


def program(layer: str, unit: int, recipe: Recipe) -> str:
    """Return the program that prints the numbers on screen.

    Args:
        layer: c1 to c4, or "output".
        unit: filter or class.
        recipe: how the picture is grown.
    """
    aim = AIMS["output" if layer == "output" else recipe.aim]
    name = f"class {unit}" if layer == "output" else f"filter {unit} of {layer}"
    return (
        HEAD.format(name=name)
        + NET
        + CLIMB.format(
            layer=layer,
            unit=unit,
            aim=aim,
            seed=recipe.seed,
            size=recipe.size,
            start=START,
            steps=recipe.steps,
            low=-recipe.jitter,
            high=recipe.jitter + 1,
            rate=RATE,
            smoothness=recipe.smoothness,
        )
    )
