"""Working days by the registry's table of holidays and make-up days (调休)."""

from datetime import date, timedelta

from data.errors import InputError
from data.hours.holiday_table import HolidayTable
from data.selection import texts

SATURDAY = 5


def is_workday(day: date, table: HolidayTable) -> bool:
    """Whether people work on a day.

    Raises
    ------
    InputError
        The day may be a holiday or a make-up day, and the table does not reach it.

    Examples
    --------
    >>> table = HolidayTable.from_library()
    >>> [is_workday(date(2026, 10, d), table) for d in (1, 9, 10, 11)]
    [False, True, True, False]
    """
    kind = table.kind(day)
    if kind == "unknown":
        raise InputError(texts.WORKDAY_UNKNOWN.format(day=day.isoformat(), year=day.year))
    return kind == "workday" or (kind == "ordinary" and day.weekday() < SATURDAY)


def last_day(first: date, days: int, table: HolidayTable) -> date:
    """Give the last day of a notice that begins on ``first`` and lasts ``days`` working days.

    Parameters
    ----------
    first
        The first day counts when it is a working day.
    days
        At least 1.

    Raises
    ------
    InputError
        As ``is_workday``.

    Examples
    --------
    >>> last_day(date(2026, 9, 29), 5, HolidayTable.from_library())
    datetime.date(2026, 10, 10)
    """
    day, left = first, days
    while True:
        left -= is_workday(day, table)
        if not left:
            return day
        day += timedelta(days=1)
