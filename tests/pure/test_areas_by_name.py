"""Districts and townships of which only the names are known: each keeps its own name and ground in every file."""

import re

import h3
import numpy as np
import pandas as pd
import pyproj
import shapely

import maps
from data.plans import layers
from geo import metric
from geo.coverage import assess, reach
from geo.coverage.openings import Openings
from geo.coverage.reach import Reach
from geo.demand import area_codes
from geo.frames import DEMAND, build, empty
from geo.profiles import Profiles
from geo.study import CONTRACTS, FRAMES, Study
from maps.report import reading, summary
from tests.pure.plan_made import parameters

CENTRE = h3.latlng_to_cell(39.915, 116.404, 9)
NAMES = [("城东区", "城关镇"), ("城东区", "河沿街道"), ("城西区", "城关镇"), (None, "新桥镇")]
"""One name in two districts, and a township of which not even the district is known."""


def study_by_name() -> Study:
    """Forty cells dealt out in turn to four townships; one station among them, known by the polygon's names."""
    ids = sorted(h3.grid_disk(CENTRE, 3))[:36]
    at = np.array([h3.cell_to_latlng(i) for i in ids])
    demand = build(
        {"demand_id": ids, "lon": at[:, 1], "lat": at[:, 0], "weight": np.repeat([40.0, 30, 20, 10], 9),
         "area_m2": np.full(36, 1e5), "district": np.repeat(np.array([d for d, _ in NAMES], dtype=object), 9),
         "township": np.repeat([t for _, t in NAMES], 9)},
        DEMAND,
    )  # fmt: skip
    stations = pd.DataFrame(
        {"station_id": ["s"], "name": ["河沿驿站"], "lon": at[9:10, 1], "lat": at[9:10, 0], "snap_m": [0.0],
         "adcode": None, "township_code": None, "district": ["城东区"], "township": ["河沿街道"],
         "not_counted": None},
    )  # fmt: skip
    openings = Openings.of(np.zeros((1, 336), dtype=bool), [True], [False])
    there = pyproj.Transformer.from_crs(4326, metric.choose_crs(demand["lon"], demand["lat"]), always_xy=True)
    xy = [np.column_stack(there.transform(f["lon"], f["lat"])) for f in (demand, stations)]
    straight = reach.straight(*xy, 300.0, openings, [True])
    walk = Reach("walk", 900.0, straight.lists, straight.nearest)
    made = assess.assess(
        demand, stations, openings, straight, walk,
        unreached=np.full(len(demand), None, dtype=object), profiles=Profiles.none(),
    )  # fmt: skip
    frames = {name: getattr(made, name) if hasattr(made, name) else empty(CONTRACTS[name]) for name in FRAMES}
    return Study(parameters(adcodes=[]), made.notes, made.masks, made.gap_week, **frames)


def test_codes_of_areas_are_codes_where_known_and_names_elsewhere():
    rows = pd.DataFrame(
        {"adcode": ["110101", None, None, None], "township_code": ["110101001", None, None, None],
         "district": ["甲", "乙", None, None], "township": ["子", "丑", "寅", None]}, dtype=object,
    )  # fmt: skip
    codes = area_codes(rows)
    assert codes["district"].tolist() == ["110101", "乙", "", ""]
    assert codes["township"].tolist() == ["110101001", "乙 丑", "寅", ""]
    assert area_codes(rows.head(0)).empty


def test_each_township_keeps_its_name_and_its_figures_in_the_report():
    study = study_by_name()
    towns = reading.level(study, "township")
    assert sorted(zip(towns["name"], towns["demand"], strict=True)) == sorted(
        (name, weight * 9) for (_, name), weight in zip(NAMES, (40.0, 30, 20, 10), strict=True)
    )
    assert towns.set_index("name").loc["河沿街道", "stations"] == 1
    told = " ".join(text.zh for text in summary.findings(study))
    assert re.search("城东区城关镇（占 40.0%）.*城东区河沿街道（占 30.0%）.*城西区城关镇（占 20.0%）", told)
    page = maps.render(maps.coverage_report(study))
    rows = page[page.index('id="township-table"') :].split("</table>")[0]
    assert all(name in rows for name in ("城东区城关镇", "城东区河沿街道", "城西区城关镇", "新桥镇"))


def test_each_district_and_township_has_its_own_ground_in_the_geopackage():
    study = study_by_name()
    areas = layers.make(study)["areas"]
    cells = study.cells
    for row in areas[areas["level"] == "township"].itertuples():
        mine = cells[(area_codes(cells)["township"] == row.code)]
        assert len(mine) == 9
        inside = shapely.contains(row.geometry, shapely.points(cells["lon"], cells["lat"]))
        assert cells["demand_id"][inside].tolist() == mine["demand_id"].tolist()
    assert areas[areas["level"] == "district"].geometry.notna().sum() == 2
