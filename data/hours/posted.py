"""Hours as posted, read into OSM ``opening_hours``; what can be read in two ways is not guessed.

How words are understood
------------------------
* 周一至周五 follows the week alone; 工作日 follows make-up days too and is closed on public holidays; where
  工作日 stands beside hours for the weekend, nobody says what holds on a public holiday: ``PH unknown``.
* 节假日, 法定节假日 closed are the days off of the State Council's arrangement (``PH off``). Hours stated
  for 节假日 are taken only when the weekend is named beside them, for many people mean the weekend by it.
* 24小时, 全天 without days are 24/7. 全天 beside days may mean the whole working day: not read.
* A span that ends before it begins passes midnight only when it begins in the evening or says 次日.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from data.errors import HoursError
from data.hours import osm_hours, texts
from data.hours.posted_words import ALL_WEEK, WEEKEND, WORKWEEK, Token, Unreadable, normalised, tokens
from data.hours.rules import ALL_DAY, DAY_MIN, Rule, Spans, render, render_spans
from geo.texts import Text

MAX_LENGTH: Final = osm_hours.MAX_LENGTH

_OSM: Final = re.compile(
    r"\b(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|week)\b", re.ASCII
)
_OSM_STATED: Final = re.compile(r"\d:\d\d|\b(?:off|closed|unknown)\b|24/7", re.ASCII)


class Posted(NamedTuple):
    """What a posted text says.

    ``opening_hours`` is None when it cannot be read; ``note`` then says why (None for an empty text).
    """

    opening_hours: str | None
    makeup_days: bool
    note: Text | None


@dataclass
class _Clause:
    """Days and what holds on them, as far as read."""

    days: set[int] = field(default_factory=set)
    working: bool = False
    holidays: str = ""
    statutory: bool = False
    spans: list[tuple[int, int]] = field(default_factory=list)
    all_day: str = ""
    stated_24h: bool = False
    breaks: int = 0
    closed: bool = False
    excluding: bool = False

    @property
    def named(self) -> bool:
        return bool(self.days or self.working or self.holidays)

    @property
    def timed(self) -> bool:
        return bool(self.spans or self.all_day)


def read(text: str | None) -> Posted:
    """Read opening hours as posted, or as OSM ``opening_hours``.

    Parameters
    ----------
    text
        Anything; None and blank say nothing. Above 500 characters it is not read.

    Returns
    -------
    posted
        Valid OSM hours, or None with a note. Never raises. Kept by text: thousands of rows share few texts.

    Examples
    --------
    >>> read("工作日 9：00—17：30")
    Posted(opening_hours='Mo-Fr 09:00-17:30; PH off', makeup_days=True, note=None)
    >>> read("周一至周五 08:30-12:00,13:00-17:30").opening_hours
    'Mo-Fr 08:30-12:00,13:00-17:30'
    >>> read("工作日开放").note.en
    'days are stated but no times, so the hours count as unknown'
    """
    if text is None or not text.strip():
        return Posted(None, False, None)
    if len(text) > MAX_LENGTH:
        return Posted(None, False, texts.HOURS_TOO_LONG.format(length=len(text), limit=MAX_LENGTH))
    return _read(text)


@lru_cache(maxsize=32768)
def _read(text: str) -> Posted:
    try:
        plain = normalised(text)
        if plain.isascii() and _OSM.search(plain):
            return Posted(_read_osm(plain), False, None)
        words = tokens(text)
        never_closed = next((word.text for word in words if word.kind == "never"), "")
        rules, makeup_days = _rules(_clauses(words), never_closed)
        return Posted(osm_hours.canonical(render(rules)), makeup_days, None)
    except Unreadable as unreadable:
        return Posted(None, False, unreadable.note)
    except HoursError as error:
        return Posted(None, False, error.text)


def _read_osm(text: str) -> str:
    hours = osm_hours.canonical(text)
    if not all(_OSM_STATED.search(part) for part in text.split(";")):
        raise Unreadable(texts.HOURS_NO_TIMES)
    return hours


def _clauses(words: Iterable[Token]) -> list[_Clause]:
    """Group words: days with the times, or the closure, that belong to them."""
    clauses, previous = [_Clause()], ""
    for word in words:
        clause = clauses[-1]
        if word.kind in ("days", "working", "holidays"):
            if clause.timed or (clause.closed and not clause.excluding):
                clauses.append(clause := _Clause())
            _name_days(clause, word)
        elif word.kind in ("span", "always"):
            if clause.closed:
                clauses.append(clause := _Clause())
            _state_times(clause, word)
        elif word.kind == "butfor":
            clauses.append(_Clause(closed=True, excluding=True))
        elif word.kind in ("off", "except"):
            _close(clause, word, previous)
        elif word.kind == "outside":
            if not clause.excluding or not clause.named:
                raise Unreadable(texts.HOURS_UNREADABLE.format(part=word.text))
            clause.excluding = False
        elif word.kind == "noon":
            clause.breaks += 1
        previous = word.kind
    return _joined([c for c in clauses if c.named or c.timed or c.closed or c.breaks])


def _name_days(clause: _Clause, word: Token) -> None:
    if isinstance(word.value, frozenset):
        clause.days |= word.value
    clause.working |= word.kind == "working"
    clause.holidays = word.text if word.kind == "holidays" else clause.holidays
    clause.statutory |= word.kind == "holidays" and bool(word.value)


def _state_times(clause: _Clause, word: Token) -> None:
    if isinstance(word.value, tuple):
        clause.spans.append(word.value)
    else:
        clause.all_day = clause.all_day or word.text
        clause.stated_24h |= bool(word.value)


def _close(clause: _Clause, word: Token, previous: str) -> None:
    if word.kind == "off" and previous == "span":
        clause.breaks += 1
        return
    if clause.timed or not clause.named or clause.working or (clause.closed and not clause.excluding):
        raise Unreadable(texts.HOURS_CONTRADICTION.format(part=word.text))
    clause.closed, clause.excluding = True, False


def _joined(clauses: list[_Clause]) -> list[_Clause]:
    """Put days that follow their times (9:00-17:00 周一至周五) in place; refuse what belongs nowhere."""
    if len(clauses) == 2 and not clauses[0].named and not clauses[1].timed and not clauses[1].closed:
        times, days = clauses
        days.spans, days.all_day, days.stated_24h = times.spans, times.all_day, times.stated_24h
        days.breaks += times.breaks
        clauses = [days]
    timed = [clause for clause in clauses if clause.timed]
    if any(c.excluding or (c.named and not c.timed and not c.closed) for c in clauses) or not timed:
        raise Unreadable(texts.HOURS_NO_TIMES)
    breaks = sum(clause.breaks for clause in clauses)
    if breaks and any(not clause.breaks for clause in timed):
        raise Unreadable(texts.HOURS_NOON)
    return clauses


def _rules(clauses: list[_Clause], never_closed: str) -> tuple[list[Rule], bool]:
    """Turn clauses into weekly rules, and tell whether make-up working days follow them."""
    timed = [clause for clause in clauses if clause.timed]
    week = _week(timed, [clause for clause in clauses if clause.closed])
    working = any(clause.working for clause in timed)
    holiday, stated = _holiday(clauses, week, working)
    if never_closed and (stated or working or len(week) < 7 or () in week.values()):
        raise Unreadable(texts.HOURS_CONTRADICTION.format(part=never_closed))
    limited = len(week) < 7 or () in week.values() or stated
    for clause in timed:
        if clause.all_day and limited and not clause.stated_24h:
            raise Unreadable(texts.HOURS_ALL_DAY.format(part=clause.all_day))
    rules = [
        Rule(frozenset(day for day in week if week[day] == spans), False, spans)
        for spans in dict.fromkeys(week[day] for day in sorted(week))
        if spans
    ]
    return [*rules, Rule(frozenset(), True, holiday)] if stated else rules, working


def _week(timed: list[_Clause], closed: list[_Clause]) -> dict[int, Spans]:
    """Lay the clauses over the week; days named by none of them are absent, that is closed."""
    week = dict[int, Spans]()
    for clause in sorted(timed, key=lambda clause: clause.named):
        spans = _spans(clause)
        days = clause.days | (WORKWEEK if clause.working else set())
        for day in days if clause.named else ALL_WEEK:
            if week.get(day, spans) != spans and all(other.named for other in timed):
                raise Unreadable(texts.HOURS_CONTRADICTION.format(part=render_spans(spans)))
            week[day] = spans
    if sum(not clause.named for clause in timed) > 1:
        raise Unreadable(texts.HOURS_CONTRADICTION.format(part=render_spans(_spans(timed[-1]))))
    return week | {day: () for clause in closed for day in clause.days}


def _holiday(clauses: list[_Clause], week: dict[int, Spans], working: bool) -> tuple[Spans | None, bool]:
    """Return what holds on public holidays (None = unknown), and whether that must be written at all."""
    stated = {() if clause.closed else _spans(clause) for clause in clauses if clause.holidays}
    if len(stated) > 1:
        raise Unreadable(texts.HOURS_CONTRADICTION.format(part=_holiday_word(clauses)))
    if not stated:
        weekend = any(week.get(day) for day in WEEKEND)
        return (None if weekend else (), True) if working else ((), False)
    spans = stated.pop()
    named = {day for clause in clauses if clause.days != ALL_WEEK for day in clause.days}
    if spans and not named >= WEEKEND and not all(c.statutory for c in clauses if c.holidays and c.timed):
        raise Unreadable(texts.HOURS_CONTRADICTION.format(part=_holiday_word(clauses)))
    return spans, True


def _holiday_word(clauses: list[_Clause]) -> str:
    return next(clause.holidays for clause in clauses if clause.holidays)


def _spans(clause: _Clause) -> Spans:
    """Put a clause's spans in order, noon breaks taken out."""
    if clause.all_day:
        if clause.breaks or set(clause.spans) - set(ALL_DAY):
            raise Unreadable(texts.HOURS_CONTRADICTION.format(part=clause.all_day))
        return ALL_DAY
    spans = clause.spans
    if clause.breaks:
        inside = [(s, e) for s, e in spans if any(a < s and e < b for a, b in spans)]
        if len(inside) != clause.breaks or len(set(inside)) != len(inside):
            raise Unreadable(texts.HOURS_NOON)
        spans = [part for span in spans if span not in inside for part in _split(span, sorted(inside))]
    if any(b[0] < a[1] for a, b in pairwise(spans)) or (spans and spans[-1][1] - DAY_MIN > spans[0][0]):
        raise Unreadable(texts.HOURS_CONTRADICTION.format(part=render_spans(tuple(spans))))
    return tuple(spans)


def _split(span: tuple[int, int], breaks: list[tuple[int, int]]) -> list[tuple[int, int]]:
    start, end = span
    inside = [(s, e) for s, e in breaks if start < s and e < end]
    edges = [start, *(edge for pair in inside for edge in pair), end]
    return list(zip(edges[::2], edges[1::2], strict=True))
