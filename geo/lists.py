"""Which facilities lie within a limit of each demand point, nearest first, as one CSR table.

What coverage by the hour, catchments and siting work on, whatever measured the cost: metres in a straight line
(``straight``) or seconds in a network (``geo.travel.within``). Row i holds the facilities that reach demand i:
``facility[indptr[i]:indptr[i + 1]]``, ordered by cost and then by facility, each facility at most once.

Costs are kept as ``float32``: half a millimetre at a kilometre, 0.03 ms in a quarter of an hour. A limit is
applied before that rounding, with a slack of 1e-9 of itself so that a trip of exactly the limit counts however
its length was summed up. ``within`` compares rounded with rounded: rounding keeps order, so nothing that was
within a limit falls out of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from geo import texts
from geo.errors import ParameterError

Floats = npt.NDArray[np.float64]
Costs = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Facilities = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

NONE: Final = -1
SLACK: Final = 1e-9
_ROWS_AT_ONCE: Final = 16_384


@dataclass(frozen=True, eq=False)
class Lists:
    """Demand rows by facilities, CSR; see the module.

    Attributes
    ----------
    indptr
        Shape (demand + 1,), rising from 0.
    facility
        Shape (pairs,), 0 to below ``n_facilities``.
    cost
        Shape (pairs,), metres or seconds, never negative or ``NaN``; rising within each row.
    n_facilities
        Number of facilities, whether or not they reach anything.
    """

    indptr: Ints
    facility: Facilities
    cost: Costs
    n_facilities: int

    @classmethod
    def from_pairs(
        cls,
        demand: npt.ArrayLike,
        facility: npt.ArrayLike,
        cost: npt.ArrayLike,
        *,
        n_demand: int,
        n_facilities: int,
    ) -> Self:
        """Build from pairs in any order; of a pair given twice the smaller cost counts.

        Parameters
        ----------
        demand, facility
            Positions, shape (pairs,).
        cost
            Metres or seconds, shape (pairs,).
        n_demand, n_facilities
            How many there are of each.

        Raises
        ------
        ParameterError
            A position is outside its range, or a cost is negative or missing.

        Examples
        --------
        >>> lists = Lists.from_pairs([1, 1, 1], [2, 0, 2], [5, 9, 7], n_demand=2, n_facilities=3)
        >>> lists.indptr.tolist(), lists.facility.tolist(), lists.cost.tolist()
        ([0, 0, 2], [2, 0], [5.0, 9.0])
        """
        row, column = np.asarray(demand, dtype=np.int64), np.asarray(facility, dtype=np.int64)
        # + 0.0 turns a minus zero into zero: the bits of the others then order like the numbers
        value = np.asarray(cost, dtype=np.float32) + np.float32(0.0)
        _refuse_positions(row, n_demand, "demand")
        _refuse_positions(column, n_facilities, "facility")
        if not bool((value >= 0).all()):
            raise ParameterError(texts.COST_INVALID)
        row, column, value = _least_of_pairs(row, column, value, n_facilities)
        # ordered by row and column so far; a stable sort of what is nearly sorted takes a tenth of any other
        order = np.argsort((row.astype(np.uint64) << np.uint64(32)) | value.view(np.uint32), kind="stable")
        return cls(_indptr(row, n_demand), column[order].astype(np.int32), value[order], int(n_facilities))

    @property
    def n_demand(self) -> int:
        """Number of rows."""
        return len(self.indptr) - 1

    @property
    def n_pairs(self) -> int:
        """Number of pairs."""
        return len(self.facility)

    def rows(self) -> Ints:
        """Row of each pair, shape (pairs,)."""
        return np.repeat(np.arange(self.n_demand), np.diff(self.indptr))

    def nearest(self) -> tuple[Costs, Facilities]:
        """Cost and facility of the first pair of each row, shape (demand,); ``inf`` and -1 where it is empty.

        Examples
        --------
        >>> Lists.from_pairs([1], [4], [7.0], n_demand=2, n_facilities=5).nearest()
        (array([inf,  7.], dtype=float32), array([-1,  4], dtype=int32))
        """
        cost = np.full(self.n_demand, np.inf, dtype=np.float32)
        facility = np.full(self.n_demand, NONE, dtype=np.int32)
        some = self.indptr[:-1] < self.indptr[1:]
        first = self.indptr[:-1][some]
        cost[some], facility[some] = self.cost[first], self.facility[first]
        return cost, facility

    def within(self, limit: float) -> Self:
        """Keep the pairs whose cost is at most the limit; the same rows and facilities.

        Examples
        --------
        >>> Lists.from_pairs([0, 0], [0, 1], [3.0, 4.0], n_demand=1, n_facilities=2).within(3).facility
        array([0], dtype=int32)
        """
        return self._kept(self.cost <= np.float32(limit))

    def take(self, rows: npt.ArrayLike) -> Self:
        """Pick rows by position or mask, in the order given (a row may be picked twice).

        Examples
        --------
        >>> lists = Lists.from_pairs([0, 1, 1], [0, 0, 1], [1, 2, 3], n_demand=2, n_facilities=2)
        >>> lists.take([1, 0]).indptr.tolist(), lists.take([1, 0]).facility.tolist()
        ([0, 2, 3], [0, 1, 0])
        """
        at = _positions(rows, self.n_demand, "demand")
        length = np.diff(self.indptr)[at]
        indptr = np.r_[0, np.cumsum(length)].astype(np.int64)
        pick = np.arange(indptr[-1]) + np.repeat(self.indptr[:-1][at] - indptr[:-1], length)
        return type(self)(indptr, self.facility[pick], self.cost[pick], self.n_facilities)

    def keep(self, facilities: npt.ArrayLike) -> Self:
        """Drop the pairs of all other facilities; the numbers of facilities stay as they are.

        Parameters
        ----------
        facilities
            Positions, or a mask of shape (``n_facilities``,).
        """
        stays = np.zeros(self.n_facilities, dtype=bool)
        stays[_positions(facilities, self.n_facilities, "facility")] = True
        return self._kept(stays[self.facility])

    def restricted(self, facilities: npt.ArrayLike) -> Self:
        """Keep only some facilities and number them anew, in the order given.

        Parameters
        ----------
        facilities
            Positions, each at most once, or a mask of shape (``n_facilities``,).

        Examples
        --------
        >>> lists = Lists.from_pairs([0, 0], [0, 2], [1, 1], n_demand=1, n_facilities=3)
        >>> lists.restricted([2, 0]).facility.tolist(), lists.restricted([2, 0]).n_facilities
        ([0, 1], 2)
        """
        at = _positions(facilities, self.n_facilities, "facility")
        number = np.full(self.n_facilities, NONE, dtype=np.int64)
        number[at] = np.arange(len(at))
        column = number[self.facility]
        kept = column != NONE
        row, column, cost = self.rows()[kept], column[kept], self.cost[kept]
        order = _by_cost(row, column, cost)
        return type(self)(_indptr(row, self.n_demand), column[order].astype(np.int32), cost[order], len(at))

    def transposed(self) -> Self:
        """Facilities as rows and demand as columns, ordered by cost and then by demand.

        Examples
        --------
        >>> lists = Lists.from_pairs([0, 1], [0, 0], [5, 3], n_demand=2, n_facilities=2).transposed()
        >>> lists.indptr.tolist(), lists.facility.tolist(), lists.n_facilities
        ([0, 2, 2], [1, 0], 2)
        """
        row, column = self.facility.astype(np.int64), self.rows()
        order = _by_cost(row, column, self.cost)
        return type(self)(
            _indptr(row, self.n_facilities),
            column[order].astype(np.int32),
            self.cost[order],
            self.n_demand,
        )

    def _kept(self, pairs: Mask) -> Self:
        before = np.r_[0, np.cumsum(pairs)].astype(np.int64)
        return type(self)(before[self.indptr], self.facility[pairs], self.cost[pairs], self.n_facilities)


def straight(demand_xy: npt.ArrayLike, facility_xy: npt.ArrayLike, limit_m: float) -> Lists:
    """List the facilities within a straight line of each demand point.

    Method: KD-tree on metric coordinates, a few thousand rows at a time, so that memory is what the answer needs.
    Distances are those of the metric CRS: within 0.02 % of the geodesic in a 3-degree zone at 40 N.

    Parameters
    ----------
    demand_xy, facility_xy
        Metres in one metric CRS, shapes (demand, 2) and (facilities, 2). A point with a missing coordinate reaches
        nothing.
    limit_m
        The longest distance, metres; a distance of exactly the limit counts.

    Returns
    -------
    lists
        Cost in metres; empty rows where nothing is near.

    Raises
    ------
    ParameterError
        The limit is negative, missing or infinite.

    Examples
    --------
    >>> lists = straight([[0, 0], [50, 0]], [[30, 40], [0, 0], [0, 51]], limit_m=50)
    >>> lists.indptr.tolist(), lists.facility.tolist(), lists.cost.astype(int).tolist()
    ([0, 2, 4], [1, 0, 0, 1], [0, 50, 44, 50])
    """
    refuse_limit(limit_m, "limit_m")
    demand, facilities = _points(demand_xy), _points(facility_xy)
    whole = np.flatnonzero(np.isfinite(facilities).all(axis=1))
    tree = cKDTree(facilities[whole]) if len(whole) else None
    blocks = range(0, len(demand), _ROWS_AT_ONCE)
    parts = [
        _straight_rows(demand[i : i + _ROWS_AT_ONCE], tree, whole, limit_m, len(facilities)) for i in blocks
    ]
    return stacked(parts, n_facilities=len(facilities))


def stacked(parts: Sequence[Lists], *, n_facilities: int) -> Lists:
    """Put the rows of several tables over the same facilities under each other; none: no row."""
    lengths = [np.diff(part.indptr) for part in parts]
    return Lists(
        np.r_[np.int64(0), np.cumsum(np.concatenate([np.empty(0, np.int64), *lengths]))].astype(np.int64),
        np.concatenate([np.empty(0, np.int32), *(part.facility for part in parts)]),
        np.concatenate([np.empty(0, np.float32), *(part.cost for part in parts)]),
        int(n_facilities),
    )


def refuse_limit(limit: float, name: str) -> None:
    """Raise ``ParameterError`` unless the limit is a finite number of at least 0."""
    if not 0 <= limit < np.inf:
        raise ParameterError(texts.LIMIT_INVALID.format(name=name, value=limit))


def _straight_rows(demand: Floats, tree: cKDTree | None, whole: Ints, limit_m: float, count: int) -> Lists:
    finite = np.flatnonzero(np.isfinite(demand).all(axis=1))
    if tree is None or not len(finite):
        return Lists.from_pairs([], [], [], n_demand=len(demand), n_facilities=count)
    found = cKDTree(demand[finite]).sparse_distance_matrix(tree, limit_m * (1 + SLACK), output_type="ndarray")
    row, column = finite[found["i"]], whole[found["j"]]
    cost = found["v"].astype(np.float32)
    order = _by_cost(row, column, cost)
    return Lists(_indptr(row, len(demand)), column[order].astype(np.int32), cost[order], count)


def _by_cost(row: Ints, column: Ints, cost: Costs) -> Ints:
    """Order by row, cost, column. The bits of floats that are not negative order like the numbers."""
    key = (cost.view(np.uint32).astype(np.uint64) << np.uint64(32)) | column.astype(np.uint64)
    order: Ints = np.argsort(key)
    # numpy sorts 16 bits by counting, in a tenth of the time
    row = row.astype(np.uint16) if int(row.max(initial=0)) < 65_536 else row
    back: Ints = order[np.argsort(row[order], kind="stable")]
    return back


def _least_of_pairs(row: Ints, column: Ints, cost: Costs, n_columns: int) -> tuple[Ints, Ints, Costs]:
    """Put each pair once, with its least cost, ordered by row and column."""
    key = row * max(int(n_columns), 1) + column
    order = np.argsort(key)
    key = key[order]
    first = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if len(key) else np.empty(0, np.int64)
    least: Costs = np.minimum.reduceat(cost[order], first) if len(key) else cost
    return row[order[first]], column[order[first]], least


def _indptr(row: Ints, n_rows: int) -> Ints:
    indptr = np.zeros(n_rows + 1, dtype=np.int64)
    np.cumsum(np.bincount(row, minlength=n_rows), out=indptr[1:])
    return indptr


def _positions(given: npt.ArrayLike, count: int, name: str) -> Ints:
    at = np.asarray(given)
    if at.dtype == np.bool_:
        if at.shape != (count,):
            raise ParameterError(texts.MASK_SHAPE.format(name=name, count=count, shape=at.shape))
        return np.flatnonzero(at)
    at = at.astype(np.int64).ravel()
    _refuse_positions(at, count, name)
    return at


def _refuse_positions(at: Ints, count: int, name: str) -> None:
    if len(at) and (int(at.min()) < 0 or int(at.max()) >= count):
        raise ParameterError(texts.POSITION_OUTSIDE.format(name=name, count=count))


def _points(xy: npt.ArrayLike) -> Floats:
    return np.asarray(xy, dtype=np.float64).reshape(-1, 2)
