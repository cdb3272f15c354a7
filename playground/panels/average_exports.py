"""What a reader carries off from the averages: program, table, stills."""

from functools import partial

from engine.averages import Smoothed
from playground.figures.average_stills import (
    averages_still,
    use_still,
    weights_still,
)
from playground.figures.average_uses import Line, Story
from playground.figures.averages import Look
from playground.i18n import _
from playground.layout import TakeAway
from playground.snippets import averages as snippets


def averages_to_take(shown: Smoothed, look: Look, unit: str, day: int) -> TakeAway:
    """Return what can be carried off from a series and its averages.

    Args:
        shown: the series and its averages.
        look: what is shown of them.
        unit: translated unit of the series; "" if it has none.
        day: whose numbers the program prints.
    """
    files = {"averages.csv": lambda: averages_csv(shown).encode()}
    if len(shown.values) > snippets.MOST_LISTED:
        text = partial(snippets.series_csv, shown.values)
        files[snippets.FILE] = lambda: text().encode()
    words = {"day": _("Day"), "value": unit or "θ", "moving": _("mean of")}
    ago = {"ago": _("days ago"), "weight": _("weight")}
    return TakeAway(
        partial(snippets.smooth_series, shown, day),
        stills={
            "averages": partial(averages_still, shown, look, **words),
            "weights": partial(weights_still, shown.betas, **ago),
        },
        files=files,
    )


def use_to_take(story: Story, program: partial) -> TakeAway:
    """Return what can be carried off from a use.

    Args:
        story: what is shown.
        program: writes the snippet.
    """
    step, (above, below) = _("Step"), story.titles
    return TakeAway(
        program,
        stills={
            "averages": partial(use_still, story.above, step=step, title=above),
            "steps": partial(use_still, story.below, step=step, title=below),
        },
        files={"averages.csv": lambda: use_csv((*story.above, *story.below)).encode()},
    )


def averages_csv(shown: Smoothed) -> str:
    """Return a row per day: the series, each average, and the moving average."""
    names, columns = ["theta"], [shown.values]
    for index, beta in enumerate(shown.betas):
        names += [f"v_{beta:g}", f"weights_{beta:g}", f"corrected_{beta:g}"]
        columns += [shown.v[index], shown.sums[index], shown.corrected[index]]
    names.append(f"mean_{shown.days}")
    columns.append(shown.moving)
    return _csv("day", names, [column.tolist() for column in columns])


def use_csv(lines: tuple[Line, ...]) -> str:
    """Return a row per step with every line of a use, in full."""
    names = [line.label.replace(",", "") for line in lines]
    return _csv("step", names, [line.values.tolist() for line in lines])


def _csv(time: str, names: list[str], columns: list[list[float]]) -> str:
    rows = (
        ",".join(map(str, (number, *row)))
        for number, row in enumerate(zip(*columns, strict=True), start=1)
    )
    return "\n".join([",".join([time, *names]), *rows]) + "\n"
