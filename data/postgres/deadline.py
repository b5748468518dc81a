"""A limit on how long one waits for the database that holds even when nobody answers at all.

``statement_timeout`` needs a server that still counts, keepalives need a peer that is gone. Between the two lies
the half-open connection: the other end acknowledges and never answers. Here this end gives up by itself.
"""

import contextlib
import os
import socket
import threading
from collections.abc import Iterator

from psycopg2.extensions import connection as Connection  # noqa: N812 (a class under a function's name)


@contextlib.contextmanager
def deadline(conn: Connection, seconds: float) -> Iterator[None]:
    """Cut the connection when the block takes longer; psycopg2 then raises as for any broken connection.

    Parameters
    ----------
    conn
        Open. The block must not hand it to others.
    seconds
        More than the server's own limit on statements, which ends a slow one without losing the connection.
    """
    # A copy of its own: should the connection be closed meanwhile, the number may belong to another file.
    line = socket.socket(fileno=os.dup(conn.fileno()))
    timer = threading.Timer(seconds, _cut, (line,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        line.close()


def _cut(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
