"""Travel times against networkx on random streets, against Bellman's condition, and in a town done by hand."""

import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse import csgraph

from geo import network, travel
from geo.errors import ParameterError
from geo.network import Network, snap
from geo.network.graph import arcs

SPEED_KMH = 3.6
"""One metre a second: metres and seconds are the same numbers."""


def random_streets(seed: int, nodes: int = 30, segments: int = 60) -> Network:
    """Streets at random: one-ways, parallel segments of other lengths, coincident nodes, islands."""
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0, 1000, (nodes, 2))
    xy[1] = xy[0]  # two nodes at one place: a segment of no length
    tail, head = rng.integers(0, nodes, segments), rng.integers(0, nodes, segments)
    tail[:6], head[:6] = head[6:12], tail[6:12]  # parallel, drawn the other way round
    tail[12], head[12] = 0, 1
    way = rng.integers(0, 3, segments)
    way[12] = 0
    drawn = np.hypot(*(xy[head] - xy[tail]).T)
    length = drawn * np.where(rng.random(segments) < 0.3, 1.5, 1.0)
    return Network.from_segments(
        xy, tail, head, speed_kmh=SPEED_KMH, forward=way != 1, backward=way != 2, length_m=length
    )


def random_places(streets: Network, count: int, seed: int) -> network.Snaps:
    """Places along segments at random, some at nodes, some on the same segment, some refused."""
    rng = np.random.default_rng(seed)
    segment = rng.integers(0, min(streets.n_segments, 25), count)
    share = np.where(rng.random(count) < 0.2, rng.integers(0, 2, count), rng.random(count))
    tail, head = streets.xy[streets.tail[segment]], streets.xy[streets.head[segment]]
    on = tail + share[:, None] * (head - tail)
    leg = rng.uniform(0, 50, count)
    refused = rng.random(count) < 0.1
    return network.Snaps(
        streets,
        np.where(refused, -1, segment),
        np.where(refused, np.nan, share * streets.length_m[segment]),
        leg,
        on,
        on + np.column_stack([leg, np.zeros(count)]),
        refused.astype(np.int8),
    )


def by_networkx(streets: Network, facilities: network.Snaps, demand: network.Snaps) -> np.ndarray:
    """Seconds from demand (row) to facility (column): every place a node that cuts its segment, nothing clever."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(streets.n_nodes))
    on_segment: dict[int, list[tuple[float, str]]] = {}
    for kind, places in (("f", facilities), ("d", demand)):
        for i in np.flatnonzero(places.ok):
            on_segment.setdefault(int(places.segment[i]), []).append((places.along_m[i], f"{kind}{i}"))
            legs = [(f"{kind}{i}", f"{kind}{i}door"), (f"{kind}{i}door", f"{kind}{i}")]
            graph.add_edges_from(legs, weight=places.access_m[i])
    for s in range(streets.n_segments):
        tail, head, length = int(streets.tail[s]), int(streets.head[s]), streets.length_m[s]
        stops = [(0.0, tail), *sorted(on_segment.get(s, [])), (length, head)]
        for (m1, a), (m2, b) in itertools.pairwise(stops):
            if streets.forward[s] or m1 == m2:
                graph.add_edge(a, b, weight=m2 - m1)
            if streets.backward[s] or m1 == m2:
                graph.add_edge(b, a, weight=m2 - m1)
    found = np.full((len(demand), len(facilities)), np.inf)
    for i in np.flatnonzero(demand.ok):
        far = nx.single_source_dijkstra_path_length(graph, f"d{i}door")
        for j in np.flatnonzero(facilities.ok):
            found[i, j] = far.get(f"f{j}door", np.inf)
    return found


@pytest.mark.parametrize("seed", range(25))
def test_all_pairs_and_the_nearest_are_what_networkx_finds(seed):
    streets = random_streets(seed)
    facilities, demand = random_places(streets, 7, seed + 100), random_places(streets, 20, seed + 200)
    expected = by_networkx(streets, facilities, demand)

    time_s, facility = travel.nearest(streets, facilities, demand)
    np.testing.assert_allclose(time_s, expected.min(axis=1), atol=1e-9)
    reached = np.flatnonzero(np.isfinite(time_s))
    np.testing.assert_allclose(expected[reached, facility[reached]], time_s[reached], atol=1e-9)
    assert (facility[~np.isfinite(time_s)] == -1).all()

    limit_s = 700.0
    lists = travel.within(streets, facilities, demand, limit_s)
    dense = np.full(expected.shape, np.inf)
    dense[lists.rows(), lists.facility] = lists.cost
    np.testing.assert_allclose(dense, np.where(expected <= limit_s, expected, np.inf), rtol=1e-6)


@pytest.mark.parametrize("seed", range(12))
def test_one_trip_is_as_long_as_its_path(seed):
    streets = random_streets(seed)
    straight = Network.from_segments(
        streets.xy,
        streets.tail,
        streets.head,
        speed_kmh=SPEED_KMH,
        forward=streets.forward,
        backward=streets.backward,
    )
    facilities, demand = random_places(straight, 9, seed + 300), random_places(straight, 6, seed + 400)
    expected = by_networkx(straight, facilities, demand)
    for i in range(len(demand)):
        found = travel.trips(straight, demand.take([i]), facilities)
        np.testing.assert_allclose(found.time_s, expected[i], atol=1e-9)
        for j in np.flatnonzero(np.isfinite(found.time_s)):
            line = found.path(int(j))
            drawn = np.hypot(*np.diff(line, axis=0).T).sum()
            assert drawn == pytest.approx(found.length_m[j], abs=1e-6)
            np.testing.assert_allclose(line[[0, -1]], [demand.place_xy[i], facilities.place_xy[j]])


@pytest.mark.parametrize("seed", range(6))
def test_bellmans_condition_holds_on_every_arc(seed):
    streets = random_streets(seed, nodes=200, segments=500)
    facilities = random_places(streets, 10, seed)
    time_s, facility = travel.to_nodes(streets, facilities)
    graph = streets.graph.tocoo()
    there = np.isfinite(time_s[graph.col])
    assert (time_s[graph.row][there] <= graph.data[there] + time_s[graph.col][there] + 1e-9).all()
    # and each node that is reached has an arc, or a facility on its segment, that explains its time
    row, col, data = graph.row[there], graph.col[there], graph.data[there]
    tight = np.abs(time_s[row] - data - time_s[col]) < 1e-9
    explained = np.zeros(streets.n_nodes, dtype=bool)
    explained[row[tight]] = True
    own = facilities.segment[facilities.ok]
    explained[streets.tail[own]], explained[streets.head[own]] = True, True
    assert explained[np.isfinite(time_s)].all()
    assert ((facility == -1) == ~np.isfinite(time_s)).all()


def test_the_published_traps_do_not_spring():
    start, end, seconds = [0, 0, 1, 2], [1, 1, 2, 0], [7.0, 5.0, 0.0, 1.0]
    added = sparse.csr_array((seconds, (start, end)), shape=(3, 3))
    assert added[0, 1] == 12.0, "a plain constructor adds parallel arcs: the trap is there"
    ours = arcs(3, start, end, seconds)
    assert ours[0, 1] == 5.0
    assert ours.nnz == 3, "an arc of no length is stored"
    found = csgraph.dijkstra(ours, indices=0)
    assert found.tolist() == [0.0, 5.0, 5.0], "and is used"


def test_a_street_in_one_direction_leads_to_the_station_and_not_away():
    # a square of one-ways, 100 m a side, round to the left
    xy = [[0, 0], [100, 0], [100, 100], [0, 100]]
    ring = Network.from_segments(xy, [0, 1, 2, 3], [1, 2, 3, 0], speed_kmh=SPEED_KMH, backward=[False] * 4)
    station = snap(ring, [[50, 0]])
    time_s, _ = travel.nearest(ring, station, snap(ring, [[20, 0], [80, 0], [100, 50]]))
    assert time_s.tolist() == pytest.approx([30.0, 370.0, 300.0])


def test_places_on_one_segment_meet_along_it():
    lane = Network.from_segments([[0, 0], [100, 0]], [0], [1], speed_kmh=SPEED_KMH, backward=[False])
    station = snap(lane, [[60, 10]])
    time_s, facility = travel.nearest(lane, station, snap(lane, [[20, 5], [60, 0], [80, 0]]))
    assert time_s.tolist() == [55.0, 10.0, np.inf]
    assert facility.tolist() == [0, 0, -1]


def test_the_nearest_of_several_on_one_segment_counts_the_legs():
    lane = Network.from_segments([[0, 0], [300, 0]], [0], [1], speed_kmh=SPEED_KMH)
    stations = snap(lane, [[100, 90], [120, 0], [200, 1]])
    time_s, facility = travel.nearest(lane, stations, snap(lane, [[100, 0], [180, 0]]))
    assert time_s.tolist() == [20.0, 21.0]
    assert facility.tolist() == [1, 2]


def test_a_trip_of_exactly_the_limit_counts():
    # 1,250 m at 5 km/h are 15 minutes
    street = Network.from_segments([[0, 0], [700, 0], [1250, 0]], [0, 1], [1, 2], speed_kmh=5)
    demand, station = snap(street, [[0, 0]]), snap(street, [[1250, 0]])
    assert travel.within(street, station, demand, 900).n_pairs == 1
    assert travel.within(street, station, demand, 899.9).n_pairs == 0
    assert travel.trips(street, demand, station, 900).time_s[0] == pytest.approx(900)
    assert travel.trips(street, demand, station, 899.9).time_s[0] == np.inf


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(0, 10_000), st.integers(0, 6), st.floats(0, 900), st.floats(0, 300))
def test_more_stations_or_more_minutes_never_reach_less(seed, fewer, limit_s, more_s):
    streets = random_streets(seed)
    facilities, demand = random_places(streets, 7, seed + 1), random_places(streets, 15, seed + 2)
    some, _ = travel.nearest(streets, facilities.take(np.arange(fewer)), demand)
    every, _ = travel.nearest(streets, facilities, demand)
    assert (every <= some + 1e-9).all()
    near = travel.within(streets, facilities, demand, limit_s)
    wide = travel.within(streets, facilities, demand, limit_s + more_s)
    assert (np.diff(near.indptr) <= np.diff(wide.indptr)).all()
    assert (np.diff(near.indptr) == np.diff(wide.within(limit_s).indptr)).all()


def test_nothing_to_find_is_no_error():
    street = Network.from_segments([[0, 0], [100, 0]], [0], [1], speed_kmh=SPEED_KMH)
    empty = Network.from_segments(np.empty((0, 2)), [], [], speed_kmh=SPEED_KMH)
    none, one = snap(street, np.empty((0, 2))), snap(street, [[50, 0]])
    assert travel.nearest(street, none, one)[0].tolist() == [np.inf]
    assert travel.nearest(street, one, none)[0].tolist() == []
    assert travel.within(street, none, one, 60).indptr.tolist() == [0, 0]
    assert travel.catchments(street, none, 60).empty
    lost = snap(empty, [[0, 0]])
    assert lost.counts()["no_street"] == 1
    assert travel.nearest(empty, lost, lost)[1].tolist() == [-1]
    assert travel.path(street, one, snap(street, [[500, 500]]))[0] == np.inf


def test_snaps_of_another_network_are_refused():
    one = Network.from_segments([[0, 0], [100, 0]], [0], [1], speed_kmh=SPEED_KMH)
    other = Network.from_segments([[0, 0], [100, 0]], [0], [1], speed_kmh=SPEED_KMH)
    with pytest.raises(ParameterError, match="another network"):
        travel.nearest(one, snap(one, [[0, 0]]), snap(other, [[0, 0]]))


@pytest.mark.parametrize("seed", range(8))
def test_catchments_agree_with_the_nearest_facility_everywhere(seed):
    streets = random_streets(seed, nodes=15, segments=25)
    streets = Network.from_segments(  # straight segments, so that a drawing has the length that it says
        streets.xy, streets.tail, streets.head, speed_kmh=SPEED_KMH,
        forward=streets.forward, backward=streets.backward,
    )  # fmt: skip
    facilities = random_places(streets, 4, seed + 7)
    limit_s = 400.0
    drawn = travel.catchments(streets, facilities, limit_s)
    assert drawn.geometry.length.to_numpy() == pytest.approx(drawn.length_m.to_numpy(), abs=1e-6)
    # a thousand places along each segment: how much of it is within the limit, and whose it is
    share = (np.arange(1000) + 0.5) / 1000
    total = np.zeros(len(facilities))
    for s in range(streets.n_segments):
        length = streets.length_m[s]
        n = len(share)
        here = network.Snaps(
            streets, np.full(n, s), share * length, np.zeros(n), np.zeros((n, 2)), np.zeros((n, 2)),
            np.zeros(n, dtype=np.int8),
        )  # fmt: skip
        time_s, facility = travel.nearest(streets, facilities, here)
        near = time_s <= limit_s
        total += np.bincount(facility[near], minlength=len(facilities)) * length / n
    slack = streets.length_m.sum() * 4e-3 + 1e-6
    np.testing.assert_allclose(drawn.length_m, total, atol=slack)
