"""A covering problem made small: what can still be gained, rows with equal candidate sets merged."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from geo.errors import ParameterError
from geo.lists import Lists
from geo.siting import texts

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

DOMINANCE_WORK: Final = 40_000_000
"""Pairs of columns that share a row, counted per row, up to which dominated columns are looked for."""


@dataclass(frozen=True, eq=False)
class Problem:
    """Maximal covering without names: rows of demand, columns of candidates.

    Attributes
    ----------
    matrix
        Shape (rows, columns), 1 where the candidate covers the row; every row and column has at least one.
    weight
        Demand of each row, shape (rows,), above 0.
    facility
        Facility behind each column, rising, shape (columns,).
    spread
        Weighted cost of serving all a column covers, shape (columns,): breaks ties between equal columns.
    whole
        All weights are whole numbers, so that the best value is one too.
    """

    matrix: sparse.csr_array
    weight: Floats
    facility: Ints
    spread: Floats
    whole: bool

    @property
    def n_columns(self) -> int:
        """Number of candidates left."""
        return len(self.facility)

    def by_column(self) -> tuple[Ints, npt.NDArray[np.int32]]:
        """``indptr`` and rows of each column."""
        turned = self.matrix.tocsc()
        return turned.indptr.astype(np.int64), turned.indices

    def covered(self, columns: npt.ArrayLike) -> Mask:
        """Which rows some of the columns cover, shape (rows,)."""
        at = np.zeros(self.n_columns)
        at[np.asarray(columns, dtype=np.int64)] = 1
        return np.asarray(self.matrix @ at > 0)

    def value(self, columns: npt.ArrayLike) -> float:
        """Demand that the columns cover together."""
        return float(self.weight[self.covered(columns)].sum())

    def restricted(self, columns: npt.ArrayLike, rows: Mask | None = None) -> tuple["Problem", Ints]:
        """Keep only some columns (and rows), merge again; the columns in the new order, as positions here."""
        chosen = np.unique(np.asarray(columns, dtype=np.int64))
        part = self.matrix[:, chosen] if rows is None else self.matrix[rows][:, chosen]
        weight = self.weight if rows is None else self.weight[rows]
        small, kept = _merged(part.tocsr(), weight, self.facility[chosen], self.spread[chosen], self.whole)
        return small, chosen[kept]


def reduced(
    lists: Lists, weights: Floats, *, candidates: Mask, covered: Mask, dominance: bool = True
) -> Problem:
    """Drop what is covered or has no weight, merge rows with equal candidate sets, drop dominated columns.

    Parameters
    ----------
    lists
        Demand rows by facilities.
    weights
        Shape (demand,).
    candidates
        Facilities that may be chosen, shape (facilities,).
    covered
        Rows that are covered already, shape (demand,).
    dominance
        Also drop columns that cover nothing another one does not cover.
    """
    rows = np.flatnonzero(~covered & (weights > 0))
    part = lists.take(rows).keep(candidates)
    weight = weights[rows]
    shares = weight[part.rows()] * part.cost
    spread = np.bincount(part.facility, shares, minlength=part.n_facilities).astype(np.float64)
    # Narrow positions halve what every product with the matrix reads.
    narrow = np.int32 if part.n_pairs < 2**31 else np.int64
    matrix = sparse.csr_array(
        (np.ones(part.n_pairs, dtype=np.float64), part.facility, part.indptr.astype(narrow)),
        shape=(len(rows), part.n_facilities),
    )
    whole = bool((weight == np.floor(weight)).all()) and float(weight.sum()) < 2**52
    problem, _ = _merged(matrix, weight, np.arange(part.n_facilities), spread, whole)
    return _undominated(problem) if dominance else problem


def _merged(
    matrix: sparse.csr_array, weight: Floats, facility: Ints, spread: Floats, whole: bool
) -> tuple[Problem, Ints]:
    """Add up the weights of rows with equal candidate sets; drop rows and columns that are empty."""
    matrix = sparse.csr_array(matrix)
    length = np.diff(matrix.indptr)
    some = np.flatnonzero(length)
    if not len(some):
        none = np.empty(0, dtype=np.int64)
        return Problem(sparse.csr_array((0, 0)), np.empty(0), none, np.empty(0), whole), none
    marks = _marks(matrix, some)
    order = np.lexsort((marks[1], marks[0], length[some]))
    differ = np.zeros(len(some), dtype=bool)
    for key in (length[some], marks[0], marks[1]):
        differ[1:] |= key[order][1:] != key[order][:-1]
    group = np.empty(len(some), dtype=np.int64)
    group[order] = np.cumsum(differ)
    first = np.full(int(group.max()) + 1, len(some), dtype=np.int64)
    np.minimum.at(first, group, np.arange(len(some)))
    in_order = np.argsort(first)
    together = np.bincount(group, weight[some]).astype(np.float64)[in_order]
    picked = matrix[some[first[in_order]]]
    used = np.flatnonzero(np.bincount(picked.indices, minlength=matrix.shape[1]))
    if len(used) < matrix.shape[1]:
        picked = picked[:, used].tocsr()
    picked.sort_indices()
    return Problem(sparse.csr_array(picked), together, facility[used], spread[used], whole), used


def _marks(matrix: sparse.csr_array, rows: Ints) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Mark each candidate set with 128 bits: sums of random words per column, the same in every run."""
    words = np.random.default_rng(20_260_101).integers(0, 2**64, (2, matrix.shape[1]), dtype=np.uint64)
    starts = matrix.indptr[rows]
    return (
        np.add.reduceat(words[0][matrix.indices], starts),
        np.add.reduceat(words[1][matrix.indices], starts),
    )


def _undominated(problem: Problem) -> Problem:
    """Keep of equal columns the one with the least weighted cost, and drop those inside another one."""
    length = np.diff(problem.matrix.indptr).astype(np.float64)
    if not problem.n_columns or float((length**2).sum()) > DOMINANCE_WORK:
        return problem
    shared = sparse.coo_array(problem.matrix.T @ problem.matrix)
    one, other = shared.coords
    size = np.bincount(problem.matrix.indices, minlength=problem.n_columns)
    inside = (shared.data == size[one]) & (one != other)
    one, other = one[inside], other[inside]
    rank = np.empty(problem.n_columns, dtype=np.int64)
    rank[np.lexsort((np.arange(problem.n_columns), problem.spread))] = np.arange(problem.n_columns)
    lost = (size[other] > size[one]) | (rank[other] < rank[one])
    keep = np.ones(problem.n_columns, dtype=bool)
    keep[one[lost]] = False
    return problem.restricted(np.flatnonzero(keep))[0]


def checked_mask(given: Sequence[int] | npt.NDArray[np.generic] | None, count: int, name: str) -> Mask:
    """Turn positions or a mask into a mask of facilities; None is none of them."""
    mask = np.zeros(count, dtype=bool)
    if given is None:
        return mask
    at = np.asarray(given)
    if at.dtype == np.bool_ and at.shape == (count,):
        return at.copy()
    at = at.astype(np.int64).ravel()
    if len(at) and (at.min() < 0 or at.max() >= count):
        raise ParameterError(texts.FACILITY_INVALID.format(name=name, count=count))
    mask[at] = True
    return mask
