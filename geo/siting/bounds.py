"""How much could be covered at most: the Lagrangian bound, and what it rules out."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from geo.siting.problem import Floats, Ints, Problem


@dataclass(frozen=True, eq=False)
class Bound:
    """An upper bound and the prices that prove it: ``price`` per row (rows,), ``worth`` per column (columns,)."""

    value: float
    price: Floats
    worth: Floats


def at(problem: Problem, price: Floats, p: int, turned: sparse.csr_array | None = None) -> Bound:
    """Bound at prices: relax ``y_i <= sum_j a_ij x_j`` with a price of 0 to w_i per row.

    ``L(price) = sum_i (w_i - price_i) + the p largest of worth_j``, ``worth_j = sum_i a_ij price_i``. No choice of p
    columns covers more, whatever the prices: what a choice covers is at most what it pays for plus the rest.
    ``turned`` is the matrix by columns, for callers that ask often.
    """
    price = np.clip(price, 0.0, problem.weight)
    worth: Floats = (problem.matrix.T if turned is None else turned) @ price
    top = np.partition(worth, len(worth) - p)[len(worth) - p :] if 0 < p < len(worth) else worth
    value = float((problem.weight - price).sum() + (top.sum() if p else 0.0))
    # What adding up in floating point may have lost; whole weights round down, as the best value is whole.
    value += 1e-12 * float(problem.weight.sum())
    return Bound(float(np.floor(value + 1e-6)) if problem.whole else value, price, worth)


def curve(problem: Problem, price: Floats, p: int) -> Floats:
    """Bounds for 0 to p columns at the same prices, shape (p + 1,); never more than all demand."""
    worth = np.sort(problem.matrix.T @ np.clip(price, 0.0, problem.weight))[::-1]
    rest = float((problem.weight - np.clip(price, 0.0, problem.weight)).sum())
    total = float(problem.weight.sum())
    sums = np.r_[0.0, np.cumsum(worth[:p])]
    sums = np.r_[sums, np.full(p + 1 - len(sums), sums[-1])]
    single = float((problem.matrix.T @ problem.weight).max(initial=0.0))
    found = np.minimum(np.minimum(rest + sums, single * np.arange(p + 1)), total) * (1 + 1e-12)
    return np.asarray(np.floor(found + 1e-6) if problem.whole else found)


def descend(problem: Problem, p: int, value: float, *, rounds: int, start: Floats | None = None) -> Bound:
    """Lower the bound by subgradient steps (Held, Wolfe, Crowder 1974), with memory of earlier directions.

    Parameters
    ----------
    problem, p
        What to bound.
    value
        The best value known: the steps aim at it.
    rounds
        Number of steps; each takes one product with the matrix.
    start
        Prices to start from; by default each row's weight divided by its number of candidates.
    """
    length = np.diff(problem.matrix.indptr)
    price = problem.weight / np.maximum(length, 1) if start is None else start
    turned = sparse.csr_array(problem.matrix.T)
    best = at(problem, price, p, turned)
    if p >= problem.n_columns or not problem.n_columns:
        return best
    scale, stale, direction = 1.0, 0, np.zeros(len(price))
    patience = int(np.clip(rounds // 30, 4, 8))
    for _ in range(rounds):
        now = at(problem, price, p, turned)
        if now.value < best.value - 1e-9 * abs(best.value):
            best, stale = now, 0
        else:
            stale += 1
        if stale >= patience:
            scale, stale, price, direction = scale * 0.6, 0, best.price, np.zeros(len(price))
            now = best
        if best.value - value <= (0.5 if problem.whole else 1e-9 * max(value, 1.0)) or scale < 1e-4:
            break
        chosen = np.argpartition(now.worth, problem.n_columns - p)[problem.n_columns - p :]
        slope = _times_covered(turned, chosen) - (now.price < problem.weight)
        direction = 0.3 * direction + slope
        # Directions that lead out of the allowed prices are no help.
        step = np.where((direction > 0) & (now.price <= 0), 0.0, direction)
        step = np.where((step < 0) & (now.price >= problem.weight), 0.0, step)
        # Not a product of BLAS: its threads would spin between the many small ones.
        norm = float(np.square(step).sum())
        if norm == 0:
            break
        price = np.clip(now.price - scale * max(now.value - value, 0.0) / norm * step, 0.0, problem.weight)
    return best


def _times_covered(turned: sparse.csr_array, columns: Ints) -> Floats:
    """How many of some columns cover each row, from the rows of those columns alone, shape (rows,)."""
    start = turned.indptr
    rows = [turned.indices[start[c] : start[c + 1]] for c in columns.tolist()]
    together = np.concatenate(rows) if rows else turned.indices[:0]
    return np.bincount(together, minlength=turned.shape[1]).astype(np.float64)
