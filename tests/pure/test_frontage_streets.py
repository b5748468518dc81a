"""Which ways count: every class and tag of the definition, on the masks themselves and on gates."""

import itertools

import numpy as np
import pandas as pd
import pytest

from geo.frontage.gates import STATE_NAMES, gate_states
from geo.frontage.streets import public_mask, sidewalk_mask, weak_mask

PLAIN = {
    "highway": "residential", "name": None, "width_m": np.nan, "lanes": np.nan, "access": None, "foot": None,
    "sidewalk": None, "service": None, "footway": None, "motorroad": None, "oneway": None, "layer": 0,
    "bridge": False, "tunnel": False,
}  # fmt: skip
CLOSED = ["no", "private", "permit", "residents", "delivery", "military"]
OPEN = [None, "yes", "permissive", "public", "customers", "destination", "designated"]


def kind_of(**tags):
    frame = pd.DataFrame([PLAIN | tags], dtype=object)
    if public_mask(frame)[0]:
        return "public"
    return "weak" if weak_mask(frame)[0] else "neither"


@pytest.mark.parametrize(
    ("highway", "kind"),
    [
        *[(name, "public") for name in ("trunk", "primary", "secondary", "tertiary", "unclassified")],
        *[(name, "public") for name in ("residential", "living_street", "pedestrian")],
        *[(name, "weak") for name in ("service", "footway", "path", "track", "cycleway", "steps")],
        *[(f"{name}_link", "neither") for name in ("motorway", "trunk", "primary", "secondary", "tertiary")],
        *[(name, "neither") for name in ("motorway", "construction", "proposed", "road", "raceway", "")],
    ],
)
def test_the_class_decides(highway, kind):
    assert kind_of(highway=highway) == kind


@pytest.mark.parametrize("off", [{"layer": 1}, {"layer": -1}, {"bridge": True}, {"tunnel": True}])
@pytest.mark.parametrize("highway", ["primary", "footway"])
def test_nothing_off_grade_counts(highway, off):
    assert kind_of(highway=highway, **off) == "neither"


def test_foot_overrides_access_in_every_combination():
    for access, foot in itertools.product(OPEN + CLOSED, OPEN + CLOSED):
        shut = (access if foot is None else foot) in CLOSED
        assert kind_of(access=access, foot=foot) == ("neither" if shut else "public"), (access, foot)


@pytest.mark.parametrize("access", OPEN + CLOSED)
def test_a_separate_sidewalk_keeps_a_street_without_walkers_open(access):
    kind = kind_of(highway="primary", foot="no", sidewalk="separate", access=access)
    assert kind == ("neither" if access in CLOSED else "public")


def test_a_motorroad_is_none():
    assert kind_of(highway="trunk", motorroad="yes") == "neither"
    assert kind_of(highway="trunk", motorroad="no") == "public"


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"service": "alley", "name": "某胡同"}, "public"),
        ({"service": "alley"}, "weak"),
        ({"name": "内部路"}, "weak"),
        ({"service": "driveway", "name": "内部路"}, "weak"),
        ({"service": "alley", "name": "某胡同", "access": "private"}, "neither"),
        ({"service": "alley", "name": "某胡同", "layer": -1}, "neither"),
    ],
)
def test_of_service_roads_only_the_named_alley_counts(tags, kind):
    assert kind_of(highway="service", **tags) == kind


def test_sidewalk_lines_are_footways_that_say_so():
    rows = [
        PLAIN | tags
        for tags in (
            {"highway": "footway", "footway": "sidewalk"},
            {"highway": "footway", "footway": "crossing"},
            {"highway": "footway"},
            {"highway": "footway", "footway": "sidewalk", "access": "private"},
        )
    ]
    assert sidewalk_mask(pd.DataFrame(rows, dtype=object)).tolist() == [True, False, False, False]


@pytest.mark.parametrize("barrier", ["gate", "lift_gate", "swing_gate", "bollard", "kerb", "entrance"])
def test_the_state_of_a_gate_in_every_combination(barrier):
    for access, foot, locked in itertools.product(OPEN + CLOSED[:4], OPEN + CLOSED[:4], [None, "no", "yes"]):
        row = {"barrier": barrier, "entrance": None, "access": access, "foot": foot, "locked": locked}
        allowed = access if foot is None else foot
        if locked == "yes" or allowed in CLOSED:
            state = "closed"
        elif allowed is not None or barrier in ("bollard", "kerb", "entrance"):
            state = "open"
        else:
            state = "unknown"
        assert STATE_NAMES[gate_states(pd.DataFrame([row], dtype=object))[0]] == state, row
