"""What starts the clocks of a program, and when."""

from __future__ import annotations

from collections.abc import Sequence

from pathways.calendar.table import CalendarTable, local_day
from pathways.programs.fact import Fact, Known
from pathways.programs.facts import date_of
from pathways.programs.program import Program, Trigger


def triggers(program: Program, facts: Known, calendar: CalendarTable) -> tuple[int, ...]:
    """The instants at which the clocks of ``program`` start, in order.

    Whatever falls on one local day is one trigger, as a discharge is both reported and written
    down as a date.
    """
    found: list[int] = []
    for trigger in program.starts:
        for fact in facts.of.get(trigger.kind, ()):
            at = _starts(trigger, fact, calendar)
            if at is None or not _concerns(program, facts.turns, at):
                continue
            found.append(at)
    days: dict[int, int] = {}
    for at in sorted(found):
        day = local_day(calendar, at)
        # The hour is known where the event was reported: it is later than the bare date.
        days[day] = max(at, days.get(day, at))
    return tuple(days.values())


def _starts(trigger: Trigger, fact: Fact, calendar: CalendarTable) -> int | None:
    if fact.names[0] not in trigger.names:
        return None
    if trigger.bounds is not None:
        return fact.at if trigger.bounds.hold(fact.answer) else None
    if trigger.kind == "value":
        return date_of(fact.answer, calendar)
    said = fact.details
    if any(said.get(name) not in words for name, words in trigger.only.items()):
        return None
    if any(said.get(name) in words for name, words in trigger.unless.items()):
        return None
    return fact.at


def _concerns(program: Program, facts: Sequence[Fact], at: int) -> bool:
    """Whether the patient is on enough of the pathways that the program is for. A patient who
    is enrolled because of the trigger (a discharge) comes a little after it."""
    if not program.on:
        return True
    on: dict[str, None] = {}
    for fact in facts:
        name = fact.names[0]
        if fact.kind == "enrolled" and name in program.on:
            on[name] = None
        elif fact.kind == "left" and fact.at < at:
            on.pop(name, None)
    return len(on) >= program.on_at_least
