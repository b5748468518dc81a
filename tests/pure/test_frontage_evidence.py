"""What a verdict tells about itself: keys, offsets, sentences; and that batches change nothing."""

import json

import numpy as np
import pytest
import shapely

from geo import texts
from geo.frontage import Parameters, StreetMap, evidence, verdicts
from geo.frontage.rules import RULES

A_STREET = {"xy": [[-200, 0], [200, 0]], "t": {"highway": "secondary", "name": "A街"}}
SHOP = {"xy": [[-10, 18], [10, 18], [10, 35], [-10, 35]]}
IN_SHOP = {"xy": [0, 22]}
FRONT = {"station": IN_SHOP, "roads": [A_STREET], "buildings": [SHOP]}
WALL = {"xy": [[-80, 15], [80, 15]], "t": {"barrier": "wall"}, "id": "way/77"}
GATE = {"xy": [0, 15], "t": {"barrier": "gate", "access": "private"}, "id": "node/9"}
BEHIND = {
    "station": {"xy": [0, 30], "entrance": [0, 30]},
    "roads": [A_STREET],
    "barriers": [WALL],
    "gates": [GATE],
}


def judged(stage, scene):
    return verdicts(*stage(scene)).iloc[0]


def test_the_documented_keys_are_the_keys_of_every_record(stage):
    documented = {
        word.strip("`,")
        for line in evidence.__doc__.splitlines()
        if line.startswith("``")
        for word in line.split("   ")[0].split()
        if word.startswith("``")
    }
    unlocated = {"station": {"xy": [0, 20], "kind": "unknown", "sigma": "nan"}, "roads": [A_STREET]}
    for scene in (FRONT, BEHIND, unlocated):
        assert set(judged(stage, scene)["evidence"]) == documented


def test_a_cut_names_what_stands_there_and_where(stage):
    row = judged(stage, BEHIND)
    cut = {
        "kind": "barriers", "osm_id": "way/77", "at_m": 15.0, "at": [0.0, -15.0], "state": "closed",
        "gate": "node/9", "gate_state": "closed",
    }  # fmt: skip
    assert row["evidence"]["lines"] == [
        {
            "name": "A街", "osm_id": "way/100", "edge_m": 20.0, "from": [0.0, 0.0], "to": [0.0, -30.0],
            "state": "closed", "cuts": [cut],
        }
    ]  # fmt: skip
    assert row["evidence"]["obstacles"] == [cut]
    assert "node/9" in row["reason_zh"]
    assert row["evidence"]["street"] == {
        "name": "A街", "class": "secondary", "osm_id": "way/100", "half_width_m": 10.0,
        "half_width_from": "class", "in_compound": None, "edge_m": 20.0,
    }  # fmt: skip
    assert row["evidence"]["crs"] == "EPSG:4548"


def test_the_obstacles_of_all_lines_are_listed_once(stage):
    streets = [A_STREET, {"xy": [[-200, -12], [200, -12]], "t": {"highway": "residential", "name": "B街"}}]
    found = judged(stage, BEHIND | {"roads": streets})["evidence"]
    assert [line["name"] for line in found["lines"]] == ["A街", "B街"]
    assert [o["osm_id"] for o in found["obstacles"]] == ["way/77"]


def test_nine_positions_are_told_with_their_answers(stage):
    tried = judged(stage, FRONT)["evidence"]
    assert tried["positions"][0] == [0.0, 0.0, "yes"]
    assert {(dx, dy) for dx, dy, _ in tried["positions"]} == {
        (0.0, 0.0), (5.0, 0.0), (3.5, 3.5), (0.0, 5.0), (-3.5, 3.5), (-5.0, 0.0), (-3.5, -3.5), (0.0, -5.0),
        (3.5, -3.5),
    }  # fmt: skip
    assert tried["stability"] == {"same": 9, "of": 9}
    entrance = judged(stage, BEHIND)["evidence"]
    assert entrance["positions"] == [[0.0, 0.0, "no"]]
    assert entrance["stability"] is None


def test_the_positions_agree_with_the_count(stage):
    straddling = {"station": {"xy": [0, 33], "snap_building": False, "sigma": 5}, "roads": [A_STREET]}
    found = judged(stage, straddling)["evidence"]
    answers = [answer for *_, answer in found["positions"]]
    assert answers.count(answers[0]) == found["stability"]["same"] == 6
    assert (found["rule"], found["centre_rule"]) == ("unstable", "clear_line")


def test_a_missing_name_is_said_with_the_id(stage):
    row = judged(stage, FRONT | {"roads": [{"xy": A_STREET["xy"], "t": {"highway": "secondary"}}]})
    assert row["evidence"]["street"]["name"] is None
    assert "way/100" in row["reason_zh"]
    assert "way/100" in row["reason_en"]


def test_the_line_ends_at_the_street_and_starts_at_the_anchor(stage):
    row = judged(stage, FRONT)
    assert row.geometry.length == pytest.approx(18.0)
    first = row["evidence"]["lines"][0]
    drawn = shapely.LineString([first["from"], first["to"]])
    assert drawn.length == pytest.approx(row.geometry.length, abs=0.1)


@pytest.mark.parametrize("name", RULES)
def test_every_rule_has_its_sentence_in_both_languages(name):
    told = texts.FRONTAGE_REASONS[name]
    assert told.zh.startswith(("临街：", "不临街：", "不便进出：", "待核实："))
    assert told.en.startswith(
        ("Street-facing: ", "Not street-facing: ", "Not easy to enter: ", "To be verified: ")
    )


def test_evidence_is_json_with_the_version_of_the_numbers(stage):
    moved = Parameters(version="trial", yes_m=5.0)
    row = verdicts(*stage(FRONT), moved).iloc[0]
    assert (row["verdict"], row["rule"], row["kind"]) == ("unknown", "too_far", "computed")
    assert json.loads(json.dumps(row["evidence"], allow_nan=False))["parameters"] == "trial"
    assert "5 米" in row["reason_zh"]


def test_many_stations_get_what_each_gets_alone(stage, many):
    rng = np.random.default_rng(7)
    frame, streets = many(*[("building", 5, *xy) for xy in rng.uniform(-90, 90, (40, 2))])
    together = verdicts(frame, streets)
    alone = [verdicts(frame.iloc[[i]], streets)["reason_zh"].iloc[0] for i in range(len(frame))]
    assert together["reason_zh"].tolist() == alone
    assert len(set(alone)) > 5


def test_batches_change_nothing_and_progress_ends_at_the_number_of_stations(many, monkeypatch):
    frame, streets = many(*[("building", 5, x, 22) for x in range(-40, 41, 8)])
    whole = verdicts(frame, streets)
    monkeypatch.setattr("geo.frontage.verdict._CHUNK", 3)
    seen = []
    parts = verdicts(frame, streets, progress=lambda what, done, total: seen.append((done, total)))
    assert parts["evidence"].tolist() == whole["evidence"].tolist()
    assert seen == [(3, 11), (6, 11), (9, 11), (11, 11)]


def test_the_line_shown_is_the_one_beside_the_station_not_at_the_other_end_of_the_building(stage):
    corner = {
        "roads": [A_STREET, {"xy": [[75, -200], [75, 200]], "t": {"highway": "residential", "name": "B路"}}],
        "buildings": [{"xy": [[-60, 18], [60, 18], [60, 45], [-60, 45]]}],
    }
    at_b = judged(stage, corner | {"station": {"xy": [56, 30], "sigma": 1}})
    at_a = judged(stage, corner | {"station": {"xy": [-50, 24], "sigma": 1}})
    assert (at_b["evidence"]["street"]["name"], at_b["evidence"]["street"]["edge_m"]) == ("B路", 11.0)
    assert (at_a["evidence"]["street"]["name"], at_a["evidence"]["street"]["edge_m"]) == ("A街", 8.0)
    assert [line["name"] for line in at_b["evidence"]["lines"]] == ["B路", "A街"]
    assert at_a["evidence"]["anchor"]["from_point_m"] == pytest.approx(6.0, abs=0.1)
    assert at_a["evidence"]["lines"][0]["from"] == pytest.approx([0.0, -6.0], abs=1.0)


def test_a_front_far_from_the_given_position_is_said(stage):
    hall = {"roads": [A_STREET], "buildings": [{"xy": [[-30, 18], [30, 18], [30, 57], [-30, 57]]}]}
    deep = judged(stage, hall | {"station": {"xy": [0, 37], "sigma": 1}})
    near = judged(stage, hall | {"station": {"xy": [0, 30], "sigma": 1}})
    assert "19 米" in deep["reason_zh"]
    assert "请确认门在这一侧" in deep["reason_zh"]
    assert "请确认门在这一侧" not in near["reason_zh"]


def test_the_date_of_the_street_data_is_told(stage):
    frame, streets = stage(FRONT)
    layers = {"streets": streets.streets, "buildings": streets.buildings}
    dated = StreetMap.from_layers(layers, streets.crs, as_of="2026-10-31")
    assert verdicts(frame, dated)["evidence"].iloc[0]["street_data_date"] == "2026-10-31"


# -- what the way in crosses

DRIVE = {"xy": [[22, 0], [22, 15], [22, 40]], "t": {"highway": "service"}}
STAIRS = {"xy": [[22, 40], [22, 60]], "t": {"highway": "steps"}}
HOUSE = {"xy": [[-8, 30], [8, 30], [8, 45], [-8, 45]]}


def beside(gate, *, ways=(DRIVE, STAIRS), at=(22, 15), y=35):
    return {
        "station": {"xy": [0, y]},
        "roads": [A_STREET, *ways],
        "buildings": [{"xy": [[x, v + y - 35] for x, v in HOUSE["xy"]]}],
        "barriers": [WALL],
        "gates": [{"xy": list(at), "t": {"barrier": "gate"} | gate, "id": "node/9"}],
    }


@pytest.mark.parametrize(
    ("gate", "rule", "state", "said"),
    [
        ({"access": "yes"}, "way_in_known", "open", "经开放的门 node/9"),
        ({}, "way_in_possible", "unknown", "经状态未标注的门 node/9"),
    ],
)
@pytest.mark.parametrize("ways", [(DRIVE,), ()], ids=["on a drive", "over open ground"])
def test_a_way_in_names_the_gate_it_passes(stage, gate, rule, state, said, ways):
    row = judged(stage, beside(gate, ways=ways))
    assert row["rule"] == rule
    crossed = row["evidence"]["way_in"]["crosses"]
    assert crossed == [{"kind": "gate", "osm_id": "node/9", "state": state}]
    assert said in row["reason_zh"]


def test_a_way_in_names_steps_and_gate_in_the_order_of_the_walk(stage):
    ways = ({"xy": [[22, 0], [22, 20]], "t": {"highway": "service"}}, {**STAIRS, "xy": [[22, 20], [22, 60]]})
    scene = beside({"access": "yes"}, ways=ways)
    # Another house stands on every straight line to the gate.
    scene["buildings"].append({"xy": [[10, 16], [20, 16], [20, 38], [10, 38]]})
    row = judged(stage, scene)
    walk = row["evidence"]["way_in"]
    assert [(c["kind"], c["state"]) for c in walk["crosses"]] == [("steps", "open"), ("gate", "open")]
    assert walk["first_way"] == walk["crosses"][0]["osm_id"]
    assert row["rule"] == "way_in_known"


def test_a_way_through_a_wall_without_a_gate_is_an_opening(stage):
    row = judged(stage, beside({"access": "yes"}, at=(70, 15)))
    assert row["rule"] == "way_in_possible"
    opening = {"kind": "barriers", "osm_id": "way/77", "state": "unknown"}
    assert row["evidence"]["way_in"]["crosses"] == [opening]
    assert "围墙或围栏 way/77 的缺口" in row["reason_zh"]


def test_a_clear_line_through_an_open_gate_is_a_way_in_that_crosses_it(stage):
    scene = BEHIND | {"gates": [GATE | {"t": {"barrier": "gate", "access": "yes"}}]}
    row = judged(stage, scene)
    assert row["rule"] == "clear_line"
    assert row["evidence"]["way_in"]["crosses"] == [{"kind": "gate", "osm_id": "node/9", "state": "open"}]


def test_where_no_walk_is_known_none_is_told(stage):
    row = judged(stage, BEHIND)
    assert row["evidence"]["way_in"] == {
        "length_m": None, "state": "none_known", "first_way": None, "crosses": [],
    }  # fmt: skip
