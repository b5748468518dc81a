"""The small page behind a station's QR code and the map's link: what is wrong? One form, no script, nothing stored."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Final

from data.reports import texts as report_texts
from geo import vocabulary
from geo.texts import Text
from service.reporting import texts

STYLE: Final = """
*{box-sizing:border-box}body{font:18px/1.6 system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;
max-width:34rem;margin:0 auto;padding:1rem;color:#1b1b1b;background:#fff}h1{font-size:1.35rem;line-height:1.3;margin:0}
p{margin:.4rem 0}fieldset{border:1px solid #c9ced3;border-radius:.5rem;margin:1rem 0;padding:.25rem .75rem}
legend{font-weight:600;padding:0 .25rem}label.choice{display:flex;gap:.6rem;align-items:center;padding:.55rem 0;
border-top:1px solid #eceff1}legend+label.choice{border-top:0}input[type=radio]{width:1.4rem;height:1.4rem;flex:none}
label.field{display:block;margin:1rem 0;font-weight:600}select,textarea{display:block;width:100%;font:inherit;
margin-top:.3rem;padding:.5rem;border:1px solid #6b7280;border-radius:.4rem;background:#fff;color:inherit}
button{font:inherit;font-weight:600;width:100%;padding:.8rem;border:0;border-radius:.5rem;background:#0b57a4;color:#fff}
.en{color:#4b5563;font-size:.85em}.wrong{border-left:.3rem solid #b3261e;padding:.3rem .75rem;background:#fdf3f2}
.thanks{border-left:.3rem solid #1a7f37;padding:.3rem .75rem;background:#effaf1}a{color:#0b57a4}
:focus-visible{outline:3px solid #f0a000;outline-offset:2px}
"""

ADDRESS: Final = "stations/{id}/report"
"""Where the page stands, beside the map."""

WHEN: Final[Mapping[str, tuple[Text, timedelta]]] = {
    "now": (texts.PAGE_NOW, timedelta(0)),
    "today": (texts.PAGE_TODAY, timedelta(hours=3)),
    "yesterday": (texts.PAGE_YESTERDAY, timedelta(days=1)),
}
"""What one may choose instead of typing a time, and how long ago it is taken to be."""


@dataclass(frozen=True)
class Shown:
    """What the page tells of a station: its name, address and posted hours, as registered."""

    station_id: str
    name: str
    address: str | None
    hours: str | None


def form(
    station: Shown, root: str, *, problems: Sequence[Text] = (), chosen: Mapping[str, str] | None = None
) -> str:
    """Write the form.

    Parameters
    ----------
    station
        Whose.
    root
        Path prefix that a proxy adds.
    problems
        What was wrong with what was sent; then ``chosen`` is what it was, so that nothing is typed twice.
    """
    kept = chosen or {}
    wrong = "".join(f"<p>{_both(problem)}</p>" for problem in problems)
    parts = [
        _head(station),
        f'<div class="wrong" role="alert">{wrong}</div>' if wrong else "",
        f'<form method="post" action="{escape(root)}/stations/{escape(station.station_id)}/report">',
        _choices("reason", texts.PAGE_REASON, report_texts.REASON, kept.get("reason")),
        _choices(
            "when", texts.PAGE_WHEN, {code: text for code, (text, _) in WHEN.items()}, kept.get("when", "now")
        ),
        _select("facility", texts.PAGE_FACILITY, vocabulary.FACILITY, kept.get("facility", "")),
        f'<label class="field">{_both(texts.PAGE_NOTE)}<textarea name="note" rows="3" maxlength="200">'
        f"{escape(kept.get('note', ''))}</textarea></label>",
        f"<p>{_both(texts.PAGE_LEAD)}</p><button>{_both_plain(texts.PAGE_SEND)}</button></form>",
        _links(root),
    ]
    return _page(texts.PAGE_TITLE, "".join(parts))


def thanks(station: Shown, root: str) -> str:
    """Write what is shown after a report was taken in."""
    again = f"{escape(root)}/stations/{escape(station.station_id)}/report"
    body = (
        f'{_head(station)}<div class="thanks" role="status"><p>{_both(texts.THANKS)}</p></div>'
        f'<p><a href="{again}">{_both(texts.PAGE_AGAIN)}</a></p>{_links(root)}'
    )
    return _page(texts.PAGE_TITLE, body)


def told(message: Text, root: str) -> str:
    """Write a page that says one thing: there is no such station, or it cannot be taken in now."""
    said = f'<div class="wrong" role="alert"><p>{_both(message)}</p></div>'
    return _page(texts.PAGE_TITLE, f"<h1>{_both(texts.PAGE_TITLE)}</h1>{said}{_links(root)}")


def policy() -> str:
    """Write the content security policy: this sheet, a form to ourselves, nothing else."""
    style = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    sheet = f"style-src 'sha256-{style}'"
    return f"default-src 'none'; img-src data:; {sheet}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


def found_at(when: str, now: datetime) -> datetime:
    """Give the moment that a choice stands for; ``KeyError`` for none of ours.

    "Earlier today" is three hours ago, but not yesterday.
    """
    at = now - WHEN[when][1]
    return max(at, now.replace(hour=0, minute=0, second=0, microsecond=0)) if when == "today" else at


def _head(station: Shown) -> str:
    hours = texts.PAGE_HOURS.format(hours=station.hours) if station.hours else texts.PAGE_UNKNOWN_HOURS
    address = f"<p>{escape(station.address)}</p>" if station.address else ""
    name = f"<p><strong>{escape(station.name)}</strong></p>"
    return f"<h1>{_both(texts.PAGE_TITLE)}</h1>{name}{address}<p>{_both(hours)}</p>"


def _choices(name: str, title: Text, choices: Mapping[str, Text], chosen: str | None) -> str:
    rows = "".join(
        f'<label class="choice"><input type="radio" name="{name}" value="{code}" required'
        f"{' checked' if code == chosen else ''}><span>{_both(text)}</span></label>"
        for code, text in choices.items()
    )
    return f"<fieldset><legend>{_both(title)}</legend>{rows}</fieldset>"


def _select(name: str, title: Text, choices: Mapping[str, Text], chosen: str) -> str:
    options = "".join(
        f'<option value="{code}"{" selected" if code == chosen else ""}>{escape(str(text))}</option>'
        for code, text in choices.items()
    )
    none = f'<option value="">{escape(str(texts.PAGE_ANY))}</option>'
    return f'<label class="field">{_both(title)}<select name="{name}">{none}{options}</select></label>'


def _links(root: str) -> str:
    return f'<p><a href="{escape(root)}/map">{_both(texts.PAGE_BACK)}</a></p>'


def _both(text: Text) -> str:
    return f'{escape(text.zh)} <span class="en" lang="en">{escape(text.en)}</span>'


def _both_plain(text: Text) -> str:
    return f'{escape(text.zh)} <span lang="en">{escape(text.en)}</span>'


def _page(title: Text, body: str) -> str:
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="robots" content="noindex"><meta name="referrer" content="same-origin">'
        f'<title>{escape(str(title))}</title><link rel="icon" href="data:,"><style>{STYLE}</style></head>'
        f"<body><main>{body}</main></body></html>"
    )
