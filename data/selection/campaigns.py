"""Campaigns: by which rules, how many of each level, how long the public notice lasts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import orjson
from psycopg2.extensions import connection as Connection  # noqa: N812 (a class under a function's name)

from data import statements
from data.criteria import rulesets
from data.criteria.rulesets import RuleSet
from data.errors import ConflictError, InputError
from data.postgres import db
from data.selection import texts
from data.selection.shortlist import Quota
from data.stations import fields
from data.stations import texts as station_texts
from geo.texts import Text

_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_NOTICE_DAYS: Final = 60
MOST_QUOTA: Final = 100_000


@dataclass(frozen=True)
class Level:
    """One level of honour: its code, and how many of it."""

    code: str
    quota: Quota


@dataclass(frozen=True)
class Campaign:
    """What a selection asks. ``notice_days``: working days; ``version`` counts the changes of the terms."""

    campaign_id: str
    title: str
    rules: RuleSet
    levels: tuple[Level, ...]
    notice_days: int
    opened_on: date
    opened_by: str
    version: int = 1

    def level(self, code: str) -> Level:
        """Find a level by its code.

        Raises
        ------
        InputError
            The campaign has no such level; the message names those it has.
        """
        for level in self.levels:
            if level.code == code:
                return level
        raise InputError(
            texts.NO_LEVEL.format(
                level=code,
                campaign=self.campaign_id,
                levels=", ".join(f"{found.code} ({found.quota.name})" for found in self.levels),
            )
        )


def check(campaign: Campaign) -> None:
    """Refuse terms that cannot be meant.

    Raises
    ------
    InputError
        A bad id, no title, no level, a level twice, a quota or limit that is none, notice days out of range: each
        names the field.
    """
    for field, text in (("title", campaign.title), ("by", campaign.opened_by)):
        check_line(field, text)
    problems = [
        (
            _ID.fullmatch(campaign.campaign_id) is not None,
            texts.BAD_ID.format(value=campaign.campaign_id[:60]),
        ),
        (bool(campaign.levels), texts.NO_LEVELS),
        (
            1 <= campaign.notice_days <= MOST_NOTICE_DAYS,
            texts.BAD_DAYS.format(value=campaign.notice_days, most=MOST_NOTICE_DAYS),
        ),
    ]
    codes = [level.code for level in campaign.levels]
    for level in campaign.levels:
        sizes = [level.quota.quota, *level.quota.districts.values()]
        problems += [
            (_CODE.fullmatch(level.code) is not None, texts.BAD_LEVEL.format(value=level.code[:60])),
            (codes.count(level.code) == 1, texts.LEVEL_TWICE.format(level=level.code)),
            (is_line(level.quota.name), texts.BAD_LINE.format(field="level name")),
            (all(0 <= size <= MOST_QUOTA for size in sizes), texts.BAD_QUOTA.format(level=level.code)),
            (
                all(map(is_line, level.quota.districts)),
                texts.BAD_DISTRICT.format(level=level.code),
            ),
        ]
    for sound, message in problems:
        if not sound:
            raise InputError(message)


def open_campaign(conn: Connection, campaign: Campaign) -> None:
    """Store a new campaign, as one transaction.

    Raises
    ------
    InputError
        Its terms are bad (``check``), or the id is taken.
    """
    check(campaign)
    with db.transaction(conn, actor=texts.ACTOR), conn.cursor() as cursor:
        cursor.execute(statements.load("selection/open_campaign"), _columns(campaign))
        if cursor.fetchone() is None:
            raise InputError(texts.ID_TAKEN.format(campaign=campaign.campaign_id))


def change(conn: Connection, campaign: Campaign) -> Campaign:
    """Store new terms of the campaign that was read as ``campaign.version``; give it with its new version.

    Raises
    ------
    ConflictError
        Somebody changed it since, or its public notice has begun.
    InputError
        The new terms are bad, or drop a level that has candidates.
    """
    check(campaign)
    with db.transaction(conn, actor=texts.ACTOR), conn.cursor() as cursor:
        try:
            cursor.execute(statements.load("selection/change_campaign"), _columns(campaign))
        except Exception as error:
            if getattr(getattr(error, "diag", None), "constraint_name", None) == "campaign_after_notice":
                raise ConflictError(texts.AFTER_NOTICE.format(campaign=campaign.campaign_id)) from error
            raise
        found = cursor.fetchone()
        if found is None:
            raise ConflictError(texts.CAMPAIGN_CHANGED.format(campaign=campaign.campaign_id))
        cursor.execute(statements.load("selection/levels_in_use"), {"campaign_id": campaign.campaign_id})
        kept = {level.code for level in campaign.levels}
        for code, count in cursor.fetchall():
            if code not in kept:
                raise InputError(texts.LEVEL_IN_USE.format(level=code, n=count))
    return replace(campaign, version=found[0])


def read(conn: Connection, campaign_id: str) -> Campaign:
    """Read one campaign.

    Raises
    ------
    InputError
        There is none of that id; the message names those there are.
    """
    found = read_all(conn, campaign_id)
    if not found:
        known = ", ".join(campaign.campaign_id for campaign in read_all(conn)) or "-"
        raise InputError(texts.NO_CAMPAIGN.format(campaign=campaign_id[:60], known=known))
    return found[0]


def read_all(conn: Connection, campaign_id: str | None = None) -> list[Campaign]:
    """Read all campaigns in the order of their opening, or the one of an id; none: an empty list."""
    with conn.cursor() as cursor:
        cursor.execute(statements.load("selection/read_campaigns"), {"campaign_id": campaign_id})
        return [_campaign(row) for row in cursor.fetchall()]


def lock(conn: Connection, campaign_id: str) -> Campaign:
    """Read one campaign and hold its terms until the transaction ends; errors as ``read``."""
    with conn.cursor() as cursor:
        cursor.execute(statements.load("selection/lock_campaign"), {"campaign_id": campaign_id})
        row = cursor.fetchone()
    return read(conn, campaign_id) if row is None else _campaign(row)


def _campaign(row: Sequence[Any]) -> Campaign:
    campaign_id, title, _, rules_text, levels, notice_days, opened_on, opened_by, version = row
    return Campaign(
        campaign_id,
        title,
        rulesets.read(rules_text, campaign_id, kept=True),
        tuple(_level(entry) for entry in orjson.loads(levels)),
        notice_days,
        opened_on,
        opened_by,
        version,
    )


def _level(entry: dict[str, Any]) -> Level:
    return Level(entry["code"], Quota(entry["name"], entry["quota"], entry.get("districts") or {}))


def _columns(campaign: Campaign) -> dict[str, Any]:
    levels = [
        {
            "code": level.code,
            "name": level.quota.name,
            "quota": level.quota.quota,
            "districts": dict(level.quota.districts),
        }
        for level in campaign.levels
    ]
    return {
        "campaign_id": campaign.campaign_id,
        "title": campaign.title,
        "rules_version": campaign.rules.version,
        "rules_text": campaign.rules.text,
        "levels": orjson.dumps(levels).decode(),
        "notice_days": campaign.notice_days,
        "opened_on": campaign.opened_on,
        "opened_by": campaign.opened_by,
        "version": campaign.version,
    }


def check_line(field: str, text: str) -> None:
    """Refuse what ``line_problem`` finds in a text; ``field`` is named."""
    problem = line_problem(field, text)
    if problem is not None:
        raise InputError(problem)


def line_problem(field: str, text: str) -> Text | None:
    """Say why a text is not one line of 1 to 200 characters, or that it holds a private mobile number; None: fine."""
    if not is_line(text):
        return texts.BAD_LINE.format(field=field)
    if fields.holds_mobile(text):
        why = station_texts.ROW_MOBILE
        return Text(f"{field}：{why.zh}。", f"{field}: it {why.en}.")
    return None


def is_line(text: str) -> bool:
    """Whether a text is one line of 1 to 200 characters."""
    return bool(text) and text == text.strip() and text.isprintable() and len(text) <= 200
