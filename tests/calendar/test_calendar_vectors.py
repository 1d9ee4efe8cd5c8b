"""The shared time arithmetic of the clinical reference: vectors T1-T9, holidays, DST, RT-SD."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from pathways.calendar.resolve import resolve
from pathways.calendar.table import (
    CalendarTable,
    age,
    appointment_day,
    contact_time,
    covers,
    day_number,
    deadline,
    end_of_day,
    instant,
    is_business_day,
    later,
    local_day,
    local_seconds,
    next_business_day,
    previous_business_day,
    stamp,
    weekday,
)
from pathways.spans import Span

EASTERN = "America/New_York"


@cache
def calendar(zone: str = EASTERN) -> CalendarTable:
    return resolve(zone, date(2024, 1, 1), date(2032, 12, 31))


def at(text: str, zone: str = EASTERN) -> int:
    """``at("2026-11-24 14:30")``: that local time as an instant, by zoneinfo."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


def local(t: int, zone: str = EASTERN) -> str:
    return datetime.fromtimestamp(t, ZoneInfo(zone)).strftime("%a %Y-%m-%d %H:%M:%S %Z")


def day(text: str) -> int:
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


def iso(number: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=number)).isoformat()


# --- T1, T2, T4, T5 --------------------------------------------------------------------------

VECTORS = [
    # discharge, 2 business days, +7 visit, +14 visit, last TCM day, HEDIS MRP
    ("2026-11-24", "2026-11-27", "2026-12-01", "2026-12-08", "2026-12-23", "2026-12-24"),
    ("2026-12-23", "2026-12-28", "2026-12-30", "2027-01-06", "2027-01-21", "2027-01-22"),
    ("2026-12-31", "2027-01-05", "2027-01-07", "2027-01-14", "2027-01-29", "2027-01-30"),
    ("2027-01-15", "2027-01-20", "2027-01-22", "2027-01-29", "2027-02-13", "2027-02-14"),
    ("2027-03-12", "2027-03-16", "2027-03-19", "2027-03-26", "2027-04-10", "2027-04-11"),
    ("2027-04-01", "2027-04-05", "2027-04-08", "2027-04-15", "2027-04-30", "2027-05-01"),
    ("2026-07-01", "2026-07-06", "2026-07-08", "2026-07-15", "2026-07-30", "2026-07-31"),
]


@pytest.mark.parametrize("time_of_day", ["00:00", "10:15", "23:59"])
@pytest.mark.parametrize("vector", VECTORS, ids=[v[0] for v in VECTORS])
def test_discharge_deadlines_end_at_the_last_second_of_the_listed_local_day(vector, time_of_day):
    """Given a discharge at any time of its day, when spans are counted, then each deadline is
    23:59:59 of the day in the reference table; the last TCM day is day 30 counting from 1."""
    discharged = at(f"{vector[0]} {time_of_day}")
    spans = [Span(2, "business-day"), *(Span(n, "day") for n in (7, 14, 29, 30))]
    answers = [deadline(calendar(), discharged, span) for span in spans]
    assert answers == [at(f"{expected} 23:59:59") for expected in vector[1:]]


def test_weeks_count_as_seven_calendar_days():
    start = at("2026-11-24 10:00")
    assert deadline(calendar(), start, Span(2, "week")) == at("2026-12-08 23:59:59")


def test_calendar_deadlines_do_not_roll_over_closed_days():
    """HEDIS MRP of 2027-01-15 ends on a Sunday, and stays there (T2)."""
    end = deadline(calendar(), at("2027-01-15 09:00"), Span(30, "day"))
    assert local(end) == "Sun 2027-02-14 23:59:59 EST"


@pytest.mark.parametrize(
    ("aimed", "pulled"),
    [
        ("2026-11-26", "2026-11-25"),  # Thanksgiving
        ("2026-11-27", "2026-11-27"),  # the day after is open
        ("2026-12-27", "2026-12-24"),  # Sunday after Christmas on Friday
        ("2027-07-05", "2027-07-02"),  # observed Monday after the weekend
        ("2028-01-01", "2027-12-30"),  # Saturday, observed on Friday 31 December
    ],
)
def test_appointments_on_closed_days_are_pulled_earlier(aimed, pulled):
    assert iso(appointment_day(calendar(), day(aimed))) == pulled
    assert previous_business_day(calendar(), day(aimed)) == day(pulled)


# --- T3 --------------------------------------------------------------------------------------


def test_72_hours_over_the_spring_change_end_one_hour_later_on_the_wall():
    end = deadline(calendar(), at("2027-03-12 16:20"), Span(72, "hour"))
    assert local(end) == "Mon 2027-03-15 17:20:00 EDT"


def test_72_hours_over_the_autumn_change_end_one_hour_earlier_on_the_wall():
    end = deadline(calendar(), at("2026-10-30 11:00"), Span(72, "hour"))
    assert local(end) == "Mon 2026-11-02 10:00:00 EST"


def test_minutes_are_elapsed_time():
    start = at("2026-11-01 01:30")
    assert deadline(calendar(), start, Span(45, "minute")) == start + 2700
    assert later(calendar(), start, Span(90, "minute")) == start + 5400


# --- holidays --------------------------------------------------------------------------------

FEDERAL = {
    2026: "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25",
    2027: "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31",
}


@pytest.mark.parametrize("year", FEDERAL)
def test_federal_holidays_are_exactly_the_listed_ones(year):
    listed = [f"{year}-{holiday}" for holiday in FEDERAL[year].split()]
    loaded = [iso(d) for d in calendar().holidays if iso(d).startswith(str(year))]
    assert loaded == listed


@pytest.mark.parametrize("open_day", ["2026-04-03", "2027-03-26", "2026-11-27", "2027-11-26"])
def test_good_friday_and_the_day_after_thanksgiving_are_business_days(open_day):
    assert is_business_day(calendar(), day(open_day))


def test_the_new_year_2028_is_observed_on_the_last_day_of_a_calendar_that_ends_in_2027():
    table = resolve(EASTERN, date(2027, 1, 1), date(2027, 12, 31))
    assert not is_business_day(table, day("2027-12-31"))


# --- DST and zones ---------------------------------------------------------------------------


@pytest.mark.parametrize("year_day", ["2026-03-08", "2027-03-14"])
def test_a_time_in_the_spring_gap_is_the_next_valid_instant(year_day):
    """02:30 does not exist; the clock goes from 02:00 EST to 03:00 EDT (T8)."""
    t = instant(calendar(), day(year_day), 2 * 3600 + 1800)
    assert t == at(f"{year_day} 03:00")
    assert t - 1 == at(f"{year_day} 01:59:59")


@pytest.mark.parametrize("year_day", ["2026-11-01", "2027-11-07"])
def test_a_time_in_the_autumn_fold_is_the_first_of_the_two(year_day):
    t = instant(calendar(), day(year_day), 3600 + 1800)
    assert local(t).endswith("01:30:00 EDT")
    assert local_seconds(calendar(), t + 3600) == 3600 + 1800


@pytest.mark.parametrize("zone", ["America/Phoenix", "Pacific/Honolulu"])
def test_arizona_and_hawaii_keep_their_clock_all_year(zone):
    assert len(calendar(zone).offsets) == 1


def test_a_daily_recurrence_keeps_its_local_time_over_both_changes():
    for start, end in [("2026-03-07", "2026-03-08"), ("2026-10-31", "2026-11-01")]:
        assert later(calendar(), at(f"{start} 09:00"), Span(1, "day")) == at(f"{end} 09:00")


def test_a_daily_recurrence_at_half_past_two_runs_at_three_on_the_spring_day():
    assert later(calendar(), at("2026-03-07 02:30"), Span(1, "day")) == at("2026-03-08 03:00")


def test_one_instant_is_two_days_and_two_deadlines_in_two_zones():
    """01:30 in New York on the 25th is still the 24th in Honolulu."""
    t = at("2026-11-25 01:30")
    assert iso(local_day(calendar(), t)) == "2026-11-25"
    assert iso(local_day(calendar("Pacific/Honolulu"), t)) == "2026-11-24"
    ends = [
        deadline(calendar(z), t, Span(2, "business-day")) for z in (EASTERN, "Pacific/Honolulu")
    ]
    assert ends == [at("2026-11-30 23:59:59"), at("2026-11-27 23:59:59", "Pacific/Honolulu")]


def test_a_day_ends_at_the_second_midnight_where_clocks_are_put_back_at_midnight():
    """Santiago: Saturday 2026-04-04 lasts 25 hours and has 23:59:59 twice; the day's last
    second is the second one."""
    table = calendar("America/Santiago")
    end = end_of_day(table, day("2026-04-04"))
    assert local(end, "America/Santiago") == "Sat 2026-04-04 23:59:59 -04"
    assert end - end_of_day(table, day("2026-04-03")) == 25 * 3600


# --- leap days, months, years ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2028-02-29", Span(1, "year"), "2029-02-28"),
        ("2028-02-29", Span(4, "year"), "2032-02-29"),
        ("2027-02-28", Span(1, "year"), "2028-02-28"),
        ("2027-11-30", Span(3, "month"), "2028-02-29"),
        ("2026-11-30", Span(3, "month"), "2027-02-28"),
        ("2026-01-31", Span(1, "month"), "2026-02-28"),
        ("2026-08-31", Span(1, "month"), "2026-09-30"),
        ("2026-12-15", Span(1, "month"), "2027-01-15"),
        ("2028-02-28", Span(1, "day"), "2028-02-29"),
    ],
    ids=str,
)
def test_months_and_years_end_on_the_last_day_that_exists(start, span, end):
    assert deadline(calendar(), at(f"{start} 12:00"), span) == at(f"{end} 23:59:59")
    assert later(calendar(), at(f"{start} 12:00"), span) == at(f"{end} 12:00")


@pytest.mark.parametrize(
    ("born", "today", "years"),
    [
        ("1950-11-24", "2026-11-23", 75),
        ("1950-11-24", "2026-11-24", 76),
        ("1948-02-29", "2027-02-28", 78),
        ("1948-02-29", "2027-03-01", 79),
        ("1948-02-29", "2028-02-29", 80),
    ],
)
def test_age_is_completed_years_and_leap_day_birthdays_fall_on_1_march(born, today, years):
    assert age(calendar(), born, at(f"{today} 00:00")) == years


def test_a_birthday_begins_at_local_midnight():
    t = at("2026-11-24 00:00")
    assert age(calendar(), "1950-11-24", t - 1) == 75
    assert age(calendar("Pacific/Honolulu"), "1950-11-24", t) == 75


# --- business days as delays -----------------------------------------------------------------


def test_a_delay_in_business_days_keeps_the_time_of_day():
    assert later(calendar(), at("2026-11-25 16:45"), Span(1, "business-day")) == at(
        "2026-11-27 16:45"
    )


def test_business_days_are_counted_from_the_next_day_even_on_a_closed_one():
    assert iso(next_business_day(calendar(), day("2026-11-28"), 1)) == "2026-11-30"
    assert iso(next_business_day(calendar(), day("2026-11-25"), 3)) == "2026-12-01"
    assert next_business_day(calendar(), day("2026-11-26"), 0) == day("2026-11-26")


# --- RT-SD and quiet hours -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-11-24 08:00", "2026-11-24 12:00"),  # in office hours: 4 hours
        ("2026-11-24 16:59", "2026-11-24 20:59"),  # also shortly before closing
        ("2026-11-24 17:00", "2026-11-24 20:00"),  # closed: on-call by 20:00
        ("2026-11-24 07:59", "2026-11-24 20:00"),
        ("2026-11-24 19:59", "2026-11-24 20:00"),
        ("2026-11-24 20:00", "2026-11-25 20:00"),  # too late for today
        ("2026-11-24 23:30", "2026-11-25 20:00"),
        ("2026-11-26 10:00", "2026-11-26 20:00"),  # Thanksgiving: nobody in the office
        ("2027-02-06 08:00", "2027-02-06 20:00"),  # Saturday
    ],
)
def test_same_day_is_four_hours_when_staff_is_in_and_else_by_eight_in_the_evening(start, end):
    assert deadline(calendar(), at(start), Span(1, "same-day")) == at(end)
    assert later(calendar(), at(start), Span(1, "same-day")) == at(end)


@pytest.mark.parametrize(
    ("wanted", "allowed"),
    [
        ("2026-11-24 07:59:59", "2026-11-24 08:00"),
        ("2026-11-24 08:00", "2026-11-24 08:00"),
        ("2026-11-24 19:59:59", "2026-11-24 19:59:59"),
        ("2026-11-24 20:00", "2026-11-25 08:00"),
        ("2026-10-31 23:00", "2026-11-01 08:00"),  # the night the clock is put back
        ("2026-11-26 12:00", "2026-11-26 12:00"),  # a holiday is no quiet time
    ],
)
def test_patients_are_contacted_between_eight_and_eight_local_time(wanted, allowed):
    assert contact_time(calendar(), at(wanted)) == at(allowed)


# --- display and range -----------------------------------------------------------------------


def test_a_stamp_names_local_time_and_its_offset():
    assert stamp(calendar(), at("2026-11-24 14:30")) == "2026-11-24 14:30 UTC-05:00"
    katmandu = calendar("Asia/Kathmandu")
    assert stamp(katmandu, at("2026-11-24 04:05", "Asia/Kathmandu")) == "2026-11-24 04:05 UTC+05:45"


def test_weekdays_count_from_monday():
    assert [weekday(day(f"2026-11-{n}")) for n in (23, 27, 29)] == [0, 4, 6]


def test_outside_its_range_the_table_keeps_the_last_offset_and_knows_only_weekends():
    """Given a calendar for November 2026, when asked about July 2027, then it answers with
    winter time and an open 5 July, and says that it does not vouch for it."""
    table = resolve(EASTERN, date(2026, 11, 2), date(2026, 11, 30))
    t = int(datetime(2027, 7, 5, 17, tzinfo=UTC).timestamp())
    assert not covers(table, t)
    assert local_seconds(table, t) == 12 * 3600
    assert is_business_day(table, local_day(table, t))
    assert covers(table, at("2026-11-02 00:00"))
    assert covers(table, at("2026-11-30 23:59:59"))
    assert not covers(table, at("2026-12-01 00:00"))
    assert not covers(table, at("2026-11-01 23:59:59"))


def test_an_absurd_instant_is_answered_rather_than_refused():
    for t in (-(10**12), 10**12):
        assert deadline(calendar(), t, Span(1, "month")) > t
        assert stamp(calendar(), t)


def test_day_numbers_count_from_the_epoch():
    assert day_number(1970, 1, 1) == 0
    assert day_number(2026, 11, 24) == day("2026-11-24")
