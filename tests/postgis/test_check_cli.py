"""``yizhan check`` with its worksheet, summary, sensitivity and guard, and ``yizhan visits``, as a person uses them."""

import csv
from collections import Counter

import openpyxl
import pytest

from data.postgres import db
from data.sample import town
from data.stations import store


@pytest.fixture
def registry(yizhan, tmp_path, connection):
    """The sample town imported by the command line; its files and a connection."""
    files = town.write(tmp_path)
    yizhan("osm", files.osm_pbf)
    yizhan("import", files.stations, "--coordsys", files.coordsys, "--source", "town")
    return files, connection


def read(connection):
    frame = store.read_stations(connection).set_index("station_id")
    connection.rollback()
    return frame


def read_csv(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def fill(path, row, **cells):
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    columns = {cell.value: cell.column for cell in page[1]}
    for header, value in cells.items():
        page.cell(row, columns[header]).value = value
    book.save(path)
    return page.cell(row, columns["驿站ID"]).value


# -- worksheet and visits


def test_a_worksheet_goes_out_and_comes_back(yizhan, registry, tmp_path):
    _, connection = registry
    path = tmp_path / "visits.xlsx"
    code, out, _ = yizhan("check", "--worksheet", path)
    assert code == 0
    opened = read(connection).query("street_facing == 'unknown'")
    assert f"{len(opened)} stations, in gcj02" in out
    seen = {"核实日期": "2026-10-01", "核实单位": "某区总工会", "临街门": "是"}
    first = fill(path, 2, **seen)
    fill(path, 3, **seen | {"核实日期": "2099-01-01"})
    code, out, err = yizhan("visits", "import", path)
    assert code == 4
    assert f"used 1, unchanged 0, not visited {len(opened) - 2}, rejected 1" in out
    assert "visited_street_door" in out
    assert "row 3" in err
    assert "visits.rejected.xlsx" in err
    assert read(connection).loc[first, ["street_facing", "street_facing_rule"]].tolist() == [
        "yes",
        "visited_street_door",
    ]
    rejected = path.with_name("visits.rejected.xlsx")
    second = fill(rejected, 2, 核实日期="2026-10-02")
    code, out, _ = yizhan("visits", "import", rejected)
    assert (code, "used 1, unchanged 0, not visited 0, rejected 0" in out) == (0, True)
    assert read(connection).loc[second, "street_facing"] == "yes"
    code, out, _ = yizhan("visits", "import", rejected)
    assert (code, "used 0, unchanged 1" in out) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "--worksheet", "visits.csv"), "*.xlsx"),
        (("check", "--worksheet", "absent/visits.xlsx"), "absent"),
        (("check", "--worksheet", "visits.xlsx", "--coordsys", "mars"), "mars"),
        (("check", "--worksheet", "visits.xlsx", "--coordsys", "bd09mc"), "bd09mc"),
        (("check", "--summary", "sums.txt"), "*.csv"),
        (("check", "--summary", "-", "--by", "street"), "township"),
        (("check", "--sensitivity", "limits.xlsx"), "*.csv"),
        (("check", "--set", "reach_m=20"), "reach_m"),
        (("check", "--set", "yes_m=nan"), "yes_m"),
        (("visits", "import", "absent.xlsx"), "absent.xlsx"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_checked(yizhan, registry, arguments, said):
    _, connection = registry
    code, out, err = yizhan(*arguments)
    assert (code, out) == (1, "")
    assert said in err
    assert len(err.splitlines()) == 2  # Chinese, then English
    assert read(connection)["street_facing_rule"].isna().all()


def test_an_existing_worksheet_is_kept_unless_forced(yizhan, registry, tmp_path):
    path = tmp_path / "visits.xlsx"
    path.write_text("somebody's notes")
    code, _, err = yizhan("check", "--worksheet", path)
    assert (code, "--force" in err, path.read_text()) == (1, True, "somebody's notes")
    assert yizhan("check", "--worksheet", path, "--force")[0] == 0
    assert openpyxl.load_workbook(path).worksheets[0].max_row > 1


def test_several_limits_are_set_at_once_and_named_in_the_version(yizhan, registry):
    _, connection = registry
    code, _, _ = yizhan("check", "--set", "yes_m=70", "--set", "reach_m=80", "--set", "deep_m=20")
    assert code == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT parameters ->> 'version' FROM yizhan.frontage")
        [(version,)] = cursor.fetchall()
    assert version.split("+")[1:] == ["reach_m=80", "yes_m=70"]  # deep_m is 20 anyway


# -- summary and sensitivity


@pytest.mark.parametrize("by", ["district", "township", "adcode"])
def test_the_counts_of_a_summary_add_up(yizhan, registry, tmp_path, by):
    _, connection = registry
    path = tmp_path / "sums.csv"
    code, out, _ = yizhan("check", "--summary", path, "--by", by)
    assert code == 0
    stations = read(connection)
    head, *areas, total = read_csv(path)
    numbers = [[int(n) for n in row[1:]] for row in areas]
    assert [int(n) for n in total[1:]] == [sum(column) for column in zip(*numbers, strict=True)]
    for every, yes, no, unknown, *by_reason in [*numbers, [int(n) for n in total[1:]]]:
        assert every == yes + no + unknown
        assert unknown == sum(by_reason)
    counted = stations["street_facing"].value_counts()
    assert [int(n) for n in total[1:5]] == [len(stations), counted["yes"], counted["no"], counted["unknown"]]
    assert len(areas) == max(stations[by].fillna("").nunique(), 1)
    assert any("(unlocated)" in name for name in head) == bool(stations["lon"].isna().any())
    assert "合计" in out


def test_a_summary_is_shown_without_a_file(yizhan, registry, tmp_path):
    before = sorted(tmp_path.iterdir())
    code, out, _ = yizhan("check", "--summary", "-")
    assert code == 0
    assert "待核实" in out
    assert sorted(tmp_path.iterdir()) == before


def test_a_limit_that_moves_changes_as_many_verdicts_as_a_check_with_it(yizhan, registry, tmp_path):
    _, connection = registry
    path = tmp_path / "limits.csv"
    code, _, _ = yizhan("check", "--sensitivity", path)
    assert code == 0
    before = read(connection)["street_facing"]
    changes = [row for row in read_csv(path)[1:] if row[:2] == ["yes_m", "15.0"]]
    yizhan("check", "--set", "yes_m=15")
    after = read(connection)["street_facing"]
    moved = Counter((old, new) for old, new in zip(before, after, strict=True) if old != new)
    assert {(row[2], row[3]): int(row[4]) for row in changes if row[4] != "0"} == moved
    assert moved


# -- the guard


@pytest.fixture
def wrong_file(registry, tmp_path):
    """The town's stations as WGS-84 numbers: an import that calls them GCJ-02 misplaces them."""
    _, connection = registry
    frame = read(connection).query("lon == lon")
    path = tmp_path / "wrong.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["名称", "经度", "纬度", "位置类型"])
        rows.writerows(
            zip(frame["name"] + "（复核）", frame["lon"], frame["lat"], ["建筑"] * len(frame), strict=True)
        )
    return path


def test_a_file_in_another_system_than_stated_is_refused_and_the_right_one_named(
    yizhan, registry, wrong_file
):
    _, connection = registry
    before = store.data_version(connection)
    connection.rollback()
    code, _, err = yizhan("import", wrong_file, "--coordsys", "gcj02")
    assert code == 1
    assert "WGS-84" in err
    assert "--force" in err
    assert store.data_version(connection) == before
    connection.rollback()
    assert yizhan("import", wrong_file, "--coordsys", "wgs84")[0] == 0


def test_verdicts_of_a_doubtful_batch_are_withheld_until_the_system_is_mended(yizhan, registry, wrong_file):
    _, connection = registry
    yizhan("check")
    assert yizhan("import", wrong_file, "--coordsys", "gcj02", "--force")[0] == 0
    code, _, err = yizhan("check")
    assert code == 0
    assert "--trust-coordsys" in err
    frame = read(connection)
    wrong = frame["source"] == "wrong"
    assert set(frame.loc[wrong, "street_facing_rule"]) == {"coordsys_doubtful"}
    assert "coordsys_doubtful" not in set(frame.loc[~wrong, "street_facing_rule"])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT evidence -> 'guard' ->> 'better', line IS NULL FROM yizhan.frontage "
            "WHERE rule = 'coordsys_doubtful'"
        )
        assert cursor.fetchall() == [("wgs84", True)]
    connection.rollback()
    assert "checked" not in yizhan("check")[1]  # they are not checked again and again
    yizhan("import", wrong_file, "--coordsys", "wgs84")
    yizhan("check")
    mended = read(connection).loc[wrong[wrong].index]
    assert "coordsys_doubtful" not in set(mended["street_facing_rule"])
    assert set(mended["street_facing"]) >= {"yes", "unknown"}


def test_a_system_that_a_person_vouches_for_is_trusted(yizhan, registry, wrong_file):
    _, connection = registry
    yizhan("import", wrong_file, "--coordsys", "gcj02", "--force")
    yizhan("check")
    yizhan("check", "--trust-coordsys")
    assert "coordsys_doubtful" not in set(read(connection)["street_facing_rule"])


def test_a_visit_settles_even_a_doubtful_station(yizhan, registry, wrong_file, tmp_path):
    _, connection = registry
    yizhan("import", wrong_file, "--coordsys", "gcj02", "--force")
    yizhan("check")
    station_id = read(connection).query("source == 'wrong'").index[0]
    visit = '{"on": "2026-10-01", "by": "某区总工会", "street_door": "yes"}'
    with db.transaction(connection), connection.cursor() as cursor:
        cursor.execute("UPDATE yizhan.station SET visited = %s WHERE station_id = %s", (visit, station_id))
    yizhan("check")
    assert read(connection).loc[station_id, "street_facing"] == "yes"


def test_the_guard_takes_no_alarm_at_the_town_itself(yizhan, registry):
    _, connection = registry
    _, _, err = yizhan("check")
    assert "--trust-coordsys" not in err
    assert "coordsys_doubtful" not in set(read(connection)["street_facing_rule"])


def test_a_list_without_any_position_is_imported_and_left_unchecked(yizhan, registry, tmp_path):
    path = tmp_path / "news.csv"
    path.write_text("name,address,district\n暖心驿站,朝阳门街道,东城区\n", encoding="utf-8")
    code, out, _ = yizhan("import", path, "--coordsys", "wgs84")
    assert (code, "added 1" in out, "no position" in out) == (0, True, True)
    code, out, _ = yizhan("check", "--source", "news")
    assert (code, "no station wants a new check" in out) == (0, True)


def test_a_visit_is_judged_with_the_numbers_that_its_station_was_checked_with(yizhan, registry, tmp_path):
    _, connection = registry
    path = tmp_path / "visits.xlsx"
    yizhan("check", "--set", "yes_m=20", "--worksheet", path)
    seen = {"核实日期": "2026-10-01", "核实单位": "某区总工会", "临街门": "是"}
    first = fill(path, 2, **seen)
    assert yizhan("visits", "import", path)[0] == 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT parameters ->> 'yes_m', parameters ->> 'version' FROM yizhan.frontage"
        )
        assert cursor.fetchall() == [("20.0", "frontage-2+yes_m=20")]
    connection.rollback()
    assert read(connection).loc[first, "street_facing"] == "yes"


def test_a_column_whose_header_was_changed_is_named(yizhan, registry, tmp_path):
    path = tmp_path / "visits.xlsx"
    yizhan("check", "--worksheet", path)
    book = openpyxl.load_workbook(path)
    head = next(cell for cell in book.worksheets[0][1] if cell.value == "临街门")
    head.value = "临街门?!"
    book.save(path)
    code, _, err = yizhan("visits", "import", path)
    assert (code, "临街门?!" in err) == (0, True)
    assert "驿站ID" not in err


@pytest.mark.parametrize("wrong", [("--source", "twon"), ("--adcode", "99")])
def test_a_source_or_area_without_stations_is_a_slip(yizhan, registry, tmp_path, wrong):
    path = tmp_path / "visits.xlsx"
    code, _, err = yizhan("check", *wrong, "--worksheet", path)
    assert (code, " ".join(wrong) in err, "town" in err, path.exists()) == (1, True, True, False)
