"""Files of every kind and in every state become text tables, or an error that says what to do."""

import csv
import datetime as dt
import io
import json
import socket
import warnings
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from data.stations import readers, rejects, tables
from geo.texts import Text


def write(folder: Path, text: str, encoding: str = "utf-8", name: str = "a.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def cells(table: tables.Table) -> list[list[str]]:
    return [table.row(i) for i in range(len(table.rows))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_every_usual_encoding_reads_the_same(tmp_path: Path, encoding: str) -> None:
    table = readers.read(write(tmp_path, "名称,地址\n工会驿站,人民路1号\n", encoding))
    assert table.headers == ("名称", "地址")
    assert cells(table) == [["工会驿站", "人民路1号"]]
    assert bool(table.notes) == encoding.startswith("gb")


def test_bytes_of_no_known_encoding_name_the_encodings_and_the_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("名称,地址\n第一个驿站名称,人民路\n".encode() + b"\xff\xfe,\n")
    with pytest.raises(InputError, match=r"UTF-8.*3"):
        readers.read(path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    table = readers.read(write(tmp_path, f"名称{delimiter}地址\n甲{delimiter}乙\n"))
    assert cells(table) == [["甲", "乙"]]


def test_rows_keep_the_numbers_a_spreadsheet_shows(tmp_path: Path) -> None:
    table = readers.read(write(tmp_path, "某市驿站一览表\n\n名称,地址\n甲,1\n,\n乙,2\n\n\n"))
    assert table.rows.tolist() == [4, 6]
    assert any("3" in note.zh for note in table.notes)


def test_cells_beyond_the_header_are_kept_for_the_check(tmp_path: Path) -> None:
    table = readers.read(write(tmp_path, "名称,地址\n甲,人民路1号,2层\n乙\n"))
    assert table.headers == ("名称", "地址", "")
    assert cells(table) == [["甲", "人民路1号", "2层"], ["乙", "", ""]]


def test_a_quotation_mark_that_never_closes_is_an_error_not_a_lost_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="2"):
        readers.read(write(tmp_path, '名称,地址\n"甲,1\n乙,2\n丙,3\n'))


def test_stray_quotation_marks_lose_no_row(tmp_path: Path) -> None:
    table = readers.read(write(tmp_path, '名称,地址\n"甲"站,"1"\n乙"站",2\n丙,3\n'))
    assert len(table.rows) == 3


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", b""), ("a.csv", b"\xef\xbb\xbf  \n"), ("a.csv", "名称,地址\n".encode()), ("a.csv", b"foo,bar\n1,2\n"),
     ("a.xls", b"x"), ("a.xlsx", b"not a workbook"), ("a.xlsx", b""), ("a.geojson", b"{"), ("a.gpkg", b"nothing")],
)  # fmt: skip
def test_files_that_cannot_be_used_say_so(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        readers.read(path)
    assert isinstance(caught.value.text, Text)


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.csv"):
        readers.read(tmp_path / "nowhere.csv")


def test_a_cell_of_ten_megabytes_is_read_and_the_csv_limit_restored(tmp_path: Path) -> None:
    limit = csv.field_size_limit()
    table = readers.read(write(tmp_path, "名称,地址\n甲," + "长" * 3_500_000 + "\n"))
    assert len(table.row(0)[1]) == 3_500_000
    assert csv.field_size_limit() == limit


def workbook(folder: Path, rows: list[list[object]], **more: object) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for merged in more.get("merge", ()):
        book.active.merge_cells(merged)
    path = folder / "a.xlsx"
    book.save(path)
    return path


def test_cells_of_a_workbook_read_as_a_person_sees_them(tmp_path: Path) -> None:
    row = ["甲", 24, 24.5, True, dt.datetime(2026, 10, 1), dt.time(8, 30), "007", None]
    heads = ["名称", "编码", "面积", "临街门", "填报日期", "开放时间", "电话", "备注"]
    table = readers.read(workbook(tmp_path, [heads, row, [None] * 8, ["乙"]]))
    assert cells(table) == [["甲", "24", "24.5", "是", "2026-10-01", "08:30", "007", ""], ["乙"] + [""] * 7]
    assert table.rows.tolist() == [2, 4]


def test_merged_cells_fill_down_and_are_said(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["一览表", None, None],
        ["区县", "名称", "地址"],
        ["金水区", "甲", 1],
        [None, "乙", 2],
    ]
    table = readers.read(workbook(tmp_path, rows, merge=["A1:C1", "A3:A4"]))
    assert [row[0] for row in cells(table)] == ["金水区", "金水区"]
    assert any("2" in note.zh and "合并" in note.zh for note in table.notes)


def test_the_first_sheet_with_a_known_header_is_read_and_the_others_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active.append(["请先读我"])
    sheet = book.create_sheet("名单")
    sheet.append(["名称", "地址"])
    sheet.append(["甲", "1"])
    book.save(tmp_path / "a.xlsx")
    table = readers.read(tmp_path / "a.xlsx")
    assert cells(table) == [["甲", "1"]]
    assert any("说明" in note.zh for note in table.notes)


def test_a_formula_never_calculated_stays_as_its_text(tmp_path: Path) -> None:
    table = readers.read(workbook(tmp_path, [["名称", "地址"], ["甲", '=HYPERLINK("http://x","y")']]))
    assert table.row(0)[1] == '=HYPERLINK("http://x","y")'
    assert any("公式" in note.zh for note in table.notes)


def layer(tmp_path: Path, suffix: str, crs: str = "EPSG:4326") -> Path:
    points = gpd.points_from_xy([113.6, None], [34.7, None])
    frame = gpd.GeoDataFrame({"名称": ["甲", "乙"], "面积": [20.0, None]}, geometry=points, crs="EPSG:4326")
    path = tmp_path / f"a{suffix}"
    frame.to_crs(crs).to_file(path)
    return path


SECRET = "名称,经度,纬度\n秘密,113.6,34.7\n"
LEADING_ASIDE = {
    "vrt": "<OGRVRTDataSource><OGRVRTLayer name='secret'><SrcDataSource>{}</SrcDataSource></OGRVRTLayer>"
    "</OGRVRTDataSource>",
    "pipeline": '{{"type": "gdal_streamed_alg", "command_line": '
    '"gdal vector pipeline ! read {} ! write --output-format stream streamed_dataset"}}',
}


@pytest.mark.parametrize("suffix", [".json", ".geojson", ".gpkg"])
@pytest.mark.parametrize("words", LEADING_ASIDE.values(), ids=tuple(LEADING_ASIDE))
def test_a_list_leads_to_no_other_file(tmp_path: Path, suffix: str, words: str) -> None:
    (tmp_path / "secret.csv").write_text(SECRET, encoding="utf-8")
    path = tmp_path / f"a{suffix}"
    path.write_text(words.format(tmp_path / "secret.csv"), encoding="utf-8")
    with pytest.raises(InputError, match="打不开或已损坏"):
        readers.read(path)


def test_a_list_leads_to_no_address(tmp_path: Path) -> None:
    feature = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [113.6, 34.7]}}
    path = tmp_path / "a.geojson"
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        link = {
            "type": "link",
            "properties": {"href": f"http://127.0.0.1:{server.getsockname()[1]}/", "type": "proj4"},
        }
        made = {
            "type": "FeatureCollection",
            "crs": link,
            "features": [feature | {"properties": {"名称": "甲"}}],
        }
        path.write_text(json.dumps(made), encoding="utf-8")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            readers.read(path)
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg"])
def test_layers_give_points_and_keep_features_without_geometry(tmp_path: Path, suffix: str) -> None:
    table = readers.read(layer(tmp_path, suffix))
    assert table.points is not None
    assert (table.points.x[0], table.points.y[0]) == (113.6, 34.7)
    assert table.points.x[1] != table.points.x[1]
    assert table.points.problems == {}
    assert cells(table) == [["甲", "20"], ["乙", ""]]


def test_a_projected_layer_is_transformed_and_says_so(tmp_path: Path) -> None:
    table = readers.read(layer(tmp_path, ".gpkg", "EPSG:4546"))
    assert table.points is not None
    assert table.points.projected == "EPSG:4546"
    assert abs(table.points.x[0] - 113.6) < 1e-6


def test_geometries_other_than_points_have_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"甲"},'
        '"geometry":{"type":"LineString","coordinates":[[113,34],[114,35]]}}]}',
        encoding="utf-8",
    )
    table = readers.read(path)
    assert table.points is not None
    assert "LineString" in table.points.problems[0].zh


@given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=5), max_size=6))
@settings(max_examples=80, derandomize=True, deadline=None)
def test_any_csv_text_is_read_whole_or_refused(rows: list[list[str]]) -> None:
    file = io.StringIO()
    csv.writer(file).writerows([["名称", "地址"], *rows])
    text = file.getvalue().encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    found = readers._csv_rows(text, ",", Path("a.csv"))
    try:
        table = tables.table_from_rows(Path("a.csv"), found, [])
    except InputError:
        assert not any(any(map(str.strip, row)) for row in found[1:])
        return
    assert len(table.rows) == sum(any(map(str.strip, row)) for row in found[1:])


@given(st.text(max_size=20))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_a_guarded_text_comes_back_and_starts_no_formula(text: str) -> None:
    guarded = rejects.guard(text)
    if guarded != text:
        assert tables.unguard(guarded) == text
        assert guarded.startswith("'")


def test_a_row_wider_than_any_sheet_is_refused_at_once_and_named(tmp_path):
    path = tmp_path / "wide.csv"
    for text, row in (
        ("名称,地址" + ",x" * 20_000 + "\n甲,乙\n", 1),
        ("名称,地址\n甲,乙\n" + "," * 3_000_000, 3),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=rf"row {row} has [0-9]+ columns"):
            readers.read(path)
    path.write_text("名称,地址" + "," * (tables.MOST_COLUMNS - 2) + "\n甲,乙\n", encoding="utf-8")
    assert readers.read(path).headers == ("名称", "地址")
