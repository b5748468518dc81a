"""Routes of reports: anybody reports, holders of a key for write read and decide."""

from datetime import datetime
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response

from data.errors import ConflictError, InputError
from data.hours.schedule import SHANGHAI
from data.postgres.db import Connection
from data.reports import reports
from data.reports import texts as report_texts
from data.reports.reports import Report, TooManyReportsError
from service import auth, incoming, kinds, openapi, reading, schemas
from service.access.gate import Gate
from service.errors import LimitedError, NotFoundError
from service.keeper import Keeper
from service.parameters import Parameter
from service.reporting import taking, texts
from service.reporting.taking import REPORT_PARAMETERS, Note
from service.routers.limited import LimitedRoute
from service.settings import Settings
from service.writer import Writer

router = APIRouter(prefix="/v1", tags=["reports"], route_class=LimitedRoute)

MOST_BYTES: Final = 4096
LISTED: Final = 1000
_TOMORROW_S: Final = 3600
_ACTOR: Final = "yizhan report"

LIST_PARAMETERS: Final = {
    "station_id": Parameter("station_id", kinds.StationId(), "S000100", meaning=texts.STATION),
    "adcode": Parameter(
        "adcode", kinds.Matching("[1-9][0-9]{1,5}", texts.NOT_LINE), "110108", meaning=texts.ADCODE
    ),
    "only_open": Parameter("only_open", kinds.Flag(), True, meaning=texts.ONLY_OPEN),
    "limit": Parameter("limit", kinds.Integer(1, LISTED), 100, meaning=texts.LIMIT),
}
DECISION_PARAMETERS: Final = {
    "decision": Parameter(
        "decision",
        kinds.Choice([state for state in report_texts.STATE if state != "open"]),
        "confirmed",
        required=True,
        meaning=texts.DECISION,
    ),
    "by": Parameter("by", Note(long=texts.NOT_LINE), texts.EXAMPLE_BY.zh, required=True, meaning=texts.BY),
    "words": Parameter("words", Note(long=texts.NOT_LINE), texts.EXAMPLE_WORDS.zh, meaning=texts.WORDS),
}


@router.post(
    "/stations/{station_id:id}/reports",
    status_code=202,
    summary=str(texts.REPORT),
    description=str(texts.REPORT_MEANING),
    responses=openapi.problems(400, 404, 408, 413, 415, 429, 503) | {202: {"model": schemas.ReportAnswer}},
    openapi_extra=openapi.operation(
        path=(Parameter("station_id", kinds.StationId(), "S000100", required=True),), body=REPORT_PARAMETERS
    ),
)
async def report(request: Request) -> Response:
    """Answer ``POST /v1/stations/{station_id}/reports``."""
    reading.read_pairs(request.scope["query_string"], {})
    values = reading.read_body(await _body(request), REPORT_PARAMETERS)
    told = await take(request, request.path_params["station_id"], values)
    answer = {
        "station_id": told.station_id,
        "reason": told.reason,
        "found_at": told.found_at.isoformat(timespec="seconds"),
        "thanks": texts.THANKS._asdict(),
    }
    return _json(answer, 202)


@router.get(
    "/reports",
    summary=str(texts.WORK_LIST),
    description=str(texts.WORK_LIST_MEANING),
    responses=openapi.answers(schemas.ReportListAnswer, 400, 401, 403, 429, 503),
    openapi_extra=openapi.operation(parameters=LIST_PARAMETERS),
)
async def work_list(request: Request) -> Response:
    """Answer ``GET /v1/reports``."""
    holder = auth.require(request, "write")
    asked = reading.read_pairs(request.scope["query_string"], LIST_PARAMETERS)

    def work(conn: Connection) -> list[dict[str, Any]]:
        return reports.read(
            conn,
            only_open=asked.get("only_open", True),
            station_id=asked.get("station_id"),
            adcode=asked.get("adcode"),
            limit=asked.get("limit", 100),
        )

    writer: Writer = request.app.state.writer
    found = await writer.write(work, actor=f"key {holder.key_id}")
    return _json({"count": len(found), "results": [_told(row) for row in found]}, 200)


@router.post(
    "/reports/{report_id:int}/decision",
    summary=str(texts.DECIDE),
    description=str(texts.DECIDE_MEANING),
    responses=openapi.answers(schemas.DecisionAnswer, 400, 401, 403, 404, 408, 409, 413, 415, 429, 503),
    openapi_extra=openapi.operation(
        path=(Parameter("report_id", kinds.Integer(1, 2**53 - 1), 1, required=True, meaning=texts.IDS),),
        body=DECISION_PARAMETERS,
    ),
)
async def decide(request: Request) -> Response:
    """Answer ``POST /v1/reports/{report_id}/decision``."""
    holder = auth.require(request, "write")
    reading.read_pairs(request.scope["query_string"], {})
    values = reading.read_whole_body(await _body(request), DECISION_PARAMETERS)
    # No number is larger than the database can hold.
    report_id, today = min(request.path_params["report_id"], 2**53), datetime.now(SHANGHAI).date()

    def work(conn: Connection) -> reports.Outcome:
        (outcome,) = reports.decide(
            conn, [report_id], values["decision"], by=values["by"], on=today, words=values.get("words")
        )
        return outcome

    writer: Writer = request.app.state.writer
    outcome = await writer.write(work, actor=f"key {holder.key_id}")
    if outcome.reason is not None:
        raise NotFoundError(outcome.reason) if outcome.unknown else ConflictError(outcome.reason)
    return _json({"report_id": report_id, "state": values["decision"], "decided_on": today.isoformat()}, 200)


async def take(request: Request, station_id: str, values: dict[str, Any]) -> Report:
    """Store what was read, on behalf of a route; the same again that day is stored once.

    Raises
    ------
    NotFoundError, ParameterError
        As ``taking.report_of``.
    LimitedError
        That address reported too much today.
    AwayError
        The registry cannot be written to.
    """
    keeper: Keeper = request.app.state.keeper
    gate: Gate = request.app.state.gate
    settings: Settings = request.app.state.settings
    now = datetime.now(SHANGHAI)
    made = taking.report_of(station_id, values, keeper.current()[0], now)
    address = gate.client(request.scope)

    def work(conn: Connection) -> None:
        reports.store(conn, made, address, now=now, most=settings.reports_per_address)

    writer: Writer = request.app.state.writer
    try:
        await writer.write(work, actor=_ACTOR)
    except TooManyReportsError as error:
        raise LimitedError(error.text, wait_s=_TOMORROW_S) from error
    except InputError as error:
        raise NotFoundError(error.text) from error
    return made


async def _body(request: Request) -> bytes:
    settings: Settings = request.app.state.settings
    return b"".join(await incoming.content(request, most_bytes=MOST_BYTES, wait_s=settings.body_wait_s))


def _told(row: dict[str, Any]) -> dict[str, Any]:
    told = {
        name: value for name, value in row.items() if value is not None and name not in ("deleted", "weight")
    }
    return told | {"found_at": row["found_at"].astimezone(SHANGHAI).isoformat(timespec="seconds")}


def _json(body: dict[str, Any], status: int) -> Response:
    headers = {"cache-control": "no-store"}
    return Response(orjson.dumps(body), status, headers, media_type="application/json")
