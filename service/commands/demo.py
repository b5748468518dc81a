"""``yizhan demo``: the invented town, from an empty disk to a map and an API on this machine."""

import fcntl
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from data.errors import InputError
from data.postgres import schema
from data.postgres.cluster import Cluster
from data.sample import town
from data.stations import imports
from data.streets import osm
from geo.frontage import Parameters
from maps import DiscoveryOptions
from service import checking, console, registry
from service.commands import serving, stations, texts
from service.discovery import base_map
from service.reporting.page import ADDRESS
from service.settings import Settings

FOLDER = Path("var") / "demo"
PORT = 8765
NEAREST = "/v1/stations/nearest?lon=114.913&lat=43.3045&coordsys=wgs84&k=3"
"""A question asked in the middle of the town."""


def demo(
    context: typer.Context,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help=str(texts.PORT))] = None,
    folder: Annotated[Path, typer.Option(help=str(texts.FOLDER))] = FOLDER,
) -> None:
    """运行虚构示例：地图与接口 · Run the invented sample town: map and API on 127.0.0.1.

    启动临时的私有 PostGIS，导入程序生成的城镇与站点，检查临街情况并提供服务；Ctrl-C 全部停止。

    A disposable private PostGIS, a town made by code, imported, checked, served; Ctrl-C stops all of it.
    """
    given: Settings = context.obj
    settings = given.model_copy(update={"planner_pages": True})
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    options = DiscoveryOptions(
        title=texts.DEMO_TOWN.zh,
        title_en=texts.DEMO_TOWN.en,
        notice=texts.DEMO_NOTICE.zh,
        notice_en=texts.DEMO_NOTICE.en,
        base=base_map(settings),
        attribution=town.SOURCE,
        streets_attribution=texts.DEMO_STREETS.zh,
        reports=ADDRESS,
    )
    with _only_one(folder) as tell_address, _free_listener(settings, port) as listener:
        console.note(texts.DEMO_STEP_DATABASE)
        private = Cluster(folder / "postgres", disposable=True)
        with private.borrowed() as url:
            if private.notice is not None:
                console.note(private.notice)
            schema.migrate(url)
            prepare(url, folder)
            console.say(texts.DEMO_NOTICE)
            serving.announce(settings.host, int(listener.getsockname()[1]), NEAREST, with_review=True)
            tell_address(f"http://127.0.0.1:{listener.getsockname()[1]}/map")
            serving.run_on(listener, serving.Plan(settings, options, url=url, streets_of=url))
        console.note(texts.STOPPED)


def prepare(url: str, folder: Path) -> None:
    """Make the sample and take it through the same doors as real data; the second time nothing changes.

    Parameters
    ----------
    url
        A migrated registry.
    folder
        Where the sample's files are written.
    """
    console.note(texts.DEMO_STEP_SAMPLE)
    files = town.write(folder / "sample")
    with registry.closing_connection(url, role="writer") as conn:
        osm.import_osm(conn, files.osm_pbf, source=files.source, force=True)
        options = imports.ImportOptions(
            coordsys=files.coordsys, source=files.source, rejects_path=folder / "sample" / "rejects.csv"
        )
        stations.tell(imports.import_file(conn, files.stations, options, actor="yizhan demo"))
        console.note(texts.DEMO_STEP_CHECK)
        checking.check_registry(conn, Parameters())


@contextmanager
def _free_listener(settings: Settings, port: int | None) -> Iterator[socket.socket]:
    """Open the port that was asked for; by default the usual one, or any other when it is in use."""
    try:
        listener = serving.listen(settings.host, PORT if port is None else port)
    except InputError:
        if port is not None:
            raise
        listener = serving.listen(settings.host, 0)
    with listener:
        yield listener


@contextmanager
def _only_one(folder: Path) -> Iterator[Callable[[str], None]]:
    """Hold the folder's lock; a second demo is told the address of the first, and leaves."""
    with (folder / "demo.lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            console.say(texts.DEMO_RUNNING_ALREADY.format(url=lock.read().strip() or folder))
            raise typer.Exit from None

        def tell_address(address: str) -> None:
            lock.seek(0)
            lock.truncate()
            lock.write(address)
            lock.flush()

        yield tell_address
