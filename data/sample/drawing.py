"""A plan of a place in local metres that becomes an OSM file: points, lines, areas, each with tags.

Places are given as (x, y), metres east and north of the plan's origin. What touches is joined: a street that
ends on another one shares a node with it; a gate on a wall and a door on a facade are nodes of theirs.
"""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import osmium
import pyproj
from osmium.osm.mutable import Node, Relation, Way

ORIGIN_LON: Final = 114.90
ORIGIN_LAT: Final = 43.30
"""Open grassland: nothing of what is drawn stands there."""

FIRST_ID: Final = 900_000_000_000
"""Far above the ids of real objects (about 14 thousand million nodes in 2026)."""

STAMP: Final = "2026-01-01T00:00:00Z"
GENERATOR: Final = "yizhan 示例（虚构） invented sample"
_JOIN_M: Final = 0.02

Place = tuple[float, float]


class Line(NamedTuple):
    """A way: its corners in order (the last equals the first when closed) and its tags."""

    corners: tuple[Place, ...]
    tags: dict[str, str]


class Ringed(NamedTuple):
    """A multipolygon: positions of its outer and inner ways in ``Drawing.lines``, and its tags."""

    outer: int
    inner: int
    tags: dict[str, str]


@dataclass
class Drawing:
    """What has been drawn so far."""

    lines: list[Line] = field(default_factory=list)
    points: dict[Place, dict[str, str]] = field(default_factory=dict)
    ringed: list[Ringed] = field(default_factory=list)

    def line(self, *corners: Place, **tags: str) -> None:
        """Draw a line."""
        self.lines.append(Line(tuple(map(_rounded, corners)), _plain(tags)))

    def area(self, *corners: Place, **tags: str) -> None:
        """Draw a closed line."""
        self.line(*corners, corners[0], **tags)

    def box(self, west: float, south: float, east: float, north: float, **tags: str) -> None:
        """Draw a rectangle along the axes."""
        self.area((west, south), (east, south), (east, north), (west, north), **tags)

    def courtyard(
        self, west: float, south: float, east: float, north: float, wing_m: float, **tags: str
    ) -> None:
        """Draw a building around a courtyard: a multipolygon of two rectangles, ``wing_m`` apart."""
        self.box(west, south, east, north)
        self.box(west + wing_m, south + wing_m, east - wing_m, north - wing_m)
        self.ringed.append(Ringed(len(self.lines) - 2, len(self.lines) - 1, _plain(tags)))

    def point(self, at: Place, **tags: str) -> None:
        """Draw a node with tags."""
        self.points[_rounded(at)] = _plain(tags)

    def joined(self) -> "Drawing":
        """Copy the plan with the nodes that touching objects share.

        Streets at grade take up the corners of other streets at grade that lie on them; streets, barriers and
        buildings take up the points that lie on them.
        """
        corners = {c for line in self.lines if _at_grade(line) for c in line.corners}
        points = np.array(sorted(self.points), dtype=float).reshape(-1, 2)
        streets = np.array(sorted(corners | set(self.points)), dtype=float).reshape(-1, 2)

        def joined(line: Line) -> Line:
            if _at_grade(line):
                return Line(_with(line.corners, streets), line.tags)
            solid = "barrier" in line.tags or "building" in line.tags
            return Line(_with(line.corners, points), line.tags) if solid else line

        lines = [joined(line) for line in self.lines]
        return Drawing(lines, dict(self.points), list(self.ringed))


def to_wgs84(x: Any, y: Any) -> tuple[Any, Any]:
    """Place local metres on the earth: longitude and latitude, degrees, of the shape given."""
    lon, lat = _projection()(np.asarray(x, dtype=float), np.asarray(y, dtype=float), inverse=True)
    return lon, lat


def write_pbf(path: Path, drawing: Drawing, shifts: Iterable[Place]) -> None:
    """Write a plan as ``.osm.pbf``, once per shift; the same plan gives the same bytes.

    Parameters
    ----------
    path
        Overwritten when it exists.
    drawing
        The plan, joined.
    shifts
        Where copies of it stand, metres east and north.
    """
    copies = list(shifts)
    places = list(dict.fromkeys([*(c for line in drawing.lines for c in line.corners), *drawing.points]))
    number = {place: i for i, place in enumerate(places)}
    xy = np.array(places, dtype=float)
    header = osmium.io.Header()
    header.set("generator", GENERATOR)
    header.set("osmosis_replication_timestamp", STAMP)
    path.unlink(missing_ok=True)
    with osmium.SimpleWriter(str(path), header=header) as writer:
        for copy, (dx, dy) in enumerate(copies):
            lon, lat = to_wgs84(xy[:, 0] + dx, xy[:, 1] + dy)
            first = FIRST_ID + copy * len(places)
            for i, place in enumerate(places):
                tags = drawing.points.get(place, {})
                at = (round(float(lon[i]), 7), round(float(lat[i]), 7))
                writer.add_node(Node(id=first + i, location=at, tags=tags, version=1, timestamp=STAMP))
        for copy in range(len(copies)):
            first = FIRST_ID + copy * len(places)
            for i, line in enumerate(drawing.lines):
                nodes = [first + number[c] for c in line.corners]
                way_id = _way_id(drawing, copy, i)
                writer.add_way(Way(id=way_id, nodes=nodes, tags=line.tags, version=1, timestamp=STAMP))
        for copy in range(len(copies)):
            for relation in _relations(drawing, copy):
                writer.add_relation(relation)


def _relations(drawing: Drawing, copy: int) -> Iterator[Any]:
    for i, area in enumerate(drawing.ringed):
        members = [("w", _way_id(drawing, copy, getattr(area, role)), role) for role in ("outer", "inner")]
        tags = {"type": "multipolygon"} | area.tags
        relation_id = FIRST_ID + copy * len(drawing.ringed) + i
        yield Relation(id=relation_id, members=members, tags=tags, version=1, timestamp=STAMP)


def _way_id(drawing: Drawing, copy: int, position: int) -> int:
    return FIRST_ID + copy * len(drawing.lines) + position


def _projection() -> pyproj.Proj:
    return pyproj.Proj(proj="tmerc", lon_0=ORIGIN_LON, lat_0=ORIGIN_LAT, ellps="WGS84")


def _rounded(place: Place) -> Place:
    return round(place[0], 2), round(place[1], 2)


def _plain(tags: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in tags.items() if value}


def _at_grade(line: Line) -> bool:
    return "highway" in line.tags and "layer" not in line.tags


def _with(corners: tuple[Place, ...], candidates: np.ndarray) -> tuple[Place, ...]:
    """Insert the candidates that lie on a line into it, in order."""
    taken: list[Place] = [corners[0]]
    for start, end in itertools.pairwise(corners):
        a, b = np.array(start), np.array(end)
        length = float(np.hypot(*(b - a)))
        along = (candidates - a) @ (b - a) / max(length, 1e-9)
        off = np.abs((candidates - a) @ np.array([-(b - a)[1], (b - a)[0]])) / max(length, 1e-9)
        on = (off < _JOIN_M) & (along > _JOIN_M) & (along < length - _JOIN_M)
        for i in np.flatnonzero(on)[np.argsort(along[on], kind="stable")]:
            taken.append((float(candidates[i, 0]), float(candidates[i, 1])))
        taken.append(end)
    return tuple(taken)
