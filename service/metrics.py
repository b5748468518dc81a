"""What a monitoring system may know: counts and times by route, the state of data, database, keys and limits.

In Prometheus's text form. Few labels: the route's template, the method, the class of the status; never a path as it
was sent, a parameter, an address, a key. With several workers each writes to files of its own in a shared folder,
and whichever is asked adds them up; gauges of a worker go with it, what it counted stays counted.
"""

from pathlib import Path
from typing import Any, Final, Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

import service
from service.access.gate import Gate
from service.access.keyring import Keyring
from service.batch.desk import Desk
from service.health import Keeper
from service.logs import METHODS
from service.shared import Shared

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
OTHER: Final = "other"
"""The route of what no route matches, and the method that nobody knows: a client must not invent labels."""
_BURIED: Final = "0"
"""In place of a process's number: what processes that are no more have counted."""

_Mode = Literal["livesum", "livemin", "livemax"]
_GAUGES: Final[tuple[tuple[str, _Mode, str], ...]] = (
    ("workers", "livesum", "Server processes that live."),
    ("ready", "livemin", "1 when every process has a snapshot to answer from."),
    ("database_up", "livemin", "1 when the database answered every process last time, or there is none."),
    (
        "snapshot_age_seconds",
        "livemax",
        "Seconds since the oldest snapshot was known to be current; +Inf: none yet.",
    ),
    ("data_version", "livemin", "Version of the data of the process that is furthest behind."),
    ("stations", "livemin", "Public stations in the snapshot of the process that has least."),
    ("keys_known", "livemin", "Keys that every process knows, good or not."),
    ("batches_inside", "livesum", "Batches being received, computed or sent."),
    ("trials_inside", "livesum", "Trials of the street-facing rule under way."),
    ("limited_clients", "livemax", "Clients whose bucket is not full: how many asked of late."),
)
"""Name, how the processes' values make one, meaning."""

State = Any
"""``app.state`` of the application."""


class Metrics:
    """The metrics of one process, and the sum over all that share a folder.

    Parameters
    ----------
    shared
        What the workers share; None: this process is the only one.
    """

    def __init__(self, shared: Shared | None = None) -> None:
        self._folder = shared.metrics if shared else None
        self._registry = registry = CollectorRegistry()
        self._durations = Histogram(
            "yizhan_request_duration_seconds",
            "Requests by route template, method and class of status, and how long they took.",
            ("route", "method", "status"),
            buckets=BUCKETS_S,
            registry=registry,
        )
        self._refused = Counter(
            "yizhan_limited",
            "Requests refused by a limit, by who was limited (address, key) and what (requests, points).",
            ("who", "what"),
            registry=registry,
        )
        self._gauges = {
            name: Gauge(f"yizhan_{name}", meaning, multiprocess_mode=mode, registry=registry)
            for name, mode, meaning in _GAUGES
        }
        self._build = Gauge(
            "yizhan_build_info",
            "1, by version.",
            ("version",),
            multiprocess_mode="livemax",
            registry=registry,
        )
        self._children: dict[tuple[str, str, int], Any] = {}
        self._told_refused: dict[tuple[str, str], int] = {}

    def observe(self, route: str | None, method: str, status: int, took_s: float) -> None:
        """Count one request.

        Parameters
        ----------
        route
            Template of the route; None when none matched.
        method, status
            As sent and as answered; 0: no answer had begun.
        took_s
            Seconds from the head of the request to the end of the answer.
        """
        key = (route or OTHER, method if method in METHODS else OTHER, status // 100)
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = self._durations.labels(key[0], key[1], f"{key[2]}xx")
        child.observe(took_s)

    def publish(self, state: State) -> None:
        """Write down the present state of this process."""
        keeper: Keeper = state.keeper
        keyring: Keyring = state.keyring
        batches: Desk = state.batches
        trials: Desk = state.trials
        gate: Gate = state.gate
        health, ring = keeper.health(), keyring.known()
        snapshot = health.snapshot
        told = {
            "workers": 1,
            "ready": snapshot is not None,
            "database_up": health.database != "away",
            "snapshot_age_seconds": float("inf") if health.data_age_s is None else health.data_age_s,
            "data_version": snapshot.data_version if snapshot else 0,
            "stations": len(snapshot) if snapshot else 0,
            "keys_known": 0 if ring is None else len(ring),
            "batches_inside": batches.inside,
            "trials_inside": trials.inside,
            "limited_clients": gate.buckets.forget(),
        }
        for name, value in told.items():
            self._gauges[name].set(value)
        self._build.labels(service.__version__).set(1)
        for pair, count in gate.refused.items():
            self._refused.labels(*pair).inc(count - self._told_refused.get(pair, 0))
            self._told_refused[pair] = count

    def text(self) -> bytes:
        """Write all metrics, of all processes that share the folder."""
        if self._folder is None:
            return generate_latest(self._registry)
        everybody = CollectorRegistry()
        MultiProcessCollector(everybody, path=str(self._folder))  # type: ignore[no-untyped-call]
        return generate_latest(everybody)


def bury(folder: Path, pid: int) -> None:
    """Take a process that is no more out of the metrics; what it counted is kept in one file for all such.

    Parameters
    ----------
    folder
        Of the metrics.
    pid
        Of the process.
    """
    mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]
    for kind in ("counter", "histogram"):
        left = folder / f"{kind}_{pid}.db"
        if left.exists():
            _add(left, folder / f"{kind}_{_BURIED}.db")


def _add(left: Path, total: Path) -> None:
    sums = MmapedDict(str(total))  # type: ignore[no-untyped-call]
    values = list(MmapedDict.read_all_values_from_file(str(left)))  # type: ignore[no-untyped-call]
    left.unlink()
    for key, value, timestamp, _ in values:
        before, _ = sums.read_value(key)  # type: ignore[no-untyped-call]
        sums.write_value(key, before + value, timestamp)  # type: ignore[no-untyped-call]
    sums.close()  # type: ignore[no-untyped-call]
