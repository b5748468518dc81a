"""The answer to a batch: every point searched on one snapshot, the answer written piece by piece."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np
import orjson

from data.hours.schedule import SHANGHAI
from geo.curve import along_curve
from geo.nearest import Hits
from geo.nearest.afar import FAR_M
from service import answers, query, texts
from service.answers import AsOf
from service.batch import bodies
from service.batch.points import FloatArray, IntArray, Label, Points, encoded
from service.errors import TooManyPointsError
from service.query import BatchQuery
from service.snapshot import Snapshot

MAX_HITS: Final = 500_000
"""The most that k times the number of points may be: some 30 MB of answer."""
_SEARCHED_AT_ONCE: Final = 50_000
"""Stations asked for by one search; during a search the interpreter is free."""
_FEW_POINTS: Final = 1_000
_FAR_AT_ONCE: Final = 8
FAR_WAIT_S: Final = 5.0
"""How long points far from every station may be searched for in all."""
_SEARCHERS: Final = 2
"""Threads that search for one batch, so that it is over the sooner; the writing has one."""
_WRITTEN_AT_ONCE: Final = 1_000
"""Stations: a third of a millisecond."""

Breathe = Callable[[], None]


class Reply(NamedTuple):
    """The answer in pieces, and what it was answered from."""

    pieces: list[bytes]
    as_of: AsOf


def reply(
    snapshot: Snapshot,
    age_s: float,
    body: bytes,
    *,
    most: int,
    breathe: Breathe,
    charge: Callable[[int], None] = lambda _: None,
) -> Reply:
    """Answer a batch.

    Parameters
    ----------
    snapshot, age_s
        What to answer from; all points alike.
    body
        The request, unpacked.
    most
        How many points there may be.
    breathe
        Called every few hundred points; may raise to give up.
    charge
        Called with the number of points before any is searched; may raise to refuse them.

    Returns
    -------
    reply
        As documented (``service.schemas.BatchAnswer``). Points in the order asked; no points is no results.

    Raises
    ------
    BodyError, ParameterError, TooManyPointsError
        The whole request is wrong.
    """
    values, points = bodies.read(body, most, breathe)
    asked = query.batch_query(values)
    if len(points) * asked.k > MAX_HITS:
        raise TooManyPointsError(texts.TOO_MANY_HITS.format(n=MAX_HITS))
    charge(len(points))
    as_of = AsOf(snapshot, age_s, snapshot.schedules.at(asked.open_at or datetime.now(SHANGHAI)))
    lon, lat = points.to_wgs84(asked.coordsys)
    breathe()
    hits = _search(as_of, asked, lon, lat, breathe)
    pieces = [_head(as_of, asked, points)]
    for piece in _results(snapshot, asked, points, hits):
        pieces.append(piece)
        breathe()
    pieces.append(b"]}")
    return Reply(pieces, as_of)


def _search(as_of: AsOf, asked: BatchQuery, lon: FloatArray, lat: FloatArray, breathe: Breathe) -> Hits:
    openings = as_of.openings if asked.wants_open else None
    selection = as_of.snapshot.selection(asked.filters, openings)
    index, accept = selection.index, selection.accept
    if accept is not None and len(lon) > _FEW_POINTS:
        # Else each search would make an index of the accepted stations for itself.
        index, accept = index.restricted(accept), None
    shape = (len(lon), asked.k)
    hits = Hits(np.empty(shape, np.int64), np.empty(shape), np.empty(shape))

    near_m = FAR_M if asked.radius_m is None else asked.radius_m

    def search(rows: IntArray) -> None:
        breathe()
        found = index.query_many(
            lon[rows], lat[rows], asked.k, radius_m=near_m, accept=accept, bearings=False
        )
        for whole, part in zip(hits, found, strict=True):
            whole[rows] = part

    with ThreadPoolExecutor(_SEARCHERS, thread_name_prefix="yizhan-search") as searchers:
        for _ in searchers.map(search, _shares(along_curve(lon, lat), asked.k)):
            pass
    if asked.radius_m is None:
        there = len(index) if accept is None else int(np.count_nonzero(accept))
        _search_far(
            hits,
            lon,
            lat,
            min(asked.k, there),
            lambda x, y: index.query_many(x, y, asked.k, accept=accept, bearings=False),
            breathe,
        )
    return hits


def _search_far(
    hits: Hits,
    lon: FloatArray,
    lat: FloatArray,
    wanted: int,
    query_many: Callable[[FloatArray, FloatArray], Hits],
    breathe: Breathe,
) -> None:
    """Search again for points that have fewer stations than wanted within ``FAR_M``: few at a time, each place once.

    From afar one answer takes milliseconds, and ten thousand such points would hold the desk for minutes.
    """
    if wanted == 0:
        return
    rows = np.flatnonzero(np.isfinite(lon) & (hits.positions[:, wanted - 1] < 0))
    places, which = np.unique(np.stack([lon[rows], lat[rows]], axis=1), axis=0, return_inverse=True)
    until_s = time.monotonic() + FAR_WAIT_S
    for start in range(0, len(places), _FAR_AT_ONCE):
        breathe()
        if time.monotonic() > until_s:
            raise TooManyPointsError(texts.TOO_MANY_FAR_POINTS.format(n=round(FAR_M / 1000)))
        part = slice(start, start + _FAR_AT_ONCE)
        found = query_many(places[part, 0], places[part, 1])
        mine = np.flatnonzero((which >= start) & (which < start + _FAR_AT_ONCE))
        for whole, of_place in zip(hits, found, strict=True):
            whole[rows[mine]] = of_place[which[mine] - start]


def _shares(order: IntArray, k: int) -> list[IntArray]:
    """Cut an order into runs: one for each searcher, of more than a few points and not of too many."""
    run = min(max(-(-len(order) // _SEARCHERS), _FEW_POINTS), max(_SEARCHED_AT_ONCE // k, 1))
    return [order[start : start + run] for start in range(0, len(order), run)]


def _head(as_of: AsOf, asked: BatchQuery, points: Points) -> bytes:
    failed = len(points.problems)
    summary = {"total": len(points), "succeeded": len(points) - failed, "failed": failed}
    return b'{"query":%b,%b,"summary":%b,"results":[' % (
        orjson.dumps(answers.understood(asked, as_of.openings)),
        answers.freshness(as_of),
        orjson.dumps(summary),
    )


def _results(snapshot: Snapshot, asked: BatchQuery, points: Points, hits: Hits) -> Iterator[bytes]:
    """Write the results of some hundred points at a time, with the commas between."""
    run = max(_WRITTEN_AT_ONCE // asked.k, 1)
    for start in range(0, len(points), run):
        rows = range(start, min(start + run, len(points)))
        part = slice(rows.start, rows.stop)
        found = _found(snapshot, asked, hits.positions[part], hits.distance_m[part])
        labels = _each_as_json(points.ids[part])
        lines = [b'{"id":%b,"stations":[%b]}' % pair for pair in zip(labels, found, strict=True)]
        if points.problems:
            for i in filter(points.problems.__contains__, rows):
                lines[i - start] = b'{"id":%b,%b}' % (labels[i - start], encoded(points.problems[i]))
        yield (b"," if start else b"") + b",".join(lines)


def _found(snapshot: Snapshot, asked: BatchQuery, positions: IntArray, distance_m: FloatArray) -> list[bytes]:
    """Write the stations of each point, commas between."""
    there = positions >= 0
    rows = positions[there]
    columns = [
        _each_as_json(snapshot.station_ids[rows].tolist()),
        _numbers_as_json(distance_m[there].round(1)),
    ]
    form = b'{"station_id":%b,"distance_m":%b}'
    if asked.ret_coordsys is not None:
        columns += [_numbers_as_json(values[rows]) for values in snapshot.places[asked.ret_coordsys]]
        form = b'{"station_id":%b,"distance_m":%b,"lon":%b,"lat":%b}'
    written = [form % hit for hit in zip(*columns, strict=True)]
    if len(written) == len(positions) and asked.k == 1:
        return written
    ends = np.cumsum(there.sum(axis=1)).tolist()
    return [b",".join(written[a:b]) for a, b in zip([0, *ends], ends, strict=False)]


def _numbers_as_json(values: FloatArray) -> list[bytes]:
    """Write finite numbers, each as short as it can be read back.

    Examples
    --------
    >>> _numbers_as_json(np.array([0.1, 25.0])), _numbers_as_json(np.array([]))
    ([b'0.1', b'25.0'], [])
    """
    if not len(values):
        return []
    return orjson.dumps(values, option=orjson.OPT_SERIALIZE_NUMPY)[1:-1].split(b",")


def _each_as_json(values: Sequence[Label]) -> list[bytes]:
    """Write each value as JSON.

    Examples
    --------
    >>> _each_as_json([7, "a", None]), _each_as_json(["a,b", 8])
    ([b'7', b'"a"', b'null'], [b'"a,b"', b'8'])
    """
    written = orjson.dumps(values)
    # One call for all of them, unless a value holds a comma of its own.
    if written.count(b",") == len(values) - 1:
        return written[1:-1].split(b",")
    return list(map(orjson.dumps, values))
