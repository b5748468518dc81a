"""A study made by hand for tests of files: six hexagons of two townships, three stations, one gap, two sites."""

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import shapely

from geo import study as studies
from geo import week
from geo.study import CONTRACTS, Study
from geo.texts import Text

CENTRE = (39.9, 116.4)
EVIL = '=HYPERLINK("http://x","点")'


def parameters(**changes):
    return {
        "title": "虚构市驿站覆盖",
        "made_at": "2026-11-23T08:00:00+08:00",
        "program": "yizhan 0",
        "straight_m": 1000,
        "walk_s": 900,
        "walk_kmh": 5.0,
        "snap_m": 150,
        "week": "2026-11-23",
        "night_slot": 100,
        "seed": 7,
        "stand_in": "",
        "stations_source": "stations.xlsx",
        "demand_source": "townships.gpkg（population）",
        "demand_unit": "人",
        "streets_source": "town.osm.pbf 2026-01-01",
        "attribution": "© OpenStreetMap contributors",
        "adcodes": ["110101"],
        "counts": {"public": 3, "hidden": 2},
    } | changes


def filled(frame, count, /, **columns):
    """A frame of a contract with zeros, empty texts and False where nothing is said."""
    kinds = {"text": (None, object), "number": (0.0, float), "flag": (False, bool), "any": (None, object)}
    made = {}
    for column, told in CONTRACTS[frame].columns.items():
        value, dtype = kinds[told.kind]
        if told.kind == "text" and told.required:
            value = ""
        made[column] = pd.Series([value] * count, dtype=dtype)
        if column in columns:
            made[column] = pd.Series(columns[column], dtype=dtype)
    return pd.DataFrame(made)


def study(**changes):
    ids = sorted(h3.grid_disk(h3.latlng_to_cell(*CENTRE, 9), 1))[:6]
    at = np.array([h3.cell_to_latlng(i) for i in ids])
    towns = ["110101001"] * 4 + ["110101002"] * 2
    cells = filled(
        "cells", 6, demand_id=ids, lon=at[:, 1], lat=at[:, 0], weight=[100.0, 50, 25, 25, 200, 0],
        adcode=["110101"] * 6, township_code=towns, district=["东城区"] * 6,
        township=["东华门街道"] * 4 + ["景山街道"] * 2, straight_m=[100.0, 200, 900, 1000, 1500, np.nan],
        walk_s=[80.0, 160, 700, 950, np.nan, np.nan], walk_station=["a", "a", "b", "b", None, None],
        straight_station=["a", "a", "b", "b", "b", None], unreached=[None] * 4 + ["no_way", "no_street"],
        walk_any=[True, True, True, False, False, False], walk_0200=[True, False, False, False, False, False],
        walk_mask=[1.0, 0, 0, 0, 0, 0],
    )  # fmt: skip
    stations = filled(
        "stations", 3, station_id=["a", "b", "c"], name=[EVIL, "乙站", "丙站"], lon=[116.4, 116.41, np.nan],
        lat=[39.9, 39.9, np.nan], is_24h=[True, False, False], hours_known=[True, False, True],
        open_hours=[168.0, np.nan, 40], not_counted=[None, None, "unlocated"], walk_demand=[150.0, 50, 0],
        adcode=["110101"] * 3,
    )  # fmt: skip
    areas = filled(
        "areas", 4, level=["all", "district", "township", "township"],
        code=["all", "110101", "110101001", "110101002"], name=["", "东城区", "东华门街道", "景山街道"],
        parent=[None, None, "110101", "110101"], cells=[6.0, 6, 4, 2], demand=[400.0, 400, 200, 200],
        stations=[2.0, 2, 2, 0], stations_24h=[1.0, 1, 1, 0], demand_per_station=[200.0, 200, 100, np.nan],
        walk_any_share=[0.4375, 0.4375, 0.875, 0.0], walk_0200_share=[0.25, 0.25, 0.5, 0.0],
        walk_mean_s=[150.0, 150, 150, np.nan],
    )  # fmt: skip
    slots = np.arange(336)
    hours = filled(
        "week", 336, slot=slots, weekday=slots // 48, time=[week.clock(s) for s in slots],
        date=[f"2026-11-{23 + s // 48}" for s in slots], demand=np.full(336, 400.0),
        walk_share=np.where(slots % 48 < 16, 0.25, 0.4375), straight_share=np.full(336, 0.5),
    )  # fmt: skip
    outline = shapely.Polygon([(y, x) for x, y in h3.cell_to_boundary(ids[4])])
    gaps = gpd.GeoDataFrame(
        filled("gaps", 1, gap_id=["walk-any-1"], standard=["walk"], moment=["any"], rank=[1.0], demand=[200.0],
               gap_share=[0.888], lon=[at[4, 1]], lat=[at[4, 0]]),
        geometry=[outline], crs="EPSG:4326",
    )  # fmt: skip
    sites = filled(
        "sites", 2, site_id=["node/1", "grid-2"], name=["某银行", ""], kind=["host", "grid"],
        standard=["walk"] * 2, moment=["any"] * 2, rank=[1.0, 2], lon=at[4:, 1], lat=at[4:, 0],
        street_facing=["yes", "unknown"], gain=[200.0, 25], covered=[375.0, 400], share=[0.9375, 1.0],
        served=[200.0, 25],
    )  # fmt: skip
    served = filled(
        "served", 2, demand_id=[ids[4], ids[3]], standard=["walk"] * 2, moment=["any"] * 2,
        site_id=["node/1", "grid-2"], cost=[60.0, 300],
    )  # fmt: skip
    curve = filled(
        "curve", 3, standard=["walk"] * 3, moment=["any"] * 3, n=[0.0, 1, 2], covered=[175.0, 375, 400],
        share=[0.4375, 0.9375, 1.0], bound=[175.0, 375, 400], proved=[True, True, True],
    )  # fmt: skip
    limits = filled(
        "limits", 2, standard=["straight", "walk"], limit=[1000.0, 900], speed_kmh=[np.nan, 5.0],
        is_norm=[True, True], any_share=[0.5, 0.4375],
    )  # fmt: skip
    masks = week.pack(np.array([np.zeros(336, bool), np.ones(336, bool)]))
    made = {
        "parameters": parameters(),
        "notes": (Text("两处驿站没有坐标。", "Two stations have no position."),),
        "masks": masks,
        "cells": cells,
        "stations": stations,
        "areas": areas,
        "week": hours,
        "limits": limits,
        "gaps": gaps,
        "sites": sites,
        "curve": curve,
        "served": served,
    }
    empty = {name: filled(name, 0) for name in CONTRACTS}
    made = empty | made | changes
    return Study(gap_week=np.zeros((len(made["areas"]), 2, 336), np.float32), **made)


def bare(**changes):
    """A study without demand, stations or anything else."""
    frames = {name: filled(name, 0) for name in studies.CONTRACTS}
    frames["gaps"] = gpd.GeoDataFrame(frames["gaps"], geometry=gpd.GeoSeries([], crs="EPSG:4326"))
    return study(**(frames | changes))
