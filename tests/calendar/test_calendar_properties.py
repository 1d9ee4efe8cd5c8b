"""The calendar against an independent oracle (datetime, calendar, zoneinfo) over 2026-2032."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pathways.calendar.resolve import resolve
from pathways.calendar.table import (
    CalendarTable,
    civil,
    contact_time,
    day_number,
    deadline,
    end_of_day,
    instant,
    is_business_day,
    later,
    local_day,
    local_seconds,
    next_business_day,
    offset,
    same_day,
    weekday,
)
from pathways.spans import Span

ZONES = [
    "America/New_York",
    "America/Los_Angeles",
    "America/Phoenix",
    "Pacific/Honolulu",
    "America/St_Johns",
    "America/Santiago",  # changes at midnight
    "America/Nuuk",  # the last hour of a Saturday is missing
    "Africa/Cairo",  # the first hour of a Friday is missing
    "Africa/Casablanca",  # changes around Ramadan
    "Australia/Lord_Howe",  # changes by 30 minutes
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Europe/Dublin",
]
FIRST, LAST = date(2026, 1, 1), date(2032, 12, 31)
EPOCH = date(1970, 1, 1)

zones = st.sampled_from(ZONES)
instants = st.integers(
    int(datetime(2026, 1, 3, tzinfo=UTC).timestamp()),
    int(datetime(2032, 12, 1, tzinfo=UTC).timestamp()),
)
days = st.integers((date(2026, 1, 3) - EPOCH).days, (date(2032, 12, 20) - EPOCH).days)
day_units = st.sampled_from(["day", "week", "month", "year", "business-day"])
units = st.one_of(day_units, st.sampled_from(["minute", "hour"]))
examples = settings(max_examples=200, deadline=None)


@cache
def table(zone: str) -> CalendarTable:
    return resolve(zone, FIRST, LAST)


@cache
def tz(zone: str) -> ZoneInfo:
    with files("tzdata").joinpath("zoneinfo", zone).open("rb") as source:
        return ZoneInfo.from_file(source, zone)


@cache
def holidays() -> frozenset[date]:
    return frozenset(EPOCH + timedelta(days=d) for d in table("America/New_York").holidays)


def clock(zone: str, t: int) -> datetime:
    return datetime.fromtimestamp(t, tz(zone))


def oracle_instant(zone: str, naive: datetime) -> int:
    """T8 by zoneinfo: the first of two; in a gap, the second at which the offset changed."""
    first = naive.replace(tzinfo=tz(zone), fold=0)
    t = int(first.timestamp())
    if clock(zone, t).replace(tzinfo=None, fold=0) == naive:
        return t
    after = clock(zone, t).utcoffset()
    while clock(zone, t - 1).utcoffset() == after:
        t -= 1
    return t


def oracle_day(start: date, span: Span) -> date:
    if span.unit == "business-day":
        left, found = span.n, start
        while left:
            found += timedelta(days=1)
            left -= found.weekday() < 5 and found not in holidays()
        return found
    if span.unit in ("day", "week"):
        return start + timedelta(days=span.n * (7 if span.unit == "week" else 1))
    found = start.replace(day=1)
    for _ in range(span.n * (12 if span.unit == "year" else 1)):
        found += timedelta(days=monthrange(found.year, found.month)[1])
    return found.replace(day=min(start.day, monthrange(found.year, found.month)[1]))


@examples
@given(zone=zones, t=instants)
def test_the_local_clock_is_that_of_zoneinfo(zone, t):
    shown = clock(zone, t)
    assert local_day(table(zone), t) == (shown.date() - EPOCH).days
    assert local_seconds(table(zone), t) == shown.hour * 3600 + shown.minute * 60 + shown.second


@examples
@given(zone=zones, day=days, minute=st.integers(0, 1439))
def test_a_local_time_is_the_instant_that_zoneinfo_gives(zone, day, minute):
    naive = datetime.combine(EPOCH + timedelta(days=day), datetime.min.time())
    wanted = oracle_instant(zone, naive + timedelta(minutes=minute))
    assert instant(table(zone), day, minute * 60) == wanted


def test_every_minute_around_every_change_of_the_clock_agrees_with_zoneinfo():
    """Gaps and folds are rare: so look at all of them, not at a sample."""
    for zone in ZONES:
        for (_, before), (t, after) in pairwise(table(zone).offsets):
            low, high = sorted((before, after))
            for shown in range(t + low - 1800, t + high + 1800, 300):
                naive = datetime.fromtimestamp(shown, UTC).replace(tzinfo=None)
                assert instant(table(zone), shown // 86400, shown % 86400) == oracle_instant(
                    zone, naive
                ), (zone, naive)


@examples
@given(zone=zones, t=instants)
def test_the_instant_of_a_shown_time_is_that_instant_or_the_first_of_two(zone, t):
    calendar = table(zone)
    back = instant(calendar, local_day(calendar, t), local_seconds(calendar, t))
    assert back <= t
    assert t - back == offset(calendar, back) - offset(calendar, t)


@examples
@given(zone=zones, day=days)
def test_the_end_of_a_day_is_its_last_second(zone, day):
    end = end_of_day(table(zone), day)
    assert clock(zone, end).date() == EPOCH + timedelta(days=day)
    assert clock(zone, end + 1).date() == EPOCH + timedelta(days=day + 1)


@examples
@given(zone=zones, t=instants, n=st.integers(1, 60), unit=day_units)
def test_a_day_deadline_ends_the_local_day_that_datetime_counts_to(zone, t, n, unit):
    span = Span(n if unit != "year" else 1 + n % 4, unit)
    wanted = oracle_day(clock(zone, t).date(), span)
    assume(wanted <= LAST)
    end = deadline(table(zone), t, span)
    assert clock(zone, end).date() == wanted
    assert clock(zone, end + 1).date() == wanted + timedelta(days=1)


@examples
@given(zone=zones, t=instants, n=st.integers(1, 60), unit=units)
def test_no_deadline_and_no_delay_comes_before_its_start(zone, t, n, unit):
    assert deadline(table(zone), t, Span(n, unit)) > t
    assert later(table(zone), t, Span(n, unit)) > t


@examples
@given(zone=zones, t=instants)
def test_the_same_day_deadline_comes_after_its_start_and_within_a_day(zone, t):
    assert t < same_day(table(zone), t) <= t + 25 * 3600


@examples
@given(zone=zones, pair=st.tuples(instants, instants), n=st.integers(1, 60), unit=units)
def test_whoever_starts_later_is_never_due_earlier(zone, pair, n, unit):
    first, second = sorted(pair)
    span = Span(n, unit)
    assert deadline(table(zone), first, span) <= deadline(table(zone), second, span)


@examples
@given(zone=zones, t=instants, gap=st.integers(1, 7200), n=st.integers(1, 60), unit=units)
def test_a_start_a_little_later_is_never_due_earlier(zone, t, gap, n, unit):
    span = Span(n, unit)
    assert deadline(table(zone), t, span) <= deadline(table(zone), t + gap, span)


@examples
@given(zone=zones, t=instants, n=st.integers(1, 60), unit=units)
def test_a_longer_span_is_due_later(zone, t, n, unit):
    shorter, longer = (deadline(table(zone), t, Span(k, unit)) for k in (n, n + 1))
    assert shorter < longer


@examples
@given(zone=zones, t=instants, n=st.integers(1, 60))
def test_a_business_day_deadline_is_a_business_day_with_n_of_them_since_the_start(zone, t, n):
    calendar = table(zone)
    start, end = (
        local_day(calendar, t),
        local_day(calendar, deadline(calendar, t, Span(n, "business-day"))),
    )
    assert is_business_day(calendar, end)
    assert sum(is_business_day(calendar, day) for day in range(start + 1, end + 1)) == n


@examples
@given(zone=zones, t=instants, n=st.integers(1, 40), unit=day_units)
def test_a_delay_in_days_shows_the_same_time_unless_the_clock_skips_it(zone, t, n, unit):
    calendar = table(zone)
    start, span = clock(zone, t), Span(n if unit != "year" else 1 + n % 4, unit)
    wanted_day = oracle_day(start.date(), span)
    assume(wanted_day <= LAST)
    wanted = datetime.combine(wanted_day, start.time()).replace(fold=0)
    assert later(calendar, t, span) == oracle_instant(zone, wanted)


@examples
@given(zone=zones, t=instants)
def test_contact_happens_in_contact_hours_and_no_later_than_needed(zone, t):
    when = contact_time(table(zone), t)
    assert 8 <= clock(zone, when).hour < 20
    assert t <= when <= t + 13 * 3600
    assert contact_time(table(zone), when) == when


@examples
@given(day=st.integers(-719_162, 2_932_896))
def test_dates_are_those_of_the_gregorian_calendar(day):
    known = date.fromordinal(EPOCH.toordinal() + day)
    assert civil(day) == (known.year, known.month, known.day)
    assert day_number(*civil(day)) == day
    assert weekday(day) == known.weekday()


@examples
@given(day=days, n=st.integers(1, 20), m=st.integers(1, 20))
def test_counting_business_days_in_two_parts_gives_the_same_day(day, n, m):
    calendar = table("America/New_York")
    assert next_business_day(calendar, next_business_day(calendar, day, n), m) == (
        next_business_day(calendar, day, n + m)
    )
