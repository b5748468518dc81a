"""What the parts of the report read from a study: the row of the whole area, names of areas, groups of plans."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from geo import vocabulary
from geo.study import STANDARDS, Study
from geo.texts import Text
from maps.report import texts
from maps.report.numbers import same

DAY_SLOT: Final = 2 * 48 + 20
"""The half hour that stands for the day in pictures and on the map: Wednesday 10:00."""

_ORDER: Final = ("any", "day", "night", "0200", "24h")


def leading(study: Study) -> str:
    """Tell the standard that the findings are told by: walking, or straight lines where nobody has a way."""
    return "walk" if study.cells["walk_s"].notna().any() or study.stations.empty else "straight"


def other(standard: str) -> str:
    """Give the other standard.

    Examples
    --------
    >>> other("walk")
    'straight'
    """
    return STANDARDS[1 - STANDARDS.index(standard)]


def whole(study: Study) -> pd.Series:
    """Give the row of the whole area; of a study without areas one without demand."""
    rows = study.areas[study.areas["level"] == "all"]
    if len(rows):
        return rows.iloc[0]
    empty = pd.Series(np.nan, index=study.areas.columns, dtype=object)
    return empty.where(~empty.index.isin(["demand", "stations", "stations_24h", "stations_unknown"]), 0.0)


def level(study: Study, name: str) -> pd.DataFrame:
    """Give the areas of a level."""
    return study.areas[study.areas["level"] == name].reset_index(drop=True)


def area_names(study: Study) -> dict[str, Text]:
    """Name districts and townships by code, townships with their district."""
    districts = {code: _named(name) for code, name in _codes(level(study, "district"))}
    rows = level(study, "township")
    named = {code: _named(name) for code, name in _codes(rows)}
    for code, parent in zip(rows["code"], rows["parent"], strict=True):
        if code and parent in districts and len(districts) > 1:
            own, above = named[code], districts[parent]
            named[code] = Text(
                texts.NAME_IN.zh.format(district=above.zh, name=own.zh),
                texts.NAME_IN.en.format(district=above.en, name=own.en),
            )
    return districts | named


def place(row: Mapping[str, Any]) -> Text:
    """Name where something stands, as well as is known."""
    names = [row[column] for column in ("district", "township") if row.get(column)]
    return same(" ".join(names)) if names else texts.UNKNOWN_AREA


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Give rows as dicts by column name."""
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def groups(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """List the pairs of standard and moment of a frame, walking first, in the order of the vocabulary."""
    pairs = set(zip(frame["standard"], frame["moment"], strict=True))
    return sorted(pairs, key=lambda pair: (-STANDARDS.index(pair[0]), _ORDER.index(pair[1])))


def of_group(frame: pd.DataFrame, group: tuple[str, str]) -> pd.DataFrame:
    """Take the rows of one pair of standard and moment."""
    chosen = frame[(frame["standard"] == group[0]) & (frame["moment"] == group[1])]
    return chosen.reset_index(drop=True)


def group_name(group: tuple[str, str]) -> Text:
    """Name a pair of standard and moment.

    Examples
    --------
    >>> group_name(("walk", "any")).zh
    '步行时间 · 不论时段'
    """
    standard, moment = vocabulary.STANDARD[group[0]], vocabulary.MOMENT[group[1]]
    return Text(f"{standard.zh} · {moment.zh}", f"{standard.en} · {moment.en}")


def middles(
    study: Study, area: Any, lon: Any, lat: Any, weight: Any, name: str
) -> list[tuple[float, float, str]]:
    """Find where the demand of each named area of a level has its middle, most demand first.

    Parameters
    ----------
    area
        Row of the townships of ``level(study, "township")`` for each place, -1 = not known, shape (places,).
    lon, lat, weight
        The places, shape (places,).
    name
        ``district`` or ``township``.
    """
    rows = level(study, "township")
    codes = rows["parent"] if name == "district" else rows["code"]
    whose = np.array([*codes, None], dtype=object)[area]
    table = pd.DataFrame({"code": whose, "lon": lon * weight, "lat": lat * weight, "weight": weight})
    sums = table.groupby("code").sum().sort_values("weight", ascending=False, kind="stable")
    named = dict(zip(level(study, name)["code"], level(study, name)["name"], strict=True))
    return [
        (float(x / w), float(y / w), named[code]) for code, x, y, w in sums.itertuples() if named.get(code)
    ]


def stand_in(study: Study) -> str:
    """Tell what the stations are a stand-in for; empty for real ones."""
    told = str(study.parameters["stand_in"] or "").strip()
    # Every label of the page begins with these words: they are not said twice.
    return told.removeprefix(texts.STAND_IN_SHORT.zh).lstrip(texts.COLONS) or told


def _codes(rows: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(rows["code"], rows["name"], strict=True))


def _named(name: str) -> Text:
    return same(name) if name else texts.UNKNOWN_AREA
