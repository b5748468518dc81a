"""The HTTP server process: uvicorn around the application."""

import uvicorn

from service.app import create_app
from service.keeper import Keeper
from service.routers.pages import PageBuilder
from service.settings import Settings


def serve(settings: Settings, keeper: Keeper, *, map_page: PageBuilder | None = None) -> None:
    """Serve until the process is told to stop (SIGINT, SIGTERM); running requests are finished first.

    Parameters
    ----------
    settings, keeper, map_page
        As for ``create_app``.
    """
    make_server(settings, keeper, map_page=map_page).run()


def make_server(settings: Settings, keeper: Keeper, *, map_page: PageBuilder | None = None) -> uvicorn.Server:
    """Make the server without running it."""
    config = uvicorn.Config(
        create_app(settings, keeper, map_page=map_page),
        host=settings.host,
        port=settings.port,
        # uvicorn's own access log would write query strings, and with them positions.
        access_log=False,
        log_level="info",
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=settings.stop_wait_s,
        root_path=settings.root_path,
    )
    return uvicorn.Server(config)
