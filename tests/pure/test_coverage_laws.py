"""Laws of coverage on random towns, and the week against as many separate runs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import lists as straight_lists
from geo import week
from geo.coverage import equality
from geo.coverage.hourly import Hourly, reached, sums
from geo.coverage.openings import Openings
from geo.lists import Lists
from geo.profiles import Profiles

FEW = settings(max_examples=40, deadline=None, derandomize=True)


def drawn(seed: int) -> tuple[np.ndarray, np.ndarray, Openings, np.ndarray]:
    """Places, stations (metres), hours and weights of a town of a few kilometres."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(0, 40)), int(rng.integers(0, 9))
    flags = np.zeros((m, 336), dtype=bool)
    for i in range(m):
        start = int(rng.integers(0, 300))
        flags[i, start : start + int(rng.integers(0, 120))] = True
    openings = Openings.of(flags, rng.random(m) < 0.7, rng.random(m) < 0.2)
    return rng.uniform(0, 4000, (n, 2)), rng.uniform(0, 4000, (m, 2)), openings, rng.integers(0, 5, n) * 1.0


towns = st.integers(0, 10_000).map(drawn)


@FEW
@given(towns, st.integers(0, 10_000))
def test_the_week_is_336_separate_runs(town, seed):
    places, stations, openings, weight = town
    rng = np.random.default_rng(seed)
    lists = straight_lists.straight(places, stations, 1000.0)
    hourly = Hourly.of(lists, openings)
    zone = rng.integers(0, 3, len(places))
    profiles = Profiles.of({"a": rng.random(336), "b": rng.random(336)})
    profile = rng.integers(-1, 2, len(places))
    made = sums(hourly, weight, profile, profiles, zone, 3)
    factors = profiles.factors(profile)
    unknown = np.diff(straight_lists.straight(places, stations[~openings.known], 1000.0).indptr) > 0
    runs = {}
    for slot in range(336):
        # one run: only the stations open then, from the start; half hours with the same stations share it
        open_now = openings.open_week[:, slot]
        if open_now.tobytes() not in runs:
            alone = straight_lists.straight(places, stations[open_now], 1000.0)
            runs[open_now.tobytes()] = np.diff(alone.indptr) > 0
        run = runs[open_now.tobytes()]
        np.testing.assert_array_equal(hourly.at(slot), run)
        then = np.stack([weight, weight * run, weight * (run | unknown)]) * factors[:, slot]
        found = np.stack([made.demand[:, slot], made.covered[:, slot], made.maybe[:, slot]])
        by_zone = [[values[zone == z].sum() for z in range(3)] for values in then]
        np.testing.assert_allclose(found, by_zone, atol=1e-9)


@FEW
@given(towns, st.floats(100, 3000), st.floats(0, 1000))
def test_more_metres_never_cover_less(town, limit, more):
    places, stations, openings, _ = town
    small = Hourly.of(straight_lists.straight(places, stations, limit), openings)
    large = Hourly.of(straight_lists.straight(places, stations, limit + more), openings)
    lost = small.words[small.row] & ~large.words[large.row]
    assert not lost.any()


@FEW
@given(towns, st.integers(0, 10_000))
def test_closing_a_station_never_covers_more(town, seed):
    places, stations, openings, _ = town
    lists = straight_lists.straight(places, stations, 1000.0)
    stays = np.random.default_rng(seed).random(len(stations)) < 0.6
    before, after = Hourly.of(lists, openings), Hourly.of(lists.keep(stays), openings)
    assert not (after.words[after.row] & ~before.words[before.row]).any()
    assert not (after.unknown & ~before.unknown).any()


@FEW
@given(towns, st.integers(0, 335), st.integers(0, 10_000))
def test_opening_longer_never_covers_less(town, slot, seed):
    places, stations, openings, _ = town
    longer = openings.open_week.copy()
    longer[np.random.default_rng(seed).random(len(stations)) < 0.5, slot] = True
    lists = straight_lists.straight(places, stations, 1000.0)
    before = Hourly.of(lists, openings)
    after = Hourly.of(lists, Openings.of(longer, openings.known, openings.is_24h))
    assert not (before.words[before.row] & ~after.words[after.row]).any()


@FEW
@given(towns)
def test_24_hour_stations_alone_never_cover_more_than_an_hour_of_the_night(town):
    places, stations, openings, _ = town
    lists = straight_lists.straight(places, stations, 1000.0)
    alone, night, ever = (reached(lists, openings.at(moment)) for moment in ("24h", "0200", "any"))
    assert not (alone & ~night).any()
    assert not (night & ~ever).any()


@FEW
@given(st.integers(0, 10_000))
def test_gini_is_its_pairwise_definition(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 20))
    group, amount, weight = rng.integers(0, 3, n), rng.integers(0, 4, n) * 1.0, rng.integers(0, 4, n) * 1.0
    made = equality.ginis(group, amount, weight, 3)
    for g in range(3):
        a, w = amount[group == g], weight[group == g]
        whole = (a * w).sum()
        if whole == 0:
            assert np.isnan(made[g])
            continue
        pairs = (np.abs(a[:, None] - a[None, :]) * w[:, None] * w[None, :]).sum()
        assert made[g] == pytest.approx(pairs / (2 * w.sum() * whole), abs=1e-12)
        heads, had = equality.lorenz(a, w)
        area = (np.diff(heads) * (had[1:] + had[:-1])).sum()
        assert made[g] == pytest.approx(1 - area, abs=1e-12)


@FEW
@given(st.integers(0, 10_000), st.sampled_from([0.1, 0.5, 0.9, 1.0]))
def test_quantiles_are_those_of_a_list_in_which_each_value_stands_as_often_as_it_weighs(seed, share):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 20))
    group, weight = rng.integers(0, 3, n), rng.integers(0, 4, n)
    value = np.where(rng.random(n) < 0.2, np.inf, rng.integers(0, 9, n) * 1.0)
    made = equality.quantiles(group, value, weight * 1.0, 3, share)
    for g in range(3):
        mine = (group == g) & np.isfinite(value)
        long = np.sort(np.repeat(value[mine], weight[mine]))
        if len(long):
            assert made[g] == long[int(np.ceil(share * len(long) - 1e-9)) - 1]
        else:
            assert np.isnan(made[g])


@FEW
@given(st.integers(0, 2**32 - 1))
def test_packing_loses_nothing(seed):
    flags = np.random.default_rng(seed).random((3, 336)) < 0.5
    np.testing.assert_array_equal(week.unpack(week.pack(flags)), flags)
    np.testing.assert_array_equal(week.unpack(week.pack(flags)[0] | week.pack(flags)[1]), flags[0] | flags[1])


@FEW
@given(st.integers(0, 10_000))
def test_distinct_weeks_are_those_of_python(seed):
    rng = np.random.default_rng(seed)
    words = rng.integers(0, 2, (int(rng.integers(0, 30)), 6)).astype(np.uint64)
    weeks, row = week.distinct(words)
    np.testing.assert_array_equal(weeks[row], words)
    assert len(weeks) == len({(0,) * 6, *map(tuple, words.tolist())})
    assert not weeks[0].any()


def test_weeks_of_one_sum_are_told_apart_by_their_words(monkeypatch):
    monkeypatch.setattr(week, "_MIX", np.ones(6, dtype=np.uint64))
    words = np.array([[1, 2, 0, 0, 0, 0], [2, 1, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]], dtype=np.uint64)
    weeks, row = week.distinct(words)
    assert len(weeks) == 3
    assert row[2] == 0
    np.testing.assert_array_equal(weeks[row], words)


def test_no_place_and_no_station():
    empty = Lists.from_pairs([], [], [], n_demand=0, n_facilities=0)
    none = Openings.of(np.zeros((0, 336), bool), np.zeros(0, bool), np.zeros(0, bool))
    hourly = Hourly.of(empty, none)
    assert hourly.at(0).shape == (0,)
    assert not hourly.words.any()
    made = sums(hourly, np.empty(0), np.empty(0, np.int64), Profiles.none(), np.empty(0, np.int64), 2)
    assert made.demand.shape == (2, 336)
    assert not made.demand.any()
