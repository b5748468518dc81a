"""What clients get wrong: always a 4xx problem that names it, in Chinese and English, never a 5xx."""

import json
import logging
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.texts import Text
from service import schemas, texts
from service.app import create_app
from service.errors import MAX_ERRORS, RULES, ServiceError, problem_of
from service.keeper import DatabaseKeeper
from service.parameters import FILTER_PARAMETERS, NEAREST_PARAMETERS
from service.settings import Settings
from tests.http.made import Client

HERE = "/v1/stations/nearest?lon=116.4&lat=39.9&coordsys=wgs84"
ENOUGH = {"lon": 116.4, "lat": 39.9, "coordsys": "wgs84"}


def problem(answer: Any, status: int = 400) -> dict[str, Any]:
    """The problem document of an answer, held against its documentation."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    schemas.ProblemAnswer.model_validate(document, strict=True)
    assert document["status"] == status
    assert document["request_id"] == answer.headers["x-request-id"]
    return document


def fields(answer: Any) -> list[str]:
    document = problem(answer)
    assert document["code"] == "bad_parameter"
    assert all(e["message"]["zh"] and e["message"]["en"] for e in document["errors"])
    return [e["field"] for e in document["errors"]]


BAD = {
    "k": ["0", "51", "-1", "5.0", "1e1", "1_0", "５", "", " 5", "5 ", "9" * 30, "NaN", "\x00", "0x5"],
    "lon": ["NaN", "inf", "-inf", "1e400", "1_0", "１１６", "", "181", "-180.1", "\x00", "1" * 2000],
    "lat": ["nan", "Infinity", "1e400", "4_0", "", "90.01", "-91", "39.9\n", "39°54'"],
    "radius_m": ["0", "-5", "50000.1", "NaN", "inf", "", "1km", "1e9"],
    "coordsys": ["", "WGS72", "wgs84;", "epsg:4326", "\x00", "火星"],
    "ret_coordsys": ["", "bd09mc", "mars"],
    "open_at": [
        "", "now", "2026-13-01T00:00Z", "2026-10-02", "2026-10-02T24:00",
        "1999-12-31T00:00Z", "2200-01-01T00:00Z", "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:59:59-12:00", "2026-10-02T12:00+25:00", "２026-10-02T12:00",
        "2026-10-02T12:60", "2026-02-30T12:00",
    ],
    "open_now": ["", "1", "yes", "True", "TRUE"],
    "is_24h": ["", "0", "no", "unknown"],
    "facilities": ["", ",", "toilet,", "sauna", "toilet,sauna", "toilet;seat", "TOILET"],
    "street_facing": ["", "true", "maybe", "YES"],
    "access": ["", "window", "qr,app"],
    "adcode": ["", "1", "110", "11010", "1101080", "011010", "abcdef", "１１０１０８", "11 08"],
    "by": ["", "car", "Walk", "bus"],
    "path": ["", "1", "yes", "True"],
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_value_is_a_400_that_names_it(town: Client, name: str) -> None:
    for value in BAD[name]:
        given_values = {**{k: str(v) for k, v in ENOUGH.items()}, name: value}
        query = "&".join(f"{k}={quote(v)}" for k, v in given_values.items())
        assert fields(town.get(f"/v1/stations/nearest?{query}")) == [name], value


def test_bad_values_cover_every_parameter() -> None:
    assert set(BAD) | {"location"} == set(NEAREST_PARAMETERS)


@pytest.mark.parametrize(
    "value", ["", "116.4", "116.4,39.9,0", "116.4 39.9", "a,b", "116.4,", "200,39.9", "1,91"]
)
def test_a_bad_location_is_named(town: Client, value: str) -> None:
    answer = town.get("/v1/stations/nearest", params={"location": value, "coordsys": "wgs84"})
    assert fields(answer) == ["location"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["lon", "lat", "coordsys"]),
        ("lon=116.4&coordsys=wgs84", ["lat"]),
        ("lon=116.4&lat=39.9", ["coordsys"]),
        ("lon=116.4&lat=39.9&coordsys=wgs84&lng=1", ["lng"]),
        ("lon=116.4&lat=39.9&coordsys=wgs84&rider_id=7&order_id=8", ["rider_id", "order_id"]),
        ("lon=116.4&lat=39.9&coordsys=wgs84&k=5&k=5", ["k"]),
        ("lon=116.4&lat=39.9&coordsys=wgs84&k=5&k=0", ["k"]),
        ("lon=116.4&lat=39.9&coordsys=wgs84&location=116.4,39.9", ["location"]),
        ("lon=116.4&lat=39.9&coordsys=wgs84&open_now=true&open_at=2026-10-02T12:00Z", ["open_at"]),
        ("lon=116.4&lat=39.9&coordsys=wgs84&", [""]),
        ("lon=116.4&lat=39.9&coordsys=wgs84&k", ["k"]),
        ("lon=116.4&lat=39.9&coordsys=wgs84&K=5", ["K"]),
        ("lon=%FF&lat=39.9&coordsys=wgs84", ["lon"]),
        ("lon=%&lat=%zz&coordsys=wgs84", ["lon", "lat"]),
        ("lon=1e7&lat=1.3e7&coordsys=bd09mc", ["lat"]),
    ],
)
def test_what_is_wrong_is_named(town: Client, query: str, expected: list[str]) -> None:
    assert fields(town.get(f"/v1/stations/nearest?{query}")) == expected


def test_a_missing_coordinate_system_is_explained(town: Client) -> None:
    (error,) = problem(town.get("/v1/stations/nearest?lon=116.4&lat=39.9"))["errors"]
    for language in ("zh", "en"):
        for name in ("wgs84", "gcj02", "bd09"):
            assert name in error["message"][language]
    assert "高德" in error["message"]["zh"]
    assert "Amap" in error["message"]["en"]


def test_a_long_list_of_errors_is_cut(town: Client) -> None:
    many = "&".join(f"p{i}=1" for i in range(30))
    document = problem(town.get(f"/v1/stations/nearest?{many}"))
    assert (len(document["errors"]), document["errors_total"]) == (MAX_ERRORS, 30)
    most = "&".join(f"{'x' * 500}{i}=1" for i in range(40))
    assert len(town.get(f"/v1/stations/nearest?{most}").content) < 20_000
    assert fields(town.get("/v1/stations/nearest?" + "a=1&" * 5000)) == [""]


def test_a_plus_sign_in_an_offset_is_forgiven(town: Client) -> None:
    answer = town.get(f"{HERE}&open_at=2026-10-02T12:00:00+08:00")
    assert answer.json()["evaluated_at"] == "2026-10-02T12:00:00+08:00"


BODIES = {
    "": "bad_body",
    "[]": "bad_body",
    "null": "bad_body",
    '"lon"': "bad_body",
    "{": "bad_body",
    '{"lon": NaN}': "bad_body",
    '{"lon": Infinity}': "bad_body",
    "\x00": "bad_body",
    "[" * 60000: "bad_body",
    '{"a":' * 10000: "bad_body",
    '{"k": ' + "9" * 6000 + "}": "bad_body",
    '{"lon": 1e400, "lat": 39.9, "coordsys": "wgs84"}': "lon",
    '{"lon": "116.4", "lat": 39.9, "coordsys": "wgs84"}': "lon",
    '{"lon": true, "lat": 39.9, "coordsys": "wgs84"}': "lon",
    '{"lon": 1' + "0" * 400 + ', "lat": 39.9, "coordsys": "wgs84"}': "lon",
    '{"lon": {"a": 1}, "lat": 39.9, "coordsys": "wgs84"}': "lon",
    '{"lon": 116.4, "lat": 39.9, "coordsys": 84}': "coordsys",
    '{"lon": 116.4, "lat": 39.9, "coordsys": "\\ud800"}': "coordsys",
    '{"lon": 116.4, "lat": 39.9, "coordsys": "wgs84", "k": 5.5}': "k",
    '{"lon": 116.4, "lat": 39.9, "coordsys": "wgs84", "k": null}': "k",
    '{"lon": 116.4, "lat": 39.9, "coordsys": "wgs84", "k": true}': "k",
    '{"lon": 116.4, "lat": 39.9, "coordsys": "wgs84", "k": 5, "k": 6}': "k",
    '{"lon": 116.4, "lat": 39.9, "coordsys": "wgs84", "open_now": "true"}': "open_now",
    '{"lon": 116.4, "lat": 39.9, "coordsys": "wgs84", "facilities": []}': "facilities",
    '{"lon": 116.4, "lat": 39.9, "coordsys": "wgs84", "facilities": [1]}': "facilities",
    '{"lon": 116.4, "lat": 39.9, "coordsys": "wgs84", "facilities": {}}': "facilities",
    '{"lon": 116.4, "lat": 39.9, "coordsys": "wgs84", "adcode": 110108}': "adcode",
    '{"location": [116.4], "coordsys": "wgs84"}': "location",
    '{"location": {"lon": 1}, "coordsys": "wgs84"}': "location",
    '{"location": [116.4, "39.9"], "coordsys": "wgs84"}': "location",
    '{"lon": 116.4, "lat": 39.9, "coordsys": "wgs84", "rider_id": 7}': "rider_id",
    '{"lon": 116.4, "lat": 39.9, "coordsys": "wgs84", "\\ud800": 7}': "?",
}


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body[:60])
def test_a_bad_body_is_a_400(town: Client, body: str) -> None:
    answer = town.post(
        "/v1/stations/nearest", content=body.encode(), headers={"content-type": "application/json"}
    )
    document = problem(answer)
    named = [e["field"] for e in document.get("errors", [])]
    assert (named or [document["code"]]) == [BODIES[body]]
    assert len(answer.content) < 2000


def test_a_body_of_another_type_is_a_415(town: Client) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "", "application/jsonp"):
        answer = town.post("/v1/stations/nearest", content=b"{}", headers={"content-type": kind})
        assert problem(answer, 415)["code"] == "wrong_content_type"


def test_a_large_body_is_a_413(town: Client) -> None:
    body = json.dumps({**ENOUGH, "name": "x" * 100_000}).encode()
    answer = town.post("/v1/stations/nearest", content=body, headers={"content-type": "application/json"})
    assert problem(answer, 413)["code"] == "body_too_large"


def test_parameters_beside_a_body_are_refused(town: Client) -> None:
    assert fields(town.post("/v1/stations/nearest?k=5", json=ENOUGH)) == ["k"]


@pytest.mark.parametrize(
    "path",
    [
        "/nope",
        "/v1",
        "/v1/stations/",
        "/v1/stations/a/b",
        "/v1/stations/nearest/",
        "/v1//stations",
        "/%00",
        "/docs/oauth",
    ],
)
def test_an_unknown_path_is_a_404_problem(town: Client, path: str) -> None:
    assert problem(town.get(path), 404)["code"] == "not_found"


@pytest.mark.parametrize(
    "station_id", ["S9999999", "%00", "a%20b", "%E7%AB%99", "x" * 5000, "..", "-", "%F0%9F%98%80"]
)
def test_an_unknown_station_is_a_404_problem(town: Client, station_id: str) -> None:
    assert problem(town.get(f"/v1/stations/{station_id}"), 404)["code"] == "not_found"


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/v1/stations/nearest", "GET, HEAD, POST"),
        ("PUT", "/v1/stations/S000001", "GET, HEAD"),
        ("POST", "/v1/stations", "GET, HEAD"),
        ("POST", "/readyz", "GET, HEAD"),
        ("OPTIONS", "/v1/stations", "GET, HEAD"),
        ("BREW", "/", "GET, HEAD"),
    ],
)
def test_a_wrong_method_is_a_405_that_names_the_right_ones(
    town: Client, method: str, path: str, allow: str
) -> None:
    answer = town.request(method, path)
    assert problem(answer, 405)["code"] == "method_not_allowed"
    assert answer.headers["allow"] == allow


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/", "/docs", "/v1/stations/S000001", "/v1/stations"])
def test_unknown_parameters_are_refused_everywhere(town: Client, path: str) -> None:
    assert fields(town.get(f"{path}?nonsense=1")) == ["nonsense"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("after=%00", "after"),
        ("ret_coordsys=bd09mc", "ret_coordsys"),
    ],
)
def test_a_bad_page_is_named(town: Client, query: str, field: str) -> None:
    assert fields(town.get(f"/v1/stations?{query}")) == [field]


def test_before_the_first_load_the_answer_is_503_with_retry_after(settings: Settings) -> None:
    client = Client(create_app(settings, DatabaseKeeper("host=/nowhere dbname=none")))
    for path in (HERE, "/v1/stations", "/v1/stations/S1"):
        answer = client.get(path)
        assert problem(answer, 503)["code"] == "not_ready"
        assert int(answer.headers["retry-after"]) > 0
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["ready"], ready.json()["database"]) == (503, False, "away")
    assert client.get("/livez").status_code == 200
    client.close()


def test_a_defect_is_a_500_problem_that_tells_nothing(client_of: Any, caplog: Any) -> None:
    def broken(*_: Any) -> str:
        raise ZeroDivisionError(str(116 + 397 / 1000))

    with caplog.at_level(logging.DEBUG):
        answer = client_of([], map_page=broken).get("/map")
    document = problem(answer, 500)
    assert document["code"] == "internal"
    assert "ZeroDivisionError" in caplog.text
    assert document["request_id"] in caplog.text
    assert "116.397" not in caplog.text + answer.text


def test_every_error_of_the_wing_has_a_rule_and_every_code_a_title() -> None:
    for kind in ServiceError.__subclasses__():
        assert kind in RULES
    assert {rule.code for rule in RULES.values()} <= set(texts.TITLES)
    assert problem_of(ServiceError(Text("a", "b"))).status == 500


VALUES = st.one_of(
    st.text(max_size=30),
    st.floats().map(str),
    st.integers().map(str),
    st.sampled_from([v for values in BAD.values() for v in values]),
    st.sampled_from(
        ["wgs84", "gcj02", "bd09", "bd09mc", "true", "yes", "5", "11", "2026-10-02T12:00Z", "toilet"]
    ),
)
NAMES = st.sampled_from([*NEAREST_PARAMETERS, "limit", "after", "x"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    st.lists,
)
QUICK = settings(
    max_examples=150,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@QUICK
@given(st.lists(st.tuples(NAMES, VALUES), max_size=8))
def test_no_query_string_ever_breaks_it(town: Client, pairs: list[tuple[str, str]]) -> None:
    encoded = "&".join(f"{name}={quote(value, safe='', errors='replace')}" for name, value in pairs)
    for path in ("/v1/stations/nearest", "/v1/stations", "/v1/stations/S000001"):
        assert town.get(f"{path}?{encoded}").status_code in (200, 400, 404)


@QUICK
@given(st.binary(max_size=60))
def test_no_bytes_ever_break_it(town: Client, query: bytes) -> None:
    query = bytes(b for b in query if 0x20 < b < 0x7F and b not in b"#")
    assert town.get(f"{HERE}&{query.decode()}").status_code in (200, 400)


@QUICK
@given(st.dictionaries(NAMES, JSON, max_size=6))
def test_no_json_ever_breaks_it(town: Client, body: dict[str, Any]) -> None:
    for sent in (body, {**ENOUGH, **body}):
        content = json.dumps(sent).encode("utf-8", "surrogatepass")
        answer = town.post(
            "/v1/stations/nearest", content=content, headers={"content-type": "application/json"}
        )
        assert answer.status_code in (200, 400)


@QUICK
@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["wgs84", "gcj02", "bd09", "bd09mc"]),
)
def test_no_position_ever_breaks_it(town: Client, x: float, y: float, system: str) -> None:
    x, y = (x, y) if system == "bd09mc" else (x % 360 - 180, y % 180 - 90)
    answer = town.post("/v1/stations/nearest", json={"lon": x, "lat": y, "coordsys": system})
    assert answer.status_code in ((200, 400) if system == "bd09mc" else (200,))


def test_filters_are_the_same_for_nearest_and_list(town: Client) -> None:
    for name in FILTER_PARAMETERS:
        assert fields(town.get(f"/v1/stations?{name}=%00")) == [name]
