"""``yizhan holidays``: the table of public holidays and make-up working days (调休)."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from data.hours import holidays as tables
from data.hours.schedule import SHANGHAI
from data.postgres import db
from service import console, registry
from service.commands import texts

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help=str(texts.HOLIDAYS),
)


@app.command("import")
def import_table(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="CSV / XLSX: day, kind, name")]
) -> None:
    """导入国务院公布的安排 · Import the arrangement the State Council announced.

    三列：日期、类型（holiday 休 / workday 班）、名称；无需等待新版本软件。

    Three columns: day, kind (holiday or workday), name. No new release is needed.
    """
    table = tables.read_file(file)
    with (
        registry.open_url(context.obj, role="writer") as url,
        registry.closing_connection(url, role="writer") as conn,
        db.transaction(conn, actor="yizhan holidays import"),
    ):
        merged = tables.read(conn).merged(table)
        tables.write(conn, merged)
    for gap in tables.gaps(table).values():
        console.note(gap)
    years = sorted(merged.years)
    console.say(texts.HOLIDAYS_IMPORTED.format(days=len(table.days), first=years[0], last=years[-1]))


@app.command()
def show(context: typer.Context) -> None:
    """节假日表覆盖到哪一年 · Which years the table covers, and whether it must be extended."""
    with (
        registry.open_url(context.obj) as url,
        registry.closing_connection(url, role="reader") as conn,
    ):
        table = tables.read(conn)
    kinds = [day.kind for day in table.days.values()]
    console.say(
        texts.HOLIDAYS_COVER.format(
            years=", ".join(map(str, sorted(table.years))),
            holidays=kinds.count("holiday"),
            workdays=kinds.count("workday"),
        )
    )
    warning = tables.expiry_warning(table, datetime.now(SHANGHAI).date())
    if warning is not None:
        console.note(warning)
