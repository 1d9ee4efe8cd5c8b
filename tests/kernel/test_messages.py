"""Messages: language, quiet hours, consent, the daily cap; failures end with a person."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from pathways.compiled import MessageText, Step
from pathways.journey.decide import stands
from pathways.journey.effects import Notify
from pathways.journey.events import Complete, Failed, PatientProfile, Report
from tests.kernel.building import NURSE, TEXTS, Patient, at, human, pathway, stage

SPANISH = PatientProfile(born="1960-05-01", language="es")


def hello(step: str = "hello", to: str = "patient", **more: Any) -> Step:
    return Step(id=step, verb="notify", title="Hello", to=to, message="welcome", **more)


def enrolled(now: str, *steps: Step, profile: PatientProfile = SPANISH) -> Patient:
    patient = Patient(now=at(now))
    patient.enroll(pathway(stage("assessment", "assessment", *steps, human("work"))), profile)
    return patient


def test_a_message_speaks_the_patients_language_and_falls_back_to_english() -> None:
    spanish = enrolled("2026-11-24T10:00-05:00", hello())
    chinese = enrolled("2026-11-24T10:00-05:00", hello(), profile=replace(SPANISH, language="zh"))
    assert spanish.messages[0].text.body == "Hola"
    assert chinese.messages[0].text.body.startswith("Hello")


def test_at_night_a_message_waits_for_the_morning_and_its_step_with_it() -> None:
    patient = enrolled("2026-11-24T21:30-05:00", hello(), human("next", after=("hello",)))
    assert patient.messages == []
    assert [t.sources[0].step for t in patient.journey.tasks.values()] == ["work"]
    patient.until(at("2026-11-25T08:00-05:00"))
    assert len(patient.messages) == 1
    assert patient.task("next")


def test_nobody_gets_a_third_message_on_one_day() -> None:
    patient = enrolled("2026-11-24T10:00-05:00", hello("a"), hello("b"), hello("c"))
    assert len(patient.messages) == 2
    patient.until(at("2026-11-25T08:00-05:00"))
    assert len(patient.messages) == 3


def test_without_consent_nothing_is_sent_and_the_timeline_says_so() -> None:
    patient = enrolled("2026-11-24T10:00-05:00", hello(), profile=replace(SPANISH, consent=False))
    assert patient.messages == []
    (withheld,) = [e for e in patient.entries if e.kind == "message-withheld"]
    assert withheld.params["why"] == "no-consent"


def test_a_caregiver_is_written_to_only_when_there_is_one() -> None:
    alone = enrolled("2026-11-24T10:00-05:00", hello(to="caregiver"))
    cared_for = enrolled(
        "2026-11-24T10:00-05:00", hello(to="caregiver"), profile=replace(SPANISH, caregiver=True)
    )
    assert (len(alone.messages), len(cared_for.messages)) == (0, 1)


def test_withdrawn_consent_takes_back_what_is_not_sent_and_tells_nurse_and_physician() -> None:
    """X4."""
    patient = enrolled("2026-11-24T10:00-05:00", hello())
    (message,) = patient.messages
    assert stands(patient.journey, message.key)
    decision = patient.apply(Report("r", NURSE, "consent-withdrawn", patient.now))
    assert decision.record is not None
    assert decision.record.retract == (message.key,)
    assert not stands(patient.journey, message.key)
    asked = [t for t in patient.journey.tasks.values() if t.kind == "consent"]
    assert [t.about for t in asked] == ["consent", "consent-physician"]
    assert {t.due for t in asked} == {at("2026-11-25T23:59:59-05:00")}


def test_consent_given_after_enrollment_lets_messages_go_out() -> None:
    silent = replace(SPANISH, consent=False)
    patient = enrolled("2026-11-24T10:00-05:00", hello(after=("work",)), profile=silent)
    patient.apply(Report("r", NURSE, "consent-given", patient.now))
    patient.apply(Complete("c", NURSE, patient.task("work").id))
    assert [m.step for m in patient.messages] == ["hello"]


def test_an_undeliverable_message_opens_a_task_once() -> None:
    patient = enrolled("2026-11-24T10:00-05:00", hello())
    key = patient.messages[0].key
    patient.apply(Failed(key, "no such mailbox"))
    patient.apply(Failed(key, "no such mailbox"))
    assert [t.kind for t in patient.journey.tasks.values()] == ["task", "message"]


def test_a_message_nobody_knows_the_fate_of_is_said_to_be_unknown() -> None:
    patient = enrolled("2026-11-24T10:00-05:00", hello())
    patient.apply(Failed(patient.messages[0].key, "the relay died while sending", unknown=True))
    assert "may not have arrived" in patient.task("hello").title


def letter(about: Step, language: str) -> Notify:
    """What a patient of that language is sent, with English and Spanish texts and titles."""
    texts = {
        "en": MessageText("{{ step.title }}", "About {{ step.topic }}"),
        "es": MessageText("{{ step.title }}", "Sobre {{ step.topic }}"),
    }
    whole = pathway(
        stage("assessment", "assessment", about, human("work")), messages={**TEXTS, "letter": texts}
    )
    patient = Patient(now=at("2026-11-24T10:00-05:00"))
    patient.enroll(
        replace(whole, title="Foot care", titles={"es": "Cuidado de los pies"}),
        replace(SPANISH, language=language),
    )
    if about.verb == "educate":
        patient.apply(Complete(patient.command(), NURSE, patient.task(about.id).id))
    (message,) = patient.messages
    return message


def test_titles_that_a_patient_reads_are_in_the_patients_language() -> None:
    """Given titles in two languages, when a message names them, then they are in its language."""
    teach = human("teach", "educate", title="Feet", message="letter", topic="foot care")
    teach = replace(teach, titles={"es": "Pies"}, topics={"es": "el cuidado de los pies"})
    assert letter(teach, "es").params == {
        "pathway.title": "Cuidado de los pies",
        "step.title": "Pies",
        "step.topic": "el cuidado de los pies",
    }
    assert letter(teach, "en").params["step.topic"] == "foot care"


def test_a_message_without_the_patients_language_is_in_english_throughout() -> None:
    """Given no text in Chinese, then its titles are not in Chinese either, even where they are
    known; and what has no title in the patient's language is called by its English one."""
    step = hello(titles={"zh": "你好"})
    chinese, spanish = (
        enrolled("2026-11-24T10:00-05:00", step, profile=replace(SPANISH, language=language))
        for language in ("zh", "es")
    )
    assert chinese.messages[0].params["step.title"] == "Hello"
    assert spanish.messages[0].text.body == "Hola"
    assert spanish.messages[0].params["step.title"] == "Hello"


def test_staff_are_told_in_english() -> None:
    step = hello(to="case-manager", titles={"es": "Hola"})
    (message,) = enrolled("2026-11-24T10:00-05:00", step).messages
    assert message.params["step.title"] == "Hello"
