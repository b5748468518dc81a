"""The street-facing verdict: scenes the bench lacks, hard input, and the laws any rule must keep."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from geo.errors import FrameError, ParameterError
from geo.frontage import Parameters, StreetMap, verdicts

A_STREET = {"xy": [[-200, 0], [200, 0]], "t": {"highway": "secondary", "name": "A街"}}
FAR_STREET = {"xy": [[-200, 150], [200, 150]], "t": {"highway": "secondary", "name": "B街"}}
SERVICE = {"highway": "service"}


def box(x0, y0, x1, y1, **tags):
    return {"xy": [[x0, y0], [x1, y0], [x1, y1], [x0, y1]], "t": tags}


def gate(x, y, **tags):
    return {"xy": [x, y], "t": {"barrier": "gate"} | tags}


def wall(*xy, barrier="wall"):
    return {"xy": [list(p) for p in xy], "t": {"barrier": barrier}}


SHOP = box(-10, 18, 10, 35)
IN_SHOP = {"xy": [0, 22]}
INNER = {"station": {"xy": [0, 35]}, "roads": [A_STREET], "buildings": [box(-8, 30, 8, 45)]}
WALL = wall([-80, 15], [80, 15])
YARD = [[-50, 14], [50, 14], [50, 120], [-50, 120]]

SCENES = {
    "second row behind another building": (
        {"station": {"xy": [0, 45]}, "roads": [A_STREET], "buildings": [box(-60, 15, 60, 30), box(-8, 36, 8, 50)]},
        "no",
        "lines_cut",
    ),
    "second row with a public path beside the front building": (
        {
            "station": {"xy": [0, 42]},
            "roads": [
                A_STREET,
                {"xy": [[-70, 33], [16, 33], [16, 0]], "t": {"highway": "footway"}},
            ],
            "buildings": [box(-60, 12, 13, 30), box(19, 12, 60, 30), box(-8, 36, 8, 50)],
        },
        "unknown",
        "way_in_known",
    ),
    "wall with an untagged gate in front": (INNER | {"barriers": [WALL], "gates": [gate(0, 15)]}, "unknown", "gate_unknown"),
    "wall with a private gate in front": (
        INNER | {"barriers": [WALL], "gates": [gate(0, 15, access="private")]},
        "no",
        "lines_cut",
    ),
    "wall whose private gate lets walkers through": (
        INNER | {"barriers": [WALL], "gates": [gate(x, 15, access="private", foot="yes") for x in range(-8, 9, 2)]},
        "yes",
        "clear_line",
    ),
    "wall with an untagged gate at the side, on a mapped drive": (
        INNER
        | {
            "barriers": [WALL],
            "gates": [gate(22, 15)],
            "roads": [A_STREET, {"xy": [[22, 0], [22, 15], [22, 60]], "t": SERVICE}],
        },
        "unknown",
        "way_in_possible",
    ),
    "wall with an open gate at the side, on a mapped drive": (
        INNER
        | {
            "barriers": [WALL],
            "gates": [gate(22, 15, access="yes")],
            "roads": [A_STREET, {"xy": [[22, 0], [22, 15], [22, 60]], "t": SERVICE}],
        },
        "unknown",
        "way_in_known",
    ),
    "wall with a closed gate at the side, on a mapped drive": (
        INNER
        | {
            "barriers": [WALL],
            "gates": [gate(22, 15, access="residents")],
            "roads": [A_STREET, {"xy": [[22, 0], [22, 15], [22, 60]], "t": SERVICE}],
        },
        "no",
        "lines_cut",
    ),
    "closed compound": (
        INNER | {"compounds": [{"xy": YARD, "t": {"closed": "yes"}}]},
        "no",
        "lines_cut",
    ),
    "compound known to be open": (
        INNER | {"compounds": [{"xy": YARD, "t": {"closed": "no"}}]},
        "yes",
        "clear_line",
    ),
    "shop at a compound's edge that opens outward": (
        {
            "station": {"xy": [0, 17]},
            "roads": [A_STREET],
            "buildings": [box(-10, 14, 10, 24)],
            "compounds": [{"xy": YARD, "t": {"closed": "yes"}}],
        },
        "yes",
        "clear_line",
    ),
    "street inside a compound": (
        {
            "station": {"xy": [0, 60]},
            "roads": [
                FAR_STREET | {"xy": [[-200, -60], [200, -60]]},
                {"xy": [[-40, 45], [40, 45]], "t": {"highway": "residential", "name": "学院内路"}},
            ],
            "buildings": [box(-8, 55, 8, 70)],
            "compounds": [{"xy": YARD, "t": {"closed": "yes"}}],
        },
        "unknown",
        "weak_way",
    ),
    "street inside a compound that is explicitly open": (
        {
            "station": {"xy": [0, 60]},
            "roads": [{"xy": [[-40, 45], [40, 45]], "t": {"highway": "residential", "foot": "yes"}}],
            "buildings": [box(-8, 55, 8, 70)],
            "compounds": [{"xy": YARD, "t": {"closed": "yes"}}],
        },
        "yes",
        "clear_line",
    ),
    "compound border drawn along the street's middle": (
        {
            "station": {"xy": [0, 22]},
            "roads": [A_STREET],
            "buildings": [SHOP],
            "compounds": [{"xy": [[-100, 0], [100, 0], [100, 120], [-100, 120]], "t": {"closed": "unknown"}}],
        },
        "unknown",
        "enclosure_unknown",
    ),
    "shop across the street from such a compound": (
        {
            "station": IN_SHOP,
            "roads": [A_STREET],
            "buildings": [SHOP],
            "compounds": [{"xy": [[-100, 0], [100, 0], [100, -120], [-100, -120]], "t": {"closed": "unknown"}}],
        },
        "yes",
        "clear_line",
    ),
    "motorway only": (
        {"station": {"xy": [0, 30]}, "roads": [{"xy": A_STREET["xy"], "t": {"highway": "motorway"}}], "buildings": [SHOP]},
        "no",
        "no_street_near",
    ),
    "elevated road overhead, street below": (
        {
            "station": IN_SHOP,
            "roads": [A_STREET, {"xy": A_STREET["xy"], "t": {"highway": "trunk", "bridge": "yes", "layer": "1"}}],
            "buildings": [SHOP],
        },
        "yes",
        "clear_line",
    ),
    "elevated road only": (
        {
            "station": IN_SHOP,
            "roads": [{"xy": A_STREET["xy"], "t": {"highway": "trunk", "bridge": "yes", "layer": "1"}}],
            "buildings": [SHOP],
        },
        "no",
        "no_street_near",
    ),
    "unnamed service road only": (
        {"station": IN_SHOP, "roads": [{"xy": A_STREET["xy"], "t": SERVICE}, FAR_STREET], "buildings": [SHOP]},
        "unknown",
        "weak_way",
    ),
    "private street": (
        {
            "station": IN_SHOP,
            "roads": [{"xy": A_STREET["xy"], "t": {"highway": "residential", "access": "private"}}, FAR_STREET],
            "buildings": [SHOP],
        },
        "no",
        "no_street_near",
    ),
    "street closed to walkers, with a separate sidewalk": (
        {
            "station": IN_SHOP,
            "roads": [{"xy": A_STREET["xy"], "t": {"highway": "primary", "foot": "no", "sidewalk": "separate"}}],
            "buildings": [SHOP],
        },
        "yes",
        "clear_line",
    ),
    "sidewalk line of a street behind its own fence": (
        {
            "station": IN_SHOP,
            "roads": [
                {"xy": [[-200, -8], [200, -8]], "t": {"highway": "primary", "name": "A街", "lanes": "4"}},
                {"xy": [[-200, 6], [200, 6]], "t": {"highway": "footway", "footway": "sidewalk"}},
            ],
            "buildings": [SHOP],
            "barriers": [wall([-200, 3], [200, 3], barrier="fence")],
        },
        "yes",
        "clear_line",
    ),
    "continuous fence before the near road": (
        {"station": IN_SHOP, "roads": [A_STREET], "buildings": [SHOP], "barriers": [wall([-200, 13], [200, 13])]},
        "no",
        "lines_cut",
    ),
    "kerb and bollards before the road": (
        {
            "station": IN_SHOP,
            "roads": [A_STREET],
            "buildings": [SHOP],
            "barriers": [wall([-200, 13], [200, 13], barrier="kerb"), wall([-200, 12], [200, 12], barrier="bollard")],
        },
        "yes",
        "clear_line",
    ),
    "river between": (
        {
            "station": {"xy": [0, 32]},
            "roads": [A_STREET],
            "buildings": [box(-10, 28, 10, 40)],
            "obstacles": [{"xy": [[-200, 15], [200, 15]], "t": {"waterway": "river"}}],
        },
        "no",
        "lines_cut",
    ),
    "deep inside a mall": (
        {"station": {"xy": [0, 80]}, "roads": [A_STREET], "buildings": [box(-60, 18, 60, 140)]},
        "unknown",
        "deep_inside",
    ),
    "deep inside a mall with a mapped main door": (
        {
            "station": {"xy": [0, 80]},
            "roads": [A_STREET],
            "buildings": [box(-60, 18, 60, 140)],
            "entrances": [{"xy": [0, 18], "t": {"entrance": "main"}}],
        },
        "yes",
        "clear_line",
    ),
    "back door of a building that fronts the street": (
        {
            "station": IN_SHOP,
            "roads": [A_STREET],
            "buildings": [SHOP],
            "entrances": [{"xy": [0, 35], "t": {"entrance": "yes"}}],
        },
        "unknown",
        "looks_away",
    ),
    "metro level without an entrance": (
        {"station": {"xy": [0, 12], "layer": -1}, "roads": [A_STREET]},
        "unknown",
        "off_grade",
    ),
    "upper floor": ({"station": IN_SHOP | {"floor": 3}, "roads": [A_STREET], "buildings": [SHOP]}, "unknown", "off_grade"),
    "point only, clear": ({"station": {"xy": [0, 20], "snap_building": False}, "roads": [A_STREET]}, "yes", "clear_line"),
    "clear, but far": ({"station": {"xy": [0, 50]}, "roads": [A_STREET]}, "unknown", "too_far"),
    "no public street in reach": ({"station": {"xy": [0, 90]}, "roads": [A_STREET]}, "no", "no_street_near"),
    "far from everything": ({"station": {"xy": [0, 5000]}, "roads": [A_STREET]}, "unknown", "no_street_data"),
    "kind of position not stated": (
        {"station": {"xy": [0, 20], "kind": "unknown", "sigma": "nan"}, "roads": [A_STREET]},
        "unknown",
        "position_kind_unknown",
    ),
    "courtyard facade sees nothing": (
        {"station": {"xy": [0, 36], "sigma": 0.5}, "roads": [A_STREET], "buildings": [box(-60, 15, 60, 32), box(-4, 34, 4, 38)]},
        "no",
        "lines_cut",
    ),
}


@pytest.mark.parametrize("name", SCENES)
def test_scene(name, stage):
    scene, expected, rule = SCENES[name]
    row = verdicts(*stage(scene)).iloc[0]
    assert (row["verdict"], row["rule"]) == (expected, rule), row["reason_zh"]
