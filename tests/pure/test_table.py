"""The plain table of stations: who is in it, in which order, what each row says, and that texts stay texts."""

import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import maps
from geo import coordsys, frames
from geo.texts import Text
from maps import navigation
from maps.table import TableOptions


def station(number: int, **given: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        name: float("nan") if column.kind == "number" else None
        for name, column in frames.STATIONS.columns.items()
    }
    row |= {"host_kind": "bank", "kind": "fixed", "audience": "outdoor_workers", "status": "open"}
    row |= {"position_kind": "entrance", "access_method": "open_door", "street_facing": "unknown"}
    row |= dict.fromkeys(("door_24h", "unattended_24h", "goods_24h"), "no")
    row |= dict.fromkeys(("street_door", "in_compound", "registration_required"), "unknown")
    row |= {"station_id": f"s{number:03d}", "name": f"驿站{number}", "source": "样例", "makeup_days": False}
    row |= {"updated_at": "2026-09-01T08:00:00+08:00", "version": 1.0, "data_version": 1.0}
    row |= {"external_ids": {}, "facilities": {}, "lon": 116.3 + number / 100, "lat": 39.9}
    return row | given


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    built = pd.DataFrame(list(rows)) if rows else frames.empty(frames.STATIONS)
    return built.astype({"makeup_days": bool})


class Reader(HTMLParser):
    """Reads a fragment: every element with its attributes, the cells of each row, what stands open at the end."""

    VOID = frozenset({"br"})

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self.open: list[str] = []
        self.feed(fragment)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "br":
            self.rows[-1][-1] += "\n"
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data

    def links(self) -> Iterator[str]:
        return (str(attrs["href"]) for tag, attrs in self.tags if tag == "a")


CAST = frame(
    station(1, name="乙", district="乙区", hours_posted="9:00-17:00", address="二路 2 号", phone="010-1"),
    station(2, name="甲", district="甲区", in_compound="yes", registration_required="yes", floor=2.0),
    station(3, name="自助", unattended_24h="yes", access_method="qr", district="甲区"),
    station(4, name="全天", door_24h="yes", hours_posted="24小时", district="乙区", floor=-1.0),
    station(
        5, name="售货", goods_24h="yes", district="丙区", status="temporarily_closed", status_reason="装修"
    ),
    station(6, audience="staff"),
    station(7, status="closed"),
    station(8, lon=float("nan"), lat=float("nan")),
)


def test_24_hour_stations_come_first_then_the_others_by_district():
    rows = Reader(maps.table(CAST)).rows
    first = [row[0].split("\n")[0] for row in rows[1:]]
    assert first == ["24小时站点（2 处）", "全天", "自助", "其他站点（3 处）", "乙", "甲", "售货"]


def test_a_row_says_hours_and_way_in_and_what_is_not_known():
    cells = {row[0].split("\n")[0]: row[1:] for row in Reader(maps.table(CAST)).rows}
    assert cells["全天"][:2] == ["24小时开放\n24小时", "推门即入\n地下 1 层"]
    assert cells["自助"][:2] == ["24小时自助进入\n未公示，待核实", "扫码进入"]
    assert cells["售货"][0] == "暂停开放 装修\n仅24小时售货\n未公示，待核实"
    assert cells["甲"][1] == "推门即入\n需登记\n位于院内\n2 层"
    assert cells["乙"][0] == "9:00-17:00"
    whole = [row[0] for row in Reader(maps.table(CAST)).rows]
    assert "乙\n乙区二路 2 号\n电话 010-1" in whole


def test_caption_counts_and_dates():
    options = TableOptions(title=Text("甲市驿站", "A"), data_date=date(2026, 9, 1))
    fragment = maps.table(CAST, options=options)
    assert "<caption>甲市驿站（共 5 处，其中24小时 2 处） · 数据日期 2026-09-01</caption>" in fragment
    assert "共 2 处，其中24小时 2 处" in maps.table(CAST, options=TableOptions(only_24h=True))
    assert "目前没有可以显示的站点。" in maps.table(frame())


def test_links_carry_each_apps_own_coordinates():
    fragment = maps.table(frame(station(1, lon=116.4, lat=39.9, name="A & B, C|D: 站")))
    amap, baidu, tencent = list(Reader(fragment).links())
    lon, lat = (round(float(x), 6) for x in coordsys.from_wgs84(116.4, 39.9, "gcj02"))
    assert parse_qs(urlsplit(amap).query)["to"] == [f"{lon},{lat},A & B C D 站"]
    assert parse_qs(urlsplit(tencent).query, separator="&")["marker"] == [
        f"coord:{lat},{lon};title:A & B C D 站;addr:A & B C D 站"
    ]
    lon, lat = (round(float(x), 6) for x in coordsys.from_wgs84(116.4, 39.9, "bd09"))
    assert parse_qs(urlsplit(baidu).query)["location"] == [f"{lat},{lon}"]
    assert parse_qs(urlsplit(baidu).query)["coord_type"] == ["bd09ll"]


@pytest.mark.parametrize("app", navigation.APPS, ids=lambda app: app.code)
def test_on_foot_every_app_shows_the_way_itself(app):
    walk, ride = (navigation.link(app, 116.4, 39.9, "站", mode) for mode in ("walk", "ride"))
    assert "walk" in walk
    assert "walk" not in ride


WEEKS = [
    ([[d * 1440 + 480, d * 1440 + 1080] for d in range(5)], "周一至周五 08:00–18:00"),
    ([[d * 1440 + 1200, d * 1440 + 1560] for d in range(7)], "每天 20:00–次日02:00"),
    (
        [[0, 1440], [2 * 1440 + 60, 2 * 1440 + 90], [2 * 1440 + 600, 2 * 1440 + 690]],
        "周一 00:00–24:00；周三 01:00–01:30, 10:00–11:30",
    ),
    ([[0, 10080]], "全天开放"),
    ([[d * 1440, d * 1440 + 1440] for d in range(7)], "全天开放"),
    ([], "不开放"),
    (None, "未公示，待核实"),
]


@pytest.mark.parametrize(("week", "words"), WEEKS)
def test_hours_that_nobody_posted_are_written_from_the_week(week, words):
    row = pd.concat([frame(station(1)), pd.DataFrame({"week": [week]}, dtype=object)], axis=1)
    assert Reader(maps.table(row)).rows[2][1] == words


def test_it_is_plain_html_and_the_same_each_time():
    fragment = maps.table(CAST)
    reader = Reader(fragment)
    assert {tag for tag, _ in reader.tags} <= {
        *("table", "caption", "thead", "tbody", "tr", "th", "td", "strong", "bdi", "br", "a", "p", "small")
    }
    assert {name for _, attrs in reader.tags for name in attrs}.isdisjoint({"style", "class", "id", "src"})
    assert not [name for _, attrs in reader.tags for name in attrs if name.startswith("on")]
    assert fragment == maps.table(CAST.sample(frac=1, random_state=4))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.text(max_size=40))
def test_any_text_stays_text(name, hours):
    plain = Reader(maps.table(frame(station(1, name="x", hours_posted="y"))))
    given = Reader(maps.table(frame(station(1, name=name or "x", hours_posted=hours, address=name))))
    skeleton = [tag for tag, _ in plain.tags if tag not in ("br", "bdi")]
    assert [tag for tag, _ in given.tags if tag not in ("br", "bdi")] == skeleton
    for url in given.links():
        assert re.fullmatch(r"https://(uri\.amap|api\.map\.baidu|apis\.map\.qq)\.com/[\x21-\x7e]+", url)
