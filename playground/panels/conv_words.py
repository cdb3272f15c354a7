"""What the sliding view says: its words, and the row of numbers."""

from itertools import groupby

from engine.conv_settings import ConvSettings, counts, output_sizes, resolved
from playground.figures.conv_scene import Words
from playground.figures.conv_story import Names
from playground.figures.numerals import in_bytes, short
from playground.i18n import _

WIDE = 10  # letters of a size that fit into the row of numbers
POWERS = ("", "", "²", "³", "⁴")


def metrics(settings: ConvSettings) -> tuple[tuple[str, str], ...]:
    """Return the row of numbers under the stage."""
    found = counts(settings)
    shape = (settings.outputs, *output_sizes(settings))
    if settings.outputs == 1:
        shape = shape[1:]
    return (
        (_("Output"), _shape(shape)),
        (_("Parameters"), short(found.parameters)),
        (_("Multiplies"), short(found.multiplies)),
        (_("Receptive field"), _shape(found.receptive_field)),
        (_("Memory"), in_bytes(found.memory)),
    )


def _times(numbers: tuple[int, ...]) -> str:
    return " × ".join(map(str, numbers))


def _shape(sizes: tuple[int, ...]) -> str:
    """Return sizes as short as a number of the row must be: 8 × 28²."""
    text = _times(sizes)
    if len(text) <= WIDE:
        return text
    runs = [(size, len(list(same))) for size, same in groupby(sizes)]
    text = " × ".join(f"{size}{POWERS[count]}" for size, count in runs)
    return text if len(text) <= WIDE else text.replace(" ", "")


def names() -> Names:
    """Return what the planes are called."""
    return Names(
        _("channel {number}"), _("slice {number}"), _("ch. {channel}, slice {depth}")
    )


def words(settings: ConvSettings, channel: int) -> Words:
    """Return what the scene says of a layer and the channel of its output."""
    products = "x · w"
    if settings.kind == "l2":
        products = "x²"
    elif not settings.learns:
        products = _("window")
    sizes = _times(tuple(axis.size for axis in settings.axes))
    output = _("output {size}").format(size=_times(output_sizes(settings)))
    if settings.outputs > 1:
        text = _("{output}, {number} of {count}")
        output = text.format(output=output, number=channel + 1, count=settings.outputs)
    padded = tuple(axis.padded for axis in resolved(settings))
    name = _("input {size}").format(size=sizes)
    if settings.kind != "transposed" and padded != tuple(
        axis.size for axis in settings.axes
    ):
        name = _("input {size}, padded {padded}").format(
            size=sizes, padded=_times(padded)
        )
    turned = settings.flip and settings.learns
    return Words(
        input=name,
        patch=_("window x"),
        given=_("kernel"),
        kernel=_("w, turned") if turned else _("kernel w"),
        products=products,
        output=output,
        cell=_("cell"),
        more=_("planes not drawn: {count}"),
        dropped=_("striped: dropped by the floor"),
        cut=_("dashed: cut off by the padding"),
        spoken=_("Place {place:1:int}: {place:2}.")
        if len(settings.axes) == 1
        else _("Row {place:0:int}, column {place:1:int}: {place:2}."),
    )
