"""Every figure of the small study, worked out twice: by arrays, and cell by cell in loops (``studies``)."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from geo.coverage import assess
from geo.coverage.openings import Openings
from geo.coverage.reach import Nearest, Reach
from geo.frames import DEMAND
from geo.lists import Lists
from geo.profiles import Profiles
from tests.pure import studies


def reach(standard: str, limit: float, cost: np.ndarray, openings: Openings, counting: np.ndarray) -> Reach:
    """From a full table of costs, places by stations."""
    row, column = np.nonzero(cost <= limit)
    lists = Lists.from_pairs(row, column, cost[row, column], n_demand=len(cost), n_facilities=cost.shape[1])

    def find(marked: np.ndarray) -> Nearest:
        open_ones = np.where(marked, cost, np.inf)
        best = open_ones.argmin(axis=1)
        least = open_ones.min(axis=1)
        return Nearest(least, np.where(np.isfinite(least), best, -1))

    return Reach.of(standard, limit, lists, find, openings, counting)


@pytest.fixture(scope="module")
def both():
    study = studies.example()
    demand = study.cells[list(DEMAND.columns)]
    costs = studies._costs(study.cells, study.stations)
    openings = Openings.of(studies._hours(), study.stations["hours_known"], study.stations["is_24h"])
    counting = study.stations["not_counted"].isna().to_numpy()
    made = assess.assess(
        demand,
        study.stations,
        openings,
        reach("straight", studies.STRAIGHT_M, costs["straight"], openings, counting),
        reach("walk", studies.WALK_S, costs["walk"], openings, counting),
        unreached=np.array([None] * 17 + ["no_way", None], dtype=object),
        profiles=Profiles.none(),
        monday=date(2026, 11, 23),
    )
    return study, made


def same(made: pd.DataFrame, plain: pd.DataFrame, without: tuple[str, ...] = ()) -> None:
    columns = [c for c in plain if c not in without and c != "geometry"]
    pd.testing.assert_frame_equal(
        pd.DataFrame(made[columns]), pd.DataFrame(plain[columns]), check_dtype=False, rtol=1e-9
    )


def test_cells(both):
    study, made = both
    same(made.cells, study.cells, without=("straight_mask", "walk_mask"))


def test_masks_say_the_same_half_hours(both):
    study, made = both
    for column in ("straight_mask", "walk_mask"):
        np.testing.assert_array_equal(
            made.masks[made.cells[column].astype(int)], study.masks[study.cells[column].astype(int)]
        )
    np.testing.assert_array_equal(
        made.masks[made.stations["week_mask"].astype(int)],
        study.masks[study.stations["week_mask"].astype(int)],
    )
    assert not made.masks[0].any()


def test_stations(both):
    study, made = both
    # of a station of known hours this one counts them, in the example they are typed in for D and E
    same(made.stations, study.stations, without=("week_mask", "open_hours"))
    assert made.stations["open_hours"].tolist()[:2] == [168.0, 84.0]
    assert np.isnan(made.stations["open_hours"][2])


def test_areas(both):
    study, made = both
    same(made.areas, study.areas, without=("straight_gini", "walk_gini"))


def test_gini_of_the_whole_by_its_pairwise_definition(both):
    study, made = both
    weight = study.cells["weight"].to_numpy()
    for standard, limit in (("straight", studies.STRAIGHT_M), ("walk", studies.WALK_S)):
        count = (studies._costs(study.cells, study.stations)[standard] <= limit).sum(axis=1)
        pairs = sum(
            wi * wj * abs(a - b)
            for wi, a in zip(weight, count, strict=True)
            for wj, b in zip(weight, count, strict=True)
        )
        gini = pairs / (2 * weight.sum() * (weight * count).sum())
        assert made.areas[f"{standard}_gini"][0] == pytest.approx(gini, abs=1e-12)


def test_week(both):
    study, made = both
    same(made.week, study.week)


def test_uncovered_demand_by_area_and_half_hour(both):
    study, made = both
    np.testing.assert_allclose(made.gap_week, study.gap_week, rtol=1e-6)


def test_limits(both):
    study, made = both
    chosen = study.limits.merge(made.limits, on=["standard", "limit", "speed_kmh"], suffixes=("_plain", ""))
    assert len(chosen) == len(study.limits)
    for moment in ("any", "0200", "24h"):
        np.testing.assert_allclose(chosen[f"{moment}_share"], chosen[f"{moment}_share_plain"], rtol=1e-12)
    assert chosen["is_norm"].tolist() == chosen["is_norm_plain"].tolist()


def test_gaps_hold_the_uncovered_demand(both):
    _, made = both
    for standard in ("straight", "walk"):
        for moment in ("any", "0200", "24h"):
            mine = made.gaps[(made.gaps["standard"] == standard) & (made.gaps["moment"] == moment)]
            assert mine["demand"].sum() == pytest.approx(made.areas[f"{standard}_{moment}_gap"][0])
            assert mine["gap_share"].sum() == pytest.approx(1.0)
            assert mine["demand"].is_monotonic_decreasing
            out = made.cells[~made.cells[f"{standard}_{moment}"] & (made.cells["weight"] > 0)]
            assert mine["cells"].sum() == len(out)
            # a gap lies in one township here, so that the names are those of all its cells
            assert set(mine["township"].fillna("")) == set(out["township"].fillna(""))


def test_lorenz_curves_rise_from_corner_to_corner_below_the_diagonal(both):
    _, made = both
    for _, curve in made.lorenz.groupby(["standard", "code"]):
        assert curve[["demand_share", "station_share"]].iloc[0].tolist() == [0.0, 0.0]
        assert curve[["demand_share", "station_share"]].iloc[-1].tolist() == pytest.approx([1.0, 1.0])
        assert (np.diff(curve["demand_share"]) > 0).all()
        assert (np.diff(curve["station_share"]) >= 0).all()
        assert (curve["station_share"] <= curve["demand_share"] + 1e-12).all()
