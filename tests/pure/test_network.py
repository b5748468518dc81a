"""Who may go where, how ways meet, what a closed gate cuts, and where places are snapped: towns done by hand."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point

import maps.streets
from data.errors import InputError
from data.streets import files
from geo import metric, network, travel
from geo.errors import FrameError, ParameterError
from geo.network import access, snap

CRS = "EPSG:4548"


def ways(*rows: tuple[list[tuple[float, float]], dict[str, Any]]) -> gpd.GeoDataFrame:
    """Ways in metres; what a row leaves out is no tag."""
    tags = [{"highway": "residential"} | row[1] for row in rows]
    frame = pd.DataFrame(tags, dtype=object)
    return gpd.GeoDataFrame(frame, geometry=[LineString(row[0]) for row in rows], crs=CRS)


# -- who may go where: (tags, on foot, by e-bike), each 0 closed, 1 with the drawing, 2 against it, 3 both

TAGS: list[tuple[dict[str, Any], int, int]] = [
    ({"highway": "residential"}, 3, 3),
    ({"highway": "motorway"}, 0, 0),
    ({"highway": "motorway_link"}, 0, 0),
    ({"highway": "trunk"}, 3, 3),
    ({"highway": "trunk", "motorroad": "yes"}, 0, 0),
    ({"highway": "footway"}, 3, 0),
    ({"highway": "footway", "bicycle": "yes"}, 3, 3),
    ({"highway": "steps"}, 3, 0),
    ({"highway": "steps", "bicycle": "yes"}, 3, 0),
    ({"highway": "cycleway"}, 3, 3),
    ({"highway": "cycleway", "foot": "no"}, 0, 3),
    ({"highway": "pedestrian"}, 3, 0),
    ({"highway": "construction"}, 0, 0),
    ({"highway": "other"}, 0, 0),
    ({"access": "private"}, 0, 0),
    ({"access": "private", "foot": "yes"}, 3, 0),
    ({"access": "no", "bicycle": "designated"}, 0, 3),
    ({"vehicle": "no"}, 3, 0),
    ({"vehicle": "no", "bicycle": "yes"}, 3, 3),
    ({"bicycle": "dismount"}, 3, 0),
    ({"foot": "private"}, 0, 3),
    ({"oneway": "yes"}, 3, 1),
    ({"oneway": "-1"}, 3, 2),
    ({"oneway": 1}, 3, 1),
    ({"oneway": -1.0}, 3, 2),
    ({"oneway": 0}, 3, 3),
    ({"oneway": "yes", "oneway:bicycle": "no"}, 3, 3),
    ({"oneway": "no", "oneway:bicycle": "yes"}, 3, 1),
    ({"oneway": "yes", "cycleway": "opposite_lane"}, 3, 3),
    ({"oneway:foot": "yes"}, 1, 3),
    ({"oneway:foot": "-1"}, 2, 3),
    ({"junction": "roundabout"}, 3, 1),
    ({"junction": "roundabout", "oneway": "no"}, 3, 3),
]


@pytest.mark.parametrize(("tags", "on_foot", "by_ebike"), TAGS)
def test_tags_say_who_may_go_and_where(tags: dict[str, Any], on_foot: int, by_ebike: int) -> None:
    frame = pd.DataFrame([{"highway": "residential"} | tags], dtype=object)
    for mode, wanted in (("walk", on_foot), ("ebike", by_ebike)):
        may = access.allowed(frame, mode)  # type: ignore[arg-type]
        assert int(may.forward[0]) + 2 * int(may.backward[0]) == wanted, mode
        assert (may.reason[0] == "") == (wanted > 0)


# -- how ways meet


def test_ways_meet_at_ids_and_not_where_they_only_cross() -> None:
    frame = ways(([(0, 0), (100, 0), (200, 0)], {}), ([(100, -50), (100, 0), (100, 50)], {}))
    frame["node_ids"] = pd.Series([[1, 2, 3], [4, 5, 6]], dtype=object)  # a bridge over the street
    assert network.build(frame, "walk").n_nodes == 3
    frame["node_ids"] = pd.Series([[1, 2, 3], [4, 2, 6]], dtype=object)
    joined = network.build(frame, "walk")
    assert (joined.n_nodes, joined.n_segments) == (5, 4)


def test_ways_without_ids_meet_where_coordinates_are_equal() -> None:
    frame = ways(([(0, 0), (100, 0)], {}), ([(100, 0), (100, 50)], {}), ([(100, 50.01), (100, 90)], {}))
    built = network.build(frame, "walk")
    assert built.length_m.sum() == 150.0
    assert (built.left_out.components, built.left_out.ways) == (1, {"component": 1})


def test_two_ways_over_the_same_ground_allow_what_either_allows() -> None:
    frame = ways(([(0, 0), (100, 0)], {"oneway": "yes"}), ([(100, 0), (0, 0)], {"oneway": "yes"}))
    built = network.build(frame, "ebike")
    assert built.n_segments == 1
    assert built.graph.nnz == 2


def test_a_closed_gate_cuts_and_an_untagged_one_does_not() -> None:
    frame = ways(([(0, 0), (100, 0), (250, 0)], {}))
    frame["node_ids"] = pd.Series([[1, 2, 3]], dtype=object)
    gate = {"osm_id": ["node/2"], "barrier": ["gate"], "access": [None], "foot": [None], "locked": [None]}

    def with_gate(**tags: str) -> network.Network:
        gates = gpd.GeoDataFrame(gate | {k: [v] for k, v in tags.items()}, geometry=[Point(100, 0)], crs=CRS)
        return network.build(frame, "walk", gates=gates)

    assert with_gate().length_m.sum() == 250.0
    closed = with_gate(access="private")
    assert closed.length_m.sum() == 150.0 or closed.length_m.sum() == 100.0
    assert (closed.left_out.gates_closed, closed.left_out.components) == (1, 1)
    assert with_gate(access="private", foot="yes").length_m.sum() == 250.0
    assert with_gate(locked="yes").left_out.gates_closed == 1
    # without ids the place of the gate decides
    assert network.build(frame.drop(columns="node_ids"), "walk", gates=gpd.GeoDataFrame(
        gate | {"access": ["no"]}, geometry=[Point(100, 0)], crs=CRS
    )).left_out.gates_closed == 1  # fmt: skip


def test_a_one_way_that_leads_nowhere_is_left_out() -> None:
    frame = ways(([(0, 0), (100, 0), (100, 100), (0, 0)], {}), ([(100, 0), (300, 0)], {"oneway": "yes"}))
    assert network.build(frame, "walk").length_m.sum() == pytest.approx(541.42, abs=0.01)
    ebike = network.build(frame, "ebike")
    assert ebike.length_m.sum() == pytest.approx(341.42, abs=0.01)
    assert ebike.left_out.length_m == 200.0


def test_several_components_stay_when_asked() -> None:
    frame = ways(([(0, 0), (500, 0)], {}), ([(0, 900), (300, 900)], {}), ([(0, 2000), (50, 2000)], {}))
    both = network.build(frame, "walk", keep_length_m=200)
    assert both.length_m.sum() == 800.0
    assert sorted(set(both.component)) == [0, 1]
    assert (both.left_out.components, both.left_out.length_m) == (1, 50.0)


# -- lengths and snaps


def test_lengths_are_geodesic_wherever_the_streets_are() -> None:
    line = [(121.47, 31.23), (121.48, 31.23), (121.48, 31.24)]
    far = [(116.40, 39.90), (116.41, 39.90)]
    frame = gpd.GeoDataFrame(
        {"highway": ["primary", "primary"]}, geometry=[LineString(line), LineString(far)], crs="EPSG:4326"
    )
    built = network.build(frame, "walk", keep_length_m=0)
    wanted = metric.geodesic_m([121.47, 121.48, 116.40], [31.23, 31.23, 39.90], [121.48, 121.48, 116.41],
                               [31.23, 31.24, 39.90])  # fmt: skip
    assert sorted(built.length_m) == pytest.approx(sorted(wanted), abs=1e-6)
    # a place 100 m beside either street is 100 m away, however far its zone of the map is
    for lon, lat in ((121.475, 31.23), (116.405, 39.90)):
        place = metric.WGS84.fwd(lon, lat, 0.0, 100.0)[:2]
        snaps = snap(built, built.project([place[0]], [place[1]]))
        assert snaps.access_m[0] == pytest.approx(100.0, abs=0.02)
        assert built.unproject(snaps.xy)[0] == pytest.approx([lon, lat], abs=1e-6)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_the_nearest_street_is_the_one_that_geometry_finds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0, 3000, (40, 2))
    built = network.Network.from_segments(xy, rng.integers(0, 40, 50), rng.integers(0, 40, 50), speed_kmh=5)
    places = rng.uniform(-300, 3300, (60, 2))
    places[0] = np.nan
    lines = shapely.linestrings(np.stack([xy[built.tail], xy[built.head]], axis=1))
    away = shapely.distance(shapely.points(places[1:])[:, None], lines[None, :])
    snaps = snap(built, places)
    near = away.min(axis=1) <= 150
    assert (snaps.ok[1:] == near).all()
    np.testing.assert_allclose(snaps.access_m[1:][near], away.min(axis=1)[near], atol=1e-6)
    on = shapely.points(snaps.xy[1:][near])
    assert (shapely.distance(on, lines[snaps.segment[1:][near]]) < 1e-6).all()
    assert snaps.counts() == {
        "snapped": int(near.sum()), "too_far": int((~near).sum()), "no_position": 1, "no_street": 0
    }  # fmt: skip


def test_exactly_the_limit_is_near_enough() -> None:
    street = network.Network.from_segments([[0, 0], [400, 0]], [0], [1], speed_kmh=5)
    assert snap(street, [[200, 150], [200, 150.001]]).ok.tolist() == [True, False]


# -- a town done by hand: two streets, a park between them, an alley for walkers only


def test_the_town_by_hand() -> None:
    """5 km/h: 1,000 m take 720 s; 15 km/h: 240 s.

    A street of 1,000 m (west to east, one-way for riders), a parallel one 300 m north (two-way), linked at
    both ends; footsteps link them in the middle, at x = 500.
    """
    town = ways(
        ([(0, 0), (500, 0), (1000, 0)], {"highway": "primary", "oneway": "yes"}),
        ([(0, 300), (500, 300), (1000, 300)], {"highway": "secondary"}),
        ([(0, 0), (0, 300)], {}),
        ([(1000, 0), (1000, 300)], {}),
        ([(500, 0), (500, 300)], {"highway": "steps"}),
    )
    walk, ride = network.build(town, "walk"), network.build(town, "ebike")
    station, worker = (400.0, 0.0), (600.0, -20.0)
    for one, metres in ((walk, 20 + 200), (ride, 20 + 400 + 300 + 1000 + 300 + 400)):
        time_s, length_m, line = travel.path(one, snap(one, [worker]), snap(one, [station]))
        assert length_m == pytest.approx(metres)
        assert time_s == pytest.approx(metres / one.speed_m_s)
        assert LineString(line).length == pytest.approx(metres)
    # from the middle of the northern street the steps save the way round
    time_s, _ = travel.nearest(walk, snap(walk, [station]), snap(walk, [(500.0, 320.0)]))
    assert time_s[0] == pytest.approx((20 + 300 + 100) * 3.6 / 5)


# -- files, and what cannot be used


def test_a_plain_street_file_needs_no_database(tmp_path: Path) -> None:
    frame = ways(([(0, 0), (100, 0)], {"oneway": 1}), ([(100, 0), (100, 50)], {"oneway": 0})).set_crs(
        "EPSG:4548", allow_override=True
    )
    frame.geometry = frame.geometry.translate(500_000, 4_400_000)
    frame.astype({"oneway": int}).to_file(tmp_path / "streets.gpkg")
    read = files.read(tmp_path / "streets.gpkg")
    assert read.gates is None
    assert read.streets["name"].isna().all()
    assert maps.streets.encode(read.streets)["labels"] == []
    built = network.build(read.streets, "walk")
    assert built.length_m.sum() == pytest.approx(150, abs=0.1)
    frame.drop(columns="highway").to_file(tmp_path / "bare.gpkg")
    for name in ("bare.gpkg", "none.gpkg"):
        with pytest.raises(InputError, match=name):
            files.read(tmp_path / name)


def test_the_real_streets_of_the_fifth_ring_hang_together(shared_data: Path) -> None:
    streets = files.read(shared_data / "streets/beijing_streets_2013_simplified.gpkg").streets
    for mode, share in (("walk", 0.85), ("ebike", 0.95)):
        built = network.build(streets, mode)  # type: ignore[arg-type]
        assert built.left_out.kept_share > share
        assert built.length_m.sum() > 5_000_000
        assert built.left_out.ways["class"] > 2000


def test_what_cannot_be_a_network_is_refused() -> None:
    frame = ways(([(0, 0), (100, 0)], {}))
    with pytest.raises(ParameterError, match="speed"):
        network.build(frame, "walk", 0)
    with pytest.raises(ParameterError, match="mode"):
        network.build(frame, "car")  # type: ignore[arg-type]
    with pytest.raises(FrameError, match="highway"):
        network.build(frame.drop(columns="highway"), "walk")
    with pytest.raises(FrameError, match="CRS"):
        network.build(frame.set_crs(None, allow_override=True), "walk")
    with pytest.raises(FrameError, match="row 0"):
        network.build(frame.set_geometry([Point(0, 0)], crs=CRS), "walk")
    with pytest.raises(FrameError, match="node_ids"):
        network.build(frame.assign(node_ids=pd.Series([[1, 2, 3]], dtype=object)), "walk")
    nothing = network.build(frame.iloc[:0], "walk")
    assert (nothing.n_nodes, nothing.n_segments, nothing.left_out.kept_share) == (0, 0, 1.0)
    assert snap(nothing, [[0, 0]]).counts()["no_street"] == 1
