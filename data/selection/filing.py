"""The filing form of a selection (推荐汇总表) as Excel: a list that a union office files, with what it rests on.

Three sheets: the list (one row per candidate, each have as 具备, 不具备 or 待核实), the evidence (each fact with
its kind, day and unit), and the terms (rules, quotas, days). The two yellow columns of the list, 结论 and 理由, are
for the reviewers; ``decisions`` reads them back.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from data.criteria import texts as criteria_texts
from data.errors import InputError
from data.hours import round_the_clock
from data.selection import campaigns, texts
from data.selection.campaigns import Campaign
from data.selection.candidates import Candidate
from data.selection.shortlist import Ranked
from data.stations import fields, headers, readers, workbook
from data.stations import texts as station_texts
from data.stations.tables import Table
from data.stations.workbook import ILLEGAL
from geo import vocabulary
from geo.texts import Text

_HEAD: Final = PatternFill("solid", start_color="DDEBF7")
_YELLOW: Final = PatternFill("solid", start_color="FFF2CC")
_LINE: Final = Border(*(Side("thin", "BFBFBF"),) * 4)
_TOP: Final = Alignment(wrap_text=True, vertical="top")
_WIDE: Final = {"name": 26, "address": 34, "operator": 24, "why": 46, "reason": 26, "station_id": 20}


class Line(NamedTuple):
    """One row of the list; ``ranked`` where a shortlist was made."""

    candidate: Candidate
    ranked: Ranked | None = None


def write(path: Path, campaign: Campaign, lines: Sequence[Line]) -> Path:
    """Write the form.

    Parameters
    ----------
    path
        ``.xlsx``; replaced when it exists.
    campaign
        Whose terms the last sheet states.
    lines
        In the order of the list; none gives a form of headers.

    Raises
    ------
    InputError
        Another ending, or the file cannot be written.
    """
    path = Path(path)
    workbook.check_name(path)
    book = Workbook()
    sheet: Any = book.active
    sheet.title = texts.SHEET_LIST.zh
    _list(sheet, campaign, lines)
    _evidence(book.create_sheet(texts.SHEET_EVIDENCE.zh), lines)
    _terms(book.create_sheet(texts.SHEET_TERMS.zh), campaign)
    try:
        book.save(path)
    except OSError as error:
        why = error.strerror or str(error)
        raise InputError(station_texts.FILE_BROKEN.format(path=path, why=why)) from error
    return path


def _list(sheet: Any, campaign: Campaign, lines: Sequence[Line]) -> None:
    haves = [(f"have.{have.code}", have.name.zh) for have in campaign.rules.haves]
    preferences = [(f"preference.{have.code}", have.name.zh) for have in campaign.rules.preferences]
    titles = {code: title.zh for code, title in texts.COLUMN.items()}
    before, after = list(titles.items()), []
    at = list(titles).index("met")
    before, after = before[:at], before[at:]
    columns = dict([*before, *haves, *preferences, *after])
    _row(sheet, 1, list(columns.values()), head=True)
    for number, line in enumerate(lines, start=1):
        values = _values(number, line, campaign)
        _row(sheet, number + 1, [values.get(code) for code in columns], asked=[c in _ASKED for c in columns])
    for column, code in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = _WIDE.get(code, 12)
    sheet.freeze_panes = "D2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    letter = get_column_letter(list(columns).index("decision") + 1)
    rule = DataValidation("list", formula1=f'"{texts.DECISIONS.zh}"', allow_blank=True, showErrorMessage=True)
    sheet.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{max(len(lines) + 1, 2)}")


_ASKED: Final = frozenset({"decision", "reason"})


def _values(number: int, line: Line, campaign: Campaign) -> dict[str, Any]:
    candidate, station, card = line.candidate, line.candidate.station, line.candidate.card
    marks = {f"have.{mark['code']}": mark["state"] for mark in card.get("haves", [])}
    marks |= {f"preference.{mark['code']}": mark["state"] for mark in card.get("preferences", [])}
    values: dict[str, Any] = {code: criteria_texts.CARD_STATE[state].zh for code, state in marks.items()}
    ranked = line.ranked
    return values | {
        "number": number,
        "station_id": candidate.station_id,
        "name": station["name"],
        "address": station["address"],
        "district": station["district"] or station["adcode"],
        "operator": station["operator"] or station["host"],
        "level": campaign.level(candidate.level).quota.name,
        "met": card.get("met"),
        "preferred": card.get("preferred"),
        "street_facing": vocabulary.STREET_FACING[station["street_facing"]].zh,
        "around_the_clock": around_the_clock(station).zh,
        "step": texts.STEP[candidate.step].zh,
        "on": candidate.on.isoformat(),
        "by": candidate.by,
        "notice_until": candidate.notice_until.isoformat() if candidate.notice_until else None,
        "place": None if ranked is None else (texts.CHOSEN if ranked.chosen else texts.RESERVE).zh,
        "tied": texts.TIE.zh if ranked is not None and ranked.tied else None,
        "why": None if ranked is None else ranked.reason.zh,
        "reason": candidate.reason,
        "version": f"{campaign.campaign_id} {candidate.version}",
    }


def around_the_clock(station: Mapping[str, Any]) -> Text:
    """Name how a station serves around the clock, from its three facts."""
    code = round_the_clock.access_24h(station["door_24h"], station["unattended_24h"], station["goods_24h"])
    return vocabulary.ACCESS_24H[code]


def _evidence(sheet: Any, lines: Sequence[Line]) -> None:
    _row(sheet, 1, [title.zh for title in texts.EVIDENCE_COLUMN.values()], head=True)
    row = 2
    for line in lines:
        card = line.candidate.card
        for mark in [*card.get("haves", []), *card.get("preferences", [])]:
            for fact in mark["facts"]:
                note = fact.get("note", {}).get("zh")
                shown = [line.candidate.station_id, line.candidate.station["name"], mark["name"]["zh"]]
                state = vocabulary.TERNARY[fact["state"]].zh
                kind = criteria_texts.FACT_KIND[fact["kind"]].zh
                values = [*shown, fact["name"]["zh"], state, kind, fact.get("on"), fact.get("by"), note]
                # Thousands of candidates have a hundred thousand facts: no border for each cell.
                _row(sheet, row, values, plain=True)
                row += 1
    for column, width in zip("ABCDEFGHI", (20, 26, 14, 30, 8, 10, 12, 24, 60), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A2"


def _terms(sheet: Any, campaign: Campaign) -> None:
    rules = campaign.rules
    rows: list[list[Any]] = [
        [texts.TERM["campaign"].zh, f"{campaign.title} ({campaign.campaign_id})"],
        [texts.TERM["opened"].zh, f"{campaign.opened_on.isoformat()} {campaign.opened_by}"],
        [texts.TERM["notice_days"].zh, campaign.notice_days],
        [texts.TERM["rules"].zh, f"{rules.title.zh} {rules.version}"],
        [texts.TERM["digest"].zh, rules.digest],
    ]
    for level in campaign.levels:
        limits = "、".join(f"{adcode}≤{most}" for adcode, most in sorted(level.quota.districts.items()))
        rows.append(
            [texts.TERM["level"].zh, f"{level.quota.name} ({level.code}) {level.quota.quota}  {limits}"]
        )
    rows += [[have.name.zh, have.asks.zh] for have in (*rules.haves, *rules.preferences)]
    rows.append([texts.TERM["order"].zh, texts.ORDER_IN_WORDS.zh])
    for number, row in enumerate(rows, start=1):
        _row(sheet, number, row)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 22, 110


def _row(
    sheet: Any,
    row: int,
    values: Sequence[Any],
    *,
    head: bool = False,
    asked: Sequence[bool] | None = None,
    plain: bool = False,
) -> None:
    for column, value in enumerate(values, start=1):
        cell = sheet.cell(row, column)
        if not plain:
            cell.border, cell.alignment = _LINE, _TOP
        if isinstance(value, str) and value:
            cell.value, cell.data_type = ILLEGAL.sub("", value[:32_767]), "s"
            if value[:1] in {"=", "+", "-", "@"}:
                cell.quotePrefix = True
        elif value is not None and value != "":
            cell.value = value
        if head:
            cell.font, cell.fill = Font(bold=True), _HEAD
        elif asked is not None and asked[column - 1]:
            cell.fill, cell.number_format = _YELLOW, "@"


# -- and back


@dataclass
class Decisions:
    """What the reviewers wrote: who goes on, who goes back and why; the versions they saw; rows that say nothing.

    ``rejected``: rows that cannot be read, by position: (field, reason).
    """

    table: Table
    on: dict[str, int] = field(default_factory=dict)
    back: dict[str, tuple[int, str]] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    skipped: int = 0
    rejected: dict[int, list[tuple[str, Text]]] = field(default_factory=dict)

    def row_of(self, station_id: str) -> int:
        """Position of the row of a station."""
        return self.on[station_id] if station_id in self.on else self.back[station_id][0]


_VERSION: Final = re.compile(r"(?:(?P<campaign>[a-z0-9-]{1,40}) +)?(?P<number>[0-9]{1,9})")


def decisions(path: Path, campaign_id: str, *, all_go: bool = False) -> Decisions:
    """Read a list of stations, with the reviewers' decisions where it has the column 结论.

    Parameters
    ----------
    path
        ``.xlsx`` or ``.csv`` with a column of station ids.
    campaign_id
        For which selection: rows of another one's form are rejected, unless all go.
    all_go
        Rows without a decision go on as well: for a plain list of stations.

    Raises
    ------
    InputError
        The file cannot be used, or has no column of station ids.
    """
    table = readers.read(Path(path))
    columns = _columns(table)
    if "station_id" not in columns:
        title = station_texts.FIELD_TITLE["station_id"].zh
        raise InputError(texts.LIST_NO_COLUMN.format(path=path, column=title))
    read = Decisions(table)
    for position in range(len(table.rows)):
        row = table.row(position)
        cells = {code: fields.clean(row[column])[0] for code, column in columns.items()}
        _decide(read, position, cells, campaign_id, all_go=all_go)
    return read


def _columns(table: Table) -> dict[str, int]:
    columns: dict[str, int] = {}
    own = {
        headers.plain(word): code for code in ("decision", "reason", "version") for word in texts.COLUMN[code]
    }
    for position, header in enumerate(table.headers):
        code = own.get(headers.plain(header)) or headers.field_of(header)[0]
        if code in ("station_id", "decision", "reason", "version") and code not in columns:
            columns[code] = position
    return columns


def _decide(
    read: Decisions, position: int, cells: Mapping[str, str], campaign_id: str, *, all_go: bool
) -> None:
    station_id, decision = cells["station_id"], cells.get("decision", "").casefold()
    seen = _VERSION.fullmatch(cells.get("version", ""))
    other = seen["campaign"] if seen and seen["campaign"] != campaign_id else None
    if not decision and not all_go:
        read.skipped += 1
        return
    problem: tuple[str, Text] | None = None
    if not station_id:
        problem = ("station_id", texts.ROW_NO_STATION)
    elif other and not all_go:
        problem = ("", texts.ROW_OTHER_CAMPAIGN.format(campaign=other))
    elif station_id in read.on or station_id in read.back:
        key = station_texts.ROW_TWICE.format(
            row=int(read.table.rows[read.row_of(station_id)]), key=station_id
        )
        problem = ("station_id", key)
    elif decision in texts.BACK and not cells.get("reason"):
        problem = ("", texts.NEEDS_REASON)
    elif decision and decision not in texts.GO | texts.BACK:
        problem = ("", texts.ROW_DECISION.format(value=fields.shown(decision)))
    elif decision in texts.BACK and (
        wrong := campaigns.line_problem(texts.COLUMN["reason"].zh, cells["reason"])
    ):
        problem = ("", wrong)
    if problem is not None:
        read.rejected[position] = [problem]
        return
    if decision in texts.BACK:
        read.back[station_id] = (position, cells["reason"])
    else:
        read.on[station_id] = position
    if seen and not other:
        read.versions[station_id] = int(seen["number"])
