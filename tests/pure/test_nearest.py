"""The index equals a geodesic brute force: everywhere, with ties, masks and radii."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geo import chord
from geo.errors import CoordinateError, ParameterError
from geo.nearest import Hits, NearestIndex

ELLIPSOID = Geod(a=6378137.0, rf=298.257223563)
LAWS = settings(max_examples=40, derandomize=True, deadline=None)


def brute(stations, query, k, *, radius_m=math.inf, accept=None, rank=None):
    """All geodesics, sorted by distance, then rank: the oracle. Positions and distances."""
    lon, lat = (np.asarray(v, dtype=float) for v in stations)
    rows = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    if accept is not None:
        rows = rows[np.asarray(accept)[rows]]
    x, y = (np.full(len(rows), float(v)) for v in query)
    distance_m = np.asarray(ELLIPSOID.inv(x, y, lon[rows], lat[rows])[2], dtype=float)
    rows, distance_m = rows[distance_m <= radius_m], distance_m[distance_m <= radius_m]
    ranks = rows if rank is None else np.asarray(rank)[rows]
    order = np.lexsort((rows, ranks, distance_m))[:k]
    return rows[order].tolist(), distance_m[order].tolist()


def answer(hits: Hits):
    return hits.positions.tolist(), hits.distance_m.tolist()


def line(hits: Hits, i: int):
    """One row of many answers, without the empty places."""
    there = hits.positions[i] >= 0
    assert np.isinf(hits.distance_m[i][~there]).all()
    assert np.isnan(hits.bearing_deg[i][~there]).all()
    assert not there.any() or there[: there.sum()].all(), "empty places come last"
    return hits.positions[i][there].tolist(), hits.distance_m[i][there].tolist()


def check(stations, queries, k, **options):
    """One query and many queries both give what the oracle gives."""
    rank = options.pop("rank", None)
    index = NearestIndex(*stations, rank=rank)
    many = index.query_many(queries[0], queries[1], k, **options)
    lean = index.query_many(queries[0], queries[1], k, **options, bearings=False)
    same_but_for_a_micrometre(lean, many)
    assert many.positions.shape == (len(queries[0]), k)
    limits = {"radius_m": options.get("radius_m") or math.inf, "accept": options.get("accept")}
    if options.get("radius_m") == 0:
        limits["radius_m"] = 0.0
    for i, query in enumerate(zip(*queries, strict=True)):
        expected = brute(stations, query, k, rank=rank, **limits)
        one = index.query(float(query[0]), float(query[1]), k, **options)
        assert answer(one) == expected
        assert line(many, i) == expected
        assert one.bearing_deg.tolist() == many.bearing_deg[i][: len(one.positions)].tolist()


def same_but_for_a_micrometre(lean: Hits, many: Hits):
    """Without bearings: the same stations in the same order, the same distances once rounded to 0.1 m."""
    assert lean.positions.tolist() == many.positions.tolist()
    assert lean.distance_m.round(1).tolist() == many.distance_m.round(1).tolist()
    there = many.positions >= 0
    assert np.isinf(lean.distance_m[~there]).all()
    np.testing.assert_allclose(lean.distance_m[there], many.distance_m[there], rtol=0, atol=1e-6)
    assert np.isnan(lean.bearing_deg).all()


def clustered(rng, n, cities=12, spread=0.1):
    where = rng.integers(0, cities, n)
    lon, lat = rng.uniform(75, 130, cities), rng.uniform(20, 50, cities)
    return lon[where] + rng.normal(0, spread, n), lat[where] + rng.normal(0, spread, n)


def everywhere(rng, n):
    return rng.uniform(-180, 180, n), np.degrees(np.arcsin(rng.uniform(-1, 1, n)))


@pytest.mark.parametrize("k", [1, 5, 30])
def test_clustered_stations_equal_brute_force(k):
    rng = np.random.default_rng(k)
    check(clustered(rng, 1500), clustered(rng, 500), k)


@pytest.mark.parametrize("k", [1, 5])
def test_stations_all_over_the_earth_equal_brute_force(k):
    rng = np.random.default_rng(k)
    check(everywhere(rng, 1200), everywhere(rng, 500), k)


def test_far_queries_equal_brute_force():
    rng = np.random.default_rng(3)
    check(clustered(rng, 1000, cities=3, spread=1.0), everywhere(rng, 150), 4)


def test_antipodes_of_a_dense_cluster_equal_brute_force():
    rng = np.random.default_rng(4)
    stations = rng.normal(100, 1, 800), rng.normal(1, 1, 800)
    check(stations, (rng.normal(-80, 1, 60), rng.normal(-1, 1, 60)), 3)


@pytest.mark.parametrize("share", [None, 0.9, 0.5, 0.05, 0.001])
def test_a_city_seen_from_the_other_side_of_the_earth_equals_brute_force(share):
    rng = np.random.default_rng(15)
    city = 116.4 + rng.normal(0, 0.2, 3000), 39.9 + rng.normal(0, 0.2, 3000)
    towns = clustered(rng, 1500, cities=25)
    accept = None if share is None else rng.random(3000) < share
    check(city, everywhere(rng, 40), 3, accept=accept)
    check(city, ([-63.6, -63.61, 0.0, 0.0], [-39.9, -39.9, 0.0, 0.0]), 20, accept=accept)
    check(towns, everywhere(rng, 40), 5, accept=None if accept is None else accept[:1500])


def test_a_far_radius_ends_inside_a_city():
    rng = np.random.default_rng(16)
    city = 116.4 + rng.normal(0, 0.2, 2000), 39.9 + rng.normal(0, 0.2, 2000)
    middle_m = float(np.median(ELLIPSOID.inv(np.zeros(2000), np.zeros(2000), *city)[2]))
    for radius_m in (middle_m - 40_000, middle_m - 25_000, middle_m):
        check(city, ([0.0], [0.0]), 30, radius_m=radius_m)


def test_many_far_queries_at_one_place_are_all_answered():
    rng = np.random.default_rng(17)
    stations = clustered(rng, 2000, cities=5)
    there = NearestIndex(*stations).query_many(np.zeros(200), np.zeros(200), 3)
    assert (there.positions == there.positions[0]).all()
    assert line(there, 7) == brute(stations, (0.0, 0.0), 3)


def test_around_the_poles_and_the_antimeridian():
    rng = np.random.default_rng(5)
    polar = rng.uniform(-180, 180, 300), 90 - np.abs(rng.normal(0, 0.01, 300))
    check(polar, ([0.0, 180.0, -77.0], [90.0, 90.0, 89.999]), 6)
    date_line = np.where(rng.random(400) < 0.5, 179.99, -179.99) + rng.normal(0, 0.005, 400)
    check(
        (date_line, rng.normal(0, 0.02, 400)),
        ([180.0, -180.0, 179.999, -179.999], [0.0, 0.0, 0.01, -0.01]),
        9,
    )


def test_points_a_millimetre_apart_are_told_apart():
    rng = np.random.default_rng(6)
    millimetre = 1e-8
    stations = 116.4 + millimetre * rng.normal(0, 1, 300), 39.9 + millimetre * rng.normal(0, 1, 300)
    check(stations, (116.4 + millimetre * rng.normal(0, 1, 50), 39.9 + millimetre * rng.normal(0, 1, 50)), 7)


def test_many_more_than_k_at_one_place_come_in_order_of_rank():
    rng = np.random.default_rng(7)
    lon, lat = np.repeat([116.4, 116.41, 116.42], 60), np.repeat([39.9, 39.9, 39.95], 60)
    rank = rng.permutation(180)
    for k in (1, 3, 61):
        check((lon, lat), ([116.4, 116.405, 116.7], [39.9, 39.9, 39.9]), k, rank=rank)


def test_without_bearings_what_a_micrometre_could_change_is_measured():
    # lines at the edge between two tenths of a metre, at the radius, and with mirror images, which are ties
    rng = np.random.default_rng(19)
    n = 400
    edge_m = rng.integers(0, 140_000, n) / 10 + 0.05 + rng.uniform(-4e-7, 4e-7, n)
    azimuth = rng.uniform(1, 179, n)
    here = rng.uniform(75, 130, n), rng.uniform(-60, 60, n)
    for lon, lat, a, m in zip(*here, azimuth, edge_m, strict=True):
        x, y, _ = ELLIPSOID.fwd(lon, lat, a, m)
        index = NearestIndex([x, 2 * lon - x, x], [y, y, y], rank=[2, 1, 3])
        measured_m = ELLIPSOID.inv(lon, lat, x, y)[2]
        for radius_m in (None, measured_m, float(np.nextafter(measured_m, 0)), measured_m - 3e-7):
            options = {"radius_m": radius_m}
            lean = index.query_many([lon], [lat], 3, **options, bearings=False)
            same_but_for_a_micrometre(lean, index.query_many([lon], [lat], 3, **options))


def test_equal_distances_on_both_sides_are_ties():
    # mirrored about the query's meridian: exactly the same geodesic
    index = NearestIndex([1.0, -1.0, 1.0], [10.0, 10.0, 10.0], rank=["c", "b", "a"])
    hits = index.query(0.0, 10.0, 2)
    assert hits.distance_m[0] == hits.distance_m[1]
    assert hits.positions.tolist() == [2, 1]


def test_a_whole_registry_at_one_place_still_answers():
    index = NearestIndex(np.full(5000, 116.4), np.full(5000, 39.9), rank=np.arange(5000)[::-1])
    assert index.query(116.5, 39.9, 3).positions.tolist() == [4999, 4998, 4997]
    assert index.query_many([116.5, 116.4], [39.9, 39.9], 2).positions.tolist() == [[4999, 4998]] * 2


@pytest.mark.parametrize("radius_m", [0.0, 500.0, 20_000.0, 3_000_000.0])
def test_radius_equals_brute_force(radius_m):
    rng = np.random.default_rng(8)
    stations = clustered(rng, 900, cities=4)
    queries = np.append(stations[0][:40], 0.0), np.append(stations[1][:40], 0.0)
    check(stations, queries, 5, radius_m=radius_m)


def test_a_station_exactly_at_the_radius_counts():
    index = NearestIndex([116.5], [39.9])
    distance_m = index.query(116.4, 39.9, 1).distance_m[0]
    assert len(index.query(116.4, 39.9, 1, radius_m=distance_m).positions) == 1
    assert len(index.query(116.4, 39.9, 1, radius_m=np.nextafter(distance_m, 0)).positions) == 0


@pytest.mark.parametrize("share", [0.0, 0.002, 0.02, 0.3, 0.9, 1.0])
@pytest.mark.parametrize("queries", [20, 60])
def test_mask_equals_brute_force_on_the_accepted(share, queries):
    rng = np.random.default_rng(9)
    stations = clustered(rng, 4000)
    accept = rng.random(4000) < share
    check(stations, clustered(rng, queries), 4, accept=accept)
    check(stations, clustered(rng, queries), 4, accept=accept, radius_m=30_000.0)


def test_mask_of_a_far_city_is_found():
    rng = np.random.default_rng(10)
    lon, lat = clustered(rng, 6000, cities=2)
    check((lon, lat), ([lon[0]], [lat[0]]), 5, accept=np.hypot(lon - lon[0], lat - lat[0]) > 2)


def test_mask_with_many_accepted_at_one_place():
    rng = np.random.default_rng(11)
    lon, lat = np.full(3000, 116.4), np.full(3000, 39.9)
    check((lon, lat), ([116.41], [39.9]), 3, accept=rng.random(3000) < 0.5, rank=rng.permutation(3000))


def test_restricted_index_keeps_positions_of_the_whole():
    rng = np.random.default_rng(12)
    stations = clustered(rng, 500)
    accept = rng.random(500) < 0.3
    part = NearestIndex(*stations).restricted(accept)
    assert len(part) == accept.sum()
    assert answer(part.query(100.0, 30.0, 6)) == brute(stations, (100.0, 30.0), 6, accept=accept)


def test_missing_rows_are_never_found():
    stations = [116.4, np.nan, 116.5, 116.6], [39.9, 39.9, np.nan, 39.9]
    check(stations, ([116.5], [39.9]), 4)
    assert len(NearestIndex(*stations)) == 2


def test_missing_query_finds_nothing():
    index = NearestIndex([116.4], [39.9])
    assert len(index.query(math.nan, 39.9, 3).positions) == 0
    assert index.query_many([math.nan, 116.4], [39.9, 39.9], 2).positions.tolist() == [[-1, -1], [0, -1]]


@pytest.mark.parametrize("stations", [([], []), ([np.nan], [np.nan])])
def test_an_empty_registry_answers_nothing(stations):
    index = NearestIndex(*stations)
    accept = np.ones(len(stations[0]), dtype=bool)
    assert answer(index.query(116.4, 39.9, 3)) == ([], [])
    assert answer(index.query(116.4, 39.9, 3, radius_m=10.0, accept=accept)) == ([], [])
    assert (
        index.query_many(np.zeros(50), np.zeros(50), 3, accept=accept).positions.tolist() == [[-1] * 3] * 50
    )


def test_one_station_and_no_queries():
    check(([116.4], [39.9]), ([116.4, -63.6], [39.9, -39.9]), 3)
    assert NearestIndex([116.4], [39.9]).query_many([], [], 2).positions.shape == (0, 2)


def test_bearings_point_from_the_query_to_the_station():
    index = NearestIndex([0.0, 1.0, 0.0, -1.0, 0.0], [1.0, 0.0, -1.0, 0.0, 0.0])
    hits = index.query(0.0, 0.0, 5)
    assert dict(zip(hits.positions.tolist(), hits.bearing_deg.tolist(), strict=True)) == {
        0: 0.0,
        1: 90.0,
        2: 180.0,
        3: 270.0,
        4: 0.0,
    }


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda i: i.query(0, 0, 0), ParameterError, "at least 1"),
        (lambda i: i.query(0, 0, 1, radius_m=-1), ParameterError, "radius_m"),
        (lambda i: i.query(0, 0, 1, radius_m=math.nan), ParameterError, "radius_m"),
        (lambda i: i.query(39.9, 116.4, 1), CoordinateError, "check the order"),
        (lambda i: i.query(math.inf, 0, 1), CoordinateError, "query point"),
        (lambda i: i.query_many([0, 0], [0, 91], 1), CoordinateError, "query point 1"),
        (lambda i: i.query_many([0, 0], [0], 1), ParameterError, "shapes"),
        (lambda i: i.query(0, 0, 1, accept=[True, False]), ParameterError, "accept"),
        (lambda i: i.query(0, 0, 1, accept=[0]), ParameterError, "bool"),
        (lambda i: NearestIndex([39.9], [116.4]), CoordinateError, "station 0"),
        (lambda i: NearestIndex([1.0, 2.0], [1.0, 2.0], rank=[1]), ParameterError, "rank"),
    ],
)
def test_bad_input_is_refused_by_name(call, error, says):
    with pytest.raises(error, match=says):
        call(NearestIndex([116.4], [39.9]))


# -- laws

degrees = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
places = st.lists(degrees, min_size=1, max_size=40)


@LAWS
@given(places, degrees, st.integers(1, 6))
def test_any_registry_equals_brute_force(stations, query, k):
    stations = tuple(zip(*stations, strict=True))
    check(stations, ([query[0]], [query[1]]), k)


@LAWS
@given(places, degrees, st.integers(1, 6), st.floats(-180, 180))
def test_turning_the_earth_changes_no_distance(stations, query, k, turn):
    lon, lat = map(np.array, zip(*stations, strict=True))
    here = NearestIndex(lon, lat).query(*query, k)
    there = NearestIndex(lon + turn, lat).query(query[0] + turn, query[1], k)
    # the sum of longitudes rounds at 1e-13 degrees, some nanometres
    np.testing.assert_allclose(there.distance_m, here.distance_m, atol=1e-6)


@LAWS
@given(places, degrees, degrees, st.integers(1, 6))
def test_a_farther_station_changes_nothing(stations, query, extra, k):
    lon, lat = map(list, zip(*stations, strict=True))
    before = NearestIndex(lon, lat).query(*query, k)
    added_m = ELLIPSOID.inv(*query, *extra)[2]
    after = NearestIndex([*lon, extra[0]], [*lat, extra[1]]).query(*query, k)
    if len(before.positions) == k and added_m >= before.distance_m[-1]:
        assert answer(after) == answer(before)
    else:
        assert len(lon) in after.positions


@LAWS
@given(places, degrees, st.floats(0, 2.1e7), st.floats(0, 2.1e7))
def test_a_larger_radius_only_adds_at_the_end(stations, query, one_m, other_m):
    index = NearestIndex(*zip(*stations, strict=True))
    small, large = (index.query(*query, 40, radius_m=r) for r in sorted((one_m, other_m)))
    assert large.positions[: len(small.positions)].tolist() == small.positions.tolist()
    assert (large.distance_m[len(small.positions) :] > min(one_m, other_m)).all()


@settings(max_examples=400, derandomize=True, deadline=None)
@given(degrees, degrees)
def test_the_chord_is_within_reach_of_the_geodesic(one, other):
    a, b = (np.array(chord.one_in_space(*p)) for p in (one, other))
    distance_m = ELLIPSOID.inv(*one, *other)[2]
    assert np.linalg.norm(a - b) <= chord.reach_m(distance_m)


@settings(max_examples=400, derandomize=True, deadline=None)
@given(degrees, degrees)
def test_the_geodesic_is_no_longer_than_the_longest_way(one, other):
    a, b = (np.array(chord.one_in_space(*p)) for p in (one, other))
    longest_m = chord.longest_way_m(np.array([np.linalg.norm(a - b)]))[0]
    assert ELLIPSOID.inv(*one, *other)[2] <= longest_m + chord.SLACK_M


@settings(max_examples=600, derandomize=True, deadline=None)
@given(degrees, st.floats(0, 360), st.floats(0, chord.SHORT_M))
def test_a_short_geodesic_follows_from_its_chord(one, azimuth, distance_m):
    other = ELLIPSOID.fwd(*one, azimuth, distance_m)[:2]
    a, b = chord.one_in_space(*one), chord.one_in_space(*other)
    found_m = chord.short_way_m(math.dist(a, b), a[2], b[2])
    assert abs(found_m - ELLIPSOID.inv(*one, *other)[2]) < 4e-7


def test_short_geodesics_follow_from_their_chords_all_over_the_earth():
    rng = np.random.default_rng(18)
    x, y = everywhere(rng, 200_000)
    distance_m = np.append(rng.uniform(0.99, 1.0, 100_000), 10 ** rng.uniform(-7, 0, 100_000)) * chord.SHORT_M
    u, v, _ = ELLIPSOID.fwd(x, y, rng.uniform(0, 360, 200_000), distance_m)
    here, there = chord.in_space(x, y), chord.in_space(np.array(u), np.array(v))
    found_m = chord.short_way_m(np.linalg.norm(here - there, axis=1), here[:, 2], there[:, 2])
    assert np.abs(found_m - ELLIPSOID.inv(x, y, u, v)[2]).max() < 4e-7


def test_the_reach_is_close_to_the_shortest_chord():
    rng = np.random.default_rng(13)
    x, y = everywhere(rng, 200_000)
    u, v = everywhere(rng, 200_000)
    distance_m = ELLIPSOID.inv(x, y, u, v)[2]
    chords = np.linalg.norm(chord.in_space(x, y) - chord.in_space(u, v), axis=1)
    reach = chord.reaches_m(distance_m)
    assert (chords <= reach).all()
    assert (reach / chords)[distance_m <= 1e7].max() < 1.013


def test_space_agrees_with_the_geocentric_crs():
    from pyproj import Transformer

    rng = np.random.default_rng(14)
    lon, lat = everywhere(rng, 100)
    x, y, z = Transformer.from_crs(4979, 4978, always_xy=True).transform(lon, lat, np.zeros(100))
    np.testing.assert_allclose(chord.in_space(lon, lat), np.stack([x, y, z], axis=1), atol=1e-7)
    np.testing.assert_allclose(chord.one_in_space(lon[0], lat[0]), (x[0], y[0], z[0]), atol=1e-7)
