"""The snapshot: the next one equals one built anew, and the old one stays as it was."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import numpy as np
import orjson
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.hours.holidays import HolidayTable
from geo.errors import FrameError
from service.columns import let_go
from service.encoding import bodies
from service.hours import OUT_OF_SERVICE, UNKNOWN, Schedules
from service.query import Filters
from service.selection import Facts
from service.snapshot import Snapshot
from tests.http.made import ALL_WEEK, frame_of, random_rows

LOADED = datetime.fromisoformat("2026-11-18T12:00:00+08:00")


def told(snapshot: Snapshot) -> list[tuple[object, ...]]:
    """All that a snapshot says of each station, in order."""
    openings = snapshot.schedules.at(LOADED)
    places = [axis.tolist() for name in ("wgs84", "gcj02", "bd09") for axis in snapshot.places[name]]
    facts = [getattr(snapshot.facts, name).tolist() for name in Facts.__dataclass_fields__]
    parts = [openings.part(code) for code in snapshot.schedule_codes.tolist()]
    columns = [snapshot.station_ids, snapshot.bodies, parts, snapshot.stations["name"], *facts]
    return list(zip(*columns, *[map(repr, axis) for axis in places], strict=True))


def test_an_updated_snapshot_equals_one_built_anew(holidays: HolidayTable) -> None:
    rng = random.Random(5)
    rows = {row["station_id"]: row for row in random_rows(400)}
    snapshot = Snapshot.build(frame_of(list(rows.values())), holidays, loaded_at=LOADED)
    for version in range(2, 6):
        changed = [
            {**rows[i], **extra} for i, extra in zip(rng.sample(sorted(rows), 40), CHANGES * 5, strict=False)
        ]
        changed += [
            {**row, "station_id": f"N{version}-{row['station_id']}"} for row in random_rows(10, version)
        ]
        rows |= {row["station_id"]: row for row in changed}
        snapshot = snapshot.updated(frame_of(changed, data_version=version), holidays, loaded_at=LOADED)
        anew = Snapshot.build(frame_of(list(rows.values())), holidays, loaded_at=LOADED)
        assert told(snapshot) == told(anew)
        assert len(snapshot.index) == len(anew.index)
        assert snapshot.data_version == version
        for place in [(116.4, 39.9), (116.0, 40.1)]:
            assert (
                snapshot.index.query(*place, 20).positions.tolist()
                == anew.index.query(*place, 20).positions.tolist()
            )


CHANGES: list[dict[str, object]] = [
    {"deleted": True},
    {"audience": "staff"},
    {"audience": "outdoor_workers", "status": "open"},
    {"opening_hours": "Mo-Su 01:00-02:00", "makeup_days": True},
    {"lon": None},
    {"lon": 117.5, "lat": 39.0, "name": "搬了"},
    {"facilities": {"toilet": "broken"}, "status": "temporarily_closed"},
    {"door_24h": "yes", "adcode": "110102"},
]


IDS = st.sampled_from(["A", "a", "a0", "b", "b-1", "b.1", "z9", "Z"])
EDITS = st.lists(
    st.fixed_dictionaries(
        {"station_id": IDS, "name": st.sampled_from(["一", "二"])},
        optional={
            "deleted": st.just(True),
            "status": st.sampled_from(["open", "temporarily_closed", "closed"]),
            "lon": st.none() | st.sampled_from([116.4, 116.5, -180.0]),
            "lat": st.sampled_from([39.9, 40.0, 90.0]),
            "opening_hours": st.sampled_from(["24/7", ALL_WEEK, "about noon"]),
            "facilities": st.sampled_from([{}, {"toilet": "working"}]),
        },
    ),
    max_size=6,
    unique_by=lambda row: row["station_id"],
)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.lists(EDITS, max_size=5), st.integers(1, 3))
def test_any_edits_lead_to_what_the_whole_would(edits: list[list[dict[str, Any]]], width: int) -> None:
    table = HolidayTable.from_library()
    rows: dict[str, dict[str, Any]] = {}
    snapshot = Snapshot.build(frame_of([]), table, loaded_at=LOADED)
    for changed in edits:
        rows |= {row["station_id"]: row for row in changed}
        chunks = [frame_of(changed[i : i + width]) for i in range(0, len(changed), width)]
        snapshot = snapshot.updated(chunks or [frame_of([])], table, loaded_at=LOADED, data_version=7)
    anew = Snapshot.build(frame_of(list(rows.values())), table, loaded_at=LOADED)
    assert told(snapshot) == told(anew)
    for place in [(116.45, 39.95), (180.0, 0.0)]:
        found, expected = (s.index.query(*place, 8) for s in (snapshot, anew))
        assert found.positions.tolist() == expected.positions.tolist()
        assert found.distance_m.tolist() == expected.distance_m.tolist()


def test_a_registry_in_chunks_is_the_same_as_in_one_frame(holidays: HolidayTable) -> None:
    rows = random_rows(300)
    whole = Snapshot.build(frame_of(rows), holidays, loaded_at=LOADED)
    random.Random(3).shuffle(rows)
    chunks = (frame_of(rows[i : i + 70]) for i in range(0, len(rows), 70))
    assert told(Snapshot.build(chunks, holidays, loaded_at=LOADED)) == told(whole)


def test_the_index_is_kept_where_nobody_came_went_or_moved(holidays: HolidayTable) -> None:
    rows = {row["station_id"]: row for row in random_rows(100)}
    old = Snapshot.build(frame_of(list(rows.values())), holidays, loaded_at=LOADED)
    row = rows[old.station_ids[5]] | {"lon": 116.4}
    old = old.updated(frame_of([row]), holidays, loaded_at=LOADED)

    def next_index(**facts: Any) -> Any:
        return old.updated(frame_of([row | facts]), holidays, loaded_at=LOADED).index

    assert next_index(name="新", opening_hours="24/7", lon=116.4) is old.index
    assert next_index(lon=116.41) is not old.index
    assert next_index(status="closed") is not old.index
    assert next_index(lon=None) is not old.index


def test_copies_in_steps_lose_nothing(holidays: HolidayTable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.columns._STEP", 7)
    test_an_updated_snapshot_equals_one_built_anew(holidays)


def test_the_frame_of_a_snapshot_says_what_was_put_in(holidays: HolidayTable) -> None:
    rows = [
        row | {"floor": -1, "phone": "010-1", "street_facing_zh": "临街"}
        for row in random_rows(60)
        if row["audience"] == "outdoor_workers" and row["status"] == "open"
    ]
    given_frame = frame_of(rows)
    made = Snapshot.build(given_frame, holidays, loaded_at=LOADED).stations
    pd.testing.assert_frame_equal(
        made, given_frame.drop(columns="deleted")[made.columns], check_dtype=False, check_names=False
    )
    assert made.attrs["data_version"] == 1


def test_columns_are_let_go_when_nobody_reads_them(holidays: HolidayTable) -> None:
    snapshot = Snapshot.build(frame_of(random_rows(50)), holidays, loaded_at=LOADED)
    following = snapshot.updated(
        frame_of([{"station_id": snapshot.station_ids[3], "name": "新"}]), holidays, loaded_at=LOADED
    )
    before, after = told(snapshot), told(following)
    columns = snapshot.columns
    # Still held by the snapshot, as by a request that began with it.
    assert not let_go(columns)
    assert told(snapshot) == before
    bodies = snapshot.bodies
    del snapshot
    assert let_go(columns)
    # A reader that kept the array itself goes on reading, and what the next one shares is whole.
    assert [body for _, body, *_ in before] == bodies.tolist()
    assert told(following) == after


def test_hours_are_worked_out_ahead(holidays: HolidayTable) -> None:
    snapshot = Snapshot.build(frame_of(random_rows(50)), holidays, loaded_at=LOADED)
    known = [s for s in snapshot.schedules._schedules if s.known and s._constant is None]
    assert known
    assert all(s._blocks for s in known)


def test_bytes_and_text_order_ids_alike(holidays: HolidayTable) -> None:
    ids = ["b", "a_", "a-", "a.", "a", "Z", "站", "é"]
    snapshot = Snapshot.build(frame_of([{"station_id": i} for i in ids]), holidays, loaded_at=LOADED)
    assert snapshot.station_ids.tolist() == sorted(ids)
    assert [snapshot.row_of(i) for i in sorted(ids)] == list(range(len(ids)))
    plain = Snapshot.build(frame_of([{"station_id": i} for i in ids[:6]]), holidays, loaded_at=LOADED)
    assert plain.station_ids.tolist() == sorted(ids[:6])
    assert np.array_equal(plain.columns.rows_of(["nobody", "Z"]), [0])


def test_the_old_snapshot_stays_as_it_was(holidays: HolidayTable) -> None:
    old = Snapshot.build(frame_of(random_rows(50)), holidays, loaded_at=LOADED)
    before = told(old)
    old.updated(
        frame_of([{"station_id": "S000001", "name": "新"}], data_version=2), holidays, loaded_at=LOADED
    )
    assert told(old) == before
    assert old.data_version == 1


def test_another_holiday_table_changes_the_hours_alone(holidays: HolidayTable) -> None:
    row = {"station_id": "a", "lon": 116.4, "lat": 39.9, "opening_hours": "Mo-Fr 09:00-17:00; PH off"}
    holiday = datetime.fromisoformat("2026-10-02T12:00:00+08:00")
    known = Snapshot.build(frame_of([row]), holidays, loaded_at=LOADED)
    doubtful = known.updated(frame_of([]), HolidayTable.empty(), loaded_at=LOADED)
    states = [s.schedules.at(holiday).part(s.schedule_codes.item(0)) for s in (known, doubtful)]
    assert b'"closed"' in states[0]
    assert b'"unknown"' in states[1]
    assert doubtful.bodies.tolist() == known.bodies.tolist()


def test_an_id_that_occurs_twice_is_refused(holidays: HolidayTable) -> None:
    with pytest.raises(FrameError, match="'a'"):
        Snapshot.build(frame_of([{"station_id": "a"}, {"station_id": "a"}]), holidays, loaded_at=LOADED)


def test_a_body_holds_every_fact_and_nothing_missing() -> None:
    row = {
        "station_id": "a",
        "name": '引号"和\\',
        "floor": -1,
        "area_m2": 30.5,
        "facilities": {"wifi": "working", "aed": "broken"},
        "external_ids": {"amap": "B0"},
        "unattended_24h": "yes",
        "street_facing_zh": "有门临街",
        "street_facing_en": "door on the street",
    }
    body = orjson.loads(bodies(frame_of([row, {"station_id": "b"}]))[0] + b"}")
    for name in ("name", "floor", "area_m2", "facilities", "external_ids", "unattended_24h"):
        assert body[name] == row[name]
    assert (body["is_24h"], body["access_24h"]) == ("yes", "unattended")
    assert body["street_facing_reason"] == {"zh": "有门临街", "en": "door on the street"}
    assert "phone" not in body
    assert isinstance(body["floor"], int)


@pytest.mark.parametrize(
    ("door", "unattended", "goods", "expected"),
    [
        ("yes", "no", "no", ("yes", "open_door")),
        ("no", "no", "yes", ("no", "goods_only")),
        ("no", "unknown", "yes", ("unknown", "goods_only")),
        ("unknown", "unknown", "unknown", ("unknown", "unknown")),
    ],
)
def test_goods_alone_never_make_a_24_hour_station(
    door: str, unattended: str, goods: str, expected: tuple[str, str]
) -> None:
    row = {"station_id": "a", "door_24h": door, "unattended_24h": unattended, "goods_24h": goods}
    body = orjson.loads(bodies(frame_of([row]))[0] + b"}")
    assert (body["is_24h"], body["access_24h"]) == expected
    assert Facts.of(frame_of([row])).mask(Filters(is_24h=True)).tolist() == [expected[0] == "yes"]


def test_equal_hours_share_a_code_and_make_up_days_tell_them_apart(holidays: HolidayTable) -> None:
    rows = [
        {"station_id": "a", "opening_hours": ALL_WEEK},
        {"station_id": "b", "opening_hours": ALL_WEEK},
        {"station_id": "c", "opening_hours": ALL_WEEK, "makeup_days": True},
        {"station_id": "d"},
        {"station_id": "e", "opening_hours": ALL_WEEK, "status": "temporarily_closed"},
    ]
    schedules, codes = Schedules(holidays).extended(frame_of(rows))
    assert codes[0] == codes[1] != codes[2]
    assert codes[3:].tolist() == [UNKNOWN, OUT_OF_SERVICE]
    open_codes = schedules.at(LOADED).open_codes()
    assert open_codes[codes].tolist() == [True, True, True, False, False]
    grown, more = schedules.extended(frame_of([{"station_id": "f", "opening_hours": "24/7"}, rows[0]]))
    assert more[1] == codes[0]
    assert more[0] not in codes
    assert len(grown) == len(schedules) + 1


def test_hours_that_cannot_be_read_are_unknown_never_open(holidays: HolidayTable) -> None:
    schedules, codes = Schedules(holidays).extended(
        frame_of([{"station_id": "a", "opening_hours": "about noon"}])
    )
    openings = schedules.at(LOADED)
    assert openings.part(codes.item(0)) == b',"open_state":"unknown"'
    assert not openings.open_codes()[codes[0]]


def test_kept_selections_are_bounded(holidays: HolidayTable) -> None:
    snapshot = Snapshot.build(frame_of(random_rows(300)), holidays, loaded_at=LOADED)
    for low in range(110000, 110000 + 5000):
        snapshot.selection(Filters(adcode=(low, low + 100000)), None)
    held = sum(len(s.index) for s in snapshot.selections._kept.values() if s.accept is None)
    assert held <= 2 * len(snapshot)
    assert len(snapshot.selections._kept) <= 2 * len(snapshot) + 1


def test_what_was_asked_is_at_hand_in_the_next_snapshot_too(holidays: HolidayTable) -> None:
    rows = random_rows(300)
    old = Snapshot.build(frame_of(rows), holidays, loaded_at=LOADED)
    asked = Filters(is_24h=True)
    now, past = old.schedules.now(), old.schedules.at(LOADED)
    for openings in (None, now, past):
        old.selection(asked, openings)
    moved = rows[0] | {"lon": 120.0, "lat": 40.0, "door_24h": "yes"}
    new = old.updated(frame_of([moved]), holidays, loaded_at=LOADED)
    kept = new.kept_selection(asked, None)
    assert kept is not None
    assert len(kept.index) == np.count_nonzero(new.mask(asked, None) & ~np.isnan(new.columns.arrays["lon"]))
    # A minute that is over is asked for no more; the present one may have ended since.
    assert new.kept_selection(asked, past) is None
    assert (new.kept_selection(asked, now) is None) == (new.schedules.now().at != now.at)


def test_many_who_ask_the_same_at_once_wait_for_one(
    holidays: HolidayTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = Snapshot.build(frame_of(random_rows(300)), holidays, loaded_at=LOADED)
    made, mask = [], Facts.mask

    def slow(facts: Facts, filters: Filters) -> Any:
        made.append(filters)
        time.sleep(0.1)
        return mask(facts, filters)

    monkeypatch.setattr(Facts, "mask", slow)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: snapshot.selection(Filters(is_24h=True), None), range(8)))
    assert len(made) == 1
    assert all(one is found[0] for one in found)
