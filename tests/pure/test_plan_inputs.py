"""What goes into a plan: weeks by schedules and holidays, the public stations, demand, stand-ins; and its folder."""

import fcntl
import json
import os
from datetime import date, datetime, timedelta
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from data.hours.holiday_table import HolidayTable
from data.hours.schedule import SHANGHAI, schedule
from maps.report import texts as report_texts
from service.planning import candidates, needs, public, results, standin, weeks
from service.planning import texts as planning_texts
from service.planning.asked import Asked, codes_of

HOLIDAYS = HolidayTable.from_library()
NATIONAL = date(2026, 9, 28)
"""Monday of the week of 1 October 2026: Thursday to Sunday are days off."""
MAKE_UP = date(2026, 10, 5)
"""The week after: Saturday 10 October is worked."""


def stations(*hours, makeup=False, **columns):
    count = len(hours)
    return pd.DataFrame(
        {
            "opening_hours": pd.Series(hours, dtype=object),
            "makeup_days": makeup,
            "door_24h": "no",
            "unattended_24h": "no",
        }
        | {name: [value] * count for name, value in columns.items()}
    )


def open_hours(week, row=0):
    """Hours open on each day of the week."""
    return (week.open[row].reshape(7, 48).sum(axis=1) / 2).tolist()


# -- weeks


def test_an_ordinary_week_is_open_on_its_days():
    week = weeks.weeks(stations("Mo-Fr 09:00-17:00"), HOLIDAYS, date(2026, 11, 23))
    assert open_hours(week) == [8, 8, 8, 8, 8, 0, 0]


def test_holidays_and_make_up_days_of_the_week_count():
    office = stations("Mo-Fr 09:00-17:00; PH off", makeup=True)
    assert open_hours(weeks.weeks(office, HOLIDAYS, NATIONAL)) == [8, 8, 8, 0, 0, 0, 0]
    assert open_hours(weeks.weeks(office, HOLIDAYS, MAKE_UP)) == [0, 0, 0, 8, 8, 8, 0]


def test_a_night_that_begins_on_sunday_before_ends_on_monday_morning():
    week = weeks.weeks(stations("Su 22:00-06:00"), HOLIDAYS, date(2026, 11, 23))
    assert open_hours(week) == [6, 0, 0, 0, 0, 0, 2]


def test_a_half_hour_counts_only_when_it_is_open_throughout():
    week = weeks.weeks(stations("Mo 09:10-10:50"), HOLIDAYS, date(2026, 11, 23))
    assert np.flatnonzero(week.open[0]).tolist() == [19, 20]


def test_unknown_hours_are_not_open_and_not_known():
    week = weeks.weeks(stations(None, "no such hours", "24/7"), HOLIDAYS, date(2026, 11, 23))
    assert week.open.any(axis=1).tolist() == [False, False, True]
    assert week.known.tolist() == [False, False, True]


def test_a_week_whose_holidays_nobody_announced_is_not_known():
    week = weeks.weeks(stations("Mo-Fr 09:00-17:00; PH off"), HolidayTable.empty(), NATIONAL)
    assert not week.known[0]


@pytest.mark.parametrize(("door", "unattended"), [("yes", "no"), ("no", "yes")])
def test_a_24_hour_station_is_open_all_week_whatever_its_staff_does(door, unattended):
    made = stations("Mo-Fr 09:00-17:00", None).assign(
        door_24h=door, unattended_24h=unattended, goods_24h="no"
    )
    week = weeks.weeks(made, HOLIDAYS, date(2026, 11, 23))
    assert week.open.all()
    assert week.known.all()
    assert week.is_24h.all()


def test_goods_alone_make_no_24_hour_station():
    made = stations("Mo-Fr 09:00-17:00").assign(goods_24h="yes")
    assert not weeks.weeks(made, HOLIDAYS, date(2026, 11, 23)).is_24h.any()


def test_no_station_has_no_week():
    assert weeks.weeks(stations(), HOLIDAYS, NATIONAL).open.shape == (0, 336)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    hours=st.sampled_from(
        ["Mo-Fr 08:30-12:00,13:00-17:30", "24/7", "Sa-Su 20:00-02:30; PH off", "Mo-Su 06:00-24:00"]
    ),
    monday=st.integers(0, 51).map(lambda n: date(2026, 1, 5) + timedelta(weeks=n)),
    slot=st.integers(0, 335),
)
def test_a_half_hour_is_what_the_schedule_says_at_each_of_its_minutes(hours, monday, slot):
    week = weeks.weeks(stations(hours), HOLIDAYS, monday)
    start = datetime(monday.year, monday.month, monday.day, tzinfo=SHANGHAI) + timedelta(minutes=30 * slot)
    evaluated = schedule(hours, False, HOLIDAYS)
    minutes = [evaluated.state_at(start + timedelta(minutes=m)).state == "open" for m in range(30)]
    assert week.open[0, slot] == all(minutes)


# -- public stations


def registered(**columns):
    grid = pd.DataFrame({"site_id": list("abcdef"), "name": "", "lon": 116.4, "lat": 39.9})
    frame = standin.sample(grid, 6, 1)
    for name, values in columns.items():
        frame[name] = pd.Series(values, dtype=frame[name].dtype)
    return frame


def test_only_public_standing_stations_within_reach_are_counted():
    frame = registered(
        audience=["outdoor_workers"] * 4 + ["unknown", "staff"],
        status=["open", "closed", "planned", "open", "open", "open"],
        lon=[116.4, 116.4, 116.4, 120.0, 116.4, 116.4],
    )
    chosen = public.public(frame, (116.0, 39.0, 117.0, 40.0))
    assert chosen.stations["station_id"].tolist() == ["stand-in/a", "stand-in/c"]
    assert chosen.not_counted.tolist() == [None, "not_in_service"]
    assert chosen.counts == {
        "stations": 6, "public": 3, "hidden": 2, "unlocated": 0, "not_in_service": 1, "outside": 1
    }  # fmt: skip


def test_a_station_without_a_position_is_listed_with_the_reason():
    chosen = public.public(registered(lon=[np.nan] + [116.4] * 5), (116.0, 39.0, 117.0, 40.0))
    assert chosen.not_counted.tolist() == ["unlocated"] + [None] * 5


def test_a_vehicle_without_a_timetable_does_not_count():
    chosen = public.public(registered(kind=["vehicle", "vehicle", "fixed"] * 2), (116.0, 39.0, 117.0, 40.0))
    known = np.array([True, False, False] * 2)
    assert public.without_timetable(chosen, known).not_counted.tolist() == [None, "no_timetable", None] * 2


def test_the_rectangle_reaches_as_far_as_the_longer_standard():
    assert public.reach_m(1000, 900, 5.0) == 1250
    assert public.reach_m(2000, 900, 5.0) == 2000


# -- stand-ins


def test_a_seed_draws_the_same_stand_ins_and_another_seed_others():
    grid = pd.DataFrame({"site_id": [f"g{i}" for i in range(200)], "name": "", "lon": 116.4, "lat": 39.9})
    one, again, other = (standin.sample(grid, 50, seed) for seed in (1, 1, 2))
    assert one.equals(again)
    assert set(one["station_id"]) != set(other["station_id"])
    assert one["station_id"].is_unique
    assert one["source"].eq("stand-in").all()
    always = (one["opening_hours"] == "24/7").to_numpy()
    assert (one["door_24h"] == "yes").tolist() == always.tolist()


def test_more_stand_ins_than_candidates_are_refused():
    with pytest.raises(InputError, match=r"--sample 5.*3"):
        standin.sample(pd.DataFrame({"site_id": list("abc"), "name": "", "lon": 1.0, "lat": 1.0}), 5, 0)


# -- candidates


def test_candidates_of_several_sources_are_joined_once_each():
    doors = registered(street_facing=["yes", "no", "unknown", "yes", "yes", "yes"], audience=["staff"] * 6)
    found = candidates.of_registry(doors)
    assert len(found) == 4
    assert candidates.joined([found, found])["site_id"].tolist() == found["site_id"].tolist()
    assert candidates.none().empty


# -- demand


@pytest.fixture
def people(tmp_path):
    frame = gpd.GeoDataFrame(
        {"population": [600, 400], "township_code": ["110101001", "110102001"], "township": ["甲", "乙"]},
        geometry=[shapely.box(116.40, 39.90, 116.41, 39.91), shapely.box(116.41, 39.90, 116.42, 39.91)],
        crs="EPSG:4326",
    )
    frame.to_file(tmp_path / "people.gpkg", driver="GPKG")
    return tmp_path / "people.gpkg"


def test_several_districts_keep_their_demand_and_the_rest_is_counted(people):
    both = Asked(demand=people, demand_coordsys="wgs84", adcodes=("110101", "110102"), streets=people)
    assert needs.read(both).areas["weight"].sum() == 1000
    one = needs.read(Asked(demand=people, demand_coordsys="wgs84", adcodes=("110102",), streets=people))
    assert one.areas["weight"].sum() == 400
    assert one.counts == {"demand_rows": 2, "demand_rejected": 0, "demand_outside": 1}


def test_points_are_named_and_cut_by_polygons(people, tmp_path):
    points = pd.DataFrame({"lon": [116.405, 116.415, 116.5], "lat": 39.905, "weight": [3, 4, 5]})
    points.to_csv(tmp_path / "points.csv", index=False)
    asked = Asked(
        demand=tmp_path / "points.csv", demand_coordsys="wgs84", areas=people, areas_coordsys="wgs84",
        adcodes=("110102",), streets=people,
    )  # fmt: skip
    found = needs.read(asked)
    assert found.points["weight"].tolist() == [4]
    assert found.points["township"].tolist() == ["乙"]


def test_presence_gives_all_demand_its_week(people, tmp_path):
    hours = pd.date_range("2026-11-23", periods=336, freq="30min")
    count = np.where(hours.hour < 12, 1, 3)
    frame = pd.DataFrame(
        {"lng": 116.405, "lat": 39.905, "time": hours.strftime("%Y%m%d%H%M%S"), "count": count}
    )
    frame.to_csv(tmp_path / "presence.csv", index=False)
    asked = Asked(
        demand=people, demand_coordsys="wgs84", profile=tmp_path / "presence.csv", profile_coordsys="wgs84",
        streets=people,
    )  # fmt: skip
    profiles = needs.read(asked).profiles
    assert profiles.keys == (needs.ALL,)
    assert profiles.factor[0, [0, 47]].tolist() == [0.5, 1.5]


def test_people_present_are_people_and_a_note_says_of_when(tmp_path):
    hours = pd.date_range("2026-11-23", periods=336, freq="30min")
    rows = {"lng": 116.405, "lat": 39.905, "time": hours.strftime("%Y%m%d%H%M%S"), "count": 2}
    pd.DataFrame(rows).to_csv(tmp_path / "presence.csv", index=False)
    asked = Asked(demand=tmp_path / "presence.csv", demand_coordsys="wgs84", streets=tmp_path)
    found = needs.on_cells(asked, needs.read(asked), None)
    assert found.unit == "人"
    assert planning_texts.NOTE_PRESENT in found.notes


def test_every_unit_that_a_plan_gives_by_itself_has_an_english_name():
    assert {unit.zh for unit in planning_texts.UNIT.values()} <= set(report_texts.UNIT_EN)


def test_codes_are_digits():
    assert codes_of(["110101，110102", "110101"]) == ("110101", "110102")
    with pytest.raises(InputError, match="Haidian"):
        codes_of(["Haidian"])


# -- the folder of results


def fill(aside, text="new"):
    for name in results.FILES:
        (aside / name).write_text(text)
    results.mark(aside, {"title": "t"})


def names(folder):
    return sorted(p.name for p in Path(folder).iterdir())


def test_results_appear_together_and_the_mark_tells_their_sizes(tmp_path):
    with results.being_written(tmp_path / "plan") as aside:
        fill(aside)
        assert names(tmp_path / "plan") == [aside.name]
    assert names(tmp_path / "plan") == sorted([*results.FILES, results.MARK])
    assert json.loads((tmp_path / "plan" / results.MARK).read_text())["files"] == dict.fromkeys(
        results.FILES, 3
    )


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit, RuntimeError, InputError])
def test_what_ends_early_leaves_no_folder(tmp_path, stop):
    with pytest.raises(stop), results.being_written(tmp_path / "plan") as aside:
        fill(aside)
        raise stop("x")
    assert names(tmp_path) == []


def test_what_programs_left_beside_files_they_opened_goes_with_these(tmp_path):
    """QGIS leaves a journal, GDAL its statistics, a spreadsheet its lock: no file of anybody else's."""
    with results.being_written(tmp_path / "plan") as aside:
        fill(aside, "old")
    for name in ("gaps.gpkg-wal", "gaps.gpkg-shm", "gaps.gpkg.aux.xml", "~$figures.xlsx"):
        (tmp_path / "plan" / name).write_text("of the old one")
    with results.being_written(tmp_path / "plan") as aside:
        fill(aside)
    assert names(tmp_path / "plan") == sorted([*results.FILES, results.MARK])


def test_what_ends_early_leaves_earlier_results(tmp_path):
    with results.being_written(tmp_path / "plan") as aside:
        fill(aside, "old")
    with pytest.raises(KeyboardInterrupt), results.being_written(tmp_path / "plan") as aside:
        fill(aside)
        raise KeyboardInterrupt
    assert (tmp_path / "plan" / results.REPORT).read_text() == "old"
    assert names(tmp_path / "plan") == sorted([*results.FILES, results.MARK])


def test_what_a_killed_process_left_is_cleared_away(tmp_path):
    left = tmp_path / "plan" / ".plan-being-written"
    left.mkdir(parents=True)
    (left / "figures.xlsx").write_text("half")
    with results.being_written(tmp_path / "plan") as aside:
        assert names(aside) == []
        fill(aside)
    assert names(tmp_path / "plan") == sorted([*results.FILES, results.MARK])


def test_two_plans_do_not_write_to_one_folder(tmp_path):
    (tmp_path / "plan").mkdir()
    handle = os.open(tmp_path / "plan", os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        with pytest.raises(InputError, match="Another yizhan plan"), results.being_written(tmp_path / "plan"):
            pass
    finally:
        os.close(handle)


def test_a_folder_that_cannot_be_is_refused_before_any_work(tmp_path):
    (tmp_path / "file").write_text("")
    for folder, said in ((tmp_path / "file", "is a file"), (tmp_path / "absent" / "plan", "absent")):
        with pytest.raises(InputError, match=said), results.being_written(folder):
            pytest.fail("the work began")
