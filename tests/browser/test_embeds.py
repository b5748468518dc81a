"""What other sites take in, as their visitors and editors meet it: frame, builder, table, one file."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe

import maps
from maps import navigation
from tests.browser.looking import MONDAY_MORNING, names, wait_until

pytestmark = pytest.mark.browser

Opening = Callable[..., Any]
HOSTILE = (
    "${alert(1)}",
    '</script><img src=x onerror="window.hacked=1">',
    "'\"><svg onload=window.hacked=1>",
    "</textarea></select></td></table><h1>x",
    "<!-- --> ]]> {{ 7*7 }}",
    "\u202eright to left\u202c \u2028",
    "驿站 🛵👩‍🔧",
    "x" * 10_000,
)
BARE = (
    '<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>某工会</title><h1>某工会</h1>\n"
)
NO_SCRIPT = "script-src 'none'; style-src 'none'"


@contextmanager
def site(pages: dict[str, str], policy: str = NO_SCRIPT) -> Iterator[str]:
    """A union's own site on another port and under another name, which lets no script and no style run."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path, "").encode()
            self.send_response(200 if body else 404)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-security-policy", policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://localhost:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def districts(make_station: Any, make_frame: Any) -> pd.DataFrame:
    """Two districts: three stations, of them one of 24 hours, and two."""
    north = {"city": "甲市", "district": '北区"><b>', "adcode": "990101"}
    south = {"city": "甲市", "district": "南区", "adcode": "990102"}
    always = {"opening_hours": "24/7", "door_24h": "yes", "hours_posted": "24小时"}
    return make_frame(
        make_station(1, name="北一", **north, **always),
        make_station(2, name="北二", **north),
        make_station(3, name="北三", **north, unattended_24h="unknown"),
        make_station(4, name="南一", **south, unattended_24h="yes", access_method="qr"),
        make_station(5, name="南二", **south),
    )


def chosen_code(page: Any, url: str, area: str) -> str:
    """The code that the builder writes for an area."""
    page.goto(f"{url}/embed/builder")
    page.select_option("#area", area)
    return page.input_value("#frame-code")


def test_the_snippet_works_on_a_bare_page_that_lets_no_script_run(
    open_visit: Opening, serve: Opening, districts: pd.DataFrame
) -> None:
    url = serve(districts)
    snippet = chosen_code(open_visit(url).page, url, "990101")
    pages = {"/": BARE + snippet + "<script>window.ran = 1</script>"}
    with site(pages) as host:
        seen = open_visit(
            host, geolocation={"longitude": 114.304, "latitude": 30.58}, permissions=["geolocation"]
        )
        page = seen.page
        page.goto(host)
        assert page.evaluate("window.ran") is None
        frame = page.frame_locator("iframe")
        frame.locator("#list .card").nth(2).wait_for()
        assert sorted(names(frame)) == sorted(["北一", "北三", "北二"])
        outer = page.locator("iframe")
        assert outer.get_attribute("allow") == "geolocation"
        assert outer.get_attribute("title") == '户外劳动者驿站地图 · 北区"><b>'
        assert outer.evaluate("e => e.clientWidth > 0.9 * document.documentElement.clientWidth")
        # Nothing of the data became an element of the host's page.
        assert page.locator("b").count() == 0
        fallback = page.get_by_role("link", name='打开户外劳动者驿站地图 · 北区"><b>')
        assert fallback.get_attribute("href") == f"{url}/map?adcode=990101"
        frame.locator("#nearby").click()
        frame.locator(".minutes").first.wait_for()
        frame.locator("#stage .station").first.wait_for()
        assert {r.split("/")[2] for r in seen.requests if r.startswith("http")} == {
            host.removeprefix("http://"),
            url.removeprefix("http://"),
        }


def test_framed_without_leave_to_locate_one_chooses_otherwise(
    open_visit: Opening, serve: Opening, districts: pd.DataFrame
) -> None:
    url = serve(districts)
    with site(
        {"/": f'{BARE}<iframe src="{url}/embed" width="100%" height="640" title="x"></iframe>'}
    ) as host:
        page = open_visit(host).page
        page.goto(host)
        frame = page.frame_locator("iframe")
        frame.locator("#list .card").nth(4).wait_for()
        frame.locator("#nearby").click()
        frame.locator("#otherwise").wait_for()
        assert frame.locator("#search").is_visible()


def test_the_wheel_scrolls_the_page_around_the_map(
    open_visit: Opening, serve: Opening, districts: pd.DataFrame
) -> None:
    url = serve(districts)
    snippet = chosen_code(open_visit(url).page, url, "")
    with site({"/": BARE + snippet + "<p>长文</p>" * 200}) as host:
        page = open_visit(host).page
        page.goto(host)
        frame = page.frame_locator("iframe")
        frame.locator("#stage .station").first.wait_for()
        box = frame.locator("#stage .leaflet-container").bounding_box()
        inner = page.frames[1]
        before = inner.evaluate("yizhanMap.getZoom()")
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.wheel(0, 300)
        wait_until(page, "window.scrollY >= 300")
        assert inner.evaluate("yizhanMap.getZoom()") == before
        assert "滚动可缩放地图" in frame.locator(".frame-hint").inner_text()
        page.evaluate("window.scrollTo(0, 0)")
        page.keyboard.down("Control")
        # For a moment the browser leaves the wheel to what it turned before: one turns on until the map has it.
        for _ in range(100):
            page.mouse.wheel(0, -300)
            if inner.evaluate(f"yizhanMap.getZoom() > {before}"):
                break
            page.wait_for_timeout(100)
        page.keyboard.up("Control")
        wait_until(inner, f"yizhanMap.getZoom() > {before}")
        assert page.evaluate("window.scrollY") == 0


def test_one_finger_is_left_to_the_page_around(
    open_visit: Opening, serve: Opening, districts: pd.DataFrame
) -> None:
    url = serve(districts)
    with site(
        {"/": f'{BARE}<iframe src="{url}/embed" width="100%" height="500" title="x"></iframe>'}
    ) as host:
        page = open_visit(host, size="phone", has_touch=True, is_mobile=True).page
        page.goto(host)
        frame = page.frame_locator("iframe")
        frame.locator("#list .card").nth(4).wait_for()
        frame.locator("[data-show=map]").click()
        frame.locator("#stage .station").first.wait_for()
        touch = frame.locator(".leaflet-container").evaluate("e => getComputedStyle(e).touchAction")
        assert touch == "pan-x pan-y"
        panel = frame.locator("#panel").evaluate("e => getComputedStyle(e).overscrollBehaviorY")
        assert panel == "auto"


def test_full_screen_leads_to_the_same_map_by_itself(
    open_visit: Opening, serve: Opening, districts: pd.DataFrame
) -> None:
    url = serve(districts)
    code = f'{BARE}<iframe src="{url}/embed?adcode=990102&amp;lang=en" width="300" height="500" title="x"></iframe>'
    with site({"/": code}) as host:
        page = open_visit(host).page
        page.goto(host)
        link = page.frame_locator("iframe").get_by_role("link", name="Open full screen (new window)")
        assert link.get_attribute("href") == f"{url}/map?adcode=990102&lang=en"
        with page.expect_popup() as opened:
            link.click()
        opened.value.locator("#list .card").nth(1).wait_for()
        assert sorted(names(opened.value)) == ["南一", "南二"]
        assert opened.value.locator("#full").count() == 0


def test_sites_that_the_setting_does_not_name_cannot_frame_it(
    open_visit: Opening, serve: Opening, districts: pd.DataFrame
) -> None:
    url = serve(districts, settings={"frame_ancestors": "https://www.example.cn"})
    code = "".join(f'<iframe src="{url}{path}" title="x"></iframe>' for path in ("/embed", "/embed/builder"))
    with site({"/": BARE + code}) as host:
        page = open_visit(host).page
        page.goto(host)
        for frame in page.frames[1:]:
            wait_until(frame, "document.readyState === 'complete'")
            assert frame.url.startswith("chrome-error:")


def test_the_builder_writes_what_was_chosen_and_shows_it(
    open_visit: Opening, serve: Opening, districts: pd.DataFrame
) -> None:
    url = serve(districts)
    seen = open_visit(url)
    page = seen.page
    page.goto(f"{url}/embed/builder")
    options = page.locator("#area option").all_text_contents()
    assert options == [
        "全部站点（5 处，24小时 2 处）",
        "甲市（5 处，24小时 2 处）",
        '北区"><b>（3 处，24小时 1 处）',
        "南区（2 处，24小时 1 处）",
    ]
    page.select_option("#area", "990102")
    page.fill("#height", "9999")
    page.select_option("#lang", "en")
    page.check("#only24")
    code = page.input_value("#frame-code")
    assert f'src="{url}/embed?adcode=990102&amp;is_24h=true&amp;lang=en"' in code
    assert 'height="1600"' in code
    assert "Open Service stations for outdoor workers · 南区" in code
    assert page.locator("#table-command").inner_text() == (
        "yizhan map --table --out table.html --adcode 990102 --only-24h"
    )
    frame = page.frame_locator("#preview iframe")
    frame.locator("#list .card").first.wait_for()
    wait_until(page, "document.querySelectorAll('#preview iframe').length === 1")
    assert names(frame) == ["南一"]
    assert page.locator("#preview iframe").get_attribute("sandbox") == (
        "allow-scripts allow-popups allow-popups-to-escape-sandbox"
    )
    seen.assert_quiet()


def test_the_builder_works_by_keyboard_and_copies(
    open_visit: Opening, serve: Opening, districts: pd.DataFrame
) -> None:
    url = serve(districts)
    seen = open_visit(url, permissions=["clipboard-read", "clipboard-write"])
    page = seen.page
    page.goto(f"{url}/embed/builder")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "area"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    for _ in range(4):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.copy") == "frame-code"
    page.keyboard.press("Enter")
    page.get_by_text("已复制，可以粘贴了。").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.input_value("#frame-code")
    assert "adcode=9901" in page.input_value("#frame-code")
    page.locator("#table-get").press("Enter")
    page.locator("#table-made").wait_for()
    assert page.input_value("#table-code").count("<tr>") == 1 + 2 + 5
    assert (
        page.locator("body").evaluate("b => b.querySelectorAll('[onclick],[onload],[onerror]').length") == 0
    )
    page.locator("#language").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Put the station map on your own site"
    serious = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in serious] == []
    seen.assert_quiet()


@pytest.mark.parametrize("size", ["phone", "tablet", "desktop"])
def test_the_builder_fits_its_window(
    open_visit: Opening, serve: Opening, districts: pd.DataFrame, size: str
) -> None:
    url = serve(districts)
    page = open_visit(url, size=size).page
    page.goto(f"{url}/embed/builder")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    small = page.eval_on_selector_all(
        "button, select, input:not([type=checkbox]), a.go, .check label",
        "all => all.filter(e => e.offsetParent && e.tagName !== 'LABEL' && e.offsetHeight < 44).map(e => e.id)",
    )
    assert small == []


def test_the_file_that_the_builder_offers_works_from_disk(
    open_visit: Opening, serve: Opening, districts: pd.DataFrame, tmp_path: Any, visit: Opening
) -> None:
    url = serve(districts)
    page = open_visit(url).page
    page.goto(f"{url}/embed/builder")
    page.select_option("#area", "990101")
    with page.expect_download() as download:
        page.locator("#file-get").click()
    assert download.value.suggested_filename == "yizhan-map.html"
    download.value.save_as(tmp_path / "saved.html")
    seen = visit((tmp_path / "saved.html").read_text("utf-8"))
    assert sorted(names(seen.page)) == sorted(["北一", "北三", "北二"])
    seen.assert_quiet()


def test_the_table_stands_in_any_page_with_the_network_off(visit: Opening, cast: pd.DataFrame) -> None:
    fragment = maps.table(cast)
    seen = visit(f"{BARE}<div id=before></div>{fragment}<div id=after></div>")
    page = seen.page
    # The parser moved nothing out of the table: what it made is what was written.
    assert page.evaluate("[...document.body.children].map(e => e.id || e.tagName)") == [
        *("H1", "before", "TABLE", "P", "after")
    ]
    assert page.locator("tbody tr").count() == 2 + 8
    assert page.locator("tbody th[scope=row] strong").first.inner_text() == "江汉路全天驿站"
    assert page.get_by_role("link", name="高德导航到扫码自助驿站").count() == 1
    assert page.locator("table :is(script, style, img), table [style]").count() == 0
    seen.assert_quiet()


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_of_the_data_stay_texts_in_table_and_builder(
    visit: Opening, make_station: Any, make_frame: Any, text: str
) -> None:
    row = make_station(
        1, name=text, address=text, district=text, phone=text, hours_posted=text, status_reason=text
    ) | {"status": "temporarily_closed"}
    seen = visit(BARE + maps.table(make_frame(row)))
    assert (
        seen.page.locator("tbody th strong").inner_text().strip() == text.replace("\u2028", "\u2028").strip()
    )
    assert seen.page.locator("img, svg, script, h1 + h1").count() == 0
    assert seen.page.evaluate("window.hacked") is None
    seen.assert_quiet()
    built = visit(maps.builder([maps.Area("990101", text, 1, 0)], count=1, count_24h=0, most=10))
    assert text[:100].strip() in built.page.locator("#area option").nth(1).text_content()
    assert built.page.locator("body img, body svg").count() == 0
    assert built.page.evaluate("window.hacked") is None


def test_page_and_table_write_the_same_links(visit: Opening, cast: pd.DataFrame) -> None:
    seen = visit(maps.render(maps.discovery(cast)), at=MONDAY_MORNING)
    lon, lat, name = cast.loc[0, ["lon", "lat", "name"]]
    for mode, way in (("ebike", "ride"), ("walk", "walk")):
        seen.page.evaluate("mode => yizhan.nav.set('mode', mode)", mode)
        for app in navigation.APPS:
            asked = [cast.loc[0, "station_id"], navigation.APPS.index(app)]
            written = seen.page.evaluate(
                "([id, n]) => yizhan.nav.link(yizhan.find(id), yizhan.data.navigation[n])", asked
            )
            assert written == navigation.link(app, lon, lat, name, way)
