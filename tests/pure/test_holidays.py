"""The holiday table: what a day is, what cannot be known yet, and files that extend it."""

from datetime import date, timedelta

import openpyxl
import pytest
from chinese_calendar import constants
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from data.hours import holidays
from data.hours.holiday_windows import could_be_special
from data.hours.holidays import HolidayTable, SpecialDay

LIBRARY = HolidayTable.from_library()
NEXT_YEAR = """日期,类型,节日
2027-01-01,休,元旦
2027-01-02,休,元旦
2027/2/6,放假,春节
2027年2月20日,班,春节
20270405,holiday,清明节
2027-05-01,休,劳动节
2027-06-09,休,端午节
2027-09-15,休,中秋节
2027-10-01,休,国庆节
2027-10-09,补班,国庆节
"""


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(i) for i in range((date(year + 1, 1, 1) - first).days)]


def test_the_library_knows_2004_to_2026():
    assert set(range(2004, 2027)) == LIBRARY.years
    assert LIBRARY.days[date(2026, 10, 1)] == SpecialDay("holiday", "国庆节")
    assert len(LIBRARY.days) == len(constants.holidays) + len(constants.workdays)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 10, 2), "holiday"),
        (date(2026, 10, 10), "workday"),
        (date(2026, 10, 11), "ordinary"),
        (date(2026, 12, 31), "ordinary"),
        (date(2027, 1, 1), "unknown"),
        (date(2027, 3, 10), "ordinary"),
        (date(2027, 10, 2), "unknown"),
        (date(2027, 7, 15), "ordinary"),
        (date(2003, 10, 2), "unknown"),
    ],
)
def test_kinds_of_days(day, kind):
    assert LIBRARY.kind(day) == kind


def test_the_library_agrees_with_itself_on_every_day_of_2026():
    kinds = {True: "holiday", False: "workday"}
    for day in days_of(2026):
        special = day in constants.holidays or day in constants.workdays
        assert LIBRARY.kind(day) == (kinds[day in constants.holidays] if special else "ordinary")


def test_every_special_day_since_2004_falls_where_one_can():
    special = [*constants.holidays, *constants.workdays]
    assert len(special) > 700
    assert [day for day in special if not could_be_special(day)] == []


@pytest.mark.parametrize("year", range(2005, 2026))
def test_without_a_year_its_special_days_are_unknown_and_most_days_are_known(year):
    known = {day: special for day, special in LIBRARY.days.items() if day.year != year}
    table = HolidayTable(known, LIBRARY.years - {year})
    unknown = [day for day in days_of(year) if table.kind(day) == "unknown"]
    assert {day for day in LIBRARY.days if day.year == year} <= set(unknown)
    assert len(unknown) < 110


def test_december_before_an_unknown_year_counts_only_where_new_year_can_reach_back():
    last_of_2018 = HolidayTable(
        {}, {2018}
    )  # 1 January 2019 is a Tuesday: 29 to 31 December 2018 were special
    kinds = [last_of_2018.kind(date(2018, 12, d)) for d in (28, 29, 30, 31)]
    assert kinds == ["ordinary", "unknown", "unknown", "unknown"]
    assert HolidayTable({}, {2018, 2019}).kind(date(2018, 12, 31)) == "ordinary"


def test_the_lunar_festivals_fall_where_almanacs_say():
    table = HolidayTable.empty()
    for day in [
        (2027, 2, 6),
        (2028, 1, 26),
        (2033, 1, 31),
        (2034, 2, 19),
        (2033, 9, 8),
        (2039, 5, 27),
        (2030, 6, 5),
    ]:
        assert table.kind(date(*day)) == "unknown"


def test_a_weekday_is_never_taken_for_a_make_up_day():
    table = HolidayTable.empty()
    assert table.kind(date(2027, 5, 12)) == "ordinary"  # a Wednesday, days after Labour Day
    assert table.kind(date(2027, 5, 9)) == "unknown"  # the Sunday before it


@given(st.dates())
@settings(max_examples=200, derandomize=True, deadline=None)
def test_any_date_has_a_kind(day):
    assert LIBRARY.kind(day) in ("holiday", "workday", "ordinary", "unknown")


def test_the_operator_is_warned_from_december_on():
    assert LIBRARY.expiry_warning(date(2026, 11, 30)) is None
    assert "2027" in str(LIBRARY.expiry_warning(date(2026, 12, 1)))
    assert "2027" in str(holidays.expiry_warning(LIBRARY, date(2027, 3, 1)))
    extended = LIBRARY.merged(HolidayTable({date(2027, 1, 1): SpecialDay("holiday", "元旦")}, {2027}))
    assert extended.expiry_warning(date(2026, 12, 1)) is None
    assert extended.expiry_warning(date(2027, 12, 1)) is not None


def test_a_merged_table_takes_the_newer_word_for_its_years():
    mine = HolidayTable(
        {date(2026, 3, 2): SpecialDay("holiday", "甲"), date(2025, 3, 3): SpecialDay("holiday", "乙")}, {2026}
    )
    newer = HolidayTable({date(2026, 3, 4): SpecialDay("holiday", "丙")}, {2026})
    assert set(mine.merged(newer).days) == {date(2026, 3, 4), date(2025, 3, 3)}
    assert mine.merged(HolidayTable.empty()) == mine
    assert hash(mine) == hash(mine.merged(mine))
    assert mine != newer


@pytest.fixture
def save(tmp_path):
    def write(text, name="days.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_extends_the_table(save, encoding):
    table = holidays.read_file(save(NEXT_YEAR, encoding=encoding))
    assert table.years == {2027}
    merged = LIBRARY.merged(table)
    assert merged.kind(date(2027, 10, 2)) == "ordinary"
    assert merged.kind(date(2027, 2, 20)) == "workday"
    assert merged.kind(date(2026, 10, 2)) == "holiday"
    assert holidays.gaps(merged) == {}


def test_an_excel_file_is_read_with_real_dates(tmp_path):
    book = openpyxl.Workbook()
    for row in [
        ["day", "kind", "name"],
        [date(2027, 10, 1), "holiday", "国庆节"],
        [],
        ["2027-10-09", "workday", "国庆节"],
    ]:
        book.active.append(row)
    book.save(tmp_path / "days.xlsx")
    table = holidays.read_file(tmp_path / "days.xlsx")
    assert [special.kind for special in table.days.values()] == ["holiday", "workday"]


def test_an_incomplete_year_is_not_covered_and_the_gap_is_named(save):
    table = holidays.read_file(save(NEXT_YEAR.replace("2027-06-09,休,端午节\n", "")))
    assert table.years == frozenset()
    assert "端午节" in holidays.gaps(table)[2027].zh
    assert "春节" not in holidays.gaps(table)[2027].zh
    assert LIBRARY.merged(table).kind(date(2027, 6, 9)) == "unknown"
    assert LIBRARY.merged(table).kind(date(2027, 10, 1)) == "holiday"


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("2027-13-01,休,元旦", ("第 12 行", "day", "2027-13-01")),
        ("2027-02-30,休,元旦", ("row 12", "day")),
        ("1927-01-01,休,元旦", ("row 12", "day")),
        ("2027-05-08,调休,劳动节", ("row 12", "kind", "调休")),
        ("2027-05-07,班,劳动节", ("row 12", "kind", "2027-05-07")),
        ("2027-05-08,班,", ("row 12", "name")),
        ("2027-10-09,休,国庆节", ("row 12", "day", "2027-10-09")),
        ("=1+1,休,国庆节", ("row 12", "day", "=1+1")),
    ],
)
def test_a_wrong_cell_is_named(save, line, parts):
    with pytest.raises(InputError) as caught:
        holidays.read_file(save(NEXT_YEAR + line + "\n"))
    assert all(part in str(caught.value) for part in parts)


@pytest.mark.parametrize(
    ("text", "name"),
    [("", "a.csv"), ("日期,类型,节日\n", "a.csv"), ("x,y\n1,2\n", "a.csv"), ("PK", "a.xlsx"), ("x", "a.doc")],
)
def test_an_unusable_file_says_so(save, text, name):
    with pytest.raises(InputError, match=name):
        holidays.read_file(save(text, name))


def test_a_missing_file_and_a_folder_say_so(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(InputError):
            holidays.read_file(path)


@given(st.binary(max_size=200))
@settings(max_examples=60, derandomize=True, deadline=None)
def test_no_content_breaks_the_reader(tmp_path_factory, content):
    for name in ("f.csv", "f.xlsx"):
        path = tmp_path_factory.mktemp("files") / name
        path.write_bytes(content)
        with pytest.raises(InputError):
            holidays.read_file(path)
