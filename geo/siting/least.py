"""The least number of sites for a share of the demand (partial set covering), and which stations to open all day.

Least number: minimise ``sum_j x_j`` subject to ``sum_j a_ij x_j >= y_i``, ``sum_i w_i y_i >= share * sum_i w_i``. Its
answer is the smallest p whose maximal covering reaches the share, so it is found by halving between a number that
cannot reach it (the bound of maximal covering lies below the demand asked for) and one that does.

Longer hours: maximal covering with the existing stations as candidates, those open at night as fixed, and the demand
of the night as weights.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from geo.errors import ParameterError
from geo.lists import Lists
from geo.siting import greedy, texts
from geo.siting.answer import Siting
from geo.siting.maximal import Facilities, checked_weights, covered_before, maximal_covering
from geo.siting.problem import checked_mask, reduced


@dataclass(frozen=True, eq=False)
class Least:
    """The fewest sites found for a share of the demand.

    Attributes
    ----------
    reachable
        Whether all candidates together reach the share; if not, ``siting`` holds as much as can be had.
    at_least
        No smaller number of sites reaches the share.
    proved
        ``at_least`` equals the number found.
    siting
        The sites, as for maximal covering of their number.
    """

    reachable: bool
    at_least: int
    proved: bool
    siting: Siting


def least_sites(
    lists: Lists,
    weights: npt.ArrayLike,
    share: float,
    *,
    fixed: Facilities = None,
    candidates: Facilities = None,
    covered: npt.ArrayLike | None = None,
    seconds: float = 60.0,
    seed: int = 0,
) -> Least:
    """Find the least number of sites that, with what stands, cover a share of all demand.

    Parameters
    ----------
    share
        Of the sum of all weights, 0 to 1.
    lists, weights, fixed, candidates, covered, seconds, seed
        As in ``maximal_covering``; the time is shared out over the halving steps.

    Raises
    ------
    ParameterError
        As ``maximal_covering``; the share is outside 0 to 1.

    Examples
    --------
    >>> lists = Lists.from_pairs([0, 1, 2], [0, 1, 2], [1, 1, 1], n_demand=3, n_facilities=3)
    >>> found = least_sites(lists, [6, 3, 1], 0.9, seconds=0)
    >>> found.siting.sites.tolist(), found.at_least, found.proved
    ([0, 1], 2, True)
    """
    if not 0 <= share <= 1:
        raise ParameterError(texts.SHARE_INVALID.format(value=share))
    weight = checked_weights(lists, weights)
    # A share of decimals must not fail by the last bit of a product.
    asked = share * float(weight.sum()) * (1 - 1e-12)

    def attempt(p: int, budget_s: float) -> Siting:
        return maximal_covering(
            lists, weight, p, fixed=fixed, candidates=candidates, covered=covered, seconds=budget_s, seed=seed
        )

    enough = _greedy_count(lists, weight, asked, fixed, candidates, covered)
    best = attempt(enough, 0.0)
    if best.value < asked:
        return Least(False, enough, best.proved, best)
    ceiling = np.maximum.accumulate(best.bounds)
    low = int(np.searchsorted(ceiling, asked))
    high = len(best.sites)
    best = _first_enough(best, asked)
    high = len(best.sites)
    steps = max(1, int(np.ceil(np.log2(max(high - low, 1) + 1))))
    unproved: int | None = None
    while low < high:
        middle = (low + high) // 2 if unproved is None else high - 1
        if unproved is not None and middle <= unproved:
            break
        tried = attempt(middle, seconds / steps)
        if tried.value >= asked:
            best = _first_enough(tried, asked)
            high = len(best.sites)
        elif tried.bound < asked:
            low = middle + 1
        else:
            # Neither reached nor ruled out: what lies below stays open, what lies above may still do.
            unproved = middle if unproved is None else max(unproved, middle)
            if middle == high - 1:
                break
    low = min(low, high)
    return Least(True, low, low == high, best)


def _greedy_count(
    lists: Lists,
    weight: npt.NDArray[np.float64],
    asked: float,
    fixed: Facilities,
    candidates: Facilities,
    covered: npt.ArrayLike | None,
) -> int:
    """How many sites the greedy choice takes to reach a demand, or to reach all it can."""
    stands = checked_mask(fixed, lists.n_facilities, "fixed")
    free = (
        ~stands
        if candidates is None
        else checked_mask(candidates, lists.n_facilities, "candidates") & ~stands
    )
    before = covered_before(lists, stands, covered)
    problem = reduced(lists, weight, candidates=free, covered=before)
    return len(greedy.choose(problem, None, enough=asked - float(weight[before].sum())))


def _first_enough(siting: Siting, asked: float) -> Siting:
    """Drop the last sites where the first ones are enough."""
    count = int(np.searchsorted(siting.covered, asked))
    if count >= len(siting.sites):
        return siting
    value = float(siting.covered[count])
    bound = max(float(siting.bounds[count]), value)
    return replace(
        siting,
        value=value,
        bound=bound,
        gap=max(0.0, 1 - value / bound) if bound else 0.0,
        proved=bound == value,
        sites=siting.sites[:count],
        gains=siting.gains[:count],
        bounds=siting.bounds[: count + 1],
    )


def extend_hours(
    lists: Lists,
    night_weights: npt.ArrayLike,
    n: int,
    *,
    open_at_night: Facilities,
    extendable: Facilities = None,
    covered: npt.ArrayLike | None = None,
    seconds: float = 60.0,
    seed: int = 0,
) -> Siting:
    """Choose n existing stations to open 24 hours so that the most demand of the night is newly covered.

    Parameters
    ----------
    lists
        Which existing stations reach each row of demand within the limit.
    night_weights
        Demand at night, shape (demand,).
    n
        How many stations to open.
    open_at_night
        Stations open at night already, positions or mask.
    extendable
        Stations that could be opened, positions or mask; None: all that are not open.
    covered, seconds, seed
        As in ``maximal_covering``.

    Examples
    --------
    >>> lists = Lists.from_pairs([0, 1, 1, 2], [0, 1, 2, 2], [1, 1, 1, 1], n_demand=3, n_facilities=3)
    >>> extend_hours(lists, [9, 1, 1], 1, open_at_night=[0], seconds=0).sites.tolist()
    [2]
    """
    return maximal_covering(
        lists, night_weights, n, fixed=open_at_night, candidates=extendable, covered=covered, seconds=seconds,
        seed=seed,
    )  # fmt: skip
