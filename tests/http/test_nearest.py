"""Nearest stations over HTTP, against a plain search over every row."""

import gzip
import itertools
import json
import random
from datetime import datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from data.hours.holidays import HolidayTable
from data.hours.schedule import schedule
from geo import coordsys
from service import schemas
from tests.http.made import ALL_WEEK, Client, random_rows

ROWS = random_rows(3000)
PUBLIC = [
    r for r in ROWS if r["audience"] == "outdoor_workers" and r["status"] in ("open", "temporarily_closed")
]
GEOD = Geod(ellps="WGS84")


def plain_search(lon: float, lat: float, rows: list[dict[str, Any]]) -> list[tuple[float, str]]:
    """Every located row by geodesic distance, then by id."""
    located = [r for r in rows if r["lon"] is not None]
    if not located:
        return []
    n = len(located)
    xs, ys = [r["lon"] for r in located], [r["lat"] for r in located]
    _, _, metres = GEOD.inv(np.full(n, lon), np.full(n, lat), xs, ys)
    return sorted(zip(list(metres), [r["station_id"] for r in located], strict=True))


def points(n: int, seed: int) -> list[tuple[float, float]]:
    rng = random.Random(seed)
    return [(round(rng.uniform(115.8, 117.0), 6), round(rng.uniform(39.5, 40.3), 6)) for _ in range(n)]


def found(answer: dict[str, Any]) -> list[tuple[float, str]]:
    return [(hit["distance_m"], hit["station_id"]) for hit in answer["results"]]


def rounded(expected: list[tuple[float, str]]) -> list[tuple[float, str]]:
    return [(round(metres, 1), station_id) for metres, station_id in expected]


def test_answer_equals_a_plain_geodesic_search(town: Client) -> None:
    for (lon, lat), k in zip(points(60, 1), itertools.cycle([1, 5, 50])):
        answer = town.nearest(lon=lon, lat=lat, k=k)
        assert found(answer) == rounded(plain_search(lon, lat, PUBLIC)[:k])
        assert answer["count"] == k


def test_radius_counts_the_exact_distance(town: Client) -> None:
    for lon, lat in points(30, 2):
        within = [hit for hit in plain_search(lon, lat, PUBLIC) if hit[0] <= 1500]
        assert found(town.nearest(lon=lon, lat=lat, k=50, radius_m=1500)) == rounded(within[:50])


PASSES = {
    "is_24h=true": lambda r: "yes" in (r["door_24h"], r["unattended_24h"]),
    "facilities=toilet,seat": lambda r: all(
        r["facilities"].get(code, "broken") != "broken" for code in ("toilet", "seat")
    ),
    "street_facing=yes": lambda r: r["street_facing"] == "yes",
    "street_facing=unknown": lambda r: r["street_facing"] == "unknown",
    "access=qr": lambda r: r["access_method"] == "qr",
    "adcode=110108": lambda r: r["adcode"] == "110108",
    "adcode=110000": lambda r: (r["adcode"] or "").startswith("11"),
    "adcode=1101": lambda r: (r["adcode"] or "").startswith("1101"),
    "adcode=440100": lambda r: False,
}


@pytest.mark.parametrize("asked", PASSES)
def test_filter_loses_no_answer_and_adds_none(town: Client, asked: str) -> None:
    name, _, value = asked.partition("=")
    passing = [r for r in PUBLIC if PASSES[asked](r)]
    for lon, lat in points(8, 3):
        answer = town.nearest(lon=lon, lat=lat, k=20, **{name: value})
        assert found(answer) == rounded(plain_search(lon, lat, passing)[:20])


def test_filters_hold_together(town: Client) -> None:
    passing = [r for r in PUBLIC if PASSES["street_facing=yes"](r) and PASSES["adcode=110108"](r)]
    for lon, lat in points(8, 4):
        answer = town.nearest(lon=lon, lat=lat, street_facing="yes", adcode="110108")
        assert found(answer) == rounded(plain_search(lon, lat, passing)[:5])


KINDS_OF_FILTER = [
    ["is_24h=true"],
    ["facilities=toilet,seat"],
    ["street_facing=yes", "street_facing=unknown"],
    ["access=qr"],
    ["adcode=110108", "adcode=110000", "adcode=1101"],
]
AT = "2026-11-18T12:00:00+08:00"


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    asked=st.tuples(*(st.sampled_from([None, *kind]) for kind in KINDS_OF_FILTER)),
    is_open=st.booleans(),
    radius_m=st.sampled_from([None, 800, 5000, 50_000]),
    k=st.sampled_from([1, 5, 50]),
    point=st.sampled_from(points(20, 8)),
)
def test_any_combination_of_filters_equals_a_plain_search(
    town: Client, open_at_noon: set[str], asked: Any, is_open: bool, radius_m: Any, k: int, point: Any
) -> None:
    filters = [one for one in asked if one]
    passing = [
        r
        for r in PUBLIC
        if all(PASSES[one](r) for one in filters) and (not is_open or r["station_id"] in open_at_noon)
    ]
    expected = [hit for hit in plain_search(*point, passing) if radius_m is None or hit[0] <= radius_m]
    parameters: dict[str, Any] = dict(one.split("=") for one in filters)
    parameters |= {"radius_m": radius_m} if radius_m else {}
    parameters |= {"open_at": AT} if is_open else {}
    answer = town.nearest(lon=point[0], lat=point[1], k=k, **parameters)
    assert found(answer) == rounded(expected[:k])
    body = {**parameters, "location": list(point), "coordsys": "wgs84", "k": k}
    body |= {"is_24h": True} if "is_24h" in body else {}
    assert town.post("/v1/stations/nearest", json=body).json()["results"] == answer["results"]


def test_a_packed_question_is_unpacked_no_further_than_allowed(town: Client) -> None:
    asked = json.dumps({"lon": 116.4, "lat": 39.9, "coordsys": "wgs84"}).encode()
    plain = {"content-type": "application/json"}

    def ask(body: bytes, encoding: str) -> Any:
        headers = plain | {"content-encoding": encoding}
        return town.post("/v1/stations/nearest", content=body, headers=headers)

    expected = town.post("/v1/stations/nearest", content=asked, headers=plain).json()["results"]
    assert ask(gzip.compress(asked), "gzip").json()["results"] == expected
    for body, encoding, told in (
        (asked, "br", (415, "wrong_content_encoding")),
        (asked, "gzip", (400, "bad_body")),
        (gzip.compress(asked)[:-3], "gzip", (400, "bad_body")),
        (gzip.compress(b" " * 2_000_000 + asked), "gzip", (413, "body_too_large")),
    ):
        answer = ask(body, encoding)
        assert (answer.status_code, answer.json()["code"]) == told


@pytest.fixture(scope="module")
def open_at_noon(holidays: HolidayTable) -> set[str]:
    """Ids of the stations known to be open at that noon."""
    moment = datetime.fromisoformat(AT)
    return {
        r["station_id"]
        for r in PUBLIC
        if r["status"] == "open"
        and schedule(r["opening_hours"], r["makeup_days"], holidays).state_at(moment).state == "open"
    }


def test_each_answer_says_why_it_is_listed(client_of: Any) -> None:
    row = {
        "station_id": "a", "lon": 116.5, "lat": 39.9, "opening_hours": ALL_WEEK, "access_method": "qr",
        "floor": 2.0, "registration_required": "yes", "in_compound": "yes", "street_facing": "no",
        "street_facing_rule": "cut_off", "street_facing_zh": "围墙隔开", "street_facing_en": "cut off by a wall",
        "verified_at": "2026-10-01T09:00:00+08:00",
    }  # fmt: skip
    hit = client_of([row]).nearest(lon=116.4, lat=39.9, open_at="2026-11-18T12:00")["results"][0]
    assert {name: hit[name] for name in ("open_state", "closes_at", "access_method", "floor")} == {
        "open_state": "open",
        "closes_at": "2026-11-18T20:00:00+08:00",
        "access_method": "qr",
        "floor": 2,
    }
    assert (hit["registration_required"], hit["in_compound"]) == ("yes", "yes")
    metres = GEOD.inv(116.4, 39.9, 116.5, 39.9)[2]
    assert (hit["distance_m"], hit["bearing_deg"]) == (round(metres, 1), 90.0)
    assert (hit["street_facing"], hit["street_facing_rule"]) == ("no", "cut_off")
    assert hit["street_facing_reason"] == {"zh": "围墙隔开", "en": "cut off by a wall"}
    assert hit["verified_at"] == "2026-10-01T09:00:00+08:00"


def test_a_missing_coordinate_system_is_told_which_there_are_and_who_uses_them(town: Client) -> None:
    for answer in (
        town.get("/v1/stations/nearest?lon=116.4&lat=39.9"),
        town.post("/v1/stations/nearest", json={"lon": 116.4, "lat": 39.9}),
    ):
        assert answer.status_code == 400
        (error,) = answer.json()["errors"]
        assert error["field"] == "coordsys"
        for words in error["message"].values():
            assert all(name in words for name in ("wgs84", "gcj02", "bd09"))
        assert "GPS" in error["message"]["en"]


@pytest.mark.parametrize(
    "at", ["2026-11-18T12:00:00+08:00", "2026-10-02T12:00", "2026-11-22T03:00:00Z", "2027-10-03T12:00"]
)
def test_open_at_keeps_only_stations_known_to_be_open(town: Client, holidays: HolidayTable, at: str) -> None:
    moment = datetime.fromisoformat(at if "Z" in at or "+" in at else at + "+08:00")
    passing = [
        r
        for r in PUBLIC
        if r["status"] == "open"
        and schedule(r["opening_hours"], r["makeup_days"], holidays).state_at(moment).state == "open"
    ]
    assert 0 < len(passing) < len(PUBLIC)
    for lon, lat in points(8, 5):
        answer = town.nearest(lon=lon, lat=lat, open_at=at)
        assert found(answer) == rounded(plain_search(lon, lat, passing)[:5])
        assert {hit["open_state"] for hit in answer["results"]} == {"open"}
        assert datetime.fromisoformat(answer["evaluated_at"]) == moment


def test_open_now_is_true_to_the_answers_own_time(town: Client) -> None:
    answer = town.nearest(lon=116.4, lat=39.9, k=50, open_now="true")
    assert answer["count"] > 0
    assert {hit["open_state"] for hit in answer["results"]} == {"open"}
    assert answer["query"]["open_at"] == answer["evaluated_at"]


@pytest.mark.parametrize("system", ["wgs84", "gcj02", "bd09"])
def test_any_system_in_finds_the_same_stations(town: Client, system: coordsys.CoordSys) -> None:
    for lon, lat in points(10, 6):
        x, y = coordsys.point_from_wgs84(lon, lat, system)
        answer = town.nearest(lon=x, lat=y, coordsys=system)
        expected = plain_search(lon, lat, PUBLIC)[:5]
        assert [hit["station_id"] for hit in answer["results"]] == [i for _, i in expected]
        assert found(answer)[0][0] == pytest.approx(expected[0][0], abs=0.11)
        assert answer["query"]["ret_coordsys"] == system


def test_positions_come_back_in_the_system_asked_for(town: Client) -> None:
    plain = town.nearest(lon=116.4, lat=39.9)
    for system in ("gcj02", "bd09"):
        moved = town.nearest(lon=116.4, lat=39.9, ret_coordsys=system)
        for before, after in zip(plain["results"], moved["results"], strict=True):
            assert after["station_id"] == before["station_id"]
            x, y = coordsys.point_from_wgs84(before["lon"], before["lat"], system)
            assert (after["lon"], after["lat"]) == (pytest.approx(x, abs=2e-7), pytest.approx(y, abs=2e-7))


def test_baidus_metres_are_understood_and_answered_in_bd09(town: Client) -> None:
    x, y = coordsys.point_from_wgs84(116.4, 39.9, "bd09mc")
    answer = town.nearest(location=f"{x:.2f},{y:.2f}", coordsys="bd09mc")
    assert [hit["station_id"] for hit in answer["results"]] == [
        i for _, i in plain_search(116.4, 39.9, PUBLIC)[:5]
    ]
    assert answer["query"]["ret_coordsys"] == "bd09"


def test_post_answers_as_get_does(town: Client) -> None:
    parameters = {"lon": 116.4, "lat": 39.9, "coordsys": "gcj02", "k": 3, "radius_m": 9000}
    by_get = town.nearest(**parameters, facilities="toilet,seat", open_at="2026-11-18T12:00:00+08:00")
    body = {**parameters, "facilities": ["seat", "toilet"], "open_at": "2026-11-18T12:00:00+08:00"}
    by_post = town.post("/v1/stations/nearest", json=body).json()
    for answer in (by_get, by_post):
        answer.pop("data_age_s")
    assert by_post == by_get


def test_every_answer_is_as_documented(town: Client) -> None:
    for lon, lat in points(20, 7):
        schemas.NearestAnswer.model_validate(town.nearest(lon=lon, lat=lat, k=50), strict=True)
    page = town.get("/v1/stations?limit=1000").json()
    schemas.ListAnswer.model_validate(page, strict=True)
    for row in page["results"][:50]:
        answer = town.get(f"/v1/stations/{row['station_id']}").json()
        schemas.StationAnswer.model_validate(answer, strict=True)
        assert answer["station"] == row


def test_bearing_points_from_the_asker_to_the_station(client_of: Any) -> None:
    client = client_of([{"station_id": "east", "lon": 116.5, "lat": 40.0}])
    hit = client.nearest(lon=116.4, lat=40.0)["results"][0]
    assert hit["bearing_deg"] == pytest.approx(90, abs=0.1)
    assert "bearing_deg" not in client.nearest(lon=116.5, lat=40.0)["results"][0]
    assert client.nearest(lon=116.50001, lat=39.0)["results"][0]["bearing_deg"] == 0.0


def test_a_tie_goes_to_the_smaller_id(client_of: Any) -> None:
    client = client_of([{"station_id": i, "lon": 116.4, "lat": 40.0} for i in ("b", "a", "C", "a1")])
    assert [hit["station_id"] for hit in client.nearest(lon=116.4, lat=40.0)["results"]] == [
        "C",
        "a",
        "a1",
        "b",
    ]


@pytest.mark.parametrize(
    ("lon", "lat"), [(180, 0), (-180, 0), (0, 90), (0, -90), (179.9999, 89.9999), (0, 0)]
)
def test_edges_of_the_world_are_answered(town: Client, lon: float, lat: float) -> None:
    for system in ("wgs84", "gcj02", "bd09"):
        assert town.nearest(lon=lon, lat=lat, coordsys=system)["count"] == 5


def test_nothing_found_is_no_error(client_of: Any, town: Client) -> None:
    answer = town.nearest(lon=0, lat=0, radius_m=1000)
    assert answer | {"data_age_s": 0} == {
        "query": {
            "lon": 0.0,
            "lat": 0.0,
            "coordsys": "wgs84",
            "ret_coordsys": "wgs84",
            "by": "distance",
            "k": 5,
            "radius_m": 1000.0,
        },
        "data_version": 1,
        "data_age_s": 0,
        "evaluated_at": answer["evaluated_at"],
        "count": 0,
        "results": [],
    }
    empty = client_of([])
    assert empty.nearest(lon=116.4, lat=39.9, is_24h="true", open_now="true")["results"] == []
    assert empty.get("/v1/stations").json()["results"] == []


def test_hidden_stations_are_nowhere(client_of: Any) -> None:
    place = {"lon": 116.4, "lat": 39.9}
    hidden = [
        {"station_id": "staff", "audience": "staff"},
        {"station_id": "members", "audience": "members"},
        {"station_id": "unknown", "audience": "unknown"},
        {"station_id": "closed", "status": "closed"},
        {"station_id": "planned", "status": "planned"},
        {"station_id": "deleted", "deleted": True},
    ]
    client = client_of([{**row, **place} for row in hidden])
    assert client.nearest(**place)["count"] == 0
    assert client.get("/v1/stations").json()["count"] == 0
    for row in hidden:
        assert client.get(f"/v1/stations/{row['station_id']}").status_code == 404


def test_unlocated_stations_are_listed_but_never_near(client_of: Any) -> None:
    client = client_of([{"station_id": "somewhere"}])
    assert client.nearest(lon=116.4, lat=39.9)["count"] == 0
    station = client.get("/v1/stations/somewhere").json()["station"]
    assert "lon" not in station
    assert station["open_state"] == "unknown"


def test_a_temporarily_closed_station_is_shown_closed_and_never_open(client_of: Any) -> None:
    row = {
        "station_id": "a",
        "lon": 116.4,
        "lat": 39.9,
        "opening_hours": "24/7",
        "status": "temporarily_closed",
    }
    client = client_of([row])
    hit = client.nearest(lon=116.4, lat=39.9)["results"][0]
    assert (hit["open_state"], hit["status"]) == ("closed", "temporarily_closed")
    assert client.nearest(lon=116.4, lat=39.9, open_now="true")["count"] == 0


def test_opening_and_closing_times_are_told(client_of: Any) -> None:
    client = client_of([{"station_id": "a", "lon": 116.4, "lat": 39.9, "opening_hours": ALL_WEEK}])
    states = {}
    for hour in (7, 12, 20):
        answer = client.post(
            "/v1/stations/nearest",
            json={
                "lon": 116.4,
                "lat": 39.9,
                "coordsys": "wgs84",
                "open_at": f"2026-11-18T{hour:02}:00:00+08:00",
            },
        )
        states[hour] = answer.json()["results"]
    assert [states[7], states[20]] == [[], []]
    assert states[12][0]["closes_at"] == "2026-11-18T20:00:00+08:00"
    now = client.nearest(lon=116.4, lat=39.9)["results"][0]
    assert ("closes_at" in now) == (now["open_state"] == "open")
    assert ("opens_at" in now) == (now["open_state"] == "closed")


def test_pages_of_the_list_hold_every_public_station_once(town: Client) -> None:
    ids: list[str] = []
    after = None
    while True:
        page = town.get("/v1/stations", params={"limit": 700, **({"after": after} if after else {})}).json()
        ids += [row["station_id"] for row in page["results"]]
        after = page.get("next")
        if after is None:
            break
    assert ids == sorted(r["station_id"] for r in PUBLIC)


def test_the_list_is_filtered(town: Client) -> None:
    page = town.get("/v1/stations?limit=1000&adcode=110108&street_facing=yes").json()
    passing = [r for r in PUBLIC if r["adcode"] == "110108" and r["street_facing"] == "yes"]
    assert [row["station_id"] for row in page["results"]] == [r["station_id"] for r in passing]


def test_what_is_unknown_is_absent_or_says_so(client_of: Any) -> None:
    client = client_of([{"station_id": "a", "lon": 116.4, "lat": 39.9}])
    hit = client.nearest(lon=116.4, lat=39.9)["results"][0]
    assert {
        "phone",
        "floor",
        "opening_hours",
        "verified_at",
        "facilities",
        "street_facing_reason",
    }.isdisjoint(hit)
    assert (hit["is_24h"], hit["street_facing"], hit["open_state"]) == ("unknown",) * 3
