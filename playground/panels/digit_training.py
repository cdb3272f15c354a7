"""Train it yourself: a fresh LeNet-5 on part of MNIST, live, beside the page."""

from dataclasses import dataclass

import streamlit as st
from torch import Tensor

from engine import device, mnist
from engine.lenet import LeNet5, activations, from_mnist
from engine.lenet_training import RANGES, Recipe, Training, evaluate
from playground import widgets
from playground.data import mnist_directory
from playground.figures.digits import learning_curve
from playground.i18n import _
from playground.jobs import Job, Progress, Room
from playground.layout import chart
from playground.panels.line import in_line

PICTURES = 10_000  # of MNIST's 60,000: an epoch takes seconds, not minutes
SEATS = 2  # trainings at a time on this server
GLANCE = 0.5  # seconds between two looks at a running training


@dataclass(frozen=True)
class Trained:
    """A visitor's own network, and the share of test images it reads right."""

    net: LeNet5
    accuracy: float


def trained_answer(picture: Tensor) -> Tensor | None:
    """Return what the reader's own network says, if one has been trained.

    Args:
        picture: [1, 1, 32, 32] float, on the CPU.

    Returns:
        [10] probabilities.
    """
    own = _job().progress.result
    if own is None:
        return None
    return activations(own.net, picture)["output"][0].softmax(dim=0)


def training_panel() -> None:
    """Show the controls, the progress and the curve of the reader's own training."""
    if not mnist.present(mnist_directory()):
        st.info(_("Training needs MNIST: choose MNIST as input to download it."))
        return
    knobs, view = st.columns([1, 2], gap="medium")
    with knobs:
        recipe = Recipe(
            epochs=widgets.slider(_("Epochs"), (1, 10, 1), 3, key="epochs"),
            seed=widgets.number(_("Seed"), (0, 9999, 1), 0, key="seed"),
            ranges=RANGES
            if widgets.toggle(
                _("Distort the pictures"),
                True,
                key="distort",
                help=_("Turn, slant, stretch and thicken every picture at random."),
            )
            else None,
        )
    with view:
        _live(recipe)


def _live(recipe: Recipe) -> None:
    running = _job().progress.running
    st.fragment(_progress, run_every=GLANCE if running else None)(recipe, running)


def _progress(recipe: Recipe, was_running: bool) -> None:
    job = _job()
    progress = job.progress
    if was_running != progress.running:
        st.rerun()  # the whole page: begin to look twice a second, or show the network
    if progress.running:
        st.button(_("Stop"), icon=":material/stop:", on_click=job.stop)
        _show_running(progress)
    else:
        st.button(
            _("Train a new network"),
            icon=":material/play_arrow:",
            type="primary",
            on_click=_start,
            args=(recipe,),
        )
        if progress.error:
            st.warning(
                _("The training failed: MNIST could not be read, or memory ran out.")
            )
        if progress.result:
            st.caption(
                _("Your network reads {share:.1%} of MNIST's test images.").format(
                    share=progress.result.accuracy
                )
            )
    if progress.steps:
        chart(
            learning_curve(
                [step.index for step in progress.steps],
                [step.loss for step in progress.steps],
                [step.accuracy for step in progress.steps],
                titles=(_("Loss"), _("Accuracy"), _("Step")),
            ),
            key="curve",
            alt=_("Loss and accuracy of the batches so far"),
        )


def _show_running(progress: Progress) -> None:
    if in_line(progress):
        return
    if progress.steps:
        step = progress.steps[-1]
        st.progress(
            step.index / step.total,
            text=_("Epoch {epoch}, step {index} of {total}, loss {loss:.3f}").format(
                epoch=step.epoch, index=step.index, total=step.total, loss=step.loss
            ),
        )
    else:
        st.progress(0.0, text=_("Reading MNIST…"))


def _start(recipe: Recipe) -> None:
    """Begin a training in the job's own thread; it knows nothing of the session."""
    directory = mnist_directory()

    def make() -> Training:
        images, labels = mnist.read(directory, "train")
        return Training(
            recipe, images[:PICTURES], labels[:PICTURES], device=device.pick()
        )

    def finish(training: Training) -> Trained:
        net = training.net.cpu().requires_grad_(requires_grad=False).eval()
        images, labels = mnist.read(directory, "test")
        accuracy, _confusion = evaluate(net, from_mnist(images), labels)
        return Trained(net, accuracy)

    _job().start(make, finish)


@st.cache_resource(show_spinner=False)
def _room() -> Room:
    return Room(SEATS)


@st.cache_resource(
    scope="session", show_spinner=False, on_release=lambda job: job.stop()
)
def _job() -> Job:
    return Job(_room())
