"""People's work on tasks: completing, declining, departing from the pathway, handing on."""

from __future__ import annotations

from msgspec.structs import replace

from pathways.calendar.table import local_day, stamp
from pathways.compiled import HUMAN_VERBS
from pathways.journey import (
    appointments,
    attempts,
    budget,
    matching,
    medication,
    outcomes,
    packets,
    reaching,
    reconciling,
    serving,
    steps,
    tasks,
    values,
    visits,
)
from pathways.journey.answers import Refused
from pathways.journey.careplan import plans, verdicts
from pathways.journey.chasing import URGENT
from pathways.journey.draft import Draft
from pathways.journey.effects import Answer
from pathways.journey.events import (
    Actor,
    Assign,
    Attend,
    Complete,
    Decline,
    Reading,
    Record,
    Vary,
)
from pathways.journey.orders import rulings
from pathways.journey.state import Task
from pathways.journey.team import shifts, staffing
from pathways.scoring import score
from pathways.undone import UNABLE_TO_REACH


def find(draft: Draft, task_id: str, actor: Actor) -> Task:
    """The open task, if this actor may close it."""
    task = draft.journey.tasks.get(task_id)
    if task is None:
        known = task_id[:1] == "t" and task_id[1:].isdigit()
        if known and 0 < int(task_id[1:]) <= draft.journey.serial:
            raise Refused("task-closed", f"Task {task_id} is not open: it was closed before.")
        raise Refused("no-such-task", f"This journey has no task {task_id}.")
    allowed = dict.fromkeys((task.owner, task.supervisor, *task.escalated))
    if actor.role not in allowed:
        raise Refused(
            "not-yours",
            f"Task {task_id} belongs to {task.owner}: {actor.role} cannot close it.",
        )
    return task


def complete(draft: Draft, event: Complete) -> Answer:
    """Close a task with its outcome and take what was collected."""
    task = find(draft, event.task, event.actor)
    matching.check(task)
    outcome = event.outcome or task.outcomes[0]
    partial = outcome in ("partial", "go-on") and bool(task.collect or task.instruments)
    if outcome not in task.outcomes and not partial:
        raise Refused(
            "unknown-outcome",
            f"Task {task.id} ends with {' or '.join(task.outcomes)}, not {outcome}.",
        )
    rulings.check(task, event, outcome)
    medication.check(task, event, outcome)
    reconciling.check(draft, task, event)
    packets.check(task, event)
    verdicts.check(draft, task, outcome, event)
    _check_channel(task, event)
    done_at = draft.now if event.at is None else min(event.at, draft.now)
    if task.contact and outcome == UNABLE_TO_REACH:
        return attempts.attempt(draft, event, done_at)
    readings = _checked(draft, event, done_at)
    if not partial:
        _require_complete(draft, task, event, readings)
    source = f"{event.actor.role} {task.id}"
    values.take(draft, readings, source)
    for name, answers in event.answers.items():
        instrument = values.instrument_of(draft, name)
        if instrument is not None:
            values.answered(draft, instrument, answers, source, done_at)
    if event.note or event.channel:
        first = task.sources[0]
        draft.say_of(
            first,
            "noted",
            event.actor.role,
            task=task.id,
            text="; ".join(filter(None, (event.channel and f"by {event.channel}", event.note))),
        )
    serving.given(draft, task, (*(r.name for r in readings), *event.answers), done_at)
    closed = tasks.close_task(draft, task.id, "done", outcome, event.actor.role, done_at)
    if task.contact or outcome in attempts.REACHED:
        attempts.reached(draft)
    if task.contact:
        budget.speak(draft)
    reconciling.reconciled(draft, event, closed, done_at)
    packets.tell(draft, closed, event)
    rulings.ended(draft, closed, event, outcome)
    said = verdicts.Said(event.note, event.without, event.restore)
    outcomes.end(draft, closed, outcome, said)
    if closed.kind == "attendance" and outcome == "attended":
        visits.serve(draft, closed.sources, [r.name for r in readings])
    return Answer("applied", task=task.id)


def _check_channel(task: Task, event: Complete) -> None:
    if event.channel and event.channel not in reaching.CHANNELS:
        known = ", ".join(reaching.CHANNELS)
        raise Refused("unknown-channel", f"Nobody is reached by {event.channel}: say {known}.")


def _checked(draft: Draft, event: Complete, done_at: int) -> tuple[Reading, ...]:
    """The readings, dated; raises ``Refused`` on the first that cannot be taken."""
    readings = tuple(r if r.observed else replace(r, observed=done_at) for r in event.values)
    for reading in readings:
        fault = values.fault_in(draft, reading)
        if fault is not None:
            raise Refused(fault.code, fault.message)
    for name, answers in event.answers.items():
        instrument = values.instrument_of(draft, name)
        if instrument is None:
            raise Refused("unknown-instrument", f"No pathway of this patient uses {name}.")
        invalid = score(instrument, answers).invalid
        if invalid:
            raise Refused(
                "invalid-answer", f"{instrument.title}: no such answer for {', '.join(invalid)}."
            )
    return readings


def _require_complete(
    draft: Draft, task: Task, event: Complete, readings: tuple[Reading, ...]
) -> None:
    given = {r.name for r in readings}
    first = task.sources[0]
    enrollment = draft.journey.enrollments.get(first.pathway)
    view = draft.view(enrollment) if enrollment is not None else None
    lacking = [
        name
        for name in task.collect
        if name not in given and (view is None or view.value(name) is None)
    ]
    if lacking:
        raise Refused(
            "values-missing",
            f"Task {task.id} also asks for {', '.join(lacking)}: give them, "
            "or close it as partial.",
        )
    for name in task.instruments:
        instrument = values.instrument_of(draft, name)
        if instrument is None:
            continue
        totals = [f"{name}.{s.id}" for s in instrument.scores]
        if any(total in given for total in totals):
            continue
        missing = score(instrument, event.answers.get(name, {})).missing
        if missing:
            raise Refused(
                "answers-missing",
                f"{instrument.title} lacks {', '.join(missing)}: give them, or close as partial.",
            )


def attend(draft: Draft, event: Attend) -> Answer:
    """How an appointment ended."""
    held = draft.journey.appointments.get(event.appointment)
    if held is None:
        raise _no_such_appointment(event.appointment)
    if held.status != "booked":
        raise Refused("not-booked", f"Appointment {event.appointment} is not booked yet.")
    day, today = (local_day(draft.calendar, at) for at in (held.starts, draft.now))
    if event.outcome != "cancelled" and today < day:
        raise Refused(
            "not-yet",
            f"Appointment {event.appointment} is on {stamp(draft.calendar, held.starts)}: say how "
            "it ended on that day, or cancel it.",
        )
    readings = tuple(r if r.observed else replace(r, observed=draft.now) for r in event.values)
    for reading in readings:
        fault = values.fault_in(draft, reading)
        if fault is not None:
            raise Refused(fault.code, fault.message)
    values.take(draft, readings, f"appointment {event.appointment}")
    outcomes.attended(draft, event.appointment, event.outcome)
    if event.outcome == "attended":
        visits.serve(draft, held.sources, [r.name for r in readings])
    return Answer("applied")


def _no_such_appointment(appointment: str) -> Refused:
    return Refused("no-such-appointment", f"This journey has no open appointment {appointment}.")


def decline(draft: Draft, event: Decline) -> Answer:
    """The patient declines what a task or an appointment offers (X3)."""
    held = draft.journey.appointments.get(event.task)
    if held is not None:
        sources, kind = held.sources, "schedule"
        appointments.give_back(draft, event.task, "declined", tell_patient=False)
    elif event.task[:1] == "a" and event.task[1:].isdigit():
        raise _no_such_appointment(event.task)
    else:
        task = find(draft, event.task, event.actor)
        if task.about and task.kind not in ("outreach", "booking", "reoffer"):
            raise Refused(
                "not-for-the-patient", f"Task {task.id} offers the patient nothing to decline."
            )
        closed = tasks.close_task(draft, task.id, "declined", event.reason, event.actor.role)
        sources, kind = closed.sources, closed.kind
        if closed.seat:
            verdicts.end_review(draft, closed)
    for source in sources:
        draft.unsettle(source.pathway)
        attempts.reached(draft)
        draft.say_of(
            source,
            "declined",
            event.actor.role,
            reason=event.reason,
            risk_explained=event.risk_explained,
        )
        enrollment = draft.enrollment(source.pathway)
        if source.stage and kind != "reoffer":
            steps.decline(draft, enrollment, source.step, source.occurrence, event.reason)
        elif not source.stage and source.step in draft.ready(enrollment).rules:
            deed = draft.ready(enrollment).steps[source.step]
            steps.tell_of_no(draft, enrollment, deed, source.occurrence, event.reason)
    return Answer("applied", task=event.task)


def vary(draft: Draft, event: Vary) -> Answer:
    """A departure from the pathway: the task is closed undone, with its reason."""
    task = find(draft, event.task, event.actor)
    matching.check(task)
    if task.kind == "verify-death":
        raise Refused("must-be-verified", "A reported death must be verified or disproved.")
    if task.kind in (*rulings.BY_A_PHYSICIAN, reconciling.DECISION):
        raise Refused("must-be-decided", f"Task {task.id} is for the {task.owner} to decide.")
    if task.kind == "attendance":
        # Nothing else would ever end the appointment and the step that waits for it.
        raise Refused("must-be-answered", f"Say how the appointment of task {task.id} ended.")
    closed = tasks.close_task(draft, task.id, "varied", event.reason, event.actor.role)
    for source in closed.sources:
        draft.unsettle(source.pathway)
        draft.say_of(
            source,
            "variance",
            event.actor.role,
            reason=event.reason,
            title=closed.title,
        )
        if closed.seat and verdicts.abstain(draft, closed):
            continue
        if closed.kind == "approve" and source.stage:
            plans.back_to_draft(draft, draft.enrollment(source.pathway))
        if source.stage and (closed.kind in HUMAN_VERBS or closed.kind in ("outreach", "booking")):
            enrollment = draft.enrollment(source.pathway)
            steps.finish(draft, enrollment, source.step, source.occurrence, "skipped", "variance")
    return Answer("applied", task=task.id)


def assign(draft: Draft, event: Assign) -> Answer:
    """Hand a task to another role, or fill a role of the care team with another person."""
    if event.task:
        task = find(draft, event.task, event.actor)
        passed_on = event.role != task.owner
        tasks.assign(draft, task.id, event.role)
        first = task.sources[0]
        draft.say_of(
            first,
            "task-assigned",
            event.actor.role,
            task=task.id,
            to=event.role,
        )
        if passed_on and task.urgency in URGENT:
            shifts.handed(draft, task.id)
    if event.person:
        staffing.fill(draft, {event.role: event.person})
        draft.say("team-changed", actor=event.actor.role, role=event.role)
    return Answer("applied", task=event.task)


def record(draft: Draft, event: Record) -> Answer:
    """Values outside any task; all are taken, or none."""
    readings = tuple(r if r.observed else replace(r, observed=draft.now) for r in event.readings)
    for reading in readings:
        fault = values.fault_in(draft, reading)
        if fault is not None:
            raise Refused(fault.code, fault.message)
    values.take(draft, readings, event.actor.role)
    return Answer("applied")
