"""Who has the work, whoever is away, off duty or gone (clinical.md 0.4, 7.2): reckoned anew from
team, absences and rota after every decision, and held against the worklist.

Hours are reckoned with ``datetime``; nothing here knows the kernel's rota arithmetic.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

from msgspec.structs import replace

from pathways.compiled import CompiledPathway
from pathways.journey.decide import Decision, decide, head
from pathways.journey.effects import TaskRow
from pathways.journey.events import (
    Absent,
    Actor,
    Assign,
    Complete,
    Event,
    HandOver,
    KeepRota,
)
from pathways.journey.state import Journey, Task
from pathways.journey.team.rota import Rota, Shift
from tests.kernel.reference.calendar import Clock, federal_holidays

Library = Mapping[str, CompiledPathway]
URGENT = ("RT-911", "RT-ED", "RT-2H", "RT-SD")
AT_ONCE = URGENT[:3]
"""What whoever stands in has to hear of within ten minutes."""
OF_PEOPLE = ("shift", "absence")
"""Dates of who is there, not of the patient's care."""


def at_work(shift: Shift, clock: Clock, now: int) -> bool:
    """Whether one of its days, or the night after it, is now."""
    today = clock.day(now)
    return any(_lasts(shift, clock, day, now) for day in (today - timedelta(days=1), today))


def _lasts(shift: Shift, clock: Clock, day: date, now: int) -> bool:
    if day.weekday() not in shift.days or (not shift.roles and day in federal_holidays(day.year)):
        return False
    overnight = timedelta(days=shift.closes <= shift.opens)
    return clock.at(day, _hour(shift.opens)) <= now < clock.at(day + overnight, _hour(shift.closes))


def _hour(second: int) -> time:
    return time(second // 3600, second % 3600 // 60)


def who_has(journey: Journey, role: str, *, urgent: bool) -> tuple[str, bool]:
    """The person who has a role's work now, and whether anybody is there to do it."""
    now, plan = journey.now, journey.rota
    away = {a.person: a.cover for a in journey.absences if a.start <= now < a.until}
    own = journey.team.get(role, "")
    person = away.get(own, own)
    there = own not in away or bool(person)
    if not urgent or plan is None:
        return person, there
    clock = Clock(zone_of(journey, plan))
    hours = [s for s in plan.shifts if s.person == person and not s.roles]
    if person and person not in away and (not hours or any(at_work(s, clock, now) for s in hours)):
        return person, True
    for shift in plan.shifts:
        if role in shift.roles and shift.person not in away and at_work(shift, clock, now):
            return shift.person, True
    # A role that nobody fills has a mailbox; who is known and not at work is not there.
    return person, there and not person


def zone_of(journey: Journey, plan: Rota) -> str:
    table = plan.calendar or journey.calendar
    assert table is not None
    return table.zone


class Handed:
    """Sees the decisions of one journey, in order."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.rows: dict[str, TaskRow] = {}
        self.told: dict[str, set[tuple[str, str]]] = {}

    def see(self, before: Journey, event: Event, now: int, decision: Decision) -> None:
        """One decision more."""
        journey, record = decision.journey, decision.record
        if record is None:
            return
        self.rows |= {row.task: row for row in record.tasks}
        for message in record.messages:
            about = re.search(r"\.(t\d+)/", message.key)
            if about is not None and message.message == "task-urgent":
                self.told.setdefault(about[1], set()).add((message.to, message.person))
        if isinstance(event, Absent | HandOver | KeepRota | Assign):
            self.no_clock_is_lost(before, event, now, decision)
        if head(journey) == journey.now:
            return  # something is due this very second, perhaps a shift
        for task in journey.tasks.values():
            self.is_with_who_has_it(journey, task)

    def is_with_who_has_it(self, journey: Journey, task: Task) -> None:
        """The worklist names who has the task; of what is urgent they, or who answers when nobody
        is there, were told."""
        urgent = task.urgency in URGENT
        person, there = who_has(journey, task.owner, urgent=urgent)
        shown = self.rows[task.id].person
        assert shown == person, f"{task.id} of {task.owner} is shown to {shown}, not {person}"
        if task.urgency not in AT_ONCE:
            return
        told = self.told.get(task.id, set())
        if there:
            assert (task.owner, person) in told, f"{person} was not told of {task}: {told}"
        else:
            assert task.supervisor in {role for role, _ in told}, f"nobody was told of {task}"

    def no_clock_is_lost(self, before: Journey, event: Event, now: int, decision: Decision) -> None:
        """Whoever has it now: what is open, when it is due and what is next stay as they would
        have been without the word of who is there."""
        nothing = Complete("as-if", Actor("p", "nobody"), "no-task")
        asleep = decide(before, nothing, now, self.library).journey
        journey = decision.journey
        assert list(map(plain, journey.tasks.values())) == list(map(plain, asleep.tasks.values()))
        assert dates(journey) == dates(asleep), "a date was lost, or made up"
        assert journey.appointments == asleep.appointments
        assert journey.unsent == asleep.unsent
        assert journey.reviews == asleep.reviews
        named = event.task if isinstance(event, Assign) else ""
        for task in asleep.tasks.values():
            kept = task.id == named or journey.tasks[task.id].owner == task.owner
            assert kept, f"{task.id} has another role"


def plain(task: Task) -> Task:
    return replace(task, holder="", owner="", handed=0)


def dates(journey: Journey) -> Counter[tuple[Any, ...]]:
    return Counter(
        (due.at, due.kind, due.pathway, due.ref)
        for due in journey.agenda
        if due.kind not in OF_PEOPLE
    )
