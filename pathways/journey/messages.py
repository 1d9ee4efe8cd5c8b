"""Messages: who may be contacted, when, and in which language.

Quiet hours and the daily cap are the product's defaults (clinical.md T9: 08:00-20:00 in the
patient's time zone; emergencies ignore them). Staff can be told at any hour.
"""

from __future__ import annotations

from typing import Literal

from pathways.calendar.table import contact_time, instant, local_day
from pathways.compiled import MessageText, Step
from pathways.journey import subjects
from pathways.journey.budget import counts, spend, spent
from pathways.journey.careplan import plans
from pathways.journey.draft import Draft
from pathways.journey.effects import Notify
from pathways.journey.keys import effect_key
from pathways.journey.state import Enrollment

CONTACTS_PER_DAY = 2
"""Automated messages to one patient in a local day; urgent ones and appointments are exempt."""
URGENT_BUDGET = 4 * 3600
BUDGET = 24 * 3600
"""Seconds after which an undelivered message has failed and a person takes over."""
REMEMBERED = 100
"""Messages that ``stands`` can vouch for; an outage longer than that many is reported."""


Fate = Literal["sent", "delayed", "withheld"]


def notify(
    draft: Draft,
    enrollment: Enrollment,
    *,
    step: str,
    occurrence: int,
    to: str,
    message: str,
    params: dict[str, str] | None = None,
    about: Step | None = None,
    appointment: str = "",
    urgent: bool = False,
    kind: str = "notify",
) -> Fate:
    """Send a message now, or put it off until the recipient may be contacted, or withhold it;
    the timeline says why.

    A patient or caregiver gets it in the patient's language, with the titles that it names
    (``about``: of which step); where there is no text in that language, all of it in English.
    Staff are told in English.
    """
    patientward = to in ("patient", "caregiver")
    pathway = draft.ready(enrollment).pathway
    texts = pathway.messages.get(message)
    why = _why_not(draft, enrollment, step, to, kind) if patientward else ""
    if why or texts is None:
        draft.say(
            "message-withheld",
            enrollment.pathway,
            step,
            occurrence,
            to=to,
            message=message,
            why=why or "no-text",
        )
        return "withheld"
    patient = draft.journey.patient
    language = patient.language if patientward and patient is not None else "en"
    if to == "caregiver":
        language = subjects.second(draft.journey).language or language
    if language not in texts:
        language = "en"
    text = texts[language]
    effect = Notify(
        key=effect_key(draft.journey.id, enrollment, step, occurrence, kind, to),
        step=step,
        to=to,
        message=message,
        text=MessageText(text.subject, text.body),
        person=draft.holder(to, urgent=urgent).person,
        params={
            "pathway.title": pathway.titles.get(language, pathway.title),
            **_titles(about, text, language),
            **(params or {}),
        },
        appointment=appointment,
        urgent=urgent,
    )
    if patientward:
        plans.note(draft, enrollment.pathway, step, kind, effect.key)
    if patientward and not urgent:
        when = _allowed(draft, effect)
        if when > draft.now:
            draft.journey.unsent = {**draft.journey.unsent, effect.key: effect}
            draft.at(when, "message", enrollment.pathway, effect.key)
            return "delayed"
    send(draft, effect, enrollment.pathway, occurrence)
    return "sent"


def _titles(step: Step | None, text: MessageText, language: str) -> dict[str, str]:
    """What a message may say of its step, in ``language`` or else in English."""
    if step is None:
        return {}
    found = {"step.title": step.titles.get(language, step.title)}
    # Only where it is named, so that the histories of messages older than the variable replay.
    if "step.topic" in text.subject + text.body:
        found["step.topic"] = step.topics.get(language, step.topic)
    return found


def send(draft: Draft, effect: Notify, pathway: str, occurrence: int = 0) -> None:
    """Hand a message to the outbox."""
    journey = draft.journey
    budget = URGENT_BUDGET if effect.urgent else BUDGET
    draft.messages.append(
        Notify(
            effect.key,
            effect.step,
            effect.to,
            effect.message,
            effect.text,
            effect.person,
            effect.params,
            effect.appointment,
            effect.urgent,
            draft.now + budget,
        )
    )
    sent = {**journey.sent, effect.key: effect.to}
    while len(sent) > REMEMBERED:
        sent.pop(next(iter(sent)))
    journey.sent = sent
    if effect.to in ("patient", "caregiver"):
        _count_contact(draft)
        if counts(effect):
            spend(draft)
    draft.say(
        "message-sent", pathway, effect.step, occurrence, to=effect.to, message=effect.message
    )


def send_delayed(draft: Draft, key: str, pathway: str) -> str:
    """The time of a message that was put off has come; it is judged again.

    Returns the step it belongs to when it left or was withheld, else the empty text.
    """
    effect = draft.journey.unsent.get(key)
    if effect is None:
        return ""
    when = _allowed(draft, effect)
    if when > draft.now:
        draft.at(when, "message", pathway, key)
        return ""
    forget_delayed(draft, key)
    why = _withheld(draft, effect.to) or subjects.withheld(
        draft, draft.journey.enrollments[pathway], effect.step, effect.to
    )
    if why:
        draft.say(
            "message-withheld", pathway, effect.step, to=effect.to, message=effect.message, why=why
        )
    else:
        send(draft, effect, pathway)
    return effect.step if _kind_of(key) == "notify" else ""


def silence(draft: Draft) -> None:
    """Nothing more goes to the patient or caregiver: retract what has not been sent yet.

    What was put off keeps its date: it is judged again then, and withheld, so that the step
    that wanted it sent comes to an end (I9).
    """
    journey = draft.journey
    gone = [k for k, to in journey.sent.items() if to in ("patient", "caregiver")]
    draft.retract.extend(gone)
    journey.sent = {k: to for k, to in journey.sent.items() if to not in ("patient", "caregiver")}


def forget_pathway(draft: Draft, pathway: str, *, retract: bool) -> None:
    """An enrollment has ended: what was put off is not sent any more (I5). With ``retract``
    (withdrawal, death) neither is what the outbox still holds; without, a closing letter
    that was decided before the discharge still goes out."""
    journey = draft.journey
    journey.unsent = {k: e for k, e in journey.unsent.items() if _pathway_of(k) != pathway}
    if retract:
        draft.retract.extend(k for k in journey.sent if _pathway_of(k) == pathway)
        journey.sent = {k: to for k, to in journey.sent.items() if _pathway_of(k) != pathway}


def take_back(draft: Draft, pathway: str, rule: str, why: str) -> None:
    """A rule's letter that was put off for the night has lost its cause: it is not sent."""
    for key, effect in list(draft.journey.unsent.items()):
        if _pathway_of(key) == pathway and effect.step == rule and _kind_of(key) == "notify":
            forget_delayed(draft, key)
            draft.drop("message", pathway, key)
            draft.say(
                "message-withheld", pathway, rule, to=effect.to, message=effect.message, why=why
            )


def _pathway_of(key: str) -> str:
    return key.split("/", 2)[1].split("~", 1)[0]


def _kind_of(key: str) -> str:
    return key.rsplit("/", 2)[1]


def unsend(draft: Draft, key: str) -> bool:
    """Take back a message; whether it had left before this decision, which can only be retracted
    if it still waits outside."""
    journey = draft.journey
    to = journey.sent.get(key)
    if to is None:
        return False
    journey.sent = {k: who for k, who in journey.sent.items() if k != key}
    effect = next((m for m in draft.messages if m.key == key), None)
    if effect is None:
        draft.retract.append(key)
        return True
    draft.messages.remove(effect)
    line = next(
        e for e in reversed(draft.entries) if (e.kind, e.step) == ("message-sent", effect.step)
    )
    draft.entries.remove(line)
    if to in ("patient", "caregiver"):
        today = str(local_day(draft.calendar, draft.now))
        journey.contacts = {**journey.contacts, today: journey.contacts[today] - 1}
        if counts(effect):
            journey.written = {**journey.written, today: journey.written[today] - 1}
    return False


def forget_delayed(draft: Draft, key: str) -> None:
    """A message that was put off is not wanted any more."""
    draft.journey.unsent = {k: e for k, e in draft.journey.unsent.items() if k != key}


def _why_not(draft: Draft, enrollment: Enrollment, step: str, to: str, kind: str) -> str:
    """Why nothing may go to the patient or the caregiver; empty: it may."""
    return (
        _withheld(draft, to)
        or subjects.withheld(draft, enrollment, step, to)
        or plans.withheld(draft, enrollment, step, kind)
    )


def _withheld(draft: Draft, to: str) -> str:
    """Why nothing may go to the patient or caregiver now; empty when it may."""
    journey, patient = draft.journey, draft.journey.patient
    if to not in ("patient", "caregiver") or patient is None:
        return ""
    if journey.frozen or patient.deceased:
        return "death-reported"
    if journey.silent or not patient.consent:
        return "no-consent"
    hers = subjects.second(journey).consent
    if to == "caregiver" and hers == "withdrawn":
        return "no-caregiver-consent"
    if to == "caregiver" and not (patient.caregiver or hers == "given"):
        return "no-caregiver"
    if journey.hospital:
        return "in-hospital"
    return ""


def _allowed(draft: Draft, effect: Notify) -> int:
    """The first instant from now on at which the patient may get it."""
    calendar = draft.calendar
    when = contact_time(calendar, draft.now)
    if effect.appointment:
        return when
    day, budgeted = local_day(calendar, when), counts(effect)
    while draft.journey.contacts.get(str(day), 0) >= CONTACTS_PER_DAY or (
        budgeted and spent(draft, day)
    ):
        day += 1
        when = instant(calendar, day, calendar.contact_from)
    return when


def _count_contact(draft: Draft) -> None:
    today = local_day(draft.calendar, draft.now)
    recent = {day: n for day, n in draft.journey.contacts.items() if int(day) >= today}
    recent[str(today)] = recent.get(str(today), 0) + 1
    draft.journey.contacts = recent
