"""The declaration form (申报表) as an Excel sheet: one row per station, one yellow column per fact, 是 or 否."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from data.criteria import texts
from data.criteria.facts import STATED
from data.criteria.grounds import Ground
from data.criteria.rulesets import RuleSet
from data.errors import InputError
from data.stations import texts as station_texts
from data.stations import workbook
from data.stations.workbook import ILLEGAL
from geo import vocabulary

SHOWN: Final = ("station_id", "name", "address", "district")
ASKED: Final[Mapping[str, str]] = MappingProxyType({"unit": "declared_by", "day": "declared_on"})
"""Columns of the row as a whole, and the fields whose headers they go by."""
_YELLOW: Final = PatternFill("solid", start_color="FFF2CC")
_BLUE: Final = PatternFill("solid", start_color="DDEBF7")


def write(path: Path, stations: Sequence[Ground], rules: RuleSet | None = None) -> Path:
    """Write the form for some stations, filled in with what has been declared so far.

    Parameters
    ----------
    path
        ``.xlsx``; replaced when it exists.
    stations
        From ``grounds.read``; none gives a form of headers.
    rules
        Ask only for the facts that this set needs; None = for all.

    Raises
    ------
    InputError
        Another ending, or the file cannot be written.
    """
    path = Path(path)
    workbook.check_name(path)
    asked = asked_for(rules)
    book = Workbook()
    sheet: Any = book.active
    sheet.title = texts.SHEET_FORM.zh
    titles = [station_texts.FIELD_TITLE[code].zh for code in (*SHOWN, *ASKED.values())]
    _head(sheet, [*titles, *(texts.FACT[code].zh for code in asked)])
    for row, ground in enumerate(stations, start=2):
        _fill(sheet, row, ground, asked)
    _choices(sheet, first=len(titles) + 1, count=len(asked), last=max(len(stations) + 1, 2))
    _explain(book.create_sheet(texts.SHEET_FORM_HOW.zh), asked)
    try:
        book.save(path)
    except OSError as error:
        why = error.strerror or str(error)
        raise InputError(station_texts.FILE_BROKEN.format(path=path, why=why)) from error
    return path


def asked_for(rules: RuleSet | None) -> tuple[str, ...]:
    """List the stated facts that a rule set needs, in the order of the form; all of them for None.

    Examples
    --------
    >>> from data.criteria import rulesets
    >>> asked_for(rulesets.load("six"))[:3]
    ('sign_uniform', 'sign_served', 'sign_hours')
    """
    if rules is None:
        return STATED
    needed = {fact for have in (*rules.haves, *rules.preferences) for fact in have.needs.facts()}
    return tuple(code for code in STATED if code in needed)


def _head(sheet: Any, titles: Sequence[str]) -> None:
    for column, title in enumerate(titles, start=1):
        cell = sheet.cell(1, column, title)
        cell.font, cell.fill = Font(bold=True), _BLUE
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(column)].width = 26 if 1 < column <= len(SHOWN) else 14
    sheet.freeze_panes = "C2"


def _fill(sheet: Any, row: int, ground: Ground, asked: Sequence[str]) -> None:
    shown = [ground.station[code] for code in SHOWN]
    stated: dict[str, Any] = ground.station["stated"]
    declared = [entry for code in asked if (entry := (stated.get(code) or {}).get("declared"))]
    latest: Mapping[str, Any] = max(declared, key=lambda entry: entry.get("on") or "", default={})
    answers = [_answer((stated.get(code) or {}).get("declared")) for code in asked]
    for column, value in enumerate([*shown, latest.get("by"), latest.get("on"), *answers], start=1):
        cell = sheet.cell(row, column)
        if column > len(SHOWN):
            cell.fill, cell.number_format = _YELLOW, "@"
        if value:
            cell.value, cell.data_type = ILLEGAL.sub("", str(value)[:32_767]), "s"
            cell.quotePrefix = str(value)[:1] in {"=", "+", "-", "@"}


def _answer(entry: Mapping[str, Any] | None) -> str | None:
    return vocabulary.TERNARY[entry["state"]].zh if entry else None


def _choices(sheet: Any, *, first: int, count: int, last: int) -> None:
    allowed = ",".join(vocabulary.TERNARY[code].zh for code in ("yes", "no"))
    rule = DataValidation("list", formula1=f'"{allowed}"', allow_blank=True, showErrorMessage=True)
    sheet.add_data_validation(rule)
    rule.add(f"{get_column_letter(first)}2:{get_column_letter(first + count - 1)}{last}")


def _explain(sheet: Any, asked: Sequence[str]) -> None:
    for line in texts.FORM_HOW:
        sheet.append([line.zh, line.en])
    sheet.append([])
    for code in asked:
        sheet.append(list(texts.FACT[code]))
    for letter in "AB":
        sheet.column_dimensions[letter].width = 70
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
