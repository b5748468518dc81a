"""Scripts and sheets as text: Leaflet from its installed package, ours from ``maps/static``. Never a CDN."""

import base64
import functools
import hashlib
import importlib.metadata
import re
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Final

MAP_SCRIPTS: Final = ("cells.js", "map.js")

_STATIC: Final = "static"


@functools.cache
def own(name: str) -> str:
    """Text of one of our static files."""
    return resources.files("maps").joinpath(_STATIC, name).read_text("utf-8")


@functools.cache
def leaflet_script() -> str:
    """Leaflet 1.9.3 (Folium's version) without its pointer to a source map, which browsers would ask for."""
    return re.sub(r"\n//# sourceMappingURL=\S*\s*$", "\n", (_leaflet() / "leaflet.js").read_text("utf-8"))


@functools.cache
def leaflet_sheet() -> str:
    """Leaflet's sheet with its images as data URIs."""
    return re.sub(
        r"url\(images/([\w.-]+)\)",
        lambda found: f"url({image_uri(found[1])})",
        (_leaflet() / "leaflet.css").read_text("utf-8"),
    )


@functools.cache
def image_uri(name: str) -> str:
    """One of Leaflet's PNG images as a data URI."""
    return "data:image/png;base64," + base64.b64encode((_leaflet() / "images" / name).read_bytes()).decode()


@functools.cache
def folium_script() -> str:
    """Give what stock Folium elements expect beside Leaflet, with the marker images filled in."""
    text = own("folium.js")
    for name in ("icon", "icon-2x", "shadow"):
        text = text.replace(f"@{name}@", image_uri(f"marker-{name}.png"))
    return text


@functools.cache
def files() -> dict[str, str]:
    """Text by name of what a served page loads from ``assets/``; a name tells the content, which never changes."""
    return dict(_named(which) for which in ("leaflet.css", "leaflet.js", "map.js"))


def address(which: str) -> str:
    """Where a served page finds ``leaflet.css``, ``leaflet.js`` or ``map.js``, relative to itself."""
    return f"assets/{_named(which)[0]}"


@functools.cache
def _named(which: str) -> tuple[str, str]:
    texts: dict[str, Callable[[], str]] = {
        "leaflet.css": leaflet_sheet,
        "leaflet.js": lambda: leaflet_script() + folium_script(),
        "map.js": map_script,
    }
    text = texts[which]()
    stem, _, suffix = which.partition(".")
    return f"{stem}.{hashlib.sha256(text.encode()).hexdigest()[:16]}.{suffix}", text


@functools.cache
def map_script() -> str:
    """Our own script of the map, which follows Leaflet."""
    return "\n".join(own(name) for name in MAP_SCRIPTS)


def _leaflet() -> Path:
    # Located without importing: the package's namespace module warns on newer setuptools.
    files = importlib.metadata.files("XStatic-Leaflet") or []
    script = next(f for f in files if f.name == "leaflet.js")
    return Path(str(script.locate())).parent
