"""Where the parts of a network's diagram stand on the stage."""

from dataclasses import dataclass

from playground.player.scene import Box

MAIN = (594.0, 6.0, 296.0, 296.0)  # x, y, width, height of the decision boundary
BOARD = (600.0, 44.0, 258.0, 258.0)  # the same with room for the brush's tools above
LEFT, RIGHT = 54.0, 520.0  # centres of the first and the last column of the diagram
TOP, BOTTOM = 34.0, 356.0  # room for the units, between menus and buttons
LARGEST_TILE = 36.0

Place = tuple[float, float]


@dataclass(frozen=True)
class Plan:
    """Centres of all nodes: input features, hidden units, and outputs if several.

    `main` is the box of the decision boundary.
    """

    columns: tuple[tuple[Place, ...], ...]
    tile: float
    main: Box = MAIN

    @property
    def end(self) -> Place:
        """Where the edges of a single output arrive: left at the boundary's middle."""
        x, y, _width, height = self.main
        return x, y + height / 2


def plan(inputs: int, hidden: tuple[int, ...], outputs: int) -> Plan:
    """Return where every node of a network stands.

    Args:
        inputs: number of features.
        hidden: units per hidden layer.
        outputs: a single output is the decision boundary itself and has no node.
    """
    sizes = (inputs, *hidden) + ((outputs,) if outputs > 1 else ())
    pitch = (BOTTOM - TOP) / max(sizes)
    tile = min(LARGEST_TILE, pitch - min(4.0, pitch / 4))
    step = (RIGHT - LEFT) / max(len(sizes) - 1, 1)
    columns = []
    for index, size in enumerate(sizes):
        spread = min((BOTTOM - TOP) / size, 1.5 * LARGEST_TILE)
        start = (TOP + BOTTOM) / 2 - spread * (size - 1) / 2
        x = LEFT + step * index
        columns.append(tuple((x, start + spread * row) for row in range(size)))
    return Plan(tuple(columns), tile)
