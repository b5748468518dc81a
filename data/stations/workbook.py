"""Excel workbooks ↔ rows of texts.

Reading: the first sheet with a known header; cells as a person sees them in a list (24, not 24.0; 2026-10-01, not a
serial number; 是 and 否 for truth values); merged ranges filled; of formulas the last calculated value.
Writing: every text is stored as text, so that no spreadsheet runs ``=HYPERLINK(…)`` that came in with the data.
"""

import datetime as dt
import re
import warnings
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.read_only import EmptyCell
from openpyxl.styles import Font
from openpyxl.utils import range_boundaries

from data.errors import InputError
from data.stations import headers, texts
from data.workbooks import DAMAGED
from geo import vocabulary
from geo.texts import Text

_MERGE: Final = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
MERGED_CELLS_LIMIT: Final = 2_000_000


def read(path: Path) -> tuple[list[list[str]], list[Text]]:
    """Read the first sheet with a known header.

    Parameters
    ----------
    path
        ``.xlsx`` or ``.xlsm``.

    Returns
    -------
    rows
        Texts; trailing empty cells and rows are left out.
    notes
        Sheets not read, merged ranges filled, formulas met.

    Raises
    ------
    InputError
        Not a workbook, or damaged; no sheet has a known header.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # extensions that openpyxl does not know
        try:
            return _read(path)
        except DAMAGED as error:
            raise InputError(
                texts.FILE_BROKEN.format(path=path, why=f"{type(error).__name__}: {error}")
            ) from error


def _read(path: Path) -> tuple[list[list[str]], list[Text]]:
    book = openpyxl.load_workbook(path, read_only=True, data_only=False)
    try:
        name = _sheet_with_header(book, path)
        notes: list[Text] = []
        others = [n for n in book.sheetnames if n != name and book[n].sheet_state == "visible"]
        if others and name not in {texts.SHEET_STATIONS.zh, texts.SHEET_STATIONS.en}:
            notes.append(texts.FILE_SHEET.format(sheet=name, others=", ".join(others)))
        rows, formulas = _texts(book[name])
        merged = _merged_ranges(path, book[name])
    finally:
        book.close()
    if formulas:
        _fill_formulas(path, name, rows, formulas)
        notes.append(texts.FILE_FORMULAS.format(count=len(formulas)))
    filled = sum(_fill_merged(rows, reference) for reference in merged)
    if filled:
        notes.append(texts.FILE_MERGED.format(count=filled))
    while rows and not any(rows[-1]):
        rows.pop()
    return rows, notes


def _sheet_with_header(book: Any, path: Path) -> str:
    best, most = "", 0
    for name in book.sheetnames:
        sheet = book[name]
        if not hasattr(sheet, "iter_rows"):
            continue
        head = sheet.iter_rows(max_row=20, values_only=True)
        count = max((headers.known_count([text_of(v) for v in row]) for row in head), default=0)
        if count >= 1 and most == 0:
            best, most = name, count
    if not most:
        raise InputError(texts.HEADER_NONE.format(path=path, seen=", ".join(book.sheetnames)[:400]))
    return best


def _texts(sheet: Any) -> tuple[list[list[str]], dict[tuple[int, int], str]]:
    """Turn cells into texts; formulas are returned by position (row, column from 0)."""
    sheet.reset_dimensions()  # some writers state a wrong extent
    rows: list[list[str]] = []
    formulas: dict[tuple[int, int], str] = {}
    for row in sheet.iter_rows():
        line = [_cell_text(cell, formulas, (len(rows), at)) for at, cell in enumerate(row)]
        while line and not line[-1]:
            line.pop()
        rows.append(line)
    return rows, formulas


def _cell_text(cell: Any, formulas: dict[tuple[int, int], str], at: tuple[int, int]) -> str:
    if isinstance(cell, EmptyCell) or cell.value is None:
        return ""
    value = cell.value
    if cell.data_type == "f":
        formulas[at] = str(getattr(value, "text", value))
        return formulas[at]
    return text_of(value, percent="%" in (cell.number_format or "") and isinstance(value, int | float))


def text_of(value: object, *, percent: bool = False) -> str:
    """Write a cell's value as a person would in a list.

    Examples
    --------
    >>> text_of(24.0), text_of(True), text_of(dt.datetime(2026, 10, 1)), text_of(dt.time(8, 30)), text_of(None)
    ('24', '是', '2026-10-01', '08:30', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return vocabulary.TERNARY["yes" if value else "no"].zh
    if percent and isinstance(value, int | float):
        return f"{round(value * 100, 10):g}%"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**63 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "minutes")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return value.isoformat("minutes")
    return str(value)


def _fill_formulas(
    path: Path, name: str, rows: list[list[str]], formulas: dict[tuple[int, int], str]
) -> None:
    """Put the last calculated values in place of formulas; a formula never calculated stays as its text."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        sheet = book[name]
        sheet.reset_dimensions()
        columns: dict[int, list[int]] = {}
        for at, column in formulas:
            columns.setdefault(at, []).append(column)
        for at, row in enumerate(sheet.iter_rows(values_only=True)):
            for column in columns.get(at, ()):
                if column < len(row) and row[column] is not None:
                    rows[at][column] = text_of(row[column])
    finally:
        book.close()


def _merged_ranges(path: Path, sheet: Any) -> list[str]:
    """Read merged ranges from the sheet's XML; openpyxl keeps none when it streams."""
    member = getattr(sheet, "_worksheet_path", None)
    if not member:
        return []
    with zipfile.ZipFile(path) as archive, archive.open(member) as file:
        return [m.decode() for m in _MERGE.findall(_tail(file))]


def _tail(file: Any) -> bytes:
    """Return what follows the rows, without holding a big sheet."""
    tail = b""
    while chunk := file.read(1 << 20):
        joined = tail + chunk
        at = joined.rfind(b"</sheetData>")
        tail = joined[at:] if at >= 0 else (joined if tail.startswith(b"</sheetData>") else joined[-16:])
    return bytes(tail)


def _fill_merged(rows: list[list[str]], reference: str) -> bool:
    """Give every cell of a merged range the value of its first; False when there is nothing to fill."""
    left, top, right, bottom = (int(n or 0) for n in range_boundaries(reference))
    if top > len(rows) or left > len(rows[top - 1]) or not rows[top - 1][left - 1]:
        return False
    bottom = min(bottom, len(rows))
    if (top, left) == (bottom, right) or (right - left + 1) * (bottom - top + 1) > MERGED_CELLS_LIMIT:
        return False
    value = rows[top - 1][left - 1]
    for row in rows[top - 1 : bottom]:
        row.extend([""] * (right - len(row)))
        row[left - 1 : right] = [value] * (right - left + 1)
    return True


def check_name(path: Path) -> None:
    """Refuse a name that is not one of an Excel file, with ``InputError``."""
    if path.suffix.casefold() != ".xlsx":
        raise InputError(texts.XLSX_ONLY.format(suffix=path.suffix or path.name))


def write_rows(path: Path, rows: Iterable[Sequence[str | float | None]], title: str) -> None:
    """Write rows as one sheet, the first row bold and frozen; texts stay texts, numbers numbers.

    Parameters
    ----------
    path
        Replaced when it exists.
    rows
        Texts, numbers or None; a text longer than 32,767 characters is cut, as Excel would.
    title
        Of the sheet.
    """
    # Opened first: a place that cannot be written is known before a row is made.
    with path.open("wb") as file:
        book = openpyxl.Workbook(write_only=True)
        sheet: Any = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for number, row in enumerate(rows):
            sheet.append([text_cell(sheet, value, bold=number == 0) for value in row])
        book.save(file)


def text_cell(sheet: Any, value: str | float | None, *, bold: bool = False) -> Any:
    """Make a cell whose text no spreadsheet takes for a formula."""
    if value is None or value == "":
        return None
    cell = WriteOnlyCell(sheet, value=0 if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.value = ILLEGAL.sub("", value[:32_767])
        cell.data_type = "s"
        cell.quotePrefix = value[:1] in {"=", "+", "-", "@"}
        cell.number_format = "@"
    if bold:
        cell.font = Font(bold=True)
    return cell


ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML, and so Excel, cannot hold."""
