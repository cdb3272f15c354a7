"""The feature maps of one layer, and one of them cell by cell."""

from collections.abc import Mapping

from torch import Tensor

from playground import state
from playground.figures.conv_pixels import address
from playground.figures.learned_layer import CELL, Study, Words, film, picked, scene
from playground.figures.learned_scales import spans
from playground.figures.learned_scene import PICK
from playground.figures.learned_tiles import shown
from playground.figures.numerals import plain, tex
from playground.figures.places import cell_at
from playground.i18n import _
from playground.panels.learned_filters_unit import Unit, choose, chosen_unit
from playground.panels.learned_maps_facts import (
    POOLS,
    SOURCES,
    Facts,
    all_layers,
    facts,
    silent,
    strongest,
)
from playground.panels.learned_maps_windows import family, windows
from playground.panels.learned_source import Subject
from playground.player.player import Still, player, rested

KEY = "learned_layer"
MOST = 99  # maps, rows and columns a link may name


def layer_maps(
    subject: Subject, layer: str, scope: str
) -> tuple[Unit, tuple[int, int]]:
    """Show a layer; return the chosen map and the row and column of its cell."""
    layers = all_layers(subject)
    maps = layers[layer]
    chosen = chosen_unit({layer: len(maps)})
    number = chosen[1]
    known = facts(subject, layer, number)
    study = Study(
        layer,
        maps,
        known.totals,
        number,
        spans(layers, scope)[layer],
        windows(subject.network, layer, tuple(known.totals.shape)),
        known.kernels,
        address(shown(subject.levels)),
    )
    cell = _cell(chosen, maps[number])
    _play(study, _words(study, known, scope), cell)
    return chosen, cell


def formula(subject: Subject, unit: Unit, cell: tuple[int, int]) -> str:
    """Return the sum behind a cell as LaTeX, with the numbers in it."""
    layer, number = unit
    known, layers = facts(subject, layer, number), all_layers(subject)
    value = layers[layer][number][cell].item()
    place = f"{{{cell[0]},\\,{cell[1]}}}"
    if layer in POOLS:
        source = layers[SOURCES[family(subject.network)][layer]][number]
        row, column = (2 * at for at in cell)
        four = source[row : row + 2, column : column + 2].flatten().tolist()
        inner = ",\\ ".join(map(tex, four))
        name = r"\max" if POOLS[layer] == "max" else r"\mathrm{mean}"
        return rf"a_{place} = {name}({inner}) = {tex(value)}"
    total = known.totals[cell].item()
    squash = r"\tanh" if subject.network == "tanh" else r"\mathrm{ReLU}"
    count = len(known.kernels)
    parts = rf"\sum_{{c=1}}^{{{count}}}\sum_{{u,v}} w\,x + b"
    bias = f"{'+' if known.bias >= 0 else '-'} {tex(abs(known.bias))}"
    return (
        rf"z_{place} = {parts} = {tex(total - known.bias)} {bias} = {tex(total)}"
        rf"\qquad a_{place} = {squash}(z) = {tex(value)}"
    )


def _cell(chosen: Unit, values: Tensor) -> tuple[int, int]:
    """Return the cell the link names if it is of this map, else the strongest."""
    time = rested(KEY)
    prefix, wide = f"{chosen[0]}.{chosen[1]}", values.shape[1]
    if time is not None:
        row, column = divmod(round(time), wide)
        state.settings(lcell=f"{prefix}.{row}.{column}")
    text = state.recall("lcell", "", _checked)
    state.remember("lcell", text, "")
    *unit, row, column = text.split(".") if text else ("", "0", "0")
    inside = int(row) < len(values) and int(column) < wide
    if ".".join(unit) != prefix or not inside:
        return strongest(values)
    return int(row), int(column)


def _checked(text: str) -> str:
    if not text:
        return text
    layer, *rest = text.split(".")
    numbers = [int(part[:9]) for part in rest if part.isascii() and part.isdecimal()]
    if not layer.isalnum() or len(rest) != 3 or len(numbers) != 3:
        raise ValueError(f"must be layer.number.row.column, got {text[:20]}")
    if max(numbers) > MOST:
        raise ValueError(f"numbers must be at most {MOST}, got {text[:20]}")
    return ".".join((layer[:9], *map(str, numbers)))


def _play(study: Study, words: Words, cell: tuple[int, int]) -> None:
    high, wide = study.totals.shape

    def hear(event: Mapping[str, object]) -> None:
        if event["kind"] != "place":
            return
        if event["action"] == PICK + study.name:
            number = picked(len(study.maps), event["x"], event["y"])
            if number is not None:
                choose(study.name, number)
        elif event["action"] == CELL:
            row, column = cell_at(high, wide, event["x"], event["y"])
            unit = f"{study.name}.{study.chosen}"
            state.settings(lcell=f"{unit}.{row}.{column}")

    frames, times = film(study)
    at = float(cell[0] * wide + cell[1])
    stage = scene(study, words, _metrics(study))
    player(stage, key=KEY, source=Still(frames, times, goto=at), on_event=hear)


def _metrics(study: Study) -> tuple[tuple[str, str], ...]:
    values = study.maps[study.chosen]
    if study.spans[study.chosen][0] < 0:
        last = (_("Mean of this map"), plain(values.mean().item()))
    else:
        share = (values > 0).float().mean().item()
        last = (_("Cells above 0"), f"{100 * share:.1f}\u202f%")
    sums = ((_("Sum z"), "{cell:2}"),) if study.name not in POOLS else ()
    return (
        (_("Row, column"), "{cell:0:int}, {cell:1:int}"),
        *sums,
        (_("Value a"), "{cell:3}"),
        (_("Highest of this map"), plain(values.max().item())),
        last,
    )


def _words(study: Study, known: Facts, scope: str) -> Words:
    scales = {
        "map": _("The map's own scale"),
        "layer": _("One scale for the layer"),
        "network": _("One scale for the network"),
    }
    return Words(
        maps=_maps_title(study),
        picture=_("Picture"),
        near=_("Map {number}").format(number=study.chosen),
        kernels=_kernels_title(study, known),
        scale=scales[scope],
        clock=_("row {cell:0:int}, column {cell:1:int}"),
        spoken=_("Row {cell:0:int}, column {cell:1:int}: {cell:3}."),
    )


def _maps_title(study: Study) -> str:
    count, high, wide = study.maps.shape
    quiet = silent(study.maps)
    text = (
        _("{layer}: {count} maps of {rows} × {columns}, {quiet} of them 0 everywhere")
        if quiet
        else _("{layer}: {count} maps of {rows} × {columns}. Click one.")
    )
    return text.format(
        layer=study.name.upper(), count=count, rows=high, columns=wide, quiet=quiet
    )


def _kernels_title(study: Study, known: Facts) -> str:
    if study.name in POOLS:
        kinds = {"max": _("The highest of 2 × 2"), "mean": _("The mean of 2 × 2")}
        return kinds[POOLS[study.name]]
    count, size, _size = known.kernels.shape
    most = f"± {plain(float(f'{known.kernels.abs().max().item():.3g}'))}"
    if study.name == "c1":
        return f"RGB, R, G, B: {most}" if count == 3 else _("Kernel") + f": {most}"
    return _("{count} kernels {size} × {size}: {most}").format(
        count=count, size=size, most=most
    )
