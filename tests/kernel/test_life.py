"""Hospital, holds, withdrawal and death."""

from __future__ import annotations

import pytest

from pathways.compiled import Rule, Step
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
    Reading,
    Record,
    Report,
    Resume,
    Withdraw,
)
from pathways.spans import Span
from tests.kernel.building import NURSE, Patient, at, human, ok, pathway, stage

DAY = 86_400
HIGH = [">", ["value", "glucose"], 300.0]
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


def test_a_hold_that_ends_in_hospital_lasts_until_the_patient_is_home(patient: Patient) -> None:
    ok(patient, Hold("h", NURSE, "travelling", until=patient.now + 5 * DAY))
    patient.until(patient.now + DAY)
    ok(patient, Report("a", NURSE, "admitted", patient.now))
    patient.until(patient.now + 10 * DAY)
    assert patient.journey.status == "held"
    ok(patient, Report("d", NURSE, "discharged", patient.now))
    assert patient.journey.status == "active"


def test_a_hold_without_an_end_is_looked_at_after_thirty_days(patient: Patient) -> None:
    ok(patient, Hold("h", NURSE, "travelling"))
    patient.until(patient.now + 30 * DAY)
    task = patient.task("hold")
    ok(patient, Complete("c", Actor("b", "nurse-manager"), task.id, "resume"))
    assert patient.journey.status == "active"


def test_what_is_said_about_an_event_is_kept(patient: Patient) -> None:
    ok(patient, Report("f", NURSE, "fall", patient.now, details={"where": "kitchen"}))
    (reported,) = [e for e in patient.entries if e.kind == "reported"]
    assert reported.params["details"] == "where: kitchen"


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
    assert patient.journey.enrollments["demo"].disposition == "deceased"
    ok(patient, Complete("t", NURSE, patient.task("death-told").id, "told"))
    assert patient.journey.status == "closed"


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
    told = patient.apply(Report("d", NURSE, "deceased", patient.now))
    assert told.record is not None
    assert not {m.key for m in told.record.messages} & {*told.record.retract}
    assert [task.kind for task in patient.journey.tasks.values()] == ["tell-death"]
    assert {due.kind for due in patient.journey.agenda} == {"task"}
    assert isinstance(patient.effects[-1], Cancel)
    (notice,) = patient.messages[before:]
    assert (notice.message, notice.to) == ("team-notice", "case-manager")
    assert stands(patient.journey, notice.key), "the notice was retracted with all the rest"
    ok(patient, Complete("t", NURSE, patient.task("death-told").id, "told"))
    refused = patient.apply(Report("late", NURSE, "fall", patient.now)).answer
    assert refused is not None
    assert refused.code == "journey-closed"


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


def test_a_hold_does_not_postpone_an_alarm_that_was_raised_during_it() -> None:
    """A hold stops the clocks, not the alarms: two hours to call back stay two hours."""
    patient = Patient()
    alarm = human("alarm", due=Span(2, "hour"), response="RT-2H")
    patient.enroll(
        pathway(
            stage("assessment", "assessment", human("call")),
            rules=(Rule(id="alarm", do=alarm, when=HIGH, reads=("glucose",)),),
        )
    )
    ok(patient, Hold("h", NURSE, "travelling"))
    patient.now += 9 * DAY
    ok(patient, Record("v", NURSE, (Reading("glucose", 400.0, 0),)))
    due = patient.task("alarm").due
    patient.now += 3600
    ok(patient, Resume("r", NURSE))
    assert patient.task("alarm").due == due == patient.now + 3600
    patient.until(due + 1)
    assert "task-escalated" in patient.kinds()


def test_a_series_that_goes_on_during_a_hold_does_not_count_the_hold_twice() -> None:
    patient = Patient()
    patient.enroll(pathway(stage("assessment", "assessment", human("call", every=Span(1, "week")))))
    opened = patient.task("call").opened
    ok(patient, Hold("h", NURSE, "travelling"))
    patient.until(patient.now + 5 * DAY)
    ok(patient, Complete("c", NURSE, patient.task("call").id))
    patient.until(patient.now + 15 * DAY)
    ok(patient, Resume("r", NURSE))
    patient.until(opened + 40 * DAY)
    assert patient.task("call").opened == opened + (7 + 15) * DAY


def test_a_message_put_off_for_the_night_ends_its_step_though_consent_is_withdrawn() -> None:
    """I9: the step does not wait for a message that will never leave."""
    patient = Patient(now=at("2026-11-24T23:00-05:00"))
    patient.enroll(
        pathway(stage("assessment", "assessment", HELLO, human("call", after=("hello",))))
    )
    ok(patient, Report("n", NURSE, "consent-withdrawn", patient.now))
    patient.until(at("2026-11-25T08:00-05:00"))
    assert patient.messages == []
    assert patient.task("call")


def test_a_hold_of_one_pathway_does_not_forget_the_work_another_comes_to_share() -> None:
    """I9: the task that both want is looked after, with the earlier due time."""
    first, second = (
        pathway(stage("assessment", "assessment", human(name, same="weighing")), name=name)
        for name in ("one", "two")
    )
    patient = Patient()
    patient.enroll(first)
    ok(patient, Hold("h", NURSE, "travelling", pathway="one"))
    patient.now += 20 * DAY
    patient.enroll(second)
    task = patient.task("one")
    ok(patient, Resume("r", NURSE, pathway="one"))
    patient.until(patient.now + 8 * DAY)
    assert patient.journey.tasks[task.id].level == 1


def test_the_verification_of_a_death_outlives_the_pathway_it_was_asked_under() -> None:
    """I9: as long as messages are frozen, somebody is asked to find out."""
    patient = Patient()
    for name in ("one", "two"):
        patient.enroll(pathway(stage("assessment", "assessment", human(name)), name=name))
    ok(patient, Report("d", NURSE, "deceased", patient.now, verified=False))
    ok(patient, Close("c", NURSE, "one", "moved"))
    task = patient.task("death-reported")
    ok(patient, Complete("v", Actor("b", "nurse-manager"), task.id, "disproved"))
    assert not patient.journey.frozen


def test_who_comes_back_in_the_same_second_is_still_told_of_once_per_key() -> None:
    """I2: the keys of two enrollments differ though they began at one instant."""
    patient = Patient(now=at("2026-11-24T10:00-05:00"))
    compiled = pathway(stage("assessment", "assessment", HELLO, human("call")))
    patient.enroll(compiled)
    ok(patient, Withdraw("w", NURSE, "a misunderstanding"))
    patient.enroll(compiled)
    keys = [message.key for message in patient.messages]
    assert len(keys) == 2
    assert len(set(keys)) == 2


@pytest.mark.parametrize(("event", "code"), [("death-disproved", ""), ("deceased", "deceased")])
def test_a_reported_death_can_be_settled_though_the_journey_has_closed(
    event: str, code: str
) -> None:
    """Otherwise the patient could never be enrolled again: verify it first, it would say."""
    patient = Patient()
    compiled = pathway(stage("assessment", "assessment", human("call")))
    patient.enroll(compiled)
    ok(patient, Report("d", NURSE, "deceased", patient.now, verified=False))
    ok(patient, Withdraw("w", NURSE, "the family asked"))
    assert patient.enroll(compiled).code == "death-reported"
    ok(patient, Report("s", NURSE, event, patient.now))
    answer = patient.enroll(compiled)
    assert answer.code == (code or "enrolled")


def test_a_stage_that_waited_for_a_death_to_be_verified_goes_on_when_it_is_disproved() -> None:
    """I9: a report settles it as a completed task would."""
    patient = Patient()
    patient.enroll(pathway(stage("assessment", "assessment", human("call"))))
    ok(patient, Report("d", NURSE, "deceased", patient.now, verified=False))
    ok(patient, Complete("c", NURSE, patient.task("call").id))
    assert patient.journey.status == "active"
    ok(patient, Report("n", NURSE, "death-disproved", patient.now))
    assert patient.journey.enrollments["demo"].disposition == "completed"
