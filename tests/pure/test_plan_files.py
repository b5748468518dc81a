"""Workbook and GeoPackage of a study: read back with openpyxl, GDAL and as XML, against the study itself."""

import json
import resource
import sqlite3
import xml.etree.ElementTree as ET
from contextlib import closing

import geopandas as gpd
import numpy as np
import openpyxl
import pyogrio
import pytest
import shapely

from data.errors import InputError
from data.plans import layers, package, texts, titles, words, workbook
from tests.pure import plan_made

LAYERS = ["areas", "cells", "gaps", "stations", "sites"]


@pytest.fixture(scope="module")
def study():
    return plan_made.study(parameters=plan_made.parameters(stand_in="沿街随机点"))


@pytest.fixture(scope="module")
def gpkg(study, tmp_path_factory):
    path = tmp_path_factory.mktemp("plan") / "gaps.gpkg"
    package.write(path, study)
    return path


@pytest.fixture(scope="module")
def book(study, tmp_path_factory):
    path = tmp_path_factory.mktemp("plan") / "figures.xlsx"
    workbook.write(path, study)
    return openpyxl.load_workbook(path)


def table(sheet):
    """Rows of a sheet as dicts, below the row of headers that its filter names."""
    top = int(sheet.auto_filter.ref.split(":")[0][1:])
    rows = list(sheet.iter_rows(min_row=top, values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


# -- the GeoPackage


@pytest.mark.parametrize("most_bytes", [0, 4_096, 100_000, 140_000])
def test_a_geopackage_that_the_disk_has_no_room_for_is_said(study, tmp_path, most_bytes):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, before[1]))
    try:
        with pytest.raises(InputError, match=r"gaps\.gpkg cannot be written"):
            package.write(tmp_path / "gaps.gpkg", study)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_gdal_lists_the_layers_and_the_two_tables(gpkg):
    kinds = dict(pyogrio.list_layers(gpkg).tolist())
    assert kinds == {
        "areas": "MultiPolygon", "cells": "Unknown", "gaps": "MultiPolygon", "stations": "Point",
        "sites": "Point", "parameters": None, "layer_styles": None,
    }  # fmt: skip


def test_every_layer_has_one_default_style_whose_rules_hold_every_row(gpkg):
    styles = pyogrio.read_dataframe(gpkg, layer="layer_styles", read_geometry=False)
    assert sorted(styles["f_table_name"]) == sorted(LAYERS)
    assert styles["useAsDefault"].astype(int).tolist() == [1] * 5
    for name, qml in zip(styles["f_table_name"], styles["styleQML"], strict=True):
        rules = ET.fromstring(qml).findall("renderer-v2/rules/rule")
        symbols = {s.get("name") for s in ET.fromstring(qml).findall("renderer-v2/symbols/symbol")}
        assert {rule.get("symbol") for rule in rules} == symbols
        if name in ("gaps", "stations", "sites"):
            caught = [
                len(pyogrio.read_dataframe(gpkg, layer=name, where=rule.get("filter"))) for rule in rules
            ]
            assert sum(caught) == pyogrio.read_info(gpkg, layer=name)["features"]


def test_rules_of_cells_and_townships_catch_each_polygon_once(gpkg):
    styles = pyogrio.read_dataframe(gpkg, layer="layer_styles", read_geometry=False).set_index("f_table_name")
    for layer, count in (("cells", 6), ("areas", 3)):
        rules = ET.fromstring(styles.loc[layer, "styleQML"]).findall("renderer-v2/rules/rule")
        filters = [rule.get("filter").split(" AND NOT geometry_type")[0] for rule in rules]
        assert sum(len(pyogrio.read_dataframe(gpkg, layer=layer, where=f)) for f in filters) == count


def test_fields_have_chinese_names_in_style_and_table(gpkg):
    styles = pyogrio.read_dataframe(gpkg, layer="layer_styles", read_geometry=False).set_index("f_table_name")
    with closing(sqlite3.connect(gpkg)) as conn:
        named = {
            (t, c): n
            for t, c, n in conn.execute("SELECT table_name, column_name, name FROM gpkg_data_columns")
        }
    for layer in LAYERS:
        fields = pyogrio.read_info(gpkg, layer=layer)["fields"].tolist()
        aliases = {
            a.get("field"): a.get("name") for a in ET.fromstring(styles.loc[layer, "styleQML"]).iter("alias")
        }
        assert list(aliases) == fields
        assert all((layer, field) in named for field in fields)
    assert named["areas", "walk_0200_share"] == "步行15分钟覆盖率（凌晨2点）"
    assert named["stations", "DemandWeight"] == "就近的需求"


def test_every_field_of_every_layer_has_a_title_of_its_own(study):
    for name, layer in layers.make(study).items():
        for field in layer.columns.drop(layer.geometry.name):
            assert titles.title(field, study.parameters).zh != field, f"{name}.{field}"


def test_codes_read_as_words_in_the_table_of_qgis(gpkg):
    styles = pyogrio.read_dataframe(gpkg, layer="layer_styles", read_geometry=False).set_index("f_table_name")
    field = ET.fromstring(styles.loc["gaps", "styleQML"]).find("fieldConfiguration/field[@name='moment']")
    pairs = {o.get("value"): o.get("name") for o in field.iter("Option") if o.get("value")}
    assert pairs["0200"] == "凌晨2点"


def test_names_follow_location_allocation(gpkg):
    stations = pyogrio.read_dataframe(gpkg, layer="stations").set_index("station_id")
    assert stations.loc["a", ["FacilityType", "DemandCount", "DemandWeight"]].tolist() == [1, 2, 150.0]
    assert stations.loc["a", "Name"] == plan_made.EVIL
    sites = pyogrio.read_dataframe(gpkg, layer="sites").set_index("site_id")
    assert sites.loc["node/1", ["FacilityType", "DemandCount", "DemandWeight"]].tolist() == [3, 1, 200.0]
    assert sites.loc["grid-2", "Name"] == "grid-2"
    cells = pyogrio.read_dataframe(gpkg, layer="cells")
    assert cells["Weight"].sum() == 400
    assert cells["AllocatedWeight"].sum() == 175
    assert cells["FacilityID"].fillna("").tolist() == ["a", "a", "b", "b", "", ""]


def test_cells_are_hexagons_and_areas_are_made_of_them(gpkg, study):
    cells = pyogrio.read_dataframe(gpkg, layer="cells")
    assert cells.geom_type.eq("Polygon").all()
    assert all(len(g.exterior.coords) == 7 for g in cells.geometry)
    areas = pyogrio.read_dataframe(gpkg, layer="areas").set_index("code")
    town = cells[cells["township_code"] == "110101002"].geometry.union_all()
    assert areas.loc["110101002"].geometry.symmetric_difference(town).area < 1e-9 * town.area
    middle = shapely.points(study.cells["lon"], study.cells["lat"])
    assert shapely.contains(areas.loc["all"].geometry, middle).all()


def test_points_of_demand_that_are_no_cells_stay_points():
    orders = plan_made.study().cells.assign(demand_id=[f"row-{i}" for i in range(6)])
    made = layers.make(plan_made.study(cells=orders, served=plan_made.filled("served", 0)))
    assert made["cells"].geom_type.eq("Point").all()
    assert made["areas"].geometry.isna().all()


def test_status_of_cells_by_hand(study):
    assert layers.status(study.cells).tolist() == ["night", "some", "some", "never", "no_way", "no_way"]
    assert layers.station_class(study.stations).tolist() == ["24h", "unknown", "not_counted"]


def test_parameters_versions_seed_and_stand_in_are_inside(gpkg):
    rows = pyogrio.read_dataframe(gpkg, layer="parameters", read_geometry=False).set_index("parameter")[
        "value"
    ]
    assert (rows["seed"], rows["week"], rows["stand_in"]) == ("7", "2026-11-23", "沿街随机点")
    assert rows["counts.hidden"] == "2"
    assert rows["note.1"] == "两处驿站没有坐标。"
    about = pyogrio.read_info(gpkg, layer="areas")["dataset_metadata"]
    assert about["streets_source"] == "town.osm.pbf 2026-01-01"
    assert json.loads(about["notes"]) == ["两处驿站没有坐标。"]


@pytest.mark.parametrize(("name", "epsg"), [("EPSG:4490", 4490), ("local", 4548), ("4326", 4326)])
def test_another_coordinate_system_moves_the_layers_and_no_place(study, tmp_path, name, epsg):
    package.write(tmp_path / "g.gpkg", study, name)
    for layer in LAYERS:
        read = gpd.read_file(tmp_path / "g.gpkg", layer=layer)
        assert read.crs.to_epsg() == epsg
    back = gpd.read_file(tmp_path / "g.gpkg", layer="sites").to_crs(4326)
    assert np.allclose(back.geometry.x, study.sites["lon"], atol=1e-7)
    assert np.allclose(back.geometry.y, study.sites["lat"], atol=1e-7)


def test_an_unknown_coordinate_system_is_refused_by_name(study, tmp_path):
    with pytest.raises(InputError, match=r"EPSG:3857.*EPSG:4490"):
        package.write(tmp_path / "g.gpkg", study, "EPSG:3857")
    assert not (tmp_path / "g.gpkg").exists()


def test_a_study_of_nothing_makes_both_files(tmp_path):
    package.write(tmp_path / "g.gpkg", plan_made.bare())
    assert {pyogrio.read_info(tmp_path / "g.gpkg", layer=n)["features"] for n in LAYERS} == {0}
    workbook.write(tmp_path / "f.xlsx", plan_made.bare())
    assert openpyxl.load_workbook(tmp_path / "f.xlsx")["缺口"]["A2"].value == "（没有）"


def test_writing_again_replaces_the_file(study, tmp_path):
    package.write(tmp_path / "g.gpkg", study)
    package.write(tmp_path / "g.gpkg", plan_made.bare())
    assert pyogrio.read_info(tmp_path / "g.gpkg", layer="cells")["features"] == 0


# -- the workbook


def test_sheets_are_named_in_chinese(book):
    assert book.sheetnames == [t.zh for t in texts.SHEET.values()]


def test_every_sheet_of_figures_says_that_the_stations_are_a_stand_in(book):
    for name in ("summary", *workbook.SHEETS):
        top = [row[0] for row in book[texts.SHEET[name].zh].iter_rows(max_row=3, values_only=True)]
        assert any("不是真实驿站：沿街随机点" in str(cell) for cell in top), name


def test_headers_name_the_limits_and_no_field_is_left_in_english(book):
    heads = {cell for sheet in book.worksheets[1:-2] for cell in table(sheet)[0]}
    assert "步行15分钟覆盖率（不论时段）" in heads
    assert [h for h in heads if str(h).isascii()] == []


def test_shares_are_percentages_and_minutes_are_minutes(book):
    town = {row["名称"]: row for row in table(book["街道乡镇"])}["东华门街道"]
    assert town["步行15分钟覆盖率（不论时段）"] == 0.875
    assert town["到最近驿站平均步行（分钟）"] == 2.5
    sheet = book["街道乡镇"]
    formats = {cell.value: sheet.cell(cell.row + 1, cell.column).number_format for cell in sheet[2]}
    assert formats["步行15分钟覆盖率（不论时段）"] == "0.0%"
    assert formats["需求"] == "#,##0"


def test_codes_are_text_and_missing_numbers_are_empty(book):
    towns = {row["名称"]: row for row in table(book["街道乡镇"])}
    assert towns["景山街道"]["代码"] == "110101002"
    assert towns["景山街道"]["每处驿站对应需求"] is None


def test_no_text_of_the_data_becomes_a_formula(book):
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    evil = [cell for cell in cells if cell.value == plan_made.EVIL]
    assert evil
    assert {cell.data_type for cell in evil} == {"s"}
    assert all(cell.data_type != "f" for cell in cells)


def test_the_week_has_its_336_half_hours_and_a_chart(book):
    rows = table(book["一周逐时"])
    assert len(rows) == 336
    assert (rows[100]["星期"], rows[100]["时刻"], rows[100]["日期"]) == ("周三", "02:00", "2026-11-25")
    assert len(book["一周逐时"]._charts) == 1
    assert len(book["增加几处"]._charts) == 1


def test_parameters_and_counts_stand_on_their_sheet(book):
    rows = {row[2]: row[1] for row in book["参数与数据"].iter_rows(min_row=2, values_only=True)}
    assert rows["seed"] == 7
    assert rows["counts.hidden"] == 2
    assert rows["streets_source"] == "town.osm.pbf 2026-01-01"


def test_every_column_of_every_sheet_is_explained(book):
    told = {(row[0], row[1]) for row in book["列的说明"].iter_rows(min_row=2, values_only=True)}
    for sheet in book.worksheets[1:-2]:
        heads = [c.value for c in sheet[int(sheet.auto_filter.ref.split(":")[0][1:])]]
        assert {(sheet.title, head) for head in heads} <= told


def test_the_summary_puts_both_standards_side_by_side(book):
    rows = [row[:3] for row in book["概要"].iter_rows(values_only=True)]
    assert ("时段", "直线1公里", "步行15分钟") in rows
    assert ("不论时段", 0, 0.4375) in rows
    assert ("需求合计（人）", 400, None) in rows


def test_words_of_codes_that_are_not_known_stay_codes():
    assert words.word("kind", "spaceship") == "spaceship"
