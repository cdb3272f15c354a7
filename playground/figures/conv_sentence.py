"""The line under the sliding view: the sum of the window, with its numbers."""

from playground.figures.conv_slide import (
    MAXIMUM,
    MEAN,
    ROOT,
    SPREAD,
    SUM,
    Slide,
    longest,
    number,
)

MOST_TERMS = 9  # products that are written out
MOST_LETTERS = 120  # of them


def result(slide: Slide) -> str:
    """Return how the number of a plane comes about: Σ, max, Σ/4 or √Σ."""
    mean = f"Σ/{slide.kernel[0] * slide.kernel[1]}"
    return {MAXIMUM: "max", MEAN: mean, ROOT: "√Σ"}.get(slide.rule, "Σ")


def sentence(slide: Slide, cell: str, products: str, more: str) -> str:
    """Return the template of the line that adds up what is under the window.

    Args:
        slide: what is shown.
        cell: translated name of an output cell.
        products: translated name of the products.
        more: translated template with {count}, planes that are not drawn.
    """
    place = "{place:1:int}" if slide.flat else "{place:0:int}, {place:1:int}"
    if slide.rule == SPREAD:
        count = slide.kernel[0] * slide.kernel[1]
        numbers = [f"{{patch:{count * i}}}" for i in range(len(slide.planes))]
        return f"x[{place}] = {', '.join(numbers)}  →  {products}"
    start = f"{cell} [{place}]:  "
    if slide.rule != SUM:
        return start + _pooled(slide)
    rest = _rest(slide, more)
    if len(slide.planes) > 1:
        others = range(1, len(slide.planes))
        sums = "{sums:0}" + "".join(f" {{sums:{i}:signed}}" for i in others)
        return f"{start}{sums}{rest} = {{place:2}}"
    weights = slide.planes[0].kernel.flatten().tolist()
    each = longest(slide.planes[0].values) + 4
    letters = sum(each + len(_factor(w)) for w in weights)
    if len(weights) > MOST_TERMS or letters > MOST_LETTERS:
        return f"{start}Σ {products}{rest} = {{place:2}}"
    parts = [f"{{patch:{i}}}·{_factor(w)}" for i, w in enumerate(weights)]
    return f"{start}{' + '.join(parts)}{rest} = {{place:2}}"


def _rest(slide: Slide, more: str) -> str:
    """Return what else is added: planes that are not drawn, and the bias."""
    if slide.rest is None:
        return ""
    named = [more.format(count=slide.hidden)] * bool(slide.hidden)
    named += ["b"] * (slide.bias is not None)
    return f" {{place:3:signed}} ({', '.join(named)})"


def _pooled(slide: Slide) -> str:
    terms, track = slide.kernel[0] * slide.kernel[1], "patch"
    told = min(terms, MOST_TERMS)
    if len(slide.planes) > 1:  # slices of a volume: of each its own result
        terms, track = len(slide.planes) + slide.hidden, "sums"
        told = len(slide.planes)
    shown = [f"{{{track}:{i}}}" for i in range(told)]
    more = ["…"] if terms > told else []
    if slide.rule == MAXIMUM:
        return f"max({', '.join(shown + more)}) = {{place:2}}"
    if slide.rule == MEAN:
        return f"({' + '.join(shown + more)}) / {terms} = {{place:2}}"
    return f"√({' + '.join([f'{one}²' for one in shown] + more)}) = {{place:2}}"


def _factor(value: float) -> str:
    text = number(value)
    return f"({text})" if value < 0 else text
