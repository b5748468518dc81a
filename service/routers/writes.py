"""Single stations written: put, patched, deleted, each on the version that the writer has seen."""

from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response

from data.editing import edits
from data.editing.edits import Station
from service import auth, incoming, kinds, openapi, reading, texts
from service.auth import Holder
from service.errors import ContentTypeError, FieldProblem, NotFoundError, ParameterError
from service.kinds import ValueProblemError
from service.parameters import Parameter
from service.routers.limited import LimitedRoute
from service.settings import Settings
from service.writer import Writer
from service.writing import fields, preconditions, schemas
from service.writing import texts as own

router = APIRouter(prefix="/v1/stations", tags=["writes"], route_class=LimitedRoute)

MERGE_PATCH: Final = "application/merge-patch+json"
_PATH: Final = "/{station_id:id}"
_ID: Final = Parameter("station_id", kinds.StationId(), "S000100", required=True)
_STATUSES: Final = (400, 401, 403, 404, 408, 413, 415, 429, 503)


def _told(*conditions: str, **body: Any) -> dict[str, Any]:
    described: dict[str, Any] = {"parameters": [schemas.path_id(_ID), *schemas.conditions(*conditions)]}
    return described | ({"requestBody": schemas.record_body(**body)} if body else {})


@router.get(
    f"{_PATH}/record",
    summary=str(own.RECORD),
    description=str(own.RECORD_MEANING),
    responses=openapi.answers(schemas.WrittenAnswer, 400, 401, 403, 404, 429, 503),
    openapi_extra=_told(),
)
async def record(request: Request) -> Response:
    """Answer ``GET /v1/stations/{station_id}/record``."""
    holder, station_id = _begin(request)
    return _answer(await _write(request, holder, lambda conn: edits.read(conn, station_id)))


@router.put(
    _PATH,
    summary=str(own.PUT),
    description=str(own.PUT_MEANING),
    responses=openapi.answers(schemas.WrittenAnswer, *_STATUSES, 409, 412, 428)
    | {201: {"model": schemas.WrittenAnswer}},
    openapi_extra=_told("If-Match", "If-None-Match", media_type="application/json", patch=False),
)
async def put(request: Request) -> Response:
    """Answer ``PUT /v1/stations/{station_id}``."""
    try:
        holder, station_id = _begin(request)
    except NotFoundError:
        raise ParameterError([FieldProblem("station_id", own.NOT_AN_ID)]) from None
    creates = preconditions.creates(request)
    new = fields.whole(await _body(request, "application/json"))
    if creates:
        return _answer(await _write(request, holder, lambda conn: edits.create(conn, station_id, new)))
    tags = preconditions.seen(request)
    return _answer(
        await _write(request, holder, lambda conn: edits.change(conn, station_id, tags, lambda _: new))
    )


@router.patch(
    _PATH,
    summary=str(own.PATCH),
    description=str(own.PATCH_MEANING),
    responses=openapi.answers(schemas.WrittenAnswer, *_STATUSES, 412, 428),
    openapi_extra=_told("If-Match", media_type=MERGE_PATCH, patch=True),
)
async def patch(request: Request) -> Response:
    """Answer ``PATCH /v1/stations/{station_id}``."""
    holder, station_id = _begin(request)
    tags = preconditions.seen(request)
    if incoming.declared(request) != MERGE_PATCH:
        raise ContentTypeError(own.NOT_MERGE_PATCH, headers={"accept-patch": MERGE_PATCH})
    given = await _body(request, MERGE_PATCH)
    return _answer(
        await _write(
            request,
            holder,
            lambda conn: edits.change(conn, station_id, tags, lambda old: fields.patched(old, given)),
        )
    )


@router.delete(
    _PATH,
    summary=str(own.DELETE),
    description=str(own.DELETE_MEANING),
    responses=openapi.answers(schemas.DeletedAnswer, 400, 401, 403, 404, 412, 428, 429, 503),
    openapi_extra=_told("If-Match"),
)
async def delete(request: Request) -> Response:
    """Answer ``DELETE /v1/stations/{station_id}``."""
    holder, station_id = _begin(request)
    tags = preconditions.seen(request)
    gone = await _write(request, holder, lambda conn: edits.delete(conn, station_id, tags))
    told = {"station_id": gone.station_id, "version": gone.version, "data_version": gone.data_version}
    return _json(told | {"deleted": True}, gone)


def _begin(request: Request) -> tuple[Holder, str]:
    """Look at what is cheap first: the key, the address."""
    holder = auth.require(request, "write")
    reading.read_pairs(request.scope["query_string"], {})
    station_id: str = request.path_params["station_id"]
    try:
        return holder, str(_ID.kind.read(station_id))
    except ValueProblemError:
        raise NotFoundError(texts.NO_SUCH_STATION) from None


async def _body(request: Request, media_type: str) -> dict[str, Any]:
    settings: Settings = request.app.state.settings
    chunks = await incoming.content(
        request, most_bytes=settings.body_limit_bytes, wait_s=settings.body_wait_s, types=(media_type,)
    )
    return fields.read(b"".join(chunks))


async def _write(request: Request, holder: Holder, work: Any) -> Station:
    writer: Writer = request.app.state.writer
    station: Station = await writer.write(work, actor=actor_of(holder))
    return station


def actor_of(holder: Holder) -> str:
    """Name the holder of a key in the history, which never shows it to the public."""
    return f"key:{holder.key_id} {holder.label}"


def _answer(station: Station) -> Response:
    told: dict[str, Any] = {
        "station_id": station.station_id,
        "version": station.version,
        "data_version": station.data_version,
        "record": station.record,
    }
    if station.warnings:
        told["warnings"] = [
            {"field": field, "message": {"zh": note.zh, "en": note.en}} for field, note in station.warnings
        ]
    return _json(told, station)


def _json(told: dict[str, Any], station: Station) -> Response:
    headers = {
        "etag": station.tag,
        "cache-control": "no-store",
        "x-data-version": str(station.data_version),
        "x-data-age": "0.0",
    }
    status = 201 if station.created else 200
    if station.created:
        headers["location"] = f"/v1/stations/{station.station_id}"
    return Response(orjson.dumps(told), status_code=status, media_type="application/json", headers=headers)
