"""An area cut into parts of about equally many points, and what lies in the halo around each."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.network import Network, Snaps

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Part:
    """Rows of one part, and the box around them widened by the halo: low and high corner, metres."""

    rows: Ints
    low: Floats
    high: Floats

    def holds(self, xy: Floats) -> Ints:
        """Positions of the points inside the widened box, rising; a point with a missing coordinate is not."""
        inside = ((xy >= self.low) & (xy <= self.high)).all(axis=1)
        return np.flatnonzero(inside)


def cut(xy: Floats, count: int, halo_m: float) -> list[Part]:
    """Cut points into at most ``count`` parts by halving the longer side at the median.

    Parameters
    ----------
    xy
        Metres, shape (n, 2); rows with a missing coordinate are in no part.
    count
        How many parts to make; fewer where there are fewer points.
    halo_m
        How far around its points a part looks.

    Examples
    --------
    >>> [part.rows.tolist() for part in cut(np.array([[0.0, 0], [9, 0], [1, 0], [np.nan, 0]]), 2, 5.0)]
    [[0, 2], [1]]
    """
    whole = np.flatnonzero(np.isfinite(xy).all(axis=1))
    groups = [whole] if len(whole) else []
    while 0 < len(groups) < count:
        largest = max(range(len(groups)), key=lambda i: len(groups[i]))
        rows = groups[largest]
        if len(rows) < 2:
            break
        axis = int(np.argmax(np.ptp(xy[rows], axis=0)))
        middle = (len(rows) + 1) // 2
        first = np.zeros(len(rows), dtype=bool)
        first[np.argpartition(xy[rows, axis], middle - 1)[:middle]] = True
        groups[largest : largest + 1] = [rows[first], rows[~first]]
    return [Part(rows, xy[rows].min(axis=0) - halo_m, xy[rows].max(axis=0) + halo_m) for rows in groups]


def streets_of(network: Network, part: Part) -> tuple[Network, Ints]:
    """Cut the segments that touch a part's widened box out of a network; the new number of each segment, -1 none."""
    one, other = network.xy[network.tail], network.xy[network.head]
    touching = (np.maximum(one, other) >= part.low) & (np.minimum(one, other) <= part.high)
    kept = np.flatnonzero(touching.all(axis=1))
    nodes, ends = np.unique(np.r_[network.tail[kept], network.head[kept]], return_inverse=True)
    small = Network.from_segments(
        network.xy[nodes],
        ends[: len(kept)],
        ends[len(kept) :],
        speed_kmh=network.speed_kmh,
        mode=network.mode,
        forward=network.forward[kept],
        backward=network.backward[kept],
        length_m=network.length_m[kept],
        way=network.way[kept],
    )
    number = np.full(network.n_segments, -1, dtype=np.int64)
    number[kept] = np.arange(len(kept))
    return small, number


def placed(snaps: Snaps, network: Network, number: Ints) -> Snaps:
    """Put snapped places on the part of their network that holds their segments."""
    segment = np.where(snaps.ok, number[snaps.segment], -1).astype(snaps.segment.dtype)
    return Snaps(network, segment, snaps.along_m, snaps.access_m, snaps.xy, snaps.place_xy, snaps.reason)
