"""The registry in memory, as it stood at one data version: immutable, answered from, replaced whole.

It holds the public stations only: those for outdoor workers that are in service or temporarily closed. The
next snapshot is this one with the changed rows in place: encodings and facts are kept, and the index too where
no station came, went or moved.
"""

import time
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.hours.holidays import HolidayTable
from geo.coordsys import CoordSys
from geo.nearest import NearestIndex
from service import decoding
from service.columns import Columns
from service.hours import Codes, Openings, Schedules
from service.query import NO_FILTERS, Filters
from service.selection import Facts, Mask, Selection, Selections

Floats = npt.NDArray[np.float64]
Objects = npt.NDArray[np.object_]
Stations = pd.DataFrame | Iterable[pd.DataFrame]
"""Frames of contract ``geo.frames.STATIONS``: one, or a registry chunk by chunk."""

_CARRY_S: Final = 0.2
"""How long the selections of the last snapshot may hold the next one up."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The public stations at one data version; every array has one entry per station, by id.

    ``registry_id``: which registry, None for a file. ``mark``: drawn by lot for this version, empty where none is
    known. ``changed_at``: when this version was made, with an offset.
    """

    columns: Columns
    schedules: Schedules
    index: NearestIndex
    data_version: int
    loaded_at: datetime
    selections: Selections
    registry_id: str | None = None
    mark: str = ""
    changed_at: datetime | None = None

    @classmethod
    def build(
        cls,
        stations: Stations,
        holidays: HolidayTable,
        *,
        loaded_at: datetime,
        data_version: int | None = None,
        registry_id: str | None = None,
        mark: str = "",
        changed_at: datetime | None = None,
    ) -> "Snapshot":
        """Make a snapshot of a whole registry.

        Parameters
        ----------
        stations
            Any order; a flag column ``deleted`` marks tombstones. Chunks are encoded as they come, so that
            the whole is never in memory as a frame.
        holidays
            Under which opening hours are evaluated.
        loaded_at
            When ``stations`` was read, with an offset.
        data_version
            Of the registry; ``attrs["data_version"]`` of a single frame when absent, else 0.
        registry_id
            Whose versions these are.
        mark, changed_at
            Of this version; see the class.

        Raises
        ------
        FrameError
            The frame breaks its contract, or an id occurs twice.
        """
        new, schedules, _ = _encoded(stations, Schedules(holidays))
        schedules.warm(loaded_at)
        version = _version(stations, 0) if data_version is None else data_version
        made = cls._of(new, schedules, _index(new), version, loaded_at, registry_id)
        return replace(made, mark=mark, changed_at=changed_at or loaded_at)

    def updated(
        self,
        changed: Stations,
        holidays: HolidayTable,
        *,
        loaded_at: datetime,
        data_version: int | None = None,
        mark: str = "",
        changed_at: datetime | None = None,
    ) -> "Snapshot":
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
        known = self.schedules if self.schedules.holidays == holidays else self.schedules.rebuilt(holidays)
        new, schedules, ids = _encoded(changed, known)
        schedules.warm(loaded_at)
        columns = self.columns.replaced(self.columns.rows_of(ids), new)
        index = self.index if columns.same_places(self.columns) else _index(columns)
        version = _version(changed, self.data_version) if data_version is None else data_version
        made = self._of(columns, schedules, index, version, loaded_at, self.registry_id)
        made = replace(made, mark=mark, changed_at=changed_at or loaded_at)
        made._carry(self.selections)
        return made

    @classmethod
    def _of(
        cls,
        columns: Columns,
        schedules: Schedules,
        index: NearestIndex,
        data_version: int,
        loaded_at: datetime,
        registry_id: str | None,
    ) -> "Snapshot":
        selections = Selections(index, len(columns))
        return cls(columns, schedules, index, data_version, loaded_at, selections, registry_id)

    def __len__(self) -> int:
        return len(self.columns)

    @cached_property
    def station_ids(self) -> Objects:
        """Ids, ascending code point by code point."""
        return self.columns.arrays["station_id"]

    @cached_property
    def bodies(self) -> Objects:
        """Encoded facts; see ``service.encoding``."""
        return self.columns.arrays["body"]

    @cached_property
    def schedule_codes(self) -> Codes:
        """Which of ``schedules`` each station follows."""
        return self.columns.arrays["schedule"]

    @cached_property
    def facts(self) -> Facts:
        """What filters ask about."""
        return self.columns.facts()

    @cached_property
    def places(self) -> Mapping[CoordSys, tuple[Floats, Floats]]:
        """Longitude and latitude as answered, by coordinate system; NaN where unlocated."""
        return self.columns.places()

    @property
    def stations(self) -> pd.DataFrame:
        """What is public as a frame of contract ``geo.frames.STATIONS``, made anew at each call: keep it."""
        arrays = self.columns.arrays
        made = decoding.frame(self.bodies, arrays["lon"], arrays["lat"])
        made.attrs["data_version"] = self.data_version
        return made

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
        if (kept := self.selections.get(key)) is not None:
            return kept
        with self.selections.making:
            return self.selections.get(key) or self.selections.add(key, self.mask(filters, openings))

    def _carry(self, old: Selections) -> None:
        """Make what was asked of the last snapshot, for a moment only, so that no request has to wait for it."""
        now, until_s = self.schedules.now(), time.monotonic() + _CARRY_S
        for key in old.latest():
            if time.monotonic() > until_s:
                return
            if isinstance(key, Filters):
                self.selection(key, None)
            elif isinstance(key, tuple) and key[1] == now.at:
                self.selection(key[0], now)


def _encoded(stations: Stations, schedules: Schedules) -> tuple[Columns, Schedules, list[str]]:
    """Encode chunk by chunk: what is public, all schedules, and every id that was seen."""
    parts, ids = [], list[str]()
    for chunk in [stations] if isinstance(stations, pd.DataFrame) else stations:
        part, schedules = Columns.of(chunk, schedules)
        parts.append(part)
        ids += chunk["station_id"].tolist()
    return Columns.joined(parts), schedules, ids


def _index(columns: Columns) -> NearestIndex:
    return NearestIndex(columns.arrays["lon"], columns.arrays["lat"])


def _version(stations: Stations, otherwise: int) -> int:
    return int(stations.attrs.get("data_version", otherwise)) if isinstance(stations, pd.DataFrame) else 0


def _key(filters: Filters, openings: Openings | None) -> Hashable:
    if openings is None:
        return None if filters == NO_FILTERS else filters
    return filters, openings.at
