"""The command line on a real PostGIS: what a person types, sees, and gets as an exit code."""

import json
import re

import pytest

from data.stations import store

HEADER = "名称,地址,经度,纬度,开放时间,服务对象\n"
ROWS = """工会驿站甲,某路1号,113.62,34.75,24小时,户外劳动者
工会驿站乙,某路2号,113.63,34.75,周一至周五 09:00-17:00,户外劳动者
"""


@pytest.fixture
def two_stations(tmp_path):
    path = tmp_path / "stations.csv"
    path.write_text(HEADER + ROWS, encoding="utf-8")
    return path


def names_on(html):
    blob = re.search(r'<script type="application/json" id="yz-data">(.*?)</script>', html, re.DOTALL)[1]
    return json.loads(blob)["columns"]["name"]


def test_an_import_says_its_counts_and_the_second_time_changes_nothing(yizhan, two_stations, connection):
    code, out, _ = yizhan("import", two_stations, "--coordsys", "gcj02")
    assert code == 0
    assert "added 2, changed 0, unchanged 0, rejected 0" in out
    version = store.data_version(connection)
    connection.rollback()
    code, out, _ = yizhan("import", two_stations, "--coordsys", "gcj02")
    assert code == 0
    assert "added 0, changed 0, unchanged 2, rejected 0" in out
    assert store.data_version(connection) == version


def test_without_a_coordinate_system_an_import_names_the_three_and_does_nothing(
    yizhan, two_stations, connection
):
    code, _, err = yizhan("import", two_stations)
    assert code == 1
    assert all(name in err for name in ("wgs84", "gcj02", "bd09"))
    assert store.read_stations(connection).empty


def test_rejected_rows_give_exit_code_4_and_a_file_that_can_be_mended(yizhan, tmp_path):
    path = tmp_path / "mixed.csv"
    path.write_text(HEADER + ROWS + "工会驿站丙,某路3号,abc,34.75,,\n", encoding="utf-8")
    rejects = tmp_path / "rejects.csv"
    code, out, err = yizhan("import", path, "--coordsys", "gcj02", "--rejects", rejects)
    assert code == 4
    assert "rejected 1" in out
    assert str(rejects) in err
    mended = rejects.read_text(encoding="utf-8-sig").replace("abc", "113.64")
    assert "工会驿站丙" in mended
    rejects.write_text(mended, encoding="utf-8")
    code, out, _ = yizhan("import", rejects, "--coordsys", "gcj02", "--source", "mixed")
    assert (code, "added 1, changed 0, unchanged 0, rejected 0" in out) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("import", "no-such-file.csv", "--coordsys", "gcj02"), "no-such-file.csv"),
        (("osm", "no-such-file.osm.pbf"), "no-such-file.osm.pbf"),
        (("check", "--set", "yes_m=near"), "yes_m"),
        (("check", "--set", "no_such_parameter=1"), "yes_m"),
        (("export", "no-such-folder/x.xlsx"), "no-such-folder"),
        (("map", "--out", "no-such-folder/x.html"), "no-such-folder"),
        (("serve", "--stations", "x.csv"), "--coordsys"),
        (("holidays", "import", "no-such-file.csv"), "no-such-file.csv"),
    ],
)
def test_what_a_user_did_wrong_is_a_sentence_that_names_it(yizhan, arguments, said):
    code, out, err = yizhan(*arguments)
    assert code == 1
    assert said in err
    assert not out


def test_a_database_that_is_away_is_one_sentence_without_a_password(yizhan, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://someone:secret@127.0.0.1:1/yizhan")
    code, _, err = yizhan("check")
    assert code == 1
    assert "secret" not in err
    assert len(err.splitlines()) <= 4


def test_a_setting_out_of_range_is_named(yizhan, monkeypatch):
    monkeypatch.setenv("YIZHAN_PORT", "99999")
    code, _, err = yizhan("db", "url")
    assert code == 2
    assert "YIZHAN_PORT" in err


def test_a_check_without_streets_says_so_and_stores_unknown(yizhan, two_stations, connection):
    yizhan("import", two_stations, "--coordsys", "gcj02")
    code, out, err = yizhan("check")
    assert code == 0
    assert "checked 2, stored 2" in out
    assert "yizhan osm" in err
    assert store.read_stations(connection)["street_facing"].tolist() == ["unknown", "unknown"]
    connection.rollback()
    _, out, _ = yizhan("check")
    assert "no station wants a new check" in out
    _, out, _ = yizhan("check", "--set", "yes_m=20")
    assert "checked 2" in out


def test_streets_are_imported_and_the_check_finds_them(yizhan, shared_data, tmp_path):
    code, out, _ = yizhan("osm", shared_data / "osm" / "beijing_bupt_2025.osm.pbf")
    assert code == 0
    assert "194 streets" in out
    path = tmp_path / "one.csv"
    # The middle of Xueyuan South Road beside the campus, entrance position stated.
    path.write_text('名称,入口坐标,服务对象\n试点,"116.3515,39.9601",户外劳动者\n', encoding="utf-8")
    yizhan("import", path, "--coordsys", "wgs84")
    code, out, err = yizhan("check")
    assert code == 0
    assert "checked 1, stored 1" in out
    assert "yizhan osm" not in err


def test_the_map_is_one_file_with_every_public_station(yizhan, two_stations, tmp_path):
    yizhan("import", two_stations, "--coordsys", "gcj02")
    page = tmp_path / "map.html"
    code, out, _ = yizhan("map", "--out", page)
    html = page.read_text(encoding="utf-8")
    assert code == 0
    assert str(page) in out
    assert sorted(names_on(html)) == ["工会驿站乙", "工会驿站甲"]
    assert not re.search(r"<(?:script|link|img)[^>]+(?:src|href)=[\"']?https?:", html)


def test_a_map_of_a_file_needs_no_registry_but_a_coordinate_system(yizhan, two_stations, tmp_path):
    page = tmp_path / "map.html"
    code, _, err = yizhan("map", "--out", page, "--stations", two_stations)
    assert (code, page.exists()) == (1, False)
    assert "gcj02" in err
    code, _, _ = yizhan("map", "--out", page, "--stations", two_stations, "--coordsys", "gcj02")
    assert code == 0
    assert sorted(names_on(page.read_text(encoding="utf-8"))) == ["工会驿站乙", "工会驿站甲"]


def test_what_is_exported_can_be_imported_and_changes_nothing(yizhan, two_stations, tmp_path, connection):
    yizhan("import", two_stations, "--coordsys", "gcj02")
    version = store.data_version(connection)
    connection.rollback()
    book = tmp_path / "out.xlsx"
    code, out, _ = yizhan("export", book)
    assert code == 0
    assert "exported 2 stations" in out
    code, out, _ = yizhan("import", book)
    assert code == 0
    assert "unchanged 2" in out
    assert store.data_version(connection) == version


def test_the_template_is_written_and_holds_no_station(yizhan, tmp_path):
    book = tmp_path / "template.xlsx"
    assert yizhan("template", book)[0] == 0
    code, out, err = yizhan("import", book, "--coordsys", "gcj02")
    assert "added 0" in out or code == 1, err


def test_holidays_of_a_new_year_are_imported_without_a_release(yizhan, tmp_path):
    _, out, _ = yizhan("holidays", "show")
    assert "2026" in out
    assert "2027" not in out
    names = {"01-01": "元旦", "02-06": "春节", "04-05": "清明节", "05-01": "劳动节", "06-09": "端午节"}
    names |= {"09-15": "中秋节", "10-01": "国庆节"}
    rows = "".join(f"2027-{day},holiday,{name}\n" for day, name in names.items())
    path = tmp_path / "2027.csv"
    path.write_text("day,kind,name\n" + rows + "2027-02-14,workday,春节调休\n", encoding="utf-8")
    code, out, _ = yizhan("holidays", "import", path)
    assert code == 0
    assert "2027" in out
    _, out, _ = yizhan("holidays", "show")
    assert "2027" in out


def test_db_says_that_database_url_stands_in_for_the_embedded_one(yizhan, database_url, tmp_path):
    code, out, _ = yizhan("db", "url")
    assert (code, out.strip()) == (0, database_url)
    code, out, err = yizhan("db", "status", "--folder", tmp_path / "none")
    assert code == 3
    assert "DATABASE_URL" in err
    code, out, _ = yizhan("db", "migrate")
    assert (code, "up to date" in out) == (0, True)


def test_an_export_never_destroys_a_file_unasked(yizhan, two_stations):
    yizhan("import", two_stations, "--coordsys", "gcj02")
    before = two_stations.read_bytes()
    code, _, err = yizhan("export", two_stations)
    assert (code, two_stations.read_bytes()) == (1, before)
    assert "--force" in err
    assert yizhan("export", two_stations, "--force")[0] == 0
    assert two_stations.read_bytes() != before


def test_a_holiday_file_with_a_gap_says_what_is_missing(yizhan, tmp_path):
    path = tmp_path / "2031.csv"
    path.write_text("day,kind,name\n2031-01-01,holiday,元旦\n", encoding="utf-8")
    code, _, err = yizhan("holidays", "import", path)
    assert code == 0
    assert "2031" in err


@pytest.mark.parametrize("command", [("import", "--coordsys", "gcj02"), ("holidays", "import")])
@pytest.mark.parametrize("damage", ["zeros", "cut"])
def test_a_damaged_workbook_is_a_sentence(yizhan, tmp_path, command, damage):
    book = tmp_path / "book.xlsx"
    yizhan("template", book)
    content = bytearray(book.read_bytes())
    if damage == "zeros":
        content[len(content) // 3 : len(content) // 3 + 60] = bytes(60)
    else:
        del content[len(content) // 2 :]
    book.write_bytes(content)
    code, _, err = yizhan(*command, book)
    assert code == 1
    assert "book.xlsx" in err


def test_a_number_outside_its_range_is_said_in_both_languages(yizhan):
    code, _, err = yizhan("check", "--set", "yes_m=-5")
    assert code == 1
    assert "yes_m" in err
    assert len(err.splitlines()) == 2


def test_a_map_that_cannot_be_written_leaves_the_one_that_was_there(yizhan, two_stations, tmp_path):
    code, _, err = yizhan("map", "--out", "/dev/full", "--stations", two_stations, "--coordsys", "gcj02")
    assert code == 1
    assert err
    assert list(tmp_path.glob(".*.partial")) == []
