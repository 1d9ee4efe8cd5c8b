"""Resolving a calendar: pinned, repeatable, and clear about what it does not know."""

import subprocess
import sys
from datetime import date
from importlib.metadata import version

import msgspec
import pytest

from pathways.calendar.resolve import CalendarError, resolve, zone_names
from pathways.calendar.table import CalendarTable, is_business_day, local_day
from pathways.canonical import canonical

SCRIPT = """
from datetime import date
from pathways.calendar.resolve import resolve
from pathways.canonical import canonical
import sys
table = resolve("Australia/Lord_Howe", date(2026, 1, 1), date(2028, 1, 1))
sys.stdout.buffer.write(canonical(table))
"""


def year(zone: str = "America/New_York", **more) -> CalendarTable:
    return resolve(zone, date(2026, 1, 1), date(2026, 12, 31), **more)


def day(text: str) -> int:
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


@pytest.mark.parametrize("machine_zone", ["UTC", "Asia/Tokyo"])
def test_another_process_on_another_clock_resolves_the_same_bytes(machine_zone):
    here = canonical(resolve("Australia/Lord_Howe", date(2026, 1, 1), date(2028, 1, 1)))
    there = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={"TZ": machine_zone, "PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": "7"},
        capture_output=True,
        check=True,
    )
    assert there.stdout == here


def test_a_table_survives_its_journey_as_json():
    table = year(extra_closures=[date(2026, 12, 24)])
    assert msgspec.json.decode(canonical(table), type=CalendarTable) == table


def test_a_year_of_calendar_is_small():
    """It travels with every enrollment: ten years stay under 2 KB."""
    assert len(canonical(resolve("America/New_York", date(2026, 1, 1), date(2035, 12, 31)))) < 2048


def test_the_version_names_the_packages_and_the_country():
    assert year().version == f"tzdata {version('tzdata')}, holidays {version('holidays')} (US)"
    assert year(subdivision="HI").version.endswith("(US-HI)")


def test_extra_closures_close_their_days_only():
    table = year(extra_closures=[date(2026, 12, 24), date(2026, 12, 26), date(2027, 1, 4)])
    assert not is_business_day(table, day("2026-12-24"))
    assert set(table.holidays) - set(year().holidays) == {day("2026-12-24")}


def test_a_subdivision_adds_its_own_holidays():
    """Prince Kuhio Day (26 March) closes Hawaii and nobody else."""
    kuhio = day("2026-03-26")
    assert is_business_day(year("Pacific/Honolulu"), kuhio)
    assert not is_business_day(year("Pacific/Honolulu", subdivision="HI"), kuhio)


def test_the_first_local_day_is_covered_from_its_first_second_in_every_zone():
    """Kiritimati is 14 hours ahead of UTC, Pago Pago 11 behind."""
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        table = year(zone)
        start = table.first_day * 86400 - table.offsets[0][1]
        assert table.offsets[0][0] <= start
        assert local_day(table, start) == table.first_day


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (
            {"zone": "America/NewYork"},
            '"America/NewYork" is not a time zone of the IANA database. '
            'Did you mean "America/New_York"?',
        ),
        (
            {"zone": "../../etc/passwd"},
            '"../../etc/passwd" is not a time zone of the IANA database. '
            'Use a name such as "America/New_York".',
        ),
        (
            {"country": "usa"},
            '"usa" is not a country whose holidays are known. '
            'Use its ISO 3166 code in capitals, for example "US".',
        ),
    ],
)
def test_unknown_names_are_refused_with_a_remedy(arguments, text):
    with pytest.raises(CalendarError) as refused:
        year(**arguments)
    assert str(refused.value) == text


def test_an_unknown_subdivision_is_refused_with_the_known_ones():
    with pytest.raises(CalendarError, match=r'"XX" is not a subdivision of US.*AK, AL'):
        year(subdivision="XX")


def test_a_calendar_that_ends_before_it_starts_is_refused():
    with pytest.raises(CalendarError, match="would end"):
        resolve("UTC", date(2026, 1, 2), date(2026, 1, 1))


def test_every_zone_of_the_database_resolves():
    """Given all names of the database, when each is resolved for a year, then none fails and
    every offset is whole seconds of less than a day."""
    assert len(zone_names()) > 500
    for zone in zone_names():
        table = year(zone)
        assert all(abs(east) < 86400 for _, east in table.offsets)
        assert list(table.offsets) == sorted(table.offsets)
