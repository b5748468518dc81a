"""``yizhan db``: the embedded private PostGIS cluster, and migrations of any registry."""

import contextlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from data.hours.schedule import SHANGHAI
from data.postgres import cluster, db, schema
from data.postgres.cluster import Cluster
from data.stations import retention
from service import console, registry
from service.commands import texts
from service.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help=str(texts.DB),
)
Folder = Annotated[Path | None, typer.Option(help=str(texts.FOLDER))]


@app.command()
def start(context: typer.Context, folder: Folder = None) -> None:
    """启动并保持运行 · Start it and leave it running; twice is the same as once."""
    _warn_external(context.obj)
    url = _cluster(folder).start()
    schema.migrate(url)
    console.say(texts.DB_RUNNING.format(url=url))


@app.command()
def stop(folder: Folder = None) -> None:
    """停止，数据保留 · Stop it; the data stays."""
    embedded = _cluster(folder)
    embedded.stop()
    console.say(texts.DB_STOPPED.format(folder=embedded.folder))


@app.command()
def status(context: typer.Context, folder: Folder = None) -> None:
    """是否运行；未运行时退出码为 3 · Is it running? Exit code 3 when it is not."""
    _warn_external(context.obj)
    embedded = _cluster(folder)
    if not embedded.status().running:
        console.say(texts.DB_DOWN.format(folder=embedded.folder))
        raise typer.Exit(3)
    console.say(texts.DB_RUNNING.format(url=embedded.url))


@app.command()
def url(context: typer.Context, folder: Folder = None) -> None:
    """只输出连接地址，供 psql、QGIS 使用 · Print the connection URL alone, for psql and QGIS."""
    settings: Settings = context.obj
    console.say(settings.database_url or _cluster(folder).url)


@app.command()
def migrate(context: typer.Context, folder: Folder = None) -> None:
    """升级数据库结构 · Bring the schema of DATABASE_URL, or of the embedded database, up to date."""
    settings: Settings = context.obj
    applied = schema.migrate(settings.database_url or _cluster(folder).start())
    console.say(texts.DB_MIGRATED.format(names=", ".join(map(str, applied))) if applied else texts.DB_CURRENT)


@app.command()
def trim(
    context: typer.Context,
    years: Annotated[int, typer.Option(min=1, max=100, help=str(texts.TRIM_YEARS))],
    folder: Folder = None,
) -> None:
    """删除多年前的变更历史 · Forget what changed more than so many years ago.

    驿站、已撤销的记录和数据版本都不变；删去的是这些驿站更早时的内容，以及是谁改的。

    Stations, tombstones and the data version stay. Lost is what the stations said then, and who changed it.
    """
    settings: Settings = context.obj
    before = datetime.now(SHANGHAI) - timedelta(days=round(365.25 * years))
    with contextlib.ExitStack() as stack:
        url = settings.database_url or stack.enter_context(_cluster(folder).borrowed())
        conn = stack.enter_context(registry.closing_connection(url, role="writer"))
        schema.check(conn)
        with schema.owned(conn), db.transaction(conn):
            trimmed = retention.trim(conn, before=before)
    console.say(texts.TRIMMED.format(entries=trimmed.entries, marks=trimmed.marks, day=before.date()))


def _cluster(folder: Path | None) -> Cluster:
    return Cluster(folder or cluster.default_folder())


def _warn_external(settings: Settings) -> None:
    if settings.database_url:
        console.note(texts.DB_EXTERNAL)
