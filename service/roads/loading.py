"""Makes the networks of a registry in a process of its own, so that no request waits for it.

``python -m service.roads.loading`` reads one line of JSON (url, folder) and writes one (what it made). Reading and
joining the streets of a city takes seconds of pure computing, and in a worker each step would hold up requests.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import orjson

from data.postgres import db
from data.postgres.db import Limits
from data.streets import streetmap
from geo import network
from geo.network.access import MODES
from service.roads import stored

KEEP_LENGTH_M: Final = 5_000.0
"""Components with fewer metres of streets are left out: a town block has more."""
_LIMITS: Final = Limits(statement_s=600, lock_s=5, idle_in_transaction_s=600)
_NICE: Final = 10


def load(url: str, folder: Path) -> dict[str, Any]:
    """Read the street map and write a network per mode into a folder.

    Returns
    -------
    made
        ``modes`` (none when no street can be used) and ``streets_date`` (ISO 8601, None when not known).
    """
    conn = db.connect(url, role="reader", limits=_LIMITS)
    try:
        layers = streetmap.read_network_layers(conn)
    finally:
        conn.close()
    made = []
    for mode in MODES:
        built = network.build(layers["streets"], mode, gates=layers["gates"], keep_length_m=KEEP_LENGTH_M)
        if built.n_segments:
            stored.write(built, folder / mode)
            made.append(mode)
    day = streetmap.data_date(layers)
    return {"modes": made, "streets_date": None if day is None else day.isoformat()}


def main() -> None:
    """Do what the line on standard input asks."""
    # A courtesy to the workers, which a sandbox may forbid.
    with suppress(OSError):
        os.nice(_NICE)
    asked = orjson.loads(sys.stdin.readline())
    sys.stdout.buffer.write(orjson.dumps(load(asked["url"], Path(asked["folder"]))) + b"\n")


if __name__ == "__main__":
    main()
