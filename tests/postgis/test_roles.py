"""Reader, service and writer: each may do what it is for, and nothing else; one role alone may do everything."""

import subprocess
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from data.errors import DatabaseError, SchemaError
from data.postgres import db, programs, schema
from service import registry
from service.settings import Settings

ROLES = Path(__file__).resolve().parents[2] / "deploy" / "roles.sql"
OWN = ("yizhan_owner", "yizhan_writer", "yizhan_service", "yizhan_reader")
STATION = """
INSERT INTO yizhan.station (station_id, name, source, position, given_x, given_y, given_coordsys)
VALUES ('a', '驿站', 'test', ST_Point(116.4, 39.9, 4326)::geography, 116.4, 39.9, 'wgs84')
"""


def psql(url, *arguments):
    program = programs.find().path("psql")
    return subprocess.run(
        [program, "-X", "-q", "-d", url, *arguments], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture(scope="module")
def roles(cluster):
    """The roles of the file, made twice, as after a repeated set-up."""
    server = cluster.url_of("postgres")
    for _ in range(2):
        done = psql(server, "-f", ROLES)
        assert (done.returncode, done.stderr) == (0, "")
    yield
    with closing(psycopg2.connect(server)) as conn:
        conn.autocommit = True
        with conn.cursor() as cursor:
            for role in ("yizhan_planner", *reversed(OWN)):
                cursor.execute(f"DROP ROLE IF EXISTS {role}")


@pytest.fixture
def act(roles, empty_database_url):
    """Run statements as one of the roles in a registry whose owner is yizhan_owner."""
    with closing(db.connect(empty_database_url, role="writer")) as conn:
        name = one(conn, "SELECT current_database()")
        with db.transaction(conn), conn.cursor() as cursor:
            cursor.execute("CREATE EXTENSION postgis SCHEMA public")
            cursor.execute("DROP ROLE IF EXISTS yizhan_planner")
            cursor.execute("CREATE ROLE yizhan_planner IN ROLE yizhan_reader")
            cursor.execute(f"ALTER DATABASE {name} OWNER TO yizhan_owner")

        def as_role(role, work):
            with db.transaction(conn), conn.cursor() as cursor:
                cursor.execute(f"SET SESSION AUTHORIZATION {role}")
            try:
                return work(conn)
            finally:
                conn.rollback()
                with db.transaction(conn), conn.cursor() as cursor:
                    cursor.execute("RESET SESSION AUTHORIZATION")

        as_role("yizhan_owner", schema.migrate)
        yield as_role
        with db.transaction(conn), conn.cursor() as cursor:
            cursor.execute(f"ALTER DATABASE {name} OWNER TO current_user")
            for role in ("yizhan_planner", *OWN):
                cursor.execute(f"DROP OWNED BY {role}")


def one(conn, question):
    with conn.cursor() as cursor:
        cursor.execute(question)
        (value,) = cursor.fetchone()
    return value


def did(statement):
    """Work that runs a statement and commits."""

    def work(conn):
        with db.transaction(conn), conn.cursor() as cursor:
            cursor.execute(statement)

    return work


def test_a_writer_writes_and_the_history_says_who(act):
    act("yizhan_writer", did(STATION))
    act("yizhan_writer", did("UPDATE yizhan.station SET floor = 2"))
    act("yizhan_writer", did("DELETE FROM yizhan.holiday WHERE day = '2026-10-01'"))
    act("yizhan_writer", did("SELECT yizhan.analyze_stations()"))
    actors = "SELECT array_agg(DISTINCT actor) FROM yizhan.history"
    assert act("yizhan_planner", lambda conn: one(conn, actors)) == ["yizhan_writer"]


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("yizhan_writer", "DELETE FROM yizhan.history"),
        ("yizhan_writer", "UPDATE yizhan.history SET actor = 'x'"),
        ("yizhan_writer", "TRUNCATE yizhan.history"),
        ("yizhan_writer", "DELETE FROM yizhan.migration"),
        ("yizhan_writer", "CREATE TABLE yizhan.mine ()"),
        ("yizhan_writer", "ALTER TABLE yizhan.station DISABLE TRIGGER ALL"),
        ("yizhan_service", STATION),
        ("yizhan_service", "SELECT yizhan.analyze_stations()"),
        ("yizhan_planner", STATION),
        ("yizhan_planner", "DELETE FROM yizhan.street"),
        ("yizhan_planner", "SELECT secret_sha256 FROM yizhan.access_key"),
    ],
)
def test_what_a_role_is_not_for_is_refused(act, role, statement):
    with pytest.raises(DatabaseError) as refused:
        act(role, did(statement))
    assert refused.value.sqlstate == schema.INSUFFICIENT_PRIVILEGE


def test_readers_read_every_table_and_only_the_service_sees_keys(act):
    tables = "SELECT array_agg(c.relname::text ORDER BY c.relname) FROM pg_class AS c WHERE c.relkind IN ('r', 'v')"
    mine = " AND c.relnamespace = 'yizhan'::regnamespace AND NOT has_table_privilege(c.oid, 'SELECT')"
    assert act("yizhan_service", lambda conn: one(conn, tables + mine)) is None
    hidden = ["access_key", "import_answer", "report", "report_salt"]
    assert act("yizhan_planner", lambda conn: one(conn, tables + mine)) == hidden
    act("yizhan_service", schema.check)


def test_a_table_of_a_later_migration_is_covered_and_what_was_granted_by_hand_ends(act, monkeypatch):
    later = schema.Migration(9999, "9999_later", "CREATE TABLE yizhan.later ()", "9" * 64)
    known = (*schema.migrations(), later)
    monkeypatch.setattr(schema, "migrations", lambda: known)
    act("yizhan_owner", did("GRANT DELETE ON yizhan.history TO yizhan_writer"))
    act("yizhan_owner", schema.migrate)
    act("yizhan_planner", did("SELECT FROM yizhan.later"))
    act("yizhan_writer", did("DELETE FROM yizhan.later"))
    with pytest.raises(DatabaseError):
        act("yizhan_writer", did("DELETE FROM yizhan.history"))


def test_who_does_not_own_the_registry_is_told_who_migrates(act):
    with pytest.raises(SchemaError, match=r"does not own.*user=yizhan_owner.*db migrate"):
        act("yizhan_writer", schema.migrate)


def test_limits_hold_for_any_client_of_a_role(roles, cluster):
    with closing(psycopg2.connect(cluster.url_of("postgres"))) as conn:
        said = one(
            conn, "SELECT jsonb_object_agg(rolname, rolconfig) FROM pg_roles WHERE rolconfig IS NOT NULL"
        )
    assert {"default_transaction_read_only=on", "statement_timeout=60s", "lock_timeout=5s"} <= set(
        said["yizhan_service"]
    )
    assert {"statement_timeout=600s", "lock_timeout=60s"} <= set(said["yizhan_writer"])


def test_one_url_alone_is_for_readers_and_writers_and_a_second_one_for_writers():
    alone = Settings(database_url="postgresql:///a")
    both = Settings(database_url="postgresql:///a", write_url="postgresql:///b")
    asked = [(registry.stated_url(s, "reader"), registry.stated_url(s, "writer")) for s in (alone, both)]
    assert asked == [("postgresql:///a", "postgresql:///a"), ("postgresql:///a", "postgresql:///b")]
    assert registry.stated_url(Settings(write_url="postgresql:///b"), "writer") is None


def test_a_command_that_writes_uses_the_writers_url(yizhan, database_url, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    monkeypatch.setenv("YIZHAN_WRITE_URL", database_url)
    table = tmp_path / "2027.csv"
    table.write_text("date,kind,name\n2027-01-01,holiday,元旦\n", encoding="utf-8")
    code, _, err = yizhan("holidays", "import", table)
    assert code == 0, err
    assert yizhan("holidays", "show")[0] == 1
