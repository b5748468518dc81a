"""``yizhan reports``: what users reported, decided by people; what to visit next."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.table import Table

from data.hours.schedule import SHANGHAI
from data.postgres import db
from data.reports import reports
from data.reports import texts as report_texts
from data.reports.reports import Decision
from data.selection.campaigns import check_line
from data.stations import workbook
from geo import vocabulary
from geo.texts import Text
from service import console, registry
from service.commands.stations import LISTED, REJECTED, keep_existing
from service.reporting import texts
from service.settings import Settings

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=str(texts.REPORTS))

Out = Annotated[Path | None, typer.Option(help=str(texts.OUT))]
Force = Annotated[bool, typer.Option("--force", help=str(texts.OVERWRITE))]
Adcode = Annotated[str | None, typer.Option(help=str(texts.ADCODE))]
Ids = Annotated[list[int], typer.Argument(help=str(texts.IDS), min=1, max=2**53)]
By = Annotated[str, typer.Option(help=str(texts.BY))]
Words = Annotated[str | None, typer.Option(help=str(texts.WORDS))]

_SCREEN: Final = ("report_id", "name", "reason", "found_at", "within_hours", "note", "state")
_DUE_SCREEN: Final = (
    "station_id",
    "name",
    "district",
    "why",
    "open_reports",
    "verified_at",
    "reported_closed_on",
)


@app.command("list")
def list_reports(
    context: typer.Context,
    station: Annotated[str | None, typer.Option(help=str(texts.STATION))] = None,
    adcode: Adcode = None,
    everything: Annotated[bool, typer.Option("--all", help=str(texts.ALL))] = False,
    out: Out = None,
    force: Force = False,
) -> None:
    """反映清单，最要紧的站点在前 · List what users reported, the most urgent stations first."""
    if out is not None:
        workbook.check_name(out)
        keep_existing(out, force)
    with registry.open_url(context.obj) as url, registry.closing_connection(url, role="reader") as conn:
        found = reports.read(conn, only_open=not everything, station_id=station, adcode=adcode)
    rows = [_report(row) for row in found]
    _give(rows, _SCREEN, list(texts.COLUMN)[:17], out, texts.NOTHING)


@app.command("visits")
def visits(context: typer.Context, adcode: Adcode = None, out: Out = None, force: Force = False) -> None:
    """该去核实的站点：有反映的、从未核实的、核实过期的 · Which stations to visit next, the most urgent first."""
    settings: Settings = context.obj
    if out is not None:
        workbook.check_name(out)
        keep_existing(out, force)
    today = datetime.now(SHANGHAI).date()
    with registry.open_url(settings) as url, registry.closing_connection(url, role="reader") as conn:
        found = reports.due(conn, today, settings.stale_days, adcode=adcode)
    rows = [_plain(row) | {"why": _why(row).zh} for row in found]
    columns = (
        "station_id",
        "name",
        "address",
        "district",
        "why",
        "open_reports",
        "verified_at",
        "reported_closed_on",
    )
    _give(rows, _DUE_SCREEN, columns, out, texts.NOTHING_DUE)


@app.command("confirm")
def confirm(context: typer.Context, reports_: Ids, by: By, words: Words = None) -> None:
    """情况属实 · The report is right; change the station's facts or status as well."""
    _decide(context, reports_, "confirmed", by, words)


@app.command("mend")
def mend(context: typer.Context, reports_: Ids, by: By, words: Words = None) -> None:
    """已整改 · It was right and is mended."""
    _decide(context, reports_, "mended", by, words)


@app.command("reject")
def reject(context: typer.Context, reports_: Ids, by: By, words: Words = None) -> None:
    """不属实 · The report is not right."""
    _decide(context, reports_, "rejected", by, words)


def _decide(
    context: typer.Context, ids: Sequence[int], decision: Decision, by: str, words: str | None
) -> None:
    for name, text in (("--by", by), ("--words", words)):
        if text is not None:
            check_line(name, text)
    today = datetime.now(SHANGHAI).date()
    with (
        registry.open_url(context.obj, role="writer") as url,
        registry.closing_connection(url, role="writer") as conn,
        db.transaction(conn, actor=report_texts.ACTOR),
    ):
        outcomes = reports.decide(conn, ids, decision, by=by, on=today, words=words)
    refused = [outcome for outcome in outcomes if outcome.reason is not None]
    state = report_texts.STATE[decision]
    counts = {"done": len(outcomes) - len(refused), "refused": len(refused)}
    console.say(texts.DONE.format(state_zh=state.zh, state_en=state.en, **counts))
    for outcome in refused[:LISTED]:
        console.note(outcome.reason or "")
    if refused:
        raise typer.Exit(REJECTED)


def _give(
    rows: list[dict[str, Any]], screen: Sequence[str], columns: Sequence[str], out: Path | None, nothing: Text
) -> None:
    if not rows:
        console.say(nothing)
        return
    table = Table(*(texts.COLUMN[code].zh for code in screen))
    for row in rows[:LISTED]:
        table.add_row(*(str(row.get(code) or "") for code in screen))
    console.show(table)
    if len(rows) > LISTED:
        console.note(f"… {len(rows)}")
    if out is not None:
        head = [texts.COLUMN[code].zh for code in columns]
        workbook.write_rows(
            out, [head, *([row.get(code) for code in columns] for row in rows)], texts.REPORTS.zh[:4]
        )
        console.say(texts.WRITTEN.format(file=out, n=len(rows)))


def _report(row: dict[str, Any]) -> dict[str, Any]:
    facility = row["facility"]
    return _plain(row) | {
        "reason": report_texts.REASON[row["reason"]].zh,
        "facility": vocabulary.FACILITY[facility].zh if facility else None,
        "found_at": row["found_at"].astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        "within_hours": vocabulary.TERNARY[row["within_hours"]].zh,
        "state": report_texts.STATE[row["state"]].zh,
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}


def _why(row: dict[str, Any]) -> Text:
    if row["open_reports"]:
        return texts.DUE_REPORTED
    return texts.DUE_NEVER if row["verified_at"] is None else texts.DUE_OLD
