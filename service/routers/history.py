"""What changed of a station, newest first; read from the registry itself, not from the snapshot."""

from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response

from data.hours.schedule import SHANGHAI
from data.postgres.db import Connection
from data.stations import changes, store
from data.stations.store import Change
from service import kinds, openapi, reading, schemas, texts
from service.errors import NotFoundError
from service.keeper import Keeper
from service.parameters import Parameter
from service.reader import Reader
from service.routers.limited import LimitedRoute

router = APIRouter(prefix="/v1/stations", tags=["stations"], route_class=LimitedRoute)

PARAMETERS: Final = {
    "limit": Parameter("limit", kinds.Integer(1, 1000), 100, meaning=texts.HISTORY_LIMIT),
    "before": Parameter("before", kinds.Integer(1, 10**17), 4711, meaning=texts.HISTORY_BEFORE),
}

SHOWN: Final = frozenset(
    {
        "name", "adcode", "township_code", "brand", "host_kind", "kind", "audience", "status", "floor", "capacity",
        "area_m2", "position_kind", "accuracy_m", "opening_hours", "makeup_days", "access_method", "door_24h",
        "unattended_24h", "goods_24h", "facilities", "street_door", "in_compound", "registration_required",
        "verified_at", "street_facing", "street_facing_rule", "merged_into", "reported_closed_on",
    }
)  # fmt: skip
"""Columns told with their old and new values: codes, numbers, dates and the name.

Of other public columns only the name is told: they hold free text, and what was taken out of it, a phone number
for instance, must not live on here.
"""
NAMED: Final = frozenset(
    {
        "position", "address", "city", "district", "township", "operator", "host", "status_reason", "phone",
        "hours_posted", "code", "external_ids", "source", "visited",
    }
)  # fmt: skip
_VERDICT: Final = {"verdict": "street_facing", "rule": "street_facing_rule"}


@router.get(
    "/{station_id:id}/history",
    summary=str(texts.HISTORY),
    description=str(texts.HISTORY_MEANING),
    responses=openapi.answers(schemas.HistoryAnswer, 400, 401, 404, 429, 503),
    openapi_extra=openapi.operation(
        parameters=PARAMETERS,
        path=(Parameter("station_id", kinds.StationId(), "S000100", required=True),),
    ),
)
async def history(request: Request) -> Response:
    """Answer ``GET /v1/stations/{station_id}/history``."""
    values = reading.read_pairs(request.scope["query_string"], PARAMETERS)
    station_id, limit = request.path_params["station_id"], values.get("limit", 100)
    keeper: Keeper = request.app.state.keeper
    if keeper.current()[0].row_of(station_id) is None:
        raise NotFoundError(texts.NO_SUCH_STATION)

    def work(conn: Connection) -> tuple[int, list[Change]]:
        version = store.data_version(conn)
        return version, changes.read_page(conn, station_id, limit + 1, before=values.get("before"))

    reader: Reader = request.app.state.reader
    version, found = await reader.read(work)
    return Response(
        orjson.dumps(_page(station_id, version, found, limit)),
        media_type="application/json",
        headers={"cache-control": "no-store", "x-data-version": str(version), "x-data-age": "0.0"},
    )


def _page(station_id: str, version: int, changes: list[Change], limit: int) -> dict[str, Any]:
    page = {"station_id": station_id, "data_version": version, "data_age_s": 0.0}
    if len(changes) > limit:
        changes = changes[:limit]
        page["next"] = changes[-1].history_id
    return page | {"count": len(changes), "results": [_told(change) for change in changes]}


def _told(change: Change) -> dict[str, Any]:
    return {
        "entry": change.history_id,
        "changed_at": change.changed_at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "data_version": change.data_version,
        "operation": change.operation,
        "subject": "street_facing" if change.entity == "frontage" else "station",
        # Which kind of author only: an account may be named after a person.
        "by": "program" if change.actor.startswith(("yizhan", "import")) else "editor",
        "changes": _changes(change),
    }


def _changes(change: Change) -> list[dict[str, Any]]:
    old, new = (_renamed(change, columns or {}) for columns in (change.old, change.new))
    told: list[dict[str, Any]] = []
    for field in sorted(old.keys() | new.keys()):
        if field in SHOWN:
            if old.get(field) != new.get(field):
                told.append({"field": field, "old": old.get(field), "new": new.get(field)})
        elif field in NAMED:
            told.append({"field": field})
    return told


def _renamed(change: Change, columns: dict[str, Any]) -> dict[str, Any]:
    if change.entity == "station":
        return columns
    return {_VERDICT[name]: value for name, value in columns.items() if name in _VERDICT}
