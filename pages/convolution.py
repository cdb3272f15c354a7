"""Convolution with real numbers: the window slides, the sum is told, sizes add up."""

from engine import conv, conv_layer, conv_settings, pooling
from playground import widgets
from playground.i18n import _
from playground.layout import close_lesson, open_lesson
from playground.panels.conv_controls import knobs
from playground.panels.conv_numbers import numbers_view
from playground.panels.conv_presets import TRIES
from playground.panels.conv_view import slide_view

SLUG = "convolution"

frame = open_lesson(SLUG)
with frame.controls:
    chosen = knobs()
with frame.stage:
    names = {"slide": _("Slide"), "numbers": _("Edit the numbers")}
    view = widgets.segments(_("Look at"), names, key="view", label_shown=False)
    take_away = numbers_view(chosen) if view == "numbers" else slide_view(chosen)

own = {
    "transposed": conv.transposed_correlate,
    "global": pooling.global_average,
}
usual = conv.cross_correlate if chosen.settings.learns else pooling.pool
close_lesson(
    frame,
    own.get(chosen.settings.kind, usual),
    conv.output_size,
    conv_settings.dropped,
    conv_settings.counts,
    conv_layer.terms,
    tries=TRIES,
    take_away=take_away,
)
