"""Markup of the report: every text in both languages, one of which is shown; nothing of a stranger's is markup."""

from collections.abc import Iterable
from html import escape

from geo.texts import Text


def both(text: Text) -> str:
    """Write a text in both languages; the sheet shows the one that the page is set to.

    Examples
    --------
    >>> both(Text("是", "yes"))
    '<span class="zh">是</span><span class="en" lang="en">yes</span>'
    >>> both(Text("24h", "24h"))
    '24h'
    """
    zh, en = printable(text.zh), printable(text.en)
    if zh == en:
        return escape(zh)
    return f'<span class="zh">{escape(zh)}</span><span class="en" lang="en">{escape(en)}</span>'


def svg_text(text: Text, x: float, y: float, *, kind: str = "", anchor: str = "start") -> str:
    """Write a text into a drawing, in both languages."""
    place = f'x="{x:g}" y="{y:g}" text-anchor="{anchor}"'
    zh, en = printable(text.zh), printable(text.en)
    if zh == en:
        return f'<text {place} class="{kind}">{escape(zh)}</text>'
    first = f'<text {place} class="zh {kind}">{escape(zh)}</text>'
    return first + f'<text {place} class="en {kind}" lang="en">{escape(en)}</text>'


def foreign(text: str | None) -> str:
    """Write a text of foreign origin: it keeps its own direction, so that a mark in it cannot turn its neighbours.

    Examples
    --------
    >>> foreign("<b>")
    '<bdi>&lt;b&gt;</bdi>'
    """
    return f"<bdi>{escape(printable(text or ''))}</bdi>"


def printable(text: str) -> str:
    r"""Take out what no page may hold: control characters, halves of surrogate pairs; line ends become spaces.

    Examples
    --------
    >>> printable("a\x00b\nc\ud800")
    'ab c'
    """
    return "".join(c if c.isprintable() else " " if c.isspace() else "" for c in text)


def paragraph(sentences: Iterable[Text], *, kind: str = "") -> str:
    """Write sentences as one paragraph; none gives nothing."""
    written = " ".join(map(both, sentences))
    return f'<p class="{kind}">{written}</p>' if written else ""


def bullets(sentences: Iterable[Text]) -> str:
    """Write sentences as a list; none gives nothing."""
    items = "".join(f"<li>{both(sentence)}</li>" for sentence in sentences)
    return f"<ul>{items}</ul>" if items else ""


def section(name: str, heading: Text, body: str) -> str:
    """Write a section that the table of contents leads to."""
    title = f'<h2 id="{name}-title">{both(heading)}</h2>'
    return f'<section id="{name}" aria-labelledby="{name}-title">{title}{body}</section>\n'


def css_string(text: str) -> str:
    r"""Write a text as a string of a style sheet, every character but letters and digits by its number.

    Examples
    --------
    >>> css_string("a<b")
    '"a\\3c b"'
    """
    plain = (c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in printable(text))
    return '"' + "".join(plain) + '"'
