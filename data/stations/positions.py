"""Where a station is: the coordinate columns of a file → WGS-84, with the numbers kept as given.

A row's position is its entrance (入口坐标) where stated, else the geometry of its layer, else longitude and
latitude, else the pair in one cell. The coordinate system must be stated: by the row, by the headers, or by the
import; where two of them speak they must agree.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import InputError
from data.stations import texts
from data.stations.arrays import choose, is_stated
from data.stations.findings import Defaults, Findings
from data.stations.headers import Headers
from data.stations.tables import Table
from geo import coordsys as systems
from geo.coordsys import CoordSys

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

CODES: Final = ("lon", "lat", "position", "entrance", "coordsys")
CHINA_BOX: Final = (73.0, 3.0, 136.0, 54.0)
"""West, south, east, north, degrees of WGS-84: the country and its seas, rounded outward; no boundary."""
DISTRICT_MIN_ROWS: Final = 5
DISTRICT_FAR_M: Final = 30_000.0
DISTRICT_FAR_RATIO: Final = 8.0
SWAPPED_SHARE: Final = 0.9
_M_PER_DEGREE: Final = 111_195.0


def read(
    table: Table, found: Headers, read_columns: dict[str, Any], columns: dict[str, Any],
    defaults: Defaults, findings: Findings,
) -> dict[str, Any]:  # fmt: skip
    """Give every row its position.

    Parameters
    ----------
    table, found
        The file and its headers.
    read_columns
        The coordinate columns of the file, by field code, read.
    columns
        The other columns: city and district for the check of outliers, ``position_kind``.
    defaults
        With the coordinate system that the import names.
    findings
        Takes rejections and warnings.

    Returns
    -------
    columns
        ``lon``, ``lat``, ``given_x``, ``given_y`` (NaN where there is no position), ``given_coordsys``, and
        ``position_kind`` where entrances are stated. Nothing when the file has no coordinate column.

    Raises
    ------
    InputError
        Positions and no coordinate system, or two that contradict each other.
    """
    if not (set(read_columns) - {"coordsys"}) and table.points is None:
        return {}
    x, y, is_entrance = _given(table, read_columns, findings)
    located = np.isfinite(x) & np.isfinite(y)
    system = _systems(table, found, read_columns, located, defaults, findings)
    lon, lat = np.full(len(x), np.nan), np.full(len(x), np.nan)
    for name in systems.NAMES:
        rows = np.flatnonzero(located & (system == name))
        if len(rows):
            lon[rows], lat[rows] = systems.to_wgs84(x[rows], y[rows], name)
    _check_country(x, y, lon, lat, located, system, findings)
    good = np.isfinite(lon) & ~findings.rejected(len(x))
    _check_districts(lon, lat, good, columns, findings)
    placed: dict[str, Any] = {
        "lon": lon, "lat": lat, "given_x": np.where(located, x, np.nan), "given_y": np.where(located, y, np.nan),
        "given_coordsys": choose(located, system, None),
    }  # fmt: skip
    if is_entrance.any():
        stated = columns.get("position_kind", np.full(len(x), None, dtype=object))
        placed["position_kind"] = choose(is_entrance, "entrance", stated)
    return placed


def _given(table: Table, read_columns: dict[str, Any], findings: Findings) -> tuple[Floats, Floats, Mask]:
    count = len(table.rows)
    x, y = np.full(count, np.nan), np.full(count, np.nan)
    if "position" in read_columns:
        x, y = _pairs(read_columns["position"])
    if "lon" in read_columns or "lat" in read_columns:
        lon, lat = (
            read_columns[n].numbers() if n in read_columns else np.full(count, np.nan) for n in ("lon", "lat")
        )
        half = np.isfinite(lon) != np.isfinite(lat)
        half[
            [r for r, reasons in findings.reasons.items() if any(c in {"lon", "lat"} for c, _ in reasons)]
        ] = False
        findings.reject(
            np.flatnonzero(half), "lon" if "lon" in read_columns else "lat", texts.ROW_HALF_POSITION
        )
        both = np.isfinite(lon) & np.isfinite(lat)
        x, y = np.where(both, lon, x), np.where(both, lat, y)
    if table.points is not None:
        x, y = (
            np.where(np.isfinite(table.points.x), table.points.x, x),
            np.where(np.isfinite(table.points.y), table.points.y, y),
        )
        for row, problem in table.points.problems.items():
            findings.reject([int(row)], "position", problem)
    is_entrance = np.zeros(count, dtype=bool)
    if "entrance" in read_columns:
        door_x, door_y = _pairs(read_columns["entrance"])
        is_entrance = np.isfinite(door_x)
        x, y = np.where(is_entrance, door_x, x), np.where(is_entrance, door_y, y)
    return x, y, is_entrance


def _pairs(column: Any) -> tuple[Floats, Floats]:
    nothing = (np.nan, np.nan)
    distinct = np.array([nothing if v is None else v for v in column.distinct] + [nothing], dtype=float)
    return distinct[column.codes, 0], distinct[column.codes, 1]


def _systems(
    table: Table, found: Headers, read_columns: dict[str, Any], located: Mask,
    defaults: Defaults, findings: Findings,
) -> npt.NDArray[np.object_]:  # fmt: skip
    """Decide the coordinate system of each row; None where the row has no position."""
    given, stated = defaults.coordsys, found.coordsys
    if given is not None and stated is not None and given != stated:
        raise InputError(texts.COORDSYS_CONTRADICTION.format(stated=stated, given=given))
    default: CoordSys | None = given or stated
    projected = table.points.projected if table.points is not None else None
    if projected is not None:
        if default not in {None, "wgs84"}:
            raise InputError(texts.FILE_CRS.format(crs=projected, coordsys=default))
        default = "wgs84"
    row_systems = np.full(len(located), default, dtype=object)
    if "coordsys" in read_columns:
        values = read_columns["coordsys"].values()
        has = is_stated(values)
        if default is not None:
            for row in np.flatnonzero(has & located & (values != default)):
                findings.reject(
                    [int(row)], "coordsys", texts.ROW_COORDSYS.format(stated=values[row], given=default)
                )
        row_systems = choose(has, values, row_systems)
    silent = located & ~is_stated(row_systems)
    if silent.any() and (silent == located).all():
        raise InputError(texts.COORDSYS_MISSING)
    findings.reject(np.flatnonzero(silent), "coordsys", texts.ROW_NO_COORDSYS)
    return choose(located, row_systems, None)


def _check_country(
    x: Floats, y: Floats, lon: Floats, lat: Floats, located: Mask, system: npt.NDArray[np.object_],
    findings: Findings,
) -> None:  # fmt: skip
    """Refuse swapped pairs and points outside China; say so once when the whole file is swapped."""
    west, south, east, north = CHINA_BOX
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    known = located & is_stated(system)
    swapped = known & (system != "bd09mc") & systems.looks_swapped(x, y) & ~inside
    for row in np.flatnonzero(known & ~inside):
        reason = texts.ROW_SWAPPED if swapped[row] else texts.ROW_OUTSIDE
        findings.reject([int(row)], "lon", reason.format(x=f"{x[row]:.10g}", y=f"{y[row]:.10g}"))
    if located.sum() >= 3 and swapped.sum() >= SWAPPED_SHARE * located.sum():
        note = texts.WARN_ALL_SWAPPED.format(count=int(swapped.sum()), total=int(located.sum()))
        findings.notes.append(note)


def _check_districts(
    lon: Floats, lat: Floats, good: Mask, columns: dict[str, Any], findings: Findings
) -> None:
    """Warn of points far from the others of their stated district; no official boundary is shipped.

    Far: more than 30 km and more than eight times the median distance from the district's median point, among
    at least five points. Distances are equirectangular, exact enough for a warning.
    """
    if "district" not in columns or not good.any():
        return
    nothing = np.full(len(lon), None, dtype=object)
    rows = pd.DataFrame(
        {"city": columns.get("city", nothing), "district": columns["district"], "lon": lon, "lat": lat}
    )[good]
    rows = rows[[d is not None for d in rows["district"]]]
    if rows.empty:
        return
    groups = rows.groupby(["city", "district"], dropna=False, sort=False)
    middle = groups[["lon", "lat"]].transform("median")
    shrink = np.cos(np.radians(middle["lat"]))
    away_m = np.hypot((rows["lon"] - middle["lon"]) * shrink, rows["lat"] - middle["lat"]) * _M_PER_DEGREE
    keys = [rows["city"], rows["district"]]
    usual_m = away_m.groupby(keys, dropna=False, sort=False).transform("median")
    many = away_m.groupby(keys, dropna=False, sort=False).transform("size") >= DISTRICT_MIN_ROWS
    far = away_m[many & (away_m > DISTRICT_FAR_M) & (away_m > DISTRICT_FAR_RATIO * usual_m)]
    for row, distance_m in far.items():
        district = rows.at[row, "district"]
        findings.warn(
            [int(str(row))], "lon", texts.ROW_FAR.format(district=district, km=f"{distance_m / 1000:.0f}")
        )
