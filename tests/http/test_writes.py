"""Single stations written over HTTP: only with a key, only on the version that was seen, checked as an import is."""

import gzip
import random
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from hypothesis import strategies as st

from data.editing import answers, edits
from data.errors import StaleError
from data.postgres import db
from geo import vocabulary
from service.access.keyring import DatabaseKeyring
from service.keeper import DatabaseKeeper
from service.reader import Reader
from service.settings import Settings
from service.writer import Writer
from service.writing import fields
from tests.http.editors import Editor, editing, until
from tests.http.running import Running
from tests.http.test_client_docs import BLOCK, PLATFORM

pytestmark = pytest.mark.postgis

RECORD: dict[str, Any] = {
    "name": "中心路工会驿站",
    "address": "中心路97号",
    "audience": "outdoor_workers",
    "host_kind": "bank",
    "hours_posted": "周一至周五 08:30-17:30",
    "facilities": {"toilet": "working", "tv": "broken"},
    "external_ids": {"amap": "B000A7BD6C"},
    "lon": 116.397,
    "lat": 39.909,
    "coordsys": "gcj02",
    "position_kind": "entrance",
    "floor": 1,
    "area_m2": 35.5,
    "access_method": "open_door",
    "verified_at": "2026-10-01",
}


@pytest.fixture(scope="module")
def editors(standing_database_url: str) -> Iterator[dict[str, Editor]]:
    with editing(standing_database_url) as made:
        yield made


@pytest.fixture
def editor(editors: dict[str, Editor]) -> Editor:
    return editors["write"]


_numbers = iter(range(1, 10**6))


@pytest.fixture
def station(editor: Editor) -> tuple[str, str]:
    """A station of this test, and its tag."""
    station_id = f"T{next(_numbers)}"
    answer = editor.put(station_id, RECORD)
    assert answer.status_code == 201, answer.text
    return station_id, answer.headers["etag"]


def said(answer: httpx.Response, status: int, code: str) -> list[str]:
    """The fields that a problem names."""
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    return sorted({error["field"] for error in answer.json().get("errors", [])})


def test_a_station_is_put_and_read_back_as_it_was_stated(editor: Editor, station: tuple[str, str]) -> None:
    station_id, tag = station
    answer = editor.record(station_id)
    assert answer.headers["etag"] == tag
    assert answer.json()["record"] == RECORD | {"status": "open", "source": "api"}
    assert answer.json()["version"] == 1
    until(lambda: editor.client.get(f"/v1/stations/{station_id}").status_code == 200)
    shown = editor.client.get(f"/v1/stations/{station_id}?ret_coordsys=gcj02").json()["station"]
    assert (shown["lon"], shown["lat"]) == pytest.approx((116.397, 39.909), abs=1e-6)
    assert shown["opening_hours"] == "Mo-Fr 08:30-17:30"
    assert shown["version"] == 1


def test_what_an_import_of_the_same_cells_stores_is_stored(editor: Editor, station: tuple[str, str]) -> None:
    station_id, _ = station
    header = (
        "name,address,audience,host_kind,hours_posted,facilities,amap_id,lon,lat,position_kind,floor,area_m2"
    )
    row = "中心路工会驿站,中心路97号,outdoor_workers,bank,周一至周五 08:30-17:30,卫生间(可用)、电视(故障),B000A7BD6C,"
    row += "116.397,39.909,entrance,1,35.5,open_door,2026-10-01"
    header += ",access_method,verified_at"
    answer = editor.upload(f"{header}\n{row}\n".encode(), f"same-{station_id}", source=f"same {station_id}")
    assert answer.json()["counts"]["added"] == 1, answer.text
    stored = editor.rows(
        """SELECT to_jsonb(s) - ARRAY['station_id', 'source', 'created_at', 'updated_at', 'data_version']
           FROM yizhan.station AS s WHERE station_id = %(id)s OR source = %(source)s""",
        id=station_id,
        source=f"same {station_id}",
    )
    by_api, by_file = (row for (row,) in stored)
    assert by_api == by_file


def test_a_put_on_a_version_replaces_and_an_absent_field_is_not_stated(
    editor: Editor, station: tuple[str, str]
) -> None:
    station_id, tag = station
    answer = editor.put(station_id, {"name": "改名", "audience": "outdoor_workers"}, tag)
    assert answer.status_code == 200
    assert answer.json()["record"] == {
        "name": "改名", "audience": "outdoor_workers", "status": "open", "source": "api",
    }  # fmt: skip
    again = editor.put(station_id, {"name": "改名", "audience": "outdoor_workers"}, answer.headers["etag"])
    assert again.headers["etag"] == answer.headers["etag"]


def test_a_patch_changes_what_it_names_and_null_clears(editor: Editor, station: tuple[str, str]) -> None:
    station_id, tag = station
    change = {
        "name": "新名",
        "floor": None,
        "facilities": {"tv": None, "wifi": "working"},
        "hours_posted": "24小时",
    }
    answer = editor.patch(station_id, change, tag)
    expected = RECORD | {"name": "新名", "hours_posted": "24小时", "status": "open", "source": "api"}
    expected["facilities"] = {"toilet": "working", "wifi": "working"}
    del expected["floor"]
    assert answer.json()["record"] == expected
    ((osm, door),) = editor.rows(
        "SELECT opening_hours, door_24h FROM yizhan.station WHERE station_id = %(id)s", id=station_id
    )
    assert (osm, door) == ("24/7", "yes")
    gone = editor.patch(station_id, {"lon": None, "lat": None}, answer.headers["etag"])
    assert "lon" not in gone.json()["record"] and "coordsys" not in gone.json()["record"]


def test_a_delete_leaves_a_tombstone_that_a_put_brings_back(editor: Editor, station: tuple[str, str]) -> None:
    station_id, tag = station
    answer = editor.delete(station_id, tag)
    assert (answer.status_code, answer.json()["deleted"], answer.json()["version"]) == (200, True, 2)
    said(editor.record(station_id), 404, "not_found")
    said(editor.delete(station_id, answer.headers["etag"]), 404, "not_found")
    back = editor.put(station_id, {"name": "又来了"})
    assert (back.status_code, back.json()["record"]["name"]) == (201, "又来了")
    ((operations,),) = editor.rows(
        "SELECT array_agg(operation ORDER BY history_id) FROM yizhan.history WHERE station_id = %(id)s",
        id=station_id,
    )
    assert operations == ["insert", "delete", "insert", "update"]


def test_a_write_without_its_version_is_refused(editor: Editor, station: tuple[str, str]) -> None:
    station_id, tag = station
    path = f"/v1/stations/{station_id}"
    patch = {"content-type": "application/merge-patch+json"}
    for answer in (
        editor.ask("PUT", path, json=RECORD),
        editor.ask("PUT", path, {"if-none-match": tag}, json=RECORD),
        editor.ask("PATCH", path, patch, json={}),
        editor.ask("PATCH", path, patch | {"if-match": "*"}, json={}),
        editor.ask("DELETE", path),
    ):
        said(answer, 428, "precondition_required")
    both = {"if-match": tag, "if-none-match": "*"}
    assert said(editor.ask("PUT", path, both, json=RECORD), 400, "bad_parameter") == ["If-None-Match"]


@pytest.mark.parametrize("wrong", ['"1-00000000"', "W/{tag}", '"99"', "{tag}x", "x"])
def test_a_version_that_is_not_the_present_one_changes_nothing(
    editor: Editor, station: tuple[str, str], wrong: str
) -> None:
    station_id, tag = station
    stated = wrong.format(tag=tag)
    said(editor.put(station_id, RECORD | {"name": "x"}, stated), 412, "precondition_failed")
    said(editor.patch(station_id, {"name": "x"}, stated), 412, "precondition_failed")
    said(editor.delete(station_id, stated), 412, "precondition_failed")
    assert editor.record(station_id).headers["etag"] == tag


def test_of_two_who_saw_the_same_version_one_is_told_of_the_other(
    editor: Editor, station: tuple[str, str]
) -> None:
    station_id, tag = station
    assert editor.patch(station_id, {"floor": 2}, tag).status_code == 200
    said(editor.patch(station_id, {"floor": 3}, tag), 412, "precondition_failed")
    assert editor.patch(
        station_id, {"floor": 3}, f'"x", {editor.record(station_id).headers["etag"]}'
    ).is_success


def test_no_update_is_lost_among_many_writers(editor: Editor, station: tuple[str, str]) -> None:
    """Each counts one up on the version it read, and tries again when told of another: the sum is exact."""
    station_id, tag = station
    assert editor.patch(station_id, {"capacity": 0}, tag).is_success

    def count_up(times: int) -> None:
        with closing(db.connect(editor.url, role="writer")) as conn:
            while times:
                with db.transaction(conn):
                    seen = edits.read(conn, station_id)
                try:
                    with db.transaction(conn):
                        edits.change(
                            conn, station_id, [seen.tag], lambda r: r | {"capacity": r["capacity"] + 1}
                        )
                    times -= 1
                except StaleError:
                    pass

    threads = [threading.Thread(target=count_up, args=(5,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert editor.record(station_id).json()["record"]["capacity"] == 15


def test_no_update_is_lost_over_the_restore_of_an_older_backup(
    editor: Editor, station: tuple[str, str]
) -> None:
    station_id, tag = station
    before = editor.rows(
        "SELECT version, updated_at, capacity FROM yizhan.station WHERE station_id = %(id)s", id=station_id
    )
    seen = editor.patch(station_id, {"capacity": 11}, tag).headers["etag"]
    # As a restore leaves it: the row as it was, no trigger asked.
    version, updated_at, capacity = before[0]
    with closing(db.connect(editor.url, role="writer")) as conn, conn.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE yizhan.station SET version = %s, updated_at = %s, capacity = %s WHERE station_id = %s",
            (version, updated_at, capacity, station_id),
        )
        conn.commit()
    assert editor.record(station_id).headers["etag"] == tag
    other = editor.patch(station_id, {"capacity": 12}, tag)
    assert other.json()["version"] == version + 1
    said(editor.patch(station_id, {"name": "改名"}, seen), 412, "precondition_failed")
    assert editor.record(station_id).json()["record"]["capacity"] == 12


def test_what_is_not_there_is_not_changed(editor: Editor, station: tuple[str, str]) -> None:
    _, tag = station
    said(editor.patch("nobody", {"name": "x"}, tag), 404, "not_found")
    said(editor.delete("nobody", tag), 404, "not_found")
    said(editor.put("nobody", RECORD, tag), 404, "not_found")
    for no_id in ("no station", "-a", "x" * 65, "nearest"):
        answer = editor.put(no_id, RECORD)
        said(answer, 400, "bad_parameter")
        assert [problem["field"] for problem in answer.json()["errors"]] == ["station_id"]
    said(editor.put(station[0], RECORD), 412, "precondition_failed")


@pytest.mark.parametrize(("who", "status"), [("none", 401), ("read", 403)])
def test_who_has_no_key_for_it_writes_nothing(
    editors: dict[str, Editor], station: tuple[str, str], who: str, status: int
) -> None:
    stranger, (station_id, tag) = editors[who], station
    answers = [
        stranger.record(station_id), stranger.put("new", RECORD), stranger.put(station_id, RECORD, tag),
        stranger.patch(station_id, {"floor": 2}, tag), stranger.delete(station_id, tag),
        stranger.upload(b"x", "k"), stranger.ask("GET", "/v1/imports/1"),
        stranger.ask("GET", "/v1/imports/1/rejected.csv"),
    ]  # fmt: skip
    assert {answer.status_code for answer in answers} == {status}
    assert editors["write"].record(station_id).headers["etag"] == tag


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"name": None}, ["name"]),
        ({"name": "  "}, ["name"]),
        ({"name": "x" * 201}, ["name"]),
        ({"coordsys": None}, ["coordsys"]),
        ({"lat": None}, ["lat"]),
        ({"lon": None, "lat": None}, ["lat", "lon"]),
        ({"coordsys": "mars"}, ["coordsys"]),
        ({"lon": 2.0}, ["lon"]),
        ({"lon": "116"}, ["lon"]),
        ({"floor": 0}, ["floor"]),
        ({"floor": 1.5, "capacity": -1, "area_m2": 0}, ["area_m2", "capacity", "floor"]),
        ({"adcode": "1101"}, ["adcode"]),
        ({"opening_hours": "at noon"}, ["opening_hours"]),
        ({"phone": "13800138000"}, ["phone"]),
        ({"verified_at": "2026-02-30", "declared_on": "2999-01-01"}, ["verified_at"]),
        ({"declared_on": "2999-01-01"}, ["declared_on"]),
        ({"host_kind": "castle", "audience": "all"}, ["audience", "host_kind"]),
        ({"facilities": {"pool": "working"}}, ["facilities"]),
        ({"facilities": ["toilet"]}, ["facilities"]),
        ({"external_ids": {"amap": 5}}, ["external_ids"]),
        ({"makeup_days": "yes"}, ["makeup_days"]),
        ({"rider_id": 1, "colour": "red"}, ["colour", "rider_id"]),
    ],
)
def test_every_wrong_field_is_named_and_nothing_is_stored(
    editor: Editor, station: tuple[str, str], wrong: dict[str, Any], named: list[str]
) -> None:
    station_id, tag = station
    assert said(editor.put(station_id, RECORD | wrong, tag), 400, "bad_parameter") == named
    assert said(editor.put("not-there", RECORD | wrong), 400, "bad_parameter") == named
    assert editor.record(station_id).headers["etag"] == tag
    said(editor.record("not-there"), 404, "not_found")


def test_what_a_code_must_be_is_told_as_it_is(editor: Editor, station: tuple[str, str]) -> None:
    wrong = RECORD | {"adcode": "1101", "township_code": "110108"}
    told = {
        e["field"]: e["message"]["en"] for e in editor.put(station[0], wrong, station[1]).json()["errors"]
    }
    assert told == {
        "adcode": "Must be a six-digit adcode, for instance 110108.",
        "township_code": "Must be a township code of 9 or 12 digits, for instance 110108001.",
    }


def test_a_packed_record_is_unpacked(editor: Editor, station: tuple[str, str]) -> None:
    station_id, tag = station
    kind = {"content-type": "application/merge-patch+json", "content-encoding": "gzip", "if-match": tag}
    answer = editor.ask(
        "PATCH", f"/v1/stations/{station_id}", kind, content=gzip.compress(b'{"capacity": 7}')
    )
    assert (answer.status_code, answer.json()["record"]["capacity"]) == (200, 7)


def test_a_body_of_another_kind_is_refused(editor: Editor, station: tuple[str, str]) -> None:
    station_id, tag = station
    path, match = f"/v1/stations/{station_id}", {"if-match": tag}
    kind = {"content-type": "application/merge-patch+json"}
    answer = editor.ask("PATCH", path, match, json={})
    said(answer, 415, "wrong_content_type")
    assert answer.headers["accept-patch"] == "application/merge-patch+json"
    said(editor.ask("PATCH", path, match | kind, content=b"{"), 400, "bad_body")
    said(editor.ask("PATCH", path, match | kind, content=b"[]"), 400, "bad_body")
    assert said(
        editor.ask("PATCH", path, match | kind, content=b'{"floor":1,"floor":2}'), 400, "bad_parameter"
    ) == ["floor"]
    said(
        editor.ask("PATCH", path, match | kind, content=b'{"name":"' + b"x" * 70_000 + b'"}'),
        413,
        "body_too_large",
    )
    said(editor.put(station_id, RECORD, tag).request and editor.ask("PUT", path + "?x=1", match, json=RECORD),
         400, "bad_parameter")  # fmt: skip


def test_the_history_keeps_the_key_and_shows_it_to_nobody(editor: Editor, station: tuple[str, str]) -> None:
    station_id, tag = station
    assert editor.patch(station_id, {"floor": 2}, tag).is_success
    actors = editor.rows("SELECT DISTINCT actor FROM yizhan.history WHERE station_id = %(id)s", id=station_id)
    assert [actor.startswith("key:") and actor.endswith(" test write") for (actor,) in actors] == [True]
    until(lambda: editor.client.get(f"/v1/stations/{station_id}").status_code == 200)
    shown = editor.client.get(f"/v1/stations/{station_id}/history")
    assert {entry["by"] for entry in shown.json()["results"]} == {"editor"}
    assert "test write" not in shown.text and "key:" not in shown.text


def values(rng: random.Random) -> dict[str, Any]:
    """A record of random good fields."""
    every: dict[str, Any] = {
        "name": f"驿站 {rng.randrange(99)}", "code": f"C{rng.randrange(10**9)}", "address": "中心路 5 号",
        "city": "郑州市", "adcode": "410106", "township_code": "410106001", "brand": "职工暖心驿站",
        "operator": "总工会",
        "host": "邮政所", "status": rng.choice(list(vocabulary.STATUS)), "status_reason": "装修",
        "phone": "0371-65900001",
        "host_kind": rng.choice(list(vocabulary.HOST_KIND)), "kind": rng.choice(list(vocabulary.KIND)),
        "audience": rng.choice(list(vocabulary.AUDIENCE)),
        "hours_posted": rng.choice(["24小时", "9:00-17:30", "白天"]),
        "opening_hours": "Mo-Fr 09:00-17:00", "makeup_days": rng.random() < 0.5,
        "door_24h": rng.choice(["yes", "no"]), "goods_24h": "yes", "floor": rng.choice([-2, 1, 30]),
        "access_method": rng.choice(list(vocabulary.ACCESS_METHOD)),
        "facilities": dict.fromkeys(rng.sample(list(vocabulary.FACILITY), 4), "working") | {"tv": "broken"},
        "capacity": rng.randrange(50), "area_m2": round(rng.uniform(1, 90), 2), "accuracy_m": 12.5, "source": "名单",
        "external_ids": {rng.choice(["amap", "baidu", "osm"]): f"x{rng.randrange(99)}"},
        "in_compound": "no",
        "declared_by": "街道工会", "declared_on": "2026-09-01", "verified_at": "2026-10-01",
        "position_kind": "entrance",
    }  # fmt: skip
    chosen = {name: every[name] for name in rng.sample(list(every), rng.randrange(len(every)))}
    places = [
        {},
        {"lon": 113.6, "lat": 34.7, "coordsys": "wgs84"},
        {"lon": 113.7, "lat": 34.8, "coordsys": "bd09"},
    ]
    place = rng.choice(places)
    return chosen | place | {"name": every["name"]}


def stated(record: dict[str, Any]) -> dict[str, Any]:
    return {n: v for n, v in record.items() if v not in ("unknown", {}) and not (n == "facilities" and not v)}


def test_any_record_comes_back_as_it_was_put(editor: Editor) -> None:
    rng = random.Random(5)
    tag, station_id = None, "round"
    known: dict[str, Any] = {}
    for _ in range(25):
        record = values(rng) | {"code": "R1"}
        answer = editor.put(station_id, record, tag)
        assert answer.is_success, answer.text
        source = record.get("source", known.get("source", "api"))
        expected = {"status": "open", "source": source} | stated(record)
        expected |= (
            {"makeup_days": False} if "opening_hours" in record and "makeup_days" not in record else {}
        )
        if "opening_hours" not in record:
            expected.pop("makeup_days", None)
        assert answer.json()["record"] == expected
        known, tag = expected, answer.headers["etag"]


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=6), inner, max_size=2),
    max_leaves=4,
)


@given(patch=st.dictionaries(st.sampled_from(edits.FIELDS) | st.text(max_size=8), ANYTHING, max_size=4))
@budget(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_whatever_is_sent_is_taken_or_named(editor: Editor, patch: dict[str, Any]) -> None:
    tag = editor.record("fuzzed").headers.get("etag")
    if tag is None:
        tag = editor.put("fuzzed", RECORD).headers["etag"]
    answer = editor.patch("fuzzed", patch, tag)
    assert answer.status_code in (200, 400), answer.text
    if answer.status_code == 400:
        assert {e["field"] for e in answer.json()["errors"]}
        assert editor.record("fuzzed").headers["etag"] == tag


def test_the_example_of_the_page_changes_a_station(
    standing_database_url: str, editor: Editor, station: Any
) -> None:
    """The Python block of the page, as it stands there, against a server on a socket."""
    (block,) = [text for kind, text in BLOCK.findall(PLATFORM) if "def close_for_repairs" in text]
    known: dict[str, Any] = {}
    keyring = DatabaseKeyring(standing_database_url, poll_s=0.2)
    parts = {
        "reader": Reader(standing_database_url),
        "writer": Writer(standing_database_url),
        "keyring": keyring,
    }
    with Running(Settings(port=0), DatabaseKeeper(standing_database_url), **parts) as served:
        exec(block.replace("http://localhost:8000", served.url), known)
        until(lambda: keyring.known() is not None)
        answer, tag = known["close_for_repairs"](station[0], "装修", editor.key)
    assert answer["record"]["status"] == "temporarily_closed"
    assert editor.record(station[0]).headers["etag"] == tag


def test_the_page_tells_the_limits_of_uploads() -> None:
    assert f"{Settings().import_body_bytes // 2**20} MiB (`YIZHAN_IMPORT_BODY_BYTES`)" in PLATFORM
    assert f"{Settings().import_wait_s} seconds (`YIZHAN_IMPORT_WAIT_S`)" in PLATFORM
    assert f"for {answers.KEPT_DAYS} days" in PLATFORM


def test_the_documentation_shows_every_write(editor: Editor) -> None:
    page = editor.client.get("/docs")
    assert page.status_code == 200
    for method in ("PUT", "PATCH", "DELETE"):
        assert f"{method} /v1/stations/{{station_id}}</code>" in page.text
    for told in (
        "POST /v1/imports<",
        "/rejected.csv",
        "If-Match",
        "Idempotency-Key",
        "application/octet-stream",
    ):
        assert told in page.text


def test_every_field_of_a_record_is_described() -> None:
    assert tuple(fields.TABLE) == edits.FIELDS
