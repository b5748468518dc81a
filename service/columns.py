"""What a snapshot keeps of its stations: arrays with one entry each, joined, put in order and patched as one.

Arrays of objects are copied in steps with a breath between: copying one counts a reference for each entry, and
meanwhile no other thread of the process runs, so that requests would wait.
"""

import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo import coordsys, frames
from geo.coordsys import CoordSys
from geo.errors import FrameError
from service import encoding
from service.hours import Schedules
from service.selection import Facts

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]

ANSWERED_IN: Final[tuple[CoordSys, ...]] = ("wgs84", "gcj02", "bd09")
PUBLIC_STATUS: Final = ("open", "temporarily_closed")
DECIMALS: Final = 7
"""Of answered degrees: one centimetre."""

_STEP: Final = 16_384
_BREATH_S: Final = 0.0001
_OWN_REFERENCES: Final = 3
"""The caller's variable, the parameter, and the argument of the count itself."""


@dataclass(frozen=True, eq=False)
class Columns:
    """Arrays by name, all of one length.

    ``station_id`` (text), ``body`` (see ``service.encoding``), ``lon`` and ``lat`` (WGS-84 as registered, NaN
    where unlocated), ``schedule`` (code), the fields of ``Facts``, and ``x_<system>``, ``y_<system>``: the
    position as answered.
    """

    arrays: Mapping[str, Array]

    def __len__(self) -> int:
        return len(self.arrays["station_id"])

    @classmethod
    def of(cls, stations: pd.DataFrame, schedules: Schedules) -> tuple[Self, Schedules]:
        """Take what is public of some stations; also give the schedules, grown by theirs.

        Parameters
        ----------
        stations
            Contract ``geo.frames.STATIONS``, any order; a flag column ``deleted`` marks tombstones.

        Raises
        ------
        FrameError
            The frame breaks its contract.
        """
        frames.check(stations, frames.STATIONS)
        shown = is_public(stations)
        public = stations if shown.all() else stations[shown]
        schedules, codes = schedules.extended(public)
        lon, lat = public["lon"].to_numpy(np.float64), public["lat"].to_numpy(np.float64)
        arrays: dict[str, Array] = {
            "station_id": public["station_id"].to_numpy(dtype=object),
            "body": encoding.bodies(public),
            "lon": lon,
            "lat": lat,
            "schedule": codes,
        }
        facts = Facts.of(public)
        arrays |= {field.name: getattr(facts, field.name) for field in fields(Facts)}
        for name in ANSWERED_IN:
            x, y = coordsys.from_wgs84(lon, lat, name)
            arrays |= {f"x_{name}": np.round(x, DECIMALS), f"y_{name}": np.round(y, DECIMALS)}
        return cls(arrays), schedules

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Join parts, at least one, in order of id.

        Ids are compared code point by code point; databases may sort otherwise.

        Raises
        ------
        FrameError
            An id occurs twice.
        """
        arrays = {name: np.concatenate([part.arrays[name] for part in parts]) for name in parts[0].arrays}
        ids = arrays["station_id"]
        order = np.argsort(_keys(ids), kind="stable")
        if not np.array_equal(order, np.arange(len(order))):
            arrays = {name: _taken(array, order) for name, array in arrays.items()}
            ids = arrays["station_id"]
        same = np.flatnonzero(ids[1:] == ids[:-1])
        if len(same):
            raise FrameError(f"stations: id {ids[same[0]]!r} occurs twice; ids are unique")
        return cls(arrays)

    def rows_of(self, ids: Iterable[str]) -> Rows:
        """Rows of those ids that are here."""
        own = self.arrays["station_id"]
        # One by one: a search of all at once holds every other thread up until it is done.
        at = ((int(np.searchsorted(own, one)), one) for one in ids)
        return np.array(sorted({row for row, one in at if row < len(own) and own[row] == one}), dtype=np.intp)

    def replaced(self, rows: Rows, new: Self) -> Self:
        """Give columns in which ``new`` stands in place of ``rows``: the same where these are the same ids."""
        if len(rows) == len(new) and np.array_equal(
            self.arrays["station_id"][rows], new.arrays["station_id"]
        ):
            return type(self)(
                {
                    name: array if name == "station_id" else _patched(array, rows, new.arrays[name])
                    for name, array in self.arrays.items()
                }
            )
        kept = np.delete(np.arange(len(self)), rows)
        ids = self.arrays["station_id"]
        before = np.array([np.searchsorted(ids, one) for one in new.arrays["station_id"]], dtype=np.intp)
        # Less those that go.
        at = before - np.searchsorted(rows, before)
        order = np.insert(kept, at, len(self) + np.arange(len(new)))
        return type(self)(
            {name: _taken(_appended(array, new.arrays[name]), order) for name, array in self.arrays.items()}
        )

    def facts(self) -> Facts:
        """Give what filters ask about."""
        return Facts(**{field.name: self.arrays[field.name] for field in fields(Facts)})

    def places(self) -> dict[CoordSys, tuple[Floats, Floats]]:
        """Give positions as answered, by coordinate system."""
        return {name: (self.arrays[f"x_{name}"], self.arrays[f"y_{name}"]) for name in ANSWERED_IN}

    def same_places(self, other: Self) -> bool:
        """Whether both have the same rows at the same positions, so that one index serves both."""
        return self.arrays["station_id"] is other.arrays["station_id"] and all(
            np.array_equal(self.arrays[axis], other.arrays[axis], equal_nan=True) for axis in ("lon", "lat")
        )


def let_go(columns: Columns) -> bool:
    """Free columns that nobody uses any more, in steps; without this, whoever drops them last stops all others.

    Parameters
    ----------
    columns
        The caller's own reference must be a local variable, and the last one besides those of others who still
        read: then they are left as they are.

    Returns
    -------
    freed
        Whether they were; never while a snapshot holds them. What the next columns share stays.
    """
    if sys.getrefcount(columns) != _OWN_REFERENCES:
        return False
    arrays = dict(columns.arrays)
    object.__setattr__(columns, "arrays", {})
    while arrays:
        _, array = arrays.popitem()
        # This variable and the argument: no other columns and no view have it.
        if array.dtype == object and sys.getrefcount(array) == 2:
            for part in _steps(len(array)):
                array[part] = None
    return True


def is_public(stations: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Mark the stations that are public; one marked in ``deleted`` is not."""
    public = (stations["audience"] == "outdoor_workers") & stations["status"].isin(PUBLIC_STATUS)
    if "deleted" in stations.columns:
        public &= ~stations["deleted"].astype(bool)
    return public.to_numpy(bool)


def _keys(ids: Array) -> Array:
    """Give what sorts as ids do; plain bytes where it can be, which sort while other threads run."""
    try:
        return ids.astype("S") if len(ids) else ids
    except UnicodeEncodeError:
        return ids


def _steps(length: int) -> Iterable[slice]:
    for start in range(0, length, _STEP):
        if start:
            time.sleep(_BREATH_S)
        yield slice(start, min(start + _STEP, length))


def _taken(array: Array, order: Rows) -> Array:
    if array.dtype != object:
        return array[order]
    taken = np.empty(len(order), dtype=object)
    for part in _steps(len(order)):
        taken[part] = array[order[part]]
    return taken


def _appended(array: Array, more: Array) -> Array:
    if array.dtype != object:
        return np.concatenate([array, more])
    whole = np.empty(len(array) + len(more), dtype=object)
    for part in _steps(len(array)):
        whole[part] = array[part]
    whole[len(array) :] = more
    return whole


def _patched(array: Array, rows: Rows, values: Array) -> Array:
    patched = array.copy() if array.dtype != object else _appended(array, values[:0])
    patched[rows] = values
    return patched
