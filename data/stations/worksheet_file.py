"""A worksheet of visits as an Excel file: Chinese headers first, drop-down lists, a sheet that explains it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from data.errors import InputError
from data.stations import texts, workbook, worksheet
from data.stations.workbook import ILLEGAL
from data.stations.worksheet import Stop
from geo import vocabulary
from geo.coordsys import CoordSys
from geo.texts import Text

SHOWN: Final = (
    "seq", "together", "station_id", "name", "address", "district", "township", "lon", "lat", "link", "step_m",
    "verdict", "reason", "declared", "look", "look_en",
)  # fmt: skip
ASKED: Final = (
    "verified_at", "visited_by", "street_door", "in_compound", "registration_required", "guarded", "lift", "floor",
    "entrance", "note",
)  # fmt: skip
COLUMNS: Final = (*SHOWN, *ASKED, "version")
PLACED: Final = frozenset({"lon", "lat", "entrance"})
LIMIT: Final = 60_000
"""Rows of a sheet; Excel keeps no more links."""
_TERNARY: Final = frozenset(vocabulary.VISITED_FACT)
_WIDE: Final = {
    "name": 26,
    "address": 34,
    "reason": 46,
    "look": 40,
    "look_en": 40,
    "together": 26,
    "entrance": 24,
}
_ASKED_FILL: Final = PatternFill("solid", start_color="FFF2CC")
_HEAD_FILL: Final = PatternFill("solid", start_color="DDEBF7")


def title(code: str, system: CoordSys) -> str:
    """Header of a column; coordinate columns say which system.

    Examples
    --------
    >>> title("entrance", "gcj02"), title("seq", "gcj02")
    ('入口坐标(gcj02)', '序号')
    """
    known = texts.VISIT_TITLE.get(code) or texts.FIELD_TITLE[code]
    return f"{known.zh}({system})" if code in PLACED else known.zh


def write(path: Path, stops: Sequence[Stop], system: CoordSys) -> Path:
    """Write stops in their order.

    Parameters
    ----------
    path
        ``.xlsx``; replaced when it exists.
    stops
        Of ``data.stations.worksheet.stops``; none gives a sheet of headers.
    system
        Coordinate system of the positions shown and asked for; the headers name it.

    Raises
    ------
    InputError
        Another ending, no such folder, or more rows than a sheet takes.
    """
    path = Path(path)
    workbook.check_name(path)
    if not path.parent.is_dir():
        raise InputError(texts.FOLDER_ABSENT.format(folder=path.parent))
    if len(stops) > LIMIT:
        raise InputError(texts.VISIT_MANY.format(n=len(stops)))
    book = Workbook()
    sheet: Any = book.active
    sheet.title = texts.SHEET_VISITS.zh
    _head(sheet, system)
    for row, stop in enumerate(stops, start=2):
        _fill(sheet, row, _values(row - 1, stop, system))
    _choices(sheet, max(len(stops) + 1, 2))
    _explain(book.create_sheet(texts.SHEET_HOW.zh), system)
    try:
        book.save(path)
    except OSError as error:
        raise InputError(texts.FILE_BROKEN.format(path=path, why=error.strerror or str(error))) from error
    return path


def _values(number: int, stop: Stop, system: CoordSys) -> dict[str, Any]:
    station = stop.station
    x, y = worksheet.numbers(stop, system)
    together = None
    if stop.together and stop.place:
        # the order keeps them side by side
        first, last = min(number, *stop.together), max(number, *stop.together)
        together = texts.VISIT_TOGETHER.format(osm_id=stop.place[0], first=first, last=last).zh
    shown = {
        "seq": number,
        "together": together,
        "lon": x,
        "lat": y,
        "link": worksheet.link(stop),
        "step_m": stop.step_m,
        "verdict": vocabulary.STREET_FACING[stop.verdict].zh,
        "reason": stop.reason.zh,
        "declared": worksheet.declared(station),
        "look": stop.look.zh,
        "look_en": stop.look.en,
        "version": int(station["version"]),
    }
    return {code: station[code] for code in ("station_id", "name", "address", "district", "township")} | shown


def _head(sheet: Any, system: CoordSys) -> None:
    sheet.freeze_panes = "E2"
    for column, code in enumerate(COLUMNS, start=1):
        head = sheet.cell(1, column, title(code, system))
        head.font = Font(bold=True)
        head.alignment = Alignment(wrap_text=True, vertical="center")
        head.fill = _ASKED_FILL if code in ASKED else _HEAD_FILL
        sheet.column_dimensions[get_column_letter(column)].width = _WIDE.get(code, 13)
        if code in ASKED:
            # Text format, so that Excel turns no date or "lon,lat" into something else.
            sheet.column_dimensions[get_column_letter(column)].number_format = "@"


def _fill(sheet: Any, row: int, values: dict[str, Any]) -> None:
    for column, code in enumerate(COLUMNS, start=1):
        value = values.get(code)
        cell = sheet.cell(row, column)
        if code in ASKED:
            cell.number_format, cell.fill = "@", _ASKED_FILL
        elif isinstance(value, str) and value:
            cell.value, cell.data_type = ILLEGAL.sub("", value[:32_767]), "s"
            cell.quotePrefix = value[:1] in {"=", "+", "-", "@"}
            cell.alignment = Alignment(wrap_text=code in _WIDE, vertical="top")
            if code == "link":
                cell.hyperlink = value
        elif value is not None and value != "":
            cell.value = value


def _choices(sheet: Any, last: int) -> None:
    """Offer yes and no where a fact is asked for; anything else is refused by Excel already."""
    words = ",".join(vocabulary.TERNARY[code].zh for code in ("yes", "no"))
    rule = DataValidation("list", formula1=f'"{words}"', allow_blank=True, showErrorMessage=True)
    sheet.add_data_validation(rule)
    for column, code in enumerate(COLUMNS, start=1):
        if code in _TERNARY:
            letter = get_column_letter(column)
            rule.add(f"{letter}2:{letter}{last}")


def _explain(sheet: Any, system: CoordSys) -> None:
    name = vocabulary.COORDSYS[system]
    for line in texts.VISIT_HOW:
        told: Text = line.format(coordsys=f"{name.zh} {name.en}")
        sheet.append([told.zh, "", told.en])
    sheet.append([])
    for code in COLUMNS:
        note = texts.VISIT_NOTE.get(code)
        if note is not None:
            sheet.append([title(code, system), note.zh, note.en])
    for letter, width in zip("ABC", (30, 60, 70), strict=True):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
