"""Targets: the day for which a reevaluation is planned (clinical rule T2).

A deadline is a promise or a regulation and ends where it ends, open day or not; a delay (``in``,
``wait``) says "not before" and is never cut short. A target is what somebody plans to do on a day:
on a closed one nobody would, so it is pulled to the last open day before, never put off.
"""

from __future__ import annotations

from pathways.calendar.table import (
    CalendarTable,
    appointment_day,
    instant,
    later,
    local_day,
    local_seconds,
)
from pathways.spans import Span

PLANNED_FROM = 7
"""Days. A shorter rhythm (every day, every other day) is meant as it stands, weekend or not."""
_DAYS = {"day": 1, "week": 7, "month": 28, "year": 365}


def is_target(every: Span) -> bool:
    """Whether what is repeated ``every`` so often is planned for open days: a week or more apart,
    counted in days, weeks, months or years. Hours elapse (T3); business days are open anyway."""
    return every.n * _DAYS.get(every.unit, 0) >= PLANNED_FROM


def on_open_day(table: CalendarTable, moment: int, every: Span, now: int) -> int:
    """``moment`` (seconds since the epoch), or the same time of the last open day before it.

    It stays where it is when it is no target, or when the open day is not after ``now``.
    """
    day = local_day(table, moment)
    open_day = appointment_day(table, day)
    if open_day == day or not is_target(every):
        return moment
    early = instant(table, open_day, local_seconds(table, moment))
    return early if early > now else moment


def comes_round(table: CalendarTable, since: int, every: Span, now: int) -> int:
    """When what began at ``since`` is planned next: ``every`` later at the same time of day, or
    as many times ``every`` as it takes to be after ``now``; pulled to an open day.

    What fell due meanwhile is not made up for. ``since`` is not after ``now``.
    """
    number = 0
    while True:
        number += 1
        plain = later(table, since, Span(every.n * number, every.unit))
        moment = on_open_day(table, plain, every, since)
        if moment > now:
            return moment
