"""The long search: swaps in the core that prices point at, then small exact models around parts of the best choice."""

from collections.abc import Callable
from typing import Final

import numpy as np

from geo.siting import bounds, model, swaps
from geo.siting.problem import Floats, Ints, Mask, Problem
from geo.siting.state import State

Found = Callable[[Ints], None]
"""Called with each better choice."""

TABLE_CELLS: Final = 4_000_000
_STEPS: Final = (5, 8, 11, 14, 18, 22, 27, 33, 40, 50)
_PART_SECONDS: Final = 6.0
_PART_NODES: Final = 30
_WIDTH: Final = 6


def search(
    problem: Problem, p: int, known: Ints, *, seed: int, found: Found, rounds: int | None = None
) -> Ints:
    """Improve a choice without end, or for some rounds; deterministic for a seed as far as it gets.

    1. Solve the linear relaxation (large problems: subgradient steps) and take as *core* the columns that it chooses
       or that lose least by it. 2. Tabu search over swaps in the core, from the known choice and from the relaxation's
       largest columns. 3. Again and again: free the sites around a random place, let the exact model choose as many
       anew from the core, and keep what is no worse; the number of sites freed adapts to what the solver can do.
       4. When nothing improves for long, shake, search by swaps, and let the exact model choose from the union of both.
    """
    rng = np.random.default_rng(seed)
    share, order = _order(problem, p)
    width = max(min(_WIDTH * p, len(order)), min(len(order), 2 * p))
    width = max(p, min(width, TABLE_CELLS // max(p, 1)))
    core = np.unique(np.r_[order[:width], known])
    first = order[:p] if share is None else np.argsort(-share, kind="stable")[:p]
    best = _kept(problem, known, known, found)
    for start in (first, known):
        best = _kept(problem, best, _swapped(problem, core, start, rng, moves=4000, patience=1500), found)
    walk = _Walk(problem, p, core, rng)
    done, stale = 0, 0
    while rounds is None or done < rounds:
        done += 1
        if stale < 40:
            new = walk.part(best)
        else:
            other = _swapped(problem, core, _start(share, first, best, rng), rng, moves=2500, patience=800)
            new, stale = walk.union(best, other), 25
        better = problem.value(new) > problem.value(best) * (1 + 1e-12)
        stale = 0 if better else stale + 1
        best = _kept(problem, best, new, found)
    return best


def _order(problem: Problem, p: int) -> tuple[Floats | None, Ints]:
    """How far the relaxation chooses each column, and all columns from the most to the least promising."""
    if problem.matrix.nnz <= model.RELAXED_PAIRS:
        share, price = model.relaxed(problem, p)
        worth = problem.matrix.T @ price
        return share, np.lexsort((-worth, -np.round(share, 6)))
    bound = bounds.descend(problem, p, 0.9 * problem.weight.sum(), rounds=40)
    return None, np.argsort(-bound.worth, kind="stable")


def _start(share: Floats | None, first: Ints, best: Ints, rng: np.random.Generator) -> Ints:
    """Draw a start by the relaxation's shares, or shake the best."""
    if share is None or rng.random() < 0.5:
        return swaps.shaken(best, int(max(first.max(), best.max())) + 1, rng, share=0.15)
    noise = rng.gumbel(size=len(share)) * 0.25
    return np.argsort(-(share + noise * (share > 1e-6)), kind="stable")[: len(best)]


def _kept(problem: Problem, best: Ints, new: Ints, found: Found) -> Ints:
    """Take the better one of two choices, the new one when they are equal; tell of what is better."""
    before, now = problem.value(best), problem.value(new)
    if now > before * (1 + 1e-12):
        found(new)
    return new if now >= before else best


def _swapped(
    problem: Problem, core: Ints, start: Ints, rng: np.random.Generator, *, moves: int, patience: int
) -> Ints:
    small, columns = problem.restricted(np.union1d(core, start))
    at = np.searchsorted(columns, start)
    _, sites = swaps.improve(State(small, at), rng, moves=moves, patience=patience)
    return columns[sites]


class _Walk:
    """Small exact models around a choice; remembers how many sites to free."""

    def __init__(self, problem: Problem, p: int, core: Ints, rng: np.random.Generator) -> None:
        self.problem, self.p, self.rng = problem, p, rng
        self.core = np.zeros(problem.n_columns, dtype=bool)
        self.core[core] = True
        self.level = 3
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
