"""How fast the engine trains, beside nn.Sequential with torch.optim in the same run.

`uv run python -m benchmarks.training` prints epochs and network-epochs per second on
one thread, for the spiral with 250 training points in batches of 10. The plain loop
only trains; ours also measures loss and accuracy of all 500 points after every epoch.
Where there is an NVIDIA card, the steps of an epoch are captured as one CUDA graph.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"  # before torch is imported

import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise, product

import torch
import torch.nn.functional as F
from torch import nn

from engine.sampling import batches, draw, targets
from engine.training import Run, Spec, start

SPEC = Spec(data="spiral", count=500, batch_size=10, activations=("tanh",))
SHAPES = {"2-4-2-1": (4, 2), "2-8x6-1": (8,) * 6}
NETWORKS = (1, 16, 64, 256)
NETWORKS_CUDA = (1, 256, 4096)
OPTIMIZERS = ("sgd", "adam")
# Milliseconds that TensorFlow Playground's bare training loop takes for an epoch, and
# epochs per second that it shows (it paints one epoch per frame), Chromium, 2 cores.
TENSORFLOW = {"2-4-2-1": (0.285, 31), "2-8x6-1": (2.9, 7)}
GOALS = {  # milliseconds per network and epoch, at most
    ("2-4-2-1", 1): 2.5,
    ("2-4-2-1", 256): 0.04,
    ("2-8x6-1", 1): 7.0,
}
SECONDS = 0.6  # that a measurement takes, at least
REPEATS = 5


def best(epochs: Callable[[int], object]) -> float:
    """Return milliseconds per epoch, the best of some repeats.

    The best, because other programs only ever make it slower.
    """
    count, spent = 1, 0.0
    while spent < SECONDS / REPEATS:
        count *= 2
        spent = seconds(epochs, count)
    return min(seconds(epochs, count) for _turn in range(REPEATS)) / count * 1000


def seconds(epochs: Callable[[int], object], count: int) -> float:
    """Return the seconds that some epochs take."""
    begin = time.perf_counter()
    epochs(count)
    return time.perf_counter() - begin


def plain(spec: Spec, device: str = "cpu") -> Callable[[int], None]:
    """Return a function that trains one network as everybody writes it."""
    data = draw(spec)
    x = data.train.points.to(device)
    y = targets(data.train.labels, data).to(device)
    layers: list[nn.Module] = []
    for below, above in pairwise((2, *spec.layers)):
        layers += [nn.Linear(below, above), nn.Tanh()]
    net = nn.Sequential(*layers, nn.Linear(spec.layers[-1], 1)).to(device)
    kinds = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}
    optimizer = kinds[spec.optimizer](net.parameters(), lr=spec.learning_rate)

    def train(epochs: int) -> None:
        for epoch in range(1, epochs + 1):
            for rows in batches(len(x), spec.batch_size, spec.seed, epoch):
                loss = F.binary_cross_entropy_with_logits(net(x[rows]), y[rows])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()

    return train


def row(name: str, milliseconds: float, networks: int = 1, note: str = "") -> None:
    """Print one line of the table."""
    rate = 1000 / milliseconds
    each = milliseconds / networks
    print(
        f"{name:<34}{milliseconds:>9.3f} ms{rate:>10.0f}{rate * networks:>12.0f}"
        f"{each:>11.4f} ms  {note}",
        flush=True,
    )


def head(title: str) -> None:
    """Print the title of a table and what its columns are."""
    print(f"\n{title}")
    columns = ("per epoch", "epochs/s", "networks/s", "per network")
    print(f"{'':<34}{columns[0]:>12}{columns[1]:>10}{columns[2]:>12}{columns[3]:>14}")


def on_one_thread() -> None:
    """Compare with the plain loop and with TensorFlow Playground's numbers."""
    torch.set_num_threads(1)
    for shape, optimizer in product(SHAPES, OPTIMIZERS):
        spec = replace(SPEC, layers=SHAPES[shape], optimizer=optimizer)
        head(f"{shape}, {optimizer}, one thread")
        theirs = best(plain(spec))
        row("nn.Sequential and torch.optim", theirs)
        for networks in NETWORKS:
            run = start(replace(spec, init_seeds=tuple(range(networks))))
            ours = best(run.advance)
            goal = GOALS.get((shape, networks))
            note = f"{theirs * networks / ours:.1f} x as fast"
            note += f", goal <= {goal} ms" if goal else ""
            row(f"ours, E = {networks}", ours, networks, note)
        loop, shown = TENSORFLOW[shape]
        note = f"as measured; shows {shown} epochs/s, training alone {1000 / loop:.0f}"
        row("TensorFlow Playground's loop", loop, 1, note)


def captured(run: Run) -> Callable[[int], None]:
    """Return a function that trains by replaying a CUDA graph of an epoch's steps."""
    learner, before = run._learner, run.store()
    steps = learner.steps = torch.zeros((), device="cuda")  # the graph counts there
    with torch.inference_mode():
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            learner.take_steps()  # loads kernels, which a capture must not do
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            learner.take_steps()
        learner.load(before)
        steps.zero_()

    def train(epochs: int) -> None:
        with torch.inference_mode():
            for epoch in range(1, epochs + 1):
                learner.gather(epoch)
                graph.replay()
        torch.cuda.synchronize()

    return train


def eager(run: Run) -> Callable[[int], None]:
    """Return a function that trains on the card step by step."""

    def train(epochs: int) -> None:
        with torch.inference_mode():
            for epoch in range(1, epochs + 1):
                run._learner.train(epoch)
        torch.cuda.synchronize()

    return train


def difference(spec: Spec) -> float:
    """Return by how much a weight differs after 3 epochs, graph against eager."""
    graphed, stepwise = start(spec, device="cuda"), start(spec, device="cuda")
    captured(graphed)(3)
    eager(stepwise)(3)
    pairs = zip(graphed.layers(), stepwise.layers(), strict=True)
    return max((one[0] - other[0]).abs().max().item() for one, other in pairs)


def on_a_card() -> None:
    """Compare CUDA graphs with eager steps, where there is a card."""
    if not torch.cuda.is_available():
        print("\nNo NVIDIA card here: the CUDA graph is not measured.")
        return
    for shape, layers in SHAPES.items():
        spec = replace(SPEC, layers=layers, optimizer="adam")
        head(f"{shape}, adam, {torch.cuda.get_device_name()}, training only")
        print(f"largest difference of a weight, graph - eager: {difference(spec):.1e}")
        row("nn.Sequential and torch.optim", best(plain(spec, "cuda")))
        for networks in NETWORKS_CUDA:
            many = replace(spec, init_seeds=tuple(range(networks)))
            stepwise = best(eager(start(many, device="cuda")))
            row(f"eager steps, E = {networks}", stepwise, networks)
            graph = best(captured(start(many, device="cuda")))
            note = f"{stepwise / graph:.1f} x eager"
            row(f"one graph per epoch, E = {networks}", graph, networks, note)


if __name__ == "__main__":
    on_one_thread()
    on_a_card()
