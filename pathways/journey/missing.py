"""Missing: what follows when a patient does not come to an appointment, once and again (X2)."""

from __future__ import annotations

from pathways.compiled import Step
from pathways.journey import tasks
from pathways.journey.draft import Draft
from pathways.journey.state import Appointment, Enrollment, Source
from pathways.spans import Span
from pathways.undone import UNABLE_TO_REACH, Missed

NOT_COMING = "not-coming"
"""What a task is about that tells the physician of three misses in a row (X2)."""


def missed(draft: Draft, appointment: Appointment, *, counts: bool) -> None:
    """After a miss: reach the patient within a business day; from the second miss in a row ask
    what stands in the way, from the third there is a conference, and the physician is told (X2).
    A patient's own cancellation only needs a new date."""
    first = appointment.sources[0]
    enrollment = draft.enrollment(first.pathway)
    step = draft.ready(enrollment).steps[first.step]
    plan = step.missed or Missed(by=step.by)
    misses = _count_miss(draft, enrollment, first.step, counts)
    title, owner = f"Rebook: {step.title}", plan.by
    if misses == 1:
        title = f"Missed appointment: {step.title}"
    elif misses == 2:
        title = f"Missed twice, find the barrier (transport, cost, fear, work): {step.title}"
    elif misses > 2:
        title = f"Missed {misses} times, care-team conference: {step.title}"
        owner = plan.escalate or draft.ready(enrollment).pathway.supervisor
        if owner not in (tasks.PHYSICIAN, tasks.physician(draft, enrollment)):
            _tell_physician(draft, enrollment, step, first, misses)
    task = tasks.open_task(
        draft,
        enrollment,
        first,
        kind="outreach",
        title=title,
        owner=owner,
        due=plan.outreach,
        outcomes=("rebook", UNABLE_TO_REACH),
        about="missed" if counts else "cancelled",
    )
    task.sources = appointment.sources


def _tell_physician(
    draft: Draft, enrollment: Enrollment, step: Step, source: Source, misses: int
) -> None:
    """The physician notes by the end of the next business day that the patient does not come; a
    further miss is added to the note that is still open."""
    for held in draft.journey.tasks.values():
        first = held.sources[0]
        same = (first.pathway, first.step) == (source.pathway, source.step)
        if held.about == NOT_COMING and same:
            tasks.add_reason(draft, held.id, f"missed {misses} times in a row")
            return
    tasks.open_task(
        draft,
        enrollment,
        Source(source.pathway, "", source.step, source.occurrence),
        kind="inform",
        title=f"Does not come: {step.title}",
        owner=tasks.physician(draft, enrollment),
        due=Span(1, "business-day"),
        outcomes=("noted",),
        reasons=(f"missed {misses} times in a row",),
        about=NOT_COMING,
    )


def _count_miss(draft: Draft, enrollment: Enrollment, step: str, counts: bool) -> int:
    for run in enrollment.active:
        if step in run.steps:
            state = draft.step_run(run, enrollment.pathway, step)
            state.misses += counts
            return state.misses if counts else 0
    if not counts or step not in draft.ready(enrollment).rules:
        return int(counts)
    enrollment.misses = {**enrollment.misses, step: enrollment.misses.get(step, 0) + 1}
    return enrollment.misses[step]


def came(enrollment: Enrollment, rule: str) -> None:
    """A rule's appointment was kept: its misses are no longer in a row."""
    enrollment.misses = {name: n for name, n in enrollment.misses.items() if name != rule}
