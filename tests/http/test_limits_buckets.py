"""Laws of the buckets: never more than the burst and what time gave, whoever takes, in however many processes."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service import shared
from service.access import buckets
from service.access.buckets import SLOTS, Buckets, Rate
from tests.http.processes import Process

LAW = settings(max_examples=150, deadline=None, derandomize=True, database=None)
rates = st.builds(Rate, per_s=st.floats(0.1, 1000, allow_nan=False), burst=st.integers(1, 1000).map(float))
steps = st.lists(
    st.tuples(
        st.floats(0, 5, allow_nan=False),  # seconds that pass
        st.integers(0, 3),  # which worker
        st.integers(1, 2),  # which client
        st.integers(1, 60),  # how much
    ),
    max_size=60,
)


class Workers:
    """Several views of one table, and a clock that tests move."""

    def __init__(self, path: Path, count: int) -> None:
        self.now_s = 1e6
        path.unlink(missing_ok=True)
        buckets.make(path)
        self.views = [Buckets(path, clock=lambda: self.now_s) for _ in range(count)]


class Plain:
    """A token bucket as everybody writes it: tokens that come with time. Of one client."""

    def __init__(self, rate: Rate, now_s: float) -> None:
        self.rate, self.tokens, self.now_s = rate, rate.burst, now_s

    def take(self, cost: float, now_s: float) -> bool:
        self.tokens = min(self.rate.burst, self.tokens + self.rate.per_s * (now_s - self.now_s))
        self.now_s = now_s
        is_full = self.tokens >= self.rate.burst - 1e-6 * self.rate.per_s
        allowed = self.tokens >= cost - 2e-6 * self.rate.per_s or is_full
        self.tokens -= cost if allowed else 0
        return allowed


@given(rate=rates, steps=steps)
@LAW
def test_in_no_span_of_time_more_is_given_than_burst_and_rate_allow(
    tmp_path_factory: pytest.TempPathFactory, rate: Rate, steps: list[tuple[float, int, int, int]]
) -> None:
    workers = Workers(tmp_path_factory.getbasetemp() / "law", 4)
    given_: dict[int, list[tuple[float, float]]] = {1: [], 2: []}
    for passed_s, worker, client, cost in steps:
        workers.now_s += passed_s
        fits = min(cost, int(rate.burst))
        if workers.views[worker].take(client, fits, rate).allowed:
            given_[client].append((workers.now_s, fits))
    for taken in given_.values():
        for i, (begin_s, _) in enumerate(taken):
            total = 0.0
            for end_s, cost in taken[i:]:
                total += cost
                allowed = rate.burst + rate.per_s * (end_s - begin_s)
                assert total <= allowed + 1e-5 * rate.per_s + 1e-6 * allowed


@given(rate=rates, steps=steps)
@LAW
def test_several_workers_answer_as_one_plain_bucket_of_tokens(
    tmp_path_factory: pytest.TempPathFactory, rate: Rate, steps: list[tuple[float, int, int, int]]
) -> None:
    workers = Workers(tmp_path_factory.getbasetemp() / "law", 4)
    plain = {client: Plain(rate, workers.now_s) for client in (1, 2)}
    for passed_s, worker, client, cost in steps:
        workers.now_s += passed_s
        # Sums of floats differ in their last digits: where it is that close, either answer is right.
        tokens = min(rate.burst, plain[client].tokens + rate.per_s * (workers.now_s - plain[client].now_s))
        close = min(abs(tokens - cost), abs(tokens - rate.burst)) < 1e-5 * rate.per_s + 1e-5
        if close:
            continue
        told = workers.views[worker].take(client, cost, rate)
        assert told.allowed == plain[client].take(cost, workers.now_s)
        assert told.left == pytest.approx(max(0.0, plain[client].tokens), abs=1e-4 + 1e-5 * rate.per_s)


@given(rate=rates, cost=st.integers(1, 2000))
@LAW
def test_what_is_refused_is_allowed_after_the_wait_that_was_told(rate: Rate, cost: int) -> None:
    now = [5.0]
    table = Buckets(clock=lambda: now[0])
    while (told := table.take(9, cost, rate)).allowed:
        pass
    assert told.wait_s > 0
    now[0] += told.wait_s / 2
    assert not table.take(9, cost, rate).allowed
    now[0] += told.wait_s / 2 + 1e-6
    assert table.take(9, cost, rate).allowed


def test_more_than_the_burst_is_taken_from_a_full_bucket_and_paid_off() -> None:
    now = [0.0]
    table, rate = Buckets(clock=lambda: now[0]), Rate(per_s=10, burst=100)
    assert table.take(1, 250, rate).allowed
    assert table.take(1, 1, rate).wait_s == pytest.approx(15.1)
    now[0] = 15.2
    assert table.take(1, 1, rate).allowed


def test_a_look_takes_nothing() -> None:
    table, rate = Buckets(clock=lambda: 0.0), Rate(per_s=1, burst=1)
    assert [table.take(1, 1, rate, only_look=True).allowed for _ in range(3)] == [True] * 3
    assert [table.take(1, 1, rate).allowed for _ in range(2)] == [True, False]
    assert not table.take(1, 1, rate, only_look=True).allowed


def test_clients_are_forgotten_once_their_bucket_is_full() -> None:
    now = [0.0]
    table, rate = Buckets(clock=lambda: now[0]), Rate(per_s=1, burst=10)
    for client in range(1, 101):
        table.take(client, client % 10 + 1, rate)
    assert table.forget() == 100
    now[0] = 5.0
    assert table.forget() == 50
    now[0] = 10.0
    assert table.forget() == 0
    assert bytes(table._memory) == bytes(len(table._memory))


def test_more_clients_than_slots_push_out_those_that_took_least() -> None:
    table, rate = Buckets(clock=lambda: 0.0), Rate(per_s=1, burst=10)
    greedy = 8
    for _ in range(10):
        table.take(greedy, 1, rate)
    for client in range(1, 20):
        assert table.take(greedy + client * SLOTS, 1, rate).allowed
    assert not table.take(greedy, 1, rate).allowed


HAMMER = """
import sys, time, json
from pathlib import Path
from service.access.buckets import Buckets, Rate
table, rate = Buckets(Path(sys.argv[1])), Rate(per_s=200, burst=500)
print("ready", flush=True)
sys.stdin.readline()
begin, taken = time.monotonic(), 0
while time.monotonic() - begin < 1.0:
    taken += table.take(77, 1, rate).allowed
print(json.dumps([begin, time.monotonic(), taken]), flush=True)
"""


def test_processes_that_take_at_the_same_time_get_together_what_one_would(tmp_path: Path) -> None:
    path = tmp_path / "table"
    buckets.make(path)
    command = [sys.executable, "-c", HAMMER, str(path)]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [json.loads(process.communicate(timeout=60)[0]) for process in processes]
    first_s, last_s = min(s[0] for s in said), max(s[1] for s in said)
    taken = sum(s[2] for s in said)
    assert taken <= 500 + 200 * (last_s - first_s) + 1
    # Each of them asked without a pause, so nothing was left but what the last instants gave.
    assert taken >= 500 + 100


def test_a_process_that_dies_while_it_holds_the_lock_blocks_nobody(tmp_path: Path) -> None:
    path = tmp_path / "table"
    buckets.make(path)
    dying = (
        "import fcntl, os, sys, time; from pathlib import Path; from service.access.buckets import Buckets\n"
        "table = Buckets(Path(sys.argv[1])); fcntl.flock(table._file, fcntl.LOCK_EX); print('held', flush=True)\n"
        "time.sleep(60)"
    )
    with Process(path, program=("-c", dying)) as process:
        process.until("held")
        process.process.kill()
        process.process.wait()
        assert Buckets(path).take(1, 1, Rate(1, 1)).allowed


def test_the_folder_goes_with_the_service_and_what_a_killed_one_left_is_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "_root", lambda: tmp_path)
    left = tmp_path / f"{shared.PREFIX}left"
    left.mkdir()
    (left / "lock").touch()
    young = tmp_path / f"{shared.PREFIX}young"
    young.mkdir()
    (young / "lock").touch()
    old_s = time.time() - 60
    os.utime(left, (old_s, old_s))
    with shared.opened() as first:
        os.utime(first.folder, (old_s, old_s))
        assert not left.exists()
        assert young.exists()
        assert first.table.stat().st_size == SLOTS * 16
        assert os.environ[shared.METRICS_VARIABLE] == str(first.metrics)
        with shared.opened() as second:
            assert first.folder.exists()
            assert second.folder != first.folder
    assert shared.METRICS_VARIABLE not in os.environ
    assert [path.name for path in tmp_path.iterdir()] == [young.name]
