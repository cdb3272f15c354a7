"""The line under the sliding view: the sum of the window, with its numbers."""

from playground.figures.conv_slide import MAXIMUM, MEAN, ROOT, SPREAD, Slide, number

MOST_TERMS = 9  # products that are written out


def sentence(slide: Slide, cell: str, products: str) -> str:
    """Return the template of the line that adds up what is under the window.

    Args:
        slide: what is shown.
        cell: translated name of an output cell.
        products: translated name of the products.
    """
    told = f"{cell} [{{place:0:int}}, {{place:1:int}}]:  "
    terms = slide.kernel[0] * slide.kernel[1]
    if slide.rule == SPREAD:
        return f"x[{{place:0:int}}, {{place:1:int}}] = {{place:2}}  →  {products}"
    if slide.rule in (MAXIMUM, MEAN, ROOT):
        return told + _pooled(slide, terms)
    one = len(slide.planes) == 1 and not slide.hidden
    if one and terms <= MOST_TERMS:
        weights = slide.planes[0].kernel.flatten().tolist()
        parts = [f"{{patch:{i}}}·{_factor(w)}" for i, w in enumerate(weights)]
        bias = " + " + _factor(slide.bias) if slide.bias else ""
        return f"{told}{' + '.join(parts)}{bias} = {{place:2}}"
    sums = "{sums:0}" + "".join(
        f" {{sums:{i}:signed}}" for i in range(1, len(slide.planes))
    )
    rest = " {place:3:signed}" if slide.rest is not None else ""
    return f"{told}{sums}{rest} = {{place:2}}"


def _pooled(slide: Slide, terms: int) -> str:
    shown = [f"{{patch:{i}}}" for i in range(min(terms, MOST_TERMS))]
    more = ["…"] if terms > MOST_TERMS else []
    if slide.rule == MAXIMUM:
        return f"max({', '.join(shown + more)}) = {{place:2}}"
    if slide.rule == MEAN:
        return f"({' + '.join(shown + more)}) / {terms} = {{place:2}}"
    return f"√({' + '.join([f'{one}²' for one in shown] + more)}) = {{place:2}}"


def _factor(value: float) -> str:
    text = number(value)
    return f"({text})" if value < 0 else text
