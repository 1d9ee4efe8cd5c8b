"""Outcomes: what a closed task or a kept appointment means for the steps it served."""

from __future__ import annotations

from pathways.calendar.table import deadline
from pathways.compiled import HUMAN_VERBS, Step
from pathways.journey import (
    appointments,
    attempts,
    bereavement,
    death,
    life,
    messages,
    missing,
    stages,
    steps,
)
from pathways.journey.careplan import plans, verdicts
from pathways.journey.draft import Draft
from pathways.journey.effects import AppointmentStatus
from pathways.journey.orders import contests, standing
from pathways.journey.readmission import referring
from pathways.journey.runs import StepStatus
from pathways.journey.state import Enrollment, Source, Task
from pathways.undone import Missed


def end(draft: Draft, task: Task, outcome: str, said: verdicts.Said = verdicts.NOTHING) -> None:
    """What a closed task means for the steps it served; ``said``: what came with the outcome."""
    for source in task.sources:
        draft.unsettle(source.pathway)
    match task.kind:
        case "attendance":
            ended = draft.journey.appointments.get(task.about)
            if ended is not None:
                attended(draft, task.about, outcome)
        case "outreach":
            _end_outreach(draft, task, outcome)
        case "booking":
            how: StepStatus = "done" if outcome == "arranged" else "failed"
            _finish_sources(draft, task, how, outcome)
        case "reoffer":
            if outcome == "accepted":
                stages.accept_offer(draft, draft.enrollment(task.sources[0].pathway), task.about)
        case "verify-death":
            death.verify_death(draft, verified=outcome == "verified")
        case "stage-blocked":
            first = task.sources[0]
            stages.unblock(draft, first.pathway, first.stage, outcome)
        case "hold":
            life.end_hold_review(draft, task.sources[0].pathway, outcome)
        case "referral":
            referring.decided(draft, task.sources[0].pathway, outcome)
        case "bereavement":
            bereavement.followed(draft, task.sources[0], outcome)
        case "stay" if outcome == "stop":
            draft.drop("stay", "", task.sources[0].pathway)
        case kind if kind in HUMAN_VERBS and not task.about:
            _finish_sources(draft, task, "done", outcome, said)
        case _:
            pass


def _finish_sources(
    draft: Draft, task: Task, how: StepStatus, outcome: str, said: verdicts.Said = verdicts.NOTHING
) -> None:
    if task.seat:
        verdicts.give(draft, task, outcome, said)
        return
    for source in task.sources:
        enrollment = draft.enrollment(source.pathway)
        step = draft.ready(enrollment).steps.get(source.step)
        if step is None or enrollment.status == "discharged":
            continue
        if source.stage:
            steps.finish(draft, enrollment, step.id, source.occurrence, how, outcome)
        if how == "done":
            _after(draft, enrollment, step, source, outcome, said)


def _after(
    draft: Draft,
    enrollment: Enrollment,
    step: Step,
    source: Source,
    outcome: str,
    said: verdicts.Said,
) -> None:
    """What some verbs do when their task is done."""
    if step.verb == "plan":
        enrollment.disabled = tuple(n for n in enrollment.disabled if n not in said.restore)
        plans.make(draft, enrollment, step)
        draft.say("plan-drafted", source.pathway, step.id, source.occurrence, plan=enrollment.plan)
    elif step.verb == "approve":
        verdicts.judge(draft, enrollment, step, source, outcome, said)
    elif step.verb == "educate" and step.message:
        side = draft.journey.orders.get(standing.key_of(source))
        if side is not None and contests.is_held(draft, side):
            contests.wait_with(draft, side)
            return
        messages.notify(
            draft,
            enrollment,
            step=step.id,
            occurrence=source.occurrence,
            to=draft.ready(enrollment).listener(step),
            message=step.message,
            about=step,
            kind="material",
        )


def _end_outreach(draft: Draft, task: Task, outcome: str) -> None:
    if outcome != "rebook":
        _finish_sources(draft, task, "missed", outcome)
        return
    first = task.sources[0]
    enrollment = draft.enrollment(first.pathway)
    step = draft.ready(enrollment).steps[first.step]
    within = (step.missed or Missed(by=step.by)).rebook
    latest = deadline(draft.calendar, task.opened, within)
    appointments.book(draft, enrollment, step, task.sources, latest)


def attended(draft: Draft, appointment_id: str, outcome: str) -> None:
    """Attended: its steps are done. Missed or cancelled: it is taken up again (X2)."""
    held = draft.journey.appointments[appointment_id]
    first = held.sources[0]
    draft.say_of(
        first,
        f"appointment-{outcome}",
        appointment=appointment_id,
        service=held.service,
    )
    if outcome == "cancelled":
        appointments.give_back(draft, appointment_id, "patient", tell_patient=False)
    else:
        ended: AppointmentStatus = "missed" if outcome == "missed" else "attended"
        appointments.end(draft, appointment_id, ended)
    if outcome != "attended":
        missing.missed(draft, held, counts=outcome == "missed")
        return
    attempts.reached(draft)
    for source in held.sources:
        enrollment = draft.enrollment(source.pathway)
        if enrollment.status != "discharged" and source.stage:
            steps.finish(draft, enrollment, source.step, source.occurrence, "done", "attended")
        elif source.step in enrollment.misses:
            missing.came(enrollment, source.step)
