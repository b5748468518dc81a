"""Dated rules: weekly rules and the holidays of some days, written so that an evaluator needs no calendar.

Every day is written as what is open between its own 00:00 and 24:00. A span that passes midnight is cut there
and its rest given to the next day: the evaluator would otherwise drop that rest where a dated rule, or a rule
for the next weekday, follows (``20:00-06:00; 2026 Oct 01 off`` would end on
1 October at 00:00, not at 06:00).
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from data.hours.holiday_table import HolidayTable
from data.hours.rules import DAY_MIN, WEEKDAYS, Plan, Spans, merge, render_spans

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
CLOSED: Final = "off"


class Day(NamedTuple):
    """What is open, and what is unknown, from 00:00 to 24:00 of one day, minutes; the two never overlap."""

    opened: Spans
    unknown: Spans


def dated_rules(plan: Plan, holidays: HolidayTable, first: date, days: int) -> str:
    """Expand a plan for a stretch of days.

    Parameters
    ----------
    plan
        What holds on each kind of day.
    holidays
        Tells the kind of each day.
    first, days
        The stretch; the expression is right inside of it only.

    Returns
    -------
    expression
        OSM ``opening_hours``: the plain week, then one dated rule for each day that differs from it. No
        ``PH``, no span past midnight.

    Examples
    --------
    >>> from data.hours.rules import parse, plan
    >>> working = plan(parse("Mo-Fr 09:00-17:30; PH off"), makeup_days=True)
    >>> print(dated_rules(working, HolidayTable.from_library(), date(2026, 10, 7), 4).replace("; ", chr(10)))
    Mo 09:00-17:30
    Tu 09:00-17:30
    We 09:00-17:30
    Th 09:00-17:30
    Fr 09:00-17:30
    Sa off
    Su off
    2026 Oct 07 off
    2026 Oct 10 09:00-17:30
    """
    week = plain_week(plan)
    rules = [_rule(WEEKDAYS[i], day) for i, day in enumerate(week)]
    if plan.depends_on_holidays:
        changed = special_days(plan, holidays, first, days)
        rules += [
            _rule(_date(day), content) for day, content in changed.items() if content != week[day.weekday()]
        ]
    return "; ".join(rules)


@lru_cache(maxsize=4096)
def plain_week(plan: Plan) -> tuple[Day, ...]:
    """Return the seven days of a week without holidays, Monday first."""
    own = plan.ordinary
    return tuple(_cut(own[i], own[i - 1], plan.spill_min) for i in range(7))


def special_days(plan: Plan, holidays: HolidayTable, first: date, days: int) -> Mapping[date, Day]:
    """Return each day that is no ordinary one or follows such a day."""
    found = {}
    before = first - timedelta(1)
    kind_before = holidays.kind(before)
    for i in range(days):
        day = first + timedelta(i)
        kind = holidays.kind(day)
        if (kind, kind_before) != ("ordinary", "ordinary"):
            own, previous = plan.on(day.weekday(), kind), plan.on(before.weekday(), kind_before)
            found[day] = _cut(own, previous, plan.spill_min)
        before, kind_before = day, kind
    return found


def unknown_days(holidays: HolidayTable, first: date, days: int) -> str:
    """Write dated rules that make special days, and the days after them, unknown; empty when there are none.

    For hours that depend on holidays in a way that is not expanded (months, weeks), for instance
    ``; 2026 Oct 01 unknown``.
    """
    kinds = [holidays.kind(first + timedelta(i)) for i in range(-1, days)]
    marked = [
        first + timedelta(i) for i in range(days) if (kinds[i], kinds[i + 1]) != ("ordinary", "ordinary")
    ]
    return "".join(f"; {_date(day)} unknown" for day in marked)


def _cut(own: Spans | None, before: Spans | None, spill_min: int) -> Day:
    rest = [(0, end - DAY_MIN) for _, end in before or () if end > DAY_MIN]
    opened = merge([*rest, *((start, min(end, DAY_MIN)) for start, end in own or ())])
    doubtful = [(0, DAY_MIN)] if own is None else [(0, spill_min)] if before is None and spill_min else []
    return Day(opened, _without(merge(doubtful), opened))


def _without(spans: Spans, taken: Spans) -> Spans:
    left = list(spans)
    for start, end in taken:
        left = [
            piece for s, e in left for piece in ((s, min(e, start)), (max(s, end), e)) if piece[0] < piece[1]
        ]
    return tuple(left)


def _rule(selector: str, day: Day) -> str:
    parts = [f"{selector} {render_spans(day.opened)}"] if day.opened else []
    parts += [f"{selector} {render_spans(day.unknown)} unknown"] if day.unknown else []
    return ", ".join(parts) or f"{selector} {CLOSED}"


def _date(day: date) -> str:
    return f"{day.year} {_MONTHS[day.month - 1]} {day.day:02d}"
