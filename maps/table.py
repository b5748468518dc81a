"""The stations as one plain HTML table that any page can take in: no script, no style, no address of ours.

Content systems strip what they do not know; of this every part is plain HTML, and the table reads the same with all
attributes gone. Every text of the data is escaped, also where it looks like markup.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import chain
from typing import Any, Final

import pandas as pd

from geo import vocabulary
from geo.texts import Text
from maps import legend, navigation, payload, texts, weeks

_Row = dict[Any, Any]
_COLUMNS: Final = ("station", "hours", "way_in", "navigate")


@dataclass(frozen=True)
class TableOptions:
    """What the publisher of a table decides.

    Parameters
    ----------
    title
        In the caption, Chinese and English.
    notice
        Stands before everything, for instance that the data are invented; empty = none.
    data_date
        The day the data were taken; None = not said.
    only_24h
        Leave out what is not a 24-hour station.
    mode
        How the links go: by bicycle or e-bike, or on foot.
    """

    title: Text = texts.TABLE["title"]
    notice: str = ""
    data_date: date | None = None
    only_24h: bool = False
    mode: navigation.Mode = "ride"


def table(stations: pd.DataFrame, *, options: TableOptions | None = None) -> str:
    """Write the table: 24-hour stations first; of each kind by district, paused ones last.

    Parameters
    ----------
    stations
        As for :func:`maps.discovery`; who is not public is left out. Where no hours were posted, those of
        ``week`` are written.
    options
        Everything has a default.

    Returns
    -------
    fragment
        One ``<table>`` and a line below it, to be put into a page. The same stations give the same bytes.

    Raises
    ------
    FrameError
        The frame breaks its contract.
    """
    chosen = options if options is not None else TableOptions()
    shown, _ = payload.public(stations)
    shown = shown.assign(kind_24h=payload.access_24h(shown))
    rows: list[_Row] = list(shown.to_dict("records"))
    always = sorted((r for r in rows if r["kind_24h"] in legend.AROUND_THE_CLOCK), key=_order)
    rest = [] if chosen.only_24h else rows
    others = sorted((r for r in rest if r["kind_24h"] not in legend.AROUND_THE_CLOCK), key=_order)
    body = chain(
        _group("group_24h", always, chosen),
        _group("group_other", others, chosen),
        () if always or others else (_whole_row("td", texts.TABLE["none"].zh),),
    )
    caption = texts.TABLE["caption"].zh.format(
        title=chosen.title.zh, n=len(always) + len(others), n24=len(always)
    )
    if chosen.data_date is not None:
        caption += " · " + texts.TABLE["caption_date"].zh.format(date=chosen.data_date.isoformat())
    head = "".join(f'<th scope="col">{escape(texts.TABLE[name].zh)}</th>' for name in _COLUMNS)
    notice = f'<p lang="zh-CN"><strong>{_foreign(chosen.notice)}</strong></p>\n' if chosen.notice else ""
    return (
        f'{notice}<table lang="zh-CN" border="1" cellpadding="8" cellspacing="0" width="100%">\n'
        f"<caption>{escape(_plain(caption))}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f'{"".join(body)}</table>\n<p lang="zh-CN"><small>{escape(texts.TABLE["note"].zh)}</small></p>\n'
    )


def _order(row: _Row) -> tuple[int, int, str, str, str]:
    kind = (*legend.AROUND_THE_CLOCK, row["kind_24h"]).index(row["kind_24h"])
    paused = int(row["status"] == "temporarily_closed")
    city, district = ("" if _is_missing(row[name]) else str(row[name]) for name in ("city", "district"))
    return paused, kind, city, district, row["station_id"]


def _group(title: str, rows: Sequence[_Row], options: TableOptions) -> Iterable[str]:
    if not rows:
        return
    heading = texts.TABLE[title].zh.format(n=len(rows))
    yield f"<tbody>\n{_whole_row('th', heading)}"
    for row in rows:
        yield f"<tr>{_station(row)}{_hours(row)}{_way_in(row)}{_links(row, options.mode)}</tr>\n"
    yield "</tbody>\n"


def _whole_row(tag: str, words: str) -> str:
    scope = ' scope="rowgroup"' if tag == "th" else ""
    return f'<tr><{tag} colspan="{len(_COLUMNS)}"{scope} align="left">{escape(words)}</{tag}></tr>\n'


def _station(row: _Row) -> str:
    place = "".join(str(row[name]) for name in ("city", "district", "address") if not _is_missing(row[name]))
    phone = "" if _is_missing(row["phone"]) else texts.TABLE["phone"].zh.format(phone=row["phone"])
    lines = [
        f"<strong>{_foreign(row['name'])}</strong>",
        *(_foreign(line) for line in (place, phone) if line),
    ]
    return f'<th scope="row" align="left">{"<br>".join(lines)}</th>'


def _hours(row: _Row) -> str:
    lines = []
    if row["status"] == "temporarily_closed":
        reason = "" if _is_missing(row["status_reason"]) else " " + _foreign(row["status_reason"])
        lines.append(f"<strong>{vocabulary.STATUS['temporarily_closed'].zh}</strong>{reason}")
    if row["kind_24h"] in ("open_door", "unattended", "goods_only"):
        lines.append(f"<strong>{escape(vocabulary.ACCESS_24H[row['kind_24h']].zh)}</strong>")
    posted, week = row["hours_posted"], row.get("week")
    if not _is_missing(posted):
        lines.append(_foreign(posted))
    elif isinstance(week, (list, tuple)):
        lines.append(escape(weeks.words(week)))
    else:
        lines.append(escape(texts.PAGE["hours_none"].zh))
    return f"<td>{'<br>'.join(lines)}</td>"


def _way_in(row: _Row) -> str:
    words = [vocabulary.ACCESS_METHOD.get(row["access_method"], vocabulary.ACCESS_METHOD["unknown"]).zh]
    words += [texts.PAGE["registration"].zh] if row["registration_required"] == "yes" else []
    words += [texts.PAGE["compound"].zh] if row["in_compound"] == "yes" else []
    if not _is_missing(row["floor"]):
        floor = int(row["floor"])
        words.append(texts.PAGE["floor_above" if floor > 0 else "floor_below"].zh.format(n=abs(floor)))
    return f"<td>{'<br>'.join(map(escape, words))}</td>"


def _links(row: _Row, mode: navigation.Mode) -> str:
    links = []
    for app in navigation.APPS:
        address = navigation.link(app, row["lon"], row["lat"], row["name"], mode)
        title = texts.TABLE["to"].zh.format(app=app.label.zh, name=_plain(row["name"]))
        links.append(
            f'<a href="{escape(address)}" aria-label="{escape(title)}" target="_blank" rel="noopener noreferrer">'
            f"{escape(app.label.zh)}</a>"
        )
    return f"<td>{'<br>'.join(links)}</td>"


def _is_missing(value: Any) -> bool:
    return value is None or value is pd.NA or value == "" or (isinstance(value, float) and math.isnan(value))


def _foreign(value: Any) -> str:
    """Write text of the data, which keeps its own direction."""
    return f"<bdi>{escape(_plain(str(value)))}</bdi>"


def _plain(text: str) -> str:
    # Controls and halves of surrogate pairs are no text, and cannot be written.
    return "".join(
        c for c in text if c >= " " and not "\x7f" <= c <= "\x9f" and not "\ud800" <= c <= "\udfff"
    )
