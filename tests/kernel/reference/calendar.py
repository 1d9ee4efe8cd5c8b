"""Local time the naive way: ``datetime``, ``zoneinfo`` and the statute's list of holidays.

Nothing here knows the kernel's calendar table. Rules: docs/clinical.md T1-T3, T8, T9.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from pathways.spans import Span

CONTACT_FROM, CONTACT_UNTIL = time(8), time(20)
WEEK = 7 * 86_400
NOMINAL = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
    "business-day": timedelta(days=1),
}


def usual_length(span: Span) -> int:
    """Seconds of a span where the calendar does not matter (freshness, quiet time)."""
    return int((NOMINAL[span.unit] * span.n).total_seconds())


def nth_monday(year: int, month: int, n: int) -> date:
    return nth_weekday(year, month, 0, n)


def nth_weekday(year: int, month: int, weekday: int, n: int) -> date:
    day = date(year, month, 1)
    while day.weekday() != weekday:
        day += timedelta(days=1)
    return day + timedelta(weeks=n - 1)


@cache
def federal_holidays(year: int) -> frozenset[date]:
    """US federal holidays as observed (5 U.S.C. 6103); the next 1 January may fall in December."""
    fixed = [
        date(year, 1, 1),
        date(year, 6, 19),
        date(year, 7, 4),
        date(year, 11, 11),
        date(year, 12, 25),
        date(year + 1, 1, 1),
    ]
    memorial = nth_monday(year, 5, 4)
    if (memorial + timedelta(weeks=1)).month == 5:
        memorial += timedelta(weeks=1)
    moving = [
        nth_monday(year, 1, 3),
        nth_monday(year, 2, 3),
        memorial,
        nth_monday(year, 9, 1),
        nth_monday(year, 10, 2),
        nth_weekday(year, 11, 3, 4),
    ]
    shift = {5: timedelta(days=-1), 6: timedelta(days=1)}
    return frozenset([*moving, *(d + shift.get(d.weekday(), timedelta()) for d in fixed)])


def is_open(day: date) -> bool:
    """A business day (T1)."""
    return day.weekday() < 5 and day not in federal_holidays(day.year)


def business_days_after(day: date, n: int) -> date:
    while n:
        day += timedelta(days=1)
        n -= is_open(day)
    return day


def open_day_by(day: date) -> date:
    """The day itself or the last business day before it (T2: pulled earlier, never later)."""
    while not is_open(day):
        day -= timedelta(days=1)
    return day


def months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for of_month in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, of_month)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


class Clock:
    """A patient's wall clock."""

    def __init__(self, zone: str) -> None:
        self.zone = ZoneInfo(zone)

    def wall(self, instant: int) -> datetime:
        return datetime.fromtimestamp(instant, self.zone)

    def day(self, instant: int) -> date:
        return self.wall(instant).date()

    def at(self, day: date, of_day: time) -> int:
        """When the wall clock shows this; skipped: the next instant; twice: the first (T8)."""
        wanted = datetime.combine(day, of_day)
        first = int(wanted.replace(tzinfo=self.zone, fold=0).timestamp())
        if self.wall(first).replace(tzinfo=None) == wanted:
            return first
        probe = int(wanted.replace(tzinfo=self.zone, fold=1).timestamp())
        offset = self.wall(probe).utcoffset()
        while self.wall(probe).utcoffset() == offset:
            probe += 60
        return probe - probe % 60

    def end_of(self, day: date) -> int:
        """23:59:59 of that day."""
        return self.at(day + timedelta(days=1), time()) - 1

    def by(self, start: int, span: Span) -> int:
        """The last instant in time: hours elapse, days end at midnight (T1-T3)."""
        if span.unit in ("minute", "hour"):
            return start + usual_length(span)
        if span.unit == "same-day":
            return self.same_day(start)
        return self.end_of(self._moved(self.day(start), span))

    def same_day(self, start: int) -> int:
        """RT-SD: 4 hours in office hours (08:00-17:00 of a business day), else by 20:00."""
        wall = self.wall(start)
        if is_open(wall.date()) and time(8) <= wall.time() < time(17):
            return start + 4 * 3600
        late = wall.time() >= time(20)
        return self.at(wall.date() + timedelta(days=late), time(20))

    def after(self, start: int, span: Span) -> int:
        """So much later: hours elapse, days keep the time on the wall (T3, T8)."""
        if span.unit in ("minute", "hour"):
            return start + usual_length(span)
        if span.unit == "same-day":
            return self.same_day(start)
        wall = self.wall(start)
        return self.at(self._moved(wall.date(), span), wall.time())

    def planned(self, moment: int, every: Span) -> int:
        """A review is planned for an open day: the last one up to then (T2).

        Choice: a rhythm of less than a week is kept to the day, open or closed.
        """
        if every.unit in ("minute", "hour", "same-day") or usual_length(every) < WEEK:
            return moment
        wall = self.wall(moment)
        return self.at(open_day_by(wall.date()), wall.time())

    def contact(self, instant: int) -> int:
        """The first instant within contact hours, 08:00-20:00 (T9)."""
        wall = self.wall(instant)
        if CONTACT_FROM <= wall.time() < CONTACT_UNTIL:
            return instant
        return self.at(wall.date() + timedelta(days=wall.time() >= CONTACT_UNTIL), CONTACT_FROM)

    def morning(self, day: date) -> int:
        return self.at(day, CONTACT_FROM)

    @staticmethod
    def _moved(day: date, span: Span) -> date:
        match span.unit:
            case "day":
                return day + timedelta(days=span.n)
            case "week":
                return day + timedelta(weeks=span.n)
            case "business-day":
                return business_days_after(day, span.n)
            case "month":
                return months_after(day, span.n)
            case "year":
                return months_after(day, 12 * span.n)
        raise AssertionError(span)


def iso(instant: int) -> str:
    """For messages of failing tests."""
    return datetime.fromtimestamp(instant, UTC).isoformat()
