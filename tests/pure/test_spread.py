"""Work spread over parts and over workers equals the work of one, also when a worker dies."""

import contextlib
import os
import signal
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import geo.lists
from data.errors import InputError
from geo import travel
from geo.coverage.hourly import Hourly
from geo.coverage.openings import Openings
from geo.network import Network, snap
from service import spread
from service.spread import parts, runners

LAWS = settings(derandomize=True, max_examples=40, deadline=None)
SEEDS = st.integers(0, 10_000)


def same(one, other):
    assert one.n_facilities == other.n_facilities
    for name in ("indptr", "facility", "cost"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


def places(seed, rows=120, facilities=30, side_m=4000.0):
    """Points of which some lie on a lattice (equal distances, exactly the limit) and some have no position."""
    rng = np.random.default_rng(seed)
    demand, stations = rng.random((rows, 2)) * side_m, rng.random((facilities, 2)) * side_m
    demand[::3] = np.round(demand[::3] / 500) * 500
    stations[::2] = np.round(stations[::2] / 500) * 500
    demand[5], stations[3] = np.nan, np.nan
    return demand, stations


def openings_of(seed, facilities=30):
    rng = np.random.default_rng(seed)
    flags = rng.random((facilities, 336)) < 0.2
    return Openings.of(flags, rng.random(facilities) < 0.8, rng.random(facilities) < 0.1)


def lattice(seed, side=9, step_m=250.0):
    """A lattice of streets, some missing, some one-way."""
    rng = np.random.default_rng(seed)
    number = np.arange(side * side).reshape(side, side)
    xy = np.column_stack(np.divmod(np.arange(side * side), side)) * step_m
    tail = np.r_[number[:, :-1].ravel(), number[:-1].ravel()]
    head = np.r_[number[:, 1:].ravel(), number[1:].ravel()]
    kept = rng.random(len(tail)) < 0.85
    back = rng.random(kept.sum()) < 0.8
    length = np.hypot(*(xy[head] - xy[tail]).T)[kept] * rng.uniform(1, 1.3, kept.sum())
    return Network.from_segments(xy, tail[kept], head[kept], speed_kmh=5.0, backward=back, length_m=length)


@LAWS
@given(SEEDS, st.integers(1, 9))
def test_parts_hold_each_row_once_and_all_that_lies_in_the_halo(seed, count):
    demand, stations = places(seed)
    made = parts.cut(demand, count, 500.0)
    rows = np.concatenate([part.rows for part in made])
    assert sorted(rows.tolist()) == np.flatnonzero(np.isfinite(demand[:, 0])).tolist()
    assert len(made) == count
    for part in made:
        far = np.hypot(*(demand[part.rows][:, None] - stations[None]).transpose(2, 0, 1)).min(axis=0)
        assert set(np.flatnonzero(far <= 500)) <= set(part.holds(stations).tolist())


@LAWS
@given(SEEDS, st.integers(1, 9), st.sampled_from([0.0, 300.0, 500.0, 1000.0]))
def test_straight_lists_by_parts_are_those_of_one_run(seed, count, limit_m):
    demand, stations = places(seed)
    found = spread.straight(demand, stations, limit_m, spread.Local(count))
    same(found, geo.lists.straight(demand, stations, limit_m))


@LAWS
@given(SEEDS, st.integers(1, 9), st.sampled_from([0.0, 240.0, 600.0]))
def test_walking_lists_by_parts_are_those_of_one_run(seed, count, limit_s):
    network = lattice(seed)
    demand, stations = (snap(network, xy, limit_m=60.0) for xy in places(seed, side_m=2000.0))
    found = spread.walking(network, stations, demand, limit_s, spread.Local(count))
    same(found, travel.within(network, stations, demand, limit_s))


@LAWS
@given(SEEDS, st.integers(1, 9))
def test_weeks_by_parts_are_those_of_one_run(seed, count):
    demand, stations = places(seed)
    openings = openings_of(seed)
    found = spread.straight_weeks(demand, stations, 600.0, openings, spread.Local(count))
    alone = Hourly.of(geo.lists.straight(demand, stations, 600.0), openings)
    for name in ("words", "row", "unknown"):
        assert np.array_equal(getattr(found, name), getattr(alone, name)), name


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_few_or_no_points(rows):
    demand, stations = np.zeros((rows, 2)), np.zeros((1, 2))
    same(spread.straight(demand, stations, 5.0, spread.Local(4)), geo.lists.straight(demand, stations, 5.0))
    none = np.empty((0, 2))
    same(spread.straight(demand, none, 5.0, spread.Local(4)), geo.lists.straight(demand, none, 5.0))


def test_no_scheduler_at_an_address_is_said():
    pytest.importorskip("distributed")
    with pytest.raises(InputError, match="no_such_kind://nowhere"):
        runners.runner_of("no_such_kind://nowhere")


def test_without_an_address_the_work_is_done_here():
    with spread.runner_of(None) as runner:
        assert runner.map(divmod, [(7, 2), (9, 4)]) == [(3, 1), (2, 1)]


def slow_straight(folder, number, demand, stations, limit_m):
    """One part of the work, long enough to be killed in; leaves the process id of who works."""
    with open(os.path.join(folder, f"{number}-{os.getpid()}"), "w"):  # noqa: PTH118, PTH123
        time.sleep(0.3)
    return geo.lists.straight(demand, stations, limit_m)


@pytest.fixture
def two_workers(tmp_path):
    """Two worker processes of one thread each on this machine."""
    distributed = pytest.importorskip("distributed")
    import dask

    quiet = {"temporary-directory": str(tmp_path), "distributed.worker.memory.terminate": False}
    with (
        dask.config.set(quiet),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
            host="127.0.0.1", silence_logs=50, memory_limit=None,
        ) as cluster,
    ):  # fmt: skip
        yield cluster


def test_two_workers_give_the_answer_of_one_run_though_one_is_killed_midway(two_workers, tmp_path):
    demand, stations = places(3, rows=4000, facilities=300)
    openings = openings_of(3, 300)
    began = tmp_path / "began"
    began.mkdir()
    with spread.Scheduler(two_workers.scheduler_address) as runner:
        assert runner.parts == 8
        tasks = [(str(began), n, demand[n::8], stations, 600.0) for n in range(8)]
        futures = [runner._client.submit(slow_straight, *task, pure=False, retries=3) for task in tasks]
        victim = _second_to_begin(began)
        os.kill(victim, signal.SIGKILL)
        found = runner._client.gather(futures)
        for n in range(8):
            same(found[n], geo.lists.straight(demand[n::8], stations, 600.0))
        by_whom = {int(file.name.split("-")[1]) for file in began.iterdir()}
        tried = [file.name.split("-")[0] for file in began.iterdir()]
        assert victim in by_whom and len(by_whom) > 1 and len(tried) > len(set(tried)) == 8
        same(spread.straight(demand, stations, 600.0, runner), geo.lists.straight(demand, stations, 600.0))
        weeks = spread.straight_weeks(demand, stations, 600.0, openings, runner)
        alone = Hourly.of(geo.lists.straight(demand, stations, 600.0), openings)
        assert np.array_equal(weeks.words[weeks.row], alone.words[alone.row])
        network = lattice(3)
        here, there = (snap(network, xy, limit_m=60.0) for xy in places(3, side_m=2000.0))
        same(spread.walking(network, there, here, 600.0, runner), travel.within(network, there, here, 600.0))


def _second_to_begin(folder):
    """Process that is at work on some part, once another one has been done."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(ValueError):
            begun = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime_ns)
            if len(begun) >= 3:
                return int(begun[-1].name.split("-")[1])
        time.sleep(0.01)
    raise AssertionError("no worker began")
