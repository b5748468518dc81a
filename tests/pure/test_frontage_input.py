"""Hard input: layers that are empty, broken, elsewhere or junk, and stations that can't be judged."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from geo import frames
from geo.errors import FrameError
from geo.frontage import StreetMap, verdicts

CRS = 4548
EAST, NORTH = 500_000.0, 4_400_000.0


def test_unlocated_and_unstated_positions_are_unknown_and_keep_their_place(many):
    frame, streets = many(
        ("building", np.nan, 0, 22),
        ("building", 5, None, None),
        ("unknown", np.nan, 0, 22),
        ("unknown", 5, 0, 22),
        ("entrance", np.nan, 0, 18),
    )
    found = verdicts(frame, streets)
    assert found.index.tolist() == frame.index.tolist()
    assert found["rule"].tolist() == [
        "clear_line", "unlocated", "position_kind_unknown", "clear_line", "clear_line",
    ]  # fmt: skip
    assert found.geometry.isna().tolist() == [False, True, True, False, False]


def test_no_stations_give_no_verdicts(many):
    frame, streets = many(("building", 5, 0, 22))
    found = verdicts(frame.iloc[:0], streets)
    assert len(found) == 0
    frames.check(found, frames.VERDICTS)


def test_a_list_without_any_position_is_all_unlocated(many):
    frame, streets = many(("building", 5, None, None), ("address", 15, None, None))
    found = verdicts(frame, streets)
    assert found["rule"].tolist() == ["unlocated", "unlocated"]
    assert found.geometry.isna().all()


@pytest.mark.parametrize("layer", frames.STREET_LAYERS)
def test_an_empty_layer_is_as_good_as_none(many, layer):
    frame, streets = many(("building", 5, 0, 22))
    layers = {"streets": streets.streets, "buildings": streets.buildings}
    without = {name: rows for name, rows in layers.items() if name != layer}
    emptied = layers | {layer: getattr(streets, layer).iloc[:0]}
    here = verdicts(frame, StreetMap.from_layers(emptied, streets.crs))
    there = verdicts(frame, StreetMap.from_layers(without, streets.crs))
    assert here["evidence"].tolist() == there["evidence"].tolist()


def test_without_any_layer_nothing_is_known(many):
    frame, _ = many(("building", 5, 0, 22))
    assert verdicts(frame, StreetMap.from_layers({}, frame.crs))["rule"].tolist() == ["no_street_data"]


@pytest.mark.parametrize(("x", "y"), [(90_000, 0), (-2_500_000, -3_000_000), (9e7, -9e7)])
def test_a_station_in_the_sea_or_in_another_city_has_no_street_data(many, x, y):
    frame, streets = many(("building", 5, 0, 22), ("building", 5, x, y))
    assert verdicts(frame, streets)["rule"].tolist() == ["clear_line", "no_street_data"]


def test_an_absurd_uncertainty_is_unknown_not_an_error(many):
    frame, streets = many(("building", 1e9, 0, 22), ("address", 3_000, 0, 22), ("building", -4, 0, 22))
    assert verdicts(frame, streets)["verdict"].tolist() == ["unknown", "unknown", "yes"]


def test_broken_geometries_are_mended_or_left_out_and_counted(many):
    frame, streets = many(("building", 5, 0, 22))
    bow = [(EAST, NORTH + 60), (EAST + 9, NORTH + 69), (EAST + 9, NORTH + 60), (EAST, NORTH + 69)]
    flat = shapely.Polygon([(EAST, NORTH), (EAST + 9, NORTH), (EAST, NORTH)])
    buildings = streets.buildings.iloc[[0, 0, 0, 0]].copy()
    buildings.geometry = [streets.buildings.geometry.iloc[0], shapely.Polygon(bow), flat, None]
    ways = streets.streets.iloc[[0, 0, 0]].copy()
    ways.geometry = [
        ways.geometry.iloc[0],
        shapely.LineString([(EAST, NORTH), (EAST, NORTH)]),
        shapely.LineString([(EAST, NORTH), (np.inf, NORTH)]),
    ]
    mended = StreetMap.from_layers({"buildings": buildings, "streets": ways}, streets.crs)
    assert mended.mended["buildings"] == 1
    assert mended.dropped == {"buildings": 2, "streets": 2}
    assert verdicts(frame, mended)["verdict"].tolist() == ["yes"]


def test_layers_in_degrees_and_in_another_zone_are_reprojected(many):
    frame, streets = many(("building", 5, 0, 22))
    mixed = {"streets": streets.streets.to_crs(4326), "buildings": streets.buildings.to_crs(32650)}
    again = verdicts(frame, StreetMap.from_layers(mixed, streets.crs))
    assert again["reason_zh"].tolist() == verdicts(frame, streets)["reason_zh"].tolist()


def test_tags_may_be_missing_in_every_way_pandas_knows(many):
    frame, streets = many(("building", 5, 0, 22))
    for gap in (None, np.nan, pd.NA):
        ways = streets.streets.copy()
        for name in ("name", "access", "foot", "sidewalk", "service", "footway", "motorroad", "oneway"):
            ways[name] = pd.Series([gap] * len(ways), dtype=object)
        buildings = streets.buildings.copy()
        buildings["building"] = pd.Series([gap] * len(buildings), dtype=object)
        layers = {"streets": ways, "buildings": buildings}
        row = verdicts(frame, StreetMap.from_layers(layers, streets.crs)).iloc[0]
        assert (row["verdict"], row["evidence"]["street"]["name"]) == ("yes", None)


def test_wrong_input_is_refused_with_the_mend(many):
    frame, streets = many(("building", 5, 0, 22))
    with pytest.raises(FrameError, match="to_crs"):
        verdicts(frame.to_crs(4326), streets)
    with pytest.raises(FrameError, match="to_crs"):
        verdicts(frame.set_crs(None, allow_override=True), streets)
    with pytest.raises(FrameError, match="accuracy_m"):
        verdicts(frame.drop(columns="accuracy_m"), streets)
    with pytest.raises(FrameError, match="floor"):
        verdicts(frame.assign(floor="ground"), streets)
    with pytest.raises(FrameError, match="not a point"):
        verdicts(frame.set_geometry(frame.buffer(3)), streets)
    with pytest.raises(FrameError, match="not metric"):
        StreetMap.from_layers({}, 4326)
    with pytest.raises(FrameError, match="no layer is called"):
        StreetMap.from_layers({"roads": streets.streets}, streets.crs)
    with pytest.raises(FrameError, match=r"^streets: no geometry"):
        StreetMap.from_layers({"streets": pd.DataFrame(streets.streets)}, streets.crs)


@pytest.mark.parametrize("layer", frames.STREET_LAYERS)
def test_a_layer_that_breaks_its_contract_is_named(many, layer):
    _, streets = many(("building", 5, 0, 22))
    rows = pd.DataFrame({"osm_id": ["way/1"]})
    wrong = gpd.GeoDataFrame(rows, geometry=[shapely.MultiPoint([(0, 0), (1, 1)])], crs=CRS)
    with pytest.raises(FrameError, match=f"^{layer}: "):
        StreetMap.from_layers({layer: wrong}, streets.crs)


# -- junk: whatever the geometries and tags, every station gets a verdict

_HUGE = [0.0, -0.0, 1e-9, 15.0, 18.0, 22.0, -40.0, 60.0, 1e7, 1e300, np.inf, np.nan]
_NUMBER = st.one_of(st.sampled_from(_HUGE), st.floats(-80, 80))
_PLACES = st.lists(st.tuples(_NUMBER, _NUMBER), min_size=2, max_size=6)
_TAG = st.sampled_from(
    [None, np.nan, "", "yes", "no", "private", "permissive", "垃圾", "wall", "gate", "roof"]
)
_TAGS = {
    "highway": st.sampled_from(["primary", "residential", "service", "footway", "motorway", "", "junk"]),
    "closed": st.sampled_from(["yes", "no", "unknown"]),
    "kind": st.sampled_from(["water", "rail"]),
    "barrier": st.sampled_from(["wall", "gate", "kerb", "", "junk"]),
    "entrance": st.sampled_from(["yes", "main", "junk"]),
}


def _junk_shape(kinds, places):
    xy = [(EAST + x, NORTH + y) for x, y in places]
    if kinds == frozenset({"Point"}):
        return shapely.Point(xy[0])
    if "LineString" in kinds:
        return shapely.LineString(xy)
    closed = len(xy) > 2 and np.isfinite(xy[0]).all()
    return shapely.Polygon([*xy, xy[0]]) if closed else shapely.Polygon()


@st.composite
def junk_layers(draw):
    layers = {}
    for name, contract in frames.STREET_LAYERS.items():
        places = draw(st.lists(_PLACES, max_size=3))
        columns = {}
        for column, told in contract.columns.items():
            if told.kind == "number":
                value = st.sampled_from([0.0, 1.0, -1.0] + ([] if told.required else [np.nan, -5.0, 1e12]))
            elif told.kind == "flag":
                value = st.booleans()
            else:
                value = st.just("way/1") if column == "osm_id" else _TAGS.get(column, _TAG)
            values = draw(st.lists(value, min_size=len(places), max_size=len(places)))
            kind = {"number": float, "flag": bool}.get(told.kind, object)
            columns[column] = pd.Series(values, dtype=kind)
        with np.errstate(invalid="ignore"):
            shapes = [draw(st.sampled_from([_junk_shape(contract.geometry, p), None])) for p in places]
        layers[name] = gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, crs=CRS), crs=CRS)
    return layers


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(
    layers=junk_layers(), places=_PLACES, sigma=_NUMBER, kind=st.sampled_from(["entrance", "building", None])
)
def test_junk_never_stops_a_batch(many, layers, places, sigma, kind):
    frame, _ = many(*[("building", 5, 0, 22)] * len(places))
    with np.errstate(invalid="ignore"):
        frame.geometry = [shapely.Point(EAST + x, NORTH + y) for x, y in places]
    frame["accuracy_m"], frame["position_kind"] = sigma, pd.Series([kind] * len(frame), frame.index, object)
    streets = StreetMap.from_layers(layers, CRS)
    found = frames.check(verdicts(frame, streets), frames.VERDICTS)
    assert len(found) == len(frame)
    json.dumps(found["evidence"].tolist(), allow_nan=False)
    assert sum(streets.dropped.values()) <= sum(map(len, layers.values()))
