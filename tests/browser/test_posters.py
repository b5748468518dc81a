"""From a printed poster to the decision: the code is scanned from a picture, the form is filled in, the map tells."""

import io
from collections.abc import Iterator

import httpx
import pandas as pd
import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

import maps
from data.hours import holidays
from data.hours.holiday_table import HolidayTable
from data.postgres import db
from data.stations import store
from maps import posters
from service.commands.serving import map_builder
from service.keeper import DatabaseKeeper
from service.reader import Reader
from service.reporting.page import ADDRESS
from service.settings import Settings
from service.writer import Writer
from tests.browser.conftest import station
from tests.http.running import Running
from tests.http.waiting import until_served

pytestmark = pytest.mark.postgis


@pytest.fixture
def registry(connection: db.Connection) -> db.Connection:
    with db.transaction(connection), connection.cursor() as cursor:
        holidays.write(connection, HolidayTable.from_library())
        cursor.execute(
            """INSERT INTO yizhan.station (station_id, name, address, source, audience, opening_hours, hours_posted,
                   facilities, position, given_x, given_y, given_coordsys)
               VALUES ('A', '<b>城东</b>驿站', '城东路1号', 's', 'outdoor_workers', '24/7', '全天开放',
                   '{"microwave": "broken", "hot_water": "working", "seat": "unknown"}',
                   ST_Point(116.4, 39.9, 4326)::geography, 116.4, 39.9, 'wgs84')"""
        )
    return connection


@pytest.fixture
def served(registry: db.Connection, database_url: str) -> Iterator[str]:
    build = map_builder(maps.DiscoveryOptions(reports=ADDRESS))
    keeper = DatabaseKeeper(database_url, poll_s=0.2)
    with Running(
        Settings(port=0), keeper, map_page=build, reader=Reader(database_url), writer=Writer(database_url)
    ) as running:
        yield running.url


def reports(conn: db.Connection) -> list[tuple[str, str | None]]:
    with conn.cursor() as cursor:
        cursor.execute("SELECT reason, note FROM yizhan.report ORDER BY report_id")
        found = cursor.fetchall()
    conn.rollback()
    return found


def test_the_code_on_a_poster_leads_to_a_form_that_takes_a_report(visit, open_visit, served, registry):
    frame = store.read_stations(registry)
    html = posters.posters(
        frame, lambda station_id: f"{served}/stations/{station_id}/report", day="2026-11-22"
    )
    poster = visit(html)
    picture = Image.open(io.BytesIO(poster.page.locator("article").screenshot()))
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text == f"{served}/stations/A/report"
    poster.assert_quiet()

    phone = open_visit(served, size="phone")
    phone.page.goto(code.text)
    assert phone.page.get_by_text("<b>城东</b>驿站").is_visible()
    assert [v["id"] for v in Axe().run(phone.page).response["violations"]] == []
    phone.page.get_by_label("公布的时间内没有开门").check()
    phone.page.get_by_label("补充说明").fill("<script>alert(1)</script>门锁着")
    phone.page.get_by_role("button", name="提交").click()
    assert phone.page.get_by_role("status").inner_text().startswith("已收到")
    assert reports(registry) == [("closed", "<script>alert(1)</script>门锁着")]
    phone.assert_quiet()


def test_a_form_without_a_choice_is_not_sent(open_visit, served, registry):
    phone = open_visit(served, size="phone")
    phone.page.goto(f"{served}/stations/A/report")
    phone.page.get_by_role("button", name="提交").click()
    assert phone.page.get_by_role("button", name="提交").is_visible()
    assert reports(registry) == []


def test_the_map_tells_of_two_reports_and_leads_to_the_form(open_visit, served, registry, database_url):
    with db.transaction(registry), registry.cursor() as cursor:
        cursor.execute("UPDATE yizhan.station SET reported_closed_on = '2026-11-21', data_version = -1")
    # The page asks once: not before the service knows.
    until_served(database_url, lambda: httpx.get(f"{served}/readyz").json()["data_version"])
    desk = open_visit(served)
    page = desk.page
    page.goto(f"{served}/map")
    card = page.locator("li.card").first
    card.wait_for()
    page.wait_for_function("document.querySelector('li.card').innerText.includes('有人反映未开门')")
    assert "2026-11-21" in card.inner_text()
    card.locator("button.name").click()
    link = page.locator("a.report")
    link.wait_for()
    assert link.evaluate("a => a.href") == f"{served}/stations/A/report"
    desk.assert_quiet()


def test_a_poster_says_what_is_registered_and_invents_nothing(visit, registry):
    frame = store.read_stations(registry)
    page = visit(posters.posters(frame, str, day="2026-11-22")).page
    text = page.locator("article").inner_text()
    for said in ("户外劳动者", "全天开放", "热水", "休息桌椅", "2026-11-22"):
        assert said in text
    assert "微波炉" not in text, "what is broken is not offered"

    frame["hours_posted"], frame["facilities"] = None, [{}]
    bare = visit(posters.posters(frame, str, day="2026-11-22")).page.locator("article").inner_text()
    assert bare.count("以现场公示为准") == 2


@pytest.mark.parametrize("count", [1, 3])
def test_each_poster_prints_on_one_page(visit, count):
    long = {"name": "很长的名字" * 12, "address": "很长的地址" * 12, "phone": "010-12351"}
    frame = pd.DataFrame([station(number, **long) for number in range(count)])
    page = visit(posters.posters(frame, lambda i: f"https://yizhan.example.cn/{i}", day="2026-11-22")).page
    assert page.pdf(prefer_css_page_size=True).count(b"/MediaBox") == count
    page.emulate_media(media="print")
    ground = "getComputedStyle(document.querySelector('.kind')).printColorAdjust"
    assert page.evaluate(ground) == "exact", (
        "white letters need their ground, which browsers leave out by default"
    )


@pytest.mark.parametrize("size", ["narrow", "phone"])
def test_poster_and_report_page_fit_narrow_screens(visit, open_visit, served, size):
    long = {"name": "很长的名字" * 12, "address": "Abcdefghij" * 12}
    url = "https://yizhan.example.cn/" + "x" * 80
    page = visit(
        posters.posters(pd.DataFrame([station(1, **long)]), lambda _: url, day="2026-11-22"), size=size
    ).page
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page = open_visit(served, size=size).page
    page.goto(f"{served}/stations/A/report")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_posters_are_made_again_byte_for_byte(registry):
    frame = store.read_stations(registry)
    assert posters.posters(frame, str, day="2026-11-22") == posters.posters(frame, str, day="2026-11-22")
