"""The HTTP server process: uvicorn around the application."""

import logging
from typing import Any, Final

import uvicorn

from service.app import create_app
from service.keeper import Keeper
from service.reader import Reader
from service.routers.pages import PageBuilder
from service.settings import Settings
from service.wire import Wire

LOGGING: Final[dict[str, Any]] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"nothing": {"()": "service.server.Nothing"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {
        "uvicorn": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        # uvicorn's own access lines hold query strings, and with them positions: nobody ever gets one.
        "uvicorn.access": {"filters": ["nothing"], "propagate": False},
        "yizhan": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}


class Nothing(logging.Filter):
    """Let no record pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Refuse."""
        return False


def serve(
    settings: Settings, keeper: Keeper, *, map_page: PageBuilder | None = None, reader: Reader | None = None
) -> None:
    """Serve until the process is told to stop (SIGINT, SIGTERM); running requests are finished first.

    Parameters
    ----------
    settings, keeper, map_page, reader
        As for ``create_app``.
    """
    make_server(settings, keeper, map_page=map_page, reader=reader).run()


def make_server(
    settings: Settings, keeper: Keeper, *, map_page: PageBuilder | None = None, reader: Reader | None = None
) -> uvicorn.Server:
    """Make the server without running it."""
    config = uvicorn.Config(
        create_app(settings, keeper, map_page=map_page, reader=reader),
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=LOGGING,
        ws="none",
        http=Wire,
        server_header=False,
        timeout_graceful_shutdown=settings.stop_wait_s,
        root_path=settings.root_path,
    )
    return uvicorn.Server(config)
