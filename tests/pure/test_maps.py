"""The pages as bytes: what is drawn, what is left out, determinism, policy, safe embedding."""

import base64
import hashlib
import json
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from folium.plugins import MarkerCluster
from hypothesis import given, settings
from hypothesis import strategies as st

import maps
from geo import frames, vocabulary
from maps import assets, base, errors, legend, pages, payload, streets, style, texts


def station(number: int, **given: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        name: float("nan") if column.kind == "number" else None
        for name, column in frames.STATIONS.columns.items()
    }
    required = {"host_kind": "bank", "kind": "fixed", "audience": "outdoor_workers", "status": "open"}
    required |= {"position_kind": "entrance", "access_method": "open_door", "street_facing": "unknown"}
    required |= dict.fromkeys(("door_24h", "unattended_24h", "goods_24h"), "no")
    required |= dict.fromkeys(("street_door", "in_compound", "registration_required"), "unknown")
    row |= required | {"station_id": f"s{number:03d}", "name": f"驿站{number}", "source": "样例"}
    row |= {
        "updated_at": "2026-09-01T08:00:00+08:00",
        "version": 1.0,
        "data_version": 1.0,
        "makeup_days": False,
    }
    row |= {"external_ids": {}, "facilities": {}, "lon": 114.3 + number / 100, "lat": 30.5}
    return row | given


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    built = pd.DataFrame(list(rows)) if rows else frames.empty(frames.STATIONS)
    return built.astype({"makeup_days": bool})


def blob(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="yz-data">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def values(data: dict[str, Any], name: str) -> list[Any]:
    column = data["columns"][name]
    if isinstance(column, dict) and "all" in column:
        return [column["all"]] * int(data["count"])
    return column if isinstance(column, list) else [None if i < 0 else column["u"][i] for i in column["i"]]


def test_only_public_stations_are_written_and_the_rest_is_counted_by_reason() -> None:
    rows = frame(
        station(1),
        station(2, status="temporarily_closed"),
        station(3, audience="staff", status="closed"),
        station(4, audience="unknown"),
        station(5, status="planned"),
        station(6, lat=float("nan")),
    )
    html = maps.render(maps.discovery(rows))
    data = blob(html)
    assert values(data, "station_id") == ["s001", "s002"]
    assert {code: n for code, n, _ in data["left_out"]} == {
        "audience_unknown": 1,
        "staff": 1,
        "planned": 1,
        "unlocated": 1,
    }
    assert "驿站3" not in html


def test_a_frame_that_breaks_the_contract_is_refused() -> None:
    with pytest.raises(Exception, match="audience"):
        maps.discovery(frame(station(1)).drop(columns="audience"))


def test_no_stations_at_all_still_give_a_page() -> None:
    assert blob(maps.render(maps.discovery(frame())))["count"] == 0


def test_the_same_stations_give_the_same_bytes_in_any_order_and_with_any_elements() -> None:
    def page(rows: pd.DataFrame) -> str:
        page_map = maps.discovery(rows)
        folium.GeoJson({"type": "Point", "coordinates": [114.3, 30.5]}).add_to(page_map)
        group = folium.FeatureGroup("g").add_to(page_map)
        folium.Marker([30.5, 114.3], popup="text", tooltip="tip").add_to(group)
        folium.LayerControl().add_to(page_map)
        return maps.render(page_map)

    rows = frame(*(station(i) for i in range(5)))
    assert page(rows) == page(rows.iloc[::-1])


def test_rendering_twice_gives_the_same_bytes() -> None:
    page_map = maps.discovery(frame(station(1)))
    assert maps.render(page_map) == maps.render(page_map)


def test_folium_saves_the_very_page(tmp_path: Path) -> None:
    page_map = maps.discovery(frame(station(1)))
    page_map.save(str(tmp_path / "map.html"))
    assert (tmp_path / "map.html").read_text("utf-8") == maps.render(page_map)


def test_an_identifier_in_the_data_is_left_alone() -> None:
    name = "map_0123456789abcdef0123456789abcdef"
    assert values(blob(maps.render(maps.discovery(frame(station(1, name=name))))), "name") == [name]


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        runs = tag == "style" or (tag == "script" and dict(attrs).get("type") != "application/json")
        self.inside = tag if runs else None
        if runs:
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = None

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.texts[-1] += data


def test_the_policy_names_every_script_and_sheet_and_nothing_else() -> None:
    html = maps.render(maps.discovery(frame(station(1))))
    reader = Reader()
    reader.feed(html)
    metas = [
        a for tag, a in reader.tags if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy"
    ]
    policy = metas[0]["content"] or ""
    hashes = {base64.b64encode(hashlib.sha256(t.encode()).digest()).decode() for t in reader.texts}
    assert set(re.findall(r"sha256-([^']+)", policy)) == hashes
    assert "unsafe" not in policy
    assert "http" not in policy
    assert html.index("Content-Security-Policy") < html.index("<style")
    assert html.startswith('<!DOCTYPE html>\n<html lang="zh-CN">')
    assert len([tag for tag, _ in reader.tags if tag == "title"]) == 1
    viewports = [a["content"] for tag, a in reader.tags if a.get("name") == "viewport"]
    assert viewports == ["width=device-width, initial-scale=1"]
    handlers = [name for _, a in reader.tags for name in a if name.startswith("on") or name == "style"]
    assert handlers == []
    assert not [a for tag, a in reader.tags if tag in ("script", "img", "iframe") and "src" in a]


def test_an_element_from_a_foreign_host_is_refused_unless_named() -> None:
    def page(**options: Any) -> str:
        page_map = maps.discovery(frame(station(1)), options=maps.DiscoveryOptions(**options))
        MarkerCluster([[30.5, 114.3]]).add_to(page_map)
        return maps.render(page_map)

    with pytest.raises(errors.ForeignHostError, match="extra_hosts"):
        page()
    html = page(extra_hosts=("https://cdnjs.cloudflare.com",))
    assert "script-src" in html


def test_a_map_of_somebody_else_is_refused() -> None:
    with pytest.raises(errors.MapsError, match="discovery"):
        maps.render(folium.Map(tiles=None))


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.text())
def test_any_text_survives_the_way_into_a_script_element(text: str) -> None:
    written = payload.dumps({"name": text})
    assert json.loads(written) == {"name": text}
    assert not set("<>&\u2028\u2029") & set(written)


def test_half_a_surrogate_pair_does_not_break_the_page() -> None:
    assert json.loads(payload.dumps(["\ud83d"])) == ["\ud83d"]


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.lists(st.sampled_from([None, "a", "b", "ü"]), max_size=12))
def test_numbered_columns_read_back_as_they_were(column: list[Any]) -> None:
    assert values({"columns": {"x": json.loads(payload.dumps(payload.numbered(column)))}}, "x") == column


def test_weeks_and_exceptions_are_written_with_iso_dates_and_missing_is_unknown() -> None:
    rows = frame(station(1), station(2), station(3))
    rows["week"] = pd.Series([[(480, 1080)], None, []], dtype=object)
    rows["exceptions"] = pd.Series([{date(2026, 10, 1): [], date(2026, 10, 2): None}, None, {}], dtype=object)
    data = blob(maps.render(maps.discovery(rows)))
    assert values(data, "week") == [[[480, 1080]], None, []]
    assert values(data, "exceptions") == [{"2026-10-01": [], "2026-10-02": None}, None, {}]


def test_around_the_clock_is_read_from_the_three_facts_or_taken_as_given() -> None:
    facts = pd.DataFrame(
        [
            ("yes", "yes", "yes"),
            ("no", "yes", "no"),
            ("no", "no", "yes"),
            ("no", "no", "no"),
            ("unknown", "no", "no"),
        ],
        columns=["door_24h", "unattended_24h", "goods_24h"],
    )
    codes = ["open_door", "unattended", "goods_only", "no", "unknown"]
    assert list(payload.access_24h(facts)) == codes
    assert list(payload.access_24h(facts.assign(access_24h=codes[::-1]))) == codes[::-1]


def test_every_code_has_its_symbol_and_round_the_clock_looks_like_nothing_else() -> None:
    assert [s.code for s in legend.SYMBOLS] == list(vocabulary.ACCESS_24H)
    day = [s for s in legend.SYMBOLS if s.code in legend.AROUND_THE_CLOCK]
    rest = [s for s in legend.SYMBOLS if s.code not in legend.AROUND_THE_CLOCK]
    assert not {s.shape for s in day} & {s.shape for s in rest}
    assert not {s.fill for s in day} & {s.fill for s in rest}
    assert all("24" in s.mark.zh and "24" not in r.mark.zh for s in day for r in rest)
    assert min(s.size_px for s in day) > max(s.size_px for s in rest)
    assert {v.code for v in legend.VERDICTS} == set(vocabulary.STREET_FACING)


def test_texts_and_marks_have_enough_contrast() -> None:
    for ink, ground in style.TEXT_PAIRS:
        assert style.contrast(style.NEUTRAL[ink], style.NEUTRAL[ground]) >= 4.5, (ink, ground)
    for symbol in legend.SYMBOLS:
        if symbol.mark.zh:
            assert style.contrast(symbol.ink, symbol.fill) >= 4.5, symbol.code


def test_every_placeholder_of_a_text_stands_in_both_languages() -> None:
    for key, text in texts.PAGE.items():
        assert set(re.findall(r"{(\w+)}", text.zh)) == set(re.findall(r"{(\w+)}", text.en)), key
        assert text.zh and text.en


def test_scripts_use_only_texts_that_exist_and_every_text_is_used() -> None:
    used = ""
    names = (*pages.SCRIPTS, *assets.MAP_SCRIPTS)
    for name in names:
        used += assets.own(name)
        for key in re.findall(r'\bt\("(\w+)"', assets.own(name)):
            assert key in texts.PAGE, (name, key)
    used += assets.own("discovery.html").replace("{{", '"').replace("}}", '"')
    assert [key for key in texts.PAGE if f'"{key}"' not in used] == []
    for key in re.findall(r'data-(?:t|label)="(\w+)"', assets.own("discovery.html")):
        assert key in texts.PAGE, key
    assert "innerHTML" not in "".join(map(assets.own, names))


def test_streets_are_written_as_steps_that_add_up_again() -> None:
    lines = [
        shapely.LineString([(114.3, 30.5), (114.31, 30.5), (114.31, 30.52)]),
        shapely.LineString([(114, 30), (114.1, 30)]),
    ]
    layer = gpd.GeoDataFrame(
        {"highway": ["primary", "footway"], "name": ["大道", "小路"]}, geometry=lines, crs=4326
    )
    coded = streets.encode(layer)
    assert coded["lines"] == [
        [[114_300_000, 30_500_000, 10_000, 0, 0, 20_000]],
        [],
        [],
        [[114_000_000, 30_000_000, 100_000, 0]],
    ]
    assert [label[0] for label in coded["labels"]] == ["大道"]
    metric = streets.encode(layer.to_crs(32650))
    first = np.abs(np.subtract(metric["lines"][0][0], coded["lines"][0][0]))
    assert first.max() <= 1
    assert streets.encode(layer.iloc[:0]) == {"lines": [[], [], [], []], "labels": []}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"urls": ("http://a/{z}/{x}/{y}",)}, "https"),
        ({"urls": ("https://a/{z}/{x}",)}, "{y}"),
        ({"urls": ("https://{s}.a/{z}/{x}/{y}",)}, "subdomains"),
        ({"attribution": " "}, "attribution"),
        ({"coordsys": "bd09"}, "gcj02"),
    ],
)
def test_a_base_map_that_cannot_be_obeyed_is_refused(wrong: dict[str, Any], says: str) -> None:
    good = {"urls": ("https://a/{z}/{x}/{y}",), "coordsys": "wgs84", "attribution": "x"}
    assert maps.BaseMap(**good).origins() == ("https://a",)  # type: ignore[arg-type]
    with pytest.raises(errors.OptionError, match=says):
        maps.BaseMap(**(good | wrong))


def test_a_shifted_base_map_shifts_what_lies_on_it() -> None:
    layer = gpd.GeoDataFrame(
        {"highway": ["primary"], "name": [None]},
        geometry=[shapely.LineString([(114.3, 30.5), (114.31, 30.5)])],
        crs=4326,
    )
    options = maps.DiscoveryOptions(base=base.amap(approval="GS"), streets=layer)
    data = blob(maps.render(maps.discovery(frame(station(0, lat=30.5)), options=options)))
    assert data["system"] == "gcj02"
    x, y = data["streets"]["lines"][0][0][:2]
    assert (x / 1e6, y / 1e6) == pytest.approx(
        (data["columns"]["glon"][0], data["columns"]["glat"][0]), abs=2e-6
    )
    assert x > 114_304_000
