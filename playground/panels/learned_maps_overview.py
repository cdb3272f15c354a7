"""All feature maps of a network at once, from the picture to the answer."""

from collections.abc import Mapping, Sequence

from torch import Tensor

from playground import state
from playground.figures.conv_pixels import address
from playground.figures.learned_overview import (
    COLUMNS,
    Words,
    blocks,
    film,
    picked,
    scene,
)
from playground.figures.learned_scales import Span, ending, spans
from playground.figures.learned_scene import PICK
from playground.figures.learned_tiles import shown
from playground.figures.numerals import percent
from playground.i18n import _
from playground.panels.learned_filters_unit import choose
from playground.panels.learned_maps_facts import all_layers, silent
from playground.panels.learned_maps_windows import WINDOWS, family
from playground.panels.learned_source import Subject, activations, class_names
from playground.player.player import Still, player

KEY = "learned_all"


def overview(subject: Subject, scope: str, show_key: str) -> None:
    """Show every layer; a click on a map looks at it from near.

    Args:
        subject: network and picture.
        scope: of the colour scales.
        show_key: key of the control that opens a layer.
    """
    layers = all_layers(subject)
    ends = spans(layers, scope)
    probabilities = activations(subject)["probabilities"]
    columns = COLUMNS[family(subject.network)]
    tracks, frames = film(layers, ends, probabilities, columns)
    found = blocks(layers, columns)
    by_name = {block.name: block for block in found}

    def hear(event: Mapping[str, object]) -> None:
        layer = str(event.get("action", "")).removeprefix(PICK)
        if event["kind"] != "place" or layer not in by_name:
            return
        number = picked(by_name[layer], event["x"], event["y"])
        if number is not None:
            choose(layer, number)
            state.settings(**{show_key: layer})

    stage = scene(
        tracks,
        found,
        ends,
        address(shown(subject.levels)),
        _words(subject, layers, ends, scope),
        _metrics(subject, layers, probabilities),
    )
    times = [float(at) for at in range(len(frames))]
    player(stage, key=KEY, source=Still(frames, times, goto=times[-1]), on_event=hear)


def _words(
    subject: Subject,
    layers: Mapping[str, Tensor],
    ends: Mapping[str, Sequence[Span]],
    scope: str,
) -> Words:
    titles = {}
    for name, values in layers.items():
        size = f"{len(values)}"
        if values.dim() == 3:
            size = f"{len(values)} · {values.shape[1]}×{values.shape[2]}"
        titles[name] = (_("Mean") if name == "mean" else name.upper(), size)
    return Words(
        titles=titles,
        picture=_("Picture"),
        classes=class_names(subject.network),
        answer=_("Answer"),
        ends=_ends(ends["c1"][0], scope),
        clock=_("layer {step:0}"),
        spoken=_("{step:0} layers are lit."),
    )


def _ends(span: Span, scope: str) -> tuple[str, str]:
    """Return what is written at the two ends of the colours."""
    low, high = span
    if scope == "network":
        return ending(low), ending(high)
    names = {
        "map": _("the largest number of each map"),
        "layer": _("the largest number of each layer"),
    }
    return ("−m", f"m: {names[scope]}") if low < 0 else ("0", names[scope])


def _metrics(
    subject: Subject, layers: Mapping[str, Tensor], probabilities: Tensor
) -> tuple[tuple[str, str], ...]:
    names = class_names(subject.network)
    labels = (_("Answer"), _("Second"), _("Third"))
    labels = labels[:2] if subject.label else labels  # room for what it is
    shares, order = probabilities.topk(len(labels))
    said = [
        (label, f"{names[at]} · {_percent(share)}")
        for label, share, at in zip(
            labels, shares.tolist(), order.tolist(), strict=True
        )
    ]
    if subject.label:
        said.append((_("It is"), subject.label))
    maps = {k: v for k, v in layers.items() if k in WINDOWS[family(subject.network)]}
    quiet, count = sum(map(silent, maps.values())), sum(map(len, maps.values()))
    return (*said, (_("Maps that are 0 everywhere"), f"{quiet} / {count}"))


def _percent(share: float) -> str:
    """Return a share as text; softmax never says 0 or 1, only rounding does."""
    if share > 0.9995:
        return "> 99.9\u202f%"
    return "< 0.1\u202f%" if share < 0.0005 else percent(share)
