"""Jobs: one per visitor, a few per server, the rest in line; no thread left behind."""

import threading
from contextlib import contextmanager

import pytest

from playground.jobs import KEPT, Job, Progress, Room

PATIENCE = 20  # seconds until a test that waits has failed


class Steps:
    """Work whose every step waits for the test's leave."""

    def __init__(self, count, failing_at=None):
        self.count, self.failing_at = count, failing_at
        self.gate = threading.Semaphore(0)
        self.asked = threading.Semaphore(0)  # released whenever a step is begun

    def run(self):
        for index in range(self.count):
            self.asked.release()
            assert self.gate.acquire(timeout=PATIENCE)
            if index == self.failing_at:
                raise ValueError(f"step {index}")
            yield index

    def let(self, steps):
        """Let this many steps happen and wait until the next one is begun."""
        for _step in range(steps):
            self.gate.release()
            assert self.asked.acquire(timeout=PATIENCE)

    def begun(self):
        return self.asked.acquire(timeout=PATIENCE)

    def let_all(self):
        for _step in range(self.count):
            self.gate.release()


@pytest.fixture(autouse=True)
def no_thread_is_left():
    before = set(threading.enumerate())
    yield
    join(set(threading.enumerate()) - before)


def join(threads):
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()


@contextmanager
def ended():
    """Wait at the end until every job started inside is over."""
    before = set(threading.enumerate())
    yield
    join(set(threading.enumerate()) - before)


def counted(values):
    """Work that needs nobody's leave."""
    work = Steps(len(values))
    work.run = lambda: iter(values)
    return work


def finish(work):
    return f"result of {work.count}"


def raiser(error):
    def raising(*_arguments):
        raise error

    return raising


def test_job_has_nothing_before_its_start():
    assert Job(Room(1)).progress == Progress()


def test_job_runs_to_the_end_and_keeps_the_result():
    job = Job(Room(1))
    work = Steps(3)
    with ended():
        job.start(lambda: work, finish)
        assert work.begun()
        assert job.progress == Progress(running=True)
        work.let(2)
        assert job.progress == Progress(running=True, steps=(0, 1))
        work.gate.release()
    assert job.progress == Progress(steps=(0, 1, 2), result="result of 3")


def test_job_makes_and_finishes_its_work_in_its_own_thread():
    threads = []

    def make():
        threads.append(threading.current_thread())
        return counted(range(1))

    def note(_work):
        threads.append(threading.current_thread())

    with ended():
        Job(Room(1)).start(make, note)
    first, last = threads
    assert first is last is not threading.current_thread()
    assert first.daemon  # a server that ends does not wait for it


def test_second_start_while_running_does_nothing():
    job, work, made = Job(Room(2)), Steps(2), []
    with ended():
        job.start(lambda: work, finish)
        assert work.begun()
        job.start(lambda: made.append("second"), finish)
        assert job.progress.running
        work.let_all()
    assert made == []
    assert job.progress == Progress(steps=(0, 1), result="result of 2")


def test_new_start_forgets_the_last_result():
    job = Job(Room(1))
    with ended():
        job.start(lambda: counted(range(5)), finish)
    work = Steps(1)
    with ended():
        job.start(lambda: work, finish)
        assert work.begun()
        assert job.progress == Progress(running=True)
        work.let_all()
    assert job.progress.result == "result of 1"


def test_stop_ends_after_the_step_at_hand_and_keeps_the_result():
    job, work = Job(Room(1)), Steps(100)
    with ended():
        job.start(lambda: work, finish)
        assert work.begun()
        work.let(2)
        job.stop()
        work.gate.release()
    assert job.progress == Progress(steps=(0, 1, 2), result="result of 100")


def test_job_can_start_again_after_a_stop():
    job, work = Job(Room(1)), Steps(9)
    with ended():
        job.start(lambda: work, finish)
        assert work.begun()
        job.stop()
        work.gate.release()
    with ended():
        job.start(lambda: counted(range(4)), finish)
    assert job.progress == Progress(steps=(0, 1, 2, 3), result="result of 4")


def test_stop_of_an_idle_job_does_nothing():
    job = Job(Room(1))
    job.stop()
    with ended():
        job.start(lambda: counted(range(2)), finish)
    assert job.progress.result == "result of 2"


@pytest.mark.parametrize("kind", [OSError, FileNotFoundError, ValueError])
@pytest.mark.parametrize(
    ("where", "steps"), [("make", ()), ("run", (0,)), ("finish", (0, 1))]
)
def test_failure_is_reported_and_the_seat_given_back(kind, where, steps):
    room, error = Room(1), kind("no such file")
    work = counted(range(2))
    if where == "run":

        def stumble():
            yield 0
            raise error

        work.run = stumble
    job = Job(room)
    with ended():
        job.start(
            raiser(error) if where == "make" else lambda: work,
            raiser(error) if where == "finish" else finish,
        )
    assert job.progress == Progress(steps=steps, error="no such file")
    other = Job(room)
    with ended():
        other.start(lambda: counted(range(1)), finish)
    assert other.progress.result == "result of 1"


def test_start_after_a_failure_forgets_the_error():
    job = Job(Room(1))
    with ended():
        job.start(raiser(OSError("gone")), finish)
    with ended():
        job.start(lambda: counted(range(1)), finish)
    assert job.progress == Progress(steps=(0,), result="result of 1")


class WatchedRoom(Room):
    """A room that says when a job has joined the line."""

    def __init__(self, seats):
        super().__init__(seats)
        self.looked = threading.Semaphore(0)

    def place(self, job):
        place = super().place(job)
        if threading.current_thread() is not threading.main_thread():
            self.looked.release()  # a job looks for a seat once it stands in line
        return place


def crowd(seats, jobs):
    """Return (job, work, thread) started one after the other, all in line."""
    room, line = WatchedRoom(seats), []
    for _job in range(jobs):
        job, work, before = Job(room), Steps(1), set(threading.enumerate())
        job.start(lambda work=work: work, finish)
        assert room.looked.acquire(timeout=PATIENCE)
        (thread,) = set(threading.enumerate()) - before
        line.append((job, work, thread))
    for _job, work, _thread in line[:seats]:
        assert work.begun()
    return line


def places(line):
    return [job.progress.place for job, _work, _thread in line]


def results(line):
    return [job.progress.result for job, _work, _thread in line]


def test_jobs_beyond_the_seats_wait_in_line_and_then_run():
    line = crowd(seats=2, jobs=4)
    assert places(line) == [0, 0, 1, 2]
    assert all(job.progress.running for job, _work, _thread in line)
    _third, work, _thread = line[2]
    assert not work.asked.acquire(blocking=False)  # not begun
    line[1][1].let_all()
    assert work.begun()
    assert places(line) == [0, 0, 0, 1]
    for _job, work, _thread in line:
        work.let_all()
    join(thread for _job, _work, thread in line)
    assert results(line) == ["result of 1"] * 4
    assert places(line) == [0, 0, 0, 0]


def test_stopping_a_waiting_job_removes_it_from_the_line():
    line = crowd(seats=1, jobs=3)
    assert places(line) == [0, 1, 2]
    stopped, never, thread = line[1]
    stopped.stop()
    join([thread])
    assert stopped.progress == Progress()
    assert places(line) == [0, 0, 1]
    for _job, work, _thread in line:
        work.let_all()
    join(thread for _job, _work, thread in line)
    assert results(line) == ["result of 1", None, "result of 1"]
    assert not never.asked.acquire(blocking=False)


@pytest.mark.parametrize("count", [1, 399, 400, 401, 1000, 12_345])
def test_steps_are_thinned_evenly_with_their_order_kept(count):
    job = Job(Room(1))
    with ended():
        job.start(lambda: counted(range(count)), finish)
    steps = job.progress.steps
    every = 1 if count < 2 else max(steps[-1] // max(len(steps) - 1, 1), 1)
    assert steps == tuple(range(0, count, every))
    assert min(count, KEPT // 2) <= len(steps) <= KEPT
