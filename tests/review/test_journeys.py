"""Reviews in a journey: what each word does, which duties come of it, and when."""

from __future__ import annotations

import pytest

from pathways.compiled import Rule
from pathways.journey.events import Complete, Decline, Hold, Report, Vary, Withdraw
from pathways.narrative import tell
from pathways.spans import Span
from tests.kernel.building import NURSE as CASE_MANAGER
from tests.kernel.building import at, human
from tests.review.building import (
    ANOTHER,
    CLINICAL,
    COORDINATOR,
    NURSE,
    PAYERS,
    PHYSICIAN,
    Asked,
    asked,
    asking,
    in_review,
    sent,
)

FRIDAY = "2026-09-11T10:00-04:00"


def refused(local: str = FRIDAY, payer: str = "") -> Asked:
    """A request that was denied for medical necessity at this moment."""
    patient = in_review(sent(local, payer, "expedited"))
    patient.applied("denied", **{**PHYSICIAN, **CLINICAL})
    return patient


def granted(**more: object) -> Asked:
    """Fourteen days from Mon 09-14, unless said otherwise."""
    patient = in_review(sent(FRIDAY, "", "expedited"), physician=False)
    approval = {"first": "2026-09-14", "last": "2026-09-27", **more}
    patient.applied("approved", **{**NURSE, **approval})
    return patient


# -- opening -----------------------------------------------------------------------------------


def test_a_step_that_asks_for_an_authorization_opens_a_review_of_the_patients_payer() -> None:
    patient = asked(FRIDAY, "qhp-federal")
    assert (patient.run.state, patient.run.payer) == ("draft", "qhp-federal")
    assert patient.run.task == patient.duty("authorize").id
    assert asked(FRIDAY).run.payer == "medicare-advantage"


def test_a_pathway_that_carries_no_payers_has_no_reviews() -> None:
    patient = asked(FRIDAY, compiled=asking(payers={}))
    assert patient.journey.reviews == {}
    assert patient.says("submitted").code == "no-such-review"


@pytest.mark.parametrize(
    ("outcome", "state"),
    [("approved", "approved"), ("partial", "approved-partial"), ("denied", "denied")],
)
def test_completing_the_task_is_enough_and_takes_the_review_along(outcome: str, state: str) -> None:
    """Given a draft, when only the outcome is told, then no further task comes of it: the
    pathway's own steps go on as they always did."""
    patient = asked(FRIDAY)
    before = set(patient.journey.tasks)
    task = patient.duty("authorize").id
    patient.apply(Complete(patient.command(), COORDINATOR, task, outcome))
    assert patient.run.state == state
    assert patient.journey.enrollments["demo"].outcomes["coverage"] == outcome
    assert set(patient.journey.tasks) == before - {task}
    assert patient.run.history[0].to == "submitted"
    assert {t.reason for t in patient.run.history[:-1]} == {"not-observed"}


def test_a_denial_told_by_the_task_of_a_request_under_way_has_its_duties() -> None:
    patient = sent(FRIDAY)
    patient.apply(Complete(patient.command(), COORDINATOR, patient.duty("authorize").id, "denied"))
    assert patient.run.state == "denied"
    assert patient.duty("gap-check").owner == "case-manager"
    assert patient.run.file_by


def test_a_declined_or_varied_task_withdraws_the_request() -> None:
    for event in (Decline, Vary):
        patient = sent(FRIDAY)
        task = patient.duty("authorize").id
        patient.apply(event(patient.command(), COORDINATOR, task, "too far away"))
        assert patient.run.state == "withdrawn"
        assert not [due for due in patient.journey.agenda if due.kind == "review"]


def test_the_answer_ends_the_step_that_waits_for_it() -> None:
    patient = granted()
    assert not patient.has("authorize")
    assert patient.journey.enrollments["demo"].outcomes["coverage"] == "approved"


@pytest.mark.parametrize("say", ["withdrawn", "voided"])
def test_a_request_that_is_taken_back_leaves_its_step_out(say: str) -> None:
    patient = sent(FRIDAY)
    patient.applied(say, reason="not needed")
    assert not patient.has("authorize")
    assert patient.journey.enrollments["demo"].ends["coverage"] == "skipped"


# -- the payer's clock -------------------------------------------------------------------------


def test_the_clock_counts_from_receipt() -> None:
    patient = sent(FRIDAY, "", "expedited")
    patient.applied("received", "2026-09-11T12:00-04:00")
    assert patient.run.decide_by == at("2026-09-14T12:00-04:00")


@pytest.mark.parametrize("payer", sorted(PAYERS))
def test_a_payer_that_is_silent_is_called_then_complained_about_and_has_approved_nothing(
    payer: str,
) -> None:
    patient = sent(FRIDAY, payer, "expedited")
    due = patient.run.decide_by
    patient.until(due)
    assert not patient.has("payer-overdue")
    patient.until(due + 1)
    assert patient.run.state == "submitted"
    call = patient.duty("payer-overdue")
    patient.apply(Complete(patient.command(), COORDINATOR, call.id))
    assert patient.duty("payer-complaint").outcomes == ("complaint-filed", "not-filed")
    in_review(patient, physician=False)
    patient.applied("approved", **NURSE)
    assert patient.run.history[-1].late
    assert not patient.has("payer-complaint")


def test_silence_is_approval_only_where_the_payers_data_say_so() -> None:
    from msgspec.structs import replace

    lenient = replace(PAYERS["qhp-federal"], silence="approval", usual=True)
    patient = asked(FRIDAY, compiled=asking(payers={"qhp-federal": lenient}))
    patient.applied("submitted", speed="expedited")
    patient.until(at("2026-09-14T10:00:01-04:00"))
    assert patient.run.state == "approved"
    assert patient.run.history[-1].reason == "deemed-approved"
    assert patient.journey.enrollments["demo"].outcomes["coverage"] == "approved"


def test_the_payer_may_take_its_extension_once() -> None:
    patient = sent(FRIDAY)
    assert patient.run.decide_by == at("2026-09-18T23:59:59-04:00")
    patient.applied("extended", reason="needs records")
    assert patient.run.decide_by == at("2026-10-02T23:59:59-04:00")
    assert patient.says("extended").code == "no-extension"
    patient.applied("received")
    assert patient.run.decide_by == at("2026-10-02T23:59:59-04:00")


def test_a_pended_request_asks_for_information_and_says_whether_the_clock_stands_still() -> None:
    tolled = sent(FRIDAY, "erisa-commercial")
    tolled.applied("received")
    tolled.applied("pended", "2026-09-14T09:00-04:00", reason="therapy notes")
    task = tolled.duty("review-information")
    assert "stands still" in task.title
    assert task.reasons == ("therapy notes",)
    assert task.due == at("2026-10-29T23:59:59-04:00")
    tolled.applied("nurse-review", "2026-09-24T15:00-04:00")
    assert tolled.run.decide_by == at("2026-10-06T23:59:59-04:00")
    assert not tolled.has("review-information")

    running = sent(FRIDAY)
    running.applied("received")
    running.applied("pended", "2026-09-14T09:00-04:00")
    assert "goes on" in running.duty("review-information").title
    assert running.run.decide_by == at("2026-09-18T23:59:59-04:00")


def test_a_payer_that_tells_too_late_what_it_lacks_is_late() -> None:
    patient = sent(FRIDAY, "erisa-commercial", "expedited")
    patient.applied("received")
    patient.applied("pended", "2026-09-12T10:00:01-04:00")
    assert patient.run.history[-1].late


def test_a_payers_clock_stops_for_no_hold_and_no_hospital() -> None:
    """Given a request under way, when the patient is admitted, then the payer still owes it."""
    patient = sent(FRIDAY, "", "expedited")
    patient.apply(Report(patient.command(), CASE_MANAGER, "admitted", patient.now))
    patient.until(at("2026-09-14T10:00:01-04:00"))
    call = patient.duty("payer-overdue")
    assert any(due.kind == "task" and due.ref == call.id for due in patient.journey.agenda)
    held = refused()
    held.apply(Hold(held.command(), CASE_MANAGER, "holiday"))
    talk = held.duty("peer-to-peer")
    assert any(due.kind == "task" and due.ref == talk.id for due in held.journey.agenda)


# -- a denial ----------------------------------------------------------------------------------


def test_a_denial_has_six_duties_with_their_times() -> None:
    patient = refused()
    due = {t.kind: (t.owner, t.due) for t in patient.journey.tasks.values() if t.about}
    next_day, same_day = at("2026-09-14T23:59:59-04:00"), at("2026-09-11T14:00-04:00")
    assert due == {
        "review-physician": ("primary-care", same_day),
        "review-patient": ("case-manager", next_day),
        "peer-to-peer": ("primary-care", at("2026-09-25T23:59:59-04:00")),
        "bridge-plan": ("coordinator", next_day),
        "gap-check": ("case-manager", same_day),
    }


def test_the_appeal_is_a_task_at_half_of_its_time_and_ten_days_before_its_end() -> None:
    """MA: 65 days from the notice of Fri 2026-09-11, until Sun 2026-11-15."""
    patient = refused()
    last = at("2026-11-15T23:59:59-05:00")
    assert patient.run.file_by == last
    half = at(FRIDAY) + (last - at(FRIDAY)) // 2
    patient.until(half - 1)
    assert not patient.has("appeal")
    patient.until(half)
    assert patient.duty("appeal").due == last
    patient.apply(Complete(patient.command(), COORDINATOR, patient.duty("appeal").id, "not-wanted"))
    patient.until(at("2026-11-05T08:00-05:00"))
    assert patient.duty("appeal").title.startswith("Last days")


def test_a_talk_that_was_held_is_told_by_its_task_and_stops_no_appeal_clock() -> None:
    patient = refused()
    before = patient.run.file_by
    talk = patient.duty("peer-to-peer")
    doctor = CASE_MANAGER.__class__("d1", "primary-care")
    patient.apply(Complete(patient.command(), doctor, talk.id, "held"))
    assert patient.run.state == "p2p"
    patient.applied("upheld", **{**PHYSICIAN, "person": "dr-c"})
    assert (patient.run.state, patient.run.file_by) == ("upheld", before)


def test_the_reviewer_of_an_appeal_may_not_be_who_denied_nor_report_to_them() -> None:
    patient = refused()
    patient.applied("appeal", "2026-09-20T10:00-04:00")
    assert patient.run.state == "appeal-1"
    assert patient.run.decide_by == at("2026-09-23T10:00-04:00")
    assert patient.says("overturned", **PHYSICIAN).code == "same-reviewer"
    under = {**ANOTHER, "reports_to": "dr-a"}
    assert patient.says("overturned", **under).code == "same-reviewer"
    assert patient.says("overturned", role="physician-reviewer").code == "reviewer-missing"
    patient.applied("overturned", **ANOTHER, first="2026-09-21", last="2026-10-04")
    assert patient.journey.enrollments["demo"].outcomes["coverage"] == "approved"
    assert not any(t.kind in ("bridge-plan", "appeal") for t in patient.journey.tasks.values())


def test_what_ma_upholds_goes_on_to_the_independent_review_by_itself() -> None:
    patient = refused()
    patient.applied("appeal", "2026-09-20T10:00-04:00")
    patient.applied("upheld", "2026-09-22T10:00-04:00", **ANOTHER)
    assert [t.to for t in patient.run.history[-2:]] == ["upheld", "appeal-2"]
    assert patient.run.clock == "independent-review"
    assert patient.run.decide_by == at("2026-09-25T10:00-04:00")
    patient.until(at("2026-09-25T10:00:01-04:00"))
    assert patient.has("payer-overdue")
    patient.applied("upheld", role="independent-reviewer", person="ire")
    patient.applied("closed")
    assert patient.run.state == "closed"


def test_what_erisa_upholds_may_be_taken_to_external_review_in_four_months() -> None:
    patient = refused(payer="erisa-commercial")
    patient.applied("appeal", "2026-09-20T10:00-04:00")
    patient.applied("upheld", "2026-09-22T10:00-04:00", **ANOTHER)
    assert patient.run.state == "upheld"
    assert patient.run.file_by == at("2027-01-22T23:59:59-05:00")
    patient.applied("appeal", "2026-10-01T10:00-04:00")
    assert patient.run.state == "appeal-2"
    patient.applied("upheld", role="independent-reviewer", person="iro")
    assert patient.says("appeal").code == "no-appeal"


def test_an_appeal_that_is_decided_late_is_called_about_too() -> None:
    patient = refused()
    patient.applied("appeal", "2026-09-20T10:00-04:00")
    patient.until(at("2026-09-23T10:00:01-04:00"))
    assert patient.has("payer-overdue")


def test_a_denial_for_administration_needs_no_physician_but_a_reason_and_its_family() -> None:
    patient = in_review(sent(FRIDAY), physician=False)
    assert patient.says("denied", **NURSE).code == "family-missing"
    assert patient.says("denied", **NURSE, family="administrative").code == "reason-missing"
    patient.applied("denied", role="plan", family="administrative", reason="late notice")
    assert patient.run.state == "denied"


# -- an authorization ----------------------------------------------------------------------------


def test_what_is_authorized_is_kept_and_its_end_is_told_five_business_days_before() -> None:
    patient = granted(codes=("97110",), facility="north")
    approval = patient.run.approval
    assert approval is not None
    assert (approval.units, approval.unit, approval.codes) == (14, "days", ("97110",))
    patient.until(at("2026-09-21T08:00-04:00"))
    assert patient.duty("review-ending").due == at("2026-09-26T23:59:59-04:00")


def test_units_that_are_counted_warn_once_at_80_percent() -> None:
    patient = granted(units=20, unit="visits")
    patient.applied("used", units=15)
    assert not patient.has("review-units")
    patient.applied("used", units=16)
    assert patient.duty("review-units").owner == "coordinator"
    patient.applied("used", units=17)
    assert len(patient.told("review-alert")) == 1


def test_an_extension_asked_twenty_hours_before_the_end_is_urgent_72() -> None:
    """B19."""
    patient = granted()
    first = patient.run.id
    patient.until(at("2026-09-27T03:59:59-04:00"))
    more = patient.applied("extension", review=first, payer="erisa-commercial")
    assert patient.journey.reviews[more].decide_by == patient.now + 72 * 3600
    assert patient.journey.reviews[more].of == first


def test_an_authorization_that_ends_has_expired_and_cannot_be_extended() -> None:
    patient = granted()
    patient.until(at("2026-09-28T00:00-04:00"))
    assert patient.run.state == "expired"
    assert patient.says("extension", review=patient.run.id).code == "nothing-to-extend"


def test_a_part_that_runs_out_ends_no_appeal() -> None:
    """Given a partial approval that ends in two weeks, then the 65 days to appeal go on."""
    patient = in_review(sent(FRIDAY))
    offer = {**PHYSICIAN, **CLINICAL, "first": "2026-09-14", "last": "2026-09-27"}
    patient.applied("partial", **offer)
    patient.until(at("2026-10-20T10:00-04:00"))
    assert patient.run.state == "approved-partial"
    assert patient.has("appeal")


def test_closing_a_denial_settles_neither_who_must_be_told_nor_the_gap() -> None:
    patient = refused()
    patient.applied("closed", reason="plan changed")
    left = {task.kind for task in patient.journey.tasks.values() if task.about}
    assert left == {"review-physician", "review-patient", "bridge-plan", "gap-check"}


def test_notices_come_with_the_level_of_care() -> None:
    patient = asked(FRIDAY)
    patient.applied("submitted", speed="expedited", level="snf")
    in_review(patient, physician=False)
    patient.applied("approved", **NURSE, first="2026-09-14", last="2026-09-27")
    notice = patient.duty("review-notice")
    assert notice.due == at("2026-09-25T23:59:59-04:00")
    assert "Non-Coverage" in notice.title


def test_a_stay_is_looked_at_as_often_as_its_level_asks() -> None:
    """5.5: rehabilitation weekly; 14 days from Mon 09-14 are looked at once more, on 09-21."""
    patient = asked(FRIDAY)
    patient.applied("submitted", speed="expedited", level="irf")
    in_review(patient, physician=False)
    patient.applied("approved", **NURSE, first="2026-09-14", last="2026-09-27")
    patient.until(at("2026-09-21T08:00-04:00") - 1)
    assert not patient.has("review-concurrent")
    patient.until(at("2026-09-27T12:00-04:00"))
    opened = [row for row in patient.rows.values() if row.kind == "review-concurrent"]
    assert [row.opened for row in opened] == [at("2026-09-21T08:00-04:00")]


def test_avoidable_days_are_logged_with_reason_and_owner() -> None:
    patient = granted()
    assert patient.says("avoidable", reason="bad luck").code == "unknown-word"
    patient.applied("avoidable", "2026-09-20T10:00-04:00", reason="placement")
    patient.applied("avoidable", reason="weekend", first="2026-09-19")
    days = [(day.reason, day.owner) for day in patient.run.avoidable]
    assert days == [("placement", "coordinator"), ("weekend", "coordinator")]
    assert patient.run.avoidable[0].day - patient.run.avoidable[1].day == 1
    assert "Sat 19 Sep 2026" in tell(patient.entries[-1], patient.calendar)


# -- refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("say", "more", "code"),
    [
        ("approved", NURSE, "illegal-move"),
        ("received", {"role": "coordinator"}, "not-the-payers"),
        ("received", {"review": "r99"}, "no-such-review"),
        ("agreed", {}, "unknown-word"),
        ("received", {"at": at("2026-09-11T09:00-04:00")}, "out-of-order"),
        ("received", {"at": at("2026-09-12T09:00-04:00")}, "in-the-future"),
        ("used", {"units": 3}, "nothing-to-extend"),
    ],
)
def test_what_cannot_be_is_refused_with_a_code_and_changes_nothing(
    say: str, more: dict[str, object], code: str
) -> None:
    patient = sent(FRIDAY)
    before, agenda = patient.journey.reviews, patient.journey.agenda
    assert patient.says(say, **more).code == code
    assert (patient.journey.reviews, patient.journey.agenda) == (before, agenda)
    assert patient.kinds()[-1] == "refused"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"payer": "nobody"}, "unknown-payer"),
        ({"benefit": "part-b-drug", "payer": "qhp-federal"}, "no-clock"),
        ({"kind": "referral"}, "unknown-word"),
        ({"level": "spa"}, "unknown-word"),
    ],
)
def test_a_request_that_no_clock_fits_is_refused(more: dict[str, object], code: str) -> None:
    patient = asked(FRIDAY)
    agenda = patient.journey.agenda
    assert patient.says("submitted", **more).code == code
    assert patient.run.state == "draft"
    assert patient.journey.agenda == agenda


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [("2026-09-27", "2026-09-14", "out-of-order"), ("soon", "", "wrong-type")],
)
def test_an_authorization_that_cannot_be_is_refused(first: str, last: str, code: str) -> None:
    patient = in_review(sent(FRIDAY), physician=False)
    assert patient.says("approved", **NURSE, first=first, last=last).code == code
    assert patient.has("authorize")


# -- the end -------------------------------------------------------------------------------------


def test_death_cancels_every_review_and_all_that_hangs_on_it() -> None:
    patient = refused()
    patient.apply(Report(patient.command(), CASE_MANAGER, "deceased", patient.now))
    assert patient.run.state == "cancelled-deceased"
    assert {due.kind for due in patient.journey.agenda} == {"task"}
    assert [task.kind for task in patient.journey.tasks.values()] == ["tell-death"]


def test_withdrawal_ends_reviews_and_leaves_only_word_to_the_physician() -> None:
    patient = sent(FRIDAY)
    patient.apply(Withdraw(patient.command(), CASE_MANAGER, "moves away"))
    assert patient.run.state == "withdrawn"
    assert [t.kind for t in patient.journey.tasks.values()] == ["inform"]
    patient.until(at("2027-01-01T00:00-05:00"))
    assert not patient.told("review-overdue")


def test_a_stage_that_is_left_leaves_the_request_with_the_payer() -> None:
    """The answer still comes: only what was never sent is given up."""
    leave = Rule(id="enough", do=None, on="enough", go="discharge", disposition="completed")
    drafted = asked(FRIDAY, compiled=asking(rules=(leave,)))
    drafted.apply(Report(drafted.command(), CASE_MANAGER, "enough", drafted.now))
    assert drafted.run.state == "withdrawn"


def test_every_sentence_about_a_review_reads_without_gaps() -> None:
    patient = refused()
    patient.applied("appeal", "2026-09-20T10:00-04:00", letter="L-7", criteria="local 1")
    patient.until(at("2026-09-24T10:00-04:00"))
    told = [tell(e, patient.calendar) for e in patient.entries if e.kind.startswith("review-")]
    assert told[0].startswith("Authorization r")
    assert any("in appeal" in line and "letter L-7" in line for line in told)
    assert not any("(not said)" in line or "{" in line for line in told)


def test_a_rules_own_request_is_reviewed_too() -> None:
    ask = human("more-care", "authorize", by="coordinator", service="oxygen", due=Span(5, "day"))
    rule = Rule(id="more-care", do=ask, on="worse")
    patient = asked(FRIDAY, compiled=asking(rules=(rule,)))
    patient.apply(Report(patient.command(), CASE_MANAGER, "worse", patient.now))
    assert [run.service for run in patient.journey.reviews.values()] == ["rehabilitation", "oxygen"]
