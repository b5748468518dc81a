"""A stage for street-facing tests: scenes in local metres become a station and a street map."""

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import affinity

from geo.frames import STREET_LAYERS
from geo.frontage import StreetMap

CRS = 4548  # CGCS2000 / 3-degree Gauss-Kruger, central meridian 117° E
ORIGIN_M = (500_000.0, 4_400_000.0)

Scene = dict[str, Any]
Stage = Callable[..., tuple[gpd.GeoDataFrame, StreetMap]]

_SHAPES = {
    "roads": ("streets", shapely.LineString),
    "buildings": ("buildings", shapely.Polygon),
    "barriers": ("barriers", shapely.LineString),
    "gates": ("gates", shapely.Point),
    "compounds": ("compounds", shapely.Polygon),
    "entrances": ("entrances", shapely.Point),
}
_FLAGS = {"bridge", "tunnel"}


def _value(tags: dict[str, Any], column: str, kind: str) -> Any:
    source = {"width_m": "width", "kind": "amenity"}.get(column, column)
    value = tags.get(source)
    if kind == "flag":
        return value not in (None, "no") or (column == "tunnel" and tags.get("covered") == "yes")
    if kind == "number":
        return float(value) if value is not None else (0.0 if column == "layer" else np.nan)
    defaults = {"closed": "unknown", "kind": tags.get("landuse", "school"), "entrance": None}
    return value if value is not None else defaults.get(column)


def _frame(layer: str, things: list[Scene], shape: Any, move: Callable[[Any], Any]) -> gpd.GeoDataFrame:
    contract = STREET_LAYERS[layer]
    rows = []
    for number, thing in enumerate(things):
        tags = thing.get("t", {})
        row = {name: _value(tags, name, column.kind) for name, column in contract.columns.items()}
        kind = "node" if shape is shapely.Point else "way"
        row["osm_id"] = thing.get("id", f"{kind}/{100 * (1 + list(STREET_LAYERS).index(layer)) + number}")
        if layer == "barriers":
            row["barrier"] = tags.get("barrier", "wall")
        if layer == "entrances":
            row["entrance"] = tags.get("entrance", "yes")
        rows.append(row)
    geometry = [move(shape(*[thing[part] for part in ("xy", "holes") if part in thing])) for thing in things]
    frame = gpd.GeoDataFrame(rows, geometry=geometry, crs=CRS)
    for name, column in contract.columns.items():
        frame[name] = frame[name].astype({"flag": bool, "number": float}.get(column.kind, object))
    return frame


def _is_water(thing: Scene) -> bool:
    tags = thing.get("t", {})
    return any(key in tags for key in ("waterway", "natural", "railway", "water"))


def _obstacles(things: list[Scene], move: Callable[[Any], Any]) -> gpd.GeoDataFrame:
    shapes = [
        shapely.Polygon(t["xy"]) if t["xy"][0] == t["xy"][-1] else shapely.LineString(t["xy"]) for t in things
    ]
    kinds = ["rail" if "railway" in t.get("t", {}) else "water" for t in things]
    ids = [t.get("id", f"way/{900 + i}") for i, t in enumerate(things)]
    return gpd.GeoDataFrame({"osm_id": ids, "kind": kinds}, geometry=[move(s) for s in shapes], crs=CRS)


@pytest.fixture(scope="session")
def stage() -> Stage:
    """Give a function that sets up a scene, optionally turned, mirrored and moved."""

    def build(
        scene: Scene, turn_deg: float = 0.0, mirror: bool = False, shift_m: tuple[float, float] = (0.0, 0.0)
    ) -> tuple[gpd.GeoDataFrame, StreetMap]:
        def move(shape: Any) -> Any:
            if mirror:
                shape = affinity.scale(shape, xfact=-1.0, origin=(0, 0))
            turned = affinity.rotate(shape, turn_deg, origin=(0, 0))
            return affinity.translate(turned, ORIGIN_M[0] + shift_m[0], ORIGIN_M[1] + shift_m[1])

        solid = [b for b in scene.get("barriers", []) if not _is_water(b)]
        wet = [b for b in scene.get("barriers", []) if _is_water(b)] + scene.get("obstacles", [])
        things = scene | {"barriers": solid}
        layers = {
            name: _frame(name, things[key], shape, move)
            for key, (name, shape) in _SHAPES.items()
            if things.get(key)
        }
        if wet:
            layers["obstacles"] = _obstacles(wet, move)
        told = scene["station"]
        entrance = told.get("entrance")
        station = {
            "position_kind": told.get("kind", "entrance" if entrance else "building"),
            "accuracy_m": float(told.get("sigma", 5.0)),
            "floor": float(told.get("floor", np.nan)),
            "snap_building": told.get("snap_building", True),
            "layer": float(told.get("layer", 0)),
            "indoor": bool(told.get("indoor", False)),
        }
        where = [move(shapely.Point(entrance or told["xy"]))]
        return gpd.GeoDataFrame([station], geometry=where, crs=CRS), StreetMap.from_layers(layers, CRS)

    return build


@pytest.fixture
def many(stage: Stage) -> Callable[..., tuple[gpd.GeoDataFrame, StreetMap]]:
    """Give a function that puts several stations on one map, a shop 8 m from a street.

    Each station: position kind, uncertainty in metres, x and y in metres (None = unlocated); indexed st-0, st-1 …
    """

    def build(*stations: tuple[str, float, float | None, float | None]) -> tuple[gpd.GeoDataFrame, StreetMap]:
        road = {"xy": [[-200, 0], [200, 0]], "t": {"highway": "secondary", "name": "A街"}}
        shop = {"xy": [[-10, 18], [10, 18], [10, 35], [-10, 35]]}
        _, streets = stage({"station": {"xy": [0, 22]}, "roads": [road], "buildings": [shop]})
        places = [
            None if x is None or y is None else shapely.Point(ORIGIN_M[0] + x, ORIGIN_M[1] + y)
            for _, _, x, y in stations
        ]
        kinds = pd.Series([s[0] for s in stations], dtype=object)
        columns = {"position_kind": kinds, "accuracy_m": [float(s[1]) for s in stations], "floor": np.nan}
        frame = gpd.GeoDataFrame(columns, geometry=places, crs=CRS)
        return frame.set_index(pd.Index([f"st-{i}" for i in range(len(stations))], dtype=object)), streets

    return build
