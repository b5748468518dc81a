"""What a column of a study is called in a file: one title for workbook and GeoPackage.

Columns made of a standard and a moment (``walk_0200_share``) get a title with the limits of the study in it, so that a
table says by which standard it counts.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from data.plans import texts
from geo.study import PERIODS
from geo.texts import Text

_COMPOSED: Final = re.compile(
    r"(straight|walk)_(any|day|night|0200|24h)(?:_(share|maybe_share|gap|gap_share|maybe))?"
)
_BY_STANDARD: Final = {"gini": texts.GINI, "demand": texts.NEAREST_DEMAND, "alone": texts.ALONE}
_NAMED: Final = re.compile(r"(straight|walk)_(gini|demand|alone)")


def standard_name(standard: str, parameters: Mapping[str, Any]) -> Text:
    """Name a standard by its limit.

    Examples
    --------
    >>> standard_name("walk", {"walk_s": 900, "straight_m": 1000}).zh
    '步行15分钟'
    >>> standard_name("straight", {"walk_s": 900, "straight_m": 500}).en
    '0.5 km straight'
    """
    if standard == "straight":
        return texts.STRAIGHT.format(km=parameters["straight_m"] / 1000)
    return texts.WALK.format(minutes=round(parameters["walk_s"] / 60, 2))


def title(column: str, parameters: Mapping[str, Any]) -> Text:
    """Name a column of any frame of a study.

    Parameters
    ----------
    column
        Name as ``geo.study`` has it, or of a layer of ``data.plans.package``.
    parameters
        Of the study; its limits stand in the titles.

    Returns
    -------
    title
        The column's own name in both languages where it has no title.

    Examples
    --------
    >>> title("walk_0200_share", {"walk_s": 900, "straight_m": 1000}).zh
    '步行15分钟覆盖率（凌晨2点）'
    >>> title("district", {}).zh, title("walk_gini", {"walk_s": 600}).en
    ('区县', 'Gini of stations in reach, 10 min on foot')
    """
    if column in texts.COLUMN:
        return texts.COLUMN[column]
    composed, named = _COMPOSED.fullmatch(column), _NAMED.fullmatch(column)
    if composed:
        standard, moment, ending = composed.groups()
        kind = ending or ("period" if moment in PERIODS else "flag")
        return _filled(texts.COMPOSED[kind], standard_name(standard, parameters), texts.MOMENT[moment])
    if named:
        name = standard_name(named[1], parameters)
        return _filled(_BY_STANDARD[named[2]], name, Text("", ""))
    return Text(column, column)


def _filled(pattern: Text, standard: Text, moment: Text) -> Text:
    return Text(
        pattern.zh.format(standard=standard.zh, moment=moment.zh),
        pattern.en.format(standard=standard.en, moment=moment.en),
    )
