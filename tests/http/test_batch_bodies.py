"""The body of a batch: read piece by piece as it would be whole, unpacked with a limit, refused in few words."""

import gzip
import json
import math
import random
import tracemalloc
import zlib
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.app import create_app
from service.batch import bodies, replies
from service.errors import BodyError, ParameterError
from service.keeper import FrameKeeper
from service.settings import Settings
from tests.http.made import Client, frame_of, random_rows

URL = "/v1/stations/nearest:batch"
JSON = {"content-type": "application/json"}
LABELS = ["a", 7, '"},{"', "},{", '","', "\\", '\\"', "points", '"points":[', "]", "é", "😀", "x" * 64]
SPACES = ["", " ", "\n", " \t\r\n "]


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """So small that every body here is cut many times."""
    monkeypatch.setattr(bodies, "_PIECE_BYTES", 60)


def body_of(rng: random.Random, points: list[Any]) -> bytes:
    """JSON with the points at any place among other fields, and any white space."""
    members = [("coordsys", "wgs84"), ("facilities", ["toilet", "seat"]), ("k", 2), ("points", points)]
    rng.shuffle(members)
    space = rng.choice(SPACES)
    separators = (space + "," + rng.choice(SPACES), space + ":" + rng.choice(SPACES))
    written = json.dumps(dict(members), separators=separators, ensure_ascii=rng.random() < 0.5)
    return (space + written + rng.choice(SPACES)).encode()


def some_points(rng: random.Random, n: int) -> list[Any]:
    nested = [{"id": 1, "a": [{}, {"b": [1, {}]}, "},{"]}, [[{}, {}], {}], [], {}, None, 5, "},{", "]"]
    return [
        rng.choice(nested)
        if rng.random() < 0.2
        else {"id": rng.choice(LABELS), "lon": rng.choice([116, 116.5, -1e-7]), "lat": rng.uniform(-90, 90)}
        for _ in range(n)
    ]


def is_plain(point: Any) -> bool:
    return isinstance(point, dict) and point.keys() == {"id", "lon", "lat"}


@pytest.mark.parametrize("seed", range(150))
def test_pieces_are_read_as_the_whole_is(seed: int) -> None:
    rng = random.Random(seed)
    sent = some_points(rng, rng.choice([0, 1, 2, 30]))
    values, points = bodies.read(body_of(rng, sent), 100, lambda: None)
    assert values == {"coordsys": "wgs84", "facilities": ("seat", "toilet"), "k": 2, "points": []}
    assert len(points) == len(sent)
    assert [row in points.problems for row in range(len(sent))] == [not is_plain(point) for point in sent]
    lon, lat = points.to_wgs84("wgs84")
    for row, point in enumerate(sent):
        if is_plain(point):
            assert (points.ids[row], lon[row], lat[row]) == (point["id"], point["lon"], point["lat"])
        else:
            assert math.isnan(lon[row])


@settings(max_examples=400, deadline=None, derandomize=True)
@given(seed=st.integers(0, 40), data=st.data())
def test_a_damaged_body_is_refused_unless_it_still_is_json(seed: int, data: st.DataObject) -> None:
    """The oracle is the parser of the standard library, over the whole body."""
    rng = random.Random(seed)
    body = bytearray(body_of(rng, some_points(rng, rng.choice([0, 1, 8]))))
    for _ in range(data.draw(st.integers(1, 2))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 2))] = data.draw(
            st.sampled_from([b"", *(b"%c" % c for c in b'",:[]{}\\ 1x')])
        )
    try:
        whole = json.loads(bytes(body))
    except ValueError:
        with pytest.raises(BodyError):
            bodies.read(bytes(body), 100, lambda: None)
        return
    try:
        _, points = bodies.read(bytes(body), 100, lambda: None)
    except (BodyError, ParameterError):
        # Still JSON, and no longer a request.
        names = {"coordsys", "facilities", "k", "points"}
        assert not isinstance(whole, dict) or whole.keys() != names or not is_request(whole)
        return
    assert len(points) == len(whole.get("points", []))


def is_request(whole: dict[str, Any]) -> bool:
    return (
        whole["coordsys"] == "wgs84"
        and whole["k"] == 2
        and whole["facilities"] == ["toilet", "seat"]
        and isinstance(whole["points"], list)
    )


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"null", b"{", b'{"points"', b'{"points":[', b'{"points":[}', b'{"points":[,]}', b'{"points":[1,]}',
        b'{"points":[1 2]}', b'{"points":[{"id":1}}', b'{"points":[{"id":1}]', b'{"points":[{]}]}', b'{"points":["a]}',
        b'{"points":[]}}', b'{"points":[]} x', b'{"points":[\xff]}', b'{"points":[{"id":"\x01"}]}', b"\x00",
        b'{"points":[' + b"[" * 100_000 + b"]" * 100_000 + b"]}", b'{"points":[{"a":' * 20_000, b"[" * 1_000_000,
        b'{"points":["' + b"x" * 10_000 + b'"]}', b'{"points":[' + b" " * 10_000 + b"1]}",
        b'{"points":[' + b"1" * 10_000 + b"]}", b'"points":[]',
        b'{"x":"' + b"y" * 70_000 + b'","points":[]}', b'{"points":[],"x":"' + b"y" * 70_000 + b'"}',
        '{"points":[]}'.encode("utf-16"), b'{"p\\u006fints":[{}]}',
    ],
    ids=lambda body: repr(body[:30]),
)  # fmt: skip
def test_what_is_no_batch_is_refused_in_a_few_words(town: Client, body: bytes) -> None:
    answer = town.post(URL, content=body, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_body")
    assert len(answer.content) < 1000


def test_twice_the_points_is_one_time_too_many(town: Client) -> None:
    answer = town.post(URL, content=b'{"coordsys":"wgs84","points":[],"points":[]}', headers=JSON)
    assert [problem["field"] for problem in answer.json()["errors"]] == ["points"]


# -- limits


def client_with(**limits: Any) -> Client:
    return Client(create_app(Settings(database_url=None, **limits), FrameKeeper(frame_of(random_rows(50)))))


def post(client: Client, n: int, *, k: int = 1, **headers: str) -> httpx.Response:
    asked = {"coordsys": "wgs84", "k": k, "points": [{"id": i, "lon": 116.4, "lat": 39.9} for i in range(n)]}
    body = json.dumps(asked).encode()
    if headers.get("content-encoding") == "gzip":
        body = gzip.compress(body)
    return client.post(URL, content=body, headers=JSON | headers)


def test_the_operator_sets_how_many_points_there_may_be() -> None:
    client = client_with(batch_points=20)
    assert post(client, 20).status_code == 200
    refused = post(client, 21)
    assert (refused.status_code, refused.json()["code"]) == (413, "too_many_points")
    assert "20" in refused.json()["detail"]
    client.close()


def test_stations_in_all_are_limited_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "MAX_HITS", 100)
    client = client_with()
    assert post(client, 20, k=5).status_code == 200
    assert post(client, 21, k=5).json()["code"] == "too_many_points"
    client.close()


def test_a_large_body_is_refused_as_sent_and_as_unpacked() -> None:
    client = client_with(batch_body_bytes=4096)
    assert post(client, 50).status_code == 200
    for headers in ({}, {"content-encoding": "gzip"}):
        refused = post(client, 200, **headers)
        assert (refused.status_code, refused.json()["code"]) == (413, "body_too_large")
    client.close()


def test_a_bomb_is_left_as_soon_as_it_grows_too_large(town: Client) -> None:
    """Ten megabytes that would unpack to ten gigabytes."""
    layer = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = bytes(2**20)
    bomb = layer.compress(b'{"coordsys":"wgs84","points":[' + b" " * 100)
    bomb += b"".join(layer.compress(zeros) for _ in range(64)) + layer.flush(zlib.Z_FULL_FLUSH)
    bomb += bomb[len(bomb) // 2 :] * 150
    tracemalloc.start()
    answer = town.post(URL, content=bomb, headers=JSON | {"content-encoding": "gzip"})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert peak < 3 * 16 * 2**20


# -- gzip


def test_packed_and_plain_bodies_are_answered_alike(town: Client) -> None:
    plain, packed = post(town, 30), post(town, 30, **{"content-encoding": "gzip"})
    assert packed.status_code == 200
    assert packed.json()["results"] == plain.json()["results"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda packed: packed[:-1], lambda packed: packed[:20], lambda packed: packed + b"x", lambda packed: b"",
        lambda packed: packed[:30] + b"\xff\xff" + packed[32:], lambda packed: b'{"points":[]}',
    ],
)  # fmt: skip
def test_damaged_gzip_is_the_clients_error(town: Client, damage: Any) -> None:
    body = damage(gzip.compress(b'{"coordsys":"wgs84","points":[{"id":1,"lon":116.4,"lat":39.9}]}'))
    answer = town.post(URL, content=body, headers=JSON | {"content-encoding": "gzip"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_body")


@pytest.mark.parametrize("name", ["br", "deflate", "gzip, gzip", "zstd", "x"])
def test_other_encodings_are_refused_and_the_right_one_named(town: Client, name: str) -> None:
    answer = post(town, 1, **{"content-encoding": name})
    assert (answer.status_code, answer.json()["code"]) == (415, "wrong_content_encoding")
    assert answer.headers["accept-encoding"] == "gzip"


@pytest.mark.parametrize(
    ("accepted", "is_packed"),
    [("gzip", True), ("br, gzip;q=0.5", True), ("*", True), ("identity", False), ("gzip;q=0, *", False), ("", False)],
)  # fmt: skip
def test_answers_are_packed_for_those_who_accept_it(town: Client, accepted: str, is_packed: bool) -> None:
    answer = post(town, 30, **{"accept-encoding": accepted})
    assert (answer.headers.get("content-encoding") == "gzip") is is_packed
    assert answer.headers["vary"] == "Accept-Encoding"
    assert int(answer.headers["content-length"]) == answer.num_bytes_downloaded
    assert answer.json()["summary"]["succeeded"] == 30


def test_only_json_is_read(town: Client) -> None:
    answer = town.post(URL, content=b"{}", headers={"content-type": "text/plain"})
    assert answer.status_code == 415


def test_lists_and_pages_are_packed_too(settings: Settings) -> None:
    client = Client(
        create_app(settings, FrameKeeper(frame_of(random_rows(50))), map_page=lambda *_: "页" * 2000)
    )
    for path in ("/docs", "/v1/stations", "/map"):
        plain = client.get(path, headers={"accept-encoding": "identity"})
        packed = client.get(path, headers={"accept-encoding": "gzip"})
        assert "content-encoding" not in plain.headers
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.num_bytes_downloaded < plain.num_bytes_downloaded / 2
        assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
        if path != "/v1/stations":
            assert packed.content == plain.content
    client.close()


def test_each_form_of_the_map_has_a_strong_etag_of_its_own(settings: Settings) -> None:
    client = Client(create_app(settings, FrameKeeper(frame_of([])), map_page=lambda *_: "页" * 2000))
    tags = {}
    for form in ("identity", "gzip"):
        tags[form] = client.get("/map", headers={"accept-encoding": form}).headers["etag"]
        again = client.get("/map", headers={"accept-encoding": form, "if-none-match": tags[form]})
        assert (again.status_code, again.content) == (304, b"")
    assert tags["identity"] != tags["gzip"]
    client.close()
