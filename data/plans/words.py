"""Codes of a study as a planner reads them: 步行时间 for ``walk``, 是 for True; used by workbook and GeoPackage."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from data.plans import texts
from geo import vocabulary
from geo.texts import Text

VOCABULARIES: Final[Mapping[str, Mapping[str, Text]]] = {
    "standard": vocabulary.STANDARD,
    "moment": vocabulary.MOMENT,
    "level": vocabulary.AREA_LEVEL,
    "unreached": vocabulary.UNREACHED,
    "not_counted": vocabulary.NOT_COUNTED,
    "street_facing": vocabulary.STREET_FACING,
    "kind": vocabulary.CANDIDATE_KIND,
    "status": texts.STATUS,
}
"""Column to the names of its codes."""


def word(column: str, value: Any) -> Any:
    """Turn one value into what a person reads; numbers and other texts stay as they are.

    Examples
    --------
    >>> word("moment", "0200"), word("proved", True), word("weekday", 2.0), word("name", "驿站"), word("kind", None)
    ('凌晨2点', '是', '周三', '驿站', None)
    """
    if column == "weekday":
        return texts.WEEKDAY[int(value)]
    if isinstance(value, bool):
        return texts.YES_NO[value]
    names = VOCABULARIES.get(column, {})
    return names[value].zh if isinstance(value, str) and value in names else value


def shown(value: Any) -> str | float | int:
    """Write the value of a parameter in one cell: numbers as they are, what is nested as JSON.

    Examples
    --------
    >>> shown(900), shown(["110101", "110102"]), shown({"hidden": 3}), shown(None), shown(True)
    (900, '110101、110102', '{"hidden":3}', '', '是')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return texts.YES_NO[value]
    if isinstance(value, int | float | str):
        return value
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return "、".join(value)
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY).decode()


def parameter_rows(parameters: Mapping[str, Any]) -> list[tuple[str, Text, str | float | int]]:
    """List parameters as key, name and value; each count of ``counts`` has a row of its own.

    Examples
    --------
    >>> [(key, value) for key, _, value in parameter_rows({"seed": 7, "counts": {"hidden": 3}})]
    [('seed', 7), ('counts.hidden', 3)]
    """
    rows: list[tuple[str, Text, str | float | int]] = []
    for key, value in parameters.items():
        if isinstance(value, Mapping):
            names = vocabulary.STUDY_FILE if key == "files" else vocabulary.STUDY_COUNT
            parts = [
                (f"{key}.{name}", names.get(name, Text(name, name)), shown(n)) for name, n in value.items()
            ]
            rows += parts
        else:
            rows.append((key, vocabulary.STUDY_PARAMETER.get(key, Text(key, key)), shown(value)))
    return rows
