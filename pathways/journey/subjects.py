"""Two subjects: the patient, and a caregiver with facts, consent and language of her own.

A name belongs to one subject, as the pathway (or the instrument) declares it. What is the
caregiver's is never a fact about the patient, and no message about it goes to the patient.
"""

from __future__ import annotations

from msgspec.structs import replace

from pathways.disclosing import NONE, SCOPES, UNASKED, scope_of
from pathways.journey.answers import Refused
from pathways.journey.careplan.planned import Caregiver
from pathways.journey.draft import Draft
from pathways.journey.events import Report
from pathways.journey.state import Enrollment, Fact, Journey

CAREGIVER = "caregiver"
BASES = ("self", "proxy", "guardian")
"""Who decides what the caregiver may know: the patient, or somebody who decides for them
(clinical.md 1.2, capacity_basis)."""
ASSENTS = ("given", "refused")
"""What a patient for whom somebody else decides says to it."""


def second(journey: Journey) -> Caregiver:
    """The caregiver as the journey knows her."""
    return journey.caregiver or Caregiver()


def readings(journey: Journey, name: str) -> tuple[Fact, ...]:
    """What is kept of a value, newest first, whosever it is."""
    return journey.readings(name)


def is_hers(draft: Draft, name: str) -> bool:
    """Whether a running pathway declares the value to be the caregiver's."""
    return any(name in draft.ready(enrollment).of_caregiver for enrollment in draft.running())


def keep(draft: Draft, name: str, facts: tuple[Fact, ...]) -> None:
    """Keep these facts (none: no more) under their name, with the subject whose they are."""
    if is_hers(draft, name):
        hers = second(draft.journey)
        kept = {**hers.facts, name: facts}
        draft.journey.caregiver = replace(hers, facts={n: f for n, f in kept.items() if f})
    elif facts:
        draft.facts()[name] = facts
    else:
        draft.facts().pop(name, None)


def consent(draft: Draft, event: Report) -> None:
    """The caregiver says whether she may be written to, and (``details``) in which language."""
    given, language = event.event == "caregiver-consent-given", event.details.get("language", "")
    journey, hers = draft.journey, second(draft.journey)
    journey.caregiver = replace(
        hers, consent="given" if given else "withdrawn", language=language or hers.language
    )
    if given:
        if journey.patient is not None and not journey.patient.caregiver:
            journey.patient = replace(journey.patient, caregiver=True)
            for enrollment in draft.running():
                draft.unsettle(enrollment.pathway)
        return
    gone = [key for key, to in journey.sent.items() if to == CAREGIVER]
    draft.retract.extend(gone)
    journey.sent = {key: to for key, to in journey.sent.items() if to != CAREGIVER}


def allow_contact(draft: Draft) -> None:
    """Consent is given, by one who withdrew it or who had not given it at enrollment."""
    draft.journey.silent = False
    if draft.journey.patient is not None:
        draft.journey.patient = replace(draft.journey.patient, consent=True)


def withheld(draft: Draft, enrollment: Enrollment, step: str, to: str) -> str:
    """Why a message of this step may not go there because of whose affair it is; empty when it
    may. What rests on the caregiver's own results never goes to the patient."""
    if to == "patient" and step in draft.ready(enrollment).about_caregiver:
        return "of-the-caregiver"
    if to == "caregiver":
        tells = draft.ready(enrollment).tells_caregiver.get(step, ())
        if any(scope not in access(draft.journey) for scope in tells):
            return "outside-consent"
    return ""


def access(journey: Journey) -> tuple[str, ...]:
    """What the patient lets the caregiver know. As long as nobody has asked them: what presses for
    their safety, and nothing else (45 CFR 164.510(b): an unasked patient has not agreed)."""
    said = second(journey).access
    if said is not None:
        return said
    profile = journey.patient
    found = scope_of(profile.caregiver_access or UNASKED) if profile is not None else SCOPES
    return () if found is None else found  # what nobody understands allows nothing


def check_access(event: Report) -> None:
    """Raises ``Refused`` unless it is said what the caregiver may know."""
    if scope_of(event.details.get("scope", "")) is None:
        raise Refused(
            "unknown-scope",
            f"Say what the caregiver may know: --detail scope=all, none, or some of "
            f"{', '.join(SCOPES)}.",
        )
    if event.details.get("basis", BASES[0]) not in BASES:
        raise Refused("unknown-basis", f"Say --detail basis= {', '.join(BASES)}, or leave it out.")
    if event.details.get("assent", ASSENTS[0]) not in ASSENTS:
        raise Refused("unknown-assent", f"Say --detail assent= {', '.join(ASSENTS)}, or nothing.")


def limit_access(draft: Draft, event: Report) -> None:
    """The patient (or who decides for them) says what the caregiver may know. What tells more, and
    has not left, is taken back."""
    hers = second(draft.journey)
    scope = scope_of(event.details["scope"]) or ()
    draft.journey.caregiver = replace(hers, access=scope)
    draft.say(
        "caregiver-access",
        "",
        "",
        0,
        event.actor.role,
        scope=", ".join(scope) or NONE,
        basis=event.details.get("basis") or None,
        assent=event.details.get("assent") or None,
    )
    gone = [
        key for key, to in draft.journey.sent.items() if to == CAREGIVER and _beyond(draft, key)
    ]
    draft.retract.extend(gone)
    draft.journey.sent = {k: to for k, to in draft.journey.sent.items() if k not in gone}


def _beyond(draft: Draft, key: str) -> bool:
    """Whether the message of this key tells more than the caregiver may know."""
    _, pathway, step = key.split("/")[:3]
    enrollment = draft.journey.enrollments.get(pathway.split("~", 1)[0])
    return enrollment is not None and bool(withheld(draft, enrollment, step, CAREGIVER))
