"""One step of a selection for many stations: named, listed in a file with decisions, or all at the step before."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from data.errors import InputError
from data.postgres.db import Connection
from data.selection import campaigns, candidates, filing
from data.selection import texts as selection_texts
from data.selection.campaigns import Campaign
from data.selection.candidates import BEFORE, Outcome, Step
from data.selection.filing import Decisions
from data.stations import rejects
from geo.texts import Text
from service import console, registry
from service.selecting import lists, texts
from service.settings import Settings

LISTED = 20
"""How many refusals are said on the screen; the file of rejected rows has all."""


def make(
    settings: Settings,
    campaign: str,
    step: Step,
    stations: Sequence[str] | None,
    file: Path | None,
    *,
    everyone: bool = False,
) -> int:
    """Make a step and say what came of it.

    Parameters
    ----------
    settings
        Which registry.
    campaign, step
        Of which selection, where to.
    stations, file, everyone
        Exactly one of them says who: ids; a list, whose rows may say 同意 or 退回; all at the step before.

    Returns
    -------
    refused
        How many stations or rows could not go on.

    Raises
    ------
    InputError
        None or several of the three; nobody at all; what ``candidates.advance`` and ``filing.decisions`` refuse.
    """
    if (stations is not None) + (file is not None) + everyone != 1:
        raise InputError(texts.WHO)
    read = None if file is None else filing.decisions(file, campaign, all_go=step.to == "recommended")
    refused = 0
    with (
        registry.open_url(settings, role="writer") as url,
        registry.closing_connection(url, role="writer") as conn,
    ):
        terms = campaigns.read(conn, campaign)
        if everyone:
            before = [name for name in BEFORE[step.to] if name is not None]
            stations = [c.station_id for c in candidates.read(conn, campaign, steps=before)]
        conn.rollback()
        if read is None:
            refused += _step(conn, terms, step, stations or [])
        else:
            refused += _decided(conn, terms, step, read)
    if read is not None and read.skipped:
        console.note(texts.SKIPPED.format(n=read.skipped))
    if read is not None and file is not None and read.rejected:
        _keep(file, read)
    return refused if read is None else len(read.rejected)


def _step(conn: Connection, terms: Campaign, step: Step, stations: Sequence[str]) -> int:
    if not stations:
        raise InputError(texts.NOBODY_AT_STEP)
    outcomes = candidates.advance(conn, terms.campaign_id, step, stations)
    return _tell(conn, terms, step, outcomes)


def _decided(conn: Connection, terms: Campaign, step: Step, read: Decisions) -> int:
    """Make the steps that a list says: on for some, back for others, each with its own reason."""
    refused = 0
    if read.on:
        going = replace(step, versions=read.versions)
        outcomes = candidates.advance(conn, terms.campaign_id, going, list(read.on))
        _note_refused(read, outcomes)
        refused += _tell(conn, terms, step, outcomes)
    for reason, group in _by_reason(read.back).items():
        back = replace(step, to="returned", level=None, reason=reason, versions=read.versions)
        outcomes = candidates.advance(conn, terms.campaign_id, back, group)
        _note_refused(read, outcomes)
        refused += _tell(conn, terms, back, outcomes)
    return refused


def _by_reason(back: Mapping[str, tuple[int, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for station_id, (_, reason) in back.items():
        grouped.setdefault(reason, []).append(station_id)
    return grouped


def _note_refused(read: Decisions, outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.reason is not None:
            read.rejected[read.row_of(outcome.station_id)] = [("", outcome.reason)]


def _keep(file: Path, read: Decisions) -> None:
    ending = ".csv" if file.suffix.casefold() == ".csv" else ".xlsx"
    kept = rejects.write(file.with_name(f"{file.stem}.rejected{ending}"), read.table, read.rejected)
    console.note(texts.ROWS_KEPT.format(n=len(read.rejected), file=kept))


def _tell(conn: Connection, terms: Campaign, step: Step, outcomes: Sequence[Outcome]) -> int:
    counted = Counter(outcome.result for outcome in outcomes)
    name: Text = selection_texts.STEP[step.to]
    counts = {result: counted[result] for result in ("done", "unchanged", "refused")}
    console.say(texts.STEPPED.format(step_zh=name.zh, step_en=name.en, **counts))
    for outcome in [o for o in outcomes if o.reason is not None][:LISTED]:
        console.note(outcome.reason or "")
    if step.to == "in_notice" and counted["done"]:
        done = {outcome.station_id for outcome in outcomes if outcome.result == "done"}
        found = candidates.read(conn, terms.campaign_id, steps=["in_notice"])
        conn.rollback()
        until = max(c.notice_until for c in found if c.station_id in done and c.notice_until)
        console.say(texts.NOTICE_UNTIL.format(until=until, days=terms.notice_days))
    if step.to in lists.GONE_ON and counted["done"]:
        _warn_of_quotas(conn, terms)
    return counted["refused"]


def _warn_of_quotas(conn: Connection, terms: Campaign) -> None:
    found = candidates.read(conn, terms.campaign_id, steps=sorted(lists.GONE_ON))
    conn.rollback()
    counted = Counter(candidate.level for candidate in found)
    for level in terms.levels:
        if counted[level.code] > level.quota.quota:
            said = {"level": level.quota.name, "n": counted[level.code], "quota": level.quota.quota}
            console.note(texts.OVER_QUOTA.format(**said))
