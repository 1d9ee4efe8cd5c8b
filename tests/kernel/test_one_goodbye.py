"""The program ends once: one closing message, when the last enrollment ends."""

from __future__ import annotations

from pathways.compiled import Step
from pathways.journey.events import Complete
from tests.kernel.building import NURSE, Patient, human, pathway, stage

LETTER = Step("goodbye", "notify", "Goodbye", to="patient", message="closing")


def enroll(patient: Patient, name: str) -> None:
    stages = (
        stage("follow", "follow-up", human(f"own-{name}"), go="end"),
        stage("end", "discharge", LETTER),
    )
    patient.enroll(pathway(*stages, name=name))


def finish(patient: Patient, name: str) -> None:
    patient.apply(Complete(patient.command(), NURSE, patient.task(f"own-{name}").id))


def letters(patient: Patient) -> list[str]:
    return [m.key.split("/")[1].split("~")[0] for m in patient.messages if m.to == "patient"]


def test_only_the_last_pathway_says_goodbye() -> None:
    patient = Patient()
    for name in ("one", "two", "three"):
        enroll(patient, name)
    finish(patient, "one")
    finish(patient, "three")
    assert letters(patient) == []
    assert patient.journey.enrollments["one"].status == "discharged"
    finish(patient, "two")
    assert letters(patient) == ["two"]
    assert patient.kinds().count("journey-closed") == 1


def test_the_timeline_says_who_will() -> None:
    patient = Patient()
    enroll(patient, "one")
    enroll(patient, "two")
    finish(patient, "one")
    (line,) = [e for e in patient.entries if e.kind == "closing-left"]
    assert (line.pathway, line.params["to"]) == ("one", "two")
    assert patient.journey.enrollments["one"].outcomes["goodbye"] == "left-to-another"


def test_of_two_that_close_together_the_first_says_it_for_both() -> None:
    """Neither is left without a goodbye because each waits for the other."""
    patient = Patient()
    for name in ("one", "two"):
        stages = (
            stage("follow", "follow-up", human(f"own-{name}"), go="end"),
            stage("end", "discharge", LETTER, human(f"last-{name}")),
        )
        patient.enroll(pathway(*stages, name=name))
    finish(patient, "one")
    finish(patient, "two")
    assert letters(patient) == ["two"]


def test_a_pathway_alone_says_its_own() -> None:
    patient = Patient()
    enroll(patient, "one")
    finish(patient, "one")
    assert letters(patient) == ["one"]
