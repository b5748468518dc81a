"""Which ways are public streets, which are weak, and how wide they are.

A **public street** gives an answer; a **weak** way (unnamed service road, footway, path, street inside a
compound) never gives yes on its own; all else (motorway, closed to walkers, off grade) is no way in.

A street inside a compound is public all the same when it says *yes* or *public*; *permissive* (the owner lets
people through, and may stop) counts only where the compound's enclosure is known to be open.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.frontage.gates import CLOSED_ACCESS, walker_access
from geo.frontage.parameters import Parameters
from geo.frontage.streetmap import Geometries, Index, Layer, StreetMap

Floats = NDArray[np.float64]

PUBLIC_CLASSES: Final = frozenset(
    {
        "trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street",
        "pedestrian",
    }
)  # fmt: skip
WEAK_CLASSES: Final = frozenset({"service", "footway", "path", "track", "cycleway", "steps", "corridor"})
MAPPED_CLASSES: Final = PUBLIC_CLASSES | frozenset(
    {"motorway", "motorway_link", "trunk_link", "primary_link", "secondary_link", "tertiary_link", "road"}
)
"""Classes that show that streets are mapped in an area; a lone path or driveway doesn't."""

DEPENDS_ON: Final = ("lane_m", "half_width_", "border_slack_m", "sidewalk_m")
"""The parameters that the classified ways depend on."""

_EXPLICITLY_OPEN: Final = frozenset({"yes", "public"})


@dataclass(frozen=True)
class Ways:
    """Ways as arrays, one row per piece of a way, shape (ways,).

    ``rows`` the row of the street layer; ``compound`` the row of the compound it lies inside, -1 for none.
    """

    geometry: Geometries
    rows: Index
    half_width_m: Floats
    name: NDArray[np.object_]
    compound: Index

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Tree over ``geometry``."""
        return shapely.STRtree(self.geometry)

    @property
    def widest_m(self) -> float:
        """The largest half width, metres; 0 when there are no ways."""
        return float(self.half_width_m.max(initial=0.0))

    def __len__(self) -> int:
        return len(self.geometry)


@dataclass(frozen=True)
class Streets:
    """The ways of a map by what they are good for."""

    public: Ways
    weak: Ways
    mapped: Layer


def classify(streets: StreetMap, parameters: Parameters) -> Streets:
    """Sort the ways into public streets and weak ways; a street's part inside a compound is weak.

    Parameters
    ----------
    streets
        The map; an empty street layer gives empty results.
    parameters
        Half widths and slacks.

    Returns
    -------
    streets
        ``public`` and ``weak`` ways, and ``mapped``: all ways that show that streets are mapped here.
    """
    key = ("streets", *parameters.key(*DEPENDS_ON))
    if key not in streets.cache:
        streets.cache[key] = _classify(streets, parameters)
    found: Streets = streets.cache[key]
    return found


def _classify(streets: StreetMap, parameters: Parameters) -> Streets:
    frame = streets.streets
    geometry = np.asarray(frame.geometry.to_numpy(), dtype=object)
    highway = frame["highway"].astype(object)
    mapped = highway.isin(MAPPED_CLASSES).to_numpy()
    layer = Layer(geometry[mapped], np.flatnonzero(mapped))
    public, weak = public_mask(frame), weak_mask(frame)
    kind = _kind(frame)
    name = frame["name"].astype(object).where(frame["name"].notna(), None).to_numpy()
    walk = sidewalk_mask(frame)
    kind[walk] = "sidewalk"
    half = half_width_m(frame, kind, parameters)
    walk_street = _street_of_sidewalk(geometry, walk, public | _separate(frame), parameters)
    found = walk_street >= 0
    name = np.where(found, name[np.maximum(walk_street, 0)], name) if len(name) else name
    public, weak = public | found, weak & ~found
    outer, inner = _split(geometry, public, frame, streets, parameters)

    def ways(parts: Geometries, rows: Index) -> Ways:
        return Ways(parts, rows, half[rows], name[rows], _compound_of(parts, streets, parameters))

    alone = np.flatnonzero(weak)
    weak_parts = np.concatenate([geometry[alone], inner[0]])
    weak_rows = np.concatenate([alone, inner[1]])
    return Streets(ways(*outer), ways(weak_parts, weak_rows), layer)


def public_mask(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Which rows are of a public class, at grade and open to walkers, wherever they lie.

    Parameters
    ----------
    frame
        Columns of ``geo.frames.STREETS``.

    Examples
    --------
    >>> row = {"highway": "service", "service": "alley", "name": "某胡同", "access": None, "foot": None,
    ...        "sidewalk": None, "motorroad": None, "layer": 0, "bridge": False, "tunnel": False}
    >>> public_mask(pd.DataFrame([row, row | {"name": None}, row | {"highway": "residential", "layer": 1}]))
    array([ True, False, False])
    """
    classed = _classed(frame) | _alley(frame)
    mask: NDArray[np.bool_] = (classed & _at_grade(frame) & _walkable(frame)).to_numpy(bool)
    return mask


def weak_mask(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Which rows are service roads, footways or paths open to walkers, at grade, and no named alley."""
    weak = frame["highway"].astype(object).isin(WEAK_CLASSES) & ~_alley(frame)
    mask: NDArray[np.bool_] = (weak & _at_grade(frame) & _walkable(frame)).to_numpy(bool)
    return mask


def sidewalk_mask(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Which rows are sidewalk lines (``highway=footway``, ``footway=sidewalk``) open to walkers, at grade."""
    return weak_mask(frame) & frame["footway"].astype(object).eq("sidewalk").to_numpy(bool)


def off_grade_walks(frame: pd.DataFrame) -> Index:
    """Rows of footbridges, passages and other ways off grade that walkers may use: links, never answers."""
    classed = frame["highway"].astype(object).isin(PUBLIC_CLASSES | WEAK_CLASSES)
    return np.flatnonzero((classed & ~_at_grade(frame) & _walkable(frame)).to_numpy(bool))


def half_width_m(frame: pd.DataFrame, kind: NDArray[np.object_], parameters: Parameters) -> Floats:
    """Half of the carriageway: from the width tag, else the lanes, else the class, metres, shape (rows,).

    Examples
    --------
    >>> rows = pd.DataFrame({"width_m": [9.0, np.nan, np.nan], "lanes": [4.0, 4.0, np.nan]})
    >>> half_width_m(rows, np.array(["primary"] * 3, dtype=object), Parameters())
    array([ 4.5,  7. , 12. ])
    """
    by_kind = parameters.half_widths_m()
    by_class = pd.Series(kind, dtype=object).map(by_kind).fillna(by_kind["other"]).to_numpy(float)
    lanes, width = frame["lanes"].to_numpy(float), frame["width_m"].to_numpy(float)
    half = np.where(lanes > 0, lanes * parameters.lane_m / 2, by_class)
    result: Floats = np.where(width > 0, width / 2, half)
    return result


def _classed(frame: pd.DataFrame) -> pd.Series:
    of_class = frame["highway"].astype(object).isin(PUBLIC_CLASSES)
    return of_class & ~frame["motorroad"].astype(object).eq("yes")


def _alley(frame: pd.DataFrame) -> pd.Series:
    service = frame["highway"].astype(object).eq("service") & frame["service"].astype(object).eq("alley")
    return service & frame["name"].notna()


def _at_grade(frame: pd.DataFrame) -> pd.Series:
    return (frame["layer"] == 0) & ~frame["bridge"].astype(bool) & ~frame["tunnel"].astype(bool)


def _separate(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Public classes at grade whatever they allow: a street closed to walkers may have its own sidewalk."""
    classed = _classed(frame) & _at_grade(frame)
    mask: NDArray[np.bool_] = (classed & ~frame["access"].astype(object).isin(CLOSED_ACCESS)).to_numpy(bool)
    return mask


def _walkable(frame: pd.DataFrame) -> pd.Series:
    """Open to walkers: ``foot`` overrides ``access``; ``foot=no`` with a separate sidewalk stays open."""
    apart = frame["foot"].astype(object).eq("no") & frame["sidewalk"].astype(object).eq("separate")
    allowed = walker_access(frame).where(~apart, frame["access"].astype(object))
    return ~allowed.isin(CLOSED_ACCESS)


def _explicitly_open(frame: pd.DataFrame) -> NDArray[np.bool_]:
    mask: NDArray[np.bool_] = walker_access(frame).isin(_EXPLICITLY_OPEN).to_numpy(bool)
    return mask


def _permissive(frame: pd.DataFrame) -> NDArray[np.bool_]:
    mask: NDArray[np.bool_] = walker_access(frame).eq("permissive").to_numpy(bool)
    return mask


def _known_open(streets: StreetMap) -> NDArray[np.bool_]:
    """Which compounds have an enclosure known to be open, in the order of ``compound_layer``."""
    closed = streets.compounds["closed"].astype(object).eq("no").to_numpy(bool)
    mask: NDArray[np.bool_] = closed[streets.compound_layer.rows]
    return mask


def _kind(frame: pd.DataFrame) -> NDArray[np.object_]:
    return frame["highway"].astype(object).where(~_alley(frame), "alley").to_numpy(copy=True)


def _street_of_sidewalk(
    geometry: Geometries, walk: NDArray[np.bool_], street: NDArray[np.bool_], parameters: Parameters
) -> Index:
    """Row of the street each sidewalk line belongs to (nearest to its midpoint), -1 for all other rows."""
    owner = np.full(len(geometry), -1, dtype=np.intp)
    lines, targets = np.flatnonzero(walk), np.flatnonzero(street & ~walk)
    if not len(lines) or not len(targets):
        return owner
    middle = shapely.line_interpolate_point(geometry[lines], 0.5, normalized=True)
    tree = shapely.STRtree(geometry[targets])
    source, target = tree.query_nearest(middle, max_distance=parameters.sidewalk_m, all_matches=False)
    owner[lines[source]] = targets[target]
    return owner


def _split(
    geometry: Geometries,
    public: NDArray[np.bool_],
    frame: pd.DataFrame,
    streets: StreetMap,
    parameters: Parameters,
) -> tuple[tuple[Geometries, Index], tuple[Geometries, Index]]:
    """Cut rows not explicitly open at the compounds: parts outside (with the other public rows), inside."""
    restricted = public & ~_explicitly_open(frame)
    rows = np.flatnonzero(restricted)
    outside = geometry[rows].copy()
    inner = shrunk_compounds(streets, parameters)
    line, area = shapely.STRtree(inner).query(outside, predicate="intersects")
    bound = ~(_permissive(frame)[rows[line]] & _known_open(streets)[area])
    line, area = line[bound], area[bound]
    order = np.argsort(line, kind="stable")
    line, area = line[order], area[order]
    turn = np.arange(len(line)) - np.searchsorted(line, line, side="left")
    inside, inside_rows = [np.empty(0, dtype=object)], [np.empty(0, dtype=np.intp)]
    for k in range(int(turn.max(initial=-1)) + 1):
        now = turn == k
        # Not whole minus outside: GEOS gives the whole back where rounded split points leave a slanted line.
        inside.append(shapely.intersection(outside[line[now]], inner[area[now]]))
        inside_rows.append(rows[line[now]])
        outside[line[now]] = shapely.difference(outside[line[now]], inner[area[now]])
    alone = np.flatnonzero(public & ~restricted)
    out_parts, out_rows = _lines(np.concatenate([outside, geometry[alone]]), np.concatenate([rows, alone]))
    return (out_parts, out_rows), _lines(np.concatenate(inside), np.concatenate(inside_rows))


def _compound_of(parts: Geometries, streets: StreetMap, parameters: Parameters) -> Index:
    """Row of the compound that each part's middle lies inside, -1 for none."""
    owner = np.full(len(parts), -1, dtype=np.intp)
    middle = shapely.line_interpolate_point(parts, 0.5, normalized=True)
    part, area = shapely.STRtree(shrunk_compounds(streets, parameters)).query(middle, predicate="intersects")
    owner[part] = streets.compound_layer.rows[area]
    return owner


def shrunk_compounds(streets: StreetMap, parameters: Parameters) -> Geometries:
    """Compounds without the strip along their border, in the order of ``compound_layer``; may be empty."""
    key = ("shrunk", parameters.border_slack_m)
    if key not in streets.cache:
        areas = streets.compound_layer.geometry
        # Round corners: the tip of a mitre would lie further inside than the slack.
        streets.cache[key] = np.asarray(
            shapely.buffer(areas, -parameters.border_slack_m, quad_segs=4, join_style="round"), dtype=object
        )
        shapely.prepare(streets.cache[key])
    shrunk: Geometries = streets.cache[key]
    return shrunk


def _lines(geometry: Geometries, rows: Index) -> tuple[Geometries, Index]:
    parts, source = shapely.get_parts(geometry, return_index=True)
    long = shapely.length(parts) > 0
    return np.asarray(parts[long], dtype=object), rows[source[long]]
