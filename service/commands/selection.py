"""``yizhan select``: a campaign from recommendation to confirmation, in the words of a union office."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table

from data.criteria import rulesets
from data.errors import InputError
from data.hours.schedule import SHANGHAI
from data.postgres import db
from data.postgres.db import Connection
from data.selection import campaigns, candidates, filing
from data.selection import texts as selection_texts
from data.selection.campaigns import Campaign, Level
from data.selection.candidates import Candidate, Step
from data.selection.filing import Line
from data.selection.shortlist import Quota, Ranked
from service import console, discovery, registry
from service.commands.stations import LISTED, REJECTED, keep_existing
from service.selecting import lists, notices, steps, texts
from service.settings import Settings

SHOWN: Final = 300
"""So many lines of a ranking are shown on the screen; the filing form has all."""

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=str(texts.SELECT))

CampaignId = Annotated[str, typer.Argument(help=str(texts.CAMPAIGN))]
Stations = Annotated[list[str] | None, typer.Argument(help=str(texts.STATIONS))]
By = Annotated[str, typer.Option(help=str(texts.BY))]
On = Annotated[str | None, typer.Option(help=str(texts.ON))]
File = Annotated[Path | None, typer.Option(help=str(texts.FILE))]
Everyone = Annotated[bool, typer.Option("--all", help=str(texts.EVERYONE))]
Out = Annotated[Path | None, typer.Option(help=str(texts.OUT))]
Force = Annotated[bool, typer.Option("--force", help=str(texts.OVERWRITE))]


# -- terms


@app.command("new")
def new(
    context: typer.Context,
    campaign: CampaignId,
    title: Annotated[str, typer.Option(help=str(texts.TITLE))],
    by: By,
    level: Annotated[list[str], typer.Option(help=str(texts.LEVEL_TERMS))],
    limit: Annotated[list[str] | None, typer.Option(help=str(texts.LIMIT))] = None,
    rules: Annotated[str, typer.Option(help=str(texts.RULES))] = rulesets.DEFAULT,
    notice_days: Annotated[int, typer.Option(help=str(texts.NOTICE_DAYS))] = 5,
    on: On = None,
) -> None:
    """建立推树活动：标准、级别与名额、公示天数 · Open a campaign: its rules, levels with quotas, days of notice."""
    terms = Campaign(
        campaign, title, rulesets.load(rules), _levels(level, limit or []), notice_days, _day(on), by
    )
    campaigns.check(terms)
    if terms.opened_on > datetime.now(SHANGHAI).date():
        raise InputError(selection_texts.DAY_AHEAD.format(day=terms.opened_on.isoformat()))
    with _writing(context) as conn:
        campaigns.open_campaign(conn, terms)
    said = {"campaign": campaign, "title": title, "rules": terms.rules.version, "days": notice_days}
    console.say(texts.OPENED.format(**said))


@app.command("change")
def change(
    context: typer.Context,
    campaign: CampaignId,
    title: Annotated[str | None, typer.Option(help=str(texts.TITLE))] = None,
    level: Annotated[list[str] | None, typer.Option(help=str(texts.LEVEL_TERMS))] = None,
    limit: Annotated[list[str] | None, typer.Option(help=str(texts.LIMIT))] = None,
    rules: Annotated[str | None, typer.Option(help=str(texts.RULES))] = None,
    notice_days: Annotated[int | None, typer.Option(help=str(texts.NOTICE_DAYS))] = None,
) -> None:
    """修改推树活动（公示开始前） · Change the terms, before the public notice begins. What is not given stays."""
    with _writing(context) as conn:
        now = campaigns.read(conn, campaign)
        conn.rollback()
        given = (
            level if level is not None else [f"{x.code}={x.quota.name}:{x.quota.quota}" for x in now.levels]
        )
        stays = {text.partition("=")[0].strip() for text in given}
        kept = [
            f"{x.code}:{district}={most}"
            for x in now.levels
            if x.code in stays
            for district, most in x.quota.districts.items()
        ]
        changed = replace(
            now,
            title=now.title if title is None else title,
            rules=now.rules if rules is None else rulesets.load(rules),
            levels=_levels(given, kept if limit is None else limit),
            notice_days=now.notice_days if notice_days is None else notice_days,
        )
        stored = campaigns.change(conn, changed)
    console.say(texts.CHANGED.format(campaign=campaign, version=stored.version))


@app.command("list")
def list_campaigns(context: typer.Context) -> None:
    """列出推树活动 · List the campaigns."""
    with _reading(context) as conn:
        found = campaigns.read_all(conn)
    if not found:
        console.say(texts.NO_CAMPAIGNS)
    for campaign in found:
        quotas = ", ".join(f"{level.quota.name} {level.quota.quota}" for level in campaign.levels)
        console.say(f"{campaign.campaign_id}  {campaign.opened_on}  {campaign.title}  [{quotas}]")


# -- steps


@app.command("recommend")
def recommend(
    context: typer.Context,
    campaign: CampaignId,
    level: Annotated[str, typer.Option(help=str(texts.LEVEL))],
    by: By,
    stations: Stations = None,
    file: File = None,
    on: On = None,
) -> None:
    """基层推荐 · Recommend stations for a level."""
    _step(context, campaign, Step("recommended", by, _day(on), level=level), stations, file)


@app.command("review")
def review(
    context: typer.Context,
    campaign: CampaignId,
    by: By,
    stations: Stations = None,
    file: File = None,
    chosen: Annotated[bool, typer.Option("--chosen", help=str(texts.CHOSEN))] = False,
    short: Annotated[bool, typer.Option("--short", help=str(texts.SHORT))] = False,
    on: On = None,
) -> None:
    """综合评议：通过的进入下一步；汇总表中写“退回”的退回 · Review: who passes; rows of a form that say 退回 go back."""
    picked = stations
    if chosen:
        with _reading(context) as conn:
            terms, found = _all_of_now(conn, campaign)
        lines = lists.ranked(terms, found, short=short)
        picked = [line.candidate.station_id for line in lines if _is_chosen(line)]
    _step(context, campaign, Step("reviewed", by, _day(on)), picked, file)


@app.command("notice")
def notice(
    context: typer.Context,
    campaign: CampaignId,
    by: By,
    stations: Stations = None,
    file: File = None,
    everyone: Everyone = False,
    on: On = None,
) -> None:
    """开始公示 · Begin the public notice."""
    _step(context, campaign, Step("in_notice", by, _day(on)), stations, file, everyone=everyone)


@app.command("confirm")
def confirm(
    context: typer.Context,
    campaign: CampaignId,
    by: By,
    stations: Stations = None,
    file: File = None,
    everyone: Everyone = False,
    on: On = None,
) -> None:
    """公示期满后确认 · Confirm, after the notice is over."""
    _step(context, campaign, Step("confirmed", by, _day(on)), stations, file, everyone=everyone)


@app.command("return")
def give_back(
    context: typer.Context,
    campaign: CampaignId,
    stations: Annotated[list[str], typer.Argument(help=str(texts.STATIONS))],
    by: By,
    reason: Annotated[str, typer.Option(help=str(texts.REASON))],
    on: On = None,
) -> None:
    """退回并说明理由 · Return stations, with the reason."""
    _step(context, campaign, Step("returned", by, _day(on), reason=reason), stations, None)


# -- lists


@app.command("shortlist")
def show_shortlist(
    context: typer.Context,
    campaign: CampaignId,
    level: Annotated[str | None, typer.Option(help=str(texts.LEVEL))] = None,
    short: Annotated[bool, typer.Option("--short", help=str(texts.SHORT))] = False,
    out: Out = None,
    force: Force = False,
) -> None:
    """按标准和名额排序，写出推荐汇总表 · Rank the recommended stations by rules and quotas."""
    if out is not None:
        keep_existing(out, force)
    with _reading(context) as conn:
        terms, found = _all_of_now(conn, campaign)
    lines = lists.ranked(terms, found, short=short, level=level)
    _tell_hidden([c for c in found if c.step == "recommended" and level in (None, c.level)])
    if not lines:
        raise InputError(texts.NOBODY)
    table = Table(
        *(c.zh for c in map(selection_texts.COLUMN.get, ("number", "level", "station_id", "name")) if c)
    )
    for title in ("place", "tied", "why"):
        table.add_column(selection_texts.COLUMN[title].zh)
    for number, line in enumerate(lines[:SHOWN], 1):
        table.add_row(str(number), *_shown(terms, line))
    console.show(table)
    if len(lines) > SHOWN:
        console.note(f"… {len(lines)}")
    tied = sum(line.ranked is not None and line.ranked.tied for line in lines)
    if tied:
        console.note(texts.TIES.format(n=tied))
    for limit in lists.unmatched(terms, found):
        console.note(texts.LIMIT_OF_NOBODY.format(limit=limit))
    for asked in terms.levels:
        taken = sum(c.level == asked.code and c.step in lists.GONE_ON for c in found)
        if taken:
            said = {"level": asked.quota.name, "quota": asked.quota.quota, "n": taken}
            console.note(texts.PLACES_TAKEN.format(**said))
    if out is not None:
        filing.write(out, terms, lines)
        console.say(texts.WRITTEN.format(file=out, n=len(lines)))


@app.command("status")
def status(context: typer.Context, campaign: CampaignId, out: Out = None, force: Force = False) -> None:
    """各站点所处步骤；可写出汇总表 · Where every candidate stands; as a filing form with --out."""
    if out is not None:
        keep_existing(out, force)
    with _reading(context) as conn:
        terms, found = campaigns.read(conn, campaign), candidates.read(conn, campaign)
    if not found:
        raise InputError(texts.NOBODY)
    counted = Counter((candidate.level, candidate.step) for candidate in found)
    table = Table(selection_texts.COLUMN["level"].zh, *(step.zh for step in selection_texts.STEP.values()))
    for level in terms.levels:
        table.add_row(level.quota.name, *(str(counted[level.code, step]) for step in selection_texts.STEP))
    console.show(table)
    if out is not None:
        filing.write(out, terms, [Line(candidate) for candidate in found])
        console.say(texts.WRITTEN.format(file=out, n=len(found)))


@app.command("publish")
def publish(
    context: typer.Context,
    campaign: CampaignId,
    out: Annotated[Path, typer.Option(help=str(texts.PAGE_OUT))],
    by: Annotated[str, typer.Option(help=str(texts.PUBLISHER))],
    objections: Annotated[str, typer.Option(help=str(texts.OBJECTIONS))] = "",
    confirmed: Annotated[bool, typer.Option("--confirmed", help=str(texts.CONFIRMED))] = False,
    force: Force = False,
) -> None:
    """写出公示页面（地图、名单、评分卡，可打印）和 Excel 名单 · Write the page of the notice, and the list as Excel."""
    settings: Settings = context.obj
    if out.suffix.casefold() not in (".html", ".htm"):
        raise InputError(texts.PAGE_NAME.format(file=out))
    for field, text in (("--by", by), ("--objections", objections)):
        if text or field == "--by":
            campaigns.check_line(field, text)
    sheet = out.with_suffix(".xlsx")
    for file in (out, sheet):
        keep_existing(file, force)
    step = "confirmed" if confirmed else "in_notice"
    with _reading(context) as conn:
        terms, found = campaigns.read(conn, campaign), candidates.read(conn, campaign, steps=[step])
    warning = discovery.base_map_warning(settings)
    if warning is not None:
        console.note(warning)
    _tell_hidden(found)
    ordered = [c for level in terms.levels for c in found if c.level == level.code and c.station["public"]]
    page = notices.page(terms, ordered, unit=by, objections=objections, base=discovery.base_map(settings))
    out.write_text(page, "utf-8")
    filing.write(sheet, terms, [Line(candidate) for candidate in ordered])
    console.say(texts.WRITTEN.format(file=f"{out}, {sheet}", n=len(ordered)))


@app.command("history")
def show_history(
    context: typer.Context,
    campaign: CampaignId,
    station: Annotated[str | None, typer.Argument(help=str(texts.STATION))] = None,
) -> None:
    """每一步的日期、单位和理由 · Every step that was made: day, unit, reason."""
    with _reading(context) as conn:
        campaigns.read(conn, campaign)
        made = candidates.history(conn, campaign, station)
    for entry in made:
        step = selection_texts.STEP[entry.to_step].zh
        until = f"→ {entry.notice_until}" if entry.to_step == "in_notice" else ""
        told = (str(entry.on), entry.station_id, entry.name or "", step, until, entry.by, entry.reason or "")
        console.say("  ".join(filter(None, told)))


def _all_of_now(conn: Connection, campaign: str) -> tuple[Campaign, list[Candidate]]:
    """Read a campaign and all its candidates, each with the card of today."""
    terms = campaigns.read(conn, campaign)
    return terms, candidates.with_cards_of_now(conn, terms, candidates.read(conn, campaign))


def _tell_hidden(found: Sequence[Candidate]) -> None:
    hidden = [c.station_id for c in found if not c.station["public"]]
    if hidden:
        listed = ", ".join(hidden[:LISTED]) + (" …" if len(hidden) > LISTED else "")
        console.note(texts.NOT_LISTED.format(n=len(hidden), stations=listed))


def _is_chosen(line: Line) -> bool:
    return line.ranked is not None and line.ranked.chosen


def _shown(terms: Campaign, line: Line) -> list[str]:
    ranked: Ranked | None = line.ranked
    assert ranked is not None
    place = selection_texts.CHOSEN if ranked.chosen else selection_texts.RESERVE
    candidate = line.candidate
    level = terms.level(candidate.level).quota.name
    tie = selection_texts.TIE.zh if ranked.tied else ""
    return [level, candidate.station_id, candidate.station["name"], place.zh, tie, ranked.reason.zh]


def _step(
    context: typer.Context,
    campaign: str,
    step: Step,
    stations: Sequence[str] | None,
    file: Path | None,
    *,
    everyone: bool = False,
) -> None:
    if steps.make(context.obj, campaign, step, stations, file, everyone=everyone):
        raise typer.Exit(REJECTED)


# -- options


def _levels(given: Sequence[str], limits: Sequence[str]) -> tuple[Level, ...]:
    quotas: dict[str, Quota] = {}
    limited: set[tuple[str, str]] = set()
    for text in given:
        code, _, rest = text.partition("=")
        name, _, quota = rest.rpartition(":")
        if not (code and name and quota.strip().isdecimal()) or code.strip() in quotas:
            raise InputError(texts.BAD_LEVEL_TERMS.format(given=text))
        quotas[code.strip()] = Quota(name.strip(), int(quota))
    for text in limits:
        place, _, most = text.partition("=")
        code, _, adcode = place.partition(":")
        if code.strip() not in quotas or not adcode or not most.strip().isdecimal():
            raise InputError(texts.BAD_LIMIT.format(given=text))
        key = code.strip(), adcode.strip()
        if key in limited:
            raise InputError(texts.LIMIT_TWICE.format(limit=":".join(key)))
        limited.add(key)
        quota_of = quotas[code.strip()]
        quotas[code.strip()] = replace(quota_of, districts={**quota_of.districts, adcode.strip(): int(most)})
    return tuple(Level(code, quota) for code, quota in quotas.items())


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(SHANGHAI).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(texts.BAD_DAY.format(given=text)) from error


@contextmanager
def _writing(context: typer.Context) -> Iterator[Connection]:
    with _connected(context, "writer") as conn:
        yield conn


@contextmanager
def _reading(context: typer.Context) -> Iterator[Connection]:
    with _connected(context, "reader") as conn:
        yield conn


@contextmanager
def _connected(context: typer.Context, role: db.Role) -> Iterator[Connection]:
    with (
        registry.open_url(context.obj, role=role) as url,
        registry.closing_connection(url, role=role) as conn,
    ):
        yield conn
