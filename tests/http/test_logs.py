"""The log: for people or for programs, with the ids that answers bear, and without what a client sent."""

import json
import logging
import re
import sys

import pytest

from service.app import create_app
from service.keeper import FrameKeeper
from service.logs import JsonLines, given_id
from service.settings import Settings
from tests.http.made import Client, frame_of, random_rows

NEAREST = "/v1/stations/nearest"
UUID = "6f9619ff-8b86-d011-b42d-00cf4fc964ff"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize(
    ("name", "value", "taken"),
    [
        ("x-request-id", UUID, UUID),
        ("x-request-id", UUID.upper(), UUID),
        ("x-request-id", TRACE, TRACE),
        ("traceparent", f"00-{TRACE}-00f067aa0ba902b7-01", TRACE),
        ("traceparent", f"00-{'0' * 32}-00f067aa0ba902b7-01", None),
        ("traceparent", TRACE, None),
        # Numbers could be somebody's, and a text anything.
        ("x-request-id", "13800138000", None),
        ("x-request-id", "1" * 32, None),
        ("x-request-id", "116.404123,39.915456", None),
        ("x-request-id", "order-4711", None),
        ("x-request-id", TRACE + "\n", None),
        ("x-request-id", "", None),
    ],
)
def test_an_id_from_outside_is_taken_when_machines_draw_such(
    town: Client, name: str, value: str, taken: str | None
) -> None:
    assert given_id([(name.encode(), value.encode())]) == taken
    answer = town.get("/livez", headers={name: value.strip()})
    if taken:
        assert answer.headers["x-request-id"] == taken
    elif value == value.strip():
        assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]+", answer.headers["x-request-id"])


def test_a_problem_bears_the_id_too(town: Client) -> None:
    answer = town.get(NEAREST, headers={"X-Request-Id": UUID})
    assert (answer.status_code, answer.json()["request_id"]) == (400, UUID)


def test_the_id_of_the_request_goes_before_that_of_the_trace(town: Client) -> None:
    both = {"X-Request-Id": UUID, "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
    assert town.get("/livez", headers=both).headers["x-request-id"] == UUID
    wrong = {**both, "X-Request-Id": "nonsense"}
    assert town.get("/livez", headers=wrong).headers["x-request-id"] == TRACE


def test_a_line_is_one_line_whatever_it_holds() -> None:
    try:
        raise ValueError("first\nsecond")
    except ValueError:
        record = logging.LogRecord("yizhan", logging.ERROR, "", 0, "驿站 %s\nnext", ("x",), sys.exc_info())
    line = JsonLines().format(record)
    assert "\n" not in line
    assert json.loads(line)["message"] == "驿站 x\nnext"
    assert "ValueError" in json.loads(line)["trace"]


def test_a_form_that_does_not_exist_is_a_wrong_setting() -> None:
    with pytest.raises(ValueError, match="log_format"):
        Settings(log_format="xml")  # type: ignore[arg-type]


def test_a_method_that_nobody_knows_is_not_logged(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("yizhan"), "propagate", True)
    client = Client(create_app(Settings(access_log=True), FrameKeeper(frame_of(random_rows(3)))))
    with caplog.at_level(logging.INFO):
        client.request("X4711-116.404", "/livez")
        client.request("PATCH", "/livez")
    client.close()
    said = {record.getMessage() for record in caplog.records if record.name == "yizhan.access"}
    assert {line.split()[1] for line in said} == {"-", "PATCH"}
