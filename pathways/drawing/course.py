"""One patient's course, to be drawn on a pathway: where each step, rule and stage stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct

from pathways.compiled import CompiledPathway
from pathways.journey.effects import AppointmentRow, EnrollmentRow, Entry, TaskRow
from pathways.journey.runs import StepRun
from pathways.journey.state import Enrollment, Journey

Status = Literal[
    "open", "waiting", "done", "declined", "missed", "skipped", "failed", "cancelled", "fired"
]


class Mark(Struct, frozen=True, omit_defaults=True):
    """``times``: occurrences so far. ``at``: when it is due (open), starts again (waiting) or
    ended; 0 when that is not known. Instants in seconds since the epoch, UTC."""

    status: Status
    times: int = 0
    at: int = 0


class Course(Struct, frozen=True):
    """Marks by the id of step and rule, and by the id of stage; the enrollment's status."""

    status: str
    steps: dict[str, Mark]
    stages: dict[str, Mark]


def course_of(journey: Journey, pathway: str) -> Course | None:
    """The course of a journey on a pathway, from its state; ``None`` when not enrolled."""
    enrollment = journey.enrollments.get(pathway)
    if enrollment is None:
        return None
    steps: dict[str, Mark] = {}
    for step, end in enrollment.ends.items():
        steps[step] = Mark(_status(end), enrollment.counts.get(step, 0))
    for run in enrollment.active:
        for step, state in run.steps.items():
            mark = _running(journey, enrollment, step, state)
            if mark is not None:
                steps[step] = mark
    for rule, at in enrollment.fired.items():
        due = _due_of_task(journey, pathway, rule)
        times = enrollment.counts.get(rule, 0)
        steps[rule] = Mark("open", times, due) if due else Mark("fired", times, at)
    stages = {stage: Mark("done", n) for stage, n in enrollment.stages_entered.items()}
    for run in enrollment.active:
        stages[run.stage] = Mark("open", run.occurrence, run.entered)
    return Course(_standing(enrollment.status, enrollment.disposition), steps, stages)


def _running(journey: Journey, enrollment: Enrollment, step: str, state: StepRun) -> Mark | None:
    """A step of an active stage; ``None`` when it has neither started nor a date."""
    times = enrollment.counts.get(step, 0)
    pathway = enrollment.pathway
    if state.status == "waiting":
        starts = (d.at for d in journey.agenda if d.pathway == pathway and d.ref == step)
        at = next((at for at in starts), 0)
        return Mark("waiting", times, at) if state.armed else None
    if state.status == "open":
        due = _due_of_task(journey, pathway, step) or state.due
        return Mark("open", times, due or _appointment(journey, pathway, step))
    return Mark(_status(state.status), times, state.ended)


def _due_of_task(journey: Journey, pathway: str, step: str) -> int:
    served = (
        task.due
        for task in journey.tasks.values()
        if any((s.pathway, s.step) == (pathway, step) for s in task.sources)
    )
    return min(served, default=0)


def _appointment(journey: Journey, pathway: str, step: str) -> int:
    starts = (
        one.starts
        for one in journey.appointments.values()
        if any((s.pathway, s.step) == (pathway, step) for s in one.sources)
    )
    return min(starts, default=0)


def _status(word: str) -> Status:
    match word:
        case "done" | "declined" | "missed" | "skipped" | "failed" | "cancelled":
            return word
        case _:
            return "done"


def _standing(status: str, disposition: str) -> str:
    return f"{status}: {disposition.replace('-', ' ')}" if disposition else status


def recorded_course(
    pathway: CompiledPathway,
    enrollments: Sequence[EnrollmentRow],
    entries: Iterable[Entry],
    tasks: Iterable[TaskRow],
    appointments: Iterable[AppointmentRow],
) -> Course | None:
    """The same from the record, for when the journey does not answer; ``None`` when not enrolled.

    The record knows neither waits under way nor when a step comes up again.
    """
    mine = [row for row in enrollments if row.pathway == pathway.pathway]
    if not mine:
        return None
    story = _Story(pathway)
    for entry in entries:
        if entry.pathway == pathway.pathway:
            story.hear(entry)
    under_way = [(t.pathway, t.step, t.due) for t in tasks if t.status == "open"]
    under_way += [
        (a.pathway, a.step, a.starts) for a in appointments if a.status in ("requested", "booked")
    ]
    for own, step, at in under_way:
        if own == pathway.pathway:
            story.mark(step, "open", at)
    return Course(_standing(mine[-1].status, mine[-1].disposition), story.steps, story.stages)


class _Story:
    """Entries heard one after another: the last word about a step counts."""

    def __init__(self, pathway: CompiledPathway) -> None:
        self.steps: dict[str, Mark] = {}
        self.stages: dict[str, Mark] = {}
        deeds = [step for stage in pathway.stages for step in stage.steps]
        deeds += [rule.do for rule in pathway.rules if rule.do is not None]
        self._titles = {deed.id: deed.title for deed in deeds}
        self._tasks: dict[str, list[tuple[str, int]]] = {}
        self._messages = {deed.id for deed in deeds if deed.verb == "notify"}

    def mark(self, step: str, status: Status, at: int, occurrence: int = 0) -> None:
        before = self.steps.get(step)
        times = max(occurrence, before.times if before else 0)
        self.steps[step] = Mark(status, times, at)

    def hear(self, entry: Entry) -> None:
        task = str(entry.params.get("task", ""))
        if entry.kind in _STAGES:
            self.stages[entry.step] = Mark(_STAGES[entry.kind], entry.occurrence, entry.at)
        elif entry.kind in ("task-opened", "task-shared"):
            self._opened(entry, task)
        elif entry.kind in _TASKS:
            for step, occurrence in self._tasks.pop(task, []):
                self.mark(step, _TASKS[entry.kind], entry.at, occurrence)
        elif entry.kind in _STEPS:
            self.mark(entry.step, _STEPS[entry.kind], entry.at, entry.occurrence)
        elif entry.kind == "message-sent" and entry.step in self._messages:
            self.mark(entry.step, "done", entry.at, entry.occurrence)

    def _opened(self, entry: Entry, task: str) -> None:
        """A task that bears the step's title, or serves the step too: others about a step (to
        inform, to offer again) do not begin or end it."""
        own = entry.params.get("title", "") == self._titles.get(entry.step, "")
        if own or (entry.kind == "task-shared" and task in self._tasks):
            self._tasks.setdefault(task, []).append((entry.step, entry.occurrence))
            self.mark(entry.step, "open", int(entry.params.get("due", 0)), entry.occurrence)


_STAGES: dict[str, Status] = {"stage-entered": "open", "stage-left": "done"}
_TASKS: dict[str, Status] = {
    "task-done": "done",
    "task-declined": "declined",
    "task-varied": "skipped",
    "task-cancelled": "cancelled",
}
_STEPS: dict[str, Status] = {
    "milestone": "done",
    "decided": "done",
    "step-shared": "done",
    "series-ended": "done",
    "undecided": "failed",
    "step-skipped": "skipped",
    "declined": "declined",
    "unreachable": "missed",
    "monitor-started": "open",
    "appointment-attended": "done",
    "appointment-missed": "missed",
    "appointment-cancelled": "cancelled",
    "rule-fired": "fired",
}
