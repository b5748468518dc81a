"""Coordinate systems: published places, round trips, names, and numbers that are no coordinates."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geo import coordsys
from geo.errors import CoordinateError
from geo.texts import Text

ELLIPSOID = Geod(a=6378137.0, rf=298.257223563)
LAWS = settings(max_examples=150, derandomize=True, deadline=None)
SHIFTED = ["gcj02", "bd09", "bd09mc"]
ROUND_TRIP_M = {"wgs84": 0.0, "gcj02": 1e-3, "bd09": 1e-3, "bd09mc": 0.5}
KEYS = {"wgs84": "WGS84", "gcj02": "GCJ02", "bd09": "BD09", "bd09mc": "BD09MC"}

west, south, east, north = coordsys.SHIFT_BOX
inside = st.tuples(st.floats(west + 0.02, east - 0.02), st.floats(south + 0.02, north - 0.02))


def apart_m(one, other):
    return np.asarray(ELLIPSOID.inv(*one, *other)[2])


@pytest.fixture(scope="module")
def cities(shared_data):
    rows = json.loads((shared_data / "coordinates" / "gcoord_china_cities.json").read_text("utf-8"))
    return {name: np.array([row["coords"][key] for row in rows]).T for name, key in KEYS.items()}


@pytest.mark.parametrize("source", KEYS)
@pytest.mark.parametrize("target", KEYS)
def test_664_places_agree_within_a_metre(cities, source, target):
    x, y = coordsys.convert(*cities[source], source, target)
    if target == "bd09mc":
        # metres of a Mercator are longer than metres on the ground by 1 / cos(latitude)
        shrink = np.cos(np.radians(cities["wgs84"][1]))
        assert (np.hypot(x - cities[target][0], y - cities[target][1]) * shrink).max() < 1.0
    else:
        assert apart_m((x, y), cities[target]).max() < 1.0


@pytest.mark.parametrize(("source", "target"), [("gcj02", "bd09"), ("bd09", "gcj02")])
def test_the_second_shift_agrees_within_centimetres(cities, source, target):
    # no approximate inverse in these columns: this catches pi in place of pi * 3000 / 180 (10-40 m)
    assert apart_m(coordsys.convert(*cities[source], source, target), cities[target]).max() < 0.02


@LAWS
@given(inside, st.sampled_from(SHIFTED))
def test_there_and_back_is_the_same_place(place, system):
    back = coordsys.to_wgs84(*coordsys.from_wgs84(*place, system), system)
    assert apart_m(back, place) < ROUND_TRIP_M[system]


@LAWS
@given(inside, st.sampled_from(SHIFTED))
def test_back_and_there_is_the_same_place(place, system):
    x, y = coordsys.from_wgs84(*place, system)
    again = coordsys.from_wgs84(*coordsys.to_wgs84(x, y, system), system)
    scale = 1.0 if system == "bd09mc" else 111_000.0
    assert math.dist(again, (x, y)) * scale < 2 * ROUND_TRIP_M[system]


@LAWS
@given(inside)
def test_the_shift_is_some_hundred_metres_and_smooth(place):
    shift_m = apart_m(coordsys.from_wgs84(*place, "gcj02"), place)
    assert 10.0 < shift_m < 1500.0
    step = place[0] + 1e-4, place[1]
    assert apart_m(coordsys.from_wgs84(*step, "gcj02"), step) == pytest.approx(shift_m, abs=1.0)


@LAWS
@given(inside, st.sampled_from(SHIFTED))
def test_one_place_gives_what_an_array_gives(place, system):
    one = coordsys.point_from_wgs84(*place, system)
    array = coordsys.from_wgs84([place[0]], [place[1]], system)
    np.testing.assert_allclose(one, np.ravel(array), rtol=1e-13)
    back = coordsys.point_to_wgs84(*one, system)
    assert apart_m(back, np.ravel(coordsys.to_wgs84(*array, system))) < 1e-6
    assert isinstance(back, coordsys.LonLat)


@pytest.mark.parametrize("system", SHIFTED[:2])
@pytest.mark.parametrize(
    "place", [(2.35, 48.86), (-58.4, -34.6), (0.0, 0.0), (180.0, 90.0), (72.003, 30.0), (1e300, -1e300)]
)
def test_outside_the_box_nothing_is_shifted(place, system):
    for way in (coordsys.from_wgs84, coordsys.to_wgs84):
        assert tuple(float(v) for v in way(*place, system)) == place
    assert coordsys.point_from_wgs84(*place, system) == place
    assert coordsys.point_to_wgs84(*place, system) == place


def test_the_whole_border_is_shifted_and_its_outside_is_not():
    lon = np.array([west, east, 100.0, 100.0])
    lat = np.array([30.0, 30.0, south, north])
    out = np.array([-1e-9, 1e-9, 0.0, 0.0]), np.array([0.0, 0.0, -1e-9, 1e-9])
    assert (apart_m(coordsys.from_wgs84(lon, lat, "gcj02"), (lon, lat)) > 10).all()
    lon, lat = lon + out[0], lat + out[1]
    assert (apart_m(coordsys.from_wgs84(lon, lat, "gcj02"), (lon, lat)) == 0).all()


@pytest.mark.parametrize("source", KEYS)
@pytest.mark.parametrize("target", KEYS)
def test_missing_stays_missing_and_empty_stays_empty(source, target):
    x, y = coordsys.convert([np.nan, 116.4, np.inf], [39.9, np.nan, 39.9], source, target)
    assert np.isnan(x).all() and np.isnan(y).all()
    assert [v.shape for v in coordsys.convert([], [], source, target)] == [(0,), (0,)]


def test_shapes_broadcast_and_the_input_is_left_alone():
    lon, lat = np.full((2, 3), 116.4), np.array([39.9, 40.0, 40.1])
    x, y = coordsys.from_wgs84(lon, lat, "bd09")
    assert x.shape == y.shape == (2, 3)
    assert (lon == 116.4).all() and lat.tolist() == [39.9, 40.0, 40.1]
    same, _ = coordsys.convert(lon, lat, "wgs84", "wgs84")
    same[:] = 0
    assert (lon == 116.4).all()


def test_baidus_mercator_ends_before_75_degrees():
    _, y = coordsys.from_wgs84([10.0, 10.0, -10.0], [74.9, 75.0, -74.9], "bd09mc")
    assert np.isfinite(y).tolist() == [True, False, True]
    assert y[0] == -y[2]
    assert math.isnan(coordsys.point_from_wgs84(10.0, 75.0, "bd09mc")[1])
    assert math.isnan(coordsys.point_to_wgs84(0.0, 2e7, "bd09mc").lat)


@pytest.mark.parametrize(
    ("name", "system"),
    [
        ("wgs84", "wgs84"), ("WGS84", "wgs84"), (" Wgs-84 ", "wgs84"), ("gps", "wgs84"), ("wgs84ll", "wgs84"),
        ("gcj02", "gcj02"), ("GCJ-02", "gcj02"), ("AutoNavi", "gcj02"), ("gcj02ll", "gcj02"),
        ("bd09", "bd09"), ("baidu", "bd09"), ("BD09LL", "bd09"), ("bd09mc", "bd09mc"), ("BD-09 MC", "bd09mc"),
    ],
)  # fmt: skip
def test_names_and_aliases(name, system):
    assert coordsys.parse(name) == system


@pytest.mark.parametrize("name", [None, "", "  ", "-", "epsg:4326", "wgs", "火星", "x" * 500])
def test_a_missing_or_unknown_name_is_told_what_there_is(name):
    with pytest.raises(CoordinateError) as caught:
        coordsys.parse(name)
    text = caught.value.args[0]
    assert isinstance(text, Text)
    for words in text:
        assert all(system in words for system in ("wgs84", "gcj02", "bd09"))
        assert "GPS" in words and len(words) < 400
    assert "高德" in text.zh and "百度" in text.zh
    assert "Amap" in text.en and "Baidu" in text.en


def test_braces_in_a_name_are_only_text():
    with pytest.raises(CoordinateError, match=r"\{name\}\{0\}"):
        coordsys.parse("{name}{0}")


def test_plausible_degrees_and_metres():
    x = [116.4, 181.0, 116.4, 0.0, np.nan, 12957000.0]
    y = [39.9, 39.9, 91.0, 0.0, 39.9, 4826000.0]
    assert coordsys.is_plausible(x, y, "gcj02").tolist() == [True] + [False] * 5
    assert coordsys.is_plausible(x, y, "bd09mc").tolist() == [False, True, True, False, False, True]
    assert coordsys.is_plausible([], [], "wgs84").shape == (0,)


def test_swapped_numbers_are_recognised_all_over_china(cities):
    lon, lat = cities["wgs84"]
    assert not coordsys.looks_swapped(lon, lat).any()
    assert coordsys.looks_swapped(lat, lon).mean() > 0.99
    assert not coordsys.looks_swapped([np.nan, 39.9], [116.4, np.nan]).any()
