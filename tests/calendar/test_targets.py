"""Targets: what is planned for a closed day is pulled to the last open day before it (T2)."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.calendar.resolve import resolve
from pathways.calendar.table import (
    CalendarTable,
    is_business_day,
    later,
    local_day,
    local_seconds,
)
from pathways.calendar.targets import comes_round, is_target, on_open_day
from pathways.spans import Span

PACIFIC = "America/Los_Angeles"


@cache
def calendar(zone: str) -> CalendarTable:
    return resolve(zone, date(2026, 1, 1), date(2032, 12, 31))


def at(text: str, zone: str = PACIFIC) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


@pytest.mark.parametrize(
    ("began", "every", "planned"),
    [
        ("2027-07-13 11:00", Span(180, "day"), "2028-01-07 11:00"),  # story S4: a Sunday
        ("2027-01-14 11:00", Span(90, "day"), "2027-04-14 11:00"),  # story S2: a Wednesday
        ("2027-04-14 13:00", Span(90, "day"), "2027-07-13 13:00"),  # story S2: a Tuesday
        ("2026-08-26 09:00", Span(3, "month"), "2026-11-25 09:00"),  # Thanksgiving
        ("2026-12-25 09:00", Span(1, "week"), "2026-12-31 09:00"),  # a holiday on a Friday
        ("2027-06-04 09:00", Span(1, "month"), "2027-07-02 09:00"),  # 5 July observed
        ("2026-12-11 09:00", Span(8, "week"), "2027-02-05 09:00"),
    ],
)
def test_a_target_on_a_closed_day_is_pulled_to_the_last_open_day(
    began: str, every: Span, planned: str
) -> None:
    assert comes_round(calendar(PACIFIC), at(began), every, at(began)) == at(planned)


@pytest.mark.parametrize("every", [Span(1, "day"), Span(6, "day"), Span(84, "hour")])
def test_a_rhythm_of_less_than_a_week_is_kept_to_the_day(every: Span) -> None:
    """From a Friday: the weekend is part of it."""
    began = at("2026-12-11 09:00")
    assert comes_round(calendar(PACIFIC), began, every, began) == later(
        calendar(PACIFIC), began, every
    )


def test_nothing_is_pulled_to_a_time_that_has_passed() -> None:
    """Given a Sunday's target and a hold that ended on that Sunday, it stays where it is."""
    sunday = at("2028-01-09 11:00")
    week = Span(1, "week")
    assert on_open_day(calendar(PACIFIC), sunday, week, at("2028-01-09 10:00")) == sunday
    friday = at("2028-01-07 11:00")
    assert on_open_day(calendar(PACIFIC), sunday, week, friday) == sunday
    assert on_open_day(calendar(PACIFIC), sunday, week, friday - 1) == friday


@given(
    zone=st.sampled_from((PACIFIC, "America/New_York", "America/Phoenix", "Pacific/Honolulu")),
    began=st.integers(1_780_000_000, 1_900_000_000),
    every=st.builds(
        Span,
        st.integers(1, 400),
        st.sampled_from(("hour", "day", "week", "month", "business-day")),
    ).filter(lambda span: span.unit not in ("week", "month") or span.n <= 12),
)
def test_a_target_is_never_later_and_never_more_than_a_long_weekend_earlier(
    zone: str, began: int, every: Span
) -> None:
    table = calendar(zone)
    moment, plain = comes_round(table, began, every, began), later(table, began, every)
    assert began < moment <= plain
    assert local_day(table, plain) - local_day(table, moment) <= 4
    if is_target(every):
        assert is_business_day(table, local_day(table, moment))
    else:
        assert moment == plain
    if local_day(table, moment) != local_day(table, plain):
        assert not is_business_day(table, local_day(table, plain))
        assert local_seconds(table, moment) >= local_seconds(table, plain)
