"""The coverage report as a page: complete, self-contained, the same bytes, safe, honest when there is nothing."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import maps
from geo import week
from geo.frames import empty
from geo.study import CONTRACTS, Study
from geo.texts import Text
from maps.report import cells, texts
from tests.pure import studies

HOSTILE = "</script></style><img src=x onerror=alert(1)>{{ 7*7 }}${1}\"'`\u202e\ud800\x00"

NOT_ALWAYS = ("sites", "curve", "extend", "served", "lorenz", "least", "least_sites")


@pytest.fixture(scope="module")
def study() -> Study:
    return studies.example()


@pytest.fixture(scope="module")
def html(study: Study) -> str:
    return maps.render(maps.coverage_report(study))


def blob(html: str) -> dict[str, Any]:
    found = re.search(r'id="yz-data">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


class Outline(HTMLParser):
    """Ids, links, tags and the words of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.attributes |= set(given)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [given["href"] or ""] if tag == "a" else []
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.open):
            self.words.append(data)


def words(html: str) -> str:
    return " ".join(" ".join(Outline(html).words).split())


def test_it_is_a_folium_map_in_one_page(study: Study, html: str) -> None:
    page_map = maps.coverage_report(study)
    assert isinstance(page_map, folium.Map)
    outline = Outline(html)
    assert len(outline.ids) == len(set(outline.ids))
    anchors = [link[1:] for link in outline.links if link.startswith("#")]
    assert set(texts.SECTIONS) <= set(anchors)
    assert set(anchors) <= set(outline.ids)
    assert [link for link in outline.links if not link.startswith("#")] == [
        "figures.xlsx",
        "gaps.gpkg",
        "report.html",
    ]
    assert '<html lang="zh-CN">' in html


def test_it_loads_nothing_and_runs_nothing_but_its_own(html: str) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]
    assert "https:" not in policy[1]
    marked_up = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    assert not re.findall(r"(?:src|href|url)[=(][\"']?(?:https?:)?//", marked_up)
    # No attribute holds style or script: the policy would not run them.
    assert not {a for a in Outline(html).attributes if a == "style" or a.startswith("on")}


def test_the_same_study_gives_the_same_bytes(study: Study, html: str) -> None:
    assert maps.render(maps.coverage_report(studies.example())) == html
    ranked = ("sites", "curve", "extend", "gaps")
    backwards = replace(study, **{n: getattr(study, n)[::-1].reset_index(drop=True) for n in ranked})
    assert maps.render(maps.coverage_report(backwards)) == html


def test_a_stand_in_is_named_everywhere_and_real_stations_have_no_such_label(study: Study, html: str) -> None:
    assert "替代数据" in re.search(r"<title>(.*?)</title>", html)[1]  # type: ignore[index]
    assert '<aside class="stand-in"' in html
    label = "替代数据，不是真实驿站：虚构的驿站"
    assert label in words(html)
    assert blob(html)["stand_in_words"][0] == label
    # The head of every printed sheet, written by numbers of characters.
    printed = "".join(f"\\{ord(c):x} " for c in label)
    assert f'@top-right{{content:"{printed}"' in html
    real = maps.render(
        maps.coverage_report(replace(study, parameters=dict(study.parameters) | {"stand_in": ""}))
    )
    assert "替代数据，不是真实驿站" not in words(real)
    assert '<aside class="stand-in"' not in real
    said = dict(study.parameters) | {"stand_in": "替代数据：银行和邮局"}
    twice = maps.render(maps.coverage_report(replace(study, parameters=said)))
    assert "替代数据，不是真实驿站：银行和邮局" in words(twice)


def test_texts_of_strangers_stay_texts(study: Study) -> None:
    parameters = {
        k: HOSTILE if isinstance(v, str) and k not in ("week", "made_at") else v
        for k, v in study.parameters.items()
    }
    frames = {}
    for name in ("cells", "stations", "areas", "gaps", "sites"):
        frame = getattr(study, name).copy()
        for column in {"name", "address", "district", "township"} & set(frame.columns):
            frame[column] = pd.Series([HOSTILE] * len(frame), index=frame.index, dtype=object)
        frames[name] = frame
    hostile = replace(study, parameters=parameters, notes=(Text(HOSTILE, HOSTILE),), **frames)
    html = maps.render(maps.coverage_report(hostile))
    outline = Outline(html)
    assert "img" not in outline.tags
    assert html.count("</script>") == html.count("<script")
    assert "{{ 7*7 }}" in words(html)
    assert "\x00" not in html
    assert html.encode()
    policy = re.search(r'content="([^"]*)"', html[html.index("Content-Security") :])
    assert policy is not None
    assert len(re.findall(r"'sha256-", policy[1])) == len(re.findall(r"<style>|<script>", html))


def test_all_that_was_computed_is_told(study: Study, html: str) -> None:
    told = words(html)
    for row in study.areas.to_dict("records"):
        assert row["name"] in told
    for site in study.sites["site_id"]:
        assert site in told
    assert "B 号驿站 <b>&" in told
    assert "1 个驿站没有坐标，未计入。" in told
    assert "population.gpkg" in told
    assert "随机种子" in told


def test_frames_that_were_not_asked_for_are_said_to_be_empty(study: Study) -> None:
    bare = replace(
        study,
        **{n: empty(CONTRACTS[n]) for n in NOT_ALWAYS},
    )
    told = words(maps.render(maps.coverage_report(bare)))
    assert "没有计算新址" in told
    assert "没有计算延长开放的方案" in told
    assert "附近都没有驿站" in told


def test_the_least_number_of_sites_is_told_as_far_as_it_is_proved(study: Study) -> None:
    told = words(maps.render(maps.coverage_report(study)))
    assert "新建 1 处就够；可以证明少于 1 处不够" in told
    never = study.least.assign(reachable=False, proved=False, at_least=np.nan, target=0.99)
    told = words(maps.render(maps.coverage_report(replace(study, least=never))))
    assert "要让 99.0% 的需求有去处" in told
    assert "现有候选点全部建成也不够" in told


def test_a_study_of_nothing_gives_a_page_that_says_so(study: Study) -> None:
    frames = {name: empty(CONTRACTS[name]) for name in CONTRACTS}
    frames["gaps"] = gpd.GeoDataFrame(empty(CONTRACTS["gaps"]), geometry=[], crs="EPSG:4326")
    nothing = replace(study, **frames, gap_week=np.zeros((0, 2, week.SLOTS), np.float32))
    html = maps.render(maps.coverage_report(nothing))
    assert "范围内没有需求" in words(html)
    assert blob(html)["cells"]["n"] == 0
    assert not re.search(r"\bnan\b", words(html))


def test_one_cell_and_bare_points_can_be_drawn(study: Study) -> None:
    one = study.cells.head(1).assign(demand_id="p1", area_m2=np.nan)
    html = maps.render(maps.coverage_report(replace(study, cells=one)))
    drawn = blob(html)["cells"]
    assert (drawn["n"], len(drawn["outline"])) == (1, 4)
    assert blob(html)["lines"] == {"district": [], "township": []}


def test_main_streets_are_drawn_and_small_ones_are_not(study: Study) -> None:
    ways = gpd.GeoDataFrame(
        {"highway": ["primary", "footway", "tertiary"], "name": [None, None, None]},
        geometry=[shapely.LineString([(116.40, 39.91), (116.41, 39.91 + 0.01 * k)]) for k in range(3)],
        crs="EPSG:4326",
    )
    html = maps.render(maps.coverage_report(study, streets=ways.to_crs("EPSG:32650")))
    assert [len(rank) for rank in blob(html)["streets"]] == [1, 1]
    assert blob(maps.render(maps.coverage_report(study)))["streets"] == []


def test_hundreds_of_thousands_of_cells_make_no_page_of_a_hundred_megabytes(study: Study) -> None:
    n = 205_000
    rng = np.random.default_rng(5)
    some = study.cells.iloc[rng.integers(0, len(study.cells), n)].reset_index(drop=True)
    side = int(np.ceil(np.sqrt(n)))
    place = np.arange(n)
    some = some.assign(
        demand_id=[f"c{k}" for k in place],
        lon=116.0 + place % side * 0.002,
        lat=39.5 + place // side * 0.0015,
        weight=rng.random(n) + 1.0,
    )
    html = maps.render(maps.coverage_report(replace(study, cells=some)))
    drawn = blob(html)["cells"]
    assert drawn["grouped"]
    assert 20_000 < drawn["n"] <= cells.MOST_CELLS
    assert len(html) < 12_000_000
    assert f"需求单元有 {n:,} 个" in words(html)
