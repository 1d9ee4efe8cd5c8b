"""What happens to a patient: hospital, holds, withdrawal, consent, death."""

from __future__ import annotations

from pathways.journey import (
    attempts,
    bereavement,
    consents,
    death,
    leaving,
    moving,
    retiming,
    rules,
    subjects,
    tasks,
)
from pathways.journey.accepting import accept
from pathways.journey.answers import Refused
from pathways.journey.authorizing import coverage
from pathways.journey.draft import Draft
from pathways.journey.effects import Answer
from pathways.journey.events import Close, Hold, Report, Resume, Withdraw
from pathways.journey.orders import rulings
from pathways.journey.state import Due, Enrollment, Source
from pathways.spans import Span

HOLD_REVIEW = 30 * 86_400
"""A hold without an end is looked at every 30 days: no state waits for ever (I9)."""


def report(draft: Draft, event: Report) -> Answer:
    """Something happened; the journey reacts, then the pathways' rules do."""
    accept(draft, event)
    match event.event:
        case "deceased":
            death.reported(draft, event)
        case "death-disproved":
            death.verify_death(draft, verified=False)
        case "death-corrected" | "death-retracted":
            return bereavement.put_right(draft, event)
        case "consent-withdrawn":
            consents.withdrawn(draft)
        case "consent-given":
            subjects.allow_contact(draft)
        case "caregiver-access":
            subjects.limit_access(draft, event)
        case "physician-order":
            rulings.ordered(draft, event)
        case coverage.EVENT:
            coverage.changed(draft, event)
            rules.on_event(draft, event.event)
        case "moved":
            moving.move(draft, event.calendar)
            rules.on_event(draft, event.event)
        case "reached":
            attempts.reached(draft)
            rules.on_event(draft, event.event)
        case "caregiver-consent-given" | "caregiver-consent-withdrawn":
            subjects.consent(draft, event)
            rules.on_event(draft, event.event)
        case name if any(name in draft.ready(e).rules_on for e in draft.running()):
            rules.on_event(draft, name)
        case name:
            return Answer(
                "applied",
                "nobody-listens",
                f"No rule of this patient's pathways listens to {name}: it stands on the timeline, "
                "and nothing follows. Check the spelling.",
            )
    return Answer("applied")


# -- hospital (X5) -----------------------------------------------------------------------


def admit(draft: Draft, since: int) -> None:
    """Community work is suspended while others care for the patient."""
    draft.journey.hospital = since
    for enrollment in draft.running():
        if enrollment.status == "active":
            pause(draft, enrollment.pathway, "admitted", None)


def come_home(draft: Draft) -> None:
    """What the hospital stopped goes on."""
    draft.journey.hospital = 0
    for enrollment in draft.running():
        if enrollment.status == "held" and enrollment.held_for == "admitted":
            unpause(draft, enrollment.pathway)


# -- holds -------------------------------------------------------------------------------------


def hold(draft: Draft, event: Hold) -> Answer:
    """Pause an enrollment, or all of them."""
    targets = _targets(draft, event.pathway, "active")
    if not targets:
        raise Refused("not-active", "Nothing to hold: no such enrollment is active.")
    if event.until is not None and event.until <= draft.now:
        raise Refused("in-the-past", "A hold must end in the future.")
    for pathway in targets:
        pause(draft, pathway, event.reason, event.until)
    return Answer("applied")


def resume(draft: Draft, event: Resume) -> Answer:
    """End a hold; every due time moves by its length."""
    targets = _targets(draft, event.pathway, "held")
    if not targets:
        raise Refused("not-held", "Nothing to resume: no such enrollment is on hold.")
    for pathway in targets:
        unpause(draft, pathway)
    return Answer("applied")


def _targets(draft: Draft, pathway: str, status: str) -> list[str]:
    return [
        e.pathway
        for e in draft.running()
        if e.status == status and (not pathway or e.pathway == pathway)
    ]


def pause(draft: Draft, pathway: str, reason: str, until: int | None) -> None:
    """Freeze an enrollment's clocks: its agenda waits outside the journey's."""
    enrollment = draft.enrollment(pathway)
    enrollment.paused = tuple(draft.drop_pathway(pathway))
    enrollment.status = "held"
    enrollment.held = draft.now
    enrollment.held_for = reason
    tasks.freeze(draft, pathway)
    draft.say("held", pathway, reason=reason, until=until or 0)
    draft.at(until or draft.now + HOLD_REVIEW, "hold", pathway, n=1 if until else 0)
    leaving.show(draft, enrollment)


def unpause(draft: Draft, pathway: str) -> None:
    """Thaw an enrollment's clocks: all due times move by the length of the hold."""
    enrollment = draft.enrollment(pathway)
    length = draft.now - enrollment.held
    draft.drop("hold", pathway)
    enrollment.status = "active"
    paused, enrollment.paused = enrollment.paused, ()
    for due in paused:
        moment = due.at if due.kind in ("reminder", "attendance") else due.at + length
        moment = retiming.aimed(draft, enrollment, due, max(moment, draft.now))
        draft.at(moment, due.kind, due.pathway, due.ref, due.n)
    for task in list(draft.journey.tasks.values()):
        if task.kind == "hold" and task.sources[0].pathway == pathway:
            tasks.close_task(draft, task.id, "cancelled", "resumed")
    tasks.thaw(draft, pathway)
    retiming.after_hold(draft, enrollment)
    enrollment.held, enrollment.held_for = 0, ""
    draft.say("resumed", pathway, seconds=length)
    leaving.show(draft, enrollment)
    draft.unsettle(pathway)


def hold_due(draft: Draft, due: Due) -> None:
    """A hold's end has come, or it has lasted long without one: a person looks at it."""
    enrollment = draft.journey.enrollments[due.pathway]
    if enrollment.status != "held":
        return
    if due.n and draft.journey.hospital:
        # The hold is over, the stay is not: coming home resumes.
        draft.enrollment(due.pathway).held_for = "admitted"
        draft.say("held", due.pathway, reason="admitted", until=0)
        draft.at(draft.now + HOLD_REVIEW, "hold", due.pathway)
        return
    if due.n:
        unpause(draft, due.pathway)
        return
    if not any(
        t.kind == "hold" and t.sources[0].pathway == due.pathway
        for t in draft.journey.tasks.values()
    ):
        tasks.open_task(
            draft,
            enrollment,
            Source(due.pathway, "", "hold", 0),
            kind="hold",
            title=f"Still on hold ({enrollment.held_for}): resume or keep?",
            owner="",
            due=Span(3, "business-day"),
            outcomes=("keep", "resume"),
            about="hold",
        )
    draft.at(draft.now + HOLD_REVIEW, "hold", due.pathway)


def end_hold_review(draft: Draft, pathway: str, outcome: str) -> None:
    """The person who looked at a long hold has decided."""
    enrollment = draft.journey.enrollments.get(pathway)
    if outcome == "resume" and enrollment is not None and enrollment.status == "held":
        unpause(draft, pathway)


# -- leaving -------------------------------------------------------------------------------------


def withdraw(draft: Draft, event: Withdraw) -> Answer:
    """The patient leaves a pathway, or the program."""
    targets = [e.pathway for e in draft.running() if event.pathway in ("", e.pathway)]
    if not targets:
        raise Refused("not-enrolled", "The patient is not enrolled there.")
    draft.say("withdrawal", event.pathway, actor=event.actor.role, reason=event.reason)
    if not event.pathway:
        draft.drop("stay")
    for pathway in targets:
        leaving.discharge(draft, draft.enrollment(pathway), "withdrawn")
    _tell_physician(draft, draft.enrollment(targets[0]), event.reason)
    return Answer("applied")


def _tell_physician(draft: Draft, enrollment: Enrollment, reason: str) -> None:
    """The physician hears of a withdrawal within a business day, and says so (X4)."""
    tasks.open_task(
        draft,
        enrollment,
        Source(enrollment.pathway, "", "withdrawn", draft.serial()),
        kind="inform",
        title="The patient has withdrawn: take over what is needed",
        owner=tasks.physician(draft, enrollment),
        due=Span(1, "business-day"),
        outcomes=("noted",),
        reasons=(reason,),
        about="withdrawn",
    )


def close(draft: Draft, event: Close) -> Answer:
    """Discharge by hand, with the disposition that a person states."""
    enrollment = draft.journey.enrollments.get(event.pathway)
    if enrollment is None or enrollment.status == "discharged":
        raise Refused("not-enrolled", f"The patient is not enrolled on {event.pathway}.")
    if event.disposition in ("deceased", "withdrawn"):
        raise Refused(
            "wrong-command",
            f"Report {event.disposition} as what it is: it does more than end an enrollment.",
        )
    draft.say(
        "closed-by-hand",
        event.pathway,
        actor=event.actor.role,
        reason=event.reason,
        disposition=event.disposition,
    )
    leaving.discharge(draft, draft.enrollment(event.pathway), event.disposition)
    return Answer("applied")
