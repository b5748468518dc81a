"""An Excel file to start from: headers, drop-down lists, an explanation of every column, one example row.

The template also asks what geometry cannot know: 临街门, 楼层, 院内, 需登记, 入口坐标, 填报人单位, 填报日期.
The example row is marked 【示例】 and ignored by the import.
"""

from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from data.errors import InputError
from data.stations import texts, words, workbook
from data.stations.fields import FIELDS
from geo import coordsys

COLUMNS: Final = tuple(c for c in texts.FIELD_TITLE if c not in {"version", "data_version", "position"})
"""The columns of the template, in order."""
FIRST_COLUMNS: Final = ("name", "address", "street_door", "floor", "in_compound", "registration_required", "entrance",
                        "declared_by", "declared_on")  # fmt: skip
"""What the form asks for above all; these headers are marked by colour."""
VALIDATED_ROWS: Final = 5000
_ASKED_FILL: Final = PatternFill("solid", start_color="FFF2CC")
_HEAD_FILL: Final = PatternFill("solid", start_color="DDEBF7")


def write_template(path: Path) -> Path:
    """Write the template.

    Parameters
    ----------
    path
        ``.xlsx``; replaced when it exists.

    Raises
    ------
    InputError
        Another ending, or the folder does not exist.
    """
    path = Path(path)
    workbook.check_name(path)
    if not path.parent.is_dir():
        raise InputError(texts.FOLDER_ABSENT.format(folder=path.parent))
    book = Workbook()
    sheet: Any = book.active
    sheet.title = texts.SHEET_STATIONS.zh
    choices: Any = book.create_sheet(texts.SHEET_CHOICES.zh)
    _fill_stations(sheet, _fill_choices(choices))
    _fill_guide(book.create_sheet(texts.SHEET_FIELDS.zh, 1))
    choices.sheet_state = "hidden"
    try:
        book.save(path)
    except OSError as error:
        raise InputError(texts.FILE_BROKEN.format(path=path, why=error.strerror or str(error))) from error
    return path


def _choices(code: str) -> list[str]:
    if code == "coordsys":
        return list(coordsys.NAMES[:3])
    return [name.zh for name in words.VOCABULARIES.get(code, {}).values()]


def _fill_choices(sheet: Any) -> dict[str, str]:
    """Put each list of choices into a column; return the range of each field."""
    ranges = {}
    for column, code in enumerate((c for c in COLUMNS if _choices(c)), start=1):
        letter = get_column_letter(column)
        for row, choice in enumerate(_choices(code), start=1):
            sheet.cell(row, column, choice)
        ranges[code] = f"'{sheet.title}'!${letter}$1:${letter}${len(_choices(code))}"
    return ranges


def _fill_stations(sheet: Any, ranges: dict[str, str]) -> None:
    sheet.freeze_panes = "A2"
    for column, code in enumerate(COLUMNS, start=1):
        letter = get_column_letter(column)
        head = sheet.cell(1, column, texts.FIELD_TITLE[code].zh)
        head.font, head.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="center")
        head.fill = _ASKED_FILL if code in FIRST_COLUMNS else _HEAD_FILL
        sheet.column_dimensions[letter].width = (
            34 if code in {"name", "address", "hours_posted", "facilities"} else 15
        )
        # Text format, so that Excel turns no code, date or "1-2" into something else.
        sheet.column_dimensions[letter].number_format = "@"
        example = sheet.cell(2, column, texts.EXAMPLE_ROW.get(code))
        example.font, example.number_format = Font(italic=True, color="808080"), "@"
        for row in range(3, 203):
            sheet.cell(row, column).number_format = "@"
        if code in ranges:
            rule = DataValidation("list", formula1=ranges[code], allow_blank=True, showErrorMessage=True)
            sheet.add_data_validation(rule)
            rule.add(f"{letter}2:{letter}{VALIDATED_ROWS}")


def _fill_guide(sheet: Any) -> None:
    """Write the field table in Chinese and English."""
    sheet.append([f"{h.zh} {h.en}" for h in texts.GUIDE_HEAD])
    for code in COLUMNS:
        title, note = texts.FIELD_TITLE[code], texts.FIELD_NOTE[code]
        rule = texts.FIELD_RULE_REJECT if FIELDS[code].rejects else texts.FIELD_RULE_WARN
        sheet.append([title.zh, title.en, note.zh, note.en, str(rule), "、".join(_choices(code))])
    sheet.freeze_panes = "A2"
    for letter, width in zip("ABCDEF", (16, 20, 48, 60, 44, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), _HEAD_FILL
