"""Files of demand: coordinate systems, titles, times; every row is used or named with its reason."""

import json
import math
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely

from data.demand.files import read, read_areas
from data.errors import InputError
from geo import coordsys, demand
from geo.profiles import Profiles
from geo.week import slot_of

PLACE = (116.404, 39.915)


def write(folder: Path, text: str, name: str = "demand.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(text, encoding=encoding)
    return path


def test_every_row_is_used_or_named_with_its_reason(tmp_path):
    path = write(
        tmp_path,
        "lon,lat,orders,rider_id\n"
        "116.40,39.91,3,r1\n"
        ",39.91,1,r2\n"
        "39.91,116.40,1,r3\n"
        "116.40,39.91,-1,r4\n"
        "116.40,39.91,many,r5\n"
        "116.40,99.91,1,r6\n"
        '116.41,39.91,"1,200",r7\n'
        "116.41,39.91,1,r8,extra\n"
        "\n"
        "116.41,39.91,0,r9\n",
    )  # fmt: skip
    made = read(path, "wgs84")
    report = made.report
    assert made.kind == "points"
    assert (report.rows_read, report.rows_kept, len(made.points)) == (9, 3, 3)
    assert made.points["weight"].tolist() == [3, 1200, 0]
    assert made.points["demand_id"].tolist() == ["row-2", "row-8", "row-11"]
    reasons = {reject.row: reject.reason.en for reject in report.rejects}
    assert list(reasons) == [3, 4, 5, 6, 7, 9]
    assert "no coordinates" in reasons[3]
    assert "changed places" in reasons[4]
    assert "'-1'" in reasons[5]
    assert "'many'" in reasons[6]
    assert "cannot be coordinates" in reasons[7]
    assert "more cells" in reasons[9]


def test_ids_of_persons_are_not_read(tmp_path):
    path = write(tmp_path, "rider_id,lon,lat,order_id\nr1,116.40,39.91,o1\n")
    made = read(path, "wgs84")
    assert "rider_id, order_id" in " ".join(note.en for note in made.report.notes)
    assert not {"r1", "o1"} & set(made.points.astype(str).to_numpy().ravel())


@pytest.mark.parametrize("system", ["wgs84", "gcj02", "bd09", "bd09mc"])
def test_positions_are_read_in_the_system_that_is_stated(tmp_path, system):
    x, y = coordsys.point_from_wgs84(*PLACE, system)
    made = read(write(tmp_path, f"经度,纬度,订单量\n{x!r},{y!r},5\n", encoding="gbk"), system).points
    assert (made["lon"][0], made["lat"][0]) == pytest.approx(PLACE, abs=1e-6)
    assert made["weight"][0] == 5


@pytest.mark.parametrize("system", [None, "", "wgs85"])
def test_a_system_that_is_missing_or_not_known_is_refused(tmp_path, system):
    with pytest.raises(InputError, match="gcj02"):
        read(write(tmp_path, "lon,lat\n116.4,39.9\n"), system)


def test_degrees_stated_as_mercator_metres_are_refused(tmp_path):
    with pytest.raises(InputError, match="bd09mc"):
        read(write(tmp_path, "lon,lat\n116.4,39.9\n"), "bd09mc")


def test_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    for row in (["经度", "纬度", "数量"], [116.4, 39.9, 2], [116.41, 39.9, None], [116.42, 39.9, 7.5]):
        book.active.append(row)
    book.save(tmp_path / "demand.xlsx")
    made = read(tmp_path / "demand.xlsx", "wgs84")
    assert made.points["weight"].tolist() == [2, 7.5]
    assert [reject.row for reject in made.report.rejects] == [3]


def test_several_columns_that_could_be_the_weight_are_not_guessed(tmp_path):
    path = write(tmp_path, "lon,lat,count,人口\n116.4,39.9,1,2\n")
    with pytest.raises(InputError, match=r"count, 人口.*--demand-weight"):
        read(path, "wgs84")
    assert read(path, "wgs84", weight="人口").points["weight"].tolist() == [2]
    with pytest.raises(InputError, match="visitors"):
        read(path, "wgs84", weight="visitors")


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", "no rows"),
        ("lon,lat\n", "no rows"),
        ("a,b\n1,2\n", "lon"),
        ("lon,lat\nx,y\n", "None of the 1 rows"),
        ("lon,lat,lon\n116.4,39.9,1\n", "two columns called 'lon'"),
        ("lon,lat,count,count\n116.4,39.9,1,2\n", "two columns called 'count'"),
        ("lon,lat,name,name\n116.4,39.9,a,b\n", "two columns called 'name'"),
    ],
)
def test_a_file_without_use_says_why(tmp_path, text, match):
    with pytest.raises(InputError, match=match):
        read(write(tmp_path, text), "wgs84")


def test_files_of_other_kinds_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"'\.pdf'"):
        read(write(tmp_path, "x", "demand.pdf"), "wgs84")
    with pytest.raises(InputError, match="no file"):
        read(tmp_path / "absent.csv", "wgs84")
    with pytest.raises(InputError, match="cannot be read"):
        read(write(tmp_path, "{", "demand.geojson"), "wgs84")
    with pytest.raises(InputError, match="cannot be read"):
        read(write(tmp_path, "no zip", "demand.xlsx"), "wgs84")
    with pytest.raises(InputError, match="presence"):
        read(write(tmp_path, "lon,lat\n1,2\n"), "wgs84", kind="riders")


def polygons(folder: Path, shapes: list, crs: str | None = "EPSG:4326", **columns: list) -> Path:
    path = folder / "areas.gpkg"
    gpd.GeoDataFrame(columns, geometry=shapes, crs=crs).to_file(path)
    return path


def test_population_in_gcj02_is_converted_corner_by_corner(tmp_path):
    square = shapely.box(116.40, 39.90, 116.41, 39.91)
    shifted = shapely.transform(
        square, lambda xy: np.column_stack(coordsys.from_wgs84(xy[:, 0], xy[:, 1], "gcj02"))
    )
    made = read(polygons(tmp_path, [shifted], 人口=[10]), "gcj02")
    assert made.kind == "population"
    np.testing.assert_allclose(
        shapely.get_coordinates(made.areas.geometry[0]), shapely.get_coordinates(square), atol=1e-7
    )


def test_a_projected_layer_is_wgs84_and_nothing_else(tmp_path):
    square = gpd.GeoSeries([shapely.box(116.40, 39.90, 116.41, 39.91)], crs=4326)
    path = polygons(tmp_path, list(square.to_crs(4548)), crs="EPSG:4548", population=[10])
    made = read(path, "wgs84").areas
    np.testing.assert_allclose(made.total_bounds, square.total_bounds, atol=1e-9)
    with pytest.raises(InputError, match="EPSG:4548"):
        read(path, "gcj02")


def test_areas_that_are_none_are_named_and_broken_ones_repaired(tmp_path):
    bow = shapely.Polygon([(116.40, 39.90), (116.41, 39.91), (116.41, 39.90), (116.40, 39.91)])
    flat = shapely.Polygon([(116.40, 39.90), (116.41, 39.91), (116.40, 39.90)])
    shapes = [shapely.box(116.42, 39.90, 116.43, 39.91), bow, shapely.Point(116.4, 39.9), None, flat]
    made = read(polygons(tmp_path, shapes, pop_2020=[1, 2, 3, 4, 5]), "wgs84")
    assert made.areas["weight"].tolist() == [1, 2]
    assert made.areas.geometry.is_valid.all()
    assert [(r.row, r.reason.en) for r in made.report.rejects] == [
        (3, "no area: Point"),
        (4, "no area: None"),
        (5, "an area without ground (its outline folds back on itself)"),
    ]
    assert any(note.en.startswith("1 self-intersecting") for note in made.report.notes)


def test_population_needs_polygons_and_a_weight(tmp_path):
    with pytest.raises(InputError, match="polygons"):
        read(write(tmp_path, "lon,lat,pop\n116.4,39.9,1\n"), "wgs84", kind="population")
    with pytest.raises(InputError, match="weight"):
        read(polygons(tmp_path, [shapely.box(116.4, 39.9, 116.5, 40)], name=["a"]), "wgs84")


def test_polygons_that_only_name_areas_need_no_weight(tmp_path):
    here = shapely.box(116.40, 39.91, 116.41, 39.92)
    path = polygons(tmp_path, [here], 街道=["甲"], 人口=["不详"], pop=[3])
    made = read_areas(path, "wgs84")
    assert made["township"].tolist() == ["甲"]
    assert made["weight"].tolist() == [0.0]
    with pytest.raises(InputError, match="township"):
        read_areas(polygons(tmp_path, [here], 面积=[1.0]), "wgs84")
    with pytest.raises(InputError, match="no areas"):
        read_areas(polygons(tmp_path, [here.centroid], 街道=["甲"]), "wgs84")


def test_a_list_of_features_keeps_what_is_a_point(tmp_path):
    features = [
        {"geometry": {"type": "Point", "coordinates": list(PLACE)}, "properties": {"count": 2}},
        {"geometry": {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}, "properties": {"count": 1}},
        {"geometry": None, "properties": {"count": 1}},
        "nothing",
    ]
    made = read(write(tmp_path, json.dumps(features), "demand.json"), "wgs84")
    assert made.points["weight"].tolist() == [2]
    assert [reject.row for reject in made.report.rejects] == [2, 3, 4]


def test_times_with_an_offset_are_told_in_the_civil_time_of_china(tmp_path):
    rows = ["2015-12-23T00:30:00+08:00,5", "2015-12-22T16:30:00Z,5", "2015-12-23 00:30,5", "20151223003000,5"]
    text = "lon,lat,time,count\n" + "".join(f"{116.4 + i / 100},39.9,{row}\n" for i, row in enumerate(rows))
    made = read(write(tmp_path, text), "wgs84")
    assert made.report.rows_kept == 4
    assert (made.profiles.factor == made.profiles.factor[0]).all(), "all four stand for one half hour"


def test_presence_is_averaged_by_half_hour_and_the_rest_of_the_week_filled(tmp_path):
    # one place on two Mondays and a Saturday: 10 and 20 at 08:00, 3 at 08:00 on Saturday, 6 at 09:00 one Monday
    rows = [
        ("20260105080000 ", 10), ("20260112080000", 20), ("2026-01-10T08:10:00", 3), ("20260105090000", 6),
        ("tomorrow", 1),
    ]  # fmt: skip
    text = "lng,lat,time,count\n" + "".join(f"116.4,39.9,{time},{count}\n" for time, count in rows)
    made = read(write(tmp_path, text), "wgs84")
    assert made.kind == "presence"
    assert [reject.row for reject in made.report.rejects] == [6]
    factor = made.profiles.factors(made.profiles.rows(made.points["profile"]))[0]
    week = factor * made.points["weight"][0]
    assert week[slot_of(0, 8)] == pytest.approx(15)
    assert week[slot_of(5, 8)] == pytest.approx(3)
    assert week[slot_of(0, 9)] == pytest.approx(6)
    # Tuesday is a working day like Monday, Sunday a weekend like Saturday
    assert week[slot_of(1, 8)] == pytest.approx(15)
    assert week[slot_of(6, 8)] == pytest.approx(3)
    # on no weekend was nine o'clock observed, so Saturday takes the mean over all days
    assert week[slot_of(5, 9)] == pytest.approx(6)
    # midnight never was: the mean of the three half hours that were
    assert week[slot_of(3, 0)] == pytest.approx((15 + 3 + 6) / 3)


def test_beijing_townships_keep_their_people(shared_data):
    made = read(shared_data / "places/beijing_townships_worldpop.gpkg", "wgs84")
    assert (made.kind, made.report.rows_read, made.report.rows_kept) == ("population", 331, 331)
    assert made.areas["weight"].sum() == 20_755_648
    assert set(made.areas["adcode"].str.len()) == {6}
    spread = demand.by_area(made.areas, 8)
    assert spread.demand["weight"].sum() == pytest.approx(20_755_648)
    # 建外街道 is the only area of its code, and has 66,524 people in the file
    assert spread.demand["weight"][spread.demand["township_code"] == "110105001"].sum() == pytest.approx(
        66_524
    )
    # Dongcheng has 17 townships; their people by the file itself
    file = gpd.read_file(shared_data / "places/beijing_townships_worldpop.gpkg", ignore_geometry=True)
    of_district = file.groupby("district")["pop_worldpop2020"].sum()
    sums = spread.demand.groupby("district")["weight"].sum()
    assert sums.to_dict() == pytest.approx(of_district.to_dict())


def test_restaurants_of_haidian_in_bd09(shared_data):
    made = read(shared_data / "demand/food_poi_haidian_bd09.json", "bd09")
    assert (made.kind, made.report.rows_kept, len(made.points)) == ("points", 1823, 1823)
    # BD-09 lies about 0.012 degrees east and 0.007 north of WGS-84 in Beijing
    raw = json.loads((shared_data / "demand/food_poi_haidian_bd09.json").read_text())
    x, y = raw[0]["geometry"]["coordinates"]
    shift = x - made.points["lon"][0], y - made.points["lat"][0]
    assert shift == pytest.approx((0.0125, 0.0074), abs=0.0005)
    cells, _ = demand.gather(made.points, 9, Profiles.none())
    assert cells["weight"].sum() == 1823
    # all lie in Haidian by the districts' outlines
    areas = read(shared_data / "places/beijing_townships_worldpop.gpkg", "wgs84").areas
    named = demand.named(made.points, areas)
    assert (named["district"] == "海淀区").mean() > 0.95


def test_presence_at_wangfujing_in_mercator_metres(shared_data):
    path = shared_data / "demand/wangfujing_heat_bd09mc.csv"
    made = read(path, "bd09mc")
    assert (made.kind, made.report.rows_read, made.report.rows_kept) == ("presence", 22_381, 22_381)
    # Wangfujing street is at 116.405° E, 39.914° N
    weight = made.points["weight"]
    centre = np.average(made.points["lon"], weights=weight), np.average(made.points["lat"], weights=weight)
    assert math.dist(centre, (116.405, 39.914)) < 0.005
    # sums by hand from the file: awk -F, '/20151223020000/{s+=$4}' prints 1621
    raw = pd.read_csv(path, dtype={"time": str})
    total = made.points["weight"].to_numpy() @ made.profiles.factors(
        made.profiles.rows(made.points["profile"])
    )
    assert total[slot_of(2, 2)] == pytest.approx(1621)
    noon = raw["count"][raw["time"].str.startswith("20151223120000")].sum()
    assert total[slot_of(2, 12)] == pytest.approx(noon)
    # Monday was not observed: the mean of the three working days
    days = raw["count"][raw["time"].str.contains(r"^201512(?:23|24|25)1200")].sum() / 3
    assert total[slot_of(0, 12)] == pytest.approx(days)
