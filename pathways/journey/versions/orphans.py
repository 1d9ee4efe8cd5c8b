"""What a migration makes of open tasks and appointments, also of those whose step is gone."""

from __future__ import annotations

from dataclasses import dataclass

from pathways.compiled import HUMAN_VERBS, Step
from pathways.journey.state import Appointment, Enrollment, Journey, Source, Task
from pathways.journey.versions.choices import Choices
from pathways.journey.versions.clocks import Clocks
from pathways.journey.versions.migration import AppointmentMove, Same, StepMove, TaskFate, TaskMove
from pathways.journey.versions.naming import Names
from pathways.spans import Span

ON_A_STAGE = ("stage-blocked", "stage-overdue")
FOR_A_STEP = (*sorted(HUMAN_VERBS), "outreach", "booking")
"""Kinds of tasks that serve a step of a stage, when their source names that stage."""
RULE_DUE = Span(1, "business-day")
"""As in ``rules``: for a rule's task without a due time of its own."""


def serves(steps: tuple[StepMove, ...], source: Source) -> StepMove | None:
    """What becomes of the open step that a task or an appointment serves; ``None``: it is gone."""
    for move in steps:
        mine = (move.stage, move.step, move.occurrence) == (
            source.stage,
            source.step,
            source.occurrence,
        )
        if mine and move.status == "open" and move.how in ("kept", "renamed"):
            return move
    return None


def appointment_moves(
    journey: Journey, enrollment: Enrollment, names: Names, steps: tuple[StepMove, ...]
) -> tuple[AppointmentMove, ...]:
    """Every appointment of the enrollment."""
    moves = []
    for held in journey.appointments.values():
        for source in held.sources:
            if source.pathway == enrollment.pathway:
                moves.append(_appointment(held, source, names, steps))
    return tuple(moves)


def _appointment(
    held: Appointment, source: Source, names: Names, steps: tuple[StepMove, ...]
) -> AppointmentMove:
    if source.stage:
        move = serves(steps, source)
        to = move.to if move is not None else ""
    else:
        to = names.step(source.step)
    if not to:
        return AppointmentMove(held.id, held.service, source.step, "", "cancelled", held.starts)
    how = same(source.step, to)
    return AppointmentMove(held.id, held.service, source.step, to, how, held.starts)


def same(name: str, to: str) -> Same:
    """Kept, or renamed."""
    return "kept" if name == to else "renamed"


def task_moves(
    journey: Journey,
    enrollment: Enrollment,
    names: Names,
    choices: Choices,
    clocks: Clocks,
    steps: tuple[StepMove, ...],
    now: int,
) -> tuple[TaskMove, ...]:
    """Every open task of the enrollment, one line for each thing that it serves there."""
    found = _Tasks(journey, enrollment, names, choices, clocks, steps, now)
    return tuple(
        found.move(task, source)
        for task in journey.tasks.values()
        for source in task.sources
        if source.pathway == enrollment.pathway
    )


@dataclass(frozen=True)
class _Tasks:
    journey: Journey
    enrollment: Enrollment
    names: Names
    choices: Choices
    clocks: Clocks
    steps: tuple[StepMove, ...]
    now: int

    def move(self, task: Task, source: Source) -> TaskMove:
        if task.kind in ON_A_STAGE:
            return self._stays(task, source, self.names.stage(source.step))
        if task.kind == "reoffer":
            to = self.names.step(task.about)
            return self._stays(task, source, to) if to else self._cancelled(task, source)
        if task.kind == "monitor" and task.about:
            return self._of_monitor(task, source)
        if task.kind == "attendance":
            return self._of_attendance(task, source)
        if source.stage and task.kind in FOR_A_STEP:
            move = serves(self.steps, source)
            if move is None:
                return self._gone(task, source)
            return self._goes_on(task, source, move.to)
        of_a_rule = source.step in self.names.old.rules
        if not source.stage and of_a_rule and task.kind in HUMAN_VERBS and not task.about:
            to = self.names.step(source.step)
            return self._goes_on(task, source, to) if to else self._gone(task, source)
        return self._stays(task, source, self.names.step(source.step) or source.step)

    def _of_monitor(self, task: Task, source: Source) -> TaskMove:
        for move in self.steps:
            if move.step == source.step and move.how in ("kept", "renamed"):
                return self._stays(task, source, move.to)
        return self._cancelled(task, source)

    def _of_attendance(self, task: Task, source: Source) -> TaskMove:
        """It asks about an appointment, and goes where that goes."""
        held = self.journey.appointments.get(task.about)
        for one in held.sources if held is not None else ():
            if one.pathway != source.pathway:
                continue
            found = _appointment(held, one, self.names, self.steps) if held else None
            if found is not None and found.to:
                return self._stays(task, source, found.to)
        return self._cancelled(task, source)

    def _goes_on(self, task: Task, source: Source, to: str) -> TaskMove:
        was, new = self.names.old.steps[source.step], self.names.new.steps[to]
        if task.kind not in HUMAN_VERBS or len(task.sources) > 1:
            return self._stays(task, source, to)
        spans = (was.due, new.due) if source.stage else (was.due or RULE_DUE, new.due or RULE_DUE)
        policy, after = self.clocks.of_task(
            to, *spans, task.opened, task.due, self._clock_of(task.id)
        )
        changed = after != task.due or terms(was) != terms(new)
        how: TaskFate = "changed" if changed else same(source.step, to)
        return TaskMove(task.id, task.title, source.step, to, how, policy, task.due, after)

    def _clock_of(self, task: str) -> int:
        """A hold stops the clock of a task, and so does a physician's decision that it waits for:
        it has no date then."""
        if self.journey.tasks[task].blocked:
            return self.journey.tasks[task].blocked_at
        dated = any(due.kind == "task" and due.ref == task for due in self.journey.agenda)
        return self.now if dated else self.enrollment.held

    def _gone(self, task: Task, source: Source) -> TaskMove:
        """Its step is gone. What a rule opened for the patient's safety stays open."""
        alarm = not source.stage and bool(task.urgency)
        chosen = source.step in self.choices.keep and task.kind in HUMAN_VERBS
        if alarm or chosen:
            return TaskMove(
                task.id, task.title, source.step, "", "released", "keep", task.due, task.due
            )
        return self._cancelled(task, source)

    def _cancelled(self, task: Task, source: Source) -> TaskMove:
        return TaskMove(task.id, task.title, source.step, "", "cancelled", "keep", task.due, 0)

    def _stays(self, task: Task, source: Source, to: str) -> TaskMove:
        how = same(source.step, to)
        return TaskMove(task.id, task.title, source.step, to, how, "keep", task.due, task.due)


def terms(step: Step) -> tuple[object, ...]:
    """What of a step an open task says: who does what, how soon, and who hears when it is late."""
    return (
        step.verb,
        step.title,
        step.by,
        step.due,
        step.overdue,
        step.response,
        step.same,
        step.collect,
        step.instruments,
        step.outcomes,
        step.contact,
        step.unreachable,
        step.window,
    )
