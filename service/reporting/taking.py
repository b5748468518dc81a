"""What somebody reports, read strictly, and whether the station should have been open then."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import orjson

from data.hours.schedule import SHANGHAI
from data.reports import texts as report_texts
from data.reports.reports import Report
from data.stations import fields
from geo import vocabulary
from geo.texts import Text
from geo.vocabulary import Ternary
from service import kinds
from service.errors import FieldProblem, NotFoundError, ParameterError
from service.kinds import Kind, ValueProblemError
from service.parameters import Parameter, missing
from service.reporting import texts
from service.snapshot import Snapshot

NOTE_LENGTH: Final = 200
OLDEST: Final = timedelta(days=7)
_AHEAD: Final = timedelta(minutes=10)
"""By so much may the clock of a phone be fast."""


@dataclass(frozen=True)
class Note(Kind):
    """One line of a person's own words: as text, never as markup; no mobile number."""

    length: int = NOTE_LENGTH
    long: Text = texts.NOTE_LONG

    def read(self, text: str) -> str:
        """Read a line; what cannot be seen is taken out, line ends become spaces."""
        line, _ = fields.clean(text)
        if not line:
            raise ValueProblemError(texts.NOTE_EMPTY)
        if len(line) > self.length:
            raise ValueProblemError(self.long)
        if fields.holds_mobile(line):
            raise ValueProblemError(texts.NOTE_PHONE)
        return line

    def schema(self) -> dict[str, Any]:
        """Describe the length."""
        return {"type": "string", "minLength": 1, "maxLength": self.length}


REPORT_PARAMETERS: Final[Mapping[str, Parameter]] = {
    p.name: p
    for p in (
        Parameter(
            "reason", kinds.Choice(tuple(report_texts.REASON)), "closed", required=True, meaning=texts.REASON
        ),
        Parameter("found_at", kinds.Moment(), kinds.Moment.example, meaning=texts.FOUND_AT),
        Parameter("facility", kinds.Choice(tuple(vocabulary.FACILITY)), "microwave", meaning=texts.FACILITY),
        Parameter("note", Note(), texts.EXAMPLE_NOTE.zh, meaning=texts.NOTE),
    )
}


def report_of(station_id: str, values: Mapping[str, Any], snapshot: Snapshot, now: datetime) -> Report:
    """Make a report of what was read.

    Parameters
    ----------
    station_id
        Whose.
    values
        By ``REPORT_PARAMETERS``.
    snapshot
        Tells whether there is such a public station, and its hours.
    now
        With an offset.

    Raises
    ------
    NotFoundError
        No such public station.
    ParameterError
        No reason, a time too long ago or to come, a facility with another reason.
    """
    row = snapshot.row_of(station_id)
    if row is None:
        raise NotFoundError(texts.PAGE_GONE)
    found_at: datetime = values.get("found_at", now)
    problems = []
    if "reason" not in values:
        problems.append(missing(REPORT_PARAMETERS["reason"]))
    if found_at > now + _AHEAD:
        problems.append(FieldProblem("found_at", texts.TO_COME))
    if found_at < now - OLDEST:
        problems.append(FieldProblem("found_at", texts.TOO_EARLY))
    if "facility" in values and values.get("reason") != "broken":
        problems.append(FieldProblem("facility", texts.NOT_BROKEN))
    if problems:
        raise ParameterError(problems)
    at = min(found_at, now).astimezone(SHANGHAI)
    within = within_hours(snapshot, row, at)
    return Report(station_id, values["reason"], at, within, values.get("facility"), values.get("note"))


def within_hours(snapshot: Snapshot, row: int, at: datetime) -> Ternary:
    """Whether a station should be open at a moment, by its posted hours; ``no`` while it is out of service.

    Parameters
    ----------
    row
        Of the snapshot.
    at
        With an offset.
    """
    part = snapshot.schedules.at(at).part(int(snapshot.columns.arrays["schedule"][row]))
    state = orjson.loads(b"{" + part.strip(b",{}") + b"}")["open_state"]
    told: dict[str, Ternary] = {"open": "yes", "closed": "no", "unknown": "unknown"}
    return told[state]
