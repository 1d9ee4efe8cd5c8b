"""Stages: entering, going on, ending; reevaluation beside follow-up; discharge."""

from __future__ import annotations

from pathways.calendar.table import deadline, later
from pathways.compiled import Branch, Stage, Step
from pathways.journey import appointments, messages, steps, tasks
from pathways.journey.draft import Draft, KernelError
from pathways.journey.effects import EnrollmentRow
from pathways.journey.prepared import Prepared
from pathways.journey.state import Enrollment, Source, StageRun, StepRun
from pathways.journey.view import PatientView
from pathways.spans import Span

SETTLE_LIMIT = 1000
"""Far above what a checked pathway can need; beyond it the pathway runs in a circle."""


def enter(draft: Draft, enrollment: Enrollment, stage_id: str, *, beside: bool = False) -> None:
    """Enter a stage; ``beside`` keeps the follow-up stage that is running."""
    stage = draft.ready(enrollment).stages[stage_id]
    number = enrollment.stages_entered.get(stage_id, 0) + 1
    enrollment.stages_entered[stage_id] = number
    run = StageRun(stage_id, number, draft.now)
    enrollment.active = (*enrollment.active, run) if beside else (run,)
    draft.say("stage-entered", enrollment.pathway, stage_id, number, title=stage.title)
    if stage.deadline is not None:
        since = enrollment.referred if number == 1 and stage.phase == "assessment" else draft.now
        moment = max(deadline(draft.calendar, since, stage.deadline) + 1, draft.now)
        draft.at(moment, "stage", enrollment.pathway, stage_id, number)
    if stage.phase == "follow-up":
        _schedule_reevaluation(draft, enrollment)
    if stage.phase == "reevaluation":
        _offer_again(draft, enrollment)
    show(draft, enrollment)
    draft.unsettle(enrollment.pathway)


def _schedule_reevaluation(draft: Draft, enrollment: Enrollment) -> None:
    for stage in draft.ready(enrollment).reevaluations:
        if stage.every is not None:
            draft.drop("reevaluate", enrollment.pathway, stage.id)
            moment = later(draft.calendar, draft.now, stage.every)
            draft.at(moment, "reevaluate", enrollment.pathway, stage.id)


def _offer_again(draft: Draft, enrollment: Enrollment) -> None:
    """What the patient declined is offered again at the reevaluation (X3)."""
    ready = draft.ready(enrollment)
    for step_id, how in list(enrollment.ends.items()):
        step = ready.steps.get(step_id)
        if how != "declined" or step is None or not step.declined.reoffer:
            continue
        number = enrollment.counts.get(f"{step_id}.reoffer", 0) + 1
        enrollment.counts[f"{step_id}.reoffer"] = number
        tasks.open_task(
            draft,
            enrollment,
            Source(enrollment.pathway, "", step_id, number),
            kind="reoffer",
            title=f"Offer again: {step.title}",
            owner=step.by,
            due=Span(14, "day"),
            outcomes=("accepted", "still-declined"),
            about=step_id,
        )


def accept_offer(draft: Draft, enrollment: Enrollment, step_id: str) -> None:
    """The patient changed their mind: the step starts now, in its stage if that is active."""
    ready = draft.ready(enrollment)
    home = ready.stage_of.get(step_id)
    run = next((r for r in enrollment.active if r.stage == home), None) or next(
        iter(enrollment.active), None
    )
    if run is not None and run.steps.get(step_id, StepRun()).status != "open":
        steps.start(draft, enrollment, run, ready.steps[step_id])


def reevaluate(draft: Draft, enrollment: Enrollment, stage_id: str, why: str) -> None:
    """Enter a reevaluation beside the running follow-up, unless one is already under way."""
    ready = draft.ready(enrollment)
    if len(enrollment.active) != 1:
        return
    if ready.stages[enrollment.active[0].stage].phase != "follow-up":
        return
    draft.drop("reevaluate", enrollment.pathway, stage_id)
    draft.say("reevaluation-due", enrollment.pathway, stage_id, why=why)
    enter(draft, enrollment, stage_id, beside=True)


def settle(draft: Draft, pathway: str) -> None:
    """Start what can start and leave what is complete, until nothing changes."""
    for _ in range(SETTLE_LIMIT):
        enrollment = draft.journey.enrollments[pathway]
        if enrollment.status != "active":
            return
        draft.unsettled.pop(pathway, None)
        _end_waits(draft, pathway)
        if not (_start_ready(draft, pathway) or _leave_complete(draft, pathway)):
            return
    raise KernelError(f"The pathway {pathway} goes round in a circle without waiting.")


def _start_ready(draft: Draft, pathway: str) -> bool:
    enrollment = draft.journey.enrollments[pathway]
    ready = draft.ready(enrollment)
    view = draft.view(enrollment)
    for run in enrollment.active:
        for step in ready.stages[run.stage].steps:
            state = run.steps.get(step.id)
            if state is not None and (state.status != "waiting" or state.armed):
                continue
            verdict = _readiness(enrollment, ready, view, run, step)
            if verdict:
                editable = draft.enrollment(pathway)
                mine = next(r for r in editable.active if r.stage == run.stage)
                _launch(draft, editable, mine, step, verdict)
                return True
    return False


def _end_waits(draft: Draft, pathway: str) -> None:
    """Waits whose condition has come true are over."""
    enrollment = draft.journey.enrollments[pathway]
    ready = draft.ready(enrollment)
    for run in enrollment.active:
        for step_id, state in list(run.steps.items()):
            step = ready.steps[step_id]
            if state.status != "open" or step.verb != "wait" or step.until is None:
                continue
            if ready.until[step_id](draft.view(enrollment)):
                draft.drop("wait", pathway, step_id)
                mine = draft.enrollment(pathway)
                steps.finish(draft, mine, step_id, state.occurrence, "done", "condition")


def _launch(draft: Draft, enrollment: Enrollment, run: StageRun, step: Step, verdict: str) -> None:
    if verdict == "skip":
        state = draft.step_run(run, enrollment.pathway, step.id)
        state.status, state.ended = "skipped", draft.now
        enrollment.ends[step.id] = "skipped"
        draft.say("step-skipped", enrollment.pathway, step.id, title=step.title, why="declined")
    elif step.delay is not None:
        state = draft.step_run(run, enrollment.pathway, step.id)
        state.armed = True
        moment = later(draft.calendar, draft.now, step.delay)
        draft.at(moment, "start", enrollment.pathway, step.id)
    else:
        steps.start(draft, enrollment, run, step)


def _readiness(
    enrollment: Enrollment, ready: Prepared, view: PatientView, run: StageRun, step: Step
) -> str:
    """``start``, ``skip`` (it comes after something the patient declined) or empty: wait."""
    for other in step.after:
        fate = _fate(enrollment, ready, view, other)
        if fate == "wait":
            return ""
        if fate == "declined":
            return "skip"
    return "start" if ready.when[step.id](view) else ""


def _fate(enrollment: Enrollment, ready: Prepared, view: PatientView, step_id: str) -> str:
    """Of a step that others come after: ``wait``, ``over`` or ``declined``."""
    home = ready.stage_of[step_id]
    run = next((r for r in enrollment.active if r.stage == home), None)
    if run is None:
        entered = enrollment.stages_entered.get(home, 0) > 0
        how = enrollment.ends.get(step_id, "")
        if how == "declined" and not ready.steps[step_id].declined.go_on:
            return "declined"
        return "over" if how or entered else "wait"
    state = run.steps.get(step_id)
    if state is not None and state.ended and state.status != "open":
        if state.status == "declined" and not ready.steps[step_id].declined.go_on:
            return "declined"
        return "over"
    if state is not None and (state.status == "open" or state.armed):
        return "wait"
    needed = ready.when[step_id](view)
    if needed is False and all(
        _fate(enrollment, ready, view, earlier) != "wait" for earlier in ready.steps[step_id].after
    ):
        return "over"
    return "wait"


def _leave_complete(draft: Draft, pathway: str) -> bool:
    enrollment = draft.journey.enrollments[pathway]
    if not enrollment.active:
        return False
    run = enrollment.active[-1]
    ready = draft.ready(enrollment)
    stage = ready.stages[run.stage]
    view = draft.view(enrollment)
    if not _complete(ready, view, run, stage):
        return False
    branch = next((b for test, b in ready.next[stage.id] if test(view)), stage.next[-1])
    _go(draft, draft.enrollment(pathway), stage, branch)
    return True


def _complete(ready: Prepared, view: PatientView, run: StageRun, stage: Stage) -> bool:
    """All that was started has ended; with an ``exit`` condition, that is met and recurring
    steps no longer hold the stage; without, a running series keeps it open."""
    series_hold = stage.exit is None
    for step_id, state in run.steps.items():
        pending = state.status == "open" or state.armed
        if not pending:
            continue
        recurring = ready.steps[step_id].every is not None
        if series_hold or not recurring:
            return False
    return bool(ready.exit[stage.id](view))


def _go(draft: Draft, enrollment: Enrollment, stage: Stage, branch: Branch) -> None:
    draft.say(
        "stage-left",
        enrollment.pathway,
        stage.id,
        enrollment.stages_entered[stage.id],
        title=stage.title,
        to=branch.go,
    )
    draft.drop("stage", enrollment.pathway, stage.id)
    continuing = len(enrollment.active) == 2 and enrollment.active[0].stage == branch.go
    if continuing:
        _stop(draft, enrollment, enrollment.active[-1], "stage-left")
        enrollment.active = enrollment.active[:1]
        _schedule_reevaluation(draft, enrollment)
        draft.unsettle(enrollment.pathway)
        show(draft, enrollment)
        return
    for run in enrollment.active:
        _stop(draft, enrollment, run, "stage-left")
    draft.drop("reevaluate", enrollment.pathway)
    enrollment.active = ()
    if branch.go == "discharge":
        discharge(draft, enrollment, branch.disposition or "completed")
    else:
        enter(draft, enrollment, branch.go)


def _stop(draft: Draft, enrollment: Enrollment, run: StageRun, why: str) -> None:
    """Take back what a stage has under way."""
    pathway = enrollment.pathway
    for step_id, state in list(run.steps.items()):
        if state.armed:
            draft.drop("start", pathway, step_id)
            draft.drop("recur", pathway, step_id)
        if state.status != "open":
            continue
        draft.drop("monitor", pathway, step_id)
        draft.drop("wait", pathway, step_id)
        mine = draft.step_run(run, pathway, step_id)
        mine.status, mine.ended = "cancelled", draft.now
        enrollment.ends.setdefault(step_id, "cancelled")
    _take_back(draft, pathway, run.stage, why)


def _take_back(draft: Draft, pathway: str, stage: str | None, why: str) -> None:
    """Cancel tasks and appointments of a stage (``None``: of the whole enrollment, with its
    rules' and the kernel's own tasks)."""

    def concerns(sources: tuple[Source, ...]) -> bool:
        return any(s.pathway == pathway and (stage is None or s.stage == stage) for s in sources)

    for task in list(draft.journey.tasks.values()):
        if concerns(task.sources):
            tasks.leave_task(draft, task.id, pathway, why)
    for appointment in list(draft.journey.appointments.values()):
        if concerns(appointment.sources):
            appointments.leave(
                draft,
                appointment.id,
                pathway,
                why,
                tell_patient=why not in ("deceased", "withdrawn"),
            )


def discharge(draft: Draft, enrollment: Enrollment, disposition: str) -> None:
    """End an enrollment with its disposition; the last one closes the journey."""
    pathway = enrollment.pathway
    retract = disposition in ("deceased", "withdrawn")
    for run in enrollment.active:
        _stop(draft, enrollment, run, disposition)
    _take_back(draft, pathway, None, disposition)
    messages.forget_pathway(draft, pathway, retract=retract)
    draft.drop_pathway(pathway)
    enrollment.active = ()
    enrollment.paused = ()
    enrollment.status = "discharged"
    enrollment.disposition = disposition
    enrollment.ended = draft.now
    draft.unsettled.pop(pathway, None)
    draft.say("discharged", pathway, disposition=disposition)
    show(draft, enrollment)
    if all(e.status == "discharged" for e in draft.journey.enrollments.values()):
        draft.journey.status = "closed"
        draft.say("journey-closed", disposition=disposition)


def overrun(draft: Draft, enrollment: Enrollment, stage_id: str, number: int) -> None:
    """A stage's deadline has passed: its supervisor is asked to look."""
    run = next((r for r in enrollment.active if r.stage == stage_id), None)
    if run is None or run.occurrence != number or run.late:
        return
    run.late = True
    stage = draft.ready(enrollment).stages[stage_id]
    draft.say("stage-overdue", enrollment.pathway, stage_id, number, title=stage.title)
    tasks.open_task(
        draft,
        enrollment,
        Source(enrollment.pathway, stage_id, stage_id, number),
        kind="stage-overdue",
        title=f"Past its deadline: {stage.title}",
        owner=stage.escalate,
        due=Span(3, "business-day"),
        outcomes=("reviewed",),
        about="stage",
    )


def show(draft: Draft, enrollment: Enrollment) -> None:
    """The enrollment's row of the record, as it is now."""
    draft.enrollment_rows[enrollment.pathway] = EnrollmentRow(
        pathway=enrollment.pathway,
        version=enrollment.version,
        digest=enrollment.digest,
        stage=" + ".join(run.stage for run in enrollment.active),
        status=enrollment.status,
        enrolled=enrollment.enrolled,
        disposition=enrollment.disposition,
        ended=enrollment.ended,
    )
