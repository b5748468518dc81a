"""What siting answers: the sites, what they are worth, and how good that is proved to be."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.lists import Lists
from geo.siting.problem import Floats, Ints, Mask


@dataclass(frozen=True, eq=False)
class Siting:
    """A choice of sites.

    Attributes
    ----------
    value
        Demand covered in all, with what was covered before; in the unit of the weights.
    base
        Demand covered before the first new site.
    bound
        No choice of as many sites covers more.
    gap
        ``(bound - value) / bound``, 0 where the bound is 0.
    proved
        The bound proves the value: no choice is better. Never True because a solver said so.
    sites
        Facilities chosen, by marginal gain, the largest first, shape (sites,). Fewer than asked for when the rest
        would add nothing.
    gains
        Demand that each adds to those before it, shape (sites,), falling.
    bounds
        Upper bounds for 0, 1, ... p sites, shape (p + 1,): the curve that ``covered`` stays below.
    served_by
        Facility that takes each row of demand: the one with the least cost among fixed and chosen facilities, at
        equal cost the lower number; -1 where none reaches it. Shape (demand,).
    cost
        Metres or seconds to it, ``inf`` where there is none, shape (demand,).
    """

    value: float
    base: float
    bound: float
    gap: float
    proved: bool
    sites: Ints
    gains: Floats
    bounds: Floats
    served_by: npt.NDArray[np.int32]
    cost: npt.NDArray[np.float32]

    @property
    def covered(self) -> Floats:
        """Demand covered with the first 0, 1, ... sites, shape (sites + 1,)."""
        return np.asarray(self.base + np.r_[0.0, np.cumsum(self.gains)])


def gap(value: float, bound: float) -> float:
    """Share of the bound that may be missing.

    >>> gap(95.0, 100.0), gap(0.0, 0.0)
    (0.05, 0.0)
    """
    return max(0.0, (bound - value) / bound) if bound > 0 else 0.0


def served(lists: Lists, chosen: Mask) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    """Who takes each row among the chosen facilities, and at what cost."""
    cost, facility = lists.keep(chosen).nearest()
    return facility, cost
