"""``yizhan import``, ``export`` and ``template``: stations from files and back."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from data.errors import InputError
from data.stations import exports, imports
from data.stations import template as templates
from data.stations.imports import ImportOptions, ImportReport
from geo.texts import Text
from service import console, guarding, registry
from service.commands import texts
from service.settings import Settings

REJECTED = 4
"""Exit code when some rows were rejected."""

LISTED = 20
"""How many rejected rows, renames and rows of a warning are named on the screen; the rejects file has all."""


def import_stations(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV / XLSX / GeoJSON / GeoPackage")],
    coordsys: Annotated[str | None, typer.Option(help=str(texts.COORDSYS))] = None,
    audience: Annotated[str | None, typer.Option(help=str(texts.AUDIENCE))] = None,
    source: Annotated[str | None, typer.Option(help=str(texts.SOURCE))] = None,
    replace_source: Annotated[
        str | None, typer.Option(metavar="NAME", help=str(texts.REPLACE_SOURCE))
    ] = None,
    rejects: Annotated[Path | None, typer.Option(help=str(texts.REJECTS))] = None,
    force: Annotated[bool, typer.Option("--force", help=str(texts.IMPORT_FORCE))] = False,
) -> None:
    """导入驿站清单 · Import a list of stations (CSV, XLSX, GeoJSON, GeoPackage).

    每一行都有结果：新增、修改、未变、无位置（保留）或拒绝（写入可修改后再导入的文件）；重复导入不产生变化。

    Every row ends as added, changed, unchanged, unlocated (kept) or rejected (into a file to mend and import
    again). Importing twice changes nothing; one transaction. Exit code 4 when rows were rejected.
    """
    settings: Settings = context.obj
    if replace_source is not None and source not in (None, replace_source):
        raise InputError(texts.TWO_SOURCES.format(source=source, replace_source=replace_source))
    options = ImportOptions(
        coordsys=coordsys,
        audience=audience,
        source=replace_source or source,
        replace_source=replace_source is not None,
        rejects_path=rejects,
    )
    with (
        registry.open_url(settings, role="writer") as url,
        registry.closing_connection(url, role="writer") as conn,
        console.progress(texts.IMPORTING.format(file=file.name)) as progress,
    ):
        report = imports.import_file(
            conn,
            file,
            options,
            progress=progress,
            actor="yizhan import",
            inspect=None if force else guarding.refuse_doubtful,
        )
    tell(report)
    if report.counts.rejected:
        raise typer.Exit(REJECTED)


def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="*.xlsx / *.csv / *.geojson / *.gpkg")],
    force: Annotated[bool, typer.Option("--force", help=str(texts.OVERWRITE))] = False,
) -> None:
    """导出登记表 · Export the registry, to be edited and imported again.

    列与模板相同；再次导入只改动编辑过的单元格，导出后在登记表中又被改动的行会被拒绝并列出两个值。

    The columns of the template. Imported again, exactly the edited cells change; a row that changed in the
    registry meanwhile is rejected with both values.
    """
    keep_existing(file, force)
    with (
        registry.open_url(context.obj) as url,
        registry.closing_connection(url, role="reader") as conn,
    ):
        count = exports.export_file(conn, file)
    console.say(texts.EXPORTED.format(n=count, file=file))


def template(
    file: Annotated[Path, typer.Argument(help="*.xlsx")],
    force: Annotated[bool, typer.Option("--force", help=str(texts.OVERWRITE))] = False,
) -> None:
    """生成填报模板 · Write an Excel to start from, with every column explained."""
    keep_existing(file, force)
    templates.write_template(file)
    console.say(texts.FILE_WRITTEN.format(file=file))


def tell(report: ImportReport) -> None:
    """Say what became of a file: the counts, then what a person should look at."""
    console.say(texts.IMPORT_COUNTS.format(**vars(report.counts)))
    _tell_rest(report)


def tell_read(report: ImportReport) -> None:
    """Say the same of a file that was only read: no registry has anything added or changed."""
    counts = report.counts
    read = counts.added + counts.changed + counts.unchanged
    console.say(texts.READ_COUNTS.format(n=read, rejected=counts.rejected))
    _tell_rest(report)


def _tell_rest(report: ImportReport) -> None:
    counts = report.counts
    if counts.unlocated:
        console.say(texts.IMPORT_UNLOCATED.format(n=counts.unlocated))
    if counts.tombstoned:
        console.say(texts.IMPORT_TOMBSTONED.format(n=counts.tombstoned))
    for line in report.notes:
        console.note(line)
    for warned in report.warnings:
        console.note(at_rows(warned.text, warned.rows))
    for rename in report.renames[:LISTED]:
        console.note(texts.IMPORT_RENAME.format(**vars(rename)))
    for reason, rows in _rejections(report).items():
        console.note(at_rows(reason, rows))
    if report.rejects_path is not None:
        console.note(texts.IMPORT_REJECTS.format(n=counts.rejected, file=report.rejects_path))


def keep_existing(file: Path, force: bool) -> None:
    """Refuse to overwrite a file unless that is wanted."""
    # It may be the list that somebody is about to import.
    if file.is_file() and not force:
        raise InputError(texts.FILE_EXISTS.format(file=file))


def _rejections(report: ImportReport) -> dict[Text, tuple[int, ...]]:
    """Group rejected rows by their reason, the most frequent first."""
    rejected = report.outcomes[report.outcomes["outcome"] == "rejected"]
    reasons = [Text(zh, en) for zh, en in zip(rejected["reason_zh"], rejected["reason_en"], strict=True)]
    rows: dict[Text, tuple[int, ...]] = {reason: () for reason, _ in Counter(reasons).most_common()}
    for reason, row in zip(reasons, rejected["row"], strict=True):
        rows[reason] = (*rows[reason], int(row))
    return rows


def at_rows(text: Text, rows: tuple[int, ...]) -> Text:
    """Add the rows of a file to a remark."""
    if not rows:
        return text
    shown = ", ".join(map(str, rows[:LISTED])) + (" …" if len(rows) > LISTED else "")
    at = texts.AT_ROWS.format(rows=shown, n=len(rows))
    return Text(text.zh + at.zh, text.en + at.en)
