"""The feed as documented: models for the OpenAPI document."""

from typing import Any, Final, Literal

from fastapi import Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, create_model

from service import openapi
from service.feed import texts
from service.feed.writing import Format
from service.schemas import Station

_BY_THE_HOUR = ("open_state", "opens_at", "closes_at")


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


_FIELDS: dict[str, Any] = {
    n: (f.annotation, f) for n, f in Station.model_fields.items() if n not in _BY_THE_HOUR
}
FeedStation: Any = create_model(
    "FeedStation",
    __base__=_Answer,
    __doc__="Facts of one station, without what depends on the hour. Absent: unknown or not applicable.",
    **_FIELDS,
)


class Removed(_Answer):
    """A station that is public no longer."""

    station_id: str
    data_version: int
    removed_at: str
    merged_into: str | None = Field(default=None, description="The public station that it was found to be.")


class _Envelope(_Answer):
    last_updated: str = Field(description=texts.LAST_UPDATED)
    ttl: int = Field(description=texts.TTL)
    version: str = Field(description=texts.VERSION)
    registry_id: str | None = Field(default=None, description=texts.REGISTRY)
    data_version: int
    mark: str | None = Field(default=None, description=texts.MARK_FIELD)
    coordsys: str
    license_url: str | None = None
    attribution: str | None = None
    count: int
    since: int | None = None


class FeedData(_Answer):
    """The stations of a feed."""

    stations: list[FeedStation]
    removed: list[Removed] | None = Field(default=None, description=texts.REMOVED)


class FeedAnswer(_Envelope):
    """The feed as JSON."""

    data: FeedData


class Feature(_Answer):
    """One station as GeoJSON; the geometry is null where it is unlocated."""

    type: Literal["Feature"]
    id: str
    geometry: dict[str, Any] | None
    properties: dict[str, Any]


class FeedGeoJson(_Envelope):
    """The feed as GeoJSON; its own members stand beside ``features``."""

    type: Literal["FeatureCollection"]
    removed: list[Removed] | None = Field(default=None, description=texts.REMOVED)
    features: list[Feature]


class GeoJsonResponse(JSONResponse):
    """Tells the document the type of GeoJSON."""

    media_type = "application/geo+json"


class GzipResponse(Response):
    """Tells the document the type of a packed file."""

    media_type = "application/gzip"


RESPONSES: Final[dict[Format, type[Response]]] = {
    "json": JSONResponse,
    "geojson": GeoJsonResponse,
    "ndjson": GzipResponse,
}


def answers(kind: Format) -> dict[int | str, dict[str, Any]]:
    """Describe the answers of one format."""
    models: dict[Format, Any] = {"json": {"model": FeedAnswer}, "geojson": {"model": FeedGeoJson}}
    told = {"description": str(texts.SNAPSHOT)} | models.get(kind, {})
    return {200: told, 304: {"description": str(texts.UNCHANGED)}, **openapi.problems(400, 410, 503)}
