"""Interruptions: what an admission does to the work that was under way at home (X5)."""

from __future__ import annotations

from pathways.journey import appointments, chasing, tasks
from pathways.journey.draft import Draft
from pathways.journey.readmission.episodes import declared
from pathways.journey.runs import StepRun
from pathways.journey.state import Enrollment, Source
from pathways.spans import Span

NOTICE = Span(2, "day")
"""Word of an admission is in the chart by day 2 (NCQA TRC)."""


def interrupt(draft: Draft, why: str) -> None:
    """The patient is in hospital: of the held enrollments, what was meant for home is cancelled
    rather than kept waiting (X5)."""
    for enrollment in draft.running():
        names = declared(draft, enrollment).cancels
        if enrollment.status == "held" and names:
            _cancel(draft, enrollment.pathway, names, why)


def _cancel(draft: Draft, pathway: str, names: tuple[str, ...], why: str) -> None:
    def theirs(source: Source) -> bool:
        return source.pathway == pathway and source.step in names

    for task in list(draft.journey.tasks.values()):
        rest = tuple(s for s in task.sources if not theirs(s))
        if len(rest) == len(task.sources):
            continue
        if rest:
            chasing.leave_to(draft, draft.task(task.id), rest)
            tasks.show(draft, draft.task(task.id))
        else:
            tasks.close_task(draft, task.id, "cancelled", why)
    for held in list(draft.journey.appointments.values()):
        rest = tuple(s for s in held.sources if not theirs(s))
        if rest and len(rest) < len(held.sources):
            draft.appointment(held.id).sources = rest
        elif not rest:
            appointments.give_back(draft, held.id, why, tell_patient=True)
    enrollment = draft.enrollment(pathway)
    for name in names:
        enrollment.fired.pop(name, None)
    for run in enrollment.active:
        for name in [n for n in names if n in run.steps]:
            _come_up_again(draft, enrollment, run.steps[name], name)


def _come_up_again(draft: Draft, enrollment: Enrollment, state: StepRun, name: str) -> None:
    """A step that was under way starts afresh after the discharge, if its condition holds."""
    if state.status != "open" and not state.armed:
        return
    draft.drop("start", enrollment.pathway, name)
    draft.drop("recur", enrollment.pathway, name)
    draft.drop("monitor", enrollment.pathway, name)
    for run in enrollment.active:
        if name in run.steps:
            mine = draft.step_run(run, enrollment.pathway, name)
            mine.status, mine.armed, mine.ended = "waiting", False, 0


def give_notice(draft: Draft, at: int) -> None:
    """Somebody puts word of the admission into the chart by day 2; one task for all pathways."""
    for enrollment in list(draft.journey.enrollments.values()):
        ours = declared(draft, enrollment)
        left = enrollment.status == "discharged" and enrollment.ended != draft.now
        if not ours.notice or left:
            continue
        tasks.open_task(
            draft,
            enrollment,
            Source(enrollment.pathway, "", "admission-in-chart", draft.serial()),
            kind="notice",
            title="Put the notice of the admission into the chart",
            owner=ours.notice,
            due=NOTICE,
            about="notice",
            since=at,
        )
        return
