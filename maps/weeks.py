"""A week of opening in words, for where no text was posted and no script can run."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from maps import texts

DAY_MIN: Final = 1440
WEEK_MIN: Final = 7 * DAY_MIN
Span = Sequence[int]
"""Start and end of opening, minutes from Monday 00:00; an end past midnight lies in the next day."""


def words(week: Sequence[Span]) -> str:
    """Say when a station opens in a usual week; days in a row that are alike are said once.

    Examples
    --------
    >>> words([[0, 10080]]) == texts.PAGE["always"].zh, words([]) == texts.PAGE["week_closed"].zh
    (True, True)
    """
    if sum(end - start for start, end in week) >= WEEK_MIN:
        return texts.PAGE["always"].zh
    days = [[span for span in week if span[0] // DAY_MIN == day] for day in range(7)]
    said = [(day, _spans(spans, day)) for day, spans in enumerate(days)]
    runs = [list(run) for _, run in groupby(said, key=lambda one: one[1])]
    lines = [_days(run[0][0], run[-1][0]) + " " + run[0][1] for run in runs if run[0][1]]
    return texts.TABLE["semicolon"].zh.join(lines) if lines else texts.PAGE["week_closed"].zh


def _spans(spans: Sequence[Span], day: int) -> str:
    return ", ".join(f"{_time(start, day)}–{_time(end, day)}" for start, end in spans)


def _time(minute: int, day: int) -> str:
    inside = minute - day * DAY_MIN
    clock = f"{inside % DAY_MIN // 60:02}:{inside % 60:02}"
    if inside == DAY_MIN:
        return "24:00"
    return texts.TABLE["next_day"].zh.format(time=clock) if inside > DAY_MIN else clock


def _days(first: int, last: int) -> str:
    names = texts.PAGE["days"].zh.split(",")
    if first == last:
        return names[first]
    if (first, last) == (0, 6):
        return texts.TABLE["daily"].zh
    return texts.TABLE["day_to_day"].zh.format(first=names[first], last=names[last])
