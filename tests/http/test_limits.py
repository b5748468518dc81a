"""What one client may ask, over HTTP: who is counted as one client, what it is told, and what is never counted."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from maps import DiscoveryOptions
from service.access.address import Proxies, packed
from service.app import create_app
from service.commands.serving import map_builder
from service.keeper import FrameKeeper
from service.settings import Settings
from tests.http.made import Client, frame_of, random_rows

NEAREST = "/v1/stations/nearest?lon=116.4&lat=39.9&coordsys=wgs84"
BATCH = "/v1/stations/nearest:batch"
SLOW = {"address_requests_per_s": 0.01, "address_points_per_s": 0.01}


@pytest.fixture
def served() -> Iterator[Callable[..., Client]]:
    """A client of an application with these limits, map included."""
    clients = []

    def make(**limits: Any) -> Client:
        app = create_app(
            Settings(database_url=None, **limits),
            FrameKeeper(frame_of(random_rows(60))),
            map_page=map_builder(DiscoveryOptions()),
        )
        clients.append(Client(app))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


def batch(points: int) -> dict[str, Any]:
    return {
        "coordsys": "wgs84",
        "k": 1,
        "points": [{"id": i, "lon": 116.4, "lat": 39.9} for i in range(points)],
    }


# -- who is one client


@pytest.mark.parametrize(
    ("peer", "header", "client"),
    [
        ("9.9.9.9", None, "9.9.9.9"),
        # A stranger's header says nothing.
        ("9.9.9.9", "1.1.1.1", "9.9.9.9"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "1.1.1.1", "1.1.1.1"),
        # What stands left of the client was written by the client.
        ("10.0.0.1", "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        ("10.0.0.1", "10.0.0.9, 1.1.1.1", "1.1.1.1"),
        ("10.0.0.1", "6.6.6.6,1.1.1.1 , 10.0.0.2,2001:db8::7", "1.1.1.1"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "1.1.1.1:4711", "1.1.1.1"),
        # What our own proxy could not name comes from that proxy, and not from who stands left of it.
        ("10.0.0.1", "1.1.1.1, unknown", "10.0.0.1"),
        ("10.0.0.1", "1.1.1.1, ", "10.0.0.1"),
        ("10.0.0.1", "1.1.1.1, _x, 10.0.0.2", "10.0.0.2"),
        ("::ffff:10.0.0.1", "1.1.1.1", "1.1.1.1"),
        ("10.0.0.1", "[2001:4860::1]:443", "2001:4860::"),
        ("2001:db8::1", "2001:4860:0:0:1:2:3:4", "2001:4860::"),
        ("fe80::1%eth0", None, "fe80::"),
    ],
)
def test_the_client_is_the_first_from_the_right_that_is_no_proxy_of_ours(
    peer: str, header: str | None, client: str
) -> None:
    ours = Proxies("10.0.0.0/8, 2001:db8::/32")
    headers = [] if header is None else [(b"x-forwarded-for", header.encode())]
    assert ours.client({"client": (peer, 1), "headers": headers}) == packed(client)[:8]


def test_lines_of_a_header_are_one_list_and_the_other_header_is_not_read() -> None:
    lines = [
        (b"x-forwarded-for", b"6.6.6.6"),
        (b"x-forwarded-for", b"1.1.1.1"),
        (b"forwarded", b"for=7.7.7.7"),
    ]
    scope = {"client": ("10.0.0.1", 1), "headers": lines}
    assert Proxies("10.0.0.1").client(scope) == packed("1.1.1.1")
    assert Proxies("10.0.0.1", "forwarded").client(scope) == packed("7.7.7.7")


@pytest.mark.parametrize(
    ("header", "client"),
    [
        ('for=6.6.6.6;proto=https, For="1.1.1.1:80";by=10.0.0.1', "1.1.1.1"),
        ('for="[2001:4860::9]:4711"', "2001:4860::"),
        ("for=6.6.6.6, by=10.0.0.1", "10.0.0.1"),
        ("for=6.6.6.6, for=_hidden", "10.0.0.1"),
    ],
)
def test_the_standard_header_is_read_as_well(header: str, client: str) -> None:
    scope = {"client": ("10.0.0.1", 1), "headers": [(b"forwarded", header.encode())]}
    assert Proxies("10.0.0.1", "forwarded").client(scope) == packed(client)[:8]


def test_a_list_of_proxies_that_cannot_be_read_is_a_wrong_setting() -> None:
    with pytest.raises(ValidationError, match="trusted_proxies"):
        Settings(trusted_proxies="10.0.0.0/8, nginx")


def test_nobody_gets_another_bucket_by_writing_a_header(served: Callable[..., Client]) -> None:
    client = served(address_requests_burst=3, trusted_proxies="127.0.0.1", **SLOW)
    forged = [{"X-Forwarded-For": f"8.8.8.{i}, 1.2.3.4", "Forwarded": f"for=9.9.9.{i}"} for i in range(5)]
    assert [client.get(NEAREST, headers=h).status_code for h in forged] == [200] * 3 + [429] * 2
    # Behind the same proxy another client is another one; and who comes without a proxy, too.
    assert client.get(NEAREST, headers={"X-Forwarded-For": "1.2.3.5"}).status_code == 200
    assert client.get(NEAREST).status_code == 200
    home = [{"X-Forwarded-For": f"2001:db8:1:2:{i}::1"} for i in range(5)]
    assert [client.get(NEAREST, headers=h).status_code for h in home] == [200] * 3 + [429] * 2


def test_the_table_holds_no_address_and_its_names_differ_from_start_to_start(
    served: Callable[..., Client],
) -> None:
    told = []
    for _ in range(2):
        client = served(trusted_proxies="127.0.0.1")
        client.get(NEAREST, headers={"X-Forwarded-For": "203.0.113.77"})
        table = bytes(client.app.state.gate.buckets._memory)
        assert packed("203.0.113.77") not in table
        told.append({table[i : i + 8] for i in range(0, len(table) // 2, 8)} - {bytes(8)})
    assert [len(names) for names in told] == [1, 1]
    assert not told[0] & told[1]


# -- what it is told


def test_answers_tell_of_the_limit_and_a_refusal_says_when_to_come_back(
    served: Callable[..., Client],
) -> None:
    client = served(address_requests_per_s=0.5, address_requests_burst=2)
    answers = [client.get(NEAREST) for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert {a.headers["ratelimit-policy"] for a in answers} == {'"requests";q=2;w=4'}
    assert [a.headers["ratelimit"] for a in answers] == [
        f'"requests";r={r};t={t}' for r, t in ((1, 2), (0, 4), (0, 4))
    ]
    assert answers[2].headers["retry-after"] == "2"
    assert answers[2].headers["content-type"] == "application/problem+json"
    assert answers[2].headers["cache-control"] == "no-store"
    problem = answers[2].json()
    assert (problem["code"], problem["status"]) == ("too_many_requests", 429)
    assert "2 秒" in problem["detail"]
    assert "key" in problem["detail"]
    exposed = answers[0].headers["access-control-expose-headers"]
    assert {"RateLimit", "RateLimit-Policy", "Retry-After"} <= set(exposed.split(", "))


def test_a_wrong_question_counts_and_is_told_of_the_limit_too(served: Callable[..., Client]) -> None:
    client = served(address_requests_burst=2, **SLOW)
    assert client.get("/v1/stations/nearest?lng=1").headers["ratelimit"].startswith('"requests";r=1;')
    assert client.request("HEAD", NEAREST).headers["ratelimit"].startswith('"requests";r=0;')
    assert client.get(NEAREST).status_code == 429


def test_a_batch_costs_its_points_and_the_rest_is_told(served: Callable[..., Client]) -> None:
    client = served(address_points_burst=100, address_points_per_s=0.01)
    first = client.post(BATCH, json=batch(60))
    assert first.status_code == 200
    assert first.headers["ratelimit-policy"] == '"requests";q=6000;w=30, "points";q=100;w=10000;qu="points"'
    assert '"points";r=40;t=' in first.headers["ratelimit"]
    refused = client.post(BATCH, json=batch(60))
    assert refused.status_code == 429
    assert '"points";r=40;t=' in refused.headers["ratelimit"]
    assert client.post(BATCH, json=batch(40)).status_code == 200
    # With nothing left the body is not even received: whatever it is.
    assert client.post(BATCH, content=b"{", headers={"content-type": "application/json"}).status_code == 429
    assert client.get(NEAREST).status_code == 200


def test_an_empty_or_wrong_batch_costs_no_point(served: Callable[..., Client]) -> None:
    client = served(address_points_burst=10, address_points_per_s=0.01)
    for _ in range(3):
        assert '"points";r=9;t=' in client.post(BATCH, json=batch(0)).headers["ratelimit"]
        assert client.post(BATCH, json={**batch(10), "coordsys": "x"}).status_code == 400
    assert client.post(BATCH, json=batch(10)).status_code == 200


def test_limits_can_be_turned_off_as_a_whole_or_one_by_one(served: Callable[..., Client]) -> None:
    for limits in ({"limits": False}, {"address_requests_per_s": 0, "address_points_per_s": 0}):
        client = served(address_requests_burst=1, address_points_burst=1, **limits)
        for _ in range(3):
            answer = client.get(NEAREST)
            assert (answer.status_code, answer.headers.get("ratelimit")) == (200, None)
            assert client.post(BATCH, json=batch(5)).status_code == 200


UNLIMITED = ["/", "/docs", "/docs/platform", "/openapi.json", "/livez", "/readyz", "/map", "/map/overview.json",
             "/map/cells.json?z=5&bbox=110,30,120,45", "/map/tile/12/3374/1552.json", "/embed", "/embed/builder",
             "/embed/table", "/embed/file", "/v1/feed/stations.json", "/v1/feed/stations.geojson"]  # fmt: skip


@pytest.mark.parametrize("path", UNLIMITED)
def test_what_everybody_loads_is_never_limited(served: Callable[..., Client], path: str) -> None:
    client = served(address_requests_burst=1, address_points_burst=1, **SLOW)
    assert [client.get(NEAREST).status_code for _ in range(2)] == [200, 429]
    for _ in range(4):
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        assert "ratelimit" not in answer.headers


def test_assets_are_never_limited(served: Callable[..., Client]) -> None:
    client = served(address_requests_burst=1, **SLOW)
    assets = re.findall(r'"[./]*(assets/[^"]+)"', client.get("/map").text)
    assert assets
    assert {client.get(f"/{path}").status_code for path in assets for _ in range(3)} == {200}
