"""A town along one street whose coverage can be worked out on paper, and towns that lack something.

Places stand at x = 0, 600, 1200, 1800 and 2400 m and weigh 1, 2, 3, 4 and 5; one walks a metre a second. Station A
at x = 0 is open 24 hours, B at 2400 from Monday to Friday, 8 to 20 h. Between 1800 and 2400 the street makes a
detour of 600 m. A sixth place of weight 5 lies on a street of its own, a seventh of weight 10 far from any.

            A                                     ┌──────┐
    street  0 ──── 600 ──── 1200 ──── 1800 ───────┘      └── 2400 B
"""

import h3
import numpy as np
import pandas as pd
import pytest

from geo import week
from geo.coverage import assess, reach
from geo.coverage.assess import Assessed
from geo.coverage.openings import Openings
from geo.errors import FrameError, ParameterError
from geo.frames import DEMAND, build
from geo.network import Network, snap
from geo.profiles import Profiles

NODES = [(0, 0), (1800, 0), (1800, 300), (2400, 300), (2400, 0), (0, 3000), (100, 3000)]
STREET = Network.from_segments(NODES, [0, 1, 2, 3, 5], [1, 2, 3, 4, 6], speed_kmh=3.6)
PLACES = [(0, 0), (600, 0), (1200, 0), (1800, 0), (2400, 0), (50, 3000), (9000, 9000)]
WEIGHTS = [1, 2, 3, 4, 5, 5, 10]
TOTAL = 30.0
CELLS = sorted(h3.grid_disk(h3.latlng_to_cell(39.915, 116.404, 9), 2))[:7]


def places(weights: list[float], township: str | None = "110901001", profile: list[str | None] | None = None):
    n = len(weights)
    at = [h3.cell_to_latlng(cell) for cell in CELLS[:n]]
    return build(
        {
            "demand_id": CELLS[:n], "lon": [x for _, x in at], "lat": [y for y, _ in at], "weight": weights,
            "adcode": [township and "110901"] * n, "township_code": [township] * n,
            "area_m2": [100.0] * n, "profile": profile or [None] * n,
        },
        DEMAND,
    )  # fmt: skip


def hours(known: bool = True) -> Openings:
    flags = np.zeros((2, 336), dtype=bool)
    flags[1] = week.between(8, 20)
    flags[1, 5 * 48 :] = False
    return Openings.of(flags, [True, known], [True, False])


def town(
    *,
    stations: tuple[tuple[float, float], ...] = ((0, 0), (2400, 0)),
    openings: Openings | None = None,
    counting: tuple[bool, ...] | None = None,
    straight_m: float = 1000.0,
    walk_s: float = 900.0,
    demand: pd.DataFrame | None = None,
    profiles: Profiles | None = None,
) -> Assessed:
    demand = places(WEIGHTS) if demand is None else demand
    n = len(stations)
    openings = hours() if openings is None else openings
    counts = np.array(counting if counting is not None else [True] * n, dtype=bool)
    frame = pd.DataFrame(
        {
            "station_id": [f"s{i}" for i in range(n)], "name": [f"station {i}" for i in range(n)],
            "adcode": ["110901"] * n, "township_code": ["110901001"] * n, "district": [None] * n,
            "township": [None] * n, "lon": [116.4] * n, "lat": [39.9] * n, "snap_m": [0.0] * n,
            "not_counted": [None if c else "not_in_service" for c in counts],
        },
        dtype=object,
    ).astype({"lon": float, "lat": float, "snap_m": float})  # fmt: skip
    xy = np.array(PLACES, dtype=float)[: len(demand)].reshape(-1, 2)
    at = np.array(stations, dtype=float).reshape(-1, 2)
    walk, why = reach.walking(STREET, snap(STREET, xy), snap(STREET, at), walk_s, openings, counts)
    straight = reach.straight(xy, at, straight_m, openings, counts)
    return assess.assess(
        demand,
        frame,
        openings,
        straight,
        walk,
        unreached=why,
        profiles=profiles or Profiles.none(),
        walk_kmh=3.6,
    )


def none_open(n: int) -> Openings:
    return Openings.of(np.zeros((n, 336), bool), np.zeros(n, bool), np.zeros(n, bool))


def test_both_standards_stand_side_by_side():
    cells = town().cells
    assert cells["straight_any"].tolist() == [True, True, False, True, True, False, False]
    # on foot the detour before B takes 1200 s
    assert cells["walk_any"].tolist() == [True, True, False, False, True, False, False]
    assert cells["straight_m"].tolist()[:5] == pytest.approx([0, 600, 1200, 600, 0])
    assert cells["walk_s"].tolist()[:5] == pytest.approx([0, 600, 1200, 1200, 0])
    assert cells["walk_station"].tolist()[:2] == ["s0", "s0"]


def test_a_trip_of_exactly_the_limit_counts():
    assert town(walk_s=1200.0).cells["walk_any"].tolist() == [True] * 5 + [False] * 2
    assert town(walk_s=1199.99).cells["walk_any"].tolist() == [True, True, False, False, True, False, False]
    assert town(straight_m=600.0).cells["straight_any"].tolist()[3] is True
    assert town(straight_m=599.99).cells["straight_any"].tolist()[3] is False


def test_shares_of_day_night_two_in_the_morning_and_24_hours():
    whole = town().areas.iloc[0]
    assert whole["straight_any_share"] == pytest.approx(12 / TOTAL)
    assert whole["walk_any_share"] == pytest.approx(8 / TOTAL)
    # B's five working days are 5/7 of the half hours from 8 to 20
    assert whole["straight_day_share"] == pytest.approx((3 + 9 * 5 / 7) / TOTAL)
    assert whole["walk_day_share"] == pytest.approx((3 + 5 * 5 / 7) / TOTAL)
    for moment in ("night", "0200", "24h"):
        assert whole[f"straight_{moment}_share"] == pytest.approx(3 / TOTAL)


def test_the_week_follows_the_hours_of_each_day():
    made = town().week
    assert made["walk_share"][week.slot_of(0, 8)] == pytest.approx(8 / TOTAL)
    assert made["walk_share"][week.slot_of(0, 7, 59)] == pytest.approx(3 / TOTAL)
    assert made["walk_share"][week.slot_of(4, 19, 30)] == pytest.approx(8 / TOTAL)
    assert made["walk_share"][week.slot_of(5, 12)] == pytest.approx(3 / TOTAL)
    assert made["stations_open"][week.slot_of(0, 8)] == 2
    assert made["stations_open"][week.slot_of(6, 8)] == 1


def test_unknown_hours_stand_apart():
    made = town(openings=hours(known=False))
    noon = week.slot_of(0, 12)
    assert made.week["walk_share"][noon] == pytest.approx(3 / TOTAL)
    assert made.week["walk_maybe_share"][noon] == pytest.approx(8 / TOTAL)
    assert made.areas["walk_any_share"][0] == pytest.approx(8 / TOTAL)
    assert made.areas["stations_unknown"][0] == 1
    assert made.areas["walk_0200_maybe_share"][0] == pytest.approx(8 / TOTAL)
    assert made.stations["hours_known"].tolist() == [True, False]


def test_the_unreachable_are_uncovered_and_counted():
    made = town()
    assert made.cells["unreached"].tolist() == [None] * 5 + ["no_way", "no_street"]
    assert made.areas["unreached_demand"][0] == 15
    assert made.areas["walk_any_gap"][0] == TOTAL - 8
    # the mean is of those who have a way
    assert made.areas["walk_mean_s"][0] == pytest.approx((0 * 1 + 600 * 2 + 1200 * 3 + 1200 * 4 + 0 * 5) / 15)
    assert made.areas["walk_p90_s"][0] == pytest.approx(1200)


def test_who_loses_when_a_station_closes():
    made = town().stations
    assert made["walk_alone"].tolist() == [3, 5]
    assert made["straight_alone"].tolist() == [3, 9]
    assert made["walk_demand"].sum() == 15


def test_a_station_that_does_not_count_covers_nobody():
    made = town(counting=(True, False))
    assert made.areas["walk_any_share"][0] == pytest.approx(3 / TOTAL)
    assert made.areas["stations"][0] == 1
    assert len(made.stations) == 2


def test_demand_by_the_hour_is_weighed_by_its_profile():
    night = np.zeros(336)
    night[week.between(0, 6)] = 1.0
    profile = ["night", None, None, None, None, None, None]
    made = town(demand=places(WEIGHTS, profile=profile), profiles=Profiles.of({"night": night}))
    # the first place has all its demand in a quarter of the week: four times its mean there
    assert made.week["demand"][week.NIGHT_SLOT] == pytest.approx(TOTAL - 1 + 4)
    assert made.week["demand"][week.slot_of(0, 12)] == pytest.approx(TOTAL - 1)
    assert made.areas["walk_0200_share"][0] == pytest.approx((4 + 2) / (TOTAL + 3))
    assert made.areas["walk_any_share"][0] == pytest.approx(8 / TOTAL)
    assert made.gap_week[0, 1, week.NIGHT_SLOT] == pytest.approx(TOTAL - 3)


def test_without_stations_nobody_is_covered():
    made = town(stations=(), openings=none_open(0))
    assert not made.cells["straight_any"].any()
    assert made.cells["straight_m"].isna().all()
    assert made.cells["unreached"].tolist() == ["no_station"] * 6 + ["no_street"]
    assert made.areas["walk_any_share"][0] == 0.0
    assert np.isnan(made.areas["demand_per_station"][0])
    assert np.isnan(made.areas["walk_gini"][0])
    assert len(made.lorenz) == 0
    assert (
        made.gaps["demand"][(made.gaps["standard"] == "walk") & (made.gaps["moment"] == "any")].sum() == TOTAL
    )


def test_without_demand_shares_are_not_numbers_and_there_is_no_gap():
    made = town(demand=places([]))
    assert len(made.cells) == 0
    assert len(made.gaps) == 0
    assert made.areas["level"].tolist() == ["all", "district", "township"]
    assert np.isnan(made.areas["walk_any_share"]).all()
    assert made.week["walk_share"].isna().all()
    assert made.areas["stations"].tolist() == [2, 2, 2]


def test_demand_of_zero_weight_leaves_shares_open_and_no_gap():
    made = town(demand=places([0] * 7))
    assert np.isnan(made.areas["straight_any_share"][0])
    assert len(made.gaps) == 0
    assert made.areas["cells"][0] == 7


def test_one_cell():
    made = town(demand=places([4]))
    assert made.areas["walk_any_share"].tolist() == [1.0, 1.0, 1.0]
    assert len(made.gaps[made.gaps["moment"] == "any"]) == 0


def test_demand_of_no_known_area_is_an_area_of_its_own():
    made = town(demand=places(WEIGHTS, township=None))
    rows = made.areas.set_index(["level", "code"])
    assert rows.loc[("district", ""), "demand"] == TOTAL
    assert rows.loc[("district", "110901"), "demand"] == 0
    assert rows.loc[("district", "110901"), "stations"] == 2


@pytest.mark.parametrize("weight", [-1.0, np.nan, np.inf])
def test_a_weight_that_is_none_is_refused(weight):
    with pytest.raises((ParameterError, FrameError), match="weight"):
        town(demand=places([1.0, weight]))


def test_points_that_are_no_cells_have_no_gaps_to_draw():
    demand = places(WEIGHTS)
    demand["demand_id"] = [f"row-{i}" for i in range(7)]
    with pytest.raises(ParameterError, match="row-0"):
        town(demand=demand)


def test_gaps_are_the_uncovered_cells():
    made = town()
    gaps = made.gaps[(made.gaps["standard"] == "walk") & (made.gaps["moment"] == "any")]
    assert gaps["demand"].sum() == TOTAL - 8
    assert gaps["cells"].sum() == 4
    assert gaps["unreached_demand"].sum() == 15
    assert gaps.geometry.union_all().area == pytest.approx(
        sum(h3_area(made.cells["demand_id"][i]) for i in (2, 3, 5, 6)), rel=1e-9
    )


def test_on_a_long_street_without_corners_nearby_one_walks_along_it():
    street = Network.from_segments([(0, 0), (20_000, 0)], [0], [1], speed_kmh=3.6)
    xy, at = np.array([(10_200.0, 0.0), (10_901.0, 0.0)]), np.array([(10_000.0, 0.0)])
    always = Openings.of(np.ones((1, 336), bool), [True], [True])
    walk, _ = reach.walking(street, snap(street, xy), snap(street, at), 900.0, always, [True])
    assert np.diff(walk.lists.indptr).tolist() == [1, 0]
    assert walk.nearest["any"].cost.tolist() == pytest.approx([200, 901])


def h3_area(cell: str) -> float:
    from shapely import Polygon

    return Polygon([(x, y) for y, x in h3.cell_to_boundary(cell)]).area
