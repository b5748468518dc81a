"""An ``.osm.pbf`` file as a stream of layer rows, and what is wrong with a file that cannot be read.

Two passes: ``survey`` reads the whole file once without touching anything (a broken file is found before a
database is), then ``read`` yields the rows. Node locations are kept in memory, 16 bytes each.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson
import osmium
import shapely
from shapely.strtree import STRtree

from data.errors import InputError
from data.streets import osm_layers, texts
from data.streets.osm_layers import Tags
from geo.texts import Text

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SINGLE_PART: Final = slice(10, 18)
_FIRST_PART: Final = 18
_ENCLOSED_SHARE: Final = 0.9


COLUMNS: Final = {
    "streets": (
        "osm_id", "highway", "name", "width_m", "lanes", "layer", "bridge", "tunnel", "tags", "node_ids",
    ),
    "buildings": ("osm_id", "tags"),
    "barriers": ("osm_id", "barrier", "tags"),
    "gates": ("osm_id", "tags"),
    "compounds": ("osm_id", "kind", "name", "closed", "tags"),
    "obstacles": ("osm_id", "kind", "tags"),
    "entrances": ("osm_id", "entrance", "tags"),
}  # fmt: skip
"""What ``Row.values`` holds, by layer; tags are JSON, node ids a PostgreSQL array."""


class Row(NamedTuple):
    """One object of one layer: its columns between ``source`` and ``geom`` as text, and its WKB in hex."""

    layer: str
    values: tuple[str | None, ...]
    wkb: str


@dataclass(frozen=True)
class Survey:
    """What the first pass saw: objects that carry a key of some layer, and the date of the data."""

    objects: int
    data_date: date | None


@dataclass
class Reading:
    """What the second pass could not use, counted by reason, and how far it is."""

    done: int = 0
    lost: Counter[str] = field(default_factory=Counter)


def survey(path: Path) -> Survey:
    """Read a file once to its end.

    Returns
    -------
    survey
        ``data_date`` is the day of the header's replication timestamp, else of the newest object that belongs
        to a layer, else None (some extracts strip timestamps).

    Raises
    ------
    InputError
        No such file, not a PBF, truncated, a history file, or nothing in it that belongs to a layer.
    """
    if not path.is_file():
        raise InputError((texts.OSM_NO_FILE if not path.exists() else texts.OSM_NOT_A_FILE).format(path=path))
    if path.stat().st_size == 0:
        raise InputError(texts.OSM_EMPTY_FILE.format(path=path))
    with explained(path):
        header = osmium.FileProcessor(pbf(path)).header
        if header.has_multiple_object_versions:
            raise InputError(texts.OSM_HISTORY_FILE.format(path=path))
        objects, newest = 0, _EPOCH
        item: Any
        for item in osmium.FileProcessor(pbf(path)).with_filter(_wanted()):
            objects += 1
            newest = max(newest, item.timestamp)
    if not objects:
        raise InputError(texts.OSM_NOTHING_IN_IT.format(path=path))
    stated = _header_date(header.get("osmosis_replication_timestamp"))
    return Survey(objects, stated or (newest.date() if newest > _EPOCH else None))


def read(path: Path, reading: Reading) -> Iterator[Row]:
    """Yield the rows of all layers; ``reading`` is kept up to date meanwhile.

    Ways whose nodes lie outside the file keep their longest located stretch. Areas are closed ways and
    multipolygon relations; one whose rings do not close is counted as lost, and so is a building or compound
    that is mapped as a mere point.

    Raises
    ------
    InputError
        The file breaks off, or holds ways but none of their nodes.
    """
    rows = _Rows(reading)
    areas = osmium.FileProcessor(pbf(path)).with_areas(_wanted()).with_filter(_wanted())
    item: Any
    with explained(path):
        for item in areas:
            if item.is_area():
                yield from rows.area(item)
                continue
            reading.done += 1
            if item.is_way():
                yield from rows.way(item)
            elif item.is_node():
                rows.node(item)
            else:
                rows.relation(item)
    if rows.lines and not rows.located:
        raise InputError(texts.OSM_NO_NODES.format(path=path))
    yield from rows.points()
    yield from rows.enclosed_compounds()


class _Rows:
    """Turns objects into rows; keeps what can only be decided at the end."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.lines = 0
        self.located = 0
        self._factory = osmium.geom.WKBFactory()
        self._points: dict[int, tuple[Tags, float, float]] = {}
        self._on_barrier: set[int] = set()
        self._on_building: set[int] = set()
        self._rings: list[str] = []
        self._unsure: list[tuple[str, str, Tags, str]] = []

    def node(self, node: Any) -> None:
        tags = osm_layers.clean(dict(node.tags))
        if osm_layers.is_gate_node(tags) or osm_layers.is_entrance(tags):
            self._points[node.id] = (tags, node.lon, node.lat)
        elif osm_layers.is_building(tags) or tags.get("amenity") in osm_layers.COMPOUND_AMENITIES:
            self.reading.lost["point_only"] += 1

    def relation(self, relation: Any) -> None:
        tags = osm_layers.clean(dict(relation.tags))
        if tags.get("type") == "multipolygon":
            self.reading.lost["open_ring"] += _is_area(tags)

    def way(self, way: Any) -> Iterator[Row]:
        tags = osm_layers.clean(dict(way.tags))
        osm_id = f"way/{way.id}"
        # Counted as lost until its area comes; an area of water is not a line of water too.
        self.reading.lost["open_ring"] += _is_area(tags)
        obstacle = None if osm_layers.obstacle_of_area(tags) else osm_layers.obstacle_of_line(tags)
        if osm_layers.is_building(tags):
            self._on_building.update(n.ref for n in way.nodes if n.ref in self._points)
        street, barrier = osm_layers.is_street(tags), osm_layers.is_barrier_line(tags)
        gate = osm_layers.is_gate_line(tags)
        if not (street or barrier or gate or obstacle):
            return
        line = self._line(way)
        if line is None:
            return
        wkb, node_ids = line
        if street:
            yield Row("streets", _street_values(osm_id, tags, node_ids), wkb)
        if barrier:
            self._on_barrier.update(node_ids)
            if len(node_ids) > 3 and node_ids[0] == node_ids[-1]:
                self._rings.append(wkb)
            yield Row("barriers", (osm_id, tags["barrier"], _json(tags)), wkb)
        if gate:
            yield from _gate_rows(osm_id, tags, wkb)
        if obstacle:
            yield Row("obstacles", (osm_id, obstacle, _json(tags)), wkb)

    def area(self, area: Any) -> Iterator[Row]:
        tags = osm_layers.clean(dict(area.tags))
        if not _is_area(tags):
            return
        osm_id = f"{'way' if area.from_way() else 'relation'}/{area.orig_id()}"
        try:
            wkb = self._factory.create_multipolygon(area)
        except RuntimeError:  # an area that could not be assembled has no ring; it stays counted as lost
            return
        # A MultiPolygon of one part is that part: skip the envelope of 9 bytes.
        wkb = wkb[_FIRST_PART:] if wkb[_SINGLE_PART] == "01000000" else wkb
        self.reading.lost["open_ring"] -= 1
        if osm_layers.is_building(tags):
            yield Row("buildings", (osm_id, _json(tags)), wkb)
        if obstacle := osm_layers.obstacle_of_area(tags):
            yield Row("obstacles", (osm_id, obstacle, _json(tags)), wkb)
        if kind := osm_layers.compound_kind(tags):
            if osm_layers.is_sure_compound(tags):
                yield _compound_row(osm_id, kind, tags, wkb)
            else:
                self._unsure.append((osm_id, kind, tags, wkb))
        if osm_layers.is_barrier_line(tags) and not area.from_way():
            yield from _ring_rows(osm_id, tags, wkb)

    def points(self) -> Iterator[Row]:
        """Gates and entrances, once it is known which nodes lie on a barrier or a building."""
        located = [(i, *p) for i, p in sorted(self._points.items())]
        wkbs = shapely.to_wkb(shapely.points([p[2] for p in located], [p[3] for p in located]), hex=True)
        for (node_id, tags, _, _), wkb in zip(located, wkbs, strict=True):
            entrance = osm_layers.is_entrance(tags)
            gate = osm_layers.is_gate_node(tags) or (entrance and node_id in self._on_barrier)
            if gate:
                yield Row("gates", (f"node/{node_id}", _json(tags)), wkb)
            if entrance and (not gate or node_id in self._on_building):
                yield Row("entrances", (f"node/{node_id}", tags["entrance"], _json(tags)), wkb)

    def enclosed_compounds(self) -> Iterator[Row]:
        """Landuses without a name of which a closed barrier encloses nine tenths."""
        if not self._unsure or not self._rings:
            return
        lines = shapely.from_wkb(self._rings)
        rings = shapely.make_valid([shapely.Polygon(shapely.get_coordinates(line)) for line in lines])
        tree = STRtree(rings)
        for osm_id, kind, tags, wkb in self._unsure:
            area = shapely.from_wkb(wkb)
            inside = shapely.area(shapely.intersection(rings[tree.query(area)], area))
            if inside.size and inside.max() >= _ENCLOSED_SHARE * area.area:
                yield _compound_row(osm_id, kind, tags, wkb)

    def _line(self, way: Any) -> tuple[str, list[int]] | None:
        """Return WKB and node ids of a way; of one that leaves the file, its longest stretch inside."""
        self.lines += 1
        node_ids = [node.ref for node in way.nodes]
        if len(set(node_ids)) > 1:
            try:
                wkb = self._factory.create_linestring(way, osmium.geom.ALL)
            except (RuntimeError, osmium.InvalidLocationError):
                stretch = _longest_located(way.nodes)
                if len(stretch) > 1:
                    self.located += 1
                    self.reading.lost["cut_at_border"] += 1
                    line = shapely.linestrings([(lon, lat) for _, lon, lat in stretch])
                    return shapely.to_wkb(line, hex=True), [ref for ref, _, _ in stretch]
            else:
                self.located += 1
                return wkb, node_ids
        self.reading.lost["no_line"] += 1
        return None


def _is_area(tags: Tags) -> bool:
    return (
        osm_layers.is_building(tags)
        or osm_layers.compound_kind(tags) is not None
        or osm_layers.obstacle_of_area(tags) is not None
    )


def _street_values(osm_id: str, tags: Tags, node_ids: list[int]) -> tuple[str | None, ...]:
    width_m, lanes = osm_layers.parse_width_m(tags.get("width")), osm_layers.parse_lanes(tags.get("lanes"))
    return (
        osm_id,
        tags["highway"],
        tags.get("name"),
        None if width_m is None else repr(width_m),
        None if lanes is None else repr(lanes),
        repr(osm_layers.parse_layer(tags.get("layer"))),
        str(osm_layers.is_bridge(tags)),
        str(osm_layers.is_tunnel(tags)),
        _json(tags),
        "{" + ",".join(map(str, node_ids)) + "}",
    )


def _compound_row(osm_id: str, kind: str, tags: Tags, wkb: str) -> Row:
    return Row("compounds", (osm_id, kind, tags.get("name"), osm_layers.enclosure(tags), _json(tags)), wkb)


def _gate_rows(osm_id: str, tags: Tags, wkb: str) -> Iterator[Row]:
    """Make a gate drawn as a line a passage at its middle; unless it is open, its line stops a walker."""
    middle = shapely.line_interpolate_point(shapely.from_wkb(wkb), 0.5, normalized=True)
    yield Row("gates", (osm_id, _json(tags)), shapely.to_wkb(middle, hex=True))
    if tags.get("foot", tags.get("access")) not in osm_layers.OPEN_ACCESS:
        yield Row("barriers", (osm_id, tags["barrier"], _json(tags)), wkb)


def _ring_rows(osm_id: str, tags: Tags, wkb: str) -> Iterator[Row]:
    """Make barriers of the rings of a multipolygon tagged as one: 'relation/5', 'relation/5/2' and so on."""
    rings = shapely.get_rings(shapely.from_wkb(wkb))
    for number, ring in enumerate(rings, start=1):
        name = osm_id if number == 1 else f"{osm_id}/{number}"
        line = shapely.linestrings(shapely.get_coordinates(ring))
        yield Row("barriers", (name, tags["barrier"], _json(tags)), shapely.to_wkb(line, hex=True))


def _longest_located(nodes: Any) -> list[tuple[int, float, float]]:
    runs: list[list[tuple[int, float, float]]] = [[]]
    for node in nodes:
        if node.location.valid():
            runs[-1].append((node.ref, node.location.lon, node.location.lat))
        elif runs[-1]:
            runs.append([])
    return max(runs, key=len)


def _json(tags: Tags) -> str:
    return orjson.dumps(tags).decode()


def pbf(path: Path) -> Any:
    """Name a file as PBF, whatever its ending."""
    return osmium.io.File(str(path), "pbf")


def _wanted() -> Any:
    return osmium.filter.KeyFilter(*osm_layers.LAYER_KEYS)


def _header_date(stamp: str) -> date | None:
    try:
        return datetime.fromisoformat(stamp.replace("Z", "+00:00")).date()
    except ValueError:
        return None


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Say in words what the reader of PBF files says in terms of blobs."""
    try:
        yield
    except (RuntimeError, UnicodeDecodeError, OSError) as error:
        raise InputError(_reason(path, str(error)).format(path=path, reason=error)) from error


def _reason(path: Path, message: str) -> Text:
    if "EOF" in message or "truncated" in message:
        return texts.OSM_TRUNCATED
    with path.open("rb") as file:
        # Every PBF begins with a length of four bytes and the name of its first block.
        if b"OSMHeader" not in file.read(64):
            return texts.OSM_NOT_PBF
    return texts.OSM_DAMAGED
