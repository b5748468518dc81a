"""Maximal covering: which p sites, added to what stands, cover the most demand.

The maximal covering location problem (Church and ReVelle 1974). Symbols: rows i of demand with weight w_i; candidates
j; a_ij = 1 when candidate j reaches row i within the limit; F the facilities that stand already; p sites to choose;
x_j = 1 when candidate j is chosen; y_i = 1 when row i is covered.

    maximise    sum_i w_i y_i
    subject to  sum_j a_ij x_j >= y_i     for every row i
                x_j = 1                   for j in F
                sum_{j not in F} x_j <= p
                x_j in {0, 1},  0 <= y_i <= 1

How it is solved: rows covered by F are dropped, rows with equal candidate sets merged, candidates that cover nothing
of their own dropped (``problem``); the lazy greedy choice (``greedy``) and a short search by swaps (``swaps``) give a
first answer, subgradient steps a first bound (``bounds``). What time is left goes to two child processes
(``child``): one searches on, by kicks and by small exact models (``explore``), the other proves, by the linear
relaxation and the whole model without what the bound rules out (``model``).

Ties: of candidates that cover exactly the same rows the one with the least weighted cost (the sum of ``w_i`` times
the cost from row i) stands for all, and greedy steps of equal gain take the one with the smaller weighted cost, then
the lower number. Beyond that weighted cost is no second goal: of two choices that cover equally much either may be
answered. ``served_by`` follows from the sites: each row goes to the cheapest of all that stand or were chosen, at
equal cost to the lower number.

Determinism: with ``seconds=0`` an answer depends on its arguments alone. With a time limit both children make the
same steps for the same seed, but how far they come, and when one hears of the other, depends on the machine: only an
answer that is ``proved`` has the same value everywhere.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from geo.errors import ParameterError
from geo.lists import Lists
from geo.siting import bounds, child, greedy, swaps, texts
from geo.siting.answer import Siting, gap, served
from geo.siting.problem import Floats, Mask, Problem, checked_mask, reduced
from geo.siting.state import State

Facilities = Sequence[int] | npt.NDArray[np.generic] | None

_TABLE_CELLS: Final = 2_000_000
_MOVES: Final = 200
_STEPS: Final = 60
_STEP_PAIRS: Final = 400_000_000


def maximal_covering(
    lists: Lists,
    weights: npt.ArrayLike,
    p: int,
    *,
    fixed: Facilities = None,
    candidates: Facilities = None,
    covered: npt.ArrayLike | None = None,
    seconds: float = 60.0,
    seed: int = 0,
) -> Siting:
    """Choose p sites among the candidates so that, with what stands, the most demand is covered.

    Parameters
    ----------
    lists
        Which facilities reach each row of demand within the limit.
    weights
        Demand of each row, at least 0, shape (demand,).
    p
        How many sites to choose.
    fixed
        Facilities that stand already, positions or mask; they cost nothing and are never among the sites.
    candidates
        Facilities that may be chosen, positions or mask; None: all that are not fixed.
    covered
        Rows covered by something that is not in the lists, mask of shape (demand,).
    seconds
        Time for searching and proving beyond the first answer; the children are killed when it is over. 0: none.
    seed
        Of the search.

    Returns
    -------
    siting
        See ``Siting``. No candidate, p = 0, no demand, or everything covered: no site, and that is proved.

    Raises
    ------
    ParameterError
        A count, a share, a weight or a position is outside its range.

    Examples
    --------
    Row 0 is reached by facilities 0 and 1, row 1 by 1, row 2 by 2: one site takes 5 + 2, two take all.

    >>> lists = Lists.from_pairs([0, 0, 1, 2], [0, 1, 1, 2], [1, 2, 3, 4], n_demand=3, n_facilities=3)
    >>> one = maximal_covering(lists, [5, 2, 4], 1, seconds=0)
    >>> one.sites.tolist(), one.value, one.proved, one.served_by.tolist()
    ([1], 7.0, True, [1, 1, -1])
    >>> two = maximal_covering(lists, [5, 2, 4], 2, seconds=0)
    >>> two.sites.tolist(), two.gains.tolist(), two.bound
    ([1, 2], [7.0, 4.0], 11.0)
    """
    weight = checked_weights(lists, weights)
    p = _checked_count(p, "p")
    _checked_seconds(seconds)
    standing_mask = checked_mask(fixed, lists.n_facilities, "fixed")
    free = (
        ~standing_mask
        if candidates is None
        else checked_mask(candidates, lists.n_facilities, "candidates") & ~standing_mask
    )
    before = covered_before(lists, standing_mask, covered)
    problem = reduced(lists, weight, candidates=free, covered=before)
    base = float(weight[before].sum())
    standing = first(problem, p, seed)
    child.improve(standing, seconds=seconds, seed=seed)
    return answer(lists, standing, base, standing_mask)


def first(problem: Problem, p: int, seed: int) -> child.Standing:
    """Greedy choice, a short search by swaps, and a bound by subgradient steps; depends on the arguments alone."""
    columns = greedy.choose(problem, p)
    value = problem.value(columns)
    total = float(problem.weight.sum())
    if len(columns) < p or not p or not problem.n_columns:
        # The greedy choice ends early only when nothing is left to gain.
        return child.Standing(problem, p, columns, value)
    if len(columns) * problem.n_columns <= _TABLE_CELLS:
        rng = np.random.default_rng(seed)
        _, columns = swaps.improve(State(problem, columns), rng, moves=_MOVES, patience=_MOVES)
    standing = child.Standing(problem, p, columns, total)
    rounds = int(np.clip(_STEP_PAIRS // max(problem.matrix.nnz, 1), _STEPS // 3, _STEPS * 3))
    standing.take("price", bounds.descend(problem, p, standing.value, rounds=rounds).price)
    return standing


def answer(lists: Lists, standing: child.Standing, base: float, fixed: Mask) -> Siting:
    """Rank the sites, and say who is served by which."""
    problem = standing.problem
    order, gains = greedy.ranked(problem, standing.columns)
    sites = problem.facility[order]
    value = base + standing.value
    bound = max(base + standing.bound, value)
    if standing.proved:
        bound = value
    chosen = fixed.copy()
    chosen[sites] = True
    served_by, cost = served(lists, chosen)
    price = (
        problem.weight / np.maximum(np.diff(problem.matrix.indptr), 1)
        if standing.price is None
        else standing.price
    )
    ceiling = base + bounds.curve(problem, price, standing.p)
    ceiling = np.minimum(ceiling, bound)
    return Siting(
        value, base, bound, gap(value, bound), standing.proved, sites, gains, ceiling, served_by, cost
    )


def checked_weights(lists: Lists, weights: npt.ArrayLike) -> Floats:
    """One finite weight of at least 0 per row, as floats."""
    weight = np.asarray(weights, dtype=np.float64)
    if weight.shape != (lists.n_demand,) or not bool((np.isfinite(weight) & (weight >= 0)).all()):
        raise ParameterError(texts.WEIGHTS_INVALID.format(rows=lists.n_demand))
    return weight


def covered_before(lists: Lists, fixed: Mask, covered: npt.ArrayLike | None) -> Mask:
    """Rows that a fixed facility reaches, or that are covered anyway."""
    before: Mask = np.diff(lists.keep(fixed).indptr) > 0
    if covered is None:
        return before
    given = np.asarray(covered)
    if given.dtype != np.bool_ or given.shape != (lists.n_demand,):
        raise ParameterError(texts.ROWS_INVALID.format(rows=lists.n_demand))
    return np.asarray(before | given)


def _checked_count(value: int, name: str) -> int:
    if isinstance(value, bool) or int(value) != value or value < 0:
        raise ParameterError(texts.COUNT_INVALID.format(name=name, value=value))
    return int(value)


def _checked_seconds(seconds: float) -> None:
    if not 0 <= seconds < np.inf:
        raise ParameterError(texts.SECONDS_INVALID.format(value=seconds))
