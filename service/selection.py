"""Which stations pass a filter: facts as small integers, one mask per question.

Facts are row-parallel arrays, so that a filter over a million stations is a few comparisons of arrays.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo import vocabulary
from geo.nearest import NearestIndex
from service.query import Filters

Mask = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.integer]

_TERNARY: Final = {code: i for i, code in enumerate(vocabulary.TERNARY_VALUES)}
_ACCESS: Final = {code: i for i, code in enumerate(vocabulary.ACCESS_METHOD)}
_FACILITY_BIT: Final = {code: 1 << i for i, code in enumerate(vocabulary.FACILITY)}


@dataclass(frozen=True, slots=True)
class Selection:
    """Where to search: an index, and which positions count (None: all that it holds)."""

    index: NearestIndex
    accept: Mask | None = None


class Selections:
    """The selections of one snapshot that were asked for last.

    A filter that leaves less than half of the stations gets an index of its own, for a search that must step
    over most of what it finds is slow. Kept indexes hold at most twice the stations of the snapshot in all.
    """

    def __init__(self, index: NearestIndex, size: int) -> None:
        self._whole = Selection(index)
        self._budget = max(2 * size, 1)
        self._kept: OrderedDict[Hashable, Selection] = OrderedDict()
        self._lock = Lock()
        self.making = Lock()
        """Held by whoever makes one, so that many who ask for the same at once don't all make it."""

    def latest(self) -> list[Hashable]:
        """Keys of what is kept, the last made first."""
        with self._lock:
            return list(reversed(self._kept))

    def get(self, key: Hashable) -> Selection | None:
        """Look up a selection; the key None is that of all stations."""
        return self._whole if key is None else self._kept.get(key)

    def add(self, key: Hashable, mask: Mask) -> Selection:
        """Make and keep the selection of a mask; several threads may."""
        few = 2 * int(np.count_nonzero(mask)) < len(mask)
        index = self._whole.index
        selection = Selection(index.restricted(mask)) if few else Selection(index, mask)
        with self._lock:
            self._kept[key] = selection
            while sum(map(_weight, self._kept.values())) > self._budget and len(self._kept) > 1:
                self._kept.popitem(last=False)
        return selection


def _weight(selection: Selection) -> int:
    """Roughly what it holds, in stations; a mask is a byte each."""
    return len(selection.index) if selection.accept is None else len(selection.accept) // 32


@dataclass(frozen=True)
class Facts:
    """What filters ask about, one entry per station.

    ``facilities``: a bit per facility that is there and not broken. ``adcode``: 0 where unknown.
    """

    is_24h: Mask
    facilities: Integers
    street_facing: Integers
    access: Integers
    adcode: Integers

    @classmethod
    def of(cls, stations: pd.DataFrame) -> "Facts":
        """Take the facts from a frame of contract ``geo.frames.STATIONS``."""
        adcode = pd.to_numeric(stations["adcode"], errors="coerce").fillna(0)
        return cls(
            is_24h=((stations["door_24h"] == "yes") | (stations["unattended_24h"] == "yes")).to_numpy(bool),
            facilities=_facility_bits(stations["facilities"]),
            street_facing=stations["street_facing"].map(_TERNARY).to_numpy(np.int8),
            access=stations["access_method"].map(_ACCESS).to_numpy(np.int8),
            adcode=adcode.to_numpy(np.int32),
        )

    def mask(self, filters: Filters) -> Mask:
        """Which stations pass; all True when nothing is asked."""
        mask = np.ones(len(self.is_24h), dtype=bool)
        if filters.is_24h:
            mask &= self.is_24h
        if filters.facilities:
            wanted = sum(_FACILITY_BIT[code] for code in filters.facilities)
            mask &= (self.facilities & wanted) == wanted
        if filters.street_facing is not None:
            mask &= self.street_facing == _TERNARY[filters.street_facing]
        if filters.access is not None:
            mask &= self.access == _ACCESS[filters.access]
        if filters.adcode is not None:
            low, high = filters.adcode
            mask &= (self.adcode >= low) & (self.adcode < high)
        return mask


def _facility_bits(facilities: pd.Series) -> Integers:
    # Equal objects are often one object; those are counted once. They all live on in ``facilities``.
    bits = {i: usable_bits(one) for i, one in {id(one): one for one in facilities}.items()}
    return np.array([bits[id(one)] for one in facilities], dtype=np.int64)


def usable_bits(facilities: dict[str, str]) -> int:
    """Bits of the facilities that are there and not broken; a state unknown counts as there.

    Examples
    --------
    >>> usable_bits({"seat": "unknown", "microwave": "broken"}) == usable_bits({"seat": "working"})
    True
    >>> usable_bits({})
    0
    """
    return sum(_FACILITY_BIT.get(code, 0) for code, state in facilities.items() if state != "broken")
