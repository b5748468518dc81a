"""The way back of a worksheet: what visits found is stored once and whole, and settles verdicts."""

import csv
from datetime import date

import openpyxl
import pytest

from data.errors import InputError
from data.postgres import db
from data.sample import town
from data.stations import imports, store, visits, worksheet, worksheet_file
from data.stations.imports import ImportOptions
from data.streets import candidates, osm
from geo import coordsys
from geo.frontage import Parameters
from service import checking

TODAY = date(2026, 11, 1)
SEEN = {"核实日期": "2026-10-30", "核实单位": "某区总工会"}
TSINGHUA = "osm/beijing_tsinghua_pku_2017.osm.pbf"
STATIONS = """
INSERT INTO yizhan.station (station_id, name, source, position, position_kind, given_x, given_y, given_coordsys)
SELECT id, '驿站 ' || id, 'test', ST_Point(lon, 39.9, 4326)::geography, 'building', lon, 39.9, 'wgs84'
FROM (VALUES ('a', 116.3), ('b', 116.31), ('c', 116.32)) AS v(id, lon)
"""


@pytest.fixture
def registry(connection):
    """Three stations with no street map around them: all verdicts are open."""
    change(connection, STATIONS)
    checking.check_registry(connection, Parameters())
    return connection


@pytest.fixture
def sheet(registry, tmp_path):
    """A worksheet of the registry; filled in by id, saved, and its path returned."""
    return lambda filled, **options: fill(write(registry, tmp_path / "visits.xlsx", **options), filled)


def change(conn, sql, *values):
    with db.transaction(conn), conn.cursor() as cursor:
        cursor.execute(sql, values)


def write(conn, path, system="gcj02"):
    found = worksheet.stops(store.read_stations(conn), worksheet.read_evidence(conn), TODAY)
    conn.rollback()
    return worksheet_file.write(path, found, system)


def fill(path, filled):
    """Type cells into a worksheet, by station id and header."""
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    column = {cell.value: cell.column for cell in page[1]}
    for row in range(2, page.max_row + 1):
        for header, value in filled.get(page.cell(row, column["驿站ID"]).value, {}).items():
            page.cell(row, column[header]).value = value
    book.save(path)
    return path


def bring(conn, path, **options):
    return visits.import_visits(conn, path, today=TODAY, **options)


def read(conn):
    frame = store.read_stations(conn).set_index("station_id")
    conn.rollback()
    return frame


def reasons(report):
    return [reason.zh for _, reason in report.reasons]


# -- what is stored


def test_what_was_seen_is_stored_with_its_day_its_unit_and_its_place(registry, sheet):
    seen = SEEN | {"临街门": "是", "门卫查问": "否", "需登记": "不详", "核实备注": "门在东侧", "楼层": "二楼"}
    report = bring(registry, sheet({"b": seen}))
    assert (report.changed, report.unchanged, report.skipped, report.rejected) == (1, 0, 2, 0)
    assert report.station_ids == ("b",)
    row = read(registry).loc["b"]
    assert row["visited"] == {
        "on": "2026-10-30",
        "by": "某区总工会",
        "street_door": "yes",
        "guarded": "no",
        "note": "门在东侧",
        "at": [116.31, 39.9],
    }
    assert (row["verified_at"], row["floor"], row["street_facing_rule"]) == ("2026-10-30", 2, None)
    assert read(registry).loc["a", "visited"] == {}


def test_the_verdict_follows_the_visit(registry, sheet):
    filled = {"a": SEEN | {"临街门": "是"}, "b": SEEN | {"院内": "是"}, "c": SEEN | {"需登记": "是"}}
    report = bring(registry, sheet(filled))
    checked = checking.check_registry(registry, Parameters(), only=report.station_ids)
    assert checked.checked == 3
    rules = read(registry)[["street_facing", "street_facing_rule"]].to_numpy().tolist()
    assert rules == [
        ["yes", "visited_street_door"],
        ["no", "visited_in_compound"],
        ["no", "visited_registration"],
    ]
    with registry.cursor() as cursor:
        cursor.execute("SELECT DISTINCT kind FROM yizhan.frontage")
        assert cursor.fetchall() == [("visited",)]


def test_importing_twice_changes_nothing(registry, sheet):
    door = ",".join(str(float(v)) for v in coordsys.from_wgs84(116.3105, 39.9, "gcj02"))
    path = sheet({"a": SEEN | {"临街门": "是"}, "b": SEEN | {"入口坐标(gcj02)": door, "楼层": "1"}})
    assert bring(registry, path).changed == 2
    before = store.data_version(registry)
    registry.rollback()
    again = bring(registry, path)
    assert (again.changed, again.unchanged, again.warnings) == (0, 2, ())
    assert store.data_version(registry) == before


@pytest.mark.parametrize("system", ["gcj02", "wgs84", "bd09"])
def test_a_corrected_door_moves_the_station_and_keeps_the_numbers_as_given(registry, sheet, system):
    x, y = (round(float(v), 6) for v in coordsys.from_wgs84(116.301, 39.9005, system))
    header = f"入口坐标({system})"
    bring(registry, sheet({"a": SEEN | {header: f"{x}，{y}"}}, system=system))
    row = read(registry).loc["a"]
    assert (row["lon"], row["lat"]) == pytest.approx((116.301, 39.9005), abs=2e-6)
    assert (row["given_x"], row["given_y"], row["given_coordsys"], row["position_kind"]) == (
        x,
        y,
        system,
        "entrance",
    )
    assert row["visited"]["at"] == pytest.approx([116.301, 39.9005], abs=2e-6)


def test_a_second_visit_replaces_the_first_and_the_history_keeps_both(registry, sheet):
    bring(registry, sheet({"a": SEEN | {"临街门": "是", "有电梯": "否"}}))
    bring(registry, sheet({"a": {"核实日期": "2026-10-31", "核实单位": "某街道总工会", "临街门": "否"}}))
    visited = read(registry).loc["a", "visited"]
    assert visited == {"on": "2026-10-31", "by": "某街道总工会", "street_door": "no", "at": [116.3, 39.9]}
    kept = [c.new["visited"]["on"] for c in store.read_history(registry, "a") if c.new and "visited" in c.new]
    assert kept == ["2026-10-30", "2026-10-31"]


def test_an_earlier_visit_does_not_replace_a_later_one(registry, sheet):
    bring(registry, sheet({"a": SEEN | {"临街门": "是"}}))
    report = bring(registry, sheet({"a": SEEN | {"核实日期": "2026-10-29", "临街门": "否"}}))
    assert (report.changed, report.rejected) == (0, 1)
    assert "2026-10-30" in reasons(report)[0]
    assert read(registry).loc["a", "visited"]["street_door"] == "yes"


def test_an_import_of_the_list_keeps_what_visits_found(connection, tmp_path):
    files = town.write(tmp_path)
    imports.import_file(connection, files.stations, ImportOptions(files.coordsys, source=files.source))
    first = read(connection).index[0]
    bring(connection, fill(write(connection, tmp_path / "v.xlsx"), {first: SEEN | {"临街门": "是"}}))
    imports.import_file(connection, files.stations, ImportOptions(files.coordsys, source=files.source))
    assert read(connection).loc[first, "visited"]["street_door"] == "yes"


# -- what is refused, row by row


@pytest.mark.parametrize(
    ("filled", "reason"),
    [
        (SEEN | {"核实日期": "2026-11-02", "临街门": "是"}, "在将来"),
        (SEEN | {"核实日期": "前天", "临街门": "是"}, "不是日期"),
        ({"核实日期": "2026-10-30", "临街门": "是"}, "没有填写"),
        ({"核实单位": "某区总工会", "临街门": "是"}, "没有填写"),
        (SEEN, "没有任何核实内容"),
        (SEEN | {"临街门": "不详"}, "没有任何核实内容"),
        (SEEN | {"临街门": "大概"}, "不认识"),
        (SEEN | {"有电梯": "2"}, "不认识"),
        (SEEN | {"楼层": "0"}, "不在 -9 到 200"),
        (SEEN | {"入口坐标(gcj02)": "116.3"}, "格式不对"),
        (SEEN | {"入口坐标(gcj02)": "39.9,116.3"}, "像是写反了"),
        (SEEN | {"入口坐标(gcj02)": "2.3,48.8"}, "不在中国范围内"),
        (SEEN | {"入口坐标(gcj02)": "116.4,39.9"}, "公里"),
        (SEEN | {"临街门": "是", "核实备注": "找老张 13800138000"}, "个人手机号"),
        (SEEN | {"临街门": "是", "驿站ID": "none-such"}, "没有驿站 none-such"),
        (SEEN | {"临街门": "是", "驿站ID": None}, "没有填写"),
        (SEEN | {"临街门": "是", "驿站ID": "a"}, "同一站点"),
    ],
)
def test_a_row_that_cannot_be_used_is_kept_with_its_reason_and_the_others_are_used(
    registry, sheet, filled, reason
):
    path = sheet({"a": SEEN | {"临街门": "是"}, "b": filled})
    report = bring(registry, path)
    assert (report.changed, report.skipped, report.rejected) == (1, 1, 1)
    assert any(reason in said for said in reasons(report)), reasons(report)
    assert read(registry).loc["b", "visited"] == {}
    assert report.rejects_path == path.with_name("visits.rejected.xlsx")
    rejected = openpyxl.load_workbook(report.rejects_path).worksheets[0]
    assert rejected.max_row == 2
    assert reason in rejected[2][rejected.max_column - 1].value


def test_a_mended_rejects_file_is_imported_as_it_is(registry, sheet):
    report = bring(registry, sheet({"b": SEEN | {"临街门": "大概"}}))
    again = bring(registry, fill(report.rejects_path, {"b": {"临街门": "是"}}))
    assert (again.changed, again.rejected) == (1, 0)
    assert read(registry).loc["b", "visited"]["street_door"] == "yes"


def test_a_sheet_saved_as_csv_is_imported_too(registry, sheet, tmp_path):
    path = sheet({"a": SEEN | {"临街门": "是"}, "b": SEEN | {"临街门": "大概"}})
    rows = openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
    with (tmp_path / "visits.csv").open("w", encoding="gbk", newline="") as file:
        csv.writer(file).writerows(rows)
    report = bring(registry, tmp_path / "visits.csv")
    assert (report.changed, report.rejected) == (1, 1)
    assert report.rejects_path == tmp_path / "visits.rejected.csv"


def test_a_station_moved_since_the_sheet_was_written_is_told_unless_the_door_is_given(registry, sheet):
    door = ",".join(str(float(v)) for v in coordsys.from_wgs84(116.3113, 39.9, "gcj02"))
    path = sheet({"a": SEEN | {"临街门": "是"}, "b": SEEN | {"临街门": "是", "入口坐标(gcj02)": door}})
    moved = (
        "UPDATE yizhan.station SET position = ST_Project(position, 120, radians(90)) WHERE station_id < 'c'"
    )
    change(registry, moved)
    report = bring(registry, path)
    assert report.station_ids == ("b",)
    assert "移动了 120 米" in reasons(report)[0]


def test_a_station_changed_since_the_sheet_was_written_is_used_and_told(registry, sheet):
    path = sheet({"a": SEEN | {"临街门": "是"}})
    change(registry, "UPDATE yizhan.station SET phone = '010-12351' WHERE station_id = 'a'")
    report = bring(registry, path)
    assert report.changed == 1
    assert len(report.warnings[0].rows) == 1


def test_a_withdrawn_station_is_told(registry, sheet):
    path = sheet({"a": SEEN | {"临街门": "是"}})
    change(registry, "UPDATE yizhan.station SET deleted_at = now() WHERE station_id = 'a'")
    assert "已撤销" in reasons(bring(registry, path))[0]


# -- what is refused as a whole


def test_a_file_that_is_no_worksheet_is_refused(registry, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("驿站ID,名称,核实日期\na,x,2026-10-30\n", encoding="utf-8")
    with pytest.raises(InputError, match="核实单位"):
        bring(registry, path)


def test_a_door_without_a_system_is_refused_and_taken_with_one(registry, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(
        '驿站ID,核实日期,核实单位,入口坐标\na,2026-10-30,某区总工会,"116.301,39.9"\n', encoding="utf-8"
    )
    assert "坐标系" in reasons(bring(registry, path))[0]
    assert bring(registry, path, coordsys="wgs84").changed == 1


def test_a_contradicting_system_is_refused(registry, sheet):
    with pytest.raises(InputError, match="gcj02"):
        bring(registry, sheet({"a": SEEN | {"临街门": "是"}}), coordsys="wgs84")


def test_nothing_is_stored_when_the_rejected_rows_cannot_be_written(registry, sheet, tmp_path):
    path = sheet({"a": SEEN | {"临街门": "是"}, "b": SEEN | {"临街门": "大概"}})
    with pytest.raises(InputError):
        bring(registry, path, rejects_path=tmp_path / "absent" / "r.xlsx")
    assert read(registry).loc["a", "visited"] == {}


# -- on real data


@pytest.fixture
def block(connection, shared_data, tmp_path):
    """The premises of a real block as stations of a list, checked against its street map."""
    premises = candidates.candidates(shared_data / TSINGHUA)
    path = tmp_path / "premises.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["名称", "经度", "纬度", "位置类型", "位置精度(米)", "OSM ID", "服务对象", "区县"])
        for p in premises.itertuples():
            name = p.name or f"{p.kind} {p.osm_id}"
            rows.writerow(
                [name, p.geometry.x, p.geometry.y, "建筑", p.accuracy_m, p.osm_id, "户外劳动者", "海淀区"]
            )
    osm.import_osm(connection, shared_data / TSINGHUA)
    imports.import_file(connection, path, ImportOptions("wgs84"))
    checking.check_registry(connection, Parameters())
    return connection


def test_the_open_verdicts_of_a_real_block_are_settled_by_visits(block, tmp_path):
    before = read(block)
    opened = before[before["street_facing"] == "unknown"]
    path = write(block, tmp_path / "visits.xlsx")
    page = openpyxl.load_workbook(path).worksheets[0]
    assert page.max_row - 1 == len(opened) > 50
    chosen = {i: SEEN | {"临街门": "是" if n % 2 else "否"} for n, i in enumerate(opened.index[:40])}
    report = bring(block, fill(path, chosen))
    assert (report.changed, report.skipped, report.rejected) == (40, len(opened) - 40, 0)
    assert checking.check_registry(block, Parameters()).checked == 40
    after = read(block)
    assert after.loc[list(chosen), "street_facing"].tolist() == ["no", "yes"] * 20
    rest = before.index.difference(list(chosen))
    assert after.loc[rest, "street_facing_rule"].equals(before.loc[rest, "street_facing_rule"])
    left = worksheet.stops(store.read_stations(block), worksheet.read_evidence(block), TODAY)
    assert len(left) == len(opened) - 40


def test_without_a_street_map_real_stations_are_unknown_and_all_to_be_visited(
    connection, shared_data, tmp_path
):
    listed = shared_data / "stations" / "zhengzhou_union_stations.csv"
    imports.import_file(connection, listed, ImportOptions("gcj02"))
    checking.check_registry(connection, Parameters())
    assert read(connection)["street_facing_rule"].unique().tolist() == ["no_street_data"]
    page = openpyxl.load_workbook(write(connection, tmp_path / "visits.xlsx")).worksheets[0]
    assert page.max_row - 1 == 82
    steps = [row[10].value for row in page.iter_rows(min_row=2)]
    districts = {row[5].value for row in page.iter_rows(min_row=2)}
    assert steps.count(None) >= len(districts)
