"""Stages: entering, going on, ending; reevaluation beside follow-up; discharge."""

from __future__ import annotations

from pathways.calendar.table import deadline, later
from pathways.calendar.targets import comes_round
from pathways.compiled import Branch, Stage, Step
from pathways.journey import leaving, retiming, steps, tasks
from pathways.journey.careplan import approving
from pathways.journey.draft import Draft, KernelError
from pathways.journey.prepared import Prepared
from pathways.journey.readiness import Readiness
from pathways.journey.runs import StageRun, StepRun
from pathways.journey.state import Enrollment, Source
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
    leaving.show(draft, enrollment)
    draft.unsettle(enrollment.pathway)


def _schedule_reevaluation(draft: Draft, enrollment: Enrollment, only: str = "") -> None:
    """Put the reevaluations on the agenda; with ``only``, just the one that has ended, so that
    a quarterly review does not put off the yearly one."""
    for stage in draft.ready(enrollment).reevaluations:
        if stage.every is not None and only in ("", stage.id):
            draft.drop("reevaluate", enrollment.pathway, stage.id)
            since = enrollment.left.get(stage.since, draft.now)
            moment = comes_round(draft.calendar, since, stage.every, draft.now)
            draft.at(moment, "reevaluate", enrollment.pathway, stage.id)


def _offer_again(draft: Draft, enrollment: Enrollment) -> None:
    """What the patient declined is offered again at the reevaluation (X3)."""
    ready = draft.ready(enrollment)
    for step_id, how in list(enrollment.ends.items()):
        step = ready.steps.get(step_id)
        if how != "declined" or step is None or not step.declined.reoffer:
            continue
        if _is_offered(draft, enrollment, step_id):
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


def _is_offered(draft: Draft, enrollment: Enrollment, step_id: str) -> bool:
    """Whether the offer of an earlier reevaluation is still open: one is enough."""
    return any(
        task.kind == "reoffer"
        and task.about == step_id
        and task.sources[0].pathway == enrollment.pathway
        for task in draft.journey.tasks.values()
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
    """Enter a reevaluation beside the running follow-up. While another is under way, a scheduled
    one waits a day; what else asks for one finds it being made."""
    ready = draft.ready(enrollment)
    if len(enrollment.active) != 1:
        if why == "schedule" and enrollment.active:
            tomorrow = later(draft.calendar, draft.now, Span(1, "day"))
            draft.at(tomorrow, "reevaluate", enrollment.pathway, stage_id)
        return
    if ready.stages[enrollment.active[0].stage].phase != "follow-up":
        return
    draft.drop("reevaluate", enrollment.pathway, stage_id)
    draft.say("reevaluation-due", enrollment.pathway, stage_id, why=why)
    enter(draft, enrollment, stage_id, beside=True)


def settle(draft: Draft, pathway: str) -> None:
    """Start what can start and leave what is complete, until nothing changes."""
    for _ in range(SETTLE_LIMIT):
        draft.unsettled.pop(pathway, None)
        if draft.journey.enrollments[pathway].status != "active":
            return
        retiming.keep_up(draft, pathway)
        _end_waits(draft, pathway)
        if not (_start_ready(draft, pathway) or _leave_complete(draft, pathway)):
            _ensure_way_out(draft, pathway)
            return
    raise KernelError(f"The pathway {pathway} goes round in a circle without waiting.")


def _ensure_way_out(draft: Draft, pathway: str) -> None:
    """A stage that waits for nothing but its exit condition is brought to a person (I9)."""
    enrollment = draft.journey.enrollments[pathway]
    if not enrollment.active or _pending(draft, enrollment):
        return
    run = enrollment.active[-1]
    stage = draft.ready(enrollment).stages[run.stage]
    mine = draft.enrollment(pathway)
    number = mine.counts.get(f"{stage.id}.blocked", 0) + 1
    mine.counts[f"{stage.id}.blocked"] = number
    view = draft.view(mine)
    needed = draft.ready(mine).exit_reads[stage.id]
    draft.say("stage-blocked", pathway, stage.id, run.occurrence, title=stage.title)
    tasks.open_task(
        draft,
        mine,
        Source(pathway, stage.id, stage.id, number),
        kind="stage-blocked",
        title=f"Nothing left to do, but not complete: {stage.title}",
        owner=stage.by,
        due=Span(3, "business-day"),
        outcomes=("redo", "go-on"),
        collect=tuple(name for name in needed if view.value(name) is None),
        about="stage",
    )


def unblock(draft: Draft, pathway: str, stage_id: str, outcome: str) -> None:
    """A person has looked at a blocked stage: ``redo`` what was not done, or ``go-on``
    without it, which is a recorded departure from the pathway."""
    enrollment = draft.enrollment(pathway)
    run = next((r for r in enrollment.active if r.stage == stage_id), None)
    if run is None:
        return
    stage = draft.ready(enrollment).stages[stage_id]
    if outcome == "go-on":
        draft.say("variance", pathway, stage_id, run.occurrence, reason="go-on", title=stage.title)
        _leave(draft, pathway, stage)
        return
    if _complete(draft.ready(enrollment), draft.view(enrollment), run, stage):
        return
    for step_id, state in list(run.steps.items()):
        if state.status in ("declined", "skipped", "failed", "missed", "cancelled"):
            again = draft.step_run(run, pathway, step_id)
            again.status, again.ended = "waiting", 0


def _pending(draft: Draft, enrollment: Enrollment) -> bool:
    """Whether something is under way that will take this enrollment further."""
    for run in enrollment.active:
        if any(state.status == "open" or state.armed for state in run.steps.values()):
            return True
    pathway = enrollment.pathway
    if any(due.pathway == pathway and due.kind == "reevaluate" for due in draft.agenda()):
        return True
    return _work_open(draft, pathway) or any(
        t.kind == "stage-blocked" and t.sources[0].pathway == pathway
        for t in draft.journey.tasks.values()
    )


def _work_open(draft: Draft, pathway: str) -> bool:
    """Whether a person still has work for this pathway: an alarm, someone to inform. A
    discharge waits for it rather than drop it."""
    return any(
        t.about != "stage" and any(s.pathway == pathway for s in t.sources)
        for t in draft.journey.tasks.values()
    )


def _start_ready(draft: Draft, pathway: str) -> bool:
    enrollment = draft.journey.enrollments[pathway]
    ready = draft.ready(enrollment)
    readiness = Readiness(enrollment, ready, draft.view(enrollment))
    for run in enrollment.active:
        for step in ready.stages[run.stage].steps:
            state = run.steps.get(step.id)
            if state is not None and (state.status != "waiting" or state.armed):
                continue
            verdict = readiness.verdict_on(step)
            if verdict and not approving.holds_back(enrollment, step):
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
        approving.leave_out(draft, enrollment, step, state, "declined")
    elif step.window is not None:
        retiming.launch(draft, enrollment, run, step)
    elif step.delay is not None and step.id not in enrollment.disabled:
        state = draft.step_run(run, enrollment.pathway, step.id)
        state.armed = True
        moment = later(draft.calendar, draft.now, step.delay)
        draft.at(moment, "start", enrollment.pathway, step.id)
    else:
        steps.start(draft, enrollment, run, step)


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
    return _leave(draft, pathway, stage)


def _leave(draft: Draft, pathway: str, stage: Stage) -> bool:
    enrollment = draft.enrollment(pathway)
    view = draft.view(enrollment)
    tests = draft.ready(enrollment).next[stage.id]
    branch = next((b for test, b in tests if test(view)), stage.next[-1])
    if branch.go == "discharge" and _work_open(draft, pathway):
        return False
    _go(draft, enrollment, stage, branch)
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
    if any(one.since == stage.id for one in draft.ready(enrollment).reevaluations):
        enrollment.left[stage.id] = draft.now
    why = branch.because or "stage-left"
    continuing = len(enrollment.active) == 2 and enrollment.active[0].stage == branch.go
    if continuing:
        leaving.stop(draft, enrollment, enrollment.active[-1], why)
        enrollment.active = enrollment.active[:1]
        _schedule_reevaluation(draft, enrollment, stage.id)
        draft.unsettle(enrollment.pathway)
        leaving.show(draft, enrollment)
        return
    for run in enrollment.active:
        leaving.stop(draft, enrollment, run, why)
    draft.drop("reevaluate", enrollment.pathway)
    enrollment.active = ()
    if branch.go == "discharge":
        leaving.discharge(draft, enrollment, branch.disposition or "completed")
    else:
        enter(draft, enrollment, branch.go)


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
