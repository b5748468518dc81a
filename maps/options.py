"""What the publisher of a discovery page decides."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from maps import texts
from maps.base import BaseMap

Extent = tuple[float, float, float, float]
"""West, south, east, north in WGS-84 degrees."""


@dataclass(frozen=True)
class Served:
    """A page beside a service: it holds no station and fetches them, from addresses relative to its own.

    Parameters
    ----------
    count
        How many stations there are to fetch.
    extent
        What they span; None = there are none with a position.
    adcode
        Only stations of this administrative area; None = all.
    has_cells
        There are too many for one overview: aggregated cells are fetched from afar, tiles from nearby.
    """

    count: int = 0
    extent: Extent | None = None
    adcode: str | None = None
    has_cells: bool = False


@dataclass(frozen=True)
class DiscoveryOptions:
    """Options of :func:`maps.discovery`; every text is shown as text, whatever it holds.

    Parameters
    ----------
    title
        Heading and ``<title>`` in Chinese; ``title_en`` in English.
    notice
        Shown prominently above everything, for instance that the data are invented; ``notice_en`` likewise.
    base
        The base map; None = a plain ground.
    streets
        A frame by contract ``geo.frames.STREETS`` to draw as background, for the sample and for planners only
        (OpenStreetMap may not be drawn on a public page in China); None = none.
    data_date
        The day the data were taken from the registry.
    data_version
        Registry version of the data.
    valid_until
        The last day for which the dated exceptions are complete. After it only plain 24-hour schedules count
        as known, and the page says so. None = no limit.
    attribution
        Source and licence of the stations, shown at the foot and at the lower left of the map.
    streets_attribution
        Source and licence of the streets, shown with them.
    served
        The page is served by ours and fetches its stations; None = everything is written into the one file.
    reports
        Address of the page on which a problem of a station is reported, with ``{id}`` in it; relative to the page, or
        ``https://…``. Empty: the page offers none.
    extra_hosts
        Origins (``https://…``) that user-added Folium elements may load from. Our own elements need none.
    """

    title: str = texts.PAGE["title"].zh
    title_en: str = texts.PAGE["title"].en
    notice: str = ""
    notice_en: str = ""
    base: BaseMap | None = None
    streets: Any = None
    data_date: date | None = None
    data_version: int | None = None
    valid_until: date | None = None
    attribution: str = ""
    streets_attribution: str = ""
    served: Served | None = None
    reports: str = ""
    extra_hosts: tuple[str, ...] = ()
