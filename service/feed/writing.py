"""Stations as the bytes of a feed: JSON, GeoJSON, one JSON object per line; piece by piece, never whole in memory."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import orjson

Format = Literal["json", "geojson", "ndjson"]
Floats = npt.NDArray[np.float64]
Objects = npt.NDArray[np.object_]

FORMATS: Final[tuple[Format, ...]] = ("json", "geojson", "ndjson")
STEP: Final = 500
"""Stations per piece: writing one holds every other thread up for less than a millisecond."""


class Listing(NamedTuple):
    """Stations to write: bodies as ``service.encoding`` makes them, positions as answered (NaN: unlocated)."""

    bodies: Objects
    x: Floats
    y: Floats


class Extra(NamedTuple):
    """What a difference tells besides: since which version, and who is gone."""

    since: int
    removed: Sequence[dict[str, Any]]


def pieces(
    kind: Format, head: dict[str, Any], listing: Listing, extra: Extra | None = None
) -> Iterator[bytes]:
    """Write a feed.

    Parameters
    ----------
    kind
        ``ndjson``: the envelope in the first line, then a station in each, then those that are gone.
    head
        The envelope.
    listing
        The stations, in the order in which they are written.
    extra
        Of a difference.

    Yields
    ------
    piece
        Joined they are the whole. The same input gives the same bytes.

    Examples
    --------
    >>> body = np.array([b'{"station_id":"a"'], dtype=object)
    >>> one = Listing(body, np.array([116.4]), np.array([39.9]))
    >>> print(b"".join(pieces("json", {"ttl": 60}, one)).decode())
    {"ttl":60,"count":1,"data":{"stations":[{"station_id":"a","lon":116.4000000,"lat":39.9000000}]}}
    """
    count = {"count": len(listing.bodies)} | ({} if extra is None else {"since": extra.since})
    return _WRITERS[kind](head | count, listing, extra)


def _json(head: dict[str, Any], listing: Listing, extra: Extra | None) -> Iterator[bytes]:
    yield orjson.dumps(head)[:-1] + b',"data":{"stations":['
    yield from _joined(listing, _plain, b",")
    yield b"]" if extra is None else b'],"removed":' + orjson.dumps(extra.removed)
    yield b"}}"


def _geojson(head: dict[str, Any], listing: Listing, extra: Extra | None) -> Iterator[bytes]:
    told = head if extra is None else head | {"removed": extra.removed}
    yield orjson.dumps({"type": "FeatureCollection"} | told)[:-1] + b',"features":['
    yield from _joined(listing, _feature, b",")
    yield b"]}"


def _ndjson(head: dict[str, Any], listing: Listing, extra: Extra | None) -> Iterator[bytes]:
    yield orjson.dumps({"feed": "stations"} | head) + b"\n"
    if len(listing.bodies):
        yield from _joined(listing, _plain, b"\n")
        yield b"\n"
    for one in extra.removed if extra else ():
        yield orjson.dumps(one | {"removed": True}) + b"\n"


def _joined(
    listing: Listing, write: Callable[[bytes, float, float], bytes], between: bytes
) -> Iterator[bytes]:
    for start in range(0, len(listing.bodies), STEP):
        part = slice(start, start + STEP)
        rows = zip(listing.bodies[part], listing.x[part].tolist(), listing.y[part].tolist(), strict=True)
        yield (between if start else b"") + between.join([write(*row) for row in rows])


def _plain(body: bytes, x: float, y: float) -> bytes:
    return body + (b"}" if x != x else b',"lon":%.7f,"lat":%.7f}' % (x, y))  # noqa: PLR0124 (NaN is not itself)


def _feature(body: bytes, x: float, y: float) -> bytes:
    place = b"null" if x != x else b'{"type":"Point","coordinates":[%.7f,%.7f]}' % (x, y)  # noqa: PLR0124
    # A body begins with its id: {"station_id":"S1","name":…
    station_id = body[len(b'{"station_id":') :].split(b",", 1)[0]
    return b'{"type":"Feature","id":%b,"geometry":%b,"properties":%b}}' % (station_id, place, body)


_WRITERS: Final[dict[Format, Callable[[dict[str, Any], Listing, Extra | None], Iterator[bytes]]]] = {
    "json": _json,
    "geojson": _geojson,
    "ndjson": _ndjson,
}
