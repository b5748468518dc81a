"""A page around a ``folium.Map``: document, determinism, content security policy.

Folium's own document has no language, forbids zoom, loads ten files from foreign hosts and names its objects
at random. Here the document is ours, Leaflet is inlined, and :func:`render` replaces the random names in one
place, whoever added the elements.
"""

import base64
import hashlib
import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import urlsplit

import folium
from branca.element import Element, Figure
from folium.template import Template

from maps import assets
from maps.errors import ForeignHostError, MapsError
from maps.layers import Part

_POLICY_MARK: Final = "<!--policy-->"
_MAP_MARK: Final = "<!--folium-->"
_ID_LENGTH: Final = 32
_DEPTH: Final = 2
"""How deep in lists and dicts of an element other elements are looked for."""


class Page(Figure):
    """The document. ``head`` and ``shell`` are ours; what Folium elements add follows Leaflet in the body.

    Parameters
    ----------
    title
        ``<title>``; escaped here.
    head
        Markup for the head: sheets.
    shell
        Markup of the body with ``<!--folium-->`` where the map's element goes.
    first_script
        Runs before Leaflet, so that lists stand before the map.
    extra_hosts
        Origins that user-added elements may load from.
    image_hosts
        Origins of tiles.
    is_served
        Leaflet is loaded later, from beside the page; then the page's script calls ``yizhanStart()``.
    """

    def __init__(
        self,
        *,
        title: str,
        head: str,
        shell: str,
        first_script: str,
        extra_hosts: tuple[str, ...] = (),
        image_hosts: tuple[str, ...] = (),
        is_served: bool = False,
    ) -> None:
        super().__init__(title=title)
        self.head, self.shell, self.first_script = head, shell, first_script
        self.extra_hosts, self.image_hosts, self.is_served = extra_hosts, image_hosts, is_served
        self.header = Element()
        self.header._parent = self

    def render(self, **kwargs: Any) -> str:
        """Write the finished page, so that Folium's own ``save`` and notebook views are finished too."""
        text = self._document(**kwargs).replace("\r\n", "\n").replace("\r", "\n")
        text = _with_fixed_ids(text, self)
        return text.replace(_POLICY_MARK, _policy(text, self), 1)

    def _document(self, **kwargs: Any) -> str:
        """Write the document, random names and the mark of the policy still in it."""
        for child in self._children.values():
            child.render(**kwargs)
        before, _, after = self.shell.partition(_MAP_MARK)
        return "".join(
            (
                '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n',
                f"{_POLICY_MARK}\n",
                '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
                '<meta name="referrer" content="no-referrer">\n',
                '<meta name="format-detection" content="telephone=no">\n',
                f"<title>{html.escape(_printable(self.title or ''))}</title>\n",
                '<link rel="icon" href="data:,">\n',
                "" if self.is_served else f"<style>{assets.leaflet_sheet()}</style>\n",
                f"{self.head}\n</head>\n",
                f"<body>\n{before}{self.html.render(**kwargs)}{after}\n",
                f"<script>{self.first_script}</script>\n",
                self._map(**kwargs),
                "</body>\n</html>\n",
            )
        )

    def _map(self, **kwargs: Any) -> str:
        """Write what makes the map; sheets and scripts that stock elements bring need Leaflet before them."""
        brought, script = self.header.render(**kwargs), self.script.render(**kwargs)
        if not self.is_served:
            leaflet = f"<script>{assets.leaflet_script()}{assets.folium_script()}</script>\n"
            return f"{leaflet}{brought}\n<script>{script}</script>\n"
        leaflet = f'<script src="{assets.address("leaflet.js")}"></script>\n' if brought.strip() else ""
        return f"{leaflet}{brought}\n<script>window.yizhanStart = function () {{{script}}};</script>\n"


class PageMap(folium.Map):
    """A ``folium.Map`` that brings no file, no viewport tag and no tiles of its own."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 (Folium's own attribute)
    default_css: list[tuple[str, str]] = []  # noqa: RUF012
    _template = Template(
        """
        {% macro html(this, kwargs) %}
            <div class="folium-map" id={{ this.get_name()|tojson }}></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {
                center: {{ this.location|tojson }},
                crs: L.CRS.{{ this.crs }},
                ...{{ this.options|tojavascript }}
            });
            {%- for obj in this.objects_to_stay_in_front %}
            {{ this.get_name() }}.on("overlayadd", function () { {{ obj.get_name() }}.bringToFront(); });
            {%- endfor %}
        {% endmacro %}
        """
    )

    def __init__(self, page: Page, location: tuple[float, float], zoom: int, **options: Any) -> None:
        super().__init__(location=location, zoom_start=zoom, tiles=None, zoom_control=False, **options)
        page.add_child(self)


def render(page_map: folium.Map) -> str:
    """Write a page of this wing as HTML: the same data and elements give the same bytes.

    Parameters
    ----------
    page_map
        What one of the public functions of ``maps`` returned, with whatever Folium elements were added to it.

    Returns
    -------
    html
        A self-contained document with a content security policy made of the hashes of its scripts and sheets.

    Raises
    ------
    MapsError
        The map was not made by this wing.
    ForeignHostError
        An added element loads from a host that ``extra_hosts`` does not name.
    """
    page = page_map.get_root()
    if not isinstance(page, Page):
        raise MapsError("render: this folium.Map was not made by maps; make it with maps.discovery(...)")
    return page.render()


def _with_fixed_ids(text: str, page: Page) -> str:
    """Replace the elements' random ids by their number in order of appearance.

    Only ids of elements of this very page are touched: 128 random bits do not occur in anybody's data.
    """
    known = {element._id for element in _elements(page)}
    order: dict[str, str] = {}

    def fixed(found: re.Match[str]) -> str:
        if found[0] not in known:
            return found[0]
        return order.setdefault(found[0], f"{len(order) + 1:0{_ID_LENGTH}x}")

    return re.sub(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", fixed, text)


def _elements(root: Any) -> Iterator[Any]:
    """Every element reachable from ``root``, also those held as plain attributes, but not inside big data."""
    seen: set[int] = set()
    waiting = [(root, 0)]
    while waiting:
        thing, depth = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, Element):
            yield thing
            waiting.extend((value, 0) for value in vars(thing).values())
        elif isinstance(thing, dict) and depth < _DEPTH:
            waiting.extend((value, depth + 1) for value in thing.values())
        elif isinstance(thing, (list, tuple)) and depth < _DEPTH:
            waiting.extend((value, depth + 1) for value in thing)


def _policy(text: str, page: Page) -> str:
    """Build the policy: nothing but the scripts and sheets in the text, data images and the named hosts."""
    collector = _Collector()
    # The list for readers without scripts is long, ours, and holds nothing that loads.
    for unread in re.findall(r"<noscript>.*?</noscript>", page.shell, re.DOTALL):
        text = text.replace(unread, "")
    collector.feed(text)
    collector.close()
    for url in collector.urls:
        if page.is_served and url == assets.address("leaflet.js"):
            continue
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(url, scheme="https"))
        if origin not in page.extra_hosts:
            raise ForeignHostError(
                f"an added element loads {url}; name {origin} in the option extra_hosts, or leave it out"
            )
    hosts = " ".join((*(["'self'"] if page.is_served else []), *page.extra_hosts))
    scripts, sheets = (" ".join(_hash(t) for t in found) for found in (collector.scripts, collector.sheets))
    rules = [
        "default-src 'none'",
        f"script-src {scripts} {hosts}".strip(),
        f"style-src {sheets} {hosts}".strip(),
        f"img-src data: {' '.join((*page.image_hosts, *page.extra_hosts))}".strip(),
        "base-uri 'none'",
        "form-action 'none'",
    ]
    if page.is_served:
        rules.append("connect-src 'self'")
    if page.extra_hosts:
        rules.append(f"font-src {' '.join(page.extra_hosts)}")
    if _has_stock_elements(page):
        # Folium's own legends, tooltips and the like set style attributes; ours never do.
        rules.append("style-src-attr 'unsafe-inline'")
    content = html.escape("; ".join(rules), quote=True).replace("&#x27;", "'")
    return f'<meta http-equiv="Content-Security-Policy" content="{content}">'


def _has_stock_elements(page: Page) -> bool:
    ours = (Part, PageMap)
    maps = [child for child in page._children.values() if isinstance(child, PageMap)]
    children = [*page._children.values(), *(c for m in maps for c in m._children.values())]
    return any(not isinstance(child, ours) for child in children)


def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def _printable(text: str) -> str:
    return "".join(c for c in text if c.isprintable())


class _Collector(HTMLParser):
    """Collects what the policy must allow: inline scripts and sheets, and addresses of loaded ones."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.scripts: list[str] = []
        self.sheets: list[str] = []
        self.urls: list[str] = []
        self._into: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._into = None
        if tag == "script" and given.get("src"):
            self.urls.append(given["src"] or "")
        elif tag == "script" and given.get("type") not in ("application/json", "application/ld+json"):
            self._into = self.scripts
        elif tag == "style":
            self._into = self.sheets
        elif tag == "link" and given.get("rel") == "stylesheet":
            self.urls.append(given.get("href") or "")
        if self._into is not None:
            self._into.append("")

    def handle_data(self, data: str) -> None:
        if self._into is not None:
            self._into[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._into = None
