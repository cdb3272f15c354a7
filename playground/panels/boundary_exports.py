"""What a reader carries off from a training: program, record, weights, stills."""

from functools import partial

from playground.figures.stills import boundary_still, curves_still
from playground.i18n import _
from playground.layout import TakeAway
from playground.live import LiveTraining
from playground.panels.boundary_views import plane
from playground.records import curves_csv, record, weights_file
from playground.snippets.boundaries import reproduce


def take_away(training: LiveTraining) -> TakeAway:
    """Return what can be carried off, as the training stands at the playhead."""
    (at, *_others) = training.moments(training.playhead)
    losses = (_("Training loss"), _("Test loss"))
    kinds = (_("training"), _("test"))
    epoch = _("Epoch")
    read = training.read
    return TakeAway(
        lambda: read(partial(reproduce, epoch=at.epoch)),
        stills={
            "boundary": lambda: read(
                lambda run: boundary_still(run, at, span=plane(run.spec), names=kinds)
            ),
            "curves": lambda: read(partial(curves_still, names=losses, epoch=epoch)),
        },
        files={
            "run.json": lambda: read(
                partial(record, epoch=at.epoch, title="boundaries")
            ).encode(),
            "curves.csv": lambda: read(curves_csv).encode(),
            "weights.pt": lambda: read(partial(weights_file, at)),
        },
    )
