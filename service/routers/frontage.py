"""Routes about street-facing: one station's verdict with its evidence, and positions tried on the spot.

Both need the database: the first for the evidence, the second for the street map.
"""

import asyncio
from typing import Any, Final

import geopandas as gpd
import orjson
from fastapi import APIRouter, Request, Response

from service import compression, frontage, incoming, kinds, openapi, reading, schemas, texts, trials
from service.batch.desk import Desk
from service.errors import NotFoundError
from service.keeper import Keeper
from service.parameters import STATION_PARAMETERS, Parameter
from service.reader import Reader
from service.routers.limited import LimitedRoute
from service.settings import Settings
from service.trials import TRIAL_PARAMETERS, Trial

router = APIRouter(prefix="/v1", tags=["street-facing"], route_class=LimitedRoute)

_NO_STORE: Final = {"cache-control": "no-store"}


@router.get(
    "/stations/{station_id:id}/street-facing",
    summary=str(texts.STREET_FACING),
    description=str(texts.STREET_FACING_MEANING),
    responses=openapi.answers(schemas.StreetFacingAnswer, 400, 401, 404, 429, 503),
    openapi_extra=openapi.operation(
        parameters=STATION_PARAMETERS,
        path=(Parameter("station_id", kinds.StationId(), "S000100", required=True),),
    ),
)
async def station(request: Request) -> Response:
    """Answer ``GET /v1/stations/{station_id}/street-facing``."""
    values = reading.read_pairs(request.scope["query_string"], STATION_PARAMETERS)
    station_id = request.path_params["station_id"]
    keeper: Keeper = request.app.state.keeper
    if keeper.current()[0].row_of(station_id) is None:
        raise NotFoundError(texts.NO_SUCH_STATION)
    reader: Reader = request.app.state.reader
    found = await reader.read(lambda conn: frontage.find(conn, station_id))
    told = frontage.station(found, station_id, values.get("ret_coordsys", "wgs84"))
    headers = _NO_STORE | {"x-data-version": str(found.data_version), "x-data-age": "0.0"}
    answer = Response(orjson.dumps(told), media_type="application/json", headers=headers)
    return await compression.packed_for(request, answer)


@router.post(
    "/street-facing",
    summary=str(texts.TRIAL),
    description=str(texts.TRIAL_MEANING.format(n=trials.MOST_POINTS, cells=frontage.MOST_CELLS)),
    responses=openapi.answers(schemas.TrialAnswer, 400, 401, 408, 413, 415, 429, 503),
    openapi_extra=openapi.operation(body=TRIAL_PARAMETERS),
)
async def trial(request: Request) -> Response:
    """Answer ``POST /v1/street-facing``."""
    reading.read_pairs(request.scope["query_string"], {})
    settings: Settings = request.app.state.settings
    body = await incoming.content(request, most_bytes=settings.body_limit_bytes, wait_s=settings.body_wait_s)
    asked = trials.read(b"".join(body))
    request.app.state.gate.charge_trial(request.scope, len(asked.ids))
    told = frontage.trial_answer(asked, await _judged(request, asked))
    answer = Response(orjson.dumps(told), media_type="application/json", headers=_NO_STORE)
    return await compression.packed_for(request, answer)


async def _judged(request: Request, asked: Trial) -> dict[int, dict[str, Any]]:
    """Judge neighbourhood by neighbourhood, one at a time for the whole process."""
    parts = frontage.cells(asked)
    desk: Desk = request.app.state.trials
    desk.enter()
    try:
        results: dict[int, dict[str, Any]] = {}
        for part in parts:
            results |= await _judged_part(request, asked, part)
        return results
    finally:
        desk.leave()


async def _judged_part(request: Request, asked: Trial, part: gpd.GeoDataFrame) -> dict[int, dict[str, Any]]:
    reader: Reader = request.app.state.reader
    desk: Desk = request.app.state.trials
    layers = await reader.read(lambda conn: frontage.read_around(conn, part))
    nobody_leaves: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    try:
        return await desk.run(lambda _: frontage.tried(asked, part, layers), nobody_leaves)
    finally:
        nobody_leaves.cancel()
