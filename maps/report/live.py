"""What the page's script needs for map and slider, packed: two bytes a number, each distinct week once.

Positions are quantised to 1/65,535 of the extent (3 m for a large city), demand by its square root (0.01 % of
the largest), trips to whole metres and seconds. All figures in words are computed in Python from the study
itself and never from these.
"""

import base64
from typing import Any, Final

import geopandas as gpd
import h3
import numpy as np
import numpy.typing as npt
import shapely

from geo.demand import area_codes
from geo.study import INSTANTS, STANDARDS, Study
from geo.week import unpack
from maps import streets, surroundings
from maps.report import reading, texts
from maps.report.cells import Drawn
from maps.report.method import MOST_GAPS_DRAWN
from maps.report.numbers import limit

_FULL: Final = 65_535
_STREET_RANKS: Final = 2
_SIMPLE_DEGREES: Final = 0.0002
"""Tolerance at which streets are drawn, about 20 m."""
_LINE_DIGITS: Final = 5
_METRES_PER_DEGREE: Final = 111_195.0
_FILLED: Final = 0.5
"""Outlines of areas are drawn where their cells fill at least this part of them; scattered points have none."""
_CLOSED_CELLS: Final = 2.5
"""How many cells wide a cleft may be that is closed in outlines on the map."""


def blob(study: Study, drawn: Drawn, ways: gpd.GeoDataFrame | None) -> dict[str, Any]:
    """Give the data of the page.

    Parameters
    ----------
    drawn
        May have no cell.
    ways
        Streets to draw as a quiet ground, contract ``geo.frames.STREETS``; only the main ones are taken.
    """
    towns = reading.level(study, "township")
    codes = towns["code"].tolist()
    names = reading.area_names(study)
    unit = study.parameters["demand_unit"]
    return {
        "texts": {key: list(text) for key, text in texts.MAP.items()},
        "words": {},
        "count": 0,
        "columns": None,
        "weekdays": [list(day) for day in texts.WEEKDAYS],
        "unit": [unit, texts.UNIT_EN.get(unit, unit)],
        "limits": {s: list(limit(s, study.parameters)) for s in STANDARDS},
        "leading": reading.leading(study),
        "night_slot": int(study.parameters["night_slot"]),
        "day_slot": reading.DAY_SLOT,
        "stand_in": reading.stand_in(study),
        "stand_in_words": list(texts.STAND_IN.format(what=reading.stand_in(study))),
        "attribution": str(study.parameters["attribution"] or ""),
        "totals": _totals(study),
        "varies": reading.varies(study),
        "week": _week(study),
        "cells": _cells(drawn),
        "towns": {
            "names": [list(names.get(code, texts.UNKNOWN_AREA)) for code in codes],
            "demand": _rounded(towns["demand"]),
            "any": {s: _rounded(towns[f"{s}_any_gap"]) for s in STANDARDS},
            "24h": {s: _rounded(towns[f"{s}_24h_gap"]) for s in STANDARDS},
            "hours": {s: _hours(study, k) for k, s in enumerate(STANDARDS)},
        },
        "stations": _stations(study),
        "sites": _sites(study),
        "gaps": _gaps(study, drawn.width_m),
        "lines": _lines(study),
        "labels": {level: _labels(study, drawn, level) for level in ("district", "township")},
        "origin": [0.0, 0.0],
        "per_degree": surroundings.PER_DEGREE,
        "streets": _main_streets(ways),
    }


def _totals(study: Study) -> dict[str, Any]:
    """Give what holds regardless of the hour."""
    row = reading.whole(study)
    shares = {f"{s}_{m}": _finite(row[f"{s}_{m}_share"], 5) for s in STANDARDS for m in INSTANTS}
    gaps = {f"{s}_{m}_gap": _finite(row[f"{s}_{m}_gap"]) for s in STANDARDS for m in INSTANTS}
    return shares | gaps | {n: _finite(row[n]) for n in ("demand", "stations", "stations_24h")}


def _week(study: Study) -> dict[str, Any]:
    rows = study.week.sort_values("slot")
    columns = [f"{s}{maybe}_share" for s in STANDARDS for maybe in ("", "_maybe")]
    told: dict[str, Any] = {c: [_finite(v, 8) for v in rows[c]] for c in columns}
    return told | {"demand": _rounded(rows["demand"]), "open": _rounded(rows["stations_open"])}


def _cells(drawn: Drawn) -> dict[str, Any]:
    lon, lat, weight = drawn.lon, drawn.lat, drawn.weight
    # In the order of rows from north to south, whichever order the demand came in.
    order = np.lexsort([lon, -lat])
    box = [lon.min(), lat.min(), lon.max(), lat.max()] if len(lon) else [0.0, 0.0, 1.0, 1.0]
    most = float(weight.max()) if len(weight) else 1.0
    flags = sum(
        (
            drawn.flags[s][k].astype(np.uint8) << (2 * i + k)
            for i, s in enumerate(STANDARDS)
            for k in range(2)
        ),
        start=np.zeros(len(lon), dtype=np.uint8),
    )
    return {
        "n": len(lon),
        "box": [round(float(v), 6) for v in box],
        "x": _shorts(_within(lon, box[0], box[2])[order]),
        "y": _shorts(_within(lat, box[1], box[3])[order]),
        "w": _shorts(np.sqrt(weight / most)[order] * _FULL),
        "most": most,
        "shade": _octets(drawn.shade[order]),
        "area": _shorts(drawn.area[order], missing=drawn.area[order] < 0),
        "flags": _octets(flags[order]),
        "masks": {s: _longs(drawn.masks[s][order]) for s in STANDARDS},
        "weeks": _octets(np.packbits(drawn.weeks, axis=1, bitorder="little").ravel()),
        "straight_m": _shorts(drawn.straight_m[order]),
        "walk_s": _shorts(drawn.walk_s[order]),
        "outline": np.round(drawn.outline, 7).tolist(),
        "grouped": drawn.grouped,
    }


def _stations(study: Study) -> dict[str, Any]:
    rows = study.stations
    rows = rows[rows["not_counted"].isna() & rows["lon"].notna() & rows["lat"].notna()]
    told: dict[str, Any] = {
        "name": rows["name"].tolist(),
        "lon": _degrees(rows["lon"]),
        "lat": _degrees(rows["lat"]),
        "always": rows["is_24h"].astype(int).tolist(),
        "known": rows["hours_known"].astype(int).tolist(),
        "weeks": None,
    }
    if "week_mask" in rows.columns:
        flags = unpack(study.masks[rows["week_mask"].fillna(0).to_numpy(dtype=np.int64)])
        told["weeks"] = _octets(np.packbits(flags, axis=1, bitorder="little").ravel())
    return told


def _sites(study: Study) -> list[dict[str, Any]]:
    found = []
    for group in reading.groups(study.sites):
        rows = reading.of_group(study.sites, group).sort_values("rank")
        places = [
            name or list(reading.place(row))
            for name, row in zip(rows["name"], reading.records(rows), strict=True)
        ]
        found.append(
            {
                "standard": group[0],
                "moment": group[1],
                "label": list(reading.group_name(group)),
                "name": places,
                "lon": _degrees(rows["lon"]),
                "lat": _degrees(rows["lat"]),
                "gain": _rounded(rows["gain"]),
            }
        )
    return found


def _gaps(study: Study, cell_m: float) -> list[dict[str, Any]]:
    found = []
    for group in reading.groups(study.gaps):
        rows = reading.of_group(study.gaps, group).sort_values("rank").head(MOST_GAPS_DRAWN)
        shapes = smoothed(np.asarray(rows.geometry.to_numpy(), dtype=object), cell_m)
        text, row = surroundings.encode(shapes, (0.0, 0.0))
        found.append(
            {
                "standard": group[0],
                "moment": group[1],
                "shapes": text,
                "row": row.tolist(),
                "demand": _rounded(rows["demand"]),
                "share": [_finite(v, 5) for v in rows["gap_share"]],
            }
        )
    return found


def _lines(study: Study) -> dict[str, Any]:
    """Outlines of districts and townships, put together from their cells; only hexagons can be."""
    rows = study.cells
    if (
        rows.empty
        or rows["area_m2"].isna().any()
        or not all(map(h3.is_valid_cell, rows["demand_id"].iloc[:9]))
    ):
        return {"district": [], "township": []}
    told: dict[str, Any] = {"district": [], "township": []}
    ground_m2 = float(rows["area_m2"].sum())
    codes = area_codes(rows)
    for name in told:
        known = rows["demand_id"][codes[name] != ""]
        shapes = [_union(part.tolist()) for _, part in known.groupby(codes[name], sort=True)]
        scale = _METRES_PER_DEGREE**2 * np.cos(np.radians(rows["lat"].mean()))
        if ground_m2 < _FILLED * scale * float(np.sum(shapely.area(shapes))):
            continue
        outlines = shapely.boundary(np.array(shapes, dtype=object))
        told[name] = surroundings.encode(outlines, (0.0, 0.0))[0]
    return told


def _labels(study: Study, drawn: Drawn, level: str) -> list[list[Any]]:
    """Place the names of areas in the middle of their demand, largest demand first."""
    return [
        [round(lon, _LINE_DIGITS), round(lat, _LINE_DIGITS), name]
        for lon, lat, name in reading.middles(study, drawn.area, drawn.lon, drawn.lat, drawn.weight, level)
    ]


def _union(names: list[str]) -> Any:
    joined = shapely.geometry.shape(h3.cells_to_geo(names))
    return smoothed(joined, 1000 * float(np.sqrt(h3.cell_area(names[0], "km^2"))))


def smoothed(shape: Any, cell_m: float) -> Any:
    """Smooth shapes made of cells, for drawing: narrow clefts and small holes are closed, the teeth go.

    Where demand follows streets, its cells form a net whose outline nobody could read.

    Parameters
    ----------
    shape
        Polygons in degrees, one or an array.
    cell_m
        Width of a cell, metres. What is narrower than a few cells is closed; a few cells alone stay as they are.
    """
    bounds = shapely.total_bounds(shape)
    scale = np.array([np.cos(np.radians((bounds[1] + bounds[3]) / 2)), 1.0]) * _METRES_PER_DEGREE
    reach = _CLOSED_CELLS * cell_m
    metric = shapely.simplify(shapely.transform(shape, lambda xy: xy * scale), 0.4 * cell_m)
    closed = shapely.buffer(shapely.buffer(metric, reach, quad_segs=1), -reach, quad_segs=1)
    kept = _without_holes(np.atleast_1d(closed), (3 * reach) ** 2)
    found = shapely.transform(shapely.simplify(kept, cell_m / 2), lambda xy: xy / scale)
    return found if np.ndim(shape) else found[0]


def _without_holes(shapes: Any, least_m2: float) -> Any:
    """Fill the holes below a size."""
    parts, row = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    is_outer = np.diff(part, prepend=-1) != 0
    kept = is_outer | (shapely.area(shapely.polygons(rings)) >= least_m2)
    filled = [
        shapely.Polygon(own[0], own[1:])
        for own in np.split(rings[kept], np.flatnonzero(np.diff(part[kept])) + 1)
        if len(own)
    ]
    joined = [
        shapely.union_all(own)
        for own in np.split(np.array(filled, dtype=object), np.flatnonzero(np.diff(row)) + 1)
    ]
    return np.array(joined, dtype=object)


def _main_streets(ways: gpd.GeoDataFrame | None) -> list[list[list[int]]]:
    if ways is None or ways.empty:
        return []
    located = ways if ways.crs is None else ways.to_crs(4326)
    main = located[located["highway"].isin(frozenset().union(*streets.RANKS[:_STREET_RANKS]))]
    simple = main.set_geometry(main.geometry.simplify(_SIMPLE_DEGREES))
    lines: list[list[list[int]]] = streets.encode(simple)["lines"][:_STREET_RANKS]
    return lines


def origin(drawn: Drawn) -> tuple[float, float]:
    """Give latitude and longitude of the middle of what is drawn."""
    if not len(drawn.lon):
        return 35.0, 105.0
    lat, lon = (round(float(v.min() + v.max()) / 2, _LINE_DIGITS) for v in (drawn.lat, drawn.lon))
    return lat, lon


def _hours(study: Study, standard: int) -> dict[str, Any]:
    """Write what is left out of each township by half hour: each distinct half hour once, as parts of the most."""
    rows = (study.areas["level"] == "township").to_numpy()
    left = study.gap_week[rows, standard].astype(float)
    most = left.max(axis=1, initial=0.0)
    parts = np.divide(left, most[:, None], out=np.zeros_like(left), where=most[:, None] > 0)
    distinct, of = np.unique(np.round(parts.T * _FULL).astype(np.uint16), axis=0, return_inverse=True)
    return {
        "of": np.asarray(of).reshape(-1).tolist(),
        "part": _shorts(distinct.ravel()),
        "most": _rounded(most),
    }


def _within(values: npt.NDArray[np.float64], low: float, high: float) -> npt.NDArray[np.float64]:
    return (values - low) / max(high - low, 1e-9) * _FULL


def _shorts(values: npt.NDArray[Any], missing: npt.NDArray[np.bool_] | None = None) -> str:
    """Write numbers as 16 bits each, in base64; what is missing or does not fit is 65,535."""
    whole = np.asarray(values, dtype=float)
    lost = ~np.isfinite(whole) if missing is None else missing
    short = np.where(lost, _FULL, np.clip(np.round(np.nan_to_num(whole)), 0, _FULL)).astype("<u2")
    return base64.b64encode(short.tobytes()).decode()


def _longs(values: npt.NDArray[Any]) -> str:
    return base64.b64encode(np.asarray(values).astype("<u4").tobytes()).decode()


def _octets(values: npt.NDArray[Any]) -> str:
    return base64.b64encode(np.asarray(values).astype(np.uint8).tobytes()).decode()


def _degrees(values: Any) -> list[float]:
    rounded: list[float] = np.round(np.asarray(values, dtype=float), _LINE_DIGITS).tolist()
    return rounded


def _rounded(values: Any) -> list[float | int | None]:
    return [_finite(value) for value in values]


def _finite(value: Any, digits: int = 1) -> float | int | None:
    """Write a number with few digits; ``NaN`` is null, a whole number has no point."""
    if not np.isfinite(value):
        return None
    shown = round(float(value), digits) if digits != 1 or abs(value) < 1000 else float(round(value))
    return int(shown) if shown == int(shown) else shown
