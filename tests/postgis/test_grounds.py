"""Score cards of registered stations whose haves are known by hand."""

import json

import psycopg2
import pytest

from data.criteria import grounds, rulesets
from data.stations import imports
from data.stations.imports import ImportOptions

ROWS = """编码,名称,站点形式,服务对象,设施,24小时售货,经度,纬度,坐标系
A,甲站,固定场所,户外劳动者,饮水、冰箱、微波炉、雨具,是,116.4,39.9,wgs84
B,乙站,服务车,户外劳动者,饮水、冰箱(故障)、微波炉、雨具,,116.41,39.9,wgs84
C,丙站,,,,,116.42,39.9,wgs84
"""


@pytest.fixture
def registered(connection, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text(ROWS, "utf-8")
    imports.import_file(connection, file, ImportOptions(source="s"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, station_id FROM yizhan.station")
        ids = dict(cursor.fetchall())
        cursor.execute(
            "INSERT INTO yizhan.evidence (station_id, stated) VALUES (%s, %s)",
            (
                ids["A"],
                json.dumps(
                    {
                        "sign_uniform": {"declared": {"state": "yes"}},
                        "sign_served": {
                            "declared": {"state": "yes"},
                            "visited": {"state": "no", "on": "2026-05-04"},
                        },
                    }
                ),
            ),
        )
        cursor.execute(
            """INSERT INTO yizhan.frontage
               (station_id, verdict, rule, reason_zh, reason_en, evidence, parameters)
               VALUES (%s, 'yes', 'clear_line', '临街', 'on the street', '{}', '{}')""",
            (ids["A"],),
        )
    connection.commit()
    return ids


def states(card):
    return {mark.have.code: mark.state for mark in card.haves}


def test_a_card_says_of_each_have_what_the_registry_knows(connection, registered):
    cards = {g.station["name"]: g.card(rulesets.load("seven_2021")) for g in grounds.read(connection)}
    assert states(cards["甲站"]) == {
        "premises": "yes", "sign": "no", "facilities": "yes", "publicity": "unknown", "service": "unknown",
        "rules": "unknown", "results": "unknown",
    }  # fmt: skip
    assert states(cards["乙站"])["premises"] == "no"
    assert states(cards["乙站"])["facilities"] == "unknown"
    assert set(states(cards["丙站"]).values()) == {"unknown"}
    assert [mark.state for mark in cards["甲站"].preferences] == ["yes", "unknown"]
    assert (cards["甲站"].met, cards["甲站"].preferred) == (2, 1)


def test_what_a_visit_saw_beats_what_was_declared_and_bears_its_day(connection, registered):
    (ground,) = grounds.read(connection, station_ids=[registered["A"]])
    seen = ground.facts["sign_served"]
    assert (seen.state, seen.kind, seen.on) == ("no", "visited", "2026-05-04")
    assert ground.facts["street_facing"].kind == "computed"


def test_changes_of_evidence_are_kept_and_a_repetition_is_none(connection, registered):
    def entries():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT operation, old, new FROM yizhan.history WHERE entity = 'evidence' ORDER BY history_id"
            )
            return cursor.fetchall()

    with connection.cursor() as cursor:
        for state in ("yes", "no", "no"):
            cursor.execute(
                """INSERT INTO yizhan.evidence (station_id, stated) VALUES (%s, %s)
                   ON CONFLICT (station_id) DO UPDATE SET stated = excluded.stated""",
                (registered["B"], json.dumps({"press": {"declared": {"state": state}}})),
            )
    assert [operation for operation, _, _ in entries()] == ["insert", "insert", "update"]
    assert entries()[-1][1:] == (
        {"press": {"declared": {"state": "yes"}}},
        {"press": {"declared": {"state": "no"}}},
    )


@pytest.mark.parametrize(
    "stated",
    [
        {"press": {"declared": {"state": "maybe"}}},
        {"press": {"guessed": {"state": "yes"}}},
        {"press": {}},
        {"Press!": {"declared": {"state": "yes"}}},
        {"press": {"declared": {"state": "yes", "on": "soon"}}},
    ],
)
def test_the_database_refuses_evidence_of_another_form(connection, registered, stated):
    with connection.cursor() as cursor, pytest.raises(psycopg2.errors.CheckViolation):
        cursor.execute(
            "INSERT INTO yizhan.evidence (station_id, stated) VALUES (%s, %s)",
            (registered["C"], json.dumps(stated)),
        )
