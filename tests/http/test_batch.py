"""Nearest stations of many points in one request: what is answered."""

import json
import random
from collections.abc import Callable
from typing import Any

import httpx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geo import coordsys
from service import schemas
from service.batch import replies
from service.errors import MAX_ERRORS
from service.parameters import BATCH_PARAMETERS, NEAREST_PARAMETERS
from tests.http.made import Client, random_rows

URL = "/v1/stations/nearest:batch"
ROWS = random_rows(3000)
PUBLIC = {
    r["station_id"]: r
    for r in ROWS
    if r["audience"] == "outdoor_workers" and r["status"] in ("open", "temporarily_closed")
}
LOCATED = [r for r in PUBLIC.values() if r["lon"] is not None]
GEOD = Geod(ellps="WGS84")


def points(n: int, seed: int = 1) -> list[dict[str, Any]]:
    rng = random.Random(seed)
    return [
        {"id": i, "lon": round(rng.uniform(115.8, 117.0), 6), "lat": round(rng.uniform(39.5, 40.3), 6)}
        for i in range(n)
    ]


def send(client: Client, asked: dict[str, Any]) -> httpx.Response:
    return client.post(URL, json={"coordsys": "wgs84", **asked})


def batch(client: Client, asked: list[Any], **parameters: Any) -> dict[str, Any]:
    """The answer in WGS-84, which must succeed and look as documented."""
    answer = send(client, {**parameters, "points": asked})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    schemas.BatchAnswer.model_validate(found, strict=True)
    failed = sum("error" in result for result in found["results"])
    assert found["summary"] == {"total": len(asked), "succeeded": len(asked) - failed, "failed": failed}
    return found


def test_every_point_gets_the_nearest_by_geodesic_brute_force(town: Client) -> None:
    asked = points(300)
    xs, ys = [r["lon"] for r in LOCATED], [r["lat"] for r in LOCATED]
    for result, point in zip(batch(town, asked, k=3)["results"], asked, strict=True):
        n = len(LOCATED)
        metres = GEOD.inv(np.full(n, point["lon"]), np.full(n, point["lat"]), xs, ys)[2]
        plain = sorted(zip(metres, [r["station_id"] for r in LOCATED], strict=True))[:3]
        assert result["id"] == point["id"]
        assert [hit["station_id"] for hit in result["stations"]] == [station_id for _, station_id in plain]
        assert [hit["distance_m"] for hit in result["stations"]] == [round(m, 1) for m, _ in plain]


@pytest.mark.parametrize(
    "asked",
    [
        {"k": 1},
        {"k": 7, "radius_m": 1500},
        {"k": 50, "radius_m": 40},
        {"k": 2, "is_24h": True},
        {"k": 3, "facilities": ["toilet", "seat"], "access": "qr"},
        {"street_facing": "yes", "adcode": "1101"},
        {"k": 2, "open_at": "2026-11-18T12:00:00+08:00"},
        {"k": 4, "coordsys": "gcj02", "ret_coordsys": "bd09"},
        {"k": 1, "coordsys": "bd09mc", "adcode": "440100"},
    ],
    ids=str,
)
def test_each_point_is_answered_as_a_single_query_is(town: Client, asked: dict[str, Any]) -> None:
    """Enough points for an index of their own where a filter leaves few stations, and without."""
    system = asked.get("coordsys", "wgs84")
    for sample in (points(60, 2), points(5, 3)):
        for point in sample:
            point["lon"], point["lat"] = coordsys.point_from_wgs84(point["lon"], point["lat"], system)
        results = batch(town, sample, **asked)["results"]
        for point, result in zip(sample, results, strict=True):
            body = {"coordsys": "wgs84", **asked, "lon": point["lon"], "lat": point["lat"]}
            single = town.post("/v1/stations/nearest", json=body).json()
            names = ["station_id", "distance_m"] + ["lon", "lat"] * ("ret_coordsys" in asked)
            assert result["stations"] == [{n: hit[n] for n in names} for hit in single["results"]]


def test_order_and_labels_are_kept_whatever_they_are(town: Client) -> None:
    labels = [7, "七", -1, 2**53 - 1, 'a"},{"b', "x,y", "7", 7, 0, "😀" * 64, " ", '","', "\\", "\x00"]
    asked = [{**point, "id": label} for point, label in zip(points(len(labels)), labels, strict=True)]
    results = batch(town, asked)["results"]
    assert [result["id"] for result in results] == labels
    plain = batch(town, points(len(labels)))["results"]
    assert [result["stations"] for result in results] == [result["stations"] for result in plain]


@pytest.mark.parametrize(
    ("wrong", "code", "field", "label"),
    [
        ({"id": 1, "lon": 116.4}, "bad_position", "lat", 1),
        ({"id": 1, "lon": "116.4", "lat": 39.9}, "bad_position", "lon", 1),
        ({"id": 1, "lon": 116.4, "lat": None}, "bad_position", "lat", 1),
        ({"id": 1, "lon": True, "lat": 39.9}, "bad_position", "lon", 1),
        ({"id": 1, "lon": 180.1, "lat": 39.9}, "bad_position", "lon", 1),
        ({"id": 1, "lon": 39.9, "lat": 116.4}, "bad_position", "lat", 1),
        ({"id": 1, "lon": [116.4], "lat": 39.9}, "bad_position", "lon", 1),
        ({"id": 1, "lon": 10**400, "lat": 39.9}, "bad_position", "lon", 1),
        ({"lon": 116.4, "lat": 39.9}, "bad_id", "id", None),
        ({"id": None, "lon": 116.4, "lat": 39.9}, "bad_id", "id", None),
        ({"id": 1.5, "lon": 116.4, "lat": 39.9}, "bad_id", "id", None),
        ({"id": 2**53, "lon": 116.4, "lat": 39.9}, "bad_id", "id", None),
        ({"id": "", "lon": 116.4, "lat": 39.9}, "bad_id", "id", None),
        ({"id": "x" * 65, "lon": 116.4, "lat": 39.9}, "bad_id", "id", None),
        ({"id": "\ud800", "lon": 116.4, "lat": 39.9}, "bad_id", "id", None),
        ({"id": 1, "lon": 116.4, "lat": 39.9, "rider_id": 5}, "bad_point", "rider_id", 1),
        ({"id": 1, "lon": 116.4, "lat": 39.9, "a": [{"b": {}}, {"c": []}]}, "bad_point", "a", 1),
        (None, "bad_point", None, None),
        ([1, 116.4, 39.9], "bad_point", None, None),
        ("116.4,39.9", "bad_point", None, None),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_wrong_point_fails_alone(
    town: Client, wrong: Any, code: str, field: str | None, label: int | None
) -> None:
    good = points(3)
    # The way a client's program writes it: escapes for what is not ASCII.
    body = json.dumps({"coordsys": "wgs84", "k": 1, "points": [good[0], wrong, *good[1:]]})
    answer = town.post(URL, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 200, answer.text
    results = answer.json()["results"]
    error = results.pop(1)
    assert (error["id"], error["error"]["code"], error["error"].get("field")) == (label, code, field)
    assert error["error"]["message"]["zh"]
    assert error["error"]["message"]["en"]
    assert results == batch(town, good, k=1)["results"]
    assert answer.json()["summary"] == {"total": 4, "succeeded": 3, "failed": 1}


@pytest.mark.parametrize("written", ["NaN", "Infinity", "1e400", "-1e999"])
def test_what_some_programs_write_for_a_missing_number_is_a_wrong_point(town: Client, written: str) -> None:
    body = f'{{"coordsys":"wgs84","points":[{{"id":1,"lon":{written},"lat":3}},{{"id":2,"lon":1,"lat":2}}]}}'
    answer = town.post(URL, content=body, headers={"content-type": "application/json"}).json()
    assert [result.get("error", {}).get("field") for result in answer["results"]] == ["lon", None]


def test_a_repeated_name_in_a_point_is_wrong(town: Client) -> None:
    body = b'{"coordsys":"wgs84","points":[{"id":1,"lon":116,"lon":117,"lat":39.9}]}'
    answer = town.post(URL, content=body, headers={"content-type": "application/json"}).json()
    assert answer["results"][0]["error"]["code"] == "bad_position"


def test_baidus_metres_beyond_its_map_are_wrong_points(town: Client) -> None:
    results = batch(
        town, [{"id": 1, "lon": 0, "lat": 2e7}, {"id": 2, "lon": 1e6, "lat": 4e6}], coordsys="bd09mc"
    )
    assert [result.get("error", {}).get("code") for result in results["results"]] == ["bad_position", None]


def test_no_points_are_no_results(town: Client) -> None:
    answer = batch(town, [])
    assert (answer["summary"]["total"], answer["results"]) == (0, [])


def test_twenty_thousand_bad_points_are_refused_in_a_few_words(town: Client) -> None:
    answer = send(town, {"points": [{"nobody": "knows"}] * 20_000})
    assert answer.status_code == 413
    assert len(answer.content) < 1000


def test_ten_thousand_bad_points_are_told_one_by_one(town: Client) -> None:
    answer = send(town, {"points": [{"id": i, "lon": 400, "lat": 400} for i in range(10_000)]})
    assert answer.status_code == 200
    assert answer.json()["summary"] == {"total": 10_000, "succeeded": 0, "failed": 10_000}
    assert len(answer.content) / 10_000 < 200


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"coordsys": None}, "coordsys"),
        ({"coordsys": "wgs84", "k": 51}, "k"),
        ({"coordsys": "wgs84", "radius_m": 0}, "radius_m"),
        ({"coordsys": "wgs84", "lon": 116.4}, "lon"),
        ({"coordsys": "wgs84", "by": "distance"}, "by"),
        ({"coordsys": "wgs84", "rider_ids": [1]}, "rider_ids"),
        ({"coordsys": "wgs84", "points": {"id": 1}}, "points"),
        ({"coordsys": "wgs84", "points": None}, "points"),
        ({"coordsys": "wgs84", "open_now": True, "open_at": "2026-11-18T12:00"}, "open_at"),
    ],
    ids=str,
)
def test_a_wrong_request_fails_whole_and_names_the_field(
    town: Client, asked: dict[str, Any], field: str
) -> None:
    answer = town.post(URL, json={"points": points(2), **asked})
    assert answer.status_code == 400, answer.text
    assert field in [problem["field"] for problem in answer.json()["errors"]]


def test_missing_parameters_are_named_together(town: Client) -> None:
    answer = town.post(URL, json={})
    assert [problem["field"] for problem in answer.json()["errors"]] == ["coordsys", "points"]


def test_a_thousand_unknown_fields_make_a_small_problem(town: Client) -> None:
    answer = send(town, {f"f{i}": i for i in range(1000)} | {"points": []})
    assert (answer.status_code, len(answer.json()["errors"])) == (400, MAX_ERRORS)


def test_the_filters_are_those_of_the_single_route() -> None:
    assert NEAREST_PARAMETERS.keys() - BATCH_PARAMETERS.keys() == {"lon", "lat", "location", "by", "path"}
    assert BATCH_PARAMETERS.keys() - NEAREST_PARAMETERS.keys() == {"points"}


def test_the_answer_says_what_was_understood_and_how_fresh_it_is(town: Client) -> None:
    answer = batch(town, points(1), k=2, adcode="1101", facilities=["seat"], radius_m=9000)
    assert answer["query"] == {
        "coordsys": "wgs84", "by": "distance", "k": 2, "radius_m": 9000.0, "facilities": ["seat"], "adcode": "1101",
    }  # fmt: skip
    assert answer["data_version"] == 1
    headers = send(town, {"points": []}).headers
    assert (headers["x-data-version"], headers["cache-control"]) == ("1", "no-store")
    assert float(headers["x-data-age"]) >= 0


def test_the_documented_example_is_answered(town: Client) -> None:
    example = {name: p.example for name, p in BATCH_PARAMETERS.items() if name != "open_now"}
    answer = town.post(URL, json=example)
    assert (answer.status_code, answer.json()["summary"]["succeeded"]) == (200, 1)


def test_no_query_string_is_read(town: Client) -> None:
    assert town.post(URL + "?k=1", json={"coordsys": "wgs84", "points": []}).status_code == 400


def test_a_registry_without_stations_answers_every_point(client_of: Callable[..., Client]) -> None:
    results = batch(client_of([]), points(3))["results"]
    assert [result["stations"] for result in results] == [[], [], []]


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=70), st.just([]), st.just({})
)
LABELS = st.integers(0, 99) | st.text(min_size=1, max_size=5)
POINTS = st.lists(
    st.one_of(
        VALUES,
        st.fixed_dictionaries({"id": LABELS, "lon": st.floats(115, 117), "lat": st.floats(39, 41)}),
        st.dictionaries(st.sampled_from(["id", "lon", "lat", "x"]), VALUES),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(asked=POINTS, k=st.integers(1, 3))
def test_right_points_are_answered_among_any_others(town: Client, asked: list[Any], k: int) -> None:
    def is_right(point: Any) -> bool:
        return (
            isinstance(point, dict)
            and point.keys() == {"id", "lon", "lat"}
            and all(type(point[name]) in (int, float) for name in ("lon", "lat"))
            and abs(point["lon"]) <= 180
            and abs(point["lat"]) <= 90
            and (
                (type(point["id"]) is int and abs(point["id"]) < 2**53)
                or (isinstance(point["id"], str) and 0 < len(point["id"]) <= 64)
            )
        )

    body = json.dumps({"coordsys": "wgs84", "k": k, "points": asked})
    answer = town.post(URL, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 200, answer.text
    results = answer.json()["results"]
    assert ["stations" in result for result in results] == [is_right(point) for point in asked]
    for point, result in zip(asked, results, strict=True):
        if is_right(point):
            single = town.nearest(lon=point["lon"], lat=point["lat"], k=k)["results"]
            plain = [{name: hit[name] for name in ("station_id", "distance_m")} for hit in single]
            assert result == {"id": point["id"], "stations": plain}


def test_points_far_from_every_station_are_answered_too(town: Client) -> None:
    """Among near ones, and several at one place."""
    far = [
        {"id": i, "lon": lon, "lat": lat}
        for i, (lon, lat) in enumerate([(0, 0), (-70.5, -33.4), (0, 0), (12, 89)])
    ]
    asked = [*far, *points(20, 9)] * 3
    for point, result in zip(asked, batch(town, asked, k=2)["results"], strict=True):
        single = town.nearest(lon=point["lon"], lat=point["lat"], k=2)["results"]
        assert result["stations"] == [
            {name: hit[name] for name in ("station_id", "distance_m")} for hit in single
        ]


def test_too_many_far_points_are_refused_with_advice(town: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "FAR_WAIT_S", 0.0)
    asked = [{"id": i, "lon": -i, "lat": -i / 2} for i in range(100)]
    refused = send(town, {"points": asked})
    assert (refused.status_code, refused.json()["code"]) == (413, "too_many_points")
    assert "radius_m" in refused.json()["detail"]
    assert send(town, {"points": asked, "radius_m": 50_000}).status_code == 200
