"""Lists of facilities within a limit: against every pair measured, and the laws of their operations."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import lists
from geo.errors import ParameterError
from geo.lists import Lists

SEEDS = st.integers(0, 100_000)
budget = settings(max_examples=40, deadline=None, derandomize=True)


def made(seed: int, demand: int = 30, facilities: int = 12) -> Lists:
    """Pairs at random, some twice, with costs that tie."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(0, 150))
    cost = rng.integers(0, 6, n) * 10.0
    return Lists.from_pairs(
        rng.integers(0, demand, n),
        rng.integers(0, facilities, n),
        cost,
        n_demand=demand,
        n_facilities=facilities,
    )


def dense(one: Lists) -> np.ndarray:
    """Cost of each pair, ``inf`` where there is none."""
    table = np.full((one.n_demand, one.n_facilities), np.inf)
    table[one.rows(), one.facility] = one.cost
    return table


def check_order(one: Lists) -> None:
    row = one.rows()
    keys = list(zip(row.tolist(), one.cost.tolist(), one.facility.tolist(), strict=True))
    assert keys == sorted(keys)
    assert len({(r, f) for r, _, f in keys}) == len(keys)
    assert (one.indptr[0], one.indptr[-1]) == (0, one.n_pairs)


@budget
@given(SEEDS, st.floats(0, 2000))
def test_straight_lists_hold_every_pair_within_the_limit_and_no_other(seed: int, limit_m: float) -> None:
    rng = np.random.default_rng(seed)
    demand, facilities = rng.uniform(0, 3000, (40, 2)), rng.uniform(0, 3000, (15, 2))
    demand[3], facilities[2] = np.nan, np.nan
    facilities[5] = demand[7]
    found = lists.straight(demand, facilities, limit_m)
    away = np.hypot(*(demand[:, None, :] - facilities[None, :, :]).transpose(2, 0, 1))
    np.testing.assert_allclose(dense(found), np.where(away <= limit_m, away, np.inf), rtol=1e-6)
    check_order(found)


def test_a_distance_of_exactly_the_limit_counts() -> None:
    found = lists.straight([[0, 0]], [[600, 800], [0, 1000.01]], 1000)
    assert found.facility.tolist() == [0]


@budget
@given(SEEDS)
def test_of_a_pair_given_twice_the_smaller_cost_counts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    row, column, cost = rng.integers(0, 5, 60), rng.integers(0, 4, 60), rng.integers(0, 9, 60).astype(float)
    found = Lists.from_pairs(row, column, cost, n_demand=5, n_facilities=4)
    table = np.full((5, 4), np.inf)
    for r, c, value in zip(row, column, cost, strict=True):
        table[r, c] = min(table[r, c], value)
    np.testing.assert_array_equal(dense(found), table)
    check_order(found)


@budget
@given(SEEDS)
def test_operations_are_those_of_the_dense_table(seed: int) -> None:
    one, rng = made(seed), np.random.default_rng(seed)
    table = dense(one)
    check_order(one.transposed())
    np.testing.assert_array_equal(dense(one.transposed()), table.T)
    np.testing.assert_array_equal(dense(one.transposed().transposed()), table)
    rows = rng.integers(0, one.n_demand, 20)
    np.testing.assert_array_equal(dense(one.take(rows)), table[rows])
    some = rng.permutation(one.n_facilities)[:5]
    check_order(one.restricted(some))
    np.testing.assert_array_equal(dense(one.restricted(some)), table[:, some])
    mask = rng.random(one.n_facilities) < 0.5
    np.testing.assert_array_equal(dense(one.keep(mask)), np.where(mask, table, np.inf))
    np.testing.assert_array_equal(dense(one.within(20)), np.where(table <= 20, table, np.inf))
    cost, facility = one.nearest()
    np.testing.assert_array_equal(cost, table.min(axis=1))
    assert (facility == np.where(np.isfinite(cost), table.argmin(axis=1), -1)).all()
    parts = [one.take(np.arange(7)), one.take(np.arange(7, one.n_demand))]
    np.testing.assert_array_equal(dense(lists.stacked(parts, n_facilities=one.n_facilities)), table)


def test_nothing_gives_empty_lists() -> None:
    none = np.empty((0, 2))
    assert lists.straight(none, [[0, 0]], 10).indptr.tolist() == [0]
    assert lists.straight([[0, 0]], none, 10).indptr.tolist() == [0, 0]
    assert lists.stacked([], n_facilities=3).n_demand == 0
    assert made(1).take([]).n_pairs == 0


def test_what_cannot_be_a_list_is_refused() -> None:
    with pytest.raises(ParameterError, match="demand"):
        Lists.from_pairs([2], [0], [1], n_demand=2, n_facilities=1)
    with pytest.raises(ParameterError, match="facility"):
        made(1).restricted([99])
    with pytest.raises(ParameterError, match="costs"):
        Lists.from_pairs([0], [0], [np.nan], n_demand=1, n_facilities=1)
    with pytest.raises(ParameterError, match="mask"):
        made(1).keep([True])
    for limit in (-1, np.nan, np.inf):
        with pytest.raises(ParameterError, match="limit_m"):
            lists.straight([[0, 0]], [[0, 0]], limit)
