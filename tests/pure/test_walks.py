"""The order of a walk: every place once, never longer than chained by nearest neighbours, near the shortest."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import walks

places = st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 2000)), max_size=30)


def length_m(at, order):
    return walks.length_m(at[order, 0], at[order, 1])


@given(places)
@settings(max_examples=60, derandomize=True, deadline=None)
def test_every_place_is_visited_once_and_no_crossing_pays_to_undo(made):
    at = np.array(made, dtype=float).reshape(-1, 2)
    order = walks.walk_order(at[:, 0], at[:, 1])
    assert sorted(order) == list(range(len(at)))
    whole = length_m(at, order)
    for i in range(1, len(order)):
        for j in range(i + 1, len(order)):
            turned = np.concatenate([order[:i], order[i : j + 1][::-1], order[j + 1 :]])
            assert length_m(at, turned) >= whole - 1e-5


@pytest.mark.parametrize("seed", range(5))
def test_small_walks_are_near_the_shortest_from_the_same_start(seed):
    at = np.random.default_rng(seed).uniform(0, 1000, (8, 2))
    order = walks.walk_order(at[:, 0], at[:, 1])
    start, rest = order[0], [i for i in range(8) if i != order[0]]
    shortest = min(length_m(at, np.array([start, *p])) for p in permutations(rest))
    assert length_m(at, order) <= 1.15 * shortest


def test_a_row_of_doors_is_walked_along_and_the_same_each_time():
    x = np.random.default_rng(3).permutation(600).astype(float)
    order = walks.walk_order(x, np.zeros(600))
    assert x[order].tolist() == sorted(x)
    assert walks.walk_order(x, np.zeros(600)).tolist() == order.tolist()
