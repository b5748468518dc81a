"""The page on which an editor who does not program composes what to put on a site, and copies its code.

Everything is written by the page's own script into fields to copy from; the preview is the framed map itself, in a
sandbox. The policy allows this page's script and sheet by hash and frames and data of its own service, no more.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from geo.texts import Text
from maps import assets, payload, style, texts

HEIGHTS_PX: Final = (320, 640, 1600)
"""Least, usual and greatest height of a frame."""


@dataclass(frozen=True)
class Area:
    """A city or a district to choose: its code, its name as stated, how many stations, how many of 24 hours."""

    adcode: str
    name: str
    count: int
    count_24h: int


def builder(areas: Sequence[Area], *, count: int, count_24h: int, most: int) -> str:
    """Write the page.

    Parameters
    ----------
    areas
        To choose from, besides all stations, in this order; may be empty.
    count, count_24h
        How many stations there are in all, how many of them of 24 hours.
    most
        Of more stations neither table nor file is offered.

    Returns
    -------
    html
        One self-contained page; what it shows and fetches has addresses relative to its own, ``embed/builder``.
    """
    named = [{"adcode": a.adcode, "name": a.name, "n": a.count, "n24": a.count_24h} for a in areas]
    data = payload.dumps(
        {
            "texts": {name: list(text) for name, text in texts.BUILDER.items()},
            "title": list(texts.PAGE["title"]),
            "areas": [{"adcode": "", "name": "", "n": count, "n24": count_24h}, *named],
            "most": most,
            "heights": HEIGHTS_PX,
        }
    )
    sheet, script = style.css_variables() + assets.own("builder.css"), assets.own("builder.js")
    words: dict[str, Text] = dict(texts.BUILDER)
    body = re.sub(r"\{\{(\w+)\}\}", lambda found: escape(words[found[1]].zh), assets.own("builder.html"))
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(sheet)}; img-src data:; "
        "frame-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"
    )
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(texts.BUILDER['title'].zh)}</title>\n"
        f'<link rel="icon" href="data:,">\n<style>{sheet}</style>\n</head>\n<body>\n{body}\n'
        f'<script type="application/json" id="builder-data">{data}</script>\n<script>{script}</script>\n'
        "</body>\n</html>\n"
    )


def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"
