"""What a person decided about two stations that may be one: kept with who and when, and carried out at once.

*Different*: the pair is not listed again. *Same*: the person names which one stays; the other becomes a tombstone that
names it (``merged_into``), the one that stays takes over the ids of other platforms that it lacks, and both keep their
history. Deciding otherwise later takes a merge back: the station that went is one of its own again.
"""

from typing import Any, Final, Literal, NamedTuple

from data import statements
from data.editing import texts
from data.errors import ConflictError, InputError
from data.postgres import db
from data.postgres.db import Connection
from data.stations import fields

Verdict = Literal["same", "different"]

ACTOR: Final = "yizhan duplicates"


class Decision(NamedTuple):
    """A decision: about two stations, by whom; ``stays`` is one of them when they are the same, else None."""

    first_id: str
    second_id: str
    verdict: Verdict
    stays: str | None
    by: str
    note: str | None = None


def decided(conn: Connection) -> frozenset[tuple[str, str]]:
    """Read the pairs that were decided about, the lower id first."""
    return frozenset((row[0], row[1]) for row in _run(conn, "decided"))


def decide(conn: Connection, decision: Decision) -> None:
    """Keep a decision and carry it out, in a transaction of its own.

    Raises
    ------
    InputError
        One of the ids is unknown, both are one, nobody is named, or it is not said which one stays.
    ConflictError
        The one that stays was deleted, or was merged into another one itself.
    """
    with db.transaction(conn, actor=ACTOR):
        carry_out(conn, decision)


def carry_out(conn: Connection, decision: Decision) -> None:
    """Do what ``decide`` does inside the caller's transaction."""
    wanted = _checked(decision)
    with conn.cursor() as cursor:
        cursor.execute(statements.load("imports/lock"))
    states = {
        row[0]: row[1:] for row in _run(conn, "both", first_id=wanted.first_id, second_id=wanted.second_id)
    }
    for station_id in wanted[:2]:
        if station_id not in states:
            raise InputError(texts.NO_STATION.format(station_id=station_id))
    if wanted.verdict == "same":
        _merge(conn, wanted, states)
    else:
        _part(conn, wanted, states)
    _run(conn, "decide", **wanted._asdict())


def _checked(decision: Decision) -> Decision:
    first, second = sorted(decision[:2])
    by, _ = fields.clean(decision.by)
    note = fields.clean(decision.note)[0] if decision.note else None
    if first == second:
        raise InputError(texts.ONE_STATION.format(station_id=first))
    if not by:
        raise InputError(texts.BY_WHOM)
    if len(by) > fields.LINE_LIMIT or len(note or "") > fields.LINE_LIMIT:
        raise InputError(texts.DECISION_TOO_LONG.format(n=fields.LINE_LIMIT))
    if decision.verdict == "same" and decision.stays not in (first, second):
        raise InputError(texts.WHICH_STAYS.format(first=first, second=second))
    stays = decision.stays if decision.verdict == "same" else None
    return Decision(first, second, decision.verdict, stays, by, note or None)


def _merge(conn: Connection, wanted: Decision, states: dict[str, tuple[bool, str | None]]) -> None:
    stays = str(wanted.stays)
    goes = wanted.second_id if stays == wanted.first_id else wanted.first_id
    deleted, merged_into = states[stays]
    if deleted:
        where = texts.STATION_MERGED if merged_into else texts.STAYS_DELETED
        raise ConflictError(where.format(station_id=stays, merged_into=merged_into))
    if states[goes][1] not in (None, stays):
        raise ConflictError(texts.STATION_MERGED.format(station_id=goes, merged_into=states[goes][1]))
    _run(conn, "carry_ids", stays=stays, goes=goes)
    _run(conn, "merge", stays=stays, goes=goes)


def _part(conn: Connection, wanted: Decision, states: dict[str, tuple[bool, str | None]]) -> None:
    """Take back a merge of these two, if there was one."""
    for goes, stays in (wanted[:2], wanted[1::-1]):
        if states[goes][1] == stays:
            _run(conn, "part", goes=goes)


def _run(conn: Connection, name: str, **values: Any) -> list[tuple[Any, ...]]:
    with conn.cursor() as cursor:
        cursor.execute(statements.load(f"duplicates/{name}"), values or None)
        return cursor.fetchall() if cursor.description else []
