"""Story S5 of docs/clinical.md, its lines of utilization review, date by date."""

from __future__ import annotations

from tests.kernel.building import at
from tests.review.building import ANOTHER, CLINICAL, NURSE, PHYSICIAN, Asked, sent

OFFER = {**PHYSICIAN, **CLINICAL, "reason": "SNF is enough", "first": "2026-09-14"}


def requested() -> Asked:
    """Fri 2026-09-11 10:00: an expedited request for inpatient rehabilitation."""
    return sent("2026-09-11T10:00-04:00", "ncqa-accredited", "expedited", {"level": "irf"})


def offered() -> Asked:
    """Sat 09-12: the plan offers a nursing facility instead."""
    patient = requested()
    patient.until(at("2026-09-12T11:00-04:00"))
    for say in ("received", "nurse-review", "md-review"):
        patient.applied(say, at=at("2026-09-11T10:00-04:00"))
    patient.applied("partial", **OFFER)
    return patient


def overturned() -> Asked:
    """Mon 09-14 09:00: the physicians talk, and 14 days of rehabilitation are granted."""
    patient = offered()
    patient.applied("p2p", "2026-09-14T09:00-04:00")
    patient.applied(
        "overturned", **ANOTHER, first="2026-09-14", last="2026-09-27", units=14, unit="days"
    )
    return patient


def test_an_expedited_request_of_friday_is_due_on_monday() -> None:
    assert requested().run.decide_by == at("2026-09-14T10:00-04:00")


def test_a_partial_approval_tells_the_physician_the_same_day_with_the_public_criteria() -> None:
    patient = offered()
    assert patient.run.state == "approved-partial"
    assert patient.duty("review-physician").owner == "primary-care"
    assert patient.duty("review-physician").due == at("2026-09-12T20:00-04:00")
    talk = patient.duty("peer-to-peer")
    assert talk.owner == "primary-care"
    assert any("412.622" in reason and "Three hours" in reason for reason in talk.reasons)
    assert patient.journey.enrollments["demo"].outcomes["coverage"] == "partial"


def test_the_talk_overturns_it_and_the_authorization_runs_to_the_27th() -> None:
    patient = overturned()
    assert patient.run.state == "overturned"
    assert patient.journey.enrollments["demo"].outcomes["coverage"] == "approved"
    assert not patient.has("bridge-plan")
    assert not patient.has("gap-check")
    approval = patient.run.approval
    assert approval is not None
    assert (approval.last - approval.first + 1, approval.units) == (14, 14)


def test_alerts_come_at_80_percent_and_at_the_last_request_that_earns_24_hours() -> None:
    patient = overturned()
    patient.until(at("2026-09-28T12:00-04:00"))
    alerts = {str(e.params["alert"]): e.at for e in patient.told("review-alert")}
    assert alerts == {
        "ending": at("2026-09-21T08:00-04:00"),
        "units": at("2026-09-25T08:00-04:00"),
        "latest-request": at("2026-09-26T23:59:59-04:00"),
    }
    assert patient.rows  # the ending task was due with the last such request
    ending = next(row for row in patient.rows.values() if row.kind == "review-ending")
    assert ending.due == at("2026-09-26T23:59:59-04:00")


def test_an_extension_asked_on_saturday_noon_and_decided_on_sunday_is_on_time() -> None:
    patient = overturned()
    first = patient.run.id
    more = patient.applied("extension", "2026-09-26T12:00-04:00", units=5, review=first)
    request = patient.journey.reviews[more]
    assert request.decide_by == at("2026-09-27T12:00-04:00")
    for say in ("received", "nurse-review"):
        patient.applied(say, review=more)
    patient.applied(
        "approved",
        "2026-09-27T11:00-04:00",
        review=more,
        **NURSE,
        first="2026-09-28",
        last="2026-10-02",
    )
    assert not patient.journey.reviews[more].history[-1].late
    assert not patient.has("payer-overdue")


def test_an_ma_plan_that_follows_no_concurrent_clock_owes_72_hours() -> None:
    patient = overturned()
    more = patient.applied(
        "extension", "2026-09-26T12:00-04:00", review=patient.run.id, payer="medicare-advantage"
    )
    assert patient.journey.reviews[more].decide_by == at("2026-09-29T12:00-04:00")


def test_never_a_denial_for_medical_necessity_by_a_nurse() -> None:
    patient = requested()
    for say in ("received", "nurse-review"):
        patient.applied(say)
    for say in ("partial", "denied"):
        answer = patient.says(say, **{**NURSE, **CLINICAL})
        assert answer.status == "refused"
    assert patient.run.state == "nurse-review"
    patient.applied("md-review")
    assert patient.says("denied", **{**NURSE, **CLINICAL}).code == "not-a-physician"
