"""Pairs as a worksheet for a person: written as Excel or CSV, read back with what the person decided."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import openpyxl
import pandas as pd
from openpyxl.worksheet.datavalidation import DataValidation

from data.editing import texts
from data.editing.decisions import Decision
from data.errors import InputError
from data.stations import readers, rejects
from data.stations.tables import unguard
from data.stations.workbook import text_cell, text_of
from data.workbooks import DAMAGED
from geo.texts import Text

ASKED: Final = ("verdict", "stays", "by", "note")
_NEEDED: Final = ("first_id", "second_id", "verdict")
_REASONS: Final = "、"


def write(path: Path, pairs: pd.DataFrame) -> None:
    """Write pairs with empty columns for what a person decides.

    Parameters
    ----------
    path
        ``.xlsx`` or ``.csv``; an existing file is replaced.
    pairs
        ``data.editing.duplicates.Found.pairs``; none gives a sheet of headers.

    Raises
    ------
    InputError
        Another ending.
    """
    rows = [[title.zh for title in texts.COLUMN.values()], *_rows(pairs)]
    suffix = path.suffix.casefold()
    if suffix == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(
                [rejects.guard(c) if isinstance(c, str) else c for c in row] for row in rows
            )
    elif suffix == ".xlsx":
        _write_book(path, rows)
    else:
        raise InputError(texts.SHEET_KIND.format(suffix=path.suffix or path.name))


def read(path: Path, *, by: str | None = None) -> list[Decision]:
    """Read what was decided; rows without a verdict are passed over.

    Parameters
    ----------
    by
        Who decided where the row does not say.

    Raises
    ------
    InputError
        No sheet of pairs, or rows that cannot be understood: each is named.
    """
    rows = _texts(path)
    head = {_plain(title): at for at, title in enumerate(rows[0])} if rows else {}
    found = {
        code: head[word]
        for code, title in texts.COLUMN.items()
        for word in map(_plain, title)
        if word in head
    }
    missing = [texts.COLUMN[code].zh for code in _NEEDED if code not in found]
    if missing:
        raise InputError(texts.SHEET_HEADERS.format(file=path.name, columns="、".join(missing)))
    decisions, wrong = [], list[Text]()
    for number, row in enumerate(rows[1:], start=2):
        cells = {code: unguard(row[at]).strip() if at < len(row) else "" for code, at in found.items()}
        if not cells["verdict"]:
            continue
        try:
            decisions.append(_decision(cells, by))
        except InputError as error:
            wrong.append(
                Text(*(s.format(row=number, why=w) for s, w in zip(texts.SHEET_ROW, error.text, strict=True)))
            )
    if wrong:
        raise InputError(Text("；".join(w.zh for w in wrong), "; ".join(w.en for w in wrong)))
    return decisions


def shown(row: Any, which: str) -> str:
    """Write the name of one of a pair; a withdrawn one is marked."""
    mark = texts.DELETED_MARK.zh if row[f"{which}_deleted"] else ""
    return f"{row[f'{which}_name']}{mark}"


def reasons(codes: str) -> Text:
    """Write reasons in words."""
    named = [texts.REASON[code] for code in codes.split(",") if code]
    return Text("、".join(n.zh for n in named), ", ".join(n.en for n in named))


def _rows(pairs: pd.DataFrame) -> Iterator[list[Any]]:
    for row in pairs.to_dict("records"):
        told = row | {"reasons": reasons(str(row["reasons"])).zh}
        told |= {f"{which}_name": shown(row, which) for which in ("first", "second")}
        told["distance_m"] = "" if pd.isna(row["distance_m"]) else row["distance_m"]
        yield [told.get(code) for code in texts.COLUMN]


def _write_book(path: Path, rows: list[list[Any]]) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet: Any = book.create_sheet(texts.SHEET.zh)
    sheet.freeze_panes = "A2"
    for at, code in enumerate(texts.COLUMN):
        letter = openpyxl.utils.get_column_letter(at + 1)
        sheet.column_dimensions[letter].width = 30 if code.endswith(("name", "address", "note")) else 16
        choices = {"verdict": texts.VERDICT, "stays": texts.STAYS}.get(code)
        if choices:
            words = ",".join(choice.zh for choice in choices.values())
            rule = DataValidation("list", formula1=f'"{words}"', allow_blank=True, showErrorMessage=True)
            rule.add(f"{letter}2:{letter}{max(len(rows), 2)}")
            sheet.data_validations.append(rule)
    for number, row in enumerate(rows):
        sheet.append([text_cell(sheet, value, bold=number == 0) for value in row])
    book.save(path)


def _texts(path: Path) -> list[list[str]]:
    suffix = path.suffix.casefold()
    if suffix == ".csv":
        text, _ = readers.decode(path.read_bytes(), path)
        return list(csv.reader(io.StringIO(text, newline="")))
    if suffix != ".xlsx":
        raise InputError(texts.SHEET_KIND.format(suffix=path.suffix or path.name))
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        sheet: Any = book.worksheets[0]
        found = [[text_of(value) for value in row] for row in sheet.iter_rows(values_only=True)]
        book.close()
    except DAMAGED as error:
        if isinstance(error, OSError) and error.errno:
            raise
        raise InputError(texts.SHEET_DAMAGED.format(file=path.name)) from error
    return found


def _decision(cells: dict[str, str], by: str | None) -> Decision:
    verdicts = {_plain(word): code for code, title in texts.VERDICT.items() for word in (code, *title)}
    verdict = verdicts.get(_plain(cells["verdict"]))
    if verdict is None:
        raise InputError(texts.BAD_VERDICT.format(value=cells["verdict"][:40]))
    first, second = cells["first_id"], cells["second_id"]
    stays = None
    if verdict == "same":
        sides = {_plain(word): code for code, title in texts.STAYS.items() for word in (code, *title)}
        side = sides.get(_plain(cells.get("stays", "")))
        stays = {"first": first, "second": second}.get(side or "", cells.get("stays"))
        if stays not in (first, second):
            raise InputError(texts.BAD_STAYS)
    who = cells.get("by") or by or ""
    return Decision(
        first, second, "same" if verdict == "same" else "different", stays, who, cells.get("note") or None
    )


def _plain(text: str) -> str:
    return text.strip().casefold()
