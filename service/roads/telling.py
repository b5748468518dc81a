"""Answers by travel time as JSON bytes, and what there is to travel on."""

from typing import Any, Final

import numpy as np
import orjson

from geo import coordsys
from geo.coordsys import CoordSys
from service.answers import AsOf, freshness, understood
from service.query import NearestQuery
from service.roads.keeper import NoRoads, Roads
from service.roads.travelling import MOST_S, Arrival, Travelled

_DIGITS: Final = 6


def answer(as_of: AsOf, query: NearestQuery, roads: Roads, travelled: Travelled) -> bytes:
    """Answer a nearest query by travel time (``service.schemas.NearestAnswer``)."""
    network = roads.networks[query.by]
    told = orjson.dumps(understood(query, as_of.openings))
    about = orjson.dumps(
        {
            "speed_kmh": network.speed_kmh,
            "limit_s": MOST_S,
            "access_m": round(travelled.access_m, 1),
            "streets_date": roads.streets_date,
            "street_version": roads.street_version,
            "unplaced": travelled.unplaced,
        }
    )
    hits = b",".join(_hit(as_of, query.ret_coordsys, arrival) for arrival in travelled.arrivals)
    parts = (told, freshness(as_of), about, len(travelled.arrivals), hits)
    return b'{"query":%b,%b,"travel":%b,"count":%d,"results":[%b]}' % parts


def network(keeper: NoRoads) -> dict[str, Any]:
    """Tell what there is to travel on (``service.schemas.NetworkAnswer``)."""
    roads = keeper.roads
    modes = {
        mode: {
            "speed_kmh": one.speed_kmh,
            "limit_s": MOST_S,
            "nodes": one.n_nodes,
            "length_km": round(float(one.length_m.sum()) / 1000, 1),
            "components": int(one.component.max(initial=-1)) + 1,
            "left_out": {
                "ways": dict(one.left_out.ways),
                "closed_gates": one.left_out.gates_closed,
                "components": one.left_out.components,
                "length_km": round(one.left_out.length_m / 1000, 1),
            },
        }
        for mode, one in roads.networks.items()
    }
    return {
        "state": keeper.state,
        "street_version": roads.street_version,
        "streets_date": roads.streets_date,
        "modes": modes,
    }


def _hit(as_of: AsOf, ret_coordsys: CoordSys, arrival: Arrival) -> bytes:
    snapshot = as_of.snapshot
    row, distance_m, bearing_deg = arrival.found
    x, y = snapshot.places[ret_coordsys]
    facts: dict[str, Any] = {
        "lon": round(x.item(row), 7),
        "lat": round(y.item(row), 7),
        "distance_m": round(distance_m, 1),
    }
    if distance_m > 0:
        facts["bearing_deg"] = round(bearing_deg, 1) % 360.0
    facts |= {"travel_s": round(arrival.travel_s, 1), "travel_m": round(arrival.travel_m, 1)}
    if arrival.path is not None:
        facts["path"] = _line(arrival, ret_coordsys)
    hours = as_of.openings.part(snapshot.schedule_codes.item(row))
    body: bytes = snapshot.bodies[row]
    return body + b"," + orjson.dumps(facts)[1:-1] + hours + b"}"


def _line(arrival: Arrival, ret_coordsys: CoordSys) -> dict[str, Any]:
    path = np.asarray(arrival.path)
    x, y = coordsys.from_wgs84(path[:, 0], path[:, 1], ret_coordsys)
    return {"type": "LineString", "coordinates": np.column_stack([x, y]).round(_DIGITS).tolist()}
