"""The nearest stations to one point: fetched by chord, measured by geodesic, proved by what was not fetched."""

import math

import numpy as np

from geo import chord
from geo.nearest.afar import FAR_M, nearest_from_afar
from geo.nearest.ground import Ground, Mask, Measured, Point


def nearest_of_all(ground: Ground, point: Point, k: int, limit_m: float) -> list[Measured]:
    """Find the k nearest rows within the limit; in order."""
    size = len(ground)
    k = min(k, size)
    if k == 0:
        return []
    bound_m = chord.LONGEST_M if limit_m == math.inf else chord.reach_m(limit_m)
    chords, rows = ground.tree.query(point.xyz, k + 1, distance_upper_bound=bound_m)
    *first, following = rows.tolist()
    if first[-1] == size:
        # fewer than k are within the limit, and all of them were fetched
        return ground.measure(point, [row for row in first if row < size], limit_m)
    found = ground.measure(point, first, limit_m)
    if following == size:
        return found
    next_m = chords.item(k)
    last_m = found[-1][0] if len(found) == k else limit_m
    if next_m > last_m + chord.SLACK_M or next_m > chord.reach_m(last_m):
        return found
    if last_m > FAR_M:
        return nearest_from_afar(ground, point, k, last_m)
    near = ground.tree.query_ball_point(point.xyz, chord.reach_m(last_m))
    return ground.measure(point, near, limit_m)[:k]


def nearest_accepted(ground: Ground, point: Point, k: int, limit_m: float, mask: Mask) -> list[Measured]:
    """Fetch ever more stations until k accepted ones are proved; early, measure all accepted instead.

    ``mask``: of positions, not of rows.
    """
    accepted = int(np.count_nonzero(mask))
    if accepted == 0 or len(ground) == 0:
        return []
    fetch = 2 * k * len(ground) // accepted + 2 * k
    bound_m = chord.reach_m(limit_m)
    # one fetched neighbour costs about as much as the chords of eight stations
    while fetch < max(accepted // 8, 16):
        chords, rows = ground.tree.query(point.xyz, fetch, distance_upper_bound=bound_m)
        there = rows < len(ground)
        there[there] = mask[ground.positions[rows[there]]]
        next_m, chords, rows = chords[-1], chords[there], rows[there]
        if next_m == math.inf:
            return ground.measure(point, rows.tolist(), limit_m)[:k]
        found = ground.measure(point, rows[:k].tolist(), limit_m)
        # the k first bound the k-th distance from above; nearer ones may follow as far as that reaches
        last_m = found[-1][0] if len(found) == k else limit_m
        if next_m > chord.reach_m(last_m):
            return ground.measure(point, rows[chords <= chord.reach_m(last_m)].tolist(), limit_m)[:k]
        if FAR_M < last_m < math.inf:
            return nearest_from_afar(ground, point, k, last_m, mask)
        fetch *= 4
    return _plain_pass(ground, point, k, limit_m, mask)


def _plain_pass(ground: Ground, point: Point, k: int, limit_m: float, mask: Mask) -> list[Measured]:
    """Chords to all accepted stations, geodesics to those that can be among the k nearest."""
    rows = np.flatnonzero(mask[ground.positions])
    chords = np.sqrt(((ground.xyz[rows] - point.xyz) ** 2).sum(axis=1))
    bound_m = limit_m
    if len(rows) > k:
        nearest = np.argpartition(chords, k - 1)[:k]
        bound_m = min(ground.measure(point, rows[nearest].tolist(), math.inf)[-1][0], limit_m)
        if bound_m > FAR_M:
            return nearest_from_afar(ground, point, k, bound_m, mask)
    return ground.measure(point, rows[chords <= chord.reach_m(bound_m)].tolist(), limit_m)[:k]
