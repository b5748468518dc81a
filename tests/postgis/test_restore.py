"""Backups: dumped by the nightly script, restored elsewhere or in place, and what a running service makes of it."""

import logging
import os
import subprocess
import tempfile
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import psycopg2
import pytest

from data.errors import DatabaseBusy
from data.hours.schedule import SHANGHAI
from data.postgres import db, programs, schema
from data.postgres.cluster import Cluster
from data.reports import reports
from data.reports.reports import Report
from data.stations import store
from service.app import create_app
from service.keeper import DatabaseKeeper
from service.listener import connect
from service.reader import Reader
from service.settings import Settings
from tests.conftest import execute
from tests.http.made import Client
from tests.http.processes import Process
from tests.http.running import STATIONS
from tests.http.test_registry import soon

SCRIPT = Path(__file__).resolve().parents[2] / "deploy" / "backup.sh"
RENAME = "UPDATE yizhan.station SET name = '{}' WHERE station_id = 'S000001'"
ASKED = [{"lon": 116.2 + 0.01 * i, "lat": 39.8 + 0.003 * i, "coordsys": "wgs84", "k": 5} for i in range(40)]


def back_up(url, folder, *arguments, **environment):
    path = f"{programs.find().folder}:{os.environ['PATH']}"
    return subprocess.run(
        [SCRIPT, folder, *arguments],
        env=os.environ | {"YIZHAN_BACKUP_URL": url, "PATH": path} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def newest(folder):
    return max(folder.glob("yizhan-*.dump"))


def restore(url, dump, *options):
    command = [programs.find().path("pg_restore"), "--exit-on-error", *options, "-d", url, dump]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@contextmanager
def serving(url, *, opened=connect):
    """A client of a service that follows this registry and looks often."""
    keeper, reader = DatabaseKeeper(url, poll_s=0.05, connect=opened), Reader(url)
    keeper.start()
    try:
        assert keeper.wait(30)
        with closing(Client(create_app(Settings(), keeper, reader=reader))) as client:
            yield client
    finally:
        keeper.stop()
        reader.close()


def seen(url):
    """What clients see of a registry, its age and the minute aside: nearest answers, whole list, feed, one history."""
    with serving(url) as client:
        answers = [client.get("/v1/stations/nearest", params=asked).json() for asked in ASKED]
        answers += [
            client.get("/v1/stations?limit=1000").json(),
            client.get("/v1/stations/S000001/history").json(),
        ]
        if any(getattr(route, "path", "") == "/v1/feed/stations.json" for route in client.app.routes):
            feed = client.get("/v1/feed/stations.json").json()
            answers.append({name: value for name, value in feed.items() if name != "last_updated"})
        version = client.get("/readyz").json()["data_version"]
    passing = {"data_age_s", "evaluated_at"}
    return version, [{k: v for k, v in answer.items() if k not in passing} for answer in answers]


def name_of(client):
    return client.get("/v1/stations/S000001").json()["station"]["name"]


@pytest.fixture
def filled(database_url):
    """A registry of 400 stations with changes, a verdict and a tombstone."""
    execute(database_url, STATIONS)
    execute(database_url, RENAME.format("改过名"))
    execute(
        database_url,
        "INSERT INTO yizhan.frontage (station_id, verdict, rule, reason_zh, reason_en, evidence, parameters) "
        "VALUES ('S000001', 'yes', 'clear_line', '临街', 'on the street', '{}', '{}')",
    )
    execute(database_url, "UPDATE yizhan.station SET deleted_at = now() WHERE station_id = 'S000007'")
    return database_url


@pytest.fixture
def another_server():
    """A second PostgreSQL with nothing in it."""
    with tempfile.TemporaryDirectory(prefix="yizhan-tests-") as folder:
        Path(folder).chmod(0o755)
        server = Cluster(Path(folder) / "postgres", disposable=True)
        try:
            server.start()
            yield server
        finally:
            server.remove()


def test_a_restore_into_an_empty_server_gives_the_same_version_and_the_same_answers(
    filled, another_server, tmp_path
):
    before = seen(filled)
    assert before[1][0]["count"] == 5
    done = back_up(filled, tmp_path)
    assert done.returncode == 0, done.stderr
    restore(another_server.url, newest(tmp_path))
    assert seen(another_server.url) == before
    assert schema.migrate(another_server.url) == []
    execute(another_server.url, RENAME.format("搬家后"))
    after = seen(another_server.url)
    assert after[0] == before[0] + 1
    assert after[1] != before[1]


def test_a_dump_holds_the_reports_but_not_the_salt_that_would_tell_their_addresses(
    filled, another_server, tmp_path
):
    now = datetime.now(SHANGHAI)
    with closing(db.connect(filled, role="writer")) as conn, db.transaction(conn):
        reports.store(conn, Report("S000001", "moved", now, "unknown"), b"\x0a\x00\x00\x01", now=now)
    assert back_up(filled, tmp_path).returncode == 0
    restore(another_server.url, newest(tmp_path))
    with closing(db.connect(another_server.url, role="writer")) as conn, conn.cursor() as cursor:
        cursor.execute("SELECT count(*), (SELECT count(*) FROM yizhan.report_salt) FROM yizhan.report")
        assert cursor.fetchone() == (1, 0)
        with db.transaction(conn):
            assert reports.store(
                conn, Report("S000001", "closed", now, "unknown"), b"\x0a\x00\x00\x01", now=now
            )


def test_an_older_backup_restored_under_a_running_service_is_noticed_and_said(filled, tmp_path, caplog):
    caplog.set_level(logging.WARNING, "yizhan.keeper")
    assert back_up(filled, tmp_path).returncode == 0
    with serving(filled) as client:
        before = client.get("/readyz").json()["data_version"]
        for name in ("甲", "乙"):
            execute(filled, RENAME.format(name))
        soon(lambda: name_of(client) == "乙")
        restore(filled, newest(tmp_path), "--clean", "--if-exists", "--single-transaction")
        soon(lambda: name_of(client) == "改过名", within_s=30)
        ready = client.get("/readyz").json()
    assert (ready["data_version"], ready["ready"]) == (before, True)
    assert f"from data version {before + 2} back to an earlier state, and is at {before}" in caplog.text


@pytest.mark.parametrize("edits", [2, 5])
def test_a_backup_that_overtook_the_old_number_while_nobody_looked_is_noticed_all_the_same(
    filled, tmp_path, caplog, edits
):
    caplog.set_level(logging.WARNING, "yizhan.keeper")
    assert back_up(filled, tmp_path).returncode == 0
    away = []

    def opened(url):
        if away:
            raise psycopg2.OperationalError("away")
        return connect(url)

    with serving(filled, opened=lambda url: db_away(opened, url)) as client:
        execute(filled, "UPDATE yizhan.station SET name = '只在旧库' WHERE station_id = 'S000002'")
        execute(filled, RENAME.format("也只在旧库"))
        soon(lambda: name_of(client) == "也只在旧库")
        away.append(True)
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
        execute(filled, others + "AND pid <> pg_backend_pid()")
        soon(lambda: client.get("/readyz").json()["database"] == "away")
        restore(filled, newest(tmp_path), "--clean", "--if-exists")
        for n in range(edits):
            execute(filled, f"UPDATE yizhan.station SET name = '恢复后 {n}' WHERE station_id = 'S000003'")
        away.clear()
        soon(lambda: name_of(client) == "改过名", within_s=30)
        names = [client.get(f"/v1/stations/S00000{n}").json()["station"]["name"] for n in (2, 3)]
    assert names == ["驿站 2", f"恢复后 {edits - 1}"]
    assert "was a backup restored?" in caplog.text


def db_away(opened, url):
    with db.translated():
        return opened(url)


def test_old_dumps_go_by_age_and_the_first_of_each_month_stays(filled, tmp_path):
    today = subprocess.run(
        ["date", "-d", "-20 days", "+%Y%m%d"], capture_output=True, text=True, check=True
    ).stdout.strip()
    kept = ["yizhan-29991231-000000.dump", "yizhan-upgraded-before.dump"]
    old = ["yizhan-20010101-030000.dump", "yizhan-20010201-030000.dump"]
    same_day = [f"yizhan-{today}-0{n}0000.dump" for n in (1, 2, 3)]
    for name in (*kept, *old, *same_day, "other.dump"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "yizhan-20260101-000000.dump.part").write_bytes(b"cut off")
    assert back_up(filled, tmp_path).returncode == 0
    left = sorted(file.name for file in tmp_path.iterdir())
    assert len([name for name in left if name not in (*kept, *same_day, "other.dump")]) == 1
    assert [name for name in left if name in (*old, *same_day)] == [same_day[0]]
    assert {*kept, "other.dump"} <= set(left)


def test_a_dump_that_fails_deletes_nothing(tmp_path):
    (tmp_path / "yizhan-20010101-030000.dump").write_bytes(b"x")
    done = back_up("postgresql://nobody@127.0.0.1:1/nothing", tmp_path)
    assert done.returncode != 0
    assert [file.name for file in tmp_path.iterdir()] == ["yizhan-20010101-030000.dump"]


# -- faults in the middle of a write


def test_an_import_whose_server_dies_leaves_nothing_and_is_repeated(another_server, tmp_path):
    url = another_server.url
    schema.migrate(url)
    execute(
        url, "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); END'"
    )
    execute(url, "CREATE TRIGGER wait AFTER INSERT ON yizhan.station EXECUTE FUNCTION wait()")
    file = tmp_path / "list.csv"
    rows = "\n".join(f"驿站{n},某路{n}号,{116.3 + n / 1e4},39.9,outdoor_workers" for n in range(500))
    file.write_text(f"name,address,lon,lat,audience\n{rows}\n", encoding="utf-8")
    arguments = ("import", file, "--coordsys", "wgs84", "--source", "test")
    before = version(url)
    at_work = "SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    with Process(*arguments, DATABASE_URL=url) as importing:
        soon(lambda: one(url, at_work), within_s=60)
        another_server.kill()
        assert importing.end() == 1
    assert "数据库连接不上或已断开" in "".join(importing.lines)
    assert "Traceback" not in "".join(importing.lines)
    another_server.start()
    assert version(url) == before
    assert one(url, "SELECT count(*) FROM yizhan.station") == 0
    execute(url, "DROP TRIGGER wait ON yizhan.station")
    with Process(*arguments, DATABASE_URL=url) as again:
        assert again.end() == 0
    assert one(url, "SELECT count(*) FROM yizhan.station") == 500


@pytest.fixture
def small_disk():
    """A file system of 48 MB that the server may write to."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to mount a small file system")
    with tempfile.TemporaryDirectory(prefix="yizhan-tests-") as folder:
        Path(folder).chmod(0o755)
        place = Path(folder) / "disk"
        place.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=48m,mode=777", "tmpfs", place],
            capture_output=True,
            check=False,
        )
        if mounted.returncode:
            pytest.skip("needs the right to mount, which this container does not give")
        try:
            yield place
        finally:
            subprocess.run(["umount", "-l", place], check=True)


def test_a_full_disk_is_said_and_reads_go_on_and_writes_resume_when_there_is_room(cluster, small_disk):
    server = cluster.url_of("postgres")
    area = small_disk / "area"
    area.mkdir()
    subprocess.run(["chown", "postgres:", area], check=True)
    execute(server, f"CREATE TABLESPACE small LOCATION '{area}'")
    try:
        execute(server, "CREATE DATABASE on_small TEMPLATE yizhan_template TABLESPACE small")
        url = cluster.url_of("on_small")
        execute(url, STATIONS)
        before = version(url)
        ballast = small_disk / "ballast"
        with serving(url) as client, closing(db.connect(url, role="writer")) as conn:
            free = os.statvfs(small_disk)
            ballast.write_bytes(bytes(free.f_bavail * free.f_frsize - 2**18))
            with (
                pytest.raises(DatabaseBusy, match="No space left"),
                db.transaction(conn),
                conn.cursor() as cursor,
            ):
                cursor.execute(STATIONS.replace("'S' ||", "'T' ||").replace("400", "4000"))
            assert client.nearest(lon=116.3, lat=39.9)["count"] == 5
            assert version(url) == before
            ballast.unlink()
            with db.transaction(conn), conn.cursor() as cursor:
                cursor.execute(STATIONS.replace("'S' ||", "'T' ||"))
            soon(lambda: client.get("/readyz").json()["data_version"] == before + 1)
    finally:
        execute(server, "DROP DATABASE IF EXISTS on_small WITH (FORCE)")
        execute(server, "DROP TABLESPACE small")


def version(url):
    with closing(db.connect(url)) as conn:
        return store.data_version(conn)


def one(url, question):
    with closing(db.connect(url)) as conn, conn.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]
