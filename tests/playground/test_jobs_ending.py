"""Jobs that still run when the interpreter ends."""

import subprocess
import sys

from tests.messages import ROOT

ENDING = """
import threading
from engine.colour_net import load
from engine.excite import Recipe
from engine.growth import Growth
from playground.jobs import Job, Room

room, begun = Room(1), threading.Event()

class Watched(Growth):
    def run(self):
        for step in super().run():
            begun.set()
            yield step

def make():
    return Watched(load(), "c1", 0, Recipe(steps=100_000, size=16))

for job in (Job(room), Job(room)):  # the second waits for the seat
    job.start(make, lambda growth: None)
assert begun.wait(20)
"""


def test_interpreter_ends_in_peace_while_jobs_run():
    """Torch aborts the process if its thread is cut off."""
    done = subprocess.run(
        [sys.executable, "-c", ENDING], cwd=ROOT, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
