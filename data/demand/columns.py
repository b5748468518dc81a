"""Which column of a file of demand is what: known titles, in Chinese and English."""

import itertools
import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.demand import texts
from data.demand.tables import Table
from data.errors import InputError
from geo.demand import AREA_NAMES
from geo.texts import Text

FloatArray = npt.NDArray[np.float64]

TITLES: Final[dict[str, tuple[str, ...]]] = {
    "lon": ("lon", "lng", "longitude", "x", "经度"),
    "lat": ("lat", "latitude", "y", "纬度"),
    "time": ("time", "datetime", "timestamp", "时间", "时刻"),
    "weight": (
        "weight", "count", "population", "pop", "demand", "orders", "value", "num",
        "权重", "数量", "人口", "人数", "常住人口", "订单", "订单数", "订单量", "单量", "需求",
    ),
    "adcode": ("adcode", "district_code", "区划代码", "行政区划代码", "区县代码"),
    "township_code": ("township_code", "code", "street_code", "街道代码", "乡镇代码", "街道乡镇代码"),
    "district": ("district", "county", "区", "区县", "行政区"),
    "township": ("township", "street", "town", "街道", "乡镇", "街道乡镇", "name", "名称"),
}  # fmt: skip
_YEAR: Final = re.compile(r"[_\s-]?(19|20)\d\d$")


def find(table: Table, field: str, *, needed: bool = True) -> list[str]:
    """List the columns that are a field, best first.

    A title counts when it is known, with a year behind it or not (``code_2023``); for weights also when it starts
    with ``pop`` or holds 人口. A title with a year stands before one without: it says of when it is.

    Raises
    ------
    InputError
        The field is needed and there is none; a title that counts stands on two columns.
    """
    known = TITLES[field]
    scored = []
    for title in map(str, table.cells.columns):
        plain = title.strip().casefold()
        bare = _YEAR.sub("", plain)
        if bare in known:
            scored.append((plain == bare, known.index(bare), title))
        elif field == "weight" and (plain.startswith("pop") or "人口" in plain):
            scored.append((True, len(known), title))
    if needed and not scored:
        raise InputError(_absent(table, field))
    found = [title for _, _, title in sorted(scored)]
    _refuse_twice(table, found)
    return found


def weights(table: Table, named: str | None) -> tuple[str | None, pd.Series | None]:
    """Choose the weight column: the one named, else the only one that is known; (None, None) when there is none.

    Raises
    ------
    InputError
        The named one is not there, or several could be meant.
    """
    if named is not None:
        if named not in table.cells.columns:
            raise InputError(texts.WEIGHT_ABSENT.format(path=table.path, name=named, seen=_seen(table)))
        _refuse_twice(table, [title for title in table.cells.columns if title == named])
        return named, table.cells[named]
    found = find(table, "weight", needed=False)
    if len(found) > 1:
        raise InputError(texts.WEIGHT_AMBIGUOUS.format(path=table.path, names=", ".join(found)))
    return (found[0], table.cells[found[0]]) if found else (None, None)


def numbers(values: Sequence[str] | pd.Series) -> FloatArray:
    """Read numbers; ``NaN`` where a text is none. Thousands separators are taken out.

    Examples
    --------
    >>> numbers(["1,200", " 3.5", "", "abc"]).tolist()
    [1200.0, 3.5, nan, nan]
    """
    plain = (
        pd.Series(values, dtype=object).astype(str).str.replace(r"(?<=\d)[,，](?=\d{3}\b)", "", regex=True)
    )
    return pd.to_numeric(plain.str.strip(), errors="coerce").to_numpy(np.float64)


def area_names(table: Table) -> dict[str, npt.NDArray[np.object_]]:
    """Read what a file says of the areas of its rows; None where it says nothing.

    The code of a district is the start of its townships' codes where it is not given.
    """
    said = {name: _first_said(table, name) for name in AREA_NAMES}
    codes = [c if c and re.fullmatch(r"\d{9}|\d{12}", c) else None for c in said["township_code"]]
    said["township_code"] = np.array([*codes, None], dtype=object)[:-1]
    districts = [a or (c[:6] if c else None) for a, c in zip(said["adcode"], codes, strict=True)]
    by_name = {n: a for n, a in zip(said["district"], districts, strict=True) if n and a}
    filled = [a or by_name.get(n) for a, n in zip(districts, said["district"], strict=True)]
    said["adcode"] = np.array([*filled, None], dtype=object)[:-1]
    return said


def unread(table: Table, used: Sequence[str | None]) -> list[str]:
    """List the columns that are not read, so that no id of a person or an order comes with the data."""
    known = {title for field in TITLES for title in find(table, field, needed=False)}
    return [c for c in map(str, table.cells.columns) if c not in known and c not in used]


def _first_said(table: Table, field: str) -> npt.NDArray[np.object_]:
    """Of several columns of a field the first that says something, row by row."""
    said = np.full(len(table.cells), None, dtype=object)
    for title in find(table, field, needed=False):
        values = table.cells[title].to_numpy(object)
        take = np.array([a is None and bool(v) for a, v in zip(said, values, strict=True)], dtype=np.bool_)
        said[take] = values[take]
    return said


def _refuse_twice(table: Table, titles: Sequence[str]) -> None:
    for title, following in itertools.pairwise(sorted(titles)):
        if title == following:
            raise InputError(texts.TITLE_TWICE.format(path=table.path, name=title))


def _absent(table: Table, field: str) -> Text:
    return texts.COLUMN_ABSENT.format(
        path=table.path, field=field, names=", ".join(TITLES[field]), seen=_seen(table)
    )


def _seen(table: Table) -> str:
    return ", ".join(map(str, table.cells.columns))[:400]
