"""Rejected rows → a file that can be mended and imported again: the rows as they were, the reasons beside them."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from data.stations import texts
from data.stations.headers import field_of
from data.stations.tables import Table
from geo.texts import Text

EXCEL_CELL_LIMIT: Final = 32_767
_ILLEGAL_IN_EXCEL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_RUNS: Final = re.compile(r"'*[=+\-@\t\r]")
_REPLACED: Final = frozenset({"lon", "lat", "position"})
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d*)?(e[+-]?\d+)?", re.I)


def sentence(code: str, reason: Text) -> Text:
    """Put the field's name before a reason.

    Examples
    --------
    >>> sentence("capacity", Text("不对", "wrong"))
    Text(zh='容纳人数：不对', en='capacity: wrong')
    """
    title = texts.FIELD_TITLE.get(code) or texts.VISIT_TITLE.get(code)
    return reason if title is None else Text(f"{title.zh}：{reason.zh}", f"{title.en}: {reason.en}")


def guard(text: str) -> str:
    """Keep a spreadsheet from running a text as a formula; ``data.stations.tables.unguard`` takes it back.

    Examples
    --------
    >>> guard("=SUM(A1)"), guard("-113.5"), guard("银行")
    ("'=SUM(A1)", '-113.5', '银行')
    """
    return "'" + text if _RUNS.match(text) and not _NUMBER.fullmatch(text) else text


def write(path: Path, table: Table, reasons: Mapping[int, Sequence[tuple[str, Text]]]) -> Path:
    """Write rejected rows with the columns of the file and three more: row, fields, reasons.

    Parameters
    ----------
    path
        ``.xlsx``, or anything else for CSV (UTF-8 with byte-order mark, as Excel expects). An existing file is
        replaced.
    table
        The file as it was read.
    reasons
        By row position.

    Returns
    -------
    path
        Where the rows are: another ending when a cell holds what an Excel cell cannot.
    """
    rows = list(_rows(table, reasons))
    if path.suffix.casefold() == ".xlsx":
        if all(len(c) <= EXCEL_CELL_LIMIT and not _ILLEGAL_IN_EXCEL.search(c) for row in rows for c in row):
            from data.stations import workbook  # noqa: PLC0415 (openpyxl is slow to load)

            workbook.write_rows(path, rows, texts.REJECT_REASON.zh)
            return path
        path = path.with_suffix(".csv")
    with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
        csv.writer(file).writerows([guard(c) for c in row] for row in rows)
    return path


def _rows(table: Table, reasons: Mapping[int, Sequence[tuple[str, Text]]]) -> Iterator[list[str]]:
    added = (texts.REJECT_ROW, texts.REJECT_FIELD, texts.REJECT_REASON)
    points = [] if table.points is None else [texts.FIELD_TITLE[c].zh for c in ("lon", "lat")]
    kept = [i for i, h in enumerate(table.headers) if not points or field_of(h)[0] not in _REPLACED]
    yield [*(table.headers[i] for i in kept), *points, *(a.zh for a in added)]
    for position in sorted(reasons):
        fields = dict.fromkeys(code for code, _ in reasons[position] if code)
        named = [texts.FIELD_TITLE.get(c) or texts.VISIT_TITLE.get(c) for c in fields]
        titles = "、".join(title.zh for title in named if title is not None)
        why = " | ".join(str(sentence(code, reason)) for code, reason in reasons[position])
        place = [] if table.points is None else [
            "" if v != v else repr(float(v)) for v in (table.points.x[position], table.points.y[position])  # noqa: PLR0124
        ]  # fmt: skip
        row = table.row(position)
        yield [*(row[i] for i in kept), *place, str(table.rows[position]), titles, why]
