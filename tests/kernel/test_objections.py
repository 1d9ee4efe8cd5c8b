"""What several approvers object to counts together, whoever spoke last (clinical rule X9)."""

from __future__ import annotations

from pathways.journey.events import Actor, Vary
from tests.kernel.building import Patient, human
from tests.kernel.test_approvals import DAPT, complete, letters, reviewed, say, seats

WALKS = human("walks")


def two_of_three() -> Patient:
    """A version that any two of three may approve, with two steps to object to."""
    return reviewed((), ("primary-care", "pharmacist", "specialist"), 2, WALKS)


def out(patient: Patient) -> tuple[str, ...]:
    return patient.journey.enrollments["demo"].disabled


def reasons(patient: Patient) -> tuple[str, ...]:
    return patient.task("make-plan").reasons


def test_what_the_first_to_reject_takes_out_counts_when_a_second_settles_it() -> None:
    """Given two rejections that make the quorum impossible, each without another step and for
    another reason, then the next version does without both, and its task tells both reasons."""
    patient = two_of_three()
    say(patient, "pharmacist", "rejected", without=(DAPT.id,), note="bleeding risk")
    assert out(patient) == ()
    say(patient, "specialist", "rejected", without=(WALKS.id,), note="fracture")
    assert out(patient) == (DAPT.id, WALKS.id)
    assert reasons(patient) == ("bleeding risk", "fracture")
    assert letters(patient) == 0


def test_an_abstention_that_settles_it_keeps_what_was_objected_to() -> None:
    """Given one rejection, then two who abstain, then the plan is rejected for what was said."""
    patient = two_of_three()
    say(patient, "pharmacist", "rejected", without=(DAPT.id,), note="bleeding risk")
    other = seats(patient)["specialist"]
    patient.apply(Vary(patient.command(), Actor("s1", other.owner), other.id, "ill"))
    assert out(patient) == (DAPT.id,)
    assert reasons(patient) == ("bleeding risk",)


def test_what_one_objected_to_does_not_count_when_the_others_approve() -> None:
    """Given one rejection and two approvals, then the version is in force as it was made."""
    patient = two_of_three()
    say(patient, "pharmacist", "rejected", without=(DAPT.id,), note="bleeding risk")
    say(patient, "specialist", "approved")
    say(patient, "primary-care", "approved")
    assert out(patient) == ()
    assert patient.journey.enrollments["demo"].plan_in_force == 1


def test_an_objection_to_one_version_is_over_with_its_review() -> None:
    """Given a version that was rejected, revised and rejected again without a word, then nothing
    more is taken out the second time."""
    patient = two_of_three()
    say(patient, "pharmacist", "rejected", without=(DAPT.id,))
    say(patient, "specialist", "rejected")
    from_first = out(patient)
    complete(patient, patient.task("make-plan"), restore=from_first)
    say(patient, "pharmacist", "rejected")
    say(patient, "specialist", "rejected")
    assert out(patient) == ()
