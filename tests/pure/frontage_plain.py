"""The street-facing definition once more: slow and plain, to hold against ``geo.frontage``.

Written from the definition and sharing no code with the rule: one station, one line, one obstacle at a time,
shapely scalars, no index, no arrays. A scene is a mapping of layer name to rows; a row is a mapping with the
columns of ``geo.frames`` (absent ones may be left out) and ``geometry`` in metres. What cuts a line, and the way
in, stand in ``frontage_plain_walks``.

Where the definition leaves room, both readings decide alike:

* The building of a point is the largest that contains it, else the nearest within sigma, at most ``snap_m``.
  Facades are its outer ring; the points of a wall start a quarter of it from either end, at most half a step.
  The neighbours of a point are the next ones around the ring, also behind a corner.
* Mapped doors count unless tagged as another kind or private; main ones alone where there are some. They may
  be other people's, so they say no only if the facades do, and the nine positions are tested all the same;
  only the station's own entrance spares them. A level other than 0 needs the station's own entrance.
* A line from an entrance that runs far through its own building is in doubt.
* A street may run partly inside a compound: the part inside is weak. What lies in the outermost metre runs along
  the border: whoever comes from inside has to pass the border to reach it.
* A gate at a building, water or rail opens nothing, but leaves the line in doubt. Of several gates at one
  place the best counts, of several places the worst. A gate drawn as a line is in doubt.
* Streets are mapped around where a class that carries cars lies within 200 m; a lone path shows nothing.
* A sidewalk belongs to the public street nearest to its middle, also to one that forbids walkers itself.
* The walk leads straight to a way or gate, then over ways that share nodes; a wall on a mapped way without a
  gate is an opening of unknown state. A walk that is possible is enough to take a no away; so is one round the
  free end of a wall that alone cuts a line.
"""

import itertools
import math

import shapely
from shapely import Point

from tests.pure.frontage_plain_walks import (
    CLASSES,
    CLOSED,
    DOUBT,
    NO,
    OPEN,
    ROOFS,
    SHUT,
    WEAK,
    YES,
    allowed,
    at_grade,
    core_of,
    met_by,
    parts,
    shortest_walk_m,
    state_of,
    tag,
    walk_round_m,
)

UNKNOWN = "unknown"
MAPPED = CLASSES | {"motorway", "road", "motorway_link", "trunk_link", "primary_link", "secondary_link"}
MAPPED |= {"tertiary_link"}
HALF_WIDTH_M = {"trunk": 15, "primary": 12, "secondary": 10, "tertiary": 7, "pedestrian": 3, "alley": 1.5}
OTHER_DOORS = {"staircase", "service", "emergency", "exit", "home", "garage", "no"}
EPS_M = 1e-6


def judge(station, here, layers, p):
    """Verdict and rule of one station: its columns, its point, the rows of each layer, the parameters."""
    verdict, rule = computed(station, here, layers, p)
    seen = visited(station)
    if seen:
        return seen, "visited"
    told = {
        name: station.get(f"declared_{name}")
        for name in ("street_door", "in_compound", "registration_required")
        if station.get(f"visited_{name}") not in (YES, NO)
    }
    refused = told.get("street_door") == NO or YES in (
        told.get("in_compound"),
        told.get("registration_required"),
    )
    if (verdict == YES and refused) or (verdict == NO and told.get("street_door") == YES):
        return UNKNOWN, "declared_conflict"
    return verdict, rule


def visited(station):
    """What a visit settles: facts against the way in, then the door; None when it settles nothing."""
    fact = {name[8:]: value for name, value in station.items() if name.startswith("visited_")}
    floor = station.get("floor", math.nan)
    if YES in (fact.get("registration_required"), fact.get("guarded")):
        return NO
    if floor >= 2 and fact.get("lift") == NO:
        return NO
    if fact.get("street_door") in (YES, NO):
        return fact["street_door"]
    return NO if fact.get("in_compound") == YES else None


def computed(station, here, layers, p):
    """What geometry says at the station's position and at the eight around it."""
    if here is None:
        return UNKNOWN, "unlocated"
    kind, sigma_m = station["position_kind"], station["accuracy_m"]
    if math.isnan(sigma_m):
        default = {
            "entrance": p.sigma_entrance_m,
            "building": p.sigma_building_m,
            "address": p.sigma_address_m,
        }
        if kind not in default:
            return UNKNOWN, "position_kind_unknown"
        sigma_m = default[kind]
    public, weak = sort_ways(layers, p)
    world = {"layers": layers, "public": public, "weak": weak, "p": p, "memo": {}}
    verdict, rule = at_position(station, here, sigma_m, world)
    if kind == "entrance" or verdict == UNKNOWN:
        return verdict, rule
    circle = [(math.cos(math.pi / 4 * k) * sigma_m, math.sin(math.pi / 4 * k) * sigma_m) for k in range(8)]
    answers = [at_position(station, Point(here.x + x, here.y + y), sigma_m, world)[0] for x, y in circle]
    return (verdict, rule) if 1 + answers.count(verdict) >= p.stable_of_nine else (UNKNOWN, "unstable")


# -- streets


def is_classed(way):
    return way["highway"] in CLASSES and tag(way, "motorroad") != "yes"


def is_alley(way):
    return way["highway"] == "service" and tag(way, "service") == "alley" and tag(way, "name") is not None


def is_sidewalk(way):
    return way["highway"] == "footway" and tag(way, "footway") == "sidewalk"


def half_width_m(way, p):
    if way.get("width_m", math.nan) > 0:
        return way["width_m"] / 2
    if way.get("lanes", math.nan) > 0:
        return way["lanes"] * p.lane_m / 2
    if is_sidewalk(way):
        return 1.5
    return HALF_WIDTH_M.get("alley" if is_alley(way) else way["highway"], 4.0)


def sort_ways(layers, p):
    """Public streets and weak ways as lists of (line, half width)."""
    public, weak = [], []
    for way in layers["streets"]:
        if not at_grade(way) or allowed(way) in CLOSED:
            continue
        if is_classed(way) or is_alley(way) or (is_sidewalk(way) and has_street(way, layers, p)):
            inside, outside = split_at_compounds(way, layers, p)
            public += [(line, half_width_m(way, p)) for line in outside]
            weak += [(line, half_width_m(way, p)) for line in inside]
        elif way["highway"] in WEAK:
            weak.append((way["geometry"], half_width_m(way, p)))
    return public, weak


def has_street(walk, layers, p):
    """Whether a sidewalk line runs along a public street, be it one that sends walkers to the sidewalk."""
    middle = walk["geometry"].interpolate(0.5, normalized=True)
    for way in layers["streets"]:
        public = (is_classed(way) or is_alley(way)) and allowed(way) not in CLOSED
        separate = is_classed(way) and tag(way, "access") not in CLOSED
        near = way["geometry"].distance(middle) <= p.sidewalk_m
        if near and at_grade(way) and (public or separate):
            return True
    return False


def split_at_compounds(way, layers, p):
    """The parts of a street inside compounds, unless it says that it is open, and those outside."""
    inside, outside = [], [way["geometry"]]
    for compound in layers["compounds"]:
        stated = tag(way, "foot") or tag(way, "access")
        if stated in ("yes", "public") or (stated == "permissive" and compound["closed"] == NO):
            continue
        core = core_of(compound, p)
        inside += [part for line in outside for part in parts(line.intersection(core)) if part.length > 0]
        outside = [part for line in outside for part in parts(line.difference(core)) if part.length > 0]
    return inside, outside


# -- anchors


def at_position(station, at, sigma_m, world):
    """Verdict and rule of the station if it stood here."""
    p, layers = world["p"], world["layers"]
    house = house_of(at, min(sigma_m, p.snap_m), layers)
    own_door = station["position_kind"] == "entrance"
    doors = []
    if not own_door and house is not None and station.get("snap_building", True):
        doors = doors_of(house, layers, p)
    floor = station.get("floor", math.nan)
    upstairs = not math.isnan(floor) and floor not in (0, 1)
    deep = house is not None and house.covers(at) and house.boundary.distance(at) > p.deep_m
    if (station.get("layer") and not own_door) or (upstairs and not own_door and not doors):
        return UNKNOWN, "off_grade"
    if deep and not own_door and not doors:
        return UNKNOWN, "deep_inside"
    if own_door:
        return judge_anchors("entrance", [(at, None)], house, world)
    if house is None or not station.get("snap_building", True):
        return judge_anchors("point", [(at, None)], house if house and house.covers(at) else None, world)
    if house not in world["memo"]:
        walls = judge_anchors("facade", facade_points(house, p.facade_step_m), house, world)
        if doors:
            verdict, rule = judge_anchors("entrance", [(door, None) for door in doors], house, world)
            walls = (UNKNOWN, "looks_away") if verdict == NO and walls[0] != NO else (verdict, rule)
        world["memo"][house] = walls
    return world["memo"][house]


def house_of(at, within_m, layers):
    """The largest building that contains a point, or the nearest one within a distance, or None."""
    houses = [row["geometry"] for row in layers["buildings"] if tag(row, "building") not in ROOFS]
    near = [house for house in houses if house.distance(at) <= max(within_m, EPS_M)]
    return min(near, key=lambda house: (house.distance(at), -house.area), default=None)


def doors_of(house, layers, p):
    outline = house.exterior
    doors = [
        row
        for row in layers["entrances"]
        if outline.distance(row["geometry"]) <= p.entrance_m
        and row["entrance"] not in OTHER_DOORS
        and tag(row, "access") not in ("no", "private")
    ]
    main = [row for row in doors if row["entrance"] == "main"]
    return [row["geometry"] for row in main or doors]


def facade_points(house, step_m):
    """Points along the outer ring, each with the normal that looks outward."""
    for a, b in itertools.pairwise(shapely.geometry.polygon.orient(house).exterior.coords):
        length_m = math.dist(a, b)
        if length_m == 0:
            continue
        along = (b[0] - a[0]) / length_m, (b[1] - a[1]) / length_m
        first = min(step_m / 2, length_m / 4)
        half = [first + k * step_m for k in range(int((length_m / 2 - first) / step_m + 1e-9) + 1)]
        offsets = half + [length_m - d for d in reversed(half) if length_m - 2 * d > EPS_M]
        for d in offsets:
            yield Point(a[0] + along[0] * d, a[1] + along[1] * d), (along[1], -along[0])


# -- approach lines


def judge_anchors(kind, anchors, house, world):
    """Verdict and rule of an entrance, a point or a facade."""
    p, anchors = world["p"], list(anchors)
    drawn = list(approach_lines(kind, anchors, house, world["public"], p.reach_m, world))
    if not drawn:
        return without_lines(kind, anchors, house, world)
    clear = {n for n, edge_m, state, _ in drawn if state == OPEN and edge_m <= p.yes_m + EPS_M}
    if clear and (kind != "facade" or any((n + 1) % len(anchors) in clear - {n} for n in clear)):
        return YES, "clear_line"
    if any(state != SHUT for _, _, state, _ in drawn):
        return UNKNOWN, "in_doubt"
    if shortest_walk_m(anchors, house, world) <= p.way_in_good_m:
        return UNKNOWN, "way_in"
    cutting = [row for *_, line in drawn for row in walls_alone(line, house, world)]
    if walk_round_m(anchors, cutting, house, world) <= p.way_in_good_m:
        return UNKNOWN, "way_round"
    return NO, "lines_cut"


def without_lines(kind, anchors, house, world):
    """No public street within reach that the anchors look at."""
    p = world["p"]
    if any(edge_m(at, way) <= p.reach_m + EPS_M for at, _ in anchors for way in world["public"]):
        return UNKNOWN, "looks_away"
    to_weak = approach_lines(kind, anchors, house, world["weak"], p.yes_m, world)
    if any(state == OPEN for _, _, state, _ in to_weak):
        return UNKNOWN, "weak_way"
    mapped = [way["geometry"] for way in world["layers"]["streets"] if way["highway"] in MAPPED]
    if any(line.distance(at) <= p.data_m for at, _ in anchors for line in mapped):
        return NO, "no_street_near"
    return UNKNOWN, "no_street_data"


def edge_m(at, way):
    line, half_m = way
    return max(line.distance(at) - half_m, 0.0)


def approach_lines(kind, anchors, house, ways, within_m, world):
    """Lines to every way within reach at which the anchor looks: anchor, metres to the edge, state, line."""
    p = world["p"]
    for (n, (at, normal)), way in itertools.product(enumerate(anchors), ways):
        if edge_m(at, way) > within_m + EPS_M:
            continue
        line = shapely.shortest_line(at, way[0])
        if normal is not None and not looks(normal, line, p):
            continue
        state = state_of(line, house, world["layers"], p)
        through_own = kind == "entrance" and ways is world["public"] and house is not None
        if through_own and state == OPEN and line.intersection(house).length > p.own_depth_m:
            state = DOUBT
        yield n, edge_m(at, way), state, line


def looks(normal, line, p):
    (x0, y0), (x1, y1) = line.coords
    if line.length < EPS_M:
        return True
    cosine = ((x1 - x0) * normal[0] + (y1 - y0) * normal[1]) / line.length
    return cosine >= math.cos(math.radians(p.look_deg)) - 1e-9


def walls_alone(line, house, world):
    """The barriers that close a line which nothing else closes."""
    p = world["p"]
    closing = [met for met in met_by(line, house, world["layers"], p, p.touch_m, p.end_m) if met[2] == SHUT]
    return [row for _, row, *_ in closing] if all(layer == "barriers" for layer, *_ in closing) else []
