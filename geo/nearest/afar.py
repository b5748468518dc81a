"""The nearest stations to a point far from all of them, without measuring every one of a city.

From thousands of kilometres chord and geodesic may order the stations of a whole city differently, and the
proof by chord would have to measure each. The triangle inequality does better: with a group's centre c at
geodesic d(p, c) and no member farther from c than r, no member is nearer to p than d(p, c) - r. Every centre
is a station itself, so the k-th smallest d(p, c) bounds the answer from above. Groups whose nearest possible
member lies beyond that bound are dropped, the others are split, from coarse to fine, and the stations of the
few that remain are measured.
"""

from typing import Final

import numpy as np

from geo import chord
from geo.nearest.ground import Ground, Groups, IntArray, Mask, Measured, Point

FAR_M: Final = 500_000.0
"""Nearer than this, chord and geodesic differ by less than 130 metres, and the proof by chord is cheaper."""


def nearest_from_afar(
    ground: Ground, point: Point, k: int, limit_m: float, mask: Mask | None = None
) -> list[Measured]:
    """Find the k nearest rows to one point, wherever it is.

    Parameters
    ----------
    ground
        At least one row.
    point, k, limit_m
        Where from, how many, and how far at most.
    mask
        Which positions may be found; None = all.

    Returns
    -------
    found
        In order, at most k.
    """
    bound_m = limit_m
    chosen: IntArray | None = None
    for level in ground.groups:
        if chosen is None:
            chosen = np.arange(len(level.centre))
        _, distance_m = ground.geodesics(point, level.centre[chosen])
        counted = distance_m if mask is None else distance_m[mask[ground.positions[level.centre[chosen]]]]
        if len(counted) >= k:
            bound_m = min(bound_m, float(np.partition(counted, k - 1)[k - 1]))
        nearest_m = distance_m - level.radius_m[chosen] - chord.SLACK_M
        chosen = _split(ground, level, chosen[nearest_m <= bound_m])
    rows = np.arange(len(ground)) if chosen is None else ground.tree.indices[chosen]
    if mask is not None:
        rows = rows[mask[ground.positions[rows]]]
    return ground.measure(point, rows.tolist(), bound_m)[:k]


def _split(ground: Ground, level: Groups, chosen: IntArray) -> IntArray:
    """Name the groups of the next level that make up these: each is 64 of them, or 64 rows at the finest."""
    parts = (chosen[:, np.newaxis] * 64 + np.arange(64)).ravel()
    size = level.size // 64
    return parts[parts * size < len(ground)]
