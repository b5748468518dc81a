"""Facts of visits and declarations: what overrules geometry, what only casts doubt, and how it is said."""

import itertools

import numpy as np
import pandas as pd
import pytest

from geo.errors import FrameError
from geo.frontage import verdicts
from geo.frontage.facts import DECIDES, read_facts, verdicts_with

A_STREET = {"xy": [[-200, 0], [200, 0]], "t": {"highway": "secondary", "name": "A街"}}
SHOP = {"xy": [[-10, 18], [10, 18], [10, 35], [-10, 35]]}
FENCE = {"xy": [[-200, 13], [200, 13]], "t": {"barrier": "fence"}}
YES = {"station": {"xy": [0, 22]}, "roads": [A_STREET], "buildings": [SHOP]}
NO = YES | {"barriers": [FENCE]}
UNKNOWN = {"station": {"xy": [0, 50]}, "roads": [A_STREET]}


@pytest.fixture
def told(stage):
    """Give a function that judges a scene with columns of facts."""

    def judge(scene, **facts):
        frame, streets = stage(scene)
        for name, value in facts.items():
            frame[name] = [value]
        return verdicts(frame, streets).iloc[0]

    return judge


@pytest.mark.parametrize(
    ("facts", "verdict", "rule"),
    [
        ({"visited_street_door": "yes"}, "yes", "visited_street_door"),
        ({"visited_street_door": "no"}, "no", "visited_no_street_door"),
        ({"visited_in_compound": "yes"}, "no", "visited_in_compound"),
        ({"visited_street_door": "yes", "visited_in_compound": "yes"}, "yes", "visited_street_door"),
        ({"visited_street_door": "no", "visited_in_compound": "yes"}, "no", "visited_no_street_door"),
        ({"visited_registration_required": "yes"}, "no", "visited_registration"),
        ({"visited_guarded": "yes"}, "no", "visited_guarded"),
        (
            {"visited_street_door": "yes", "visited_registration_required": "yes"},
            "no",
            "visited_registration",
        ),
        ({"visited_street_door": "yes", "visited_guarded": "yes"}, "no", "visited_guarded"),
        ({"visited_lift": "no", "floor": 2.0}, "no", "visited_no_lift"),
        ({"visited_lift": "no", "visited_street_door": "yes", "floor": 3.0}, "no", "visited_no_lift"),
    ],
)
@pytest.mark.parametrize("scene", [YES, NO, UNKNOWN], ids=["computed yes", "computed no", "computed unknown"])
def test_what_a_visit_found_overrules_geometry(told, scene, facts, verdict, rule):
    row = told(scene, **facts, visited_on="2026-05-20")
    assert (row["verdict"], row["rule"], row["kind"]) == (verdict, rule, "visited")
    assert "2026-05-20" in row["reason_zh"]
    assert "2026-05-20" in row["reason_en"]
    assert row["evidence"]["verdict"] == verdict


@pytest.mark.parametrize(
    "facts",
    [
        {"visited_in_compound": "no"},
        {"visited_registration_required": "no", "visited_guarded": "no"},
        {"visited_lift": "yes"},
        {"visited_lift": "no"},
        {"visited_street_door": "unknown"},
        {"visited_street_door": None},
        {"visited_on": "2026-05-20"},
    ],
)
@pytest.mark.parametrize("scene", [YES, NO, UNKNOWN], ids=["computed yes", "computed no", "computed unknown"])
def test_facts_that_decide_nothing_leave_the_computed_verdict(told, scene, facts):
    plain, row = told(scene), told(scene, **facts)
    assert (row["verdict"], row["rule"], row["kind"]) == (plain["verdict"], plain["rule"], "computed")
    assert row["reason_zh"] == plain["reason_zh"]
    assert row["evidence"]["computed"] is None


def test_the_computed_verdict_stays_in_the_evidence(told):
    plain, row = told(NO), told(NO, visited_street_door="yes", visited_on="2026-05-20")
    assert row["evidence"]["computed"] == {
        name: plain[name] for name in ("verdict", "rule", "reason_zh", "reason_en")
    }
    assert row["evidence"]["lines"] == plain["evidence"]["lines"]
    assert row.geometry.equals(plain.geometry)
    assert row["evidence"]["facts"] == [
        {"fact": "street_door", "value": "yes", "kind": "visited", "on": "2026-05-20"}
    ]


def test_a_street_door_behind_a_register_names_both(told):
    row = told(YES, visited_street_door="yes", visited_registration_required="yes", visited_on="2026-05-20")
    assert row["reason_zh"] == "不便进出：2026-05-20 现场核实，有临街门，但外来人员须登记才能进入"
    assert row["reason_en"] == (
        "Not easy to enter: a visit on 2026-05-20 found a street door, and that visitors must register"
    )


def test_a_floor_without_a_lift_is_named(told):
    row = told(YES, visited_lift="no", floor=3.0)
    assert row["reason_zh"] == "不便进出：现场核实（日期未记录），在 3 层且没有电梯"


@pytest.mark.parametrize(
    ("scene", "facts", "conflict"),
    [
        (NO, {"declared_street_door": "yes"}, True),
        (YES, {"declared_street_door": "no"}, True),
        (YES, {"declared_in_compound": "yes"}, True),
        (YES, {"declared_registration_required": "yes"}, True),
        (YES, {"declared_street_door": "yes", "declared_in_compound": "no"}, False),
        (NO, {"declared_street_door": "no", "declared_in_compound": "yes"}, False),
        (NO, {"declared_registration_required": "yes"}, False),
        (UNKNOWN, {"declared_street_door": "yes"}, False),
        (UNKNOWN, {"declared_street_door": "no"}, False),
    ],
)
def test_a_declared_fact_never_decides_but_a_contradiction_is_doubt(told, scene, facts, conflict):
    plain, row = told(scene), told(scene, **facts)
    assert row["kind"] == "computed"
    if conflict:
        assert (row["verdict"], row["rule"]) == ("unknown", "declared_conflict")
        assert row["evidence"]["computed"]["verdict"] == plain["verdict"]
        assert row["reason_zh"].startswith("待核实：")
    else:
        assert (row["verdict"], row["rule"]) == (plain["verdict"], plain["rule"])
    assert {f["kind"] for f in row["evidence"]["facts"]} == {"declared"}


def test_a_contradiction_names_all_that_was_declared(told):
    facts = {"declared_in_compound": "yes", "declared_registration_required": "yes"}
    assert told(YES, **facts)["reason_zh"] == (
        "待核实：按地图推算为“临街”，但申报信息为位于院落内、须登记进入，请现场核实"
    )


def test_a_visit_settles_what_was_declared(told):
    facts = {"declared_in_compound": "yes", "visited_in_compound": "no"}
    assert told(YES, **facts)["verdict"] == "yes"
    facts = {"declared_street_door": "yes", "visited_street_door": "no"}
    assert told(NO, **facts)["rule"] == "visited_no_street_door"


def test_a_visit_decides_for_a_station_without_a_position(stage):
    frame, streets = stage(YES)
    frame["visited_street_door"] = ["yes"]
    frame.geometry = [None]
    row = verdicts(frame, streets).iloc[0]
    assert (row["verdict"], row["kind"]) == ("yes", "visited")
    assert row["evidence"]["computed"]["rule"] == "unlocated"


def test_each_station_has_its_own_facts(many):
    frame, streets = many(*[("building", 5, 0, 22)] * 4)
    frame["visited_street_door"] = ["no", None, "yes", None]
    frame["declared_street_door"] = [None, None, None, "no"]
    assert verdicts(frame, streets)["rule"].tolist() == [
        "visited_no_street_door", "clear_line", "visited_street_door", "declared_conflict",
    ]  # fmt: skip


def test_another_word_for_a_fact_is_refused_with_its_place(many):
    frame, streets = many(("building", 5, 0, 22), ("building", 5, 0, 22))
    frame["visited_guarded"] = [None, "maybe"]
    with pytest.raises(FrameError, match=r"visited_guarded.*'maybe' at row 'st-1'"):
        verdicts(frame, streets)


def test_all_combinations_of_visited_facts_follow_the_order(told):
    """The order as the docstring has it, said once more as a chain of ifs, over all 2 × 3⁵ combinations."""
    names = ("street_door", "in_compound", "registration_required", "guarded", "lift")
    rows, expected = [], []
    for floor, *values in itertools.product((1.0, 2.0), *[(None, "yes", "no")] * 5):
        seen = dict(zip(names, values, strict=True))
        shut = seen["registration_required"] == "yes" or seen["guarded"] == "yes"
        if shut or (seen["lift"] == "no" and floor > 1):
            verdict = "no"
        elif seen["street_door"]:
            verdict = seen["street_door"]
        else:
            verdict = "no" if seen["in_compound"] == "yes" else None
        rows.append({f"visited_{name}": value for name, value in seen.items()} | {"floor": floor})
        expected.append(verdict)
    computed = np.full(len(rows), "computed", dtype=object)
    frame = pd.DataFrame(rows).astype({"floor": float})
    assert verdicts_with(read_facts(frame), computed).tolist() == [v or "computed" for v in expected]
    assert set(DECIDES.values()) == {"yes", "no", "unknown"}
