"""The worksheet of visits: who is on it, in which order, with what to look at, and its Excel form."""

from datetime import date

import numpy as np
import openpyxl
import pandas as pd
import pytest

from data.errors import InputError
from data.stations import headers, texts, worksheet, worksheet_file
from geo import coordsys, frames
from geo.frontage.facts import DECIDES
from geo.frontage.rules import RULES

TODAY = date(2026, 11, 1)
GATE = {
    "rule": "gate_unknown",
    "lines": [{"cuts": [{"osm_id": "way/5", "state": "unknown", "gate": "node/7"}]}],
}
VISIT = {"on": "2026-10-01", "by": "某区总工会", "street_door": "yes", "at": [116.3, 39.9]}
DEFAULTS = {
    "host_kind": "bank", "kind": "fixed", "audience": "outdoor_workers", "status": "open", "position_kind": "entrance",
    "makeup_days": False, "access_method": "staff", "door_24h": "no", "unattended_24h": "no", "goods_24h": "no",
    "street_door": "unknown", "in_compound": "unknown", "registration_required": "unknown", "source": "s",
    "updated_at": "2026-01-01T00:00:00Z", "version": 3, "data_version": 1, "street_facing": "unknown",
    "street_facing_rule": "too_far", "street_facing_zh": "待核实：远", "street_facing_en": "far",
    "lon": 116.3, "lat": 39.9, "city": "某市", "district": "某区", "township": "某街道",
}  # fmt: skip


def stations(**rows):
    """A frame of stations by id, each with what differs from a station whose verdict is open."""
    made = [
        DEFAULTS
        | {"station_id": i, "name": f"驿站{i}", "facilities": {}, "external_ids": {}, "visited": {}}
        | row
        for i, row in rows.items()
    ]
    columns = {}
    for name, column in frames.STATIONS.columns.items():
        values = [row.get(name, np.nan if column.kind == "number" else None) for row in made]
        columns[name] = (
            np.array(values, float) if column.kind == "number" else pd.Series(values, dtype=object)
        )
    return pd.DataFrame(columns)


def listed(frame, evidence=None):
    return worksheet.stops(frame, evidence or {}, TODAY)


def ids(stops):
    return [stop.station["station_id"] for stop in stops]


def east(metres):
    return {"lon": 116.3 + metres / 85_400}


# -- who is on it


def test_open_verdicts_are_listed_and_settled_ones_are_not():
    frame = stations(a={}, b={"street_facing": "yes"}, c={"street_facing": "no"}, d={"status": "closed"})
    assert ids(listed(frame)) == ["a"]


def test_a_visit_wants_to_be_repeated_after_two_years_or_when_the_station_moved():
    settled = {"street_facing": "yes", "street_facing_rule": "visited_street_door", "visited": VISIT}
    old = settled | {"visited": VISIT | {"on": "2024-10-31"}}
    moved = settled | {"lat": 39.901}
    stops = listed(stations(fresh=settled, old=old, moved=moved))
    assert sorted(ids(stops)) == ["moved", "old"]
    reasons = {stop.station["station_id"]: stop.reason.zh for stop in stops}
    assert "2024-10-31" in reasons["old"]
    assert "50 米" in reasons["moved"]


def test_a_station_without_a_position_is_listed_last_with_what_to_do():
    lost = {"lon": np.nan, "lat": np.nan, "street_facing_rule": None, "street_facing_zh": None}
    stops = listed(stations(a=lost, z={}))
    assert ids(stops) == ["z", "a"]
    assert stops[1].look == texts.VISIT_LOOK["unlocated"]
    assert worksheet.link(stops[1]) is None


def test_every_rule_that_leaves_a_verdict_open_says_what_to_look_at():
    settling = {"clear_line", "lines_cut", "no_street_near"} | {
        r for r, v in DECIDES.items() if v != "unknown"
    }
    opened = ({*RULES, *DECIDES} - settling) | {"coordsys_doubtful"}
    assert opened <= set(texts.VISIT_LOOK)


# -- the order


def test_stops_go_township_by_township_and_along_a_street():
    places = {f"s{i}": east(100 * i) | {"township": "甲" if i % 2 else "乙"} for i in (3, 0, 5, 1, 4, 2)}
    stops = listed(stations(**places))
    assert ids(stops) == ["s0", "s2", "s4", "s1", "s3", "s5"]
    assert [stop.step_m for stop in stops] == [None, 200, 200, None, 200, 200]


def test_stations_behind_one_gate_stand_together_and_say_so():
    frame = stations(a=east(0), b=east(300), c=east(40), d=east(20))
    stops = listed(frame, {"a": GATE, "c": GATE})
    assert ids(stops) in (["a", "c", "d", "b"], ["d", "a", "c", "b"])
    together = {stop.station["station_id"]: stop.together for stop in stops}
    place = {stop.station["station_id"]: n for n, stop in enumerate(stops, start=1)}
    assert together == {"a": (place["c"],), "c": (place["a"],), "b": (), "d": ()}


def test_a_long_wall_is_seen_in_more_than_one_look():
    wall = {
        "rule": "enclosure_unknown",
        "lines": [{"cuts": [{"osm_id": "way/5", "state": "unknown", "at": [0, 9]}]}],
    }
    frame = stations(a=east(0), b=east(60), c=east(800), d=east(860))
    stops = listed(frame, dict.fromkeys("abcd", wall))
    assert ids(stops) == ["a", "b", "c", "d"]
    assert [stop.together for stop in stops] == [(2,), (1,), (4,), (3,)]


def test_the_order_does_not_depend_on_the_order_of_the_registry():
    places = {f"s{i}": east(float(x)) for i, x in enumerate(np.random.default_rng(2).uniform(0, 3000, 40))}
    frame = stations(**places)
    assert ids(listed(frame)) == ids(listed(frame.iloc[::-1].reset_index(drop=True)))


# -- the file


@pytest.fixture
def sheet(tmp_path):
    def write(frame, evidence=None, system="gcj02"):
        path = worksheet_file.write(tmp_path / "visits.xlsx", listed(frame, evidence), system)
        return openpyxl.load_workbook(path)

    return write


def cells(book, row=2):
    sheet = book.worksheets[0]
    return dict(zip((c.value for c in sheet[1]), (c.value for c in sheet[row]), strict=True))


@pytest.mark.parametrize("system", ["gcj02", "wgs84", "bd09"])
def test_positions_are_in_the_system_that_the_headers_name(sheet, system):
    found = cells(sheet(stations(a={}), system=system))
    x, y = found[f"经度({system})"], found[f"纬度({system})"]
    lon, lat = coordsys.to_wgs84(x, y, system)
    assert (float(lon), float(lat)) == pytest.approx((116.3, 39.9), abs=2e-7)
    assert f"入口坐标({system})" in found


def test_rows_of_one_look_name_their_range(sheet):
    book = sheet(stations(a=east(0), b=east(900), c=east(30), d=east(60)), dict.fromkeys("acd", GATE))
    told = [cells(book, row)["同看"] for row in range(2, 6)]
    assert told == ["同一处（node/7）：序号 1–3 一次看完"] * 3 + [None]


def test_the_link_is_in_the_system_of_its_map(sheet):
    found = cells(sheet(stations(a={"name": "A&B 驿站"}), system="bd09"))
    lon, lat = coordsys.from_wgs84(116.3, 39.9, "gcj02")
    assert found["地图链接"].startswith(
        f"https://uri.amap.com/marker?position={lon:.6f},{lat:.6f}&name=A%26B%20"
    )


def test_a_row_says_what_is_known_and_what_to_look_at(sheet):
    found = cells(
        sheet(stations(a={"street_door": "yes", "street_facing_rule": "gate_unknown"}), {"a": GATE})
    )
    assert (found["驿站ID"], found["导出版本"], found["目前结论"]) == ("a", 3, "待核实")
    assert found["申报情况"] == "临街门是"
    assert found["请现场查看"] == texts.VISIT_LOOK["gate_unknown"].zh
    asked = [worksheet_file.title(code, "gcj02") for code in worksheet_file.ASKED]
    assert [found[name] for name in asked] == [None] * len(asked)


def test_facts_are_chosen_from_a_list_and_every_asked_column_is_explained(sheet):
    book = sheet(stations(a={}, b=east(100)))
    [rule] = book.worksheets[0].data_validations.dataValidation
    assert rule.formula1 == '"是,否"'
    assert {r.coord.split(":")[0][-1] for r in rule.sqref.ranges} == {"2"}
    assert len(rule.sqref.ranges) == 5
    told = {row[0].value for row in book.worksheets[1].iter_rows()}
    assert {worksheet_file.title(code, "gcj02") for code in worksheet_file.ASKED} <= told


def test_no_text_of_the_registry_runs_as_a_formula(sheet):
    book = sheet(stations(a={"name": "=1+1", "address": "@SUM(A1)"}))
    row = book.worksheets[0][2]
    assert [cell.data_type for cell in row if cell.value in ("=1+1", "@SUM(A1)")] == ["s", "s"]


def test_the_reader_of_lists_knows_the_header_row(sheet):
    head = [c.value for c in sheet(stations(a={})).worksheets[0][1]]
    known = [headers.field_of(h)[0] for h in head]
    assert {"station_id", "verified_at", "entrance", "floor", "street_door"} <= set(known)


def test_nothing_to_visit_is_a_sheet_of_headers(sheet):
    assert sheet(stations(a={"street_facing": "yes"})).worksheets[0].max_row == 1


@pytest.mark.parametrize("name", ["visits.csv", "absent/visits.xlsx"])
def test_a_file_that_cannot_be_written_is_said(tmp_path, name):
    with pytest.raises(InputError):
        worksheet_file.write(tmp_path / name, [], "gcj02")
