"""Applications that serve stations made for tests."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from data.hours.holidays import HolidayTable
from service.app import create_app
from service.keeper import FrameKeeper
from service.settings import Settings
from tests.http.made import Client, frame_of, random_rows


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings(database_url=None, body_wait_s=1.0)


@pytest.fixture(scope="session")
def holidays() -> HolidayTable:
    return HolidayTable.from_library()


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
