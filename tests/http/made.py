"""Stations made for the tests of the HTTP service, and a client that asks the application in this process."""

import asyncio
import random
from typing import Any

import httpx
import numpy as np
import pandas as pd
from fastapi import FastAPI

from geo import frames, vocabulary

ALL_WEEK = "Mo-Su 08:00-20:00"
PLAIN = {
    "name": "驿站",
    "host_kind": "bank",
    "kind": "fixed",
    "audience": "outdoor_workers",
    "status": "open",
    "position_kind": "entrance",
    "makeup_days": False,
    "access_method": "open_door",
    "door_24h": "unknown",
    "unattended_24h": "unknown",
    "goods_24h": "unknown",
    "street_door": "unknown",
    "in_compound": "unknown",
    "registration_required": "unknown",
    "source": "test",
    "updated_at": "2026-11-01T08:00:00+08:00",
    "version": 1,
    "data_version": 1,
    "street_facing": "unknown",
}


def frame_of(rows: list[dict[str, Any]], *, data_version: int = 1) -> pd.DataFrame:
    """A frame of the stations contract; what a row leaves out is plain, missing or empty."""
    frame = pd.DataFrame(index=range(len(rows)))
    for name, column in frames.STATIONS.columns.items():
        plain: Any = PLAIN.get(name)
        values = [row.get(name, {} if column.kind == "any" else plain) for row in rows]
        if column.kind == "number":
            frame[name] = np.array([np.nan if v is None else v for v in values], dtype=float)
        else:
            frame[name] = pd.Series(values, dtype="bool" if column.kind == "flag" else "object")
    frame["deleted"] = [bool(row.get("deleted", False)) for row in rows]
    frame.attrs["data_version"] = data_version
    return frame


def random_rows(n: int, seed: int = 1) -> list[dict[str, Any]]:
    """Stations around Beijing with every kind of fact."""
    rng = random.Random(seed)
    hours = [None, "24/7", ALL_WEEK, "Mo-Fr 09:00-17:30; PH off", "Mo-Sa 06:00-22:00", "Tu-Su 10:00-16:00"]
    return [
        {
            "station_id": f"S{i:06d}",
            "name": f"驿站{i}",
            "lon": None if rng.random() < 0.02 else rng.uniform(115.9, 116.9),
            "lat": rng.uniform(39.6, 40.2),
            "adcode": rng.choice(["110108", "110105", "110101", "130681", None]),
            "audience": rng.choices(["outdoor_workers", "staff", "unknown"], [8, 1, 1])[0],
            "status": rng.choices(list(vocabulary.STATUS), [16, 1, 1, 1])[0],
            "opening_hours": rng.choice(hours),
            "makeup_days": rng.random() < 0.5,
            "access_method": rng.choice(list(vocabulary.ACCESS_METHOD)),
            "door_24h": rng.choices(["yes", "no", "unknown"], [1, 9, 3])[0],
            "unattended_24h": rng.choice(["no", "unknown"]),
            "facilities": {
                code: rng.choice(list(vocabulary.FACILITY_STATE))
                for code in rng.sample(
                    ["seat", "toilet", "microwave", "hot_water", "wifi"], rng.randint(0, 4)
                )
            },
            "street_facing": rng.choice(["yes", "no", "unknown"]),
        }
        for i in range(n)
    ]


class Client:
    """Asks an application in this process, request by request; what it lets out is raised."""

    def __init__(self, app: FastAPI, *, root_path: str = "") -> None:
        self.app = app
        self._runner = asyncio.Runner()
        self._http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app, root_path=root_path), base_url="http://test"
        )

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        return self._runner.run(self._http.request(method, url, **options))

    def get(self, url: str, **options: Any) -> httpx.Response:
        return self.request("GET", url, **options)

    def post(self, url: str, **options: Any) -> httpx.Response:
        return self.request("POST", url, **options)

    def nearest(self, **parameters: Any) -> dict[str, Any]:
        """The answer to a nearest query in WGS-84, which must succeed."""
        answer = self.get("/v1/stations/nearest", params={"coordsys": "wgs84", **parameters})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def close(self) -> None:
        self._runner.run(self._http.aclose())
        self._runner.close()
