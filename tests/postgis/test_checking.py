"""The check of a registry: what the invented town was built to show comes out of PostGIS, tile by tile."""

from dataclasses import replace

import pytest

from data.postgres import db
from data.sample import town
from data.stations import imports, store
from data.stations.imports import ImportOptions
from data.streets import osm
from geo.frontage import Parameters
from service import checking

ELSEWHERE = """
INSERT INTO yizhan.station
    (station_id, name, source, position, position_kind, given_x, given_y, given_coordsys)
VALUES ('far', '远方驿站', 'test', ST_Point(87.6, 43.8, 4326)::geography, 'entrance', 87.6, 43.8, 'wgs84')
"""
MOVE = """
UPDATE yizhan.station SET position = ST_Project(position, 500, 0), given_y = given_y + 0.0045
WHERE station_id = %s
"""


@pytest.fixture
def registry(connection, tmp_path):
    """The town and its stations, imported; with the verdicts they were built to show, by code."""
    files = town.write(tmp_path)
    osm.import_osm(connection, files.osm_pbf, source=files.source)
    imports.import_file(connection, files.stations, ImportOptions(files.coordsys, source=files.source))
    return connection, {i.code: i.verdict for i in files.intended if i.verdict is not None}


def execute(connection, sql, *values):
    with db.transaction(connection), connection.cursor() as cursor:
        cursor.execute(sql, values)


def verdicts(connection):
    frame = store.read_stations(connection).set_index("code")
    connection.rollback()
    return frame["street_facing"]


def test_every_station_of_the_town_gets_the_verdict_it_was_built_for(registry):
    connection, intended = registry
    report = checking.check_registry(connection, Parameters())
    assert report.checked == report.written == len(intended)
    assert verdicts(connection)[list(intended)].to_dict() == intended
    assert set(intended.values()) == {"yes", "no", "unknown"}


def test_a_second_check_has_nothing_to_do_and_other_numbers_check_all(registry):
    connection, intended = registry
    checking.check_registry(connection, Parameters())
    assert checking.check_registry(connection, Parameters()).checked == 0
    other = replace(Parameters(), yes_m=1.0, version="strict")
    assert checking.check_registry(connection, other).checked == len(intended)
    assert verdicts(connection).value_counts()["yes"] < list(intended.values()).count("yes")


def test_a_moved_station_loses_its_verdict_and_alone_is_checked_again(registry):
    connection, _ = registry
    checking.check_registry(connection, Parameters())
    with connection.cursor() as cursor:
        cursor.execute("SELECT station_id FROM yizhan.frontage WHERE verdict = 'yes' ORDER BY 1 LIMIT 1")
        (station_id,) = cursor.fetchone()
    connection.rollback()
    execute(connection, MOVE, station_id)
    frame = store.read_stations(connection).set_index("station_id")
    connection.rollback()
    assert frame.loc[station_id, ["street_facing", "street_facing_rule"]].tolist() == ["unknown", None]
    assert checking.check_registry(connection, Parameters()).checked == 1


def test_a_station_far_from_any_street_map_is_unknown_with_that_reason(registry):
    connection, intended = registry
    execute(connection, ELSEWHERE)
    report = checking.check_registry(connection, Parameters())
    assert report.checked == len(intended) + 1
    frame = store.read_stations(connection).set_index("station_id")
    connection.rollback()
    assert frame.loc["far", ["street_facing", "street_facing_rule"]].tolist() == ["unknown", "no_street_data"]


def test_a_check_that_is_interrupted_keeps_the_tiles_it_finished(registry):
    connection, intended = registry
    execute(connection, ELSEWHERE)

    def interrupt(_what, _done, _total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        checking.check_registry(connection, Parameters(), progress=interrupt)
    connection.rollback()
    rest = checking.check_registry(connection, Parameters())
    assert 0 < rest.checked < len(intended) + 1
