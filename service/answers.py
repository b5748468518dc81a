"""Answers as JSON bytes, spliced from what the snapshot has encoded."""

import math
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import orjson

from geo import coordsys
from geo.coordsys import CoordSys, LonLat
from service import texts
from service.errors import FieldProblem, NotFoundError, ParameterError
from service.hours import Openings
from service.query import BatchQuery, ListQuery, NearestQuery
from service.selection import Selection
from service.snapshot import Snapshot

_REPEATED: Final = ("path", "radius_m", "is_24h", "facilities", "street_facing", "access")
"""Parameters that an answer repeats as they were read."""


_HIT: Final = b',"lon":%.7f,"lat":%.7f,"distance_m":%.1f,"bearing_deg":%.1f%b}'
_HIT_HERE: Final = b',"lon":%.7f,"lat":%.7f,"distance_m":0.0%b}'
"""At the very place there is no direction."""


class AsOf(NamedTuple):
    """What is answered from: a snapshot, the seconds since it was known to be current, the hours to tell."""

    snapshot: Snapshot
    age_s: float
    openings: Openings


def origin(query: NearestQuery) -> LonLat:
    """Where the question was asked from, in WGS-84.

    Raises
    ------
    ParameterError
        The numbers are no position of the stated system (Baidu's metres end at 75 degrees of latitude).
    """
    place = coordsys.point_to_wgs84(query.x, query.y, query.coordsys)
    if not (abs(place.lon) <= 180 and abs(place.lat) <= 90):
        field = "location" if "location" in query.said else "lat"
        raise ParameterError([FieldProblem(field, texts.NO_POSITION.format(coordsys=query.coordsys))])
    return place


def nearest(as_of: AsOf, query: NearestQuery, place: LonLat, selection: Selection) -> bytes:
    """Answer a nearest query.

    Parameters
    ----------
    as_of
        With the hours of the moment asked for, else of now.
    place
        ``origin(query)``.
    selection
        Of the query's filters, and of the hours where only open stations are asked for.

    Returns
    -------
    body
        The answer as documented (``service.schemas.NearestAnswer``).
    """
    snapshot, openings = as_of.snapshot, as_of.openings
    found = selection.index.find(
        place.lon, place.lat, query.k, radius_m=query.radius_m, accept=selection.accept
    )
    x, y = snapshot.places[query.ret_coordsys]
    lon_of, lat_of, code_of = x.item, y.item, snapshot.schedule_codes.item
    bodies, part = snapshot.bodies, openings.part
    told = orjson.dumps(understood(query, openings))
    # Bodies are long: each is copied once, when all parts are joined.
    parts = [b'{"query":%b,%b,"count":%d,"results":[' % (told, freshness(as_of), len(found))]
    between = b""
    for row, distance_m, bearing_deg in found:
        hours = part(code_of(row))
        parts += between, bodies[row]
        between = b","
        if distance_m > 0:
            # What would be written 360.0 is north.
            turned = bearing_deg if bearing_deg < 359.95 else 0.0
            parts.append(_HIT % (lon_of(row), lat_of(row), distance_m, turned, hours))
        else:
            parts.append(_HIT_HERE % (lon_of(row), lat_of(row), hours))
    parts.append(b"]}")
    return b"".join(parts)


def page(as_of: AsOf, query: ListQuery) -> bytes:
    """Answer one page of the list (``service.schemas.ListAnswer``), in order of id."""
    snapshot = as_of.snapshot
    mask = snapshot.mask(query.filters, as_of.openings if query.wants_open else None)
    after = 0
    if query.after is not None:
        after = int(np.searchsorted(snapshot.station_ids, query.after, side="right"))
    rows = (np.flatnonzero(mask[after:])[: query.limit + 1] + after).tolist()
    results = [_located(as_of, row, query.ret_coordsys) for row in rows[: query.limit]]
    head = b'"coordsys":"%b",' % query.ret_coordsys.encode()
    if len(rows) > query.limit:
        head += b'"next":' + orjson.dumps(snapshot.station_ids[rows[query.limit - 1]]) + b","
    return _listed(as_of, results, head)


def station(as_of: AsOf, station_id: str, ret_coordsys: CoordSys) -> bytes:
    """Answer one station (``service.schemas.StationAnswer``).

    Raises
    ------
    NotFoundError
        No public station has this id.
    """
    row = as_of.snapshot.row_of(station_id)
    if row is None:
        raise NotFoundError(texts.NO_SUCH_STATION)
    head = b'{"coordsys":"%b",%b,"station":' % (ret_coordsys.encode(), freshness(as_of))
    return head + _located(as_of, row, ret_coordsys) + b"}"


def understood(query: NearestQuery | BatchQuery, openings: Openings) -> dict[str, Any]:
    """Say what was understood of a query, for the answer; of a batch, all but the points."""
    said: Mapping[str, Any] = query.said
    told: dict[str, Any] = {"lon": query.x, "lat": query.y} if isinstance(query, NearestQuery) else {}
    told["coordsys"] = query.coordsys
    if query.ret_coordsys is not None:
        told["ret_coordsys"] = query.ret_coordsys
    told |= {"by": query.by if isinstance(query, NearestQuery) else "distance", "k": query.k}
    if query.wants_open:
        told["open_at"] = openings.told
    told.update({name: said[name] for name in _REPEATED if said.get(name)})
    if query.filters.adcode is not None:
        low, high = query.filters.adcode
        told["adcode"] = str(low)[: 7 - len(str(high - low))]
    return told


def _listed(as_of: AsOf, results: list[bytes], head: bytes) -> bytes:
    return b'{%b%b,"count":%d,"results":[%b]}' % (head, freshness(as_of), len(results), b",".join(results))


def freshness(as_of: AsOf) -> bytes:
    """Write the members that tell what was answered from."""
    return b'"data_version":%d,"data_age_s":%.1f,"evaluated_at":"%b"' % (
        as_of.snapshot.data_version,
        as_of.age_s,
        as_of.openings.told.encode(),
    )


def _located(as_of: AsOf, row: int, ret_coordsys: CoordSys) -> bytes:
    """One station whole: its body, its position where it has one, its hours."""
    snapshot = as_of.snapshot
    x, y = snapshot.places[ret_coordsys]
    lon, lat = x.item(row), y.item(row)
    where = b"" if math.isnan(lon) else b',"lon":%.7f,"lat":%.7f' % (lon, lat)
    body: bytes = snapshot.bodies[row]
    return body + where + as_of.openings.part(snapshot.schedule_codes.item(row)) + b"}"
