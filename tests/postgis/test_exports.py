"""Export, edit, import: exactly the edited cells change, and nobody's work is overwritten."""

import csv
import math
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest

from data.errors import InputError
from data.postgres import db
from data.stations import exports, imports, store, texts
from data.stations.imports import ImportOptions, ImportReport

ROWS = [
    ["编码", "名称", "地址", "经度", "纬度", "开放时间", "进入方式", "设施", "楼层", "服务电话",
     "24小时开门", "调休日照常", "高德ID"],
    ["A1", "甲驿站", "人民路1号", "113.620156", "34.749798", "24小时", "扫码", "饮水、微波炉(故障)、按摩椅",
     "2", "0371-12345678", "", "", "B1"],
    ["A2", '=HYPERLINK("http://x")', "-2号", "113.61", "34.71", "看心情", "推门", "", "-1",
     "+86 371 12345678", "是", "", ""],
    ["", "丙驿站", "'=3号", "", "", "", "", "", "", "", "", "", ""],
]  # fmt: skip
KINDS = ["csv", "xlsx", "geojson", "gpkg"]


@pytest.fixture
def registry(connection: db.Connection, tmp_path: Path) -> db.Connection:
    """A registry of three stations."""
    path = tmp_path / "list.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(ROWS)
    options = ImportOptions("gcj02", source="s", audience="outdoor_workers")
    assert imports.import_file(connection, path, options).counts.added == 3
    return connection


def take(conn: db.Connection, path: Path) -> ImportReport:
    return imports.import_file(conn, path, ImportOptions())


def edit(path: Path, station: str, /, **cells: str) -> None:
    """Change cells of the station of that name in an exported workbook, by field code."""
    book = openpyxl.load_workbook(path)
    sheet = book.active
    column = {cell.value: cell.column for cell in sheet[1]}
    row = next(r for r in range(2, sheet.max_row + 1) if sheet.cell(r, column["名称"]).value == station)
    for code, value in cells.items():
        sheet.cell(row, column[texts.FIELD_TITLE[code].zh]).value = value or None
    book.save(path)


def facts(conn: db.Connection) -> dict[str, dict[str, object]]:
    frame = store.read_stations(conn).drop(columns=["version", "data_version", "updated_at"])
    conn.rollback()
    return {
        r["station_id"]: {k: (None if isinstance(v, float) and math.isnan(v) else v) for k, v in r.items()}
        for r in frame.to_dict("records")
    }


def difference(
    before: dict[str, dict[str, object]], after: dict[str, dict[str, object]]
) -> dict[str, object]:
    assert before.keys() == after.keys()
    return {f"{after[i]['code']}.{k}": v for i in after for k, v in after[i].items() if before[i][k] != v}


@pytest.mark.parametrize("kind", KINDS)
def test_an_untouched_export_changes_nothing(registry: db.Connection, tmp_path: Path, kind: str) -> None:
    before, path = facts(registry), tmp_path / f"out.{kind}"
    version = store.data_version(registry)
    assert exports.export_file(registry, path) == 3
    report = take(registry, path)
    assert (report.counts.unchanged, report.counts.rejected) == (3, 0), report.outcomes.to_dict("records")
    assert facts(registry) == before
    assert store.data_version(registry) == version


def test_exactly_the_edited_cells_change(registry: db.Connection, tmp_path: Path) -> None:
    before, path = facts(registry), tmp_path / "out.xlsx"
    exports.export_file(registry, path)
    edit(path, "甲驿站", address="", capacity="12", street_door="是", facilities="饮水、微波炉、按摩椅")
    report = take(registry, path)
    assert (report.counts.changed, report.counts.unchanged) == (1, 2)
    assert difference(before, facts(registry)) == {
        "A1.address": None, "A1.capacity": 12.0, "A1.street_door": "yes",
        "A1.facilities": {"drinking_water": "unknown", "microwave": "unknown"},
    }  # fmt: skip


def test_an_edit_of_posted_hours_moves_what_follows_from_them(
    registry: db.Connection, tmp_path: Path
) -> None:
    before, path = facts(registry), tmp_path / "out.xlsx"
    exports.export_file(registry, path)
    edit(path, "甲驿站", hours_posted="8:00-20:00")
    take(registry, path)
    assert difference(before, facts(registry)) == {
        "A1.hours_posted": "8:00-20:00", "A1.opening_hours": "Mo-Su 08:00-20:00", "A1.door_24h": "no",
        "A1.unattended_24h": "unknown",
    }  # fmt: skip


def test_osm_hours_filled_in_win_and_come_back(registry: db.Connection, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    exports.export_file(registry, path)
    edit(path, "甲驿站", opening_hours="Mo-Fr 09:00-17:00", makeup_days="是")
    take(registry, path)
    exports.export_file(registry, path)
    before = facts(registry)
    assert take(registry, path).counts.unchanged == 3
    assert difference(before, facts(registry)) == {}
    station = next(s for s in before.values() if s["code"] == "A1")
    assert (station["opening_hours"], station["makeup_days"]) == ("Mo-Fr 09:00-17:00", True)
    assert station["hours_posted"] == "24小时"


def test_a_bad_edit_rejects_the_row_instead_of_clearing_the_cell(
    registry: db.Connection, tmp_path: Path
) -> None:
    before, path = facts(registry), tmp_path / "out.xlsx"
    exports.export_file(registry, path)
    edit(path, "甲驿站", capacity="很多")
    edit(path, "丙驿站", name="")
    report = take(registry, path)
    assert (report.counts.unchanged, report.counts.rejected) == (1, 2)
    assert facts(registry) == before


def test_a_row_changed_in_the_registry_since_is_rejected_with_both_values(
    registry: db.Connection, tmp_path: Path
) -> None:
    path = tmp_path / "out.xlsx"
    exports.export_file(registry, path)
    with db.transaction(registry), registry.cursor() as cursor:
        cursor.execute("UPDATE yizhan.station SET address = '新路9号' WHERE code = 'A1'")
    edit(path, "甲驿站", address="人民路100号")
    report = take(registry, path)
    assert (report.counts.rejected, report.counts.unchanged) == (1, 2)
    reason = report.outcomes.loc[report.outcomes["outcome"] == "rejected", "reason_zh"].iloc[0]
    assert "人民路100号" in reason
    assert "新路9号" in reason
    assert {s["address"] for s in facts(registry).values()} >= {"新路9号"}


def test_a_row_left_as_exported_does_not_undo_what_changed_since(
    registry: db.Connection, tmp_path: Path
) -> None:
    path = tmp_path / "out.csv"
    exports.export_file(registry, path)
    with db.transaction(registry), registry.cursor() as cursor:
        cursor.execute("UPDATE yizhan.station SET address = '新路9号', capacity = 5 WHERE code = 'A1'")
    with db.transaction(registry), registry.cursor() as cursor:
        cursor.execute("UPDATE yizhan.station SET address = '新路10号' WHERE code = 'A1'")
    before = facts(registry)
    report = take(registry, path)
    assert (report.counts.rejected, report.counts.unchanged) == (0, 3)
    assert facts(registry) == before


def test_a_station_withdrawn_since_the_export_does_not_come_back(
    registry: db.Connection, tmp_path: Path
) -> None:
    path = tmp_path / "out.csv"
    exports.export_file(registry, path)
    with db.transaction(registry), registry.cursor() as cursor:
        cursor.execute("UPDATE yizhan.station SET deleted_at = now() WHERE code = 'A1'")
    report = take(registry, path)
    assert (report.counts.rejected, report.counts.unchanged) == (1, 2)
    assert len(facts(registry)) == 2


def test_a_row_added_to_an_export_is_a_new_station(registry: db.Connection, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    exports.export_file(registry, path)
    book = openpyxl.load_workbook(path)
    heads = [c.value for c in book.active[1]]
    book.active.append([{"名称": "丁驿站", "来源": "s"}.get(h) for h in heads])
    book.save(path)
    report = take(registry, path)
    assert (report.counts.added, report.counts.unchanged) == (1, 3)


def test_a_point_moved_in_a_layer_moves_the_station(registry: db.Connection, tmp_path: Path) -> None:
    before, path = facts(registry), tmp_path / "out.gpkg"
    exports.export_file(registry, path)
    layer = gpd.read_file(path)
    at = layer.index[layer["站点编码"] == "A1"][0]
    layer.loc[at, "geometry"] = gpd.points_from_xy([113.5], [34.5])[0]
    layer.to_file(path, layer="stations")
    take(registry, path)
    changed = difference(before, facts(registry))
    assert changed == {
        "A1.lon": 113.5,
        "A1.lat": 34.5,
        "A1.given_x": 113.5,
        "A1.given_y": 34.5,
        "A1.given_coordsys": "wgs84",
    }


def test_given_coordinates_are_exported_as_given(registry: db.Connection, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    exports.export_file(registry, path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        row = next(r for r in csv.DictReader(file) if r["站点编码"] == "A1")
    assert (row["经度"], row["纬度"], row["坐标系"]) == ("113.620156", "34.749798", "gcj02")


def test_no_exported_cell_is_a_formula(registry: db.Connection, tmp_path: Path) -> None:
    exports.export_file(registry, tmp_path / "out.xlsx")
    cells = [c for row in openpyxl.load_workbook(tmp_path / "out.xlsx").active.iter_rows() for c in row]
    assert {c.data_type for c in cells} <= {"s", "n"}
    assert any(str(c.value).startswith("=") for c in cells)
    exports.export_file(registry, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert not any(c[:1] in {"=", "+", "@"} for row in csv.reader(file) for c in row)


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_registry_exports_its_header(connection: db.Connection, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"out.{kind}"
    assert exports.export_file(connection, path) == 0
    assert path.exists()


def test_only_one_source_when_asked(registry: db.Connection, tmp_path: Path) -> None:
    assert exports.export_file(registry, tmp_path / "out.csv", source="nobody") == 0


@pytest.mark.parametrize("name", ["out.doc", "nowhere/out.csv", "nowhere/out.xlsx", "nowhere/out.gpkg"])
def test_a_place_that_cannot_be_written_is_said(registry: db.Connection, tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError):
        exports.export_file(registry, tmp_path / name)
