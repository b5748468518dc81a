"""Pages of planners and reviewers: never framed, never indexed, kept by nobody else, and read by no other site.

They are protected by where they can be reached from, so the browser of a planner must not fetch them for a page of
somebody else: the answers lack the header by which public ones may be read from anywhere.
"""

from typing import Final

from fastapi import Request

HEADERS: Final = {
    "cache-control": "private, no-cache",
    # A policy inside the page cannot say this one.
    "content-security-policy": "frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex, nofollow",
}
OWN_SITE: Final = "yizhan.own_site"
"""Key of a scope whose answer no other site may read."""


def keep_to_own_site(request: Request) -> None:
    """Let no other site read the answer to this request, whatever it will be."""
    request.scope[OWN_SITE] = True
