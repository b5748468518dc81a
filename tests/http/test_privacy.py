"""Whereabouts leave no trace: no position, no label, nothing a client sent is in any line that a process writes."""

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg2
import pytest
from fastapi import Request

from service.keeper import DatabaseKeeper, FrameKeeper
from service.settings import Settings
from tests.http.made import Client, frame_of, random_rows
from tests.http.processes import Process
from tests.http.running import Running
from tests.http.waiting import until

NEAREST = "/v1/stations/nearest"
BATCH = f"{NEAREST}:batch"
HERE = {"lon": 116.404123, "lat": 39.915456, "coordsys": "gcj02"}
SECRET = "ZX4711secret"
"""Wherever a client can put a text, this is put."""
QUERY = f"lon=116.404123&lat=39.915456&coordsys=gcj02&rider_id={SECRET}"
TRACE = re.compile(rf"{SECRET}|203\.0\.113|abcdefgh|\d\.\d{{3,}}|lon=|lat=|location|coordsys=", re.IGNORECASE)
"""What no line may hold: the text, a number as precise as a position, a piece of a query string."""


ADDRESS = "203.0.113.77"
KEY = "yz_abcdefgh_" + "ZX4711secret".ljust(43, "s")
HEADERS = {
    "x-api-key": KEY,
    "authorization": f"Bearer {KEY}",
    "x-forwarded-for": ADDRESS,
    "forwarded": f"for={ADDRESS}",
    "x-request-id": SECRET,
    "traceparent": f"00-{SECRET}-116.404123-01",
}
"""What limits, keys and logs look at."""


def ask_everything(url: str) -> None:
    """Positions in every place where a client may put them, right and wrong."""
    point = {"id": SECRET, "lon": HERE["lon"], "lat": HERE["lat"]}
    bodies: list[tuple[str, Any]] = [
        (NEAREST, HERE),
        (NEAREST, {**HERE, "rider_id": SECRET}),
        (NEAREST, {**HERE, "k": SECRET}),
        (NEAREST, [HERE, SECRET]),
        (BATCH, {"coordsys": "gcj02", "points": [point]}),
        (BATCH, {"coordsys": "gcj02", "points": [{**point, "lon": SECRET}]}),
        (BATCH, {"coordsys": SECRET, "points": [point]}),
    ]
    with httpx.Client(base_url=url, timeout=10) as client:
        good = QUERY.partition("&rider_id")[0]
        for path in (f"{NEAREST}?{good}", f"{NEAREST}?{QUERY}", f"/v1/stations?{QUERY}", f"/livez?{QUERY}"):
            client.get(path)
            client.head(path)
            client.delete(path)
            client.options(path, headers={"origin": "https://x", "access-control-request-method": "GET"})
        for path in (f"/116.404123,39.915456?{QUERY}", f"/v1/stations/{SECRET}", "/v1/stations/116.404123"):
            client.get(
                path, headers={"x-order": SECRET, "cookie": SECRET, "user-agent": SECRET, "referer": QUERY}
            )
        for path in (
            f"{NEAREST}?{good}",
            f"{NEAREST}?{QUERY}",
            "/metrics",
            "/v1/feed/stations.json",
            "/livez",
        ):
            client.get(path, headers=HEADERS)
            client.get(path, headers={"x-forwarded-for": f"{ADDRESS}, {SECRET}"})
        client.request(SECRET.upper(), f"{NEAREST}?{good}")
        for path, body in bodies:
            client.post(path, json=body)
            client.post(f"{path}?{QUERY}", json=body)
        client.post(NEAREST, content=json.dumps(HERE)[:-5], headers={"content-type": "application/json"})
        client.post(NEAREST, content=json.dumps(HERE), headers={"content-type": SECRET})
        client.post(NEAREST, content=json.dumps(HERE) * 3000, headers={"content-type": "application/json"})


def traces(lines: list[str]) -> list[str]:
    return [line for line in lines if TRACE.search(line)]


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Every record of every logger of the server, whatever its level."""
    loggers = [logging.getLogger(name) for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "yizhan")]
    before = [(logger.propagate, logger.level) for logger in loggers]
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    with caplog.at_level(logging.DEBUG):
        yield caplog
    for logger, (propagate, level) in zip(loggers, before, strict=True):
        logger.propagate, logger.level = propagate, level


def all_lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The records as a formatter writes them, tracebacks included."""
    formatter = logging.Formatter("%(levelname)s %(name)s: %(message)s")
    return [line for record in caplog.records for line in formatter.format(record).splitlines()]


def open_loggers() -> None:
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "yizhan"):
        logging.getLogger(name).setLevel(logging.DEBUG)
        logging.getLogger(name).propagate = True


def test_the_search_for_traces_finds_them() -> None:
    kept = [f"GET {NEAREST}?{QUERY}", "KeyError: 39.915456", f"point {SECRET}", "116.4041, 39.9155"]
    assert traces(kept) == kept
    assert (
        traces(["2026-11-22 18:33:55,915 INFO yizhan.access: a-1 GET /livez 200 0.4 ms", "127.0.0.1:39915"])
        == []
    )


def test_no_line_of_a_server_holds_what_a_client_sent(logged: pytest.LogCaptureFixture) -> None:
    settings = Settings(port=0, access_log=True, body_wait_s=0.5)
    with Running(settings, FrameKeeper(frame_of(random_rows(200)))) as served:
        open_loggers()
        ask_everything(served.url)
        served.say(f"GET {NEAREST}?{QUERY} HTTP/9\r\n\r\n".encode())
        served.say(f"{QUERY}\r\n\r\n".encode())
        served.say(f"GET {NEAREST}?{QUERY} HTTP/1.1\r\n{SECRET}\r\n\r\n".encode())
        served.say(
            f"GET {NEAREST}?{QUERY} HTTP/1.1\r\nupgrade: {SECRET}\r\nconnection: upgrade, close\r\n\r\n".encode()
        )
        head = f"POST {NEAREST} HTTP/1.1\r\ncontent-length: 99\r\ncontent-type: application/json\r\nconnection: close"
        served.say(f"{head}\r\n\r\n{json.dumps(HERE)[:40]}".encode())
        served.say(f"POST {NEAREST} HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n{SECRET}".encode())
    lines = all_lines(logged)
    assert any(f"GET {NEAREST} 200" in line for line in lines)
    assert any(f"POST {NEAREST} 400" in line for line in lines)
    assert traces(lines) == []


def test_a_defect_is_logged_without_what_caused_it(logged: pytest.LogCaptureFixture) -> None:
    async def breaks(request: Request) -> None:
        body = (await request.body()).decode()
        try:
            raise ValueError(f"{request.url} {body}")
        except ValueError as error:
            raise RuntimeError(f"while reading {body}") from error

    with Running(Settings(port=0, access_log=True), FrameKeeper(frame_of([]))) as served:
        open_loggers()
        served.server.config.app.add_api_route("/breaks", breaks, methods=["GET", "POST"])  # type: ignore[union-attr]
        answers = [
            httpx.get(f"{served.url}/breaks?{QUERY}"),
            httpx.post(f"{served.url}/breaks?{QUERY}", json={**HERE, "id": SECRET}),
        ]
    lines = all_lines(logged)
    assert [answer.status_code for answer in answers] == [500, 500]
    assert [answer.json()["code"] for answer in answers] == ["internal", "internal"]
    assert sum("failed: RuntimeError" in line for line in lines) == 2
    assert all(any(a.json()["request_id"] in line for line in lines) for a in answers)
    assert traces([*lines, *(answer.text for answer in answers)]) == []


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_whole_process_writes_no_trace(tmp_path: Path, form: str) -> None:
    path = tmp_path / "stations.csv"
    rows = "".join(f"驿站{i},113.6{i},34.75,户外劳动者\n" for i in range(9))
    path.write_text("名称,经度,纬度,服务对象\n" + rows, encoding="utf-8")
    command = ("serve", "--stations", path, "--coordsys", "gcj02", "--port", "0")
    limits = {"YIZHAN_ADDRESS_REQUESTS_BURST": "30", "YIZHAN_ADDRESS_REQUESTS_PER_S": "5"}
    environment = {
        "YIZHAN_ACCESS_LOG": "true",
        "YIZHAN_BODY_WAIT_S": "1",
        "YIZHAN_LOG_FORMAT": form,
        **limits,
    }
    with Process(*command, YIZHAN_TRUSTED_PROXIES="127.0.0.1", **environment) as server:
        base = server.until(r"(http://127\.0\.0\.1:\d+)/map")[1]
        server.until("startup complete")
        announced = len(server.lines)
        ask_everything(base)
        server.stop()
    # The clock's milliseconds look like a position.
    written = re.sub(r'"time": "[^"]+"', "", "".join(server.lines[announced:])).splitlines()
    assert sum("yizhan.access" in line for line in written) > 20
    assert traces(written) == []


def test_the_keeper_logs_no_row(caplog: pytest.LogCaptureFixture) -> None:
    said = [
        ValueError(f"row {SECRET} 116.404123"),
        psycopg2.DataError(f"invalid input: {SECRET} 39.915456"),
        KeyError(SECRET),
    ]

    def connect(_: str) -> Any:
        raise said[min(len(tried), 2)] if not tried.append(1) else AssertionError

    tried: list[int] = []
    logging.getLogger("yizhan").propagate = True
    with caplog.at_level(logging.DEBUG):
        keeper = DatabaseKeeper("host=/nowhere", poll_s=0.1, connect=connect)
        keeper.start()
        until(lambda: tried and caplog.records)
        keeper.stop()
    lines = all_lines(caplog)
    assert lines
    assert traces(lines) == []


IDENTITIES = ["rider_id", "riderId", "order_id", "orderNo", "device_id", "deviceId", "phone", "mobile", "user_id",
              "courier_id", "openid", "imei", "waybill_no", "plate_number", "session", "customer"]  # fmt: skip


@pytest.mark.parametrize("name", IDENTITIES)
def test_identities_are_refused_with_the_reason(town: Client, name: str) -> None:
    point = {"id": 1, "lon": 116.4, "lat": 39.9, name: SECRET}
    refusals = [
        town.get(f"{NEAREST}?lon=116.4&lat=39.9&coordsys=wgs84&{name}={SECRET}").json()["errors"],
        town.post(NEAREST, json={**HERE, name: SECRET}).json()["errors"],
        town.post(BATCH, json={"coordsys": "wgs84", "points": [point], name: SECRET}).json()["errors"],
        [town.post(BATCH, json={"coordsys": "wgs84", "points": [point]}).json()["results"][0]["error"]],
    ]
    for (error,) in refusals:
        assert error["field"] == name
        assert "敏感个人信息" in error["message"]["zh"]
        assert "sensitive personal information" in error["message"]["en"]
        assert SECRET not in json.dumps(error)


def test_another_unknown_name_is_just_unknown(town: Client) -> None:
    (error,) = town.get(f"{NEAREST}?lon=116.4&lat=39.9&coordsys=wgs84&lng=1").json()["errors"]
    assert "敏感" not in error["message"]["zh"]


def test_a_position_may_stay_out_of_the_address(town: Client) -> None:
    by_post = town.post(NEAREST, json=HERE).json()
    by_get = town.get(NEAREST, params=HERE).json()
    assert [r["station_id"] for r in by_post["results"]] == [r["station_id"] for r in by_get["results"]]
    assert by_post["count"] == 5


def test_answers_with_positions_are_not_stored_on_the_way(town: Client) -> None:
    for answer in (
        town.get(NEAREST, params=HERE),
        town.get(NEAREST, params={**HERE, "k": 0}),
        town.post(NEAREST, json=HERE),
        town.post(BATCH, json={"coordsys": "wgs84", "points": []}),
    ):
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers
