"""From when until when a clock's evidence counts, and who is no longer asked for it.

Sources: clinical.md 0.3 (T1-T6) for the arithmetic, 7.3 for who leaves a denominator.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from pathways.calendar.table import CalendarTable, deadline, end_of_day, instant, local_day
from pathways.programs.fact import Fact
from pathways.programs.program import ClockRule, Program

HOSPICE_EVENTS = ("hospice-elected",)
GONE = ("deceased", "hospice", "withdrawn")
"""Dispositions that take a patient out of every denominator from that moment (clinical.md 7.3)."""


class Window(Struct, frozen=True):
    """All instants; ``due`` and ``limit`` are the last second that counts."""

    opens: int
    due: int
    limit: int


class Departure(Struct, frozen=True):
    """When the patient is no longer counted, and why (``deceased``, ``hospice``, an event)."""

    at: int
    why: str


def window(rule: ClockRule, program: Program, started: int, calendar: CalendarTable) -> Window:
    """The window of a clock that ``started`` started.

    An indicator speaks of dates: the whole day of its trigger counts, when it counts (T4). A
    billing program speaks of what comes after: on that day only from the trigger's own instant.
    """
    day = local_day(calendar, started)
    first = instant(calendar, day + rule.first_day, 0)
    opens = max(first, started) if program.kind == "billing" else first
    due = deadline(calendar, started, rule.within)
    return Window(
        opens, due, due if rule.limit is None else deadline(calendar, started, rule.limit)
    )


def last_day(program: Program, started: int, calendar: CalendarTable) -> int:
    """The end of the service period: the trigger's day is its first (T5); 0: it has none."""
    if program.period is None:
        return 0
    return end_of_day(calendar, local_day(calendar, deadline(calendar, started, program.period)))


def departures(program: Program, facts: Sequence[Fact]) -> tuple[Departure, ...]:
    """Every moment from which the patient is not asked for anything of ``program``, in order.

    Death, hospice and withdrawal always; else the events that the program names (T5: admitted
    again), and its dispositions. Who leaves one of several pathways is still in the program,
    unless it is for patients on that pathway.
    """
    found: list[Departure] = []
    on: dict[str, None] = {}
    for fact in facts:
        name = fact.names[0]
        if fact.kind == "enrolled":
            on[name] = None
        elif fact.kind == "died":
            found.append(Departure(fact.at, "deceased"))
        elif fact.kind == "event" and name in HOSPICE_EVENTS:
            found.append(Departure(fact.at, "hospice"))
        elif fact.kind == "event" and name in program.drops:
            found.append(Departure(fact.at, name))
        elif fact.kind == "left":
            on.pop(name, None)
            if (fact.answer in program.drops and not on) or (
                fact.answer in GONE and (fact.answer != "withdrawn" or not on or name in program.on)
            ):
                found.append(Departure(fact.at, fact.answer))
    return tuple(found)


def away(departed: Sequence[Departure], facts: Sequence[Fact], at: int) -> bool:
    """Whether the patient had left for good before ``at`` and not come back since."""
    gone = max((d.at for d in departed if d.at < at and d.why in GONE), default=None)
    if gone is None:
        return False
    return not any(f.kind == "enrolled" and gone <= f.at <= at for f in facts)
