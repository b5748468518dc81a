"""The street map: the seven layers of ``geo.frames`` in one metric CRS, cleaned once, with spatial trees.

Real layers hold broken rings, zero-length lines and empty geometries. They are mended where that is safe,
left out otherwise, and counted in ``StreetMap.mended`` and ``StreetMap.dropped``; they never stop a run.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from geo.errors import FrameError
from geo.frames import STREET_LAYERS, Contract, check

Geometries = NDArray[np.object_]
Index = NDArray[np.intp]

FAR_M: Final = 1e8
"""No place of the earth has a greater coordinate in a metric CRS."""

_AREA: Final = frozenset({"buildings", "compounds"})
_ROOFS: Final = frozenset({"roof", "carport", "canopy", "no"})
_PASSABLE: Final = frozenset(
    {"kerb", "bollard", "block", "log", "no", "entrance", "height_restrictor", "chain"}
)


@dataclass(frozen=True)
class Layer:
    """Geometries of one layer as an array, their tree, and the row of the frame each came from.

    Multi-part areas are taken apart, so ``rows`` may repeat a row.
    """

    geometry: Geometries
    rows: Index

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Sort-tile-recursive tree over ``geometry``."""
        return shapely.STRtree(self.geometry)

    def __len__(self) -> int:
        return len(self.geometry)


@dataclass(frozen=True, eq=False)
class StreetMap:
    """The seven layers in one metric CRS. Build it with ``from_layers``.

    Attributes
    ----------
    streets, buildings, barriers, gates, compounds, obstacles, entrances
        Frames of the contracts of the same name, valid geometries only, index 0 … n-1.
    crs
        The metric CRS of all of them.
    mended, dropped
        How many geometries of each layer were repaired or left out.
    as_of
        Date of the street data as ISO text, or None when not known.
    """

    streets: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    barriers: gpd.GeoDataFrame
    gates: gpd.GeoDataFrame
    compounds: gpd.GeoDataFrame
    obstacles: gpd.GeoDataFrame
    entrances: gpd.GeoDataFrame
    crs: pyproj.CRS
    mended: dict[str, int] = field(default_factory=dict)
    dropped: dict[str, int] = field(default_factory=dict)
    as_of: str | None = None
    cache: dict[Any, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_layers(
        cls, layers: Mapping[str, gpd.GeoDataFrame], crs: object, *, as_of: str | None = None
    ) -> "StreetMap":
        """Clean and reproject the layers.

        Parameters
        ----------
        layers
            Frames by layer name (keys of ``geo.frames.STREET_LAYERS``); missing and empty layers are allowed.
        crs
            The metric CRS to work in (anything ``pyproj.CRS`` reads); axes in metres.
        as_of
            Date of the street data.

        Raises
        ------
        FrameError
            A layer breaks its contract, a name is no layer, or ``crs`` is not metric.
        """
        metric = pyproj.CRS.from_user_input(crs)
        if not metric.is_projected or metric.axis_info[0].unit_conversion_factor != 1:
            raise FrameError(f"streets: {metric.name} is not metric; choose one with geo.metric.choose_crs")
        unknown = set(layers) - set(STREET_LAYERS)
        if unknown:
            raise FrameError(f"streets: no layer is called {sorted(unknown)}; use {sorted(STREET_LAYERS)}")
        mended: dict[str, int] = {}
        dropped: dict[str, int] = {}
        frames = {}
        for name, contract in STREET_LAYERS.items():
            frame = layers.get(name)
            if frame is not None and not isinstance(frame, gpd.GeoDataFrame):
                raise FrameError(f"{name}: no geometry column; pass a GeoDataFrame")
            if frame is None or not len(frame):
                frames[name] = _empty(contract, metric)
                continue
            frames[name], mended[name], dropped[name] = _clean(frame, contract, metric)
        return cls(**frames, crs=metric, mended=mended, dropped=dropped, as_of=as_of)

    @cached_property
    def crs_code(self) -> str:
        """Code of ``crs`` such as ``EPSG:4548``, its name where it has none."""
        code = self.crs.to_authority()
        return ":".join(code) if code else str(self.crs.name)

    @cached_property
    def building_layer(self) -> Layer:
        """Footprints that bear anchors and cut lines; a mere roof does neither."""
        return _layer(self.buildings, ~_column(self.buildings, "building").isin(_ROOFS))

    @cached_property
    def barrier_layer(self) -> Layer:
        """Lines that nobody walks through: walls, fences, hedges; not kerbs or bollards."""
        return _layer(self.barriers, ~_column(self.barriers, "barrier").isin(_PASSABLE))

    @cached_property
    def obstacle_layer(self) -> Layer:
        """Water and rail."""
        return _layer(self.obstacles)

    @cached_property
    def compound_layer(self) -> Layer:
        """Areas of compounds."""
        return _layer(self.compounds)

    @cached_property
    def outlines(self) -> Geometries:
        """Borders of all compounds, in the order of ``compound_layer``, prepared."""
        borders = np.asarray(shapely.boundary(self.compound_layer.geometry), dtype=object)
        shapely.prepare(borders)
        return borders

    @cached_property
    def border_layer(self) -> Layer:
        """Borders of compounds, in the order of ``compound_layer``; an open enclosure has none (empty)."""
        inside = self.compound_layer
        closed = _column(self.compounds, "closed").to_numpy()[inside.rows]
        return Layer(np.where(closed == "no", shapely.LineString(), self.outlines), inside.rows)

    @cached_property
    def gate_layer(self) -> Layer:
        """Gates."""
        return _layer(self.gates)

    @cached_property
    def entrance_layer(self) -> Layer:
        """Mapped entrances."""
        return _layer(self.entrances)

    @cached_property
    def street_layer(self) -> Layer:
        """All ways of the street layer."""
        return _layer(self.streets)

    @cached_property
    def columns(self) -> dict[str, NDArray[Any]]:
        """Columns that evidence names, as arrays by ``layer.column``: frames are slow to read by cell."""
        named = {
            f"{layer}.osm_id": getattr(self, layer)["osm_id"].to_numpy(object) for layer in STREET_LAYERS
        }
        numbers = {f"streets.{c}": self.streets[c].to_numpy(float) for c in ("width_m", "lanes")}
        texts = {"streets.highway": self.streets["highway"].to_numpy(object)}
        return named | numbers | texts | {"obstacles.kind": self.obstacles["kind"].to_numpy(object)}


def _column(frame: gpd.GeoDataFrame, name: str) -> pd.Series:
    values: pd.Series = frame[name].astype(object)
    return values


def _layer(frame: gpd.GeoDataFrame, keep: pd.Series | None = None) -> Layer:
    rows = np.arange(len(frame)) if keep is None else np.flatnonzero(keep.to_numpy())
    geometry = frame.geometry.to_numpy()[rows]
    parts, source = shapely.get_parts(geometry, return_index=True)
    return Layer(np.asarray(parts, dtype=object), rows[source])


def _empty(contract: Contract, crs: pyproj.CRS) -> gpd.GeoDataFrame:
    kinds = {"text": "object", "number": "float64", "flag": "bool", "any": "object"}
    columns = {n: pd.Series(dtype=kinds[c.kind]) for n, c in contract.columns.items()}
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([], crs=crs), crs=crs)


def _clean(frame: gpd.GeoDataFrame, contract: Contract, crs: pyproj.CRS) -> tuple[gpd.GeoDataFrame, int, int]:
    """Drop gaps, check the contract, reproject, mend; return the frame and the counts mended and dropped."""
    given = np.asarray(frame.geometry.to_numpy(), dtype=object)
    present = frame[~shapely.is_missing(given) & ~shapely.is_empty(given)]
    check(present, contract)
    moved = present.to_crs(crs) if present.crs != crs else present
    geometry = shapely.force_2d(moved.geometry.to_numpy())
    finite = on_earth(geometry)
    broken = finite.copy()
    broken[finite] = ~shapely.is_valid(geometry[finite])
    if contract.name in _AREA or contract.name == "obstacles":
        geometry[broken] = _mend(geometry[broken])
    keep = finite.copy()
    keep[finite] = _has_size(geometry[finite])
    clean = moved.set_geometry(gpd.GeoSeries(geometry, index=moved.index, crs=crs))[keep]
    return clean.reset_index(drop=True), int((broken & keep).sum()), len(frame) - int(keep.sum())


def on_earth(geometry: Geometries) -> NDArray[np.bool_]:
    """Whether all coordinates are numbers that a metric CRS can give; None and empty geometries have none: True."""
    xy, of = shapely.get_coordinates(geometry, return_index=True)
    lost = ~(np.abs(xy) <= FAR_M).all(axis=1)
    fine = np.ones(len(geometry), dtype=bool)
    fine[of[lost]] = False
    return fine


def _mend(geometry: Geometries) -> Geometries:
    """Make areas valid and keep their areal parts only (a bow tie leaves no stray lines)."""
    valid = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    return np.asarray(shapely.buffer(valid, 0), dtype=object) if len(valid) else valid


def _has_size(geometry: Geometries) -> NDArray[np.bool_]:
    """Whether a line has length, an area has area; a point always has its place."""
    size = np.select(
        [shapely.get_dimensions(geometry) == 2, shapely.get_dimensions(geometry) == 1],
        [shapely.area(geometry), shapely.length(geometry)],
        default=1.0,
    )
    result: NDArray[np.bool_] = ~shapely.is_empty(geometry) & (size > 0)
    return result
