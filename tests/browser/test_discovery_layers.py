"""What lies on the map by choice, what very many stations look like, and what is left where scripts are blocked."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import maps
from maps import legend, noscript
from tests.browser.looking import MONDAY_MORNING, Visiting, on_map, wait_until
from tests.http.made import frame_of

pytestmark = pytest.mark.browser

SHAPES = (
    "() => [...document.querySelectorAll('#stage .station svg.symbol')].map(e => e.getAttribute('class'))"
)


def labels(page: Any) -> list[str]:
    return [str(e.get_attribute("aria-label")) for e in page.locator(".station").all()]


def test_layers_are_switched_and_the_legend_says_what_is_drawn(visit: Visiting, cast: pd.DataFrame) -> None:
    seen = visit(maps.render(maps.discovery(cast)), at=MONDAY_MORNING)
    page = seen.page
    body = page.locator("#legend-body")
    verdicts = [verdict.label.zh for verdict in legend.VERDICTS]
    kinds = [symbol.label.zh for symbol in legend.SYMBOLS if symbol.code != "unknown"]
    assert all(kind in body.inner_text() for kind in kinds)
    assert "临街情况" not in body.inner_text()
    assert {"diamond", "hexagon", "square"} <= {c.split()[1] for c in page.evaluate(SHAPES)}
    street, day = page.locator("[data-layer=street]"), page.locator("[data-layer='24h']")
    assert [day.get_attribute("aria-pressed"), street.get_attribute("aria-pressed")] == ["true", "false"]

    street.click()
    assert all(verdict in body.inner_text() for verdict in verdicts)
    assert [sum(label.endswith(f" · {verdict}") for label in labels(page)) for verdict in verdicts] == [
        1,
        1,
        6,
    ]
    badges = "#stage .station svg svg ~ g text"
    assert sorted(page.locator(badges).all_text_contents()) == sorted(["✓", "✕"] + ["?"] * 6)

    street.click()
    day.click()
    assert {c.split()[1] for c in page.evaluate(SHAPES)} == {"circle"}
    assert kinds[0] not in body.inner_text()
    assert on_map(page) == 8
    seen.assert_quiet()


def test_without_scripts_the_stations_are_listed(
    visit: Visiting, cast: pd.DataFrame, make_station: Callable[..., Any], make_frame: Callable[..., Any]
) -> None:
    seen = visit(maps.render(maps.discovery(cast)), size="phone", java_script_enabled=False)
    lines = seen.page.locator(".plain-list li")
    assert lines.count() == 8
    first = lines.first.inner_text()
    for words in ("江汉路全天驿站", "24小时开放", "江汉路 1 号", "027-12345678", "高德导航"):
        assert words in first
    assert seen.page.locator(".plain-list a").first.get_attribute("href").startswith("https://uri.amap.com/")
    assert seen.page.locator("#frame").is_hidden()
    seen.assert_quiet()

    many = make_frame(*(make_station(i, name=f"<img src=x>{i}") for i in range(noscript.MOST + 3)))
    page = visit(maps.render(maps.discovery(many)), java_script_enabled=False).page
    assert page.locator(".plain-list li").count() == noscript.MOST
    assert page.locator(".plain-list + p").inner_text() == "另有 3 处未列出。"
    assert page.locator("img").count() == 0


def test_without_scripts_a_served_page_leads_to_its_table(
    serve: Callable[..., str], open_visit: Callable[..., Any]
) -> None:
    url = serve(frame_of([{"station_id": "one", "lon": 116.4, "lat": 39.9, "name": "某驿站"}]))
    page = open_visit(url, java_script_enabled=False).page
    page.goto(url + "/map")
    page.locator("noscript a").click()
    page.wait_for_url("**/embed/table")
    assert "某驿站" in page.locator("table").inner_text()


def test_more_stations_than_can_be_drawn_are_cells_from_afar_and_markers_from_nearby(
    serve: Callable[..., str], open_visit: Callable[..., Any]
) -> None:
    n = 20_050
    rows = [
        {
            "station_id": f"s{i:05d}",
            "name": f"驿站{i}",
            "lon": 116.0 + (i % 200) * 0.004,
            "lat": 39.6 + (i // 200) * 0.005,
        }
        for i in range(n)
    ]
    url = serve(frame_of(rows))
    seen = open_visit(url)
    page = seen.page
    page.goto(url + "/map")
    page.wait_for_selector(".station.cell", timeout=60_000)
    assert on_map(page) == n
    assert page.locator(".station").count() < 500
    page.locator("[data-filter='24h']").click()
    assert page.locator("#cells-note").is_visible()
    page.locator("[data-filter='24h']").click()
    page.evaluate("yizhanMap.setView([39.85, 116.4], 15, { animate: false })")
    wait_until(page, "document.querySelectorAll('.station[data-station]').length > 5")
    assert page.locator(".station.cell").count() == 0
    assert page.locator(".station").count() < 500
    assert page.evaluate("yizhan.data.count") < n / 4
    seen.assert_quiet()
