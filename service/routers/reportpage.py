"""The page on which a user says what is wrong with a station; a plain form, so that any phone can send it."""

from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
from fastapi import APIRouter, Request, Response

from data.hours.schedule import SHANGHAI
from service import compression, incoming, reading, texts
from service.errors import AwayError, FieldProblem, LimitedError, NotFoundError, ParameterError
from service.keeper import Keeper
from service.kinds import ValueProblemError
from service.reporting import page
from service.reporting import texts as own
from service.reporting.page import Shown
from service.reporting.taking import REPORT_PARAMETERS
from service.routers import reports
from service.routers.limited import LimitedRoute
from service.settings import Settings

router = APIRouter(include_in_schema=False, route_class=LimitedRoute)

FORM_TYPE: Final = "application/x-www-form-urlencoded"
_FIELDS: Final = ("reason", "when", "facility", "note")
_PATH: Final = "/stations/{station_id:id}/report"


@router.get(_PATH)
async def show(request: Request) -> Response:
    """Show the form."""
    reading.read_link(request.scope["query_string"], {})
    station, root = _station(request), request.scope.get("root_path", "")
    if station is None:
        return _html(page.told(own.PAGE_GONE, root), 404)
    return await compression.packed_for(request, _html(page.form(station, root), 200))


@router.post(_PATH)
async def send(request: Request) -> Response:
    """Take the form in; what is wrong is said on the form itself, filled in as it was."""
    reading.read_link(request.scope["query_string"], {})
    station, root = _station(request), request.scope.get("root_path", "")
    if station is None:
        return _html(page.told(own.PAGE_GONE, root), 404)
    sent = await _sent(request)
    try:
        await reports.take(request, station.station_id, _values(sent))
    except ParameterError as error:
        problems = [problem.message for problem in error.problems] or [error.text]
        return _html(page.form(station, root, problems=problems, chosen=sent), 400)
    except NotFoundError as error:
        return _html(page.told(error.text, root), 404)
    except LimitedError as error:
        return _html(page.told(error.text, root), 429, error.headers)
    except AwayError as error:
        return _html(page.form(station, root, problems=[error.text], chosen=sent), 503, error.headers)
    return _html(page.thanks(station, root), 200)


async def _sent(request: Request) -> dict[str, str]:
    """Read the fields of the form; anything else in it is left aside."""
    settings: Settings = request.app.state.settings
    chunks = await incoming.content(
        request, most_bytes=reports.MOST_BYTES, wait_s=settings.body_wait_s, types=(FORM_TYPE,)
    )
    text = b"".join(chunks).decode("utf-8", "replace")
    pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=20) if text.count("&") < 20 else []
    return {name: value for name, value in pairs if name in _FIELDS}


def _values(sent: dict[str, str]) -> dict[str, Any]:
    """Read what the form says, as the API would; the choice of a time becomes that time."""
    problems, values = [], {}
    for name in ("reason", "facility", "note"):
        text = sent.get(name, "")
        if name == "facility" and sent.get("reason") != "broken":
            continue
        if text.strip():
            try:
                values[name] = REPORT_PARAMETERS[name].kind.read(text)
            except ValueProblemError as wrong:
                problems.append(FieldProblem(name, wrong.text))
    if "reason" not in values and not problems:
        problems.append(FieldProblem("reason", own.PAGE_CHOOSE))
    try:
        values["found_at"] = page.found_at(sent.get("when", "now"), datetime.now(SHANGHAI))
    except KeyError:
        problems.append(FieldProblem("when", texts.EMPTY_VALUE))
    if problems:
        raise ParameterError(problems)
    return values


def _station(request: Request) -> Shown | None:
    keeper: Keeper = request.app.state.keeper
    snapshot, _ = keeper.current()
    row = snapshot.row_of(request.path_params["station_id"])
    if row is None:
        return None
    facts = orjson.loads(snapshot.columns.arrays["body"][row] + b"}")
    return Shown(facts["station_id"], facts["name"], facts.get("address"), facts.get("hours_posted"))


def _html(body: str, status: int, headers: dict[str, str] | None = None) -> Response:
    own_headers = {
        "cache-control": "no-store",
        "content-security-policy": page.policy(),
        "referrer-policy": "same-origin",
        "x-robots-tag": "noindex",
    }
    return Response(body, status, {**own_headers, **(headers or {})}, media_type="text/html; charset=utf-8")
