"""``yizhan duplicates``: stations that may be one, listed for a person, whose decisions are kept."""

from pathlib import Path
from typing import Annotated, Any

import typer

from data.editing import decisions, duplicates, sheet
from data.editing.decisions import Decision
from data.errors import InputError
from data.postgres import db
from geo.texts import Text
from service import console, registry
from service.commands.stations import keep_existing
from service.duplicates import texts

app = typer.Typer(rich_markup_mode=None, invoke_without_command=True)

LISTED = 20
"""How many pairs are named on the screen."""


@app.callback()
def listing(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(help=str(texts.OUT))] = None,
    within_m: Annotated[float, typer.Option(min=1, max=1000, help=str(texts.WITHIN))] = duplicates.WITHIN_M,
    likeness: Annotated[float, typer.Option(min=0, max=1, help=str(texts.LIKENESS))] = duplicates.LIKENESS,
    limit: Annotated[int, typer.Option(min=1, help=str(texts.LIMIT))] = LISTED,
    force: Annotated[bool, typer.Option("--force", help=str(texts.OVERWRITE))] = False,
) -> None:
    """列出疑似重复与可能更名的站点，由人判断 · List stations that may be one, and probable renames.

    只列出，不改动；判断过的不再列出。用 --out 写成工作表，填好后 yizhan duplicates import。

    Nothing is changed; pairs decided about are not listed again. With --out as a worksheet, to be filled in and read
    back by yizhan duplicates import.
    """
    if context.invoked_subcommand is not None:
        return
    if out is not None:
        keep_existing(out, force)
    with (
        registry.open_url(context.obj) as url,
        registry.closing_connection(url, role="reader") as conn,
        db.translated(),
    ):
        stations, decided = duplicates.read(conn), decisions.decided(conn)
    found = duplicates.find(stations, decided, within_m=within_m, least=likeness)
    for note in found.notes:
        console.note(note)
    console.say(texts.FOUND.format(n=len(found.pairs), stations=len(stations), decided=len(decided)))
    if out is not None:
        sheet.write(out, found.pairs)
        console.say(texts.WRITTEN.format(file=out))
        return
    for row in found.pairs.head(limit).to_dict("records"):
        _show(row)
    if len(found.pairs) > limit:
        console.note(texts.MORE.format(n=len(found.pairs) - limit))


@app.command("decide")
def decide(
    context: typer.Context,
    first: Annotated[str, typer.Argument(help=str(texts.ID))],
    second: Annotated[str, typer.Argument(help=str(texts.ID))],
    by: Annotated[str, typer.Option(help=str(texts.BY))],
    keep: Annotated[str | None, typer.Option(help=str(texts.KEEP))] = None,
    different: Annotated[bool, typer.Option("--different", help=str(texts.DIFFERENT))] = False,
    note: Annotated[str | None, typer.Option(help=str(texts.NOTE))] = None,
) -> None:
    """判断两个站点是否同一处 · Decide about two stations: --different, or the same with --keep ID.

    同一处：未保留的一个撤销并指向保留的（merged_into），外部编号转入，历史保留；改判 --different 可恢复。

    The same: the other one becomes a tombstone that names the one kept, its ids of other platforms are carried over,
    its history stays. Deciding --different later brings it back.
    """
    if different == (keep is not None):
        raise InputError(texts.ONE_VERDICT)
    decision = Decision(first, second, "different" if different else "same", keep, by, note)
    _carry_out(context, [decision])


@app.command("import")
def import_decisions(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help=str(texts.FILE))],
    by: Annotated[str | None, typer.Option(help=str(texts.BY))] = None,
) -> None:
    """读回填好的工作表 · Read the filled worksheet back, all of it or nothing."""
    if not file.is_file():
        raise InputError(texts.NO_FILE.format(file=file))
    _carry_out(context, sheet.read(file, by=by))


def _carry_out(context: typer.Context, wanted: list[Decision]) -> None:
    with (
        registry.open_url(context.obj, role="writer") as url,
        registry.closing_connection(url, role="writer") as conn,
        db.transaction(conn, actor=decisions.ACTOR),
    ):
        for decision in wanted:
            decisions.carry_out(conn, decision)
    same = sum(decision.verdict == "same" for decision in wanted)
    console.say(texts.DECIDED.format(same=same, different=len(wanted) - same))


def _show(row: dict[Any, Any]) -> None:
    apart = (
        texts.UNLOCATED if row["distance_m"] != row["distance_m"] else texts.APART.format(m=row["distance_m"])
    )
    why = sheet.reasons(row["reasons"])
    head = texts.PAIR
    values = [
        {"apart": language[0], "likeness": row["likeness"], "why": language[1]}
        for language in zip(apart, why, strict=True)
    ]
    console.say(Text(head.zh.format(**values[0]), head.en.format(**values[1])))
    for which in ("first", "second"):
        address = row[f"{which}_address"] or "-"
        console.say(
            f"    {row[f'{which}_id']}  {sheet.shown(row, which)}  {address}  [{row[f'{which}_source']}]"
        )
