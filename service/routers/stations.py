"""Routes about stations: the nearest ones, one, a page of all."""

from datetime import datetime
from typing import Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from geo.coordsys import LonLat
from service import answers, compression, incoming, openapi, query, reading, schemas, texts
from service.answers import AsOf
from service.errors import FieldProblem, ParameterError
from service.keeper import Keeper
from service.kinds import StationId
from service.parameters import LIST_PARAMETERS, NEAREST_PARAMETERS, STATION_PARAMETERS, Parameter
from service.query import NearestQuery
from service.roads import telling, travelling
from service.roads import texts as roads_texts
from service.roads.desk import RoadDesk
from service.routers.lean import JsonBytes
from service.routers.limited import LimitedRoute
from service.selection import Selection
from service.settings import Settings

_NO_STORE: Final = (b"cache-control", b"no-store")

router = APIRouter(prefix="/v1/stations", tags=["stations"], route_class=LimitedRoute)


@router.get(
    "/nearest",
    summary=str(texts.NEAREST),
    description=str(texts.NEAREST_MEANING),
    responses=openapi.answers(schemas.NearestAnswer, 400, 401, 429, 503),
    openapi_extra=openapi.operation(parameters=NEAREST_PARAMETERS),
)
async def nearest(request: Request) -> Response:
    """Answer ``GET /v1/stations/nearest``."""
    values = reading.read_pairs(request.scope["query_string"], NEAREST_PARAMETERS)
    return await _nearest(request, query.nearest_query(values))


@router.post(
    "/nearest",
    summary=str(texts.NEAREST),
    description=str(texts.NEAREST_MEANING),
    responses=openapi.answers(schemas.NearestAnswer, 400, 401, 408, 413, 415, 429, 503),
    openapi_extra=openapi.operation(body=NEAREST_PARAMETERS),
)
async def nearest_by_post(request: Request) -> Response:
    """Answer ``POST /v1/stations/nearest``; parameters are in the body only."""
    reading.read_pairs(request.scope["query_string"], {})
    values = reading.read_body(await _json_body(request), NEAREST_PARAMETERS)
    return await _nearest(request, query.nearest_query(values))


@router.get(
    "",
    summary=str(texts.STATIONS),
    description=str(texts.STATIONS_MEANING),
    responses=openapi.answers(schemas.ListAnswer, 400, 401, 429, 503),
    openapi_extra=openapi.operation(parameters=LIST_PARAMETERS),
)
async def list_stations(request: Request) -> Response:
    """Answer ``GET /v1/stations``."""
    asked = query.list_query(reading.read_pairs(request.scope["query_string"], LIST_PARAMETERS))
    as_of = _as_of(request, asked.open_at)
    page = _json(await run_in_threadpool(answers.page, as_of, asked), as_of)
    return await compression.packed_for(request, page)


@router.get(
    "/{station_id:id}",
    summary=str(texts.STATION),
    description=str(texts.STATION_MEANING),
    responses=openapi.answers(schemas.StationAnswer, 400, 401, 404, 429, 503),
    openapi_extra=openapi.operation(
        parameters=STATION_PARAMETERS,
        path=(Parameter("station_id", StationId(), "S000100", required=True),),
    ),
)
async def station(request: Request) -> Response:
    """Answer ``GET /v1/stations/{station_id}``."""
    values = reading.read_pairs(request.scope["query_string"], STATION_PARAMETERS)
    as_of = _as_of(request)
    station_id, ret_coordsys = request.path_params["station_id"], values.get("ret_coordsys", "wgs84")
    return _json(answers.station(as_of, station_id, ret_coordsys), as_of)


async def _nearest(request: Request, asked: NearestQuery) -> Response:
    place = answers.origin(asked)
    as_of = _as_of(request, asked.open_at)
    selection = await _selection(as_of, asked)
    if asked.by != "distance":
        return _json(await _by_travel(request, as_of, asked, place, selection), as_of)
    return _json(answers.nearest(as_of, asked, place, selection), as_of)


async def _by_travel(
    request: Request, as_of: AsOf, asked: NearestQuery, place: LonLat, selection: Selection
) -> bytes:
    """Answer by travel time; computed aside, because a search through a city takes milliseconds."""
    desk: RoadDesk = request.app.state.roads
    roads = desk.roads()
    network = roads.networks.get(asked.by)
    if network is None:
        raise ParameterError([FieldProblem("by", roads_texts.NO_STREETS)])
    question = travelling.Asked(place, asked.k, asked.radius_m, selection, path=asked.path)
    lon, lat = as_of.snapshot.places["wgs84"]

    def work() -> bytes:
        found = travelling.soonest(network, lon, lat, question)
        return telling.answer(as_of, asked, roads, found)

    return await desk.run(work)


async def _selection(as_of: AsOf, asked: NearestQuery) -> Selection:
    """Find where to search; what is not at hand is made aside, so that other requests go on."""
    when = as_of.openings if asked.wants_open else None
    kept = as_of.snapshot.kept_selection(asked.filters, when)
    if kept is not None:
        return kept
    return await run_in_threadpool(as_of.snapshot.selection, asked.filters, when)


def _as_of(request: Request, at: datetime | None = None) -> AsOf:
    """Find what to answer from: the current snapshot, with the hours of a moment (None: now)."""
    keeper: Keeper = request.app.state.keeper
    snapshot, age_s = keeper.current()
    schedules = snapshot.schedules
    return AsOf(snapshot, age_s, schedules.now() if at is None else schedules.at(at))


async def _json_body(request: Request) -> bytes:
    """Read the body: declared as JSON, no larger and no slower than the settings allow."""
    settings: Settings = request.app.state.settings
    return b"".join(
        await incoming.content(request, most_bytes=settings.body_limit_bytes, wait_s=settings.body_wait_s)
    )


def _json(body: bytes, as_of: AsOf) -> Response:
    version = (b"x-data-version", b"%d" % as_of.snapshot.data_version)
    return JsonBytes(body, [_NO_STORE, version, (b"x-data-age", b"%.1f" % as_of.age_s)])
