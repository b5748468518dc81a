"""What there is to travel on: ``GET /v1/network``."""

import orjson
from fastapi import APIRouter, Request, Response

from service import openapi, reading, schemas
from service.roads import telling, texts
from service.roads.desk import RoadDesk
from service.routers.lean import JsonBytes
from service.routers.limited import LimitedRoute

router = APIRouter(prefix="/v1", tags=["stations"], route_class=LimitedRoute)


@router.get(
    "/network",
    summary=str(texts.NETWORK),
    description=str(texts.NETWORK_MEANING),
    responses={200: {"model": schemas.NetworkAnswer}, **openapi.problems(400, 401, 429, 503)},
)
async def network(request: Request) -> Response:
    """Answer ``GET /v1/network``."""
    reading.read_pairs(request.scope["query_string"], {})
    desk: RoadDesk = request.app.state.roads
    return JsonBytes(orjson.dumps(telling.network(desk.keeper)), [(b"cache-control", b"no-store")])
