"""What the served map costs a browser: script, style and layout time until list and map stand, by stations.

Chromium opens ``/map`` at 1440 by 900 from our own server over loopback, fresh each time; the middle of the
rounds counts. The page stands when the network rests, the list says how many stations there are and the map
has drawn. The times are Chromium's own (``Performance.getMetrics``); nothing is slowed down.
"""

import shutil
import statistics
from typing import Any

from bench.registry import registry
from bench.served import served
from bench.table import Row

SIZES = (1_000, 10_000, 180_000)
ROUNDS = 5
GOAL_STATIONS, GOAL_S = 10_000, 2.0
PATIENCE_MS = 120_000
SCREEN = (1440, 900)


def run() -> list[Row]:
    """Measure every size; the rows of the table."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise RuntimeError("needs Chromium on the path")
    rows = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        for size in SIZES:
            with registry(size) as url, served(make_map, url) as ours:
                address = f"http://127.0.0.1:{ours.port}/map"
                rounds = [opened(browser, address) for _ in range(ROUNDS + 1)][1:]
            rows.append(row(size, rounds))
        browser.close()
    return rows


def make_map(url: str) -> Any:
    """Make our application over a registry, with its map."""
    from maps import DiscoveryOptions
    from service.app import create_app
    from service.commands.serving import map_builder
    from service.keeper import DatabaseKeeper
    from service.settings import Settings

    settings = Settings(database_url=url, start_wait_s=PATIENCE_MS / 1000)
    return create_app(settings, DatabaseKeeper(url), map_page=map_builder(DiscoveryOptions()))


def opened(browser: Any, address: str) -> dict[str, float]:
    """Chromium's metrics of one visit, with the number of markers and the bytes that came, packed."""
    context = browser.new_context(viewport={"width": SCREEN[0], "height": SCREEN[1]})
    try:
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        wire = context.new_cdp_session(page)
        wire.send("Performance.enable")
        page.goto(address)
        page.wait_for_selector(".station")
        page.wait_for_load_state("networkidle")
        told = wire.send("Performance.getMetrics")["metrics"]
        found = {metric["name"]: float(metric["value"]) for metric in told}
        found["markers"] = float(page.locator(".station").count())
        found["sent"] = page.evaluate(
            "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
            ".reduce((sum, entry) => sum + entry.transferSize, 0)"
        )
        return found
    finally:
        context.close()


def row(size: int, rounds: list[dict[str, float]]) -> Row:
    def middle(name: str) -> float:
        return statistics.median(found[name] for found in rounds)

    script_s = middle("ScriptDuration")
    drawn_s = middle("LayoutDuration") + middle("RecalcStyleDuration")
    has_goal = size == GOAL_STATIONS
    return Row(
        f"Map page in Chromium, {size:,} stations: script time",
        f"{script_s:.2f} s",
        f"style and layout {drawn_s:.2f} s, {middle('markers'):.0f} markers, {middle('sent') / 1000:,.0f} kB",
        "-",
        f"≤ {GOAL_S:g} s" if has_goal else "-",
        script_s <= GOAL_S if has_goal else None,
    )
