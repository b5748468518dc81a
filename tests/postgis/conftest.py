"""What tests of the command line share: running it against the database of the test."""

import pytest

from service.cli import main


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
