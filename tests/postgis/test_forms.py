"""The declaration form: out, filled in as people do, back in; nothing lost, nothing twice."""

import re
import shutil
import threading
from contextlib import closing
from datetime import date

import openpyxl
import pytest

from data.criteria import answers, form, grounds, rulesets
from data.criteria.facts import STATED
from data.errors import InputError
from data.postgres import db

TODAY = date(2026, 11, 22)


@pytest.fixture
def stations(connection):
    with connection.cursor() as cursor:
        for station_id in ("A", "B", "C"):
            cursor.execute(
                """INSERT INTO yizhan.station (station_id, name, source, audience)
                   VALUES (%s, '=甲', 's', 'outdoor_workers')""",
                (station_id,),
            )
    connection.commit()
    return ("A", "B", "C")


@pytest.fixture
def written(connection, stations, tmp_path):
    return form.write(tmp_path / "form.xlsx", grounds.read(connection), rulesets.load("seven_2021"))


def fill(path, changes):
    """Write cells by station id and header, as a person at a desk."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    titles = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        for title, value in changes.get(row[0].value, {}).items():
            row[titles.index(title)].value = value
    book.save(path)
    return path


def taken_in(connection, path, kind="declared"):
    return answers.import_form(connection, path, kind, today=TODAY)


def facts(connection, station_id):
    (ground,) = grounds.read(connection, station_ids=[station_id])
    return {
        code: (f.state, f.kind, f.on, f.by)
        for code, f in ground.facts.items()
        if code in STATED and f.kind != "none"
    }


FILLED = {"填报人单位": "金水区总工会", "填报日期": "2026-11-02", "有服务台账": "是", "有新闻报道": "否"}


def test_a_filled_form_becomes_facts_with_unit_and_day_and_a_second_time_nothing(connection, written):
    fill(written, {"A": FILLED})
    report = taken_in(connection, written)
    assert (report.changed, report.unchanged, report.skipped, report.rejected) == (1, 0, 2, 0)
    assert facts(connection, "A") == {
        "ledger": ("yes", "declared", "2026-11-02", "金水区总工会"),
        "press": ("no", "declared", "2026-11-02", "金水区总工会"),
    }
    again = taken_in(connection, written)
    assert (again.changed, again.unchanged) == (0, 1)


def test_a_form_written_again_shows_what_was_declared_and_changes_nothing(connection, written, tmp_path):
    taken_in(connection, fill(written, {"A": FILLED}))
    second = form.write(tmp_path / "second.xlsx", grounds.read(connection))
    report = taken_in(connection, second)
    assert (report.changed, report.unchanged, report.rejected) == (0, 1, 0)


def test_what_was_seen_on_site_beats_what_was_declared_and_keeps_it(connection, written):
    taken_in(connection, fill(written, {"A": FILLED}))
    seen = FILLED | {"填报人单位": "市总工会", "有服务台账": "否", "有新闻报道": None}
    taken_in(connection, fill(written, {"A": seen}), "visited")
    assert facts(connection, "A") == {
        "ledger": ("no", "visited", "2026-11-02", "市总工会"),
        "press": ("no", "declared", "2026-11-02", "金水区总工会"),
    }


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"填报人单位": None}, "填报人单位"),
        ({"填报日期": None}, "填报日期"),
        ({"填报日期": "2026-11-23"}, "2026-11-23"),
        ({"填报日期": "昨天"}, "昨天"),
        ({"填报人单位": "张三 13800138000"}, "手机"),
        ({"有服务台账": "也许"}, "有服务台账：.*也许"),
        ({"驿站ID": "nobody"}, "nobody"),
    ],
)
def test_a_row_that_cannot_be_used_is_kept_aside_with_its_reason_and_others_go_on(
    connection, written, cells, said
):
    fill(written, {"A": FILLED | cells, "B": FILLED})
    report = taken_in(connection, written)
    assert (report.changed, report.rejected) == (1, 1)
    ((row, reason),) = report.reasons
    assert row == 2
    assert re.search(said, reason.zh)
    rejected = openpyxl.load_workbook(report.rejects_path).worksheets[0]
    assert rejected.max_row == 2
    mended = fill(
        report.rejects_path,
        {(cells.get("驿站ID") or "A"): FILLED | ({"驿站ID": "A"} if "驿站ID" in cells else {})},
    )
    assert (taken_in(connection, mended).changed, facts(connection, "A")["ledger"][0]) == (1, "yes")


def test_an_older_form_does_not_undo_a_newer_one(connection, written):
    taken_in(connection, fill(written, {"A": FILLED}))
    report = taken_in(
        connection, fill(written, {"A": FILLED | {"填报日期": "2026-10-01", "有服务台账": "否"}})
    )
    assert (report.changed, report.rejected) == (0, 1)
    assert "2026-11-02" in report.reasons[0][1].zh
    assert facts(connection, "A")["ledger"][0] == "yes"


def test_two_forms_of_one_station_at_once_lose_nothing(connection, written, database_url, tmp_path):
    """The first office has its rows in hand and commits while the second waits for it."""
    taken_in(connection, fill(written, {"A": FILLED}))
    other = shutil.copy(written, tmp_path / "other.xlsx")
    fill(other, {"A": FILLED | {"有服务台账": "否", "填报日期": "2026-11-03"}})

    def import_other():
        with closing(db.connect(database_url, role="writer")) as conn:
            taken_in(conn, other)

    second = threading.Thread(target=import_other)
    with closing(db.connect(database_url, role="writer")) as first, first.cursor() as cursor:
        cursor.execute("SELECT 1 FROM yizhan.station WHERE station_id = 'A' FOR UPDATE")
        cursor.execute(
            """UPDATE yizhan.evidence
               SET stated = stated || '{"satisfaction": {"declared": {"state": "yes", "on": "2026-11-04"}}}'"""
        )
        second.start()
        second.join(1.0)
        assert second.is_alive(), "it waits for the first"
        first.commit()
    second.join(30)
    now = facts(connection, "A")
    assert (now["satisfaction"][0], now["ledger"][0]) == ("yes", "no")


def test_a_form_of_another_kind_is_refused_as_a_whole(connection, stations, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text("驿站ID,名称\nA,甲\n", "utf-8")
    with pytest.raises(InputError, match="填报人单位"):
        taken_in(connection, file)


def test_the_six_haves_ask_for_fewer_facts(connection, stations, tmp_path):
    path = form.write(tmp_path / "six.xlsx", grounds.read(connection), rulesets.load("six"))
    titles = [cell.value for cell in openpyxl.load_workbook(path).worksheets[0][1]]
    assert "有人员值守或巡查" in titles
    assert "有服务台账" not in titles
