"""Siting of a nation's size, and against spopt with the same solver.

Each figure comes from a process of its own, so that its peak memory is its own.
"""

import multiprocessing
import resource
import time
import warnings
from typing import Any

import numpy as np

from bench.table import Row

CELLS, CANDIDATES, SITES = 1_000_000, 10_000, 1_000
SMALL_CELLS, SMALL_CANDIDATES, SMALL_SITES = 2_000, 200, 20
GREEDY_S, BOUND_S, PEAK_MB, TIMES_FASTER = 1.0, 20.0, 1000.0, 20.0
SEED = 20260101


def run() -> list[Row]:
    """Measure; the rows of the table."""
    return [*_large_rows(_apart(_large)), *_rival_rows(_apart(_rival))]


def _apart(work: Any) -> Any:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    # Not a pool: its workers are daemons, and siting starts processes of its own.
    process = context.Process(target=_told, args=(work, theirs))
    process.start()
    theirs.close()
    answer = ours.recv()
    process.join()
    return answer


def _told(work: Any, pipe: Any) -> None:
    pipe.send(work())


def _city(cells: int, candidates: int, each: float) -> tuple[Any, Any]:
    """Cells of uneven demand around centres, candidates drawn among them, ``each`` candidates in reach on average."""
    from geo.lists import straight

    rng = np.random.default_rng(SEED)
    side_m = 60_000.0 * np.sqrt(cells / CELLS)
    centres = rng.random((40, 2)) * side_m
    spread = rng.normal(0, side_m / 14, (cells // 2, 2))
    demand = np.vstack(
        [rng.random((cells - cells // 2, 2)) * side_m, centres[rng.integers(40, size=cells // 2)] + spread]
    )
    sites = demand[rng.choice(cells, candidates, replace=False)] + rng.normal(0, 20, (candidates, 2))
    weights = np.floor(rng.lognormal(3, 1, cells))
    limit_m = side_m * np.sqrt(each / candidates / np.pi) * 0.66
    return straight(demand, sites, limit_m), weights


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _large() -> dict[str, float]:
    from geo.siting import bounds, greedy
    from geo.siting.problem import reduced

    lists, weights = _city(CELLS, CANDIDATES, 24.0)
    given_mb = _peak_mb()
    begun = time.perf_counter()
    problem = reduced(lists, weights, candidates=np.ones(CANDIDATES, bool), covered=np.zeros(CELLS, bool))
    merged_s = time.perf_counter() - begun
    pairs = lists.n_pairs
    begun = time.perf_counter()
    chosen = greedy.choose(problem, SITES)
    greedy_s = time.perf_counter() - begun
    begun = time.perf_counter()
    bound = bounds.descend(problem, SITES, problem.value(chosen), rounds=500)
    return {
        "pairs": pairs, "rows": len(problem.weight), "merged_s": merged_s, "greedy_s": greedy_s,
        "bound_s": time.perf_counter() - begun, "value": problem.value(chosen), "bound": bound.value,
        "total": float(weights.sum()), "given_mb": given_mb, "peak_mb": _peak_mb(),
    }  # fmt: skip


def _large_rows(found: dict[str, float]) -> list[Row]:
    size = f"{CELLS:,} cells × {CANDIDATES:,} candidates, p = {SITES:,}"
    gap = 100 * (1 - found["value"] / found["bound"])
    return [
        Row(
            f"greedy choice, {size} ({found['pairs']:,.0f} pairs, {found['rows']:,.0f} rows once merged)",
            f"{found['greedy_s']:.2f} s; covers {100 * found['value'] / found['total']:.1f} %",
            f"merging equal rows first: {found['merged_s']:.1f} s",
            "",
            f"≤ {GREEDY_S:.0f} s",
            found["greedy_s"] <= GREEDY_S,
        ),
        Row(
            "Lagrangian bound of the same",
            f"{found['bound_s']:.1f} s; the greedy choice is within {gap:.2f} % of it",
            "",
            "",
            f"≤ {BOUND_S:.0f} s",
            found["bound_s"] <= BOUND_S,
        ),
        Row(
            "peak memory of that process, making the instance included",
            f"{found['peak_mb']:,.0f} MB",
            f"before siting: {found['given_mb']:,.0f} MB",
            "",
            f"< {PEAK_MB:,.0f} MB",
            found["peak_mb"] < PEAK_MB,
        ),
    ]


def _rival() -> dict[str, Any]:
    from geo import siting

    lists, weights = _city(SMALL_CELLS, SMALL_CANDIDATES, 8.0)
    # The first child starts a server process and imports; that is paid once in a program's life and told apart.
    begun = time.perf_counter()
    siting.maximal_covering(lists, weights, SMALL_SITES, seconds=60, seed=1)
    first_s = time.perf_counter() - begun
    begun = time.perf_counter()
    ours = siting.maximal_covering(lists, weights, SMALL_SITES, seconds=60, seed=1)
    return {
        "first_s": first_s,
        "ours_s": time.perf_counter() - begun,
        "ours": ours.value,
        "proved": ours.proved,
    } | (_spopt(lists, weights))


def _spopt(lists: Any, weights: Any) -> dict[str, Any]:
    """The same instance in spopt: building the model and solving it with HiGHS through PuLP."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pulp
        from spopt.locate import MCLP
    solver = pulp.HiGHS(msg=False, threads=1)
    if not solver.available():
        return {"theirs_s": float("nan"), "theirs": float("nan")}
    cost = np.full((lists.n_demand, lists.n_facilities), 2.0)
    cost[lists.rows(), lists.facility] = 0.0
    begun = time.perf_counter()
    model = MCLP.from_cost_matrix(cost, weights, 1.0, p_facilities=SMALL_SITES)
    built_s = time.perf_counter() - begun
    model.solve(solver)
    taken_s = time.perf_counter() - begun
    chosen = [j for j, variable in enumerate(model.fac_vars) if variable.value() > 0.5]
    covered = np.unique(lists.keep(chosen).rows())
    return {"theirs_s": taken_s, "built_s": built_s, "theirs": float(weights[covered].sum())}


def _rival_rows(found: dict[str, Any]) -> list[Row]:
    size = f"{SMALL_CELLS:,} cells × {SMALL_CANDIDATES} candidates, p = {SMALL_SITES}"
    if np.isnan(found["theirs_s"]):
        return [Row(f"optimum, {size}", f"{found['ours_s']:.2f} s", "PuLP has no HiGHS here", "", "", None)]
    times = found["theirs_s"] / found["ours_s"]
    same = found["ours"] == found["theirs"] and found["proved"]
    return [
        Row(
            f"optimum, {size}, in all ({'the same value' if same else 'values differ'}: {found['ours']:,.0f})",
            f"{found['ours_s']:.3f} s, {'proved' if found['proved'] else 'not proved'}; "
            f"{found['first_s']:.2f} s the first time in a process",
            f"spopt with HiGHS: {found['theirs_s']:.2f} s (building {found['built_s']:.2f} s): "
            f"{found['theirs']:,.0f}",
            f"{times:.0f} times faster",
            f"same optimum, ≥ {TIMES_FASTER:.0f} times",
            bool(same and times >= TIMES_FASTER),
        )
    ]
