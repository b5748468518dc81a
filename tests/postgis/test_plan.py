"""``yizhan plan`` as a planner uses it: from a file, from the registry, and with what cannot be used."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely

from data.sample import town
from data.stations import store
from data.streets import streetmap
from geo import coordsys

FILES = ["figures.xlsx", "gaps.gpkg", "plan.json", "report.html"]
WEST, SOUTH, EAST, NORTH = 114.8965, 43.2996, 114.9208, 43.3116
MIDDLE = (WEST + EAST) / 2
WEEK = ("--week", "2026-11-23")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """The sample town as files: streets, stations, and two townships with people."""
    folder = tmp_path_factory.mktemp("town")
    files = town.write(folder)
    areas = gpd.GeoDataFrame(
        {
            "population": [6000, 4000],
            "adcode": "999901",
            "township_code": ["999901001", "999901002"],
            "district": "驿城区",
            "township": ["西街道", "东街道"],
        },
        geometry=[shapely.box(WEST, SOUTH, MIDDLE, NORTH), shapely.box(MIDDLE, SOUTH, EAST, NORTH)],
        crs="EPSG:4326",
    )
    areas.to_file(folder / "people.gpkg", driver="GPKG")
    areas.assign(population=0).to_file(folder / "nobody.gpkg", driver="GPKG")
    areas.drop(columns=["adcode", "township_code"]).to_file(folder / "uncoded.gpkg", driver="GPKG")
    return folder, files


def common(place, *more):
    folder, _ = place
    return ("--demand", folder / "people.gpkg", "--demand-coordsys", "wgs84", *WEEK, *more)


def from_file(place, *more):
    _, files = place
    return (
        "plan",
        files.stations,
        "--coordsys",
        files.coordsys,
        *common(place, "--streets", files.osm_pbf, *more),
    )


def whole(folder):
    areas = pyogrio.read_dataframe(folder / "gaps.gpkg", layer="areas")
    return areas[areas["level"] == "all"].iloc[0]


def parameters(folder):
    return json.loads((folder / "plan.json").read_text("utf-8"))["parameters"]


def test_a_file_of_stations_becomes_a_folder_of_results(yizhan, place, tmp_path):
    out = tmp_path / "plan"
    code, said, _ = yizhan(*from_file(place, "--out", out, "--sites", 3, "--seconds", 5, "--seed", 5))
    assert code == 0
    assert sorted(p.name for p in out.iterdir()) == FILES
    assert "需求 10,000 人" in said
    assert "Demand 10,000 people" in said
    assert "登记表没有改动" in said
    assert "added" not in said
    told = json.loads((out / "plan.json").read_text("utf-8"))
    assert told["files"] == {name: (out / name).stat().st_size for name in FILES if name != "plan.json"}
    found = parameters(out)
    assert (found["seed"], found["week"], found["stand_in"]) == (5, "2026-11-23", "")
    assert found["counts"]["public"] + found["counts"]["hidden"] <= found["counts"]["stations"]
    folder, _ = place
    digest = hashlib.sha256((folder / "people.gpkg").read_bytes()).hexdigest()
    assert found["files"]["demand"] == f"people.gpkg sha256:{digest[:16]}"
    assert set(found["files"]) == {"demand", "streets", "stations"}
    everything = whole(out)
    assert everything["demand"] == pytest.approx(10_000)
    assert 0 < everything["walk_0200_share"] < everything["walk_any_share"] <= 1
    page = (out / "report.html").read_text("utf-8")
    assert found["title"] == "驿城区"
    assert "<title>驿城区：驿站覆盖与选址报告</title>" in page
    book = openpyxl.load_workbook(out / "figures.xlsx")
    towns = {row[2]: row[3] for row in book["街道乡镇"].iter_rows(min_row=2, values_only=True)}
    assert sum(towns.values()) == pytest.approx(10_000)
    assert towns == {"西街道": pytest.approx(6000), "东街道": pytest.approx(4000)}


def test_the_registry_gives_the_same_figures_as_the_file_it_was_filled_from(yizhan, place, tmp_path):
    _, files = place
    yizhan("osm", files.osm_pbf)
    yizhan("import", files.stations, "--coordsys", files.coordsys, "--source", "town")
    code, _, _ = yizhan("plan", *common(place, "--out", tmp_path / "registry", "--sites", 0))
    assert code == 0
    code, _, _ = yizhan(*from_file(place, "--out", tmp_path / "file", "--sites", 0))
    assert code == 0
    one, other = whole(tmp_path / "registry"), whole(tmp_path / "file")
    shares = [name for name in one.index if name.endswith("share")]
    assert one[shares].astype(float).tolist() == pytest.approx(
        other[shares].astype(float).tolist(), nan_ok=True
    )
    assert "数据版本" in parameters(tmp_path / "registry")["stations_source"]


def test_doors_of_the_registry_are_candidates(yizhan, place, tmp_path, connection):
    _, files = place
    yizhan("osm", files.osm_pbf)
    yizhan("import", files.stations, "--coordsys", files.coordsys, "--source", "town", "--audience", "staff")
    yizhan("check")
    arguments = common(place, "--out", tmp_path / "plan", "--sites", 2, "--seconds", 5, "--no-stations")
    code, _, _ = yizhan("plan", *arguments, "--candidates", "doors", "--walk-min", 5, "--straight-m", 300)
    assert code == 0
    stations = store.read_stations(connection)
    hidden = stations.query(
        "(audience != 'outdoor_workers' or status == 'planned') and street_facing == 'yes'"
    )
    assert parameters(tmp_path / "plan")["counts"]["candidates"] == hidden["lon"].notna().sum() > 0


def test_what_new_sites_are_said_to_add_they_add_when_they_are_built(yizhan, place, tmp_path):
    _, files = place
    limits = ("--walk-min", 3, "--straight-m", 200, "--resolution", 10)
    wanted = ("--sites", 4, "--share", 60, "--seconds", 3)
    code, _, _ = yizhan(*from_file(place, "--out", tmp_path / "plan", *wanted, *limits))
    assert code == 0
    the_fewest_sites_for_a_share_are_no_more_than_ranked_ones(tmp_path / "plan", 0.6)
    sites = pyogrio.read_dataframe(tmp_path / "plan" / "gaps.gpkg", layer="sites", read_geometry=False)
    chosen = sites[sites["moment"] == "any"].sort_values("rank")
    assert chosen["rank"].tolist() == [1, 2, 3, 4]
    assert chosen["gain"].is_monotonic_decreasing
    assert chosen["served"].sum() == pytest.approx(chosen["gain"].sum())
    before = whole(tmp_path / "plan")["walk_any_share"]
    lon, lat = coordsys.from_wgs84(chosen["lon"].to_numpy(), chosen["lat"].to_numpy(), files.coordsys)
    built = pd.DataFrame({"名称": [f"新{n}" for n in chosen["rank"]], "服务对象": "户外劳动者"})
    built = built.assign(经度=list(map(repr, lon.tolist())), 纬度=list(map(repr, lat.tolist())))
    listed = pd.read_csv(files.stations, dtype=str)
    pd.concat([listed, built]).to_csv(tmp_path / "built.csv", index=False)
    arguments = ("--coordsys", files.coordsys, "--streets", files.osm_pbf, "--sites", 0, *limits)
    code, _, err = yizhan(
        "plan", tmp_path / "built.csv", *common(place, *arguments, "--out", tmp_path / "after")
    )
    assert code == 0, err
    after = whole(tmp_path / "after")["walk_any_share"]
    assert after == pytest.approx(chosen["share"].iloc[-1], abs=1e-9)
    assert after - before == pytest.approx(chosen["gain"].sum() / 10_000, abs=1e-9)


def the_fewest_sites_for_a_share_are_no_more_than_ranked_ones(folder, share):
    least, sites, curve = (
        pd.read_excel(folder / "figures.xlsx", sheet_name=name).replace("不论时段", "any")
        for name in ("达标最少几处", "达标新增", "增加几处")
    )
    told = least[least["时段"] == "any"].iloc[0]
    chosen, ranked = sites[sites["时段"] == "any"], curve[curve["时段"] == "any"]
    assert told["要达到的覆盖率"] == share <= told["累计覆盖率"]
    assert told["新增处数"] == len(chosen) > 0
    assert chosen["累计覆盖率"].iloc[-1] == pytest.approx(told["累计覆盖率"])
    assert told["不可能少于（处）"] <= told["新增处数"]
    assert (ranked[ranked["新增处数"] < told["不可能少于（处）"]]["累计覆盖率"] < share).all()
    assert f"{share:.1%}" in (folder / "report.html").read_text("utf-8")


def test_a_share_alone_is_answered_from_streets_that_name_no_host(yizhan, place, tmp_path):
    _, files = place
    streets = streetmap.layers_of_file(files.osm_pbf)["streets"]
    streets[["highway", "geometry"]].to_file(tmp_path / "streets.gpkg", driver="GPKG")
    arguments = common(
        place, "--streets", tmp_path / "streets.gpkg", "--out", tmp_path / "plan", "--walk-min", 3
    )
    asked = ("--sites", 0, "--share", 90, "--seconds", 2)
    assert yizhan("plan", files.stations, "--coordsys", files.coordsys, *arguments, *asked)[0] == 0
    least = pd.read_excel(tmp_path / "plan" / "figures.xlsx", sheet_name="达标最少几处")
    assert least["时段"].tolist() == ["不论时段", "凌晨2点"]


def test_demand_that_is_there_by_day_alone_is_planned_for(yizhan, place, tmp_path):
    hours = pd.date_range("2026-11-23", periods=336, freq="30min")
    by_day = (hours.hour >= 8) & (hours.hour < 20)
    rows = {
        "lon": MIDDLE,
        "lat": (SOUTH + NORTH) / 2,
        "time": hours.strftime("%Y%m%d%H%M%S"),
        "count": by_day * 9,
    }
    pd.DataFrame(rows).to_csv(tmp_path / "day.csv", index=False)
    shape = ("--profile", tmp_path / "day.csv", "--profile-coordsys", "wgs84", "--seconds", 2)
    out = tmp_path / "plan"
    code, said, told = yizhan(
        *from_file(place, "--out", out, *shape, "--sites", 2, "--share", 50, "--walk-min", 3)
    )
    assert code == 0, told
    assert "凌晨2点没有需求" in told
    assert "nan" not in said
    assert set(pd.read_excel(out / "figures.xlsx", sheet_name="增加几处")["时段"]) == {"不论时段"}


def test_candidates_that_stand_elsewhere_are_said_to(yizhan, place, tmp_path):
    (tmp_path / "far.csv").write_text("名称,经度,纬度\n远处,100.5,30.5\n", "utf-8")
    asked = ("--candidates", tmp_path / "far.csv", "--candidates-coordsys", "wgs84", "--sites", 2)
    code, _, told = yizhan(*from_file(place, "--out", tmp_path / "plan", *asked))
    assert code == 0
    assert "范围内没有一个候选点" in told
    assert "范围内没有一个候选点" in (tmp_path / "plan" / "report.html").read_text("utf-8")


def test_one_township_alone_is_planned_by_its_code(yizhan, place, tmp_path):
    arguments = from_file(place, "--out", tmp_path / "plan", "--sites", 0, "--adcode", "999901002")
    code, _, _ = yizhan(*arguments)
    assert code == 0
    assert whole(tmp_path / "plan")["demand"] == pytest.approx(4000)
    cells = pyogrio.read_dataframe(tmp_path / "plan" / "gaps.gpkg", layer="cells")
    assert set(cells["township"]) == {"东街道"}


def test_stations_outside_the_area_cover_it_and_are_none_of_its_own(yizhan, place, tmp_path):
    out = tmp_path / "plan"
    assert yizhan(*from_file(place, "--out", out, "--sites", 0, "--adcode", "999901001"))[0] == 0
    areas = pyogrio.read_dataframe(out / "gaps.gpkg", layer="areas")
    stations = pyogrio.read_dataframe(out / "gaps.gpkg", layer="stations")
    counting = stations[stations["not_counted"].isna()]
    own = counting[counting["township_code"] == "999901001"]
    assert 0 < len(own) < len(counting)
    assert areas["stations"].tolist() == [len(own)] * 3
    assert areas["stations_24h"].tolist() == [own["is_24h"].sum()] * 3
    assert areas["demand_per_station"].tolist() == pytest.approx([6000 / len(own)] * 3)
    assert parameters(out)["counts"]["around"] == len(counting) - len(own)
    assert f"另有 {len(counting) - len(own)} 处驿站在范围之外" in (out / "report.html").read_text("utf-8")


def test_stations_count_where_they_stand_however_their_list_writes_the_code(yizhan, place, tmp_path):
    _, files = place
    listed = pd.read_csv(files.stations, dtype=str).assign(乡镇街道代码="999901001000")
    listed.to_csv(tmp_path / "coded.csv", index=False)
    by_township = {}
    for name, stations in (("plain", files.stations), ("coded", tmp_path / "coded.csv")):
        common_part = from_file(place, "--out", tmp_path / name, "--sites", 0)[2:]
        assert yizhan("plan", stations, *common_part)[0] == 0
        areas = pyogrio.read_dataframe(tmp_path / name / "gaps.gpkg", layer="areas")
        by_township[name] = areas.set_index(["level", "code"])["stations"].to_dict()
    assert by_township["coded"] == by_township["plain"]
    assert by_township["coded"]["township", "999901001"] > 0


def test_a_stand_in_is_named_in_every_output(yizhan, place, tmp_path):
    _, files = place
    label = "沿街随机点"
    arguments = common(place, "--out", tmp_path / "plan", "--sites", 0, "--streets", files.osm_pbf)
    code, _, _ = yizhan("plan", *arguments, "--sample", 5, "--stand-in", label, "--seed", 3)
    assert code == 0
    out = tmp_path / "plan"
    assert label in (out / "report.html").read_text("utf-8")
    assert label in openpyxl.load_workbook(out / "figures.xlsx")["概要"]["A2"].value
    assert label in pyogrio.read_info(out / "gaps.gpkg", layer="areas")["dataset_metadata"]["stand_in"]
    stations = pyogrio.read_dataframe(out / "gaps.gpkg", layer="stations")
    assert len(stations) == 5
    assert stations["Name"].str.startswith("替代点").all()


def test_a_coordinate_system_for_the_layers_can_be_chosen(yizhan, place, tmp_path):
    code, _, _ = yizhan(*from_file(place, "--out", tmp_path / "plan", "--sites", 0, "--crs", "local"))
    assert code == 0
    assert gpd.read_file(tmp_path / "plan" / "gaps.gpkg", layer="gaps").crs.to_epsg() == 4547


def test_rows_that_cannot_be_used_are_told_and_end_with_code_4(yizhan, place, tmp_path):
    _, files = place
    listed = pd.read_csv(files.stations, dtype=str)
    listed.loc[0, "经度"] = "1149.07"
    listed.to_csv(tmp_path / "stations.csv", index=False)
    orders = pd.DataFrame({"lon": [MIDDLE, MIDDLE, ""], "lat": [43.305, 43.305, 43.305], "weight": [1, 2, 3]})
    orders.to_csv(tmp_path / "orders.csv", index=False)
    arguments = ("--coordsys", files.coordsys, "--streets", files.osm_pbf, "--sites", 0, *WEEK)
    demand = ("--demand", tmp_path / "orders.csv", "--demand-coordsys", "wgs84")
    code, _, err = yizhan("plan", tmp_path / "stations.csv", *arguments, *demand, "--out", tmp_path / "plan")
    assert code == 4
    assert "1149.07" in err
    assert "1 rows of the demand were rejected" in err
    assert whole(tmp_path / "plan")["demand"] == 3
    assert parameters(tmp_path / "plan")["counts"]["rejected"] == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"--demand": None, "--adcode": "999901"}, "--demand"),
        ({"--out": None}, "--out"),
        ({"--demand": "absent.gpkg"}, "absent.gpkg"),
        ({"--demand": "people.gpkg:orders"}, "orders"),
        ({"--demand-coordsys": None}, "--demand-coordsys"),
        ({"--demand-coordsys": "mars"}, "mars"),
        ({"--demand": "nobody.gpkg"}, "adds up to 0"),
        ({"--adcode": "110101"}, "999901"),
        ({"--adcode": "Haidian"}, "Haidian"),
        ({"--demand": "uncoded.gpkg", "--adcode": "999901"}, "adcode"),
        ({"--coordsys": None}, "--coordsys"),
        ({"--streets": None}, "--streets"),
        ({"--streets": "people.gpkg"}, "highway"),
        ({"--streets": "absent.gpkg"}, "absent.gpkg"),
        ({"--week": "next"}, "--week"),
        ({"--crs": "EPSG:3857"}, "EPSG:4490"),
        ({"--candidates": "kiosks"}, "kiosks"),
        ({"--audience": "staff"}, "--no-stations"),
        ({"--sample": "5"}, "--stand-in"),
        ({"--profile": "people.gpkg"}, "--profile-coordsys"),
    ],
)
def test_what_cannot_be_used_is_said_and_leaves_no_folder(
    yizhan, place, tmp_path, monkeypatch, changed, said
):
    folder, files = place
    monkeypatch.chdir(folder)
    listed = pd.read_csv(files.stations, dtype=str).drop(columns="服务对象")
    listed.to_csv(tmp_path / "stations.csv", index=False)
    options = {
        "--coordsys": "gcj02", "--audience": "outdoor_workers", "--demand": "people.gpkg",
        "--demand-coordsys": "wgs84", "--streets": files.osm_pbf, "--out": tmp_path / "plan", "--week": "2026-11-23",
    } | changed  # fmt: skip
    given = [part for name, value in options.items() if value is not None for part in (name, value)]
    code, out, err = yizhan("plan", tmp_path / "stations.csv", *given)
    assert code == 1
    assert said in err
    assert "written to" not in out
    assert not (tmp_path / "plan").exists()


def test_a_registry_without_streets_says_how_to_get_them(yizhan, place, tmp_path):
    code, _, err = yizhan("plan", *common(place, "--out", tmp_path / "plan"))
    assert code == 1
    assert "yizhan osm" in err


def test_a_folder_of_other_files_is_left_alone(yizhan, place, tmp_path):
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "letters.txt").write_text("dear")
    code, _, err = yizhan(*from_file(place, "--out", tmp_path / "plan", "--sites", 0))
    assert code == 1
    assert "letters.txt" in err
    assert [p.name for p in (tmp_path / "plan").iterdir()] == ["letters.txt"]
    code, _, _ = yizhan(*from_file(place, "--out", tmp_path / "plan", "--sites", 0, "--force"))
    assert code == 0
    assert sorted(p.name for p in (tmp_path / "plan").iterdir()) == sorted([*FILES, "letters.txt"])


def test_an_interrupted_plan_leaves_the_results_that_were_there(place, tmp_path):
    out = tmp_path / "plan"
    out.mkdir()
    (out / "report.html").write_text("before")
    (out / "plan.json").write_text("{}")
    arguments = [str(a) for a in from_file(place, "--out", out, "--sites", 0)]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    process = subprocess.Popen(
        [sys.executable, "-m", "service", *arguments],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
    )
    deadline = time.monotonic() + 60
    while not any(out.glob(".*")) and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"interrupted" in err
    assert sorted(p.name for p in out.iterdir()) == ["plan.json", "report.html"]
    assert (out / "report.html").read_text() == "before"
