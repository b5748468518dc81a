"""``figures.xlsx``: the figures of a study for a planner's spreadsheet.

One sheet per question, Chinese headers, numbers as numbers (shares as percentages), frozen header rows and filters; the
week and the curve of new sites also as charts. Every text is stored as text, so that no spreadsheet runs what came in
with the data. Parameters, sources and seed have a sheet of their own, the meaning of each column another.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import openpyxl
import pandas as pd
from openpyxl.chart import LineChart, Reference, ScatterChart, Series
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from data.plans import texts, titles, words
from data.stations.workbook import ILLEGAL
from geo.study import CONTRACTS, INSTANTS, MOMENTS, STANDARDS, Study
from geo.texts import Text

_HEAD: Final = PatternFill("solid", fgColor="DCE6F1")
_WARNING: Final = Font(bold=True, color="C00000")
_BOLD: Final = Font(bold=True)
_WIDEST: Final = 60
_PERCENT: Final = "0.0%"
_CODES: Final = frozenset({"code", "parent", "adcode", "township_code"})

_TENTHS: Final = ("kmh", "cost")
_DEGREES: Final = ("lon", "lat")
_RATIOS: Final = ("gini",)

_ID: Final = ("code", "name")
_PLACE: Final = ("district", "township", "lon", "lat")
_AREAS: Final = (
    "demand", "stations", "stations_24h", "stations_unknown", "demand_per_station",
    *(f"{s}_{m}_share" for m in MOMENTS for s in STANDARDS),
    *(f"{s}_0200_maybe_share" for s in STANDARDS),
    "straight_mean_m", "straight_p90_m", "walk_mean_s", "walk_p90_s", "unreached_demand",
    *(f"{s}_{m}_{x}" for s in STANDARDS for m in INSTANTS for x in ("gap", "gap_share")),
    *(f"{s}_gini" for s in STANDARDS), "cells", "area_m2",
)  # fmt: skip
_SITES: Final = (
    "standard", "moment", "rank", "site_id", "name", "kind", "street_facing", *_PLACE,
    "gain", "covered", "share", "served", "mean_cost",
)  # fmt: skip
SHEETS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "districts": ("areas", (*_ID, *_AREAS)),
    "townships": ("areas", ("parent", *_ID, *_AREAS)),
    "week": ("week", (
        "weekday", "time", "date", "stations_open", "demand",
        "straight_share", "walk_share", "straight_maybe_share", "walk_maybe_share",
    )),
    "limits": ("limits", (
        "standard", "limit", "speed_kmh", "is_norm", "any_share", "0200_share", "24h_share",
    )),
    "gaps": ("gaps", (
        "gap_id", "standard", "moment", "rank", "demand", "gap_share", "demand_share", "area_m2", "cells",
        "straight_m", "walk_s", "unreached_demand", "station", *_PLACE,
    )),
    "sites": ("sites", _SITES),
    "curve": ("curve", ("standard", "moment", "n", "covered", "share", "bound", "proved")),
    "extend": ("extend", (
        "standard", "moment", "rank", "station_id", "name", "gain", "covered", "share", "bound",
    )),
    "least": ("least", (
        "standard", "moment", "target", "reachable", "n", "at_least", "proved", "covered", "share",
    )),
    "least_sites": ("least_sites", _SITES),
    "stations": ("stations", (
        "station_id", "name", "address", *_PLACE, "is_24h", "hours_known", "open_hours", "not_counted",
        "walk_demand", "straight_demand", "walk_alone", "straight_alone", "snap_m",
    )),
}  # fmt: skip
"""Sheet to the frame of the study that it shows, and its columns."""

_SCALE: Final = {"walk_mean_s": 60.0, "walk_p90_s": 60.0, "walk_s": 60.0, "area_m2": 1e6}
"""Columns shown in minutes and square kilometres: what a value is divided by."""

_BY_STANDARD: Final = {"limits": "limit", "sites": "mean_cost", "least_sites": "mean_cost"}
"""Sheet to its column of metres or seconds by the standard of the row; seconds are shown as minutes."""

_LEVEL_OF: Final = {"districts": "district", "townships": "township"}


def write(path: Path, study: Study) -> None:
    """Write the workbook; an existing file is replaced.

    Parameters
    ----------
    path
        ``.xlsx``.
    study
        Frames without rows give sheets that say so.
    """
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    _summary(_sheet(book, "summary"), study)
    for sheet, (_, columns) in SHEETS.items():
        rows = rows_of(study, sheet)
        _table(_sheet(book, sheet), study, rows[[c for c in columns if c in rows]])
        if sheet in _CHARTS and len(rows):
            _CHARTS[sheet](book[texts.SHEET[sheet].zh], rows, columns)
    _parameters(_sheet(book, "parameters"), study)
    _columns(_sheet(book, "columns"), study)
    book.properties.title = _clean(study.parameters["title"])
    book.properties.creator = _clean(study.parameters["program"])
    book.save(path)


def rows_of(study: Study, sheet: str) -> pd.DataFrame:
    """Take the rows of a frame that a sheet shows, codes still codes."""
    frame: pd.DataFrame = getattr(study, SHEETS[sheet][0])
    if sheet in _LEVEL_OF:
        frame = frame[frame["level"] == _LEVEL_OF[sheet]]
        frame = frame.assign(name=frame["name"].where(frame["name"] != "", texts.NO_AREA.zh))
    if sheet in _BY_STANDARD:
        column = _BY_STANDARD[sheet]
        frame = frame.assign(**{column: frame[column] / np.where(frame["standard"] == "walk", 60.0, 1.0)})
    if sheet == "extend":
        named = dict(zip(study.stations["station_id"], study.stations["name"], strict=True))
        frame = frame.assign(name=frame["station_id"].map(named).astype(object))
    return frame


def title(column: str, study: Study) -> Text:
    """Name a column of a sheet, in the unit that it is shown in."""
    return texts.SHEET_COLUMN.get(column) or titles.title(column, study.parameters)


def number_format(column: str) -> str:
    """Say how numbers of a column are shown.

    Examples
    --------
    >>> number_format("walk_any_share"), number_format("demand"), number_format("lon"), number_format("speed_kmh")
    ('0.0%', '#,##0', '0.000000', '0.0')
    """
    ending = column.rsplit("_", 1)[-1]
    if column in _SCALE:
        return "0.0"
    if ending in ("share", "target"):
        return _PERCENT
    if column in _DEGREES:
        return "0.000000"
    if ending in _RATIOS:
        return "0.000"
    return "0.0" if ending in _TENTHS else "#,##0"


def _sheet(book: Any, name: str) -> Any:
    return book.create_sheet(texts.SHEET[name].zh)


def _clean(text: str) -> str:
    return ILLEGAL.sub("", text[:32_767])


def _put(sheet: Any, row: int, column: int, value: Any, style: str = "General") -> Any:
    """Fill one cell; a text is text whatever it looks like, what is missing is empty."""
    cell = sheet.cell(row, column)
    if value is None or (isinstance(value, float) and not np.isfinite(value)):
        return cell
    if isinstance(value, str):
        cell.value = _clean(value)
        cell.data_type, cell.number_format = "s", "@"
        cell.quotePrefix = value[:1] in {"=", "+", "-", "@"}
    else:
        cell.value, cell.number_format = value, style
    return cell


def _table(sheet: Any, study: Study, rows: pd.DataFrame) -> None:
    """Write a header and the rows below it; the stand-in stands above where there is one."""
    top = _banner(sheet, study)
    heads = [title(str(column), study).zh for column in rows]
    _header(sheet, top, heads)
    for at, column in enumerate(map(str, rows), start=1):
        style = number_format(column)
        values = rows[column] / _SCALE[column] if column in _SCALE else rows[column]
        for row, value in enumerate(values.tolist(), start=top + 1):
            _put(sheet, row, at, words.word(column, value), style)
    if not len(rows):
        _put(sheet, top + 1, 1, texts.NO_ROWS.zh)
    sheet.freeze_panes = sheet.cell(top + 1, 1)
    sheet.auto_filter.ref = f"A{top}:{get_column_letter(max(len(heads), 1))}{top + max(len(rows), 1)}"
    _widths(sheet, top)


def _banner(sheet: Any, study: Study) -> int:
    """Say above a table that its stations are a stand-in; return the row of the header."""
    if not study.parameters["stand_in"]:
        return 1
    _put(sheet, 1, 1, texts.STAND_IN.format(what=study.parameters["stand_in"]).zh).font = _WARNING
    return 2


def _header(sheet: Any, row: int, heads: Sequence[str]) -> None:
    for at, head in enumerate(heads, start=1):
        cell = _put(sheet, row, at, head)
        cell.font, cell.fill = _BOLD, _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _widths(sheet: Any, top: int) -> None:
    """Make columns as wide as their cells want; a long header wraps instead."""
    for at, cells in enumerate(sheet.iter_cols(min_row=top, max_row=min(sheet.max_row, top + 500)), start=1):
        body = max((_width(cell) for cell in cells[1:]), default=0)
        wanted = max(body, min(_width(cells[0]), 16))
        sheet.column_dimensions[get_column_letter(at)].width = min(wanted + 2, _WIDEST)


def _width(cell: Any) -> int:
    """Width of what a cell shows; a Chinese character is twice as wide as a Latin one."""
    value = cell.value
    if value is None:
        return 0
    if isinstance(value, str):
        return sum(2 if ord(c) > 0x2E7F else 1 for c in value)
    return (
        7
        if cell.number_format == _PERCENT
        else len(f"{value:,.0f}") + (7 if "000" in cell.number_format else 0)
    )


def _summary(sheet: Any, study: Study) -> None:
    """Write the figures that are asked first, then how to read them and what to mind."""
    parameters = study.parameters
    _put(sheet, 1, 1, parameters["title"]).font = Font(bold=True, size=16)
    row = 2
    if parameters["stand_in"]:
        _put(sheet, row, 1, texts.STAND_IN.format(what=parameters["stand_in"]).zh).font = _WARNING
        row += 1
    row = _figures(sheet, row + 1, study)
    row = _shares(sheet, row + 1, study)
    row = _sentences(sheet, row + 1, (*texts.READING, *study.notes))
    sheet.column_dimensions["A"].width = 46
    for letter in "BCDEFG":
        sheet.column_dimensions[letter].width = 18


def _figures(sheet: Any, row: int, study: Study) -> int:
    whole = study.areas[study.areas["level"] == "all"]
    figures = {} if whole.empty else figures_of(whole.iloc[0])
    for key, value in figures.items():
        name = texts.SUMMARY_ROWS[key].format(unit=study.parameters["demand_unit"])
        _put(sheet, row, 1, name.zh)
        _put(sheet, row, 2, value, "0.0" if key.endswith("min") else number_format(key))
        row += 1
    return row


def figures_of(area: pd.Series) -> dict[str, float]:
    """Take the figures of one area that the summary shows, minutes instead of seconds.

    Examples
    --------
    >>> area = {"stations": 4, "stations_24h": 1, "walk_mean_s": 90, "walk_p90_s": 120}
    >>> figures_of(pd.Series(area | dict.fromkeys(("demand", "stations_unknown", "demand_per_station",
    ...     "straight_mean_m", "straight_p90_m", "unreached_demand"), 0)))["stations_24h_share"]
    0.25
    """
    values = {k: float(area[k]) for k in texts.SUMMARY_ROWS if k in area}
    values["stations_24h_share"] = (
        values["stations_24h"] / values["stations"] if values["stations"] else float("nan")
    )
    values["walk_mean_min"], values["walk_p90_min"] = (
        float(area["walk_mean_s"]) / 60,
        float(area["walk_p90_s"]) / 60,
    )
    return {k: values[k] for k in texts.SUMMARY_ROWS}


def _shares(sheet: Any, row: int, study: Study) -> int:
    """Write both standards side by side at each moment."""
    whole = study.areas[study.areas["level"] == "all"]
    if whole.empty:
        return row
    names = [titles.standard_name(s, study.parameters).zh for s in STANDARDS]
    _header(sheet, row, [titles.title("moment", {}).zh, *names])
    for moment in MOMENTS:
        row += 1
        _put(sheet, row, 1, words.word("moment", moment))
        for at, standard in enumerate(STANDARDS, start=2):
            _put(sheet, row, at, float(whole.iloc[0][f"{standard}_{moment}_share"]), _PERCENT)
    return row + 1


def _sentences(sheet: Any, row: int, sentences: Iterable[Text]) -> int:
    _put(sheet, row, 1, texts.NOTES.zh).font = _BOLD
    for sentence in sentences:
        row += 1
        cell = _put(sheet, row, 1, sentence.zh)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=7)
        sheet.row_dimensions[row].height = 16 * (
            1 + sum(2 if ord(c) > 0x2E7F else 1 for c in sentence.zh) // 140
        )
    return row + 1


def _parameters(sheet: Any, study: Study) -> None:
    _header(sheet, 1, [titles.title(c, {}).zh for c in ("title", "value", "parameter")])
    for row, (key, name, value) in enumerate(words.parameter_rows(study.parameters), start=2):
        _put(sheet, row, 1, name.zh)
        _put(sheet, row, 2, value).alignment = Alignment(wrap_text=True, horizontal="left", vertical="top")
        _put(sheet, row, 3, key)
    for letter, width in zip("ABC", (36, 70, 28), strict=True):
        sheet.column_dimensions[letter].width = width


def _columns(sheet: Any, study: Study) -> None:
    """Explain every column: sheet, header, the field's name in the GeoPackage, meaning."""
    _header(sheet, 1, [t.zh for t in (texts.IN_SHEET, texts.HEADER, texts.FIELD, texts.MEANING)])
    row = 2
    for name, (frame, columns) in SHEETS.items():
        for column in columns:
            head = title(column, study)
            known = CONTRACTS[frame].columns.get(column)
            for at, value in enumerate(
                (texts.SHEET[name].zh, head.zh, column, known.meaning if known else head.en)
            ):
                _put(sheet, row, at + 1, value)
            row += 1
    for letter, width in zip("ABCD", (14, 48, 28, 80), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"


def _top(sheet: Any) -> int:
    """Row of a sheet's header."""
    return int(sheet.auto_filter.ref.split(":")[0][1:])


def _week_chart(sheet: Any, rows: pd.DataFrame, columns: Sequence[str]) -> None:
    """Draw coverage over the 336 half hours."""
    chart: Any = LineChart()
    top = _top(sheet)
    chart.title, chart.height, chart.width = texts.CHART_WEEK.zh, 9, 28
    for name in ("straight_share", "walk_share"):
        at = columns.index(name) + 1
        chart.add_data(
            Reference(sheet, min_col=at, min_row=top, max_row=top + len(rows)), titles_from_data=True
        )
        chart.series[-1].smooth = False
    chart.set_categories(Reference(sheet, min_col=1, max_col=2, min_row=top + 1, max_row=top + len(rows)))
    chart.y_axis.number_format, chart.y_axis.scaling.min, chart.y_axis.scaling.max = "0%", 0, 1
    chart.x_axis.tickLblSkip = chart.x_axis.tickMarkSkip = 48
    chart.x_axis.delete = chart.y_axis.delete = False
    sheet.add_chart(chart, f"{get_column_letter(len(columns) + 2)}{top + 1}")


def _curve_chart(sheet: Any, rows: pd.DataFrame, columns: Sequence[str]) -> None:
    """Draw coverage against the number of new sites, one line per standard and moment."""
    chart, top = ScatterChart(), _top(sheet)
    chart.title, chart.height, chart.width, chart.style = texts.CHART_CURVE.zh, 9, 18, 13
    x, y = columns.index("n") + 1, columns.index("share") + 1
    positions = np.arange(len(rows)) + top + 1
    keys = rows["standard"].astype(str) + "|" + rows["moment"].astype(str)
    for key in dict.fromkeys(keys):
        at = positions[(keys == key).to_numpy()]
        series = Series(
            Reference(sheet, min_col=y, min_row=int(at.min()), max_row=int(at.max())),
            Reference(sheet, min_col=x, min_row=int(at.min()), max_row=int(at.max())),
            title=" ".join(
                words.word(c, code) for c, code in zip(("standard", "moment"), key.split("|"), strict=True)
            ),
        )
        series.smooth = False
        chart.series.append(series)
    chart.y_axis.number_format = "0%"
    chart.x_axis.delete = chart.y_axis.delete = False
    sheet.add_chart(chart, f"{get_column_letter(len(columns) + 2)}{top + 1}")


_CHARTS: Final[dict[str, Callable[[Any, pd.DataFrame, Sequence[str]], None]]] = {
    "week": _week_chart,
    "curve": _curve_chart,
}
