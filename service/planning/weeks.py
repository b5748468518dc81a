"""Opening hours of stations in one real week, as half hours; holidays and make-up days of that week count."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import InputError
from data.hours.holiday_table import HolidayTable
from data.hours.schedule import Schedule, schedule
from geo.week import SLOTS
from service.planning import texts

Mask = npt.NDArray[np.bool_]

SLOT_MIN: Final = 30
WEEK_MIN: Final = SLOTS * SLOT_MIN
_DAY_MIN: Final = 1440


@dataclass(frozen=True, eq=False)
class Weeks:
    """What stations do in a week.

    Attributes
    ----------
    open
        Shape (stations, 336): open during the whole half hour. What is not known is not open.
    known
        Shape (stations,): every half hour of the week is known.
    is_24h
        Shape (stations,): the door is open, or one gets in unattended, at any hour. Goods do not count.
    """

    open: Mask
    known: Mask
    is_24h: Mask


def monday_of(given: str | None, today: date) -> date:
    """Read which week is meant: the one that holds the date, or the current one.

    Raises
    ------
    InputError
        No date of the form 2026-11-23.

    Examples
    --------
    >>> monday_of("2026-11-25", date(2026, 1, 1)), monday_of(None, date(2026, 11, 29))
    (datetime.date(2026, 11, 23), datetime.date(2026, 11, 23))
    """
    try:
        day = today if given is None else date.fromisoformat(given)
    except ValueError:
        raise InputError(texts.BAD_WEEK.format(given=given)) from None
    return day - timedelta(days=day.weekday())


def weeks(stations: pd.DataFrame, holidays: HolidayTable, monday: date) -> Weeks:
    """Work out the week of each station.

    A half hour counts as open when the station is open from its first minute to its last. A 24-hour station
    (door or unattended entry) is open throughout, whatever hours its staff keep.

    Parameters
    ----------
    stations
        ``opening_hours``, ``makeup_days``, ``door_24h`` and ``unattended_24h`` of contract ``geo.frames.STATIONS``.
    holidays
        The table that decides what holidays and make-up days do.
    monday
        First day of the week.

    Examples
    --------
    >>> row = {"opening_hours": ["Mo-Fr 09:00-17:15", None], "makeup_days": False, "door_24h": "no",
    ...        "unattended_24h": "no"}
    >>> week = weeks(pd.DataFrame(row), HolidayTable.from_library(), date(2026, 11, 23))
    >>> week.open.sum(axis=1).tolist(), week.known.tolist()
    ([80, 0], [True, False])
    """
    keys = pd.MultiIndex.from_arrays(
        [stations["opening_hours"].astype(object).where(stations["opening_hours"].notna(), ""),
         stations["makeup_days"].astype(bool)]
    )  # fmt: skip
    code, distinct = keys.factorize()
    told = [_week_of(schedule(hours or None, bool(makeup), holidays), monday) for hours, makeup in distinct]
    opened = np.array([open_ for open_, _ in told], dtype=bool).reshape(-1, SLOTS)[code]
    known = np.array([known for _, known in told], dtype=bool)[code]
    is_24h = ((stations["door_24h"] == "yes") | (stations["unattended_24h"] == "yes")).to_numpy(dtype=bool)
    return Weeks(opened | is_24h[:, None], known | is_24h, is_24h)


def _week_of(hours: Schedule, monday: date) -> tuple[Mask, bool]:
    """Mark the half hours wholly open, shape (336,), and tell whether all of the week is known."""
    state = np.zeros(WEEK_MIN, dtype=bool)
    first, known = monday.toordinal() * _DAY_MIN, hours.known
    minute = first
    while minute < first + WEEK_MIN:
        name, change = hours.stretch(minute)
        end = first + WEEK_MIN if change is None else min(change, first + WEEK_MIN)
        state[minute - first : end - first] = name == "open"
        known &= name != "unknown"
        minute = end
    whole: Mask = np.asarray(state.reshape(SLOTS, SLOT_MIN).all(axis=1))
    return whole, known
