"""A server on a real socket, in a thread of its own, as tests of the wire need it."""

import socket
import threading
import time
from contextlib import suppress
from typing import Any

import uvicorn

from service.keeper import Keeper
from service.server import make_server
from service.settings import Settings

STATIONS = """
INSERT INTO yizhan.station (station_id, name, source, audience, adcode, opening_hours, door_24h, position,
                            given_x, given_y, given_coordsys, facilities)
SELECT 'S' || lpad(n::text, 6, '0'), '驿站 ' || n, 'test', 'outdoor_workers', '110108',
       CASE WHEN n % 3 = 0 THEN '24/7' END, CASE WHEN n % 3 = 0 THEN 'yes' ELSE 'unknown' END,
       ST_Point(lon, lat, 4326)::geography, lon, lat, 'wgs84', '{"toilet": "working", "seat": "broken"}'::jsonb
FROM (SELECT n, 116.2 + 0.004 * (n % 100) AS lon, 39.8 + 0.003 * (n / 10) AS lat
      FROM generate_series(1, 400) AS n) AS made
"""
"""SQL of 400 public stations in Beijing, S000001 to S000400; every third is open around the clock."""


class Running:
    """A running server of this application; options as for ``make_server``."""

    def __init__(self, settings: Settings, keeper: Keeper, **options: Any) -> None:
        self.server: uvicorn.Server = make_server(settings, keeper, **options)
        self._thread = threading.Thread(target=self.server.run)
        self._thread.start()
        while not self.server.started:
            assert self._thread.is_alive()
            time.sleep(0.01)
        self.port: int = self.server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self.server.should_exit = True
        self._thread.join(timeout=20)
        assert not self._thread.is_alive()

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def say(self, sent: bytes, *, close: bool = False, timeout_s: float = 10.0) -> bytes:
        """What the server says to these bytes until it ends the connection; ``close``: nothing more is sent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout_s) as peer:
            said = b""
            try:
                peer.sendall(sent)
                if close:
                    with suppress(OSError):
                        peer.shutdown(socket.SHUT_WR)
                while part := peer.recv(65536):
                    said += part
            except ConnectionError:
                # It had said enough, and closed before all was sent.
                return said
            return said
