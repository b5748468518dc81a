"""Any text in any field is shown as text."""

from collections.abc import Callable
from typing import Any

import pytest

import maps
from tests.browser.looking import MONDAY_MORNING, Visiting, names

pytestmark = pytest.mark.browser

HOSTILE = [
    "${alert(1)}",
    "`backtick` ${window.hacked = 1}",
    '</script><img src=x onerror="window.hacked=1">',
    "<!-- <script>window.hacked=1</script>",
    "{{ 7*7 }} {% for x in y %} {# note #}",
    "\u202eright to left\u202c \u2028 \u2029",
    "驿站 🛵👩‍🔧 emoji",
    "x" * 10_000,
    "'\"><svg onload=window.hacked=1>",
]


def test_hostile_texts_are_shown_as_text(
    visit: Visiting, make_station: Callable[..., Any], make_frame: Callable[..., Any]
) -> None:
    rows = [
        make_station(
            i,
            name=text,
            address=text,
            hours_posted=text,
            street_facing_zh=text,
            source=text,
            status_reason=text,
        )
        for i, text in enumerate(HOSTILE)
    ]
    options = maps.DiscoveryOptions(title=HOSTILE[2], notice=HOSTILE[0], attribution=HOSTILE[4])
    seen = visit(maps.render(maps.discovery(make_frame(*rows), options=options)), at=MONDAY_MORNING)
    page = seen.page
    assert sorted(names(page)) == sorted(HOSTILE)
    assert page.title() == HOSTILE[2]
    assert page.locator("#notice").inner_text() == HOSTILE[0]
    for position in range(len(HOSTILE)):
        page.locator("#list .name").nth(position).click()
        page.wait_for_selector("#details-title")
        assert page.locator("#details-title").text_content() in HOSTILE
        page.locator(".back").click()
        page.wait_for_selector("#browse", state="visible")
    assert page.evaluate("window.hacked") is None
    assert page.locator("img").count() == 0
    wide = (
        "document.documentElement.scrollWidth <= innerWidth && document.querySelector('#panel').scrollWidth"
    )
    assert page.evaluate(wide + " <= document.querySelector('#panel').clientWidth + 1")
    seen.assert_quiet()
