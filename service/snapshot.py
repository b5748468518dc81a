"""The registry in memory, as it stood at one data version: immutable, answered from, replaced whole.

It holds the public stations only: those for outdoor workers that are in service or temporarily closed. The
next snapshot is this one with the changed rows in place: encodings and facts are kept, the index is rebuilt.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.hours.holidays import HolidayTable
from geo import coordsys, frames
from geo.coordsys import CoordSys
from geo.errors import FrameError
from geo.nearest import NearestIndex
from service import encoding
from service.hours import Codes, Openings, Schedules
from service.query import NO_FILTERS, Filters
from service.selection import Facts, Mask, Selection, Selections

Floats = npt.NDArray[np.float64]
Objects = npt.NDArray[np.object_]

ANSWERED_IN: Final[tuple[CoordSys, ...]] = ("wgs84", "gcj02", "bd09")
PUBLIC_STATUS: Final = ("open", "temporarily_closed")
DECIMALS: Final = 7
"""Of answered degrees: one centimetre."""

_KEPT_SELECTIONS: Final = 64


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The public stations at one data version; every array has one entry per station, by id.

    ``stations``: contract ``geo.frames.STATIONS``. ``bodies``: see ``service.encoding``. ``places``:
    longitude and latitude by coordinate system, NaN where unlocated.
    """

    stations: pd.DataFrame
    station_ids: Objects
    bodies: Objects
    facts: Facts
    places: Mapping[CoordSys, tuple[Floats, Floats]]
    schedules: Schedules
    schedule_codes: Codes
    index: NearestIndex
    data_version: int
    loaded_at: datetime
    selections: Selections

    @classmethod
    def build(cls, stations: pd.DataFrame, holidays: HolidayTable, *, loaded_at: datetime) -> "Snapshot":
        """Make a snapshot of a whole registry.

        Parameters
        ----------
        stations
            Contract ``geo.frames.STATIONS``, any order; a flag column ``deleted`` marks tombstones. The data
            version is ``attrs["data_version"]``, 0 when absent.
        holidays
            Under which opening hours are evaluated.
        loaded_at
            When ``stations`` was read, with an offset.

        Raises
        ------
        FrameError
            The frame breaks its contract, or an id occurs twice.
        """
        frames.check(stations, frames.STATIONS)
        public = _in_order(_public(stations))
        schedules, codes = Schedules(holidays).extended(public)
        return cls._of(
            public,
            bodies=encoding.bodies(public),
            facts=Facts.of(public),
            places=_places(public),
            schedules=schedules,
            codes=codes,
            data_version=int(stations.attrs.get("data_version", 0)),
            loaded_at=loaded_at,
        )

    def updated(self, changed: pd.DataFrame, holidays: HolidayTable, *, loaded_at: datetime) -> "Snapshot":
        """Make the next snapshot from the rows that changed since this one; this one stays as it is.

        Parameters
        ----------
        changed
            As for ``build``: rows that are new or changed, tombstones marked in ``deleted``.
        holidays
            Another table than before re-evaluates all hours.

        Returns
        -------
        snapshot
            Equal to one built of the whole registry.
        """
        frames.check(changed, frames.STATIONS)
        new = _in_order(_public(changed))
        gone = np.isin(self.station_ids.astype(str), changed["station_id"].to_numpy(dtype=str))
        kept = np.flatnonzero(~gone)
        at = np.searchsorted(self.station_ids[kept], new["station_id"].to_numpy(dtype=object))
        order = np.insert(kept, at, len(self.station_ids) + np.arange(len(new)))
        schedules = (
            self.schedules if self.schedules.holidays == holidays else self.schedules.rebuilt(holidays)
        )
        schedules, codes = schedules.extended(new)
        places = _places(new)
        return self._of(
            pd.concat([self.stations, new], ignore_index=True).iloc[order].reset_index(drop=True),
            bodies=_merged(self.bodies, encoding.bodies(new), order),
            facts=_merged_fields(self.facts, Facts.of(new), order),
            places={
                name: (_merged(x, places[name][0], order), _merged(y, places[name][1], order))
                for name, (x, y) in self.places.items()
            },
            schedules=schedules,
            codes=_merged(self.schedule_codes, codes, order),
            data_version=int(changed.attrs.get("data_version", self.data_version)),
            loaded_at=loaded_at,
        )

    @classmethod
    def _of(
        cls,
        stations: pd.DataFrame,
        *,
        bodies: Objects,
        facts: Facts,
        places: Mapping[CoordSys, tuple[Floats, Floats]],
        schedules: Schedules,
        codes: Codes,
        data_version: int,
        loaded_at: datetime,
    ) -> Self:
        lon, lat = stations["lon"].to_numpy(np.float64), stations["lat"].to_numpy(np.float64)
        index = NearestIndex(lon, lat)
        return cls(
            stations=stations,
            station_ids=stations["station_id"].to_numpy(dtype=object),
            bodies=bodies,
            facts=facts,
            places=places,
            schedules=schedules,
            schedule_codes=codes,
            index=index,
            data_version=data_version,
            loaded_at=loaded_at,
            selections=Selections(index, len(stations)),
        )

    def __len__(self) -> int:
        return len(self.station_ids)

    def row_of(self, station_id: str) -> int | None:
        """Row of a public station; None when there is none of that id."""
        row = int(np.searchsorted(self.station_ids, station_id))
        return row if row < len(self) and self.station_ids[row] == station_id else None

    def mask(self, filters: Filters, openings: Openings | None) -> Mask:
        """Which stations pass the filters and, with ``openings``, are known to be open then."""
        mask = self.facts.mask(filters)
        if openings is not None:
            mask &= openings.open_codes()[self.schedule_codes]
        return mask

    def kept_selection(self, filters: Filters, openings: Openings | None) -> Selection | None:
        """Where to search, when that is at hand; else None, and ``selection`` takes its time."""
        return self.selections.get(_key(filters, openings))

    def selection(self, filters: Filters, openings: Openings | None) -> Selection:
        """Find where to search for stations that pass the filters and, with ``openings``, are open then."""
        key = _key(filters, openings)
        return self.selections.get(key) or self.selections.add(key, self.mask(filters, openings))


def _key(filters: Filters, openings: Openings | None) -> Hashable:
    if openings is None:
        return None if filters == NO_FILTERS else filters
    return filters, openings.at


def _public(stations: pd.DataFrame) -> pd.DataFrame:
    public = (stations["audience"] == "outdoor_workers") & stations["status"].isin(PUBLIC_STATUS)
    if "deleted" in stations.columns:
        public &= ~stations["deleted"].astype(bool)
    return stations[public]


def _in_order(stations: pd.DataFrame) -> pd.DataFrame:
    """Sort by id, code point by code point, as ids are compared here; databases may sort otherwise."""
    ids = stations["station_id"].to_numpy(dtype=object)
    order = np.argsort(ids, kind="stable")
    same = np.flatnonzero(ids[order][1:] == ids[order][:-1])
    if len(same):
        raise FrameError(f"stations: id {ids[order][same[0]]!r} occurs twice; ids are unique")
    return stations.iloc[order].reset_index(drop=True)


def _places(stations: pd.DataFrame) -> dict[CoordSys, tuple[Floats, Floats]]:
    lon, lat = stations["lon"].to_numpy(np.float64), stations["lat"].to_numpy(np.float64)
    places: dict[CoordSys, tuple[Floats, Floats]] = {}
    for name in ANSWERED_IN:
        x, y = coordsys.from_wgs84(lon, lat, name)
        places[name] = (np.round(x, DECIMALS), np.round(y, DECIMALS))
    return places


def _merged(old: npt.NDArray[Any], new: npt.NDArray[Any], order: npt.NDArray[np.intp]) -> npt.NDArray[Any]:
    return np.concatenate([old, new])[order]


def _merged_fields(old: Facts, new: Facts, order: npt.NDArray[np.intp]) -> Facts:
    return Facts(
        **{f.name: _merged(getattr(old, f.name), getattr(new, f.name), order) for f in fields(Facts)}
    )
