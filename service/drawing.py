"""The drawing of a street-facing verdict as GeoJSON: what was met, what cuts the line, the tried positions."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely

from geo import coordsys
from geo.coordsys import CoordSys
from geo.frontage import offsets

REACH_DEG: Final = 0.0025
"""How far from the station long things are drawn: 200 m and more in China."""

_DECIMALS: Final = 7
_LAYER_OF: Final = {
    "buildings": "buildings", "barriers": "barriers", "compounds": "compounds", "water": "obstacles",
    "rail": "obstacles",
}  # fmt: skip
"""Layer of the street map by kind of obstacle."""

Feature = dict[str, Any]
Layers = Mapping[str, gpd.GeoDataFrame]


def collection(
    lon: float,
    lat: float,
    line: Any,
    evidence: dict[str, Any] | None,
    layers: Layers,
    ret_coordsys: CoordSys,
) -> dict[str, Any]:
    """Draw one verdict.

    Parameters
    ----------
    lon, lat
        The station, WGS-84.
    line
        The deciding approach line in EPSG:4326, or None.
    evidence
        As ``geo.frontage.evidence`` says; None gives the station alone.
    layers
        The street map around it, EPSG:4326. What is not there any more is left out; where it was crossed is kept.
    ret_coordsys
        The system of the answer.

    Returns
    -------
    collection
        A GeoJSON FeatureCollection. Property ``role`` of each feature: station, position (``verdict``),
        approach_line (``decides``), street, building (that bears the anchor), obstacle, gate, crossing.
    """
    features = [_feature(shapely.Point(lon, lat), "station")]
    if evidence:
        window = shapely.box(lon - REACH_DEG, lat - REACH_DEG, lon + REACH_DEG, lat + REACH_DEG)
        features += _lines(lon, lat, line, evidence)
        features += _street(evidence.get("street"), layers, window)
        features += _building(evidence.get("anchor"), layers, window)
        features += _obstacles(evidence, layers, window)
        features += _points(lon, lat, evidence)
    for feature in features:
        feature["geometry"] = _written(feature["geometry"], ret_coordsys)
    return {"type": "FeatureCollection", "features": features}


def _feature(geometry: Any, role: str, **properties: Any) -> Feature:
    told = {name: value for name, value in properties.items() if value is not None}
    return {"type": "Feature", "properties": {"role": role, **told}, "geometry": geometry}


def _lines(lon: float, lat: float, line: Any, evidence: dict[str, Any]) -> Iterator[Feature]:
    """Draw the deciding line first, then the nearest line to each further street."""
    listed, street = evidence.get("lines") or [], evidence.get("street") or {}
    if line is not None:
        state = listed[0]["state"] if listed else None
        told = {name: street.get(name) for name in ("osm_id", "name", "edge_m")}
        yield _feature(line, "approach_line", decides=True, state=state, **told)
    for other in listed[1 if line is not None else 0 :]:
        ends = _places(lon, lat, evidence, [other[n] for n in ("from", "to") if other.get(n)])
        if len(ends) == 2:
            told = {name: other.get(name) for name in ("osm_id", "name", "edge_m", "state")}
            yield _feature(shapely.LineString(ends), "approach_line", decides=False, **told)


def _street(street: dict[str, Any] | None, layers: Layers, window: Any) -> Iterator[Feature]:
    if street:
        for shape in _shapes(layers, "streets", street["osm_id"], window):
            told = {name: street.get(name) for name in ("osm_id", "name", "class", "half_width_m")}
            yield _feature(shape, "street", **told)


def _building(anchor: dict[str, Any] | None, layers: Layers, window: Any) -> Iterator[Feature]:
    if anchor and anchor.get("building"):
        for shape in _shapes(layers, "buildings", anchor["building"], window):
            yield _feature(shape, "building", osm_id=anchor["building"])


def _obstacles(evidence: dict[str, Any], layers: Layers, window: Any) -> Iterator[Feature]:
    gates: set[str] = set()
    for met in evidence.get("obstacles") or []:
        told = {name: met.get(name) for name in ("kind", "osm_id", "state", "gate", "gate_state", "at_m")}
        for shape in _shapes(layers, _LAYER_OF[met["kind"]], met["osm_id"], window):
            yield _feature(shape, "obstacle", **told)
        if met.get("gate") and met["gate"] not in gates:
            gates.add(met["gate"])
            for shape in _shapes(layers, "gates", met["gate"], window):
                yield _feature(shape, "gate", osm_id=met["gate"], state=met.get("gate_state"))


def _points(lon: float, lat: float, evidence: dict[str, Any]) -> Iterator[Feature]:
    met = [cut for cut in evidence.get("obstacles") or [] if cut.get("at")]
    tried = evidence.get("positions") or []
    places = _places(lon, lat, evidence, [cut["at"] for cut in met] + [p[:2] for p in tried])
    for cut, place in zip(met, places, strict=False):
        told = {name: cut.get(name) for name in ("kind", "osm_id", "state", "at_m")}
        yield _feature(shapely.Point(place), "crossing", **told)
    for position, place in zip(tried, places[len(met) :], strict=False):
        yield _feature(shapely.Point(place), "position", verdict=position[2])


def _places(lon: float, lat: float, evidence: dict[str, Any], steps: list[Any]) -> list[list[float]]:
    """Where offsets of the evidence lie; none when it does not name their grid."""
    if not steps or not evidence.get("crs"):
        return []
    step = np.array(steps, dtype=float)
    here = np.full(len(step), lon), np.full(len(step), lat)
    x, y = offsets.to_wgs84(evidence["crs"], *here, step[:, 0], step[:, 1])
    places: list[list[float]] = np.column_stack([x, y]).tolist()
    return places


def _shapes(layers: Layers, layer: str, osm_id: str, window: Any) -> list[Any]:
    """Give the shapes of one object within the window; of a compound its border, for that is what is crossed."""
    frame = layers.get(layer)
    if frame is None or frame.empty:
        return []
    found = frame.geometry[frame["osm_id"] == osm_id].to_numpy()
    if layer == "compounds":
        found = shapely.boundary(found)
    cut = shapely.intersection(found, window)
    return [shape for shape in cut if not shape.is_empty]


def _written(geometry: Any, ret_coordsys: CoordSys) -> dict[str, Any]:
    def move(points: Any) -> Any:
        x, y = coordsys.from_wgs84(points[:, 0], points[:, 1], ret_coordsys)
        return np.round(np.column_stack([x, y]), _DECIMALS)

    written: dict[str, Any] = shapely.transform(geometry, move).__geo_interface__
    return written
