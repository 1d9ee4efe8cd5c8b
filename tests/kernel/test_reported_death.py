"""A reported death is verified by somebody as long as the patient is here (X6, I9)."""

from __future__ import annotations

from typing import Any

import pytest

from pathways.compiled import Episodes, Rule
from pathways.journey.events import Close, Complete, Report
from tests.kernel.building import NURSE, Patient, human, ok, pathway, stage

DAY = 86_400


def course(name: str, **more: Any) -> Any:
    return pathway(stage("assessment", "assessment", human("call")), name=name, **more)


def transition() -> Any:
    """Left for the hospital, begun anew with the discharge from there."""
    left = Rule(id="left", on="admitted", do=None, go="discharge", disposition="readmitted")
    again = Episodes(again="discharged", after=("readmitted",))
    return course("transition", rules=(left,), episodes=again)


@pytest.fixture
def patient() -> Patient:
    patient = Patient()
    patient.enroll(course("one"))
    return patient


def report(patient: Patient, event: str, *, verified: bool = True) -> None:
    ok(patient, Report(patient.command(), NURSE, event, patient.now, verified=verified))


def close(patient: Patient, pathway: str) -> None:
    ok(patient, Close(patient.command(), NURSE, pathway, "moved"))


def test_who_is_reopened_under_a_reported_death_is_asked_about_again(patient: Patient) -> None:
    """The pathway that the verification stood under was closed before."""
    patient.enroll(course("two"))
    close(patient, "one")
    assert patient.enroll(course("one")).code == "referral-linked"
    report(patient, "deceased", verified=False)
    close(patient, "two")
    task = patient.task("referred-again")
    ok(patient, Complete(patient.command(), NURSE, task.id, "reopen"))
    assert patient.journey.frozen
    assert patient.task("death-reported").kind == "verify-death"


def test_who_comes_home_under_a_reported_death_is_asked_about_again(patient: Patient) -> None:
    patient.enroll(transition())
    report(patient, "admitted")
    report(patient, "deceased", verified=False)
    close(patient, "one")
    patient.until(patient.now + 2 * DAY)
    report(patient, "discharged")
    assert patient.journey.enrollments["transition"].status == "active"
    assert patient.task("death-reported").kind == "verify-death"


def test_the_verification_of_a_patient_who_is_waited_for_outlives_the_last_pathway(
    patient: Patient,
) -> None:
    """Whoever else was running: somebody finds out before the patient comes home."""
    patient.enroll(transition())
    report(patient, "admitted")
    report(patient, "deceased", verified=False)
    close(patient, "one")
    assert patient.task("death-reported").kind == "verify-death"
