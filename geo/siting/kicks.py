"""Iterated local search: upset the sites around one place, mend them by swaps nearby, keep what is no worse.

A choice of many sites is good in most places and poor in a few. A kick changes two to five sites around a random
column; a short tabu search over the sites and columns of that neighbourhood alone mends what can be mended, so that a
round costs the same for 50 sites and for 1,000.
"""

from typing import Final

import numpy as np

from geo.siting import swaps
from geo.siting.problem import Ints
from geo.siting.state import State

_KICKED: Final = (2, 6)
_SLOTS: Final = 24
_PATIENCE: Final = 40
_MOVES: Final = 400
_LOSS: Final = 0.004
_STALE: Final = 400
_ANEW: Final = 2_000
"""Rounds after which the table is made anew: adding and taking away fractions adds up small errors."""


class Kicks:
    """A walk of kicks; ``best`` and ``sites`` are the best value and choice seen."""

    def __init__(self, state: State, rng: np.random.Generator) -> None:
        self.state, self.rng = state, rng
        self.value, self.now = state.value, state.sites.copy()
        self.best, self.sites = self.value, self.now
        self._stale = self._done = 0

    def run(self, rounds: int) -> bool:
        """Kick so often; True when a better choice was found."""
        before = self.best
        for _ in range(rounds):
            self._round()
        return self.best > before * (1 + 1e-12)

    def _round(self) -> None:
        self._done += 1
        if self._done % _ANEW == 0:
            self.state.reset(self.now)
        near = self.state.near(int(self.rng.integers(self.state.columns)))
        closeness = near[self.state.sites] * self.rng.uniform(0.7, 1.0, len(self.state.sites))
        slots = np.argsort(-closeness, kind="stable")[:_SLOTS]
        slots = slots[closeness[slots] > 0]
        columns = np.flatnonzero(near > 0)
        free = columns[self.state.taken[columns] == 0]
        count = min(int(self.rng.integers(*_KICKED)), len(slots), len(free))
        if not count:
            return
        for slot, column in zip(slots[:count], self.rng.choice(free, count, replace=False), strict=True):
            self.state.swap(int(slot), int(column))
        value, sites = swaps.improve(
            self.state, self.rng, moves=_MOVES, patience=_PATIENCE, window=(slots, columns)
        )
        self._judge(value, sites)

    def _judge(self, value: float, sites: Ints) -> None:
        """Go on from the new choice when it is no worse, or hardly worse than the best; else from the old one."""
        if value >= self.value * (1 - 1e-12) or value >= self.best * (1 - _LOSS * self.rng.random()):
            self.value, self.now = value, sites
        self._stale += 1
        self._keep(value, sites)
        if self._stale > _STALE:
            self.value, self.now, self._stale = self.best, self.sites, 0
        for slot in np.flatnonzero(self.state.sites != self.now):
            self.state.swap(int(slot), int(self.now[slot]))

    def _keep(self, value: float, sites: Ints) -> None:
        if value > self.best * (1 + 1e-12):
            self.best, self.sites, self._stale = value, sites, 0
