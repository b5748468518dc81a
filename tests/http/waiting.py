"""Waiting for what another thread or process is about to do; never without end."""

import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

from data.postgres import db
from data.stations import store

PATIENCE_S = 60.0
NEVER_S = 60 * PATIENCE_S
"""Between looks of a keeper that is to hear its news: no wait of a test lasts until it looks by itself."""


def until(holds: Callable[[], Any]) -> None:
    """Wait until something is so."""
    end_s = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end_s, "not in time"
        time.sleep(0.02)


def until_served(url: str, data_version: Callable[[], int]) -> None:
    """Wait until a service, which tells its data version, answers from what its registry is by now."""
    with closing(db.connect(url)) as conn:
        present = store.data_version(conn)
    until(lambda: data_version() == present)
