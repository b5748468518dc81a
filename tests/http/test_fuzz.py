"""Every route of our OpenAPI document, fuzzed by Schemathesis on a real socket, over a real registry.

Whatever is sent: no 5xx, no undocumented status, type, header or field; what the document forbids is refused,
and what it allows is accepted. Routes are taken from the document, so that a new one is fuzzed without a word
here. A run is the same each time: fixed seed, fixed number of cases.
"""

import warnings
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import hypothesis
import pytest
import requests
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.openapi import from_dict

from data.postgres import db
from service.app import create_app
from service.keeper import DatabaseKeeper, FrameKeeper
from service.reader import Reader
from service.settings import Settings
from service.trials import TRIAL_POINT
from tests.http.made import frame_of
from tests.http.running import STATIONS, Running

SEED = 20210101
CASES = 60

pytestmark = pytest.mark.postgis


def document() -> dict[str, Any]:
    """The OpenAPI document with every route: also those that need a database, which nothing asks here."""
    return create_app(Settings(), FrameKeeper(frame_of([])), reader=Reader("host=/nowhere")).openapi()


SCHEMA = from_dict(document())
load_all_checks()
NEGATIVE = CHECKS.get_one("negative_data_rejection")


@pytest.fixture(scope="module")
def served(standing_database_url: str) -> Iterator[Running]:
    """A server over a registry of 400 stations, one of them changed three times."""
    print(f"seed {SEED}, {CASES} cases for each route and phase")  # noqa: T201
    with closing(db.connect(standing_database_url, role="writer")) as conn:
        for statement in (STATIONS, *[f"UPDATE yizhan.station SET capacity = {n}" for n in (5, 6)]):
            with db.transaction(conn), conn.cursor() as cursor:
                cursor.execute(statement)
    keeper = DatabaseKeeper(standing_database_url)
    with Running(Settings(port=0, body_wait_s=5.0), keeper, reader=Reader(standing_database_url)) as running:
        yield running


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as kept:
        yield kept


@SCHEMA.parametrize()
@hypothesis.seed(SEED)
@hypothesis.settings(
    max_examples=CASES,
    deadline=None,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)
def test_every_route_keeps_its_word(case: Case, served: Running, session: requests.Session) -> None:
    if case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE:
        mend(case.query, as_text=True)
        mend(case.body, as_text=False)
    with warnings.catch_warnings():
        # Chunked bodies of odd values are odd on purpose.
        warnings.simplefilter("ignore")
        answer = case.call(base_url=served.url, session=session)
    # In a batch a bad point is refused alone, in an answer that is otherwise good.
    refused = answer.status_code == 200 and answer.content[:1] == b"{" and failed_points(answer.json())
    case.validate_response(answer, excluded_checks=[NEGATIVE] if refused else [])


def failed_points(answer: dict[str, Any]) -> int:
    return int(answer.get("summary", {}).get("failed", 0))


def test_no_route_of_the_document_is_left_out() -> None:
    named = set(document()["paths"])
    asked = {operation.ok().path for operation in SCHEMA.get_all_operations()}
    assert asked == named
    assert {
        "/v1/stations/nearest",
        "/v1/stations/nearest:batch",
        "/v1/stations/{station_id}/history",
    } <= named


def mend(values: Any, *, as_text: bool) -> None:
    """Mend what no JSON Schema of single parameters can say, so that a valid case must be accepted.

    A position is either ``location`` or ``lon`` and ``lat``, within its coordinate system, or one of several in
    ``points``; a time is either ``open_at`` or ``open_now``; numbers of the street-facing rule fit each other.
    """
    if not isinstance(values, dict):
        return
    values.pop("parameters", None)
    # A mark is of one version of one registry; of its versions, a feed tells the difference to one that there was.
    values.pop("mark", None)
    if "since" in values:
        values["since"] = "1"
    if "open_at" in values:
        values.pop("open_now", None)
    # This server has no streets to travel on, and a path needs them: tests/http/test_by_travel.py has.
    if "by" in values:
        values["by"] = "distance"
    values.pop("path", None)
    if "points" in values:
        for name in TRIAL_POINT:
            values.pop(name, None)
        values["points"] = values["points"][:3] or [{"id": 1, "lon": 116.4, "lat": 39.9}]
        return
    if "coordsys" not in values:
        return
    knows_pairs = "location" in values
    given = values.pop("location", None) or (116.4, 39.9)
    x, y = given.split(",") if isinstance(given, str) else given
    x, y = values.get("lon", x), values.get("lat", y)
    most_x, most_y = (2e7, 1.2e7) if values["coordsys"] == "bd09mc" else (180.0, 90.0)
    values["lon"], values["lat"] = (min(max(float(v), -m), m) for v, m in ((x, most_x), (y, most_y)))
    if knows_pairs:
        # Both ways of giving a position are tried.
        pair = values.pop("lon"), values.pop("lat")
        values["location"] = ",".join(map(str, pair)) if as_text else list(pair)
