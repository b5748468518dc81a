"""The route for monitoring systems; not public unless the operator says so."""

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from service import auth, reading
from service.metrics import CONTENT_TYPE, Metrics
from service.routers.lean import LeanRoute

router = APIRouter(include_in_schema=False, route_class=LeanRoute)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Give all metrics in Prometheus's text form; to holders of keys for admin unless the setting opens it."""
    reading.read_pairs(request.scope["query_string"], {})
    if request.app.state.settings.metrics == "key":
        auth.require(request, "admin")
    told: Metrics = request.app.state.metrics
    told.publish(request.app.state)
    body = await run_in_threadpool(told.text)
    return Response(body, headers={"content-type": CONTENT_TYPE, "cache-control": "no-store"})
