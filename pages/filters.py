"""Filters on pictures: what a kernel answers, pixel by pixel."""

from engine import filters, responses
from playground import widgets
from playground.i18n import _
from playground.layout import close_lesson, open_lesson
from playground.panels.filter_presets import TRIES
from playground.panels.filter_view import classic_view

SLUG = "filters"
VIEWS = {"classic": classic_view}  # id -> what shows it

frame = open_lesson(SLUG)
with frame.stage:
    names = {"classic": _("Classic filters")}
    view = "classic"
    if len(VIEWS) > 1:
        view = widgets.segments(_("Look at"), names, key="view", label_shown=False)
    take_away = VIEWS[view](frame.controls)

close_lesson(
    frame,
    responses.respond,
    responses.factors,
    responses.slopes,
    filters.slope,
    filters.gaussian,
    filters.laplacian_of_gaussian,
    filters.gabor,
    tries=TRIES,
    take_away=take_away,
)
