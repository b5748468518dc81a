"""The pictures of the README: ``make screenshots`` takes them of the invented town, always at the same minute."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

from data.hours.holidays import HolidayTable
from data.postgres import schema
from data.postgres.cluster import Cluster
from data.sample import town
from data.stations import store
from maps import DiscoveryOptions
from service import registry
from service.commands import demo, texts
from service.discovery import PageSource, page, streets_around
from tests.browser.conftest import ARGUMENTS

FOLDER: Final = Path(__file__).resolve().parents[2] / "maps" / "screenshots"
MORNING, NIGHT = "2026-09-28T10:00:00+08:00", "2026-09-29T02:10:00+08:00"
HERE: Final = {"longitude": 114.9128, "latitude": 43.3040}
MOST_BYTES: Final = 150_000


def main() -> None:
    """Write both pictures, and refuse one that is too large for a README."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("needs Chromium on the path")
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="yizhan-screenshots-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        file = folder / "map.html"
        file.write_text(_town(folder), "utf-8")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            with _opened(browser, file, (960, 560), 1.0, MORNING) as desk:
                _take(desk, FOLDER / "desktop.png")
            with _opened(browser, file, (360, 640), 1.5, NIGHT) as phone:
                phone.locator("#nearby").click()
                phone.wait_for_selector("#list .far")
                _take(phone, FOLDER / "phone.png")
            browser.close()


def _town(folder: Path) -> str:
    """The map page of the sample, taken through the same doors as real data."""
    cluster = Cluster(folder / "postgres", disposable=True)
    try:
        url = cluster.start()
        schema.migrate(url)
        demo.prepare(url, folder)
        with registry.closing_connection(url, role="reader") as conn:
            stations = store.read_stations(conn)
            streets = streets_around(conn, stations)
    finally:
        cluster.remove()
    source = PageSource(stations, HolidayTable.from_library(), int(stations.attrs["data_version"]), streets)
    options = DiscoveryOptions(
        title=texts.DEMO_TOWN.zh,
        title_en=texts.DEMO_TOWN.en,
        notice=texts.DEMO_NOTICE.zh,
        notice_en=texts.DEMO_NOTICE.en,
        attribution=town.SOURCE,
        streets_attribution=texts.DEMO_STREETS.zh,
    )
    return page(source, date.fromisoformat(MORNING[:10]), options)


@contextmanager
def _opened(browser: Browser, file: Path, size: tuple[int, int], scale: float, at: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        device_scale_factor=scale,
        offline=True,
        geolocation=HERE,
        permissions=["geolocation"],
    )
    try:
        opened = context.new_page()
        opened.clock.set_fixed_time(datetime.fromisoformat(at))
        opened.goto(file.as_uri())
        opened.wait_for_selector(".station", state="attached")
        yield opened
    finally:
        context.close()


def _take(opened: Page, target: Path) -> None:
    # Focus and pointer leave no trace; tiles and markers have come to rest.
    opened.evaluate("document.activeElement.blur()")
    opened.mouse.move(0, 0)
    opened.wait_for_timeout(400)
    picture = opened.screenshot(animations="disabled")
    if len(picture) > MOST_BYTES:
        raise SystemExit(f"{target.name}: {len(picture)} bytes, at most {MOST_BYTES}")
    target.write_bytes(picture)
    sys.stdout.write(f"{target.name}: {len(picture) // 1000} kB\n")


if __name__ == "__main__":
    main()
