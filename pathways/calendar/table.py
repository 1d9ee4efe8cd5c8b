"""The pinned calendar of one patient, and all arithmetic on local time (clinical rules T1-T9).

A ``CalendarTable`` is data: offsets from UTC and holidays for the years ahead, resolved
outside the kernel. A tz or holiday package update can therefore never change a replay.

Instants are whole seconds since the epoch, UTC. Days are days since 1970-01-01, local.
Beyond the table's range the last known offset applies and every weekday is a business day:
nothing here raises, and ``covers`` says whether an answer is still vouched for.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from msgspec import Struct

from pathways.spans import Span

DAY = 86_400
HOUR = 3_600
MINUTE = 60
SAME_DAY_HOURS = 4
"""RT-SD in office hours: nurse contact within this many hours (clinical.md 0.4)."""
SAME_DAY_UNTIL = 20 * HOUR
"""RT-SD outside office hours: contact by this second of the local day (clinical.md 0.4)."""

_END_OF_TIME = 1 << 62
_EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday
_SATURDAY = 5


class CalendarTable(Struct, frozen=True, omit_defaults=True):
    """One patient's calendar as plain data.

    ``offsets`` are ``(instant from which it holds, seconds east of UTC)``, ascending; the
    first also covers everything before it. ``holidays`` are sorted days. ``first_day`` and
    ``last_day`` are the local days, inclusive, that the table is good for. Contact and
    office hours are seconds of the local day, start included, end excluded.
    """

    zone: str
    """IANA name, for display only."""
    version: str
    """What the table was made from, for example ``tzdata 2026.6, holidays 0.109``."""
    offsets: tuple[tuple[int, int], ...]
    holidays: tuple[int, ...]
    first_day: int
    last_day: int
    contact_from: int = 8 * HOUR
    contact_until: int = 20 * HOUR
    office_from: int = 8 * HOUR
    office_until: int = 17 * HOUR


def covers(table: CalendarTable, t: int) -> bool:
    """Whether the table is good for the local day of ``t``."""
    return table.first_day <= local_day(table, t) <= table.last_day


# --- local time <-> instants ---------------------------------------------------------------


def offset(table: CalendarTable, t: int) -> int:
    """Seconds east of UTC in force at ``t``."""
    offsets = table.offsets
    if not offsets:
        return 0
    index = bisect_right(offsets, (t, _END_OF_TIME)) - 1
    return offsets[index if index > 0 else 0][1]


def local_day(table: CalendarTable, t: int) -> int:
    """The local date at ``t``."""
    return (t + offset(table, t)) // DAY


def local_seconds(table: CalendarTable, t: int) -> int:
    """The local time of day at ``t``, in seconds after midnight on the clock."""
    return (t + offset(table, t)) % DAY


def instant(table: CalendarTable, day: int, seconds: int) -> int:
    """When the local clock shows ``seconds`` of ``day`` (T8).

    A time that does not exist (spring gap) is the next valid instant; a time that occurs
    twice (autumn fold) is the first.
    """
    clock = day * DAY + seconds
    offsets = table.offsets
    if not offsets:
        return clock
    # No zone's offset reaches a day, so the answer lies in this segment or soon after it; a
    # calendar that was moved to another time may have to look back.
    index = max(bisect_right(offsets, (clock - DAY, _END_OF_TIME)) - 1, 0)
    while index and clock - offsets[index][1] < offsets[index][0]:
        index -= 1
    last = len(offsets) - 1
    while index < last and clock - offsets[index][1] >= offsets[index + 1][0]:
        index += 1
    found = clock - offsets[index][1]
    # Earlier than its own segment: the clock jumped over this time, at the segment's start.
    return found if index == 0 else max(found, offsets[index][0])


def end_of_day(table: CalendarTable, day: int) -> int:
    """The last second of the local ``day``: 23:59:59 (T2).

    Where the clock is put back at midnight it is the second 23:59:59, and where it jumps
    over it the last second before, so that a day's deadline never ends early nor on another
    day.
    """
    return instant(table, day + 1, 0) - 1


# --- days ----------------------------------------------------------------------------------


def weekday(day: int) -> int:
    """0 is Monday, 6 is Sunday."""
    return (day + _EPOCH_WEEKDAY) % 7


def is_business_day(table: CalendarTable, day: int) -> bool:
    """Monday to Friday and no holiday (T1)."""
    if weekday(day) >= _SATURDAY:
        return False
    index = bisect_left(table.holidays, day)
    return index == len(table.holidays) or table.holidays[index] != day


def next_business_day(table: CalendarTable, day: int, n: int = 1) -> int:
    """The ``n``-th business day after ``day``, which is day 0 whether open or not (T1)."""
    while n > 0:
        day += 1
        if is_business_day(table, day):
            n -= 1
    return day


def previous_business_day(table: CalendarTable, day: int) -> int:
    """``day`` itself when it is a business day, else the last one before it."""
    while not is_business_day(table, day):
        day -= 1
    return day


def appointment_day(table: CalendarTable, day: int) -> int:
    """The day to aim an appointment at: a closed day is pulled earlier, never later (T2)."""
    return previous_business_day(table, day)


def add_months(day: int, months: int) -> int:
    """The same day of the month ``months`` later, or that month's last day."""
    year, month, of_month = civil(day)
    count = year * 12 + month - 1 + months
    year, month = count // 12, count % 12 + 1
    return day_number(year, month, min(of_month, _month_length(year, month)))


def _month_length(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def day_number(year: int, month: int, of_month: int) -> int:
    """Days since 1970-01-01 of a Gregorian date (Hinnant, "chrono-compatible algorithms")."""
    year -= month <= 2
    era, of_era = divmod(year, 400)
    of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + of_month - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def civil(day: int) -> tuple[int, int, int]:
    """Year, month and day of the month of a day number; the inverse of ``day_number``."""
    era, of_era = divmod(day + 719_468, 146_097)
    year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return (
        year + era * 400 + (month <= 2),
        month,
        of_year - (153 * shifted + 2) // 5 + 1,
    )


# --- spans ---------------------------------------------------------------------------------


def deadline(table: CalendarTable, start: int, span: Span) -> int:
    """The last instant at which something allowed ``span`` from ``start`` is in time.

    - minutes, hours: elapsed time (T3); a DST change moves the time on the wall.
    - days, weeks, months, years: the local date of ``start`` plus so many, until 23:59:59
      (T2); it does not roll over closed days; months end on the last day that exists.
    - business days: the n-th business day after the local date of ``start``, until 23:59:59
      (T1).
    - same day (RT-SD): see ``same_day``.
    """
    if span.unit == "minute" or span.unit == "hour":
        return start + _elapsed(span)
    if span.unit == "same-day":
        return same_day(table, start)
    return end_of_day(table, _day_after(table, local_day(table, start), span))


def same_day(table: CalendarTable, start: int) -> int:
    """The deadline of the RT-SD class (clinical.md 0.4).

    Within the office hours of a business day: 4 hours after ``start``, even when that is
    after closing. At any other time, on-call staff answer: by 20:00 local today when
    ``start`` is before 20:00, otherwise by 20:00 local tomorrow.
    """
    day, seconds = local_day(table, start), local_seconds(table, start)
    if table.office_from <= seconds < table.office_until and is_business_day(table, day):
        return start + SAME_DAY_HOURS * HOUR
    return instant(table, day if seconds < SAME_DAY_UNTIL else day + 1, SAME_DAY_UNTIL)


def later(table: CalendarTable, start: int, span: Span) -> int:
    """``start`` delayed by ``span``: delays and recurrences.

    Minutes and hours are elapsed time (T3). Days, weeks, months, years and business days
    keep the local time of day, with T8 where that time is missing or doubled. ``same-day``
    is its deadline.
    """
    if span.unit == "minute" or span.unit == "hour":
        return start + _elapsed(span)
    if span.unit == "same-day":
        return same_day(table, start)
    clock = start + offset(table, start)
    return instant(table, _day_after(table, clock // DAY, span), clock % DAY)


def _elapsed(span: Span) -> int:
    return span.n * (MINUTE if span.unit == "minute" else HOUR)


def _day_after(table: CalendarTable, day: int, span: Span) -> int:
    if span.unit == "day":
        return day + span.n
    if span.unit == "week":
        return day + 7 * span.n
    if span.unit == "business-day":
        return next_business_day(table, day, span.n)
    return add_months(day, span.n * 12 if span.unit == "year" else span.n)


def contact_time(table: CalendarTable, t: int) -> int:
    """``t`` when it lies within contact hours, else the next instant that does (T9)."""
    clock = t + offset(table, t)
    day, seconds = clock // DAY, clock % DAY
    if table.contact_from <= seconds < table.contact_until:
        return t
    return instant(table, day if seconds < table.contact_from else day + 1, table.contact_from)


# --- for people ----------------------------------------------------------------------------


def stamp(table: CalendarTable, t: int) -> str:
    """Local date and time with its offset, for display: ``2026-11-24 14:30 UTC-05:00``."""
    east = offset(table, t)
    year, month, of_month = civil((t + east) // DAY)
    minutes = (t + east) % DAY // MINUTE
    sign, shift = ("-", -east) if east < 0 else ("+", east)
    return (
        f"{year:04}-{month:02}-{of_month:02} {minutes // 60:02}:{minutes % 60:02} "
        f"UTC{sign}{shift // HOUR:02}:{shift % HOUR // MINUTE:02}"
    )


def age(table: CalendarTable, born: str, t: int) -> int:
    """Completed years at ``t``, by the patient's local date. ``born`` is ``YYYY-MM-DD``.

    Someone born on 29 February turns a year older on 1 March of a common year. Raises
    ``ValueError`` when ``born`` is not such a date.
    """
    year, month, of_month = (int(part) for part in born.split("-"))
    this_year, this_month, today = civil(local_day(table, t))
    return this_year - year - ((this_month, today) < (month, of_month))
