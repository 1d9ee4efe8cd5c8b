"""Steps: starting an occurrence by its verb, and ending it."""

from __future__ import annotations

from pathways.calendar.table import later
from pathways.compiled import HUMAN_VERBS, Step
from pathways.journey import (
    appointments,
    closing,
    gathering,
    messages,
    serving,
    tabling,
    tasks,
    windows,
)
from pathways.journey.careplan import approving
from pathways.journey.chasing import URGENT
from pathways.journey.draft import Draft, KernelError
from pathways.journey.orders import contests, standing
from pathways.journey.prepared import nominal_seconds
from pathways.journey.runs import StageRun, StepRun, StepStatus
from pathways.journey.state import Enrollment, Share, Source
from pathways.journey.subjects import readings
from pathways.spans import Span
from pathways.undone import UNABLE_TO_REACH
from pathways.windows import WINDOW_OVER

ENDED = ("done", "declined", "skipped", "missed", "failed", "cancelled")
UNSET = Span(7, "day")
"""Only for steps whose verb has no due of its own; the compiler fills human ones."""


def start(
    draft: Draft, enrollment: Enrollment, run: StageRun, step: Step, due: Span | None = None
) -> None:
    """Begin the next occurrence of a step. ``due`` replaces the step's own (a revision)."""
    state = draft.step_run(run, enrollment.pathway, step.id)
    if state.armed:
        # It starts before its time: the start that was arranged must not open it once more.
        draft.drop("start", enrollment.pathway, step.id)
        draft.drop("recur", enrollment.pathway, step.id)
    if step.id in enrollment.disabled:
        approving.leave_out(draft, enrollment, step, state, "disabled")
        return
    number = enrollment.counts.get(step.id, 0) + 1
    enrollment.counts[step.id] = number
    state.status = "open"
    state.armed = False
    state.occurrence = number
    state.started += 1
    state.ended = 0
    state.opened = draft.now
    state.outcome = ""
    state.anchor = windows.anchor(draft, enrollment, step)
    source = Source(enrollment.pathway, run.stage, step.id, number)
    if serving.already_shared(draft, enrollment, step):
        draft.say("step-shared", enrollment.pathway, step.id, number, title=step.title)
        finish(draft, enrollment, step.id, number, "done", "shared")
        return
    instead = closing.left_to_another(draft, enrollment, run, step)
    if instead:
        draft.say_of(source, "closing-left", title=step.title, to=instead)
        finish(draft, enrollment, step.id, number, "done", "left-to-another")
        return
    asked, served = serving.unserved(draft, enrollment, step)
    if served:
        for_whom = ", ".join(dict.fromkeys(served.values()))
        draft.say_of(source, "step-served", names=", ".join(served), by=for_whom)
        if not asked.collect and not asked.instruments:
            finish(draft, enrollment, step.id, number, "done", "shared")
            return
    free = contests.place(draft, enrollment, step, source)
    within = due or windows.allowed(draft, enrollment, step) or step.due or UNSET
    if step.verb in HUMAN_VERBS:
        _open_for_people(draft, enrollment, asked, source, within, alone=not free)
    elif free or step.verb == "milestone":
        _begin(draft, enrollment, step, source, state, within)
    if not free:
        contests.hold_back(draft, draft.journey.orders[standing.key_of(source)])


def _begin(
    draft: Draft, enrollment: Enrollment, step: Step, source: Source, state: StepRun, due: Span
) -> None:
    number = source.occurrence
    match step.verb:
        case "schedule":
            appointments.request(draft, enrollment, step, source, due)
        case "decide":
            outcome = tabling.decide(draft, enrollment, step, source)
            how: StepStatus = "failed" if outcome == tabling.NO_ROW else "done"
            finish(draft, enrollment, step.id, source.occurrence, how, outcome)
        case "notify":
            fate = messages.notify(
                draft,
                enrollment,
                step=step.id,
                occurrence=number,
                to=step.to,
                message=step.message,
                about=step,
                urgent=step.response in URGENT,
            )
            if fate != "delayed":
                finish(draft, enrollment, step.id, number, "done", fate)
        case "monitor":
            window = step.every or UNSET
            draft.at(later(draft.calendar, draft.now, window), "monitor", source.pathway, step.id)
            draft.say("monitor-started", source.pathway, step.id, number, element=step.element)
        case "wait":
            state.due = later(draft.calendar, draft.now, due)
            draft.at(state.due, "wait", source.pathway, step.id, number)
        case "milestone":
            order = None if step.order is None else f"{step.order.on} {step.order.do}"
            draft.say_of(source, "milestone", title=step.title, order=order)
            finish(draft, enrollment, step.id, number, "done", "reached")
        case _:
            raise KernelError(f"No way to start a {step.verb} step.")


def _open_for_people(
    draft: Draft, enrollment: Enrollment, step: Step, source: Source, due: Span, *, alone: bool
) -> None:
    """``alone``: its task must wait for a decision, so no other work joins it or is joined."""
    if step.verb == "approve" and not approving.begin(draft, enrollment, step):
        draft.say_of(source, "step-skipped", title=step.title, why="no-draft")
        finish(draft, enrollment, step.id, source.occurrence, "skipped", "no-draft")
        return
    if step.approvers:
        approving.open_seats(draft, enrollment, step, source, due)
        return
    if step.same and not alone:
        for task in draft.journey.tasks.values():
            if task.same == step.same and not task.blocked:
                tasks.merge(draft, task.id, source, step, due)
                return
    call = None if alone else gathering.open_call(draft, enrollment, step)
    if call is not None:
        tasks.merge(draft, call.id, source, step, due)
        return
    outcomes = step.outcomes or ("done",)
    tasks.open_task(
        draft,
        enrollment,
        source,
        kind=step.verb,
        title=step.title,
        owner=step.by,
        due=due,
        step=step,
        outcomes=outcomes,
    )
    if not alone:
        for other, theirs, soon in list(gathering.due_soon(draft, enrollment, step)):
            mine = draft.enrollment(other.pathway)
            run = next(r for r in mine.active if r.stage == theirs.stage)
            start(draft, mine, run, soon)


def run_of(enrollment: Enrollment, step: str) -> StageRun | None:
    """The active stage run that holds this step's state."""
    for run in enrollment.active:
        if step in run.steps:
            return run
    return None


def finish(
    draft: Draft,
    enrollment: Enrollment,
    step_id: str,
    occurrence: int,
    how: StepStatus,
    outcome: str = "",
) -> None:
    """End an occurrence; a recurring step is put on the agenda again.

    ``enrollment`` must be editable. A step whose stage has ended in the meantime only
    leaves its outcome.
    """
    enrollment.ends[step_id] = how
    if outcome:
        enrollment.outcomes[step_id] = outcome
    draft.unsettle(enrollment.pathway)
    step = draft.ready(enrollment).steps[step_id]
    if how == "done" and step.same and outcome != "shared":
        draft.journey.shared = {
            **draft.journey.shared,
            step.same: Share(draft.now, enrollment.pathway),
        }
    run = run_of(enrollment, step_id)
    if run is None or run.steps[step_id].occurrence != occurrence:
        return
    if step.order is not None:
        source = Source(enrollment.pathway, run.stage, step_id, occurrence)
        standing.over(draft, source, carried_out=how == "done")
    state = draft.step_run(run, enrollment.pathway, step_id)
    state.status = how
    state.ended = draft.now
    state.outcome = outcome
    state.misses = 0 if how == "done" else state.misses
    state.done = state.done or (how == "done" and step_id in draft.ready(enrollment).awaited)
    if step.every is not None and step.verb != "monitor" and how not in ("declined", "cancelled"):
        arm(draft, enrollment, step, state)


def arm(draft: Draft, enrollment: Enrollment, step: Step, state: StepRun) -> None:
    """Put the next occurrence on the agenda, counted from this one's start so that a late
    answer does not shift the series; what fell due meanwhile is not made up for."""
    if step.every is None or (step.times and state.started >= step.times):
        return
    moment = _next(draft, enrollment, step, state.opened, step.every)
    if moment is None:
        state.status = "done" if state.status == "waiting" else state.status
        state.outcome, state.armed, state.ended = WINDOW_OVER, False, draft.now
        draft.unsettle(enrollment.pathway)
        draft.say("series-ended", enrollment.pathway, step.id, state.occurrence, title=step.title)
        return
    state.status = "waiting"
    state.armed = True
    draft.at(moment, "recur", enrollment.pathway, step.id)


def _next(draft: Draft, enrollment: Enrollment, step: Step, opened: int, every: Span) -> int | None:
    if step.window is not None and windows.known(draft.view(enrollment), step):
        return windows.following(draft, enrollment, step, opened)
    moment = later(draft.calendar, opened, every)
    while moment <= draft.now:
        moment = later(draft.calendar, moment, every)
    return moment


def recur(draft: Draft, enrollment: Enrollment, step_id: str) -> None:
    """The time of a recurring step has come: start it, skip it once, or end the series."""
    run = run_of(enrollment, step_id)
    if run is None:
        return
    ready = draft.ready(enrollment)
    step, view = ready.steps[step_id], draft.view(enrollment)
    state = draft.step_run(run, enrollment.pathway, step_id)
    if ready.until[step_id](view):
        state.status, state.armed, state.ended = "done", False, draft.now
        draft.say("series-ended", enrollment.pathway, step_id, state.occurrence, title=step.title)
        draft.unsettle(enrollment.pathway)
    elif ready.when[step_id](view):
        start(draft, enrollment, run, step)
    else:
        state.opened = draft.now
        arm(draft, enrollment, step, state)


def decline(
    draft: Draft, enrollment: Enrollment, step_id: str, occurrence: int, reason: str
) -> None:
    """The patient said no: never failed, never overdue (X3); the declared branches start."""
    step = draft.ready(enrollment).steps[step_id]
    approving.undecided(draft, enrollment, step)
    finish(draft, enrollment, step_id, occurrence, "declined", reason)
    tell_of_no(draft, enrollment, step, occurrence, reason)
    start_instead(draft, enrollment, step.declined.start)


def tell_of_no(
    draft: Draft, enrollment: Enrollment, step: Step, occurrence: int, reason: str
) -> None:
    """Whom the step names hears of it within a business day; of what is safety-critical, the
    physician if it names nobody (X3)."""
    inform = step.declined.inform
    if not inform and not step.safety_critical:
        return
    tasks.open_task(
        draft,
        enrollment,
        Source(enrollment.pathway, "", step.id, occurrence),
        kind="inform",
        title=f"Declined: {step.title}",
        owner=inform or tasks.physician(draft, enrollment),
        due=Span(1, "business-day"),
        outcomes=("noted",),
        reasons=(reason,),
        about="declined",
    )


def start_instead(draft: Draft, enrollment: Enrollment, names: tuple[str, ...]) -> None:
    """Begin the steps that a branch starts, where their stage is active and they are not open."""
    for other in names:
        stage = draft.ready(enrollment).stage_of.get(other)
        run = next((r for r in enrollment.active if r.stage == stage), None)
        if run is not None and run.steps.get(other, StepRun()).status != "open":
            start(draft, enrollment, run, draft.ready(enrollment).steps[other])


def monitor(draft: Draft, enrollment: Enrollment, step_id: str) -> None:
    """A window of a monitor has ended: was there a reading?"""
    run = run_of(enrollment, step_id)
    if run is None or run.steps[step_id].status != "open":
        return
    ready = draft.ready(enrollment)
    step = ready.steps[step_id]
    window = step.every or UNSET
    if ready.until[step_id](draft.view(enrollment)):
        finish(draft, enrollment, step_id, run.steps[step_id].occurrence, "done", "ended")
        return
    facts = readings(draft.journey, step.element)
    if not facts or draft.now - facts[0].observed > nominal_seconds(window):
        _miss_reading(draft, enrollment, step)
    draft.at(later(draft.calendar, draft.now, window), "monitor", enrollment.pathway, step_id)


def _miss_reading(draft: Draft, enrollment: Enrollment, step: Step) -> None:
    number = enrollment.counts.get(f"{step.id}.missing", 0) + 1
    enrollment.counts[f"{step.id}.missing"] = number
    draft.say("reading-missing", enrollment.pathway, step.id, number, element=step.element)
    if step.message:
        messages.notify(
            draft,
            enrollment,
            step=step.id,
            occurrence=number,
            to="patient",
            message=step.message,
            about=step,
            kind="reminder",
        )
    for task in draft.journey.tasks.values():
        first = task.sources[0]
        if task.kind == "monitor" and (first.pathway, first.step) == (enrollment.pathway, step.id):
            return
    tasks.open_task(
        draft,
        enrollment,
        Source(enrollment.pathway, "", step.id, number),
        kind="monitor",
        title=f"No reading: {step.title}",
        owner=step.by,
        due=step.due or Span(1, "business-day"),
        outcomes=("reached", UNABLE_TO_REACH),
        about="monitor",
    )
