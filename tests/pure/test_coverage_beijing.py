"""Coverage of Haidian (Beijing) with a stated stand-in for stations, against the plainest reckoning there is."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest

from data.demand.files import read
from geo import demand, metric, week
from geo.coverage import assess, reach
from geo.coverage.openings import Openings
from geo.network import build, snap
from geo.profiles import Profiles

LIMIT_M, LIMIT_S, KMH = 1000.0, 900.0, 5.0


@pytest.fixture(scope="module")
def haidian(shared_data):
    """Every 30th restaurant of the list stands for a station; every fourth of them is open all night."""
    areas = read(shared_data / "places/beijing_townships_worldpop.gpkg", "wgs84").areas
    people = demand.by_area(areas[areas["adcode"] == "110108"].reset_index(drop=True), 9).demand
    places = (
        read(shared_data / "demand/food_poi_haidian_bd09.json", "bd09").points[::30].reset_index(drop=True)
    )
    places["township_code"] = None
    stations = demand.named(places, areas)
    stations["station_id"] = stations["demand_id"]
    stations["name"], stations["not_counted"] = "stand-in", pd.Series([None] * len(stations), dtype=object)
    streets = gpd.read_file(
        shared_data / "streets/beijing_streets_2013_simplified.gpkg", bbox=(116.15, 39.85, 116.45, 40.1)
    )
    streets["osm_id"] = [f"way/{i}" for i in range(len(streets))]
    streets["layer"], streets["bridge"], streets["tunnel"] = 0.0, False, False
    network = build(streets, "walk", KMH)
    to_metres = pyproj.Transformer.from_crs(4326, network.crs, always_xy=True)
    xy = np.column_stack(to_metres.transform(people["lon"], people["lat"]))
    at = np.column_stack(to_metres.transform(stations["lon"], stations["lat"]))
    night = np.arange(len(stations)) % 4 == 0
    flags = np.tile(week.between(9, 21), (len(stations), 1))
    openings = Openings.of(flags, np.ones(len(stations), bool), night)
    counting = np.ones(len(stations), bool)
    on_street = snap(network, at)
    stations["snap_m"] = np.where(on_street.ok, on_street.access_m, np.nan)
    walk, why = reach.walking(network, snap(network, xy), on_street, LIMIT_S, openings, counting)
    made = assess.assess(
        people,
        stations,
        openings,
        reach.straight(xy, at, LIMIT_M, openings, counting),
        walk,
        unreached=why,
        profiles=Profiles.none(),
        monday=date(2026, 11, 23),
    )
    return people, stations, openings, made


def geodesic(people: pd.DataFrame, stations: pd.DataFrame) -> np.ndarray:
    return metric.geodesic_m(
        people["lon"].to_numpy()[:, None], people["lat"].to_numpy()[:, None],
        stations["lon"].to_numpy()[None, :], stations["lat"].to_numpy()[None, :],
    )  # fmt: skip


def test_the_straight_standard_is_the_geodesic_to_every_station(haidian):
    people, stations, openings, made = haidian
    metres = geodesic(people, stations)
    # the metric CRS may differ from the geodesic by 0.02 %: cells so near the limit may fall on either side
    doubtful = (np.abs(metres - LIMIT_M) < 0.0003 * LIMIT_M).any(axis=1)
    for moment, counts in (("any", np.ones(len(stations), bool)), ("0200", openings.is_24h)):
        plain = (metres[:, counts] <= LIMIT_M).any(axis=1)
        found = made.cells[f"straight_{moment}"].to_numpy()
        assert (found == plain)[~doubtful].all()
        share = people["weight"][plain].sum() / people["weight"].sum()
        assert made.areas[f"straight_{moment}_share"][0] == pytest.approx(share, abs=0.002)
    np.testing.assert_allclose(made.cells["straight_m"], metres.min(axis=1), rtol=3e-4)


def test_townships_add_up_to_the_district_and_the_file(haidian):
    people, _, _, made = haidian
    areas = made.areas.set_index(["level", "code"])
    townships = areas.loc["township"]
    townships = townships[townships["parent"] == "110108"]
    whole = areas.loc[("district", "110108")]
    # Haidian has 29 townships and 3,446,749 people in the file
    assert len(townships) == 29
    assert whole["demand"] == pytest.approx(3_446_749)
    for figure in ("demand", "cells", "stations", "walk_any_gap", "straight_0200_gap", "unreached_demand"):
        assert townships[figure].sum() == pytest.approx(whole[figure])
    assert townships["walk_any_gap_share"].sum() == pytest.approx(1.0)
    by_hand = people.groupby("township_code")["weight"].sum()
    assert townships["demand"].to_dict() == pytest.approx(by_hand.to_dict())


def test_nobody_walks_faster_than_in_a_straight_line(haidian):
    _, _, _, made = haidian
    cells = made.cells[made.cells["walk_s"].notna()]
    assert len(cells) > 500
    # 0.1 % for the metric CRS
    assert (cells["walk_s"] * KMH / 3.6 >= cells["straight_m"] * 0.999).all()
    assert cells["unreached"].isna().all()
    assert set(made.cells["unreached"][made.cells["walk_s"].isna()]) <= {"no_street", "no_way"}


def test_the_curve_over_the_week_is_day_and_night(haidian):
    _, _, _, made = haidian
    night, day = made.week["walk_share"][week.NIGHT_SLOT], made.week["walk_share"][week.slot_of(2, 12)]
    assert 0 < night < day
    assert made.areas["walk_0200_share"][0] == pytest.approx(night)
    assert made.areas["walk_any_share"][0] == pytest.approx(day)
    assert made.week["date"][week.NIGHT_SLOT] == "2026-11-25"


def test_gaps_lie_where_nobody_is_within_reach(haidian):
    people, stations, _, made = haidian
    gaps = made.gaps[(made.gaps["standard"] == "straight") & (made.gaps["moment"] == "any")]
    uncovered = people["weight"][~made.cells["straight_any"]].sum()
    assert 0.99 * uncovered <= gaps["demand"].sum() <= uncovered * (1 + 1e-9)
    centres = gpd.GeoSeries(gpd.points_from_xy(people["lon"], people["lat"]), crs=4326)
    inside = gpd.sjoin(gpd.GeoDataFrame(geometry=centres), gaps[["gap_id", "geometry"]], predicate="within")
    assert not made.cells["straight_any"].to_numpy()[inside.index].any()
    assert inside.groupby("gap_id").size().to_dict() == gaps.set_index("gap_id")["cells"].to_dict()
    assert geodesic(people.loc[inside.index], stations).min() > LIMIT_M * 0.9997
