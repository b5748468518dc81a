"""The registry read as one frame and followed by its version; verdicts stored only where they change."""

import geopandas as gpd
import pytest
from shapely import LineString

from data.stations import store, verdicts
from geo import frames

INSERT = """
INSERT INTO yizhan.station (station_id, name, source, position, given_x, given_y, given_coordsys, facilities)
SELECT id, '驿站 ' || id, 'test', ST_Point(lon, lat, 4326)::geography, lon, lat,
       CASE WHEN lon IS NULL THEN NULL ELSE 'wgs84' END, '{"seat": "working"}'
FROM (VALUES ('b', 116.3, 39.9), ('a', 116.4, 39.8), ('nowhere', NULL, NULL)) AS v(id, lon, lat)
"""


@pytest.fixture
def stations(connection):
    with connection.cursor() as cursor:
        cursor.execute(INSERT)
    connection.commit()
    return connection


def change(connection, sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
    connection.commit()


def judged(ids, verdict="yes"):
    rows = {
        "verdict": verdict,
        "rule": "clear_line",
        "kind": "computed",
        "reason_zh": "临街",
        "reason_en": "on the street",
        "evidence": [{"edge_m": 8.0}] * len(ids),
    }
    line = LineString([(116.3, 39.9), (116.3001, 39.9)])
    lines = [line, None][: len(ids)]  # a verdict may have no line to show
    return gpd.GeoDataFrame(rows, index=list(ids), geometry=lines, crs="EPSG:4326")


def write(connection, frame, version=None, parameters=None):
    written = verdicts.write_verdicts(
        connection,
        frame,
        parameters=parameters or {"yes_m": 25.0},
        checked_version=store.data_version(connection) if version is None else version,
        streets_version=verdicts.street_version(connection),
    )
    connection.commit()
    return written


def test_an_empty_registry_reads_as_a_frame_of_no_rows_that_keeps_its_contract(connection):
    frame = store.read_stations(connection)
    assert frame.empty
    assert frame.attrs["data_version"] == 1  # the holiday table, filled by the migration
    frames.check(frame, frames.STATIONS)


def test_stations_come_ordered_by_id_with_missing_text_as_none(stations):
    frame = frames.check(store.read_stations(stations), frames.STATIONS)
    assert frame["station_id"].tolist() == ["a", "b", "nowhere"]
    assert frame["address"].tolist() == [None, None, None]
    assert frame["facilities"].iloc[0] == {"seat": "working"}
    assert frame["lon"].iloc[0] == pytest.approx(116.4, abs=1e-12)
    assert frame["lon"].isna().tolist() == [False, False, True]
    assert verdicts.located_points(frame).index.tolist() == ["a", "b"]


def test_following_by_data_version_gives_only_what_changed_and_its_tombstones(stations):
    before = store.read_stations(stations).attrs["data_version"]
    change(stations, "UPDATE yizhan.station SET name = '改名' WHERE station_id = 'a'")
    change(stations, "UPDATE yizhan.station SET deleted_at = now() WHERE station_id = 'b'")
    changed = store.read_stations(stations, since=before)
    assert changed.set_index("station_id")["deleted"].to_dict() == {"a": False, "b": True}
    assert changed.attrs["data_version"] == before + 2
    assert store.read_stations(stations)["station_id"].tolist() == ["a", "nowhere"]
    assert store.read_stations(stations, since=before + 2).empty


def test_a_verdict_stored_twice_changes_the_registry_once(stations):
    assert write(stations, judged(["a", "b"])) == 2
    version = store.data_version(stations)
    assert write(stations, judged(["a", "b"])) == 2
    assert store.data_version(stations) == version
    frame = store.read_stations(stations).set_index("station_id")
    assert frame["street_facing"].to_dict() == {"a": "yes", "b": "yes", "nowhere": "unknown"}
    assert frame["version"].tolist() == [1, 1, 1]


def test_a_station_changed_since_it_was_checked_keeps_no_verdict_of_its_old_place(stations):
    version = store.data_version(stations)
    change(
        stations,
        "UPDATE yizhan.station SET position = ST_Point(117, 40, 4326)::geography WHERE station_id = 'a'",
    )
    assert write(stations, judged(["a", "b"]), version=version) == 1
    frame = store.read_stations(stations).set_index("station_id")
    assert frame["street_facing"].to_dict() == {"a": "unknown", "b": "yes", "nowhere": "unknown"}


def test_verdicts_are_stale_when_absent_when_parameters_change_and_when_the_street_map_does(stations):
    same = {"parameters": {"yes_m": 25.0}}
    assert verdicts.stale_verdicts(stations, **same) == ["a", "b"]
    write(stations, judged(["a", "b"]))
    assert verdicts.stale_verdicts(stations, **same) == []
    assert verdicts.stale_verdicts(stations, parameters={"yes_m": 20.0}) == ["a", "b"]
    assert verdicts.stale_verdicts(stations, **same, everything=True) == ["a", "b"]
    extent = "ST_MakeEnvelope(116.35, 39.75, 116.45, 39.85, 4326)"
    change(
        stations,
        "INSERT INTO yizhan.street_source (source, file_name, file_sha256, data_date, extent) "
        f"VALUES ('town', 'town.osm.pbf', repeat('0', 64), '2026-01-02', {extent}); "
        "UPDATE yizhan.registry SET street_version = 1; "
        f"INSERT INTO yizhan.street_change (street_version, source, place) VALUES (1, 'town', {extent})",
    )
    assert verdicts.stale_verdicts(stations, **same) == ["a"]
    write(stations, judged(["a"]))
    assert verdicts.stale_verdicts(stations, **same) == []
    with stations.cursor() as cursor:
        cursor.execute("SELECT station_id, streets_date::text FROM yizhan.frontage ORDER BY 1")
        assert cursor.fetchall() == [("a", "2026-01-02"), ("b", None)]


@pytest.mark.parametrize(("north_m", "stale"), [(280, ["a"]), (330, [])])
def test_a_change_of_the_street_map_matters_only_within_reach(stations, north_m, stale):
    write(stations, judged(["a", "b"]))
    change(
        stations,
        "UPDATE yizhan.registry SET street_version = 1; "
        "INSERT INTO yizhan.street_change (street_version, source, place) SELECT 1, 'town', "
        f"ST_Expand(ST_Project(position, {north_m}, 0)::geometry, 1e-7) "
        "FROM yizhan.station WHERE station_id = 'a'",
    )
    same = {
        "parameters": {"yes_m": 25.0},
        "within_m": 260.0,
    }  # and 50 m, as the position's accuracy is unknown
    assert verdicts.stale_verdicts(stations, **same) == stale


def test_a_verdict_from_a_street_map_of_unknown_number_is_stale(stations):
    write(stations, judged(["a", "b"]))
    change(stations, "UPDATE yizhan.frontage SET streets_version = -1 WHERE station_id = 'b'")
    assert verdicts.stale_verdicts(stations, parameters={"yes_m": 25.0}) == ["b"]


def test_points_carry_what_was_declared_and_what_a_visit_found(stations):
    visit = '{"on": "2026-10-01", "by": "区总工会", "street_door": "yes", "lift": "no"}'
    change(
        stations,
        f"UPDATE yizhan.station SET in_compound = 'yes', visited = '{visit}' WHERE station_id IN ('a', 'nowhere')",
    )
    points = verdicts.located_points(store.read_stations(stations))
    assert points.index.tolist() == ["a", "b"]
    declared = [f"declared_{name}" for name in verdicts.DECLARED]
    assert points.loc["a", declared].tolist() == ["unknown", "yes", "unknown"]
    seen = ["visited_street_door", "visited_guarded", "visited_lift", "visited_on"]
    assert points.loc["a", seen].tolist() == ["yes", None, "no", "2026-10-01"]
    assert points.loc["b", seen].tolist() == [None] * 4


@pytest.mark.parametrize(("move_m", "told"), [(49, "yes"), (51, None)])
def test_a_visit_speaks_for_the_place_that_was_visited(stations, move_m, told):
    visit = '{"on": "2026-10-01", "by": "区总工会", "street_door": "yes"}'
    change(stations, f"UPDATE yizhan.station SET visited = '{visit}' WHERE station_id = 'a'")
    change(
        stations,
        f"UPDATE yizhan.station SET position = ST_Project(position, {move_m}, 1) WHERE station_id = 'a'",
    )
    frame = store.read_stations(stations)
    assert verdicts.located_points(frame).loc["a", "visited_street_door"] == told
    kept = frame.set_index("station_id").loc["a", "visited"]  # the visit itself stays
    assert kept == {"on": "2026-10-01", "by": "区总工会", "street_door": "yes", "at": [116.4, 39.8]}


def test_the_history_tells_each_change_with_old_and_new(stations):
    change(stations, "UPDATE yizhan.station SET phone = '010-1' WHERE station_id = 'a'")
    write(stations, judged(["a"]))
    entries = store.read_history(stations, "a")
    assert [(e.entity, e.operation) for e in entries] == [
        ("station", "insert"),
        ("station", "update"),
        ("frontage", "insert"),
    ]
    assert (entries[1].old, entries[1].new) == ({"phone": None}, {"phone": "010-1"})
    assert entries[2].new["verdict"] == "yes"
    assert store.read_history(stations, "none such") == []
