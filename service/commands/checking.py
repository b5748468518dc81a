"""``yizhan check`` and ``yizhan visits``: verdicts, what they sum up to, and the way to settle the open ones."""

from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from psycopg2.extensions import connection as Connection  # noqa: N812 (a class under a function's name)

from data.errors import InputError
from data.stations import store, verdicts, visit_rows, visits, worksheet, worksheet_file
from data.stations import texts as station_texts
from geo import coordsys as systems
from geo import vocabulary
from geo.coordsys import CoordSys
from geo.errors import CoordinateError, ParameterError
from geo.frontage import Parameters
from service import checking, console, registry, summary
from service.commands import texts
from service.commands.stations import LISTED, REJECTED, at_rows, keep_existing
from service.settings import Settings

SHOWN_ONLY = Path("-")

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=str(texts.VISITS))


def check(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help=str(texts.CHECK_ALL))] = False,
    changes: Annotated[list[str] | None, typer.Option("--set", help=str(texts.CHECK_SET))] = None,
    source: Annotated[str | None, typer.Option(help=str(texts.ONLY_SOURCE))] = None,
    adcode: Annotated[str | None, typer.Option(help=str(texts.ONLY_ADCODE))] = None,
    sheet: Annotated[Path | None, typer.Option("--worksheet", help=str(texts.CHECK_WORKSHEET))] = None,
    coordsys: Annotated[str, typer.Option(help=str(texts.CHECK_COORDSYS))] = "gcj02",
    sums: Annotated[Path | None, typer.Option("--summary", help=str(texts.CHECK_SUMMARY))] = None,
    by: Annotated[str, typer.Option(help=str(texts.CHECK_BY))] = "district",
    moved: Annotated[Path | None, typer.Option("--sensitivity", help=str(texts.CHECK_SENSITIVITY))] = None,
    trust_coordsys: Annotated[bool, typer.Option("--trust-coordsys", help=str(texts.TRUST_COORDSYS))] = False,
    force: Annotated[bool, typer.Option("--force", help=str(texts.OVERWRITE))] = False,
) -> None:
    """检查站点是否临街、便于进出 · Check which stations face a street and are easy to enter.

    结论分 临街／不临街／待核实，连同依据与所用参数存入登记表；只检查新的、变动过的和周围街道有变化的站点。

    Verdicts are yes, no or unknown; each is stored with its evidence and the parameters used. Only stations that
    are new, changed, or whose streets changed are checked.
    """
    settings: Settings = context.obj
    parameters = with_changes(Parameters(), changes or [])
    system = sheet_system(coordsys)
    _usable(sheet, (sums, moved), by, force=force)
    with (
        registry.open_url(settings, role="writer") as url,
        registry.closing_connection(url, role="writer") as conn,
    ):
        with console.progress(texts.CHECKING) as progress:
            report = checking.check_registry(
                conn,
                parameters,
                source=source,
                adcode=adcode,
                everything=everything,
                trust_coordsys=trust_coordsys,
                progress=progress,
            )
        tell(report)
        if sheet is not None:
            write_worksheet(conn, sheet, system, source=source, adcode=adcode)
        if sums is not None:
            sum_up(conn, sums, by, source=source, adcode=adcode)
        if moved is not None:
            try_limits(conn, parameters, moved, source=source, adcode=adcode)


@app.command("import")
def import_visits(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help=str(texts.VISITS_FILE))],
    coordsys: Annotated[str | None, typer.Option(help=str(texts.VISITS_COORDSYS))] = None,
    rejects: Annotated[Path | None, typer.Option(help=str(texts.REJECTS))] = None,
) -> None:
    """导入填好的现场核实表，并重新检查这些站点 · Import a filled worksheet and check its stations again.

    一次完成；每一行都有结果，拒绝的行另存一份可修改后再导入；重复导入不产生变化。重新检查时沿用各站点原来的参数。

    One transaction; rejected rows are kept in a file to mend and import again; importing twice changes nothing.
    Stations are checked again with the parameters that they had been checked with.
    """
    settings: Settings = context.obj
    system = None if coordsys is None else sheet_system(coordsys)
    with (
        registry.open_url(settings, role="writer") as url,
        registry.closing_connection(url, role="writer") as conn,
    ):
        used = verdicts.used_parameters(conn)
        conn.rollback()
        report = visits.import_visits(conn, file, coordsys=system, rejects_path=rejects)
        _tell_visits(report)
        if report.station_ids:
            with console.progress(texts.CHECKING) as progress:
                checked = checking.recheck(conn, report.station_ids, used, progress=progress)
            for part in checked:
                tell(part)
    if report.rejected:
        raise typer.Exit(REJECTED)


def with_changes(parameters: Parameters, changes: list[str]) -> Parameters:
    """Change parameters as ``--set name=number`` says; the version tells what was changed.

    Raises
    ------
    InputError
        Not of that form, or no parameter of that name; the message lists the names.
    """
    kinds = {f.name: type(getattr(parameters, f.name)) for f in fields(parameters)}
    numbers = {name: kind for name, kind in kinds.items() if kind in (int, float)}
    wanted: dict[str, float] = {}
    for change in changes:
        name, _, value = (part.strip() for part in change.partition("="))
        try:
            wanted[name] = numbers[name](value)
        except (KeyError, ValueError):
            raise InputError(texts.BAD_SET.format(given=change, names=", ".join(numbers))) from None
    try:
        changed = replace(parameters, **wanted)  # type: ignore[arg-type]
    except ParameterError as error:
        zh, _, en = str(error).partition(" · ")
        raise InputError(texts.BAD_NUMBER.format(reason_zh=zh, reason_en=en or zh)) from None
    named = [
        f"{name}={value:g}" for name, value in sorted(wanted.items()) if value != getattr(parameters, name)
    ]
    return replace(changed, version="+".join([parameters.version, *named]))


def tell(report: checking.CheckReport) -> None:
    """Say what a check did: the count of each verdict by the rule that decided."""
    for doubt in report.doubts:
        why = doubt.text()
        console.note(texts.GUARD_CHECK.format(n=len(doubt.stations), why_zh=why.zh, why_en=why.en))
    if not report.checked:
        console.say(texts.CHECK_NOTHING)
        return
    console.say(
        texts.CHECK_DONE.format(checked=report.checked, written=report.written, version=report.data_version)
    )
    for (verdict, rule), n in sorted(report.by_rule.items(), key=lambda item: (item[0][0], -item[1])):
        name = vocabulary.STREET_FACING[verdict]
        console.say(f"  {name.zh} {verdict:8} {rule:24} {n:6}  {summary.rule_name(rule)}")
    if not report.has_streets:
        console.note(texts.NO_STREETS)
    if report.written < report.checked:
        console.note(texts.CHECK_MOVED.format(n=report.checked - report.written))


def sheet_system(name: str) -> CoordSys:
    """Read the coordinate system of a worksheet.

    Raises
    ------
    InputError
        Not known, or in metres.
    """
    try:
        system = systems.parse(name)
    except CoordinateError as error:
        raise InputError(texts.BAD_SHEET_COORDSYS.format(given=name)) from error
    if system == "bd09mc":
        raise InputError(texts.BAD_SHEET_COORDSYS.format(given=name))
    return system


def write_worksheet(
    conn: Connection, file: Path, system: CoordSys, *, source: str | None = None, adcode: str | None = None
) -> None:
    """Write the stations that want a visit, of one source or area if given, and say so."""
    stations = checking.chosen(store.read_stations(conn), source=source, adcode=adcode)
    evidence = worksheet.read_evidence(conn)
    conn.rollback()
    found = worksheet.stops(stations, evidence, datetime.now(tz=visit_rows.SHANGHAI).date())
    worksheet_file.write(file, found, system)
    console.say(texts.WORKSHEET_WRITTEN.format(file=file, n=len(found), coordsys=system))


def sum_up(
    conn: Connection, file: Path, by: str, *, source: str | None = None, adcode: str | None = None
) -> None:
    """Show the verdicts by area, and write them unless the file is ``-``."""
    stations = checking.chosen(store.read_stations(conn), source=source, adcode=adcode)
    conn.rollback()
    counts = summary.summarise(stations, by)
    console.show(summary.table(counts))
    if file != SHOWN_ONLY:
        summary.write_csv(file, summary.wide(counts))
        console.say(texts.SUMMARY_WRITTEN.format(file=file))


def try_limits(
    conn: Connection,
    parameters: Parameters,
    file: Path,
    *,
    source: str | None = None,
    adcode: str | None = None,
) -> None:
    """Show how many verdicts change when a limit moves, and write it unless the file is ``-``."""
    with console.progress(texts.SENSITIVITY_RUNNING) as progress:
        changes = checking.sensitivity(conn, parameters, source=source, adcode=adcode, progress=progress)
    console.show(summary.sensitivity_table(changes))
    if file != SHOWN_ONLY:
        summary.write_csv(file, summary.sensitivity_rows(changes))
        console.say(texts.SENSITIVITY_WRITTEN.format(file=file))


def _usable(sheet: Path | None, tables: tuple[Path | None, ...], by: str, *, force: bool) -> None:
    """Refuse what could not be written before an hour of checking, not after."""
    if by not in summary.AREAS:
        raise InputError(texts.BAD_BY.format(given=by))
    if sheet is not None and sheet.suffix.casefold() != ".xlsx":
        raise InputError(texts.BAD_SHEET_FILE.format(file=sheet))
    for file in tables:
        if file not in (None, SHOWN_ONLY) and file.suffix.casefold() != ".csv":
            raise InputError(texts.BAD_TABLE_FILE.format(file=file))
    for file in (sheet, *tables):
        if file is not None:
            keep_existing(file, force)
            if not file.parent.is_dir():
                raise InputError(station_texts.FOLDER_ABSENT.format(folder=file.parent))


def _tell_visits(report: visits.VisitReport) -> None:
    console.say(texts.VISITS_COUNTS.format(**vars(report)))
    for note in report.notes:
        console.note(note)
    for warned in report.warnings:
        console.note(at_rows(warned.text, warned.rows))
    for row, reason in report.reasons[:LISTED]:
        console.note(texts.VISITS_ROW.format(row=row, reason_zh=reason.zh, reason_en=reason.en))
    if report.rejects_path is not None:
        console.note(texts.IMPORT_REJECTS.format(n=report.rejected, file=report.rejects_path))
