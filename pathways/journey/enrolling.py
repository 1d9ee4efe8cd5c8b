"""Enrolling a patient on a pathway: who may come, and who is refused with what reason."""

from __future__ import annotations

from msgspec.structs import replace

from pathways.calendar.table import local_day
from pathways.journey import beginning, matching, medication, moving, values
from pathways.journey.answers import Refused
from pathways.journey.authorizing import coverage
from pathways.journey.careplan import owngoals
from pathways.journey.draft import Draft, KernelError
from pathways.journey.effects import Answer
from pathways.journey.events import Enroll, PatientProfile
from pathways.journey.prepared import Prepared, prepared
from pathways.journey.readmission import episodes, referring
from pathways.journey.state import Enrollment, Fact
from pathways.journey.team import staffing
from pathways.journey.view import PatientView


def enroll(draft: Draft, event: Enroll) -> Answer:
    """Start an enrollment, or find the one that is running (X7)."""
    if event.digest not in draft.library:
        raise KernelError(f"Enrollment on a pathway that is not in the library: {event.digest}.")
    ready = prepared(event.digest, draft.library)
    journey = draft.journey
    if event.match:
        matching.confirmed(draft, event)
    running = journey.enrollments.get(event.pathway)
    if running is not None and running.status != "discharged":
        return referring.already(draft, event)
    known = journey.patient
    profile = _joined(known, event.patient, linked=bool(event.match))
    try:
        _admit(draft, event, ready, profile)
    except Refused:
        if not journey.enrollments:
            journey.status = "closed"
        raise
    journey.patient = replace(profile, medicines=())  # they are on the list from now on
    medication.joined(draft, profile)
    moving.move(draft, event.calendar)  # who joins from elsewhere has moved
    if journey.status == "closed":
        staffing.take_up(draft)
        owngoals.take_up(draft)
    staffing.fill(draft, event.team)
    coverage.noticed(draft, known, event.patient.payer)
    staffing.learn(draft, event.rota)
    found = None if running is None else referring.again(draft, event, running)
    if found is None:
        journey.status = "active"
        _start(draft, event, ready)
        found = Answer("applied", code="enrolled")
    return found


def _joined(known: PatientProfile | None, told: PatientProfile, *, linked: bool) -> PatientProfile:
    """What was known and what is told now; the newer profile wins, codes are joined. Of a referral
    that only a person could tell to be this patient's (``linked``), who the patient is stays."""
    if known is None:
        return told
    if linked:
        told = replace(
            known,
            conditions=told.conditions,
            medications=told.medications,
            medicines=told.medicines,
            payer=told.payer,
        )
    return replace(
        told,
        conditions=tuple(dict.fromkeys((*known.conditions, *told.conditions))),
        medications=tuple(dict.fromkeys((*known.medications, *told.medications))),
        deceased=known.deceased or told.deceased,
        payer=told.payer or known.payer,
        caregiver_access=told.caregiver_access or known.caregiver_access,
    )


def _admit(draft: Draft, event: Enroll, ready: Prepared, profile: PatientProfile) -> None:
    """Raises ``Refused`` unless the patient may be enrolled."""
    pathway = ready.pathway
    if profile.deceased:
        raise Refused("deceased", "The patient is recorded as deceased.")
    if draft.journey.frozen:
        raise Refused("death-reported", "The patient's death is reported: verify it first.")
    if pathway.icd10 and not any(
        code.startswith(prefix) for code in profile.conditions for prefix in pathway.icd10
    ):
        raise Refused(
            "not-eligible",
            f"{pathway.title} needs an active condition coded {' or '.join(pathway.icd10)}.",
        )
    _check_shared_data(draft, ready)
    candidate = draft.journey
    looked_at = replace(
        candidate,
        patient=profile,
        calendar=event.calendar,
        facts={**candidate.facts, **_facts_of(event, draft.now)},
    )
    view = PatientView(looked_at, None, ready, draft.now)
    for test, refusal in ready.refusals:
        if test(view):
            raise Refused("not-eligible", refusal.because)
    verdict = ready.eligible(view)
    if verdict is None:
        raise Refused(
            "eligibility-unknown",
            f"The record does not say enough to judge who may join {pathway.title}.",
        )
    if not verdict:
        raise Refused(
            "not-eligible", f"The patient does not meet the entry rule of {pathway.title}."
        )


def _facts_of(event: Enroll, now: int) -> dict[str, tuple[Fact, ...]]:
    newest: dict[str, Fact] = {}
    for reading in sorted(event.readings, key=lambda r: r.observed):
        newest[reading.name] = Fact(reading.value, reading.observed, now, reading.source)
    return {name: (fact,) for name, fact in newest.items()}


def _check_shared_data(draft: Draft, ready: Prepared) -> None:
    """One name means one thing for one patient: same type, same unit."""
    for enrollment in draft.running():
        for name, element in draft.ready(enrollment).pathway.data.items():
            other = ready.pathway.data.get(name)
            if other is not None and (
                other.type,
                other.unit,
                other.subject,
            ) != (element.type, element.unit, element.subject):
                raise Refused(
                    "data-conflict",
                    f"{name} means {element.type} {element.unit} in {enrollment.pathway} but "
                    f"{other.type} {other.unit} in {ready.pathway.pathway}: rename one of them.",
                )


def _start(draft: Draft, event: Enroll, ready: Prepared) -> None:
    pathway = ready.pathway
    counts = beginning.counts_of(draft, pathway.pathway)
    enrollment = Enrollment(
        pathway=pathway.pathway,
        version=pathway.version,
        digest=event.digest,
        enrolled=draft.now,
        referred=min(event.referred, draft.now),
        counts=counts,
        referrer=event.referrer,
    )
    draft.put_enrollment(enrollment)
    draft.say(
        "enrolled",
        pathway.pathway,
        actor=event.actor.role,
        version=pathway.version,
        title=pathway.title,
        referred=_earlier(draft, enrollment.referred),
    )
    episodes.note_beginning(draft, enrollment)
    for reading in event.readings:
        fault = values.fault_in(draft, reading)
        if fault is None:
            values.take(draft, [reading], reading.source or "referral")
        elif fault.code != "unknown-value":
            draft.say("value-refused", name=reading.name, code=fault.code, why=fault.message)
    beginning.begin(draft, enrollment)


def _earlier(draft: Draft, referred: int) -> int | None:
    """The referral, when it was on an earlier day than the enrollment: clocks count from it."""
    calendar = draft.calendar
    return referred if local_day(calendar, referred) < local_day(calendar, draft.now) else None
