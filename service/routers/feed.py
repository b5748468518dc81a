"""The feed: all public stations, and what changed since a version."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from geo.coordsys import CoordSys
from service import compression, kept, kinds, openapi, reading
from service.errors import FieldProblem, ParameterError, SnapshotNeededError
from service.feed import changes, files, schemas, texts, writing
from service.feed.envelope import Edition, envelope
from service.feed.writing import Extra, Format, Listing
from service.keeper import Keeper
from service.parameters import STATION_PARAMETERS, Parameter
from service.reader import Reader
from service.routers.lean import LeanRoute
from service.settings import Settings
from service.snapshot import Snapshot

router = APIRouter(prefix="/v1/feed", tags=["feed"], route_class=LeanRoute)

PARAMETERS: Final = {
    **STATION_PARAMETERS,
    "since": Parameter("since", kinds.Integer(0, 10**17), 4711, meaning=texts.SINCE),
    "mark": Parameter(
        "mark", kinds.Matching("[0-9a-f-]{8,64}", texts.NOT_A_MARK), "0b1c2d3e", meaning=texts.MARK
    ),
}
MEDIA_TYPES: Final[dict[Format, str]] = {
    "json": "application/json",
    "geojson": "application/geo+json",
    "ndjson": "application/gzip",
}
_PATHS: Final[dict[Format, str]] = {f: f"/stations.{f}" for f in writing.FORMATS} | {
    "ndjson": "/stations.ndjson.gz"
}
_AT_ONCE: Final = 2
"""Differences of this process under way; the next ones wait."""


class Feed:
    """What the feed of one application keeps: the files, and how many differences are under way."""

    def __init__(self, settings: Settings) -> None:
        self.files: files.Files[tuple[Format, CoordSys]] = files.Files(settings.feed_ttl_s)
        self.at_once = asyncio.Semaphore(_AT_ONCE)


async def feed(request: Request, kind: Format) -> Response:
    """Answer ``GET /v1/feed/stations.*``."""
    values = reading.read_pairs(request.scope["query_string"], PARAMETERS)
    system: CoordSys = values.get("ret_coordsys", "wgs84")
    keeper: Keeper = request.app.state.keeper
    snapshot, age_s = keeper.current()
    if "since" in values:
        return await _difference(request, kind, system, values, snapshot)
    if "mark" in values:
        raise ParameterError([FieldProblem("mark", texts.MARK_ALONE)])
    settings: Settings = request.app.state.settings
    edition = Edition.of(snapshot)

    def make() -> Any:
        return writing.pieces(kind, envelope(edition, settings, system), _all(snapshot, system))

    made = await request.app.state.feed.files.get((kind, system), edition, make)
    headers = _headers(settings, made.edition.data_version) | {"x-data-age": f"{age_s:.1f}"}
    return files.answer(request, made, MEDIA_TYPES[kind], headers, as_file=kind == "ndjson")


def _all(snapshot: Snapshot, system: CoordSys) -> Listing:
    return Listing(snapshot.bodies, *snapshot.places[system])


async def _difference(
    request: Request, kind: Format, system: CoordSys, values: dict[str, Any], snapshot: Snapshot
) -> Response:
    since, mark = values["since"], values.get("mark")
    reader: Reader | None = request.app.state.reader
    if since == snapshot.data_version and mark in (None, snapshot.mark):
        # Nothing new, which is what nearly all who follow hear: no database is asked for that.
        edition, listed, extra = Edition.of(snapshot), _none(snapshot, system), Extra(since, [])
    elif reader is None:
        raise SnapshotNeededError(texts.FILE_VERSION)
    else:
        async with request.app.state.feed.at_once:
            found = await reader.read(lambda conn: changes.read(conn, since, mark))
            listed = await run_in_threadpool(changes.listing, found.stations, system)
        edition, extra = found.edition, changes.extra(found)
    settings: Settings = request.app.state.settings
    head = envelope(edition, settings, system)
    body = await run_in_threadpool(lambda: b"".join(writing.pieces(kind, head, listed, extra)))
    return await _answer(request, body, kind, _headers(settings, edition.data_version))


def _none(snapshot: Snapshot, system: CoordSys) -> Listing:
    every = _all(snapshot, system)
    return Listing(every.bodies[:0], every.x[:0], every.y[:0])


async def _answer(request: Request, body: bytes, kind: Format, headers: dict[str, str]) -> Response:
    as_file = kind == "ndjson"
    accepted = compression.wants_gzip(request.headers.get("accept-encoding", ""))
    is_packed = as_file or (accepted and len(body) >= compression.WORTH_BYTES)
    if is_packed:
        body = b"".join(await run_in_threadpool(compression.packed, [body]))
    digest = await run_in_threadpool(lambda: hashlib.sha256(body).digest())
    headers |= {"etag": files.etag(digest)} | ({} if as_file else compression.VARY)
    if kept.matches(request.headers.get("if-none-match", ""), headers["etag"]):
        return Response(status_code=304, headers=headers)
    headers |= compression.PACKED if is_packed and not as_file else {}
    return Response(body, media_type=MEDIA_TYPES[kind], headers=headers)


def _headers(settings: Settings, data_version: int) -> dict[str, str]:
    return {
        "cache-control": f"public, max-age={settings.feed_ttl_s}",
        "x-data-version": str(data_version),
    }


def _endpoint(kind: Format) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return await feed(request, kind)

    return answer


for _kind, _path in _PATHS.items():
    router.add_api_route(
        _path,
        _endpoint(_kind),
        name=f"feed_{_kind}",
        summary=f"{texts.SNAPSHOT} ({_path.removeprefix('/stations.')})",
        description=str(texts.SNAPSHOT_MEANING),
        response_class=schemas.RESPONSES[_kind],
        responses=schemas.answers(_kind),
        openapi_extra=openapi.operation(parameters=PARAMETERS),
    )
