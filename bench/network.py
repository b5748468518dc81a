"""The station nearest to every node of a network, against scipy and networkx; and what ``by=walk`` costs over HTTP.

Two networks: the streets of Beijing within the 5th ring as shipped for trials beside the checkout (left out where that
folder is not there), and a made city of a million nodes. Stations stand at nodes, so that all three compute the very
same, which is checked. Rivals get their graph for nothing: scipy our own CSR, networkx a graph that was built before
the clock started. Bare scipy is one call that gives the same answer, time and station. networkx knows the station of
a node from its path (``multi_source_dijkstra``), which is what takes it longest; what it needs for times alone stands
in a row of its own. All take turns, the middle of the rounds counts; networkx runs once on the large city.

Over HTTP one worker with 2,000 stations answers the same places by=distance and by=walk in turns, and by=distance while
two other connections keep asking by=walk: what travel times cost those who do not ask for them.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import networkx as nx
import numpy as np
from scipy.sparse import csgraph

from bench import load, towns
from bench.served import Served, served
from bench.table import Row
from geo import travel
from geo.network import Network, Snaps

RING: Final = Path(__file__).resolve().parents[2] / "shared/data/streets/beijing_streets_2013_simplified.gpkg"
SIDE: Final = 1000
STATIONS: Final = 2000
ROUNDS: Final = 7
GOAL_SCIPY, GOAL_NETWORKX = 1.5, 50.0
ROUND_S: Final = 3.0
CONNECTIONS: Final = 4


def run() -> list[Row]:
    """Measure; the rows of the table."""
    rows = []
    for name, make in (("streets within the 5th ring", ring), ("made city", made_city)):
        network = make()
        if network is not None:
            rows += whole(name, network)
    return rows + over_http()


def ring() -> Network | None:
    """Walks within the 5th ring; None where the file is not there."""
    if not RING.is_file():
        return None
    from data.streets import files
    from geo import network

    return network.build(files.read(RING).streets, "walk")


def made_city(side: int = SIDE) -> Network:
    """A jittered grid of side x side nodes, 60 m apart: a fifth of its streets missing, a tenth one-way."""
    rng = np.random.default_rng(1)
    number = np.arange(side * side).reshape(side, side)
    xy = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2) * 60.0
    tail = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    head = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    there = rng.random(len(tail)) < 0.8
    tail, head = tail[there], head[there]
    one_way = rng.random(len(tail)) < 0.1
    at = xy + rng.normal(0, 10, xy.shape)
    return Network.from_segments(at, tail, head, speed_kmh=5, backward=~one_way)


def whole(name: str, network: Network) -> list[Row]:
    """Nearest station for every node: ours, bare scipy, networkx."""
    rng = np.random.default_rng(2)
    stations = at_nodes(network, rng.choice(network.n_segments, STATIONS, replace=False))
    nodes = network.tail[stations.segment]
    reversed_graph = network.reversed_graph
    rival = nx.from_scipy_sparse_array(reversed_graph, create_using=nx.DiGraph)
    sources = set(nodes.tolist())
    asked: dict[str, Callable[[], Any]] = {
        "ours": lambda: travel.to_nodes(network, stations),
        "scipy": lambda: csgraph.dijkstra(
            reversed_graph, indices=nodes, min_only=True, return_predecessors=True
        ),
        "networkx": lambda: nx.multi_source_dijkstra(rival, sources)[0],
        "times": lambda: nx.multi_source_dijkstra_path_length(rival, sources),
    }
    few = 3 if network.n_nodes < 200_000 else 1
    took, answers = in_turns(asked, rounds={"networkx": few, "times": few})
    check(answers, network.n_nodes)
    ours, bare, graphs, times = (took[name] for name in ("ours", "scipy", "networkx", "times"))
    size = f"{network.n_nodes:,} nodes, {network.graph.nnz:,} arcs"
    figure = f"nearest of {STATIONS:,} stations for every node, {name} ({size})"
    return [
        Row(figure, ms(ours), f"bare scipy Dijkstra: {ms(bare)}", f"{ours / bare:.2f} × its time",
            f"≤ {GOAL_SCIPY:g} ×", ours <= GOAL_SCIPY * bare),
        Row("the same", ms(ours), f"networkx, time and station: {ms(graphs)}", f"{graphs / ours:,.0f} × as fast",
            f"≥ {GOAL_NETWORKX:g} ×", graphs >= GOAL_NETWORKX * ours),
        Row("the same", ms(ours), f"networkx, times alone: {ms(times)}", f"{times / ours:,.0f} × as fast", "", None),
    ]  # fmt: skip


def at_nodes(network: Network, segments: Any) -> Snaps:
    """Stations at the tails of segments."""
    n = len(segments)
    on = network.xy[network.tail[segments]]
    zero = np.zeros(n)
    return Snaps(network, np.asarray(segments), zero, zero, on, on, np.zeros(n, dtype=np.int8))


def in_turns(
    asked: dict[str, Callable[[], Any]], rounds: dict[str, int]
) -> tuple[dict[str, float], dict[str, Any]]:
    """Seconds of each, the middle of its rounds, and its last answer."""
    took: dict[str, list[float]] = {name: [] for name in asked}
    answers: dict[str, Any] = {}
    for number in range(ROUNDS):
        for name, work in asked.items():
            if number < rounds.get(name, ROUNDS):
                begun_s = time.perf_counter()
                answers[name] = work()
                took[name].append(time.perf_counter() - begun_s)
    return {name: statistics.median(seconds) for name, seconds in took.items()}, answers


def check(answers: dict[str, Any], n_nodes: int) -> None:
    """Refuse to compare what is not the same answer."""
    ours_s, _ = answers["ours"]
    rival_s = np.full(n_nodes, np.inf)
    found = answers["networkx"]
    rival_s[np.fromiter(found, dtype=np.int64, count=len(found))] = list(found.values())
    for other in (answers["scipy"][0], rival_s):
        if not np.allclose(ours_s, other, atol=1e-6):
            raise RuntimeError("the answers differ")


def over_http() -> list[Row]:
    """What one question by travel time costs."""
    if not RING.is_file():
        return []
    with served(make_app) as server:
        places = np.random.default_rng(4).uniform((116.25, 39.83), (116.50, 40.0), (400, 2))
        placed = [(lon, lat) for lon, lat in places.tolist() if answered(server, lon, lat)]
        walk = [load.get(path_of(*place, "walk")) for place in placed]
        straight = [load.get(path_of(*place, "distance")) for place in placed]
        rounds: dict[str, list[load.Figures]] = {"walk": [], "distance": [], "beside": []}
        for _ in range(3):
            rounds["walk"].append(measured(server, walk))
            rounds["distance"].append(measured(server, straight))
            with load.running(server.port, walk, connections=2) as others:
                rounds["beside"].append(measured(server, straight))
                others.stop()
                others.figures()
        middle = {
            name: (statistics.median(r.p50_ms for r in seen), statistics.median(r.p99_ms for r in seen))
            for name, seen in rounds.items()
        }
        rate = {name: statistics.median(r.requests_per_s for r in seen) for name, seen in rounds.items()}
        memory = server.memory_mb
    figure = f"HTTP nearest k=5 by=walk, {STATIONS:,} stations, {CONNECTIONS} connections, one worker"
    told = {name: f"{rate[name]:,.0f}/s, p50 {p[0]:.1f} ms, p99 {p[1]:.1f} ms" for name, p in middle.items()}
    return [
        Row(figure, f"{told['walk']} ({memory:,.0f} MB)", f"by=distance: {told['distance']}",
            f"{middle['walk'][0] / middle['distance'][0]:.1f} × its p50", "", None),
        Row("by=distance while 2 connections ask by=walk", told["beside"], f"alone: {told['distance']}",
            f"{middle['beside'][1] / middle['distance'][1]:.1f} × its p99", "", None),
    ]  # fmt: skip


def make_app() -> Any:
    """Our application with a network in place of one loaded from a registry."""
    from service.app import create_app
    from service.keeper import FrameKeeper
    from service.roads.keeper import NoRoads, Roads
    from service.settings import Settings

    network = ring()
    assert network is not None
    _ = network.graph, network.pieces
    stations = towns.stations(STATIONS)
    rng = np.random.default_rng(3)
    at = network.unproject(
        network.xy[rng.integers(0, network.n_nodes, STATIONS)] + rng.normal(0, 20, (STATIONS, 2))
    )
    stations["lon"], stations["lat"] = at[:, 0], at[:, 1]
    keeper = NoRoads("ready")
    keeper.roads = Roads(1, "2013-01-01", {"walk": network})
    return create_app(Settings(database_url=None, limits=False), FrameKeeper(stations), roads=keeper)


def path_of(lon: float, lat: float, by: str) -> str:
    return f"/v1/stations/nearest?lon={lon:.6f}&lat={lat:.6f}&coordsys=wgs84&by={by}"


def answered(server: Served, lon: float, lat: float) -> bool:
    """Whether the place has a street."""
    from urllib.error import HTTPError
    from urllib.request import urlopen

    try:
        with urlopen(f"http://127.0.0.1:{server.port}{path_of(lon, lat, 'walk')}") as answer:
            return bool(answer.status == 200)
    except HTTPError:
        return False


def measured(server: Served, requests: list[bytes]) -> load.Figures:
    return load.measure(server.port, requests, connections=CONNECTIONS, seconds=ROUND_S).checked()


def ms(seconds: float) -> str:
    return f"{1000 * seconds:,.1f} ms"
