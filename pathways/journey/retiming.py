"""Re-timing: steps with a window are arranged by a date, and follow it when it changes.

What is done stays done. What waits for its window is arranged anew, what is open is due when the
window closes now, a series goes on (or ends) by the new date, and what was left out because its
window was over comes back if it is not over after all.
"""

from __future__ import annotations

from pathways.calendar.table import deadline
from pathways.calendar.targets import on_open_day
from pathways.compiled import HUMAN_VERBS, Step
from pathways.journey import appointments, chasing, steps, tasks, windows
from pathways.journey.draft import Draft
from pathways.journey.runs import StageRun, StepRun
from pathways.journey.state import Due, Enrollment
from pathways.windows import WINDOW_OVER


def launch(draft: Draft, enrollment: Enrollment, run: StageRun, step: Step) -> None:
    """A step with a window could start: now, when its window opens, or no more."""
    found = windows.bounds(draft, enrollment, step)
    if found is None:
        return
    if draft.now > found.closes:
        state = draft.step_run(run, enrollment.pathway, step.id)
        state.status, state.ended, state.outcome = "skipped", draft.now, WINDOW_OVER
        state.anchor = found.anchor
        enrollment.ends[step.id] = "skipped"
        enrollment.outcomes[step.id] = WINDOW_OVER
        draft.say("step-skipped", enrollment.pathway, step.id, title=step.title, why=WINDOW_OVER)
        return
    moment = found.opens
    if draft.now > found.opens and step.every is not None and _at_its_hour(step):
        moment = windows.following(draft, enrollment, step, draft.now) or draft.now
    if draft.now < moment:
        state = draft.step_run(run, enrollment.pathway, step.id)
        state.armed, state.anchor = True, found.anchor
        draft.at(moment, "start", enrollment.pathway, step.id)
    else:
        steps.start(draft, enrollment, run, step)


def _at_its_hour(step: Step) -> bool:
    """A series with a time of day of its own never starts at another."""
    return step.window is not None and step.window.at is not None


def opened(draft: Draft, enrollment: Enrollment, run: StageRun, step: Step) -> None:
    """The window of a step opens. It was arranged long ago: its condition must still be yes."""
    if draft.ready(enrollment).when[step.id](draft.view(enrollment)):
        steps.start(draft, enrollment, run, step)
    else:
        draft.step_run(run, enrollment.pathway, step.id).armed = False
        draft.unsettle(enrollment.pathway)


def keep_up(draft: Draft, pathway: str) -> None:
    """Bring what has a window into line with the dates that are known now."""
    enrollment = draft.journey.enrollments[pathway]
    windowed = draft.ready(enrollment).windowed
    for step in windowed:
        run = steps.run_of(enrollment, step.id)
        if run is None:
            continue
        found = windows.bounds(draft, enrollment, step)
        if found is None or not _out_of_line(draft, enrollment, run.steps[step.id], step, found):
            continue
        mine = draft.enrollment(pathway)
        held = steps.run_of(mine, step.id)
        if held is not None:
            _bring_into_line(draft, mine, held, step, found)
            enrollment = draft.journey.enrollments[pathway]


def after_hold(draft: Draft, enrollment: Enrollment) -> None:
    """A hold has ended: its length moved all due times, but a window is where its date is."""
    for step in draft.ready(enrollment).windowed:
        run = steps.run_of(enrollment, step.id)
        if run is not None and run.steps[step.id].anchor:
            draft.step_run(run, enrollment.pathway, step.id).anchor = " "


def aimed(draft: Draft, enrollment: Enrollment, due: Due, moment: int) -> int:
    """When something comes that was moved to ``moment``: a reevaluation, on an open day (T2)."""
    if due.kind != "reevaluate":
        return moment
    every = draft.ready(enrollment).stages[due.ref].every
    return moment if every is None else on_open_day(draft.calendar, moment, every, draft.now)


def _arranged(draft: Draft, pathway: str, step: str) -> Due | None:
    return next(
        (
            due
            for due in draft.agenda()
            if due.pathway == pathway and due.ref == step and due.kind in ("start", "recur")
        ),
        None,
    )


def _out_of_line(
    draft: Draft, enrollment: Enrollment, state: StepRun, step: Step, found: windows.Bounds
) -> bool:
    """Whether the date has changed, or a step that waits for its window no longer should."""
    if state.outcome == WINDOW_OVER and state.status in ("skipped", "done"):
        return draft.now <= found.closes and state.anchor != found.anchor
    if state.armed and state.status == "waiting" and not state.started:
        wanted = draft.ready(enrollment).when[step.id](draft.view(enrollment))
        return state.anchor != found.anchor or wanted is not True
    return (state.armed or state.status == "open") and state.anchor != found.anchor


def _bring_into_line(
    draft: Draft, enrollment: Enrollment, run: StageRun, step: Step, found: windows.Bounds
) -> None:
    pathway = enrollment.pathway
    state = draft.step_run(run, pathway, step.id)
    moved = state.anchor not in (" ", found.anchor)
    if moved and step.window is not None:
        draft.say(
            "window-moved",
            pathway,
            step.id,
            state.occurrence,
            title=step.title,
            element=step.window.of,
            to=found.anchor,
        )
    due = _arranged(draft, pathway, step.id)
    state.anchor = found.anchor
    if state.outcome == WINDOW_OVER and state.status in ("skipped", "done"):
        _comes_back(draft, enrollment, step, state)
    elif state.armed and due is not None and due.kind == "recur":
        draft.drop("recur", pathway, step.id)
        state.armed = False
        steps.arm(draft, enrollment, step, state)
    elif state.armed:
        draft.drop("start", pathway, step.id)
        state.armed = False
        draft.unsettle(pathway)
    elif step.verb in HUMAN_VERBS:
        _move_task(draft, enrollment, step, state, found)
    elif step.verb == "schedule":
        _move_appointment(draft, enrollment, step, state, found)


def _comes_back(draft: Draft, enrollment: Enrollment, step: Step, state: StepRun) -> None:
    """Its window is not over after all."""
    if state.status == "done":
        state.outcome = ""
        steps.arm(draft, enrollment, step, state)
        return
    state.status, state.ended, state.outcome = "waiting", 0, ""
    enrollment.ends.pop(step.id, None)
    enrollment.outcomes.pop(step.id, None)
    draft.unsettle(enrollment.pathway)


def _move_task(
    draft: Draft, enrollment: Enrollment, step: Step, state: StepRun, found: windows.Bounds
) -> None:
    """An open task is due when the window closes now; one that others share, no later than it
    was."""
    if found.last_day is None or step.every is not None:
        return
    at = (enrollment.pathway, step.id, state.occurrence)
    for held in list(draft.journey.tasks.values()):
        if held.kind != step.verb or at not in [
            (s.pathway, s.step, s.occurrence) for s in held.sources
        ]:
            continue
        own = deadline(draft.calendar, state.opened, step.due) if step.due else found.closes
        due = max(min(own, found.closes), draft.now)
        if len(held.sources) > 1:
            due = min(due, held.due)
        task = draft.task(held.id)
        task.due = due
        chasing.watch(draft, task)
        tasks.show(draft, task)


def _move_appointment(
    draft: Draft, enrollment: Enrollment, step: Step, state: StepRun, found: windows.Bounds
) -> None:
    """An appointment that is not within the window any more is given back, and asked for anew."""
    at = (enrollment.pathway, step.id, state.occurrence)
    for held in list(draft.journey.appointments.values()):
        if [(s.pathway, s.step, s.occurrence) for s in held.sources] != [at]:
            continue
        if held.status == "booked" and found.opens <= held.starts <= found.closes:
            continue
        appointments.give_back(draft, held.id, "window-moved", tell_patient=True)
        state.status = "waiting"
        draft.unsettle(enrollment.pathway)
