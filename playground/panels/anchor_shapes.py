"""Scales and ratios of anchors, set by hand."""

from playground import widgets
from playground.i18n import _

SCALES = ("32", "64", "128", "192", "256")
RATIOS = {  # id -> shown text, value
    "3": ("3", 3.0),
    "2": ("2", 2.0),
    "1": ("1", 1.0),
    "half": ("1/2", 1 / 2),
    "third": ("1/3", 1 / 3),
}


def scales_and_ratios(
    usual: tuple[str, ...], keys: tuple[str, str]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Show which scales and ratios anchors have, and return them.

    Args:
        usual: scales at first, of `SCALES`.
        keys: of both in the link.
    """
    scales = widgets.several(
        _("Scales"),
        {scale: scale for scale in SCALES},
        usual,
        key=keys[0],
        help=_("The side of a square with the anchor's area, in pixels."),
    )
    ratios = widgets.several(
        _("Height : width"),
        {ratio: text for ratio, (text, _value) in RATIOS.items()},
        ("2", "1", "half"),
        key=keys[1],
        help=_("Every scale comes in each of these shapes."),
    )
    return tuple(map(float, scales)), tuple(RATIOS[ratio][1] for ratio in ratios)
