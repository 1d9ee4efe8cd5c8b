"""Two cases of one person become one: what the one that goes on takes over of the other (X7)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pathways.calendar.table import stamp
from pathways.journey.chasing import URGENT
from pathways.journey.events import Reading
from pathways.journey.state import Enrollment, Journey


class LeftOver(NamedTuple):
    """What was open in a case, in words. ``due``: the earliest due time (0: none); ``urgency``: the
    most urgent class, empty: none is urgent."""

    words: tuple[str, ...]
    due: int
    urgency: str


def in_the_way(kept: Journey, theirs: Journey) -> str:
    """Why the two cannot be joined as they are; empty: they can."""
    if _is_dead(kept) == _is_dead(theirs):
        return ""
    return (
        "A death is reported in one of the two and not in the other: settle that first "
        "(careway event JOURNEY death-retracted, death-disproved or deceased)."
    )


def going_on(theirs: Journey) -> list[Enrollment]:
    """What the other case is on: the patient goes on with it in the one that stays."""
    return [e for e in theirs.enrollments.values() if e.status != "discharged"]


def left_over(theirs: Journey) -> LeftOver:
    """What a person must look through when this case is closed as one with another."""
    calendar = theirs.calendar
    by_due = sorted(theirs.tasks.values(), key=lambda task: (task.due, task.id))

    def when(instant: int) -> str:
        return stamp(calendar, instant) if calendar is not None else str(instant)

    found = [f"open there: {task.title}, due {when(task.due)}" for task in by_due]
    found += [
        f"appointment there, given back: {one.service}, {when(one.starts)}"
        for one in theirs.appointments.values()
        if one.status == "booked"
    ]
    if theirs.medicines:
        found.append("medicines there: " + ", ".join(one.name for one in theirs.medicines))
    found += [f"own goal there: {goal.words}" for goal in theirs.own_goals.values()]
    if theirs.hospital:
        found.append(f"in hospital there since {when(theirs.hospital)}")
    urgent = [task.urgency for task in by_due if task.urgency in URGENT]
    due = min((task.due for task in by_due), default=0)
    return LeftOver(tuple(found), due, min(urgent, key=URGENT.index, default=""))


def newest(theirs: Journey, names: Iterable[str]) -> tuple[Reading, ...]:
    """The newest reading of each of these that the other case has."""
    found = ((name, theirs.readings(name)) for name in names)
    return tuple(
        Reading(name, facts[0].value, facts[0].observed, source="joined")
        for name, facts in found
        if facts
    )


def newer(kept: Journey, theirs: Journey, names: Iterable[str]) -> tuple[Reading, ...]:
    """Of these, what the other case knew later than this one."""
    return tuple(
        reading
        for reading in newest(theirs, names)
        if all(fact.observed < reading.observed for fact in kept.readings(reading.name))
    )


def is_refused(kept: Journey, theirs: Journey) -> bool:
    """Whether the patient said no to messages there, and this case does not know it yet."""
    refused = theirs.silent or (theirs.patient is not None and not theirs.patient.consent)
    return refused and not kept.silent


def _is_dead(journey: Journey) -> bool:
    return journey.frozen or (journey.patient is not None and journey.patient.deceased)
