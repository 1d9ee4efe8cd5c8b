"""Another payer: from its first day what is open is asked anew there, and no care ends unseen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from datetime import date as calendar_date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pathways.calendar.resolve import resolve
from pathways.calendar.table import civil, local_day
from pathways.journey.effects import Answer
from pathways.journey.events import Complete, Report, Vary, Withdraw
from pathways.journey.given import Actor, PatientProfile
from pathways.review.cover import NOBODY, Cover, first_day, last_day, payer_on, with_cover
from pathways.review.machine import ENDED
from pathways.review.record import ReviewRun
from pathways.spans import Span
from tests.kernel.building import NEW_YORK, NURSE, at, human, pathway, stage
from tests.review.building import (
    ANOTHER,
    CLINICAL,
    COORDINATOR,
    PHYSICIAN,
    Asked,
    asked,
    in_review,
    sent,
)

OLD, NEW = "erisa-commercial", "medicare-advantage"
MONDAY = "2026-09-14T09:00-04:00"
WEDNESDAY = "2026-09-16T10:00-04:00"


def changes(patient: Asked, local: str, payer: str = NEW, first: str = "") -> Answer:
    """Somebody says that another payer pays, from a day on."""
    patient.until(at(local))
    details = {"payer": payer} | ({"from": first} if first else {})
    report = Report(patient.command(), NURSE, "coverage-changed", patient.now, True, None, details)
    answer = patient.apply(report).answer
    assert answer is not None
    return answer


def newest(patient: Asked) -> ReviewRun:
    return list(patient.journey.reviews.values())[-1]


def approved(until: str = "2026-10-31") -> Asked:
    """An authorization of the old payer that runs into October."""
    patient = in_review(sent(MONDAY, OLD, "expedited", {"level": "snf"}))
    patient.applied("approved", **PHYSICIAN, first="2026-09-14", last=until)
    return patient


def test_an_open_request_is_withdrawn_and_asked_anew_with_the_new_payers_clock() -> None:
    """Given a request that is with the old payer, when another pays from today, then it is
    withdrawn there, one in its place waits to be sent, its clock is the new payer's, and the step
    goes on waiting."""
    patient = sent(MONDAY, OLD, "expedited", {"level": "irf"})
    old = patient.run
    assert changes(patient, WEDNESDAY).status == "applied"
    assert patient.journey.reviews[old.id].state == "withdrawn"
    assert patient.journey.reviews[old.id].history[-1].reason == "coverage-changed"
    anew = newest(patient)
    assert (anew.payer, anew.state, anew.instead, anew.level) == (NEW, "draft", old.id, "irf")
    assert anew.task == old.task
    assert old.task in patient.journey.tasks
    assert not [d for d in patient.journey.agenda if d.ref.startswith(f"{old.id}/")]
    duty = patient.duty("review-anew")
    assert duty.due == at("2026-09-17T23:59:59-04:00"), "a business day"
    patient.applied("submitted", review=anew.id, speed="expedited")
    assert newest(patient).decide_by == at("2026-09-19T10:00-04:00"), "72 hours"
    assert not patient.has("review-anew")
    in_review(patient)
    patient.applied("approved", **PHYSICIAN, first="2026-09-17", last="2026-09-30")
    assert patient.journey.enrollments["demo"].outcomes["coverage"] == "approved"


def test_the_old_payers_silence_is_no_one_s_affair_any_more() -> None:
    patient = sent(MONDAY, OLD, "expedited")
    changes(patient, WEDNESDAY)
    patient.until(at("2026-09-30T10:00-04:00"))
    assert not patient.has("payer-overdue")


def test_a_request_that_was_not_sent_yet_simply_goes_to_the_new_payer() -> None:
    patient = asked(MONDAY, OLD)
    changes(patient, WEDNESDAY)
    assert [(r.payer, r.state) for r in patient.journey.reviews.values()] == [(NEW, "draft")]


def test_told_ahead_the_old_payer_decides_until_its_last_day() -> None:
    """Given a change told in September for 1 October, then nothing is withdrawn before local
    midnight of that day, and the next request goes to the new payer from then on."""
    patient = sent(MONDAY, OLD)
    changes(patient, WEDNESDAY, first="2026-10-01")
    assert patient.run.state == "submitted"
    assert patient.journey.patient is not None
    assert patient.journey.patient.payer == OLD
    patient.until(at("2026-09-30T23:59:59-04:00"))
    assert patient.run.state == "submitted"
    patient.until(at("2026-10-01T00:00-04:00"))
    assert patient.run.state == "withdrawn"
    assert patient.journey.patient is not None
    assert patient.journey.patient.payer == NEW
    assert newest(patient).payer == NEW


def test_an_authorization_ends_with_the_old_cover_and_somebody_sees_that_care_goes_on() -> None:
    """Given care authorized until 31 October and another payer from 1 October, then the
    authorization ends on 30 September; the new payer is to be asked, and the gap looked at, by the
    last business day before; the rule of the new payer for treatment under way is at hand."""
    patient = approved()
    changes(patient, WEDNESDAY, first="2026-10-01")
    approval = patient.run.approval
    assert approval is not None
    assert (civil(approval.last), civil(approval.granted)) == ((2026, 9, 30), (2026, 10, 31))
    ends = patient.duty("cover-ends")
    assert ends.due == patient.duty("review-anew").due == at("2026-09-30T23:59:59-04:00")
    assert any("90 days" in reason and "422.112" in reason for reason in ends.reasons)
    assert (newest(patient).payer, newest(patient).type) == (NEW, "concurrent")
    assert patient.duty("cover-patient").due == at("2026-09-17T23:59:59-04:00")
    assert patient.duty("cover-physician").owner == "primary-care"
    assert "rehabilitation" in patient.duty("cover-physician").reasons
    patient.until(at("2026-10-01T00:00:01-04:00"))
    assert patient.run.state == "expired"
    assert patient.run.history[-1].reason == "coverage-changed"
    assert not patient.told("review-alert"), "nobody asks the old payer for more"


def test_what_the_old_payer_grants_later_ends_with_its_cover_too() -> None:
    patient = in_review(sent(MONDAY, OLD))
    changes(patient, WEDNESDAY, first="2026-10-01")
    patient.applied("approved", **PHYSICIAN, first="2026-09-17", last="2026-10-15")
    approval = patient.run.approval
    assert approval is not None
    assert civil(approval.last) == (2026, 9, 30)
    answer = patient.says("extension", review=patient.run.id)
    assert (answer.status, answer.code) == ("refused", "nothing-to-extend")


def test_an_authorization_that_is_over_before_is_left_alone() -> None:
    patient = approved(until="2026-09-25")
    changes(patient, WEDNESDAY, first="2026-10-01")
    assert patient.run.approval is not None
    assert not patient.run.approval.cut
    assert not patient.has("cover-ends")
    assert not patient.has("cover-physician")
    assert patient.has("cover-patient")


def test_told_late_the_days_since_are_to_be_asked_for_too() -> None:
    """Given an authorization that runs, when a change of two weeks ago is told, then it is over,
    and the request to the new payer says that the days since are not authorized."""
    patient = approved()
    changes(patient, "2026-09-30T10:00-04:00", first="2026-09-16")
    (told,) = patient.told("coverage-told")
    assert told.params["late"] is True
    assert any("since the first day" in reason for reason in patient.duty("review-anew").reasons)
    patient.until(patient.now + 1)
    assert patient.run.state == "expired"


def test_the_appeal_of_care_that_was_given_goes_on_with_who_paid_then() -> None:
    """Given an appeal about care that was under way, and one about payment afterwards, when the
    payer changes, then both go on; a denial of what has not begun is asked anew instead."""
    going = sent(MONDAY, OLD, more={"kind": "concurrent", "level": "snf"})
    paid = sent(MONDAY, OLD, more={"kind": "retrospective"})
    ahead = sent(MONDAY, OLD)
    for patient in (going, paid, ahead):
        in_review(patient).applied("denied", **PHYSICIAN, **CLINICAL)
        patient.applied("appeal")
        changes(patient, WEDNESDAY)
    assert (going.run.state, paid.run.state) == ("appeal-1", "appeal-1")
    assert newest(going).instead == going.run.id, "the days from now on are the new payer's"
    assert len(paid.journey.reviews) == 1
    assert ahead.run.state == "withdrawn"
    assert newest(ahead).instead == ahead.run.id
    assert ahead.has("gap-check"), "a gap is not settled by another payer"
    going.applied(
        "overturned", **ANOTHER, review=going.run.id, first="2026-09-01", last="2026-09-15"
    )


def test_a_denial_that_nobody_appealed_is_closed_and_no_reminder_comes() -> None:
    patient = in_review(sent(MONDAY, OLD))
    patient.applied("denied", **PHYSICIAN, **CLINICAL)
    changes(patient, WEDNESDAY)
    assert patient.run.state == "closed"
    patient.until(at("2027-03-30T10:00-04:00"))
    assert not patient.has("appeal")


def test_told_twice_changes_nothing() -> None:
    patient = sent(MONDAY, OLD)
    changes(patient, WEDNESDAY)
    before = (patient.journey.reviews, set(patient.journey.tasks), patient.journey.covers)
    assert changes(patient, "2026-09-18T10:00-04:00").status == "applied"
    now = (patient.journey.reviews, set(patient.journey.tasks), patient.journey.covers)
    assert now == before
    assert [e.kind for e in patient.entries][-1] == "coverage-known"


def test_a_wrong_date_is_put_right_and_the_past_is_not_rewritten() -> None:
    """Given 1 October told and then 1 November, then the authorization ends with October again as
    it was granted, what was to be asked anew is not, and both stay on the timeline."""
    patient = approved(until="2026-10-20")
    changes(patient, WEDNESDAY, first="2026-10-01")
    changes(patient, "2026-09-17T10:00-04:00", first="2026-11-01")
    approval = patient.run.approval
    assert approval is not None
    assert (civil(approval.last), approval.cut) == ((2026, 10, 20), False)
    assert newest(patient).state == "withdrawn"
    assert not patient.has("cover-ends")
    assert len(patient.told("coverage-told")) == 2
    patient.until(at("2026-10-15T10:00-04:00"))
    assert patient.run.state == "approved"
    assert [e.params["alert"] for e in patient.told("review-alert")].count("ending") == 1


def test_a_change_that_never_was_goes_back_to_who_paid_before() -> None:
    """Given a change that has begun, when the old payer is told of the same day, then the requests
    are asked of the old one again."""
    patient = sent(MONDAY, OLD)
    changes(patient, WEDNESDAY)
    changes(patient, "2026-09-18T10:00-04:00", OLD, first="2026-09-16")
    assert patient.journey.patient is not None
    assert patient.journey.patient.payer == OLD
    assert (newest(patient).payer, newest(patient).state) == (OLD, "draft")


def test_an_enrollment_whose_record_names_another_payer_is_a_change_of_cover() -> None:
    patient = sent(MONDAY, OLD)
    patient.until(at(WEDNESDAY))
    answer = patient.enroll(
        pathway(stage("other", "follow-up", human("x")), name="other"),
        PatientProfile(born="1958-02-03", payer=NEW),
    )
    assert answer.status == "applied"
    assert patient.run.state == "withdrawn"
    assert newest(patient).payer == NEW


@pytest.mark.parametrize(("told", "pays"), [("", NEW), (NEW, NEW), (OLD, OLD)])
def test_a_change_told_ahead_is_known_when_who_had_left_comes_again(told: str, pays: str) -> None:
    """Given a change from 1 October, and a patient who leaves before and is enrolled again after,
    then the new payer pays; unless the record of the new enrollment says otherwise."""
    patient = sent(MONDAY, OLD)
    changes(patient, WEDNESDAY, first="2026-10-01")
    left(patient)
    patient.until(at("2026-12-20T10:00-05:00"))
    again = PatientProfile(born="1958-02-03", payer=told)
    patient.enroll(pathway(stage("other", "follow-up", human("x")), name="other"), again)
    assert patient.journey.patient is not None
    assert patient.journey.patient.payer == pays
    assert payer_on(patient.journey.covers, local_day(NEW_YORK, patient.now)) == pays


def test_a_change_that_is_still_ahead_comes_also_for_who_left_and_came_again() -> None:
    """Given a change from 1 October, and a patient who leaves and comes again on 17 September,
    then on 1 October the new payer pays."""
    patient = sent(MONDAY, OLD)
    changes(patient, WEDNESDAY, first="2026-10-01")
    left(patient)
    patient.until(at("2026-09-17T10:00-04:00"))
    other = pathway(stage("other", "follow-up", human("x", due=Span(90, "day"))), name="other")
    patient.enroll(other, PatientProfile(born="1958-02-03", payer=OLD))
    assert patient.journey.patient is not None
    assert patient.journey.patient.payer == OLD
    patient.until(at("2026-10-01T00:00-04:00"))
    assert patient.journey.patient is not None
    assert patient.journey.patient.payer == NEW


def left(patient: Asked) -> None:
    """Everybody has done their part, and the journey is closed."""
    patient.apply(Withdraw(patient.command(), NURSE, "moves"))
    for task in list(patient.journey.tasks.values()):
        patient.apply(Complete(patient.command(), Actor("x", task.owner), task.id))
    assert patient.journey.status == "closed"


def test_a_request_that_is_not_needed_is_withdrawn() -> None:
    patient = approved()
    changes(patient, WEDNESDAY, first="2026-10-01")
    patient.apply(Complete("c", COORDINATOR, patient.duty("review-anew").id))
    assert newest(patient).state == "withdrawn"
    assert newest(patient).history[-1].reason == "not-needed"


def test_a_request_that_a_supervisor_sets_aside_is_withdrawn_with_the_reason() -> None:
    """Given the task to ask anew, when it is closed undone, then no request waits for nobody."""
    patient = approved()
    changes(patient, WEDNESDAY, first="2026-10-01")
    task = patient.duty("review-anew")
    patient.apply(Vary("v", Actor("s", task.supervisor or task.owner), task.id, "He moves away"))
    assert newest(patient).state == "withdrawn"
    assert newest(patient).history[-1].reason == "He moves away"


def test_who_is_enrolled_with_a_payer_while_none_was_known_has_it_from_that_day() -> None:
    """Given cover that turned out to begin later, so that nobody is known to pay today, when the
    patient is enrolled with a payer, then that payer pays from today."""
    patient = asked(MONDAY, OLD)
    today = local_day(NEW_YORK, patient.now)
    covers = (Cover(NEW, today + 20, patient.now),)
    assert patient.journey.patient is not None
    unknown = replace(patient.journey.patient, payer="")
    patient.journey = replace(patient.journey, covers=covers, patient=unknown)
    other = pathway(stage("care", "follow-up", human("call")), name="other")
    patient.enroll(other, replace(unknown, payer=OLD))
    assert [(c.payer, c.since) for c in patient.journey.covers] == [(OLD, today), (NEW, today + 20)]
    assert patient.journey.patient is not None
    assert patient.journey.patient.payer == payer_on(patient.journey.covers, today) == OLD


def test_the_first_day_is_the_patients_day_also_after_a_move() -> None:
    """Given a change for 1 October and a move to Hawaii, then it comes at midnight there."""
    patient = sent(MONDAY, OLD)
    changes(patient, WEDNESDAY, first="2026-10-01")
    hawaii = resolve("Pacific/Honolulu", calendar_date(2026, 1, 1), calendar_date(2028, 12, 31))
    patient.apply(Report("m", NURSE, "moved", patient.now, calendar=hawaii))
    patient.until(at("2026-10-01T00:00-04:00"))
    assert patient.run.state == "submitted"
    patient.until(at("2026-10-01T00:00-10:00"))
    assert patient.run.state == "withdrawn"


@pytest.mark.parametrize(
    ("payer", "first", "code"),
    [
        ("", "", "payer-missing"),
        ("acme", "", "unknown-payer"),
        (NEW, "2026-13-01", "wrong-type"),
        (NEW, "2026-02-30", "wrong-type"),
        (NEW, "soon", "wrong-type"),
        (NEW, "2206-10-01", "too-far"),
        (NEW, "2016-10-01", "too-far"),
    ],
)
def test_a_change_that_cannot_be_is_refused_and_changes_nothing(
    payer: str, first: str, code: str
) -> None:
    patient = sent(MONDAY, OLD)
    before = patient.journey.reviews
    answer = changes(patient, WEDNESDAY, payer, first)
    assert (answer.status, answer.code) == ("refused", code)
    assert patient.journey.reviews == before
    assert not patient.journey.covers


def test_death_ends_the_requests_of_both_payers_and_nothing_is_asked_any_more() -> None:
    patient = approved()
    changes(patient, WEDNESDAY, first="2026-10-01")
    patient.apply(Report("d", NURSE, "deceased", patient.now))
    patient.until(at("2026-10-02T10:00-04:00"))
    assert {run.state for run in patient.journey.reviews.values()} == {"cancelled-deceased"}
    assert [task.kind for task in patient.journey.tasks.values()] == ["tell-death"]
    assert {due.kind for due in patient.journey.agenda} == {"task"}


# -- who pays when -----------------------------------------------------------------------------

DAYS = st.integers(min_value=20_000, max_value=20_009)
PAYERS = st.sampled_from(["a", "b", "c"])


@settings(deadline=None)
@given(told=st.lists(st.tuples(PAYERS, DAYS), max_size=8))
def test_what_was_said_last_of_a_day_counts_and_nothing_is_said_twice(
    told: list[tuple[str, int]],
) -> None:
    covers: tuple[Cover, ...] = (Cover("a", 0, 0),)
    for n, (payer, since) in enumerate(told):
        covers = with_cover(covers, Cover(payer, since, n))
        assert payer_on(covers, since) == payer
        assert [c.since for c in covers] == sorted({c.since for c in covers})
        assert with_cover(covers, Cover(payer, since, n)) == covers
        for one, after in pairwise(covers):
            if one.payer != after.payer:
                assert last_day(covers, one.payer, one.since) == after.since - 1
                assert first_day(covers, after.since) == after.since


@settings(deadline=None)
@given(
    told=st.lists(
        st.tuples(
            st.sampled_from(["erisa-commercial", "medicare-advantage", "medicaid-managed", NOBODY]),
            st.integers(min_value=-40, max_value=40),
            st.integers(min_value=0, max_value=20),
            st.sampled_from(["", "approve", "deny", "appeal", "submit"]),
        ),
        max_size=6,
    )
)
def test_whatever_is_told_in_whatever_order_one_payer_is_asked_for_each_service(
    told: list[tuple[str, int, int, str]],
) -> None:
    """Given changes of payer told in any order, ahead and late, between decisions, then no request
    of who does not pay today is waiting to be decided, at most one is to be made or under way, and
    no authorization outlasts the cover that it belongs to."""
    patient = sent(MONDAY, OLD)
    for payer, ahead, days, deed in told:
        patient.until(patient.now + days * 86_400)
        run = newest(patient)
        if deed == "submit" and run.state == "draft":
            patient.says("submitted", review=run.id)
        elif deed == "approve" and run.state == "submitted":
            for say in ("received", "nurse-review"):
                patient.says(say, review=run.id)
            day = datetime.fromtimestamp(patient.now, UTC).date()
            patient.says(
                "approved",
                review=run.id,
                role="utilization-nurse",
                first=str(day),
                last=str(day + timedelta(days=60)),
            )
        elif deed == "deny" and run.state == "submitted":
            for say in ("received", "nurse-review", "md-review"):
                patient.says(say, review=run.id)
            patient.says("denied", review=run.id, **PHYSICIAN, **CLINICAL)
        elif deed == "appeal" and run.state == "denied":
            patient.says("appeal", review=run.id)
        first = str(datetime.fromtimestamp(patient.now, UTC).date() + timedelta(days=ahead))
        details = {"payer": payer, "from": first}
        report = Report(
            patient.command(), NURSE, "coverage-changed", patient.now, True, None, details
        )
        answer = patient.apply(report).answer
        assert answer is not None
        assert answer.status == "applied"
        _holds(patient)
        patient.until(patient.now + 1)
        _holds(patient)


def _holds(patient: Asked) -> None:
    journey, today = patient.journey, local_day(NEW_YORK, patient.now)
    assert journey.patient is not None
    assert journey.patient.payer == (payer_on(journey.covers, today) or OLD)
    waiting = ("submitted", "received", "pended-info", "nurse-review", "md-review")
    for run in journey.reviews.values():
        if run.state in waiting and run.type != "retrospective" and not run.instead:
            assert run.payer == journey.patient.payer
        if run.approval is not None and run.state not in ENDED:
            end = last_day(journey.covers, run.payer, local_day(NEW_YORK, run.received))
            assert not end or run.approval.last <= end
    drafts = [r for r in journey.reviews.values() if r.state == "draft"]
    assert len({(r.instead, r.payer) for r in drafts}) == len(drafts)
    duties = [t.about for t in journey.tasks.values() if t.kind == "review-anew"]
    assert len(duties) == len(set(duties))
    assert all(journey.reviews[about].state == "draft" for about in duties)
