"""Cells become stations; every row has one outcome; nothing is guessed and nothing is dropped in silence."""

import csv
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from data.stations import fields, imports, model, template, texts, words
from data.stations.imports import ImportOptions, ImportReport
from geo import coordsys, frames, vocabulary


def read(folder: Path, rows: list[list[str]], **options: object) -> tuple[object, ImportReport]:
    path = folder / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return imports.read_stations(path, ImportOptions(**options))


def reason(report: ImportReport, at: int = 0) -> str:
    return report.outcomes["reason_zh"][at] or ""


# -- single texts


@pytest.mark.parametrize("field", words.VOCABULARIES)
def test_every_code_and_name_of_a_vocabulary_is_understood(field: str) -> None:
    for code, name in words.VOCABULARIES[field].items():
        assert {words.code_of(field, w) for w in (code, *name)} == {code}


@pytest.mark.parametrize("code", vocabulary.FACILITY)
@pytest.mark.parametrize("state", vocabulary.FACILITY_STATE)
def test_facilities_written_are_read_back(code: str, state: str) -> None:
    assert words.facilities(words.facilities_text({code: state})) == ({code: state}, ())


@pytest.mark.parametrize(
    ("text", "states", "unknown"),
    [
        ("饮水机、微波炉（故障）；雨伞,药箱", {"drinking_water": "unknown", "microwave": "broken",
                                     "rain_gear": "unknown", "first_aid": "unknown"}, ()),
        ("微波炉:坏", {"microwave": "broken"}, ()),
        ("微波炉坏了", {"microwave": "broken"}, ()),
        ("空调（可用）", {"cooling_heating": "working"}, ()),
        ("电动车充电", {"ebike_charging": "unknown"}, ()),
        ("无线网、无障碍通道、无微波炉", {"wifi": "unknown", "wheelchair": "unknown"}, ()),
        ("轮椅|折叠床", {}, ("轮椅", "折叠床")),
        ("自动售货机", {}, ("自动售货机",)),
    ],
)  # fmt: skip
def test_facilities_as_people_write_them(text: str, states: dict[str, str], unknown: tuple[str, ...]) -> None:
    assert words.facilities(text) == (states, unknown)


@pytest.mark.parametrize(
    "mobile", ["13800138000", "+86 138-0013-8000", "1380013 8000", "１３８００１３８０００"]
)
def test_private_mobile_numbers_are_neither_kept_nor_repeated(mobile: str) -> None:
    found = fields.read_phone(mobile)
    assert found.value is None
    assert found.note == texts.ROW_MOBILE
    kept = fields.read_phone(f"0371-12345678、{mobile}")
    assert kept.value == "0371-12345678"


@pytest.mark.parametrize("field", fields.FIELDS)
@given(text=st.text(min_size=1, max_size=40))
@settings(max_examples=40, derandomize=True, deadline=None)
def test_any_text_in_any_field_reads_or_says_why(field: str, text: str) -> None:
    line, _ = fields.clean(text)
    if not line:
        return
    found = fields.FIELDS[field].read(line)
    assert found.good or found.note is not None
    plain = fields.PLAIN.get(fields.FIELDS[field].read, lambda _: None)(text)
    assert plain is None or plain == fields.FIELDS[field].read(line).value


@given(st.text(max_size=60))
@settings(max_examples=300, derandomize=True, deadline=None)
def test_cleaned_text_holds_what_the_database_allows(text: str) -> None:
    line, _ = fields.clean(text)
    assert line == line.strip(" ")
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000 for c in line)


# -- positions

HEAD = ["名称", "经度", "纬度"]


def test_positions_without_a_coordinate_system_are_an_error_that_names_the_three(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, [HEAD, ["甲", "113.6", "34.7"]])
    assert all(name in str(caught.value) for name in ("wgs84", "gcj02", "bd09"))


def test_a_header_may_state_the_system_and_must_not_be_contradicted(tmp_path: Path) -> None:
    rows = [["名称", "经度(GCJ02)", "纬度(GCJ02)"], ["甲", "113.620156", "34.749798"]]
    frame, _ = read(tmp_path, rows)
    expected = coordsys.point_to_wgs84(113.620156, 34.749798, "gcj02")
    assert (frame["lon"][0], frame["lat"][0]) == pytest.approx(expected, abs=1e-9)
    assert (frame["given_x"][0], frame["given_coordsys"][0]) == (113.620156, "gcj02")
    with pytest.raises(InputError, match=r"gcj02.*bd09"):
        read(tmp_path, rows, coordsys="bd09")


def test_an_unknown_system_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read(tmp_path, [["名称"], ["甲"]], coordsys="mars")


def test_the_entrance_is_the_position(tmp_path: Path) -> None:
    rows = [
        [*HEAD, "入口坐标", "位置类型"],
        ["甲", "113.6", "34.7", "113.61，34.71", "建筑"],
        ["乙", "113.6", "34.7", "", "建筑"],
    ]
    frame, _ = read(tmp_path, rows, coordsys="wgs84")
    by_name = frame.set_index("name")
    assert (by_name["lon"]["甲"], by_name["position_kind"]["甲"]) == (113.61, "entrance")
    assert (by_name["lon"]["乙"], by_name["position_kind"]["乙"]) == (113.6, "building")


def test_a_combined_column_is_longitude_first(tmp_path: Path) -> None:
    frame, report = read(
        tmp_path, [["名称", "坐标"], ["甲", "113.30,34.80"], ["乙", "34.80,113.30"]], coordsys="wgs84"
    )
    assert frame["lon"].tolist() == [113.30]
    assert "写反" in reason(report, 1)


@pytest.mark.parametrize(
    ("lon", "lat", "said"),
    [
        ("34.7", "113.6", "写反"),
        ("0", "0", "不在中国"),
        ("-113.6", "34.7", "不在中国"),
        ("113.6", "95", "不在中国"),
        ("1e400", "34.7", "不是数字"),
        ("113.6度", "34.7", "不是数字"),
        ("nan", "34.7", "只有一个"),
        ("113.6", "", "只有一个"),
    ],
)
def test_a_bad_position_rejects_the_row_and_says_what_to_do(
    tmp_path: Path, lon: str, lat: str, said: str
) -> None:
    frame, report = read(tmp_path, [HEAD, ["甲", lon, lat]], coordsys="wgs84")
    assert report.counts.rejected == 1
    assert len(frame) == 0
    assert said in reason(report)


def test_a_whole_file_swapped_is_said_once(tmp_path: Path) -> None:
    rows = [HEAD, *[[f"站{i}", "34.7", f"113.{i}"] for i in range(5)]]
    _, report = read(tmp_path, rows, coordsys="wgs84")
    assert report.counts.rejected == 5
    assert any("5" in n.zh and "写反" in n.zh for n in report.notes)


def test_a_point_far_from_its_district_is_a_warning(tmp_path: Path) -> None:
    rows = [["名称", "区县", "经度", "纬度"], *[[f"站{i}", "金水区", f"113.6{i}", "34.7"] for i in range(6)]]
    rows.append(["远站", "金水区", "116.4", "39.9"])
    frame, report = read(tmp_path, rows, coordsys="wgs84")
    assert len(frame) == 7
    assert [w.rows for w in report.warnings] == [(8,)]
    assert "金水区" in report.warnings[0].text.zh


def test_rows_may_state_their_own_system(tmp_path: Path) -> None:
    rows = [
        [*HEAD, "坐标系"],
        ["甲", "113.6", "34.7", "WGS-84"],
        ["乙", "113.6", "34.7", "高德"],
        ["丙", "113.6", "34.7", ""],
    ]
    frame, report = read(tmp_path, rows)
    assert sorted(frame["given_coordsys"]) == ["gcj02", "wgs84"]
    assert "坐标系" in reason(report, 2)


# -- rows


def test_a_row_without_position_is_kept_unlocated(tmp_path: Path) -> None:
    frame, report = read(tmp_path, [["名称", "地址"], ["甲", "人民路"]])
    assert (report.counts.added, report.counts.unlocated) == (1, 1)
    assert frame["lon"].isna().all()


def test_the_frame_keeps_the_contract_even_when_empty(tmp_path: Path) -> None:
    frame, _ = read(tmp_path, [["名称", "地址"], ["", "人民路"]])
    frames.check(frame, frames.STATIONS)
    assert len(frame) == 0


def test_twins_name_the_first_row(tmp_path: Path) -> None:
    rows = [
        ["编码", "名称", "地址"],
        ["A1", "甲", "1"],
        ["A1", "乙", "2"],
        ["", "丙", "3"],
        ["", "丙", "3"],
        ["A2", "丁", "4"],
    ]
    _, report = read(tmp_path, rows)
    assert report.outcomes["outcome"].tolist() == ["added", "rejected", "added", "rejected", "added"]
    assert "第 2 行" in reason(report, 1)
    assert "第 4 行" in reason(report, 3)


def test_namesakes_with_ids_of_their_own_are_two_stations_and_one_id_is_one(tmp_path: Path) -> None:
    rows = [
        ["名称", "高德ID", "OSM编号"],
        ["中国银行", "B1", "node/1"],
        ["中国银行", "", "node/2"],
        ["中国银行二", "", "node/1"],
        ["中国银行三", "B1", ""],
        ["中国银行", "", ""],
    ]
    _, report = read(tmp_path, rows)
    assert report.outcomes["outcome"].tolist() == ["added", "added", "rejected", "rejected", "rejected"]
    assert all("第 2 行" in reason(report, row) for row in (2, 3, 4))


def test_bad_descriptions_keep_the_row_and_bad_identities_reject_it(tmp_path: Path) -> None:
    rows = [["名称", "面积", "站点形式", "状态", "楼层"], ["甲", "约30", "火箭", "", "0"],
            ["乙", "30㎡", "固定", "拆了", "B1"],
            ["丙" * 300, "", "", "", ""]]  # fmt: skip
    frame, report = read(tmp_path, rows)
    assert report.outcomes["outcome"].tolist() == ["added", "rejected", "rejected"]
    assert {(w.field, w.rows) for w in report.warnings} == {
        ("area_m2", (2,)),
        ("kind", (2,)),
        ("floor", (2,)),
    }
    assert frame["status"].tolist() == ["open"]
    assert "拆了" in reason(report, 1)
    assert "300" in reason(report, 2)


def test_a_cell_of_ten_megabytes_rejects_its_row_only(tmp_path: Path) -> None:
    _, report = read(tmp_path, [["名称", "地址"], ["甲", "x" * 10_000_000], ["乙", "1"]])
    assert report.outcomes["outcome"].tolist() == ["rejected", "added"]
    assert "10000000" in reason(report)
    assert len(reason(report)) < 200


def test_invisible_characters_go_and_formulas_stay_text(tmp_path: Path) -> None:
    frame, report = read(tmp_path, [["名称", "地址"], ["甲\x00\u202e站", '=HYPERLINK("http://x")']])
    assert frame["name"].tolist() == ["甲站"]
    assert frame["address"].tolist() == ['=HYPERLINK("http://x")']
    assert [w.field for w in report.warnings] == ["name"]


def test_unread_hours_are_unknown_kept_and_said(tmp_path: Path) -> None:
    frame, report = read(tmp_path, [["名称", "开放时间"], ["甲", "看心情"], ["乙", "24小时"]])
    by_name = frame.set_index("name")
    assert by_name["opening_hours"]["甲"] is None
    assert by_name["hours_posted"]["甲"] == "看心情"
    assert by_name["door_24h"].to_dict() == {"甲": "unknown", "乙": "yes"}
    assert [w.rows for w in report.warnings] == [(2,)]


def test_the_audience_of_a_file_fills_silence_and_nothing_else(tmp_path: Path) -> None:
    rows = [["名称", "服务对象"], ["甲", ""], ["乙", "本单位职工"], ["丙", "不详"]]
    frame, report = read(tmp_path, rows, audience="outdoor_workers")
    assert frame.set_index("name")["audience"].to_dict() == {
        "甲": "outdoor_workers", "乙": "staff", "丙": "outdoor_workers",
    }  # fmt: skip
    assert report.counts.hidden == 1
    _, silent = read(tmp_path, rows)
    assert silent.counts.hidden == 3


def test_ids_are_the_same_in_every_registry_and_differ_by_source(tmp_path: Path) -> None:
    rows = [["编码", "名称"], ["A1", "甲"], ["", "乙"]]
    first, _ = read(tmp_path, rows, source="s")
    renamed, _ = read(tmp_path, [["编码", "名称"], ["A1", "新名"]], source="s")
    other, _ = read(tmp_path, rows, source="t")
    assert renamed["station_id"][0] in set(first["station_id"])
    assert set(first["station_id"]).isdisjoint(other["station_id"])


def test_example_rows_of_the_template_are_no_stations(tmp_path: Path) -> None:
    path = template.write_template(tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book[texts.SHEET_STATIONS.zh]
    sheet.cell(3, template.COLUMNS.index("name") + 1, "真站")
    book.save(path)
    frame, report = imports.read_stations(path)
    assert frame["name"].tolist() == ["真站"]
    assert report.outcomes["row"].tolist() == [3]


def test_the_example_of_the_template_would_itself_be_accepted(tmp_path: Path) -> None:
    rows = [list(texts.EXAMPLE_ROW), [v.removeprefix(texts.EXAMPLE_MARK) for v in texts.EXAMPLE_ROW.values()]]
    frame, report = read(tmp_path, rows)
    assert report.warnings == ()
    assert frame["position_kind"].tolist() == ["entrance"]


def test_the_template_offers_lists_explains_every_column_and_is_frozen(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(template.write_template(tmp_path / "t.xlsx"))
    sheet, guide = book[texts.SHEET_STATIONS.zh], book[texts.SHEET_FIELDS.zh]
    heads = [c.value for c in sheet[1]]
    for code in (
        "street_door",
        "floor",
        "in_compound",
        "registration_required",
        "entrance",
        "declared_by",
        "declared_on",
    ):
        assert texts.FIELD_TITLE[code].zh in heads
    assert sheet.freeze_panes == "A2"
    assert len(sheet.data_validations.dataValidation) == len(words.VOCABULARIES) + 1
    assert [c.value for c in guide["A"]][1:] == heads
    assert set(texts.FIELD_NOTE) == set(texts.FIELD_TITLE)


cell = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        [
            "24小时",
            "113.6",
            "34.7",
            "是",
            "坏",
            "A1",
            "=1+1",
            "\x00",
            "𠮷",
            "2026-02-30",
            "1e9",
            "#N/A",
            "高德",
        ]
    ),
)


@given(st.lists(st.lists(cell, min_size=9, max_size=9), min_size=1, max_size=6))
@settings(max_examples=120, derandomize=True, deadline=None)
def test_every_row_ends_exactly_once_whatever_its_cells(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    heads = ["编码", "名称", "经度", "纬度", "坐标系", "设施", "开放时间", "面积", "核实日期"]
    folder = tmp_path_factory.mktemp("rows")
    written = [[c.encode("utf-8", "replace").decode() for c in row] for row in rows]
    try:
        frame, report = read(folder, [heads, *written])
    except InputError:
        return
    frames.check(frame, frames.STATIONS)
    expected = [i for i, row in enumerate(written, start=2) if any(c.strip() for c in row)]
    examples = sum(1 for row in written if fields.clean(row[1])[0].startswith(texts.EXAMPLE_MARK))
    assert len(report.outcomes) == len(expected) - examples
    assert report.outcomes["row"].is_unique
    assert (report.outcomes["outcome"] == "added").sum() == len(frame)
    rejected = report.outcomes[report.outcomes["outcome"] == "rejected"]
    assert rejected["reason_zh"].notna().all()
    assert np.isfinite(frame["lon"].to_numpy()).sum() == len(frame) - report.counts.unlocated


def test_the_real_stations_of_zhengzhou_and_beijing(shared_data: Path) -> None:
    frame, report = imports.read_stations(
        shared_data / "stations" / "zhengzhou_union_stations.csv", ImportOptions("gcj02")
    )
    assert (report.counts.added, report.counts.rejected, report.counts.unlocated) == (82, 0, 0)
    assert frame["position_kind"].value_counts().to_dict() == {"address": 64, "building": 18}
    assert frame["door_24h"].eq("yes").sum() == frame["hours_posted"].eq("24小时").sum() > 0
    frame, report = imports.read_stations(shared_data / "stations" / "beijing_stations_in_news.csv")
    assert (report.counts.added, report.counts.unlocated, report.counts.hidden) == (23, 23, 23)
    assert model.FACTS == ("door_24h", "unattended_24h", "goods_24h")
