"""Coverage of every half hour of the week at once.

A week of a station is 336 bits in six words; what a place has is the OR of the words of the stations in its
row of the lists. Places with equal weeks are one from there on: shares of 336 half hours are sums over a few
hundred distinct weeks instead of over every place. One pass over the pairs replaces 336 runs.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt
from scipy import sparse

from geo import week
from geo.coverage.openings import Openings
from geo.lists import Lists
from geo.profiles import Profiles
from geo.week import SLOTS, WORDS, Flags, Words

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_AT_ONCE: Final = 4_096


@dataclass(frozen=True, eq=False)
class Hourly:
    """For each place the half hours in which some station in reach is open.

    Attributes
    ----------
    words
        Distinct weeks, packed, shape (k, 6); row 0 is the week in which nothing is open.
    row
        Row of ``words`` of each place, shape (n,).
    unknown
        A station of unknown hours is in reach, shape (n,): it may be covered at any time.
    """

    words: Words
    row: IntArray
    unknown: Flags

    @classmethod
    def of(cls, lists: Lists, openings: Openings) -> Self:
        """Unite the weeks of the stations in reach of each place.

        Parameters
        ----------
        lists
            Places by stations within the standard's limit; stations as in ``openings``.
        openings
            When they are open.

        Examples
        --------
        >>> flags = np.zeros((2, 336), dtype=bool)
        >>> flags[0, 20:30], flags[1, 25:40] = True, True
        >>> lists = Lists.from_pairs([0, 0, 1], [0, 1, 1], [1, 1, 1], n_demand=3, n_facilities=2)
        >>> made = Hourly.of(lists, Openings.of(flags, [True, True], [False, False]))
        >>> week.unpack(made.words[made.row]).sum(axis=1).tolist()
        [20, 15, 0]
        """
        weeks = openings.words()
        some = np.flatnonzero(np.diff(lists.indptr))
        united = np.zeros((lists.n_demand, WORDS), dtype=np.uint64)
        for word in range(WORDS):
            column = weeks[:, word]
            # a word in which no station is open needs no pass over the pairs
            if len(some) and bool(column.any()):
                united[some, word] = np.bitwise_or.reduceat(column[lists.facility], lists.indptr[:-1][some])
        words, row = week.distinct(united)
        return cls(words, row, reached(lists, ~openings.known))

    @property
    def covered_by_mask(self) -> Flags:
        """Distinct weeks as flags, shape (k, 336)."""
        return week.unpack(self.words)

    def at(self, slot: int) -> Flags:
        """Mark the places covered at a half hour, shape (n,)."""
        return np.asarray(self.covered_by_mask[:, slot][self.row])

    def share_of(self, slots: Flags) -> FloatArray:
        """Share of some half hours in which each place is covered, shape (n,); ``NaN`` for no half hour."""
        chosen = self.covered_by_mask[:, slots]
        with np.errstate(invalid="ignore"):
            return np.asarray((chosen.sum(axis=1) / np.float64(chosen.shape[1]))[self.row])


def reached(lists: Lists, facilities: Flags) -> Flags:
    """Mark the rows that hold at least one of some facilities, shape (n,).

    Examples
    --------
    >>> lists = Lists.from_pairs([0, 2], [1, 0], [5, 5], n_demand=3, n_facilities=2)
    >>> reached(lists, np.array([True, False])).tolist()
    [False, False, True]
    """
    before = np.zeros(lists.n_pairs + 1, dtype=np.int64)
    np.cumsum(facilities[lists.facility], out=before[1:])
    return np.asarray(before[lists.indptr[1:]] > before[lists.indptr[:-1]])


@dataclass(frozen=True, eq=False)
class Sums:
    """Demand by zone and half hour, each of shape (zones, 336): all, surely covered, covered or perhaps."""

    demand: FloatArray
    covered: FloatArray
    maybe: FloatArray


def sums(
    hourly: Hourly,
    weight: FloatArray,
    profile: IntArray,
    profiles: Profiles,
    zone: IntArray,
    n_zones: int,
) -> Sums:
    """Add up demand by zone and half hour.

    Parameters
    ----------
    hourly
        Coverage of n places.
    weight, profile, zone
        Of each place, shape (n,): mean demand, row of ``profiles`` (-1 = flat), zone (0 to below ``n_zones``).

    Returns
    -------
    sums
        A zone without places has zeros.
    """
    kind, at = _kinds(hourly, profile, zone, len(profiles.keys))
    weights = np.bincount(at, weights=weight, minlength=len(kind)).astype(np.float64)
    bits = hourly.covered_by_mask
    out = Sums(*(np.zeros((n_zones, SLOTS)) for _ in range(3)))
    for start in range(0, len(kind), _AT_ONCE):
        piece = kind[start : start + _AT_ONCE]
        here = weights[start : start + _AT_ONCE]
        into = sparse.csr_array((here, (piece[:, 0], np.arange(len(piece)))), shape=(n_zones, len(piece)))
        factor = profiles.factors(piece[:, 1]) if profiles.keys else np.ones((len(piece), SLOTS))
        covered = bits[piece[:, 2]]
        out.demand[:] += into @ factor
        out.covered[:] += into @ (factor * covered)
        out.maybe[:] += into @ (factor * (covered | piece[:, 3:].astype(np.bool_)))
    return out


def _kinds(hourly: Hourly, profile: IntArray, zone: IntArray, n_profiles: int) -> tuple[IntArray, IntArray]:
    """Distinct rows of (zone, profile, week, unknown), shape (m, 4), and which one each place is."""
    bases = (n_profiles + 1, max(len(hourly.words), 1), 2)
    key = zone
    for base, digit in zip(bases, (profile + 1, hourly.row, hourly.unknown), strict=True):
        key = key * base + digit.astype(np.int64)
    distinct, at = np.unique(key, return_inverse=True)
    kind = np.empty((len(distinct), 4), dtype=np.int64)
    for column, base in zip((3, 2, 1), reversed(bases), strict=True):
        distinct, kind[:, column] = np.divmod(distinct, base)
    kind[:, 0] = distinct
    kind[:, 1] -= 1
    return kind, at.astype(np.int64)
