"""The doctor finds every fault that was planted, says it in both languages, and its exit code tells monitoring."""

import errno
import json
import os
import socket
import threading
from collections import namedtuple
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from data.errors import DatabaseAway
from data.hours.schedule import SHANGHAI
from data.postgres import db, schema
from geo.texts import Text
from service.doctor import clock, machine, registry, servers
from service.doctor.examination import Asked, examine
from service.doctor.findings import Level, worst
from service.doctor.servers import Server
from service.keeper import DatabaseKeeper
from service.settings import Settings
from tests.conftest import execute
from tests.http.running import STATIONS, Running
from tests.postgis.test_roles import ROLES, psql

TODAY = datetime.now(SHANGHAI)
STREETS = """
INSERT INTO yizhan.street_source (source, file_name, file_sha256, data_date)
VALUES ('city', 'city.osm.pbf', repeat('0', 64), '{}')
"""


@pytest.fixture
def backups(tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "yizhan-20261121-030000.dump").write_bytes(bytes(1000))
    (folder / "yizhan-20261122-030000.dump").write_bytes(bytes(1100))
    return folder


@pytest.fixture
def healthy(database_url, backups, monkeypatch):
    """Settings of a registry that nothing ails, in whatever year this runs."""
    execute(database_url, STATIONS)
    execute(database_url, STREETS.format(TODAY.date()))
    for year in (TODAY.year, TODAY.year + 1):
        execute(
            database_url, f"INSERT INTO yizhan.holiday_year VALUES ({year}, 'test') ON CONFLICT DO NOTHING"
        )
    monkeypatch.setattr(servers, "END_OF_LIFE", {})
    return Settings(database_url=database_url, backups=backups)


def ills(settings, **asked):
    """Everything that is not fine: how bad, what, and the sentence in both languages."""
    asked = {"now": datetime.now(SHANGHAI)} | asked
    return {
        (finding.level.name, finding.subject.en): str(finding.text)
        for finding in examine(settings, Asked(**asked))
        if finding.level is not Level.FINE
    }


def test_a_healthy_registry_has_no_ills_and_every_part_was_looked_at(healthy, tmp_path):
    findings = examine(healthy, Asked(datetime.now(SHANGHAI), disks=(tmp_path,)))
    assert [f for f in findings if f.level is not Level.FINE and f.subject.en != "disk"] == []
    assert {f.subject.en for f in findings} == {
        "database", "schema", "roles", "registry", "holidays", "street data", "backups", "disk", "base map", "clock",
    }  # fmt: skip
    for finding in findings:
        assert finding.text.zh
        assert finding.text.en


def test_the_exit_code_is_the_worst_finding_and_the_lines_are_in_both_languages(
    yizhan, healthy, backups, monkeypatch, tmp_path
):
    monkeypatch.setattr(machine.shutil, "disk_usage", usage(0.5))
    monkeypatch.setenv("YIZHAN_BACKUPS", str(backups))
    code, out, _ = yizhan("doctor", "--disk", tmp_path)
    assert (code, "looked at" in out, "都正常" in out) == (0, True, True)
    assert yizhan("doctor", "--disk", tmp_path, "--ills-only")[1].count("\n") == 2
    monkeypatch.delenv("YIZHAN_BACKUPS")
    assert yizhan("doctor", "--disk", tmp_path)[0] == 1
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody:secret@127.0.0.1:1/nothing")
    code, out, _ = yizhan("doctor", "--disk", tmp_path)
    assert (code, "broken   database" in out, "故障  数据库" in out, "secret" in out) == (
        2,
        True,
        True,
        False,
    )


# -- database


def test_a_database_that_is_away(healthy):
    found = ills(healthy.model_copy(update={"database_url": "postgresql://nobody@127.0.0.1:1/nothing"}))
    assert set(found) == {("BROKEN", "database")}
    assert "systemctl status postgresql" in found["BROKEN", "database"]


def test_a_url_that_cannot_be_read_hides_its_password(healthy):
    found = ills(healthy.model_copy(update={"database_url": "postgresql://u:p@ss:w@h:x/d"}))
    assert ("BROKEN", "database") in found
    assert "ss" not in found["BROKEN", "database"].replace("DATABASE_URL", "")


def test_one_of_two_hosts_is_away(healthy):
    with closing(db.connect(healthy.database_url)) as conn:
        host, port = conn.info.host, conn.info.port
        name, user = conn.info.dbname, conn.info.user
    url = f"postgresql:///{name}?host=/nowhere,{host}&port={port},{port}&user={user}"
    found = ills(healthy.model_copy(update={"database_url": url}))
    assert set(found) == {("WARNING", "database")}
    assert "/nowhere" in found["WARNING", "database"]


def test_a_missing_postgis(empty_database_url, backups):
    found = ills(Settings(database_url=empty_database_url, backups=backups))
    assert "CREATE EXTENSION postgis" in found["BROKEN", "database"]
    assert "yizhan db migrate" in found["BROKEN", "schema"]


def test_a_pending_and_an_unknown_migration(healthy, monkeypatch):
    every = schema.migrations()
    monkeypatch.setattr(schema, "migrations", lambda: every[:-1])
    assert "upgrade the program" in ills(healthy)["BROKEN", "schema"]
    later = schema.Migration(9999, "9999_later", "", "9" * 64)
    monkeypatch.setattr(schema, "migrations", lambda: (*every, later))
    assert "9999_later" in ills(healthy)["BROKEN", "schema"]


SOUND = Server("db", 170002, "3.5.2", "yizhan_service", False, False, False, None, TODAY, 3, 100)


@pytest.mark.parametrize(
    ("change", "level", "said"),
    [
        ({}, "FINE", ""),
        ({"version": 130014}, "WARNING", "older than 14"),
        (
            {"version": 150004, "now": datetime(2027, 8, 1, tzinfo=SHANGHAI)},
            "WARNING",
            "maintained until 2027-11-11",
        ),
        ({"postgis": "2.5.5"}, "WARNING", "PostGIS 2.5.5 is old"),
        ({"postgis": None}, "BROKEN", "no PostGIS"),
        ({"connections": 95}, "WARNING", "95 of 100"),
        ({"standby": True, "receives": True, "lag_s": 3.0}, "FINE", ""),
        ({"standby": True, "receives": True, "lag_s": 90.0}, "WARNING", "90 s behind"),
        ({"standby": True, "receives": False, "lag_s": 0.0}, "WARNING", "not connected to its primary"),
    ],
)
def test_what_a_server_says_of_itself(change, level, said):
    server = Server(**{**vars(SOUND), **change})
    findings = servers.judge(server, server.now)
    assert worst(findings).name == level
    assert any(said in finding.text.en for finding in findings if finding.level.name == level)


def test_clocks_that_differ(healthy):
    assert ("WARNING", "clock") in ills(healthy, now=datetime.now(SHANGHAI) + timedelta(seconds=20))
    assert ("BROKEN", "clock") in ills(healthy, now=datetime.now(SHANGHAI) - timedelta(hours=1))
    assert "timedatectl" in clock.told_apart(machine.texts.CLOCK_SERVICE, 61).text.en


# -- roles


@pytest.fixture
def as_role(cluster, healthy):
    """Settings that connect as one of the roles; the private cluster lets any of them in for this test."""
    server = cluster.url_of("postgres")
    assert psql(server, "-f", ROLES).returncode == 0
    schema.migrate(healthy.database_url)
    home = Path(cluster.status().home) / "data"
    ident, before = home / "pg_ident.conf", (home / "pg_ident.conf").read_text()
    user = cluster.status().owner
    known = ("yizhan_owner", "yizhan_writer", "yizhan_service")
    ident.write_text(before + "".join(f'yizhan "{who}" {role}\n' for who in {user, "root"} for role in known))
    execute(server, "SELECT pg_reload_conf()")
    yield lambda role: healthy.database_url.replace(f"user={user}", f"user={role}")
    ident.write_text(before)
    execute(server, "SELECT pg_reload_conf()")
    for role in ("yizhan_writer", "yizhan_service", "yizhan_owner", "yizhan_reader"):
        execute(healthy.database_url, f"DROP OWNED BY {role}")
        execute(server, f"DROP ROLE {role}")


def test_roles_that_may_too_much_or_too_little(healthy, as_role):
    def apart(reader, writer):
        return ills(
            healthy.model_copy(update={"database_url": as_role(reader), "write_url": as_role(writer)})
        )

    assert apart("yizhan_service", "yizhan_writer") == {}
    found = apart("yizhan_writer", "yizhan_writer")
    assert "yizhan_writer, as which the service reads, may also write" in found["WARNING", "roles"]
    assert "yizhan_service cannot write" in apart("yizhan_service", "yizhan_service")["BROKEN", "roles"]
    owner = healthy.model_copy(
        update={"database_url": as_role("yizhan_service"), "write_url": healthy.database_url}
    )
    assert "may rewrite the history" in ills(owner)["WARNING", "roles"]
    execute(
        healthy.database_url,
        "REVOKE SELECT ON yizhan.history, yizhan.access_key FROM yizhan_service, yizhan_reader",
    )
    assert "yizhan_service cannot read history" in apart("yizhan_service", "yizhan_writer")["BROKEN", "roles"]
    execute(healthy.database_url, "GRANT SELECT ON yizhan.history TO yizhan_service")
    assert "requests with a key" in apart("yizhan_service", "yizhan_writer")["WARNING", "roles"]


def test_a_writer_that_cannot_connect(healthy):
    found = ills(healthy.model_copy(update={"write_url": "postgresql://w:secret@127.0.0.1:1/nothing"}))
    assert "YIZHAN_WRITE_URL" in found["BROKEN", "roles"]
    assert "secret" not in found["BROKEN", "roles"]


# -- registry


def test_an_empty_registry_and_no_street_data(database_url, backups):
    found = ills(Settings(database_url=database_url, backups=backups))
    assert {("WARNING", "registry"), ("WARNING", "street data")} <= set(found)


def test_old_street_data(healthy):
    execute(
        healthy.database_url, f"UPDATE yizhan.street_source SET data_date = '{TODAY.date() - timedelta(401)}'"
    )
    assert "401" not in ills(healthy)["WARNING", "street data"]
    assert "more than 400 days old" in ills(healthy)["WARNING", "street data"]


@pytest.mark.parametrize(
    ("day", "level"), [((2040, 11, 30), None), ((2040, 12, 1), "WARNING"), ((2041, 1, 1), "BROKEN")]
)
def test_a_holiday_table_that_ends_is_said_from_the_first_of_december(healthy, day, level):
    execute(healthy.database_url, "INSERT INTO yizhan.holiday_year VALUES (2040, 'test')")
    found = {key[0] for key in ills(healthy, now=datetime(*day, 12, tzinfo=SHANGHAI)) if key[1] == "holidays"}
    assert found == ({level} if level else set())


# -- service


def test_a_service_that_is_well_and_one_that_is_not_there(healthy):
    keeper = DatabaseKeeper(healthy.database_url, poll_s=0.1)
    settings = Settings(port=0)
    with Running(settings, keeper) as running:
        assert keeper.wait(20)
        assert ills(healthy, service=running.url) == {}
    assert "systemctl status yizhan" in ills(healthy, service=running.url)["BROKEN", "service"]


@contextmanager
def answering(told, status=200, ahead_s=0):
    """A service that says this of itself."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = told if isinstance(told, bytes) else json.dumps(told).encode()
            self.send_response_only(status)
            self.send_header("date", format_datetime(datetime.now(SHANGHAI) + timedelta(seconds=ahead_s)))
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


WELL = {"ready": True, "source": "database", "data_version": 10**6, "data_age_s": 0.2, "stations": 400}


@pytest.mark.parametrize(
    ("told", "options", "found"),
    [
        (WELL, {}, None),
        ({"ready": False}, {"status": 503}, ("BROKEN", "service")),
        (WELL | {"data_age_s": 900.0, "trouble": "away"}, {}, ("WARNING", "service")),
        (WELL | {"data_version": 0}, {}, ("WARNING", "service")),
        (WELL, {"ahead_s": 30}, ("WARNING", "clock")),
        ([], {}, ("BROKEN", "service")),
        (b"<html>", {}, ("BROKEN", "service")),
    ],
)
def test_what_a_service_says_of_itself(healthy, told, options, found):
    with answering(told, **options) as url:
        assert set(ills(healthy, service=url)) == ({found} if found else set())


def test_what_is_no_web_server_and_what_is_no_address(healthy):
    with closing(socket.create_server(("127.0.0.1", 0))) as other:

        def greet():
            with closing(other.accept()[0]) as client:
                client.sendall(b"SSH-2.0-OpenSSH\r\n")
                client.recv(4096)

        thread = threading.Thread(target=greet)
        thread.start()
        address = f"http://127.0.0.1:{other.getsockname()[1]}"
        assert set(ills(healthy, service=address)) == {("BROKEN", "service")}
        thread.join()
    assert set(ills(healthy, service="http://a b/")) == {("BROKEN", "service")}


def test_a_clock_is_compared_with_ours_at_that_moment_however_long_the_rest_took(healthy, monkeypatch):
    slow_s, look = [0.0], registry.examine

    def looks_slowly(*asked):
        slow_s[0] += 30
        return look(*asked)

    monkeypatch.setattr(clock, "time", SimpleNamespace(monotonic=lambda: slow_s[0]))
    monkeypatch.setattr(registry, "examine", looks_slowly)
    with answering(WELL, ahead_s=30) as url:
        assert ills(healthy, service=url) == {}


def test_a_server_that_took_long_to_say_nothing_makes_no_clock_wrong(healthy, monkeypatch):
    waited_s, connect = [0.0], servers.db.connect

    def connects_slowly(url, **options):
        if options.get("host") == "gone":
            waited_s[0] += 30
            raise DatabaseAway(Text("没有应答", "no answer"))
        options.pop("host", None)
        return connect(url, **options)

    monkeypatch.setattr(clock, "time", SimpleNamespace(monotonic=lambda: waited_s[0]))
    monkeypatch.setattr(servers.db, "connect", connects_slowly)
    monkeypatch.setattr(servers, "hosts", lambda _: [("gone", {"host": "gone"}), ("here", {"host": "here"})])
    began = datetime.now(SHANGHAI) - timedelta(seconds=30)
    assert set(ills(healthy, now=began)) == {("WARNING", "database")}


# -- machine


def usage(share):
    kind = namedtuple("usage", "total used free")
    return lambda _: kind(1000, 1000 - int(1000 * share), int(1000 * share))


@pytest.mark.parametrize(("share", "level"), [(0.11, "FINE"), (0.09, "WARNING"), (0.02, "BROKEN")])
def test_a_disk_that_fills(monkeypatch, tmp_path, share, level):
    monkeypatch.setattr(machine.shutil, "disk_usage", usage(share))
    [found] = machine.disks([tmp_path / "not" / "there", tmp_path])
    assert found.level.name == level


def test_a_disk_whose_folder_is_hidden_from_who_asks(monkeypatch, tmp_path):
    real = os.stat

    def stat(path, **options):
        if str(path).startswith(str(tmp_path / "closed")):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path, **options)

    monkeypatch.setattr(os, "stat", stat)
    [found] = machine.disks([tmp_path / "closed" / "dumps"])
    assert str(tmp_path) in found.text.en


@pytest.mark.parametrize(("hours", "level"), [(25, "FINE"), (27, "WARNING"), (51, "BROKEN")])
def test_a_night_and_two_nights_without_a_backup(backups, hours, level):
    for dump in backups.iterdir():
        at = (TODAY - timedelta(hours=hours)).timestamp()
        os.utime(dump, (at, at))
    [found] = machine.backups(backups, TODAY)
    assert found.level.name == level


def test_a_dump_that_somebody_named_is_not_the_newest_of_the_nights(backups):
    named = backups / "yizhan-before-upgrade.dump"
    named.write_bytes(bytes(10))
    at = (TODAY - timedelta(days=90)).timestamp()
    os.utime(named, (at, at))
    [found] = machine.backups(backups, TODAY)
    assert (found.level, "20261122" in found.text.en) == (Level.FINE, True)


def test_backups_that_are_missing_untold_or_shrank(backups, tmp_path):
    assert machine.backups(None, TODAY)[0].level is Level.WARNING
    for missing in (tmp_path / "nowhere", tmp_path):
        assert machine.backups(missing, TODAY)[0].level is Level.BROKEN
    (backups / "yizhan-20261122-030000.dump").write_bytes(bytes(400))
    [found] = machine.backups(backups, TODAY)
    assert (found.level, "see whether data were lost" in found.text.en) == (Level.WARNING, True)


@pytest.mark.parametrize(
    ("base", "level"),
    [
        ({}, "FINE"),
        ({"base_map": "tianditu", "base_map_key": "k"}, "WARNING"),
        ({"base_map": "tianditu", "base_map_approval": "GS(2026)1号"}, "BROKEN"),
        ({"base_map": "amap", "base_map_approval": "GS(2026)1号"}, "FINE"),
    ],
)
def test_a_base_map_without_its_number_or_key(base, level):
    assert machine.base_map(Settings(**base)).level.name == level
