"""Where a holiday or a make-up working day of a year can fall, before the State Council has announced it.

Each national holiday has an anchor (1 January, the lunar new year …). The arrangements of 2004-2026 put days
off at most eight days from it and make-up days (always a Saturday or Sunday) at most eleven; the windows are
wider. New moons: Meeus, Astronomical Algorithms, chapter 49, largest terms only: right within hours, and the
windows have days.
"""

import math
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple


class Reach(NamedTuple):
    """Days before and after the anchor on which days off, and make-up days, can fall."""

    off_before: int
    off_after: int
    makeup_before: int
    makeup_after: int


REACH: Final = {
    "new_year": Reach(0, 3, 0, 9),
    "spring": Reach(3, 10, 10, 14),
    "qingming": Reach(4, 4, 8, 8),
    "labour": Reach(3, 7, 10, 12),
    "dragon_boat": Reach(4, 4, 8, 8),
    "mid_autumn": Reach(4, 4, 8, 8),
    "national": Reach(3, 8, 13, 13),
    "victory": Reach(0, 2, 4, 4),
}
NATIONAL_HOLIDAYS: Final = (
    "new_year",
    "spring",
    "qingming",
    "labour",
    "dragon_boat",
    "mid_autumn",
    "national",
)
"""What every year since 2008 has; a table that covers a year has days off in each."""


def could_be_special(day: date) -> bool:
    """Whether a day can be a holiday or a make-up working day.

    Examples
    --------
    >>> could_be_special(date(2027, 3, 10)), could_be_special(date(2027, 10, 2))
    (False, True)
    """
    around = [item for year in (day.year, day.year + 1) if year <= date.max.year for item in _anchors(year)]
    return any(_reaches(day, name, anchor) for name, anchor in around)


def missing_holidays(year: int, days_off: frozenset[date]) -> tuple[str, ...]:
    """Which national holidays of a year have no day off in a list.

    Examples
    --------
    >>> missing_holidays(2027, frozenset({date(2027, 1, 1), date(2027, 5, 1), date(2027, 10, 1)}))
    ('spring', 'qingming', 'dragon_boat', 'mid_autumn')
    """
    met = {name for name, anchor in _anchors(year) for day in days_off if _is_off(day, name, anchor)}
    return tuple(name for name in NATIONAL_HOLIDAYS if name not in met)


def _reaches(day: date, name: str, anchor: date) -> bool:
    reach, offset = REACH[name], (day - anchor).days
    makeup = day.weekday() >= 5 and -reach.makeup_before <= offset <= reach.makeup_after
    return makeup or _is_off(day, name, anchor) or (name == "new_year" and _bridges(day, anchor))


def _is_off(day: date, name: str, anchor: date) -> bool:
    return -REACH[name].off_before <= (day - anchor).days <= REACH[name].off_after


def _bridges(day: date, new_year: date) -> bool:
    # December has been touched only when 1 January is a Sunday, Monday or Tuesday: from the Saturday before.
    saturday = new_year - timedelta((new_year.weekday() + 2) % 7)
    return new_year.weekday() in (6, 0, 1) and saturday <= day < new_year


@lru_cache(maxsize=256)
def _anchors(year: int) -> tuple[tuple[str, date], ...]:
    fixed = [("new_year", 1, 1), ("qingming", 4, 5), ("labour", 5, 1), ("national", 10, 1)]
    # Victory Day was a day off in 2015 alone; another round anniversary might be.
    fixed += [("victory", 9, 3)] if year % 10 == 5 else []
    anchors = [(name, date(year, month, day)) for name, month, day in fixed]
    moons = _new_moons(year)
    return (
        *anchors,
        *(("spring", m) for m in moons if (1, 20) <= (m.month, m.day) <= (2, 21)),
        *(("dragon_boat", m + timedelta(4)) for m in moons if (5, 22) <= (m.month, m.day) <= (6, 22)),
        *(("mid_autumn", m + timedelta(14)) for m in moons if (8, 23) <= (m.month, m.day) <= (9, 23)),
    )


def _new_moons(year: int) -> list[date]:
    """Find the new moons of a year as dates at China's meridian, right within a day."""
    first = int((year - 2000) * 12.3685) - 1
    moons = [_new_moon(first + i) for i in range(13)]
    return [moon for moon in moons if moon is not None and moon.year == year]


def _new_moon(k: int) -> date | None:
    sun = math.radians(2.5534 + 29.10535670 * k)
    moon = math.radians(201.5643 + 385.81693528 * k)
    correction = -0.40720 * math.sin(moon) + 0.17241 * math.sin(sun) + 0.01608 * math.sin(2 * moon)
    julian = 2451550.09766 + 29.530588861 * k + correction
    ordinal = math.floor(julian + 0.5 + 8 / 24) - 1721425
    return date.fromordinal(ordinal) if 1 <= ordinal <= date.max.toordinal() else None
