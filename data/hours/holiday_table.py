"""The table of Chinese public holidays and make-up working days (调休), as an immutable value."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from data.hours import texts
from data.hours.holiday_windows import could_be_special
from geo.texts import Text

Kind = Literal["holiday", "workday", "ordinary", "unknown"]

WARN_MONTH: Final = 12
"""From this month of the last covered year on, the operator is told to extend the table."""


class SpecialDay(NamedTuple):
    """A day off (``holiday``) or a weekend day that is worked (``workday``); the holiday it belongs to."""

    kind: Literal["holiday", "workday"]
    name: str


class HolidayTable:
    """Special days, and the years whose arrangement is known.

    Parameters
    ----------
    days
        Date to ``SpecialDay``. May reach into years that are not covered: such a day is known by itself.
    years
        Years of which every special day is listed.

    Examples
    --------
    >>> table = HolidayTable({date(2026, 10, 1): SpecialDay("holiday", "国庆节")}, {2026})
    >>> [table.kind(date(*d)) for d in [(2026, 10, 1), (2026, 10, 2), (2027, 3, 10), (2027, 10, 2)]]
    ['holiday', 'ordinary', 'ordinary', 'unknown']
    """

    def __init__(self, days: Mapping[date, SpecialDay], years: Iterable[int]) -> None:
        self.days: Mapping[date, SpecialDay] = MappingProxyType(dict(sorted(days.items())))
        self.years: frozenset[int] = frozenset(years)

    @classmethod
    def from_library(cls) -> "HolidayTable":
        """Take what the package ``chinesecalendar`` knows (release 1.11: 2004 to 2026)."""
        return _from_library()

    @classmethod
    def empty(cls) -> "HolidayTable":
        """Build a table that knows nothing."""
        return cls({}, ())

    def kind(self, day: date) -> Kind:
        """Tell what a day is.

        ``unknown`` only where no announcement is at hand and the day can be special (``holiday_windows``).
        The end of December before an uncovered year can: its new year's arrangement may reach back.
        """
        special = self.days.get(day)
        if special is not None:
            return special.kind
        covered = day.year in self.years
        if covered and (day.month < WARN_MONTH or day.year + 1 in self.years):
            return "ordinary"
        return "unknown" if _open_question(day, covered) else "ordinary"

    def merged(self, other: "HolidayTable") -> "HolidayTable":
        """Return this table extended by another one, whose word counts in the years that it covers."""
        kept = {d: s for d, s in self.days.items() if d.year not in other.years}
        return HolidayTable({**kept, **other.days}, self.years | other.years)

    def expiry_warning(self, today: date) -> Text | None:
        """Tell the operator to extend the table.

        From 1 December on when next year is not covered, and at any time when this year is not; else None.
        """
        last = max(self.years, default=None)
        if today.year not in self.years:
            return texts.HOLIDAYS_YEAR_MISSING.format(year=today.year)
        if today.month >= WARN_MONTH and today.year + 1 not in self.years:
            return texts.HOLIDAYS_EXPIRE.format(last=last, year=today.year + 1)
        return None

    @cached_property
    def _content(self) -> frozenset[object]:
        return frozenset([*self.days.items(), *self.years])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, HolidayTable) and (self is other or self._content == other._content)

    def __hash__(self) -> int:
        return hash(self._content)

    def __repr__(self) -> str:
        first, last = min(self.years, default=None), max(self.years, default=None)
        return f"HolidayTable({len(self.days)} days, years {first} to {last})"


def expiry_warning(table: HolidayTable, today: date) -> Text | None:
    """Tell whether the table must be extended; see ``HolidayTable.expiry_warning``."""
    return table.expiry_warning(today)


def _open_question(day: date, covered: bool) -> bool:
    if not covered:
        return could_be_special(day)
    return day > date(day.year, 12, 20) and could_be_special(day)


@lru_cache(maxsize=1)
def _from_library() -> HolidayTable:
    # Imported here: its tables take time to build and a registry that holds its own never needs them.
    from chinese_calendar import constants  # noqa: PLC0415

    names = {holiday.value: holiday.chinese for holiday in constants.Holiday}
    days = {d: SpecialDay("holiday", names[name]) for d, name in constants.holidays.items()}
    days |= {d: SpecialDay("workday", names[name]) for d, name in constants.workdays.items()}
    years = range(min(constants.holidays).year, max(constants.holidays).year + 1)
    return HolidayTable(days, years)
