"""The holiday table in the registry: kept, extended, and silent when nothing changes."""

from datetime import date

import pytest

from data.hours import holidays
from data.hours.holidays import HolidayTable, SpecialDay
from data.stations import store

pytestmark = pytest.mark.postgis

LIBRARY = HolidayTable.from_library()


@pytest.fixture
def registry(connection):
    """A registry whose table is empty; a migrated one begins with what the library knows."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM yizhan.holiday")
        cursor.execute("DELETE FROM yizhan.holiday_year")
    connection.commit()
    return connection


def holiday(name: str = "国庆节") -> SpecialDay:
    return SpecialDay("holiday", name)


def test_an_empty_registry_has_an_empty_table(registry):
    assert holidays.read(registry) == HolidayTable.empty()


def test_what_was_written_is_read_again(registry):
    assert holidays.write(registry, LIBRARY)
    registry.commit()
    assert holidays.read(registry) == LIBRARY


def test_writing_the_same_twice_changes_nothing(registry):
    holidays.write(registry, LIBRARY)
    registry.commit()
    version = store.data_version(registry)
    assert version > 0
    assert not holidays.write(registry, LIBRARY, source="again")
    registry.commit()
    assert store.data_version(registry) == version


def test_a_new_year_extends_the_table_and_readers_are_told(registry):
    holidays.write(registry, LIBRARY)
    registry.commit()
    version = store.data_version(registry)
    extension = HolidayTable({date(2027, 10, 1): holiday()}, {2027})
    assert holidays.write(registry, extension, source="days.csv")
    registry.commit()
    assert holidays.read(registry) == LIBRARY.merged(extension)
    assert store.data_version(registry) > version


def test_a_corrected_year_replaces_the_old_one(registry):
    holidays.write(
        registry, HolidayTable({date(2027, 10, 1): holiday(), date(2027, 10, 8): holiday()}, {2027})
    )
    correction = HolidayTable(
        {date(2027, 10, 1): holiday("国庆"), date(2027, 10, 9): SpecialDay("workday", "国庆节")}, {2027}
    )
    assert holidays.write(registry, correction)
    assert holidays.read(registry) == correction


def test_days_of_years_that_are_not_covered_stay(registry):
    holidays.write(registry, HolidayTable({date(2028, 1, 1): holiday("元旦")}, ()))
    holidays.write(registry, HolidayTable({date(2027, 10, 1): holiday()}, {2027}))
    assert set(holidays.read(registry).days) == {date(2028, 1, 1), date(2027, 10, 1)}
    assert holidays.read(registry).years == {2027}
