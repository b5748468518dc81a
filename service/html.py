"""The service's own pages as HTML: the start page and the API documentation. No script, no foreign host."""

import base64
import hashlib
from html import escape
from typing import Any, Final

from geo.texts import Text
from service import texts

STYLE: Final = """
body{font:16px/1.6 system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;max-width:60rem;
margin:0 auto;padding:1rem;color:#1b1b1b;background:#fff}
h1,h2,h3{line-height:1.3}a{color:#0b57a4}code{background:#f0f2f4;padding:0 .25em;border-radius:3px;
overflow-wrap:anywhere}td:first-child code{white-space:nowrap}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem}
th,td{border:1px solid #c9ced3;padding:.35rem .5rem;text-align:left;vertical-align:top}
th{background:#f0f2f4}section{border-top:2px solid #c9ced3;margin-top:1.5rem}
"""

COVERAGE_COMMAND: Final = "yizhan plan --demand demand.gpkg --out PLANS/2026-11"


def index(root: str, *, with_map: bool, with_review: bool = False, with_coverage: bool = False) -> str:
    """Make the start page; ``root`` is the path prefix that a proxy adds."""
    links = [("/map", texts.INDEX_MAP), ("/embed/builder", texts.INDEX_BUILDER)] if with_map else []
    links += [("/review", texts.INDEX_REVIEW)] if with_review else []
    links += [("/coverage", texts.INDEX_COVERAGE)] if with_coverage else []
    links += [("/docs", texts.INDEX_DOCS), ("/readyz", texts.INDEX_READY)]
    items = "".join(f'<li><a href="{escape(root + path)}">{_both(text)}</a></li>' for path, text in links)
    return _page(texts.SITE_TITLE, f"<p>{_both(texts.INDEX_LEAD)}</p><ul>{items}</ul>")


def coverage_none(root: str) -> str:
    """Make the page that stands at ``/coverage`` as long as there is no finished report."""
    body = (
        f"<p><strong>{_both(texts.COVERAGE_NONE)}</strong></p><p>{_both(texts.COVERAGE_HOW)}</p>"
        f"<pre><code>{escape(COVERAGE_COMMAND)}</code></pre>"
        f'<p><a href="{escape(root)}/">{_both(texts.SITE_TITLE)}</a></p>'
    )
    return _page(texts.COVERAGE_TITLE, body)


def policy() -> str:
    """Write the content security policy of these pages: their own sheet and nothing else."""
    style = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; frame-ancestors 'none'"


def docs(document: dict[str, Any], root: str) -> str:
    """Make the documentation of an OpenAPI document.

    Parameters
    ----------
    document
        OpenAPI 3.1, as ``FastAPI.openapi()`` gives it.
    root
        Path prefix that a proxy adds.
    """
    sections = [
        _operation(method, path, operation, document)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]
    lead = (
        f"<p>{escape(document['info'].get('description', ''))}</p>"
        f'<p><a href="{escape(root)}/openapi.json">{_both(texts.DOCS_OPENAPI)}</a> · '
        f'<a href="{escape(root)}/docs/platform">{_both(texts.DOCS_PLATFORM)}</a></p>'
    )
    return _page(texts.API_TITLE, lead + "".join(sections) + _problems())


def _operation(method: str, path: str, operation: dict[str, Any], document: dict[str, Any]) -> str:
    parts = [f"<h2><code>{method.upper()} {escape(path)}</code> {escape(operation.get('summary', ''))}</h2>"]
    if operation.get("description"):
        parts.append(f"<p>{escape(operation['description'])}</p>")
    if operation.get("parameters"):
        rows = [(p["name"], p.get("required", False), p) for p in operation["parameters"]]
        parts.append(_fields(texts.DOCS_PARAMETERS, rows))
    body = operation.get("requestBody")
    if body:
        (media_type, described), *_ = body["content"].items()
        schema = described["schema"]
        rows = [(n, n in schema.get("required", ()), s) for n, s in schema.get("properties", {}).items()]
        parts.append(_fields(texts.DOCS_BODY, rows) if rows else f"<p><code>{escape(media_type)}</code></p>")
    parts.append(f"<h3>{_both(texts.DOCS_ANSWERS)}</h3><ul>")
    parts += [_answer(status, answer, document) for status, answer in operation["responses"].items()]
    return "<section>" + "".join(parts) + "</ul></section>"


def _fields(title: Text, rows: list[tuple[str, bool, dict[str, Any]]]) -> str:
    lines = [
        f"<tr><td><code>{escape(name)}</code>{_required(required)}</td>"
        f"<td>{escape(described.get('description', ''))}<br>{_both(texts.DOCS_EXAMPLE)}: "
        f"<code>{escape(_example(described.get('example')))}</code></td></tr>"
        for name, required, described in rows
    ]
    head = f"<tr><th>{_both(texts.DOCS_NAME)}</th><th>{_both(texts.DOCS_MEANING)}</th></tr>"
    return f"<h3>{_both(title)}</h3><table>{head}{''.join(lines)}</table>"


def _answer(status: str, answer: dict[str, Any], document: dict[str, Any]) -> str:
    content: dict[str, Any] = next(iter(answer.get("content", {}).values()), {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    schema = document.get("components", {}).get("schemas", {}).get(name, {})
    fields = ", ".join(f"<code>{escape(f)}</code>" for f in schema.get("properties", {}))
    return f"<li><code>{escape(status)}</code> {escape(answer.get('description', ''))} {fields}</li>"


def _problems() -> str:
    rows = "".join(
        f'<tr id="{code}"><td><code>{code}</code></td><td>{_both(title)}</td></tr>'
        for code, title in texts.TITLES.items()
    )
    return f"<section><h2>{_both(texts.DOCS_PROBLEMS)}</h2><table>{rows}</table></section>"


def _required(required: bool) -> str:
    return f"<br>{_both(texts.DOCS_REQUIRED)}" if required else ""


def _example(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _both(text: Text) -> str:
    return f'{escape(text.zh)} <span lang="en">{escape(text.en)}</span>'


def _page(title: Text, body: str) -> str:
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(str(title))}</title><style>{STYLE}</style></head>"
        f"<body><h1>{_both(title)}</h1>{body}</body></html>"
    )
