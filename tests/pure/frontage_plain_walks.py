"""What cuts a straight line, and the walks that lead round it: the second half of ``frontage_plain``."""

import heapq
import itertools
import math

import shapely
from shapely import LineString, Point

YES, NO = "yes", "no"
OPEN, DOUBT, SHUT = 0, 1, 2
"""States in the order of hindrance."""

CLASSES = {"trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street"}
CLASSES |= {"pedestrian"}
WEAK = {"service", "footway", "path", "track", "cycleway", "steps", "corridor"}
CLOSED = {"no", "private", "permit", "residents", "delivery", "military", "agricultural", "forestry"}
WELCOME = {"yes", "permissive", "public", "customers", "destination", "designated"}
PASSABLE = {"kerb", "bollard", "block", "log", "no", "entrance", "height_restrictor", "chain"}
GATE_LINES = {"gate", "lift_gate", "swing_gate", "sliding_gate", "turnstile"}
ROOFS = {"roof", "carport", "canopy", "no"}


def tag(row, name):
    """The value of a tag; None where it is absent."""
    value = row.get(name)
    return None if isinstance(value, float) and math.isnan(value) else value


def allowed(row):
    """Give the access of a walker: ``foot`` overrides ``access``, but for a street with its own sidewalk."""
    if tag(row, "foot") == "no" and tag(row, "sidewalk") == "separate":
        return tag(row, "access")
    return tag(row, "foot") or tag(row, "access")


def at_grade(way):
    return not way.get("layer") and not way.get("bridge") and not way.get("tunnel")


def core_of(compound, p):
    return compound["geometry"].buffer(-p.border_slack_m)


# -- what cuts a line


def state_of(line, house, layers, p):
    """The worst that a line meets between ``touch_m`` of its start and ``end_m`` of its end."""
    return max([OPEN, *(state for _, _, state, _ in met_by(line, house, layers, p, p.touch_m, p.end_m))])


def met_by(line, house, layers, p, touch_m, end_m):
    """All that a line meets: layer, row, state, and whether a gate decided it."""
    if line.length <= touch_m + end_m:
        return
    middle = LineString([line.interpolate(touch_m), line.interpolate(line.length - end_m)])
    for row in layers["buildings"]:
        shape = row["geometry"]
        if tag(row, "building") not in ROOFS and shape is not house and shapely.intersects(middle, shape):
            yield "buildings", row, *at_gates(middle.intersection(shape), SHUT, DOUBT, layers, p)
    for row in layers["obstacles"]:
        if shapely.intersects(middle, row["geometry"]):
            yield "obstacles", row, *at_gates(middle.intersection(row["geometry"]), SHUT, DOUBT, layers, p)
    for row in layers["barriers"]:
        if row["barrier"] not in PASSABLE and shapely.intersects(middle, row["geometry"]):
            bare = DOUBT if row["barrier"] in GATE_LINES else SHUT
            yield "barriers", row, *at_gates(middle.intersection(row["geometry"]), bare, OPEN, layers, p)
    for row in layers["compounds"]:
        if row["closed"] == NO:
            continue
        met = middle.intersection(row["geometry"].boundary)
        if met.is_empty and leaves(middle, Point(line.coords[-1]), row, p):
            met = Point(line.coords[-1])
        if not met.is_empty:
            bare = SHUT if row["closed"] == YES else DOUBT
            yield "compounds", row, *at_gates(met, bare, OPEN, layers, p)


def leaves(middle, end, compound, p):
    """Whether a line from inside a compound ends at its border without crossing it."""
    area = compound["geometry"]
    stays = core_of(compound, p).covers(end) and area.boundary.distance(end) > p.border_slack_m + 0.01
    return area.covers(Point(middle.coords[0])) and not stays


def at_gates(met, bare, best, layers, p):
    """State of a crossing, no better than ``best``, and whether a gate serves its worst place."""
    places = []
    for place in parts(met):
        near = [g for g in layers["gates"] if place.distance(g["geometry"]) <= p.gate_m + 1e-9]
        places.append((min(map(gate_state, near)), True) if near else (bare, False))
    state, gated = max(places)
    return (max(state, best) if gated else state), gated


def gate_state(gate):
    stated = tag(gate, "foot") or tag(gate, "access")
    if stated in CLOSED or tag(gate, "locked") == YES:
        return SHUT
    return OPEN if stated in WELCOME or tag(gate, "barrier") in ("bollard", "kerb", "entrance") else DOUBT


# -- the way in


def shortest_walk_m(anchors, house, world):
    """The shortest walk that is not known to be closed, to the edge of any public street, metres."""
    layers, p = world["layers"], world["p"]
    edges, best = walk_network(world)
    gates = [(g["geometry"], from_gate_m(g, world)) for g in layers["gates"] if gate_state(g) != SHUT]
    walk_m = math.inf
    for at, _ in anchors:
        steps = [(LineString([at, gate]), left_m) for gate, left_m in gates]
        for a, b, length_m, ground in edges:
            if ground:
                piece = LineString([a, b])
                along = piece.project(at)
                left_m = min(best.get(a, math.inf) + along, best.get(b, math.inf) + length_m - along)
                steps.append((LineString([at, piece.interpolate(along)]), left_m))
        for step, left_m in steps:
            total_m = step.length + left_m
            if step.length <= p.connect_m and total_m < walk_m and state_of(step, house, layers, p) != SHUT:
                walk_m = total_m
    return walk_m


def from_gate_m(gate, world):
    """Straight from a gate to a public street."""
    lefts = [math.inf]
    for way, half_m in world["public"]:
        line = shapely.shortest_line(gate["geometry"], way)
        if state_of(line, None, world["layers"], world["p"]) != SHUT:
            lefts.append(max(line.length - half_m, 0.0))
    return min(lefts)


def walk_network(world):
    """Pieces of ways that nothing closes (ends, metres, at grade), and metres left from each end."""
    layers, p = world["layers"], world["p"]
    above = [
        (way["geometry"], False)
        for way in layers["streets"]
        if way["highway"] in CLASSES | WEAK and not at_grade(way) and allowed(way) not in CLOSED
    ]
    pieces = [
        (rounded(a), rounded(b), ground)
        for line, ground in [*((line, True) for line, _ in world["weak"]), *above]
        for a, b in itertools.pairwise(line.coords)
    ]
    edges = [
        (a, b, math.dist(a, b), ground)
        for a, b, ground in pieces
        if a != b and piece_state(LineString([a, b]), layers, p) != SHUT
    ]
    queue = [(step_out_m(node, world), node) for node in {n for a, b, _ in pieces for n in (a, b)}]
    queue = [item for item in queue if item[0] < math.inf]
    best = {}
    heapq.heapify(queue)
    while queue:
        far_m, node = heapq.heappop(queue)
        if node in best or far_m > p.way_in_bad_m:
            continue
        best[node] = far_m
        for a, b, length_m, _ in edges:
            if node in (a, b):
                heapq.heappush(queue, (far_m + length_m, b if node == a else a))
    return edges, best


def rounded(xy):
    return round(xy[0], 3), round(xy[1], 3)


def piece_state(piece, layers, p):
    """A closed gate on a piece, or at a wall or border that it passes, shuts it."""
    on_it = [gate_state(g) for g in layers["gates"] if piece.distance(g["geometry"]) <= 0.5]
    met = [
        state if gated and layer in ("barriers", "compounds") else min(state, DOUBT)
        for layer, _, state, gated in met_by(piece, None, layers, p, 0.0, 0.0)
        if layer != "buildings"
    ]
    return max([OPEN, *on_it, *met])


def step_out_m(node, world):
    """From a node at the edge of a public street to it, or ``inf``; a closed gate at the border forbids it."""
    layers, p, at = world["layers"], world["p"], Point(node)
    around = [row for row in layers["compounds"] if row["closed"] != NO and row["geometry"].covers(at)]
    reach_m = p.gate_m + p.border_slack_m
    gates = [gate_state(g) for g in layers["gates"] if at.distance(g["geometry"]) <= reach_m]
    if around and gates and min(gates) == SHUT:
        return math.inf
    found = [math.inf]
    for way, half_m in world["public"]:
        line = shapely.shortest_line(at, way)
        if line.length <= half_m + 1.0 and (line.length <= 0.5 or state_of(line, None, layers, p) != SHUT):
            found.append(max(line.length - half_m, 0.0))
    return min(found)


# -- round the end of a wall


def walk_round_m(anchors, cutting, house, world):
    """The shortest walk round a free end of one of the walls that alone cut a line: straight, then straight."""
    layers, p = world["layers"], world["p"]
    solid = [row for row in layers["barriers"] if row["barrier"] not in PASSABLE]
    best_m = math.inf
    for row in solid:
        if not any(is_one_wall(row, other, solid, p) for other in cutting):
            continue
        for end in free_ends(row, solid, layers, p):
            for (at, _), (way, half_m) in itertools.product(anchors, world["public"]):
                there, on = LineString([at, end]), shapely.shortest_line(end, way)
                total_m = there.length + max(on.length - half_m, 0.0)
                if total_m < best_m and SHUT not in (
                    state_of(there, house, layers, p),
                    state_of(on, None, layers, p),
                ):
                    best_m = total_m
    return best_m


def is_one_wall(row, other, solid, p):
    """Whether two barriers touch, be it over others."""
    reached, before = [row], 0
    while len(reached) > before:
        before = len(reached)
        reached += [
            more
            for more in solid
            if not any(more is r for r in reached)
            and any(more["geometry"].distance(r["geometry"]) <= p.gap_m for r in reached)
        ]
    return any(other is r for r in reached)


def free_ends(row, solid, layers, p):
    """The ends of a wall at which nothing else stands."""
    wall = row["geometry"]
    things = [r["geometry"] for r in solid if r is not row] + [r["geometry"] for r in layers["obstacles"]]
    things += [r["geometry"] for r in layers["buildings"] if tag(r, "building") not in ROOFS]
    things += [r["geometry"].boundary for r in layers["compounds"] if r["closed"] == YES]
    for xy in [] if wall.is_closed else [wall.coords[0], wall.coords[-1]]:
        end = Point(xy)
        at_thing = any(end.distance(thing) <= p.gap_m for thing in things)
        if not at_thing and not any(end.distance(g["geometry"]) <= p.gate_m for g in layers["gates"]):
            yield end


def parts(shape):
    return list(getattr(shape, "geoms", [shape]))
