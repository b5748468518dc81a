"""What a page shows where scripts are blocked: its stations as a plain list, or the way to the table beside it."""

from collections.abc import Iterable
from html import escape
from typing import Any, Final

import pandas as pd

from geo import vocabulary
from maps import legend, navigation, payload, texts
from maps.options import Served

MOST: Final = 500
"""How many stations are listed; the page holds all of them once already, and few people block scripts."""
_PLACE: Final = ("city", "district", "address")


def listed(shown: pd.DataFrame) -> str:
    """Write the list of a page that holds its stations: 24-hour stations first, then by district.

    Parameters
    ----------
    shown
        Public stations, as :func:`maps.payload.public` gives them; none give a sentence that says so.

    Returns
    -------
    html
        A ``<ul>`` of at most ``MOST`` stations, and how many more there are.
    """
    if shown.empty:
        return f"<p>{escape(texts.PAGE['no_stations'].zh)}</p>"
    kinds = pd.Series(payload.access_24h(shown), index=shown.index)
    first = ~kinds.isin(legend.AROUND_THE_CLOCK)
    order = pd.DataFrame(
        {"first": first, "district": shown["district"].fillna(""), "id": shown["station_id"]}
    )
    chosen = order.sort_values(["first", "district", "id"], kind="stable").index[:MOST]
    rows = shown.loc[chosen].to_dict("records")
    items = "".join(_item(row, kind) for row, kind in zip(rows, kinds[chosen], strict=True))
    rest = len(shown) - len(chosen)
    more = f"<p>{escape(texts.NOSCRIPT_MORE.zh.format(n=rest))}</p>" if rest else ""
    return f'<ul class="plain-list">\n{items}</ul>{more}'


def link(served: Served) -> str:
    """Write the way from a served page to the table of the same stations."""
    asked = f"?adcode={served.adcode}" if served.adcode else ""
    return f'<p><a href="embed/table{escape(asked)}">{escape(texts.NOSCRIPT_TABLE.zh)}</a></p>'


def _item(row: dict[Any, Any], kind: str) -> str:
    facts = [f"<strong>{_foreign(row['name'])}</strong>", *map(_foreign, _facts(row, kind))]
    address = navigation.link(navigation.APPS[0], row["lon"], row["lat"], row["name"])
    go = f'<a href="{escape(address)}" rel="noopener noreferrer">{escape(navigation.APPS[0].label.zh)}</a>'
    return f"<li>{'<br>'.join([*facts, go])}</li>\n"


def _facts(row: dict[Any, Any], kind: str) -> Iterable[str]:
    if row["status"] != "open":
        yield vocabulary.STATUS["temporarily_closed"].zh
    if kind in ("open_door", "unattended", "goods_only"):
        yield vocabulary.ACCESS_24H[kind].zh
    yield row["hours_posted"] if _is_text(row["hours_posted"]) else texts.PAGE["hours_none"].zh
    place = "".join(row[name] for name in _PLACE if _is_text(row[name]))
    yield from (text for text in (place, row["phone"]) if _is_text(text))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value.strip() != ""


def _foreign(text: str) -> str:
    """Write text of the data, which keeps its own direction; what cannot be written is left out."""
    return f"<bdi>{escape(''.join(c for c in text if c.isprintable()))}</bdi>"
