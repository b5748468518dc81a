"""The blocks of the invented town: each shows one way in which a door can lie to a street.

A block is a rectangle between the centre lines of four streets; (u, v) are metres east and north of its
south-west corner. Every ``Spot`` states the verdict that the *definition* of street-facing gives
there; nothing here was taken from what the program answers.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from data.sample.drawing import Drawing, Place
from geo.vocabulary import Ternary

SETBACK_M: Final = 6.0
DEPTH_M: Final = 14.0
PITCH_M: Final = 25.4
FIRST_SLOT_M: Final = 36.0
SLOTS: Final = 8
WALL_M: Final = 8.0
"""From the edge of the street to a compound's wall."""
BEHIND_M: Final = 20.0
"""From the edge of the street to the first building of a compound."""


class Side(NamedTuple):
    """A street that bounds a block: its name and half width, metres."""

    name: str
    half_m: float


class Spot(NamedTuple):
    """A place for a station.

    ``at`` in local metres, ``scene`` what it shows, ``verdict`` what the definition gives (None where nothing
    can be said without a position), ``position_kind`` and ``floor`` as a form would state them,
    ``accuracy_m`` when stated, ``street`` the street of its address.
    """

    at: Place | None
    scene: str
    verdict: Ternary | None
    street: str
    position_kind: str = "building"
    accuracy_m: float | None = None
    floor: int | None = 1
    kind: str = "fixed"


@dataclass(frozen=True)
class Block:
    """A rectangle between four streets, and the pen to draw in it."""

    drawing: Drawing
    rng: random.Random
    west_m: float
    south_m: float
    width_m: float
    height_m: float
    south: Side
    north: Side
    west: Side
    east: Side

    def at(self, u: float, v: float) -> Place:
        """Turn block metres into town metres."""
        return self.west_m + u, self.south_m + v

    def house(self, u0: float, v0: float, u1: float, v1: float, use: str = "yes") -> None:
        """Draw a building."""
        self.drawing.box(*self.at(u0, v0), *self.at(u1, v1), building=use)

    def front_row(self, *, north: bool = False, skip: tuple[int, ...] = (), doors: bool = True) -> None:
        """Draw shops along a street, ``SETBACK_M`` from its edge; every other one has its door mapped."""
        edge = self.height_m - self.north.half_m if north else self.south.half_m
        away = -1 if north else 1
        face = edge + away * SETBACK_M
        for slot in set(range(SLOTS)) - set(skip):
            u, half = slot_m(slot), self.rng.uniform(9.8, 11.2)
            back = face + away * (DEPTH_M + self.rng.uniform(-1.5, 1.5))
            self.house(
                u - half, min(face, back), u + half, max(face, back), self.rng.choice(("retail", "yes"))
            )
            if doors and slot % 2 == 0:
                self.drawing.point(self.at(u, face), entrance="main" if slot % 4 == 0 else "yes")

    def ring(self) -> tuple[Place, Place, Place, Place]:
        """Corners of a compound that fills the block, from the south-west one."""
        u0, u1 = self.west.half_m + WALL_M, self.width_m - self.east.half_m - WALL_M
        v0, v1 = self.south.half_m + WALL_M, self.height_m - self.north.half_m - WALL_M
        return self.at(u0, v0), self.at(u1, v0), self.at(u1, v1), self.at(u0, v1)

    def rows_inside(self, use: str, *, gap: tuple[int, ...]) -> None:
        """Draw rows of houses inside a compound, the first ``BEHIND_M`` from the street's edge."""
        v = self.south.half_m + BEHIND_M
        row = 0
        while v + 12 < self.height_m - self.north.half_m - WALL_M - 6:
            for slot in set(range(SLOTS)) - (set(gap) if row == 0 else set()):
                self.house(slot_m(slot) - 10, v, slot_m(slot) + 10, v + 12, use)
            v += 30
            row += 1

    @property
    def middle(self) -> float:
        """Half of the width."""
        return self.width_m / 2


Draw = Callable[[Block], Iterator[Spot]]


def slot_m(slot: int) -> float:
    """Distance of the middle of a shop from the block's west side, metres."""
    return FIRST_SLOT_M + PITCH_M * slot


def shops(block: Block) -> Iterator[Spot]:
    """Draw two rows of shops with doors to the street, a second row behind, and one house in the middle."""
    block.front_row()
    block.front_row(north=True)
    edge = block.south.half_m
    for slot in range(1, SLOTS - 1):
        # Narrower than the shop before it, so that no line to the street passes beside the shop.
        block.house(slot_m(slot) - 8, edge + 30, slot_m(slot) + 8, edge + 42)
    centre = block.height_m / 2
    block.house(block.middle - 9, centre, block.middle + 9, centre + 12)
    v = edge + SETBACK_M
    yield Spot(block.at(slot_m(2), v + 7), "shop on the street", "yes", block.south.name)
    yield Spot(block.at(slot_m(0), v + 7), "corner lot", "yes", block.south.name)
    yield Spot(
        block.at(slot_m(5), block.height_m - block.north.half_m - SETBACK_M),
        "own door on the street",
        "yes",
        block.north.name,
        "entrance",
    )
    yield Spot(block.at(slot_m(4), edge + 36), "second row behind a shop", "no", block.south.name)
    yield Spot(block.at(block.middle, centre + 6), "no public street within reach", "no", block.south.name)


def lane(block: Block) -> Iterator[Spot]:
    """Draw shops again; the house in the middle is reached by a service road without a name only."""
    block.front_row(skip=(3, 4))
    block.front_row(north=True)
    block.drawing.line(
        block.at(block.middle, 0), block.at(block.middle, block.height_m / 2), highway="service"
    )
    v = block.height_m / 2 + 6
    block.house(block.middle - 13, v, block.middle + 13, v + 14)
    yield Spot(block.at(block.middle, v + 7), "service road without a name only", "unknown", block.south.name)
    yield Spot(
        block.at(slot_m(2), block.south.half_m + SETBACK_M + 7), "shop on the street", "yes", block.south.name
    )


def hutong(block: Block) -> Iterator[Spot]:
    """Draw a named alley with houses on both sides, one around a courtyard."""
    block.front_row(doors=False)
    v = block.height_m / 2
    name = f"{block.south.name[:2]}胡同"
    block.drawing.line(
        block.at(0, v), block.at(block.width_m, v), highway="service", service="alley", name=name
    )
    for slot in range(SLOTS):
        u = slot_m(slot)
        block.house(u - 11, v + 2.5, u + 11, v + 14)
        if slot == 3:
            west, south = block.at(u - 12, v - 26.5)
            block.drawing.courtyard(west, south, west + 24, south + 24, 6, building="yes")
        else:
            block.house(u - 11, v - 14, u + 11, v - 2.5)
    yield Spot(block.at(slot_m(4), v + 8), "named alley", "yes", name)


def pedestrian(block: Block) -> Iterator[Spot]:
    """Draw a pedestrian street from south to north."""
    u = block.middle
    name = "驿前步行街"
    block.drawing.line(block.at(u, 0), block.at(u, block.height_m), highway="pedestrian", name=name)
    v = block.south.half_m + 10
    while v + 18 < block.height_m - block.north.half_m:
        block.house(u + 6, v, u + 20, v + 18, "retail")
        block.house(u - 20, v, u - 6, v + 18, "retail")
        v += 20
    yield Spot(block.at(u + 13, block.south.half_m + 79), "pedestrian street", "yes", name)


def walled(gate: dict[str, str], verdict: Ternary, scene: str) -> Draw:
    """Make a walled residential compound whose gate stands before the station's door.

    Parameters
    ----------
    gate
        Tags of the gate.
    verdict, scene
        Of the station behind that gate.
    """

    def draw(block: Block) -> Iterator[Spot]:
        u, edge = block.middle, block.south.half_m
        block.drawing.area(
            *block.ring(), landuse="residential", barrier="wall", name=f"{block.west.name}小区"
        )
        block.drawing.point(block.at(u, edge + WALL_M), **gate)
        block.drawing.line(
            block.at(u, 0),
            block.at(u, edge + WALL_M + 6),
            highway="service",
            service="driveway",
            access=gate.get("access", ""),
        )
        block.rows_inside("apartments", gap=(3, 4))
        block.house(u - 8, edge + BEHIND_M, u + 8, edge + BEHIND_M + 10)
        door = block.at(u, edge + BEHIND_M)
        block.drawing.point(door, entrance="yes")
        yield Spot(door, scene, verdict, block.south.name, "entrance")
        if gate.get("access") == "private":
            house = block.at(slot_m(1), edge + BEHIND_M + 6)
            yield Spot(house, "behind a wall, the only gate private", "no", block.south.name)

    return draw


def edge_shop(block: Block) -> Iterator[Spot]:
    """Draw a compound with a shop in its wall that opens outward."""
    sw, se, ne, nw = block.ring()
    u, face = slot_m(5), block.south.half_m + WALL_M
    block.drawing.area(sw, se, ne, nw, landuse="residential", name=f"{block.south.name[:2]}家园")
    # The wall leaves out the shop's face.
    block.drawing.line(block.at(u + 11, face), se, ne, nw, sw, block.at(u - 11, face), barrier="wall")
    block.house(u - 11, face, u + 11, face + 13, "retail")
    block.rows_inside("apartments", gap=(4, 5, 6))
    yield Spot(block.at(u, face + 6.5), "shop in a compound's edge, opening outward", "yes", block.south.name)


def works(block: Block) -> Iterator[Spot]:
    """Draw a fenced works; the gate stands elsewhere and asks for a permit."""
    sw, se, ne, nw = block.ring()
    block.drawing.area(sw, se, ne, nw, landuse="industrial", name="驿城机械厂")
    block.drawing.line(sw, se, ne, nw, sw, barrier="fence")
    u, edge = block.middle, block.south.half_m
    block.drawing.point(block.at(u, edge + WALL_M), barrier="lift_gate", access="permit")
    block.drawing.line(block.at(u, 0), block.at(u, edge + 50), highway="service", access="permit")
    block.rows_inside("industrial", gap=(3, 4))
    house = block.at(slot_m(1), edge + BEHIND_M + 6)
    yield Spot(house, "inside a fenced works", "no", block.south.name)


def school(block: Block) -> Iterator[Spot]:
    """Draw a school whose enclosure is not mapped."""
    block.drawing.area(*block.ring(), amenity="school", name="驿城第一小学")
    edge = block.south.half_m
    block.rows_inside("school", gap=(0, 7))
    house = block.at(slot_m(3), edge + BEHIND_M + 6)
    yield Spot(house, "compound whose enclosure is not mapped", "unknown", block.south.name)


def university(block: Block) -> Iterator[Spot]:
    """Draw a university with a street of its own: inside a compound it proves nothing."""
    block.drawing.area(*block.ring(), amenity="university", name="驿城学院")
    v = block.height_m / 2
    block.drawing.line(
        block.at(200, 0), block.at(200, v), block.at(60, v), highway="residential", name="校园路"
    )
    block.house(block.middle - 14, v + 8, block.middle + 14, v + 22, "university")
    for slot in range(5):
        block.house(slot_m(slot) - 10, 40, slot_m(slot) + 10, 54, "dormitory")
    yield Spot(block.at(block.middle, v + 15), "street inside a compound", "unknown", "校园路")


def hospital(block: Block) -> Iterator[Spot]:
    """Draw a hospital open to all, with one big building."""
    block.drawing.area(*block.ring(), amenity="hospital", name="驿城医院", access="yes")
    u, edge = block.middle, block.south.half_m
    block.house(u - 55, edge + BEHIND_M, u + 55, edge + BEHIND_M + 90, "hospital")
    door = block.at(u + 20, edge + BEHIND_M)
    yield Spot(door, "open compound, own door", "yes", block.south.name, "entrance")


def mall(block: Block) -> Iterator[Spot]:
    """Draw a mall at the street, and opposite it a hall behind a deep forecourt."""
    u, edge = block.middle, block.south.half_m
    block.house(u - 65, edge + WALL_M, u + 65, edge + WALL_M + 80, "retail")
    yield Spot(
        block.at(u, edge + WALL_M + 40), "deep inside a mall, no entrance mapped", "unknown", block.south.name
    )
    yield Spot(block.at(u - 30, edge + WALL_M), "a mall's own door", "yes", block.south.name, "entrance")
    face = block.height_m - block.north.half_m - 40
    block.house(u - 40, face - 16, u + 40, face, "civic")
    yield Spot(block.at(u, face - 8), "forty metres of forecourt", "unknown", block.north.name)


def fenced(block: Block) -> Iterator[Spot]:
    """Draw a row of shops behind a fence along the carriageway without any gap."""
    block.front_row(doors=False)
    v = block.south.half_m + 3
    block.drawing.line(block.at(14, v), block.at(block.width_m - 14, v), barrier="fence")
    yield Spot(block.at(slot_m(3), v + 10), "continuous fence before the near road", "no", block.south.name)


def park(block: Block) -> Iterator[Spot]:
    """Draw a park: a kiosk without a mapped building, and a pavilion at each of the side streets."""
    block.drawing.box(*block.at(30, 30), *block.at(220, block.height_m - 30), leisure="park", name="驿城公园")
    edge = block.south.half_m
    at = block.at(100, edge + 12)
    yield Spot(at, "kiosk, a point only", "yes", block.south.name, kind="container")
    at = block.at(150, edge + 24)
    yield Spot(at, "uncertain position across the limit", "unknown", block.south.name, "address", 15.0)
    v = block.height_m / 2 - 10
    u = block.west.half_m + SETBACK_M
    block.house(u, v, u + 13, v + 20)
    yield Spot(block.at(u + 6.5, v + 10), "street at the side", "yes", block.west.name)
    u = block.width_m - block.east.half_m - SETBACK_M
    block.house(u - 13, v, u, v + 20)
    yield Spot(block.at(u - 6.5, v + 10), "street at the side", "yes", block.east.name)
