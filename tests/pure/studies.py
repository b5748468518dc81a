"""A small study, worked out cell by cell in plain loops: for whoever writes studies to files or draws them.

Nineteen h3 cells (resolution 9) of an invented place, six hours east of nowhere in particular: two districts,
three townships and one cell of no known area. Five stations: A open 24 hours, B by day, C of unknown hours,
D without a position, E not in service. Walking is 1.3 times the straight line at 5 km/h, one cell has no way.
"""

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import shapely

from geo import metric, week
from geo.frames import DEMAND, Contract, build
from geo.study import CONTRACTS, INSTANTS, STANDARDS, STATIONS, Study
from geo.texts import Text

CENTRE = h3.latlng_to_cell(39.915, 116.404, 9)
STRAIGHT_M, WALK_S = 300.0, 300.0
AREAS = {
    "110901001": ("110901", "城东区", "河沿街道"),
    "110901002": ("110901", "城东区", "古槐街道"),
    "110902001": ("110902", "城西区", "新桥镇"),
}


def example() -> Study:
    """The study; the same bytes at every call."""
    cells, stations = _cells(), _stations()
    hours = _hours()
    costs = _costs(cells, stations)
    masks, cells = _covered(cells, stations, hours, costs)
    stations = _allotted(stations, cells, costs)
    frames = {
        "cells": cells,
        "stations": stations,
        "areas": _areas(cells, stations),
        "week": _week(cells, masks, stations, hours),
        "limits": _limits(cells, costs, stations),
        "gaps": _gaps(cells),
        **_siting(cells),
        "lorenz": _lorenz(),
    }
    return Study(
        PARAMETERS,
        (Text("1 个驿站没有坐标，未计入。", "1 station has no position and was left out."),),
        masks,
        _gap_week(frames["areas"], cells, masks),
        **{name: _shaped(frames[name], contract) for name, contract in CONTRACTS.items()},
    )


def _shaped(frame: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    made = build({name: frame[name] for name in frame.columns}, contract)
    return gpd.GeoDataFrame(made, geometry=frame.geometry) if contract.geometry else made


PARAMETERS = {
    "title": "示例规划",
    "made_at": "2026-11-22T12:00:00+08:00",
    "program": "yizhan 0.1.0",
    "straight_m": STRAIGHT_M,
    "walk_s": WALK_S,
    "walk_kmh": 5.0,
    "snap_m": 150.0,
    "week": "2026-11-23",
    "night_slot": week.NIGHT_SLOT,
    "seed": 1,
    "stand_in": "虚构的驿站",
    "stations_source": "stations.xlsx",
    "demand_source": "population.gpkg",
    "demand_unit": "人",
    "streets_source": "streets 2026-11-01",
    "attribution": "© OpenStreetMap contributors",
    "adcodes": ["110901", "110902"],
    "counts": {
        "hidden": 2,
        "unlocated": 1,
        "not_in_service": 1,
        "no_street": 0,
        "unknown_hours": 1,
        "cells": 19,
    },
}


def _cells() -> pd.DataFrame:
    rows = []
    for i, cell in enumerate(sorted(h3.grid_disk(CENTRE, 2))):
        lat, lon = h3.cell_to_latlng(cell)
        code = None if i == 18 else list(AREAS)[i % 3]
        adcode, district, township = AREAS[code] if code else (None, None, None)
        rows.append(
            {
                "demand_id": cell, "lon": lon, "lat": lat, "weight": 0.0 if i == 4 else 10.0 * (i + 1),
                "adcode": adcode, "township_code": code, "district": district, "township": township,
                "area_m2": h3.cell_area(cell, "m^2"), "profile": None,
            }
        )  # fmt: skip
    return build(pd.DataFrame(rows).to_dict("list"), DEMAND)


def _stations() -> pd.DataFrame:
    cells = sorted(h3.grid_disk(CENTRE, 2))
    rows = []
    for letter, at in (("A", 0), ("B", 3), ("C", 9), ("D", None), ("E", 12)):
        lat, lon = h3.cell_to_latlng(cells[at]) if at is not None else (np.nan, np.nan)
        code = list(AREAS)[(at or 0) % 3]
        adcode, district, township = AREAS[code]
        rows.append(
            {
                "station_id": f"s-{letter}", "name": f"{letter} 号驿站 <b>&", "address": None, "adcode": adcode,
                "township_code": code, "district": district, "township": township, "lon": lon, "lat": lat,
                "is_24h": letter == "A", "hours_known": letter != "C",
                "open_hours": {"A": 168.0, "B": 84.0, "D": 40.0, "E": 40.0}.get(letter, np.nan),
                "week_mask": 0.0, "snap_m": np.nan if at is None else 12.5,
                "not_counted": {"D": "unlocated", "E": "not_in_service"}.get(letter),
            }
        )  # fmt: skip
    plain = {name: STATIONS.columns[name] for name in rows[0]}
    return build(pd.DataFrame(rows).to_dict("list"), Contract("stations", plain))


def _hours() -> np.ndarray:
    """Known to be open, shape (5, 336)."""
    hours = np.zeros((5, 336), dtype=bool)
    hours[0] = True
    hours[1] = week.between(8, 20)
    return hours


def _costs(cells: pd.DataFrame, stations: pd.DataFrame) -> dict[str, np.ndarray]:
    """Metres and seconds, shape (19, 5); inf for stations that don't count and the cell without a way."""
    straight = np.full((len(cells), len(stations)), np.inf)
    for j in range(len(stations)):
        if stations["not_counted"][j] is None:
            straight[:, j] = metric.geodesic_m(
                cells["lon"], cells["lat"], stations["lon"][j], stations["lat"][j]
            )
    walk = straight * 1.3 / (5.0 / 3.6)
    walk[17] = np.inf
    return {"straight": straight, "walk": walk}


def _covered(
    cells: pd.DataFrame, stations: pd.DataFrame, hours: np.ndarray, costs: dict[str, np.ndarray]
) -> tuple[np.ndarray, pd.DataFrame]:
    cells = cells.copy()
    day, night = week.between(8, 20), week.between(22, 6)
    sets: list[bytes] = [np.zeros(336, bool).tobytes()]
    unit = {"straight": "m", "walk": "s"}
    for standard, limit in (("straight", STRAIGHT_M), ("walk", WALK_S)):
        cost = costs[standard]
        near = cost <= limit
        best = cost.argmin(axis=1)
        some = np.isfinite(cost.min(axis=1))
        cells[f"{standard}_{unit[standard]}"] = np.where(some, cost.min(axis=1), np.nan)
        cells[f"{standard}_station"] = pd.Series(
            [stations["station_id"][j] if ok else None for j, ok in zip(best, some, strict=True)],
            dtype=object,
        )
        weeks = [np.any(hours[row], axis=0) for row in near]
        maybe = near & ~stations["hours_known"].to_numpy()
        cells[f"{standard}_any"] = near.any(axis=1)
        cells[f"{standard}_0200"] = [bool(w[week.NIGHT_SLOT]) for w in weeks]
        cells[f"{standard}_24h"] = near[:, 0]
        cells[f"{standard}_day"] = [float(w[day].mean()) for w in weeks]
        cells[f"{standard}_night"] = [float(w[night].mean()) for w in weeks]
        cells[f"{standard}_0200_maybe"] = cells[f"{standard}_0200"] | maybe.any(axis=1)
        for w in weeks:
            if w.tobytes() not in sets:
                sets.append(w.tobytes())
        cells[f"{standard}_mask"] = [float(sets.index(w.tobytes())) for w in weeks]
    cells["unreached"] = pd.Series([None] * 17 + ["no_way", None], dtype=object)
    sets += [w.tobytes() for w in hours if w.tobytes() not in sets]
    stations["week_mask"] = [float(sets.index(w.tobytes())) for w in hours]
    return week.pack(np.array([np.frombuffer(s, dtype=bool) for s in sets])), cells


def _gap_week(areas: pd.DataFrame, cells: pd.DataFrame, masks: np.ndarray) -> np.ndarray:
    gaps = np.zeros((len(areas), 2, 336), dtype=np.float32)
    for row, (level, code) in enumerate(zip(areas["level"], areas["code"], strict=True)):
        column = {"all": None, "district": "adcode", "township": "township_code"}[level]
        mine = np.ones(len(cells), bool) if column is None else (cells[column].fillna("") == code).to_numpy()
        for s, standard in enumerate(STANDARDS):
            covered = week.unpack(masks)[cells[f"{standard}_mask"].to_numpy().astype(int)]
            gaps[row, s] = (cells["weight"].to_numpy() * mine) @ ~covered
    return gaps


def _allotted(stations: pd.DataFrame, cells: pd.DataFrame, costs: dict[str, np.ndarray]) -> pd.DataFrame:
    stations = stations.copy()
    weight = cells["weight"].to_numpy()
    for standard, limit in (("straight", STRAIGHT_M), ("walk", WALK_S)):
        near = costs[standard] <= limit
        ids = cells[f"{standard}_station"]
        stations[f"{standard}_demand"] = [float(weight[ids == s].sum()) for s in stations["station_id"]]
        alone = near & (near.sum(axis=1) == 1)[:, None]
        stations[f"{standard}_alone"] = [float(weight[alone[:, j]].sum()) for j in range(len(stations))]
    return stations


def _areas(cells: pd.DataFrame, stations: pd.DataFrame) -> pd.DataFrame:
    rows = [_area("all", "all", "全部", None, cells, stations)]
    for level, column, name, parent in (
        ("district", "adcode", "district", None),
        ("township", "township_code", "township", "adcode"),
    ):
        for code in ["", *sorted(set(cells[column].dropna()))]:
            mine = cells[cells[column].isna() if code == "" else cells[column] == code]
            there = stations[stations[column].isna() if code == "" else stations[column] == code]
            first = mine.iloc[0]
            rows.append(_area(level, code, first[name] or "", first[parent] if parent else None, mine, there))
    frame = pd.DataFrame(rows)
    whole = frame.iloc[0]
    for standard in STANDARDS:
        for moment in INSTANTS:
            frame[f"{standard}_{moment}_gap_share"] = (
                frame[f"{standard}_{moment}_gap"] / whole[f"{standard}_{moment}_gap"]
            )
    return frame


def _area(
    level: str, code: str, name: str, parent: str | None, cells: pd.DataFrame, stations: pd.DataFrame
) -> dict[str, object]:
    counting = stations[stations["not_counted"].isna()]
    weight = cells["weight"]
    row: dict[str, object] = {
        "level": level, "code": code, "name": name, "parent": parent, "cells": float(len(cells)),
        "area_m2": cells["area_m2"].sum(), "demand": weight.sum(), "stations": float(len(counting)),
        "stations_24h": float(counting["is_24h"].sum()),
        "stations_unknown": float((~counting["hours_known"]).sum()),
        "demand_per_station": weight.sum() / len(counting) if len(counting) else np.nan,
        "unreached_demand": weight[cells["unreached"].notna()].sum(),
    }  # fmt: skip
    for standard, unit in (("straight", "m"), ("walk", "s")):
        for moment in ("any", "day", "night", "0200", "24h", "0200_maybe"):
            row[f"{standard}_{moment}_share"] = (cells[f"{standard}_{moment}"] * weight).sum() / weight.sum()
        for moment in INSTANTS:
            row[f"{standard}_{moment}_gap"] = weight[~cells[f"{standard}_{moment}"]].sum()
        cost = cells[f"{standard}_{unit}"].dropna().sort_values()
        w = weight[cost.index]
        row[f"{standard}_mean_{unit}"] = (cost * w).sum() / w.sum()
        row[f"{standard}_p90_{unit}"] = cost[w.cumsum() >= 0.9 * w.sum()].iloc[0]
        row[f"{standard}_gini"] = 0.5
    return row


def _week(cells: pd.DataFrame, masks: np.ndarray, stations: pd.DataFrame, hours: np.ndarray) -> pd.DataFrame:
    counting = stations["not_counted"].isna().to_numpy()
    weight = cells["weight"].to_numpy()
    frame = pd.DataFrame({"slot": np.arange(336.0), "weekday": np.arange(336.0) // 48})
    frame["time"] = [week.clock(s) for s in range(336)]
    frame["date"] = [f"2026-11-{23 + s // 48}" for s in range(336)]
    frame["demand"] = weight.sum()
    frame["stations_open"] = hours[counting].sum(axis=0).astype(float)
    for standard in STANDARDS:
        covered = week.unpack(masks)[cells[f"{standard}_mask"].to_numpy().astype(int)]
        maybe = (cells[f"{standard}_0200_maybe"] & ~cells[f"{standard}_0200"]).to_numpy()
        frame[f"{standard}_share"] = weight @ covered / weight.sum()
        frame[f"{standard}_maybe_share"] = weight @ (covered | maybe[:, None]) / weight.sum()
    return frame


def _limits(cells: pd.DataFrame, costs: dict[str, np.ndarray], stations: pd.DataFrame) -> pd.DataFrame:
    rows = []
    weight = cells["weight"].to_numpy()
    night = stations["is_24h"].to_numpy()
    for standard, limit, speed in (
        ("straight", 300.0, np.nan), ("straight", 1000.0, np.nan), ("walk", 300.0, 5.0), ("walk", 300.0, 4.0),
    ):  # fmt: skip
        near = costs[standard] <= limit * (1.0 if speed != 4.0 else 0.8)
        rows.append(
            {
                "standard": standard, "limit": limit, "speed_kmh": speed, "is_norm": limit == 300.0 and speed != 4.0,
                "any_share": weight[near.any(axis=1)].sum() / weight.sum(),
                "0200_share": weight[near[:, night].any(axis=1)].sum() / weight.sum(),
                "24h_share": weight[near[:, night].any(axis=1)].sum() / weight.sum(),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _gaps(cells: pd.DataFrame) -> gpd.GeoDataFrame:
    """One polygon for each standard and moment: all its uncovered cells."""
    rows, shapes = [], []
    for standard in STANDARDS:
        for moment in INSTANTS:
            out = cells[~cells[f"{standard}_{moment}"]]
            shape = shapely.union_all(
                [shapely.Polygon([(x, y) for y, x in h3.cell_to_boundary(c)]) for c in out["demand_id"]],
                grid_size=1e-7,
            )
            inside = shape.representative_point()
            first = out.iloc[out["weight"].to_numpy().argmax()]
            rows.append(
                {
                    "gap_id": f"{standard}-{moment}-1", "standard": standard, "moment": moment, "rank": 1.0,
                    "demand": out["weight"].sum(), "gap_share": 1.0,
                    "demand_share": out["weight"].sum() / cells["weight"].sum(), "cells": float(len(out)),
                    "area_m2": out["area_m2"].sum(),
                    "straight_m": np.average(out["straight_m"], weights=out["weight"]),
                    "walk_s": np.average(out["walk_s"].dropna(), weights=out["weight"][out["walk_s"].notna()]),
                    "unreached_demand": out["weight"][out["unreached"].notna()].sum(),
                    "station": first[f"{standard}_station"], "adcode": first["adcode"],
                    "township_code": first["township_code"], "district": first["district"],
                    "township": first["township"], "lon": inside.x, "lat": inside.y,
                }
            )  # fmt: skip
            shapes.append(shape)
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=shapes, crs="EPSG:4326")


def _siting(cells: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Two sites by walking regardless of hours, one station to open 24 hours."""
    total = cells["weight"].sum()
    covered = cells["weight"][cells["walk_any"]].sum()
    at_night = cells["weight"][cells["walk_0200"]].sum()
    sites = [
        {
            "site_id": f"door-{n}", "name": "", "kind": "door", "standard": "walk", "moment": "any", "rank": float(n),
            "lon": cells["lon"][at], "lat": cells["lat"][at], "adcode": cells["adcode"][at],
            "township_code": cells["township_code"][at], "district": cells["district"][at],
            "township": cells["township"][at], "street_facing": "yes", "gain": gain,
            "covered": covered + sum((150.0, 100.0)[:n]), "share": (covered + sum((150.0, 100.0)[:n])) / total,
            "served": gain, "mean_cost": 120.0,
        }
        for n, at, gain in ((1, 15, 150.0), (2, 10, 100.0))
    ]  # fmt: skip
    curve = [
        {
            "standard": "walk", "moment": "any", "n": float(n), "covered": covered + gain,
            "share": (covered + gain) / total, "bound": covered + gain, "proved": True,
        }
        for n, gain in enumerate((0.0, 150.0, 250.0))
    ]  # fmt: skip
    extend = [
        {
            "station_id": "s-B", "standard": "walk", "moment": "0200", "rank": 1.0, "gain": 40.0,
            "covered": at_night + 40.0, "share": (at_night + 40.0) / total, "bound": at_night + 40.0,
        }
    ]  # fmt: skip
    served = [
        {
            "demand_id": cells["demand_id"][at],
            "standard": "walk",
            "moment": "any",
            "site_id": f"door-{n}",
            "cost": 120.0,
        }
        for n, at in ((1, 15), (2, 10))
    ]
    after = covered + 150.0
    least = [
        {
            "standard": "walk", "moment": "any", "target": after / total, "n": 1.0, "at_least": 1.0, "reachable": True,
            "proved": True, "covered": after, "share": after / total,
        }
    ]  # fmt: skip
    parts = {"sites": sites, "curve": curve, "extend": extend, "served": served, "least": least}
    parts["least_sites"] = sites[:1]
    return {name: pd.DataFrame(rows) for name, rows in parts.items()}


def _lorenz() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "standard": "walk", "level": "all", "code": "all",
            "demand_share": [0.0, 0.5, 1.0], "station_share": [0.0, 0.0, 1.0],
        }
    )  # fmt: skip
