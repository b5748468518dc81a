"""The numbers of the rule: what is refused, what is told, and what changes when one of them moves."""

from dataclasses import fields, replace

import numpy as np
import pytest

from geo.errors import ParameterError
from geo.frontage import Parameters, sensitivity, verdicts
from geo.frontage.sensitivity import STEPS

NUMBERS = [f.name for f in fields(Parameters) if f.name != "version"]


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf"), "25", None, True])
def test_what_is_no_number_is_refused_by_name(name, value):
    with pytest.raises(ParameterError, match=name) as refused:
        replace(Parameters(), **{name: value})
    assert "应为" in str(refused.value)
    assert "give" in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"yes_m": 80.0}, ["yes_m", "reach_m", "80.0", "60.0"]),
        ({"way_in_good_m": 151.0}, ["way_in_good_m", "way_in_bad_m"]),
        ({"facade_step_m": 0.0}, ["facade_step_m"]),
        ({"stable_of_nine": 0}, ["stable_of_nine"]),
        ({"stable_of_nine": 10}, ["stable_of_nine"]),
        ({"stable_of_nine": 7.5}, ["stable_of_nine"]),
    ],
)
def test_numbers_that_make_no_rule_are_refused(changes, named):
    with pytest.raises(ParameterError) as refused:
        Parameters(**changes)
    assert all(name in str(refused.value) for name in named)


def test_every_number_is_documented_and_told():
    assert set(Parameters().as_dict()) == {"version", *NUMBERS}
    for name in NUMBERS:
        documented = "half_width_…_m" if name.startswith("half_width_") else name
        assert documented in Parameters.__doc__


def test_the_class_width_is_a_parameter(stage):
    scene = {
        "station": {"xy": [0, 30], "snap_building": False, "sigma": 0},
        "roads": [{"xy": [[-200, 0], [200, 0]], "t": {"highway": "secondary"}}],
    }
    frame, streets = stage(scene)
    found = [
        verdicts(frame, streets, Parameters(half_width_secondary_m=half_m))["evidence"].iloc[0]["street"]
        for half_m in (10.0, 6.5)
    ]
    assert [street["edge_m"] for street in found] == [20.0, 23.5]
    assert [street["half_width_m"] for street in found] == [10.0, 6.5]


# -- sensitivity


@pytest.fixture
def street(many):
    """Stations 0, 2, 4 … 120 m from the middle of the street, beside the shop; the edge is at 10 m."""
    return many(*[("entrance", 0, 40, y) for y in range(0, 121, 2)])


def test_the_counts_can_be_done_by_hand(street):
    table = sensitivity(*street, steps={"yes_m": [15.0, 25.0, 31.0], "reach_m": [50.0]})
    # Edges lie at 0 … 110 m, every 2 m: 16 … 24 (5 of them) turn at 15, 26 … 30 (3) at 31, 52 … 60 (5) at 50.
    assert table.to_numpy().tolist() == [
        ["yes_m", 15.0, "yes", "unknown", 5],
        ["yes_m", 25.0, None, None, 0],
        ["yes_m", 31.0, "unknown", "yes", 3],
        ["reach_m", 50.0, "unknown", "no", 5],
    ]
    assert [kind.kind for kind in table.dtypes] == ["O", "f", "O", "O", "i"]


def test_the_counts_are_those_of_two_full_runs(many):
    rng = np.random.default_rng(3)
    frame, streets = many(*[("building", 5, *xy) for xy in rng.uniform(-90, 90, (60, 2))])
    frame["visited_street_door"] = ["no", *[None] * 59]
    frame["declared_in_compound"] = ["yes" if i % 7 == 0 else None for i in range(60)]
    table = sensitivity(frame, streets)
    assert list(dict.fromkeys(table["limit"])) == list(STEPS)
    before = verdicts(frame, streets)["verdict"]
    for (name, value), rows in table.groupby(["limit", "value"]):
        number = int(value) if name == "stable_of_nine" else value
        after = verdicts(frame, streets, replace(Parameters(), **{name: number}))["verdict"]
        assert rows["count"].sum() == (before != after).sum()
    assert table["count"].sum() > 0


def test_no_steps_and_no_stations_give_no_changes(street):
    frame, streets = street
    assert len(sensitivity(frame, streets, steps={})) == 0
    assert sensitivity(frame.iloc[:0], streets, steps={"yes_m": [20.0]})["count"].tolist() == [0]


@pytest.mark.parametrize("steps", [{"yes_m": [20.0, 80.0]}, {"yes": [20.0]}, {"version": [2.0]}])
def test_steps_that_make_no_rule_are_refused_before_anything_is_judged(street, steps):
    seen = []
    with pytest.raises(ParameterError):
        sensitivity(*street, steps=steps, progress=lambda what, done, total: seen.append(done))
    assert seen == []


def test_progress_counts_the_values(street):
    seen = []
    steps = {"yes_m": [20.0, 30.0], "gate_m": [3.0]}
    sensitivity(*street, steps=steps, progress=lambda what, done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]
