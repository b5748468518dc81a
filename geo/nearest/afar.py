"""The nearest stations to a point far from all of them, without measuring every one of a city.

From thousands of kilometres chord and geodesic may order the stations of a whole city differently, and the
proof by chord would have to measure each. The triangle inequality does better: with a group's centre c at
geodesic d(p, c) and no member farther from c than r, no member is nearer to p than d(p, c) - r. The caller
knows k stations, those nearest by chord, and with them a bound of the answer from above; centres are stations
too and lower it. Groups whose nearest possible member lies beyond that bound are dropped, the others are
split, from coarse to fine, and the stations of the few that remain are measured.
"""

from typing import Final

import numpy as np

from geo import chord
from geo.nearest.ground import GROUP_FACTOR, Ground, Groups, IntArray, Mask, Measured, Point

FAR_M: Final = 500_000.0
"""Nearer than this, chord and geodesic differ by less than 130 metres, and the proof by chord is cheaper."""


def nearest_from_afar(
    ground: Ground, point: Point, k: int, bound_m: float, mask: Mask | None = None
) -> list[Measured]:
    """Find the k nearest rows to one point, wherever it is.

    Parameters
    ----------
    ground
        At least one row.
    point, k
        Where from, and how many.
    bound_m
        Nothing farther is asked for: the limit, or the geodesic to the k-th of any k rows that may be found.
    mask
        Which positions may be found; None = all.

    Returns
    -------
    found
        In order, at most k.
    """
    chosen: IntArray | None = None
    for level in ground.groups:
        if chosen is None:
            chosen = np.arange(len(level.centre))
        centre = level.centre[chosen]
        _, distance_m = ground.geodesics(point, centre)
        known_m = distance_m if mask is None else distance_m[mask[ground.positions[centre]]]
        if len(known_m) >= k:
            bound_m = min(bound_m, float(np.partition(known_m, k - 1)[k - 1]))
        nearest_m = distance_m - level.radius_m[chosen] - chord.SLACK_M
        chosen = _split(ground, level, chosen[nearest_m <= bound_m])
    rows = np.arange(len(ground)) if chosen is None else ground.tree.indices[chosen]
    if mask is not None:
        rows = rows[mask[ground.positions[rows]]]
    return ground.measure(point, rows.tolist(), bound_m)[:k]


def _split(ground: Ground, level: Groups, chosen: IntArray) -> IntArray:
    """Name what makes up these groups: groups of the next level, at the finest the places in the tree."""
    parts = level.size if level.is_finest else GROUP_FACTOR
    size = level.size // parts
    split = (chosen[:, np.newaxis] * parts + np.arange(parts)).ravel()
    return split[split * size < len(ground)]
