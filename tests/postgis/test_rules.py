"""What the database itself refuses: codes outside the vocabularies of the program, and what is no station."""

import json
import re

import pytest
from psycopg2 import errors

from geo import vocabulary
from tests.postgis.tables import ask, rows, run


def codes_of_constraint(conn, column):
    definitions = rows(
        conn,
        """
        SELECT pg_get_constraintdef(c.oid) FROM pg_constraint AS c JOIN pg_attribute AS a
            ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]
        WHERE c.conrelid = 'yizhan.station'::regclass AND c.contype = 'c' AND a.attname = %s
        """,
        column,
    )
    assert len(definitions) == 1
    return re.findall(r"'([^']*)'::text", definitions[0][0])


@pytest.mark.parametrize(
    ("column", "codes"),
    [
        ("host_kind", vocabulary.HOST_KIND),
        ("kind", vocabulary.KIND),
        ("audience", vocabulary.AUDIENCE),
        ("status", vocabulary.STATUS),
        ("position_kind", vocabulary.POSITION_KIND),
        ("access_method", vocabulary.ACCESS_METHOD),
        ("given_coordsys", [*vocabulary.COORDSYS, "bd09mc"]),
    ],
)
def test_the_codes_of_a_column_are_those_of_the_vocabulary(standing, column, codes):
    assert sorted(codes_of_constraint(standing, column)) == sorted(codes)


def test_three_valued_columns_take_the_three_values(standing):
    definition = ask(
        standing,
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contypid = 'yizhan.ternary'::regtype",
    )
    assert sorted(re.findall(r"'(\w+)'::text", definition)) == sorted(vocabulary.TERNARY_VALUES)
    assert set(vocabulary.STREET_FACING) == set(vocabulary.TERNARY_VALUES)


def test_the_facilities_and_their_states_are_those_of_the_vocabulary(standing):
    source = ask(standing, "SELECT prosrc FROM pg_proc WHERE oid = 'yizhan.facilities_valid'::regproc")
    states, codes = source.split("f.code NOT IN")
    assert sorted(re.findall(r"'(\w+)'", codes)) == sorted(vocabulary.FACILITY)
    assert sorted(re.findall(r"'(\w+)'", states)) == sorted([*vocabulary.FACILITY_STATE, "object"])


@pytest.mark.parametrize(
    ("facilities", "valid"),
    [
        ("{}", True),
        ('{"seat": "working", "aed": "broken", "tv": "unknown"}', True),
        ('{"seat": "yes"}', False),
        ('{"sofa": "working"}', False),
        ('{"seat": null}', False),
        ("[]", False),
        ("null", False),
    ],
)
def test_facilities_are_checked_by_the_database(standing, facilities, valid):
    assert ask(standing, "SELECT yizhan.facilities_valid(%s)", facilities) is valid


VISIT = {"on": "2026-10-01", "by": "某区总工会"}


@pytest.mark.parametrize(
    ("visited", "valid"),
    [
        ({}, True),
        (VISIT, True),
        (
            VISIT | dict.fromkeys(vocabulary.VISITED_FACT, "yes") | {"note": "门在东侧", "at": [116.4, 39.9]},
            True,
        ),
        (VISIT | {"lift": "unknown"}, False),
        (VISIT | {"sofa": "yes"}, False),
        (VISIT | {"on": "2026-13-01"}, False),
        (VISIT | {"by": " "}, False),
        (VISIT | {"note": "长" * 1001}, False),
        (VISIT | {"at": [116.4]}, False),
        ({"on": "2026-10-01"}, False),
        ({"street_door": "yes"}, False),
        ([], False),
    ],
)
def test_visited_facts_are_checked_by_the_database(standing, visited, valid):
    assert ask(standing, "SELECT yizhan.visited_valid(%s)", json.dumps(visited)) is valid


def test_a_visit_on_a_day_that_does_not_exist_is_refused(standing):
    with pytest.raises(errors.DatetimeFieldOverflow):
        ask(standing, "SELECT yizhan.visited_valid(%s)", json.dumps(VISIT | {"on": "2026-02-30"}))


def test_a_visit_remembers_where_the_station_stood(standing):
    run(standing, "UPDATE yizhan.station SET visited = %s WHERE station_id = 'a'", json.dumps(VISIT))
    assert ask(standing, "SELECT visited -> 'at' FROM yizhan.station WHERE station_id = 'a'") == [116.4, 39.9]


@pytest.mark.parametrize(
    ("column", "value", "constraint"),
    [
        ("station_id", "''", "station_station_id_check"),
        ("name", "''", "line_check"),
        ("name", "' padded'", "line_check"),
        ("name", r"E'tab\there'", None),
        ("name", r"E'bell\x07'", "line_check"),
        ("name", "repeat('长', 201)", "station_name_check"),
        ("phone", "'13912345678'", "station_phone_check"),
        ("phone", "'+86 139-1234-5678'", "station_phone_check"),
        ("phone", "'010-12351'", None),
        ("floor", "0", "station_floor_check"),
        ("floor", "-1", None),
        ("adcode", "'1101'", "station_adcode_check"),
        ("status", "'shut'", "station_status_check"),
        ("door_24h", "'maybe'", "ternary_check"),
        ("position", "NULL", "station_check"),
        ("given_coordsys", "NULL", "station_check1"),
        ("area_m2", "'NaN'", "station_area_m2_check"),
        ("accuracy_m", "-1", "station_accuracy_m_check"),
        ("external_ids", """'{"weibo": "1"}'""", "station_external_ids_check"),
        ("deleted_at", "created_at - interval '1 second'", "station_check2"),
    ],
)
def test_the_database_itself_refuses_what_is_no_station(standing, column, value, constraint):
    statement = f"UPDATE yizhan.station SET {column} = {value} WHERE station_id = 'a'"
    if constraint is None:
        assert run(standing, statement) == 1
        return
    with pytest.raises(errors.IntegrityError) as caught:
        run(standing, statement)
    assert caught.value.diag.constraint_name == constraint or column == "station_id"
