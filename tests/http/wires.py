"""A database behind a wire that can be held: connections stay open and nothing passes any more."""

import contextlib
import selectors
import socket
import threading
from pathlib import Path

from psycopg2.extensions import make_dsn, parse_dsn


class Wire:
    """Forwards a PostgreSQL socket to another folder; ``hold`` stops forwarding without closing anything."""

    def __init__(self, url: str, folder: Path) -> None:
        told = parse_dsn(url)
        self.url = make_dsn(**{**told, "host": str(folder)})
        name = f".s.PGSQL.{told['port']}"
        self._target = str(Path(told["host"]) / name)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / name))
        self._listener.listen(64)
        self._flowing = threading.Event()
        self._flowing.set()
        self._open: list[socket.socket] = []
        self._closed = False
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def hold(self) -> None:
        """Let nothing pass; connections are still accepted, as by a peer whose program hangs."""
        self._flowing.clear()

    def release(self) -> None:
        """Let everything pass again, what was held back first."""
        self._flowing.set()

    def close(self) -> None:
        self._closed = True
        self.release()
        self._listener.close()
        for one in self._open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while not self._closed:
                near, _ = self._listener.accept()
                threading.Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        with near, socket.socket(socket.AF_UNIX) as far, selectors.DefaultSelector() as ready:
            far.connect(self._target)
            self._open += [near, far]
            ready.register(near, selectors.EVENT_READ, far)
            ready.register(far, selectors.EVENT_READ, near)
            with contextlib.suppress(OSError):
                while True:
                    for key, _ in ready.select():
                        data = key.fileobj.recv(65536)  # type: ignore[union-attr]
                        self._flowing.wait()
                        if not data:
                            return
                        key.data.sendall(data)
