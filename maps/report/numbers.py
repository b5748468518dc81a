"""Numbers as a planner reads them: shares, amounts of demand, trips, each in both languages."""

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from geo.texts import Text
from maps.report import texts

_WAN: Final = 10_000


def share(value: float) -> Text:
    """Write a share; what isn't all never reads as all, what isn't nothing never as nothing.

    Examples
    --------
    >>> [share(v).zh for v in (0.2346, 0.0, 1.0, 0.9999, 0.0001, float("nan"))]
    ['23.5%', '0%', '100%', '>99.9%', '<0.1%', '—']
    """
    if math.isnan(value):
        return same(texts.DASH)
    if value in (0.0, 1.0):
        return same(f"{value:.0%}")
    if value < 0.0005:
        return same("<0.1%")
    return same(">99.9%" if value >= 0.9995 else f"{value:.1%}")


def points(difference: float) -> Text:
    """Write a difference of shares in percentage points.

    Examples
    --------
    >>> points(0.0123)
    Text(zh='1.2 个百分点', en='1.2 percentage points')
    """
    return texts.POINTS.format(n="<0.1" if 0 < difference < 0.0005 else f"{100 * difference:.1f}")


def amount(value: float, unit: str) -> Text:
    """Write an amount of demand with its unit, large ones in 万.

    Examples
    --------
    >>> amount(123456, "人")
    Text(zh='12.3 万人', en='123,456 people')
    >>> amount(12.4, "户").zh, amount(float("nan"), "人").zh
    ('12 户', '—')
    """
    if math.isnan(value):
        return same(texts.DASH)
    text = texts.WAN if value >= _WAN else texts.PLAIN
    n = f"{value / _WAN:.0f}" if value >= 1000 * _WAN else f"{value / _WAN:.1f}"
    return text.format(
        n=n if value >= _WAN else count(value),
        all=count(value),
        unit=unit,
        unit_en=texts.UNIT_EN.get(unit, unit),
    )


def count(value: float) -> str:
    """Write a whole number with its thousands apart; a small fraction keeps a digit.

    Examples
    --------
    >>> count(12345.6), count(0.4), count(0.0), count(float("nan"))
    ('12,346', '0.4', '0', '—')
    """
    if math.isnan(value):
        return texts.DASH
    return f"{value:.1f}" if 0 < value < 1 else f"{value:,.0f}"


def distance(metres: float) -> Text:
    """Write a distance.

    Examples
    --------
    >>> distance(1000).zh, distance(432.1).zh, distance(1250).zh, distance(float("nan")).zh
    ('1 公里', '432 米', '1.2 公里', '—')
    """
    if math.isnan(metres):
        return same(texts.DASH)
    if metres < 1000:
        return texts.METRES.format(n=f"{metres:.0f}")
    return texts.KILOMETRES.format(n=f"{metres / 1000:.1f}".removesuffix(".0"))


def minutes(seconds: float) -> Text:
    """Write a time on foot.

    Examples
    --------
    >>> minutes(900).zh, minutes(330).zh, minutes(float("nan")).zh
    ('15 分钟', '5.5 分钟', '—')
    """
    if math.isnan(seconds):
        return same(texts.DASH)
    return texts.MINUTES.format(n=f"{seconds / 60:.1f}".removesuffix(".0"))


def cost(standard: str, value: float) -> Text:
    """Write a trip by a standard: metres or minutes."""
    return distance(value) if standard == "straight" else minutes(value)


def limit(standard: str, parameters: Mapping[str, Any]) -> Text:
    """Name the limit of a standard in words.

    Examples
    --------
    >>> limit("walk", {"walk_s": 900}), limit("straight", {"straight_m": 1000}).zh
    (Text(zh='步行 15 分钟', en='15 minutes on foot'), '直线 1 公里')
    """
    if standard == "straight":
        far = distance(float(parameters["straight_m"]))
        return Text(texts.BY_STRAIGHT.zh.format(n=far.zh), texts.BY_STRAIGHT.en.format(n=far.en))
    return texts.BY_WALK.format(n=f"{float(parameters['walk_s']) / 60:.1f}".removesuffix(".0"))


def moment_of(slot: int) -> Text:
    """Name a half hour of the week.

    Examples
    --------
    >>> moment_of(100)
    Text(zh='周三 02:00', en='Wed 02:00')
    """
    day = texts.WEEKDAYS[slot // 48]
    clock = f"{slot % 48 // 2:02d}:{slot % 2 * 30:02d}"
    return Text(f"{day.zh} {clock}", f"{day.en} {clock}")


def filled(text: Text, **values: Text | str | int) -> Text:
    """Fill a text with texts, each language with its own.

    Examples
    --------
    >>> filled(Text("有{x}", "has {x}"), x=Text("无", "none"))
    Text(zh='有无', en='has none')
    """
    zh, en = ({k: v[i] if isinstance(v, Text) else v for k, v in values.items()} for i in (0, 1))
    return Text(text.zh.format(**zh), text.en.format(**en))


def joined(parts: list[Text]) -> Text:
    """Put texts side by side with the comma of each language."""
    return Text(texts.SEPARATOR.zh.join(p.zh for p in parts), texts.SEPARATOR.en.join(p.en for p in parts))


def same(text: str) -> Text:
    """Give a text that is the same in both languages."""
    return Text(text, text)


def number(value: Any) -> float:
    """Read a number; what is missing is NaN."""
    return np.nan if value is None else float(value)
