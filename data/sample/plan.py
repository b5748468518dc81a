"""The plan of the invented town: a grid of streets of every class, five by five blocks, and what lies around.

::

      motorway with its frontage road
      ┌────┬────┬────┬────┬────┐
      │    five rows of blocks │ river │ rail
      └────┴────┴────┴────┴────┘
      trunk road with two carriageways, a row of shops south of it

All names are invented.
"""

import random
from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

from data.sample import blocks
from data.sample.blocks import DEPTH_M, SETBACK_M, Block, Side, Spot
from data.sample.drawing import Drawing


class Street(NamedTuple):
    """A street of the grid: where its centre line runs (metres), its tags, its half width (metres)."""

    at_m: float
    name: str
    highway: str
    half_m: float
    lanes: str = ""


ACROSS: Final = (
    Street(0, "迎宾大道", "trunk", 7, "4"),
    Street(200, "文昌路", "primary", 12),
    Street(400, "学府路", "secondary", 10),
    Street(600, "安居路", "tertiary", 7),
    Street(800, "和平街", "residential", 4),
    Street(970, "驿环辅路", "tertiary", 7),
)
"""From west to east, southernmost first."""

ALONG: Final = (
    Street(0, "西苑路", "unclassified", 4),
    Street(250, "中心街", "secondary", 10),
    Street(500, "东风路", "tertiary", 7),
    Street(750, "幸福里", "living_street", 4),
    Street(1000, "东环路", "primary", 12),
    Street(1250, "河滨路", "residential", 4),
)
"""From south to north, westernmost first."""

_PRIVATE: Final = {"barrier": "lift_gate", "access": "private"}
_OPEN: Final = {"barrier": "gate", "access": "yes"}
_GATE: Final = {"barrier": "gate"}
GRID: Final[tuple[tuple[blocks.Draw, ...], ...]] = (
    (
        blocks.shops,
        blocks.walled(_PRIVATE, "no", "behind a private gate"),
        blocks.mall,
        blocks.fenced,
        blocks.shops,
    ),
    (
        blocks.school,
        blocks.pedestrian,
        blocks.walled(_GATE, "unknown", "behind a gate of unknown state"),
        blocks.hospital,
        blocks.lane,
    ),
    (
        blocks.university,
        blocks.walled(_OPEN, "yes", "behind an open gate"),
        blocks.hutong,
        blocks.shops,
        blocks.walled({"barrier": "gate", "locked": "yes"}, "no", "behind a locked gate"),
    ),
    (blocks.edge_shop, blocks.hutong, blocks.lane, blocks.park, blocks.shops),
    (blocks.shops, blocks.works, blocks.park, blocks.fenced, blocks.shops),
)
"""What each block shows: rows from south, columns from west."""

SCENE_LIMIT: Final = 3
"""So many stations show the same at most."""

PITCH_X_M: Final = 2_700.0
PITCH_Y_M: Final = 1_700.0
"""How far apart copies of the town stand in a large city."""

NORTH_END_M: Final = 970.0
EAST_END_M: Final = 1_380.0


def draw(seed: int) -> tuple[Drawing, list[Spot]]:
    """Draw the town.

    Parameters
    ----------
    seed
        Varies depths and uses of buildings, nothing that a verdict depends on.

    Returns
    -------
    drawing, spots
        The plan, joined, and the places for stations in a fixed order.
    """
    drawing, rng = Drawing(), random.Random(seed)
    _streets(drawing)
    spots: list[Spot] = []
    for row, line in enumerate(GRID):
        for column, paint in enumerate(line):
            spots.extend(paint(_block(drawing, rng, row, column)))
    for surroundings in (_south, _west, _motorway, _river, _railway, _elevated, _below_and_above):
        spots.extend(surroundings(drawing))
    spots.extend(_without_street_map())
    return drawing.joined(), list(_at_most(spots, SCENE_LIMIT))


def _at_most(spots: list[Spot], limit: int) -> Iterator[Spot]:
    """Leave out what shows a scene once more than enough."""
    shown = Counter[str]()
    for spot in spots:
        shown[spot.scene] += 1
        if shown[spot.scene] <= limit:
            yield spot


def _block(drawing: Drawing, rng: random.Random, row: int, column: int) -> Block:
    south, north, west, east = ACROSS[row], ACROSS[row + 1], ALONG[column], ALONG[column + 1]
    return Block(
        drawing,
        rng,
        west.at_m,
        south.at_m,
        east.at_m - west.at_m,
        north.at_m - south.at_m,
        *(Side(street.name, street.half_m) for street in (south, north, west, east)),
    )


def _streets(drawing: Drawing) -> None:
    for street in ACROSS[1:]:
        end = (ALONG[-1].at_m, street.at_m)
        drawing.line((0, street.at_m), end, highway=street.highway, name=street.name, lanes=street.lanes)
    for street in ALONG:
        south, north = (street.at_m, -30.0), (street.at_m, NORTH_END_M)
        drawing.line(south, north, highway=street.highway, name=street.name, lanes=street.lanes)
    drawing.line((EAST_END_M, 0), (EAST_END_M, NORTH_END_M), highway="unclassified", name="铁西路")


def _south(drawing: Drawing) -> Iterator[Spot]:
    """Draw the trunk road: two carriageways, a fence between them, a bridge over the river."""
    trunk = ACROSS[0]
    tags = {"highway": trunk.highway, "name": trunk.name, "lanes": trunk.lanes, "oneway": "yes"}
    drawing.line((ALONG[-1].at_m, 0), (0, 0), **tags)
    drawing.line((0, -30), (ALONG[-1].at_m, -30), **tags)
    drawing.line((14, -15), (1236, -15), barrier="fence")
    tags = {"highway": trunk.highway, "name": trunk.name, "lanes": trunk.lanes}
    drawing.line((ALONG[-1].at_m, 0), (1290, 0), **tags, bridge="yes", layer="1")
    drawing.line((1290, 0), (EAST_END_M, 0), **tags)
    face = -30 - trunk.half_m - SETBACK_M
    for slot in range(30):
        x = 40 + 40 * slot
        drawing.box(x - 14, face - DEPTH_M, x + 14, face, building="retail")
    yield Spot((400, face - 7), "two carriageways, a fence between them", "yes", trunk.name)


def _west(drawing: Drawing) -> Iterator[Spot]:
    """Draw houses west of the westernmost street."""
    street = ALONG[0]
    face = -street.half_m - SETBACK_M
    for slot in range(20):
        y = 30 + 46 * slot
        drawing.box(face - 12, y - 14, face, y + 14, building="house")
    yield Spot((face - 6, 30 + 46 * 6), "houses on one side of the street only", "yes", street.name)


def _motorway(drawing: Drawing) -> Iterator[Spot]:
    """Draw a motorway, its ramps, its frontage road; what stands beyond it has no street."""
    tags = {"highway": "motorway", "name": "驿城绕城高速", "oneway": "yes", "lanes": "3"}
    over = tags | {"bridge": "yes", "layer": "1"}
    drawing.line((-300, 1000), (360, 1000), (1240, 1000), **tags)
    drawing.line((1240, 1000), (1440, 1000), **over)
    drawing.line((1440, 1000), (1700, 1000), **tags)
    drawing.line((1700, 1014), (1440, 1014), **tags)
    drawing.line((1440, 1014), (1240, 1014), **over)
    drawing.line((1240, 1014), (640, 1014), (-300, 1014), **tags)
    drawing.line((360, 1000), (430, 985), (480, NORTH_END_M), highway="motorway_link", oneway="yes")
    drawing.line((640, 1014), (640, 1040), (560, 1060), highway="motorway_link", oneway="yes")
    drawing.box(110, 1062, 140, 1078, building="yes")
    yield Spot((125, 1070), "motorway only", "no", "驿城绕城高速")
    face = NORTH_END_M - 7 - SETBACK_M
    yield Spot((950, face), "frontage road of a motorway", "yes", ACROSS[-1].name, "entrance")


def _river(drawing: Drawing) -> Iterator[Spot]:
    """Draw a river along the easternmost street, with one footbridge."""
    drawing.box(1262, -400, 1282, 1200, natural="water", water="river", name="驿河")
    drawing.line((1272, 1200), (1272, -400), waterway="river", name="驿河")
    east, bank = 1290.0, ALONG[-1].at_m
    drawing.line((bank, 300), (1256, 300), highway="footway")
    drawing.line((1256, 300), (1288, 300), highway="footway", bridge="yes", layer="1")
    drawing.line((1288, 300), (1320, 300), (1320, 260), highway="footway")
    for slot in range(8):
        y = 420 + 60 * slot
        drawing.box(east, y, east + 15, y + 20, building="yes")
    yield Spot((east + 7, 550), "river between", "no", ALONG[-1].name)
    yield Spot((1272, 300), "kiosk on a footbridge", "unknown", ALONG[-1].name, floor=2, kind="container")


def _railway(drawing: Drawing) -> Iterator[Spot]:
    """Draw a railway east of the last street."""
    drawing.line((1400, -400), (1400, 1200), railway="rail", name="驿城铁路")
    for slot in range(6):
        y = 440 + 60 * slot
        drawing.box(1412, y, 1428, y + 20, building="yes")
    yield Spot((1420, 570), "railway between", "no", "铁西路")


def _elevated(drawing: Drawing) -> Iterator[Spot]:
    """Draw an elevated road above a street; north of the town it runs alone."""
    tags = {"highway": "trunk", "name": "东环高架", "bridge": "viaduct", "layer": "1", "lanes": "4"}
    drawing.line((1006, -60), (1006, 1300), **tags)
    drawing.box(1022, 1140, 1046, 1160, building="yes")
    yield Spot((1034, 1150), "elevated road only", "no", "东环高架")


def _below_and_above(drawing: Drawing) -> Iterator[Spot]:
    """Name stations off grade: a metro hall with and without its entrance, a second floor."""
    street, face = ACROSS[0], -30 - ACROSS[0].half_m - SETBACK_M
    door = (1220.0, face)
    drawing.point(door, entrance="yes", railway="subway_entrance")
    yield Spot(door, "metro hall, entrance at the street", "yes", street.name, "entrance", floor=-1)
    yield Spot((880, face - 7), "metro hall, no entrance mapped", "unknown", street.name, floor=-1)
    yield Spot((600, face - 7), "second floor, no entrance mapped", "unknown", street.name, floor=2)


def _without_street_map() -> Iterator[Spot]:
    """Name what cannot be judged: no streets mapped, a position of unstated kind, vague, or absent."""
    shop = ACROSS[0].half_m + SETBACK_M + 7
    yield Spot((-900, 500), "no street data", "unknown", "城外")
    yield Spot((blocks.slot_m(6), shop), "position of unstated kind", "unknown", ACROSS[0].name, "unknown")
    vague = (blocks.slot_m(3), shop)
    yield Spot(vague, "interpolated address", "unknown", ACROSS[0].name, "address", 50.0)
    yield Spot(None, "no position", None, "文昌路", "unknown")
    yield Spot(None, "no position", None, "和平街", "unknown", kind="vehicle")
