"""The settings of the service: one frozen value, read from the environment once, at the entrance.

Every field is the environment variable ``YIZHAN_<FIELD>``, but for two that others name: ``DATABASE_URL`` and
systemd's ``NOTIFY_SOCKET``.
Nothing else in the program reads the environment.
"""

from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.access import texts as access_texts
from service.access.address import ForwardedHeader, Proxies
from service.roads import texts as roads_texts
from service.texts import SETTINGS as OF_SERVICE

SETTINGS: Final = OF_SERVICE | access_texts.SETTINGS | roads_texts.SETTINGS
"""What each field means."""


def _described(name: str, **bounds: Any) -> Any:
    return Field(description=str(SETTINGS[name]), **bounds)


class Settings(BaseSettings):
    """What the operator may set; unset fields keep the defaults below.

    Raises
    ------
    pydantic.ValidationError
        A value is outside its range; the message names the field.

    Examples
    --------
    >>> Settings(port=8080).port
    8080
    """

    model_config = SettingsConfigDict(
        env_prefix="YIZHAN_", frozen=True, extra="forbid", env_ignore_empty=True, validate_by_name=True
    )

    database_url: str | None = _described("database_url", default=None, validation_alias="DATABASE_URL")
    write_url: str | None = _described("write_url", default=None)
    backups: Path | None = _described("backups", default=None)
    host: str = _described("host", default="127.0.0.1")
    port: int = _described("port", default=8000, ge=0, le=65535)
    workers: int = _described("workers", default=1, ge=1, le=64)
    poll_s: float = _described("poll_s", default=1.0, gt=0, le=3600)
    start_wait_s: float = _described("start_wait_s", default=10.0, ge=0, le=3600)
    stop_wait_s: int = _described("stop_wait_s", default=10, ge=0, le=3600)
    body_limit_bytes: int = _described("body_limit_bytes", default=65536, ge=1024, le=2**30)
    body_wait_s: float = _described("body_wait_s", default=10.0, gt=0, le=3600)
    batch_points: int = _described("batch_points", default=10_000, ge=1, le=100_000)
    batch_body_bytes: int = _described("batch_body_bytes", default=16 * 2**20, ge=1024, le=2**30)
    import_body_bytes: int = _described("import_body_bytes", default=64 * 2**20, ge=1024, le=2**30)
    import_wait_s: int = _described("import_wait_s", default=300, ge=1, le=3600)
    feed_ttl_s: int = _described("feed_ttl_s", default=60, ge=0, le=86400)
    feed_license_url: str = _described("feed_license_url", default="", pattern=r"^(https?://\S+)?$")
    feed_attribution: str = _described("feed_attribution", default="", max_length=400)
    limits: bool = _described("limits", default=True)
    trusted_proxies: str = _described("trusted_proxies", default="")
    forwarded_header: ForwardedHeader = _described("forwarded_header", default="x-forwarded-for")
    address_requests_per_s: float = _described("address_requests_per_s", default=200.0, ge=0, le=1e6)
    address_requests_burst: int = _described("address_requests_burst", default=6_000, ge=1, le=10**9)
    address_points_per_s: float = _described("address_points_per_s", default=2_000.0, ge=0, le=1e9)
    address_points_burst: int = _described("address_points_burst", default=60_000, ge=1, le=10**9)
    key_requests_per_s: float = _described("key_requests_per_s", default=1_000.0, ge=0, le=1e6)
    key_requests_burst: int = _described("key_requests_burst", default=30_000, ge=1, le=10**9)
    key_points_per_s: float = _described("key_points_per_s", default=20_000.0, ge=0, le=1e9)
    key_points_burst: int = _described("key_points_burst", default=600_000, ge=1, le=10**9)
    trial_point_cost: int = _described("trial_point_cost", default=200, ge=0, le=100_000)
    metrics: Literal["off", "key", "open"] = _described("metrics", default="key")
    log_format: Literal["text", "json"] = _described("log_format", default="text")
    access_log: bool = _described("access_log", default=False)
    planner_pages: bool = _described("planner_pages", default=False)
    plans: str = _described("plans", default="")
    travel: bool = _described("travel", default=True)
    base_map: str = _described("base_map", default="none", pattern=r"^(none|tianditu|amap|https://.+)$")
    base_map_key: str = _described("base_map_key", default="")
    base_map_coordsys: Literal["wgs84", "gcj02"] = _described("base_map_coordsys", default="wgs84")
    base_map_attribution: str = _described("base_map_attribution", default="")
    base_map_approval: str = _described("base_map_approval", default="")
    frame_ancestors: str = _described(
        "frame_ancestors",
        default="*",
        pattern=r"^(\*|'none'|('self'|https?://[A-Za-z0-9.*:-]+)( ('self'|https?://[A-Za-z0-9.*:-]+))*)$",
    )
    reports_per_address: int = _described("reports_per_address", default=50, ge=1, le=100_000)
    stale_days: int = _described("stale_days", default=365, ge=1, le=3650)
    public_url: str = _described(
        "public_url", default="", pattern=r"^(https?://[^\s/?#]+(/[^\s?#]*[^\s/?#])?)?$"
    )
    notify_socket: str | None = _described("notify_socket", default=None, validation_alias="NOTIFY_SOCKET")
    root_path: str = _described("root_path", default="", pattern=r"^(/[A-Za-z0-9._~-]+)*$")

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        Proxies(value)
        return value


def variable(name: str) -> str:
    """Name the environment variable that sets a field.

    Examples
    --------
    >>> variable("port"), variable("database_url")
    ('YIZHAN_PORT', 'DATABASE_URL')
    """
    alias = Settings.model_fields[name].validation_alias
    return alias if isinstance(alias, str) else f"YIZHAN_{name.upper()}"
