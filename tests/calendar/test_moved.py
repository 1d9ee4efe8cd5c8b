"""A calendar is data: moved to another time, its days are the same days."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from pathways.calendar.resolve import resolve
from pathways.calendar.table import instant, local_day, local_seconds
from tests.workflows.played import moved

NEW_YORK = resolve("America/New_York", date(2026, 1, 1), date(2028, 12, 31))
DAY = 86_400


@given(
    day=st.integers(NEW_YORK.first_day, NEW_YORK.last_day),
    seconds=st.integers(0, DAY - 1),
    by=st.integers(-500, 500).map(lambda days: days * DAY + 900),
)
def test_a_local_time_of_a_moved_calendar_is_so_much_later(day: int, seconds: int, by: int) -> None:
    """Also over the changes of the clock, and by more than a year in either direction."""
    later = moved(NEW_YORK, by)
    found = instant(later, day, seconds)
    assert found == instant(NEW_YORK, day, seconds) + by
    usual = instant(NEW_YORK, day, seconds)
    assert local_day(later, found) == local_day(NEW_YORK, usual)
    assert local_seconds(later, found) == local_seconds(NEW_YORK, usual)
