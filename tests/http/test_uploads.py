"""Lists imported by upload: carried out once per key, whole or not at all, with an outcome for every row."""

import asyncio
import io
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from data.access import keys
from data.editing import answers
from data.postgres import db
from service.writing import uploads
from tests.http.editors import Editor, editing, until

pytestmark = pytest.mark.postgis

ROOT = Path(__file__).resolve().parents[2]
LIST = "name,address,lon,lat\n" + "".join(f"驿站{n},中心路{n}号,{113.6 + n / 1000},34.75\n" for n in range(8))
BAD = LIST + "偏远,荒野,2,3\n,无名路1号,113.6,34.7\n"


@pytest.fixture(scope="module")
def standing(standing_database_url: str) -> Iterator[Editor]:
    """An editor of a registry to which refused lists are sent."""
    with editing(standing_database_url, import_body_bytes=200_000) as made:
        yield made["write"]


@pytest.fixture
def editors(database_url: str) -> Iterator[dict[str, Editor]]:
    with editing(database_url, import_body_bytes=200_000) as made:
        yield made


@pytest.fixture
def editor(editors: dict[str, Editor]) -> Editor:
    return editors["write"]


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


def count(editor: Editor) -> int:
    ((stations,),) = editor.rows("SELECT count(*) FROM yizhan.station WHERE deleted_at IS NULL")
    return int(stations)


def test_an_upload_is_imported_and_every_row_told(editor: Editor) -> None:
    answer = editor.upload(BAD.encode(), "k1", source="某市")
    told = answer.json()
    assert told["counts"] == {
        "added": 8, "changed": 0, "unchanged": 0, "rejected": 2, "unlocated": 0, "hidden": 0, "tombstoned": 0,
    }  # fmt: skip
    assert [(row["row"], row["field"]) for row in told["rejected"]] == [(10, "lon"), (11, "name")]
    assert told["source"] == "某市"
    csv = editor.ask("GET", told["rejected_url"])
    assert csv.headers["content-type"] == "text/csv; charset=utf-8"
    assert "偏远" in csv.text and "拒绝" not in csv.text.splitlines()[1]
    assert len(csv.text.splitlines()) == 3
    assert editor.ask("GET", f"/v1/imports/{told['batch_id']}").json() == told
    actors = editor.rows("SELECT DISTINCT actor FROM yizhan.history")
    assert len(actors) == 1 and actors[0][0].startswith("key:")
    # The mended rows are a list again.
    mended = csv.text.replace(",2,3", ",113.7,34.7").replace("\n,无名路", "\n有名,无名路")
    again = editor.upload(mended.encode(), "k2", source="某市")
    assert again.json()["counts"]["added"] == 2, again.text
    assert "rejected_url" not in again.json()
    assert code(editor.ask("GET", f"/v1/imports/{again.json()['batch_id']}/rejected.csv"))[0] == 404


def test_a_replay_is_answered_with_the_same_bytes_and_not_carried_out(editor: Editor) -> None:
    first = editor.upload(LIST.encode(), "k1")
    assert "idempotency-replayed" not in first.headers
    ((version,),) = editor.rows("SELECT data_version FROM yizhan.registry")
    with (
        closing(db.connect(editor.url, role="writer")) as conn,
        db.transaction(conn),
        conn.cursor() as cursor,
    ):
        cursor.execute("UPDATE yizhan.station SET deleted_at = now() WHERE name = '驿站0'")
    again = editor.upload(LIST.encode(), "k1")
    assert (again.content, again.headers["idempotency-replayed"]) == (first.content, "true")
    assert count(editor) == 7
    assert editor.rows("SELECT data_version FROM yizhan.registry") == [(version + 1,)]


def test_a_key_that_was_used_for_something_else_is_refused(editor: Editor) -> None:
    assert editor.upload(LIST.encode(), "k1").is_success
    assert code(editor.upload(BAD.encode(), "k1")) == (422, "key_reused")
    assert code(editor.upload(LIST.encode(), "k1", source="other")) == (422, "key_reused")
    assert count(editor) == 8
    # Another holder's keys are his own.
    with closing(db.connect(editor.url, role="writer")) as conn, db.transaction(conn):
        _, other = keys.create(conn, label="other", scopes=["write"])
    stranger = Editor(editor.client, editor.url, other)
    until(lambda: stranger.upload(BAD.encode(), "k1").status_code == 200)


def test_an_answer_is_kept_for_its_days(editor: Editor) -> None:
    first = editor.upload(LIST.encode(), "k1").json()
    with (
        closing(db.connect(editor.url, role="writer")) as conn,
        db.transaction(conn),
        conn.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE yizhan.import_answer SET answered_at = now() - make_interval(days => %s)",
            (answers.KEPT_DAYS,),
        )
    assert code(editor.ask("GET", f"/v1/imports/{first['batch_id']}")) == (404, "not_found")
    assert editor.upload(LIST.encode(), "k1").json()["counts"]["unchanged"] == 8
    assert editor.rows("SELECT count(*) FROM yizhan.import_answer") == [(1,)]


def test_a_replay_of_what_is_under_way_is_told_so(editor: Editor) -> None:
    with closing(db.connect(editor.url, role="writer")) as conn:
        ((holder,),) = editor.rows("SELECT key_id FROM yizhan.access_key WHERE label = 'test write'")
        with answers.alone(conn, holder, "k1") as held:
            assert held
            assert code(editor.upload(LIST.encode(), "k1")) == (409, "still_running")
            assert editor.upload(LIST.encode(), "k2").status_code == 200
    assert editor.upload(LIST.encode(), "k1").json()["counts"]["unchanged"] == 8


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b"0" * 8_000_000)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "said", "headers", "expected"),
    [
        (b"", {}, {}, (400, "bad_body")),
        (b"x" * 200_001, {}, {}, (413, "body_too_large")),
        (b"name\n", {}, {}, (400, "bad_parameter")),
        (b"colour\nred\n", {}, {}, (400, "bad_parameter")),
        (b"PK\x03\x04broken", {"filename": "list.xlsx"}, {}, (400, "bad_parameter")),
        (bomb(), {"filename": "list.xlsx"}, {}, (413, "body_too_large")),
        (LIST.encode(), {"filename": "../list.csv"}, {}, (400, "bad_parameter")),
        (LIST.encode(), {"filename": "list.exe"}, {}, (400, "bad_parameter")),
        (LIST.encode(), {"coordsys": "mars"}, {}, (400, "bad_parameter")),
        (LIST.encode(), {"replace_source": "true"}, {}, (400, "bad_parameter")),
        (LIST.encode(), {"colour": "red"}, {}, (400, "bad_parameter")),
        (LIST.encode(), {}, {"content-type": "multipart/form-data; boundary=x"}, (415, "wrong_content_type")),
        (LIST.encode(), {}, {"content-encoding": "br"}, (415, "wrong_content_encoding")),
        (LIST.encode(), {}, {"idempotency-key": ""}, (400, "bad_parameter")),
        (LIST.encode(), {}, {"idempotency-key": "x" * 256}, (400, "bad_parameter")),
    ],
)
def test_a_list_that_cannot_be_used_changes_nothing_and_may_be_sent_again(
    standing: Editor, content: bytes, said: dict[str, str], headers: dict[str, str], expected: tuple[int, str]
) -> None:
    asked = {"filename": "list.csv", "coordsys": "gcj02"} | said
    before = standing.rows(
        "SELECT data_version, (SELECT count(*) FROM yizhan.import_batch) FROM yizhan.registry"
    )
    key = {"idempotency-key": f"{expected} {said} {headers} {len(content)}".replace(" ", "")[:200]}
    answer = standing.ask("POST", "/v1/imports", key | headers, params=asked, content=content)
    assert code(answer) == expected, answer.text
    assert "/tmp" not in answer.text
    after = standing.rows(
        "SELECT data_version, (SELECT count(*) FROM yizhan.import_batch) FROM yizhan.registry"
    )
    assert after == before
    assert standing.upload(LIST.encode(), key["idempotency-key"]).status_code == 200


def test_positions_without_a_system_are_refused(standing: Editor) -> None:
    answer = standing.ask(
        "POST",
        "/v1/imports",
        {"idempotency-key": "none"},
        params={"filename": "list.csv"},
        content=LIST.encode(),
    )
    assert code(answer) == (400, "bad_parameter")
    for system in ("wgs84", "gcj02", "bd09"):
        assert system in answer.json()["detail"]
    # The parameter is named, not the option of the command line.
    assert "coordsys" in answer.json()["detail"]
    assert "--" not in answer.json()["detail"]


def test_what_a_killed_server_left_of_an_upload_goes_with_the_next_one(
    standing: Editor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / f"{uploads.PREFIX}left"
    left.mkdir()
    (left / "lock").touch()
    (left / "list.csv").touch()
    old_s = time.time() - 60
    os.utime(left, (old_s, old_s))
    assert standing.upload(LIST.encode(), "next").status_code == 200
    assert list(tmp_path.iterdir()) == []


def test_who_comes_during_another_upload_is_told_so(editor: Editor) -> None:
    under_way: asyncio.Lock = editor.client.app.state.uploads.one
    asyncio.run(under_way.acquire())
    answer = editor.upload(LIST.encode(), "k2")
    under_way.release()
    assert code(answer) == (503, "busy")
    assert answer.headers["retry-after"] == "2"
    assert "list" in answer.json()["detail"]
    assert editor.upload(LIST.encode(), "k2").json()["counts"]["added"] == 8


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_a_server_killed_in_the_midst_leaves_the_registry_as_it_was_and_the_replay_works(
    editors: dict[str, Editor], database_url: str
) -> None:
    editor, port = editors["write"], free_port()
    many = "name,lon,lat\n" + "".join(f"驿站{n},{113 + n / 8000},34.75\n" for n in range(4000))
    asked = {"filename": "list.csv", "coordsys": "gcj02", "audience": "outdoor_workers"}
    headers = {"x-api-key": str(editor.key), "idempotency-key": "k"}
    environment = os.environ | {"DATABASE_URL": database_url, "YIZHAN_PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-m", "service", "serve"], env=environment, cwd=ROOT,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        url = f"http://127.0.0.1:{port}"
        until(lambda: alive(url))
        # Somebody else writes and does not commit: the import has copied its rows, and waits for its number.
        with closing(db.connect(database_url, role="writer")) as blocker, blocker.cursor() as cursor:
            cursor.execute("SELECT 1 FROM yizhan.registry FOR UPDATE")
            failed: list[Exception] = []

            def send() -> None:
                try:
                    httpx.post(f"{url}/v1/imports", params=asked, headers=headers, content=many, timeout=60)
                except httpx.HTTPError as error:
                    failed.append(error)

            sender = threading.Thread(target=send)
            sender.start()
            until(lambda: waiting(editor))
            os.kill(process.pid, signal.SIGKILL)
            process.wait(20)
            sender.join(20)
            blocker.rollback()
        assert failed
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(20)
    until(lambda: not waiting(editor))
    assert (count(editor), editor.rows("SELECT count(*) FROM yizhan.import_batch")) == (0, [(0,)])
    until(lambda: editor.upload(many.encode(), "k").status_code != 409)
    replay = editor.upload(many.encode(), "k")
    assert (replay.headers["idempotency-replayed"], replay.json()["counts"]["added"]) == ("true", 4000)
    assert count(editor) == 4000


def alive(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=2).status_code == 200
    except httpx.HTTPError:
        time.sleep(0.1)
        return False


def waiting(editor: Editor) -> bool:
    """Whether somebody waits for a lock, in the midst of an import."""
    return editor.rows(
        """SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'
           AND datname = current_database() AND query LIKE '%%INSERT INTO yizhan.station%%'"""
    ) != [(0,)]
