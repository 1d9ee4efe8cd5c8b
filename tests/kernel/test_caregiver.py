"""The caregiver as a second subject: facts, consent and language of her own (S4)."""

from __future__ import annotations

from typing import Any

import pytest

from pathways.compiled import DataElement, MessageText, Rule, Step
from pathways.instruments import Band, Instrument, Item, Score
from pathways.journey.events import Complete, PatientProfile, Reading, Record, Report
from pathways.narrative import tell
from tests.kernel.building import NURSE, Patient, at, human, pathway, stage

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
    patient.enroll(
        compiled, PatientProfile("1945-03-02", caregiver=consented, caregiver_access="all")
    )
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


# -- and the other way round: what is the patient's goes to her within the patient's consent ---


HEAVY = [">=", ["value", "weight"], 100.0]


def dot(access: str = "all") -> Patient:
    """A patient with letters to the caregiver: of the patient's weight, of a fall that presses, of
    nothing of the patient's, and of the caregiver's own mood."""
    rules = (
        Rule("of-weight", letter("of-weight", "caregiver"), when=HEAVY, reads=("weight",)),
        Rule("of-fall", letter("of-fall", "caregiver", response="RT-ED"), on="fall"),
        Rule("own", letter("own", "caregiver"), when=LOW_MOOD, reads=("caregiver-phq-9",)),
        Rule("hers", letter("hers", "caregiver"), on="caregiver-changed"),
    )
    patient = Patient()
    compiled = pathway(
        stage("follow", "follow-up", human("ask")), rules=rules, data=DATA, messages=LETTERS
    )
    profile = PatientProfile("1945-03-02", caregiver=True, caregiver_access=access)
    patient.enroll(compiled, profile)
    return patient


def everything(patient: Patient) -> tuple[list[str], list[str]]:
    """All four happen: the steps whose letters left, and those withheld for want of consent."""
    report(patient, "fall")
    record(patient, weight=120.0)
    record(patient, caregiver_phq_9=14.0)
    patient.now += 86_400
    report(patient, "caregiver-changed")
    withheld = [
        e.step
        for e in patient.entries
        if e.kind == "message-withheld" and e.params["why"] == "outside-consent"
    ]
    return [m.step for m in patient.messages if m.to == "caregiver"], withheld


@pytest.mark.parametrize(
    ("scope", "left"),
    [
        ("all", {"of-weight", "of-fall", "own", "hers"}),
        ("health, safety", {"of-weight", "of-fall", "own", "hers"}),
        ("safety", {"of-fall", "own", "hers"}),
        ("health", {"of-weight", "own", "hers"}),
        ("plan", {"own", "hers"}),
        ("none", {"own", "hers"}),
    ],
)
def test_what_is_the_patients_goes_to_the_caregiver_within_the_patients_consent(
    scope: str, left: set[str]
) -> None:
    patient = dot()
    report(patient, "caregiver-access", scope=scope, basis="self")
    sent, withheld = everything(patient)
    assert set(sent) == left
    assert set(withheld) == {"of-weight", "of-fall", "own", "hers"} - left


def test_of_a_patient_who_was_not_asked_the_caregiver_hears_what_is_for_safety() -> None:
    """The safest that is still safe: a fall that presses, and what is her own. Asked, the patient
    decides."""
    patient = dot("")
    sent, withheld = everything(patient)
    assert set(sent) == {"of-fall", "own", "hers"}
    assert withheld == ["of-weight"]
    report(patient, "caregiver-access", scope="all")
    patient.now += 86_400
    record(patient, weight=60.0)
    patient.now += 86_400
    record(patient, weight=131.0)
    assert "of-weight" in [m.step for m in patient.messages]


def test_an_objection_at_the_referral_counts_and_the_patient_may_change_it() -> None:
    """Given a patient who lets the caregiver know nothing, then only what is hers goes to her; when
    the patient allows all, a letter of the weight goes too. Another enrollment changes nothing."""
    patient = dot("none")
    assert set(everything(patient)[0]) == {"own", "hers"}
    patient.enroll(
        pathway(stage("follow", "follow-up", human("x")), name="other"),
        PatientProfile("1945-03-02", caregiver=True),
    )
    patient.now += 86_400
    record(patient, weight=130.0)
    assert "of-weight" not in [m.step for m in patient.messages]
    report(patient, "caregiver-access", scope="all")
    patient.now += 86_400
    record(patient, weight=60.0)
    patient.now += 86_400
    record(patient, weight=131.0)
    assert "of-weight" in [m.step for m in patient.messages]


def test_what_has_not_left_is_taken_back_when_the_consent_shrinks() -> None:
    """Given a letter that left today and one that waits for the morning, when the caregiver may
    know nothing any more, then neither arrives, and what is her own does."""
    patient = dot()
    record(patient, weight=120.0)
    record(patient, caregiver_phq_9=14.0)
    of_weight, own = (m.key for m in patient.messages)
    report(patient, "caregiver-access", scope="none")
    assert of_weight not in patient.journey.sent
    assert own in patient.journey.sent
    late = dot()
    late.until(at("2026-11-25T22:00-05:00"))
    record(late, weight=120.0)
    assert late.journey.unsent
    report(late, "caregiver-access", scope="safety")
    late.until(at("2026-11-26T12:00-05:00"))
    assert not late.messages
    assert [e.params["why"] for e in late.entries if e.kind == "message-withheld"] == [
        "outside-consent"
    ]


@pytest.mark.parametrize("scope", ["", "everything", "health, wealth", "none, health"])
def test_a_scope_that_says_nothing_known_is_refused(scope: str) -> None:
    patient = dot()
    told = Report("c", NURSE, "caregiver-access", patient.now, details={"scope": scope})
    answer = patient.apply(told).answer
    assert answer is not None
    assert (answer.status, answer.code) == ("refused", "unknown-scope")
    assert set(everything(patient)[0]) == {"of-weight", "of-fall", "own", "hers"}


def test_her_consent_and_the_patients_are_two() -> None:
    """Given she consents anew, in Spanish, then what the patient lets her know stays as it was."""
    patient = dot()
    report(patient, "caregiver-access", scope="safety")
    report(patient, "caregiver-consent-withdrawn")
    report(patient, "caregiver-consent-given", language="es")
    assert set(everything(patient)[0]) == {"of-fall", "own", "hers"}


def test_the_timeline_says_who_decides_for_the_patient_and_that_the_patient_assents() -> None:
    """S4: Dot assents, Eva is proxy."""
    patient = dot()
    report(patient, "caregiver-access", scope="all", basis="proxy", assent="given")
    (entry,) = [e for e in patient.entries if e.kind == "caregiver-access"]
    assert tell(entry).endswith("(decided by: proxy); the patient's assent: given.")


@pytest.mark.parametrize(
    ("word", "code"),
    [({"basis": "a friend"}, "unknown-basis"), ({"assent": "no"}, "unknown-assent")],
)
def test_who_decides_and_assent_are_said_in_known_words(word: dict[str, str], code: str) -> None:
    patient = dot()
    told = Report("c", NURSE, "caregiver-access", patient.now, details={"scope": "all", **word})
    answer = patient.apply(told).answer
    assert answer is not None
    assert (answer.status, answer.code) == ("refused", code)
    assert "caregiver-access" not in [e.kind for e in patient.entries]
