"""The long search: swaps in the core that prices point at, then small exact models around parts of the best choice."""

from collections.abc import Callable
from typing import Final

import numpy as np

from geo.siting import bounds, model, swaps
from geo.siting.kicks import Kicks
from geo.siting.problem import Floats, Ints, Mask, Problem
from geo.siting.state import State

Found = Callable[[Ints], None]
"""Called with each better choice."""

TABLE_CELLS: Final = 16_000_000
_STEPS: Final = (5, 8, 11, 14, 18, 22, 27, 33, 40, 50)
_PART_SECONDS: Final = 4.0
_PART_NODES: Final = 30
_PARTS: Final = 6
_PART_WIDTH: Final = 8
_WIDTH: Final = 20
_MOVES: Final = 2_000
_PATIENCE: Final = 500
_ROUNDS: Final = 40
_PLACES: Final = 120
"""Columns per block of rounds that must find nothing before a walk ends."""


def search(
    problem: Problem, p: int, known: Ints, *, seed: int, found: Found, rounds: int | None = None
) -> Ints:
    """Improve a choice without end, or for some rounds; deterministic for a seed as far as it gets.

    1. Solve the linear relaxation (large problems: subgradient steps) and take as *core* the columns that it chooses
       or that lose least by it. 2. Walk by kicks in the core (``kicks``) from the known choice. 3. When the walk finds
       nothing for long: free the sites around random places, let the exact model choose as many anew from the core,
       and keep what is no worse; the number of sites freed adapts to what the solver can do. 4. When that helps no
       more, walk from a start drawn by the relaxation, let the exact model choose from the union of what both walks
       found, and go on from the better.
    """
    rng = np.random.default_rng(seed)
    share, order = _order(problem, p)
    width = max(min(_WIDTH * p, len(order)), min(len(order), 2 * p))
    width = max(p, min(width, TABLE_CELLS // max(p, 1)))
    core = np.unique(np.r_[order[:width], known])
    best = known
    small, columns = problem.restricted(core)
    shares = None if share is None else share[columns]
    walk = _Walk(problem, p, core[np.isin(core, order[: _PART_WIDTH * p])], rng)
    state = State(small, np.searchsorted(columns, _filled(best, columns, p)))
    done = 0
    while rounds is None or done < rounds:
        done += 1
        before = problem.value(best)
        state.reset(np.searchsorted(columns, _filled(best, columns, p)))
        best = _walked(problem, columns, state, best, rng, found)
        for _ in range(_PARTS):
            best = _kept(problem, best, walk.part(best), found)
        if problem.value(best) <= before * (1 + 1e-12):
            at = np.searchsorted(columns, _filled(best, columns, p))
            state.reset(_start(shares, at, len(columns), rng))
            other = _walked(problem, columns, state, columns[state.sites], rng, lambda _: None)
            best = _kept(problem, best, other, found)
            best = _kept(problem, best, walk.union(best, other), found)
    return best


def _walked(
    problem: Problem, columns: Ints, state: State, best: Ints, rng: np.random.Generator, found: Found
) -> Ints:
    """Walk by kicks from where the state stands until nothing better comes for long; the better choice."""
    swaps.improve(state, rng, moves=_MOVES, patience=_PATIENCE)
    kicks = Kicks(state, rng)
    quiet = 0
    while quiet * _PLACES < len(columns):
        quiet = 0 if kicks.run(_ROUNDS) else quiet + 1
        if not quiet:
            best = _kept(problem, best, columns[kicks.sites], found)
    return _kept(problem, best, columns[kicks.sites], found)


def _filled(best: Ints, columns: Ints, p: int) -> Ints:
    """As many sites as may be chosen: a choice that needs fewer is filled with others."""
    missing = p - len(best)
    return np.r_[best, np.setdiff1d(columns, best)[:missing]] if missing > 0 else best


def _order(problem: Problem, p: int) -> tuple[Floats | None, Ints]:
    """How far the relaxation chooses each column, and all columns from the most to the least promising."""
    if problem.matrix.nnz <= model.RELAXED_PAIRS:
        share, price = model.relaxed(problem, p)
        worth = problem.matrix.T @ price
        return share, np.lexsort((-worth, -np.round(share, 6)))
    bound = bounds.descend(problem, p, 0.9 * problem.weight.sum(), rounds=40)
    return None, np.argsort(-bound.worth, kind="stable")


def _start(share: Floats | None, best: Ints, columns: int, rng: np.random.Generator) -> Ints:
    """Draw a start by the relaxation's shares, or shake the best; among so many columns."""
    if share is None or rng.random() < 0.5:
        return swaps.shaken(best, columns, rng, share=0.3)
    noise = rng.gumbel(size=len(share)) * 0.25
    return np.argsort(-(share + noise * (share > 1e-6)), kind="stable")[: len(best)]


def _kept(problem: Problem, best: Ints, new: Ints, found: Found) -> Ints:
    """Take the better one of two choices, the new one when they are equal; tell of what is better."""
    before, now = problem.value(best), problem.value(new)
    if now > before * (1 + 1e-12):
        found(new)
    return new if now >= before else best


class _Walk:
    """Small exact models around a choice; remembers how many sites to free."""

    def __init__(self, problem: Problem, p: int, core: Ints, rng: np.random.Generator) -> None:
        self.problem, self.p, self.rng = problem, p, rng
        self.core = np.zeros(problem.n_columns, dtype=bool)
        self.core[core] = True
        self.level = 2
        self._turned = problem.matrix.T.tocsr()

    def part(self, best: Ints) -> Ints:
        """Choose the sites around a random place anew."""
        count = min(_STEPS[self.level], len(best))
        freed, near = self._around(best, count)
        columns = np.flatnonzero(near & self.core)
        return self._choose(best, freed, np.union1d(columns, freed))

    def union(self, best: Ints, other: Ints) -> Ints:
        """Choose from what either of two choices has, where they differ."""
        self.core[other] = True
        freed = np.setdiff1d(best, other)
        return self._choose(best, freed, np.union1d(freed, np.setdiff1d(other, best))) if len(freed) else best

    def _around(self, best: Ints, count: int) -> tuple[Ints, Mask]:
        """Sites that share rows with a random column, or share rows with what does, until there are enough."""
        chosen = np.zeros(self.problem.n_columns, dtype=bool)
        chosen[best] = True
        front = np.zeros(self.problem.n_columns)
        front[int(self.rng.integers(self.problem.n_columns))] = 1.0
        size = 0
        while True:
            hits = np.flatnonzero(chosen & (front > 0))
            if len(hits) >= count or np.count_nonzero(front) == size:
                break
            size = int(np.count_nonzero(front))
            front = ((self._turned @ (self.problem.matrix @ front)) > 0).astype(np.float64)
        # An island may hold fewer sites than asked for: free others at random too.
        rest = np.setdiff1d(best, hits)
        missing = count - len(hits)
        hits = np.r_[hits, self.rng.choice(rest, missing, replace=False)] if missing > 0 else hits
        freed = np.sort(self.rng.choice(hits, count, replace=False)) if len(hits) > count else np.sort(hits)
        reach = np.zeros(self.problem.n_columns)
        reach[freed] = 1.0
        near = (self._turned @ (self.problem.matrix @ reach)) > 0
        return freed, np.asarray(near)

    def _choose(self, best: Ints, freed: Ints, columns: Ints) -> Ints:
        fixed = np.setdiff1d(best, freed)
        small, kept = self.problem.restricted(np.setdiff1d(columns, fixed), rows=~self.problem.covered(fixed))
        start = np.flatnonzero(np.isin(kept, freed))
        if not small.n_columns:
            return best
        count = self.p - len(fixed)
        solved = model.solve(small, count, start, seconds=_PART_SECONDS, nodes=_PART_NODES)
        if solved.ended:
            self.level = min(self.level + int(self.rng.random() < 0.35), len(_STEPS) - 1)
        else:
            self.level = max(self.level - 1, 0)
        return np.sort(np.r_[fixed, kept[solved.columns]])
