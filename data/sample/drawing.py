"""A plan of a place in local metres that becomes an OSM file: points, lines, areas, each with tags.

Places are given as (x, y), metres east and north of the plan's origin. What touches is joined: a street that
ends on another one shares a node with it; a gate on a wall and a door on a facade are nodes of theirs.
"""

import itertools
import math
from collections import Counter
from collections.abc import Iterator, Sequence
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
_FENCE_AWAY_M: Final = 75.0
_FENCE_OUT_M: Final = 1.0

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

    def split(self) -> "Drawing":
        """Copy the plan with every street cut where it meets another one, as networks are counted."""
        streets = [line for line in self.lines if "highway" in line.tags]
        met = Counter(corner for line in streets for corner in set(line.corners))
        pieces = [
            Line(piece, line.tags)
            for line in streets
            for piece in _cut(line.corners, {corner for corner, n in met.items() if n > 1})
        ]
        moved = {id(line): i for i, line in enumerate(x for x in self.lines if "highway" not in x.tags)}
        ringed = [
            Ringed(moved[id(self.lines[area.outer])], moved[id(self.lines[area.inner])], area.tags)
            for area in self.ringed
        ]
        others = [line for line in self.lines if "highway" not in line.tags]
        return Drawing([*others, *pieces], dict(self.points), ringed)

    def fenced(self, count: int, away_from: Sequence[Place]) -> "Drawing":
        """Copy the plan with fences around ``count`` rectangular houses, none near the places given.

        Raises
        ------
        ValueError
            There are fewer such houses.
        """
        houses = [line.corners for line in self.lines if "building" in line.tags and len(line.corners) == 5]
        lone = [corners for corners in houses if _clear_m(corners, away_from) > _FENCE_AWAY_M]
        if count > len(lone):
            raise ValueError(
                f"{count} fences asked, only {len(lone)} houses stand apart; ask for more buildings"
            )
        fenced = Drawing(list(self.lines), dict(self.points), list(self.ringed))
        for corners in lone[: max(count, 0)]:
            x, y = [c[0] for c in corners], [c[1] for c in corners]
            west, south, east, north = min(x), min(y), max(x), max(y)
            out = _FENCE_OUT_M
            fenced.box(west - out, south - out, east + out, north + out, barrier="fence")
        return fenced

    def bare(self) -> "Drawing":
        """Copy the plan without buildings, doors and compounds: the streets and what else is long."""
        lines = [line for line in self.lines if line.tags.keys() & {"highway", "waterway", "railway"}]
        return Drawing(lines)


def to_wgs84(x: Any, y: Any) -> tuple[Any, Any]:
    """Place local metres on the earth: longitude and latitude, degrees, of the shape given."""
    lon, lat = _projection()(np.asarray(x, dtype=float), np.asarray(y, dtype=float), inverse=True)
    return lon, lat


def write_pbf(path: Path, copies: Sequence[tuple[Drawing, Place]]) -> None:
    """Write plans as ``.osm.pbf``; the same plans give the same bytes.

    Parameters
    ----------
    path
        Overwritten when it exists.
    copies
        The plans, joined, each with where its origin stands, metres east and north. Every copy gets ids of
        its own.
    """
    header = osmium.io.Header()
    header.set("generator", GENERATOR)
    header.set("osmosis_replication_timestamp", STAMP)
    numbered = list(_numbered(copies))
    with osmium.SimpleWriter(str(path), header=header, overwrite=True) as writer:
        for drawing, place, first in numbered:
            _write_nodes(writer, drawing, place, first.node)
        for drawing, _, first in numbered:
            number = {place: first.node + i for i, place in enumerate(_places(drawing))}
            for i, line in enumerate(drawing.lines):
                nodes = [number[corner] for corner in line.corners]
                writer.add_way(Way(id=first.way + i, nodes=nodes, tags=line.tags, version=1, timestamp=STAMP))
        for drawing, _, first in numbered:
            for i, area in enumerate(drawing.ringed):
                members = [("w", first.way + getattr(area, role), role) for role in ("outer", "inner")]
                tags = {"type": "multipolygon"} | area.tags
                writer.add_relation(
                    Relation(id=first.relation + i, members=members, tags=tags, version=1, timestamp=STAMP)
                )


class _First(NamedTuple):
    """The first ids of a copy."""

    node: int
    way: int
    relation: int


def _numbered(copies: Sequence[tuple[Drawing, Place]]) -> Iterator[tuple[Drawing, Place, _First]]:
    first = _First(FIRST_ID, FIRST_ID, FIRST_ID)
    for drawing, place in copies:
        yield drawing, place, first
        first = _First(
            first.node + len(_places(drawing)),
            first.way + len(drawing.lines),
            first.relation + len(drawing.ringed),
        )


def _write_nodes(writer: Any, drawing: Drawing, place: Place, first: int) -> None:
    places = _places(drawing)
    xy = np.array(places, dtype=float) + place
    lon, lat = to_wgs84(xy[:, 0], xy[:, 1])
    at = zip(np.round(lon, 7).tolist(), np.round(lat, 7).tolist(), strict=True)
    for i, (corner, location) in enumerate(zip(places, at, strict=True)):
        tags = drawing.points.get(corner, {})
        writer.add_node(Node(id=first + i, location=location, tags=tags, version=1, timestamp=STAMP))


def _places(drawing: Drawing) -> list[Place]:
    """Every place of a plan once, in the order in which its nodes are numbered."""
    return list(dict.fromkeys([*(c for line in drawing.lines for c in line.corners), *drawing.points]))


def _projection() -> pyproj.Proj:
    return pyproj.Proj(proj="tmerc", lon_0=ORIGIN_LON, lat_0=ORIGIN_LAT, ellps="WGS84")


def _rounded(place: Place) -> Place:
    return round(place[0], 2), round(place[1], 2)


def _clear_m(corners: tuple[Place, ...], places: Sequence[Place]) -> float:
    """Distance from the nearest corner to the nearest place, metres; inf when there are no places."""
    return min((math.dist(c, place) for c in corners for place in places), default=math.inf)


def _plain(tags: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in tags.items() if value}


def _at_grade(line: Line) -> bool:
    return "highway" in line.tags and "layer" not in line.tags


def _cut(corners: tuple[Place, ...], at: set[Place]) -> Iterator[tuple[Place, ...]]:
    """Cut a line at its inner corners that are among ``at``."""
    begun = 0
    for i in range(1, len(corners)):
        if i == len(corners) - 1 or corners[i] in at:
            yield corners[begun : i + 1]
            begun = i


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
