"""Matching: a referral that may be this patient's waits for a person to say so (X7).

The referral itself stays outside, with all that it tells of whoever it is: what is not this
patient's must not be in this patient's journey. Here is the question, with its clock.
"""

from __future__ import annotations

from pathways.calendar.table import civil, deadline, local_day
from pathways.journey import tasks
from pathways.journey.answers import Refused
from pathways.journey.draft import Draft
from pathways.journey.effects import Answer
from pathways.journey.events import Enroll, Match
from pathways.journey.state import Enrollment, Source, Task
from pathways.spans import Span

KIND = "match"
STEP = "match"
DUE = Span(1, "business-day")
SAME, OTHER, ELSEWHERE = "same-person", "other-person", "elsewhere"
LOOKED_THROUGH = {
    "joined": "Another case of this patient was joined with this one: look through what was open",
    "parted": "A case that was joined is another person's: look through what came from it",
}


def match(draft: Draft, event: Match) -> Answer:
    """Ask whether a referral is this patient's, or say that it is not. Raises ``Refused``."""
    if event.verdict in LOOKED_THROUGH:
        return _look_through(draft, event)
    if event.verdict:
        return _not_this_patient(draft, event)
    asked = question(draft, event.match)
    if asked is not None:
        return Answer("applied", "already-known", "This was asked before.", task=asked.id)
    if draft.journey.status == "closed":
        draft.journey.status = "closing"
    who = f" by {event.referrer}" if event.referrer else ""
    task = tasks.open_task(
        draft,
        _under(draft, event.pathway),
        Source(_under(draft, event.pathway).pathway, "", STEP, draft.serial()),
        kind="match",
        title=f"Possible duplicate: is the referral to {event.pathway} this patient's?",
        owner="case-manager",
        due=DUE,
        outcomes=(SAME, OTHER),
        reasons=(event.likeness, f"referred{who} on {day(draft, event.referred)}"),
        about=event.match,
    )
    text = f"The referral waits: task {task.id} asks whether it is this patient's."
    return Answer("applied", "match-asked", text, task=task.id)


def question(draft: Draft, match: str) -> Task | None:
    """The open task that asks it."""
    return next(
        (t for t in draft.journey.tasks.values() if t.kind == KIND and t.about == match), None
    )


def check(task: Task) -> None:
    """The answer moves a referral, which only who holds it can. Raises ``Refused``."""
    if task.kind == KIND:
        raise Refused(
            "must-be-matched",
            f"Task {task.id} asks about a referral: say careway matches confirm {task.about}, or "
            "reject.",
        )


def confirmed(draft: Draft, event: Enroll) -> None:
    """It is the same person: the question is closed, whatever comes of the enrollment."""
    asked = question(draft, event.match)
    draft.say("match-confirmed", event.pathway, STEP, actor=event.actor.role, match=event.match)
    if asked is not None:
        tasks.close_task(draft, asked.id, "done", SAME, event.actor.role)


def answer_referrers(draft: Draft, event: Enroll, enrollment: Enrollment, first: int) -> None:
    """Every referrer gets an answer (X7): one task names all who wait for it. ``first``: the
    instant of the referral on record. A referral of which nobody says whose it is needs none."""
    if not event.referrer and not event.match:
        return
    who = event.referrer or "the referrer"
    reasons = [
        f"the referral of {day(draft, first)}: the case goes on, answer {_whose(enrollment)}"
    ]
    reasons.append(f"the referral of {day(draft, event.referred)}: linked to it, answer {who}")
    for task in draft.journey.tasks.values():
        if task.kind == "answer-referrer" and task.sources[0].pathway == event.pathway:
            for reason in reasons:
                if reason not in task.reasons:
                    tasks.add_reason(draft, task.id, reason)
            return
    tasks.open_task(
        draft,
        enrollment,
        Source(event.pathway, "", "answer-referrer", draft.serial()),
        kind="answer-referrer",
        title="Two referrals, one case: answer every referrer",
        owner=draft.ready(enrollment).pathway.stages[0].by,
        due=DUE,
        outcomes=("answered",),
        reasons=tuple(reasons),
        about="answer-referrer",
    )


def day(draft: Draft, instant: int) -> str:
    """The local date of an instant."""
    year, month, of_month = civil(local_day(draft.calendar, instant))
    return f"{year:04}-{month:02}-{of_month:02}"


def _whose(enrollment: Enrollment) -> str:
    return enrollment.referrer or "its referrer"


def _not_this_patient(draft: Draft, event: Match) -> Answer:
    asked = question(draft, event.match)
    if asked is None:
        raise Refused("no-such-match", "This journey is not asked that: it was decided before.")
    draft.say_of(
        asked.sources[0],
        "match-rejected" if event.verdict == OTHER else "match-elsewhere",
        event.actor.role,
        match=event.match,
        reason=event.reason or None,
    )
    tasks.close_task(draft, asked.id, "done", event.verdict, event.actor.role)
    return Answer("applied", task=asked.id)


def _look_through(draft: Draft, event: Match) -> Answer:
    """Two cases became one, or two again: what was open in the other keeps its clock and its
    urgency in one task, for a person to take up here what is needed (X7)."""
    if draft.journey.status == "closed":
        draft.journey.status = "closing"
    under = _under(draft, event.pathway)
    role, why = event.actor.role, event.reason or None
    draft.say(
        "cases-joined" if event.verdict == "joined" else "cases-parted",
        actor=role,
        match=event.match,
        reason=why,
    )
    task = tasks.open_task(
        draft,
        under,
        Source(under.pathway, "", STEP, draft.serial()),
        kind="joined",
        title=LOOKED_THROUGH[event.verdict],
        owner="case-manager",
        due=DUE,
        outcomes=("looked-through",),
        reasons=event.left,
        about=event.match,
        urgency=event.urgency,
        due_at=_sooner(draft, event.due),
    )
    return Answer("applied", f"cases-{event.verdict}", task=task.id)


def _sooner(draft: Draft, due: int) -> int:
    usual = deadline(draft.calendar, draft.now, DUE)
    return min(due, usual) if due else usual


def _under(draft: Draft, pathway: str) -> Enrollment:
    """The enrollment that the question stands under: the one that is meant, if it runs, else
    another that does, else the latest. Raises ``Refused`` when none is at hand."""
    known = [e for e in draft.journey.enrollments.values() if e.digest in draft.library]
    if not known:
        raise Refused("journey-closed", "Nothing of this journey is at hand: enroll first.")
    return max(known, key=lambda e: (e.status != "discharged", e.pathway == pathway, e.ended))
