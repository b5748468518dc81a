"""Spreading population, gathering points, naming areas: nothing is lost on the way."""

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import cells, demand
from geo.errors import FrameError, ParameterError
from geo.frames import DEMAND, build
from geo.profiles import Profiles

WEST, EAST = shapely.box(116.40, 39.90, 116.42, 39.92), shapely.box(116.42, 39.90, 116.44, 39.92)


def areas(shapes: list, weights: list[float]) -> gpd.GeoDataFrame:
    n = len(shapes)
    return gpd.GeoDataFrame(
        {
            "weight": np.array(weights, dtype=float),
            "adcode": np.array([f"11090{i + 1}" for i in range(n)], dtype=object),
            "township_code": np.array([f"11090{i + 1}001" for i in range(n)], dtype=object),
            "district": np.array([f"district {i + 1}" for i in range(n)], dtype=object),
            "township": np.array([f"township {i + 1}" for i in range(n)], dtype=object),
        },
        geometry=shapes,
        crs="EPSG:4326",
    )


def streets(lines: list, classes: list[str]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"highway": classes}, geometry=lines, crs="EPSG:4326")


def points(rows: list[tuple[float, float, float, str | None]]) -> pd.DataFrame:
    lon, lat, weight, profile = zip(*rows, strict=True)
    ids = [f"p{i}" for i in range(len(rows))]
    return build({"demand_id": ids, "lon": lon, "lat": lat, "weight": weight, "profile": profile}, DEMAND)


@pytest.mark.parametrize("resolution", [8, 9, 10])
def test_each_area_keeps_its_people_and_shares_no_cell(resolution):
    made = demand.by_area(areas([WEST, EAST], [1000, 300]), resolution)
    by_township = made.demand.groupby("township_code")["weight"].sum()
    assert by_township.to_dict() == pytest.approx({"110901001": 1000, "110902001": 300})
    assert made.demand["demand_id"].is_unique
    assert made.shared == 0
    # evenly: the weight of a cell is in proportion to its ground
    west = made.demand[made.demand["adcode"] == "110901"]
    np.testing.assert_allclose(west["weight"] / west["area_m2"], 1000 / west["area_m2"].sum(), rtol=1e-12)


def test_every_cell_of_an_area_has_its_centre_in_it():
    made = demand.by_area(areas([WEST, EAST], [1, 1]), 9).demand
    for row in made.itertuples():
        shape = WEST if row.adcode == "110901" else EAST
        assert shape.contains(shapely.Point(row.lon, row.lat))
        assert h3.latlng_to_cell(row.lat, row.lon, 9) == row.demand_id


def test_an_area_smaller_than_a_cell_keeps_its_people():
    tiny = shapely.box(116.4101, 39.9101, 116.4102, 39.9102)
    cell = h3.latlng_to_cell(39.91015, 116.41015, 8)
    for weight, adcode in ((900, "110902"), (1, "110901")):
        made = demand.by_area(areas([WEST, tiny], [1000, weight]), 8)
        assert (made.tiny, made.shared) == (1, 1)
        assert made.demand["weight"].sum() == pytest.approx(1000 + weight)
        # the cell they share bears the names of the area that gives it most
        assert made.demand.set_index("demand_id").loc[cell, "adcode"] == adcode


def test_people_live_along_streets_in_proportion_to_their_length():
    # two streets in the middle of two cells, one three times as long; a motorway houses nobody
    one, other = (h3.latlng_to_cell(39.91, x, 9) for x in (116.405, 116.415))
    (y1, x1), (y2, x2) = h3.cell_to_latlng(one), h3.cell_to_latlng(other)
    short = shapely.LineString([(x1 - 0.0001, y1), (x1 + 0.0001, y1)])
    long = shapely.LineString([(x2 - 0.0003, y2), (x2 + 0.0003, y2)])
    motorway = shapely.LineString([(116.400, 39.910), (116.420, 39.910)])
    made = demand.by_streets(
        areas([WEST], [400]), streets([short, long, motorway], ["residential", "tertiary", "motorway"]), 9
    )
    weights = made.demand.set_index("demand_id")["weight"]
    # degrees of longitude shrink by 1e-5 between the two latitudes
    assert weights.to_dict() == pytest.approx({one: 100, other: 300}, rel=1e-3)


def test_an_area_without_streets_is_spread_over_its_ground():
    line = shapely.LineString([(116.405, 39.905), (116.415, 39.915)])
    made = demand.by_streets(areas([WEST, EAST], [100, 70]), streets([line], ["residential"]), 9)
    assert made.streetless == 1
    assert made.demand.groupby("adcode")["weight"].sum().to_dict() == pytest.approx(
        {"110901": 100, "110902": 70}
    )
    even = demand.by_area(areas([EAST], [70]), 9).demand
    assert set(made.demand["demand_id"][made.demand["adcode"] == "110902"]) == set(even["demand_id"])


def test_no_street_at_all_and_no_area():
    nothing = streets([], [])
    made = demand.by_streets(areas([WEST], [5]), nothing, 9)
    assert made.demand["weight"].sum() == pytest.approx(5)
    assert len(demand.by_area(areas([], []), 9).demand) == 0


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(0, 10_000), st.sampled_from([8, 9, 10]))
def test_gathering_keeps_every_half_hour_of_demand(seed, resolution):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 30))
    profiles = Profiles.of({"a": rng.random(336), "b": rng.random(336)})
    keys = [[None, "a", "b"][i] for i in rng.integers(0, 3, n)]
    rows = list(
        zip(
            rng.uniform(116.40, 116.42, n),
            rng.uniform(39.90, 39.92, n),
            rng.integers(0, 4, n) * 1.0,
            keys,
            strict=True,
        )
    )
    before = points(rows)
    after, merged = demand.gather(before, resolution, profiles)
    assert after["demand_id"].is_unique
    assert set(after["demand_id"]) == {h3.latlng_to_cell(y, x, resolution) for x, y, _, _ in rows}

    def week(frame: pd.DataFrame, known: Profiles) -> np.ndarray:
        return frame["weight"].to_numpy() @ known.factors(known.rows(frame["profile"]))

    np.testing.assert_allclose(week(after, merged), week(before, profiles), atol=1e-9)
    np.testing.assert_allclose(merged.factor.mean(axis=1), 1.0)


def test_a_position_that_is_none_is_refused():
    with pytest.raises((ParameterError, FrameError), match="lon"):
        demand.gather(points([(np.nan, 39.9, 1.0, None)]), 9, Profiles.none())
    with pytest.raises(ParameterError, match="position"):
        demand.gather(points([(200.0, 39.9, 1.0, None)]), 9, Profiles.none())


def test_areas_are_named_by_the_polygon_that_holds_the_place():
    frame = points([(116.41, 39.91, 1, None), (116.43, 39.91, 1, None), (116.50, 39.91, 1, None)])
    frame.loc[1, "township_code"] = "999999999"
    made = demand.named(frame, areas([WEST, EAST], [1, 1]))
    assert made["township_code"].tolist() == ["110901001", "999999999", None]
    assert made["district"].tolist() == ["district 1", None, None]
    assert frame["township_code"].tolist() == [None, "999999999", None]


def test_the_place_counts_whatever_a_list_says_where_that_is_asked_for():
    frame = points([(116.41, 39.91, 1, None), (116.50, 39.91, 1, None)])
    frame["township_code"] = "110901001000"
    made = demand.named(frame, areas([WEST, EAST], [1, 1]), by_place=True)
    assert made["township_code"].tolist() == ["110901001", "110901001000"]
    assert made["district"].tolist() == ["district 1", None]


def test_a_place_on_a_common_border_belongs_to_the_first():
    assert demand.holding([116.42], [39.91], areas([WEST, EAST], [1, 1])).tolist() == [0]
    assert demand.holding([np.nan, 0.0], [39.91, 0.0], areas([WEST], [1])).tolist() == [-1, -1]


@pytest.mark.parametrize("weight", [-1.0, np.inf])
def test_population_of_no_number_is_refused(weight):
    with pytest.raises(ParameterError, match="weight"):
        demand.by_area(areas([WEST], [weight]), 9)


@pytest.mark.parametrize("resolution", [5, 12, 9.5])
def test_a_resolution_beyond_use_is_refused(resolution):
    with pytest.raises(ParameterError, match="resolution"):
        demand.by_area(areas([WEST], [1]), resolution)


def test_profiles_refuse_what_is_no_week():
    with pytest.raises(ParameterError, match="office"):
        Profiles.of({"office": np.ones(335)})
    with pytest.raises(ParameterError, match="office"):
        Profiles.of({"office": -np.ones(336)})
    with pytest.raises(ParameterError, match="shop"):
        Profiles.of({"office": np.ones(336)}).rows(["shop"])


def test_neighbouring_cells_share_their_corners_exactly():
    disk = cells.numbers(h3.grid_disk(h3.latlng_to_cell(39.915, 116.404, 9), 6))
    whole = shapely.coverage_union_all(cells.outlines(disk))
    assert whole.geom_type == "Polygon"
    assert not whole.interiors
    np.testing.assert_allclose(whole.area, shapely.area(cells.outlines(disk)).sum(), rtol=1e-9)
