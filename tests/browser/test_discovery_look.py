"""The page on every screen: it fits, its targets are large enough, axe finds nothing serious."""

from datetime import date
from typing import Any

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe

import maps
from tests.browser.looking import MONDAY_MORNING, Visiting

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", ["phone", "tablet", "desktop"])
def test_the_page_fits_the_screen_and_axe_finds_nothing_serious(
    visit: Visiting, cast: pd.DataFrame, size: str, screenshots: Any
) -> None:
    options = maps.DiscoveryOptions(notice="虚构数据", attribution="样例", data_date=date(2026, 9, 20))
    seen = visit(maps.render(maps.discovery(cast, options=options)), at=MONDAY_MORNING, size=size)
    page = seen.page
    small = """() => [...document.querySelectorAll('button, a.go, summary, .station')].filter(e => {
        const r = e.getBoundingClientRect();
        return r.width > 0 && (r.width < 43.5 || r.height < 43.5) && !e.classList.contains('name');
    }).map(e => e.outerHTML.slice(0, 80))"""
    for step in ("list", "map", "details"):
        if step == "map" and size == "phone":
            page.get_by_role("button", name="地图", exact=True).click()
        elif step == "details":
            page.evaluate("yizhan.open(0, false)")
            page.wait_for_selector("#details-title")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate(small) == []
        if screenshots is not None:
            page.screenshot(path=screenshots / f"{size}-{step}.png")
        found = Axe().run(page).response["violations"]
        serious = [
            f"{v['id']}: {v['nodes'][0]['html'][:120]}"
            for v in found
            if v["impact"] in ("serious", "critical")
        ]
        assert serious == []
