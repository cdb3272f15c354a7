"""The rule that grows a picture, in LaTeX."""

from engine.excite import RATE, Recipe
from playground.figures.numerals import tex


def climb_formula(layer: str, unit: int, recipe: Recipe) -> str:
    """Return both halves of a step, with the recipe's numbers.

    Args:
        layer: c1 to c4, or "output".
        unit: whose answer is climbed.
        recipe: how.
    """
    if layer == "output":
        aim = rf"z_{{{unit}}}"
    else:
        name = rf"z^{{({layer.upper()})}}_{{{unit}}}"
        aim = (
            rf"\overline{{{name}}}" if recipe.aim == "map" else rf"{name}[\cdot,\cdot]"
        )
    moved = r"\mathrm{shift}(x)" if recipe.jitter else "x"
    step = (
        rf"x \leftarrow x + {tex(RATE)}\,\frac{{g}}{{\sqrt{{\overline{{g^2}}}}}},"
        rf"\quad g = \frac{{\partial}}{{\partial x}}\,{aim}\big({moved}\big)"
    )
    if not recipe.smoothness:
        return step
    kept, given = tex(1 - recipe.smoothness), tex(recipe.smoothness)
    even = rf"x \leftarrow {kept}\,x + {given}\,\tilde x_{{4}}"
    return rf"{step} \qquad {even}"
