"""Street-facing over HTTP on the invented town in a real PostGIS: evidence, drawing, trials, the review page."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
import shapely
from shapely.geometry import shape

from data.postgres import db
from data.sample import town
from data.stations import imports, store
from data.stations.imports import ImportOptions
from data.streets import osm
from geo import coordsys, metric
from geo.frontage import Parameters
from service import checking, schemas, trials
from service.app import create_app
from service.keeper import DatabaseKeeper, FrameKeeper
from service.reader import Reader
from service.settings import Settings
from tests.http.made import Client, frame_of, random_rows
from tests.http.waiting import NEVER_S, until_served

pytestmark = pytest.mark.postgis

TRIAL = "/v1/street-facing"
SPOIL = """
UPDATE yizhan.street_source SET imported_at = now();
UPDATE yizhan.registry SET street_version = street_version + 1;
INSERT INTO yizhan.street_change (street_version, source, place)
SELECT street_version, 'test', ST_Expand(s.position::geometry, 0.0001)
FROM yizhan.registry, yizhan.station AS s WHERE s.station_id = %(station_id)s
"""


@pytest.fixture(scope="module")
def url(standing_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The invented town: imported and checked, but for one station added after the check."""
    files = town.write(Path(tmp_path_factory.mktemp("town")))
    with closing(db.connect(standing_database_url, role="writer")) as conn:
        osm.import_osm(conn, files.osm_pbf, source=files.source)
        imports.import_file(conn, files.stations, ImportOptions(files.coordsys, source=files.source))
        checking.check_registry(conn, Parameters())
        with db.transaction(conn), conn.cursor() as cursor:
            cursor.execute(
                "INSERT INTO yizhan.station (station_id, name, source, audience, position, position_kind, given_x,"
                " given_y, given_coordsys) VALUES ('later', '后来的驿站', 'test', 'outdoor_workers',"
                " ST_Point(114.91, 43.3, 4326)::geography, 'entrance', 114.91, 43.3, 'wgs84')"
            )
    return standing_database_url


@pytest.fixture(scope="module")
def served(url: str) -> Iterator[Client]:
    keeper = DatabaseKeeper(url, poll_s=NEVER_S)
    keeper.start()
    assert keeper.wait(20)
    reader = Reader(url, wait_s=20)
    client = Client(create_app(Settings(planner_pages=True), keeper, reader=reader))
    yield client
    client.close()
    keeper.stop()
    reader.close()


@pytest.fixture(scope="module")
def public(served: Client) -> list[dict[str, Any]]:
    """All public stations as the list tells them."""
    return served.get("/v1/stations", params={"limit": 1000}).json()["results"]


def told(served: Client, station_id: str, **parameters: str) -> dict[str, Any]:
    answer = served.get(f"/v1/stations/{station_id}/street-facing", params=parameters)
    assert answer.status_code == 200, answer.text
    schemas.StreetFacingAnswer.model_validate_json(answer.content, strict=True)
    return answer.json()


def of_rule(public: list[dict[str, Any]], rule: str) -> str:
    return next(s["station_id"] for s in public if s.get("street_facing_rule") == rule)


def features(answer: dict[str, Any], role: str) -> list[dict[str, Any]]:
    return [f for f in answer["geometry"]["features"] if f["properties"]["role"] == role]


def tried(served: Client, body: dict[str, Any], status: int = 200) -> dict[str, Any]:
    answer = served.post(TRIAL, json=body)
    assert answer.status_code == status, answer.text
    model = schemas.TrialAnswer if status == 200 else schemas.ProblemAnswer
    model.model_validate_json(answer.content, strict=True)
    return answer.json()


def as_point(station: dict[str, Any]) -> dict[str, Any]:
    names = ("lon", "lat", "position_kind", "accuracy_m", "floor")
    return {"id": station["station_id"]} | {name: station[name] for name in names if name in station}


# -- one station


def test_every_public_station_says_the_same_here_and_in_the_list(
    served: Client, public: list[dict[str, Any]]
) -> None:
    verdicts = set()
    for station in public:
        answer = told(served, station["station_id"])
        assert answer["verdict"] == station["street_facing"]
        assert (
            answer["geometry"]["features"][0]["properties"] == {"role": "station"}
            if "lon" in station
            else True
        )
        if "street_facing_rule" in station:
            assert answer["rule"] == station["street_facing_rule"]
            assert answer["reason"] == station["street_facing_reason"]
            assert answer["parameters"]["version"] == Parameters().version
            assert (answer["kind"], answer["streets_date"]) == ("computed", "2026-01-01")
            assert answer["stale"] is False
        verdicts.add(answer["verdict"])
    assert verdicts == {"yes", "no", "unknown"}


def test_what_cuts_the_line_is_drawn_and_the_line_runs_into_it(
    served: Client, public: list[dict[str, Any]]
) -> None:
    answer = told(served, of_rule(public, "lines_cut"))
    (line,) = [f for f in features(answer, "approach_line") if f["properties"]["decides"]]
    first = answer["evidence"]["lines"][0]["cuts"][0]
    cut = next(f for f in features(answer, "obstacle") if f["properties"]["osm_id"] == first["osm_id"])
    assert (line["properties"]["state"], cut["properties"]["state"]) == ("closed", "closed")
    assert first["osm_id"] in answer["reason"]["zh"]
    assert shape(line["geometry"]).intersects(shape(cut["geometry"]))
    crossing = next(f for f in features(answer, "crossing") if f["properties"]["osm_id"] == first["osm_id"])
    assert shape(crossing["geometry"]).distance(shape(line["geometry"])) < 3e-6
    street = features(answer, "street")
    assert {f["properties"]["osm_id"] for f in street} == {answer["evidence"]["street"]["osm_id"]}
    end = shapely.Point(line["geometry"]["coordinates"][-1])
    assert min(shape(f["geometry"]).distance(end) for f in street) < 3e-6
    assert answer["attribution"] == "© OpenStreetMap contributors, ODbL"


def test_the_nine_positions_lie_around_the_station(served: Client, public: list[dict[str, Any]]) -> None:
    station = next(
        s for s in public if s.get("street_facing_rule") == "clear_line" and s["position_kind"] == "building"
    )
    answer = told(served, station["station_id"])
    nine = features(answer, "position")
    assert len(nine) == 9
    assert [f["properties"]["verdict"] for f in nine] == [p[2] for p in answer["evidence"]["positions"]]
    at = np.array([f["geometry"]["coordinates"] for f in nine])
    away_m = metric.geodesic_m(at[:, 0], at[:, 1], np.full(9, station["lon"]), np.full(9, station["lat"]))
    assert away_m == pytest.approx([0.0, *[answer["evidence"]["sigma_m"]] * 8], abs=0.1)


def test_the_drawing_comes_in_the_system_that_was_asked_for(
    served: Client, public: list[dict[str, Any]]
) -> None:
    station_id = of_rule(public, "lines_cut")
    plain, shifted = told(served, station_id), told(served, station_id, ret_coordsys="gcj02")
    assert (plain["coordsys"], shifted["coordsys"]) == ("wgs84", "gcj02")
    assert len(plain["geometry"]["features"]) == len(shifted["geometry"]["features"])
    for one, other in zip(plain["geometry"]["features"], shifted["geometry"]["features"], strict=True):
        at, moved = (shapely.get_coordinates(shape(feature["geometry"])) for feature in (one, other))
        wanted = np.column_stack(coordsys.from_wgs84(at[:, 0], at[:, 1], "gcj02"))
        assert moved == pytest.approx(wanted, abs=3e-7)
        assert np.abs(moved - at).max() > 0.0005


def test_a_station_that_was_never_checked_says_so(served: Client) -> None:
    answer = told(served, "later")
    assert (answer["verdict"], answer["rule"]) == ("unknown", "not_checked")
    assert [f["properties"]["role"] for f in answer["geometry"]["features"]] == ["station"]
    assert "evidence" not in answer
    assert "kind" not in answer


def test_a_station_without_a_position_says_so(served: Client, public: list[dict[str, Any]]) -> None:
    unlocated = [s["station_id"] for s in public if "lon" not in s]
    assert unlocated
    answer = told(served, unlocated[0])
    assert (answer["verdict"], answer["rule"]) == ("unknown", "unlocated")


def test_stations_that_are_not_public_and_none_at_all_are_404(served: Client, url: str) -> None:
    with closing(db.connect(url)) as conn:
        stations = store.read_stations(conn)
    hidden = stations.loc[stations["audience"] != "outdoor_workers", "station_id"].iloc[0]
    for station_id in (hidden, "nobody"):
        answer = served.get(f"/v1/stations/{station_id}/street-facing")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert served.get("/v1/stations/later/street-facing?coordsys=gcj02").status_code == 400


def test_a_verdict_is_stale_once_the_street_map_around_it_changed(
    served: Client, public: list[dict[str, Any]], url: str
) -> None:
    near = of_rule(public, "lines_cut")
    here = next(s for s in public if s["station_id"] == near)
    # A hundredth of a degree is twice as far as the street map matters.
    far = next(
        s["station_id"]
        for s in public
        if "street_facing_rule" in s and "lon" in s and abs(s["lon"] - here["lon"]) > 0.01
    )
    with closing(db.connect(url, role="writer")) as conn:
        with db.transaction(conn), conn.cursor() as cursor:
            cursor.execute(SPOIL, {"station_id": near})
        assert told(served, near)["stale"] is True
        assert told(served, far)["stale"] is False
        with db.transaction(conn), conn.cursor() as cursor:
            cursor.execute("DELETE FROM yizhan.street_change WHERE source = 'test'")


def test_a_visit_decides_and_who_went_is_not_told(
    served: Client, public: list[dict[str, Any]], url: str
) -> None:
    station_id = of_rule(public, "lines_cut")
    visit = {"on": "2026-10-01", "by": "某工会张三", "street_door": "yes", "note": "13800000000"}
    with closing(db.connect(url, role="writer")) as conn:
        with db.transaction(conn), conn.cursor() as cursor:
            cursor.execute(
                "UPDATE yizhan.station SET visited = %s::jsonb WHERE station_id = %s",
                (orjson.dumps(visit).decode(), station_id),
            )
        checking.check_registry(conn, Parameters())
    # The lists and answers of the tests that follow come from one snapshot.
    until_served(url, lambda: served.app.state.keeper.current()[0].data_version)
    answer = told(served, station_id)
    assert (answer["verdict"], answer["kind"], answer["rule"]) == ("yes", "visited", "visited_street_door")
    assert answer["visited"] == {"on": "2026-10-01", "street_door": "yes"}
    assert answer["evidence"]["computed"]["rule"] == "lines_cut"
    text = orjson.dumps(answer).decode()
    assert "张三" not in text
    assert "13800000000" not in text


def test_filter_and_verdict_are_in_list_and_nearest_answers(served: Client) -> None:
    for verdict in ("yes", "no", "unknown"):
        listed = served.get("/v1/stations", params={"street_facing": verdict, "limit": 1000}).json()[
            "results"
        ]
        near = served.nearest(lon=114.91, lat=43.3, k=50, street_facing=verdict)["results"]
        located = {s["station_id"] for s in listed if "lon" in s}
        assert {s["station_id"] for s in near} == located
        assert {s["street_facing"] for s in [*listed, *near]} == {verdict}
        assert all(
            "street_facing_rule" in s and s["street_facing_reason"]["zh"]
            for s in near
            if s["station_id"] != "later"
        )


# -- trials


def test_trying_the_stations_of_the_town_gives_their_stored_verdicts(
    served: Client, public: list[dict[str, Any]]
) -> None:
    known = {
        s["station_id"]: (s["street_facing"], s["street_facing_rule"], s["street_facing_reason"])
        for s in public
        if "lon" in s and "street_facing_rule" in s
    }
    points = [as_point(s) for s in public if s["station_id"] in known]
    answer = tried(served, {"coordsys": "wgs84", "points": points})
    results = {r["id"]: (r["verdict"], r["rule"], r["reason"]) for r in answer["results"]}
    assert results == known
    assert [r["id"] for r in answer["results"]] == [p["id"] for p in points]
    assert answer["summary"] == {"total": len(points), "succeeded": len(points), "failed": 0}


def test_a_single_point_in_another_system_is_the_same_place(
    served: Client, public: list[dict[str, Any]]
) -> None:
    station = next(s for s in public if s.get("street_facing_rule") == "clear_line")
    x, y = coordsys.point_from_wgs84(station["lon"], station["lat"], "bd09")
    body = as_point(station) | {"coordsys": "bd09", "ret_coordsys": "wgs84", "lon": x, "lat": y}
    (result,) = tried(served, body)["results"]
    assert (result["verdict"], result["rule"]) == ("yes", "clear_line")
    there = features(result, "station")[0]["geometry"]["coordinates"]
    assert there == pytest.approx([station["lon"], station["lat"]], abs=2e-6)


def test_a_trial_with_other_numbers_uses_and_names_them_and_stores_nothing(
    served: Client, public: list[dict[str, Any]], url: str
) -> None:
    station = next(s for s in public if s.get("street_facing_rule") == "clear_line")
    with closing(db.connect(url)) as conn:
        before = store.data_version(conn)
    answer = tried(served, {"coordsys": "wgs84", "points": [as_point(station)], "parameters": {"yes_m": 0.5}})
    assert answer["parameters"]["yes_m"] == 0.5
    assert answer["parameters"]["version"] == Parameters().version + "+yes_m=0.5"
    assert answer["results"][0]["rule"] == "too_far"
    assert told(served, station["station_id"])["rule"] == "clear_line"
    with closing(db.connect(url)) as conn:
        assert store.data_version(conn) == before


def test_one_wrong_point_does_not_spoil_the_others(served: Client) -> None:
    good = {"id": "good", "lon": 114.91, "lat": 43.3, "position_kind": "entrance"}
    wrong: list[tuple[Any, str, str | None]] = [
        ({**good, "id": None}, "bad_id", "id"),
        ({"lon": 114.91, "lat": 43.3}, "bad_id", "id"),
        ({**good, "lon": 181}, "bad_position", "lon"),
        ({**good, "lat": "43"}, "bad_position", "lat"),
        ({**good, "rider": 5}, "bad_point", "rider"),
        ({**good, "position_kind": "door"}, "bad_point", "position_kind"),
        ({**good, "accuracy_m": 0}, "bad_point", "accuracy_m"),
        (7, "bad_point", None),
    ]
    answer = tried(served, {"coordsys": "wgs84", "points": [good, *(w for w, _, _ in wrong), good]})
    first, *errors, last = answer["results"]
    assert first == last
    assert "error" not in first
    assert [(e["error"]["code"], e["error"].get("field")) for e in errors] == [w[1:] for w in wrong]
    assert answer["summary"] == {"total": 10, "succeeded": 2, "failed": 8}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"coordsys", "lon", "lat"}),
        ({"coordsys": "wgs84", "points": []}, {"points"}),
        ({"coordsys": "wgs84", "points": [{}] * 101}, {"points"}),
        ({"coordsys": "wgs84", "lon": 114.9, "lat": 43.3, "points": [{}]}, {"lon", "lat"}),
        ({"coordsys": "wgs84", "lon": 200, "lat": 43.3}, {"lon"}),
        ({"coordsys": "wgs84", "lon": 114.9, "lat": 43.3, "parameters": 5}, {"parameters"}),
        ({"coordsys": "wgs84", "lon": 114.9, "lat": 43.3, "parameters": {"no_m": 5}}, {"parameters"}),
        ({"coordsys": "wgs84", "lon": 114.9, "lat": 43.3, "parameters": {"yes_m": 61}}, {"parameters"}),
        ({"coordsys": "wgs84", "lon": 114.9, "lat": 43.3, "parameters": {"reach_m": 1e9}}, {"parameters"}),
        (
            {"coordsys": "wgs84", "lon": 114.9, "lat": 43.3, "parameters": {"facade_step_m": 0.01}},
            {"parameters"},
        ),
        (
            {"coordsys": "wgs84", "points": [{"id": i, "lon": 114 + i / 10, "lat": 43} for i in range(11)]},
            {"points"},
        ),
    ],
)
def test_a_wrong_trial_is_400_and_names_the_field(
    served: Client, body: dict[str, Any], fields: set[str]
) -> None:
    problem = tried(served, body, 400)
    assert {error["field"] for error in problem["errors"]} == fields


def test_without_a_street_map_and_at_the_ends_of_the_earth_it_is_unknown(served: Client) -> None:
    places = [(116.3, 39.9), (0.0, 0.0), (180.0, 0.0), (-180.0, -89.9), (12.0, 89.9)]
    for lon, lat in places:
        answer = served.post(
            TRIAL, json={"coordsys": "wgs84", "lon": lon, "lat": lat, "position_kind": "entrance"}
        )
        assert answer.status_code == 200, answer.text
        (result,) = answer.json()["results"]
        assert (result["verdict"], result["rule"]) == ("unknown", "no_street_data")


def test_the_documented_examples_are_answered(served: Client) -> None:
    document = served.get("/openapi.json").json()
    body = document["paths"][TRIAL]["post"]["requestBody"]["content"]["application/json"]["schema"]
    examples = {name: p["example"] for name, p in body["properties"].items()}
    several = {name: examples[name] for name in ("coordsys", "ret_coordsys", "points", "parameters")}
    assert tried(served, several)["summary"]["failed"] == 0
    single = {name: v for name, v in examples.items() if name != "points"}
    assert tried(served, single)["results"][0]["id"] == examples["id"]
    assert set(body["properties"]["parameters"]["properties"]) == set(Parameters().as_dict()) - {"version"}
    assert set(body["properties"]["points"]["items"]["properties"]) == set(trials.TRIAL_POINT)


# -- where there is no database


def test_a_served_file_has_neither_route_and_a_lost_database_is_503(
    client_of: Callable[..., Client], settings: Settings
) -> None:
    rows = [r for r in random_rows(20) if r["audience"] == "outdoor_workers" and r["status"] == "open"]
    path = f"/v1/stations/{rows[0]['station_id']}/street-facing"
    plain = client_of(rows)
    assert plain.get(path).status_code == plain.post(TRIAL, json={}).status_code == 404
    reader = Reader("host=/nowhere dbname=none connect_timeout=1", wait_s=2.0)
    lost = Client(create_app(settings, FrameKeeper(frame_of(rows)), reader=reader))
    point = {"coordsys": "wgs84", "lon": 116.4, "lat": 39.9, "position_kind": "entrance"}
    for answer in (lost.get(path), lost.post(TRIAL, json=point)):
        assert (answer.status_code, answer.json()["code"]) == (503, "database_away")
        assert int(answer.headers["retry-after"]) > 0
    lost.close()
    reader.close()


# -- the review page


def test_the_review_page_is_for_planners_alone_never_framed_never_indexed(
    served: Client, client_of: Callable[..., Client], public: list[dict[str, Any]]
) -> None:
    answer = served.get("/review")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"] == "frame-ancestors 'none'"
    assert answer.headers["x-frame-options"] == "DENY"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert answer.headers["cache-control"].startswith("private")
    assert "access-control-allow-origin" not in answer.headers
    assert "access-control-allow-origin" not in served.get("/review?verdict=maybe").headers
    found = re.search(r'id="yz-data">(.*?)</script>', answer.text, re.DOTALL)
    assert found is not None
    data = orjson.loads(found[1])
    assert {s["station_id"] for s in public if "lon" in s} <= set(data["columns"]["station_id"])
    # An invented town is not OpenStreetMap's.
    assert "虚构" in data["notice"][0]
    assert "OpenStreetMap" not in data["attribution"]
    assert "/review" in served.get("/").text
    again = served.get("/review", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    off = client_of(random_rows(3))
    assert off.get("/review").status_code == 404
    assert "/review" not in off.get("/").text


def test_the_review_page_takes_filters_strictly(served: Client) -> None:
    whole, some = served.get("/review").text, served.get("/review?verdict=no&limit=2").text
    count = [int(re.search(r'"count":(\d+)', text)[1]) for text in (whole, some)]  # type: ignore[index]
    assert count[1] == 2 < count[0]
    assert served.get("/review?verdict=maybe").status_code == 400
    assert served.get("/review?limit=0").status_code == 400
    assert '"count":0,' in served.get("/review?adcode=99").text
