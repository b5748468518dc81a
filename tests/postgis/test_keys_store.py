"""Keys in the database and on the command line: shown once, kept as hashes, taken back for good."""

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import psycopg2
import pytest

from data.access import keys
from data.access.ring import Ring
from data.errors import DatabaseError, InputError
from data.postgres import db
from service import cli

pytestmark = pytest.mark.postgis

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """``yizhan …`` over the database of this test: exit code, standard output, standard error."""

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setenv("DATABASE_URL", database_url)
        with pytest.raises(SystemExit) as stop:
            cli.main(arguments)
        out, err = capsys.readouterr()
        return int(stop.value.code or 0), out, err

    return run


def make(conn: db.Connection, label: str = "平台甲", **options: object) -> tuple[keys.Key, str]:
    with db.transaction(conn):
        return keys.create(conn, label=label, **{"scopes": ["read"], **options})  # type: ignore[arg-type]


def test_only_the_hash_of_a_key_is_in_the_database(connection: db.Connection) -> None:
    key, text = make(connection, scopes=["write", "read"])
    match = re.fullmatch(r"yz_([a-z2-7]{8})_([A-Za-z0-9_-]{43})", text)
    assert match is not None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key_id, secret_sha256, scopes, row_to_json(k)::text FROM yizhan.access_key AS k"
        )
        ((key_id, kept, scopes, everything),) = cursor.fetchall()
    assert (key_id, bytes(kept)) == (match[1], hashlib.sha256(match[2].encode()).digest())
    assert scopes == ["read", "write"]
    assert match[2] not in everything
    assert match[2] not in repr(key)
    assert keys.read(connection) == [key]


def test_secrets_have_256_bits_and_no_two_keys_are_alike(connection: db.Connection) -> None:
    texts = {make(connection)[1] for _ in range(20)}
    assert len({text[3:11] for text in texts}) == len({text[12:] for text in texts}) == 20
    # 43 characters of base64 are 258 bits, two of which are always zero.
    assert {len(text[12:]) for text in texts} == {43}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"label": "  "}, "--label"),
        ({"label": "x" * 101}, "100"),
        ({"label": "a\x00b"}, "--label"),
        ({"scopes": []}, "read, bulk, write, admin"),
        ({"scopes": ["read", "root"]}, "root"),
        ({"expires_at": datetime.now(UTC) - timedelta(days=1)}, "有效期"),
    ],
)
def test_a_key_that_cannot_be_is_refused_and_named(
    connection: db.Connection, wrong: dict[str, object], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        make(connection, **{"label": "x", **wrong})  # type: ignore[arg-type]
    connection.rollback()
    assert keys.read(connection) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE yizhan.access_key SET scopes = '{root}'",
        "UPDATE yizhan.access_key SET scopes = '{}'",
        "UPDATE yizhan.access_key SET secret_sha256 = 'short'",
        "UPDATE yizhan.access_key SET label = ' '",
        "UPDATE yizhan.access_key SET key_id = 'UPPER234'",
        "UPDATE yizhan.access_key SET expires_at = created_at",
    ],
)
def test_the_table_refuses_what_is_no_key(connection: db.Connection, statement: str) -> None:
    make(connection)
    with pytest.raises(psycopg2.errors.CheckViolation), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_key_taken_back_stays_so_also_for_psql(connection: db.Connection) -> None:
    _, text = make(connection)
    with db.transaction(connection):
        assert keys.revoke(connection, text) == "平台甲"
    (first,) = keys.read(connection)
    with db.transaction(connection):
        keys.revoke(connection, text[3:11])
    assert keys.read(connection) == [first]
    with (
        pytest.raises(DatabaseError, match="stays revoked"),
        db.transaction(connection),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE yizhan.access_key SET revoked_at = NULL")
    ring = Ring(keys.read(connection))
    found = ring.find(text)
    assert found is not None
    assert found.state(datetime.now(UTC)) == "revoked"
    assert ring.usable(datetime.now(UTC)) == 0


def test_a_key_that_does_not_exist_cannot_be_taken_back(connection: db.Connection) -> None:
    with pytest.raises(InputError, match="abcdefgh") as caught:
        keys.revoke(connection, "yz_abcdefgh_" + "s" * 43)
    assert "sss" not in str(caught.value)


def test_the_day_of_use_goes_forward_only(connection: db.Connection) -> None:
    key, _ = make(connection)
    for day in (date(2026, 3, 1), date(2026, 2, 1), date(2026, 3, 2)):
        with db.transaction(connection):
            keys.note_used(connection, [key.key_id, "unknown2"], day)
    assert [k.last_used for k in keys.read(connection)] == [date(2026, 3, 2)]


def test_changes_are_announced_and_a_day_of_use_is_none(connection: db.Connection, database_url: str) -> None:
    ear = db.connect(database_url)
    ear.autocommit = True
    with ear.cursor() as cursor:
        cursor.execute(f"LISTEN {keys.CHANNEL}")

    def heard() -> int:
        # What was announced before a question arrives with its answer.
        with ear.cursor() as cursor:
            cursor.execute("SELECT 1")
        ear.poll()
        count = len(ear.notifies)
        ear.notifies.clear()
        return count

    key, _ = make(connection)
    assert heard() == 1
    with db.transaction(connection):
        keys.note_used(connection, [key.key_id], date(2026, 3, 1))
    assert heard() == 0
    with db.transaction(connection):
        keys.revoke(connection, key.key_id)
    assert heard() == 1
    ear.close()


def test_the_command_line_shows_a_key_once(run: Run) -> None:
    code, out, err = run(
        "keys",
        "create",
        "--label",
        "平台甲 回填",
        "--scope",
        "read",
        "--scope",
        "bulk",
        "--until",
        "2099-12-31",
    )
    assert code == 0
    text = out.strip()
    assert re.fullmatch(r"yz_[a-z2-7]{8}_[A-Za-z0-9_-]{43}", text)
    assert text[3:11] in err
    assert text[12:] not in err
    code, out, _ = run("keys", "list")
    assert code == 0
    assert "平台甲 回填" in out
    assert "read, bulk" in out
    assert "2099-12-31" in out
    assert "有效" in out
    assert text[12:] not in out
    code, out, _ = run("keys", "revoke", text)
    assert code == 0
    assert text[3:11] in out
    assert text[12:] not in out
    assert "已收回" in run("keys", "list")[1]


def test_the_last_day_of_a_key_is_whole(run: Run, connection: db.Connection) -> None:
    run("keys", "create", "--label", "x", "--scope", "read", "--until", "2099-12-31")
    (key,) = keys.read(connection)
    assert key.state(datetime.fromisoformat("2099-12-31T23:59:59+08:00")) == "good"
    assert key.state(datetime.fromisoformat("2100-01-01T00:00:00+08:00")) == "expired"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["create", "--label", "x", "--scope", "root"], "root"),
        (["create", "--label", "x", "--scope", "read", "--until", "next year"], "next year"),
        (["create", "--label", "x", "--scope", "read", "--until", "2020-01-01"], "2020-01-02"),
        (["revoke", "abcdefgh"], "yizhan keys list"),
    ],
)
def test_the_command_line_says_what_is_wrong(run: Run, arguments: list[str], said: str) -> None:
    code, out, err = run("keys", *arguments)
    assert (code, out) == (1, "")
    assert said in err


def test_no_keys_is_said(run: Run) -> None:
    assert "还没有密钥" in run("keys", "list")[1]
