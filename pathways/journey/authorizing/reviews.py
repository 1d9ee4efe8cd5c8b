"""Reviews under way: opened with the task of an ``authorize`` step, moved, ended with it.

A payer's clocks run whatever the journey does: their agenda entries (kind ``review``, ref
``r5/decide``) belong to no pathway, so that no hold stops them.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from pathways.journey.draft import Draft
from pathways.journey.effects import TaskRow
from pathways.journey.state import Enrollment, Source, Task
from pathways.review import clocks, machine
from pathways.review.cover import NOBODY
from pathways.review.machine import ENDED, UNDECIDED, By, State
from pathways.review.payer import Clock, Payer, clock_for, usual_payer
from pathways.review.record import ReviewRun, Transition

NOT_OBSERVED = "not-observed"
"""Reason of the states that a request passed without anybody saying so."""
OUTCOMES: dict[str, State] = {
    "approved": "approved",
    "partial": "approved-partial",
    "denied": "denied",
}
"""How an ``authorize`` step's task ends -> the state that this is."""


def payers_of(draft: Draft, pathway: str) -> dict[str, Payer]:
    """The payers that the pathway carries; none: it was compiled without, and has no reviews."""
    return draft.ready(draft.journey.enrollments[pathway]).pathway.payers


def payer_of(draft: Draft, run: ReviewRun) -> Payer:
    """The payer of a request."""
    return payers_of(draft, run.pathway)[run.payer]


def source_of(run: ReviewRun) -> Source:
    """What a review's tasks serve: no stage, so that they outlast the one that asked."""
    return Source(run.pathway, "", run.step, run.occurrence)


def put(draft: Draft, run: ReviewRun) -> ReviewRun:
    """Keep a review as it is now."""
    draft.journey.reviews = {**draft.journey.reviews, run.id: run}
    return run


# -- opening and following ---------------------------------------------------------------------


def follow(draft: Draft) -> list[tuple[ReviewRun, str]]:
    """Open a review with each new task that asks for an authorization, and end or move along
    those whose task was closed without a word about its review. The reviews that were under way
    at a payer and are told to be decided are returned, with the outcome: they have duties."""
    told = []
    for row in list(draft.task_rows.values()):
        if row.kind != "authorize":
            continue
        run = next((r for r in draft.journey.reviews.values() if r.task == row.task), None)
        if row.status == "open" and run is None:
            _open(draft, draft.journey.tasks[row.task])
        elif row.status != "open" and run is not None and run.state in UNDECIDED:
            decided = _task_closed(draft, run, row)
            if decided is not None:
                told.append((decided, row.outcome))
    return told


def _open(draft: Draft, task: Task) -> None:
    first = task.sources[0]
    payers = payers_of(draft, first.pathway)
    if not payers or task.about:
        return
    patient = draft.journey.patient
    known = patient.payer if patient is not None else ""
    step = draft.ready(draft.journey.enrollments[first.pathway]).steps[first.step]
    run = ReviewRun(
        id=f"r{draft.serial()}",
        pathway=first.pathway,
        step=first.step,
        occurrence=first.occurrence,
        service=step.service,
        payer=known if known in payers or known == NOBODY else usual_payer(payers),
        opened=draft.now,
        stage=first.stage,
        task=task.id,
        owner=task.owner,
    )
    put(draft, run)
    draft.say_of(
        source_of(run), "review-opened", review=run.id, service=run.service, payer=run.payer
    )


def _task_closed(draft: Draft, run: ReviewRun, row: TaskRow) -> ReviewRun | None:
    if row.status == "done" and row.outcome in OUTCOMES:
        used = run.state != "draft"
        actor = next((e.actor for e in reversed(draft.entries) if e.kind == "task-done"), "")
        to = OUTCOMES[row.outcome]
        by = By(actor)
        run = replace(run, decide_by=0, notice=draft.now)
        for state in machine.way(run.state, to):
            why = "" if state == to else NOT_OBSERVED
            run = moved(draft, run, state, draft.now, by, reason=why)
        disarm(draft, run.id)
        return run if used else None
    if run.state == "draft" or row.status in ("declined", "varied"):
        moved(draft, run, "withdrawn", draft.now, By(row.owner), reason=row.outcome)
        disarm(draft, run.id)
    else:
        # The stage that asked is over, the payer's answer will still come.
        put(draft, replace(run, task=""))
    return None


def end_all(draft: Draft, enrollment: Enrollment) -> None:
    """An enrollment ends: nothing is waited for any more (I5)."""
    for run in list(draft.journey.reviews.values()):
        if run.pathway != enrollment.pathway or run.state in ENDED:
            continue
        may = machine.MOVES[run.state]
        died = enrollment.disposition == "deceased"
        to: State = "cancelled-deceased" if died else "closed" if "closed" in may else "withdrawn"
        moved(draft, run, to, draft.now, By("careway"), reason=enrollment.disposition)
        disarm(draft, run.id)


# -- moving ----------------------------------------------------------------------------------------


def moved(
    draft: Draft,
    run: ReviewRun,
    to: State,
    at: int,
    by: By,
    *,
    actor: str = "",
    reason: str = "",
    family: str = "",
    criteria: str = "",
    letter: str = "",
    late: bool = False,
    **changes: Any,
) -> ReviewRun:
    """The review in its next state, kept and told. ``changes``: further fields of it."""
    transition = Transition(
        to=to,
        at=at,
        zone=draft.calendar.zone,
        role=by.role,
        person=by.person,
        credential=by.credential,
        clock=clock_name(draft, run),
        reason=reason,
        family=family,
        criteria=criteria,
        letter=letter,
        late=late,
    )
    stands = replace(run, state=to, history=(*run.history, transition), **changes)
    put(draft, stands)
    draft.say_of(
        source_of(stands),
        "review-moved",
        actor,
        review=run.id,
        service=run.service,
        state=to,
        at=at,
        by=by.role,
        credential=by.credential,
        reason=reason,
        family=family,
        criteria=criteria,
        letter=letter,
        clock=transition.clock,
        due=stands.decide_by,
        late=late,
        payer=stands.payer,
    )
    return stands


def clock_name(draft: Draft, run: ReviewRun) -> str:
    """Payer, version and id of the clock that a request is judged by."""
    if not run.clock:
        return ""
    return f"{run.payer} {payer_of(draft, run).version} {run.clock}"


# -- clocks ----------------------------------------------------------------------------------------


def clock_of(draft: Draft, run: ReviewRun) -> Clock | None:
    """The clock of this sort of request at its payer."""
    return clock_for(payer_of(draft, run), run.type, run.speed, run.benefit)


def due_of(draft: Draft, run: ReviewRun) -> int:
    """Until when the request must be decided, had nothing been asked for; 0: no such clock."""
    clock = clock_of(draft, run)
    if clock is None:
        return 0
    due = clocks.decide_by(draft.calendar, clock, run.received, end_of_parent(draft, run))
    return clocks.extended(draft.calendar, clock, due) if run.extended else due


def end_of_parent(draft: Draft, run: ReviewRun) -> int:
    """When the authorization that should be extended runs out; 0: this is no extension."""
    parent = draft.journey.reviews.get(run.of)
    if parent is None or parent.approval is None:
        return 0
    return clocks.ends(draft.calendar, parent.approval)


def arm(draft: Draft, review: str, what: str, instant: int) -> None:
    """Put one of a review's clocks on the agenda, in place of what stood there."""
    ref = f"{review}/{what}"
    draft.drop("review", ref=ref)
    draft.at(max(instant, draft.now), "review", ref=ref)


def disarm(draft: Draft, review: str, *whats: str) -> None:
    """Take clocks of a review off the agenda; without names, all of them."""
    for due in [d for d in draft.agenda() if d.kind == "review"]:
        name, _, what = due.ref.partition("/")
        if name == review and (not whats or what in whats):
            draft.drop("review", ref=due.ref)
