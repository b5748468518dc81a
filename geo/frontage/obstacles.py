"""What cuts a straight line: buildings, barrier lines, compound borders, water, rail; and gates.

A crossing is **closed** unless a gate within ``gate_m`` says otherwise; a compound border is what its
enclosure is known to be. A line is as passable as its worst crossing.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.frontage.gates import CLOSED, OPEN, UNKNOWN, States, gate_states
from geo.frontage.parameters import Parameters
from geo.frontage.streetmap import Geometries, Index, StreetMap
from geo.frontage.streets import shrunk_compounds

Floats = NDArray[np.float64]

BUILDING: Final = 0
BARRIER: Final = 1
COMPOUND: Final = 2
OBSTACLE: Final = 3
LAYER_NAMES: Final = ("buildings", "barriers", "compounds", "obstacles")

_ROUNDING_M: Final = 0.01
_GATE_LINES: Final = frozenset({"gate", "lift_gate", "swing_gate", "sliding_gate", "turnstile"})


@dataclass(frozen=True)
class Segments:
    """Straight lines: ends in metres and the building row that may not cut each (-1 none), shape (lines,)."""

    x0: Floats
    y0: Floats
    x1: Floats
    y1: Floats
    own: Index

    def __len__(self) -> int:
        return len(self.x0)

    def take(self, which: Index) -> "Segments":
        """Select the lines at the given positions."""
        return Segments(self.x0[which], self.y0[which], self.x1[which], self.y1[which], self.own[which])

    @property
    def length_m(self) -> Floats:
        """Lengths."""
        return np.hypot(self.x1 - self.x0, self.y1 - self.y0)


@dataclass(frozen=True)
class Crossings:
    """Lines and obstacles that meet: line, layer (``LAYER_NAMES``), its row, state, gate row (-1 none)."""

    line: Index
    layer: NDArray[np.int8]
    row: Index
    state: States
    gate: Index

    def worst(self, lines: int) -> States:
        """Give each line its worst crossing's state, ``OPEN`` where nothing is crossed, shape (lines,)."""
        state = np.zeros(lines, dtype=np.int8)
        np.maximum.at(state, self.line, self.state)
        return state

    def take(self, which: Index) -> "Crossings":
        """Select the crossings at the given positions."""
        return Crossings(
            self.line[which], self.layer[which], self.row[which], self.state[which], self.gate[which]
        )


def crossings(lines: Segments, streets: StreetMap, parameters: Parameters) -> Crossings:
    """Find what each line crosses, and whether a walker gets through there.

    Parameters
    ----------
    lines
        From the anchor (first end) to the street's centre line (second end).
    streets
        The map.
    parameters
        ``touch_m`` at the first end, ``end_m`` at the second, ``gate_m``.

    Returns
    -------
    crossings
        One row per line and obstacle; open ones (through an open gate) are listed too. Gates near a building,
        water or a rail don't open these; what they leave there is unknown.
    """
    if not len(lines):
        return _nothing()
    trimmed = _linestrings(lines, parameters.touch_m, parameters.end_m)
    found = [
        _buildings(trimmed, lines, streets),
        _barriers(trimmed, streets),
        _borders(trimmed, lines, streets, parameters),
        _plain_obstacles(trimmed, streets),
    ]
    parts = zip(*((f.line, f.layer, f.row, f.state, f.gate) for f in found), strict=True)
    merged = Crossings(*(np.concatenate(part) for part in parts))
    return _through_gates(merged, trimmed, lines, streets, parameters)


def crossing_distance_m(
    lines: Segments, found: Crossings, streets: StreetMap, parameters: Parameters
) -> Floats:
    """Distance from each line's first end to where it meets the obstacle, metres, shape (crossings,)."""
    if not len(found.line):
        return np.empty(0)
    used = lines.take(found.line)
    trimmed = _linestrings(used, parameters.touch_m, parameters.end_m)
    met = shapely.intersection(trimmed, _shapes(found, streets))
    start = shapely.points(used.x0, used.y0)
    distance = shapely.distance(start, met)
    return np.asarray(np.where(np.isnan(distance), used.length_m, distance))


def _linestrings(lines: Segments, head_m: float, tail_m: float) -> Geometries:
    """Lines without their first ``head_m`` and last ``tail_m``; too short ones become empty."""
    length = lines.length_m
    safe = np.maximum(length, 1e-12)
    head, tail = head_m / safe, 1 - tail_m / safe
    dx, dy = lines.x1 - lines.x0, lines.y1 - lines.y0
    ends = np.stack(
        [
            np.column_stack([lines.x0 + dx * head, lines.y0 + dy * head]),
            np.column_stack([lines.x0 + dx * tail, lines.y0 + dy * tail]),
        ],
        axis=1,
    )
    made = np.asarray(shapely.linestrings(ends), dtype=object)
    made[tail <= head] = shapely.LineString()
    return made


def _nothing() -> Crossings:
    rows = np.empty(0, dtype=np.intp)
    return Crossings(rows, rows.astype(np.int8), rows, rows.astype(np.int8), rows)


def _made(line: Index, layer: int, row: Index, state: States) -> Crossings:
    return Crossings(
        line, np.full(len(line), layer, dtype=np.int8), row, state, np.full(len(line), -1, np.intp)
    )


def _closed(line: Index) -> States:
    return np.full(len(line), CLOSED, dtype=np.int8)


def _buildings(trimmed: Geometries, lines: Segments, streets: StreetMap) -> Crossings:
    layer = streets.building_layer
    line, hit = layer.tree.query(trimmed, predicate="intersects")
    row = layer.rows[hit]
    other = row != lines.own[line]
    return _made(line[other], BUILDING, row[other], _closed(line[other]))


def _barriers(trimmed: Geometries, streets: StreetMap) -> Crossings:
    layer = streets.barrier_layer
    line, hit = layer.tree.query(trimmed, predicate="intersects")
    row = layer.rows[hit]
    gate_like = streets.barriers["barrier"].astype(object).isin(_GATE_LINES).to_numpy()[row]
    return _made(line, BARRIER, row, np.where(gate_like, UNKNOWN, CLOSED).astype(np.int8))


def _plain_obstacles(trimmed: Geometries, streets: StreetMap) -> Crossings:
    layer = streets.obstacle_layer
    line, hit = layer.tree.query(trimmed, predicate="intersects")
    return _made(line, OBSTACLE, layer.rows[hit], _closed(line))


def _borders(trimmed: Geometries, lines: Segments, streets: StreetMap, parameters: Parameters) -> Crossings:
    """Borders met on the way, and borders that run along the street for lines that start inside."""
    border, area = streets.border_layer, streets.compound_layer
    line, hit = border.tree.query(trimmed, predicate="intersects")
    start = shapely.get_point(trimmed, 0)
    inside_line, inside_hit = area.tree.query(start, predicate="intersects")
    end = shapely.points(lines.x1[inside_line], lines.y1[inside_line])
    # A street is split on the shrunk border: its end lies there but for rounding, and has left the compound.
    deep_m = parameters.border_slack_m + _ROUNDING_M
    within = shapely.intersects(shrunk_compounds(streets, parameters)[inside_hit], end)
    stays = within.copy()
    stays[within] = ~shapely.dwithin(streets.outlines[inside_hit[within]], end[within], deep_m)
    fenced = ~shapely.is_empty(border.geometry[inside_hit])
    leaves = ~stays & fenced & ~shapely.intersects(trimmed[inside_line], border.geometry[inside_hit])
    line, hit = np.concatenate([line, inside_line[leaves]]), np.concatenate([hit, inside_hit[leaves]])
    row = area.rows[hit]
    closed = streets.compounds["closed"].astype(object).to_numpy()[row]
    return _made(line, COMPOUND, row, np.where(closed == "yes", CLOSED, UNKNOWN).astype(np.int8))


def _shapes(found: Crossings, streets: StreetMap) -> Geometries:
    """Geometry of each crossing's obstacle; the border for a compound."""
    shapes = np.empty(len(found.line), dtype=object)
    for layer, name in enumerate(LAYER_NAMES):
        which = np.flatnonzero(found.layer == layer)
        geometry = np.asarray(getattr(streets, name).geometry.to_numpy(), dtype=object)[found.row[which]]
        shapes[which] = shapely.boundary(geometry) if layer == COMPOUND else geometry
    return shapes


def _through_gates(
    found: Crossings, trimmed: Geometries, lines: Segments, streets: StreetMap, parameters: Parameters
) -> Crossings:
    """Let the gates near each crossing decide it: the best gate per place, the worst place per obstacle."""
    gates = streets.gate_layer
    if not len(gates) or not len(found.line):
        return found
    whole = _linestrings(lines, 0.0, 0.0)
    used = np.unique(found.line)
    near_line, near_gate = gates.tree.query(whole[used], predicate="dwithin", distance=parameters.gate_m)
    if not len(near_line):
        return found
    near = pd.DataFrame({"line": used[near_line], "gate": near_gate})
    pair = np.flatnonzero(np.isin(found.line, near["line"]))
    places, source = _places(found.take(pair), trimmed, lines, streets)
    place = pd.DataFrame(
        {"place": np.arange(len(places)), "pair": pair[source], "line": found.line[pair[source]]}
    )
    met = place.merge(near, on="line")
    far_m = shapely.distance(places[met["place"].to_numpy()], gates.geometry[met["gate"].to_numpy()])
    met = met[far_m <= parameters.gate_m + 1e-9]
    met["state"] = gate_states(streets.gates)[gates.rows[met["gate"].to_numpy()]]
    best = met.sort_values(["place", "state", "gate"], kind="stable").drop_duplicates("place")
    place = place.merge(best[["place", "gate", "state"]], on="place", how="left")
    place["gate"] = place["gate"].fillna(-1).astype(np.intp)
    default = found.state[place["pair"].to_numpy()]
    place["state"] = place["state"].fillna(pd.Series(default, index=place.index)).astype(np.int8)
    worst = place.sort_values(["pair", "state"], ascending=[True, False], kind="stable").drop_duplicates(
        "pair"
    )
    state, gate, at = found.state.copy(), found.gate.copy(), worst["pair"].to_numpy()
    through = worst["state"].to_numpy()
    solid = np.isin(found.layer[at], [BUILDING, OBSTACLE]) & (through == OPEN)
    state[at] = np.where(solid, UNKNOWN, through)
    served = worst["gate"].to_numpy()
    gate[at] = np.where(served >= 0, gates.rows[np.maximum(served, 0)], -1)
    return Crossings(found.line, found.layer, found.row, state, gate)


def _places(
    found: Crossings, trimmed: Geometries, lines: Segments, streets: StreetMap
) -> tuple[Geometries, Index]:
    """Separate the places where each crossing happens; give the crossing of each place."""
    met = shapely.intersection(trimmed[found.line], _shapes(found, streets))
    at_end = shapely.points(lines.x1[found.line], lines.y1[found.line])
    met = np.where(shapely.is_empty(met), at_end, met)
    places, source = shapely.get_parts(met, return_index=True)
    return np.asarray(places, dtype=object), source
