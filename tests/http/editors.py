"""An application on a registry of one test, and editors with keys who write to it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import httpx

from data.access import keys
from data.postgres import db
from service.access.keyring import DatabaseKeyring
from service.app import create_app
from service.keeper import DatabaseKeeper
from service.reader import Reader
from service.settings import Settings
from service.writer import Writer
from tests.http.made import Client
from tests.http.waiting import PATIENCE_S, until


class Editor:
    """Asks with one key; ``None``: with none."""

    def __init__(self, client: Client, url: str, key: str | None) -> None:
        self.client, self.url, self.key = client, url, key

    def ask(
        self, method: str, path: str, headers: dict[str, str] | None = None, **options: Any
    ) -> httpx.Response:
        own = {} if self.key is None else {"x-api-key": self.key}
        return self.client.request(method, path, headers=own | (headers or {}), **options)

    def record(self, station_id: str) -> httpx.Response:
        return self.ask("GET", f"/v1/stations/{station_id}/record")

    def put(self, station_id: str, record: Any, match: str | None = None) -> httpx.Response:
        """Put a record: on a version, or as a new station."""
        condition = {"if-none-match": "*"} if match is None else {"if-match": match}
        return self.ask("PUT", f"/v1/stations/{station_id}", condition, json=record)

    def patch(self, station_id: str, change: Any, match: str) -> httpx.Response:
        kind = {"content-type": "application/merge-patch+json", "if-match": match}
        return self.ask("PATCH", f"/v1/stations/{station_id}", kind, json=change)

    def delete(self, station_id: str, match: str) -> httpx.Response:
        return self.ask("DELETE", f"/v1/stations/{station_id}", {"if-match": match})

    def upload(self, content: bytes, key: str, **said: Any) -> httpx.Response:
        asked = {"filename": "list.csv", "coordsys": "gcj02", "audience": "outdoor_workers"} | said
        return self.ask("POST", "/v1/imports", {"idempotency-key": key}, params=asked, content=content)

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        """What the registry says."""
        with closing(db.connect(self.url)) as conn, conn.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall()


@contextmanager
def editing(url: str, **settings: Any) -> Iterator[dict[str, Editor]]:
    """Editors by the scope of their key: write, read and none."""
    made: dict[str, str | None] = {"none": None}
    with closing(db.connect(url, role="writer")) as conn, db.transaction(conn):
        for scope in ("write", "read"):
            _, made[scope] = keys.create(conn, label=f"test {scope}", scopes=[scope])
    keeper, keyring = DatabaseKeeper(url, poll_s=0.2), DatabaseKeyring(url, poll_s=0.2)
    keeper.start()
    keyring.start()
    writer, reader = Writer(url), Reader(url)
    assert keeper.wait(PATIENCE_S)
    until(lambda: (ring := keyring.known()) is not None and all(ring.find(k) for k in made.values() if k))
    client = Client(
        create_app(Settings(limits=False, **settings), keeper, reader=reader, keyring=keyring, writer=writer)
    )
    try:
        yield {scope: Editor(client, url, key) for scope, key in made.items()}
    finally:
        client.close()
        for part in (keyring, keeper):
            part.stop()
        for pool in (writer, reader):
            pool.close()
