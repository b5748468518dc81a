"""The feed of all stations: its envelope, formats, validators and terms; one answer per data version."""

import asyncio
import gzip
import json
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from geo import coordsys
from service.app import create_app
from service.feed import files, writing
from service.feed.envelope import Edition
from service.keeper import FrameKeeper
from service.settings import Settings
from tests.http.made import Client, frame_of, random_rows

FORMATS = ("json", "geojson", "ndjson.gz")
MADE_AT = datetime(2026, 11, 1, 8, tzinfo=UTC)


def url(kind: str, **parameters: Any) -> str:
    asked = "&".join(f"{name}={value}" for name, value in parameters.items())
    return f"/v1/feed/stations.{kind}" + (f"?{asked}" if asked else "")


def stations(kind: str, content: bytes) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The envelope, and the stations by id, of any format."""
    if kind == "ndjson.gz":
        head, *lines = gzip.decompress(content).splitlines()
        found = [json.loads(line) for line in lines]
        return json.loads(head), {one["station_id"]: one for one in found}
    whole = json.loads(content)
    if kind == "json":
        found = whole.pop("data")["stations"]
        return whole, {one["station_id"]: one for one in found}
    placed = {}
    for feature in whole.pop("features"):
        assert feature["type"] == "Feature" and feature["id"] == feature["properties"]["station_id"]
        lon, lat = (feature["geometry"] or {"coordinates": (None, None)})["coordinates"]
        place = {} if lon is None else {"lon": lon, "lat": lat}
        placed[feature["id"]] = feature["properties"] | place
    return whole, placed


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_tells_the_same_public_stations(town: Client, kind: str) -> None:
    head, found = stations(kind, town.get(url(kind)).content)
    listed: dict[str, Any] = {}
    after = ""
    while after is not None:
        page = town.get(f"/v1/stations?limit=1000{after and f'&after={after}'}").json()
        listed |= {one["station_id"]: one for one in page["results"]}
        after = page.get("next")
    by_the_hour = {"open_state", "opens_at", "closes_at"}
    assert found == {
        station_id: {name: value for name, value in one.items() if name not in by_the_hour}
        for station_id, one in listed.items()
    }
    assert head["count"] == len(found) == len(listed) > 1000
    assert (head["version"], head["ttl"], head["coordsys"]) == ("1.0", 60, "wgs84")


@pytest.mark.parametrize("kind", FORMATS)
def test_positions_come_in_the_system_asked_for(town: Client, kind: str) -> None:
    _, plain = stations(kind, town.get(url(kind)).content)
    head, shifted = stations(kind, town.get(url(kind, ret_coordsys="autonavi")).content)
    assert head["coordsys"] == "gcj02"
    located = [one for one in plain.values() if "lon" in one]
    assert any("lon" not in one for one in plain.values())
    x, y = coordsys.from_wgs84(
        np.array([s["lon"] for s in located]), np.array([s["lat"] for s in located]), "gcj02"
    )
    told = np.array([(shifted[s["station_id"]]["lon"], shifted[s["station_id"]]["lat"]) for s in located])
    # Both are rounded to seven digits.
    assert np.abs(told - np.column_stack([x, y])).max() < 2.1e-7


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_validators_are_strong_and_a_head_has_no_body(town: Client, kind: str, encoding: str) -> None:
    asked = {"accept-encoding": encoding}
    whole = town.get(url(kind), headers=asked)
    assert whole.headers["etag"].startswith('"')
    assert int(whole.headers["content-length"]) == whole.num_bytes_downloaded
    again = town.get(url(kind), headers=asked | {"if-none-match": f'"x", {whole.headers["etag"]}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", whole.headers["etag"])
    head = town.request("HEAD", url(kind), headers=asked)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "content-length", "content-type", "cache-control", "x-data-version"):
        assert head.headers[name] == whole.headers[name]
    assert whole.headers["cache-control"] == "public, max-age=60"
    assert ("content-encoding" in whole.headers) == (encoding == "gzip" and kind != "ndjson.gz")


def test_packed_and_plain_have_tags_of_their_own(town: Client) -> None:
    tags = {
        town.get(url(kind), headers={"accept-encoding": encoding}).headers["etag"]
        for kind in ("json", "geojson")
        for encoding in ("gzip", "identity")
    }
    assert len(tags) == 4


def test_two_processes_make_the_same_bytes() -> None:
    frame = frame_of(random_rows(200))
    frame.attrs["changed_at"] = MADE_AT
    made = [Client(create_app(Settings(), FrameKeeper(frame))) for _ in range(2)]
    tags = [[client.get(url(kind)).headers["etag"] for kind in FORMATS] for client in made]
    for client in made:
        client.close()
    assert tags[0] == tags[1]


def test_terms_are_those_that_the_operator_set() -> None:
    settings = Settings(
        feed_ttl_s=300, feed_license_url="https://example.cn/terms", feed_attribution="某市总工会"
    )
    client = Client(create_app(settings, FrameKeeper(frame_of(random_rows(5)))))
    answer = client.get(url("json"))
    head, _ = stations("json", answer.content)
    assert (head["ttl"], head["license_url"], head["attribution"]) == (
        300,
        "https://example.cn/terms",
        "某市总工会",
    )
    assert answer.headers["cache-control"] == "public, max-age=300"
    client.close()


@pytest.mark.parametrize(
    ("asked", "status", "field"),
    [
        ("since=-1", 400, "since"),
        ("since=x", 400, "since"),
        ("mark=0b1c2d3e", 400, "mark"),
        ("since=1&mark=%20", 400, "mark"),
        ("ret_coordsys=bd09mc", 400, "ret_coordsys"),
        ("limit=5", 400, "limit"),
        ("since=2", 410, None),
        ("since=1&mark=0b1c2d3e", 410, None),
    ],
)
def test_what_cannot_be_answered_is_said(town: Client, asked: str, status: int, field: str | None) -> None:
    answer = town.get(f"/v1/feed/stations.json?{asked}")
    assert answer.status_code == status
    assert [e["field"] for e in answer.json().get("errors", [])] == ([field] if field else [])
    if status == 410:
        assert answer.json()["code"] == "snapshot_needed"


@pytest.mark.parametrize("kind", FORMATS)
def test_nothing_new_is_an_empty_difference(town: Client, kind: str) -> None:
    mark = town.get(url("json")).json()["mark"]
    answer = town.get(url(kind, since=1, mark=mark))
    head, found = stations(kind, answer.content)
    assert (head["since"], head["data_version"], head["count"], found) == (1, 1, 0, {})
    again = town.get(url(kind, since=1, mark=mark), headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


def test_another_file_has_another_mark() -> None:
    marks = set()
    for rows in (random_rows(20), random_rows(40)):
        client = Client(create_app(Settings(), FrameKeeper(frame_of(rows))))
        marks.add(client.get(url("json")).json()["mark"])
        client.close()
    assert len(marks) == 2


def listing(n: int) -> writing.Listing:
    bodies = np.array([b'{"station_id":"S%d","name":"x"' % i for i in range(n)], dtype=object)
    return writing.Listing(bodies, np.full(n, 116.4), np.full(n, 39.9))


@pytest.mark.parametrize("kind", writing.FORMATS)
@pytest.mark.parametrize("n", [0, 1, writing.STEP, writing.STEP + 1])
def test_pieces_join_at_every_length(kind: writing.Format, n: int) -> None:
    whole = b"".join(writing.pieces(kind, {"ttl": 1}, listing(n), writing.Extra(3, [{"station_id": "gone"}])))
    if kind == "ndjson":
        head, *lines = [json.loads(line) for line in whole.splitlines()]
        assert (len(lines), lines[-1]) == (n + 1, {"station_id": "gone", "removed": True})
    else:
        head = json.loads(whole)
        found = head["features"] if kind == "geojson" else head["data"]["stations"]
        assert len(found) == n
    assert (head["count"], head["since"]) == (n, 3)


def test_a_feed_is_made_once_for_all_who_wait_and_kept_while_it_is_costly() -> None:
    made = []

    def edition(version: int, registry_id: str = "a") -> Edition:
        return Edition(registry_id, version, "", MADE_AT)

    def pieces(version: int) -> Any:
        def make() -> list[bytes]:
            made.append(version)
            return [b"x" * 100]

        return make

    async def ask() -> None:
        kept: files.Files[str] = files.Files(most_s=0)
        first = await asyncio.gather(*[kept.get("json", edition(1), pieces(1)) for _ in range(5)])
        assert made == [1]
        assert len({id(one) for one in first}) == 1
        await kept.get("json", edition(2), pieces(2))
        assert made == [1, 2]
        patient: files.Files[str] = files.Files(most_s=3600)
        old = await patient.get("json", edition(1), pieces(3))
        object.__setattr__(old, "took_s", 100.0)
        assert await patient.get("json", edition(2), pieces(4)) is old
        # A restored registry is never answered with what was there before.
        for other in (edition(0), edition(2, "b")):
            assert await patient.get("json", other, pieces(5)) is not old
            patient._made["json"] = old

    asyncio.run(ask())
