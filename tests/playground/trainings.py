"""What the tests of all trainings share: Ctrl-C, and pictures that are not there."""

from contextlib import contextmanager

import pytest


def left_and_taken_up(command, training, checkpoint, folder, capsys, *, after):
    """Train once without a break; once more, stopped by Ctrl-C and taken up again.

    Args:
        command: runs the training with more options, returns the exit status.
        training: the class whose `run` is interrupted, after step `after`.
        checkpoint: name of the file that is left meanwhile, and nothing else.
        folder: an empty one.
        capsys: hears how the training is taken up.

    Returns:
        The folders that the two trainings have written to.
    """
    whole, broken = folder / "whole", folder / "broken"
    assert command("--out", whole) == 0
    run = training.run

    def interrupted(self):
        for step in run(self):
            if step.index == after:
                raise KeyboardInterrupt
            yield step

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "run", interrupted)
        assert command("--out", broken) == 130
    assert f"--resume {broken / checkpoint}" in capsys.readouterr().err
    assert [path.name for path in broken.iterdir()] == [checkpoint]
    assert command("--out", broken, "--resume", broken / checkpoint) == 0
    assert not (broken / checkpoint).exists()
    return whole, broken


def fetched_once(command, pictures, data, name, folder):
    """Train twice where no pictures lie at first: fetched once, into the cache.

    Args:
        command: runs the training with more options, returns the exit status.
        pictures: module that would fetch them.
        data: where the tests' own pictures lie; they are moved.
        name: of the folder in the cache.
        folder: an empty one.
    """
    asked = []

    def download(directory):
        asked.append(directory)
        directory.parent.mkdir(parents=True)
        data.rename(directory)

    with _nothing_there(pictures, download, folder / "cache"):
        for _ in range(2):
            assert command("--out", folder / "out", "--epochs", 1) == 0
    assert asked == [folder / "cache" / "deep-learning-playground" / name]


def not_fetched(command, pictures, error, folder):
    """Train where nothing lies and nothing can be fetched: status 2."""

    def download(directory):
        raise error

    with _nothing_there(pictures, download, folder):
        assert command("--out", folder) == 2


@contextmanager
def _nothing_there(pictures, download, cache):
    """Let no pictures lie where they usually do; `download` fetches them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "download", download)
        patch.delenv("PLAYGROUND_DATA", raising=False)
        patch.setenv("XDG_CACHE_HOME", str(cache))
        yield
