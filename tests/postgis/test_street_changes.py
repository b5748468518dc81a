"""A newer street map makes only the verdicts near its changes stale, and the same map none."""

from contextlib import closing

import osmium
import pytest
from osmium.osm.mutable import Node, Way

from data.postgres import db
from data.stations import verdicts
from data.streets import osm, streetmap
from geo.frontage import Parameters
from service import checking

STATIONS = """
INSERT INTO yizhan.station (station_id, name, source, position, position_kind, given_x, given_y, given_coordsys)
SELECT id, id, 'test', ST_Point(x, 40.0001, 4326)::geography, 'entrance', x, 40.0001, 'wgs84'
FROM (VALUES ('east', 115.05), ('west', 115.0)) AS s(id, x)
"""
NAMED = {"highway": "residential", "name": "某街"}


def map_file(folder, *, west=NAMED, east=NAMED, extra=(), day="2026-01-01"):
    """Two streets 4 km apart, each with tags; ``extra`` objects besides."""
    path = folder / f"town-{len(list(folder.iterdir()))}.osm.pbf"
    header = osmium.io.Header()
    header.set("osmosis_replication_timestamp", f"{day}T00:00:00Z")
    with osmium.SimpleWriter(str(path), header=header) as writer:
        for i, x in enumerate((114.999, 115.001, 115.049, 115.051), start=1):
            writer.add_node(Node(id=i, location=(x, 40.0)))
        nodes = [item for item in extra if isinstance(item, Node)]
        for item in nodes:
            writer.add_node(item)
        if west:
            writer.add_way(Way(id=10, nodes=[1, 2], tags=west))
        if east:
            writer.add_way(Way(id=11, nodes=[3, 4], tags=east))
        for item in extra:
            if item not in nodes:
                writer.add_way(item)
    return path


@pytest.fixture
def town(connection, tmp_path):
    """A checked registry: a station beside each of the two streets."""
    osm.import_osm(connection, map_file(tmp_path), source="town")
    with db.transaction(connection), connection.cursor() as cursor:
        cursor.execute(STATIONS)
    assert checking.check_registry(connection, Parameters()).checked == 2
    return connection


def stale(connection):
    parameters = checking.stored(Parameters())
    found = verdicts.stale_verdicts(connection, parameters=parameters)
    connection.rollback()
    return found


def test_the_same_map_again_makes_nothing_stale(town, tmp_path):
    before = verdicts.street_version(town)
    again = osm.import_osm(town, map_file(tmp_path), source="town")
    assert again.replaced
    assert again.changed_places == 0
    assert verdicts.street_version(town) == before
    assert stale(town) == []


def test_a_renamed_street_makes_the_stations_beside_it_stale(town, tmp_path):
    report = osm.import_osm(town, map_file(tmp_path, west=NAMED | {"name": "新街"}), source="town")
    assert report.changed_places == 1
    assert stale(town) == ["west"]
    assert checking.check_registry(town, Parameters()).checked == 1
    assert stale(town) == []


def test_a_street_that_is_gone_makes_its_stations_stale(town, tmp_path):
    osm.import_osm(town, map_file(tmp_path, east=None), source="town")
    assert stale(town) == ["east"]


def test_a_new_wall_makes_its_stations_stale(town, tmp_path):
    corner = [Node(id=20, location=(115.0499, 40.0002)), Node(id=21, location=(115.0501, 40.0002))]
    wall = Way(id=30, nodes=[20, 21], tags={"barrier": "wall"})
    osm.import_osm(town, map_file(tmp_path, extra=[*corner, wall]), source="town")
    assert stale(town) == ["east"]


def test_a_change_far_from_any_station_makes_nothing_stale(town, tmp_path):
    far = [Node(id=20, location=(115.02, 40.0)), Node(id=21, location=(115.021, 40.0))]
    report = osm.import_osm(
        town, map_file(tmp_path, extra=[*far, Way(id=30, nodes=[20, 21], tags=NAMED)]), source="town"
    )
    assert report.changed_places == 1
    assert stale(town) == []


def test_another_source_over_the_same_place_and_its_removal_make_its_stations_stale(town, tmp_path):
    osm.import_osm(town, map_file(tmp_path, east=None, day="2026-02-01"), source="other")
    assert stale(town) == ["west"]
    checking.check_registry(town, Parameters())
    with db.transaction(town):
        assert streetmap.delete(town, "other")
    assert stale(town) == ["west"]


def test_an_object_that_another_source_holds_too_counts_as_changed_with_a_newer_file(town, tmp_path):
    osm.import_osm(town, map_file(tmp_path, east=None, west=NAMED | {"name": "别名"}), source="other")
    checking.check_registry(town, Parameters())
    osm.import_osm(town, map_file(tmp_path, day="2026-03-01"), source="town")  # now this one is the newer
    assert stale(town) == ["west"]


def test_an_import_that_ends_while_a_check_runs_is_not_missed(town, tmp_path, database_url, monkeypatch):
    osm.import_osm(town, map_file(tmp_path, west=NAMED | {"width": "9"}), source="town")
    read = streetmap.read_layers

    def read_just_before_an_import(*args):
        layers = read(*args)
        with closing(db.connect(database_url, role="writer")) as other:
            osm.import_osm(other, map_file(tmp_path, west=None), source="town")
        return layers

    monkeypatch.setattr(streetmap, "read_layers", read_just_before_an_import)
    assert checking.check_registry(town, Parameters()).checked == 1
    assert stale(town) == ["west"]


def test_changes_that_every_verdict_has_seen_are_forgotten(town, tmp_path):
    for name in ("一街", "二街", "三街"):
        osm.import_osm(town, map_file(tmp_path, west=NAMED | {"name": name}), source="town")
        checking.check_registry(town, Parameters(), everything=True)
    with town.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM yizhan.street_change")
        assert cursor.fetchone()[0] == 1
