"""Metric zones and geodesics against formulas and the CRS database itself."""

import numpy as np
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import metric
from geo.errors import CoordinateError
from geo.texts import Text

LAWS = settings(max_examples=100, derandomize=True, deadline=None)
degrees = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


def central_meridian(epsg):
    projection = pyproj.CRS.from_epsg(epsg).coordinate_operation
    return next(p.value for p in projection.params if p.name == "Longitude of natural origin")


@pytest.mark.parametrize("epsg", range(4534, 4555))
def test_each_zone_holds_its_meridian_and_its_western_border(epsg):
    crs = pyproj.CRS.from_epsg(epsg)
    middle = central_meridian(epsg)
    assert "CGCS2000 / 3-degree Gauss-Kruger CM" in crs.name
    assert [metric.gauss_kruger_epsg(middle + d) for d in (-1.5, 0.0, 1.499999)] == [epsg] * 3


@pytest.mark.parametrize("lon", [73.4999, 136.5, -116.4, float("nan"), float("inf")])
def test_a_longitude_outside_the_zones_is_refused_with_its_mend(lon):
    with pytest.raises(CoordinateError) as caught:
        metric.gauss_kruger_epsg(lon)
    assert isinstance(caught.value.args[0], Text)
    assert "UTM" in str(caught.value)


@LAWS
@given(degrees)
def test_every_place_lies_within_the_zone_it_is_given(place):
    epsg = int(metric.zone_epsg(*place))
    apart = abs((place[0] - central_meridian(epsg) + 180) % 360 - 180)
    assert apart <= (1.5 if 4534 <= epsg <= 4554 else 3.0) + 1e-9


def test_zones_of_missing_and_impossible_places_are_zero():
    assert metric.zone_epsg([np.nan, 0.0, 181.0, 0.0], [0.0, np.nan, 0.0, 91.0]).tolist() == [0, 0, 0, 0]
    assert metric.zone_epsg([], []).shape == (0,)


def test_the_middle_decides_and_wrong_positions_do_not():
    lon, lat = np.array([116.2, 116.3, 116.4, 39.9, np.nan]), np.array([39.9, 40.0, 39.8, 116.4, 39.9])
    assert metric.choose_crs(lon, lat).to_epsg() == 4548


def test_the_antimeridian_has_no_middle_in_europe():
    crs = metric.choose_crs([179.9, -179.9, -179.8], [-17.0, -17.0, -17.1])
    assert crs.to_epsg() == 32701


@pytest.mark.parametrize("places", [([], []), ([np.nan], [1.0]), ([200.0], [0.0])])
def test_no_valid_place_no_crs(places):
    with pytest.raises(CoordinateError, match="position"):
        metric.choose_crs(*places)


def test_metres_of_the_chosen_crs_are_metres_of_the_geodesic():
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(115.5, 117.4, 50), rng.uniform(39.5, 41.0, 50)
    crs = metric.choose_crs(lon, lat)
    x, y = pyproj.Transformer.from_crs(4326, crs, always_xy=True).transform(lon, lat)
    plane_m = np.hypot(np.diff(x), np.diff(y))
    np.testing.assert_allclose(plane_m, metric.geodesic_m(lon[:-1], lat[:-1], lon[1:], lat[1:]), rtol=3e-4)


def test_known_lengths():
    quarter_m = 10001965.729  # of a WGS-84 meridian
    assert metric.geodesic_m(0, 0, 0, 90) == pytest.approx(quarter_m, abs=1e-3)
    assert metric.geodesic_m(0, 0, 180, 0) == pytest.approx(2 * quarter_m, abs=2e-3)
    assert metric.geodesic_m(0, 0, 1, 0) == pytest.approx(6378137 * np.pi / 180, abs=1e-6)


def test_missing_gives_missing_and_shapes_broadcast():
    lengths = metric.geodesic_m(116.4, 39.9, np.array([[116.4, np.nan]]), np.array([[39.9], [91.0]]))
    assert lengths.shape == (2, 2)
    assert np.isnan(lengths).tolist() == [[False, True], [True, True]]
    assert np.isnan(metric.bearing_deg(116.4, np.nan, 116.4, 39.9))
    assert metric.geodesic_m([], [], [], []).shape == (0,)


@LAWS
@given(degrees, degrees)
def test_lengths_are_symmetric_and_bearings_are_bearings(one, other):
    there = metric.geodesic_m(*one, *other)
    assert there == pytest.approx(metric.geodesic_m(*other, *one), abs=1e-6)
    assert 0 <= metric.bearing_deg(*one, *other) < 360


@LAWS
@given(degrees, st.floats(0.0, 359.9), st.floats(1.0, 1e6))
def test_walking_the_bearing_for_the_length_arrives(start, bearing, length_m):
    lon, lat, _ = metric.WGS84.fwd(*start, bearing, length_m)
    arrived = metric.WGS84.fwd(
        *start, metric.bearing_deg(*start, lon, lat).item(), metric.geodesic_m(*start, lon, lat).item()
    )
    assert metric.geodesic_m(lon, lat, *arrived[:2]) < 1e-5
