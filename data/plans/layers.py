"""The layers of a study for a GIS, as frames in WGS-84, before anything is written.

Field names are those of ``geo.study``; where a layer plays a role of a location-allocation analysis it has that
role's fields too, named as ArcGIS names them: ``Name``, ``FacilityType`` (1 required: an existing station, 3 chosen: a
proposed site), ``DemandCount``, ``DemandWeight`` for facilities; ``Weight``, ``FacilityID``, ``AllocatedWeight`` for
demand points. ``Name`` and ``Weight`` stand for ``name`` and ``weight``, which SQL would not tell from them. They
follow the walking standard for stations and demand, and for sites the standard of the site.
"""

from collections.abc import Mapping
from typing import Any, Final

import geopandas as gpd
import h3
import numpy as np
import numpy.typing as npt
import orjson
import pandas as pd
import shapely

from geo.demand import area_codes
from geo.study import Study

CRS: Final = "EPSG:4326"
REQUIRED: Final = 1
CHOSEN: Final = 3
WHOLE: Final = ("rank", "cells", "stations", "stations_24h", "stations_unknown")
"""Fields that count, written as integers."""


def make(study: Study) -> dict[str, gpd.GeoDataFrame]:
    """Make all layers, in the order in which a map draws them from the bottom.

    Returns
    -------
    layers
        ``areas``, ``cells``, ``gaps``, ``stations``, ``sites``; EPSG:4326; no row where the study has none. A
        station without a position has no geometry.
    """
    return {
        "areas": _areas(study),
        "cells": _cells(study),
        "gaps": _gaps(study),
        "stations": _stations(study),
        "sites": _sites(study),
    }


def outlines(demand_ids: pd.Series, lon: pd.Series, lat: pd.Series) -> npt.NDArray[np.object_]:
    """Draw each row of demand: an h3 cell as its hexagon, anything else as its point.

    Examples
    --------
    >>> ids = pd.Series(["8931aa42853ffff", "order-7"])
    >>> [g.geom_type for g in outlines(ids, pd.Series([116.4, 116.4]), pd.Series([39.9, 39.9]))]
    ['Polygon', 'Point']
    """
    points = shapely.points(lon.to_numpy(dtype=np.float64), lat.to_numpy(dtype=np.float64))
    drawn = [
        shapely.Polygon([(x, y) for y, x in h3.cell_to_boundary(i)]) if h3.is_valid_cell(i) else point
        for i, point in zip(demand_ids, points, strict=True)
    ]
    made: npt.NDArray[np.object_] = np.empty(len(drawn), dtype=object)
    made[:] = drawn
    return made


def status(cells: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Sum up for a map how each cell is covered on foot (``data.plans.texts.STATUS``)."""
    return np.select(
        [cells["walk_0200"], cells["walk_any"], cells["unreached"].notna()],
        ["night", "some", "no_way"],
        default="never",
    ).astype(object)


def station_class(stations: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Sum up for a map what a station is (``data.plans.texts.STATION_CLASS``)."""
    return np.select(
        [stations["not_counted"].notna(), stations["is_24h"], ~stations["hours_known"].astype(bool)],
        ["not_counted", "24h", "unknown"],
        default="hours",
    ).astype(object)


def _cells(study: Study) -> gpd.GeoDataFrame:
    cells = study.cells
    fields = cells.drop(columns=["straight_mask", "walk_mask", "weight"]).assign(
        Name=cells["demand_id"],
        Weight=cells["weight"],
        FacilityID=cells["walk_station"],
        AllocatedWeight=np.where(cells["walk_any"], cells["weight"], 0.0),
        status=status(cells),
    )
    return _layer(fields, outlines(cells["demand_id"], cells["lon"], cells["lat"]))


def _stations(study: Study) -> gpd.GeoDataFrame:
    stations = study.stations
    counted = study.cells["walk_station"].value_counts()
    fields = stations.drop(columns=["week_mask", "name"]).assign(
        Name=stations["name"],
        FacilityType=np.full(len(stations), REQUIRED, dtype=np.int32),
        DemandCount=stations["station_id"].map(counted).fillna(0).astype(np.int32),
        DemandWeight=stations["walk_demand"],
        status=station_class(stations),
    )
    return _layer(fields, _points(stations))


def _sites(study: Study) -> gpd.GeoDataFrame:
    sites = study.sites
    key = ["standard", "moment", "site_id"]
    counted = study.served.groupby(key).size() if len(study.served) else pd.Series(dtype=np.int64)
    allocated = [int(counted.get(row, 0)) for row in sites[key].itertuples(index=False, name=None)]
    fields = sites.drop(columns="name").assign(
        Name=[name or site for name, site in zip(sites["name"], sites["site_id"], strict=True)],
        FacilityType=np.full(len(sites), CHOSEN, dtype=np.int32),
        DemandCount=np.array(allocated, dtype=np.int32),
        DemandWeight=sites["served"],
    )
    return _layer(fields, _points(sites))


def _gaps(study: Study) -> gpd.GeoDataFrame:
    shapes = np.array([_multi(g) for g in study.gaps.geometry], dtype=object)
    return _layer(pd.DataFrame(study.gaps.drop(columns=study.gaps.geometry.name)), shapes)


def _areas(study: Study) -> gpd.GeoDataFrame:
    """Draw districts and townships as the cells that belong to them, which is no official boundary."""
    areas, cells = study.areas, study.cells
    hexagons = cells[np.array([h3.is_valid_cell(i) for i in cells["demand_id"]], dtype=bool)]
    codes = area_codes(hexagons).replace("", None)
    members: dict[str, dict[Any, list[Any]]] = {
        level: hexagons["demand_id"].groupby(codes[level]).agg(list).to_dict()
        for level in ("district", "township")
    }
    members["all"] = {"all": hexagons["demand_id"].tolist()}
    shapes = [
        _dissolved(members, level, code) for level, code in zip(areas["level"], areas["code"], strict=True)
    ]
    return _layer(areas, np.array([*shapes, None], dtype=object)[:-1])


def _dissolved(
    members: Mapping[str, Mapping[Any, list[Any]]], level: str, code: str
) -> shapely.Geometry | None:
    ids = members[level].get(code, [])
    if not ids:
        return None
    outline = h3.h3shape_to_geo(h3.cells_to_h3shape(ids))
    return _multi(shapely.from_geojson(orjson.dumps(outline).decode()))


def _multi(shape: shapely.Geometry) -> shapely.Geometry:
    return shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape])


def _points(frame: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Make points; None where a coordinate is missing."""
    lon, lat = (frame[axis].to_numpy(dtype=np.float64) for axis in ("lon", "lat"))
    known = np.isfinite(lon) & np.isfinite(lat)
    made: npt.NDArray[np.object_] = np.full(len(frame), None, dtype=object)
    made[known] = shapely.points(lon[known], lat[known])
    return made


def _layer(fields: pd.DataFrame, shapes: npt.NDArray[np.object_]) -> gpd.GeoDataFrame:
    whole = {name: fields[name].astype(np.int64) for name in WHOLE if name in fields}
    return gpd.GeoDataFrame(fields.assign(**whole).reset_index(drop=True), geometry=shapes, crs=CRS)
