"""``yizhan osm``: the street map."""

from pathlib import Path
from typing import Annotated

import typer

from data.streets import osm
from service import console, registry
from service.commands import texts
from service.settings import Settings


def import_streets(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="FILE.osm.pbf")],
    source: Annotated[str | None, typer.Option(help=str(texts.OSM_SOURCE))] = None,
    force: Annotated[bool, typer.Option("--force", help=str(texts.OSM_FORCE))] = False,
) -> None:
    """导入街道、建筑、围墙与大门 · Import streets, buildings, barriers and gates from FILE.osm.pbf.

    同名来源整体替换，一次完成，中途失败则保持原样；导入后请运行 yizhan check。

    The same source is replaced whole, in one transaction. Run `yizhan check` afterwards.
    """
    settings: Settings = context.obj
    with (
        registry.open_url(settings, role="writer") as url,
        registry.closing_connection(url, role="writer") as conn,
        console.progress(texts.READING_STREETS.format(file=file.name)) as progress,
    ):
        report = osm.import_osm(conn, file, source=source, force=force, progress=progress)
    console.say(report.text())
