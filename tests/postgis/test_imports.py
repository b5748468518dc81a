"""Files into the registry: every row one outcome, twice is once, a crash is nothing."""

import csv
import math
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest

from data.errors import DataError, InputError
from data.postgres import db
from data.stations import headers, imports, store
from data.stations.imports import ImportOptions, ImportReport

HEAD = ["编码", "名称", "地址", "经度", "纬度", "开放时间", "进入方式", "设施"]
ROWS = [
    ["A1", "甲驿站", "人民路1号", "113.60", "34.70", "24小时", "扫码", "饮水、微波炉"],
    ["A2", "乙驿站", "人民路2号", "113.61", "34.71", "8:00-20:00", "推门", "饮水"],
    ["", "丙驿站", "人民路3号", "", "", "", "", ""],
]
Importer = Callable[..., ImportReport]


@pytest.fixture
def import_rows(connection: db.Connection, tmp_path: Path) -> Importer:
    """Import rows written as a CSV file."""

    def run(rows: list[list[str]], name: str = "list.csv", **options: object) -> ImportReport:
        path = tmp_path / name
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(rows)
        return imports.import_file(
            connection, path, ImportOptions(**{"source": "s", "coordsys": "wgs84", **options})
        )

    return run


def stations(conn: db.Connection) -> dict[str, dict[str, object]]:
    frame = store.read_stations(conn)
    conn.rollback()
    return {row["name"]: row for row in frame.to_dict("records")}


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    c = report.counts
    return c.added, c.changed, c.unchanged, c.rejected


def query(conn: db.Connection, sql: str) -> list[tuple[object, ...]]:
    with conn.cursor() as cursor:
        cursor.execute(sql)
        rows = cursor.fetchall()
    conn.rollback()
    return rows


def test_importing_twice_changes_nothing_not_even_the_version(
    connection: db.Connection, import_rows: Importer
) -> None:
    first = import_rows([HEAD, *ROWS])
    assert counts(first) == (3, 0, 0, 0)
    assert first.counts.unlocated == 1
    again = import_rows([HEAD, *ROWS])
    assert counts(again) == (0, 0, 3, 0)
    assert again.data_version == first.data_version
    assert query(connection, "SELECT count(*) FROM yizhan.history") == [(3,)]
    assert query(connection, "SELECT count(*), min(counts->>'added') FROM yizhan.import_batch") == [(2, "0")]


def test_only_the_row_that_differs_changes(connection: db.Connection, import_rows: Importer) -> None:
    import_rows([HEAD, *ROWS])
    changed = [ROWS[0], [*ROWS[1][:5], "8:00-22:00", *ROWS[1][6:]], ROWS[2]]
    assert counts(import_rows([HEAD, *changed])) == (0, 1, 2, 0)
    found = stations(connection)
    assert (found["乙驿站"]["opening_hours"], found["乙驿站"]["version"]) == ("Mo-Su 08:00-22:00", 2)
    assert found["甲驿站"]["version"] == 1


def test_the_same_rows_with_and_without_a_database_are_the_same_stations(
    connection: db.Connection, import_rows: Importer, tmp_path: Path
) -> None:
    import_rows([HEAD, *ROWS])
    stored = store.read_stations(connection)
    alone, _ = imports.read_stations(tmp_path / "list.csv", ImportOptions(source="s", coordsys="wgs84"))
    for name in set(alone.columns) - {"updated_at", "data_version"}:
        theirs = [None if isinstance(v, float) and math.isnan(v) else v for v in stored[name]]
        ours = [None if isinstance(v, float) and math.isnan(v) else v for v in alone[name]]
        assert ours == theirs, name


def test_silence_keeps_what_is_registered(connection: db.Connection, import_rows: Importer) -> None:
    import_rows([HEAD, *ROWS])
    assert counts(import_rows([["编码", "名称", "地址"], ["A1", "甲驿站", ""]])) == (0, 0, 1, 0)
    assert stations(connection)["甲驿站"]["address"] == "人民路1号"


def test_a_code_survives_a_new_name_and_a_bare_new_name_is_a_probable_rename(
    connection: db.Connection, import_rows: Importer
) -> None:
    import_rows([HEAD, *ROWS])
    report = import_rows(
        [["编码", "名称", "地址"], ["A1", "甲驿站（新）", "人民路1号"], ["", "丙新名", "人民路3号"]]
    )
    assert counts(report) == (1, 1, 0, 0)
    assert [(r.row, r.old_name) for r in report.renames] == [(3, "丙驿站")]
    assert {"甲驿站（新）", "丙新名", "丙驿站"} <= set(stations(connection))


def test_a_rename_is_suspected_within_thirty_metres(import_rows: Importer) -> None:
    head = ["名称", "地址", "经度", "纬度"]
    import_rows([head, ["甲", "一号", "113.6", "34.7"], ["乙", "二号", "113.7", "34.7"]])
    report = import_rows([head, ["丙", "三号", "113.6002", "34.7"], ["丁", "四号", "113.7005", "34.7"]])
    assert [(r.name, r.old_name) for r in report.renames] == [("丙", "甲")]


def test_a_row_that_gains_a_code_stays_the_same_station(
    connection: db.Connection, import_rows: Importer
) -> None:
    import_rows([HEAD, *ROWS])
    before = stations(connection)["丙驿站"]["station_id"]
    assert counts(import_rows([HEAD, ["A3", *ROWS[2][1:]]])) == (0, 1, 0, 0)
    assert stations(connection)["丙驿站"]["station_id"] == before


def test_an_external_id_survives_a_new_name(connection: db.Connection, import_rows: Importer) -> None:
    import_rows([["名称", "高德ID"], ["甲", "B0001"]])
    assert counts(import_rows([["名称", "高德ID", "百度ID"], ["新甲", "B0001", "77"]])) == (0, 1, 0, 0)
    assert stations(connection)["新甲"]["external_ids"] == {"amap": "B0001", "baidu": "77"}


def test_sources_do_not_touch_each_other(connection: db.Connection, import_rows: Importer) -> None:
    import_rows([HEAD, *ROWS])
    assert counts(import_rows([HEAD, *ROWS], source="t")) == (3, 0, 0, 0)
    assert query(connection, "SELECT count(*) FROM yizhan.station") == [(6,)]


def test_two_rows_of_one_registered_station_are_twins(import_rows: Importer) -> None:
    import_rows([HEAD, *ROWS])
    report = import_rows([["编码", "名称", "地址"], ["", "甲驿站", "人民路1号"], ["A1", "甲驿站二", ""]])
    assert counts(report) == (0, 1, 0, 1)
    assert "第 3 行" in report.outcomes["reason_zh"][0]


def test_a_state_that_a_list_does_not_tell_is_kept(connection: db.Connection, import_rows: Importer) -> None:
    import_rows([["编码", "名称", "设施"], ["A1", "甲", "微波炉(故障)、饮水"]])
    assert counts(import_rows([["编码", "名称", "设施"], ["A1", "甲", "微波炉、饮水"]])) == (0, 0, 1, 0)
    import_rows([["编码", "名称", "设施"], ["A1", "甲", "微波炉(可用)"]])
    assert stations(connection)["甲"]["facilities"] == {"microwave": "working"}


def test_facts_follow_their_grounds_unless_stated(connection: db.Connection, import_rows: Importer) -> None:
    import_rows([HEAD, *ROWS])
    assert stations(connection)["甲驿站"]["unattended_24h"] == "yes"
    import_rows([["编码", "名称", "进入方式"], ["A1", "甲驿站", "店员开门"]])
    found = stations(connection)["甲驿站"]
    assert (found["door_24h"], found["unattended_24h"]) == ("yes", "unknown")
    import_rows([["编码", "名称", "24小时开门"], ["A1", "甲驿站", "否"]])
    import_rows([["编码", "名称", "进入方式"], ["A1", "甲驿站", "推门"]])
    assert stations(connection)["甲驿站"]["door_24h"] == "no"


def test_replacing_a_source_withdraws_what_it_no_longer_lists(
    connection: db.Connection, import_rows: Importer
) -> None:
    import_rows([HEAD, *ROWS])
    import_rows([HEAD, ["X1", *ROWS[0][1:]]], source="other")
    bad = [*ROWS[1][:3], "34.7", "113.6", *ROWS[1][5:]]
    report = import_rows([HEAD, ROWS[0], bad], replace_source=True)
    assert (report.counts.unchanged, report.counts.rejected, report.counts.tombstoned) == (1, 1, 1)
    assert query(connection, "SELECT name FROM yizhan.station WHERE deleted_at IS NOT NULL") == [("丙驿站",)]
    back = import_rows([HEAD, *ROWS])
    assert counts(back) == (0, 1, 2, 0)
    assert query(connection, "SELECT count(*) FROM yizhan.station WHERE deleted_at IS NOT NULL") == [(0,)]


def test_replacing_needs_the_name_of_the_source(import_rows: Importer) -> None:
    with pytest.raises(InputError, match="replace-source"):
        import_rows([HEAD, *ROWS], source=None, replace_source=True)


def test_an_import_without_replace_never_deletes(connection: db.Connection, import_rows: Importer) -> None:
    import_rows([HEAD, *ROWS])
    import_rows([HEAD, ROWS[0]])
    assert len(stations(connection)) == 3


def test_a_code_of_another_station_is_refused(import_rows: Importer, connection: db.Connection) -> None:
    import_rows([HEAD, *ROWS])
    other = stations(connection)["丙驿站"]["station_id"]
    report = import_rows([["驿站ID", "编码", "名称"], [str(other), "A1", "丙驿站"], ["new-1", "A2", "新站"]])
    assert counts(report) == (0, 0, 0, 2)
    assert report.outcomes["field"].tolist() == ["code", "code"]


def test_a_new_id_needs_a_name(import_rows: Importer) -> None:
    report = import_rows([["驿站ID", "电话"], ["new-1", "0371-12345678"]])
    assert counts(report) == (0, 0, 0, 1)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_rejected_rows_can_be_mended_and_imported_again(
    connection: db.Connection, import_rows: Importer, tmp_path: Path, suffix: str
) -> None:
    bad = ["A9", "=丁驿站", "-1号", "34.7", "113.6", "", "", ""]
    path = tmp_path / f"rejected{suffix}"
    report = import_rows([HEAD, *ROWS, bad], rejects_path=path)
    assert (report.rejects_path, report.counts.rejected) == (path, 1)
    from data.stations import readers

    table = readers.read(path)
    assert table.row(0)[:8] == bad
    assert "写反" in table.row(0)[-1]
    mended = dict(zip(table.headers, table.row(0), strict=True)) | {"经度": "113.6", "纬度": "34.7"}
    again = import_rows([list(mended), list(mended.values())], name="mended.csv")
    assert counts(again) == (1, 0, 0, 0)
    assert headers.match(table.headers, "x").unknown == ()
    assert "=丁驿站" in stations(connection)


@pytest.mark.parametrize("where", ["list.csv", "nowhere/rejected.csv"])
def test_rejects_that_cannot_be_written_leave_file_and_registry_as_they_were(
    connection: db.Connection, import_rows: Importer, tmp_path: Path, where: str
) -> None:
    bad = ["A9", "丁驿站", "", "34.7", "113.6", "", "", ""]
    with pytest.raises(InputError, match=r"\.csv"):
        import_rows([HEAD, *ROWS, bad], rejects_path=tmp_path / where)
    assert stations(connection) == {}
    assert len((tmp_path / "list.csv").read_text("utf-8").splitlines()) == 5


def test_nothing_rejected_leaves_no_file(import_rows: Importer, tmp_path: Path) -> None:
    assert import_rows([HEAD, *ROWS]).rejects_path is None
    assert sorted(p.name for p in tmp_path.iterdir()) == ["list.csv"]


def test_a_lost_connection_in_the_middle_leaves_the_registry_as_it_was(
    connection: db.Connection, database_url: str, import_rows: Importer, tmp_path: Path
) -> None:
    import_rows([HEAD, *ROWS])
    before = query(connection, "SELECT * FROM yizhan.station ORDER BY station_id")
    pid = connection.info.backend_pid
    killer = psycopg2.connect(database_url)
    killer.autocommit = True

    def kill(step: object, done: int, total: int) -> None:
        # Called while rows are being copied: the transaction is open.
        if done == total and "入库" in str(step):
            with killer.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", (pid,))
            time.sleep(0.1)

    path = tmp_path / "second.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEAD, *[[f"B{i}", f"站{i}", *ROWS[0][2:]] for i in range(50)]])
    with pytest.raises(DataError):
        imports.import_file(connection, path, ImportOptions(coordsys="wgs84", source="s"), progress=kill)
    assert query(killer, "SELECT * FROM yizhan.station ORDER BY station_id") == before
    assert query(killer, "SELECT count(*) FROM yizhan.import_batch") == [(1,)]
    assert not (tmp_path / "second.rejected.csv").exists()
    killer.close()


def test_two_imports_at_once_queue(
    database_url: str, connection: db.Connection, import_rows: Importer, tmp_path: Path
) -> None:
    import_rows([HEAD, ROWS[0]])
    reports: list[ImportReport] = []

    def other() -> None:
        with db.connect(database_url, role="writer") as conn:
            reports.append(
                imports.import_file(conn, tmp_path / "both.csv", ImportOptions("wgs84", source="s"))
            )
        conn.close()

    with (tmp_path / "both.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEAD, *ROWS])
    threads = [threading.Thread(target=other) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(r.counts.added for r in reports) == [0, 2]
    assert len(stations(connection)) == 3


def test_the_real_lists_go_in_twice(connection: db.Connection, shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "stations"
    rejects = tmp_path / "r.csv"
    for expected in ((82, 0), (0, 82)):
        report = imports.import_file(
            connection, folder / "zhengzhou_union_stations.csv",
            ImportOptions("gcj02", audience="outdoor_workers", rejects_path=rejects),
        )  # fmt: skip
        assert (report.counts.added, report.counts.unchanged) == expected
        assert (report.counts.hidden, report.counts.unlocated) == (0, 0)
    report = imports.import_file(
        connection, folder / "beijing_stations_in_news.csv", ImportOptions(rejects_path=rejects)
    )
    assert (report.counts.added, report.counts.unlocated, report.counts.hidden) == (23, 23, 23)
    assert not rejects.exists()


def test_after_a_large_import_the_planner_knows_the_table(
    connection: db.Connection, import_rows: Importer
) -> None:
    rows = [[f"驿站{i}", f"路{i}号"] for i in range(1000)]
    import_rows([["名称", "地址"], *rows])
    known = query(
        connection, "SELECT attname FROM pg_stats WHERE schemaname = 'yizhan' AND tablename = 'station'"
    )
    assert {("source",), ("name",), ("address",)} <= set(known)
