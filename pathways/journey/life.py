"""What happens to a patient: hospital, holds, withdrawal, consent, death."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from pathways.journey import (
    appointments,
    attempts,
    leaving,
    messages,
    moving,
    retiming,
    rules,
    rulings,
    subjects,
    tasks,
)
from pathways.journey.accepting import accept
from pathways.journey.answers import Refused
from pathways.journey.draft import Draft
from pathways.journey.effects import Answer
from pathways.journey.events import Close, Hold, Report, Resume, Withdraw
from pathways.journey.state import Due, Enrollment, Source
from pathways.spans import Span

HOLD_REVIEW = 30 * 86_400
"""A hold without an end is looked at every 30 days: no state waits for ever (I9)."""


def report(draft: Draft, event: Report) -> Answer:
    """Something happened; the journey reacts, then the pathways' rules do."""
    accept(draft, event)
    match event.event:
        case "deceased":
            _death(draft, event)
        case "death-disproved":
            verify_death(draft, verified=False)
        case "consent-withdrawn":
            _silence(draft)
        case "consent-given":
            subjects.allow_contact(draft)
        case "physician-order":
            rulings.ordered(draft, event)
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
        draft.at(max(moment, draft.now), due.kind, due.pathway, due.ref, due.n)
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


def _silence(draft: Draft) -> None:
    """Consent withdrawn (X4): no automated contact; a person makes contact within a business
    day. What is open for the patient's safety stays open."""
    draft.journey.silent = True
    messages.silence(draft)
    running = draft.running()
    if not running:
        return
    tasks.open_task(
        draft,
        running[0],
        Source(running[0].pathway, "", "consent-withdrawn", draft.serial()),
        kind="consent",
        title="Consent to messages withdrawn: call the patient",
        owner="case-manager",
        due=Span(1, "business-day"),
        about="consent",
    )


# -- death (X6) ------------------------------------------------------------------------------------


def _death(draft: Draft, event: Report) -> None:
    messages.silence(draft)
    if event.verified:
        _die(draft)
        return
    if draft.journey.frozen:
        return
    draft.journey.frozen = True
    mine = draft.journey.enrollments.values()
    known = sorted((e for e in mine if e.digest in draft.library), key=lambda e: -e.ended)
    under = next(iter((*draft.running(), *known)), None)
    if under is not None:
        # Also of a patient who is away, or has left: somebody must find out (I9).
        see_that_death_is_verified(draft, under)


def see_that_death_is_verified(draft: Draft, enrollment: Enrollment) -> None:
    """A reported death holds messages back: somebody is asked whether it is true (I9). Asked
    again when a patient comes back whose last pathway had ended with the question."""
    asked = any(task.kind == "verify-death" for task in draft.journey.tasks.values())
    if asked or not draft.journey.frozen:
        return
    tasks.open_task(
        draft,
        enrollment,
        Source(enrollment.pathway, "", "death-reported", draft.serial()),
        kind="verify-death",
        title="A death is reported: verify it",
        owner="",
        due=Span(1, "business-day"),
        outcomes=("verified", "disproved"),
        about="death",
        urgency="RT-1BD",
    )


def verify_death(draft: Draft, *, verified: bool) -> None:
    """The report of a death is verified, or was wrong."""
    if verified:
        _die(draft)
        return
    if not draft.journey.frozen:
        return
    draft.journey.frozen = False
    draft.say("death-disproved")
    for task in list(draft.journey.tasks.values()):
        if task.kind == "verify-death":
            tasks.close_task(draft, task.id, "done", "disproved")
            draft.unsettle(task.sources[0].pathway)


def _die(draft: Draft) -> None:
    """All tasks and appointments are cancelled; nothing reaches the patient; the team is told."""
    journey = draft.journey
    if journey.patient is not None:
        journey.patient = replace(journey.patient, deceased=True)
    draft.say("died")
    draft.drop("stay")
    owners = [t.owner for t in journey.tasks.values()]
    ended = [draft.enrollment(e.pathway) for e in draft.running()]
    for mine in ended:
        leaving.discharge(draft, mine, "deceased")
    for appointment in list(journey.appointments):
        appointments.give_back(draft, appointment, "deceased", tell_patient=False)
    for task in list(draft.journey.tasks):
        tasks.close_task(draft, task, "cancelled", "deceased")
    if ended:
        # Last: what ends an enrollment retracts all that was still to be sent for it.
        _tell_team(draft, ended[0], dict.fromkeys((*owners, *journey.team)))


def _tell_team(draft: Draft, enrollment: Enrollment, roles: Iterable[str]) -> None:
    """Each role with work for this patient hears of it once (within one business day, X6)."""
    for role in roles:
        messages.notify(
            draft,
            enrollment,
            step="death",
            occurrence=0,
            to=role,
            message="team-notice",
            kind="team-notice",
        )
