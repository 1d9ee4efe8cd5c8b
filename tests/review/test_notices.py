"""Notices that care ends, the quick appeal of each, and care that goes on meanwhile (5.3)."""

from __future__ import annotations

import pytest

from pathways.journey.events import Actor, Complete
from pathways.journey.state import Task
from tests.kernel.building import at
from tests.review.building import CLINICAL, NURSE, PHYSICIAN, Asked, asked, in_review

FRIDAY = "2026-09-11T10:00-04:00"
NURSES_DESK = Actor("n1", "case-manager")


def admitted(
    level: str, payer: str = "", first: str = "2026-09-14", last: str = "2026-09-27"
) -> Asked:
    patient = asked(FRIDAY, payer)
    patient.applied("submitted", speed="expedited", level=level)
    in_review(patient, physician=False)
    patient.applied("approved", **NURSE, first=first, last=last)
    return patient


def notices(patient: Asked) -> dict[str, Task]:
    return {
        t.title.split(":")[0]: t
        for t in patient.journey.tasks.values()
        if t.kind == "review-notice"
    }


def close(patient: Asked, task: Task, outcome: str = "") -> None:
    answer = patient.apply(Complete(patient.command(), NURSES_DESK, task.id, outcome)).answer
    assert answer is not None
    assert answer.status == "applied", answer


def test_the_notice_of_non_coverage_opens_the_way_to_the_review_organization() -> None:
    """SNF to Sun 09-27: the notice by Fri 09-25, the appeal by noon of Sat 09-26 (NOMNC)."""
    patient = admitted("snf")
    close(patient, patient.duty("review-notice"))
    task = patient.duty("fast-appeal")
    assert task.due == at("2026-09-26T12:00-04:00")
    assert "quality improvement organization" in task.title


@pytest.mark.parametrize(
    ("payer", "due"),
    [
        ("medicare-advantage", "2026-09-26T23:59:59-04:00"),
        ("traditional-medicare", "2026-09-28T09:00-04:00"),
    ],
)
def test_the_review_organization_decides_in_its_time(payer: str, due: str) -> None:
    """Filed on Fri 09-25 09:00: MA by the close of the next day, FFS within 72 hours."""
    patient = admitted("snf", payer)
    patient.until(at("2026-09-25T09:00-04:00"))
    close(patient, notices(patient)["Notice of Medicare Non-Coverage"])
    close(patient, patient.duty("fast-appeal"), "filed")
    assert patient.duty("fast-appeal-decision").due == at(due)


def test_who_does_not_want_to_appeal_is_not_waited_for() -> None:
    patient = admitted("snf")
    close(patient, patient.duty("review-notice"))
    close(patient, patient.duty("fast-appeal"), "not-wanted")
    assert not patient.has("fast-appeal-decision")


def test_the_copy_of_the_important_message_is_given_within_two_days_before_discharge() -> None:
    """IM again: not earlier than 2 days before (Fri 09-25), and not on the last day's morning."""
    patient = admitted("acute-inpatient")
    assert set(notices(patient)) == {"Important Message from Medicare"}
    close(patient, patient.duty("review-notice"))
    patient.until(at("2026-09-25T08:00-04:00") - 1)
    assert not patient.has("review-notice")
    patient.until(at("2026-09-25T08:00-04:00"))
    assert patient.duty("review-notice").due == at("2026-09-26T23:59:59-04:00")


def test_a_patient_in_hospital_may_appeal_until_midnight_of_the_day_of_discharge() -> None:
    patient = admitted("acute-inpatient")
    close(patient, patient.duty("review-notice"))
    patient.until(at("2026-09-25T09:00-04:00"))
    close(patient, patient.duty("review-notice"))
    assert patient.duty("fast-appeal").due == at("2026-09-27T23:59:59-04:00")


def test_an_extension_voids_the_notice_of_the_old_end_and_gives_its_own() -> None:
    """GIVEN a notice that services end on 09-27 WHEN they go on until 10-02 THEN only the notice of
    the new end is asked for, and the old appeal is off."""
    patient = admitted("snf")
    close(patient, patient.duty("review-notice"))
    assert patient.has("fast-appeal")
    first = patient.run.id
    patient.applied("extension", "2026-09-25T12:00-04:00", review=first)
    more = next(r.id for r in patient.journey.reviews.values() if r.of == first)
    for say in ("received", "nurse-review"):
        patient.applied(say, review=more)
    patient.applied("approved", review=more, **NURSE, first="2026-09-28", last="2026-10-02")
    assert patient.duty("review-notice").due == at("2026-09-30T23:59:59-04:00")
    assert not patient.has("fast-appeal")


def test_an_extension_is_no_new_admission() -> None:
    """The first Important Message belongs to the admission, its copy to the new end."""
    patient = admitted("acute-inpatient")
    first = patient.run.id
    patient.applied("extension", "2026-09-24T12:00-04:00", review=first)
    more = next(r.id for r in patient.journey.reviews.values() if r.of == first)
    for say in ("received", "nurse-review"):
        patient.applied(say, review=more)
    patient.applied("approved", review=more, **NURSE, first="2026-09-28", last="2026-10-02")
    assert len(notices(patient)) == 1
    close(patient, patient.duty("review-notice"))
    patient.until(at("2026-09-29T12:00-04:00"))
    assert not patient.has("review-notice")
    patient.until(at("2026-09-30T08:00-04:00"))
    assert patient.duty("review-notice").about == more


def test_a_payer_without_such_notices_asks_for_none() -> None:
    assert not admitted("snf", "erisa-commercial").has("review-notice")


# -- Medicaid: services go on ---------------------------------------------------------------------


def refused_extension(last: str) -> Asked:
    """Care until that day; more is asked for on Fri 09-18 and refused the same day."""
    patient = admitted("snf", "medicaid-managed", last=last)
    first = patient.run.id
    patient.applied("extension", "2026-09-18T10:00-04:00", review=first)
    more = next(r.id for r in patient.journey.reviews.values() if r.of == first)
    for say in ("received", "nurse-review", "md-review"):
        patient.applied(say, review=more)
    patient.applied("denied", review=more, **PHYSICIAN, **CLINICAL)
    return patient


@pytest.mark.parametrize(
    ("last", "due"),
    [("2026-09-20", "2026-09-28T23:59:59-04:00"), ("2026-10-05", "2026-10-05T23:59:59-04:00")],
)
def test_medicaid_services_go_on_when_asked_for_in_ten_days_or_before_they_end(
    last: str, due: str
) -> None:
    patient = refused_extension(last)
    assert patient.duty("services-go-on").due == at(due)


def test_care_that_has_not_begun_cannot_go_on() -> None:
    patient = asked(FRIDAY, "medicaid-managed")
    patient.applied("submitted", level="snf")
    in_review(patient)
    patient.applied("denied", **PHYSICIAN, **CLINICAL)
    assert not patient.has("services-go-on")


def test_medicare_promises_no_services_meanwhile() -> None:
    patient = admitted("snf")
    assert not patient.has("services-go-on")


def test_a_medicaid_plan_may_take_fourteen_days_more_for_an_appeal_once() -> None:
    """30 days from Mon 09-14, then 14 more."""
    patient = asked(FRIDAY, "medicaid-managed")
    patient.applied("submitted")
    in_review(patient)
    patient.applied("denied", **PHYSICIAN, **CLINICAL)
    patient.applied("appeal", "2026-09-14T10:00-04:00")
    assert patient.run.decide_by == at("2026-10-14T23:59:59-04:00")
    patient.applied("extended")
    assert patient.run.decide_by == at("2026-10-28T23:59:59-04:00")
    assert patient.says("extended").code == "no-extension"


# -- in writing -----------------------------------------------------------------------------------


def test_an_urgent_decision_that_was_told_comes_in_writing_within_three_days() -> None:
    """29 CFR 2560.503-1(g)(2): an urgent decision may be oral, the written one follows."""
    patient = asked(FRIDAY, "erisa-commercial")
    patient.applied("submitted", speed="expedited", level="snf")
    in_review(patient, physician=False)
    patient.applied("approved", **NURSE, first="2026-09-14", last="2026-09-27")
    assert patient.duty("review-letter").due == at("2026-09-14T23:59:59-04:00")


def test_a_letter_that_is_there_is_not_asked_for() -> None:
    patient = asked(FRIDAY, "erisa-commercial")
    patient.applied("submitted", speed="expedited", level="snf")
    in_review(patient, physician=False)
    patient.applied("approved", **NURSE, first="2026-09-14", last="2026-09-27", letter="L-1")
    assert not patient.has("review-letter")
