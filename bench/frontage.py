"""The street-facing rule on a city: the sample's generator scaled, and two real blocks tiled; on one core.

Each figure comes from a process of its own, so that its peak memory and processor time are its own.
"""

import math
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from bench.table import Row

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "osm"
BLOCKS = ("beijing_tsinghua_pku_2017.osm.pbf", "beijing_bupt_2025.osm.pbf")
STREETS, BUILDINGS, BARRIERS, STATIONS = 50_000, 150_000, 20_000, 10_000
GROWTH = (1_000, 10_000, 100_000)
PLAIN = 40
GOAL_PER_S, GOAL_MB, GOAL_GROWTH = 1_000.0, 2_000.0, 1.5
SEED = 20260101
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def run() -> list[Row]:
    """Measure; the rows of the table."""
    os.environ.update(ONE_THREAD)
    with tempfile.TemporaryDirectory(prefix="yizhan-bench-") as name:
        city = _apart(_city, Path(name))
        growth = _apart(_growth, Path(name))
        rows = [*_city_rows(city), _growth_row(growth)]
        if all((SHARED / block).is_file() for block in BLOCKS):
            rows.append(_blocks_row(_apart(_tiled)))
        else:
            print(f"frontage: real blocks left out, {SHARED} is not there", file=sys.stderr)
        rows.append(_plain_row(_apart(_plain)))
    return rows


def _apart(work: Any, *args: Any) -> Any:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, args)


def _city_rows(found: dict[str, Any]) -> list[Row]:
    counts = ", ".join(f"{n:,} {name}" for name, n in found["counts"].items())
    return [
        Row(
            f"street-facing verdicts of {found['stations']:,} stations, nine positions each, one core ({counts})",
            f"{found['per_s']:,.0f} stations/s ({found['cpu_s']:.1f} s of processor time; "
            f"{found['asked']} of {found['told']} built scenes as built)",
            f"reading the map into trees: {found['map_s']:.1f} s once",
            "",
            f"≥ {GOAL_PER_S:,.0f} stations/s",
            found["per_s"] >= GOAL_PER_S,
        ),
        Row(
            "peak memory of that process, layers and map included",
            f"{found['peak_mb']:,.0f} MB",
            "",
            "",
            f"< {GOAL_MB:,.0f} MB",
            found["peak_mb"] < GOAL_MB,
        ),
    ]


def _growth_row(cpu_s: dict[int, float]) -> Row:
    few, *_, many = sorted(cpu_s)
    each = {n: s / n * 1e6 for n, s in cpu_s.items()}
    ratio = each[many] / each[few]
    return Row(
        f"processor time per station, {many:,} stations in that city",
        f"{each[many]:,.0f} us",
        f"{few:,} stations: {each[few]:,.0f} us",
        f"{ratio:.2f} × per station",
        f"≤ {GOAL_GROWTH} × (near-linear)",
        ratio <= GOAL_GROWTH,
    )


def _blocks_row(found: dict[str, Any]) -> Row:
    counts = ", ".join(f"{n:,} {name}" for name, n in found["counts"].items())
    return Row(
        f"the same on two real blocks of Beijing tiled ({counts}), {found['stations']:,} premises",
        f"{found['per_s']:,.0f} stations/s ({found['cpu_s']:.1f} s of processor time)",
        "",
        "",
        f"≥ {GOAL_PER_S:,.0f} stations/s",
        found["per_s"] >= GOAL_PER_S,
    )


def _plain_row(found: dict[str, float]) -> Row:
    return Row(
        f"one town of 587 buildings, {found['stations']:.0f} stations",
        f"{found['rule_ms']:.1f} ms per station",
        f"the plain second reading: {found['plain_ms']:.0f} ms ({found['equal']:.0f} verdicts equal)",
        f"{found['plain_ms'] / found['rule_ms']:,.0f} times faster",
        "",
        None,
    )


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _read_city(folder: Path) -> tuple[Any, Any, Any]:
    """The city's layers, its stations' file, and a metric CRS; drawn once, by the first process."""
    from data.sample import drawing, town
    from data.streets import streetmap
    from geo import metric

    made = town.scaled(folder, streets=STREETS, buildings=BUILDINGS, barriers=BARRIERS, stations=STATIONS)
    crs = metric.choose_crs(np.array([drawing.ORIGIN_LON]), np.array([drawing.ORIGIN_LAT]))
    return streetmap.layers_of_file(made.osm_pbf), made, crs


def _city_stations(made: Any, crs: Any) -> tuple[gpd.GeoDataFrame, list[str | None]]:
    """The located stations of the city as a form states them, and what each was built to show."""
    from data.stations import headers, model, readers
    from data.stations.findings import Defaults

    table = readers.read(made.stations)
    defaults = Defaults(made.coordsys, audience=None, source=made.source, source_given=True)
    rows = model.parse(table, headers.match(table.headers, made.stations.name), defaults).frame
    located = rows["lon"].notna().to_numpy()
    points = gpd.points_from_xy(rows["lon"][located], rows["lat"][located], crs=4326)
    columns = {name: rows[name][located].to_numpy() for name in ("position_kind", "accuracy_m", "floor")}
    stations = gpd.GeoDataFrame(columns, geometry=points).to_crs(crs)
    built = [told.verdict for told, there in zip(made.intended, located, strict=True) if there]
    return stations, built


def _timed(stations: gpd.GeoDataFrame, streets: Any) -> tuple[float, Any]:
    from geo import frontage

    begun = time.process_time()
    found = frontage.verdicts(stations, streets)
    return time.process_time() - begun, found


def _city(folder: Path) -> dict[str, Any]:
    from geo import frontage

    layers, made, crs = _read_city(folder)
    stations, built = _city_stations(made, crs)
    begun = time.process_time()
    streets = frontage.StreetMap.from_layers(layers, crs)
    map_s = time.process_time() - begun
    cpu_s, found = _timed(stations, streets)
    same = [b == v for b, v in zip(built, found["verdict"], strict=True) if b is not None]
    names = ("streets", "buildings", "barriers")
    return {
        "stations": len(stations),
        "counts": {name: len(layers[name]) for name in names},
        "per_s": len(stations) / cpu_s,
        "cpu_s": cpu_s,
        "map_s": map_s,
        "peak_mb": _peak_mb(),
        "asked": sum(same),
        "told": len(same),
    }


def _near_buildings(buildings: gpd.GeoDataFrame, count: int) -> gpd.GeoDataFrame:
    """Points in and around random buildings, where premises are."""
    rng = np.random.default_rng(SEED)
    at = shapely.get_coordinates(shapely.centroid(buildings.geometry.to_numpy()))
    xy = at[rng.integers(0, len(at), count)] + rng.normal(0, 8, (count, 2))
    columns = {"position_kind": np.full(count, "building", dtype=object), "accuracy_m": 5.0, "floor": 1.0}
    return gpd.GeoDataFrame(columns, geometry=shapely.points(xy), crs=buildings.crs)


def _growth(folder: Path) -> dict[int, float]:
    from geo import frontage

    layers, _, crs = _read_city(folder)
    streets = frontage.StreetMap.from_layers(layers, crs)
    del layers
    stations = _near_buildings(streets.buildings, max(GROWTH))
    # The map sorts its streets once, at the first question; growth is about the stations.
    _timed(stations.iloc[:1], streets)
    return {n: _timed(stations.iloc[:n], streets)[0] for n in GROWTH}


def _tiled() -> dict[str, Any]:
    """Repeat the two blocks side by side until there are streets enough; every premise is a station."""
    from data.streets import candidates, streetmap
    from geo import frontage, metric

    parts: dict[str, list[gpd.GeoDataFrame]] = {}
    points, streets_in_all = [], 0
    blocks = []
    for block in BLOCKS:
        layers = streetmap.layers_of_file(SHARED / block)
        places = candidates.candidates(SHARED / block)
        crs = metric.choose_crs(places.geometry.x.to_numpy(), places.geometry.y.to_numpy())
        blocks.append(({n: f.to_crs(crs) for n, f in layers.items()}, places.to_crs(crs), crs))
    while streets_in_all < STREETS:
        layers, places, crs = blocks[len(points) % len(blocks)]
        shift = _shift_m(len(points))
        for name, layer in layers.items():
            moved = layer.set_geometry(layer.geometry.translate(*shift))
            parts.setdefault(name, []).append(moved)
        points.append(places.set_geometry(places.geometry.translate(*shift)))
        streets_in_all += len(layers["streets"])
    joined = {n: pd.concat(f, ignore_index=True) for n, f in parts.items()}
    stations = pd.concat(points, ignore_index=True).assign(floor=np.nan)
    streets = frontage.StreetMap.from_layers(joined, crs)
    cpu_s, _ = _timed(stations, streets)
    counts = {name: len(joined[name]) for name in ("streets", "buildings", "barriers")}
    return {"stations": len(stations), "counts": counts, "per_s": len(stations) / cpu_s, "cpu_s": cpu_s}


def _shift_m(number: int, apart_m: float = 6_000.0, wide: int = 12) -> tuple[float, float]:
    return apart_m * (number % wide), apart_m * math.floor(number / wide)


def _plain() -> dict[str, float]:
    """The rule and the plain reading on the same stations of one town."""
    from data.sample import drawing, town
    from data.streets import streetmap
    from geo import frontage, metric
    from tests.pure import frontage_plain

    with tempfile.TemporaryDirectory(prefix="yizhan-bench-") as name:
        made = town.write(Path(name))
        layers = streetmap.layers_of_file(made.osm_pbf)
        crs = metric.choose_crs(np.array([drawing.ORIGIN_LON]), np.array([drawing.ORIGIN_LAT]))
        stations, _ = _city_stations(made, crs)
    streets = frontage.StreetMap.from_layers(layers, crs)
    chosen = stations.iloc[:PLAIN]
    rule_s, found = _timed(chosen, streets)
    rows = {name: getattr(streets, name).to_dict("records") for name in layers if len(getattr(streets, name))}
    scene = {name: rows.get(name, []) for name in layers}
    begun = time.process_time()
    told = [
        frontage_plain.judge(row, row["geometry"], scene, frontage.Parameters())[0]
        for row in chosen.to_dict("records")
    ]
    plain_s = time.process_time() - begun
    return {
        "stations": len(chosen),
        "rule_ms": rule_s / len(chosen) * 1e3,
        "plain_ms": plain_s / len(chosen) * 1e3,
        "equal": sum(a == b for a, b in zip(told, found["verdict"], strict=True)),
    }
