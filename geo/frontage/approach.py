"""Approach lines: from each anchor straight to the nearest point of each way around, and what cuts them."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.frontage.anchors import Anchors
from geo.frontage.obstacles import Segments
from geo.frontage.parameters import Parameters
from geo.frontage.streetmap import Index
from geo.frontage.streets import Ways

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_ROUNDING_M: Final = 1e-6


@dataclass(frozen=True)
class Lines:
    """Approach lines, sorted by site, then length.

    ``site``, ``anchor``, ``way`` (positions in the anchors and ways), ``edge_m`` (length to the street's
    edge, never below 0), ``looks`` (the anchor looks at the street), ``segments`` (to the centre line);
    shape (lines,).
    """

    site: Index
    anchor: Index
    way: Index
    edge_m: Floats
    looks: Flags
    segments: Segments

    def __len__(self) -> int:
        return len(self.site)

    def take(self, which: Index) -> "Lines":
        """Select the lines at the given positions."""
        return Lines(
            self.site[which],
            self.anchor[which],
            self.way[which],
            self.edge_m[which],
            self.looks[which],
            self.segments.take(which),
        )


def approach_lines(
    anchors: Anchors, which: Index, ways: Ways, within_m: float, parameters: Parameters
) -> Lines:
    """Draw the lines from the chosen anchors to every way whose edge lies within a distance.

    Parameters
    ----------
    anchors, which
        The anchors, and the positions of those to start from.
    ways
        The ways to reach.
    within_m
        Longest line to the edge, metres; a line of exactly this length counts.
    parameters
        ``look_deg``.

    Returns
    -------
    lines
        None when there are no anchors or no ways near.
    """
    points = anchors.points[which]
    pair, way = ways.tree.query(points, predicate="dwithin", distance=within_m + ways.widest_m + _ROUNDING_M)
    edge = shapely.distance(points[pair], ways.geometry[way]) - ways.half_width_m[way]
    near = edge <= within_m + _ROUNDING_M
    pair, way, edge = pair[near], way[near], np.maximum(edge[near], 0.0)
    anchor = which[pair]
    ends = shapely.get_coordinates(shapely.shortest_line(points[pair], ways.geometry[way])).reshape(-1, 2, 2)
    end = ends[:, 1]
    segments = Segments(anchors.x[anchor], anchors.y[anchor], end[:, 0], end[:, 1], anchors.own[anchor])
    looks = _looks(anchors, anchor, segments, parameters.look_deg)
    lines = Lines(anchors.site[anchor], anchor, way, edge, looks, segments)
    return lines.take(np.lexsort((np.round(edge, 6), lines.site)))


def _looks(anchors: Anchors, anchor: Index, segments: Segments, look_deg: float) -> Flags:
    """Whether the line leaves within the look angle of the normal; anchors without one look everywhere."""
    nx, ny = anchors.nx[anchor], anchors.ny[anchor]
    dx, dy, length = segments.x1 - segments.x0, segments.y1 - segments.y0, segments.length_m
    cosine = (nx * dx + ny * dy) / np.maximum(length, 1e-12)
    looks: Flags = np.isnan(nx) | (length < _ROUNDING_M) | (cosine >= np.cos(np.radians(look_deg)) - 1e-9)
    return looks
