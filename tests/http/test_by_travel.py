"""``by=walk`` and ``by=ebike``: what a search without any limit finds, with every filter; honest where it cannot."""

import logging
import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString

from data.postgres import db
from data.sample import town as sample
from data.streets import osm, streetmap
from geo import metric, network, travel
from service.app import create_app
from service.keeper import FrameKeeper
from service.roads import keeper as roads_keeper
from service.roads.keeper import NoRoads, RoadKeeper, Roads
from service.roads.loading import KEEP_LENGTH_M
from service.schemas import NearestAnswer, NetworkAnswer
from service.settings import Settings
from tests.http.made import Client, frame_of
from tests.http.waiting import until

WEST, SOUTH, STEP = 116.30, 39.90, 0.003
SIDE = 14


def street_grid(seed: int = 3) -> gpd.GeoDataFrame:
    """A grid with gaps, one-ways, footways, a motorway, and an island of streets in the north-east."""
    rng = random.Random(seed)
    rows: list[dict[str, Any]] = []

    def street(x0: float, y0: float, x1: float, y1: float, **tags: str) -> None:
        line = LineString([(WEST + x0 * STEP, SOUTH + y0 * STEP), (WEST + x1 * STEP, SOUTH + y1 * STEP)])
        rows.append({"geometry": line, "highway": "residential"} | tags)

    for i in range(SIDE):
        for j in range(SIDE):
            for di, dj in ((1, 0), (0, 1)):
                if i + di < SIDE and j + dj < SIDE and rng.random() < 0.85:
                    kinds = [
                        {},
                        {"oneway": "yes"},
                        {"oneway": "-1"},
                        {"highway": "footway"},
                        {"access": "private"},
                    ]
                    street(i, j, i + di, j + dj, **rng.choices(kinds, [14, 2, 2, 2, 1])[0])
    street(0, 0, SIDE - 1, SIDE - 1, highway="motorway")
    for i in range(4):
        for j in range(4):
            street(20 + i, 5 + j, 21 + i, 5 + j)
            street(20 + i, 5 + j, 20 + i, 6 + j)
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs="EPSG:4326")
    return frame.astype({"highway": object})


def station_rows(count: int = 160, seed: int = 5) -> list[dict[str, Any]]:
    """Stations in and around the grid: some on the island, some further than 150 m from any street."""
    rng = random.Random(seed)
    return [
        {
            "station_id": f"S{i:04d}",
            "name": f"驿站{i}",
            "lon": WEST + rng.uniform(-1, 26) * STEP,
            "lat": SOUTH + rng.uniform(-1, SIDE) * STEP,
            "door_24h": rng.choice(["yes", "no"]),
            "facilities": {"toilet": "working"} if rng.random() < 0.5 else {},
            "street_facing": rng.choice(["yes", "no", "unknown"]),
            "adcode": rng.choice(["110108", "110105"]),
            "opening_hours": rng.choice([None, "24/7", "Mo-Su 08:00-20:00"]),
        }
        for i in range(count)
    ]


@pytest.fixture(scope="module")
def networks() -> dict[str, network.Network]:
    frame = street_grid()
    return {mode: network.build(frame, mode, keep_length_m=KEEP_LENGTH_M) for mode in ("walk", "ebike")}


@pytest.fixture(scope="module")
def grid(networks: dict[str, network.Network], settings: Settings) -> Iterator[Client]:
    keeper = NoRoads("ready")
    keeper.roads = Roads(7, "2026-01-01", networks)
    client = Client(create_app(settings, FrameKeeper(frame_of(station_rows())), roads=keeper))
    yield client
    client.close()


def expected(
    one: network.Network, lon: float, lat: float, rows: list[dict[str, Any]], radius_m: float | None = None
) -> list[tuple[str, float]]:
    """All stations that can be reached within an hour, soonest first, by one search without a limit."""
    place = network.snap(one, one.project([lon], [lat]))
    at = network.snap(one, one.project([r["lon"] for r in rows], [r["lat"] for r in rows]))
    time_s = travel.trips(one, place, at).time_s
    found = [
        (row["station_id"], float(t))
        for row, t in zip(rows, time_s, strict=True)
        if t <= 3600 and (radius_m is None or metric.geodesic_m(lon, lat, row["lon"], row["lat"]) <= radius_m)
    ]
    return sorted(found, key=lambda pair: pair[1])


PLACES = [
    (WEST + x * STEP, SOUTH + y * STEP)
    for x, y in (
        (2.3, 3.0),
        (7.0, 7.4),
        (12.6, 1.0),
        (0.0, 12.2),
        (21.5, 7.0),
        (6.0, 6.0),
        (4.0, 9.5),
        (9.4, 4.0),
    )
]


def places(one: network.Network) -> list[tuple[float, float]]:
    """Places at a street of this mode, on the mainland and on the island."""
    at = network.snap(one, one.project(*np.array(PLACES).T))
    assert np.count_nonzero(at.ok) >= 5
    assert len(set(at.component[at.ok])) == 2
    return [place for place, ok in zip(PLACES, at.ok, strict=True) if ok]


@pytest.mark.parametrize("by", ["walk", "ebike"])
@pytest.mark.parametrize("k", [1, 4, 50])
def test_the_stations_are_those_of_a_search_without_limits(
    grid: Client, networks: dict[str, network.Network], by: str, k: int
) -> None:
    for lon, lat in places(networks[by]):
        answer = grid.nearest(lon=lon, lat=lat, k=k, by=by)
        NearestAnswer.model_validate(answer)
        found = [(hit["station_id"], hit["travel_s"]) for hit in answer["results"]]
        wanted = expected(networks[by], lon, lat, station_rows())[:k]
        assert [name for name, _ in found] == [name for name, _ in wanted]
        assert [t for _, t in found] == pytest.approx([t for _, t in wanted], abs=0.06)
        for hit in answer["results"]:
            # never faster than the straight line, and metres are seconds at the speed stated
            assert hit["travel_m"] >= hit["distance_m"] - 0.2
            assert hit["travel_s"] * answer["travel"]["speed_kmh"] / 3.6 == pytest.approx(
                hit["travel_m"], abs=0.3
            )


FILTERS: list[tuple[dict[str, Any], Any]] = [
    ({"is_24h": "true"}, lambda r: r["door_24h"] == "yes"),
    ({"facilities": "toilet"}, lambda r: "toilet" in r["facilities"]),
    ({"street_facing": "yes"}, lambda r: r["street_facing"] == "yes"),
    ({"adcode": "110105"}, lambda r: r["adcode"] == "110105"),
    (
        {"open_at": "2026-11-02T22:00+08:00"},
        lambda r: r["opening_hours"] == "24/7",
    ),
]


@pytest.mark.parametrize(("asked", "fits"), FILTERS)
def test_every_filter_holds(
    grid: Client, networks: dict[str, network.Network], asked: dict[str, Any], fits: Any
) -> None:
    rows = [row for row in station_rows() if fits(row)]
    for lon, lat in places(networks["walk"]):
        answer = grid.nearest(lon=lon, lat=lat, k=5, by="walk", **asked)
        wanted = expected(networks["walk"], lon, lat, rows)[:5]
        assert [hit["station_id"] for hit in answer["results"]] == [name for name, _ in wanted]


def test_the_radius_is_a_straight_line(grid: Client, networks: dict[str, network.Network]) -> None:
    for lon, lat in places(networks["ebike"]):
        answer = grid.nearest(lon=lon, lat=lat, k=50, by="ebike", radius_m=900)
        wanted = expected(networks["ebike"], lon, lat, station_rows(), 900)[:50]
        assert [hit["station_id"] for hit in answer["results"]] == [name for name, _ in wanted]


@pytest.mark.parametrize("ret_coordsys", ["wgs84", "gcj02"])
def test_the_path_leads_from_the_place_to_the_station(grid: Client, ret_coordsys: str) -> None:
    lon, lat = PLACES[1]
    answer = grid.nearest(lon=lon, lat=lat, k=6, by="walk", path="true", ret_coordsys=ret_coordsys)
    assert answer["query"]["path"] is True
    for hit in answer["results"]:
        line = np.array(hit["path"]["coordinates"])
        assert hit["path"]["type"] == "LineString"
        assert line[-1] == pytest.approx([hit["lon"], hit["lat"]], abs=2e-6)
        if ret_coordsys == "wgs84":
            assert line[0] == pytest.approx([lon, lat], abs=2e-6)
            length = metric.geodesic_m(line[:-1, 0], line[:-1, 1], line[1:, 0], line[1:, 1]).sum()
            assert length == pytest.approx(hit["travel_m"], abs=2.0)


def test_paths_come_by_post_too_and_only_with_a_network(grid: Client) -> None:
    lon, lat = PLACES[0]
    body = {"lon": lon, "lat": lat, "coordsys": "wgs84", "by": "walk", "path": True, "k": 1}
    assert "path" in grid.post("/v1/stations/nearest", json=body).json()["results"][0]
    refused = grid.post("/v1/stations/nearest", json=body | {"by": "distance"})
    assert refused.status_code == 400
    assert [e["field"] for e in refused.json()["errors"]] == ["path"]
    plain = grid.nearest(lon=lon, lat=lat)
    assert "travel" not in plain
    assert not {"travel_s", "travel_m", "path"} & plain["results"][0].keys()


def test_a_place_far_from_every_street_is_told_so(grid: Client) -> None:
    answer = grid.get(f"/v1/stations/nearest?lon={WEST - 0.02}&lat={SOUTH}&coordsys=wgs84&by=walk")
    assert answer.status_code == 400
    assert [e["field"] for e in answer.json()["errors"]] == ["by"]
    assert "150" in answer.json()["errors"][0]["message"]["zh"]


def test_stations_without_a_trip_are_left_out_and_counted(
    grid: Client, networks: dict[str, network.Network]
) -> None:
    one = networks["walk"]
    lon, lat = PLACES[1]
    answer = grid.nearest(lon=lon, lat=lat, k=50, by="walk")
    rows = station_rows()
    at = network.snap(one, one.project([r["lon"] for r in rows], [r["lat"] for r in rows]))
    straight = metric.geodesic_m(lon, lat, [r["lon"] for r in rows], [r["lat"] for r in rows])
    reach = answer["results"][-1]["travel_m"] if answer["count"] == 50 else 5000.0
    near = straight <= reach
    counts = answer["travel"]["unplaced"]
    assert counts["too_far"] == int((near & ~at.ok).sum())
    assert counts["too_far"] > 0
    here = network.snap(one, one.project([lon], [lat])).component[0]
    assert counts["not_connected"] == int((near & at.ok & (at.component != here)).sum())


def test_without_streets_travel_is_refused_and_distance_goes_on(town: Client) -> None:
    refused = town.get("/v1/stations/nearest?lon=116.4&lat=39.9&coordsys=wgs84&by=ebike")
    assert refused.status_code == 400
    assert [e["field"] for e in refused.json()["errors"]] == ["by"]
    assert town.nearest(lon=116.4, lat=39.9, by="distance")["count"] == 5
    told = town.get("/v1/network").json()
    NetworkAnswer.model_validate(told)
    assert (told["state"], told["modes"]) == ("none", {})


def test_while_networks_load_travel_says_when_to_come_back(settings: Settings) -> None:
    client = Client(create_app(settings, FrameKeeper(frame_of(station_rows(3))), roads=NoRoads("loading")))
    answer = client.get(f"/v1/stations/nearest?lon={WEST}&lat={SOUTH}&coordsys=wgs84&by=walk")
    assert (answer.status_code, answer.json()["code"]) == (503, "network_not_ready")
    assert answer.headers["retry-after"] == "5"
    client.close()


def test_the_network_tells_what_it_is_made_of(grid: Client, networks: dict[str, network.Network]) -> None:
    told = grid.get("/v1/network").json()
    NetworkAnswer.model_validate(told)
    assert (told["state"], told["street_version"], told["streets_date"]) == ("ready", 7, "2026-01-01")
    assert told["modes"]["walk"]["speed_kmh"] == 5.0
    assert (
        told["modes"]["ebike"]["left_out"]["ways"]["class"]
        > told["modes"]["walk"]["left_out"]["ways"]["class"]
    )
    assert told["modes"]["walk"]["components"] == 2


def wait_for(keeper: RoadKeeper, version: int) -> None:
    until(lambda: keeper.roads.street_version == version)


@pytest.mark.postgis
def test_networks_follow_the_street_map(database_url: str, tmp_path: Path) -> None:
    keeper = RoadKeeper(database_url, poll_s=0.1)
    keeper.start()
    try:
        until(lambda: keeper.state == "none")
        made = sample.write(tmp_path).osm_pbf
        with closing(db.connect(database_url, role="writer")) as conn:
            osm.import_osm(conn, made)
            conn.commit()
            layers = streetmap.read_network_layers(conn)
        wait_for(keeper, 1)
        assert keeper.state == "ready"
        for mode, held in keeper.roads.networks.items():
            built = network.build(layers["streets"], mode, gates=layers["gates"], keep_length_m=KEEP_LENGTH_M)
            np.testing.assert_array_equal(held.xy, built.xy)
            np.testing.assert_array_equal(held.graph.toarray(), built.graph.toarray())
            assert held.left_out == built.left_out
        with closing(db.connect(database_url, role="writer")) as conn:
            for source in streetmap.sources(conn):
                streetmap.delete(conn, source.source)
            conn.commit()
        wait_for(keeper, 0)
        assert keeper.state == "none"
    finally:
        keeper.stop()


@pytest.fixture
def town_streets(database_url: str, tmp_path: Path) -> str:
    with closing(db.connect(database_url, role="writer")) as conn:
        osm.import_osm(conn, sample.write(tmp_path).osm_pbf)
    return database_url


def forbid_nice(monkeypatch: pytest.MonkeyPatch, folder: Path, error: str) -> None:
    """Let os.nice fail in processes started from now on, as the system-call filter of a service makes it fail."""
    (folder / "sitecustomize.py").write_text(
        f"import os\n\n\ndef nice(step):\n    raise {error}\n\n\nos.nice = nice\n", encoding="utf-8"
    )
    monkeypatch.setenv("PYTHONPATH", str(folder))


@pytest.mark.postgis
def test_networks_are_made_also_where_no_process_may_step_back(
    town_streets: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid_nice(monkeypatch, tmp_path, "PermissionError(1, 'Operation not permitted')")
    keeper = RoadKeeper(town_streets, poll_s=0.1)
    keeper.start()
    try:
        until(lambda: keeper.state != "loading")
        assert (keeper.state, set(keeper.roads.networks)) == ("ready", {"walk", "ebike"})
    finally:
        keeper.stop()


@pytest.mark.postgis
def test_why_networks_cannot_be_made_is_logged_by_its_kind_alone(
    town_streets: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    forbid_nice(monkeypatch, tmp_path, "ArithmeticError('of a row: 116.43210')")
    logging.getLogger("yizhan").propagate = True
    keeper = RoadKeeper(town_streets, poll_s=0.1)
    with caplog.at_level(logging.WARNING):
        keeper.start()
        try:
            until(lambda: keeper.state == "trouble")
            until(lambda: caplog.records)
        finally:
            keeper.stop()
    assert "ArithmeticError" in caplog.text
    assert "116.43210" not in caplog.text


def test_a_trouble_that_has_passed_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    broken: list[Exception] = []

    class Looked:
        def version(self) -> tuple[str, int]:
            if broken:
                raise broken[0]
            return "a registry", 0

        def __enter__(self) -> "Looked":
            return self

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(roads_keeper, "_connected", lambda url: Looked())
    monkeypatch.setattr(roads_keeper, "_AGAIN_S", 0.02)
    keeper = RoadKeeper("postgresql://nowhere", poll_s=0.02)
    keeper.start()
    try:
        until(lambda: keeper.state == "none")
        broken.append(RuntimeError("a table may not be read"))
        until(lambda: keeper.state == "trouble")
        broken.clear()
        until(lambda: keeper.state == "none")
    finally:
        keeper.stop()
