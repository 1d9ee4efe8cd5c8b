"""The agenda at work: what is due happens in due order, and all that follows from it."""

from __future__ import annotations

from pathways.journey import (
    appointments,
    foresight,
    life,
    medication,
    messages,
    retiming,
    rules,
    serving,
    stages,
    steps,
    tasks,
)
from pathways.journey.authorizing import coverage, reviewing
from pathways.journey.careplan import owngoals
from pathways.journey.draft import Draft, KernelError
from pathways.journey.lookback import past
from pathways.journey.orders import standing
from pathways.journey.readmission import episodes
from pathways.journey.state import Due
from pathways.journey.team import shifts, staffing

LIMIT = 10_000
"""More than any journey can have due at once."""


def run(draft: Draft, until: int) -> None:
    """Everything due by ``until`` happens, in due order."""
    for _ in range(LIMIT):
        due = draft.next_due(until)
        if due is None:
            return
        _happen(draft, due)
        settle(draft)
    raise KernelError("The agenda of this journey never empties.")


def settle(draft: Draft) -> None:
    """Act on what changed until nothing more follows."""
    for _ in range(LIMIT):
        if draft.changed:
            names, draft.changed = tuple(draft.changed), {}
            _values_changed(draft, names)
        elif draft.unsettled:
            stages.settle(draft, next(iter(draft.unsettled)))
        else:
            return
    raise KernelError("The rules of this journey never come to rest.")


def _values_changed(draft: Draft, names: tuple[str, ...]) -> None:
    rules.on_values(draft, names)
    past.look_back(draft)
    medication.on_values(draft, names)
    for enrollment in draft.running():
        sensitive = draft.ready(enrollment).sensitive
        if any(name in sensitive for name in names):
            judge_goals(draft, enrollment.pathway)
            draft.unsettle(enrollment.pathway)


def judge_goals(draft: Draft, pathway: str) -> None:
    """Judge an enrollment's goals again; the timeline says when one is met or lost."""
    enrollment = draft.journey.enrollments[pathway]
    view = draft.view(enrollment)
    for test, goal in draft.ready(enrollment).goals:
        verdict = {True: "met", False: "not-met", None: "unknown"}[test(view)]
        if enrollment.goals.get(goal.id, "unknown") != verdict:
            draft.enrollment(pathway).goals[goal.id] = verdict
            draft.say("goal", pathway, goal.id, title=goal.title, status=verdict)


def _happen(draft: Draft, due: Due) -> None:
    if due.kind == "task":
        if due.ref in draft.journey.tasks:
            tasks.overdue(draft, due.ref)
        return
    if due.kind == "own-goal":
        owngoals.overdue(draft, due)
        return
    if due.kind == "absence":
        staffing.due(draft, due)
        return
    if due.kind == foresight.KIND:
        medication.judge(draft)
        return
    if due.kind == "review":
        reviewing.due(draft, due)
        return
    if due.kind == shifts.KIND:
        staffing.shift(draft, due)
        return
    if due.kind == coverage.KIND:
        coverage.due(draft, due)
        return
    if due.kind == "stay":
        episodes.ask(draft, due.ref)
        return
    enrollment = draft.journey.enrollments.get(due.pathway)
    if enrollment is None or enrollment.status == "discharged":
        return
    if due.kind == "hold":
        life.hold_due(draft, due)
    elif due.kind == "reminder":
        appointments.remind(draft, due.ref)
    elif due.kind == "attendance":
        appointments.ask_attendance(draft, due.ref)
    else:
        _happen_in_stage(draft, due)


def _happen_in_stage(draft: Draft, due: Due) -> None:
    enrollment = draft.enrollment(due.pathway)
    match due.kind:
        case "start":
            _start(draft, due)
        case "recur":
            steps.recur(draft, enrollment, due.ref)
        case "monitor":
            steps.monitor(draft, enrollment, due.ref)
        case "wait":
            steps.finish(draft, enrollment, due.ref, due.n, "done", "time")
        case "stage":
            stages.overrun(draft, enrollment, due.ref, due.n)
        case "reevaluate":
            stages.reevaluate(draft, enrollment, due.ref, "schedule")
        case "goal":
            _goal_due(draft, due)
        case "message":
            _message_due(draft, due)
        case _:
            raise KernelError(f"Nothing is known of {due.kind} on the agenda.")


def _start(draft: Draft, due: Due) -> None:
    """The delay of a step is over."""
    enrollment = draft.enrollment(due.pathway)
    run = steps.run_of(enrollment, due.ref)
    if run is not None and run.steps[due.ref].armed:
        step = draft.ready(enrollment).steps[due.ref]
        begin = steps.start if step.window is None else retiming.opened
        begin(draft, enrollment, run, step)


def _message_due(draft: Draft, due: Due) -> None:
    """A message that was put off: it goes now, unless another pathway's meanwhile said the same."""
    effect = draft.journey.unsent.get(due.ref)
    if effect is None:
        return
    enrollment = draft.enrollment(due.pathway)
    step = draft.ready(enrollment).steps.get(effect.step)
    run = steps.run_of(enrollment, effect.step)
    if (
        run is not None
        and step is not None
        and step.verb == "notify"  # the step itself, not word of its appointment or material
        and serving.already_shared(draft, enrollment, step)
    ):
        messages.forget_delayed(draft, due.ref)
        number, outcome = run.steps[step.id].occurrence, "shared"
        draft.say("step-shared", due.pathway, step.id, number, title=step.title)
    elif messages.send_delayed(draft, due.ref, due.pathway):
        outcome = "sent"
        standing.told(draft, due.pathway, effect.step)
    else:
        return
    if run is not None and run.steps[effect.step].status == "open":
        steps.finish(
            draft, enrollment, effect.step, run.steps[effect.step].occurrence, "done", outcome
        )


def _goal_due(draft: Draft, due: Due) -> None:
    """A goal's date has come: if it is not met, the plan is looked at again (P7)."""
    enrollment = draft.journey.enrollments[due.pathway]
    judge_goals(draft, due.pathway)
    if draft.journey.enrollments[due.pathway].goals.get(due.ref) == "met":
        return
    draft.say("goal-overdue", due.pathway, due.ref)
    for stage in draft.ready(enrollment).reevaluations:
        stages.reevaluate(draft, draft.enrollment(due.pathway), stage.id, "goal-overdue")
        return
