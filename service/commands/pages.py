"""``yizhan map``, ``yizhan review``: maps as one file each that works without any network."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

import maps
from data.errors import InputError
from data.hours import holidays
from data.hours.holidays import HolidayTable
from data.hours.schedule import SHANGHAI
from data.stations import imports, store
from geo import frames, vocabulary
from geo.texts import Text
from maps import DiscoveryOptions, TableOptions
from service import console, registry, review
from service.commands import texts
from service.commands.stations import tell_read
from service.discovery import PageSource, base_map, base_map_warning, page, streets_around, with_hours
from service.reporting.page import ADDRESS
from service.review import Asked
from service.settings import Settings


def write_map(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help=str(texts.OUT))],
    stations: Annotated[Path | None, typer.Option(help=str(texts.STATIONS_FILE))] = None,
    coordsys: Annotated[str | None, typer.Option(help=str(texts.COORDSYS))] = None,
    audience: Annotated[str | None, typer.Option(help=str(texts.AUDIENCE))] = None,
    title: Annotated[str | None, typer.Option(help=str(texts.TITLE))] = None,
    streets: Annotated[bool, typer.Option("--streets", help=str(texts.STREETS_ON_MAP))] = False,
    adcode: Annotated[str | None, typer.Option(help=str(texts.ONLY_ADCODE))] = None,
    table: Annotated[bool, typer.Option("--table", help=str(texts.AS_TABLE))] = False,
    only_24h: Annotated[bool, typer.Option("--only-24h", help=str(texts.ONLY_24H))] = False,
) -> None:
    """生成地图（单个 HTML 文件，断网可用）· Write the map as one HTML file that works without any network.

    只画面向户外劳动者的站点；服务对象不详的不公开，页面会写明数目。--table 则写成纯文字表格，可放进任何网页。

    Only stations for outdoor workers are drawn; the page says how many others there are. With --table: a plain
    table to put into any page, without script or style.
    """
    settings: Settings = context.obj
    if only_24h and not table:
        raise InputError(texts.ONLY_24H_NEEDS_TABLE)
    source = (
        _of_registry(settings, streets)
        if stations is None
        else read_source(stations, coordsys=coordsys, audience=audience)
    )
    if adcode is not None:
        inside = source.stations["adcode"].str.startswith(adcode).fillna(False).astype(bool)
        source = replace(source, stations=source.stations[inside])
    if table:
        _write_table(out, source, title, only_24h=only_24h)
        return
    warning = base_map_warning(settings)
    if warning is not None:
        console.note(warning)
    beside = f"{settings.public_url}/{ADDRESS}" if settings.public_url else ""
    options = DiscoveryOptions(base=base_map(settings), reports=beside)
    if title is not None:
        options = replace(options, title=title, title_en=title)
    html = page(source, datetime.now(SHANGHAI).date(), options)
    _write(out, html)
    size_kb = round(len(html.encode()) / 1000)
    shown = len(maps.public(source.stations)[0])
    hidden = len(source.stations) - shown
    console.say(texts.MAP_WRITTEN.format(file=out, kb=size_kb, n=shown, hidden=hidden))


def _write_table(out: Path, source: PageSource, title: str | None, *, only_24h: bool) -> None:
    today = datetime.now(SHANGHAI).date()
    options = TableOptions(data_date=today, only_24h=only_24h)
    if title is not None:
        options = replace(options, title=Text(title, title))
    _write(out, maps.table(with_hours(source.stations, source.holidays, today), options=options))
    shown = maps.public(source.stations)[0]
    if only_24h:
        shown = shown[(shown["door_24h"] == "yes") | (shown["unattended_24h"] == "yes")]
    console.say(texts.TABLE_WRITTEN.format(file=out, n=len(shown), hidden=len(source.stations) - len(shown)))


def write_review(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help=str(texts.OUT))],
    adcode: Annotated[str | None, typer.Option(help=str(texts.ONLY_ADCODE))] = None,
    verdict: Annotated[str | None, typer.Option(help=str(texts.ONLY_VERDICT))] = None,
    limit: Annotated[int | None, typer.Option(min=1, help=str(texts.LIMIT))] = None,
) -> None:
    """生成临街评审图（内部使用，单个 HTML 文件）· Write the map on which reviewers check verdicts.

    每处站点的结论、理由与依据：所到街道、连线、阻挡物、九个试验点；可逐处翻看待核实的站点。不是公开地图。

    Each verdict with its reason and evidence; next and previous to verify. It is not a public map.
    """
    if verdict is not None and verdict not in vocabulary.TERNARY_VALUES:
        raise InputError(texts.BAD_VERDICT.format(given=verdict))
    settings: Settings = context.obj
    with (
        registry.open_url(settings) as url,
        registry.closing_connection(url, role="reader") as conn,
        console.progress(texts.REVIEWING) as progress,
    ):
        source = review.gather(conn, Asked(adcode, verdict, limit), progress)
    html = review.page(source)
    _write(out, html)
    cases = source.cases
    told = texts.REVIEW_WRITTEN.format(
        file=out,
        kb=round(len(html.encode()) / 1000),
        n=len(cases),
        unknown=int((cases["street_facing"] == "unknown").sum()),
        unlocated=source.unlocated,
        left_out=source.left_out,
    )
    console.say(told)


def _write(out: Path, html: str) -> None:
    """Replace the file whole at the end, so that a failure leaves the map that was there."""
    if out.exists() and not out.is_file():
        out.write_text(html, encoding="utf-8")
        return
    partial = out.with_name(f".{out.name}.partial")
    try:
        partial.write_text(html, encoding="utf-8")
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)


def read_source(path: Path, *, coordsys: str | None, audience: str | None) -> PageSource:
    """Read the stations of a file, for pages and service without a database; what is rejected is said.

    Raises
    ------
    InputError
        The file cannot be used, or the coordinate system is not stated.
    """
    if coordsys is None:
        raise InputError(texts.NEED_COORDSYS_FILE)
    options = imports.ImportOptions(coordsys=coordsys, audience=audience)
    frame, report = imports.read_stations(path, options)
    tell_read(report)
    return PageSource(frames.check(frame, frames.STATIONS), HolidayTable.from_library(), None)


def _of_registry(settings: Settings, with_streets: bool) -> PageSource:
    with (
        registry.open_url(settings) as url,
        registry.closing_connection(url, role="reader") as conn,
    ):
        stations = store.read_stations(conn)
        table = HolidayTable.from_library().merged(holidays.read(conn))
        layer = streets_around(conn, stations) if with_streets else None
        return PageSource(stations, table, int(stations.attrs["data_version"]), layer)
