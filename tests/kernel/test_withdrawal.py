"""Withdrawal (X4): silence for the patient, and the physician takes over what is open."""

from __future__ import annotations

from pathways.compiled import Rule
from pathways.journey.events import (
    Actor,
    Complete,
    Hold,
    Reading,
    Record,
    Report,
    Withdraw,
)
from pathways.spans import Span
from tests.kernel.building import NURSE, Patient, at, human, ok, pathway, stage

DAY = 86_400
LOW = ["<", ["value", "glucose"], 54.0]
LOW_CALL = human("low", response="RT-2H", due=Span(2, "hour"))
WITH_PHYSICIAN = ("case-manager", "primary-care", "nurse-manager")


def test_after_a_withdrawal_nothing_reaches_the_patient_and_the_physician_is_told() -> None:
    """X4: within a business day; the record closes when the physician has taken note."""
    patient = Patient(now=at("2026-11-24T10:00-05:00"))
    patient.enroll(pathway(stage("assessment", "assessment", human("call")), roles=WITH_PHYSICIAN))
    ok(patient, Withdraw("w", NURSE, "wants no program"))
    (task,) = patient.journey.tasks.values()
    assert (task.kind, task.owner, task.reasons) == (
        "inform",
        "primary-care",
        ("wants no program",),
    )
    assert task.due == at("2026-11-25T23:59:59-05:00")
    assert patient.rows["t1"].status == "cancelled"
    assert patient.journey.status == "closing"
    patient.until(patient.now + 400 * DAY)
    assert {m.to for m in patient.messages} == {
        "primary-care",
        "nurse-manager",
        "program-manager",
    }
    ok(patient, Complete("c", Actor("p", "primary-care"), task.id))
    assert patient.journey.status == "closed"


def test_an_open_alarm_of_who_withdraws_is_handed_to_the_physician_and_not_dropped() -> None:
    """X4: due when it was, escalated as it was; other work is cancelled."""
    patient = Patient(now=at("2026-11-24T10:00-05:00"))
    patient.enroll(
        pathway(
            stage("assessment", "assessment", human("call")),
            rules=(Rule(id="low", when=LOW, reads=("glucose",), do=LOW_CALL),),
            roles=WITH_PHYSICIAN,
        )
    )
    ok(patient, Record("r", NURSE, (Reading("glucose", 40.0, 0),)))
    alarm = patient.task("low")
    ok(patient, Withdraw("w", NURSE, "enough"))
    handed = patient.task("low")
    assert (handed.owner, handed.due) == ("primary-care", alarm.due)
    assert ("task-urgent", "primary-care") in [(m.message, m.to) for m in patient.messages]
    patient.until(alarm.due + 60)
    assert patient.task("low").level == 1
    for task in list(patient.journey.tasks):
        ok(patient, Complete(f"c{task}", Actor("p", "primary-care"), task))
    assert patient.journey.status == "closed"


def test_an_alarm_of_a_pathway_that_was_on_hold_runs_again_when_the_patient_withdraws() -> None:
    patient = Patient(now=at("2026-11-24T10:00-05:00"))
    patient.enroll(
        pathway(
            stage("assessment", "assessment", human("call")),
            rules=(Rule(id="low", when=LOW, reads=("glucose",), do=LOW_CALL),),
        )
    )
    ok(patient, Record("r", NURSE, (Reading("glucose", 40.0, 0),)))
    due = patient.task("low").due
    ok(patient, Hold("h", NURSE, "travelling"))
    patient.until(patient.now + 3600)
    ok(patient, Withdraw("w", NURSE, "enough"))
    assert patient.task("low").owner == "nurse-manager"  # no physician on this pathway
    assert patient.task("low").due == due + 3600


def test_who_withdraws_and_dies_leaves_no_work_open() -> None:
    patient = Patient()
    patient.enroll(pathway(stage("assessment", "assessment", human("call"))))
    ok(patient, Withdraw("w", NURSE, "enough"))
    ok(patient, Report("d", NURSE, "deceased", patient.now))
    assert patient.journey.status == "closed"
    assert patient.journey.tasks == {}


def test_who_comes_back_before_the_physician_took_note_is_enrolled_as_anybody() -> None:
    patient = Patient()
    compiled = pathway(stage("assessment", "assessment", human("call")))
    patient.enroll(compiled)
    ok(patient, Withdraw("w", NURSE, "a misunderstanding"))
    patient.until(patient.now + 60)
    assert patient.enroll(compiled).code == "enrolled"
    assert patient.journey.status == "active"
