"""``yizhan plan`` on Beijing, as a planner runs it: four demands, real streets, stand-in stations.

No list of Beijing's stations with positions is public, so the stations are a seeded sample of points along the streets
with invented hours: the shares say what the command does, and nothing about the city. Skipped where the real data are
not at hand.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final, NamedTuple

import geopandas as gpd
import pyogrio
import shapely

from bench.table import Row

SHARED: Final = Path(__file__).resolve().parents[2] / "shared" / "data"
PEOPLE: Final = SHARED / "places" / "beijing_townships_worldpop.gpkg"
RING: Final = SHARED / "streets" / "beijing_streets_2013_simplified.gpkg"
WEST: Final = SHARED / "osm" / "beijing_highways_2024_2026.osm.pbf"
RESTAURANTS: Final = SHARED / "demand" / "food_poi_haidian_bd09.json"
PRESENCE: Final = SHARED / "demand" / "wangfujing_heat_bd09mc.csv"
NEAR_STREETS_M: Final = 300.0
WITHIN: Final = 0.9
NEAR: Final = ("--straight-m", "300", "--walk-min", "5")
COMMON: Final = ("--week", "2026-11-23", "--seed", "7", "--stand-in", "sampled street points")
BY_TOWNSHIP: Final = ("--areas", str(PEOPLE), "--areas-coordsys", "wgs84")


class Case(NamedTuple):
    """One plan: its name, and what is typed."""

    name: str
    arguments: tuple[str, ...]


def run() -> list[Row]:
    """Make the plans; one row each."""
    if not PEOPLE.is_file():
        return [Row("plans of Beijing", "the real data are not at hand", "", "", "", None)]
    with tempfile.TemporaryDirectory(prefix="yizhan-plan-") as folder:
        return [_row(case, Path(folder) / str(number)) for number, case in enumerate(cases())]


def cases() -> list[Case]:
    """What is planned; ``python -m service plan`` with these arguments and ``--out DIR`` does the same by hand."""
    people = ("--demand", f"{PEOPLE}:population", "--demand-coordsys", "wgs84", "--along-streets")
    ring, west = ("--streets", str(RING)), ("--streets", str(WEST))
    week = ("--profile", str(PRESENCE), "--profile-coordsys", "bd09mc")
    meals = ("--demand", f"{RESTAURANTS}:points", "--demand-coordsys", "bd09", *BY_TOWNSHIP)
    visitors = ("--demand", f"{PRESENCE}:presence", "--demand-coordsys", "bd09mc", *BY_TOWNSHIP)
    fine = ("--resolution", "10")
    return [
        Case(
            "people within the 5th ring by the week of Wangfujing, 2013 streets, 20 sites, 60 s for siting",
            (*people, *week, *ring, *fine, "--adcode", ring_codes(), "--sample", "400", "--sites", "20"),
        ),
        Case(
            "restaurants of Haidian, 2013 streets, 10 sites, 30 s for siting",
            (*meals, *ring, *fine, "--sample", "100", "--sites", "10", "--seconds", "30"),
        ),
        Case(
            "presence at Wangfujing within 300 m or 5 min, 2013 streets, 3 sites, 20 s for siting",
            (*visitors, *ring, *fine, "--sample", "4", "--sites", "3", "--seconds", "20", *NEAR),
        ),
        Case(
            "people of Shijingshan and Mentougou, streets of 2024-26, 10 sites, 30 s for siting",
            (
                *people,
                *west,
                "--adcode",
                "110107,110109",
                "--sample",
                "60",
                "--sites",
                "10",
                "--seconds",
                "30",
            ),
        ),
    ]


def ring_codes() -> str:
    """Codes of the townships that lie within the streets of 2013: nine tenths of them within 300 m of one."""
    towns = gpd.read_file(PEOPLE).to_crs(4548)
    streets = gpd.read_file(RING).to_crs(4548)
    near = shapely.union_all(shapely.buffer(streets.geometry.to_numpy(), NEAR_STREETS_M, quad_segs=2))
    inside = towns.geometry.intersection(near).area >= WITHIN * towns.geometry.area
    return ",".join(sorted(code for code in towns.loc[inside, "code_2023"] if isinstance(code, str)))


def _row(case: Case, out: Path) -> Row:
    begun = time.monotonic()
    command = [sys.executable, "-m", "service", "plan", *COMMON, *case.arguments, "--out", str(out)]
    with Path(f"{out}.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(Path(f"{out}.log").read_text("utf-8"))
    elapsed_s, peak_mb = time.monotonic() - begun, used.ru_maxrss / 1024
    about = json.loads((out / "plan.json").read_text("utf-8"))["parameters"]
    areas = pyogrio.read_dataframe(out / "gaps.gpkg", layer="areas", read_geometry=False)
    whole = areas[areas["level"] == "all"].iloc[0]
    sites = pyogrio.read_dataframe(out / "gaps.gpkg", layer="sites", read_geometry=False)
    last = sites[(sites["standard"] == "walk") & (sites["moment"] == "any")]["share"].max()
    counts = about["counts"]
    shares = (
        f"covered straight {whole['straight_any_share']:.1%}, on foot {whole['walk_any_share']:.1%}; at 02:00 "
        f"{whole['straight_0200_share']:.1%} and {whole['walk_0200_share']:.1%}; on foot with the new sites {last:.1%}"
    )
    size = f"{counts['cells']:,} cells, {counts['public']} stand-in stations, {counts['candidates']:,} candidates"
    figure = f"{case.name}: {size}"
    return Row(figure, f"{elapsed_s:.0f} s, peak {peak_mb:.0f} MB; {shares}", "", "", "", None)


if __name__ == "__main__":
    for made in cases():
        print(made.name, "\n  yizhan plan", " ".join((*COMMON, *made.arguments)), "\n")
