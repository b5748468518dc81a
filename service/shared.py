"""What the workers of one service share on one machine, besides the listening socket: a folder in memory.

It holds the table of limits (``service.access.buckets``) and the files of the metrics (``service.metrics``), and
goes with the service. Another service on the same machine has its own, and so has one on another machine.
"""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from service import scratch
from service.access import buckets

PREFIX: Final = "yizhan-run-"
METRICS_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
"""How prometheus-client is told where processes meet; it looks when it is imported."""


@dataclass(frozen=True)
class Shared:
    """The folder, and the salt of hashed addresses, which is in no file."""

    folder: Path
    salt: bytes = field(default_factory=lambda: secrets.token_bytes(16), repr=False)

    @property
    def table(self) -> Path:
        """Where the table of limits is."""
        return self.folder / "limits"

    @property
    def metrics(self) -> Path:
        """Where the files of the metrics are."""
        return self.folder / "metrics"


@contextmanager
def opened() -> Iterator[Shared]:
    """Make the folder for the time of the block, and tell child processes where metrics go.

    What a service left behind that was killed is removed on the way.
    """
    before = os.environ.get(METRICS_VARIABLE)
    with scratch.folder(PREFIX, _root()) as folder:
        shared = Shared(folder)
        try:
            shared.metrics.mkdir()
            buckets.make(shared.table)
            os.environ[METRICS_VARIABLE] = str(shared.metrics)
            yield shared
        finally:
            if before is None:
                os.environ.pop(METRICS_VARIABLE, None)
            else:
                os.environ[METRICS_VARIABLE] = before


def _root() -> Path:
    """Give a folder in memory, where there is one that can be written."""
    memory = Path("/dev/shm")
    return memory if os.access(memory, os.W_OK | os.X_OK) else Path(tempfile.gettempdir())
