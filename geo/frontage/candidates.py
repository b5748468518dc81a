"""The stations to judge, as arrays: positions, their uncertainty, and what ends a judgement before it starts."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from geo.errors import FrameError
from geo.frontage.parameters import Parameters
from geo.frontage.rules import rule
from geo.frontage.streetmap import FAR_M

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_REQUIRED = ("position_kind", "accuracy_m", "floor")


@dataclass(frozen=True)
class Candidates:
    """The columns that matter, as arrays, shape (stations,); ``early`` the rule that ends it, -1 for none."""

    x: Floats
    y: Floats
    sigma_m: Floats
    floor: Floats
    entrance: Flags
    snap: Flags
    below: Flags
    upstairs: Flags
    indoor: Flags
    early: NDArray[np.int8]


def read_candidates(stations: gpd.GeoDataFrame, crs: pyproj.CRS, parameters: Parameters) -> Candidates:
    """Take the columns apart, fill the defaults, and mark what can't be judged at all.

    Parameters
    ----------
    stations
        See ``geo.frontage.verdicts``.
    crs
        The street map's.
    parameters
        Position uncertainty by kind of position.

    Raises
    ------
    FrameError
        A column is missing or not a number, a geometry is not a point, or the CRS is another.
    """
    for name in _REQUIRED:
        if name not in stations.columns:
            raise FrameError(f"stations: column {name!r} is missing; add it (see geo.frontage.verdicts)")
    if stations.crs is None or pyproj.CRS.from_user_input(stations.crs) != crs:
        raise FrameError(f"stations: CRS is {stations.crs}, the street map's is {crs.name}; use to_crs")
    geometry = np.asarray(stations.geometry.to_numpy(), dtype=object)
    located = ~shapely.is_missing(geometry) & ~shapely.is_empty(geometry)
    if not bool((shapely.get_type_id(geometry[located]) == 0).all()):
        raise FrameError("stations: a geometry is not a point; pass the entrance or another single point")
    x, y = shapely.get_x(geometry), shapely.get_y(geometry)
    located &= (np.abs(x) <= FAR_M) & (np.abs(y) <= FAR_M)
    kind = stations["position_kind"].astype(object).fillna("unknown").to_numpy()
    stated, floor = _number(stations, "accuracy_m"), _number(stations, "floor")
    sigma = np.where(np.isfinite(stated), np.clip(stated, 0.0, FAR_M), _sigma_by_kind(kind, parameters))
    early = np.full(len(stations), -1, dtype=np.int8)
    early[~np.isfinite(sigma)] = rule("position_kind_unknown")
    early[~located] = rule("unlocated")
    return Candidates(
        x=x,
        y=y,
        sigma_m=sigma,
        floor=floor,
        entrance=kind == "entrance",
        snap=_optional(stations, "snap_building", True).to_numpy(bool),
        below=_optional(stations, "layer", 0.0).to_numpy(float) != 0,
        upstairs=np.isfinite(floor) & (floor != 1) & (floor != 0),
        indoor=_optional(stations, "indoor", False).to_numpy(bool),
        early=early,
    )


def _number(stations: gpd.GeoDataFrame, name: str) -> Floats:
    try:
        values: Floats = stations[name].to_numpy(float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise FrameError(f"stations: column {name!r} holds no numbers; convert it") from error
    return values


def _optional(stations: gpd.GeoDataFrame, name: str, default: float | bool) -> pd.Series:
    if name not in stations.columns:
        return pd.Series(default, index=stations.index)
    values: pd.Series = stations[name].astype(object)
    return values.where(values.notna(), default)


def _sigma_by_kind(kind: NDArray[np.object_], parameters: Parameters) -> Floats:
    known = {
        "entrance": parameters.sigma_entrance_m,
        "building": parameters.sigma_building_m,
        "address": parameters.sigma_address_m,
    }
    return np.array([known.get(k, np.nan) for k in kind], dtype=float)
