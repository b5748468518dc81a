"""The opening hours of all stations: each distinct schedule is evaluated once per minute, when asked for.

A registry of 180,000 stations has some thousand distinct schedules, so a station carries the code of its
schedule, and the answer to "open now?" is looked up by code.
"""

import time
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt
import orjson
import pandas as pd

from data.hours.holidays import HolidayTable
from data.hours.schedule import SHANGHAI, OpenState, Schedule, schedule

Codes = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
Key = tuple[str, bool]

UNKNOWN: Final = 0
"""Code of hours that nobody has stated."""
OUT_OF_SERVICE: Final = 1
"""Code of a temporarily closed station: closed whatever its hours say."""
_FIRST: Final = 2

_KEPT_MINUTES: Final = 16
_WARMED_AT_ONCE: Final = 8
_BREATH_S: Final = 0.0001
_UNKNOWN_PART: Final = b',"open_state":"unknown"'
_CLOSED_PART: Final = b',"open_state":"closed"'


class Openings:
    """The state of every schedule at one minute; evaluated as asked for.

    Parameters
    ----------
    schedules
        By code, less the two codes without a schedule.
    at
        The minute, in Asia/Shanghai.
    """

    def __init__(self, schedules: Sequence[Schedule], at: datetime) -> None:
        self.at = at
        self.told = at.isoformat()
        self._schedules = schedules
        self._parts: dict[int, bytes] = {UNKNOWN: _UNKNOWN_PART, OUT_OF_SERVICE: _CLOSED_PART}
        self._open: Mask | None = None

    def part(self, code: int) -> bytes:
        """JSON members ``open_state`` and, where known, ``closes_at`` or ``opens_at`` of one schedule."""
        part = self._parts.get(code)
        if part is None:
            part = self._parts[code] = _encoded(self._schedules[code - _FIRST].state_at(self.at))
        return part

    def open_codes(self) -> Mask:
        """Which schedules are known to be open; shape (codes,). Unknown is not open."""
        if self._open is None:
            states = [s.state_at(self.at).state == "open" for s in self._schedules]
            self._open = np.array([False, False, *states])
        return self._open


class Schedules:
    """The distinct schedules of a registry under one holiday table; only ever appended to."""

    def __init__(self, holidays: HolidayTable, keys: Sequence[Key] = ()) -> None:
        self.holidays = holidays
        self._codes: dict[Key, int] = {}
        self._schedules: list[Schedule] = []
        self._minutes: OrderedDict[datetime, Openings] = OrderedDict()
        self._latest: tuple[int, Openings] | None = None
        self._add(keys)

    def __len__(self) -> int:
        return len(self._schedules)

    def extended(self, stations: pd.DataFrame) -> tuple["Schedules", Codes]:
        """Add what is new in ``stations`` and give each row its code; codes given before stay valid."""
        known = stations["opening_hours"].notna().to_numpy()
        texts = stations["opening_hours"].to_numpy(dtype=object)
        keys = list(zip(texts, stations["makeup_days"].tolist(), strict=True))
        new = [key for key, is_known in zip(keys, known, strict=True) if is_known and key not in self._codes]
        grown = self._grown(list(dict.fromkeys(new))) if new else self
        codes = np.fromiter((grown._codes.get(key, UNKNOWN) for key in keys), np.int32, len(keys))
        codes[(stations["status"] == "temporarily_closed").to_numpy()] = OUT_OF_SERVICE
        return grown, codes

    def rebuilt(self, holidays: HolidayTable) -> "Schedules":
        """Give the same schedules under another holiday table; codes stay valid."""
        return Schedules(holidays, list(self._codes))

    def warm(self, moment: datetime) -> None:
        """Work every schedule out for the days around ``moment``, so that no question has to.

        A schedule that was worked out before takes a microsecond, another one most of a millisecond.
        """
        for number, known in enumerate(self._schedules):
            if number % _WARMED_AT_ONCE == 0:
                time.sleep(_BREATH_S)
            known.state_at(moment)

    def _grown(self, keys: Sequence[Key]) -> "Schedules":
        grown = Schedules(self.holidays)
        grown._codes, grown._schedules = dict(self._codes), list(self._schedules)
        grown._add(keys)
        return grown

    def _add(self, keys: Sequence[Key]) -> None:
        self._codes |= {key: code for code, key in enumerate(keys, start=_FIRST + len(self._codes))}
        self._schedules += [schedule(hours, makeup, self.holidays) for hours, makeup in keys]

    def now(self) -> Openings:
        """Give the states of the current minute."""
        minute = int(time.time() // 60)
        latest = self._latest
        if latest is None or latest[0] != minute:
            latest = self._latest = minute, self.at(datetime.fromtimestamp(60 * minute, SHANGHAI))
        return latest[1]

    def at(self, moment: datetime) -> Openings:
        """Give the states of the minute that ``moment`` lies in; those of the last minutes are kept."""
        minute = moment.astimezone(SHANGHAI).replace(second=0, microsecond=0)
        openings = self._minutes.get(minute)
        if openings is None:
            openings = self._minutes[minute] = Openings(self._schedules, minute)
            while len(self._minutes) > _KEPT_MINUTES:
                self._minutes.popitem(last=False)
        return openings


def _encoded(state: OpenState) -> bytes:
    part = b',"open_state":' + orjson.dumps(state.state)
    if state.state == "open" and state.next_change is not None:
        return part + b',"closes_at":' + _time(state.next_change)
    if state.state == "closed" and state.next_open is not None:
        return part + b',"opens_at":' + _time(state.next_open)
    return part


def _time(at: datetime) -> bytes:
    return orjson.dumps(at.astimezone(SHANGHAI).isoformat(timespec="seconds"))
