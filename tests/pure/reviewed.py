"""A street with six stations, judged by the rule itself: what the tests of the review map are shown."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import frames
from geo.frontage import Parameters
from service import checking

CRS = 4547  # CGCS2000 / 3-degree Gauss-Kruger, central meridian 114° E
ORIGIN_M = (560_000.0, 4_796_000.0)

STREET = [(-300, 0), (400, 0)]
BUILDINGS = {"way/20": (40, 10, 60, 20), "way/21": (35, 35, 65, 50), "way/22": (-30, 12, 30, 24)}
WALL = [(90, 10), (90, 80), (150, 80), (150, 10), (90, 10)]
GATE = (120, 10)

STATIONS: dict[str, dict[str, Any]] = {
    "yes": {"at": (-60, 12), "name": "临街驿站"},
    "cut": {"at": (50, 35), "name": "楼后驿站"},
    "gate": {"at": (120, 25), "name": "院门驿站"},
    "stated": {"at": (200, 12), "name": "未说明驿站", "position_kind": "unknown"},
    "nine": {"at": (0, 15), "name": "门面驿站", "position_kind": "building", "accuracy_m": 5.0},
    "new": {"at": (300, 12), "name": "未核查驿站", "checked": False},
}
"""By id, in order of the list; metres, the street runs along y = 0 and is 8 m wide."""

VERDICTS = {
    "cut": ("no", "lines_cut"),
    "gate": ("unknown", "gate_unknown"),
    "new": ("unknown", None),
    "nine": ("yes", "clear_line"),
    "stated": ("unknown", "position_kind_unknown"),
    "yes": ("yes", "clear_line"),
}


def layers() -> dict[str, gpd.GeoDataFrame]:
    """The street map of the scene, all layers, EPSG:4326."""
    roads = {"osm_id": "way/1", "highway": "residential", "name": "甲街", "width_m": 8.0}
    made = {
        "streets": _layer("streets", [(shapely.LineString(STREET), roads)]),
        "buildings": _layer(
            "buildings",
            [(shapely.box(*box), {"osm_id": i, "building": "yes"}) for i, box in BUILDINGS.items()],
        ),
        "barriers": _layer("barriers", [(shapely.LineString(WALL), {"osm_id": "way/30", "barrier": "wall"})]),
        "gates": _layer("gates", [(shapely.Point(GATE), {"osm_id": "node/40", "barrier": "gate"})]),
    }
    for name in frames.STREET_LAYERS:
        made.setdefault(name, _layer(name, []))
    for frame in made.values():
        frame.attrs["data_dates"] = {}
    return made


def cases(**changes: dict[str, Any]) -> gpd.GeoDataFrame:
    """The stations with their verdicts, by contract ``geo.frames.CASES``; ``changes`` overrides columns by id."""
    stations = _stations(STATIONS)
    parameters = Parameters()
    judged = checking.tile_verdicts(stations, layers(), parameters)
    rows = []
    for station_id in sorted(STATIONS):
        station, verdict = stations.loc[station_id], judged.loc[station_id]
        checked = STATIONS[station_id].get("checked", True)
        row: dict[str, Any] = dict.fromkeys(frames.CASES.columns)
        row |= {"station_id": station_id, "name": station["name"], "lon": station.geometry.x}
        row |= {"lat": station.geometry.y, "position_kind": station["position_kind"], "source": "test"}
        row |= {"accuracy_m": station["accuracy_m"], "floor": np.nan, "visited": {}, "stale": not checked}
        row |= dict.fromkeys(("street_door", "in_compound", "registration_required"), "unknown")
        row |= {"street_facing": "unknown", "geometry": None}
        if checked:
            row |= {"street_facing": verdict.verdict, "street_facing_rule": verdict.rule}
            row |= {"street_facing_zh": verdict.reason_zh, "street_facing_en": verdict.reason_en}
            row |= {"kind": verdict.kind, "evidence": verdict.evidence, "geometry": verdict.geometry}
            row |= {"parameters": parameters.as_dict(), "streets_date": "2026-01-01"}
            row |= {"checked_at": "2026-11-01T08:00:00Z"}
        rows.append(row | changes.get(station_id, {}))
    return case_frame(rows)


def case_frame(rows: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    """Rows of cases as a frame of the contract; none is fine."""
    columns: dict[str, Any] = {}
    for name, column in frames.CASES.columns.items():
        values = [row[name] for row in rows]
        if column.kind == "number":
            columns[name] = np.array([np.nan if v is None else v for v in values], dtype=float)
        else:
            columns[name] = pd.Series(values, dtype="bool" if column.kind == "flag" else "object")
    lines = gpd.GeoSeries([row["geometry"] for row in rows], crs="EPSG:4326")
    return gpd.GeoDataFrame(columns, geometry=lines, crs="EPSG:4326")


def _stations(given: dict[str, dict[str, Any]]) -> gpd.GeoDataFrame:
    rows = [
        {
            "name": station["name"],
            "position_kind": station.get("position_kind", "entrance"),
            "accuracy_m": station.get("accuracy_m", np.nan),
            "floor": np.nan,
        }
        for station in given.values()
    ]
    places = [_moved(shapely.Point(station["at"])) for station in given.values()]
    frame = gpd.GeoDataFrame(rows, index=list(given), geometry=places, crs=CRS)
    return frame.to_crs("EPSG:4326")


def _layer(name: str, things: list[tuple[Any, dict[str, Any]]]) -> gpd.GeoDataFrame:
    plain = {"text": None, "number": np.nan, "flag": False, "any": None}
    columns: dict[str, Any] = {}
    for column, told in frames.STREET_LAYERS[name].columns.items():
        default = 0.0 if column == "layer" else plain[told.kind]
        kind = {"number": float, "flag": bool}.get(told.kind, object)
        columns[column] = pd.Series([tags.get(column, default) for _, tags in things], dtype=kind)
    columns["source"] = pd.Series(["test"] * len(things), dtype=object)
    shapes = gpd.GeoSeries([_moved(shape) for shape, _ in things], crs=CRS)
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS).to_crs("EPSG:4326")


def _moved(shape: Any) -> Any:
    return shapely.transform(shape, lambda xy: xy + np.array(ORIGIN_M))
