"""The guard against the wrong coordinate system: on the real blocks, on made plans, and by its own estimate."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from scipy import stats

from data.sample import town
from data.stations import imports
from data.stations.imports import ImportOptions
from data.streets import candidates, streetmap
from geo import coordsys
from geo.frontage import guard

BLOCKS = ("osm/beijing_tsinghua_pku_2017.osm.pbf", "osm/beijing_bupt_2025.osm.pbf")
LON, LAT = 116.3, 39.9
M_NORTH, M_EAST = 111_000.0, 85_400.0


def boxes(side_m=20.0, pitch_m=60.0, reach=25):
    """Square buildings on a grid around 116.3 E, 39.9 N: they cover (20 / 60)^2 = 11 % of the ground."""
    i, j = np.mgrid[-reach : reach + 1, -reach : reach + 1].reshape(2, -1) * pitch_m
    west, south = LON + (i - side_m / 2) / M_EAST, LAT + (j - side_m / 2) / M_NORTH
    areas = shapely.box(west, south, west + side_m / M_EAST, south + side_m / M_NORTH)
    return gpd.GeoDataFrame(
        {"osm_id": [f"way/{n}" for n in range(len(areas))]}, geometry=areas, crs="EPSG:4326"
    )


def in_boxes(n, seed=1):
    """Points in the middle of n of these buildings, WGS-84."""
    i, j = np.random.default_rng(seed).integers(-8, 9, (2, n)) * 60.0
    return LON + i / M_EAST, LAT + j / M_NORTH


@pytest.fixture(scope="module", params=BLOCKS)
def block(shared_data, request):
    """Premises of a real block as WGS-84 degrees, and its buildings."""
    premises = candidates.candidates(shared_data / request.param).geometry
    buildings = streetmap.layers_of_file(shared_data / request.param)["buildings"]
    return premises.x.to_numpy(), premises.y.to_numpy(), buildings


@pytest.mark.parametrize("noise_m", [0, 5, 15, 30])
def test_right_data_of_a_real_block_raises_no_alarm(block, noise_m):
    lon, lat, buildings = block
    rng = np.random.default_rng(7)
    for system in guard.SYSTEMS:
        for _ in range(3):
            moved = (
                lon + rng.normal(0, noise_m / M_EAST, len(lon)),
                lat + rng.normal(0, noise_m / M_NORTH, len(lat)),
            )
            x, y = coordsys.from_wgs84(*moved, system)
            assert guard.fit(x, y, system, buildings).better is None


def test_parts_of_right_data_of_a_real_block_raise_no_alarm(block):
    lon, lat, buildings = block
    rng = np.random.default_rng(7)
    for n in np.repeat((20, 40, 80), 12):
        part = rng.choice(len(lon), min(n, len(lon)), replace=False)
        assert guard.fit(lon[part], lat[part], "wgs84", buildings).better is None


@pytest.mark.parametrize(
    ("true", "said"),
    [(true, said) for true in guard.SYSTEMS for said in guard.SYSTEMS if true != said],
)
def test_a_wrong_system_on_the_big_real_block_is_caught_and_the_right_one_named(shared_data, true, said):
    premises = candidates.candidates(shared_data / BLOCKS[0]).geometry
    buildings = streetmap.layers_of_file(shared_data / BLOCKS[0])["buildings"]
    x, y = coordsys.from_wgs84(premises.x.to_numpy(), premises.y.to_numpy(), true)
    found = guard.fit(x, y, said, buildings)
    assert found.better == true
    assert found.share(true) > found.share(said) + guard.MARGIN


@pytest.mark.parametrize(
    ("true", "said", "better"),
    [
        ("gcj02", "gcj02", None),
        ("gcj02", "wgs84", "gcj02"),
        ("wgs84", "gcj02", "wgs84"),
        ("bd09", "wgs84", "bd09"),
        ("wgs84", "wgs84", None),
        ("wgs84", "bd09", None),  # the town is smaller than that shift: too few points to tell
    ],
)
def test_the_stations_of_the_sample_town(tmp_path, true, said, better):
    files = town.write(tmp_path)
    listed, _ = imports.read_stations(files.stations, ImportOptions(files.coordsys))
    x, y = coordsys.from_wgs84(listed["lon"].to_numpy(), listed["lat"].to_numpy(), true)
    assert guard.fit(x, y, said, streetmap.layers_of_file(files.osm_pbf)["buildings"]).better == better


@pytest.mark.parametrize("true", guard.SYSTEMS)
@pytest.mark.parametrize("said", guard.SYSTEMS)
def test_every_mix_up_on_a_made_plan_is_caught_and_nothing_else(true, said):
    x, y = coordsys.from_wgs84(*in_boxes(60), true)
    assert guard.fit(x, y, said, boxes()).better == (None if true == said else true)


def test_baidu_metres_count_as_baidu_degrees():
    x, y = coordsys.from_wgs84(*in_boxes(60), "bd09mc")
    found = guard.fit(x, y, "bd09mc", boxes())
    assert (found.stated, found.better) == ("bd09", None)
    assert found.share("bd09") == 1.0


def test_too_few_points_or_no_buildings_say_nothing():
    x, y = coordsys.from_wgs84(*in_boxes(guard.MIN_POINTS - 1), "gcj02")
    assert guard.fit(x, y, "wgs84", boxes()).better is None
    x, y = coordsys.from_wgs84(*in_boxes(200), "gcj02")
    for nothing in (boxes().iloc[:0], boxes().iloc[:3]):
        assert guard.fit(x, y, "wgs84", nothing) == guard.Fit(
            "wgs84", 0, dict.fromkeys(guard.SYSTEMS, 0), None
        )
    assert guard.fit([], [], "wgs84", boxes()).points == 0
    assert guard.fit([np.nan], [np.nan], "wgs84", boxes()).points == 0


def test_kiosks_beside_all_buildings_raise_no_alarm():
    rng = np.random.default_rng(5)
    east, north = rng.uniform(-1500, 1500, (2, 6000))
    west, south = LON + east / M_EAST, LAT + north / M_NORTH
    areas = shapely.box(west, south, west + 25 / M_EAST, south + 25 / M_NORTH)  # a third of the ground
    buildings = gpd.GeoDataFrame(geometry=areas, crs="EPSG:4326")
    lon, lat = LON + rng.uniform(-600, 600, 600) / M_EAST, LAT + rng.uniform(-600, 600, 600) / M_NORTH
    free = np.ones(600, dtype=bool)
    free[
        shapely.STRtree(areas).query(shapely.points(lon, lat), predicate="dwithin", distance=6 / M_EAST)[0]
    ] = False
    found = guard.fit(lon[free], lat[free], "wgs84", buildings)
    assert found.hits["wgs84"] == 0
    assert max(found.hits.values()) > 0.2 * found.points  # other readings do hit, by chance alone
    assert found.better is None


@pytest.mark.parametrize("share", [0.1, 0.25, 0.4, 0.5])
@pytest.mark.parametrize("points", [12, 20, 40, 160])
def test_the_estimate_of_false_alarms_holds(points, share):
    # the stated system is right, but the map no better than chance: three readings alike
    rng = np.random.default_rng(0)
    hits = rng.random((3, 20_000, points)) < share
    first = hits[1].sum(axis=1) >= hits[2].sum(axis=1)
    theirs = np.where(first[:, None], hits[1], hits[2])
    gained, lost = (theirs & ~hits[0]).sum(axis=1), (hits[0] & ~theirs).sum(axis=1)
    alarm = stats.binom.sf(gained - 1, gained + lost, 0.5) < guard.CHANCE
    alarm &= theirs.mean(axis=1) - hits[0].mean(axis=1) >= guard.MARGIN
    alarm &= theirs.mean(axis=1) - share >= guard.MARGIN
    assert alarm.mean() <= 0.005
