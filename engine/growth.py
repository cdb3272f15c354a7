"""Follow a picture that grows to excite a filter, with few snapshots on the way."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.colour_net import ColourNet
from engine.excite import PLAIN, Recipe, climb

SNAPSHOTS = 32  # of an ascent, besides its start


@dataclass(frozen=True)
class Snapshot:
    """A picture on its way, float [3, size, size] in [0, 1].

    `step` counts from 0. `reached` is what is climbed; `peak` the strongest answer of
    the filter to this picture, in any cell of its map, before ReLU; a class's logit.
    """

    step: int
    picture: Tensor
    reached: float
    peak: float


class Growth:
    """An ascent: `run` yields its snapshots, which `snapshots` then holds."""

    def __init__(
        self, net: ColourNet, layer: str, unit: int, recipe: Recipe = PLAIN
    ) -> None:
        self.net, self.target, self.recipe = net, (layer, unit), recipe
        self.snapshots: tuple[Snapshot, ...] = ()

    @property
    def finished(self) -> bool:
        """Whether the last step has been made."""
        return bool(self.snapshots) and self.snapshots[-1].step == self.recipe.steps

    def run(self) -> Iterator[Snapshot]:
        """Yield a snapshot of the start, some on the way, and one of the end.

        Raises:
            ValueError: as `engine.excite.climb`.
        """
        layer, unit = self.target
        every = max(1, self.recipe.steps // SNAPSHOTS)
        for at in climb(self.net, layer, unit, self.recipe):
            if at.step % every == 0 or at.step == self.recipe.steps:
                with torch.no_grad():
                    said = self.net.totals(at.picture[None], layer)[0, unit]
                shot = Snapshot(at.step, at.picture, at.activation, said.max().item())
                self.snapshots += (shot,)
                yield shot
