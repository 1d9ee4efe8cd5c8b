"""Gathering: calls of one week by one role, for several pathways, are one call (X8).

Same-kind contacts whose windows overlap are one task, with the union of the questions and the
earliest deadline. One attempt at reaching counts for all of them, and closing it ends them all.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathways.compiled import Step, contact_of
from pathways.journey import chasing
from pathways.journey.draft import Draft
from pathways.journey.prepared import nominal_seconds
from pathways.journey.runs import StageRun
from pathways.journey.state import Enrollment, Task
from pathways.undone import UNABLE_TO_REACH

WEEK = 7 * 86_400
CALL = "task"
"""The verb whose contact is a call. An assessment is no call: it may be work on a chart, and what
another has asked it does not ask again. A lesson is none: who declines it may be called."""


def is_call(step: Step) -> bool:
    """Whether a step is a planned call, which may be made together with others."""
    return step.verb == CALL and bool(contact_of(step)) and step.response not in chasing.URGENT


def open_call(draft: Draft, enrollment: Enrollment, step: Step) -> Task | None:
    """The call of another pathway that this one is made with: open, of the same owner and to the
    same person, and it may end in the same ways."""
    if not is_call(step):
        return None
    outcomes = step.outcomes or ("done",)
    for task in draft.journey.tasks.values():
        if (
            task.kind == step.verb
            and task.contact == contact_of(step)
            and task.owner == step.by
            and task.urgency not in chasing.URGENT
            and not task.about
            and not task.blocked
            and draft.now <= task.due
            and all(source.pathway != enrollment.pathway for source in task.sources)
            and any(_runs(draft, source.pathway) for source in task.sources)
            and tuple(o for o in task.outcomes if o != UNABLE_TO_REACH) == outcomes
        ):
            return task
    return None


def due_soon(
    draft: Draft, enrollment: Enrollment, step: Step
) -> Iterator[tuple[Enrollment, StageRun, Step]]:
    """Calls of other pathways that come again within the week, and that this call is early enough
    to be: at least half of their own time has passed since they last began."""
    if not is_call(step):
        return
    for due in [due for due in draft.agenda() if due.kind == "recur"]:
        if due.at > draft.now + WEEK or due.pathway == enrollment.pathway:
            continue
        other = draft.journey.enrollments[due.pathway]
        ready = draft.ready(other)
        theirs = ready.steps[due.ref]
        run = next((r for r in other.active if due.ref in r.steps), None)
        if run is None or theirs.every is None or not is_call(theirs) or theirs.order is not None:
            continue
        passed = draft.now - run.steps[due.ref].opened
        view = draft.view(other)
        if (
            (theirs.verb, theirs.by, contact_of(theirs), theirs.outcomes)
            == (step.verb, step.by, contact_of(step), step.outcomes)
            and other.status == "active"
            and 2 * passed >= nominal_seconds(theirs.every)
            and ready.when[theirs.id](view)
            and not ready.until[theirs.id](view)
        ):
            yield other, run, theirs


def _runs(draft: Draft, pathway: str) -> bool:
    """Not on hold: what is frozen would only be thawed by who joins it."""
    return draft.journey.enrollments[pathway].status == "active"
