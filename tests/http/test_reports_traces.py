"""What somebody reports leaves no trace outside the work list: no log line, no answer, no history; hostile bytes."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from typing import Any

import httpx
import hypothesis
import pytest
import requests
from schemathesis import Case, GenerationMode
from schemathesis.openapi import from_dict

from data.hours.schedule import SHANGHAI
from data.postgres import db
from data.reports import reports
from data.reports.reports import Report, TooManyReportsError
from service import app
from service.app import create_app
from service.keeper import DatabaseKeeper, FrameKeeper
from service.reader import Reader
from service.settings import Settings
from service.writer import Writer
from tests.http.made import frame_of
from tests.http.running import STATIONS, Running

pytestmark = pytest.mark.postgis

SECRET = "ZX4711门锁着"
ADDRESS = "203.0.113.77"
PATIENCE_S = 20.0
NOW = datetime.now(SHANGHAI)


def document() -> dict[str, Any]:
    keeper, nowhere = FrameKeeper(frame_of([])), "host=/nowhere"
    return create_app(Settings(), keeper, reader=Reader(nowhere), writer=Writer(nowhere)).openapi()


SCHEMA = from_dict(document()).include(path_regex="reports")


@pytest.fixture(scope="module")
def served(standing_database_url: str) -> Iterator[Running]:
    with closing(db.connect(standing_database_url, role="writer")) as conn, db.transaction(conn):
        conn.cursor().execute(STATIONS)
        conn.cursor().execute(
            """INSERT INTO yizhan.evidence (station_id, stated)
               VALUES ('S000002', '{"press": {"declared": {"state": "yes", "by": "ZX4711"}}}')"""
        )
    settings = Settings(
        port=0, access_log=True, trusted_proxies="127.0.0.1/32", reports_per_address=100_000, limits=False
    )
    keeper, reader, writer = (
        DatabaseKeeper(standing_database_url),
        Reader(standing_database_url),
        Writer(standing_database_url),
    )
    with Running(settings, keeper, reader=reader, writer=writer) as running:
        yield running


@SCHEMA.parametrize()
@hypothesis.seed(20210101)
@hypothesis.settings(max_examples=40, deadline=None, database=None,
                     suppress_health_check=list(hypothesis.HealthCheck))  # fmt: skip
def test_routes_of_reports_keep_their_word(case: Case, served: Running) -> None:
    if case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE:
        mend(case.body)
    with requests.Session() as session:
        answer = case.call(base_url=served.url, session=session)
    assert answer.status_code < 500
    if case.method == "GET" or "decision" in case.path:
        assert answer.status_code != 200, "without a key nothing is told and nothing decided"
    case.validate_response(answer, excluded_checks=[])


def mend(body: Any) -> None:
    """Mend what no schema can say: a time not long ago, a facility only of what is broken, words that can be read."""
    if isinstance(body, dict):
        body.pop("found_at", None)
        for name in {"note", "words", "by"} & body.keys():
            body[name] = "门锁着"
        if body.get("reason") != "broken":
            body.pop("facility", None)


def test_no_log_line_no_answer_and_no_history_holds_note_address_or_hash(
    served: Running, standing_database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "yizhan"):
        logging.getLogger(name).setLevel(logging.DEBUG)
        logging.getLogger(name).propagate = True
    with caplog.at_level(logging.DEBUG), httpx.Client(base_url=served.url, timeout=20) as client:
        headers = {"x-forwarded-for": ADDRESS}
        sent = [
            client.post("/v1/stations/S000001/reports", json={"reason": "moved", "note": SECRET}, headers=headers),
            client.post("/v1/stations/S000001/reports", json={"reason": "moved", "note": SECRET * 99}, headers=headers),
            client.post("/v1/stations/S000001/reports", json={"reason": SECRET, "phone": SECRET}, headers=headers),
            client.post("/stations/S000001/report", data={"reason": "closed", "note": SECRET}, headers=headers),
            client.post("/stations/S000001/report", content=SECRET * 999, headers=headers),
        ]  # fmt: skip
        assert [answer.status_code for answer in sent] == [202, 400, 400, 200, 415]
        with closing(db.connect(standing_database_url, role="reader")) as conn:
            cursor = conn.cursor()
            cursor.execute(
                "SELECT DISTINCT encode(address_hash, 'hex') FROM yizhan.report WHERE note = %s", (SECRET,)
            )
            ((hashed,),) = cursor.fetchall()
        public = [
            client.get(path).text
            for path in (
                "/v1/stations/S000001", "/v1/stations/S000001/history", "/v1/stations/S000002/history",
                "/v1/stations?limit=5", "/v1/feed/stations.json", "/stations/S000001/report", "/openapi.json",
            )
        ]  # fmt: skip
    lines = [record.getMessage() for record in caplog.records if not record.name.startswith("http")]
    assert any("/reports" in line for line in lines)
    for text in (*lines, *public):
        for secret in (SECRET, "ZX4711", ADDRESS, hashed):
            assert secret not in text


def test_the_salt_of_a_day_that_is_over_goes_also_where_nobody_reports(
    connection: db.Connection, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "FORGET_S", 0.1)

    def days() -> list[date]:
        with db.transaction(connection), connection.cursor() as cursor:
            cursor.execute("SELECT day FROM yizhan.report_salt")
            return [day for (day,) in cursor.fetchall()]

    today = datetime.now(SHANGHAI).date()
    with db.transaction(connection), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO yizhan.report_salt SELECT day, decode(repeat('ab', 32), 'hex') FROM unnest(%s::date[]) AS day",
            ([today - timedelta(1), today + timedelta(1)],),
        )
    keeper, reader, writer = DatabaseKeeper(database_url), Reader(database_url), Writer(database_url)
    with Running(Settings(port=0), keeper, reader=reader, writer=writer):
        deadline_s = time.monotonic() + PATIENCE_S
        while len(days()) == 2 and time.monotonic() < deadline_s:
            time.sleep(0.05)
    assert days() == [today + timedelta(1)]


def test_evidence_is_no_entry_of_the_history_not_even_an_empty_one(served: Running) -> None:
    history = httpx.get(f"{served.url}/v1/stations/S000002/history").json()
    assert [entry["operation"] for entry in history["results"]] == ["insert"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"reason=closed&when=now&note=" + b"%00%ff%fe" * 20, 200),
        (b"reason=moved&when=now&note=" + "🏳️\u202e</textarea><script>".encode() * 5, 200),
        (b"reason=no_entry&when=now" + b"&x=1" * 500, 400),
        (b"reason=closed&reason=moved&when=now", 200),
        (b"", 400),
        (b"&" * 4000, 400),
        (b"note=" + b"x" * 5000, 413),
    ],
)
def test_the_form_survives_odd_bytes(served: Running, body: bytes, status: int) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = httpx.post(f"{served.url}/stations/S000003/report", content=body, headers=headers)
    assert answer.status_code == status
    assert "<script" not in answer.text


def test_reports_at_once_from_one_address_are_counted_and_a_replay_is_one(
    connection: db.Connection, database_url: str
) -> None:
    with db.transaction(connection):
        connection.cursor().execute(STATIONS)
    taken: list[Any] = []
    ready = threading.Barrier(6)

    def send(number: int) -> None:
        with closing(db.connect(database_url, role="writer")) as conn:
            ready.wait(10)
            for reason in ("moved", "no_entry", "closed"):
                try:
                    with db.transaction(conn, actor="t"):
                        made = Report("S000001", reason, NOW, "yes")  # type: ignore[arg-type]
                        taken.append(reports.store(conn, made, b"same", now=NOW, most=2))
                except TooManyReportsError:
                    taken.append(None)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (taken.count(True), taken.count(False), taken.count(None)) == (2, 10, 6)
