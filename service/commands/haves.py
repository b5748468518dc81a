"""``yizhan haves``: the declaration form out and in, the score card of a station, a summary."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.table import Table

from data.criteria import answers, form, grounds, rulesets
from data.criteria import texts as criteria_texts
from data.criteria.answers import FormReport, Stating
from data.criteria.facts import Fact
from data.criteria.scorecard import Card
from data.errors import InputError
from service import console, registry
from service.commands.stations import LISTED, REJECTED, keep_existing
from service.selecting import texts

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=str(texts.HAVES))


@app.command("form")
def write_form(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help=str(texts.FORM_OUT))],
    rules: Annotated[str, typer.Option(help=str(texts.RULES))] = rulesets.DEFAULT,
    source: Annotated[str | None, typer.Option(help=str(texts.ONLY_SOURCE))] = None,
    adcode: Annotated[str | None, typer.Option(help=str(texts.ONLY_ADCODE))] = None,
    force: Annotated[bool, typer.Option("--force", help=str(texts.OVERWRITE))] = False,
) -> None:
    """写出申报表 · Write the declaration form, filled in with what was declared so far."""
    asked = rulesets.load(rules)
    keep_existing(file, force)
    with registry.open_url(context.obj) as url, registry.closing_connection(url, role="reader") as conn:
        stations = grounds.read(conn, source=source, adcode=adcode)
    if not stations:
        raise InputError(texts.NO_STATIONS)
    form.write(file, stations, asked)
    facts = len(form.asked_for(asked))
    console.say(texts.FORM_WRITTEN.format(file=file, n=len(stations), facts=facts))


@app.command("import")
def import_form(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help=str(texts.FORM_IN))],
    kind: Annotated[Stating, typer.Option(help=str(texts.KIND))],
    rejects: Annotated[Path | None, typer.Option(help=str(texts.REJECTS))] = None,
) -> None:
    """导入填好的申报表 · Import a filled form; rejected rows are kept in a file. Exit code 4 when there are any."""
    with (
        registry.open_url(context.obj, role="writer") as url,
        registry.closing_connection(url, role="writer") as conn,
    ):
        report = answers.import_form(conn, file, kind, rejects_path=rejects)
    _tell(report)
    if report.rejected:
        raise typer.Exit(REJECTED)


@app.command("show")
def show(
    context: typer.Context,
    station: Annotated[str, typer.Argument(help=str(texts.STATION))],
    rules: Annotated[str, typer.Option(help=str(texts.RULES))] = rulesets.DEFAULT,
    as_json: Annotated[bool, typer.Option("--json", help=str(texts.AS_JSON))] = False,
) -> None:
    """显示一个站点的评分卡 · Show the score card of one station, with its evidence."""
    asked = rulesets.load(rules)
    with registry.open_url(context.obj) as url, registry.closing_connection(url, role="reader") as conn:
        found = grounds.read(conn, station_ids=[station])
    if not found:
        raise InputError(criteria_texts.FORM_NO_STATION.format(station=station))
    card = found[0].card(asked)
    if as_json:
        console.say(orjson.dumps(card.to_json(), option=orjson.OPT_INDENT_2).decode())
        return
    counts = {"met": card.met, "unmet": card.unmet, "unknown": card.unknown, "preferred": card.preferred}
    console.say(texts.CARD_LINE.format(name=found[0].station["name"], station=station, **counts))
    console.show(_table(card))


@app.command("summary")
def summary(
    context: typer.Context,
    rules: Annotated[str, typer.Option(help=str(texts.RULES))] = rulesets.DEFAULT,
    source: Annotated[str | None, typer.Option(help=str(texts.ONLY_SOURCE))] = None,
    adcode: Annotated[str | None, typer.Option(help=str(texts.ONLY_ADCODE))] = None,
) -> None:
    """按条件汇总：具备、不具备、待核实各多少站 · Count the stations by each have."""
    asked = rulesets.load(rules)
    with registry.open_url(context.obj) as url, registry.closing_connection(url, role="reader") as conn:
        cards = [ground.card(asked) for ground in grounds.read(conn, source=source, adcode=adcode)]
    if not cards:
        raise InputError(texts.NO_STATIONS)
    table = Table(
        str(texts.CARD_TITLE), *(str(criteria_texts.CARD_STATE[s]) for s in ("yes", "no", "unknown"))
    )
    for number, have in enumerate((*asked.haves, *asked.preferences)):
        counted = Counter((*card.haves, *card.preferences)[number].state for card in cards)
        table.add_row(str(have.name), *(str(counted[s]) for s in ("yes", "no", "unknown")))
    console.say(f"{texts.SUMMARY_COUNT}: {len(cards)}")
    console.show(table)


def _table(card: Card) -> Table:
    table = Table(*(str(title) for title in (texts.CARD_TITLE, texts.CARD_STATE, texts.CARD_FACTS)))
    for mark in (*card.haves, *card.preferences):
        facts = "\n".join(_told(fact) for fact in mark.facts)
        table.add_row(str(mark.have.name), str(criteria_texts.CARD_STATE[mark.state]), facts)
        table.add_section()
    return table


def _told(fact: Fact) -> str:
    state, kind = criteria_texts.CARD_STATE[fact.state].zh, criteria_texts.FACT_KIND[fact.kind].zh
    said = ", ".join(filter(None, (kind, fact.on, fact.by)))
    return f"{fact.name.zh}: {state} ({said})" + (f" {fact.note.zh}" if fact.note else "")


def _tell(report: FormReport) -> None:
    counts = {name: getattr(report, name) for name in ("changed", "unchanged", "skipped", "rejected")}
    console.say(texts.FORM_TAKEN.format(**counts))
    for note in report.notes:
        console.note(note)
    for row, reason in report.reasons[:LISTED]:
        console.note(texts.ROW.format(row=row, reason_zh=reason.zh, reason_en=reason.en))
    if report.rejects_path is not None:
        console.note(texts.ROWS_KEPT.format(n=report.rejected, file=report.rejects_path))
