"""Filters while they are learned: the view that plays a network's training."""

from collections.abc import Mapping

from playground import state, widgets
from playground.figures.conv_pixels import address
from playground.figures.learned_film import Manner, film, largest
from playground.figures.learned_scene import PICK, Grid, Words, grids, picked, scene
from playground.figures.learned_tiles import shown
from playground.i18n import _
from playground.layout import TakeAway
from playground.panels.learned_filters_exports import from_training
from playground.panels.learned_filters_film import filter_counts, moments
from playground.panels.learned_filters_unit import Unit, choose, chosen_unit
from playground.panels.learned_source import COLOUR, Subject
from playground.player.player import Still, player, rested

KEY = "learned_training"
END = "99"  # the last moment, whichever it is


def manner_controls(network: str) -> Manner:
    """Show how filters are painted; return it."""
    names = {"own": _("each filter"), "layer": _("all filters")}
    key, start = ("lrgb", "own") if network == COLOUR else ("lsigned", "layer")
    help = _(
        "Where colours are strongest: at the largest weight of each filter, or at the "
        "largest of all, before, during and after the training."
    )
    scale = widgets.segments(
        _("Scale of the weights"), names, key=key, default=start, help=help
    )
    help = _("Blend the weights when they are enlarged, or show each as a square.")
    start, key = (True, "lsmooth") if network == COLOUR else (False, "lblend")
    smooth = widgets.toggle(_("Smooth"), start, key=key, help=help)
    return Manner(scale == "layer", smooth)


def training(subject: Subject, manner: Manner) -> TakeAway:
    """Play the training; return what can be taken away."""
    chosen = chosen_unit(filter_counts(subject.network))
    seen = moments(subject, chosen)
    tracks, frames = film(seen, chosen, manner)
    laid = {grid.layer: grid for grid in grids(seen[-1])}

    def hear(event: Mapping[str, object]) -> None:
        layer = str(event.get("action", "")).removeprefix(PICK)
        if event["kind"] != "place" or layer not in laid:
            return
        number = picked(laid[layer], event["x"], event["y"])
        if number is not None:
            choose(layer, number)

    stage = scene(
        tracks,
        seen,
        chosen,
        address(shown(subject.levels)),
        _words(laid, chosen, largest(seen) if manner.shared else {}),
        _metrics(),
    )
    times = [float(at) for at in range(len(frames))]
    at = min(_moment(), times[-1])
    player(stage, key=KEY, source=Still(frames, times, goto=at), on_event=hear)
    return from_training(subject.network, seen, round(at), chosen, manner)


def _moment() -> float:
    """Return where the playhead was, as the link says."""
    time = rested(KEY)
    if time is not None:
        state.settings(lmoment=str(round(time)))
    text = state.recall("lmoment", END, _checked)
    state.remember("lmoment", text, END)
    return float(text)


def _checked(text: str) -> str:
    if not (text.isascii() and text.isdecimal() and int(text[:9]) <= int(END)):
        raise ValueError(f"must be 0 to {END}, got {text[:20]}")
    return str(int(text))


def _metrics() -> tuple[tuple[str, str], ...]:
    return (
        (_("Epoch"), "{numbers:0}"),
        (_("Pictures read right"), "{numbers:1:percent}"),
        (_("Largest weight"), "{numbers:2:3}"),
        (_("Length ‖w‖"), "{numbers:3:3}"),
        (_("Likeness to the end"), "{numbers:4:3}"),
    )


def _words(laid: Mapping[str, Grid], chosen: Unit, most: Mapping[str, float]) -> Words:
    """Return the words of the stage; `most` are the ends of shared scales."""
    layer, number = chosen
    return Words(
        grids={name: _title(grid) for name, grid in laid.items()},
        peaks={name: f"± {most[name]:.3g}" if most else "" for name in laid},
        scale=_("m: the largest weight of each layer, at any time")
        if most
        else _("m: the largest weight of each filter"),
        picture=_("Picture"),
        answer=_("What it says"),
        chosen=_("Filter {number} of {layer}").format(
            number=number, layer=layer.upper()
        ),
        planes=(_("red"), _("green"), _("blue")),
        accuracy=_("read right"),
        clock=_("epoch {numbers:0}"),
        spoken=_("Epoch {numbers:0}: {numbers:1:percent} of pictures read right."),
    )


def _title(grid: Grid) -> str:
    words = {"layer": grid.layer.upper(), "count": grid.filters, "size": grid.size}
    if grid.colour:
        text = _("{layer}: {count} filters of {size} × {size} in colour. Click one.")
    elif grid.kernels == 1:
        text = _("{layer}: {count} kernels of {size} × {size}. Click one.")
    else:
        words["kernels"] = grid.kernels
        text = _("{layer}: {count} filters (columns) of {kernels} kernels each")
    return text.format(**words)
