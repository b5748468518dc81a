"""Invented stations as a frame, with texts as long and as varied as those of real lists."""

import random

import numpy as np
import pandas as pd

from geo import frames, vocabulary

_FIRST_SIGN, _LAST_SIGN = 0x4E00, 0x5E00
_HOURS = (
    "24/7",
    "Mo-Su {a:02d}:00-{b}:30",
    "Mo-Fr {a:02d}:30-{b}:00",
    "Mo-Fr 08:30-12:00,13:00-{b}:30; PH off",
    None,
)
_FACILITIES = tuple(vocabulary.FACILITY)[:12]
_CITIES, _DISTRICTS = 300, 13
_PLAIN = {
    "kind": "fixed",
    "audience": "outdoor_workers",
    "status": "open",
    "position_kind": "entrance",
    "makeup_days": False,
    "unattended_24h": "no",
    "goods_24h": "unknown",
    "street_door": "unknown",
    "in_compound": "unknown",
    "registration_required": "unknown",
    "updated_at": "2026-11-01T08:00:00+08:00",
    "version": 1.0,
    "data_version": 1.0,
}


def stations(n: int, cities: int = 1) -> pd.DataFrame:
    """Make public stations (``geo.frames.STATIONS``) in some cities, the same ones each time."""
    rng = random.Random(n)
    roads = [_words(rng, 3) for _ in range(400)]
    hosts = [_words(rng, 5) for _ in range(120)]
    rows = [_row(rng, k, k * cities // n, (roads, hosts)) for k in range(n)]
    frame = pd.DataFrame(index=range(n))
    for name, column in frames.STATIONS.columns.items():
        values = [row.get(name, _PLAIN.get(name)) for row in rows]
        if column.kind == "number":
            frame[name] = np.array([np.nan if v is None else v for v in values], dtype=float)
        elif column.kind == "any":
            frame[name] = pd.Series([{} if v is None else v for v in values], dtype="object")
        else:
            frame[name] = pd.Series(values, dtype="bool" if column.kind == "flag" else "object")
    return frame


def _row(rng: random.Random, number: int, city: int, names: tuple[list[str], list[str]]) -> dict[str, object]:
    roads, hosts = names
    district, road, host = rng.randrange(_DISTRICTS), rng.choice(roads), rng.choice(hosts)
    posted = (rng.choice(_HOURS) or "").format(a=rng.randrange(6, 10), b=rng.randrange(17, 23))
    offered = rng.sample(_FACILITIES, rng.randrange(2, 8))
    return {
        "station_id": f"{110000 + city * 100 + district}-{number:06d}",
        "name": f"{road}{host}{rng.randrange(1, 30)}",
        "address": f"{roads[city % 400]}{roads[district]}{road}{rng.randrange(1, 999)}",
        "district": roads[district],
        "adcode": str(110000 + city * 100 + district),
        "host": host,
        "host_kind": rng.choice(list(vocabulary.HOST_KIND)),
        "lon": 80 + city % 20 * 2.7 + rng.random() * 0.5,
        "lat": 22 + city // 20 * 1.9 + rng.random() * 0.4,
        "phone": f"0{rng.randrange(10, 99)}-{rng.randrange(10**7, 10**8)}",
        "hours_posted": posted or None,
        "opening_hours": posted or None,
        "access_method": rng.choice(list(vocabulary.ACCESS_METHOD)),
        "door_24h": "yes" if posted == "24/7" else "no",
        "facilities": {code: rng.choice(["working", "working", "unknown"]) for code in offered},
        "street_facing": rng.choice(list(vocabulary.TERNARY_VALUES)),
        "floor": 1.0,
        "source": "bench",
    }


def _words(rng: random.Random, length: int) -> str:
    return "".join(chr(rng.randrange(_FIRST_SIGN, _LAST_SIGN)) for _ in range(length))
