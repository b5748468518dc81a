"""Which tags put an object into which layer, and what mistyped values are read as."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.streets import osm_layers

TEXT = st.text(max_size=12)
TAGS = st.dictionaries(
    st.sampled_from([*osm_layers.LAYER_KEYS, "access", "name", "layer", "bridge"]), TEXT, max_size=6
)


@pytest.mark.parametrize(
    ("text", "width_m"),
    [
        ("3.5", 3.5),
        ("3.5 m", 3.5),
        ("３.5", 3.5),
        (" 7,5 ", 7.5),
        ("6米", 6.0),
        ("350 cm", 3.5),
        ("0.02 km", 20.0),
        ("12'", 3.6576),
        ("12'6\"", 3.81),
        ("10 ft", 3.048),
        (".5", 0.5),
    ],
)
def test_a_clear_width_is_read_in_metres(text: str, width_m: float) -> None:
    assert osm_layers.parse_width_m(text) == pytest.approx(width_m)


@pytest.mark.parametrize(
    "text", ["", "wide", "3;4", "3-4", "-3", "0", "nan", "inf", "1e9", "201", "m", "'", None]
)
def test_rubbish_in_a_width_is_no_width(text: str | None) -> None:
    assert osm_layers.parse_width_m(text) is None


@settings(max_examples=200, derandomize=True, deadline=None)
@given(TEXT)
def test_whatever_is_typed_numbers_stay_within_their_range(text: str) -> None:
    width_m, lanes = osm_layers.parse_width_m(text), osm_layers.parse_lanes(text)
    assert width_m is None or 0 < width_m <= 200
    assert lanes is None or 0 < lanes <= 30
    assert math.isfinite(osm_layers.parse_layer(text))


@settings(max_examples=200, derandomize=True, deadline=None)
@given(TAGS)
def test_any_tags_are_judged_and_a_line_of_water_is_never_an_area_of_water_too(tags: dict[str, str]) -> None:
    cleaned = osm_layers.clean(tags)
    assert all(v and v == v.strip() and "\x00" not in v for v in cleaned.values())
    line, area = osm_layers.obstacle_of_line(cleaned), osm_layers.obstacle_of_area(cleaned)
    assert line in (None, "water", "rail")
    assert area in (None, "water")
    assert osm_layers.enclosure(cleaned) in ("yes", "no", "unknown")
    assert not (osm_layers.is_barrier_line(cleaned) and osm_layers.is_gate_line(cleaned))


@pytest.mark.parametrize("waterway", sorted(osm_layers.WATER_LINES))
def test_a_watercourse_is_an_obstacle_as_a_line_and_not_as_an_area(waterway: str) -> None:
    assert osm_layers.obstacle_of_line({"waterway": waterway}) == "water"
    assert osm_layers.obstacle_of_area({"waterway": waterway}) is None


def test_what_runs_below_or_above_the_ground_stops_nobody() -> None:
    for tags in ({"tunnel": "yes"}, {"bridge": "yes"}, {"covered": "yes"}, {"location": "underground"}):
        assert osm_layers.obstacle_of_line({"railway": "rail"} | tags) is None
        assert osm_layers.obstacle_of_line({"waterway": "canal"} | tags) is None
    assert osm_layers.obstacle_of_line({"railway": "light_rail", "layer": "1"}) is None
    assert osm_layers.obstacle_of_line({"railway": "subway"}) is None
    # A river's layer=-1 only says that bridges cross it.
    assert osm_layers.obstacle_of_line({"waterway": "river", "layer": "-1"}) == "water"


@pytest.mark.parametrize(
    "value", ["wall", "fence", "hedge", "city_wall", "retaining_wall", "guard_rail", "yes", "Wall"]
)
def test_a_wall_of_any_kind_stops_a_walker(value: str) -> None:
    assert osm_layers.is_barrier_line({"barrier": value})


@pytest.mark.parametrize("value", ["kerb", "gate", "lift_gate", "bollard", "no", "entrance"])
def test_what_a_walker_passes_is_no_wall(value: str) -> None:
    assert not osm_layers.is_barrier_line({"barrier": value})


GAPS = (
    "gate",
    "lift_gate",
    "swing_gate",
    "sliding_gate",
    "bollard",
    "kerb",
    "entrance",
    "cycle_barrier",
    "门禁",
)


@pytest.mark.parametrize("value", GAPS)
def test_a_node_that_leaves_a_gap_is_a_gate(value: str) -> None:
    assert osm_layers.is_gate_node({"barrier": value})


def test_a_node_of_a_wall_is_no_gate() -> None:
    assert not osm_layers.is_gate_node({"barrier": "jersey_barrier"})
    assert not osm_layers.is_gate_node({"entrance": "yes"})


@pytest.mark.parametrize(
    ("tags", "kind", "sure"),
    [
        ({"amenity": "university"}, "university", True),
        ({"amenity": "kindergarten"}, None, False),
        ({"landuse": "residential"}, "residential", False),
        ({"landuse": "residential", "name": "某小区"}, "residential", True),
        ({"landuse": "military", "barrier": "fence"}, "military", True),
        ({"landuse": "commercial", "name": "某园区"}, None, False),
    ],
)
def test_a_compound_needs_an_amenity_a_name_or_a_barrier(
    tags: dict[str, str], kind: str | None, sure: bool
) -> None:
    assert osm_layers.compound_kind(tags) == kind
    if kind:
        assert osm_layers.is_sure_compound(tags) is sure


@pytest.mark.parametrize(
    ("tags", "closed"),
    [
        ({"amenity": "school"}, "unknown"),
        ({"amenity": "school", "access": "private"}, "yes"),
        ({"amenity": "school", "access": "permit"}, "yes"),
        ({"amenity": "school", "barrier": "wall", "access": "yes"}, "yes"),
        ({"amenity": "school", "access": "permissive"}, "no"),
        ({"amenity": "school", "barrier": "no"}, "no"),
        ({"amenity": "school", "access": "customers"}, "unknown"),
    ],
)
def test_an_enclosure_is_known_only_by_its_tags(tags: dict[str, str], closed: str) -> None:
    assert osm_layers.enclosure(tags) == closed
