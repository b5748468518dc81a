"""What the served map page loads: the overview, cells and tiles of a large registry, scripts and sheets."""

import gzip
import json
import math
import random
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from service import discovery
from service.commands.serving import map_builder
from service.snapshot import Snapshot
from tests.http.made import Client, random_rows

ClientOf = Callable[..., Client]
WORLD = "-180,-85,180,85"


@pytest.fixture
def site(client_of: ClientOf) -> Client:
    """A client of the map of 400 random stations."""
    return client_of(random_rows(400), map_page=map_builder(discovery.DiscoveryOptions()))


def public(rows: list[dict[str, Any]], adcode: str = "") -> list[dict[str, Any]]:
    """The stations that a map shows, by id."""
    shown = [r for r in rows if r["audience"] == "outdoor_workers" and r["lon"] is not None]
    shown = [r for r in shown if r["status"] in ("open", "temporarily_closed")]
    return [r for r in shown if (r["adcode"] or "").startswith(adcode)]


def column(answer: dict[str, Any], name: str) -> list[Any]:
    """A column of an overview, whichever way it is written."""
    written = answer["columns"][name]
    if isinstance(written, list):
        return written
    if "all" in written:
        return [written["all"]] * answer["count"]
    if "codes" in written:
        codes, states, of = written["codes"], written["states"], written["of"]
        signs = of if isinstance(of, list) else [of["u"][i] for i in of["i"]]
        return [{c: states[int(s)] for c, s in zip(codes, one, strict=False) if s != "."} for one in signs]
    if "e6" in written:
        sums, total = [], 0
        for step in written["e6"]:
            total += step
            sums.append(total / 1e6)
        return sums
    return [None if number < 0 else written["u"][number] for number in written["i"]]


def source(page: str) -> dict[str, Any]:
    found = re.search(r'id="yz-data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    told: dict[str, Any] = json.loads(found[1])["source"]
    return told


def test_the_shell_holds_no_station_and_says_where_they_are(site: Client) -> None:
    page = site.get("/map").text
    assert "S000" not in page
    assert "L.Marker" not in page, "Leaflet comes later"
    assert len(gzip.compress(page.encode(), 6)) < 60_000
    told = source(page)
    overview = site.get("/" + told["overview"]).json()
    assert overview["count"] == len(public(random_rows(400))) > 100
    for path in (*told["scripts"], *told["sheets"]):
        assert site.get("/" + path).status_code == 200
    assert site.get("/" + told["station"] + column(overview, "station_id")[0]).status_code == 200
    body = {"lon": 116.4, "lat": 39.9, "coordsys": "wgs84", "k": 20}
    assert site.post("/" + told["nearest"], json=body).json()["count"] == 20


def test_the_policy_of_a_served_page_lets_it_ask_its_own_service_only(site: Client) -> None:
    page = site.get("/map").text
    found = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert found is not None
    rules = dict(rule.split(" ", 1) for rule in found[1].split("; "))
    assert (rules["default-src"], rules["connect-src"]) == ("'none'", "'self'")
    assert "unsafe" not in found[1]
    assert rules["script-src"].split()[-1] == "'self'"


def test_an_overview_says_of_each_station_what_was_registered(site: Client) -> None:
    rows = public(random_rows(400))
    answer = site.get("/map/overview.json").json()
    assert column(answer, "station_id") == [row["station_id"] for row in rows]
    assert column(answer, "facilities") == [row["facilities"] for row in rows]
    assert column(answer, "lon") == pytest.approx([row["lon"] for row in rows], abs=1e-6)
    assert column(answer, "glat") != pytest.approx([row["lat"] for row in rows], abs=1e-4)
    open_min = [sum(end - start for start, end in week or []) for week in column(answer, "week")]
    assert [minutes == 7 * 24 * 60 for minutes in open_min] == [
        row["opening_hours"] == "24/7" for row in rows
    ]
    assert "phone" not in answer["columns"]


@pytest.mark.parametrize("given", ["110108", "1101", "110000", "11"])
def test_an_area_has_its_own_page_and_overview(site: Client, given: str) -> None:
    told = source(site.get(f"/map?adcode={given}").text)
    expected = public(random_rows(400), given.removesuffix("0000"))
    answer = site.get("/" + told["overview"]).json()
    assert column(answer, "station_id") == [row["station_id"] for row in expected]
    assert 0 < answer["count"] < len(public(random_rows(400)))
    assert sum(n for _, n, _ in answer["left_out"]) > 0


def test_an_area_without_stations_has_an_empty_map(site: Client) -> None:
    assert site.get("/map?adcode=65").status_code == 200
    answer = site.get("/map/overview.json?adcode=65").json()
    assert (answer["count"], column(answer, "station_id")) == (0, [])


@pytest.mark.parametrize("path", ["/", "/docs", "/map", "/embed", "/embed/table", "/embed/builder"])
def test_pages_open_from_links_that_messengers_passed_on(site: Client, path: str) -> None:
    plain = site.get(path)
    for added in ("from=singlemessage&isappinstalled=0", "from=timeline", "utm_source=a&utm_medium=b"):
        passed_on = site.get(f"{path}?{added}")
        assert (passed_on.status_code, passed_on.content) == (200, plain.content)
    narrowed = site.get("/map?from=groupmessage&adcode=65")
    assert narrowed.content == site.get("/map?adcode=65").content


@pytest.mark.parametrize(
    "path",
    [
        "/map?adcode=x",
        "/map?fromm=timeline",
        "/v1/stations?from=timeline",
        "/map?lang=fr",
        "/map?x=1",
        "/map/overview.json?lang=en",
        "/map/cells.json",
        "/map/cells.json?z=5&bbox=1,2,3",
        "/map/cells.json?z=5&bbox=3,2,1,4",
        "/map/cells.json?z=x&bbox=1,2,3,4",
        "/map/cells.json?z=99&bbox=1,2,3,4",
        "/map/cells.json?z=5&bbox=1,2,nan,4",
        "/map/tile/12/0/0.json?x=1",
        "/assets/none.js?x=1",
    ],
)
def test_what_cannot_be_read_is_the_clients_error(site: Client, path: str) -> None:
    answer = site.get(path)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    [
        "/map/tile/11/0/0.json",
        "/map/tile/12/4096/0.json",
        "/map/tile/12/-1/0.json",
        "/map/tile/12/a/0.json",
        "/map/tile/12/²/0.json",
        "/map/tile/99999999999/0/0.json",
        "/assets/leaflet.js",
        "/assets/..%2f..%2fmaps%2fpages.py",
        "/assets/",
    ],
)
def test_there_are_no_other_tiles_and_files(site: Client, path: str) -> None:
    assert site.get(path).status_code == 404


def known_again(client: Client, path: str) -> httpx.Response:
    """Ask twice; the second time for what changed."""
    first = client.get(path, headers={"accept-encoding": "gzip"})
    assert first.headers["content-encoding"] == "gzip"
    etag = first.headers["etag"]
    again = client.get(path, headers={"if-none-match": etag, "accept-encoding": "gzip"})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    plain = client.get(path, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == first.content
    assert plain.headers["etag"] != etag, "a strong ETag names the bytes that are sent"
    return first


@pytest.mark.parametrize("path", ["/map", "/map/overview.json", "/map/tile/12/3374/1551.json"])
def test_what_is_known_is_answered_304(client_of: ClientOf, path: str) -> None:
    rows = random_rows(400)
    for row in rows[:50]:
        row |= {"lon": 116.56, "lat": 39.92}
    sites = [
        client_of(some, map_page=map_builder(discovery.DiscoveryOptions())) for some in (rows, rows[::-1])
    ]
    first, second = (known_again(client, path) for client in sites)
    assert first.content == second.content, "the order of rows does not matter"
    assert first.headers["etag"] == second.headers["etag"]


def test_scripts_are_kept_for_ever_and_named_after_their_bytes(site: Client) -> None:
    for path in source(site.get("/map").text)["scripts"]:
        answer = site.get("/" + path)
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-type"].startswith("text/javascript")
        assert re.fullmatch(r"assets/\w+\.[0-9a-f]{16}\.js", path)


def spread(n: int) -> list[dict[str, Any]]:
    """Stations all over the country, one of them at the edge of a tile."""
    rng = random.Random(3)
    places = [(0.0, 0.0), *((rng.uniform(75, 134), rng.uniform(19, 52)) for _ in range(n - 1))]
    return [
        {"station_id": f"S{i:05d}", "lon": lon, "lat": lat, "door_24h": "yes" if i % 7 == 0 else "no"}
        for i, (lon, lat) in enumerate(places)
    ]


def tile_of(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """The tile of a position, by the definition in OSM's wiki."""
    n = 2**zoom
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((lon + 180) / 360 * n), int(y * n)


@pytest.mark.parametrize("zoom", range(0, 13, 3))
def test_cells_count_every_station_once(client_of: ClientOf, zoom: int) -> None:
    rows = spread(300)
    client = client_of(rows, map_page=map_builder(discovery.DiscoveryOptions()))
    cells = client.get(f"/map/cells.json?z={zoom}&bbox={WORLD}").json()["columns"]
    assert (sum(cells["n"]), sum(cells["n24"])) == (300, 43)
    assert len({len(values) for values in cells.values()}) == 1
    for k, n in enumerate(cells["n"]):
        inside = [
            r
            for r in rows
            if cells["west"][k] - 1e-5 <= r["lon"] <= cells["east"][k] + 1e-5
            and cells["south"][k] - 1e-5 <= r["lat"] <= cells["north"][k] + 1e-5
        ]
        assert len(inside) >= n
        assert cells["west"][k] <= cells["lon"][k] <= cells["east"][k]


def test_cells_are_whole_at_the_edge_of_the_view_and_few_in_a_wide_one(client_of: ClientOf) -> None:
    client = client_of(spread(2000), map_page=map_builder(discovery.DiscoveryOptions()))

    def cells(zoom: int, bbox: str) -> dict[tuple[float, float], int]:
        found = client.get(f"/map/cells.json?z={zoom}&bbox={bbox}").json()["columns"]
        return dict(zip(zip(found["lon"], found["lat"], strict=True), found["n"], strict=True))

    whole, part = cells(4, WORLD), cells(4, "100,30,110,40")
    assert 0 < len(part) < len(whole)
    assert part.items() <= whole.items()
    assert len(cells(24, WORLD)) <= 81 * 81
    assert len(cells(24, "100,30,110,40")) > len(cells(24, WORLD)) / 40


def test_each_station_is_in_the_tile_of_its_place_and_in_no_other(client_of: ClientOf) -> None:
    rows = spread(60)
    client = client_of(rows, map_page=map_builder(discovery.DiscoveryOptions()))
    wanted: dict[tuple[int, int], list[str]] = {}
    for row in rows:
        wanted.setdefault(tile_of(row["lon"], row["lat"], 12), []).append(row["station_id"])
    for (x, y), ids in wanted.items():
        answer = client.get(f"/map/tile/12/{x}/{y}.json").json()
        assert (answer["count"], column(answer, "station_id")) == (len(ids), ids)
    assert client.get("/map/tile/12/1/1.json").json()["count"] == 0


def test_a_large_registry_gets_cells_and_its_districts_overviews(
    client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discovery, "OVERVIEW_STATIONS", 100)
    rows = random_rows(400)
    client = client_of(rows, map_page=map_builder(discovery.DiscoveryOptions()))
    told = source(client.get("/map").text)
    assert (told["overview"], told["cells"]) == (None, "map/cells.json")
    refused = client.get("/map/overview.json")
    assert refused.status_code == 400
    assert "cells.json" in refused.text
    few = source(client.get("/map?adcode=130681").text)
    assert few["cells"] is None
    assert client.get("/" + few["overview"]).json()["count"] == len(public(rows, "130681"))
    cells = client.get(f"/map/cells.json?z=5&bbox={WORLD}&adcode=1101").json()["columns"]
    assert sum(cells["n"]) == len(public(rows, "1101"))


def test_overviews_are_made_once_and_the_eldest_is_given_up(
    client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str | None] = []
    real = discovery.overview

    def counted(snapshot: Snapshot, adcode: str | None) -> bytes:
        made.append(adcode)
        return real(snapshot, adcode)

    monkeypatch.setattr(discovery, "overview", counted)
    monkeypatch.setattr(discovery, "KEPT_OVERVIEWS", 2)
    client = client_of(random_rows(50), map_page=map_builder(discovery.DiscoveryOptions()))
    for area in ("?adcode=11", "?adcode=110000", "", "?adcode=11", "?adcode=13", "", "?adcode=11"):
        client.get(f"/map/overview.json{area}")
    assert made == ["11", None, "13", None, "11"]
