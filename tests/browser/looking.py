"""What a person sees of an open discovery page: names, states, numbers."""

import time
from collections.abc import Callable
from typing import Any

MONDAY_MORNING = "2026-09-28T10:00:00+08:00"
Visiting = Callable[..., Any]


def names(page: Any) -> list[str]:
    return page.locator("#list .name").all_text_contents()


def state_of(page: Any, name: str) -> str:
    card = page.locator("#list .card").filter(has=page.get_by_role("button", name=name, exact=True))
    return " ".join(card.locator(".state").inner_text().split())


def on_map(page: Any) -> int:
    counts = page.eval_on_selector_all(".station[data-count]", "all => all.map(e => +e.dataset.count)")
    return int(sum(counts))


def wait_until(page: Any, expression: str, *, timeout_s: float = 30.0) -> None:
    """Ask again and again, from outside: the page's own policy forbids code made of text."""
    until_s = time.monotonic() + timeout_s
    while not page.evaluate(expression):
        assert time.monotonic() < until_s, expression
        page.wait_for_timeout(50)
