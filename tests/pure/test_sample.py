"""The invented town: what it shows, that it is labelled, and that its verdicts are those it was built for."""

import csv
import time
from collections import Counter
from pathlib import Path

import geopandas as gpd
import numpy as np
import osmium
import pytest
import shapely

from data.sample import plan, stations, town
from data.sample.drawing import FIRST_ID, ORIGIN_LAT, ORIGIN_LON, to_wgs84
from data.stations import words
from data.streets import osm_read, streetmap
from geo import coordsys, metric
from geo.vocabulary import AUDIENCE, FACILITY_STATE, POSITION_KIND, STATUS


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> town.SampleFiles:
    return town.write(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def rows(files: town.SampleFiles) -> list[dict[str, str]]:
    with files.stations.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_town_is_written_within_two_seconds_and_is_small(tmp_path: Path):
    begun = time.monotonic()
    files = town.write(tmp_path / "new" / "folder")
    assert time.monotonic() - begun < 2
    assert files.osm_pbf.stat().st_size < 50_000


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_ones(tmp_path: Path):
    first, again = town.write(tmp_path / "a"), town.write(tmp_path / "b")
    other = town.write(tmp_path / "c", seed=7)
    for name in ("osm_pbf", "stations"):
        assert getattr(first, name).read_bytes() == getattr(again, name).read_bytes()
        assert getattr(first, name).read_bytes() != getattr(other, name).read_bytes()
    assert other.intended == first.intended


def test_everything_shown_says_that_it_is_invented(files: town.SampleFiles, rows: list[dict[str, str]]):
    assert "虚构" in files.source
    assert {row["来源"] for row in rows} == {files.source}
    assert all("虚构" in row["地址"] and "虚构" in row["城市"] for row in rows)
    assert "虚构" in osmium.FileProcessor(str(files.osm_pbf)).header.get("generator")


def test_its_ids_lie_beyond_those_of_real_objects_and_its_data_has_a_date(files: town.SampleFiles):
    assert all(item.id >= FIRST_ID for item in osmium.FileProcessor(str(files.osm_pbf)))
    assert str(osm_read.survey(files.osm_pbf).data_date) == "2026-01-01"


def test_streets_of_every_class_are_there(files: town.SampleFiles):
    ways = [dict(item.tags) for item in osmium.FileProcessor(str(files.osm_pbf), osmium.osm.WAY)]
    assert {tags["highway"] for tags in ways if "highway" in tags} >= {
        "motorway", "motorway_link", "trunk", "primary", "secondary", "tertiary", "unclassified",
        "residential", "living_street", "pedestrian", "service", "footway",
    }  # fmt: skip
    assert any(tags.get("service") == "alley" and "name" in tags for tags in ways)
    assert any(tags.get("bridge") and tags["highway"] == "footway" for tags in ways)
    assert {tags.get("railway") for tags in ways} >= {"rail"}
    assert 300 <= sum("building" in tags for tags in ways) <= 900


def test_streets_that_meet_share_a_node_and_gates_stand_on_their_walls(files: town.SampleFiles):
    nodes = {item.id: dict(item.tags) for item in osmium.FileProcessor(str(files.osm_pbf), osmium.osm.NODE)}
    streets, walls = Counter[int](), set[int]()
    for way in osmium.FileProcessor(str(files.osm_pbf), osmium.osm.WAY):
        refs = [node.ref for node in way.nodes]
        if "highway" in way.tags:
            streets.update(set(refs))
        if "barrier" in way.tags:
            walls.update(refs)
    # Every one of the six by six crossings joins its two streets.
    assert sum(n >= 2 for n in streets.values()) >= 36
    gates = [i for i, tags in nodes.items() if "barrier" in tags]
    assert len(gates) == 5
    assert all(gate in walls and streets[gate] == 1 for gate in gates)


def test_no_house_stands_in_another_one_nor_on_a_street_nor_across_a_wall(files: town.SampleFiles):
    layers = streetmap.layers_of_file(files.osm_pbf)
    crs = metric.choose_crs(np.array([ORIGIN_LON]), np.array([ORIGIN_LAT]))
    houses, streets, walls = (layers[n].to_crs(crs) for n in ("buildings", "streets", "barriers"))
    shapes = houses.geometry.to_numpy()
    tree = shapely.STRtree(shapes)
    first, second = tree.query(shapes, predicate="intersects")
    shared_m2 = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    assert shared_m2[first != second].max(initial=0) < 0.05
    at_grade = streets.geometry.to_numpy()[(streets["layer"] == 0).to_numpy()]
    assert tree.query(at_grade, predicate="crosses").size == 0
    assert tree.query(walls.geometry.to_numpy(), predicate="crosses").size == 0


def test_every_kind_of_hours_access_audience_status_position_and_facility_is_shown(
    rows: list[dict[str, str]],
):
    assert 50 <= len(rows) <= 70
    hours = {row["开放时间"] for row in rows}
    assert hours == {dress.hours for dress in stations.DRESSES}
    assert {"24小时", "工作日开放", "18:00-次日06:00", "以门口公告为准", ""} <= hours
    assert {words.code_of("audience", row["服务对象"] or "不详") for row in rows} == set(AUDIENCE)
    assert {words.code_of("status", row["状态"] or "正常开放") for row in rows} == set(STATUS)
    assert {words.code_of("position_kind", row["位置类型"] or "不详") for row in rows} == set(POSITION_KIND)
    ways_in = {words.code_of("access_method", row["进入方式"] or "不详") for row in rows}
    assert ways_in == {"open_door", "staff", "qr", "app", "id_card", "face", "membership", "unknown"}
    read = [words.facilities(row["设施"]) for row in rows]
    assert not any(found.unknown for found in read)
    assert {state for found in read for state in found.states.values()} == set(FACILITY_STATE)
    for column in ("24小时开门", "24小时自助进入", "24小时售货"):
        assert any(row[column] == "是" for row in rows)
    assert {row["楼层"] for row in rows} == {"1", "2", "-1"}
    assert len({row["站点编号"] for row in rows}) == len({row["名称"] for row in rows}) == len(rows)


def test_positions_are_stated_in_gcj02(rows: list[dict[str, str]]):
    located = [row for row in rows if row["经度"]]
    given = np.array([(float(row["经度"]), float(row["纬度"])) for row in located])
    lon, lat = coordsys.to_wgs84(given[:, 0], given[:, 1], "gcj02")
    spots = [spot.at for spot in plan.draw(town.SEED)[1] if spot.at]
    true_lon, true_lat = to_wgs84(*np.array(spots).T)
    assert metric.geodesic_m(lon, lat, true_lon, true_lat).max() < 0.05
    assert metric.geodesic_m(given[:, 0], given[:, 1], true_lon, true_lat).min() > 100
    assert abs(true_lon.mean() - ORIGIN_LON) < 0.05
    assert abs(true_lat.mean() - ORIGIN_LAT) < 0.05


def test_a_city_is_the_town_many_times_with_ids_of_its_own(tmp_path: Path):
    files = town.scaled(tmp_path, streets=400, buildings=1_500, barriers=300, stations=100)
    ids = Counter((item.type_str(), item.id) for item in osmium.FileProcessor(str(files.osm_pbf)))
    assert max(ids.values()) == 1
    ways = [dict(item.tags) for item in osmium.FileProcessor(str(files.osm_pbf), osmium.osm.WAY)]
    assert 1_500 <= sum("building" in tags for tags in ways) < 3_000
    assert sum("highway" in tags for tags in ways) >= 400
    assert 300 <= sum("barrier" in tags for tags in ways) < 400
    with files.stations.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(files.intended) == 100
    assert len({row["站点编号"] for row in rows}) == len({row["名称"] for row in rows}) == 100
    with pytest.raises(ValueError, match="0 or more"):
        town.scaled(tmp_path, streets=-1)
    with pytest.raises(ValueError, match="more buildings"):
        town.scaled(tmp_path, barriers=1_000)


@pytest.mark.parametrize("seed", [town.SEED, 1, 2, 3])
def test_every_verdict_is_the_one_the_station_was_built_to_show(tmp_path: Path, seed: int):
    frontage = pytest.importorskip("geo.frontage")
    files = town.write(tmp_path, seed=seed)
    assert {i.verdict for i in files.intended} == {"yes", "no", "unknown", None}
    spots = [spot for spot in plan.draw(seed)[1] if spot.at]
    lon, lat = to_wgs84(*np.array([spot.at for spot in spots]).T)
    crs = metric.choose_crs(lon, lat)
    points = gpd.GeoDataFrame(
        {
            "station_id": [i.code for i in files.intended if i.verdict],
            "position_kind": [spot.position_kind for spot in spots],
            "accuracy_m": [np.nan if spot.accuracy_m is None else spot.accuracy_m for spot in spots],
            "floor": [float(spot.floor or 1) for spot in spots],
            "street_door": "unknown",
            "in_compound": "unknown",
            "registration_required": "unknown",
        },
        geometry=gpd.points_from_xy(lon, lat, crs="EPSG:4326"),
    ).set_index("station_id", drop=False)
    streets = frontage.StreetMap.from_layers(streetmap.layers_of_file(files.osm_pbf), crs)
    found = frontage.verdicts(points.to_crs(crs), streets, frontage.Parameters())
    wrong = {
        i.code: (i.scene, i.verdict, found.loc[i.code, "verdict"], found.loc[i.code, "reason_en"])
        for i in files.intended
        if i.verdict and found.loc[i.code, "verdict"] != i.verdict
    }
    assert wrong == {}
    reasons = found.groupby("verdict")["rule"].nunique()
    assert reasons["no"] >= 2
    assert reasons["unknown"] >= 8
