"""Values written by hand that once broke somebody's service, in every parameter and field of every route."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from service.app import create_app
from service.keeper import FrameKeeper
from service.reader import Reader
from service.settings import Settings
from tests.http.made import Client, frame_of, random_rows

NASTY = [
    "\x00", "a\x00b", "NaN", "nan", "Infinity", "-inf", "1e400", "-1e400", "1e-400", "1_0", "١", "５", "0x10", "1e3",
    "+5", " 5", "5 ", "5\n", "--5", "1,5", "5.0", "９９", "9" * 18, "9" * 19, "9" * 400, "-" + "9" * 400, "1e18",
    "null", "true", "[]", "{}", "[[", "%", "%00", "\ud800", "\uffff", "\u202e", "🏳️‍🌈", "../../etc", "' OR 1=1 --",
    "${7*7}", "{{7*7}}", "<script>", "\r\nset-cookie: a=b", "a" * 999, "a" * 5000, "2026-02-30T00:00:00Z",
    "2026-10-02T24:00:00+99:99", "9999-12-31T23:59:59Z", "0000-00-00", "0" * 18, "-0", "1.", ".5", "1e", "e1",
]  # fmt: skip
NUMBERS = [
    "1e400",
    "-1e400",
    "1e308",
    "9" * 4000,
    "-" + "9" * 4000,
    "1" + "0" * 400 + ".0",
    "0.1e-9999",
    "NaN",
    "-0",
]


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[Client]:
    """Every route; those that need a database have none, and must say so."""
    reader = Reader("host=/nowhere dbname=none connect_timeout=1", wait_s=2.0)
    served = Client(create_app(settings, FrameKeeper(frame_of(random_rows(300))), reader=reader))
    yield served
    served.close()
    reader.close()


def operations(client: Client, method: str) -> list[tuple[str, dict[str, Any]]]:
    """Path and description of every operation of this method in the OpenAPI document."""
    paths = client.app.openapi()["paths"]
    return [(path, described[method]) for path, described in paths.items() if method in described]


def is_refused(answer: Any, *, allowed: tuple[int, ...]) -> bool:
    """Whether it is a problem of the client's making, or an answer; small in any case."""
    assert answer.status_code in allowed, (answer.request.url, answer.status_code, answer.text[:300])
    if answer.status_code == 200:
        return False
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.content) < 20_000
    return True


def test_nasty_values_of_every_query_parameter(client: Client) -> None:
    refused = 0
    for path, described in operations(client, "get"):
        here = path.replace("{station_id}", "S000001")
        for parameter in described.get("parameters", []):
            if parameter["in"] != "query":
                continue
            for value in NASTY:
                sent = f"{here}?{parameter['name']}={quote(value, safe='', errors='replace')}"
                refused += is_refused(client.get(sent), allowed=(200, 400, 404, 503))
    assert refused > 500


def test_nasty_values_in_every_path(client: Client) -> None:
    for path, _ in operations(client, "get"):
        if "{" not in path:
            continue
        for value in NASTY:
            sent = quote(value, safe="", errors="replace")
            is_refused(client.get(path.replace("{station_id}", sent)), allowed=(400, 404))


def test_repeated_and_unknown_parameters_of_every_route(client: Client) -> None:
    for path, described in operations(client, "get"):
        here = path.replace("{station_id}", "S000001")
        assert is_refused(client.get(f"{here}?nonsense=1"), allowed=(400,))
        for parameter in described.get("parameters", []):
            if parameter["in"] == "query":
                example = parameter["example"]
                text = ",".join(map(str, example)) if isinstance(example, list) else str(example).lower()
                pair = f"{parameter['name']}={quote(text)}"
                assert is_refused(client.get(f"{here}?{pair}&{pair}"), allowed=(400,)), pair


def test_nasty_values_of_every_field(client: Client) -> None:
    for path, described in operations(client, "post"):
        schema = described["requestBody"]["content"]["application/json"]["schema"]
        whole = {name: field.get("example") for name, field in schema["properties"].items()}
        for name in whole:
            for value in [*NASTY, None, True, -1, 1e308, [], {}, [None], [[[]]], {"a": {}}, [{}] * 50]:
                body = json.dumps({**whole, name: value}).encode("utf-8", "surrogatepass")
                is_refused(post(client, path, body), allowed=(200, 400))
            for literal in NUMBERS:
                marked = json.dumps({**whole, name: "\x01"}).replace('"\\u0001"', literal)
                is_refused(post(client, path, marked.encode()), allowed=(200, 400))


@pytest.mark.parametrize("levels", [1_000, 30_000, 100_000])
@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":'])
def test_deep_json(client: Client, opening: str, levels: int) -> None:
    for path, _ in operations(client, "post"):
        closing = "".join({"[": "]", "{": "}"}[c] for c in reversed(opening) if c in "[{")
        for body in (opening * levels, opening * levels + "1" + closing * levels):
            assert is_refused(post(client, path, body.encode()), allowed=(400, 413))
        within = '{"points": %s, "coordsys": "wgs84"}' % (opening * levels + "1" + closing * levels)
        answer = post(client, path, within.encode())
        # How deep is too deep is Python's to say; what it still reads is a point that is none.
        if not is_refused(answer, allowed=(200, 400, 413)):
            assert answer.json()["summary"] == {"total": 1, "succeeded": 0, "failed": 1}


@pytest.mark.parametrize(
    "body",
    [b"", b"\x00", b"\xff\xfe{\x00}\x00", b"\xef\xbb\xbf{}", b"{", b"{}{}", b"{}\n{}", b"null", b"NaN", b'"\\ud800"',
     b'{"\\u0000": 1}', b'{"coordsys": "wgs84", "coordsys": "wgs84"}', b"\x80" * 100, b"1" * 50_000, b" " * 60_000],
    ids=lambda body: repr(body[:20]),
)  # fmt: skip
def test_bodies_that_are_no_question(client: Client, body: bytes) -> None:
    for path, _ in operations(client, "post"):
        assert is_refused(post(client, path, body), allowed=(400,))


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml",
     "application/jsonx", "json", "*/*", ";", "application/json/json", "a" * 3000],
)  # fmt: skip
def test_bodies_of_another_type(client: Client, kind: str) -> None:
    for path, _ in operations(client, "post"):
        answer = client.post(path, content=b"{}", headers={"content-type": kind})
        assert is_refused(answer, allowed=(415,))
        answer = client.post(path, content=b"{}")
        assert is_refused(answer, allowed=(415,))


def test_a_declared_charset_is_no_other_type(client: Client) -> None:
    for kind in ("application/json; charset=utf-8", "Application/JSON", "application/json ;charset=UTF-8"):
        answer = client.post(
            "/v1/stations/nearest",
            content=b'{"lon": 116.4, "lat": 39.9, "coordsys": "wgs84"}',
            headers={"content-type": kind},
        )
        assert answer.status_code == 200


POINTS = {
    "no objects": [1, None, "x", [], True],
    "no numbers": [{"id": "a", "lon": "x", "lat": None}],
    "nothing": [{}],
    "far out": [{"id": 1, "lon": 999.0, "lat": -999.0}],
    "unknown fields": [{"id": 1, "lon": 116.4, "lat": 39.9, "rider_id": 7}],
    "huge ids": [{"id": "x" * 60, "lon": 1e308, "lat": 1e308}],
}


@pytest.mark.parametrize("kind", POINTS)
def test_twenty_thousand_bad_points_make_a_small_error(client: Client, kind: str) -> None:
    bad = POINTS[kind]
    points = [bad[i % len(bad)] for i in range(20_000)]
    body = json.dumps({"coordsys": "wgs84", "points": points}).encode()
    assert is_refused(post(client, "/v1/stations/nearest:batch", body), allowed=(400, 413))


@pytest.mark.parametrize("kind", POINTS)
def test_bad_points_within_the_limit_are_counted(client: Client, kind: str) -> None:
    bad = POINTS[kind]
    points = [bad[i % len(bad)] for i in range(5_000)]
    answer = post(
        client, "/v1/stations/nearest:batch", json.dumps({"coordsys": "wgs84", "points": points}).encode()
    )
    if not is_refused(answer, allowed=(200, 400)):
        told = answer.json()
        assert told["summary"] == {"total": 5_000, "succeeded": 0, "failed": 5_000}
        assert len(answer.content) < 500 * 5_000


def test_a_route_that_needs_the_database_says_when_to_come_back(client: Client) -> None:
    known = client.get("/v1/stations?limit=1").json()["results"][0]["station_id"]
    answer = client.get(f"/v1/stations/{known}/history")
    assert is_refused(answer, allowed=(503,))
    assert int(answer.headers["retry-after"]) > 0


def test_any_page_may_read_every_route_without_credentials(client: Client) -> None:
    for path, described in client.app.openapi()["paths"].items():
        here = path.replace("{station_id}", "S000001")
        for method in described:
            asked = {"origin": "https://union.example"}
            answer = client.request(method.upper(), here, headers=asked)
            assert answer.headers["access-control-allow-origin"] == "*", (method, path)
            assert "access-control-allow-credentials" not in answer.headers
            wanted = {
                "access-control-request-method": method.upper(),
                "access-control-request-headers": "content-type",
            }
            preflight = client.request("OPTIONS", here, headers=asked | wanted)
            assert preflight.status_code == 204
            assert method.upper() in preflight.headers["access-control-allow-methods"]
            allowed = preflight.headers["access-control-allow-headers"].lower()
            # A browser may pack the body of a batch.
            assert {"content-type", "content-encoding"} <= set(allowed.split(", "))


def post(client: Client, path: str, body: bytes) -> Any:
    return client.post(path, content=body, headers={"content-type": "application/json"})
