"""A time in which nobody pays: what is under way, and what happens when somebody pays again."""

from __future__ import annotations

from pathways.review.cover import NOBODY
from tests.kernel.building import at
from tests.review.building import Asked, asked, in_review, sent
from tests.review.test_cover import NEW, OLD, approved, changes, newest

FRIDAY = "2026-09-11T10:00-04:00"


def waiting() -> Asked:
    """A request is under way at the payer, whose cover ends on Tue 09-15 with nothing after it."""
    patient = in_review(sent(FRIDAY))
    changes(patient, "2026-09-14T10:00-04:00", NOBODY, "2026-09-16")
    return patient


def test_nobody_pays_is_told_to_patient_and_physician() -> None:
    patient = waiting()
    assert "Nobody pays from 2026-09-16" in patient.duty("cover-patient").title
    patient.until(at("2026-09-16T00:00-04:00"))
    assert patient.journey.patient is not None
    assert patient.journey.patient.payer == NOBODY


def test_what_was_asked_waits_and_nobody_is_told_to_ask() -> None:
    patient = waiting()
    patient.until(at("2026-09-16T09:00-04:00"))
    assert patient.run.state == "withdrawn"
    assert (newest(patient).state, newest(patient).payer) == ("draft", NOBODY)
    assert not patient.has("review-anew")
    assert newest(patient).task in patient.journey.tasks


def test_nothing_can_be_sent_to_nobody() -> None:
    patient = waiting()
    patient.until(at("2026-09-16T09:00-04:00"))
    assert patient.says("submitted", review=newest(patient).id).code == "no-cover"
    assert patient.says("submitted", review=newest(patient).id, payer=NEW).status == "applied"


def test_when_somebody_pays_again_it_is_to_be_asked() -> None:
    patient = waiting()
    changes(patient, "2026-10-01T10:00-04:00", NEW, "2026-10-01")
    assert newest(patient).payer == NEW
    assert patient.duty("review-anew").about == newest(patient).id
    patient.applied("submitted", review=newest(patient).id)
    assert not patient.has("review-anew")


def test_an_authorization_ends_with_the_last_day_that_somebody_pays() -> None:
    patient = approved()
    changes(patient, "2026-09-14T10:00-04:00", NOBODY, "2026-10-01")
    assert patient.run.approval is not None
    assert (patient.run.approval.cut, patient.run.approval.granted > patient.run.approval.last) == (
        True,
        True,
    )
    duty = patient.duty("cover-ends")
    assert duty.reasons == ("Nobody pays from then on: bridge it, or find who does",)


def test_a_gap_that_never_was_gives_everything_back() -> None:
    patient = approved()
    before = patient.run.approval
    changes(patient, "2026-09-14T10:00-04:00", NOBODY, "2026-10-01")
    changes(patient, "2026-09-15T10:00-04:00", OLD, "2026-10-01")
    assert patient.run.approval == before


def test_a_request_made_in_the_gap_goes_to_who_pays_then() -> None:
    patient = asked(FRIDAY, NOBODY)
    assert patient.run.payer == NOBODY
    changes(patient, "2026-09-14T10:00-04:00", NEW, "2026-09-14")
    assert patient.run.payer == NEW
    assert patient.has("review-anew")
