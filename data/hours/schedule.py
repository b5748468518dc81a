"""Schedules: when a station is open, closed, or nobody can tell.

The civil time is China's (Asia/Shanghai). Hours follow OSM ``opening_hours`` with our own table of
holidays; ``opening-hours-py`` evaluates what ``data.hours.dated`` has expanded and never its own calendar of China,
which lacks most days off and all make-up days.
"""

from bisect import bisect_right
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from opening_hours import State

from data.errors import HoursError
from data.hours import osm_hours, rules, texts
from data.hours.dated import dated_rules, unknown_days
from data.hours.holiday_table import HolidayTable
from data.hours.osm_hours import canonical, is_always_open, validate
from data.hours.round_the_clock import Facts, access_24h, is_24h, three_facts

__all__ = [
    "Facts",
    "OpenState",
    "Schedule",
    "access_24h",
    "canonical",
    "is_24h",
    "is_always_open",
    "schedule",
    "three_facts",
    "validate",
]

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
BLOCK_DAYS: Final = 14
HORIZON_BLOCKS: Final = 29
"""How far a change is looked for: a little over a year."""
KEPT_BLOCKS: Final = 64
FIRST_YEAR: Final = 1950
LAST_YEAR: Final = 9000

_STATES: Final = {State.OPEN: "open", State.CLOSED: "closed", State.UNKNOWN: "unknown"}


class OpenState(NamedTuple):
    """The state at an instant (``vocabulary.OPEN_STATE``), its end, and when a closed station opens.

    ``next_change`` is None when nothing changes for a year. ``next_open`` is set for a closed station only,
    and only when it opens before anything becomes unknown.
    """

    state: str
    next_change: datetime | None
    next_open: datetime | None


class Schedule:
    """The hours of a station together with the table of holidays; immutable, shared between threads.

    Hours that ``validate`` refuses, and None, are unknown at any time; nothing here raises for them and
    ``known`` is False.

    Parameters
    ----------
    opening_hours
        OSM ``opening_hours``; None = unknown.
    makeup_days
        Whether Monday-to-Friday rules also hold on make-up working days (调休).
    holidays
        The table.

    Examples
    --------
    >>> working = Schedule("Mo-Fr 09:00-17:30; PH off", True, HolidayTable.from_library())
    >>> at = datetime(2026, 10, 2, 12, 0, tzinfo=SHANGHAI)
    >>> working.state_at(at).state, working.state_at(at).next_open.isoformat()
    ('closed', '2026-10-08T09:00:00+08:00')
    """

    __slots__ = ("_blocks", "_constant", "_plan", "holidays", "known", "makeup_days", "opening_hours")

    def __init__(self, opening_hours: str | None, makeup_days: bool, holidays: HolidayTable) -> None:
        self.opening_hours = opening_hours
        self.makeup_days = makeup_days
        self.holidays = holidays
        self.known = bool(opening_hours) and osm_hours.is_valid(opening_hours or "")
        self._plan = (
            osm_hours.weekly_plan(opening_hours, makeup_days) if self.known and opening_hours else None
        )
        self._constant = self._find_constant()
        self._blocks: dict[int, tuple[list[int], list[str]]] = {}

    @property
    def depends_on_holidays(self) -> bool:
        """Whether a holiday or a make-up working day ever changes these hours; False when unknown."""
        if self._plan is not None:
            return self._plan.depends_on_holidays
        return self.known and (self.makeup_days or "PH" in (self.opening_hours or ""))

    def state_at(self, at: datetime) -> OpenState:
        """Tell the state at an instant.

        A span holds from its first minute to before its end: open until 17:30 means closed at 17:30.

        Parameters
        ----------
        at
            Any time zone; the answer's times are in Asia/Shanghai.

        Raises
        ------
        HoursError
            The time has no zone.
        """
        minute = civil_minute(at)
        state, change = self.stretch(minute)
        opens = state == "closed" and change is not None and self.stretch(change)[0] == "open"
        moment = None if change is None else _moment(change)
        return OpenState(state, moment, moment if opens else None)

    def stretch(self, minute: int) -> tuple[str, int | None]:
        """Return the state in a civil minute (``civil_minute``) and its end; None = not in a year."""
        if self._constant is not None:
            return self._constant, None
        number = minute // rules.DAY_MIN // BLOCK_DAYS
        starts, states = self._block(number)
        i = bisect_right(starts, minute) - 1
        if i + 1 < len(starts):
            return states[i], starts[i + 1]
        return states[i], self._end_beyond(number, states[i])

    def week(self) -> list[tuple[int, int]] | None:
        """Return the plain week, holidays left aside.

        Returns
        -------
        spans
            Minutes from Monday 00:00, ascending. Each begins on the day that it belongs to and may pass
            midnight (and, on Sunday, 10,080); 24/7 is seven spans of one day. Empty when never open. None
            when unknown or when no week is like another.
        """
        if self._plan is None or None in self._plan.ordinary:
            return None
        days = enumerate(self._plan.ordinary)
        return [(i * 1440 + start, i * 1440 + end) for i, spans in days for start, end in spans or ()]

    def exceptions(self, first: date, days: int) -> dict[date, list[tuple[int, int]] | None]:
        """Return the days that differ from the plain week.

        A minute is open when it lies in a span of its own day or of the day before. (What an unknown day
        might leave to the small hours of the next one is in ``state_at`` only.)

        Parameters
        ----------
        first, days
            The stretch to look at.

        Returns
        -------
        exceptions
            Date to the spans that begin on it: minutes from its 00:00, an end may pass midnight; an empty
            list = closed, None = unknown. Where ``week`` is None although hours are known, every day is
            listed, cut at midnight. Empty when hours are unknown.
        """
        dates = [first + timedelta(i) for i in range(days)]
        if self._plan is None:
            return {day: self._day(day) for day in dates} if self.known else {}
        plan, kinds = self._plan, {day: self.holidays.kind(day) for day in dates}
        own = {day: plan.on(day.weekday(), kinds[day]) for day in dates}
        changed = (day for day in dates if own[day] != plan.ordinary[day.weekday()])
        return {day: None if (spans := own[day]) is None else list(spans) for day in changed}

    def _day(self, day: date) -> list[tuple[int, int]] | None:
        midnight = day.toordinal() * rules.DAY_MIN
        spans, minute = [], midnight
        while minute < midnight + rules.DAY_MIN:
            state, change = self.stretch(minute)
            end = min(change or midnight + rules.DAY_MIN, midnight + rules.DAY_MIN)
            if state == "unknown":
                return None
            spans += [(minute - midnight, end - midnight)] if state == "open" else []
            minute = end
        return spans

    def _end_beyond(self, number: int, state: str) -> int | None:
        for following in range(number + 1, number + HORIZON_BLOCKS):
            starts, states = self._block(following)
            if states[0] != state:
                return starts[0]
            if len(starts) > 1:
                return starts[1]
        return None

    def _block(self, number: int) -> tuple[list[int], list[str]]:
        # Two threads may both work one out: the same value twice, and a dict takes either whole.
        block = self._blocks.get(number)
        if block is None:
            block = self._evaluate(number)
            if len(self._blocks) >= KEPT_BLOCKS:
                self._blocks.clear()
            self._blocks[number] = block
        return block

    def _evaluate(self, number: int) -> tuple[list[int], list[str]]:
        first = date.fromordinal(number * BLOCK_DAYS) if _is_dated(number) else None
        if first is None:
            return [number * BLOCK_DAYS * rules.DAY_MIN], ["unknown"]
        start = datetime(first.year, first.month, first.day)
        starts, states = list[int](), list[str]()
        evaluator = osm_hours.evaluator(self._expression(first))
        for begin, _, state, _ in evaluator.intervals(start, start + timedelta(BLOCK_DAYS)):
            name = _STATES[state]
            if not states or states[-1] != name:
                starts.append(_minute(begin))
                states.append(name)
        return starts, states

    def _expression(self, first: date) -> str:
        if self._plan is not None:
            return dated_rules(self._plan, self.holidays, first, BLOCK_DAYS)
        doubt = unknown_days(self.holidays, first, BLOCK_DAYS) if self.depends_on_holidays else ""
        # Canonical, for a trailing separator is allowed by itself but not before another rule.
        return osm_hours.canonical(self.opening_hours or "") + doubt

    def _find_constant(self) -> str | None:
        if not self.known:
            return "unknown"
        return None if self._plan is None else self._plan.constant


@lru_cache(maxsize=32768)
def schedule(opening_hours: str | None, makeup_days: bool, holidays: HolidayTable) -> Schedule:
    """Return the one ``Schedule`` of these hours, kept with what it has worked out."""
    return Schedule(opening_hours, makeup_days, holidays)


def civil_minute(at: datetime) -> int:
    """Count minutes of China's civil time from the day before 1 January of year 1; seconds are cut off.

    Raises
    ------
    HoursError
        The time has no zone.
    """
    if at.tzinfo is None or at.utcoffset() is None:
        raise HoursError(texts.HOURS_NAIVE_TIME.format(at=at.isoformat()))
    return _minute(at.astimezone(SHANGHAI))


def _minute(at: datetime) -> int:
    return at.toordinal() * rules.DAY_MIN + at.hour * 60 + at.minute


def _moment(minute: int) -> datetime:
    day, rest = divmod(minute, rules.DAY_MIN)
    return datetime.fromordinal(day).replace(hour=rest // 60, minute=rest % 60, tzinfo=SHANGHAI)


def _is_dated(number: int) -> bool:
    first, last = date(FIRST_YEAR, 1, 1).toordinal(), date(LAST_YEAR, 1, 1).toordinal()
    return first <= number * BLOCK_DAYS < last
