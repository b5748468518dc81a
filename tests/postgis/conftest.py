"""What tests share: two stations in a registry, and the command line against the database of the test."""

from contextlib import closing

import pytest

from data.postgres import db
from service.cli import main
from tests.postgis.tables import fill


@pytest.fixture
def yizhan(database_url, monkeypatch, capsys):
    """Run one command; give its exit code, standard output and standard error."""
    monkeypatch.setenv("DATABASE_URL", database_url)

    def run(*arguments):
        with pytest.raises(SystemExit) as stop:
            main([str(a) for a in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return stop.value.code or 0, out, err

    return run


@pytest.fixture
def registry(connection):
    """Two located stations; the first has a verdict."""
    with db.transaction(connection, actor="setup"):
        fill(connection)
    return connection


@pytest.fixture
def standing(standing_database_url):
    """The same two stations in a transaction that is rolled back: enough for what happens within one."""
    with closing(db.connect(standing_database_url, role="writer")) as conn:
        fill(conn)
        yield conn
