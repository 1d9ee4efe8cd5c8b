"""The caregiver as a second subject: facts, consent and language of her own (S4)."""

from __future__ import annotations

from typing import Any

from pathways.compiled import DataElement, MessageText, Rule, Step
from pathways.instruments import Band, Instrument, Item, Score
from pathways.journey.events import Complete, PatientProfile, Reading, Record, Report
from tests.kernel.building import NURSE, Patient, human, pathway, stage

LOW_MOOD = [">=", ["value", "caregiver-phq-9"], 10.0]
DATA = {
    "caregiver-phq-9": DataElement(
        "caregiver-phq-9", "quantity", low=0.0, high=27.0, subject="caregiver"
    ),
    "weight": DataElement("weight", "quantity", low=20.0, high=400.0),
}
STRAIN = Instrument(
    "strain",
    "1",
    "Caregiver strain",
    "own",
    (Item("level", "How hard", 0, 10),),
    (Score("score", "sum", ("level",), bands=(Band("fine", 0, 6), Band("high", 7, 10))),),
    subject="caregiver",
)
LETTERS = {
    "welcome": {
        "en": MessageText("Hello", "Hello"),
        "es": MessageText("Hola", "Hola"),
    }
}


def eva(
    *others: Step, rules: tuple[Rule, ...] = (), consented: bool = True, deed: Rule | None = None
) -> Patient:
    """A patient whose caregiver is on record."""
    patient = Patient()
    ask = human("ask", "assess", instruments=("strain",))
    refer = Rule(
        "refer", human("refer", by="social-worker"), when=LOW_MOOD, reads=("caregiver-phq-9",)
    )
    compiled = pathway(
        stage("follow", "follow-up", ask, *others),
        rules=(refer, *rules),
        data=DATA,
        instruments={"strain": STRAIN},
        messages=LETTERS,
    )
    patient.enroll(compiled, PatientProfile("1945-03-02", caregiver=consented))
    return patient


def record(patient: Patient, **values: float) -> None:
    readings = tuple(Reading(name.replace("_", "-"), value, 0) for name, value in values.items())
    answer = patient.apply(Record(patient.command(), NURSE, readings)).answer
    assert answer is not None
    assert answer.status == "applied", answer


def report(patient: Patient, event: str, **details: str) -> None:
    patient.apply(Report(patient.command(), NURSE, event, patient.now, details=details))


def letter(name: str, to: str, **more: Any) -> Step:
    return Step(name, "notify", name, to=to, message="welcome", **more)


def sent(patient: Patient) -> list[str]:
    return [message.to for message in patient.messages if message.to in ("patient", "caregiver")]


def test_her_result_stays_in_her_record_and_she_is_referred_to_her_own_physician() -> None:
    """S4: Eva's PHQ-9 of 14 is a fact about Eva; the task is hers; nothing about Dot changes."""
    patient = eva()
    record(patient, caregiver_phq_9=14.0, weight=60.0)
    assert set(patient.journey.facts) == {"weight"}
    assert patient.journey.caregiver is not None
    assert patient.journey.caregiver.facts["caregiver-phq-9"][0].value == 14.0
    assert patient.task("refer").owner == "social-worker"
    told = {e.params["name"]: e.params.get("subject") for e in patient.entries if e.kind == VALUE}
    assert told == {"caregiver-phq-9": "caregiver", "weight": None}


VALUE = "value-recorded"


def test_the_answers_of_her_questionnaire_are_hers_too() -> None:
    patient = eva()
    answers = {"strain": {"level": 8}}
    patient.apply(Complete("c", NURSE, patient.task("ask").id, answers=answers))
    assert not patient.journey.facts
    assert patient.journey.caregiver is not None
    names = sorted(patient.journey.caregiver.facts)
    assert names == ["strain.level", "strain.score", "strain.score-band"]


def test_no_message_that_rests_on_her_results_goes_to_the_patient() -> None:
    """Given a letter to the patient and one to the caregiver, both of her PHQ-9, then only hers is
    sent; the timeline says why."""
    rules = (
        Rule("to-dot", letter("to-dot", "patient"), when=LOW_MOOD, reads=("caregiver-phq-9",)),
        Rule("to-eva", letter("to-eva", "caregiver"), when=LOW_MOOD, reads=("caregiver-phq-9",)),
    )
    patient = eva(letter("step-to-dot", "patient", when=LOW_MOOD), rules=rules)
    record(patient, caregiver_phq_9=14.0)
    assert sent(patient) == ["caregiver"]
    why = [e.params["why"] for e in patient.entries if e.kind == "message-withheld"]
    assert why == ["of-the-caregiver", "of-the-caregiver"]


def test_what_was_taught_to_her_with_her_results_is_sent_to_her() -> None:
    teach = human("teach", "educate", when=LOW_MOOD, message="welcome", contact="caregiver")
    patient = eva(teach)
    record(patient, caregiver_phq_9=14.0)
    patient.apply(Complete("c", NURSE, patient.task("teach").id))
    assert sent(patient) == ["caregiver"]


def test_without_her_consent_nothing_goes_to_her() -> None:
    """Given she has not consented, then a letter is withheld; given she consents, it is sent, in
    her own language; given she withdraws, no more is, and the patient's goes on."""
    known = ["known", ["value", "weight"]]
    rules = (
        Rule("to-eva", letter("to-eva", "caregiver"), when=known, reads=("weight",)),
        Rule("to-dot", letter("to-dot", "patient"), on="fall"),
    )
    patient = eva(rules=rules, consented=False)
    record(patient, weight=60.0)
    assert sent(patient) == []
    report(patient, "caregiver-consent-given", language="es")
    patient.now += 60
    record(patient, weight=61.0)
    assert [(m.to, m.text.subject) for m in patient.messages] == [("caregiver", "Hola")]
    key = patient.messages[0].key
    report(patient, "caregiver-consent-withdrawn")
    assert key not in patient.journey.sent, "what has not left is taken back"
    patient.now += 60
    record(patient, weight=62.0)
    report(patient, "fall")
    assert sent(patient) == ["caregiver", "patient"]
    assert patient.journey.patient is not None
    assert patient.journey.patient.consent, "the patient's own consent is another"


def test_a_name_cannot_be_the_patients_on_one_pathway_and_the_caregivers_on_another() -> None:
    patient = eva()
    other = DataElement("caregiver-phq-9", "quantity", low=0.0, high=27.0)
    compiled = pathway(
        stage("follow", "follow-up", human("x")), data={other.name: other}, name="other"
    )
    answer = patient.enroll(compiled)
    assert (answer.status, answer.code) == ("refused", "data-conflict")
