"""``yizhan poster``: a page to print for each station, with a code behind which a problem can be reported."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from data.errors import InputError
from data.hours.schedule import SHANGHAI
from data.stations import store
from maps import posters
from service import console, registry
from service.columns import is_public
from service.commands.stations import keep_existing
from service.selecting import texts
from service.settings import Settings, variable

PAGE = "posters.html"


def write_posters(
    context: typer.Context,
    folder: Annotated[Path, typer.Option("--out", help=str(texts.POSTER_OUT))],
    stations: Annotated[list[str] | None, typer.Argument(help=str(texts.STATIONS))] = None,
    adcode: Annotated[str | None, typer.Option(help=str(texts.ONLY_ADCODE))] = None,
    source: Annotated[str | None, typer.Option(help=str(texts.ONLY_SOURCE))] = None,
    url: Annotated[str | None, typer.Option(help=str(texts.POSTER_URL))] = None,
    force: Annotated[bool, typer.Option("--force", help=str(texts.OVERWRITE))] = False,
) -> None:
    """生成站点海报：服务对象、时间、内容和反映问题的二维码 · Write posters to print, and each code as SVG.

    只为对户外劳动者开放的站点生成；一站一页 A4（posters.html），二维码另存为 SVG。

    Only for public stations: one A4 page each in posters.html, and the codes as SVG files beside it.
    """
    settings: Settings = context.obj
    address = (settings.public_url if url is None else url).rstrip("/")
    if not address.startswith(("http://", "https://")) or any(c in address for c in " ?#"):
        raise InputError(texts.POSTER_NO_URL.format(variable=variable("public_url"), given=address or "-"))
    keep_existing(folder / PAGE, force)
    with (
        registry.open_url(settings) as database,
        registry.closing_connection(database, role="reader") as conn,
    ):
        found = store.read_stations(conn)
    found = found[is_public(found)]
    if stations is not None:
        missing = sorted(set(stations) - set(found["station_id"]))
        if missing:
            raise InputError(texts.POSTER_NOT_PUBLIC.format(stations=", ".join(missing)))
        found = found[found["station_id"].isin(stations)]
    if adcode is not None:
        found = found[[code is not None and code.startswith(adcode) for code in found["adcode"]]]
    if source is not None:
        found = found[found["source"] == source]
    if found.empty:
        raise InputError(texts.NO_STATIONS)

    def url_of(station_id: str) -> str:
        return f"{address}/stations/{station_id}/report"

    folder.mkdir(parents=True, exist_ok=True)
    today = datetime.now(SHANGHAI).date().isoformat()
    (folder / PAGE).write_text(posters.posters(found, url_of, day=today), "utf-8")
    for station_id in found["station_id"]:
        (folder / f"{station_id}.svg").write_text(posters.code_svg(url_of(station_id)), "utf-8")
    console.say(texts.POSTERS_WRITTEN.format(file=folder / PAGE, n=len(found)))
