"""Stations made for tests, and ways to ask the application."""

import asyncio
import random
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import httpx
import numpy as np
import pandas as pd
import pytest
from fastapi import FastAPI

from data.holidays import HolidayTable
from geo import frames, vocabulary
from service.app import create_app
from service.keeper import FrameKeeper
from service.settings import Settings

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


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings(database_url=None, body_wait_s=1.0)


@pytest.fixture(scope="session")
def holidays() -> HolidayTable:
    return HolidayTable.from_library()


class Client:
    """Asks an application in this process, request by request; exceptions that it lets out are raised here."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self._runner = asyncio.Runner()
        self._http = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test")

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


@pytest.fixture
def client_of(settings: Settings) -> Iterator[Callable[..., Client]]:
    """A client of an application that serves these rows."""
    clients: list[Client] = []

    def make(rows: list[dict[str, Any]], **options: Any) -> Client:
        clients.append(Client(create_app(settings, FrameKeeper(frame_of(rows)), **options)))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture(scope="session")
def town(settings: Settings) -> Iterator[Client]:
    """A client of 3,000 random stations."""
    client = Client(create_app(settings, FrameKeeper(frame_of(random_rows(3000)))))
    yield client
    client.close()


@pytest.fixture
def noon() -> datetime:
    return datetime.fromisoformat("2026-11-18T12:00:00+08:00")
