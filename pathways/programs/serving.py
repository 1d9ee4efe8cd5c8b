"""Which clock an open task would meet, if it were done now by its owner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from pathways.calendar.table import CalendarTable, local_day
from pathways.compiled import HUMAN_VERBS, Step
from pathways.journey.effects import TaskRow
from pathways.programs.evaluating import RUNNING, Clock, counts
from pathways.programs.fact import Fact
from pathways.programs.facts import spoken_with, work_names
from pathways.programs.program import Evidence, Program


def pressing(
    task: TaskRow,
    step: Step | None,
    clocks: Iterable[Clock],
    programs: Mapping[str, Program],
    calendar: CalendarTable,
    now: int,
) -> Clock | None:
    """The clock that makes this task a regulated deadline of today: its last day is today or has
    passed, and the task (``step``: what it was opened for) would meet it, or was to.

    Of a clock that was missed only a task that was there in time: it is overdue, not pointless.
    """
    would = _done_by_its_owner(task, step)
    today = local_day(calendar, now)
    found = [
        clock
        for clock in clocks
        if clock.status in RUNNING or (clock.status == "missed" and task.opened <= clock.due)
        if local_day(calendar, clock.due) <= today
        if any(_meets(proof, fact) for proof in _proofs(clock, programs) for fact in would)
    ]
    return min(found, key=lambda clock: (clock.due, clock.id), default=None)


def _done_by_its_owner(task: TaskRow, step: Step | None) -> tuple[Fact, ...]:
    found = [Fact(0, "value", (name,), task.owner) for name in (*task.collect, *task.instruments)]
    if step is not None and step.verb in HUMAN_VERBS and task.kind == step.verb:
        found.append(Fact(0, "work", work_names(step), task.owner))
        whom = spoken_with(step)
        if whom:
            found.append(Fact(0, "contact", (whom,), task.owner))
    return tuple(found)


def _proofs(clock: Clock, programs: Mapping[str, Program]) -> tuple[Evidence, ...]:
    own = clock.id.partition(".")[2]
    return next(rule.met_by for rule in programs[clock.program].clocks if rule.id == own)


def _meets(proof: Evidence, fact: Fact) -> bool:
    """What will be answered is not known: the question counts."""
    return counts(replace(proof, answers=(), bounds=None), fact)
