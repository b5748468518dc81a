"""A streaming standby: reads go on when the primary dies, writes resume when it returns, nothing goes back unsaid."""

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from data.errors import DatabaseAway
from data.hours.schedule import SHANGHAI
from data.postgres import db, programs, schema
from data.postgres.cluster import Cluster
from service.doctor import servers as doctor
from service.doctor.findings import Level
from service.listener import Listener, connect
from tests.conftest import execute
from tests.http.running import STATIONS
from tests.http.test_registry import soon
from tests.postgis.test_restore import RENAME, name_of, one, serving, version

LOOKED = """
SELECT count(*) > 0 FROM pg_stat_activity WHERE query LIKE '%version_mark%' AND pid <> pg_backend_pid()
"""
OWNER = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}


@pytest.fixture(scope="module")
def servers():
    """A primary with 400 stations and its standby; the tests of this module run in order."""
    with tempfile.TemporaryDirectory(prefix="yizhan-tests-") as folder:
        Path(folder).chmod(0o755)
        primary, standby = (Cluster(Path(folder) / name, disposable=True) for name in ("first", "second"))
        try:
            primary.start()
            schema.migrate(primary.url)
            execute(primary.url, STATIONS)
            standby.start()
            standby.stop()
            copy(primary, standby.status().home / "data")
            standby.start()
            yield primary, standby
        finally:
            for server in (standby, primary):
                server.remove()


@pytest.fixture
def pair(servers):
    """Both at work, and a libpq url that names them."""
    primary, standby = servers
    primary.start()
    soon(lambda: version(standby.url) == version(primary.url), within_s=30)
    return primary, standby, both(primary, standby)


def copy(primary, data_folder):
    """What the README says: pg_basebackup with -R."""
    shutil.rmtree(data_folder)
    program = programs.find().path("pg_basebackup")
    command = [
        program,
        "-R",
        "-X",
        "stream",
        "-c",
        "fast",
        "-D",
        data_folder,
        "-d",
        primary.url_of("postgres"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=60, cwd="/", **OWNER)


def both(*servers):
    asked = [parse_qs(urlsplit(server.url).query) for server in servers]
    hosts, ports = (",".join(a[name][0] for a in asked) for name in ("host", "port"))
    return f"postgresql:///yizhan?host={hosts}&port={ports}&user={asked[0]['user'][0]}"


def test_reads_go_on_when_the_primary_dies_and_writes_resume_when_it_returns(pair):
    primary, standby, url = pair
    with serving(url) as client:
        primary.kill()
        soon(lambda: client.get("/readyz").json()["database"] == "up", within_s=20)
        assert client.nearest(lon=116.3, lat=39.9)["count"] == 5
        # A read of the registry itself, which no snapshot answers.
        soon(lambda: client.get("/v1/stations/S000001/history").status_code == 200, within_s=20)
        with pytest.raises(DatabaseAway):
            db.connect(url, role="writer")
        primary.start()
        before = version(primary.url)
        with closing(db.connect(url, role="writer")) as conn, db.transaction(conn), conn.cursor() as cursor:
            cursor.execute(RENAME.format("回来之后"))
        assert version(primary.url) == before + 1
        soon(lambda: name_of(client) == "回来之后", within_s=20)
        assert client.get("/readyz").json()["data_age_s"] < 5
    soon(lambda: version(standby.url) == before + 1, within_s=20)


def test_the_doctor_sees_a_standby_and_a_primary_that_is_gone(pair, monkeypatch):
    primary, _, url = pair
    # However old the server that runs the tests is by then.
    monkeypatch.setattr(doctor, "END_OF_LIFE", {})

    def seen():
        findings, _ = doctor.examine(url, datetime.now(SHANGHAI))
        return {
            (finding.level.name, finding.subject.en)
            for finding in findings
            if finding.level is not Level.FINE
        }

    findings, answering = doctor.examine(url, datetime.now(SHANGHAI))
    assert [server.standby for server in answering] == [False, True]
    assert any("follows its primary" in finding.text.en for finding in findings)
    assert seen() == set()
    primary.kill()
    soon(lambda: {("WARNING", "database"), ("WARNING", "replication"), ("BROKEN", "replication")} == seen())


def test_a_service_that_starts_while_the_primary_is_dead_answers(pair):
    primary, _, url = pair
    primary.kill()
    with serving(url) as client:
        assert client.nearest(lon=116.3, lat=39.9)["count"] == 5
        assert client.get("/readyz").json()["ready"] is True


def test_a_standby_announces_nothing_and_is_looked_at_instead(pair):
    primary, standby, _ = pair
    with closing(Listener(connect(primary.url))) as first, closing(Listener(connect(standby.url))) as second:
        assert (first.is_standby, second.is_standby) == (False, True)
        before = second.version()
        execute(primary.url, RENAME.format("新"))
        soon(lambda: second.version().data_version == before.data_version + 1)
        assert first.version() == second.version()


def test_a_standby_that_lags_never_takes_the_service_back(pair, caplog):
    primary, standby, url = pair
    with serving(url) as client:
        execute(standby.url, "SELECT pg_wal_replay_pause()")
        execute(primary.url, RENAME.format("只在主库"))
        soon(lambda: name_of(client) == "只在主库")
        written = one(primary.url, "SELECT pg_current_wal_insert_lsn()")
        soon(lambda: one(standby.url, f"SELECT pg_last_wal_receive_lsn() >= '{written}'"))
        primary.kill()
        # The service is on the standby now, which knows the older name only.
        soon(lambda: one(standby.url, LOOKED))
        time.sleep(0.5)
        assert name_of(client) == "只在主库"
        assert client.get("/readyz").json()["data_age_s"] > 0.3
        execute(standby.url, "SELECT pg_wal_replay_resume()")
        soon(lambda: client.get("/readyz").json()["data_age_s"] < 0.3)
        assert name_of(client) == "只在主库"
    assert "backup" not in caplog.text


def test_a_promoted_standby_takes_writes_and_the_service_follows(pair):
    primary, standby, url = pair
    with serving(url) as client:
        primary.kill()
        execute(standby.url, "SELECT pg_promote()")
        with closing(db.connect(url, role="writer")) as conn, db.transaction(conn), conn.cursor() as cursor:
            cursor.execute(RENAME.format("新主库"))
        soon(lambda: name_of(client) == "新主库", within_s=20)
