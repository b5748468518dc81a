"""Random small scenes around one station, drawn from seeds, and many of them on one map for the rule."""

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import affinity

from geo.frames import STREET_LAYERS
from geo.frontage import StreetMap, verdicts

CRS = 4548  # CGCS2000 / 3-degree Gauss-Kruger, central meridian 117 degrees east
ORIGIN_M = (500_000.0, 4_400_000.0)
APART_M = 2_000.0

ROADS = [
    {"highway": "residential", "name": "A"},
    {"highway": "secondary", "name": "B"},
    {"highway": "tertiary"},
    {"highway": "primary", "lanes": 3.0},
    {"highway": "unclassified", "width_m": 9.0},
    {"highway": "living_street"},
    {"highway": "pedestrian"},
    {"highway": "trunk"},
    {"highway": "service", "service": "alley", "name": "C"},
]
OTHER_WAYS = [
    {"highway": "service"},
    {"highway": "service", "service": "alley"},
    {"highway": "footway"},
    {"highway": "footway", "footway": "sidewalk"},
    {"highway": "path"},
    {"highway": "motorway"},
    {"highway": "trunk", "motorroad": "yes"},
    {"highway": "secondary_link"},
]
ACCESS = [
    {"access": "private"},
    {"access": "permissive"},
    {"access": "yes"},
    {"access": "no", "foot": "yes"},
    {"access": "destination"},
    {"foot": "no"},
    {"foot": "no", "sidewalk": "separate"},
    {"foot": "permissive"},
    {"bridge": True, "layer": 1.0},
    {"tunnel": True},
]
GATES = [
    {"barrier": "gate"},
    {"barrier": "gate", "access": "yes"},
    {"barrier": "gate", "access": "private"},
    {"barrier": "lift_gate", "access": "private", "foot": "yes"},
    {"barrier": "gate", "access": "customers"},
    {"barrier": "gate", "locked": "yes"},
    {"barrier": "bollard"},
    {"entrance": "yes"},
    {"barrier": "gate", "access": "residents"},
]


class Pen:
    """Draws one scene in local metres around its station."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.drawn = {name: [] for name in STREET_LAYERS}

    def chance(self, share):
        return self.rng.random() < share

    def pick(self, options):
        return options[self.rng.integers(len(options))]

    def put(self, layer, shape, /, **tags):
        number = len(self.drawn[layer])
        row = {"osm_id": f"way/{number}"} | tags
        self.drawn[layer].append((row, shape))

    def across(self, nearest, farthest, bent=0.3):
        """A long line past the station at a distance, sometimes bent or short."""
        offset, turn = self.rng.uniform(nearest, farthest), self.rng.uniform(0, 360)
        if self.chance(0.5):
            turn = 90 * self.rng.integers(4) + self.rng.uniform(-4, 4)
        reach = self.rng.uniform(8, 60, 2) if self.chance(0.25) else self.rng.uniform(90, 150, 2)
        xy = [(-reach[0], offset), (reach[1], offset)]
        if self.chance(bent):
            xy.insert(1, (self.rng.uniform(-10, 10), offset + self.rng.uniform(-6, 6)))
        return affinity.rotate(shapely.LineString(xy), turn, origin=(0, 0))

    def box(self, cx, cy, low, high):
        w, h = self.rng.uniform(low, high, 2)
        shape = shapely.box(cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2)
        if self.chance(0.2):
            shape = shape.difference(shapely.box(cx, cy, cx + w, cy + h * 0.8))
        return affinity.rotate(shape, self.rng.uniform(0, 90), origin=(cx, cy))

    def street(self):
        tags = self.pick(ROADS) if self.chance(0.7) else self.pick(OTHER_WAYS)
        if self.chance(0.25):
            tags = tags | self.pick(ACCESS)
        self.put("streets", self.across(5, 75), **tags)

    def houses(self):
        if self.chance(0.7):
            at = self.rng.uniform(-6, 6, 2)
            self.put("buildings", self.box(*at, 8, 26), building="yes")
            if self.chance(0.03):
                self.put("buildings", self.box(*at, 50, 80), building="yes")
        for _ in range(self.rng.integers(0, 4)):
            house = self.box(*self.rng.uniform(-45, 45, 2), 6, 30)
            if not any(house.intersects(other) for _, other in self.drawn["buildings"]):
                self.put("buildings", house, building="roof" if self.chance(0.08) else "yes")

    def barriers(self):
        for _ in range(self.pick([0, 0, 1, 1, 2])):
            line = self.across(4, 40)
            self.put("barriers", line, barrier="kerb" if self.chance(0.08) else self.pick(["wall", "fence"]))
            self.gates(line)

    def gates(self, line):
        for _ in range(self.pick([0, 0, 1, 2])):
            middle = line.project(shapely.Point(0, 0)) / line.length
            share = np.clip(middle + self.rng.normal(0, 0.12), 0, 1)
            self.put("gates", line.interpolate(share, normalized=True), **self.pick(GATES))
        if self.chance(0.2):
            kind = self.pick(GATES)
            for share in np.linspace(0.2, 0.8, int(line.length // 4)):
                self.put("gates", line.interpolate(share, normalized=True), **kind)

    def compounds(self):
        if self.chance(0.35):
            area = self.box(*self.rng.uniform(-20, 20, 2), 25, 150)
            self.put("compounds", area, kind="school", closed=self.pick(["yes", "no", "unknown"]))
            self.gates(area.exterior)

    def doors(self):
        for _, house in self.drawn["buildings"]:
            if self.chance(0.15):
                at = house.exterior.interpolate(self.rng.random(), normalized=True)
                self.put("entrances", at, entrance="yes")

    def paths(self):
        if self.chance(0.3) and self.drawn["streets"]:
            start = shapely.Point(self.rng.uniform(-30, 30, 2))
            way = self.pick(self.drawn["streets"])[1]
            corner = shapely.Point(self.rng.uniform(-40, 40, 2))
            end = way.interpolate(way.project(corner))
            self.put("streets", shapely.LineString([start, corner, end]), **self.pick(OTHER_WAYS[:5]))

    def station(self):
        rng = self.rng
        told = {
            "position_kind": self.pick(["building"] * 6 + ["entrance", "address", "unknown"]),
            "accuracy_m": self.pick([np.nan, np.nan, 5.0, 3.0, 0.0, 15.0, 50.0]),
            "floor": self.pick([np.nan] * 9 + [1.0] * 4 + [2.0, -1.0]),
            "snap_building": not self.chance(0.2),
            "layer": -1.0 if self.chance(0.03) else 0.0,
        }
        facts = ("street_door", "in_compound", "registration_required", "guarded", "lift")
        for fact in facts:
            told[f"visited_{fact}"] = self.pick(["yes", "no"]) if self.chance(0.02) else None
        for fact in facts[:3]:
            told[f"declared_{fact}"] = self.pick(["yes", "no", "unknown"]) if self.chance(0.05) else None
        told["visited_on"] = "2026-05-01" if any(told[f"visited_{f}"] for f in facts) else None
        return told, shapely.Point(rng.uniform(-4, 4, 2))


def scene(seed):
    """Draw the scene of a seed: the station's columns, its point, the layers as lists of (columns, shape)."""
    pen = Pen(seed)
    for _ in range(pen.rng.integers(1, 4)):
        pen.street()
    for draw in (pen.houses, pen.barriers, pen.compounds, pen.doors, pen.paths):
        draw()
    if pen.chance(0.15):
        water = pen.across(10, 40)
        pen.put("obstacles", water.buffer(3) if pen.chance(0.5) else water, kind=pen.pick(["water", "rail"]))
    told, here = pen.station()
    return told, here, pen.drawn


_DEFAULT = {"text": None, "number": np.nan, "flag": False, "any": None}


def frame(layer, things, shift=(0.0, 0.0)):
    """Frame of one layer that fulfils its contract."""
    contract = STREET_LAYERS[layer]
    columns = {}
    for name, column in contract.columns.items():
        default = 0.0 if name == "layer" else _DEFAULT[column.kind]
        kind = {"flag": bool, "number": float}.get(column.kind, object)
        columns[name] = pd.Series([row.get(name, default) for row, _ in things], dtype=kind)
    shapes = [affinity.translate(s, ORIGIN_M[0] + shift[0], ORIGIN_M[1] + shift[1]) for _, s in things]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)


def on_one_map(scenes):
    """Lay scenes out kilometres apart: their stations, and their layers by name."""
    side = math.ceil(math.sqrt(len(scenes)))
    shifts = [(APART_M * (i % side), APART_M * (i // side)) for i in range(len(scenes))]
    layers = {}
    for name in STREET_LAYERS:
        parts = [frame(name, s[2][name], at) for s, at in zip(scenes, shifts, strict=True) if s[2][name]]
        if parts:
            layers[name] = pd.concat(parts, ignore_index=True)
            layers[name]["osm_id"] = [f"way/{i}" for i in range(len(layers[name]))]
    points = [
        affinity.translate(s[1], ORIGIN_M[0] + x, ORIGIN_M[1] + y)
        for s, (x, y) in zip(scenes, shifts, strict=True)
    ]
    return gpd.GeoDataFrame([s[0] for s in scenes], geometry=points, crs=CRS), layers


def by_rule(scenes, parameters):
    """Judge all scenes on one map in one batch."""
    stations, layers = on_one_map(scenes)
    return verdicts(stations, StreetMap.from_layers(layers, CRS), parameters)
