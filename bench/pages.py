"""The discovery page: its sizes, what a large registry costs, and how it is made against plain Folium markers."""

import gzip
import time
from collections.abc import Callable
from datetime import date, datetime
from html import escape
from typing import TypeVar

import folium
import pandas as pd

from bench import towns
from bench.table import Row
from data.hours.holidays import HolidayTable
from data.hours.schedule import SHANGHAI
from maps import cells as map_cells
from maps import payload
from service import discovery, tiles
from service.discovery import PageSource
from service.snapshot import Snapshot

T = TypeVar("T")

SHELL_GOAL_BYTES = 60_000
OVERVIEW_GOAL_BYTES = 450_000
FASTER_GOAL, SMALLER_GOAL = 20, 10
FOLIUM_STATIONS, MANY, LARGE = 3_000, 10_000, 180_000
_TOLD = ("name", "address", "hours_posted", "phone", "facilities")
COUNTRY = (73.0, 18.0, 135.0, 54.0)
ROUNDS = 5


def run() -> list[Row]:
    """Measure; the rows of the table."""
    return [*_against_folium(), *_sizes(), *_large()]


def _against_folium() -> list[Row]:
    stations = towns.stations(FOLIUM_STATIONS)
    source = PageSource(stations, HolidayTable.from_library(), 1)
    page, page_s = _timed(lambda: discovery.page(source, date(2026, 11, 2)))
    plain, plain_s = _timed(lambda: _plain_folium(stations), rounds=1)
    data, bare = len(_columns(source)), len(plain.encode())
    whole, packed = len(gzip.compress(page.encode(), 6)), len(gzip.compress(plain.encode(), 6))
    return [
        Row(
            f"one-file page of {FOLIUM_STATIONS:,} stations, made",
            f"{page_s * 1000:,.0f} ms",
            f"plain Folium `Marker`s with popup and tooltip: {plain_s:.1f} s",
            f"{plain_s / page_s:.0f} × faster",
            f"> {FASTER_GOAL} × faster",
            plain_s > FASTER_GOAL * page_s,
        ),
        Row(
            f"stations of that page, {FOLIUM_STATIONS:,} with every detail",
            f"{data / 1000:,.0f} kB ({data / FOLIUM_STATIONS:.0f} B each)",
            f"plain Folium `Marker`s, five facts each: {bare / 1000:,.0f} kB",
            f"{bare / data:.1f} × smaller",
            f"> {SMALLER_GOAL} × smaller",
            bare > SMALLER_GOAL * data,
        ),
        Row(
            f"that page whole, gzip: {FOLIUM_STATIONS:,} stations, Leaflet, list without scripts",
            f"{whole / 1000:,.0f} kB",
            f"plain Folium, without the ten files that it loads: {packed / 1000:,.0f} kB",
            f"{packed / whole:.1f} ×",
            "-",
            None,
        ),
    ]


def _sizes() -> list[Row]:
    snapshot = _snapshot(towns.stations(MANY))
    shell = len(gzip.compress(discovery.shell(snapshot, None).encode(), 6))
    overview, took_s = _timed(lambda: discovery.overview(snapshot, None))
    packed = len(gzip.compress(overview, 6))
    return [
        Row(
            "shell of the served page, gzip, without Leaflet",
            f"{shell / 1000:.1f} kB",
            "-",
            "-",
            f"<= {SHELL_GOAL_BYTES // 1000} kB",
            shell <= SHELL_GOAL_BYTES,
        ),
        Row(
            f"overview of {MANY:,} stations, gzip",
            f"{packed / 1000:.0f} kB, made in {took_s:.1f} s",
            f"unpacked: {len(overview) / 1000:,.0f} kB",
            f"{len(overview) / packed:.1f} × smaller",
            f"<= {OVERVIEW_GOAL_BYTES // 1000} kB",
            packed <= OVERVIEW_GOAL_BYTES,
        ),
    ]


def _large() -> list[Row]:
    snapshot = _snapshot(towns.stations(LARGE, cities=300))
    _, shell_s = _timed(lambda: discovery.shell(snapshot, None))
    cells, cells_s = _timed(lambda: tiles.count(snapshot, None, 4, COUNTRY))
    full = tiles.Tile(None, map_cells.TILES_FROM_ZOOM, *_tile_of_first(snapshot))
    tile, tile_s = _timed(lambda: tiles.tile(snapshot, full))
    took = f"shell {shell_s * 1000:.0f} ms, cells of the country {cells_s * 1000:.0f} ms, a tile {tile_s * 1000:.0f} ms"
    sizes = (
        f"cells {len(gzip.compress(cells)) / 1000:.0f} kB, tile {len(gzip.compress(tile)) / 1000:.0f} kB gzip"
    )
    return [Row(f"served page of {LARGE:,} stations: what a request costs", took, sizes, "-", "-", None)]


def _tile_of_first(snapshot: Snapshot) -> tuple[int, int]:
    x, y = map_cells.tile_of(snapshot.columns.arrays["lon"][:1], snapshot.columns.arrays["lat"][:1])
    return int(x[0]), int(y[0])


def _plain_folium(stations: pd.DataFrame) -> str:
    page = folium.Map(location=(30.6, 114.3), zoom_start=12)
    for row in stations.to_dict("records"):
        text = "<br>".join(escape(str(row[name])) for name in _TOLD)
        folium.Marker((row["lat"], row["lon"]), popup=folium.Popup(text), tooltip=row["name"]).add_to(page)
    return str(page.get_root().render())


def _columns(source: PageSource) -> bytes:
    day = date(2026, 11, 2)
    shown, _ = payload.public(discovery.with_hours(source.stations, source.holidays, day))
    return payload.dumps(payload.columns(shown)).encode()


def _snapshot(stations: pd.DataFrame) -> Snapshot:
    return Snapshot.build(stations, HolidayTable.from_library(), loaded_at=datetime.now(SHANGHAI))


def _timed(run: Callable[[], T], rounds: int = ROUNDS) -> tuple[T, float]:
    """Give the result and the shortest time of some rounds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        result = run()
        times.append(time.perf_counter() - start)
    return result, min(times)


if __name__ == "__main__":
    from bench.table import to_markdown

    print(to_markdown(run()))
