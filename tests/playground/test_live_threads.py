"""Two browsers pull while the page changes its mind: frames stay whole and in order."""

import threading
from dataclasses import replace
from functools import partial

from engine.spec import Change, Spec
from playground.figures.compare import ComparePainter
from playground.figures.paint import Painter
from playground.live import LiveTraining
from playground.player.scene import Scene

SPAN = (-3.0, 3.0)
SPEC = Spec(count=40, layers=(3,))
MAKERS = (
    partial(Painter, span=SPAN, hard=False),
    partial(Painter, span=SPAN, hard=True),
    partial(ComparePainter, span=SPAN, hard=False),
)


class Page:
    """A page and its browsers; `sizes` are those of each generation's frames."""

    def __init__(self):
        self.training, self.sizes, self.problems = LiveTraining(), {}, []
        self.done, self.moved = threading.Event(), threading.Event()

    def show(self, spec, make):
        _runs, painter = self.training.show(
            (spec,), make, limit=100_000, diverged="diverged"
        )
        scene = Scene((1, 1), painter.tracks, ())
        self.sizes[self.training.generation] = scene.frame_bytes

    def browse(self):
        while not self.done.is_set():
            self._watch_one_generation()

    def _watch_one_generation(self):
        """As `tape._pull`: answers count if the generation stood still meanwhile."""
        generation, after = self.training.generation, -1.0
        while not self.done.is_set():
            chunk = self.training.pull(after, 1, 0)  # one frame
            if self.training.generation != generation:
                return
            times = [after, *chunk.times]
            sizes = {len(frame) for frame in chunk.frames}
            if times != sorted(set(times)) or sizes != {self.sizes[generation]}:
                self.problems.append((generation, times, sizes))
            after = self.training.at = times[-1]
            self.moved.set()


def change(page, index):
    """Do one of the things that readers do: steer, repaint, resize, start again."""
    if index % 7 == 6:
        page.training.restart()
    changes = (Change(max(page.training.playhead - 1, 0), "l2", 0.01 * (index % 3)),)
    layers = (3,) if index % 5 else (2, 2)
    page.show(replace(SPEC, layers=layers, changes=changes), MAKERS[index % 3])
    page.training.moments(page.training.playhead)
    page.training.read(lambda run: run.history)


def test_pulls_and_changes_at_once_give_whole_frames_in_order():
    page = Page()
    page.show(SPEC, MAKERS[0])
    browsers = [threading.Thread(target=page.browse) for _ in range(2)]
    for browser in browsers:
        browser.start()
    try:
        for index in range(14):
            change(page, index)
            page.moved.clear()
            assert page.moved.wait(10)  # frames of this change came
    finally:
        page.done.set()
        for browser in browsers:
            browser.join()
        assert not page.problems
