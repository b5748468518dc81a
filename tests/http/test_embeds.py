"""What other sites embed, over HTTP: who may frame what, what is given away, and its limits."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from maps import BaseMap, DiscoveryOptions
from service import cli, discovery, embedding
from service.app import create_app
from service.commands.serving import map_builder
from service.keeper import FrameKeeper
from service.settings import Settings
from tests.http.made import Client, frame_of, random_rows

NOTICE = "虚构示例"
ROWS = [
    {"station_id": "a", "lon": 116.3, "lat": 39.9, "adcode": "110108", "city": "甲市", "district": "北区"},
    {"station_id": "b", "lon": 116.4, "lat": 39.9, "adcode": "110108", "city": "甲市", "district": "北区"},
    {"station_id": "c", "lon": 116.4, "lat": 39.8, "adcode": "110105", "door_24h": "yes"},
    {"station_id": "d", "lon": 117.4, "lat": 39.8, "adcode": "120101", "city": "乙市", "district": "东区"},
    {"station_id": "e", "lon": 117.4, "lat": 39.8},
    {"station_id": "f", "adcode": "110108"},
    {"station_id": "g", "lon": 116.3, "lat": 39.9, "adcode": "110108", "audience": "staff"},
]


def client(rows: list[dict[str, Any]], **chosen: Any) -> Client:
    options = DiscoveryOptions(notice=NOTICE)
    app = create_app(
        Settings(database_url=None, **chosen),
        FrameKeeper(frame_of(rows)),
        map_page=map_builder(options),
        options=options,
    )
    return Client(app)


@pytest.fixture
def few() -> Iterator[Client]:
    made = client(ROWS)
    yield made
    made.close()


def test_the_framed_page_is_the_page_itself_and_any_site_may_frame_it(few: Client) -> None:
    framed, page = few.get("/embed?adcode=110108&lang=en"), few.get("/map?adcode=110108")
    assert framed.content == page.content
    assert framed.headers["etag"] == page.headers["etag"]
    assert framed.headers["content-security-policy"] == "frame-ancestors *"
    known = few.get("/embed?adcode=110108", headers={"if-none-match": framed.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")
    assert known.headers["content-security-policy"] == "frame-ancestors *"


def test_the_setting_says_who_may_frame_it() -> None:
    restricted = client(ROWS, frame_ancestors="'self' https://www.example.cn")
    policy = restricted.get("/embed").headers["content-security-policy"]
    assert policy == "frame-ancestors 'self' https://www.example.cn"
    restricted.close()


@pytest.mark.parametrize(
    "given", ["https://a.cn; script-src *", "a.cn,b.cn", "* https://a.cn", "javascript:x", "\n"]
)
def test_a_setting_that_says_more_is_refused(given: str) -> None:
    with pytest.raises(ValidationError, match="frame_ancestors"):
        Settings(frame_ancestors=given)


@pytest.mark.parametrize("path", ["/embed/builder", "/embed/table", "/", "/docs"])
def test_nobody_frames_anything_else(few: Client, path: str) -> None:
    assert "frame-ancestors 'none'" in few.get(path).headers["content-security-policy"]


def test_areas_are_cities_with_several_districts_and_districts() -> None:
    snapshot, _ = FrameKeeper(frame_of(ROWS)).current()
    assert [tuple(vars(area).values()) for area in embedding.areas(snapshot)] == [
        ("1101", "甲市", 3, 1),
        ("110105", "110105", 1, 1),
        ("110108", "北区", 2, 0),
        ("120101", "东区", 1, 0),
    ]


def test_the_table_holds_what_is_public_there_and_says_what_the_page_says(few: Client) -> None:
    def rows(query: str) -> int:
        return len(re.findall(r'<th scope="row"', few.get(f"/embed/table{query}").text))

    assert [
        rows(q) for q in ("", "?adcode=1101", "?adcode=110108", "?is_24h=true", "?adcode=12&is_24h=true")
    ] == [*(5, 3, 2, 1, 0)]
    assert NOTICE in few.get("/embed/table").text
    assert NOTICE in few.get("/embed/file").text


def test_the_file_is_saved_and_holds_all_it_needs(few: Client) -> None:
    answer = few.get("/embed/file?adcode=110108")
    assert answer.headers["content-disposition"] == 'attachment; filename="yizhan-map.html"'
    assert re.findall(r'<(?:script|link|img|iframe)[^>]+(?:src|href)="(?!data:)', answer.text) == []


@pytest.mark.parametrize("path", ["/embed/table", "/embed/file"])
def test_too_many_stations_are_asked_for_area_by_area(
    monkeypatch: pytest.MonkeyPatch, few: Client, path: str
) -> None:
    monkeypatch.setattr(embedding, "MOST_STATIONS", 2)
    answer = few.get(path)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "adcode")
    assert few.get(f"{path}?adcode=110108").status_code == 200


@pytest.mark.parametrize("path", ["/embed", "/embed/builder", "/embed/table", "/embed/file"])
def test_unknown_parameters_are_named(few: Client, path: str) -> None:
    answer = few.get(f"{path}?height=5")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "height")


def test_everything_is_made_once_for_the_same_data(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def counted(name: str) -> Callable[..., Any]:
        whole = getattr(embedding, name)
        return lambda *args: made.append(name) or whole(*args)

    for name in ("builder", "table", "one_file"):
        monkeypatch.setattr(embedding, name, counted(name))
    town = client(random_rows(50))
    for path in ("/embed/builder", "/embed/table", "/embed/file") * 2:
        assert town.get(path).status_code == 200
    assert made == ["builder", "table", "one_file"]
    town.close()


def test_the_operator_is_told_what_the_base_map_lacks() -> None:
    assert "YIZHAN_BASE_MAP（" in discovery.base_map_warning(Settings()).zh
    amap = Settings(base_map="amap")
    assert "审图号" in discovery.base_map_warning(amap).zh
    assert isinstance(discovery.base_map(amap), BaseMap)
    assert discovery.base_map_warning(Settings(base_map="amap", base_map_approval="GS(2024)1号")) is None


LIST = """name,lon,lat,district,adcode,hours_posted
甲站,116.4,39.9,东城区,110101,24小时
乙站,116.41,39.9,东城区,110101,9:00-17:00
丙站,116.3,39.95,海淀区,110108,
"""


@pytest.mark.parametrize(
    ("flags", "expected"), [([], {"甲站", "乙站", "丙站"}), (["--adcode", "110108"], {"丙站"})]
)
def test_the_command_writes_the_table_of_a_file(tmp_path: Path, flags: list[str], expected: set[str]) -> None:
    (tmp_path / "list.csv").write_text(LIST, "utf-8")
    source = [
        "--stations",
        str(tmp_path / "list.csv"),
        "--coordsys",
        "wgs84",
        "--audience",
        "outdoor_workers",
    ]
    out = tmp_path / "table.html"
    done = CliRunner().invoke(cli.app, ["map", "--table", "--out", str(out), *source, *flags])
    assert done.exit_code == 0, done.output
    written = out.read_text("utf-8")
    assert set(re.findall(r"<strong><bdi>(.站)</bdi></strong>", written)) == expected
    assert "审图号" not in done.output


def test_the_command_says_what_the_base_map_of_a_public_file_lacks(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(LIST, "utf-8")
    source = [
        "--stations",
        str(tmp_path / "list.csv"),
        "--coordsys",
        "wgs84",
        "--audience",
        "outdoor_workers",
    ]
    done = CliRunner().invoke(cli.app, ["map", "--out", str(tmp_path / "map.html"), *source])
    assert done.exit_code == 0, done.output
    assert "审图号" in done.output
