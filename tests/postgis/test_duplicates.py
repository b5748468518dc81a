"""Stations that may be one: listed for the right reasons, decided by a person, merged without losing anything."""

import math
import random
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

from data.editing import decisions, duplicates, likeness, sheet
from data.editing.decisions import Decision
from data.errors import ConflictError, InputError
from data.postgres import db
from data.stations import imports, store
from data.stations.imports import ImportOptions
from geo import metric

pytestmark = pytest.mark.postgis

M = 1 / 111_000
"""A metre of latitude, degrees."""


def frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Stations to compare; what a row leaves out is missing."""
    plain = {
        "name": "驿站", "address": None, "city": None, "district": None, "adcode": None, "floor": math.nan,
        "source": "a",
        "lon": math.nan, "lat": math.nan, "external_ids": "{}", "created_s": 1.0, "deleted_s": math.nan,
    }  # fmt: skip
    told = [plain | {"station_id": f"S{n:03d}"} | row for n, row in enumerate(rows)]
    numbers = dict.fromkeys(("floor", "lon", "lat", "created_s", "deleted_s"), float)
    return pd.DataFrame(told, dtype=object).astype(numbers)


def at(north_m: float = 0.0, **facts: Any) -> dict[str, Any]:
    return {"lon": 113.6, "lat": 34.75 + north_m * M, **facts}


def reasons(rows: list[dict[str, Any]], **options: Any) -> dict[tuple[str, str], str]:
    found = duplicates.find(frame(rows), **options).pairs
    return {(a, b): why for a, b, why in found[["first_id", "second_id", "reasons"]].itertuples(index=False)}


ONE = ("S000", "S001")
ADDRESSED = {"name": "y", "address": "花园路97号"}
BANK, OTHER = "郑州银行花园路支行户外劳动者爱心驿站", "职工暖心驿站（花园路支行）"


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (at(name=BANK), at(40, name=OTHER), "name"),
        (at(name=BANK), at(60, name=OTHER), None),
        (at(name=BANK), at(40, name="翠花社区爱心驿站"), None),
        (at(name="一社区工会驿站"), at(40, name="二社区工会驿站"), None),
        (at(name="工会驿站"), at(40, name="户外劳动者爱心驿站"), "name"),
        (at(name=BANK), at(8, name="党群服务中心工会驿站"), "door"),
        (at(name=BANK, floor=1.0), at(8, name="党群服务中心工会驿站", floor=2.0), None),
        (at(name=BANK, address="郑州市花园路 9 号", city="郑州市"), at(200, name="x", address="花园路９号"), "address"),
        (at(name=BANK, address="花园路97号"), at(900, name="x", address="花园路97号"), None),
        (at(name=BANK, address="花园路"), at(200, name="x", address="花园路"), None),
        (ADDRESSED | {"district": "金水区"}, at(name="x", address="花园路97号", district="金水区"), "address"),
        (ADDRESSED | {"district": "金水区"}, at(name="x", address="花园路97号", district="中原区"), None),
        (at(name="x", external_ids='{"amap":"B1"}'), at(9000, name="y", external_ids='{"amap":"B1"}'), "external_id"),
        (at(name="x", external_ids='{"amap":"B1"}'), at(9000, name="y", external_ids='{"baidu":"B1"}'), None),
        (at(name="x", deleted_s=5.0), at(25, name="y", created_s=5.0), "rename"),
        (at(name="x", deleted_s=5.0), at(25, name="y", created_s=4.0), None),
        (at(name="x", deleted_s=5.0), at(40, name="y", created_s=5.0), None),
        (at(name=BANK, deleted_s=5.0), at(name=BANK, deleted_s=6.0), None),
        ({"name": BANK}, {"name": BANK}, None),
    ],
)  # fmt: skip
def test_a_pair_is_listed_for_its_reason(
    first: dict[str, Any], second: dict[str, Any], why: str | None
) -> None:
    expected = {} if why is None else {ONE: why}
    assert reasons([first, second]) == expected
    # The order of the rows says nothing.
    backward = reasons([second | {"station_id": "S001"}, first | {"station_id": "S000"}])
    assert {tuple(sorted(pair)): told for pair, told in backward.items()} == expected


def plain_reasons(stations: pd.DataFrame) -> set[tuple[str, str]]:
    """The pairs by name or door, compared one by one."""
    rows = stations.to_dict("records")
    cores = likeness.cores(stations["name"].tolist(), [None] * len(rows), [None] * len(rows))
    found = set()
    for i, a in enumerate(rows):
        for j in range(i + 1, len(rows)):
            b = rows[j]
            apart_m = float(
                metric.geodesic_m(*(np.array([v]) for v in (a["lon"], a["lat"], b["lon"], b["lat"])))[0]
            )
            alike = float(likeness.likeness([cores[i]], [cores[j]])[0])
            if apart_m <= 10 or (apart_m <= 50 and alike >= 0.75):
                found.add((a["station_id"], b["station_id"]))
    return found


@pytest.mark.parametrize("seed", range(3))
def test_what_is_found_at_once_is_what_is_found_one_by_one(seed: int) -> None:
    rng = random.Random(seed)
    words = ["花园路", "金水", "支行", "社区", "公园", "中心", "一", "二", "3", "7"]
    rows = [
        at(
            rng.uniform(-300, 300),
            lon=113.6 + rng.uniform(-300, 300) * M,
            name="".join(rng.sample(words, 3)) + rng.choice(["工会驿站", "爱心驿站", ""]),
        )
        for _ in range(150)
    ]
    stations = frame(rows)
    found = duplicates.find(stations).pairs
    expected = plain_reasons(stations)
    assert set(found[["first_id", "second_id"]].itertuples(index=False, name=None)) == expected
    assert len(expected) > 5


def test_a_crowd_on_one_spot_is_said_and_not_listed() -> None:
    crowd = [at(name="驿站", address="人民路1号") for _ in range(30)]
    found = duplicates.find(frame([*crowd, at(3000, name=BANK), at(3030, name=OTHER)]))
    assert found.pairs[["first_id", "second_id"]].to_numpy().tolist() == [["S030", "S031"]]
    assert len(found.notes) == 2 and "30" in found.notes[0].en


def test_nothing_to_compare_is_no_pair() -> None:
    assert len(duplicates.find(frame([at()])).pairs) == 0
    assert len(duplicates.find(frame([{"name": "x"}, {"name": "x"}])).pairs) == 0


def test_the_real_list_twice_gives_a_pair_for_every_station(shared_data: Path) -> None:
    path = shared_data / "stations" / "zhengzhou_union_stations.csv"
    once, _ = imports.read_stations(path, ImportOptions(coordsys="gcj02"))
    once = once.assign(created_s=1.0, deleted_s=np.nan, external_ids="{}")
    again = once.assign(
        station_id=once["station_id"] + "-b", lat=once["lat"] + 20 * M, source="another list",
        name=[f"职工暖心驿站({name})" for name in once["name"]],
    )  # fmt: skip
    alone = duplicates.find(once)
    assert len(alone.pairs) == 0
    found = duplicates.find(pd.concat([once, again], ignore_index=True)).pairs
    pairs = set(found[["first_id", "second_id"]].itertuples(index=False, name=None))
    located = once.loc[once["lon"].notna(), "station_id"]
    assert {(one, f"{one}-b") for one in located} <= pairs
    assert len(pairs) <= 1.1 * len(located)


STATION = """
INSERT INTO yizhan.station
    (station_id, name, source, audience, external_ids, position, given_x, given_y, given_coordsys)
VALUES (%(id)s, %(name)s, 'list', 'outdoor_workers', %(ids)s::jsonb,
        ST_Point(113.6, %(lat)s, 4326)::geography, 113.6, %(lat)s, 'wgs84')
"""


@pytest.fixture
def registry(connection: db.Connection) -> db.Connection:
    """A and B may be one, as may B and C; D is far."""
    ids = {"A": '{"amap": "a"}', "B": '{"amap": "b", "baidu": "b"}', "C": '{"osm": "node/1"}', "D": "{}"}
    with db.transaction(connection), connection.cursor() as cursor:
        for n, station_id in enumerate("ABCD"):
            values = {"id": station_id, "name": BANK if n % 2 else OTHER, "lat": 34.75 + (n**3) * 20 * M / 4}
            cursor.execute(STATION, values | {"ids": ids[station_id]})
    return connection


def listed(conn: db.Connection) -> list[tuple[str, str]]:
    with db.transaction(conn):
        stations, decided = duplicates.read(conn), decisions.decided(conn)
    return list(
        duplicates.find(stations, decided).pairs[["first_id", "second_id"]].itertuples(index=False, name=None)
    )


def rows(conn: db.Connection, statement: str) -> list[tuple[Any, ...]]:
    with db.transaction(conn), conn.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def test_different_stays_decided(registry: db.Connection) -> None:
    assert set(listed(registry)) == {("A", "B"), ("B", "C"), ("A", "C")}
    before = rows(registry, "SELECT data_version FROM yizhan.registry")
    decisions.decide(registry, Decision("B", "A", "different", None, "市总工会"))
    assert set(listed(registry)) == {("B", "C"), ("A", "C")}
    assert rows(registry, "SELECT data_version FROM yizhan.registry") == before
    assert rows(
        registry, "SELECT first_id, second_id, verdict, stays, decided_by FROM yizhan.duplicate_decision"
    ) == [("A", "B", "different", None, "市总工会")]


def test_a_merge_keeps_one_carries_ids_over_and_loses_no_history(registry: db.Connection) -> None:
    decisions.decide(registry, Decision("A", "B", "same", "B", "市总工会", "同一间屋"))
    state = rows(
        registry,
        "SELECT station_id, deleted_at IS NOT NULL, merged_into, external_ids FROM yizhan.station "
        "WHERE station_id IN ('A', 'B') ORDER BY station_id",
    )
    assert state == [("A", True, "B", {"amap": "a"}), ("B", False, None, {"amap": "b", "baidu": "b"})]
    assert set(listed(registry)) == {("B", "C")}
    with db.transaction(registry):
        told = [(change.operation, change.new) for change in store.read_history(registry, "A")]
    assert told[0] == ("insert", None)
    assert told[1][0] == "delete" and told[1][1]["merged_into"] == "B"
    decisions.decide(registry, Decision("B", "C", "same", "C", "市总工会"))
    assert rows(registry, "SELECT station_id, merged_into FROM yizhan.station ORDER BY 1") == [
        ("A", "C"), ("B", "C"), ("C", None), ("D", None),
    ]  # fmt: skip
    assert rows(registry, "SELECT external_ids FROM yizhan.station WHERE station_id = 'C'") == [
        ({"amap": "b", "baidu": "b", "osm": "node/1"},)
    ]
    assert listed(registry) == []


def test_a_merge_can_be_taken_back(registry: db.Connection) -> None:
    decisions.decide(registry, Decision("A", "B", "same", "B", "甲"))
    decisions.decide(registry, Decision("A", "B", "different", None, "乙"))
    assert rows(registry, "SELECT count(*) FROM yizhan.station WHERE deleted_at IS NULL") == [(4,)]
    assert rows(registry, "SELECT verdict, decided_by FROM yizhan.duplicate_decision") == [
        ("different", "乙")
    ]


def test_a_station_that_was_withdrawn_is_merged_into_its_new_name(registry: db.Connection) -> None:
    with db.transaction(registry), registry.cursor() as cursor:
        cursor.execute("UPDATE yizhan.station SET deleted_at = now() WHERE station_id = 'D'")
        cursor.execute(STATION, {"id": "E", "name": "新名", "lat": 34.75 + 27 * 5 * M, "ids": "{}"})
    assert ("D", "E") in listed(registry)
    decisions.decide(registry, Decision("D", "E", "same", "E", "甲"))
    assert rows(registry, "SELECT merged_into FROM yizhan.station WHERE station_id = 'D'") == [("E",)]


REFUSED = (
    (Decision("A", "A", "different", None, "甲"), InputError),
    (Decision("A", "X", "different", None, "甲"), InputError),
    (Decision("A", "B", "same", None, "甲"), InputError),
    (Decision("A", "B", "same", "C", "甲"), InputError),
    (Decision("A", "B", "different", None, " "), InputError),
    (Decision("A", "B", "different", None, "x" * 2000), InputError),
    (Decision("C", "D", "same", "D", "甲"), ConflictError),
    (Decision("A", "C", "same", "C", "甲"), ConflictError),
)


def test_what_cannot_be_decided_changes_nothing(registry: db.Connection) -> None:
    decisions.decide(registry, Decision("C", "B", "same", "B", "甲"))
    with db.transaction(registry), registry.cursor() as cursor:
        cursor.execute("UPDATE yizhan.station SET deleted_at = now() WHERE station_id = 'D'")
    kept = "SELECT data_version, (SELECT count(*) FROM yizhan.duplicate_decision) FROM yizhan.registry"
    before = rows(registry, kept)
    for decision, error in REFUSED:
        with pytest.raises(error):
            decisions.decide(registry, decision)
        assert rows(registry, kept) == before


def test_a_list_that_names_a_merged_station_again_does_not_bring_it_back(
    connection: db.Connection, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_text(f"name,lon,lat\n{BANK},113.6,34.75\n{OTHER},113.6,34.7502\n", encoding="utf-8")
    options = ImportOptions(coordsys="wgs84", audience="outdoor_workers")
    imports.import_file(connection, file, options)
    ((first, second),) = listed(connection)
    decisions.decide(connection, Decision(first, second, "same", first, "甲"))
    file.write_text(file.read_text("utf-8").replace("113.6,", "113.6001,"), encoding="utf-8")
    report = imports.import_file(connection, file, options)
    assert (report.counts.changed, report.counts.unchanged, report.counts.rejected) == (1, 1, 0)
    assert [w.field for w in report.warnings] == ["station_id"] and first in report.warnings[0].text.zh
    assert rows(connection, f"SELECT merged_into FROM yizhan.station WHERE station_id = '{second}'") == [
        (first,)
    ]


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_a_worksheet_goes_out_and_comes_back(registry: db.Connection, tmp_path: Path, suffix: str) -> None:
    with db.transaction(registry):
        pairs = duplicates.find(duplicates.read(registry)).pairs
    file = tmp_path / f"pairs{suffix}"
    sheet.write(file, pairs)
    assert sheet.read(file) == []
    verdicts = [("同一处", "乙"), ("different", ""), ("", "")]
    if suffix == ".xlsx":
        book = openpyxl.load_workbook(file)
        page: Any = book.worksheets[0]
        for row, (verdict, stays) in enumerate(verdicts, start=2):
            page.cell(row, 12, verdict or None)
            page.cell(row, 13, stays or None)
        book.save(file)
    else:
        lines = file.read_text("utf-8-sig").splitlines()
        assert lines[0].split(",")[11:] == ["判断(同一处/不同)", "保留(甲/乙)", "判断人", "备注"]
        told = [
            line.rsplit(",", 4)[0] + f",{v},{s},," for line, (v, s) in zip(lines[1:], verdicts, strict=True)
        ]
        file.write_text("\n".join([lines[0], *told]), encoding="utf-8-sig")
    read = sheet.read(file, by="市总工会")
    first, second = (tuple(pairs.loc[n, ["first_id", "second_id"]]) for n in (0, 1))
    assert read == [
        Decision(*first, "same", first[1], "市总工会"), Decision(*second, "different", None, "市总工会"),
    ]  # fmt: skip


def test_a_worksheet_that_says_nonsense_is_refused_row_by_row(tmp_path: Path) -> None:
    file = tmp_path / "pairs.csv"
    file.write_text(
        "first id,second id,verdict (same/different),保留(甲/乙)\nA,B,perhaps,\nA,B,same,丙\n", "utf-8"
    )
    with pytest.raises(InputError) as refused:
        sheet.read(file)
    assert "row 2" in refused.value.text.en and "row 3" in refused.value.text.en
    (tmp_path / "other.csv").write_text("name\nx\n", "utf-8")
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04")
    for name in ("other.csv", "broken.xlsx", "pairs.ods"):
        with pytest.raises(InputError):
            sheet.read(tmp_path / name)


def test_the_command_lists_decides_and_reads_back(
    registry: db.Connection, yizhan: Any, tmp_path: Path
) -> None:
    code, out, _ = yizhan("duplicates")
    assert code == 0 and "A  " in out and "名称相似" in out
    file = tmp_path / "pairs.csv"
    assert yizhan("duplicates", "--out", file)[0] == 0
    assert yizhan("duplicates", "--out", file)[0] == 1
    assert yizhan("duplicates", "decide", "A", "B", "--by", "甲")[0] == 1
    assert yizhan("duplicates", "decide", "A", "B", "--by", "甲", "--keep", "A")[0] == 0
    text = file.read_text("utf-8-sig").splitlines()
    told = [line.rsplit(",", 4)[0] + ",不同,,," for line in text[1:] if "B" in line and "C" in line]
    file.write_text("\n".join([text[0], *told]), encoding="utf-8-sig")
    assert yizhan("duplicates", "import", file)[0] == 1  # nobody is named
    assert yizhan("duplicates", "import", file, "--by", "乙")[0] == 0
    assert rows(registry, "SELECT verdict FROM yizhan.duplicate_decision ORDER BY first_id") == [
        ("same",), ("different",),
    ]  # fmt: skip
    assert listed(registry) == [("A", "C")]
