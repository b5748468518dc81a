"""``yizhan keys``: keys of the HTTP interface, shown once and kept as hashes."""

from datetime import date, datetime, time, timedelta
from typing import Annotated

import typer
from rich.table import Table

from data.access import keys as store
from data.access.keys import Key
from data.errors import InputError
from data.hours.schedule import SHANGHAI
from data.postgres import db
from geo.texts import Text
from service import console, registry
from service.access import texts

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=str(texts.KEYS))


@app.command()
def create(
    context: typer.Context,
    label: Annotated[str, typer.Option(help=str(texts.LABEL))],
    scope: Annotated[list[str], typer.Option(help=str(texts.SCOPE))],
    until: Annotated[str | None, typer.Option(help=str(texts.UNTIL))] = None,
) -> None:
    """发放密钥，只显示这一次 · Make a key; it is shown this once."""
    with (
        registry.open_url(context.obj, role="writer") as url,
        registry.closing_connection(url, role="writer") as conn,
        db.transaction(conn, actor="yizhan keys create"),
    ):
        key, text = store.create(conn, label=label, scopes=scope, expires_at=_end_of(until))
    # The key alone on standard output, so that it can be piped to where it belongs.
    console.note(texts.CREATED.format(key_id=key.key_id))
    console.say(text)


@app.command("list")
def list_keys(context: typer.Context) -> None:
    """列出密钥（不含密钥本身） · List the keys, never the secrets."""
    with (
        registry.open_url(context.obj) as url,
        registry.closing_connection(url, role="reader") as conn,
    ):
        found = store.read(conn)
    if not found:
        console.say(texts.NONE)
        return
    table = Table(*(str(head) for head in texts.HEADS))
    now = datetime.now(SHANGHAI)
    for key in found:
        table.add_row(*_told(key, now))
    console.show(table)


@app.command()
def revoke(context: typer.Context, key: Annotated[str, typer.Argument(help=str(texts.WHICH))]) -> None:
    """收回密钥，数秒内生效 · Take a key back; in force within seconds, in every process."""
    with (
        registry.open_url(context.obj, role="writer") as url,
        registry.closing_connection(url, role="writer") as conn,
        db.transaction(conn, actor="yizhan keys revoke"),
    ):
        label = store.revoke(conn, key)
    console.say(texts.REVOKED.format(key_id=store.public_part(key), label=label))


def _end_of(until: str | None) -> datetime | None:
    """Read the last day of a key; it is good until that day ends in Beijing."""
    if until is None:
        return None
    try:
        day = date.fromisoformat(until)
    except ValueError:
        raise InputError(texts.BAD_DAY.format(given=until)) from None
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def _told(key: Key, now: datetime) -> tuple[str, ...]:
    last_day = key.expires_at and (key.expires_at.astimezone(SHANGHAI) - timedelta(microseconds=1)).date()
    state: Text = texts.STATES[key.state(now)]
    return (
        key.key_id,
        key.label,
        ", ".join(name for name in store.SCOPES if name in key.scopes),
        str(key.created_at.astimezone(SHANGHAI).date()),
        str(last_day or "-"),
        str(key.last_used or "-"),
        str(state),
    )
