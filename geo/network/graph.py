"""``Network``: nodes, segments and the graph of seconds, as arrays."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import pyproj
from scipy import sparse
from scipy.sparse import csgraph
from scipy.spatial import cKDTree

from geo.errors import ParameterError
from geo.network import texts
from geo.network.access import MODES, Mode

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Nodes = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

PIECE_M: Final = 60.0
"""Segments are looked up by the middles of pieces no longer than this."""
_FASTEST_KMH: Final = 200.0
_WGS84: Final = "EPSG:4326"


@dataclass(frozen=True)
class LeftOut:
    """What of the streets is not in a network.

    ``ways`` number of ways by reason (keys of ``texts.LEFT_OUT``); ``gates_closed`` gates that cut a way, of
    ``gates`` there were; ``components``, ``nodes`` and ``length_m`` what was not connected; ``kept_share`` of the
    usable nodes that stayed, 0 to 1.
    """

    ways: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    gates_closed: int = 0
    gates: int = 0
    components: int = 0
    nodes: int = 0
    length_m: float = 0.0
    kept_share: float = 1.0


@dataclass(frozen=True, eq=False)
class Network:
    """Streets as one mode may use them; see ``geo.network``.

    Attributes
    ----------
    mode, speed_kmh
        What it was built for.
    crs
        Metric CRS of ``xy``; None when built from bare numbers.
    xy
        Nodes, metres, shape (nodes, 2).
    tail, head
        Ends of each segment, shape (segments,); a segment is drawn straight from tail to head.
    length_m
        Length of each segment on the ground, metres; 0 is allowed.
    forward, backward
        Whether one may go from tail to head, and back; at least one of them.
    scale
        Metres of the CRS by metres on the ground, per segment.
    way
        Row of the streets frame each segment comes from; of segments that two ways share, the first.
    component
        Number of each node's component, shape (nodes,); from 0, largest first. Within one each place can reach
        each other.
    left_out
        What is not here.
    """

    mode: Mode
    speed_kmh: float
    crs: pyproj.CRS | None
    xy: Floats
    tail: Nodes
    head: Nodes
    length_m: Floats
    forward: Mask
    backward: Mask
    scale: Floats
    way: Nodes
    component: Nodes
    left_out: LeftOut

    @classmethod
    def from_segments(
        cls,
        xy: npt.ArrayLike,
        tail: npt.ArrayLike,
        head: npt.ArrayLike,
        *,
        speed_kmh: float,
        mode: Mode = "walk",
        forward: npt.ArrayLike | None = None,
        backward: npt.ArrayLike | None = None,
        length_m: npt.ArrayLike | None = None,
        crs: pyproj.CRS | None = None,
        way: npt.ArrayLike | None = None,
        left_out: LeftOut | None = None,
    ) -> Self:
        """Build from arrays, all components included.

        Parameters
        ----------
        xy, tail, head, crs
            As the attributes.
        speed_kmh
            Above 0, at most 200.
        mode
            Only said again.
        forward, backward
            All True by default; segments without either are dropped.
        length_m
            By default the straight length in ``xy``. Where it is given, ``scale`` follows from it.
        way
            By default the position of the segment.
        left_out
            Said again.

        Raises
        ------
        ParameterError
            The speed or the mode is none, or an end is no node.

        Examples
        --------
        >>> square = Network.from_segments([[0, 0], [100, 0], [100, 100]], [0, 1], [1, 2], speed_kmh=3.6)
        >>> square.graph.toarray().round(3).tolist()
        [[0.0, 100.0, 0.0], [100.0, 0.0, 100.0], [0.0, 100.0, 0.0]]
        """
        refuse_speed(speed_kmh)
        if mode not in MODES:
            raise ParameterError(texts.MODE_UNKNOWN.format(value=mode, known=", ".join(MODES)))
        at = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
        a, b = np.asarray(tail, dtype=np.int64).ravel(), np.asarray(head, dtype=np.int64).ravel()
        if len(a) and not 0 <= min(a.min(), b.min()) <= max(a.max(), b.max()) < len(at):
            raise ParameterError(texts.SEGMENTS_INVALID.format(count=len(at)))
        ahead = np.ones(len(a), bool) if forward is None else np.asarray(forward, dtype=bool)
        back = np.ones(len(a), bool) if backward is None else np.asarray(backward, dtype=bool)
        drawn = np.hypot(*(at[b] - at[a]).T) if len(a) else np.empty(0)
        ground = drawn if length_m is None else np.asarray(length_m, dtype=np.float64)
        of = np.arange(len(a)) if way is None else np.asarray(way)
        some = (ahead | back) & (a != b)
        scale = np.divide(drawn, ground, out=np.ones(len(a)), where=(ground > 0) & (drawn > 0))
        a, b, ahead, back = a[some], b[some], ahead[some], back[some]
        return cls(
            mode=mode,
            speed_kmh=float(speed_kmh),
            crs=crs,
            xy=at,
            tail=a.astype(np.int32),
            head=b.astype(np.int32),
            length_m=ground[some],
            forward=ahead,
            backward=back,
            scale=scale[some],
            way=of[some].astype(np.int32),
            component=components(len(at), a, b, ahead, back),
            left_out=left_out or LeftOut(),
        )

    @property
    def speed_m_s(self) -> float:
        """Metres per second."""
        return self.speed_kmh / 3.6

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.xy)

    @property
    def n_segments(self) -> int:
        """Number of segments."""
        return len(self.tail)

    @cached_property
    def graph(self) -> sparse.csr_array:
        """Seconds from node (row) to node (column), CSR; of parallel segments the fastest, zeros kept."""
        return self._csr(reverse=False)

    @cached_property
    def reversed_graph(self) -> sparse.csr_array:
        """The graph with all arcs turned round: from where a trip ends to where it may begin."""
        return self._csr(reverse=True)

    @cached_property
    def pieces(self) -> tuple[cKDTree, Nodes, float]:
        """Middles of pieces of segments as a tree, the segment of each, and half of the longest piece, metres."""
        start, along = self.xy[self.tail], self.xy[self.head] - self.xy[self.tail]
        drawn = np.hypot(along[:, 0], along[:, 1])
        parts = np.maximum(1, np.ceil(drawn / PIECE_M)).astype(np.int64)
        segment = np.repeat(np.arange(len(parts)), parts)
        number = np.arange(len(segment)) - np.repeat(np.cumsum(parts) - parts, parts)
        share = (number + 0.5) / parts[segment]
        half_m = float((drawn / parts).max(initial=0.0)) / 2
        return cKDTree(start[segment] + share[:, None] * along[segment]), segment.astype(np.int32), half_m

    def project(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Floats:
        """Turn WGS-84 degrees into metres of the network's CRS, shape (n, 2); ``NaN`` for a missing position.

        Raises
        ------
        ParameterError
            The network has no CRS.
        """
        x, y = self._to_crs.transform(np.asarray(lon, float), np.asarray(lat, float))
        xy = np.column_stack([np.ravel(x), np.ravel(y)])
        xy[~np.isfinite(xy).all(axis=1)] = np.nan
        return xy

    def unproject(self, xy: npt.ArrayLike) -> Floats:
        """Turn metres of the network's CRS into WGS-84 degrees, shape (n, 2): longitude, latitude."""
        at = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
        return np.column_stack(self._from_crs.transform(at[:, 0], at[:, 1]))

    @cached_property
    def _to_crs(self) -> pyproj.Transformer:
        return pyproj.Transformer.from_crs(_WGS84, self._known_crs, always_xy=True)

    @cached_property
    def _from_crs(self) -> pyproj.Transformer:
        return pyproj.Transformer.from_crs(self._known_crs, _WGS84, always_xy=True)

    @property
    def _known_crs(self) -> pyproj.CRS:
        if self.crs is None:
            raise ParameterError(texts.NO_GEOGRAPHIC)
        return self.crs

    def _csr(self, *, reverse: bool) -> sparse.csr_array:
        a, b = (self.head, self.tail) if reverse else (self.tail, self.head)
        seconds = self.length_m / self.speed_m_s
        there, back = self.forward, self.backward
        return arcs(
            self.n_nodes,
            np.concatenate([a[there], b[back]]),
            np.concatenate([b[there], a[back]]),
            np.concatenate([seconds[there], seconds[back]]),
        )


def arcs(n_nodes: int, start: npt.ArrayLike, end: npt.ArrayLike, seconds: npt.ArrayLike) -> sparse.csr_array:
    """Build the CSR of arcs; of parallel ones the fastest counts (a plain constructor would add them).

    Zero seconds stay as stored zeros, which the searches of ``scipy.sparse.csgraph`` take as arcs.

    Examples
    --------
    >>> arcs(2, [0, 0, 1], [1, 1, 0], [7.0, 5.0, 0.0]).data.tolist()
    [5.0, 0.0]
    """
    a, b = np.asarray(start, dtype=np.int64), np.asarray(end, dtype=np.int64)
    cost = np.asarray(seconds, dtype=np.float64)
    order = np.lexsort((cost, b, a))
    a, b, cost = a[order], b[order], cost[order]
    if len(a):
        first = np.r_[True, (a[1:] != a[:-1]) | (b[1:] != b[:-1])]
        a, b, cost = a[first], b[first], cost[first]
    indptr = np.zeros(n_nodes + 1, dtype=np.int32)
    np.cumsum(np.bincount(a, minlength=n_nodes), out=indptr[1:])
    return sparse.csr_array((cost, b.astype(np.int32), indptr), shape=(n_nodes, n_nodes))


def components(n_nodes: int, tail: Ints, head: Ints, forward: Mask, backward: Mask) -> Nodes:
    """Give numbers to the strongly connected components of nodes, the one with most nodes first."""
    a, b = np.concatenate([tail[forward], head[backward]]), np.concatenate([head[forward], tail[backward]])
    linked = arcs(n_nodes, a, b, np.ones(len(a)))
    count, label = csgraph.connected_components(linked, directed=True, connection="strong")
    size = np.bincount(label, minlength=count)
    rank = np.empty(count, dtype=np.int32)
    rank[np.argsort(-size, kind="stable")] = np.arange(count, dtype=np.int32)
    numbers: Nodes = rank[label]
    return numbers


def refuse_speed(speed_kmh: float) -> None:
    """Raise ``ParameterError`` unless the speed is above 0 and at most 200 km/h."""
    if not 0 < speed_kmh <= _FASTEST_KMH:
        raise ParameterError(texts.SPEED_INVALID.format(value=speed_kmh))
