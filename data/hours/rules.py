"""Weekly rules: the part of OSM ``opening_hours`` that nearly every posted text needs, with public holidays.

A rule is ``[days] [times | off | unknown]``, days being weekdays and ``PH``; ``;`` overrides, ``, `` adds.
Months, weeks, dates and the like are not weekly: ``parse`` answers None and the caller takes another way.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

DAY_MIN: Final = 1440
WEEKDAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")

Spans = tuple[tuple[int, int], ...]
"""Opening spans of one day: minutes from its 00:00, ascending; an end above 1440 passes midnight."""

ALL_DAY: Final[Spans] = ((0, DAY_MIN),)

_NAME: Final = "(?:" + "|".join(WEEKDAYS) + "|PH)"
_DAYS: Final = rf"{_NAME}(?:-{_NAME})?(?:,\s*{_NAME}(?:-{_NAME})?)*"
_SPAN: Final = r"\d{1,2}:\d{2}\s*-\s*\d{1,2}:\d{2}"
_PIECE: Final = re.compile(
    rf"(?P<days>{_DAYS})?\s*(?P<what>{_SPAN}(?:\s*,\s*{_SPAN})*|off|closed|unknown|24/7)?"
)
_ADDITIONAL: Final = re.compile(rf"(?<=\d),\s+(?={_NAME})")


class Rule(NamedTuple):
    """What holds on some weekdays (0 = Monday) and, when ``holiday``, on public holidays.

    ``spans`` is empty for closed and None for unknown; an ``additional`` rule adds to what stands before it.
    """

    weekdays: frozenset[int]
    holiday: bool
    spans: Spans | None
    additional: bool = False


@dataclass(frozen=True)
class Plan:
    """Spans that begin on each weekday (Monday first) when it is an ordinary, a holiday or a make-up day."""

    ordinary: tuple[Spans | None, ...]
    holiday: tuple[Spans | None, ...]
    makeup: tuple[Spans | None, ...]

    @property
    def depends_on_holidays(self) -> bool:
        """Whether a holiday or a make-up day ever changes anything."""
        return self.ordinary != self.holiday or self.ordinary != self.makeup

    @property
    def constant(self) -> Literal["open", "closed"] | None:
        """Whether it is always open or never; None when it changes or is partly unknown."""
        seen = {*self.ordinary, *self.holiday, *self.makeup}
        if len(seen) > 1 or None in seen:
            return None
        spans = seen.pop()
        if not spans:
            return "closed"
        return "open" if len(spans) == 1 and spans[0][1] - spans[0][0] >= DAY_MIN else None

    @property
    def spill_min(self) -> int:
        """How far past midnight some day's spans reach at most, minutes; 0 when none does."""
        every = (*self.ordinary, *self.holiday, *self.makeup)
        return max([0, *(end - DAY_MIN for spans in every if spans for _, end in spans)])

    def on(self, weekday: int, kind: str) -> Spans | None:
        """Spans that begin on such a day; None = unknown.

        ``kind`` is one of ``HolidayTable.kind``: on an ``unknown`` day the answer is known only where all
        kinds that the day can be agree (a make-up day is always a Saturday or Sunday).
        """
        if kind == "unknown":
            can_be = {self.ordinary[weekday], self.holiday[weekday]}
            can_be |= {self.makeup[weekday]} if weekday >= 5 else set()
            return can_be.pop() if len(can_be) == 1 else None
        table = {"holiday": self.holiday, "workday": self.makeup}.get(kind, self.ordinary)
        return table[weekday]


def parse(text: str) -> tuple[Rule, ...] | None:
    """Read weekly rules; None when the text holds anything else.

    Examples
    --------
    >>> [sorted(r.weekdays) for r in parse("Mo-We 09:00-12:00; PH off") or ()]
    [[0, 1, 2], []]
    >>> parse("Jan-Mar 10:00-12:00") is None
    True
    """
    rules = []
    for part in text.split(";"):
        for i, piece in enumerate(_ADDITIONAL.split(part)):
            rule = _piece(piece.strip(), additional=i > 0)
            if rule is None:
                return None
            rules.append(rule)
    return tuple(rules)


def render(rules: Iterable[Rule]) -> str:
    """Write rules as OSM ``opening_hours``; the inverse of ``parse``.

    Examples
    --------
    >>> render([Rule(frozenset(range(5)), False, ((540, 1050),)), Rule(frozenset(), True, ())])
    'Mo-Fr 09:00-17:30; PH off'
    >>> render([Rule(frozenset(range(7)), False, ALL_DAY)])
    '24/7'
    """
    text = ""
    for rule in rules:
        separator = ", " if rule.additional else "; "
        text += (separator if text else "") + _render(rule)
    return "24/7" if text == "Mo-Su 00:00-24:00" else text


def plan(rules: Sequence[Rule], makeup_days: bool) -> Plan:
    """Work out each kind of day.

    Parameters
    ----------
    rules
        In order; a later one overrides the days that it names.
    makeup_days
        Whether a make-up working day (调休) follows Monday to Friday. Where those five differ the make-up
        day is unknown: no table says which of them it replaces.
    """
    ordinary = tuple(_content(rules, day, holiday=False) for day in range(7))
    holiday = tuple(_content(rules, day, holiday=True) for day in range(7))
    working = ordinary[0] if len(set(ordinary[:5])) == 1 else None
    makeup = (*ordinary[:5], working, working) if makeup_days else ordinary
    return Plan(ordinary, holiday, makeup)


def merge(spans: Iterable[tuple[int, int]]) -> Spans:
    """Sort spans and join those that touch or overlap.

    Examples
    --------
    >>> merge([(780, 1020), (480, 720), (720, 730)])
    ((480, 730), (780, 1020))
    """
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def clock(minute: int) -> str:
    """Write minutes from midnight as ``HH:MM``; 1440 is ``24:00``."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def day_names(weekdays: Iterable[int]) -> str:
    """Name weekdays, runs joined.

    Examples
    --------
    >>> day_names([0, 1, 2, 5])
    'Mo-We,Sa'
    """
    names, run = [], list[int]()
    for day in [*sorted(weekdays), 99]:
        if run and day != run[-1] + 1:
            names.append(WEEKDAYS[run[0]] + (f"-{WEEKDAYS[run[-1]]}" if len(run) > 1 else ""))
            run = []
        run.append(day)
    return ",".join(names)


def _piece(piece: str, *, additional: bool) -> Rule | None:
    match = _PIECE.fullmatch(piece)
    if not piece or match is None:
        return None
    days, what = match["days"], match["what"]
    if what == "24/7" and days:
        return None
    weekdays, holiday = _read_days(days) if days else (frozenset(range(7)), False)
    if weekdays is None:
        return None
    spans = _read_spans(what)
    if additional and not spans:
        return None
    return Rule(weekdays, holiday, spans, additional)


def _read_days(text: str) -> tuple[frozenset[int] | None, bool]:
    weekdays, holiday = set[int](), False
    for item in re.split(r",\s*", text):
        first, _, last = item.partition("-")
        if "PH" in (first, last):
            if last:
                return None, False
            holiday = True
            continue
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        weekdays |= {(start + i) % 7 for i in range((end - start) % 7 + 1)}
    return frozenset(weekdays), holiday


def _read_spans(what: str | None) -> Spans | None:
    if what in (None, "24/7"):
        return ALL_DAY
    if what in ("off", "closed"):
        return ()
    if what == "unknown":
        return None
    minutes = [int(h) * 60 + int(m) for h, m in re.findall(r"(\d{1,2}):(\d{2})", what or "")]
    pairs = zip(minutes[::2], minutes[1::2], strict=True)
    return merge((start, end if end > start else end + DAY_MIN) for start, end in pairs)


def _render(rule: Rule) -> str:
    days = ",".join(filter(None, [day_names(rule.weekdays), "PH" if rule.holiday else ""]))
    if rule.spans is None:
        return f"{days} unknown"
    return f"{days} {render_spans(rule.spans)}" if rule.spans else f"{days} off"


def render_spans(spans: Spans) -> str:
    """Write spans as OSM times; one that ends on the next day is written with that day's clock.

    Examples
    --------
    >>> render_spans(((480, 720), (1200, 1800)))
    '08:00-12:00,20:00-06:00'
    """
    return ",".join(f"{clock(start)}-{clock(_written_end(start, end))}" for start, end in spans)


def _written_end(start: int, end: int) -> int:
    return end - DAY_MIN if DAY_MIN < end <= start + DAY_MIN else end


def _content(rules: Sequence[Rule], weekday: int, *, holiday: bool) -> Spans | None:
    content: Spans | None = ()
    for rule in rules:
        if weekday in rule.weekdays or (holiday and rule.holiday):
            both = rule.additional and content is not None and rule.spans is not None
            content = merge((*(content or ()), *(rule.spans or ()))) if both else rule.spans
    return content
