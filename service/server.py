"""The HTTP server process: uvicorn around the application."""

import asyncio
import socket
from collections.abc import Callable

import uvicorn

from maps import DiscoveryOptions
from service import logs
from service.access.keyring import Keyring
from service.app import create_app
from service.discovery import PageBuilder
from service.draining import DRAIN_S, Stopping, turn_away
from service.keeper import Keeper
from service.reader import Reader
from service.roads.keeper import NoRoads
from service.settings import Settings
from service.shared import Shared
from service.wire import Wire
from service.writer import Writer


class Server(uvicorn.Server):
    """uvicorn's server, which when told to stop answers whoever has been let in, and closes then.

    Parameters
    ----------
    config
        With the application.
    stopping
        The application's, which this server sets.
    """

    def __init__(self, config: uvicorn.Config, stopping: Stopping) -> None:
        super().__init__(config)
        self._stopping = stopping
        self.shares_listener = False
        """Other processes accept from the same socket, and go on when this one stops."""
        self.when_serving: Callable[[], object] = bool
        """Called once, when new requests are accepted from now on."""
        self.when_turning: Callable[[], object] = bool
        """Called by the loop again and again (each 0.1 s) as long as new requests are accepted."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Load, listen, and say so."""
        await super().startup(sockets)
        if self.started:
            self.when_serving()

    async def on_tick(self, counter: int) -> bool:
        """Give a sign of life, and tell whether to stop."""
        self.when_turning()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let nobody new in, answer and close what is open, then stop."""
        self._stopping.now = True
        if not self.shares_listener:
            for listener in sockets or ():
                turn_away(listener)
        await self._drain()
        await super().shutdown(sockets)

    async def _drain(self) -> None:
        """Wait until every connection has had its next answer, which closes it; not for ever."""
        loop = asyncio.get_running_loop()
        until_s = loop.time() + DRAIN_S
        # What was connected when the stop came is accepted in the first rounds.
        rounds = 0
        while loop.time() < until_s and (rounds < 3 or self.server_state.connections):
            await asyncio.sleep(0.02)
            rounds += 1


def serve(
    settings: Settings,
    keeper: Keeper,
    *,
    map_page: PageBuilder | None = None,
    options: DiscoveryOptions | None = None,
    reader: Reader | None = None,
    keyring: Keyring | None = None,
) -> None:
    """Serve until the process is told to stop (SIGINT, SIGTERM); running requests are finished first.

    Parameters
    ----------
    settings, keeper, map_page, options, reader, keyring
        As for ``create_app``.
    """
    make_server(settings, keeper, map_page=map_page, options=options, reader=reader, keyring=keyring).run()


def make_server(
    settings: Settings,
    keeper: Keeper,
    *,
    map_page: PageBuilder | None = None,
    options: DiscoveryOptions | None = None,
    reader: Reader | None = None,
    keyring: Keyring | None = None,
    writer: Writer | None = None,
    roads: NoRoads | None = None,
    shared: Shared | None = None,
) -> Server:
    """Make the server without running it."""
    app = create_app(
        settings,
        keeper,
        map_page=map_page,
        options=options,
        reader=reader,
        keyring=keyring,
        writer=writer,
        roads=roads,
        shared=shared,
    )
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=logs.config(settings.log_format),
        ws="none",
        http=Wire,
        server_header=False,
        # Clients behind proxies are found by service.access.address.
        proxy_headers=False,
        timeout_graceful_shutdown=settings.stop_wait_s,
        root_path=settings.root_path,
    )
    return Server(config, app.state.stopping)
