"""What the application needs of a source of snapshots, and what it can tell of its state."""

from dataclasses import dataclass
from typing import Literal, Protocol

from service.snapshot import Snapshot
from service.trouble import Trouble

DatabaseState = Literal["up", "away", "none"]


@dataclass(frozen=True)
class Health:
    """What ``/readyz`` tells: whether there is a snapshot, its age, and the database behind it.

    ``database``: ``up`` when it answered last time, even where the answer could not be used; ``trouble``: why
    the snapshot is not being renewed (``service.trouble``), None while it is.
    """

    snapshot: Snapshot | None
    data_age_s: float | None
    database: DatabaseState
    source: Literal["database", "file"]
    trouble: Trouble | None = None


class Keeper(Protocol):
    """What the application needs of a source of snapshots."""

    def start(self) -> None:
        """Begin to load and to follow; returns at once."""

    def stop(self) -> None:
        """Let go of everything; a second call does nothing."""

    def wait(self, timeout_s: float) -> bool:
        """Wait for the first snapshot; False when it did not come in time."""

    def current(self) -> tuple[Snapshot, float]:
        """Give the snapshot and the seconds since it was known to be current; ``NotReadyError`` before."""

    def health(self) -> Health:
        """Tell the truth about snapshot and source; never raises."""
