"""Reports that no rule listens to: they stand on the timeline, and whoever reported is told."""

from __future__ import annotations

import pytest

from pathways.compiled import Rule
from pathways.journey.effects import Answer
from pathways.journey.events import Report
from tests.kernel.building import NURSE, Patient, human, pathway, stage

FALL = Rule(id="fell", on="fall", do=human("fell", response="RT-SD", title="Ask about the fall"))


@pytest.fixture
def patient() -> Patient:
    patient = Patient()
    patient.enroll(pathway(stage("follow", "follow-up", human("call")), rules=(FALL,)))
    return patient


def report(patient: Patient, event: str) -> Answer:
    answer = patient.apply(Report(patient.command(), NURSE, event, patient.now)).answer
    assert answer is not None
    return answer


def test_a_report_that_no_rule_listens_to_is_kept_and_its_sender_is_told(patient: Patient) -> None:
    """A misspelt event would otherwise vanish without a word."""
    answer = report(patient, "fal")
    assert (answer.status, answer.code) == ("applied", "nobody-listens")
    assert "fal" in answer.message
    assert "reported" in patient.kinds()
    assert all(task.title != "Ask about the fall" for task in patient.journey.tasks.values())


@pytest.mark.parametrize("event", ["fall", "reached", "consent-withdrawn", "admitted", "deceased"])
def test_a_report_that_means_something_is_applied_without_remark(
    patient: Patient, event: str
) -> None:
    assert report(patient, event) == Answer("applied")
