"""Chromium, a page that records what it asks for and what it complains about, and a handful of stations."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

import maps
from geo import frames
from service.commands.serving import map_builder
from service.keeper import FrameKeeper
from service.settings import Settings
from tests.http.running import Running

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"narrow": (280, 560), "phone": (360, 640), "tablet": (768, 1024), "desktop": (1440, 900)}
WEEKDAYS_8_TO_18 = [[day * 1440 + 480, day * 1440 + 1080] for day in range(5)]
ALWAYS = [[0, 10080]]


@dataclass
class Visit:
    """One open page with everything it asked for and every complaint on its console."""

    page: Page
    own: str = "file:"
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None
        )

    def assert_quiet(self) -> None:
        assert [url for url in self.requests if not url.startswith((self.own, "data:", "blob:"))] == []
        assert self.complaints == []


# Not longer than a module: while it lives, its event loop stands in the way of tests that run their own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("needs Chromium on the path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """A blank page that is recorded: ``open_visit(own, size="phone", at="2026-09-28T10:00+08:00")``."""
    contexts = []

    def make(own: str, *, size: str = "desktop", at: str | None = None, **options: Any) -> Visit:
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        if at is not None:
            page.clock.set_fixed_time(datetime.fromisoformat(at))
        return Visit(page, own)

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def visit(open_visit: Callable[..., Visit], tmp_path: Path) -> Callable[..., Visit]:
    """Open HTML from disk, network off: ``visit(html, size="phone", at=…, query="#lang=en")``."""

    def open_page(html: str, *, query: str = "", **options: Any) -> Visit:
        seen = open_visit("file:", offline=True, **options)
        file = tmp_path / "page.html"
        file.write_text(html, "utf-8")
        seen.page.goto(file.as_uri() + query)
        return seen

    return open_page


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Serve stations (contract ``geo.frames.STATIONS``) by a real server; gives its address."""
    with ExitStack() as running:

        def start(stations: pd.DataFrame, *, settings: dict[str, Any] | None = None, **options: Any) -> str:
            keeper = FrameKeeper(stations)
            build = map_builder(maps.DiscoveryOptions(**options))
            return running.enter_context(
                Running(Settings(port=0, **(settings or {})), keeper, map_page=build)
            ).url

        yield start


def station(number: int, **given: Any) -> dict[str, Any]:
    """One public station by contract, somewhere in the invented town; ``given`` overrides."""
    row: dict[str, Any] = dict.fromkeys(frames.STATIONS.columns)
    row |= {name: float("nan") for name, column in frames.STATIONS.columns.items() if column.kind == "number"}
    row |= {
        "station_id": f"s{number:05d}",
        "external_ids": {},
        "name": f"驿站{number}号",
        "host_kind": "bank",
        "kind": "fixed",
        "audience": "outdoor_workers",
        "status": "open",
        "lon": 114.30 + (number % 10) * 0.004,
        "lat": 30.58 + (number // 10) * 0.003,
        "position_kind": "entrance",
        "makeup_days": False,
        "access_method": "open_door",
        "door_24h": "no",
        "unattended_24h": "no",
        "goods_24h": "no",
        "facilities": {},
        "street_door": "unknown",
        "in_compound": "unknown",
        "registration_required": "unknown",
        "source": "样例",
        "updated_at": "2026-09-01T08:00:00+08:00",
        "version": 1,
        "data_version": 1,
        "street_facing": "unknown",
        "week": WEEKDAYS_8_TO_18,
        "exceptions": {},
        "hours_posted": "周一至周五 8:00-18:00",
    }
    return row | given


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    columns = [*frames.STATIONS.columns, "week", "exceptions"]
    built = pd.DataFrame({name: pd.Series([r[name] for r in rows], dtype=object) for name in columns})
    for name, column in frames.STATIONS.columns.items():
        if column.kind == "number":
            built[name] = built[name].astype(float)
        elif column.kind == "flag":
            built[name] = built[name].astype(bool)
    return built


@pytest.fixture
def make_station() -> Callable[..., dict[str, Any]]:
    return station


@pytest.fixture
def make_frame() -> Callable[..., pd.DataFrame]:
    return frame


@pytest.fixture
def cast() -> pd.DataFrame:
    """One station of every kind that the page must tell apart, and some that it must not show."""
    return frame(
        station(
            1,
            name="江汉路全天驿站",
            door_24h="yes",
            week=ALWAYS,
            hours_posted="24小时",
            street_facing="yes",
            street_facing_rule="clear_line",
            street_facing_zh="临街：距江汉路路缘 8.0 米，无遮挡，9/9 稳定",
            street_facing_en="Street-facing: 8.0 m to the kerb of 江汉路, nothing in between, 9/9 stable",
            facilities={"drinking_water": "working", "microwave": "broken", "toilet": "unknown"},
            floor=1.0,
            phone="027-12345678",
            verified_at="2026-08-20",
            address="江汉路 1 号",
        ),
        station(
            2, name="扫码自助驿站", unattended_24h="yes", access_method="qr", facilities={"wifi": "working"}
        ),
        station(3, name="售货柜旁驿站", goods_24h="yes", facilities={"vending_24h": "working"}),
        station(
            4,
            name="工作日驿站",
            exceptions={"2026-10-01": [], "2026-10-10": [[480, 1080]], "2026-10-12": None},
        ),
        station(
            5,
            name="夜间驿站",
            week=[[d * 1440 + 1200, d * 1440 + 1560] for d in range(7)],
            hours_posted="20:00-次日2:00",
        ),
        station(6, name="时间不详驿站", week=None, exceptions=None, hours_posted="详询门店"),
        station(7, name="暂停驿站", status="temporarily_closed", status_reason="装修", week=ALWAYS),
        station(
            8,
            name="院内驿站",
            street_facing="no",
            street_facing_rule="blocked",
            street_facing_zh="不临街：朝成府路方向 38 米处被建筑阻挡",
            in_compound="yes",
            registration_required="yes",
            floor=2.0,
            access_method="staff",
        ),
        station(9, audience="staff"),
        station(10, audience="unknown"),
        station(11, audience="unknown"),
        station(12, lon=float("nan"), lat=float("nan")),
        station(13, status="closed"),
        station(14, status="planned"),
        station(15, audience="members"),
    )


@pytest.fixture
def screenshots() -> Path | None:
    """Where pictures go, when ``YIZHAN_SCREENSHOTS`` names a folder."""
    folder = os.environ.get("YIZHAN_SCREENSHOTS")
    if folder is None:
        return None
    Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder)
