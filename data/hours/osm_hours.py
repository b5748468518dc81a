"""Opening hours as OSM text: is it valid, can it be evaluated, and what is its one canonical spelling."""

import re
from functools import lru_cache
from typing import Final

import opening_hours as evaluation
from opening_hours import OpeningHours

from data.errors import HoursError
from data.hours import rules, texts

MAX_LENGTH: Final = 500

# Without coordinates the sun is guessed, comments count as open and an open end as midnight: none is known.
_BEYOND: Final = re.compile(
    r"\"|\|\||\bSH\b|easter|sunrise|sunset|dawn|dusk|\d:\d\d\s*\+|:\d\d\s*/|\bPH\s*[+-]"
    r"|\bPH\s+(?:Mo|Tu|We|Th|Fr|Sa|Su|\[)",
    re.IGNORECASE,
)


def validate(opening_hours: str) -> None:
    """Refuse opening hours that are no OSM syntax or that cannot be evaluated.

    Raises
    ------
    HoursError
        Not OSM ``opening_hours``, longer than 500 characters, or resting on what is not known here: the sun,
        school holidays, a comment, an open end, a day counted from a public holiday.

    Examples
    --------
    >>> validate("Mo-Fr 09:00-17:30; PH off")
    >>> validate("9am-5pm")
    Traceback (most recent call last):
    data.errors.HoursError: “9am-5pm”不符合 OSM opening_hours 语法；例：Mo-Fr 09:00-17:30; PH off · ...
    """
    if len(opening_hours) > MAX_LENGTH:
        raise HoursError(texts.HOURS_TOO_LONG.format(length=len(opening_hours), limit=MAX_LENGTH))
    if _BEYOND.search(opening_hours):
        raise HoursError(texts.HOURS_BEYOND.format(part=opening_hours))
    if not evaluation.validate(opening_hours):
        raise HoursError(texts.HOURS_SYNTAX.format(part=opening_hours))
    if _weekly(opening_hours) is None and not _respells(opening_hours):
        raise HoursError(texts.HOURS_BEYOND.format(part=opening_hours))


def is_valid(opening_hours: str) -> bool:
    """Whether ``validate`` lets it pass."""
    return len(opening_hours) <= MAX_LENGTH and _is_valid(opening_hours)


@lru_cache(maxsize=8192)
def _is_valid(opening_hours: str) -> bool:
    try:
        validate(opening_hours)
    except HoursError:
        return False
    return True


def canonical(opening_hours: str) -> str:
    """Write valid opening hours in one way; other spellings of the same rules give the same text.

    Raises
    ------
    HoursError
        As ``validate``.

    Examples
    --------
    >>> canonical("8:00-20:00"), canonical("Mo,Tu,We 9:00-12:00; PH closed")
    ('Mo-Su 08:00-20:00', 'Mo-We 09:00-12:00; PH off')
    """
    validate(opening_hours)
    weekly = _weekly(opening_hours)
    return str(evaluator(opening_hours)) if weekly is None else rules.render(weekly)


def is_always_open(opening_hours: str | None, *, makeup_days: bool = False) -> bool:
    """Whether hours are known and never end, holidays included.

    Examples
    --------
    >>> is_always_open("24/7"), is_always_open("Mo-Su 00:00-24:00; PH off"), is_always_open(None)
    (True, False, False)
    """
    plan = weekly_plan(opening_hours, makeup_days) if opening_hours else None
    return plan is not None and plan.constant == "open"


def evaluator(expression: str) -> OpeningHours:
    """Hand an expression to ``opening-hours-py`` without its own calendars and time zones."""
    return OpeningHours(expression, auto_country=False, auto_timezone=False)


def _respells(opening_hours: str) -> bool:
    """Whether the evaluator can read what it writes; for some odd selectors it cannot."""
    spelled = str(evaluator(opening_hours))
    with_a_date = f"{spelled}; 2026 Oct 01 unknown"
    return evaluation.validate(with_a_date) and str(evaluator(spelled)) == spelled


def _weekly(opening_hours: str) -> tuple[rules.Rule, ...] | None:
    return rules.parse(opening_hours) or rules.parse(str(evaluator(opening_hours)))


def weekly_plan(opening_hours: str, makeup_days: bool) -> rules.Plan | None:
    """Work out each kind of day; None when the hours are refused or are not weekly (months, weeks, dates)."""
    return _weekly_plan(opening_hours, makeup_days) if is_valid(opening_hours) else None


@lru_cache(maxsize=8192)
def _weekly_plan(opening_hours: str, makeup_days: bool) -> rules.Plan | None:
    weekly = _weekly(opening_hours)
    return None if weekly is None else rules.plan(weekly, makeup_days)
