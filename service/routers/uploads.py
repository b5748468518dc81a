"""Lists imported by upload, each request carried out once; what became of them, and their rejected rows."""

import asyncio
import re
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from data.editing import answers
from data.editing.answers import Kept
from geo import vocabulary
from service import auth, compression, incoming, kinds, openapi, reading
from service.errors import (
    BodyError,
    BusyError,
    ContentTypeError,
    FieldProblem,
    NotFoundError,
    ParameterError,
)
from service.kinds import ValueProblemError
from service.parameters import Parameter
from service.routers.limited import LimitedRoute
from service.routers.writes import actor_of
from service.settings import Settings
from service.writer import Writer
from service.writing import fields, schemas, texts, uploads
from service.writing.uploads import Upload

router = APIRouter(prefix="/v1/imports", tags=["writes"], route_class=LimitedRoute)

_NAME: Final = r"[^/\\\x00-\x1f\x7f]{1,60}\.(csv|tsv|txt|xlsx|xlsm|geojson|json|gpkg)"
_KEY: Final = re.compile("[\x21-\x7e]{1,255}")
PARAMETERS: Final = {
    p.name: p
    for p in (
        Parameter(
            "filename", kinds.Matching(_NAME, texts.NOT_A_FILENAME), "stations.xlsx", True, texts.FILENAME
        ),
        Parameter("coordsys", kinds.CoordinateSystem(), "gcj02", False, texts.IMPORT_COORDSYS),
        Parameter(
            "audience",
            kinds.Choice(tuple(vocabulary.AUDIENCE)),
            "outdoor_workers",
            False,
            texts.IMPORT_AUDIENCE,
        ),
        Parameter("source", fields.Line(fields.NAME_LIMIT), "list", False, texts.IMPORT_SOURCE),
        Parameter("replace_source", kinds.Flag(), False, False, texts.REPLACE_SOURCE),
        Parameter("force", kinds.Flag(), False, False, texts.FORCE),
    )
}
_BATCH: Final = Parameter("batch_id", kinds.Integer(1, 10**17), 1, True, texts.BATCH_ID)
_ANY: Final = {"schema": {"type": "string", "format": "binary"}}


class Uploads:
    """One upload at a time in a process; the next one is told to come later."""

    def __init__(self) -> None:
        self.one = asyncio.Lock()


@router.post(
    "",
    summary=str(texts.IMPORT),
    description=str(texts.IMPORT_MEANING.format(days=answers.KEPT_DAYS)),
    responses=openapi.answers(schemas.ImportAnswer, 400, 401, 403, 408, 409, 413, 415, 422, 429, 503),
    openapi_extra={
        "parameters": [
            *openapi.operation(parameters=PARAMETERS)["parameters"],
            *schemas.conditions("Idempotency-Key"),
        ],
        "requestBody": {"required": True, "content": {"application/octet-stream": _ANY}},
    },
)
async def upload(request: Request) -> Response:
    """Answer ``POST /v1/imports``."""
    holder = auth.require(request, "write")
    said = reading.read_required(request.scope["query_string"], PARAMETERS)
    key = request.headers.get("idempotency-key", "")
    if not _KEY.fullmatch(key):
        raise ParameterError([FieldProblem("Idempotency-Key", texts.IDEMPOTENCY_KEY)])
    if incoming.declared(request).startswith("multipart/"):
        raise ContentTypeError(texts.RAW_BODY)
    settings: Settings = request.app.state.settings
    kept: Uploads = request.app.state.uploads
    if kept.one.locked():
        raise BusyError(texts.UPLOAD_BUSY)
    async with kept.one:
        chunks = await _content(request, settings)
        wanted = Upload(
            holder.key_id, key, actor_of(holder), said["filename"], said, chunks, settings.import_body_bytes
        )
        writer: Writer = request.app.state.writer
        answer = await writer.run(
            lambda conn: uploads.carry_out(conn, wanted), wait_s=float(settings.import_wait_s)
        )
    headers = {"cache-control": "no-store"} | ({"idempotency-replayed": "true"} if answer.replayed else {})
    return Response(answer.body, media_type="application/json", headers=headers)


@router.get(
    "/{batch_id:id}",
    summary=str(texts.IMPORT_ANSWER),
    responses=openapi.answers(schemas.ImportAnswer, 400, 401, 403, 404, 429, 503),
    openapi_extra={"parameters": [schemas.path_id(_BATCH)]},
)
async def answered(request: Request) -> Response:
    """Answer ``GET /v1/imports/{batch_id}``."""
    kept = await _kept(request)
    return Response(kept.answer, media_type="application/json", headers={"cache-control": "no-store"})


class CsvResponse(Response):
    """Tells the document the type of a table."""

    media_type = "text/csv"


@router.get(
    "/{batch_id:id}/rejected.csv",
    summary=str(texts.REJECTED),
    description=str(texts.REJECTED_MEANING),
    response_class=CsvResponse,
    responses=openapi.problems(400, 401, 403, 404, 429, 503),
    openapi_extra={"parameters": [schemas.path_id(_BATCH)]},
)
async def rejected(request: Request) -> Response:
    """Answer ``GET /v1/imports/{batch_id}/rejected.csv``."""
    kept = await _kept(request)
    if kept.rejected_csv is None:
        raise NotFoundError(texts.NO_SUCH_IMPORT)
    name = f'attachment; filename="import-{request.path_params["batch_id"]}.rejected.csv"'
    headers = {"cache-control": "no-store", "content-disposition": name}
    return CsvResponse(kept.rejected_csv, headers=headers)


async def _kept(request: Request) -> Kept:
    holder = auth.require(request, "write")
    reading.read_pairs(request.scope["query_string"], {})
    try:
        batch_id: int = _BATCH.kind.read(request.path_params["batch_id"])
    except ValueProblemError:
        raise NotFoundError(texts.NO_SUCH_IMPORT) from None
    writer: Writer = request.app.state.writer
    kept: Any = await writer.write(lambda conn: answers.of_batch(conn, batch_id), actor=actor_of(holder))
    if kept is None:
        raise NotFoundError(texts.NO_SUCH_IMPORT)
    found: Kept = kept
    return found


async def _content(request: Request, settings: Settings) -> list[bytes]:
    most, wait_s = settings.import_body_bytes, settings.body_wait_s
    is_packed = compression.is_gzip(request.headers.get("content-encoding", ""))
    chunks = await incoming.content(request, most_bytes=most, wait_s=wait_s, types=None, unpack=False)
    if is_packed:
        chunks = [await asyncio.to_thread(compression.unpacked, chunks, most)]
    if not any(chunks):
        raise BodyError(texts.EMPTY_BODY)
    return chunks
