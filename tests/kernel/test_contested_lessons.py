"""What waits for a physician: the material of a lesson as a message does, and a pathway that has
nothing else to do (X8, I9)."""

from __future__ import annotations

from pathways.compiled import Step
from pathways.journey.events import Complete, Report
from pathways.spans import Span
from tests.kernel.building import NURSE, Patient, human, pathway, stage
from tests.kernel.invariants import Watch
from tests.kernel.test_contradictory_orders import (
    DOCTOR,
    HOLD,
    MORE,
    both_at_once,
    course,
    decide,
    decision,
    kidney,
    letter,
    patient_on,
    told,
    work,
)


def lesson(**more: object) -> Step:
    """More of the diuretic: how, and why."""
    return human("teach", "educate", message="more-diuretic", contact="patient", order=MORE, **more)


def taught(patient: Patient) -> None:
    patient.apply(Complete(patient.command(), NURSE, patient.task("teach").id))


def contested_by_the_next_step() -> Patient:
    """Once the lesson is given, the pathway itself says the opposite."""
    opposite = Step("hold-it", "milestone", "Hold it", after=("teach",), order=HOLD)
    patient = patient_on(course("heart", lesson(), opposite))
    taught(patient)
    return patient


def test_a_contradiction_in_the_same_decision_keeps_the_material() -> None:
    patient = contested_by_the_next_step()
    assert decision(patient).outcomes == ("hold", "increase", "other")
    assert told(patient) == []


def test_the_material_of_the_order_that_is_chosen_is_sent() -> None:
    patient = contested_by_the_next_step()
    decide(patient, "increase")
    assert told(patient) == ["more-diuretic"]


def test_the_material_of_the_order_that_is_not_chosen_never_leaves() -> None:
    patient = contested_by_the_next_step()
    decide(patient, "hold")
    assert told(patient) == []


def test_material_that_waits_for_the_morning_is_kept_as_well() -> None:
    """Contact hours are no decision."""
    opposite = Step(
        "hold-it", "milestone", "Hold it", after=("teach",), delay=Span(1, "hour"), order=HOLD
    )
    patient = patient_on(course("heart", lesson(), opposite))
    patient.until(patient.now + 14 * 3600)
    taught(patient)
    assert patient.journey.unsent
    patient.until(patient.now + 12 * 3600)
    assert told(patient) == []


def test_a_lesson_given_with_one_that_need_not_wait_keeps_its_material() -> None:
    """The shared task was not blocked, as another pathway's part of it is not contested."""
    plain = human("plain", "educate", same="lesson", message="welcome", contact="patient")
    first = course("first", plain)
    patient = patient_on(first, course("heart", lesson(same="lesson")), kidney())
    both_at_once(patient)
    patient.apply(Complete(patient.command(), NURSE, work(patient, "plain").id))
    assert told(patient) == ["welcome"]
    decide(patient, "increase")
    assert told(patient) == ["welcome", "more-diuretic"]


def test_a_pathway_that_waits_for_the_end_of_a_hold_waits_for_whoever_reviews_it() -> None:
    """I9: the review stands under the pathway that was there when the hold was ordered."""
    say = pathway(stage("only", "follow-up", letter("say", "more-diuretic", MORE)), name="say")
    patient = patient_on(course("heart", lesson()))
    held = {"on": "diuretic", "do": "hold"}
    patient.apply(Report(patient.command(), DOCTOR, "physician-order", patient.now, details=held))
    patient.enroll(say)
    assert told(patient) == []
    review = patient.task("hold-diuretic")
    assert [source.pathway for source in review.sources] == ["heart"]
    Watch(patient.library).nothing_is_lost(patient.journey)
    patient.apply(Complete(patient.command(), DOCTOR, review.id, "cleared"))
    assert told(patient) == ["more-diuretic"]
    assert patient.journey.enrollments["say"].disposition == "completed"
