"""City instances of maximal covering, as published by others, 60 s each (about twelve minutes in all).

``python -m bench siting_city`` runs all; ``python -m bench.siting_city NewYork-50 Bronx-80 --seconds 20`` some, without
touching BENCHMARKS.md.
"""

import csv
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.table import Row
from geo import siting
from geo.lists import Lists

FOLDER = Path(__file__).resolve().parents[1].parent / "shared" / "bench" / "mclp_city"
EARTH_M = 6_378_100.0
SECONDS = 60.0
GOAL_PERCENT, STRETCH_PERCENT = 0.3, 0.1
TO_PROVE = ("NewYork-50", "NewYork-60")


@dataclass(frozen=True)
class Case:
    """One instance with the best value its authors published."""

    city: str
    p: int
    radius_m: float
    published: int
    claimed: bool

    @property
    def name(self) -> str:
        return f"{self.city}-{self.p}"


def cases() -> list[Case]:
    with (FOLDER / "published.csv").open(encoding="utf-8") as file:
        return [
            Case(
                row["instance"],
                int(row["p"]),
                float(row["radius_m"]),
                int(row["published_value"]),
                row["authors_flag_proven_optimal"] == "true",
            )
            for row in csv.DictReader(file)
        ]


def read(city: str) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Latitude and longitude, shape (n, 2), and demand, shape (n,)."""
    text = (FOLDER / f"{city}.txt").read_text(encoding="utf-8").replace("EOF", "")
    places, demand = text.split("NODE_COORD_SECTION")[1].split("DEMAND_SECTION")
    at = np.array(places.split(), dtype=np.float64).reshape(-1, 2)
    return at, np.array([line.split()[-1] for line in demand.splitlines() if line.strip()], dtype=np.float64)


def lists_of(at: npt.NDArray[np.float64], radius_m: float) -> Lists:
    """Great circle by arccos, rounded to float32, closed ball; every point is a candidate."""
    lat, lon = np.radians(at).T
    cosine = np.sin(lat)[:, None] * np.sin(lat) + np.cos(lat)[:, None] * np.cos(lat) * np.cos(
        lon[:, None] - lon
    )
    far = (EARTH_M * np.arccos(np.clip(cosine, -1.0, 1.0))).astype(np.float32)
    row, column = np.nonzero(far <= radius_m)
    return Lists.from_pairs(row, column, far[row, column], n_demand=len(at), n_facilities=len(at))


def solve(case: Case, seconds: float) -> tuple[siting.Siting, float]:
    at, demand = read(case.city)
    lists = lists_of(at, case.radius_m)
    begun = time.monotonic()
    return siting.maximal_covering(lists, demand, case.p, seconds=seconds, seed=1), time.monotonic() - begun


def run(names: tuple[str, ...] = (), seconds: float = SECONDS) -> list[Row]:
    """Measure; the rows of the table."""
    if not FOLDER.is_dir():
        print(f"siting_city: {FOLDER} is not there", file=sys.stderr)
        return []
    rows, gaps, proved = [], [], []
    for case in (c for c in cases() if not names or c.name in names):
        found, took_s = solve(case, seconds)
        short = 100 * (case.published - found.value) / case.published
        gaps.append(short)
        proved += [case.name] if found.proved else []
        rows.append(_row(case, found, took_s, short))
        print(
            f"{case.name}: {short:.4f} %, {took_s:.1f} s, proved {found.proved}", file=sys.stderr, flush=True
        )
    return [*rows, *_summary(gaps, proved, names, seconds)]


def _row(case: Case, found: siting.Siting, took_s: float, short: float) -> Row:
    state = "proved optimal" if found.proved else f"bound {found.bound:,.0f}, own gap {100 * found.gap:.3f} %"
    claim = " (proved by its authors)" if case.claimed else ""
    goal = "proved" if case.name in TO_PROVE else ""
    return Row(
        f"{case.city}, p = {case.p}, {case.radius_m:.0f} m",
        f"{found.value:,.0f}; {state}; {took_s:.1f} s",
        f"published: {case.published:,}{claim}",
        f"{short:.3f} % below" if short >= 0 else f"{-short:.3f} % above",
        goal,
        found.proved if goal else None,
    )


def _summary(gaps: list[float], proved: list[str], names: tuple[str, ...], seconds: float) -> list[Row]:
    if names or not gaps:
        return []
    mean = float(np.mean(gaps))
    return [
        Row(
            f"mean of the twelve, {seconds:.0f} s each",
            f"{mean:.3f} % below the published best (worst {max(gaps):.3f} %)",
            f"stretch: {STRETCH_PERCENT} % ({'met' if mean <= STRETCH_PERCENT else 'missed'})",
            f"{len(proved)} of {len(gaps)} proved",
            f"≤ {GOAL_PERCENT} %",
            mean <= GOAL_PERCENT,
        )
    ]


if __name__ == "__main__":
    given = sys.argv[1:]
    limit = float(given[given.index("--seconds") + 1]) if "--seconds" in given else SECONDS
    for line in run(tuple(n for n in given if "-" in n and not n.startswith("--")), limit):
        print(line)
