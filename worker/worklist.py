"""The worklist in its order: scored when it is read, with the reason (clinical.md 7.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from sqlalchemy import Engine

from activities.records.reading import WorklistItem
from pathways.compiled import CompiledPathway, Step
from pathways.programs.evaluating import Clock
from pathways.programs.program import Program
from pathways.programs.serving import pressing
from pathways.worklist.priority import Priority, place, priority
from pathways.worklist.regulated import deadline_today
from worker.programs import Seen, seen
from worker.settings import Settings


class Ranked(Struct, frozen=True):
    """A task with its priority. ``clock``: the program's deadline of today that it would meet."""

    item: WorklistItem
    judged: Priority
    clock: Clock | None = None


def ranked(
    engine: Engine,
    settings: Settings,
    items: Sequence[WorklistItem],
    programs: Mapping[str, Program],
    now: int,
) -> list[Ranked]:
    """Open tasks, the most pressing first."""
    journeys = sorted({item.journey for item in items})
    patients = seen(engine, settings, journeys, now) if programs else {}
    clocks = {
        journey: patient.standing(list(programs.values()), now).clocks
        for journey, patient in patients.items()
    }
    found = []
    for item in items:
        patient = patients.get(item.journey)
        clock, legal = None, ""
        if patient is not None:
            step = _step(item, patient)
            mine = clocks[item.journey]
            clock = pressing(item.task, step, mine, programs, patient.calendar, now)
            legal = deadline_today(item.task, patient.calendar, now)
        found.append(judged(item, now, clock, legal))
    return in_order(found)


def judged(item: WorklistItem, now: int, clock: Clock | None = None, legal: str = "") -> Ranked:
    """One task as it presses at ``now``. ``legal``: the regulated deadline that it is itself."""
    regulated = legal if clock is None else clock.title
    score = priority(item.task, now, tier=item.tier, flags=item.flags, regulated=regulated)
    return Ranked(item, score, clock)


def in_order(tasks: Sequence[Ranked]) -> list[Ranked]:
    """By score, then due time, then age; what must wait for a physician comes last."""
    return sorted(
        tasks,
        key=lambda one: (
            bool(one.item.task.blocked),
            *place(one.item.task, one.judged),
            one.item.id,
        ),
    )


def _step(item: WorklistItem, patient: Seen) -> Step | None:
    """What the task was opened for: a step, or what a rule does."""
    for pathway in patient.pathways:
        if pathway.pathway == item.task.pathway:
            return _in(pathway, item.task.step)
    return None


def _in(pathway: CompiledPathway, name: str) -> Step | None:
    steps = (step for stage in pathway.stages for step in stage.steps)
    rules = (rule.do for rule in pathway.rules if rule.do is not None)
    return next((step for step in (*steps, *rules) if step.id == name), None)
