"""The schedules of many stations at once: each distinct one is evaluated once and stations point to it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.holiday_table import HolidayTable
from data.hours import SHANGHAI, Schedule, civil_minute, schedule

STATES: Final = ("closed", "open", "unknown")
"""The meaning of each state code: its position here."""
_CODES: Final = {state: np.int8(code) for code, state in enumerate(STATES)}
_NEVER: Final = np.iinfo(np.int64).max


class _Moment(NamedTuple):
    minute: int
    states: NDArray[np.int8]
    changes: NDArray[np.int64]


class ScheduleBook:
    """The distinct schedules of a frame of stations; immutable, shared between threads.

    Attributes
    ----------
    schedules
        The distinct schedules.
    codes
        Position in ``schedules`` of each station's own, shape (stations,), int32.

    Examples
    --------
    >>> hours = pd.Series(["24/7", "Mo-Fr 09:00-17:00", "24/7", None])
    >>> book = ScheduleBook.of(hours, pd.Series([False] * 4), HolidayTable.empty())
    >>> book.codes.tolist()
    [0, 1, 0, 2]
    >>> night = datetime(2026, 10, 14, 3, 0, tzinfo=SHANGHAI)
    >>> [STATES[code] for code in book.states_at(night)[book.codes]]
    ['open', 'closed', 'open', 'unknown']
    """

    def __init__(self, schedules: Sequence[Schedule], codes: NDArray[np.int32]) -> None:
        self.schedules = tuple(schedules)
        self.codes = codes
        self._latest: _Moment | None = None

    @classmethod
    def of(cls, opening_hours: pd.Series, makeup_days: pd.Series, holidays: HolidayTable) -> "ScheduleBook":
        """Gather the schedules of stations.

        Parameters
        ----------
        opening_hours, makeup_days
            Columns of contract ``STATIONS``, one index; missing hours are unknown.
        holidays
            The table.
        """
        hours, texts = pd.factorize(opening_hours.to_numpy(dtype=object), use_na_sentinel=True)
        pairs = hours.astype(np.int64) * 2 + makeup_days.to_numpy(dtype=bool)
        codes, distinct = pd.factorize(pairs)
        found = [(None if pair < 0 else str(texts[pair // 2]), bool(pair % 2)) for pair in distinct.tolist()]
        return cls([schedule(text, makeup, holidays) for text, makeup in found], codes.astype(np.int32))

    def states_at(self, at: datetime) -> NDArray[np.int8]:
        """Return the state code of each distinct schedule, shape (schedules,); see ``STATES``.

        The states of stations are ``book.states_at(at)[book.codes]``. The minute asked for last is kept.

        Raises
        ------
        HoursError
            The time has no zone.
        """
        return self._at(civil_minute(at)).states

    def next_changes_at(self, at: datetime) -> NDArray[np.int64]:
        """Return when each distinct schedule changes next: minutes of ``civil_minute``, int64 max = never."""
        return self._at(civil_minute(at)).changes

    def next_change(self, at: datetime) -> datetime | None:
        """Return when the first of all schedules changes: until then ``states_at`` stays the same."""
        changes = self._at(civil_minute(at)).changes
        first = int(changes.min()) if len(changes) else _NEVER
        if first == _NEVER:
            return None
        return datetime(1, 1, 1, tzinfo=SHANGHAI) + timedelta(minutes=first - 1440)

    def _at(self, minute: int) -> _Moment:
        latest = self._latest
        # Another thread may replace it meanwhile, so the reference is read once.
        if latest is not None and latest.minute == minute:
            return latest
        stretches = [each.stretch(minute) for each in self.schedules]
        states = np.array([_CODES[state] for state, _ in stretches], dtype=np.int8)
        changes = np.array([_NEVER if end is None else end for _, end in stretches], dtype=np.int64)
        states.flags.writeable = changes.flags.writeable = False
        self._latest = _Moment(minute, states, changes)
        return self._latest
