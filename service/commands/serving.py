"""``yizhan serve``: map and API, of the registry or of a file."""

import socket
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from data.errors import InputError
from data.hours.schedule import SHANGHAI
from geo.texts import Text
from maps import DiscoveryOptions
from service import console, discovery, metrics, registry, shared
from service.access.keyring import DatabaseKeyring
from service.commands import texts
from service.commands.pages import read_source
from service.discovery import PageBuilder
from service.keeper import DatabaseKeeper, FrameKeeper
from service.reader import Reader
from service.readiness import tell_ready
from service.reporting.page import ADDRESS
from service.roads.keeper import NoRoads, RoadKeeper
from service.server import Server, make_server
from service.settings import Settings
from service.shared import Shared
from service.snapshot import Snapshot
from service.workers import run_workers
from service.writer import Writer

LOOKS = 5
"""The number of the street map is looked at once in so many looks at the stations."""


def serve(
    context: typer.Context,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help=str(texts.PORT))] = None,
    host: Annotated[str | None, typer.Option(help=str(texts.HOST))] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=64, help=str(texts.WORKERS))] = None,
    stations: Annotated[Path | None, typer.Option(help=str(texts.STATIONS_FILE))] = None,
    coordsys: Annotated[str | None, typer.Option(help=str(texts.COORDSYS))] = None,
    audience: Annotated[str | None, typer.Option(help=str(texts.AUDIENCE))] = None,
) -> None:
    """提供地图与接口服务 · Serve map and API until Ctrl-C.

    缺省使用登记表（DATABASE_URL 或内置数据库）；--stations FILE 则只读一个文件，不用数据库。

    From the registry (DATABASE_URL, or the embedded database), or read-only from --stations FILE.
    """
    settings: Settings = context.obj
    asked = {"port": port, "host": host, "workers": workers}
    settings = settings.model_copy(update={name: v for name, v in asked.items() if v is not None})
    options = DiscoveryOptions(base=discovery.base_map(settings))
    warning = discovery.base_map_warning(settings)
    if warning is not None:
        console.note(warning)
    if stations is not None:
        source = read_source(stations, coordsys=coordsys, audience=audience)
        console.note(texts.SERVING_FILE_READ_ONLY.format(file=stations))
        source.stations.attrs["changed_at"] = datetime.fromtimestamp(stations.stat().st_mtime, SHANGHAI)
        run(Plan(settings, options, stations=source.stations))
        return
    with registry.open_url(settings) as url:
        run(Plan(settings, replace(options, reports=ADDRESS), url=url))


@dataclass(frozen=True)
class Plan:
    """What is served, as it can be handed to another process; of ``url`` and ``stations`` exactly one is given.

    ``url``: of the registry. ``stations``: of a file, contract ``geo.frames.STATIONS``. ``streets_of``: as in
    ``map_builder``. ``shared``: with other processes, where there are any.
    """

    settings: Settings
    options: DiscoveryOptions
    url: str | None = None
    stations: pd.DataFrame | None = None
    streets_of: str | None = None
    shared: Shared | None = None

    def __call__(self) -> Server:
        """Make the server of one process."""
        build = map_builder(self.options, streets_of=self.streets_of)
        if self.stations is not None:
            return make_server(
                self.settings,
                FrameKeeper(self.stations),
                map_page=build,
                options=self.options,
                shared=self.shared,
            )
        url = str(self.url)
        keeper = DatabaseKeeper(url, poll_s=self.settings.poll_s)
        return make_server(
            self.settings,
            keeper,
            map_page=build,
            options=self.options,
            reader=Reader(url),
            keyring=keyring_of(url, self.settings),
            writer=Writer(
                registry.stated_url(self.settings, "writer") or url, most_s=self.settings.import_wait_s
            ),
            roads=roads_of(url, self.settings),
            shared=self.shared,
        )


def roads_of(url: str, settings: Settings) -> NoRoads:
    """Make what follows the street map of a registry."""
    if not settings.travel:
        return NoRoads("off")
    return RoadKeeper(url, poll_s=LOOKS * settings.poll_s)


def keyring_of(url: str, settings: Settings) -> DatabaseKeyring:
    """Make what follows the keys of a registry."""
    write_url = registry.stated_url(settings, "writer")
    return DatabaseKeyring(url, write_url=write_url, poll_s=settings.poll_s)


def map_builder(options: DiscoveryOptions, *, streets_of: str | None = None) -> PageBuilder:
    """Make what builds ``/map`` from a snapshot.

    Parameters
    ----------
    options
        Title, notice, base map.
    streets_of
        URL of the registry whose streets are drawn as background; None = none, as on every public page.
    """

    def build(snapshot: Snapshot, adcode: str | None) -> str:
        streets = None
        if streets_of is not None:
            with registry.closing_connection(streets_of, role="reader") as conn:
                streets = discovery.streets_around(conn, snapshot.stations)
        return discovery.shell(snapshot, adcode, replace(options, streets=streets))

    return build


def run(plan: Plan) -> None:
    """Listen, print the addresses, and serve until told to stop, with as many processes as the settings say.

    Raises
    ------
    InputError
        The port is in use, or the address is not this machine's.
    WorkersError
        No process starts.
    """
    settings = plan.settings
    with listen(settings.host, settings.port) as listener:
        with_review = settings.planner_pages and plan.url is not None
        announce(settings.host, int(listener.getsockname()[1]), with_review=with_review)
        if settings.workers > 1:
            with shared.opened() as common:
                run_workers(
                    replace(plan, shared=common),
                    listener,
                    settings.workers,
                    stop_wait_s=settings.stop_wait_s,
                    log_format=settings.log_format,
                    when_ended=partial(metrics.bury, common.metrics),
                    when_ready=partial(tell_ready, settings.notify_socket),
                )
        else:
            run_on(listener, plan)


def run_on(listener: socket.socket, plan: Plan) -> None:
    """Serve on an open socket with this process alone, until told to stop; running requests are finished first."""
    # The server raises the signal again once it is done; here that is no news.
    with suppress(KeyboardInterrupt):
        server = plan()
        server.when_serving = partial(tell_ready, plan.settings.notify_socket)
        server.run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """Open the listening socket, so that a taken port is said before anything else is started."""
    try:
        return socket.create_server((host, port), family=_family(host), backlog=2048)
    except OSError as error:
        raise InputError(
            texts.CANNOT_LISTEN.format(host=host, port=port, reason=error.strerror or error)
        ) from None


def announce(
    host: str, port: int, nearest: str = texts.NEAREST_EXAMPLE, *, with_review: bool = False
) -> None:
    """Print where to look: one line per address, each by its name; ``nearest`` is an example to follow."""
    shown = f"[{host}]" if ":" in host else "127.0.0.1" if host == "0.0.0.0" else host
    base = f"http://{shown}:{port}"
    review = ((texts.REVIEW_PAGE, "/review"),) if with_review else ()
    for name, path in ((texts.MAP, "/map"), *review, (texts.DOCS, "/docs"), (texts.NEAREST, nearest)):
        console.say(f"  {name}: {base}{path}")
    console.say(Text(f"  {texts.STOP_HINT}", f"  {texts.STOP_HINT}"))


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
