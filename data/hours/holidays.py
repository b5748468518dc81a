"""Holiday tables from and to the database, and from a file (``yizhan holidays import FILE``).

A file has the columns day, kind and name (日期, 类型, 节日), one row per special day: a day off (holiday, 休)
or a weekend day that is worked (workday, 班). It covers a year when each of that year's seven national
holidays has a day off.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Final

import openpyxl
from psycopg2.extensions import connection as Connection  # noqa: N812 (a class under a function's name)

from data import statements
from data.errors import InputError
from data.hours import texts
from data.hours.holiday_table import HolidayTable, Kind, SpecialDay, expiry_warning
from data.hours.holiday_windows import missing_holidays
from data.workbooks import DAMAGED
from geo.texts import Text

__all__ = ["HolidayTable", "Kind", "SpecialDay", "expiry_warning", "gaps", "read", "read_file", "write"]

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2200
MAX_BYTES: Final = 5_000_000
MAX_ROWS: Final = 20_000
NAME_LENGTH: Final = 100

_HEADERS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("day", "date", "日期", "日子"), "day"),
    **dict.fromkeys(("kind", "type", "类型", "类别", "休班", "休/班"), "kind"),
    **dict.fromkeys(("name", "holiday", "名称", "节日", "假期", "节假日"), "name"),
}
_KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("holiday", "off", "休", "休息", "放假", "节假日", "假日"), "holiday"),
    **dict.fromkeys(("workday", "work", "班", "上班", "补班", "调休上班", "工作日"), "workday"),
}
_DATE: Final = re.compile(
    r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?:[ T]00:00:00)?", re.ASCII
)


def read(conn: Connection) -> HolidayTable:
    """Read the registry's table; empty when none was ever written."""
    with conn.cursor() as cursor:
        cursor.execute(statements.load("holidays/read_days"))
        days = {day: SpecialDay(kind, name) for day, kind, name in cursor.fetchall()}
        cursor.execute(statements.load("holidays/read_years"))
        years = [int(year) for (year,) in cursor.fetchall()]
    return HolidayTable(days, years)


def write(conn: Connection, table: HolidayTable, *, source: str = "chinesecalendar") -> bool:
    """Extend the registry's table; the years that ``table`` covers are replaced, other years stay.

    Parameters
    ----------
    conn
        Inside a transaction of the caller's.
    source
        Where the table comes from, kept with each day.

    Returns
    -------
    changed
        False when the registry already said so; then nothing is written and nobody is notified.
    """
    if read(conn).merged(table) == read(conn):
        return False
    parameters = {
        "days": list(table.days),
        "kinds": [special.kind for special in table.days.values()],
        "names": [special.name for special in table.days.values()],
        "years": sorted(table.years),
        "source": source,
    }
    with conn.cursor() as cursor:
        for step in ("delete_days", "write_days", "write_years"):
            cursor.execute(statements.load(f"holidays/{step}"), parameters)
    return True


def gaps(table: HolidayTable) -> dict[int, Text]:
    """Name what is lacking of the years that a table touches without covering them.

    Returns
    -------
    gaps
        Year to a sentence for the operator; empty when every year is covered.
    """
    touched = {day.year for day in table.days} - table.years
    return {year: _gap(year, table) for year in sorted(touched)}


def read_file(path: Path | str) -> HolidayTable:
    """Read a table from a CSV (UTF-8 or GBK) or XLSX file.

    Returns
    -------
    table
        Its days, and the years that it covers wholly; ``gaps`` says what the others lack.

    Raises
    ------
    InputError
        The file cannot be read, has no such columns or no rows, or a cell is wrong: the message names file,
        row and field. Nothing is taken from a file with a wrong cell.
    """
    path = Path(path)
    days: dict[date, SpecialDay] = {}
    for row, cells in _records(path):
        day = _read_day(path, row, cells["day"])
        kind = _KINDS.get(cells["kind"].lower())
        if kind is None:
            raise _wrong(path, row, "kind", texts.HOLIDAY_KIND.format(value=_shown(cells["kind"])))
        if kind == "workday" and day.weekday() < 5:
            raise _wrong(path, row, "kind", texts.HOLIDAY_WEEKDAY.format(day=day))
        special = SpecialDay(
            "holiday" if kind == "holiday" else "workday", _read_name(path, row, cells["name"])
        )
        if days.setdefault(day, special).kind != special.kind:
            raise _wrong(path, row, "day", texts.HOLIDAY_TWICE.format(day=day))
    if not days:
        raise InputError(texts.HOLIDAY_FILE_EMPTY.format(path=path))
    off = frozenset(day for day, special in days.items() if special.kind == "holiday")
    return HolidayTable(days, {day.year for day in off if not missing_holidays(day.year, off)})


def _gap(year: int, table: HolidayTable) -> Text:
    off = frozenset(day for day, special in table.days.items() if special.kind == "holiday")
    names = [texts.NATIONAL_HOLIDAY[code] for code in missing_holidays(year, off)]
    zh, en = "、".join(name.zh for name in names), ", ".join(name.en for name in names)
    return Text(
        texts.HOLIDAY_GAP.zh.format(year=year, names=zh), texts.HOLIDAY_GAP.en.format(year=year, names=en)
    )


def _records(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    rows = _rows(path)
    columns: dict[str, int] = {}
    for number, row in enumerate(rows, start=1):
        if number > MAX_ROWS:
            raise InputError(texts.HOLIDAY_FILE_LONG.format(path=path, limit=MAX_ROWS))
        if not any(row):
            continue
        if not columns:
            columns = _columns(path, row)
            continue
        yield number, {name: row[i] if i < len(row) else "" for name, i in columns.items()}


def _columns(path: Path, header: list[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for i, title in enumerate(header):
        name = _HEADERS.get(title.lower())
        if name is not None:
            columns.setdefault(name, i)
    missing = [name for name in ("day", "kind", "name") if name not in columns]
    if missing:
        raise InputError(texts.HOLIDAY_FILE_COLUMNS.format(path=path, columns=", ".join(missing)))
    return columns


def _rows(path: Path) -> Iterator[list[str]]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(texts.HOLIDAY_FILE_LONG.format(path=path, limit=MAX_ROWS))
        content = path.read_bytes()
    except OSError as error:
        raise InputError(texts.HOLIDAY_FILE_UNREADABLE.format(path=path, why=error.strerror)) from error
    if path.suffix.lower() == ".xlsx":
        return _xlsx_rows(path, content)
    if path.suffix.lower() == ".csv":
        return _csv_rows(path, content)
    raise InputError(texts.HOLIDAY_FILE_UNREADABLE.format(path=path, why=".csv / .xlsx"))


def _csv_rows(path: Path, content: bytes) -> Iterator[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise InputError(texts.HOLIDAY_FILE_UNREADABLE.format(path=path, why="UTF-8 / GB18030"))
    try:
        for row in csv.reader(io.StringIO(text, newline="")):
            yield [cell.strip() for cell in row]
    except csv.Error as error:
        raise InputError(texts.HOLIDAY_FILE_UNREADABLE.format(path=path, why=error)) from error


def _xlsx_rows(path: Path, content: bytes) -> Iterator[list[str]]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = list(sheet.iter_rows(values_only=True, max_col=50, max_row=MAX_ROWS + 1))
    except DAMAGED as error:
        raise InputError(texts.HOLIDAY_FILE_UNREADABLE.format(path=path, why=error)) from error
    for row in rows:
        yield ["" if cell is None else str(cell).strip() for cell in row]


def _read_day(path: Path, row: int, cell: str) -> date:
    match = _DATE.fullmatch(cell)
    try:
        year, month, day = (int(part) for part in match.groups() if part) if match else (0, 0, 0)
        read_day = datetime(year, month, day).date()
    except ValueError:
        raise _wrong(path, row, "day", texts.HOLIDAY_DAY.format(value=_shown(cell))) from None
    if not FIRST_YEAR <= read_day.year <= LAST_YEAR:
        raise _wrong(path, row, "day", texts.HOLIDAY_DAY.format(value=_shown(cell)))
    return read_day


def _read_name(path: Path, row: int, cell: str) -> str:
    if not cell or len(cell) > NAME_LENGTH or not cell.isprintable():
        raise _wrong(path, row, "name", texts.HOLIDAY_NAME.format(value=_shown(cell), limit=NAME_LENGTH))
    return cell


def _wrong(path: Path, row: int, field: str, why: Text) -> InputError:
    zh = texts.HOLIDAY_CELL.zh.format(path=path, row=row, field=field, why=why.zh)
    return InputError(Text(zh, texts.HOLIDAY_CELL.en.format(path=path, row=row, field=field, why=why.en)))


def _shown(cell: str) -> str:
    return cell if len(cell) <= 40 else cell[:40] + "…"
