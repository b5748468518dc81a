"""Uploads that were carried out, each with its answer, so that a replay is answered and not repeated.

The answer is written in the transaction of the import: a server that dies in the midst leaves neither. While an upload
runs, its key is locked on the connection that runs it, whichever process that is in; the lock goes with the connection.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from data import statements
from data.postgres import db
from data.postgres.db import Connection

KEPT_DAYS: Final = 7
"""How long an answer is kept, days; a key may be used anew after that."""


class Kept(NamedTuple):
    """An answer: of which request, the JSON as it was sent, the rejected rows as CSV (None: there were none)."""

    request_sha256: str
    answer: str
    rejected_csv: bytes | None


@contextmanager
def alone(conn: Connection, holder: str, key: str) -> Iterator[bool]:
    """Hold a key for the time of the block; False: a request under it is under way elsewhere."""
    number = int.from_bytes(hashlib.sha256(f"{holder}\0{key}".encode()).digest()[:8], signed=True)
    with db.transaction(conn), conn.cursor() as cursor:
        cursor.execute(statements.load("edits/hold_key"), {"number": number})
        (held,) = cursor.fetchone() or (False,)
    try:
        yield bool(held)
    finally:
        if held and not conn.closed:
            db.roll_back(conn)
            with db.transaction(conn), conn.cursor() as cursor:
                cursor.execute(statements.load("edits/let_go_of_key"), {"number": number})


def find(conn: Connection, holder: str, key: str) -> Kept | None:
    """Read what a holder's request under this key was answered; None when there is none, or not any more."""
    values = {"holder": holder, "key": key, "days": KEPT_DAYS}
    with conn.cursor() as cursor:
        cursor.execute(statements.load("edits/find_answer"), values)
        return _kept(cursor.fetchone())


def of_batch(conn: Connection, batch_id: int) -> Kept | None:
    """Read the answer of one import; None when it is not kept."""
    with conn.cursor() as cursor:
        cursor.execute(statements.load("edits/batch_answer"), {"batch_id": batch_id, "days": KEPT_DAYS})
        return _kept(cursor.fetchone())


def keep(conn: Connection, holder: str, key: str, batch_id: int, kept: Kept) -> None:
    """Keep an answer, and let go of those past their days; inside the transaction of the import."""
    with conn.cursor() as cursor:
        cursor.execute(statements.load("edits/forget_answers"), {"days": KEPT_DAYS})
        cursor.execute(
            statements.load("edits/keep_answer"),
            {"holder": holder, "key": key, "batch_id": batch_id, **kept._asdict()},
        )


def _kept(row: tuple[str, str, memoryview | None] | None) -> Kept | None:
    if row is None:
        return None
    sha256, answer, rejected = row
    return Kept(sha256, answer, None if rejected is None else bytes(rejected))
