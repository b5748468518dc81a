"""The review map as bytes: what is written, where it lies, the same bytes again, texts of strangers."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import maps
from geo import metric
from geo.errors import FrameError
from geo.frontage.facts import DECIDES
from geo.frontage.rules import RULES
from maps import surroundings
from maps.reviewing import texts
from service import review
from tests.pure import reviewed

HOSTILE = (
    "${alert(1)}",
    '</script><img src=x onerror="window.hacked=1">',
    "{{ 7*7 }} {% for x in y %}",
    "<!-- <script>",
    "'\"><svg onload=window.hacked=1>",
    "\u202egnp.\u202c \u2028 \u2029 \x00",
)


def blob(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="yz-data">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def values(column: Any) -> list[Any]:
    return column if isinstance(column, list) else [None if i < 0 else column["u"][i] for i in column["i"]]


def decoded(text: str, origin: list[float]) -> list[list[tuple[float, float]]]:
    """Read a shape as the format says, one number at a time."""
    rings = []
    for ring in text.split(" "):
        numbers, value, shift = [], 0, 0
        for character in ring:
            byte = ord(character) - 63
            value |= (byte & 31) << shift
            shift += 5
            if byte < 32:
                numbers.append(~(value >> 1) if value & 1 else value >> 1)
                value = shift = 0
        x = np.cumsum(numbers[0::2]) / surroundings.PER_DEGREE + origin[0]
        y = np.cumsum(numbers[1::2]) / surroundings.PER_DEGREE + origin[1]
        rings.append(list(zip(x.tolist(), y.tolist(), strict=True)))
    return rings


def page(cases: gpd.GeoDataFrame | None = None, **options: Any) -> str:
    chosen = reviewed.cases() if cases is None else cases
    drawn = review.drawn_layers(reviewed.layers(), chosen) if len(chosen) else {}
    return maps.render(maps.review(chosen, drawn, options=maps.ReviewOptions(**options)))


def test_every_case_is_written_with_its_verdict_and_reason() -> None:
    data = blob(page())
    told = dict(
        zip(
            values(data["columns"]["station_id"]),
            zip(
                values(data["columns"]["street_facing"]),
                values(data["columns"]["street_facing_rule"]),
                strict=True,
            ),
            strict=True,
        )
    )
    assert told == reviewed.VERDICTS
    assert data["count"] == len(reviewed.STATIONS)
    judged = reviewed.cases()
    assert values(data["columns"]["street_facing_zh"]) == judged["street_facing_zh"].tolist()


def test_every_rule_has_a_name_for_the_filter() -> None:
    known = {*RULES, *DECIDES, "not_checked"}
    assert known <= set(texts.RULE_LABELS)
    assert all(label.zh and label.en for label in texts.RULE_LABELS.values())


def test_positions_lines_and_cuts_lie_where_the_evidence_says() -> None:
    judged = reviewed.cases().set_index("station_id", drop=False)
    data = blob(page())
    order = values(data["columns"]["station_id"])
    nine = data["places"]["nine"][order.index("nine")]
    here = judged.loc["nine"]
    assert [verdict for _, _, verdict in nine] == ["yes"] * 9
    away = metric.geodesic_m(
        np.array([p[0] for p in nine]), np.array([p[1] for p in nine]), here["lon"], here["lat"]
    )
    assert away == pytest.approx([0.0, *[5.0] * 8], abs=0.08)
    cut = order.index("cut")
    place = data["places"]["cuts"][cut][0][0]
    record = judged.loc["cut", "evidence"]["lines"][0]["cuts"][0]
    met_m = metric.geodesic_m(place[0], place[1], judged.loc["cut", "lon"], judged.loc["cut", "lat"])
    assert (record["osm_id"], float(met_m)) == ("way/20", pytest.approx(record["at_m"], abs=0.1))
    assert data["lines"][cut] == np.round(shapely.get_coordinates(judged.loc["cut", "geometry"]), 7).tolist()
    ends = data["places"]["ends"][cut][0]
    assert np.array(ends).reshape(2, 2) == pytest.approx(np.array(data["lines"][cut]), abs=2e-6)


def test_what_cuts_a_line_can_be_found_on_the_page_and_other_buildings_stay_nameless() -> None:
    data = blob(page())
    drawn = data["layers"]
    assert "way/20" in values(drawn["buildings"]["osm_id"])
    assert "way/22" in values(drawn["buildings"]["osm_id"])  # bears the anchor of the ninefold station
    assert values(drawn["gates"]["osm_id"]) == ["node/40"]
    assert values(drawn["gates"]["state"]) == ["unknown"]
    assert set(values(drawn["streets"]["role"])) == {"public"}
    assert set(values(drawn["streets"]["half_width_m"])) == {4.0}
    ring = decoded(drawn["gates"]["shapes"][0], data["origin"])[0][0]
    gate = reviewed.layers()["gates"].geometry[0]
    assert ring == pytest.approx((gate.x, gate.y), abs=1 / surroundings.PER_DEGREE)


def test_the_same_cases_are_the_same_bytes() -> None:
    assert page(made_on="2026-11-22") == page(made_on="2026-11-22")


def test_the_policy_allows_exactly_what_the_page_holds() -> None:
    html = page()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert policy is not None
    allowed = set(re.findall(r"'sha256-[^']+'", policy[1]))
    found = Inline()
    found.feed(html)
    hashes = {
        "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"
        for text in found.texts
    }
    assert allowed == hashes
    assert "unsafe" not in policy[1]
    assert [url for url in found.loaded if not url.startswith(("data:", "#"))] == []
    assert '<meta name="robots" content="noindex, nofollow">' in html


class Inline(HTMLParser):
    """The texts of scripts and sheets, and addresses, as a browser sees them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.texts: list[str] = []
        self.loaded: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loaded += [value or "" for name, value in attrs if name in ("src", "href")]
        self._inside = tag == "style" or (tag == "script" and not dict(attrs).get("type"))
        if self._inside:
            self.texts.append("")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.texts[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._inside = False


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_of_strangers_stay_texts(text: str) -> None:
    strange = {"name": text, "address": text, "visited": {"on": "2026-01-01", "by": text, "note": text}}
    html = page(reviewed.cases(cut=strange), title=text, notice=text)
    data = blob(html)
    at = values(data["columns"]["station_id"]).index("cut")
    assert values(data["columns"]["name"])[at] == text
    assert data["columns"]["visited"][at]["note"] == text
    assert data["title"][0] == text
    plain = page()
    for tag in ("<script", "<img", "<svg", "<!--"):
        assert html.count(tag) == plain.count(tag), tag


def test_no_case_and_no_street_map_give_a_page() -> None:
    empty = blob(page(reviewed.case_frame([])))
    assert (empty["count"], empty["evidence"]) == (0, [])
    bare = blob(maps.render(maps.review(reviewed.cases())))
    assert bare["count"] == len(reviewed.STATIONS)
    assert all(layer["shapes"] == [] for layer in bare["layers"].values())


def test_evidence_of_an_older_version_is_shown_without_positions() -> None:
    old = dict(reviewed.cases().set_index("station_id").loc["yes", "evidence"])
    for name in ("positions", "obstacles", "crs", "facts", "computed", "kind"):
        old.pop(name)
    data = blob(page(reviewed.cases(yes={"evidence": old})))
    at = values(data["columns"]["station_id"]).index("yes")
    assert data["places"]["nine"][at] == []
    assert data["evidence"][at]["street"]["name"] == "甲街"


def test_a_frame_that_breaks_its_contract_is_refused() -> None:
    with pytest.raises(FrameError, match="street_facing"):
        maps.review(reviewed.cases().drop(columns="street_facing"))


# -- clipping and writing


def test_surroundings_hold_what_is_near_and_end_at_the_edge_of_the_squares() -> None:
    here = np.array([114.9]), np.array([43.3])
    high = 130 / 111_195
    wide = high / np.cos(np.radians(43.3))
    shapes = [
        shapely.LineString([(114.8, 43.3), (115.0, 43.3)]),
        shapely.LineString([(114.8, 43.31), (115.0, 43.31)]),
    ]
    lines = gpd.GeoDataFrame({"osm_id": ["a", "b"]}, geometry=shapes, crs=4326)
    near = maps.around({"streets": lines}, *here)["streets"]
    assert near["osm_id"].tolist() == ["a"]
    assert near.geometry[0].bounds == pytest.approx((114.9 - wide, 43.3, 114.9 + wide, 43.3))
    house = gpd.GeoDataFrame(
        {"osm_id": ["h"]},
        geometry=[shapely.box(114.9 + wide - 1e-4, 43.3, 114.9 + wide + 1e-4, 43.301)],
        crs=4326,
    )
    assert maps.around({"buildings": house}, *here)["buildings"].geometry[0].equals(house.geometry[0])


def test_an_object_between_two_stations_is_written_once_and_whole() -> None:
    lon, lat = np.array([114.9, 114.9015]), np.array([43.3, 43.3])
    line = gpd.GeoDataFrame(
        {"osm_id": ["a"]}, geometry=[shapely.LineString([(114.8, 43.3), (115.0, 43.3005)])], crs=4326
    )
    both = maps.around({"streets": line}, lon, lat)["streets"]
    assert len(both) == 1
    assert both.geometry[0].geom_type == "LineString"
    compound = gpd.GeoDataFrame(
        {"osm_id": ["c"], "closed": ["yes"]}, geometry=[shapely.box(114.8, 43.2, 115.0, 43.4)], crs=4326
    )
    drawn = maps.around({"compounds": compound}, lon, lat)
    # The squares' own edges are no border of the compound.
    assert len(drawn["compounds"]) == 1
    assert len(drawn["borders"]) == 0


corner = st.tuples(st.floats(-0.3, 0.3), st.floats(-0.3, 0.3))


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(st.lists(corner, min_size=2, max_size=6), min_size=0, max_size=5))
def test_what_is_written_is_read_back_within_half_a_step(lines: list[list[tuple[float, float]]]) -> None:
    origin = (114.9, 43.3)
    shapes = np.array([shapely.LineString(line) for line in lines], dtype=object)
    moved = shapely.transform(shapes, lambda xy: xy + np.array(origin)) if len(shapes) else shapes
    written, row = surroundings.encode(moved, origin)
    assert row.tolist() == list(range(len(lines)))
    for text, line in zip(written, moved, strict=True):
        (points,) = decoded(text, list(origin))
        assert np.array(points) == pytest.approx(
            shapely.get_coordinates(line), abs=0.51 / surroundings.PER_DEGREE
        )


def test_areas_keep_their_holes_and_their_parts() -> None:
    yard = shapely.box(0, 0, 1, 1).difference(shapely.box(0.25, 0.25, 0.75, 0.75))
    both = shapely.MultiPolygon([yard, shapely.box(2, 2, 3, 3)])
    shapes, row = surroundings.encode(np.array([shapely.Point(0, 0), both, shapely.LineString()]), (0.0, 0.0))
    rings = [decoded(text, [0.0, 0.0]) for text in shapes]
    assert (row.tolist(), [len(part) for part in rings]) == ([0, 1, 1], [1, 2, 1])
    for ring in (r for part in rings[1:] for r in part):
        assert ring[0] == pytest.approx(ring[-1])
        assert all(a != b for a, b in pairwise(ring))
