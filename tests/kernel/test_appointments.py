"""Appointments: booked, kept, missed, booked again; failures end with a person."""

from __future__ import annotations

from typing import Literal

import pytest
from msgspec.structs import replace

from pathways.compiled import Step
from pathways.journey.effects import Book, Cancel
from pathways.journey.events import Actor, Attend, Complete, Decline, Done, Failed, Vary, Withdraw
from pathways.spans import Span
from pathways.undone import Missed
from tests.kernel.building import NURSE, Patient, at, human, pathway, stage

LAB = Step(
    id="lab",
    verb="schedule",
    title="Blood test",
    service="hba1c-lab",
    by="coordinator",
    due=Span(14, "day"),
    same="service:hba1c-lab",
    missed=Missed(by="coordinator", escalate="primary-care"),
)
STARTS = at("2026-12-01T14:00-05:00")


@pytest.fixture
def patient() -> Patient:
    """Enrolled Tuesday 2026-11-24 10:00 New York; a lab appointment is asked for."""
    patient = Patient()
    patient.enroll(pathway(stage("assessment", "assessment", LAB, human("after", after=("lab",)))))
    return patient


def book(patient: Patient, starts: int = STARTS) -> str:
    """The scheduling service answers the last request."""
    effect = patient.effects[-1]
    assert isinstance(effect, Book)
    result: dict[str, str | int] = {
        "appointment": effect.appointment,
        "starts": starts,
        "ends": starts + 1800,
        "provider": "lab-1",
    }
    patient.apply(Done(effect.key, result))
    return effect.appointment


def test_the_request_names_its_window_and_its_key_never_repeats(patient: Patient) -> None:
    (effect,) = patient.effects
    assert isinstance(effect, Book)
    assert effect.latest == at("2026-12-08T23:59:59-05:00")
    assert effect.key == f"j-1/demo~{patient.now}/lab/1/book-{effect.appointment}/patient"
    assert list(patient.journey.outstanding) == [effect.key]


def test_nobody_is_called_in_on_the_same_day_unless_it_is_urgent(patient: Patient) -> None:
    (effect,) = patient.effects
    assert isinstance(effect, Book)
    assert effect.earliest == at("2026-11-25T00:00-05:00")
    urgent = Patient(now=patient.now)
    urgent.enroll(pathway(stage("assessment", "assessment", replace(LAB, response="RT-SD"))))
    assert isinstance(urgent.effects[0], Book)
    assert urgent.effects[0].earliest == patient.now


def test_a_window_that_ends_on_a_closed_day_is_pulled_earlier() -> None:
    patient = Patient(now=at("2026-12-11 15:00"))
    patient.enroll(pathway(stage("assessment", "assessment", LAB)))
    assert isinstance(patient.effects[0], Book)
    assert patient.effects[0].latest == at("2026-12-24T23:59:59-05:00"), "not on Christmas Day"


def test_a_booking_is_told_to_the_patient_and_reminded_a_day_before(patient: Patient) -> None:
    appointment = book(patient)
    assert [(m.message, m.appointment) for m in patient.messages] == [
        ("appointment-booked", appointment)
    ]
    patient.until(STARTS - 86_400)
    assert [m.message for m in patient.messages] == ["appointment-booked", "appointment-reminder"]


def test_a_repeated_result_changes_nothing(patient: Patient) -> None:
    book(patient)
    before = patient.journey
    book(patient)
    assert patient.journey is before


def test_a_kept_appointment_ends_its_step(patient: Patient) -> None:
    appointment = book(patient)
    patient.until(STARTS + 3600)
    patient.apply(Attend("a", NURSE, appointment, "attended"))
    assert patient.task("after")
    assert patient.journey.appointments == {}


@pytest.mark.parametrize("outcome", ["attended", "missed"])
def test_an_appointment_of_another_day_has_not_ended_yet(
    patient: Patient, outcome: Literal["attended", "missed"]
) -> None:
    """Given a visit of next week, when somebody enters today how it ended, then that is refused;
    on its day it is taken, an hour early, too."""
    appointment = book(patient)
    early = patient.apply(Attend("early", NURSE, appointment, outcome)).answer
    assert early is not None
    assert (early.status, early.code) == ("refused", "not-yet")
    assert "how it ended on that day" in early.message
    patient.until(STARTS - 3600)
    answer = patient.apply(Attend("now", NURSE, appointment, outcome)).answer
    assert answer is not None
    assert answer.status == "applied"


def test_when_nobody_says_how_it_ended_a_person_is_asked(patient: Patient) -> None:
    book(patient)
    patient.until(at("2026-12-03T00:00-05:00"))
    task = patient.task("lab")
    assert (task.kind, task.owner) == ("attendance", "coordinator")
    patient.apply(Complete("c", NURSE, task.id, "attended"))
    assert "not-yours" in str(patient.entries[-1].params)


def test_a_miss_means_outreach_in_a_business_day_and_a_new_booking_in_14_days(
    patient: Patient,
) -> None:
    appointment = book(patient)
    patient.until(STARTS + 3600)
    patient.apply(Attend("a", NURSE, appointment, "missed"))
    outreach = patient.task("lab")
    assert (outreach.kind, outreach.due) == ("outreach", at("2026-12-02T23:59:59-05:00"))
    patient.apply(Complete("c", Actor("c1", "coordinator"), outreach.id, "rebook"))
    effect = patient.effects[-1]
    assert isinstance(effect, Book)
    assert effect.latest == at("2026-12-15T23:59:59-05:00")
    assert effect.key != patient.effects[0].key


def test_the_second_miss_asks_for_the_barrier_the_third_goes_to_the_physician(
    patient: Patient,
) -> None:
    titles, owners = [], []
    for number in range(3):
        appointment = book(patient, STARTS + number * 7 * 86_400)
        patient.until(STARTS + number * 7 * 86_400 + 3600)
        patient.apply(Attend(f"a{number}", NURSE, appointment, "missed"))
        outreach = patient.task("lab")
        titles.append(outreach.title)
        owners.append(outreach.owner)
        patient.apply(Complete(f"done-{number}", Actor("x", outreach.owner), outreach.id, "rebook"))
    assert titles[0].startswith("Missed appointment")
    assert "barrier" in titles[1]
    assert "conference" in titles[2]
    assert owners == ["coordinator", "coordinator", "primary-care"]


def test_a_patients_own_cancellation_frees_the_slot_and_is_no_miss(patient: Patient) -> None:
    appointment = book(patient)
    patient.apply(Attend("a", NURSE, appointment, "cancelled"))
    cancel = patient.effects[-1]
    assert isinstance(cancel, Cancel)
    assert patient.task("lab").title.startswith("Rebook")


def test_declining_an_appointment_ends_its_step_as_declined(patient: Patient) -> None:
    appointment = book(patient)
    patient.apply(Decline("d", NURSE, appointment, "no transport"))
    assert isinstance(patient.effects[-1], Cancel)
    assert patient.journey.enrollments["demo"].ends["lab"] == "declined"


def test_no_free_slot_becomes_work_for_a_person(patient: Patient) -> None:
    patient.apply(Failed(patient.effects[0].key, "no free slot until 2026-12-08"))
    task = patient.task("lab")
    assert (task.kind, task.owner) == ("booking", "coordinator")
    assert task.reasons == ("no free slot until 2026-12-08",)
    patient.apply(Complete("c", Actor("c1", "coordinator"), task.id, "arranged"))
    assert patient.task("after")


def test_a_slot_found_too_late_is_given_back(patient: Patient) -> None:
    patient.apply(Withdraw("w", NURSE, "moves away"))
    book(patient)
    cancel = patient.effects[-1]
    assert isinstance(cancel, Cancel)
    assert patient.messages == []


def test_commands_about_unknown_or_unbooked_appointments_are_refused(patient: Patient) -> None:
    (appointment,) = patient.journey.appointments
    for target, code in (("a99", "no-such-appointment"), (appointment, "not-booked")):
        answer = patient.apply(Attend(target, NURSE, target, "attended")).answer
        assert answer is not None
        assert answer.code == code


def test_an_appointment_that_is_over_cannot_be_declined(patient: Patient) -> None:
    """Given a visit that took place, then who declines it is told that it is not open."""
    appointment = book(patient)
    patient.until(STARTS + 3600)
    patient.apply(Attend("a", NURSE, appointment, "attended"))
    answer = patient.apply(Decline("d", NURSE, appointment, "too late")).answer
    assert answer is not None
    assert answer.code == "no-such-appointment"


def test_the_question_how_an_appointment_ended_is_answered_not_passed_over(
    patient: Patient,
) -> None:
    """I9: nothing else would end the appointment, nor the step that waits for it."""
    book(patient)
    patient.until(STARTS + 3 * 86_400)
    task = patient.task("lab")
    assert task.kind == "attendance"
    answer = patient.apply(Vary("v", Actor("c", "coordinator"), task.id, "no time")).answer
    assert answer is not None
    assert answer.code == "must-be-answered"
    assert patient.task("lab")
