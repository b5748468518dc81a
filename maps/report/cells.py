"""Demand as the page draws it: cells as they are, or squares that hold several where there are too many.

A drawn cell is covered in a half hour when at least half of its demand is; of a cell that stands for itself
that is the truth, of a square a simplification, and the page says which of the two it draws.
"""

from dataclasses import dataclass
from typing import Any, Final

import h3
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo import week
from geo.demand import area_codes
from geo.study import STANDARDS, Study

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

MOST_CELLS: Final = 200_000
"""How many cells a page draws at most; above, they are put together into squares."""

POINT_M: Final = 150.0
"""Width at which a bare point is drawn, metres."""

_METRES_PER_DEGREE: Final = 111_195.0
_SHADES: Final = (0.5, 0.85)
"""Quantiles of demand between the three shades of what is left out."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """Drawn cells; arrays have shape (cells,) unless said otherwise.

    Attributes
    ----------
    lon, lat, weight
        Centre in degrees, demand.
    area
        Number of the township in ``reading``'s order of ``areas``, -1 = not known.
    shade
        0, 1 or 2: how much demand, the third has most.
    masks
        Per standard the row of ``weeks``.
    flags
        Per standard ``any`` and ``24h``.
    weeks
        Distinct weeks as flags, shape (k, 336).
    straight_m, walk_s
        As in ``geo.study.CELLS``; NaN for squares.
    outline
        Corners of a cell as steps from its centre in degrees, shape (corners, 2).
    width_m
        Across.
    grouped
        Whether squares of several cells are drawn.
    """

    lon: Floats
    lat: Floats
    weight: Floats
    area: Ints
    shade: Ints
    masks: dict[str, Ints]
    flags: dict[str, tuple[Flags, Flags]]
    weeks: Flags
    straight_m: Floats
    walk_s: Floats
    outline: Floats
    width_m: float
    grouped: bool

    def covered(self, standard: str, slot: int) -> Flags:
        """Tell which drawn cells are covered in a half hour."""
        return np.asarray(self.weeks[:, slot][self.masks[standard]])


def drawn(study: Study, codes: list[str], *, most: int = MOST_CELLS) -> Drawn:
    """Choose what to draw of the demand; cells without any are left out.

    Parameters
    ----------
    codes
        Codes of the townships, in the order that ``area`` counts them.
    most
        How many cells to draw at most.
    """
    cells = study.cells[study.cells["weight"] > 0].reset_index(drop=True)
    return _single(study, cells, codes) if len(cells) <= most else _squares(study, cells, codes, most)


def _area(cells: pd.DataFrame, codes: list[str]) -> Ints:
    number = {code: k for k, code in enumerate(codes)}
    return np.asarray(area_codes(cells)["township"].map(number).fillna(-1), dtype=np.int64)


def _single(study: Study, cells: pd.DataFrame, codes: list[str]) -> Drawn:
    weight = cells["weight"].to_numpy(dtype=float)
    used, number = np.unique(
        np.concatenate([cells[f"{s}_mask"].to_numpy(dtype=np.int64) for s in STANDARDS]), return_inverse=True
    )
    parts = np.split(number, len(STANDARDS))
    outline, width_m = _outline(cells)
    return Drawn(
        cells["lon"].to_numpy(dtype=float),
        cells["lat"].to_numpy(dtype=float),
        weight,
        _area(cells, codes),
        _shade(weight),
        dict(zip(STANDARDS, parts, strict=True)),
        {
            s: (cells[f"{s}_any"].to_numpy(dtype=bool), cells[f"{s}_24h"].to_numpy(dtype=bool))
            for s in STANDARDS
        },
        week.unpack(study.masks[used]),
        cells["straight_m"].to_numpy(dtype=float),
        cells["walk_s"].to_numpy(dtype=float),
        outline,
        width_m,
        grouped=False,
    )


def _squares(study: Study, cells: pd.DataFrame, codes: list[str], most: int) -> Drawn:
    lon, lat = cells["lon"].to_numpy(dtype=float), cells["lat"].to_numpy(dtype=float)
    shrink = float(np.cos(np.radians(lat.mean())))
    side = np.sqrt(np.ptp(lon) * shrink * np.ptp(lat) / most) + 1e-6
    while True:
        column, row = np.floor(lon * shrink / side), np.floor(lat / side)
        low, wide = column.min(), np.ptp(column) + 1
        # One number per square: sorting rows of a table would take ten times as long.
        found, first, square = np.unique(row * wide + column - low, return_index=True, return_inverse=True)
        if len(found) <= most:
            break
        side *= 1.25
    places = np.column_stack([column, row])[first]
    weight = cells["weight"].to_numpy(dtype=float)
    total = np.bincount(square, weight).astype(np.float64)
    bits = week.unpack(study.masks)

    def half(flags: Any) -> Flags:
        return np.asarray(np.bincount(square, weight * flags) >= total / 2)

    weeks = []
    for standard in STANDARDS:
        mask = cells[f"{standard}_mask"].to_numpy(dtype=np.int64)
        weeks.append(np.column_stack([half(bits[:, slot][mask]) for slot in range(week.SLOTS)]))
    number, distinct = _distinct(np.vstack(weeks))
    parts = np.split(number, len(STANDARDS))
    flags = {
        s: (half(cells[f"{s}_any"].to_numpy(dtype=bool)), half(cells[f"{s}_24h"].to_numpy(dtype=bool)))
        for s in STANDARDS
    }
    centre = (places + 0.5) * side
    corners = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]]) * side
    nothing = np.full(len(places), np.nan)
    return Drawn(
        centre[:, 0] / shrink,
        centre[:, 1],
        total,
        _area(cells, codes)[first],
        _shade(total),
        dict(zip(STANDARDS, parts, strict=True)),
        flags,
        distinct,
        nothing,
        nothing,
        corners / [shrink, 1.0],
        side * _METRES_PER_DEGREE,
        grouped=True,
    )


def _distinct(weeks: Flags) -> tuple[Ints, Flags]:
    """Give each row the number of its kind, and the kinds; rows go as texts, which a hash table tells apart fast."""
    octets = np.ascontiguousarray(np.packbits(weeks, axis=1))
    kind = f"S{octets.shape[1]}"
    number, found = pd.factorize(octets.view(kind).ravel().astype(object))
    rows = np.asarray(found, dtype=kind).view(np.uint8).reshape(len(found), octets.shape[1])
    return number.astype(np.int64), np.unpackbits(rows, axis=1)[:, : weeks.shape[1]].astype(bool)


def _shade(weight: Floats) -> Ints:
    if not len(weight):
        return np.zeros(0, dtype=np.int64)
    return np.asarray(np.searchsorted(np.quantile(weight, _SHADES), weight, side="left"), dtype=np.int64)


def _outline(cells: pd.DataFrame) -> tuple[Floats, float]:
    """Corners of a typical cell: its hexagon, or a square of its ground, or of a bare point's width."""
    if cells.empty:
        return np.zeros((0, 2)), POINT_M
    middle = int(np.argsort(cells["lat"].to_numpy(dtype=float), kind="stable")[len(cells) // 2])
    name, lat = cells["demand_id"].iloc[middle], float(cells["lat"].iloc[middle])
    area = float(np.nanmedian(cells["area_m2"])) if cells["area_m2"].notna().any() else np.nan
    if np.isfinite(area) and h3.is_valid_cell(name):
        corners = np.array([(x, y) for y, x in h3.cell_to_boundary(name)])
        y, x = h3.cell_to_latlng(name)
        return corners - [x, y], float(np.sqrt(area))
    width_m = float(np.sqrt(area)) if np.isfinite(area) and area > 0 else POINT_M
    half = width_m / 2 / _METRES_PER_DEGREE
    square = np.array([[-half, -half], [half, -half], [half, half], [-half, half]])
    return square / [np.cos(np.radians(lat)), 1.0], width_m
