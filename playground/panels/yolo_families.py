"""From R-CNN to YOLO: what runs how often for one picture."""

from functools import partial

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.families import SIDES, STRIDE, Stage, Work, families, total
from playground import widgets
from playground.figures import yolo_families as figures
from playground.figures.numerals import grouped, tex
from playground.i18n import _
from playground.layout import TakeAway
from playground.player.player import Still, player
from playground.snippets.yolo_families import families_program

NAMES = {
    "rcnn": "R-CNN",
    "fast": "Fast R-CNN",
    "faster": "Faster R-CNN",
    "mask": "Mask R-CNN",
    "yolo": "YOLO",
}


def families_view(controls: DeltaGenerator) -> TakeAway:
    """Show the detectors side by side; return what can be taken away."""
    with controls:
        side = widgets.slider(
            _("Side of the picture"),
            (*SIDES, STRIDE),
            608,
            key="size",
            help=_("Pixels. R-CNN warps each region to 224 pixels, whatever the side."),
        )
        searched = widgets.slider(
            _("Regions by search"), (100, 4000, 100), 2000, key="searched"
        )
        proposed = widgets.slider(
            _("Regions by a network"), (50, 2000, 50), 300, key="proposed"
        )
        masked = widgets.slider(_("Masks"), (10, 300, 10), 100, key="masked")
    work = Work(side, searched, proposed, masked)
    found = families(work)
    made, times = figures.frames(found)
    player(
        figures.scene(found, _words(), _numbers()),
        key="yolo_families",
        source=Still(made, times, goto=times[-1]),
    )
    st.latex(latex(found))
    _history()
    table = _table(found)
    right = {
        head: st.column_config.Column(alignment="right") for head in table.columns[2:]
    }
    st.dataframe(
        table,
        hide_index=True,
        column_config=right,
        height=38 + 35 * len(table),
        alt=_("Every part: how often it runs, what it costs."),
    )
    st.caption(
        _(
            "All on VGG-16, so that only the order of work differs; multiply-adds are "
            "counted layer by layer. Published versions differ in details."
        )
    )
    return TakeAway(
        partial(families_program, work),
        tables={"detectors.csv": _csv(found)},
    )


def _words() -> figures.Words:
    return figures.Words(
        names=NAMES,
        columns=(
            _("regions\nby search"),
            _("backbone\n(VGG-16)"),
            _("regions by\na network"),
            _("classes\nand boxes"),
            _("masks\n"),
        ),
        total=_("multiply-adds\n× YOLO’s"),
        clock=_("each {clock:0}"),
        spoken=_("After {clock:0} multiply-adds each."),
    )


def _numbers() -> tuple[tuple[str, str], ...]:
    """Return how much of its work each detector has done by the clock."""
    return tuple(
        (name, f"{{through:{lane}:percent}}")
        for lane, name in enumerate(NAMES.values())
    )


def latex(found: dict[str, tuple[Stage, ...]]) -> str:
    """Return each detector's multiply-adds as a sum of runs times cost."""
    lines = []
    for key, stages in found.items():
        parts = " + ".join(
            tex(stage.multiplies)
            if stage.runs == 1
            else rf"{stage.runs}\cdot {_own(stage.multiplies)}"
            for stage in stages
            if stage.multiplies
        )
        lines.append(rf"\text{{{NAMES[key]}}} &= {parts} = {tex(total(stages))}")
    return r"\begin{aligned}" + r"\\".join(lines) + r"\end{aligned}"


def _own(number: int) -> str:
    text = tex(number)
    return rf"({text})" if r"\cdot" in text else text


def _history() -> None:
    """Show what the papers measured."""
    st.markdown(
        _(
            "| | what is new | the papers measured |\n"
            "|---|---|---|\n"
            "| R-CNN, 2014 | a network reads each of ≈ 2000 regions | 47 s a picture "
            "|\n"
            "| Fast R-CNN, 2015 | one convolution for all regions | 0.32 s, and 2 s to "
            "search regions |\n"
            "| Faster R-CNN, 2015 | a network proposes the regions | 0.2 s |\n"
            "| Mask R-CNN, 2017 | a mask of pixels for each object | 0.2 s |\n"
            "| YOLO, 2016 | no regions: one pass answers the whole grid | 0.022 s |"
        )
    )
    st.caption(
        _(
            "Seconds on the graphics cards of their day, VGG-16 or similar; those of "
            "R-CNN and Fast R-CNN as compared in the Fast R-CNN paper."
        )
    )


def _table(found: dict[str, tuple[Stage, ...]]) -> pd.DataFrame:
    """Return a line per part of each detector."""
    names = {
        "search": _("regions by search (no network)"),
        "backbone": _("backbone"),
        "proposals": _("regions by a network"),
        "head": _("classes and boxes of a region"),
        "grid": _("classes and boxes of the whole grid"),
        "masks": _("mask of an object"),
    }
    lines = [
        (
            NAMES[key],
            names[stage.name],
            stage.runs,
            grouped(stage.multiplies),
            grouped(stage.total),
        )
        for key, stages in found.items()
        for stage in stages
    ]
    heads = (_("Detector"), _("Part"), _("Runs"), _("Each"), _("Together"))
    return pd.DataFrame(lines, columns=heads)


def _csv(found: dict[str, tuple[Stage, ...]]) -> str:
    """Return the table's numbers as CSV, whole."""
    lines = ["detector,part,runs,multiplies,together"]
    for key, stages in found.items():
        for stage in stages:
            numbers = f"{stage.runs},{stage.multiplies},{stage.total}"
            lines.append(f"{NAMES[key]},{stage.name},{numbers}")
    return "\n".join(lines) + "\n"
