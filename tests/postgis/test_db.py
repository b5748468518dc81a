"""Connections: limits by role, errors in our own words, a pool that never hangs nor hands out a corpse."""

import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg2
import pytest
from psycopg2 import extensions

from data.errors import DatabaseAway, DatabaseBusy, DatabaseError, PoolTimeout
from data.postgres import db

STATION = "INSERT INTO yizhan.station (station_id, name, source) VALUES (%s, '驿站', 'test')"


def ask(conn, question="SELECT 1", *parameters):
    with conn.cursor() as cursor:
        cursor.execute(question, parameters)
        return cursor.fetchone()[0]


def run(conn, statement, *parameters):
    with conn.cursor() as cursor:
        cursor.execute(statement, parameters)


def cut_off(url, pid):
    """End one backend, as a restart of the server or a firewall does, and wait until it is gone."""
    with closing(psycopg2.connect(url)) as conn:
        assert ask(conn, "SELECT pg_terminate_backend(%s, 5000)", pid)


def backend(conn):
    return conn.info.backend_pid


# -- connect


def test_a_connection_knows_its_role_its_limits_and_its_town(database_url):
    with closing(db.connect(database_url, role="reader", application_name="trial")) as conn:
        assert ask(conn, "SHOW default_transaction_read_only") == "on"
        assert ask(conn, "SHOW search_path") == "yizhan, public"
        assert ask(conn, "SHOW timezone") == "Asia/Shanghai"
        assert ask(conn, "SHOW statement_timeout") == "1min"
        assert ask(conn, "SHOW lock_timeout") == "5s"
        assert ask(conn, "SHOW application_name") == "trial"
    with closing(db.connect(database_url, role="writer")) as conn:
        assert ask(conn, "SHOW default_transaction_read_only") == "off"
        assert ask(conn, "SHOW application_name") == "yizhan"


def test_the_url_may_name_its_own_settings_and_the_call_wins_over_both(database_url):
    url = f"{database_url}&application_name=from_url&keepalives_idle=7"
    with closing(db.connect(url)) as conn:
        assert conn.info.dsn_parameters["application_name"] == "from_url"
        assert conn.info.dsn_parameters["keepalives_idle"] == "7"
        assert conn.info.dsn_parameters["connect_timeout"] == "5"
    with closing(db.connect(url, application_name="from_call")) as conn:
        assert conn.info.dsn_parameters["application_name"] == "from_call"


def test_of_several_hosts_the_one_that_answers_is_taken(cluster, database_url):
    known = extensions.parse_dsn(database_url)
    hosts = f"host=/nowhere,{known['host']} port=5432,5432 user={known['user']} dbname={known['dbname']}"
    with closing(db.connect(hosts)) as conn:
        assert ask(conn) == 1


def test_a_reader_cannot_write(database_url):
    with closing(db.connect(database_url)) as conn:
        with pytest.raises(DatabaseError, match="read-only"), db.translated():
            run(conn, STATION, "a")
        conn.rollback()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:s3cret@127.0.0.1:1/yizhan",
        "postgresql://ann:s3cret@nowhere.invalid/yizhan",
        "postgresql://ann:p@s3cret@127.0.0.1:1/yizhan",
        "postgresql://ann:p/s3cret@127.0.0.1:1/yizhan",
        "postgresql+psycopg2://ann:s3cret@127.0.0.1/yizhan",
        "postgresql://ann@127.0.0.1:1/yizhan?password=s3cret",
        "postgresql://ann@127.0.0.1:1/yizhan?s3cret",
        "postgresql://ann:s3cret%@127.0.0.1:1/yizhan",
        "host=127.0.0.1 port=1 user=ann password='s3cret'",
        "host=127.0.0.1 port=1 user=ann password='s3cret",
        "s3cret",
    ],
)
def test_no_message_holds_the_password_however_the_url_is_wrong(url):
    with pytest.raises((DatabaseError, DatabaseAway)) as caught:
        db.connect(url, connect_timeout=1)
    assert "s3cret" not in str(caught.value)
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


def test_a_database_that_does_not_exist_is_named(cluster):
    with pytest.raises(DatabaseAway, match='"nowhere" does not exist'):
        db.connect(cluster.url_of("nowhere"))


# -- errors


def test_a_refusal_keeps_the_constraint_and_hides_the_row(connection):
    with pytest.raises(DatabaseError) as caught, db.transaction(connection):
        run(connection, STATION, "a")
        run(connection, "UPDATE yizhan.station SET phone = '13912345678'")
    assert caught.value.constraint == "station_phone_check"
    assert caught.value.table == "station"
    assert caught.value.sqlstate == "23514"
    assert "13912345678" not in str(caught.value)


def test_a_statement_or_a_lock_that_takes_too_long_is_busy_not_broken(database_url):
    limits = db.Limits(statement_s=0.1, lock_s=0.05, idle_in_transaction_s=0)
    with (
        closing(db.connect(database_url, role="writer", limits=limits)) as conn,
        closing(db.connect(database_url, role="writer")) as other,
    ):
        with pytest.raises(DatabaseBusy, match="statement timeout"), db.transaction(conn):
            run(conn, "SELECT pg_sleep(5)")
        run(other, "UPDATE yizhan.registry SET changed_at = now()")
        with pytest.raises(DatabaseBusy, match="lock timeout"), db.transaction(conn):
            run(conn, STATION, "a")
        assert not conn.closed


def test_a_broken_connection_is_away(connection, database_url):
    cut_off(database_url, backend(connection))
    with pytest.raises(DatabaseAway), db.transaction(connection):
        run(connection, "SELECT 1")
    with pytest.raises(DatabaseAway), db.translated():
        run(connection, "SELECT 1")


# -- transaction


def test_a_transaction_is_kept_whole_or_leaves_nothing(connection):
    with db.transaction(connection):
        run(connection, STATION, "kept")
    with pytest.raises(RuntimeError), db.transaction(connection):
        run(connection, STATION, "lost")
        raise RuntimeError
    assert ask(connection, "SELECT string_agg(station_id, ',') FROM station") == "kept"


def test_the_actor_holds_for_one_transaction(connection):
    with db.transaction(connection, actor="王师傅's import"):
        run(connection, STATION, "a")
    with db.transaction(connection):
        run(connection, STATION, "b")
    role = ask(connection, "SELECT session_user::text")
    run(connection, "SELECT 1")
    assert (
        ask(connection, "SELECT string_agg(actor, '|' ORDER BY history_id) FROM history")
        == f"王师傅's import|{role}"
    )


def test_a_connection_in_autocommit_has_transactions_too_and_goes_back_to_it(connection):
    connection.autocommit = True
    with pytest.raises(RuntimeError), db.transaction(connection, actor="me"):
        run(connection, STATION, "lost")
        raise RuntimeError
    assert connection.autocommit
    assert ask(connection, "SELECT count(*) FROM station") == 0


# -- pool


@pytest.fixture
def pool(database_url):
    with db.Pool(database_url, max_size=2, wait_s=0.2) as pool:
        yield pool


def test_connections_are_used_again(pool):
    with pool.connection() as conn:
        first = backend(conn)
    with pool.connection() as conn:
        assert backend(conn) == first


def test_a_waiting_caller_gets_the_next_free_connection_or_is_told_in_time(pool):
    with pool.connection(), pool.connection():
        begun = time.monotonic()
        with pytest.raises(PoolTimeout, match="All 2"), pool.connection():
            pass
        assert 0.15 < time.monotonic() - begun < 2
    with pool.connection(), ThreadPoolExecutor(1) as threads:
        with pool.connection():
            waiting = threads.submit(pool.read, ask)
            time.sleep(0.05)
            assert not waiting.done()
        assert waiting.result() == 1


def test_many_threads_never_open_more_than_the_bound(database_url):
    lent, most, gate = 0, 0, threading.Lock()

    def work(conn):
        nonlocal lent, most
        with gate:
            lent += 1
            most = max(most, lent)
        ask(conn, "SELECT pg_sleep(0.005)")
        with gate:
            lent -= 1
        return backend(conn)

    with db.Pool(database_url, max_size=3, wait_s=20) as pool, ThreadPoolExecutor(8) as threads:
        seen = set(threads.map(lambda _: pool.read(work), range(60)))
    assert most <= 3
    assert 1 <= len(seen) <= 3


def test_an_idle_connection_that_died_is_thrown_away_unseen(pool, database_url):
    first = pool.read(backend)
    cut_off(database_url, first)
    with pool.connection() as conn:
        assert backend(conn) != first
        assert ask(conn) == 1


def test_a_read_on_a_connection_that_breaks_is_tried_once_more(pool, database_url):
    seen = []

    def work(conn):
        seen.append(backend(conn))
        if len(seen) == 1:
            cut_off(database_url, backend(conn))
        return ask(conn)

    assert pool.read(work) == 1
    assert len(set(seen)) == 2


def test_a_read_that_breaks_twice_is_away_and_the_pool_recovers(pool, database_url):
    def work(conn):
        cut_off(database_url, backend(conn))
        return ask(conn)

    for _ in range(3):
        with pytest.raises(DatabaseAway):
            pool.read(work)
    assert pool.read(ask) == 1


def test_a_refused_read_is_not_tried_again(pool):
    tried = []

    def work(conn):
        tried.append(conn)
        return ask(conn, "SELECT 1/0")

    with pytest.raises(DatabaseError, match="division by zero"):
        pool.read(work)
    assert len(tried) == 1


def test_what_was_not_committed_is_gone_when_the_connection_is_lent_again(database_url):
    with db.Pool(database_url, role="writer", max_size=1) as pool:
        with pool.connection() as conn:
            run(conn, STATION, "lost")
        with pool.connection() as conn:
            assert ask(conn, "SELECT count(*) FROM station") == 0
            assert conn.info.transaction_status == extensions.TRANSACTION_STATUS_INTRANS
        with pytest.raises(DatabaseError), pool.connection() as conn:
            run(conn, "SELECT nothing")
        assert pool.read(ask) == 1


def test_a_database_that_is_away_costs_no_place_in_the_pool(cluster):
    with db.Pool(cluster.url_of("nowhere"), max_size=1, wait_s=0.2) as pool:
        for _ in range(3):
            with pytest.raises(DatabaseAway, match="does not exist"), pool.connection():
                pass


def test_a_closed_pool_tells_those_who_wait_and_closes_what_comes_back(database_url):
    pool = db.Pool(database_url, max_size=1, wait_s=20)
    with ThreadPoolExecutor(1) as threads:
        with pool.connection() as conn:
            waiting = threads.submit(pool.read, ask)
            time.sleep(0.05)
            pool.close()
            with pytest.raises(DatabaseAway, match="ending"):
                waiting.result(timeout=5)
            assert ask(conn) == 1
        assert conn.closed
    with pytest.raises(DatabaseAway), pool.connection():
        pass


def test_an_impossible_pool_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        db.Pool("", max_size=0)
