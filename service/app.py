"""The HTTP application: everything it needs is handed in here, at one place."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

import service
from data.errors import DataError
from data.hours.schedule import SHANGHAI
from data.reports import texts as report_texts
from data.reports.reports import forget_salts
from geo.errors import CoordinateError
from maps import DiscoveryOptions
from service import discovery, embedding, openapi, plans, texts, tiles
from service.access.gate import Gate
from service.access.keyring import Keyring, NoKeys
from service.batch.desk import Desk
from service.draining import Stopping
from service.errors import PROBLEM_TYPE, ServiceError, problem_of
from service.keeper import Keeper
from service.kept import Kept
from service.metrics import Metrics
from service.middleware import Frontdoor, allowed_methods, method_problem
from service.reader import Reader
from service.roads.desk import RoadDesk
from service.roads.keeper import NoRoads
from service.routers import (
    batch,
    coverage,
    embed,
    feed,
    frontage,
    health,
    history,
    metrics,
    network,
    overview,
    pages,
    reportpage,
    reports,
    review,
    stations,
    uploads,
    writes,
)
from service.routers.coverage import CoveragePages
from service.routers.review import ReviewPage
from service.settings import Settings
from service.shared import Shared
from service.snapshot import Snapshot
from service.writer import Writer

CHORES_S: Final = 2.0
FORGET_S: Final = 3600.0
KEPT_EMBEDS: Final = 8
"""How many tables and how many one-file maps are kept, by what was asked."""


class Application(FastAPI):
    """FastAPI whose OpenAPI document knows problems."""

    def openapi(self) -> dict[str, Any]:
        """Give the document; made once."""
        return openapi.add_security(openapi.add_problem(super().openapi()))


def create_app(
    settings: Settings,
    keeper: Keeper,
    *,
    map_page: discovery.PageBuilder | None = None,
    options: DiscoveryOptions | None = None,
    reader: Reader | None = None,
    keyring: Keyring | None = None,
    writer: Writer | None = None,
    roads: NoRoads | None = None,
    shared: Shared | None = None,
) -> FastAPI:
    """Make the application.

    Parameters
    ----------
    settings
        Read at the entrance.
    keeper
        Where snapshots come from; started and stopped with the application.
    map_page
        Makes the HTML of ``/map`` of a snapshot and an area; without it there is no such path.
    options
        Title, notice and base map of what is given away: the one-file map, the table.
    reader
        For the routes that need the registry itself; without it there are none. Closed with the application.
    keyring
        Where keys come from; without it no key is any good. Started and stopped with the application.
    writer
        For the routes that write; without it there are none. Closed with the application.
    roads
        Where street networks come from; without it there are none. Started and stopped with the application.
    shared
        What this process shares with other workers of the same service; None: it is the only one.

    Returns
    -------
    app
        An ASGI application.
    """
    app = Application(
        title=str(texts.API_TITLE),
        description=str(texts.API_MEANING),
        version=service.__version__,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.settings, app.state.keeper = settings, keeper
    app.state.keyring = keyring or NoKeys()
    app.state.gate = Gate(settings, shared)
    app.state.metrics = Metrics(shared)
    app.state.stopping = Stopping()
    app.state.batches, app.state.trials = Desk(), Desk()
    app.state.map_page = Kept(_encoded(map_page), discovery.KEPT_PAGES) if map_page else None
    app.state.reader = reader
    app.state.feed = feed.Feed(settings)
    app.state.roads = RoadDesk(roads)
    app.state.writer, app.state.uploads = writer, uploads.Uploads()
    for part in (stations, network, batch, health, feed, pages, *([history, frontage] if reader else [])):
        # Not include_router: an included router matches every request twice.
        app.router.routes.extend(part.router.routes)
    if settings.metrics != "off":
        app.router.routes.extend(metrics.router.routes)
    for part in (writes, uploads, reports, reportpage) if writer else ():
        app.router.routes.extend(part.router.routes)
    app.state.review_page = ReviewPage(reader) if reader and settings.planner_pages else None
    if app.state.review_page:
        app.router.routes.extend(review.router.routes)
    app.state.coverage_pages = _coverage_pages(settings) if settings.planner_pages else None
    if app.state.coverage_pages:
        app.router.routes.extend(coverage.router.routes)
    if map_page:
        _embeds(app, options or DiscoveryOptions())
        app.state.overviews = Kept(discovery.overview, discovery.KEPT_OVERVIEWS)
        app.state.tiles = Kept(tiles.tile, tiles.KEPT)
        app.router.routes.extend(overview.router.routes)
        app.add_api_route("/map", pages.map_page, methods=["GET"], include_in_schema=False)
    for kind in (ServiceError, DataError, CoordinateError, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, _answer_problem)
    app.add_middleware(
        Frontdoor,
        access_log=settings.access_log,
        stopping=app.state.stopping,
        observe=app.state.metrics.observe,
    )
    return app


def _coverage_pages(settings: Settings) -> CoveragePages:
    return CoveragePages(Path(settings.plans) if settings.plans else plans.default_folder())


def _embeds(app: Application, options: DiscoveryOptions) -> None:
    app.state.builders = Kept(embedding.builder, 1)
    app.state.tables = Kept(lambda made, asked: embedding.table(made, asked, options), KEPT_EMBEDS)
    app.state.files = Kept(lambda made, adcode: embedding.one_file(made, adcode, options), KEPT_EMBEDS)
    app.router.routes.extend(embed.router.routes)


def _encoded(build: discovery.PageBuilder) -> Callable[[Snapshot, str | None], bytes]:
    return lambda snapshot, adcode: build(snapshot, adcode).encode()


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Follow the registry for as long as the application runs."""
    keeper: Keeper = app.state.keeper
    keeper.start()
    app.state.keyring.start()
    app.state.roads.keeper.start()
    await run_in_threadpool(keeper.wait, app.state.settings.start_wait_s)
    app.state.metrics.publish(app.state)
    chores = [asyncio.create_task(work(app)) for work in (_chores, _forget)]
    try:
        yield
    finally:
        for chore in chores:
            chore.cancel()
        app.state.batches.close()
        app.state.trials.close()
        await run_in_threadpool(app.state.keyring.stop)
        await run_in_threadpool(keeper.stop)
        await run_in_threadpool(app.state.roads.close)
        if app.state.reader:
            app.state.reader.close()
        if app.state.writer:
            app.state.writer.close()


async def _chores(app: FastAPI) -> None:
    """Do again and again what no request should have to wait for."""
    while True:
        await asyncio.sleep(CHORES_S)
        app.state.metrics.publish(app.state)


async def _forget(app: FastAPI) -> None:
    """Let go of the salts of days that are over, also where nobody reports any more."""
    writer: Writer | None = app.state.writer
    while writer is not None:
        await asyncio.sleep(FORGET_S)
        today = datetime.now(SHANGHAI).date()
        # Away, or a role that may not write: then nobody reports either, and the next hour comes.
        with suppress(DataError, ServiceError):
            await writer.write(partial(forget_salts, today=today), actor=report_texts.ACTOR)


async def _answer_problem(request: Request, error: Exception) -> Response:
    problem = problem_of(error)
    if isinstance(error, HTTPException) and error.status_code == 405:
        problem = method_problem(allowed_methods(request.app.router, request.scope))
    return Response(
        problem.encode(request.scope["request_id"]),
        status_code=problem.status,
        media_type=PROBLEM_TYPE,
        headers={"cache-control": "no-store", **(problem.headers or {})},
    )
