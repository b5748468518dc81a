"""Where candidates stand, and their next step: none skipped, each with its day, its unit and the card of that day.

The order of steps is held by the database itself (``migrations/0008_selection.sql``); here the same is said in words,
row by row, before anything is written. Rows that cannot go on keep where they are and are told why; the others go
on: all of them in one transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, NamedTuple

import orjson
from psycopg2.extensions import connection as Connection  # noqa: N812 (a class under a function's name)

from data import statements
from data.criteria import grounds
from data.criteria.grounds import Ground
from data.errors import InputError
from data.hours import holidays
from data.hours.schedule import SHANGHAI
from data.postgres import db
from data.selection import campaigns, texts, workdays
from data.selection.campaigns import Campaign
from geo import vocabulary
from geo.texts import Text

BEFORE: Final[Mapping[str, frozenset[str | None]]] = {
    "recommended": frozenset({None, "returned"}),
    "reviewed": frozenset({"recommended"}),
    "in_notice": frozenset({"reviewed"}),
    "confirmed": frozenset({"in_notice"}),
    "returned": frozenset({"recommended", "reviewed", "in_notice"}),
}
"""What each step follows; None: not a candidate yet."""


class Outcome(NamedTuple):
    """What became of one station: ``done``, ``unchanged`` (it was there already) or ``refused`` for a reason."""

    station_id: str
    result: str
    reason: Text | None = None


@dataclass(frozen=True)
class Step:
    """A step for several stations: which, on which day, by which unit; ``level`` for a recommendation only.

    ``versions``: what the candidates' versions were when somebody decided (station id to version), for those that
    are to be refused if another has dealt with them since.
    """

    to: str
    by: str
    on: date
    level: str | None = None
    reason: str | None = None
    versions: Mapping[str, int] | None = None


class Standing(NamedTuple):
    """Where one candidate stands, as ``sql/selection/lock_candidates.sql`` reads it."""

    step: str
    level: str
    on: date
    notice_until: date | None
    by: str
    version: int


def advance(
    conn: Connection, campaign_id: str, step: Step, station_ids: Sequence[str], *, today: date | None = None
) -> list[Outcome]:
    """Make a step for some stations, as one transaction.

    Parameters
    ----------
    conn
        A writer's connection, not in a transaction.
    campaign_id
        Of which selection.
    step
        Where to, on which day, by whom.
    station_ids
        In any order; the second mention of one counts for nothing. None: nothing happens.
    today
        The day in China; a later day of the step is refused.

    Returns
    -------
    outcomes
        One per station, in the order given.

    Raises
    ------
    InputError
        The step as a whole cannot be made: no such campaign or level, a return without a reason, a day to come,
        a notice beyond the table of holidays.
    """
    _check(step, today or datetime.now(SHANGHAI).date())
    wanted = list(dict.fromkeys(station_ids))
    with db.transaction(conn, actor=texts.ACTOR), conn.cursor() as cursor:
        campaign = campaigns.lock(conn, campaign_id)
        if step.to == "recommended":
            campaign.level(step.level or "")
        asked = {"campaign_id": campaign_id, "station_ids": wanted}
        cursor.execute(statements.load("selection/lock_candidates"), asked)
        standing = {row[0]: Standing(*row[1:]) for row in cursor.fetchall()}
        found = {ground.station_id: ground for ground in grounds.read(conn, station_ids=wanted)}
        outcomes = [_outcome(campaign, step, s, standing.get(s), found.get(s)) for s in wanted]
        going = [outcome.station_id for outcome in outcomes if outcome.result == "done"]
        rows = _rows(conn, campaign, step, going, standing, found)
        statement = "selection/recommend" if step.to == "recommended" else "selection/advance"
        cursor.execute(
            statements.load(statement), {"campaign_id": campaign_id, "rows": orjson.dumps(rows).decode()}
        )
    return outcomes


@dataclass(frozen=True)
class Candidate:
    """One candidate with what lists show of its station; ``card``: as kept at the last step (``Card.to_json``)."""

    station_id: str
    step: str
    level: str
    on: date
    by: str
    reason: str | None
    notice_until: date | None
    card: dict[str, Any]
    version: int
    station: dict[str, Any]


def read(
    conn: Connection, campaign_id: str, *, steps: Sequence[str] | None = None, level: str | None = None
) -> list[Candidate]:
    """Read the candidates of a campaign in order of station id; none: an empty list."""
    asked = {"campaign_id": campaign_id, "steps": None if steps is None else list(steps), "level": level}
    with conn.cursor() as cursor:
        cursor.execute(statements.load("selection/read_candidates"), asked)
        names = [column.name for column in cursor.description or ()]
        rows = cursor.fetchall()
    return [_candidate(dict(zip(names, row, strict=True))) for row in rows]


def with_cards_of_now(conn: Connection, campaign: Campaign, found: Sequence[Candidate]) -> list[Candidate]:
    """Give candidates with the cards that they would get today: what came in since their last step counts.

    Withdrawn stations keep the card of their last step.
    """
    now = {g.station_id: g for g in grounds.read(conn, station_ids=[c.station_id for c in found])}
    return [
        replace(c, card=now[c.station_id].card(campaign.rules).to_json()) if c.station_id in now else c
        for c in found
    ]


def _candidate(row: dict[str, Any]) -> Candidate:
    return Candidate(
        station_id=row.pop("station_id"),
        step=row.pop("step"),
        level=row.pop("level"),
        on=row.pop("on_day"),
        by=row.pop("by_whom"),
        reason=row.pop("reason"),
        notice_until=row.pop("notice_until"),
        card=orjson.loads(row.pop("card")),
        version=row.pop("version"),
        station=row,
    )


class Made(NamedTuple):
    """One step that was made."""

    station_id: str
    name: str | None
    from_step: str | None
    to_step: str
    level: str
    on: date
    by: str
    reason: str | None
    notice_until: date | None
    recorded_at: datetime


def history(conn: Connection, campaign_id: str, station_id: str | None = None) -> list[Made]:
    """Read every step made in a campaign, or of one station there, in order."""
    asked = {"campaign_id": campaign_id, "station_id": station_id}
    with conn.cursor() as cursor:
        cursor.execute(statements.load("selection/read_steps"), asked)
        return [Made(*row) for row in cursor.fetchall()]


# -- one step of one station


def _check(step: Step, today: date) -> None:
    if step.to not in BEFORE:
        raise ValueError(step.to)
    if step.on > today:
        raise InputError(texts.DAY_AHEAD.format(day=step.on.isoformat()))
    for field, value in (("by", step.by), ("reason", step.reason)):
        if value is not None:
            campaigns.check_line(field, value)
    if step.to == "returned" and not step.reason:
        raise InputError(texts.NEEDS_REASON)


def _outcome(
    campaign: Campaign, step: Step, station_id: str, now: Standing | None, ground: Ground | None
) -> Outcome:
    if now is not None and now.step == step.to and now.on == step.on and now.by == step.by:
        same = step.level in (None, now.level)
        if same:
            return Outcome(station_id, "unchanged")
    reason = _refusal(campaign, step, station_id, now, ground)
    return Outcome(station_id, "done" if reason is None else "refused", reason)


def _refusal(
    campaign: Campaign, step: Step, station_id: str, now: Standing | None, ground: Ground | None
) -> Text | None:
    if ground is None and step.to != "returned":
        return texts.NO_STATION.format(station=station_id)
    if now is None and step.to != "recommended":
        return texts.NO_CANDIDATE.format(station=station_id, campaign=campaign.campaign_id)
    if now is not None:
        seen = (step.versions or {}).get(station_id)
        if seen is not None and seen != now.version:
            return _said(texts.CHANGED_SINCE, station_id, step, now)
        if now.step not in BEFORE[step.to]:
            if step.to == now.step == "recommended" and step.level != now.level:
                return texts.LEVEL_OTHER.format(station=station_id, level=now.level)
            return _said(texts.OUT_OF_ORDER, station_id, step, now)
        if step.on < now.on:
            return texts.DAY_BEFORE.format(station=station_id, last=now.on, day=step.on)
        if step.to == "confirmed" and now.notice_until is not None and step.on <= now.notice_until:
            return texts.NOTICE_RUNS.format(station=station_id, until=now.notice_until)
    return None if ground is None or step.to == "returned" else _hidden(station_id, ground)


def _hidden(station_id: str, ground: Ground) -> Text | None:
    """Say why a station that is not public cannot go on, also when it was public at the step before."""
    audience, status = ground.station["audience"], ground.station["status"]
    if audience != "outdoor_workers":
        return texts.NOT_PUBLIC.format(station=station_id, audience=str(vocabulary.AUDIENCE[audience]))
    if status not in ("open", "temporarily_closed"):
        return texts.NOT_IN_SERVICE.format(station=station_id, status=str(vocabulary.STATUS[status]))
    return None


def _said(sentence: Text, station_id: str, step: Step, now: Standing) -> Text:
    here, wanted = texts.STEP[now.step], texts.STEP[step.to]
    known = {"station": station_id, "by": now.by, "day": now.on.isoformat()}
    return Text(
        sentence.zh.format(**known, now_zh=here.zh, wanted_zh=wanted.zh),
        sentence.en.format(**known, now_en=here.en, wanted_en=wanted.en),
    )


def _rows(
    conn: Connection,
    campaign: Campaign,
    step: Step,
    station_ids: Sequence[str],
    standing: Mapping[str, Standing],
    found: Mapping[str, Ground],
) -> list[dict[str, Any]]:
    until = None
    if step.to == "in_notice" and station_ids:
        until = workdays.last_day(step.on, campaign.notice_days, holidays.read(conn))
    rows = []
    for station_id in station_ids:
        now = standing.get(station_id)
        rows.append(
            {
                "station_id": station_id,
                "step": step.to,
                "level": step.level,
                "on_day": step.on,
                "by_whom": step.by,
                "reason": step.reason,
                "notice_until": until or (now.notice_until if now and step.to == "confirmed" else None),
                "card": found[station_id].card(campaign.rules).to_json() if station_id in found else {},
            }
        )
    return rows
