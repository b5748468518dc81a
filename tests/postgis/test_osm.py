"""OSM extracts into PostGIS and back: real blocks, small made files, everything that can go wrong."""

import time
from collections import Counter
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import osmium
import psycopg2
import pytest
import shapely
from osmium.osm.mutable import Node, Relation, Way

from data.errors import DataError, InputError
from data.postgres import db
from data.sample import town
from data.streets import candidates, osm, osm_read, streetmap
from geo import frames
from geo.texts import Text

pytestmark = pytest.mark.postgis

BUPT = "osm/beijing_bupt_2025.osm.pbf"
TSINGHUA = "osm/beijing_tsinghua_pku_2017.osm.pbf"
HIGHWAYS = "osm/beijing_highways_2024_2026.osm.pbf"
TABLES = ("street", "building", "barrier", "gate", "compound", "obstacle", "entrance")


def write(path: Path, *objects: Any, day: str = "2026-01-01") -> Path:
    """Write objects as a file whose header states a day; an empty day states none."""
    header = osmium.io.Header()
    if day:
        header.set("osmosis_replication_timestamp", f"{day}T00:00:00Z")
    with osmium.SimpleWriter(str(path), header=header, overwrite=True) as writer:
        for item in objects:
            {Node: writer.add_node, Way: writer.add_way, Relation: writer.add_relation}[type(item)](item)
    return path


def node(number: int, x: float, y: float, **tags: str) -> Node:
    """A node of a small plan: x and y in units of 0.001 degrees from 115° E, 40° N."""
    return Node(id=number, location=(115 + x / 1000, 40 + y / 1000), tags=tags)


def way(number: int, nodes: list[int], **tags: str) -> Way:
    return Way(id=number, nodes=nodes, tags=tags)


def square(first: int, x: float, y: float, side: float = 1.0) -> list[Node]:
    corners = ((0, 0), (side, 0), (side, side), (0, side))
    return [node(first + i, x + dx, y + dy) for i, (dx, dy) in enumerate(corners)]


def closed(first: int) -> list[int]:
    return [first, first + 1, first + 2, first + 3, first]


STREET = (node(1, 0, 0), node(2, 1, 0), way(10, [1, 2], highway="residential", name="某街"))


def tagged(path: Path, kinds: str, *keys: str) -> Counter[str]:
    """How many objects of these kinds (n, w, r) carry each key: counted without the importer."""
    found: Counter[str] = Counter()
    for item in osmium.FileProcessor(str(path)):
        if item.type_str() in kinds:
            found.update(key for key in keys if key in item.tags)
    return found


def fingerprint(conn: db.Connection) -> list[tuple[Any, ...]]:
    """Everything stored but the time of import."""
    rows: list[tuple[Any, ...]] = []
    with conn.cursor() as cursor:
        cursor.execute(
            "SELECT source, file_name, file_sha256, data_date, counts::text FROM yizhan.street_source"
        )
        rows += sorted(cursor.fetchall())
        for table in TABLES:
            cursor.execute(
                f"SELECT count(*), md5(string_agg(t::text, '' ORDER BY source, osm_id)) FROM yizhan.{table} t"
            )
            rows += cursor.fetchall()
    conn.rollback()
    return rows


# -- real extracts


def test_the_bupt_block_is_stored_as_its_description_counts_it(connection: db.Connection, shared_data: Path):
    path = shared_data / BUPT
    ways, nodes = (
        tagged(path, "w", "highway", "building", "barrier"),
        tagged(path, "n", "building", "barrier", "entrance"),
    )
    areas = tagged(path, "r", "building")
    report = osm.import_osm(connection, path)
    # README: 194 highways, 114 buildings, 90 barriers, 103 entrances.
    assert report.source == "beijing_bupt"
    assert report.data_date == date(2025, 4, 30)
    assert report.counts["streets"] == ways["highway"] == 194
    # Three of the 114 buildings are a mere point, without a footprint.
    assert report.counts["buildings"] == ways["building"] + areas["building"] == 111
    assert nodes["building"] == 3 == report.lost["point_only"]
    # 44 of the 90 barriers are ways, of which 14 are kerbs; 46 are nodes, all of them passages.
    assert ways["barrier"] + nodes["barrier"] == 90
    assert report.counts["barriers"] == ways["barrier"] - 14 == 30
    # One of the 103 entrances lies on a fence: it is a gate.
    assert report.counts["gates"] == nodes["barrier"] + 1 == 47
    assert report.counts["entrances"] == nodes["entrance"] - 1 == 102
    # The campus itself is a multipolygon whose ring the cut of the extract opened.
    assert report.lost["open_ring"] == 1


def test_the_tsinghua_block_is_stored_as_its_description_counts_it(
    connection: db.Connection, shared_data: Path
):
    path = shared_data / TSINGHUA
    report = osm.import_osm(connection, path)
    # README: 684 highways (99 named), 529 buildings, 93 barriers.
    assert report.counts["streets"] == 684
    assert report.counts["buildings"] == 529 - 8
    assert tagged(path, "n", "building")["building"] == 8
    assert report.counts["barriers"] + report.counts["gates"] == 10 + 83
    layers = streetmap.read_layers(connection)
    assert layers["streets"]["name"].notna().sum() >= 99
    assert {"清华大学", "北京大学"} <= set(layers["compounds"]["name"])
    # Nothing on these polygons says whether they are enclosed.
    assert set(layers["compounds"]["closed"]) == {"unknown"}
    assert Counter(layers["obstacles"].geom_type)["LineString"] >= 4


def test_the_highway_file_keeps_its_nodes_for_networks_and_takes_seconds(
    connection: db.Connection, shared_data: Path
):
    begun = time.monotonic()
    report = osm.import_osm(connection, shared_data / HIGHWAYS)
    assert time.monotonic() - begun < 30
    assert report.counts["streets"] == 25_700
    assert report.data_date is None
    streets = streetmap.read_layers(connection)["streets"]
    vertices = shapely.get_num_coordinates(streets.geometry.to_numpy())
    assert (streets["node_ids"].map(len) == vertices).all()
    node_ids = streets["node_ids"].explode().astype("int64")
    # Shared topology: a node at one place only, and many nodes of several ways.
    places = shapely.get_coordinates(streets.geometry.to_numpy())
    by_node = node_ids.reset_index(drop=True).to_frame("node").assign(x=places[:, 0], y=places[:, 1])
    assert by_node.groupby("node")[["x", "y"]].nunique().max().max() == 1
    assert (by_node["node"].value_counts() > 1).sum() > 10_000


@pytest.mark.parametrize("name", [BUPT, TSINGHUA])
def test_layers_read_back_fulfil_their_contracts(connection: db.Connection, shared_data: Path, name: str):
    osm.import_osm(connection, shared_data / name)
    layers = streetmap.read_layers(connection)
    assert list(layers) == list(frames.STREET_LAYERS)
    for layer, frame in layers.items():
        frames.check(frame, frames.STREET_LAYERS[layer])
        assert frame.crs.to_epsg() == 4326
        assert frame["osm_id"].is_unique
        assert frame.geometry.is_valid.all()
    assert layers["streets"]["name"].map(lambda value: value is None or isinstance(value, str)).all()
    assert streetmap.data_date(layers) in (date(2025, 4, 30), date(2017, 6, 15))


def test_a_file_read_without_a_database_gives_the_same_layers(connection: db.Connection, shared_data: Path):
    osm.import_osm(connection, shared_data / BUPT)
    stored, direct = streetmap.read_layers(connection), streetmap.layers_of_file(shared_data / BUPT)
    for layer, contract in frames.STREET_LAYERS.items():
        columns = [*contract.columns, "geometry"]
        first, second = (
            side[layer][columns].sort_values("osm_id", ignore_index=True) for side in (stored, direct)
        )
        assert first.equals(second), layer


def test_importing_twice_changes_nothing(connection: db.Connection, shared_data: Path):
    first = osm.import_osm(connection, shared_data / BUPT)
    before = fingerprint(connection)
    second = osm.import_osm(connection, shared_data / BUPT)
    assert fingerprint(connection) == before
    assert (first.replaced, second.replaced, second.replaced_date) == (False, True, date(2025, 4, 30))


def test_premises_of_a_real_block_lie_within_it(shared_data: Path):
    found = candidates.candidates(shared_data / TSINGHUA)
    kinds = Counter(found["kind"])
    # Counted in the file: 15 nodes and one area are banks, 5 nodes and one area are public toilets.
    assert (kinds["bank"], kinds["public_toilet"], kinds["cafe"]) == (16, 6, 15)
    assert found.geometry.within(shapely.box(116.29, 39.98, 116.37, 40.03)).all()
    assert found["osm_id"].is_unique


# -- replacing


def test_a_newer_file_replaces_cleanly_and_what_is_gone_is_gone(connection: db.Connection, tmp_path: Path):
    other = write(tmp_path / "other-2026.osm.pbf", node(7, 5, 5, barrier="gate"))
    osm.import_osm(connection, other)
    osm.import_osm(
        connection, write(tmp_path / "town-260101.osm.pbf", *STREET, node(3, 2, 2, entrance="main"))
    )
    new = write(
        tmp_path / "town-260201.osm.pbf", *STREET[:2], way(11, [1, 2], highway="primary"), day="2026-02-01"
    )
    report = osm.import_osm(connection, new)
    assert (report.source, report.replaced, report.replaced_date) == ("town", True, date(2026, 1, 1))
    layers = streetmap.read_layers(connection)
    assert list(layers["streets"]["osm_id"]) == ["way/11"]
    assert layers["entrances"].empty
    assert list(layers["gates"]["osm_id"]) == ["node/7"]
    assert [(s.source, s.data_date, s.counts["streets"]) for s in streetmap.sources(connection)] == [
        ("town", date(2026, 2, 1), 1),
        ("other", date(2026, 1, 1), 0),
    ]


def test_an_older_file_is_refused_unless_forced(connection: db.Connection, tmp_path: Path):
    osm.import_osm(connection, write(tmp_path / "a.osm.pbf", *STREET, day="2026-02-01"), source="town")
    before = fingerprint(connection)
    old = write(tmp_path / "b.osm.pbf", node(3, 2, 2, entrance="main"), day="2025-12-31")
    with pytest.raises(InputError, match="2025-12-31") as refused:
        osm.import_osm(connection, old, source="town")
    assert "2026-02-01" in refused.value.text.zh
    assert fingerprint(connection) == before
    assert osm.import_osm(connection, old, source="town", force=True).counts["streets"] == 0


def test_of_an_object_in_two_extracts_the_newer_data_is_read(connection: db.Connection, tmp_path: Path):
    ends = STREET[:2]
    osm.import_osm(
        connection,
        write(tmp_path / "new.osm.pbf", *ends, way(10, [1, 2], highway="primary"), day="2026-03-01"),
    )
    osm.import_osm(
        connection,
        write(tmp_path / "old.osm.pbf", *ends, way(10, [1, 2], highway="service"), day="2025-03-01"),
    )
    osm.import_osm(
        connection, write(tmp_path / "dateless.osm.pbf", *ends, way(10, [1, 2], highway="path"), day="")
    )
    streets = streetmap.read_layers(connection)["streets"]
    assert list(streets["highway"]) == ["primary"]
    assert streets.attrs["data_dates"] == {"new": date(2026, 3, 1)}
    assert streetmap.delete(connection, "new")
    assert list(streetmap.read_layers(connection)["streets"]["highway"]) == ["service"]
    assert not streetmap.delete(connection, "new")


def test_only_what_reaches_into_the_rectangle_is_read(connection: db.Connection, tmp_path: Path):
    osm.import_osm(connection, write(tmp_path / "a.osm.pbf", *STREET, node(3, 50, 50, entrance="main")))
    near = streetmap.read_layers(connection, (115.0005, 39.9999, 115.0006, 40.0001))
    assert (len(near["streets"]), len(near["entrances"])) == (1, 0)
    nowhere = streetmap.read_layers(connection, (10, 10, 11, 11))
    for layer, frame in nowhere.items():
        assert frame.empty
        frames.check(frame, frames.STREET_LAYERS[layer])
    assert streetmap.data_date(nowhere) is None


# -- what goes wrong


class CrashError(Exception):
    """Something that nobody foresaw."""


def crash(what: Text, done: int, total: int) -> None:
    if done:
        raise CrashError


def test_a_crash_in_the_middle_leaves_the_database_as_before(
    connection: db.Connection, shared_data: Path, tmp_path: Path
):
    osm.import_osm(connection, write(tmp_path / "a.osm.pbf", *STREET), source="town")
    before = fingerprint(connection)
    with pytest.raises(CrashError):
        osm.import_osm(connection, shared_data / HIGHWAYS, source="town", progress=crash)
    assert fingerprint(connection) == before


def test_a_killed_connection_leaves_the_database_as_before(
    database_url: str, shared_data: Path, tmp_path: Path
):
    with (
        closing(db.connect(database_url, role="writer")) as conn,
        closing(psycopg2.connect(database_url)) as other,
    ):
        osm.import_osm(conn, write(tmp_path / "a.osm.pbf", *STREET), source="town")
        before = fingerprint(other)
        pid = conn.info.backend_pid

        def kill(what: Text, done: int, total: int) -> None:
            if done:
                with other, other.cursor() as cursor:
                    cursor.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))

        with pytest.raises(DataError):
            osm.import_osm(conn, shared_data / HIGHWAYS, source="town", progress=kill)
        assert fingerprint(other) == before


def broken_files(folder: Path, real: Path) -> dict[str, Path]:
    """Files that cannot be used, by what their message must say."""
    files = {word: folder / f"{number}.osm.pbf" for number, word in enumerate(
        ("not OSM data", "truncated", "is empty", "no street", "lack their nodes", "twice", "damaged")
    )}  # fmt: skip
    files["not OSM data"].write_text("<osm version='0.6'></osm>" * 20)
    files["truncated"].write_bytes(real.read_bytes()[:-200])
    files["is empty"].touch()
    write(files["no street"], node(1, 0, 0, natural="tree"), node(2, 1, 1))
    write(files["lack their nodes"], way(10, [1, 2], highway="residential"))
    write(files["twice"], *STREET, STREET[-1])
    content = bytearray(real.read_bytes())
    content[2_000:2_400] = bytes(400)
    files["damaged"].write_bytes(bytes(content))
    return files | {"no such file": folder / "nowhere.osm.pbf", "is not a file": folder}


@pytest.mark.parametrize(
    "word",
    ["not OSM data", "truncated", "is empty", "no street", "lack their nodes", "twice", "damaged",
     "no such file", "is not a file"],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_named_and_changes_nothing(
    connection: db.Connection, shared_data: Path, tmp_path: Path, word: str
):
    osm.import_osm(connection, write(tmp_path / "good.osm.pbf", *STREET))
    before = fingerprint(connection)
    path = broken_files(tmp_path, shared_data / BUPT)[word]
    with pytest.raises(InputError) as refused:
        osm.import_osm(connection, path, source="good", force=True)
    assert word in refused.value.text.en
    assert str(path) in refused.value.text.zh
    assert fingerprint(connection) == before


# -- the rules of layers, through a file


def test_ways_that_leave_the_file_keep_their_longest_stretch(tmp_path: Path):
    nodes = [node(i, i, 0) for i in (1, 2, 3, 5)]
    path = write(
        tmp_path / "a.osm.pbf",
        *nodes,
        way(10, [0, 1, 2, 3, 4, 5], highway="path"),
        way(11, [4, 5], highway="path"),
    )
    reading = osm_read.Reading()
    rows = list(osm_read.read(path, reading))
    assert [(row.values[0], row.values[-1]) for row in rows] == [("way/10", "{1,2,3}")]
    assert dict(reading.lost) == {"open_ring": 0, "cut_at_border": 1, "no_line": 1}


def test_gates_entrances_and_doors_in_a_wall_are_told_apart(tmp_path: Path):
    path = write(
        tmp_path / "a.osm.pbf",
        node(1, 0, 0),
        node(2, 1, 0, barrier="gate", access="private"),
        node(3, 2, 0, entrance="yes"),
        node(4, 3, 0, barrier="wall"),
        node(5, 4, 0, entrance="main", barrier="entrance"),
        *square(20, 4, 0)[1:],
        node(6, 9, 9, entrance="yes"),
        way(10, [1, 2, 3, 4, 5], barrier="wall"),
        way(11, [5, 21, 22, 23, 5], building="yes"),
    )
    layers = streetmap.layers_of_file(path)
    assert set(layers["gates"]["osm_id"]) == {"node/2", "node/3", "node/5"}
    assert set(layers["entrances"]["osm_id"]) == {"node/5", "node/6"}
    assert dict(zip(layers["gates"]["osm_id"], layers["gates"]["access"], strict=True))["node/2"] == "private"


def test_a_gate_drawn_as_a_line_is_a_passage_in_a_barrier(tmp_path: Path):
    ends = [node(1, 0, 0), node(2, 2, 0), node(3, 4, 0)]
    path = write(
        tmp_path / "a.osm.pbf",
        *ends,
        way(10, [1, 2], barrier="gate"),
        way(11, [2, 3], barrier="gate", access="yes"),
    )
    layers = streetmap.layers_of_file(path)
    assert [point.wkt for point in layers["gates"].geometry] == ["POINT (115.001 40)", "POINT (115.003 40)"]
    assert list(layers["barriers"]["osm_id"]) == ["way/10"]


def test_a_courtyard_building_is_a_polygon_with_a_hole_and_its_wall_a_ring_each(tmp_path: Path):
    rings = [*square(1, 0, 0, 3), *square(5, 1, 1), way(10, closed(1)), way(11, closed(5))]
    members = [("w", 10, "outer"), ("w", 11, "inner")]
    path = write(
        tmp_path / "a.osm.pbf",
        *rings,
        Relation(id=30, members=members, tags={"type": "multipolygon", "building": "yes"}),
        Relation(
            id=31, members=members, tags={"type": "multipolygon", "amenity": "school", "barrier": "wall"}
        ),
    )
    layers = streetmap.layers_of_file(path)
    (building,) = layers["buildings"].geometry
    assert building.geom_type == "Polygon"
    assert building.area == pytest.approx(8e-6)
    assert list(layers["buildings"]["osm_id"]) == ["relation/30"]
    assert list(layers["compounds"]["closed"]) == ["yes"]
    assert list(layers["barriers"]["osm_id"]) == ["relation/31", "relation/31/2"]


def test_a_nameless_residential_area_is_a_compound_only_inside_a_closed_barrier(tmp_path: Path):
    path = write(
        tmp_path / "a.osm.pbf",
        *square(1, 0, 0), *square(5, 10, 0), *square(9, 9.9, -0.1, 1.2),
        *square(13, 20, 0), *square(17, 20, 0, 0.5),
        way(10, closed(1), landuse="residential"),
        way(11, closed(5), landuse="residential"),
        way(12, closed(9), barrier="fence"),
        way(13, closed(13), landuse="residential"),
        way(14, closed(17), barrier="fence"),
    )  # fmt: skip
    compounds = streetmap.layers_of_file(path)["compounds"]
    assert list(compounds["osm_id"]) == ["way/11"]
    assert list(compounds["closed"]) == ["unknown"]


def test_a_walled_compound_is_a_compound_and_a_barrier_and_a_pond_an_area(tmp_path: Path):
    path = write(
        tmp_path / "a.osm.pbf",
        *square(1, 0, 0), *square(5, 10, 0),
        way(10, closed(1), amenity="school", barrier="wall"),
        way(11, closed(5), natural="water", waterway="river"),
        way(12, [1, 5], waterway="ditch"),
        way(13, [1, 6], railway="rail", tunnel="yes"),
        way(14, [1, 6], railway="rail"),
    )  # fmt: skip
    layers = streetmap.layers_of_file(path)
    assert list(layers["compounds"]["closed"]) == ["yes"]
    assert [
        (b, g.geom_type)
        for b, g in zip(layers["barriers"]["barrier"], layers["barriers"].geometry, strict=True)
    ] == [("wall", "LineString")]
    found = {i: (k, g.geom_type) for i, k, g in zip(
        layers["obstacles"]["osm_id"], layers["obstacles"]["kind"], layers["obstacles"].geometry, strict=True
    )}  # fmt: skip
    assert found == {
        "way/11": ("water", "Polygon"),
        "way/12": ("water", "LineString"),
        "way/14": ("rail", "LineString"),
    }


def test_mistyped_tags_are_stored_as_missing_and_the_tags_are_kept(connection: db.Connection, tmp_path: Path):
    odd = {
        "highway": "residential",
        "width": "about 5",
        "lanes": "-2",
        "layer": "ground",
        "name": "  ",
        "foot": "\tyes",
    }
    osm.import_osm(connection, write(tmp_path / "a.osm.pbf", *STREET[:2], way(10, [1, 2], **odd)))
    street = streetmap.read_layers(connection)["streets"].iloc[0]
    assert street[["width_m", "lanes"]].isna().all()
    assert (street["layer"], street["name"], street["foot"]) == (0.0, None, "yes")
    with connection.cursor() as cursor:
        cursor.execute("SELECT tags ->> 'width' FROM yizhan.street")
        assert cursor.fetchone() == ("about 5",)


def test_the_report_says_it_in_words_and_progress_ends_at_the_total(
    connection: db.Connection, tmp_path: Path
):
    seen: list[tuple[int, int]] = []
    path = write(tmp_path / "a.osm.pbf", *STREET, node(3, 2, 2, building="yes"))
    report = osm.import_osm(connection, path, progress=lambda what, done, total: seen.append((done, total)))
    assert seen[0] == (0, 1)
    assert seen[-1] == (2, 2)
    assert "街道 1 条" in report.text().zh
    assert "1 buildings or compounds have a point only" in report.text().en


def test_the_sample_town_goes_through_the_importer_whole(connection: db.Connection, tmp_path: Path):
    files = town.write(tmp_path)
    report = osm.import_osm(connection, files.osm_pbf, source=files.source)
    ways = tagged(files.osm_pbf, "w", "highway", "building")
    assert report.counts["streets"] == ways["highway"]
    assert report.counts["buildings"] == ways["building"] + 2
    assert report.lost == {}
    assert [(s.source, s.data_date) for s in streetmap.sources(connection)] == [
        ("示例（虚构）", date(2026, 1, 1))
    ]
