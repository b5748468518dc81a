"""What a plan is computed from, gathered in one value."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from data.hours.holiday_table import HolidayTable
from service.planning.needs import Needs
from service.planning.public import Registered
from service.planning.streetfiles import Streets


@dataclass(frozen=True, eq=False)
class Inputs:
    """What a plan is computed from.

    ``registered`` is None when stations are to be drawn; ``doors`` are candidates of the registry or of a list;
    ``digests`` tell one version of each file from another.
    """

    needs: Needs
    streets: Streets
    registered: Registered | None
    doors: pd.DataFrame
    monday: date
    digests: dict[str, str] = field(default_factory=dict)

    @property
    def holidays(self) -> HolidayTable:
        """The table that decides what the week's holidays are."""
        return HolidayTable.from_library() if self.registered is None else self.registered.holidays


def digest(path: Path) -> str:
    """Name a file by its content: the first sixteen digits of its SHA-256."""
    with path.open("rb") as file:
        return f"{path.name} sha256:{hashlib.file_digest(file, 'sha256').hexdigest()[:16]}"
