"""The private PostGIS: started twice, killed, raced, lied to by pid files, never mistaken about a process."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import psycopg2
import pytest

from data.errors import ClusterError
from data.postgres import accounts, cluster, programs
from data.postgres.cluster import Cluster, default_folder
from data.postgres.cluster_record import Record
from data.postgres.postmaster import PID_FILE, processes_in

ROOT = Path(__file__).resolve().parents[2]


def ask(url, question="SELECT 1"):
    with closing(psycopg2.connect(url)) as conn, conn.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


@pytest.fixture(scope="module")
def open_folder():
    """A folder that the server's user can enter, also when root runs the tests."""
    with tempfile.TemporaryDirectory(prefix="yizhan-cluster-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def made(open_folder):
    private = Cluster(open_folder / 'a folder; 驿站\'s \\ "$HOME" 100%', disposable=True, timeout_s=20)
    try:
        private.start()
        yield private
    finally:
        private.remove()


@pytest.fixture
def running(made):
    made.start()
    return made


@pytest.fixture
def stopped(made):
    made.stop()
    return made


@pytest.fixture
def bystander():
    """A living process of the server's own user that is no server."""
    user = accounts.as_user(cluster.SERVER_USER) if accounts.is_root() else {}
    with subprocess.Popen(["/bin/sleep", "60"], cwd="/", **user) as process:
        yield process
        assert process.poll() is None, "somebody killed the bystander"
        process.kill()


def test_it_serves_postgis_over_a_socket_alone_whatever_the_folder_is_called(running):
    assert ask(running.url, "SELECT postgis_lib_version()").startswith("3")
    assert ask(running.url, "SHOW listen_addresses") == ""
    assert ask(running.url, "SELECT current_database()") == "yizhan"
    collation = "SELECT datcollate FROM pg_database WHERE datname = current_database()"
    assert ask(running.url, collation) == "C.UTF-8"
    assert ask(running.url, "SHOW server_encoding") == "UTF8"


def test_the_url_counts_also_when_the_environment_points_elsewhere(running, monkeypatch):
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGHOST", "nowhere.invalid")
    assert ask(running.url) == 1


def test_a_second_start_returns_the_same_url_and_leaves_the_server_alone(running):
    before = running.status()
    assert Cluster(running.folder).start() == running.url
    assert running.status() == before
    assert before.state == "running"


def test_stop_ends_open_connections_and_a_second_stop_has_nothing_to_do(running):
    with closing(psycopg2.connect(running.url)):
        assert running.stop() is True
    assert running.status().state == "stopped"
    assert running.status().url == running.url
    assert running.stop() is False
    assert processes_in(running.status().home / "data") == []


def test_data_outlive_a_stop_and_a_kill(running):
    with closing(psycopg2.connect(running.url)) as conn, conn, conn.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 驿 FROM (VALUES ('站')) AS v(驿)")
    running.stop()
    assert ask(running.start(), "SELECT 驿 FROM kept") == "站"
    assert running.kill() is True
    assert running.status().state == "stopped"
    assert ask(running.start(), "SELECT 驿 FROM kept") == "站"


def test_a_server_killed_under_a_busy_client_starts_again(running):
    home = running.status().home
    with (
        closing(psycopg2.connect(running.url)) as conn,
        conn.cursor() as cursor,
        ThreadPoolExecutor(1) as pool,
    ):
        # Busy computing: the backend does not notice at once that its server is gone.
        busy = pool.submit(cursor.execute, "SELECT count(*) FROM generate_series(1, 5000000)")
        time.sleep(0.1)
        running.kill()
        assert ask(running.start()) == 1
        with suppress(psycopg2.OperationalError):
            busy.result()
    assert len((home / "data" / PID_FILE).read_text().splitlines()) == 8


def test_a_pid_file_whose_number_now_belongs_to_somebody_else_is_stale(stopped, bystander):
    data = stopped.status().home / "data"
    lie_about(data, bystander.pid)
    assert stopped.status().state == "stopped"
    assert stopped.stop() is False
    assert stopped.kill() is False
    assert ask(stopped.start()) == 1
    assert stopped.status().pid != bystander.pid


def lie_about(data, pid):
    lines = [str(pid), str(data), "1", "5432", str(data.parent), "", "1 1", "ready"]
    for file in (data / PID_FILE, data.parent / ".s.PGSQL.5432.lock"):
        file.write_text("\n".join(lines) + "\n")
        accounts.give(file, Record.read(data.parent.parent).owner)


def test_a_pid_file_that_names_another_server_never_leads_to_that_server(stopped, cluster):
    other = cluster.status()
    lie_about(stopped.status().home / "data", other.pid)
    assert stopped.stop() is False
    assert stopped.kill() is False
    assert ask(stopped.start()) == 1
    assert cluster.status().pid == other.pid


@pytest.mark.parametrize("content", ["", "rubbish\n", "99999999\n", "-7\n", "\x00\x00"])
def test_a_damaged_pid_file_is_stale(stopped, content):
    file = stopped.status().home / "data" / PID_FILE
    file.write_text(content)
    assert stopped.status().state == "stopped"
    assert ask(stopped.start()) == 1


def test_many_starts_at_once_become_one_server(stopped):
    with ThreadPoolExecutor(4) as pool:
        urls = set(pool.map(lambda _: Cluster(stopped.folder).start(), range(4)))
    assert urls == {stopped.url}
    assert ask(stopped.url) == 1


def test_programs_that_start_a_new_cluster_at_once_make_one(open_folder):
    folder = open_folder / "raced"
    program = (
        "import sys; from data.postgres.cluster import *;"
        "print(Cluster(Path(sys.argv[1]), disposable=True).start())"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program, folder], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        for _ in range(2)
    ]
    urls = {process.communicate(timeout=60)[0].strip() for process in started}
    try:
        assert urls == {Cluster(folder).url}
        assert ask(urls.pop()) == 1
    finally:
        Cluster(folder).remove()


def test_an_interrupted_first_start_is_begun_again_and_its_remains_are_cleared(open_folder):
    private = Cluster(open_folder / "interrupted", disposable=True)
    private.folder.mkdir()
    owner = cluster.SERVER_USER if accounts.is_root() else accounts.current()
    home = private.folder / "server"
    Record("0123", home, owner, disposable=True).write(private.folder)
    (home / "data.new-dead").mkdir(parents=True)
    (home / "cluster-id").write_text("0123")
    accounts.give(home / "data.new-dead", owner)
    (home / "data.new-dead" / "PG_VERSION").write_text("15\n")
    try:
        assert ask(private.start()) == 1
        assert not (home / "data.new-dead").exists()
    finally:
        private.remove()


def test_ctrl_c_in_the_terminal_does_not_reach_the_server(running):
    pid = running.status().pid
    assert os.getsid(pid) != os.getsid(0)
    assert os.getpgid(pid) != os.getpgid(0)


def test_the_server_outlives_the_program_that_started_it(stopped):
    program = "import sys; from data.postgres.cluster import *; Cluster(Path(sys.argv[1])).start()"
    subprocess.run([sys.executable, "-c", program, stopped.folder], check=True, timeout=60, cwd=ROOT)
    assert stopped.status().state == "running"


def test_borrowers_share_the_server_and_the_last_one_stops_it(stopped):
    with stopped.borrowed() as url:
        with Cluster(stopped.folder).borrowed() as again:
            assert again == url
        assert ask(url) == 1
    assert stopped.status().state == "stopped"


def test_a_borrower_leaves_a_server_that_was_started_to_stay(running):
    with running.borrowed() as url:
        pass
    assert ask(url) == 1
    running.stop()
    with running.borrowed():
        pass
    assert running.status().state == "stopped"


def test_a_server_started_to_stay_while_borrowed_stays(stopped):
    with stopped.borrowed():
        stopped.start()
    assert stopped.status().running


def test_waiting_for_another_program_has_an_end(running):
    impatient = Cluster(running.folder, timeout_s=0.2)
    entered, leave = threading.Event(), threading.Event()

    def hold():
        with running._at_work():
            entered.set()
            leave.wait(10)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(hold)
        entered.wait(10)
        try:
            with pytest.raises(ClusterError, match="try again later"):
                impatient.start()
        finally:
            leave.set()


def test_a_kept_registry_never_becomes_disposable(running):
    assert ask(running.url, "SHOW fsync") == "off"
    durable = Record("9", Path("/x/server"), "ann", disposable=False)
    assert not any("fsync" in setting for setting in cluster.server._settings(durable))
    assert Cluster(running.folder, disposable=False).status().disposable is True


def test_a_folder_unfit_for_a_socket_gets_another_one_that_is_removed_with_it(open_folder):
    private = Cluster(open_folder / "long, longer" / ("longest" * 9) / "cluster", disposable=True)
    try:
        assert ask(private.start()) == 1
        sockets = Record.read(private.folder).socket_folder
        assert len(str(sockets)) < 60
        private.stop()
        shutil.rmtree(sockets)  # as a sweep of /tmp does
        assert ask(private.start()) == 1
        sockets = Record.read(private.folder).socket_folder
    finally:
        private.remove()
    assert not sockets.exists()


@pytest.mark.skipif(not accounts.is_root(), reason="only root runs the server as another user")
def test_as_root_a_closed_folder_sends_the_data_elsewhere_and_says_so(tmp_path):
    tmp_path.chmod(0o700)
    private = Cluster(tmp_path / "closed", disposable=True)
    try:
        assert ask(private.start()) == 1
        home = private.status().home
        assert home.is_relative_to("/var/tmp")
        assert str(home) in private.notice.zh
        assert str(home) in private.notice.en
        private.stop()
        assert ask(Cluster(private.folder).start()) == 1
    finally:
        private.remove()
    assert not home.exists()


@pytest.mark.skipif(not accounts.is_root(), reason="only root runs the server as another user")
def test_as_root_a_kept_registry_is_not_put_where_it_may_be_swept(tmp_path):
    tmp_path.chmod(0o700)
    private = Cluster(tmp_path)
    assert private._planned().home.parent == Path("/var/lib/yizhan")
    assert "/var/lib/yizhan" in private.notice.en


def test_lost_data_are_a_loss_and_never_begun_again_in_silence(tmp_path):
    owner = cluster.SERVER_USER if accounts.is_root() else accounts.current()
    Record("0123", tmp_path / "server", owner, disposable=False, initialised=True).write(tmp_path)
    with pytest.raises(ClusterError, match="restore them from a backup"):
        Cluster(tmp_path).start()
    assert not (tmp_path / "server").exists()


@pytest.mark.skipif(
    not (accounts.is_root() and shutil.which("setpriv")), reason="only root can lay down a capability"
)
def test_root_without_the_right_to_look_into_processes_still_knows_its_server(running):
    """As in a container, where /proc hides the working directory of another user's process."""
    pid = running.status().pid
    program = (
        "import sys; from data.postgres.cluster import *; c = Cluster(Path(sys.argv[1]))\n"
        "print(c.start() == c.url, c.status().pid, c.stop(), c.status().state)"
    )
    without = ["setpriv", "--bounding-set=-sys_ptrace", "--inh-caps=-sys_ptrace"]
    command = [*without, sys.executable, "-c", program, running.folder]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT)
    assert done.stdout.split() == ["True", str(pid), "True", "stopped"], done.stderr


@pytest.mark.skipif(not accounts.is_root(), reason="needs two users")
def test_somebody_elses_cluster_is_refused_by_name(running, monkeypatch):
    monkeypatch.setattr(accounts, "is_root", lambda: False)
    for act in (running.start, running.stop, running.status, running.kill, running.remove):
        with pytest.raises(ClusterError, match=cluster.SERVER_USER):
            act()


def test_a_folder_that_holds_something_else_is_refused_and_left_as_it_was(open_folder):
    folder = open_folder / "photos"
    folder.mkdir()
    (folder / "cat.jpg").write_bytes(b"miau")
    with pytest.raises(ClusterError, match="something else"):
        Cluster(folder).start()
    assert Cluster(folder).stop() is False
    Cluster(folder).remove()
    assert (folder / "cat.jpg").read_bytes() == b"miau"


def test_remove_deletes_no_home_that_it_did_not_make(open_folder):
    folder = open_folder / "borrowed-record"
    folder.mkdir()
    treasure = open_folder / "treasure"
    treasure.mkdir()
    (treasure / "gold").touch()
    owner = cluster.SERVER_USER if accounts.is_root() else accounts.current()
    Record("0123", treasure, owner, disposable=True).write(folder)
    Cluster(folder).remove()
    assert (treasure / "gold").exists()


def test_a_file_in_the_place_of_the_folder_is_said(tmp_path):
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(ClusterError, match="choose another one"):
        Cluster(file).start()


@pytest.mark.parametrize("content", ["", "{}", "[]", "null", '{"home": 7}', "\x00"])
def test_a_damaged_record_is_said(tmp_path, content):
    (tmp_path / "cluster.json").write_text(content)
    with pytest.raises(ClusterError, match=r"cluster\.json|cannot hold"):
        Cluster(tmp_path).start()


def test_nothing_is_made_by_asking(tmp_path):
    private = Cluster(tmp_path / "never")
    assert private.status().state == "absent"
    assert private.stop() is False
    assert private.kill() is False
    assert private.notice is None
    private.remove()
    with pytest.raises(ClusterError, match="yizhan db start"):
        _ = private.url
    assert not private.folder.exists()


def test_a_failed_first_start_tells_what_initdb_said(open_folder, monkeypatch):
    broken = open_folder / "broken-programs"
    broken.mkdir()
    for name in ("initdb", "pg_ctl", "postgres"):
        (broken / name).write_text("#!/bin/sh\necho no room left >&2; exit 1\n")
        (broken / name).chmod(0o755)
    monkeypatch.setattr(programs, "find", lambda major=None: programs.Programs(15, broken, broken))
    private = Cluster(open_folder / "failed", disposable=True)
    with pytest.raises(ClusterError, match=r"initdb did not succeed .* no room left"):
        private.start()


# -- programs


def servers(root, *majors, postgis=()):
    for major in majors:
        folder = root / "lib" / str(major) / "bin"
        folder.mkdir(parents=True)
        for name in ("initdb", "pg_ctl", "postgres"):
            (folder / name).touch()
    for major in postgis:
        extension = root / "share" / str(major) / "extension"
        extension.mkdir(parents=True)
        (extension / "postgis.control").touch()


@pytest.fixture
def packages(tmp_path, monkeypatch):
    monkeypatch.setattr(programs, "PACKAGED_ROOT", tmp_path / "lib")
    monkeypatch.setattr(programs, "PACKAGED_SHARE", tmp_path / "share")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


def test_the_newest_server_with_postgis_is_taken_by_number(packages):
    servers(packages, 9, 15, 16, 17, postgis=(9, 15, 16))
    assert programs.find().major == 16
    assert programs.find(15).major == 15


def test_what_is_missing_is_named_with_the_command_that_installs_it(packages):
    with pytest.raises(ClusterError, match="sudo apt install postgresql postgresql-postgis"):
        programs.find()
    servers(packages, 15)
    with pytest.raises(ClusterError, match="sudo apt install postgresql-15-postgis-3"):
        programs.find()
    with pytest.raises(ClusterError, match="sudo apt install postgresql-14-postgis-3"):
        programs.find(14)


def test_a_server_on_the_path_is_found(packages):
    servers(packages, 15, postgis=(15,))
    programs.PACKAGED_ROOT.rename(packages / "opt")
    (packages / "bin").mkdir()
    pg_config = packages / "bin" / "pg_config"
    pg_config.write_text(
        f"#!/bin/sh\necho PostgreSQL 15.2; echo {packages}/opt/15/bin; echo {packages}/share/15\n"
    )
    pg_config.chmod(0o755)
    assert programs.find().folder == packages / "opt/15/bin"
    pg_config.write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(ClusterError):
        programs.find()


# -- where it lives


def test_a_kept_registry_lives_in_the_users_data_folder(monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", "/data/ann")
    assert default_folder() == Path("/data/ann/yizhan/postgres")
    monkeypatch.setenv("XDG_DATA_HOME", "relative/counts/for/nothing")
    monkeypatch.setenv("HOME", "/home/ann")
    assert default_folder() == Path("/home/ann/.local/share/yizhan/postgres")


def test_the_record_survives_a_move_of_the_folder(tmp_path):
    record = Record("1f", tmp_path / "server", "ann", disposable=True, kept_pid=7)
    record.write(tmp_path)
    moved = tmp_path / "moved"
    moved.mkdir()
    (tmp_path / "cluster.json").rename(moved / "cluster.json")
    assert Record.read(moved).home == moved / "server"
    assert json.loads((moved / "cluster.json").read_text())["home"] == "server"


def test_the_log_tells_of_a_crash(running):
    running.kill()
    running.start()
    assert "not properly shut down" in running.status().log.read_text()


def test_a_zombie_is_no_server(running):
    process = subprocess.Popen(["/bin/true"])
    time.sleep(0.1)
    assert not cluster.Postmaster(process.pid, running.status().home / "data").running
    process.wait()


def test_a_signal_to_a_process_that_is_gone_is_nothing(stopped):
    cluster.Postmaster(2**22 - 1, stopped.status().home / "data").signal(signal.SIGKILL)
