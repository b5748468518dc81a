"""Whether the process lives, and whether it can serve."""

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from service import openapi, reading, schemas, texts
from service.keeper import Health, Keeper

router = APIRouter(tags=["health"])


@router.get(
    "/livez", summary=str(texts.LIVEZ), response_class=PlainTextResponse, responses=openapi.problems(400)
)
async def livez(request: Request) -> Response:
    """Answer ``ok`` for as long as the process answers at all."""
    reading.read_pairs(request.scope["query_string"], {})
    return Response("ok", media_type="text/plain", headers={"cache-control": "no-store"})


@router.get(
    "/readyz",
    summary=str(texts.READYZ),
    description=str(texts.READYZ_MEANING),
    responses={
        200: {"model": schemas.ReadyAnswer},
        503: {"model": schemas.ReadyAnswer},
        **openapi.problems(400),
    },
)
async def readyz(request: Request) -> Response:
    """Tell the truth about snapshot and database."""
    reading.read_pairs(request.scope["query_string"], {})
    keeper: Keeper = request.app.state.keeper
    health = keeper.health()
    ready = health.snapshot is not None
    headers = {"cache-control": "no-store"} | ({} if ready else {"retry-after": "2"})
    return Response(
        orjson.dumps(_told(health)),
        status_code=200 if ready else 503,
        media_type="application/json",
        headers=headers,
    )


def _told(health: Health) -> dict[str, object]:
    told: dict[str, object] = {
        "ready": health.snapshot is not None,
        "source": health.source,
        "database": health.database,
    }
    if health.trouble is not None:
        told["trouble"] = health.trouble
    if health.snapshot is not None and health.data_age_s is not None:
        snapshot = health.snapshot
        told |= {
            "data_version": snapshot.data_version,
            "data_age_s": round(health.data_age_s, 1),
            "loaded_at": snapshot.loaded_at.isoformat(timespec="seconds"),
            "stations": len(snapshot),
            "located": len(snapshot.index),
        }
        years = snapshot.schedules.holidays.years
        if years:
            told["holidays_known_to"] = max(years)
    return told
