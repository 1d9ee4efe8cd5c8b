"""Hospital, holds, withdrawal and death."""

from __future__ import annotations

import pytest

from pathways.compiled import Step
from pathways.journey.decide import stands
from pathways.journey.effects import Book, Cancel
from pathways.journey.events import (
    Actor,
    Close,
    Complete,
    Done,
    Enroll,
    Event,
    Hold,
    PatientProfile,
    Report,
    Resume,
    Withdraw,
)
from pathways.spans import Span
from tests.kernel.building import NURSE, Patient, at, human, pathway, stage

DAY = 86_400
HELLO = Step(id="hello", verb="notify", title="Hello", to="patient", message="welcome")
LAB = Step(
    id="lab", verb="schedule", title="Lab", service="lab", by="case-manager", due=Span(14, "day")
)


@pytest.fixture
def patient() -> Patient:
    patient = Patient(now=at("2026-11-24T10:00-05:00"))
    patient.enroll(
        pathway(
            stage("assessment", "assessment", HELLO, LAB, human("call", every=Span(1, "week"))),
        )
    )
    return patient


def ok(patient: Patient, event: Event) -> None:
    answer = patient.apply(event).answer
    assert answer is not None
    assert answer.status == "applied", answer.message


def test_a_hold_freezes_clocks_and_a_resume_moves_every_due_time_by_its_length(
    patient: Patient,
) -> None:
    due = patient.task("call").due
    ok(patient, Hold("h", NURSE, "travelling"))
    patient.until(patient.now + 20 * DAY)
    assert "task-escalated" not in patient.kinds()
    ok(patient, Resume("r", NURSE))
    assert patient.task("call").due == due + 20 * DAY


def test_a_hold_with_an_end_resumes_by_itself(patient: Patient) -> None:
    ok(patient, Hold("h", NURSE, "travelling", until=patient.now + 5 * DAY))
    assert patient.journey.status == "held"
    patient.until(patient.now + 5 * DAY)
    assert patient.journey.status == "active"


def test_a_hold_without_an_end_is_looked_at_after_thirty_days(patient: Patient) -> None:
    ok(patient, Hold("h", NURSE, "travelling"))
    patient.until(patient.now + 30 * DAY)
    task = patient.task("hold")
    ok(patient, Complete("c", Actor("b", "nurse-manager"), task.id, "resume"))
    assert patient.journey.status == "active"


def test_admission_suspends_and_coming_home_resumes(patient: Patient) -> None:
    ok(patient, Report("a", NURSE, "admitted", patient.now))
    assert patient.journey.enrollments["demo"].held_for == "admitted"
    patient.until(patient.now + 4 * DAY)
    ok(patient, Report("d", NURSE, "discharged", patient.now))
    assert patient.journey.enrollments["demo"].status == "active"
    assert patient.journey.hospital == 0


def test_a_reported_death_freezes_messages_until_a_person_verifies_it(patient: Patient) -> None:
    """X6: frozen at once, verified within one business day."""
    key = patient.messages[0].key
    ok(patient, Report("d", NURSE, "deceased", patient.now, verified=False))
    assert not stands(patient.journey, key)
    task = patient.task("death-reported")
    assert task.due == at("2026-11-25T23:59:59-05:00")
    assert patient.journey.status == "active"

    ok(patient, Complete("v", Actor("b", "nurse-manager"), task.id, "verified"))
    assert patient.journey.status == "closed"
    assert patient.journey.enrollments["demo"].disposition == "deceased"


def test_a_disproved_death_lets_the_journey_go_on(patient: Patient) -> None:
    ok(patient, Report("d", NURSE, "deceased", patient.now, verified=False))
    task = patient.task("death-reported")
    ok(patient, Complete("v", Actor("b", "nurse-manager"), task.id, "disproved"))
    assert not patient.journey.frozen
    assert patient.task("call")


def test_a_verified_death_cancels_everything_and_tells_the_team(patient: Patient) -> None:
    book = patient.effects[0]
    assert isinstance(book, Book)
    starts = patient.now + 5 * DAY
    patient.apply(
        Done(book.key, {"appointment": book.appointment, "starts": starts, "ends": starts + 1800})
    )
    before = len(patient.messages)
    ok(patient, Report("d", NURSE, "deceased", patient.now))
    assert patient.journey.tasks == {}
    assert patient.journey.agenda == ()
    assert isinstance(patient.effects[-1], Cancel)
    assert [(m.message, m.to) for m in patient.messages[before:]] == [
        ("team-notice", "case-manager")
    ]
    refused = patient.apply(Report("late", NURSE, "fall", patient.now)).answer
    assert refused is not None
    assert refused.code == "journey-closed"


def test_withdrawal_ends_with_no_further_effect(patient: Patient) -> None:
    ok(patient, Withdraw("w", NURSE, "wants no program"))
    assert patient.journey.status == "closed"
    assert {row.status for row in patient.rows.values()} == {"cancelled"}
    count = len(patient.messages)
    patient.until(patient.now + 400 * DAY)
    assert len(patient.messages) == count


def test_discharge_by_hand_states_its_disposition(patient: Patient) -> None:
    ok(patient, Close("c", NURSE, "demo", "long-term-care", "moved to a nursing home"))
    assert patient.journey.enrollments["demo"].disposition == "long-term-care"


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (Hold("x", NURSE, "why", pathway="nope"), "not-active"),
        (Hold("x", NURSE, "why", until=1), "in-the-past"),
        (Resume("x", NURSE), "not-held"),
        (Withdraw("x", NURSE, "why", pathway="nope"), "not-enrolled"),
        (Close("x", NURSE, "demo", "deceased"), "wrong-command"),
        (Close("x", NURSE, "nope", "moved"), "not-enrolled"),
        (Report("x", NURSE, "moved", 1), "no-calendar"),
        (Report("x", NURSE, "fall", 1 << 40), "in-the-future"),
    ],
)
def test_commands_that_make_no_sense_are_refused(patient: Patient, event: Event, code: str) -> None:
    answer = patient.apply(event).answer
    assert answer is not None
    assert (answer.status, answer.code) == ("refused", code)


@pytest.mark.parametrize(
    ("profile", "code"),
    [
        (PatientProfile(born="1960-05-01", deceased=True), "deceased"),
        (PatientProfile(born="2015-05-01", conditions=("E11.9",)), "not-eligible"),
        (PatientProfile(born="1960-05-01", conditions=("E10.1",)), "not-eligible"),
    ],
)
def test_the_dead_and_the_ineligible_are_refused(profile: PatientProfile, code: str) -> None:
    patient = Patient()
    answer = patient.enroll(
        pathway(
            stage("assessment", "assessment", human("first")),
            icd10=("E11",),
            eligible=[">=", ["age"], 18.0],
        ),
        profile,
    )
    assert (answer.status, answer.code) == ("refused", code)
    assert (patient.journey.status, patient.journey.tasks) == ("closed", {})


def test_eligibility_that_the_record_cannot_answer_is_refused_as_unknown() -> None:
    patient = Patient()
    entry = pathway(
        stage("assessment", "assessment", human("first")),
        eligible=[">=", ["value", "glucose"], 100.0],
    )
    assert patient.enroll(entry).code == "eligibility-unknown"


def test_enrolling_twice_finds_the_running_enrollment_and_keeps_the_earlier_referral() -> None:
    patient = Patient()
    entry = pathway(stage("assessment", "assessment", human("first")))
    patient.enroll(entry)
    (digest,) = patient.library
    earlier = patient.now - 3 * DAY
    answer = patient.apply(
        Enroll(
            "again",
            NURSE,
            "demo",
            digest,
            PatientProfile(born="1960-05-01"),
            patient.calendar,
            earlier,
        )
    ).answer
    assert answer is not None
    assert answer.code == "already-enrolled"
    assert patient.journey.enrollments["demo"].referred == earlier
    assert len(patient.journey.tasks) == 1


def test_work_done_during_a_hold_counts_and_the_pathway_goes_on_when_it_ends() -> None:
    patient = Patient()
    patient.enroll(
        pathway(
            stage("assessment", "assessment", human("call"), human("next", after=("call",))),
        )
    )
    ok(patient, Hold("h", NURSE, "travelling"))
    ok(patient, Complete("c", NURSE, patient.task("call").id))
    assert patient.journey.tasks == {}
    ok(patient, Resume("r", NURSE))
    assert patient.task("next")
