"""Premises on the street map that could host a station: banks, post offices, shops, cafés, public toilets.

Planners start from them where no list of premises is at hand; the stations of most unions are in such places.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import osmium
import pandas as pd
import shapely

from data.streets import osm_layers, osm_read

KINDS: Final = {
    ("amenity", "bank"): "bank",
    ("amenity", "post_office"): "post_office",
    ("amenity", "fuel"): "fuel",
    ("amenity", "pharmacy"): "pharmacy",
    ("amenity", "restaurant"): "restaurant",
    ("amenity", "fast_food"): "restaurant",
    ("amenity", "cafe"): "cafe",
    ("amenity", "toilets"): "public_toilet",
    ("amenity", "community_centre"): "community",
    ("shop", "mobile_phone"): "telecom",
}
"""Tag to kind; any other ``shop`` is a ``shop``. All but ``cafe`` are of ``geo.vocabulary.HOST_KIND``."""

ACCURACY_M: Final = 5.0
"""Uncertainty of a point or a building that was mapped in OSM, by the street-facing definition."""


def candidates(path: Path) -> gpd.GeoDataFrame:
    """Read the premises of an ``.osm.pbf`` file as points.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    frame
        Columns ``osm_id``, ``kind`` (see ``KINDS``), ``name`` (None where untagged), ``position_kind``
        (``building``: a mapped point stands for the premises, an area is given by a point inside it),
        ``accuracy_m`` (5) and ``geometry`` (Point, EPSG:4326); ordered as in the file, indexed from 0. None
        found: no rows, all columns.

    Raises
    ------
    InputError
        The file cannot be read.
    """
    path = Path(path)
    osm_read.survey(path)
    rows = list(_premises(path))
    frame = pd.DataFrame([row[:-1] for row in rows], columns=["osm_id", "kind", "name"], dtype="object")
    frame["position_kind"] = pd.Series("building", index=frame.index, dtype="object")
    frame["accuracy_m"] = ACCURACY_M
    return gpd.GeoDataFrame(frame, geometry=[row[-1] for row in rows], crs="EPSG:4326")


def _premises(path: Path) -> Iterator[tuple[str, str, str | None, Any]]:
    keys = osmium.filter.KeyFilter("amenity", "shop")
    factory = osmium.geom.WKBFactory()
    with osm_read.explained(path):
        item: Any
        for item in osmium.FileProcessor(osm_read.pbf(path)).with_areas(keys).with_filter(keys):
            kind = _kind(tags := osm_layers.clean(dict(item.tags)))
            if kind is None:
                continue
            if item.is_node():
                point = shapely.Point(item.lon, item.lat)
                yield f"node/{item.id}", kind, tags.get("name"), point
            elif item.is_area():
                osm_id = f"{'way' if item.from_way() else 'relation'}/{item.orig_id()}"
                inside = shapely.point_on_surface(shapely.from_wkb(factory.create_multipolygon(item)))
                yield osm_id, kind, tags.get("name"), inside


def _kind(tags: osm_layers.Tags) -> str | None:
    for key in ("amenity", "shop"):
        if kind := KINDS.get((key, tags.get(key, ""))):
            return kind
    return "shop" if osm_layers.is_set(tags, "shop") and tags.get("shop") != "vacant" else None
