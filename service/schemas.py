"""The answers as documented: Pydantic models for the OpenAPI document.

Answers are spliced from pre-encoded bytes, not made from these models; ``tests/http`` holds every answer
against them.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from geo.vocabulary import Ternary

OpenState = Literal["open", "closed", "unknown"]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Reason(_Answer):
    """A sentence in Chinese and in English."""

    zh: str
    en: str | None = None


class Station(_Answer):
    """Facts of one station. Absent: unknown or not applicable."""

    station_id: str
    name: str
    lon: float | None = Field(default=None, description="In the coordinate system that the answer states.")
    lat: float | None = None
    address: str | None = None
    city: str | None = None
    district: str | None = None
    township: str | None = None
    adcode: str | None = None
    township_code: str | None = None
    brand: str | None = None
    operator: str | None = None
    host: str | None = None
    host_kind: str
    kind: str
    audience: str
    status: Literal["open", "temporarily_closed"]
    status_reason: str | None = None
    floor: int | None = None
    capacity: int | None = None
    area_m2: float | None = None
    phone: str | None = None
    position_kind: str
    accuracy_m: float | None = None
    is_24h: Ternary
    access_24h: Literal["open_door", "unattended", "goods_only", "no", "unknown"]
    door_24h: Ternary
    unattended_24h: Ternary
    goods_24h: Ternary
    open_state: OpenState
    opens_at: str | None = Field(default=None, description="RFC 3339; only while closed and where known.")
    closes_at: str | None = Field(default=None, description="RFC 3339; only while open and where known.")
    opening_hours: str | None = Field(default=None, description="OSM opening_hours.")
    hours_posted: str | None = None
    makeup_days: bool
    access_method: str
    facilities: dict[str, Literal["working", "broken", "unknown"]] | None = None
    street_facing: Ternary
    street_facing_rule: str | None = None
    street_facing_reason: Reason | None = None
    street_door: Ternary
    in_compound: Ternary
    registration_required: Ternary
    code: str | None = None
    external_ids: dict[str, str] | None = None
    source: str
    verified_at: str | None = None
    reported_closed_on: str | None = Field(
        default=None,
        description="Users found it closed within posted hours, on different days: the newest day.",
    )
    updated_at: str
    version: int
    data_version: int


class Hit(Station):
    """A station found, with its distance."""

    distance_m: float = Field(
        description="WGS-84 geodesic, to 0.1 m; the order is by the unrounded distance."
    )
    bearing_deg: float | None = Field(default=None, description="From the query point, clockwise from north.")
    travel_s: float | None = Field(
        default=None, description="Seconds of the trip; only with by=walk or by=ebike."
    )
    travel_m: float | None = Field(
        default=None, description="Metres of the trip, with the legs at both ends."
    )
    path: dict[str, Any] | None = Field(
        default=None, description="The trip as a GeoJSON LineString in ret_coordsys; only with path=true."
    )


class Travel(_Answer):
    """What travel times rest on."""

    speed_kmh: float
    limit_s: float = Field(description="The longest trip that is answered.")
    access_m: float = Field(description="From the position asked for to its street, a straight line.")
    streets_date: str | None = Field(description="Day of the street data; null where not known.")
    street_version: int
    unplaced: dict[str, int] = Field(
        description="Stations near enough to have been answered that have no trip: too_far from every street, "
        "not_connected with the streets here."
    )


class NetworkMode(_Answer):
    """The network of one mode."""

    speed_kmh: float
    limit_s: float
    nodes: int
    length_km: float
    components: int
    left_out: dict[str, Any]


class NetworkAnswer(_Answer):
    """What there is to travel on."""

    state: Literal["ready", "loading", "none", "off", "trouble"]
    street_version: int
    streets_date: str | None
    modes: dict[str, NetworkMode]


class _Fresh(_Answer):
    data_version: int = Field(description="Version of the registry that was answered from.")
    data_age_s: float = Field(description="Seconds since the data were last known to be current.")
    evaluated_at: str = Field(description="RFC 3339 minute that open_state holds for.")


class NearestAnswer(_Fresh):
    """Nearest stations, nearest first."""

    query: dict[str, Any] = Field(description="What was understood.")
    travel: Travel | None = Field(default=None, description="Only with by=walk or by=ebike.")
    count: int
    results: list[Hit]


class StationAnswer(_Fresh):
    """One station."""

    coordsys: str
    station: Station


class ListAnswer(_Fresh):
    """One page of stations in order of id."""

    coordsys: str
    count: int
    next: str | None = Field(
        default=None, description="Value of `after` for the next page; absent on the last."
    )
    results: list[Station]


class FieldChange(_Answer):
    """One column that changed; free text and positions without their values."""

    field: str
    old: Any = None
    new: Any = None


class HistoryEntry(_Answer):
    """One change of a station."""

    entry: int
    changed_at: str
    data_version: int
    operation: Literal["insert", "update", "delete"]
    subject: Literal["station", "street_facing"]
    by: Literal["program", "editor"]
    changes: list[FieldChange]


class HistoryAnswer(_Answer):
    """One page of a station's changes, newest first."""

    station_id: str
    data_version: int = Field(description="Version of the registry that was answered from.")
    data_age_s: float = Field(description="0: read from the registry itself.")
    count: int
    next: int | None = Field(
        default=None, description="Value of `before` for the next page; absent on the last."
    )
    results: list[HistoryEntry]


class BatchHit(_Answer):
    """A station found for one point."""

    station_id: str
    distance_m: float = Field(
        description="WGS-84 geodesic, to 0.1 m; the order is by the unrounded distance."
    )
    lon: float | None = Field(default=None, description="Only with ret_coordsys, in that system.")
    lat: float | None = None


class PointError(_Answer):
    """What is wrong with one point."""

    code: Literal["bad_id", "bad_position", "bad_point"]
    field: str | None = Field(default=None, description="Absent when the point is no object.")
    message: Reason


class PointAnswer(_Answer):
    """One point of a batch: either its stations, nearest first, or what is wrong with it."""

    id: str | int | None = Field(description="As sent; null where missing or wrong.")
    stations: list[BatchHit] | None = None
    error: PointError | None = None


class BatchSummary(_Answer):
    """How many points there were; a point without any station near counts as succeeded."""

    total: int
    succeeded: int
    failed: int


class BatchAnswer(_Fresh):
    """Nearest stations of many points, in the order asked."""

    query: dict[str, Any] = Field(description="What was understood, but for the points.")
    summary: BatchSummary
    results: list[PointAnswer]


class FieldError(_Answer):
    """What is wrong with one parameter or field."""

    field: str
    message: Reason


class ProblemAnswer(_Answer):
    """RFC 9457 problem document."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str
    errors: list[FieldError] | None = Field(default=None, description="At most 20.")
    errors_total: int | None = None


class ReadyAnswer(_Answer):
    """Whether the service can answer, and how fresh its data are."""

    ready: bool
    source: Literal["database", "file"]
    database: Literal["up", "away", "none"]
    trouble: Literal["away", "schema", "rows", "refused", "defect"] | None = Field(
        default=None, description="Why the data are not being renewed; absent while they are."
    )
    data_version: int | None = None
    data_age_s: float | None = None
    loaded_at: str | None = None
    stations: int | None = None
    located: int | None = None
    holidays_known_to: int | None = Field(default=None, description="Last year of the holiday table.")


class GeoJson(BaseModel):
    """A GeoJSON FeatureCollection in the answer's coordinate system; each feature has the property ``role``."""

    type: Literal["FeatureCollection"]
    features: list[dict[str, Any]]


class StreetFacingAnswer(_Answer):
    """The street-facing verdict of one station. Absent: not known, or never checked."""

    station_id: str
    name: str | None = None
    coordsys: str
    data_version: int
    data_age_s: float = Field(description="0: read from the registry itself.")
    verdict: Ternary
    kind: Literal["computed", "visited"] | None = None
    rule: str = Field(description="What decided; not_checked and unlocated where nothing was judged.")
    reason: Reason
    declared: dict[str, Ternary] | None = Field(default=None, description="Stated by the operator.")
    visited: dict[str, str] | None = Field(default=None, description="Seen on site; empty: nobody was there.")
    evidence: dict[str, Any] | None = Field(
        default=None, description="Offsets in it are metres east and north of the station."
    )
    parameters: dict[str, Any] | None = Field(
        default=None, description="Numbers of the rule; version names them."
    )
    streets_date: str | None = Field(default=None, description="Day of the street data.")
    checked_at: str | None = None
    stale: bool = Field(description="The street map around the station has changed since.")
    geometry: GeoJson | None = None
    attribution: str | None = None


class Tried(_Answer):
    """One position that was tried: its verdict, or what is wrong with it."""

    id: str | int | None = Field(description="As sent; null where missing or wrong.")
    verdict: Ternary | None = None
    kind: Literal["computed"] | None = None
    rule: str | None = None
    reason: Reason | None = None
    evidence: dict[str, Any] | None = None
    streets_date: str | None = None
    geometry: GeoJson | None = None
    error: PointError | None = None


class TrialAnswer(_Answer):
    """Positions that were tried, in the order asked; nothing is stored."""

    coordsys: str
    parameters: dict[str, Any] = Field(description="Numbers of the rule as used.")
    summary: BatchSummary
    results: list[Tried]
    attribution: str


class ReportAnswer(_Answer):
    """What was taken in; the same again that day gets the same answer."""

    station_id: str
    reason: str
    found_at: str
    thanks: Reason


class ReportRow(_Answer):
    """One report as those see it who decide. Absent: not stated."""

    report_id: int
    station_id: str
    name: str
    address: str | None = None
    district: str | None = None
    adcode: str | None = None
    hours_posted: str | None = None
    reason: str
    facility: str | None = None
    found_at: str
    within_hours: Ternary
    note: str | None = Field(default=None, description="As written by a stranger: text, never markup.")
    received_on: str
    state: str
    decided_on: str | None = None
    decided_by: str | None = None
    decision: str | None = None
    verified_at: str | None = None
    reported_closed_on: str | None = None


class ReportListAnswer(_Answer):
    """Reports, the most urgent stations first."""

    count: int
    results: list[ReportRow]


class DecisionAnswer(_Answer):
    """A decision as it was stored."""

    report_id: int
    state: str
    decided_on: str
