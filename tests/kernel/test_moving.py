"""Moving to another time zone: local deadlines and contact hours follow the patient."""

from __future__ import annotations

from datetime import date

import pytest

from pathways.calendar.resolve import resolve
from pathways.canonical import digest_of
from pathways.compiled import DataElement, Goal, Step
from pathways.journey.events import Complete, Enroll, Hold, PatientProfile, Reading, Report, Resume
from pathways.spans import Span
from pathways.undone import Overdue
from pathways.windows import Window
from tests.kernel.building import NURSE, Patient, at, human, pathway, stage

LOS_ANGELES = resolve("America/Los_Angeles", date(2026, 1, 1), date(2029, 12, 31))
HELLO = Step(id="hello", verb="notify", title="Hello", to="patient", message="welcome")


@pytest.fixture
def patient() -> Patient:
    patient = Patient(now=at("2026-11-24T10:00-05:00"))
    patient.enroll(
        pathway(
            stage(
                "assessment",
                "assessment",
                human("visit", due=Span(7, "day")),
                human("alarm", due=Span(72, "hour")),
                human("weekly", due=Span(1, "day"), every=Span(1, "week")),
                deadline=Span(30, "day"),
            ),
            goals=(
                Goal("better", "Better", ["<", ["value", "glucose"], 90.0], by=Span(14, "day")),
            ),
        )
    )
    return patient


def move(patient: Patient) -> None:
    answer = patient.apply(
        Report(patient.command(), NURSE, "moved", patient.now, calendar=LOS_ANGELES)
    ).answer
    assert answer is not None
    assert answer.status == "applied"


def dates(patient: Patient, kind: str) -> list[int]:
    return [due.at for due in patient.journey.agenda if due.kind == kind]


def test_a_deadline_by_the_day_ends_with_the_day_there(patient: Patient) -> None:
    move(patient)
    task = patient.task("visit")
    assert task.due == at("2026-12-01T23:59:59-08:00")
    assert patient.rows[task.id].due == task.due
    patient.until(at("2026-12-01T23:59:59-08:00"))
    assert patient.task("visit").level == 0
    patient.until(patient.now + 1)
    assert patient.task("visit").level == 1


def test_elapsed_hours_are_the_same_everywhere(patient: Patient) -> None:
    """T3."""
    before = patient.task("alarm").due
    move(patient)
    assert patient.task("alarm").due == before


def test_stages_and_goals_end_with_the_day_there(patient: Patient) -> None:
    move(patient)
    assert dates(patient, "stage") == [at("2026-12-25T00:00-08:00")]
    assert dates(patient, "goal") == [at("2026-12-09T00:00-08:00")]


def test_what_recurs_keeps_its_time_of_day(patient: Patient) -> None:
    patient.apply(Complete("c", NURSE, patient.task("weekly").id))
    move(patient)
    assert dates(patient, "recur") == [at("2026-12-01T10:00-08:00")]


def test_a_message_put_off_for_the_night_waits_for_the_morning_there() -> None:
    patient = Patient(now=at("2026-11-24T22:00-05:00"))
    patient.enroll(pathway(stage("assessment", "assessment", HELLO, human("call"))))
    move(patient)
    patient.until(at("2026-11-25T07:59-08:00"))
    assert patient.messages == []
    patient.until(at("2026-11-25T08:00-08:00"))
    assert [message.message for message in patient.messages] == ["welcome"]


def test_who_joins_a_pathway_from_elsewhere_has_moved(patient: Patient) -> None:
    """Given a patient in the East, when they are enrolled on another pathway in the West, then
    what was due by the old clock is due by the new one."""
    other = pathway(stage("follow", "follow-up", human("other")), name="other")
    digest = digest_of(other)
    patient.library[digest] = other
    patient.apply(
        Enroll(
            patient.command(),
            NURSE,
            "other",
            digest,
            PatientProfile(born="1958-02-03"),
            LOS_ANGELES,
            patient.now,
        )
    )
    assert patient.task("visit").due == at("2026-12-01T23:59:59-08:00")
    assert "clock-moved" in patient.kinds()


def test_what_a_hold_keeps_back_moves_too(patient: Patient) -> None:
    """Given a stage's deadline that a hold of two days keeps back, when the patient moves
    meanwhile, then it comes two days later, at the end of a day there."""
    patient.apply(Hold(patient.command(), NURSE, "travel"))
    move(patient)
    patient.until(patient.now + 2 * 86_400)
    patient.apply(Resume(patient.command(), NURSE))
    assert dates(patient, "stage") == [at("2026-12-27T00:00:00-08:00")]


def test_what_is_overdue_stays_overdue(patient: Patient) -> None:
    """Given a task that is late, when the patient moves, then it is late since when it was, and
    whoever is to hear of it hears in time."""
    patient.until(at("2026-12-05T10:00-05:00"))
    late = patient.task("visit").due
    assert late < patient.now
    move(patient)
    assert patient.task("visit").due == late


def test_who_hears_of_it_by_the_day_hears_by_the_days_there() -> None:
    """Given a task due within hours, of which somebody hears two days later, when the patient moves
    West, then they hear when the second day ends there."""
    chain = (Overdue("escalate", "chief", after=Span(2, "day")),)
    patient = Patient(now=at("2026-11-24T10:00-05:00"))
    patient.enroll(
        pathway(stage("care", "follow-up", human("call", due=Span(4, "hour"), overdue=chain)))
    )
    move(patient)
    patient.until(at("2026-11-26T23:59:58-08:00"))
    assert patient.task("call").level == 0
    patient.until(at("2026-11-26T23:59:59-08:00"))
    assert patient.task("call").level == 1


def test_a_window_opens_when_contact_hours_begin_there() -> None:
    """Given a step that waits for its window, when the patient moves West, then it opens at 08:00
    there."""
    soon = human("call", window=Window("operation", 0, 3), due=None)
    care = pathway(
        stage("care", "follow-up", soon, human("holding", due=Span(1, "year"))),
        data={"operation": DataElement("operation", "date")},
    )
    patient = Patient(now=at("2026-11-24T10:00-05:00"))
    patient.enroll(care, readings=(Reading("operation", "2026-12-01", patient.now),))
    move(patient)
    patient.until(at("2026-12-01T07:59:59-08:00"))
    assert not [t for t in patient.journey.tasks.values() if t.title == "Call"]
    patient.until(at("2026-12-01T08:00-08:00"))
    assert patient.task("call").due == at("2026-12-04T23:59:59-08:00")
