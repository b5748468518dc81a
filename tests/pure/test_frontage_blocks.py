"""The street-facing rule on two real blocks of Beijing: every bank, post office, shop, café and public toilet.

What the places look like was judged on pictures of the map, one by one; the two blocks are a university quarter
of 2017 with its streets, and a gated campus of 2025 with its fence, gates and doors.
"""

import json
from dataclasses import replace
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pytest

from data.streets import candidates, streetmap
from geo import frontage, metric
from geo.frontage import Parameters, StreetMap
from tests.pure import frontage_plain

QUARTER = "beijing_tsinghua_pku_2017.osm.pbf"
CAMPUS = "beijing_bupt_2025.osm.pbf"
KINDS = {"bank", "post_office", "shop", "cafe", "restaurant", "public_toilet"}
SEED = 20171111

# Seen on the map: a door to a named street, nothing between.
AT_THE_STREET = {
    "node/2470664590": "双清路",  # 面香八方
    "node/3463470751": "双清路",  # 光大银行
    "node/1747557685": "成府路",  # 城府兰旗营, a public toilet
}
# On streets inside the university, tagged permissive; its enclosure is not mapped.
ON_CAMPUS_STREETS = (
    "node/4481615167",  # 清青快餐
    "node/2623020519",  # Paradiso Coffee
    "node/1367469531",  # Paradiso Coffee
    "node/931669719",  # 清泉学生洗衣房
    "node/931672671",  # 清泉学生洗衣房
    "node/931686790",  # a shop
)
DEEP_IN_ITS_HALL = "node/930076067"  # 紫荆园, a canteen of four storeys
BEHIND_THE_FENCE = ("node/12741379590", "node/11834538799")  # 中国邮政, 京东物流


class Block(NamedTuple):
    streets: StreetMap
    places: gpd.GeoDataFrame
    found: gpd.GeoDataFrame


@pytest.fixture(scope="module")
def block(shared_data):
    read = {}

    def of(name):
        if name not in read:
            file = shared_data / "osm" / name
            if not file.is_file():
                pytest.skip(f"needs the real street map {file}")
            places = candidates.candidates(file).assign(floor=np.nan)
            crs = metric.choose_crs(places.geometry.x.to_numpy(), places.geometry.y.to_numpy())
            places = places.set_index("osm_id", drop=False).to_crs(crs)
            streets = StreetMap.from_layers(streetmap.layers_of_file(file), crs)
            read[name] = Block(streets, places, frontage.verdicts(places, streets))
        return read[name]

    return of


@pytest.mark.parametrize(("name", "at_least"), [(QUARTER, 150), (CAMPUS, 25)])
def test_every_place_gets_a_verdict_with_its_evidence(block, name, at_least):
    _, places, found = block(name)
    assert len(found) == len(places) >= at_least
    assert set(places["kind"]) >= KINDS - ({"bank"} if name == CAMPUS else set())
    assert found["reason_zh"].str.len().min() > 5
    assert found["reason_en"].str.len().min() > 5
    for verdict, rule, evidence, line in found[["verdict", "rule", "evidence", "geometry"]].itertuples(
        index=False
    ):
        json.dumps(evidence, allow_nan=False)
        assert (evidence["verdict"], evidence["rule"]) == (verdict, rule)
        assert evidence["parameters"] == Parameters().version
        assert evidence["street_data_date"] is None
        assert len(evidence["positions"]) == 9
        if verdict == "yes":
            assert evidence["street"]["edge_m"] <= Parameters().yes_m
            assert evidence["stability"]["same"] >= 7
            assert line.length <= Parameters().yes_m + evidence["street"]["half_width_m"] + 0.1
        if rule == "lines_cut":
            assert evidence["obstacles"]
            assert all(cut["osm_id"] for told in evidence["lines"] for cut in told["cuts"])


def test_doors_at_the_street_are_found(block):
    found = block(QUARTER).found
    for place, street in AT_THE_STREET.items():
        assert found.loc[place, "verdict"] == "yes", found.loc[place, "reason_en"]
        assert found.loc[place, "evidence"]["street"]["name"] == street


def test_streets_of_a_campus_whose_enclosure_is_not_mapped_give_no_yes(block):
    found = block(QUARTER).found
    said = found.loc[list(ON_CAMPUS_STREETS), "verdict"]
    assert set(said) == {"unknown"}, said.to_dict()
    assert found.loc[DEEP_IN_ITS_HALL, "rule"] == "deep_inside"


def test_what_stands_behind_the_fence_of_the_campus_is_no(block):
    found = block(CAMPUS).found
    for place in BEHIND_THE_FENCE:
        assert (found.loc[place, "verdict"], found.loc[place, "rule"]) == ("no", "lines_cut")
        assert any(o["kind"] == "barriers" for o in found.loc[place, "evidence"]["obstacles"])


def test_no_yes_rests_on_a_street_inside_a_compound_that_is_not_known_to_be_open(block):
    for name in (QUARTER, CAMPUS):
        streets, _, found = block(name)
        tags = streets.streets.set_index("osm_id")
        closed = streets.compounds.set_index("osm_id")["closed"]
        for evidence in found.loc[found["verdict"] == "yes", "evidence"]:
            street = evidence["street"]
            if street["in_compound"] is None:
                continue
            allowed = tags.loc[street["osm_id"], "foot"] or tags.loc[street["osm_id"], "access"]
            assert allowed in ("yes", "public") or closed[street["in_compound"]] == "no"


def test_a_wider_limit_keeps_every_yes_on_real_streets(block):
    for name in (QUARTER, CAMPUS):
        streets, places, found = block(name)
        wide = frontage.verdicts(places, streets, replace(Parameters(), yes_m=35.0))
        assert set(found.index[found["verdict"] == "yes"]) <= set(wide.index[wide["verdict"] == "yes"])


@pytest.mark.parametrize(("name", "sample"), [(QUARTER, 45), (CAMPUS, 15)])
def test_the_plain_reading_agrees_on_real_places(block, name, sample):
    streets, places, found = block(name)
    chosen = np.random.default_rng(SEED).permutation(len(places))[:sample]
    layers = {
        layer: getattr(streets, layer).to_dict("records")
        for layer in ("streets", "buildings", "barriers", "gates", "compounds", "obstacles", "entrances")
    }
    differ = {}
    for row in places.iloc[chosen].to_dict("records"):
        # The plain reading has no index: it is given what lies within reach.
        near = {
            layer: [thing for thing in things if thing["geometry"].distance(row["geometry"]) < 400]
            for layer, things in layers.items()
        }
        verdict, rule = frontage_plain.judge(row, row["geometry"], near, Parameters())
        ours = found.loc[row["osm_id"], "verdict"]
        if ours != verdict:
            differ[row["osm_id"]] = (ours, found.loc[row["osm_id"], "rule"], verdict, rule)
    assert differ == {}
