"""The snapshot: the next one equals one built anew, and the old one stays as it was."""

import random
from datetime import datetime

import orjson
import pytest

from data.hours.holidays import HolidayTable
from geo.errors import FrameError
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
