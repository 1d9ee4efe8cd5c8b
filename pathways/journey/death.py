"""Death: reported, verified or disproved; what it ends, and who hears of it (X6)."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from pathways.journey import appointments, bereavement, leaving, messages, tasks
from pathways.journey.draft import Draft
from pathways.journey.events import Report
from pathways.journey.state import Enrollment, Source
from pathways.spans import Span


def reported(draft: Draft, event: Report) -> None:
    """A death, verified or only reported: nothing goes to the patient from now on."""
    if draft.journey.patient is not None and draft.journey.patient.deceased:
        return  # told again: another date is a correction
    messages.silence(draft)
    draft.journey.died = min(event.at, draft.now)
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
    patient = draft.journey.patient
    if not draft.journey.frozen or (patient is not None and patient.deceased):
        return
    draft.journey.frozen, draft.journey.died = False, 0
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
    journey.died = journey.died or draft.now
    draft.say("died", of=journey.died)
    draft.drop("stay")
    owners = [t.owner for t in journey.tasks.values()]
    ended = [draft.enrollment(e.pathway) for e in draft.running()]
    for mine in ended:
        leaving.discharge(draft, mine, "deceased")
    for appointment in list(journey.appointments):
        appointments.give_back(draft, appointment, "deceased", tell_patient=False)
    for task in list(draft.journey.tasks.values()):
        if task.kind != "match":  # perhaps the referral is somebody else's
            tasks.close_task(draft, task.id, "cancelled", "deceased")
    if ended:
        _see_that_others_are_told(draft, ended[0])
        bereavement.begin(draft, ended[0])
        # Last: what ends an enrollment retracts all that was still to be sent for it.
        _tell_team(draft, ended[0], dict.fromkeys((*owners, *journey.team)))


def _see_that_others_are_told(draft: Draft, enrollment: Enrollment) -> None:
    """Pharmacy and payer hear of it within a business day (X6): from a person, as Careway writes to
    neither."""
    tasks.open_task(
        draft,
        enrollment,
        Source(enrollment.pathway, "", "death-told", 0),
        kind="tell-death",
        title="Tell the pharmacy and the payer that the patient has died",
        owner="case-manager",
        due=Span(1, "business-day"),
        outcomes=("told", "not-needed"),
        about="death",
    )


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
