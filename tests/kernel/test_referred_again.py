"""Referred again: linked, reopened, or a new enrollment (X7, X11)."""

from __future__ import annotations

import pytest

from pathways.canonical import digest_of
from pathways.compiled import Branch, CompiledPathway, Step
from pathways.journey.effects import Answer
from pathways.journey.events import (
    Close,
    Complete,
    Enroll,
    Hold,
    PatientProfile,
    Resume,
    Vary,
    Withdraw,
)
from pathways.spans import Span
from tests.kernel.building import NURSE, Patient, at, human, ok, pathway, stage

DAY = 86_400


def course() -> CompiledPathway:
    return pathway(
        stage(
            "assessment",
            "assessment",
            human("call", due=Span(2, "business-day")),
            next=(Branch("discharge", disposition="completed"),),
            deadline=Span(30, "day"),
        )
    )


@pytest.fixture
def patient() -> Patient:
    patient = Patient(now=at("2027-06-01T09:00-07:00"))
    patient.enroll(course())
    return patient


def close(patient: Patient, disposition: str) -> None:
    patient.until(at("2027-07-01T17:00-07:00"))
    patient.apply(Close(patient.command(), NURSE, "demo", disposition))


def refer(patient: Patient, text: str) -> Answer:
    patient.until(at(text))
    return patient.enroll(course())


@pytest.mark.parametrize("disposition", ["unable-to-reach", "declined-program"])
@pytest.mark.parametrize("day", ["2027-07-09", "2027-07-31"])
def test_who_was_not_reached_and_calls_within_30_days_finds_the_same_case(
    patient: Patient, disposition: str, day: str
) -> None:
    """X11, S4: the assessment clock begins on the day of reopening."""
    before = patient.journey.enrollments["demo"].enrolled
    close(patient, disposition)
    assert refer(patient, f"{day}T10:00-07:00").code == "case-reopened"
    mine = patient.journey.enrollments["demo"]
    assert (mine.status, mine.enrolled, mine.referred) == ("active", before, patient.now)
    assert patient.task("call").sources[0].occurrence == 2
    assert patient.journey.status == "active"


def test_the_limit_of_the_assessment_counts_from_the_reopening(patient: Patient) -> None:
    """S4: reopened on Friday 9 July, the limit is Sunday 8 August; 1 June is not used."""
    close(patient, "unable-to-reach")
    refer(patient, "2027-07-09T10:00-04:00")
    limits = [due.at for due in patient.journey.agenda if due.kind == "stage"]
    assert limits == [at("2027-08-08T23:59:59-04:00") + 1]


def test_no_key_of_a_reopened_case_is_used_twice(patient: Patient) -> None:
    close(patient, "unable-to-reach")
    refer(patient, "2027-07-09T10:00-04:00")
    patient.until(patient.now + 20 * DAY)
    keys = [message.key for message in patient.messages]
    assert len(set(keys)) == len(keys)


def test_after_31_days_the_referral_is_linked_and_somebody_looks_at_it(patient: Patient) -> None:
    """X7: closed less than 60 days ago: linked, not created."""
    close(patient, "unable-to-reach")
    answer = refer(patient, "2027-08-01T10:00-04:00")
    assert (answer.status, answer.code) == ("applied", "referral-linked")
    assert patient.journey.enrollments["demo"].status == "discharged"
    task = patient.task("referred-again")
    assert (task.kind, task.due) == ("referral", at("2027-08-02T23:59:59-04:00"))


def test_a_linked_case_is_reopened_when_a_person_decides_so(patient: Patient) -> None:
    close(patient, "completed")
    refer(patient, "2027-07-15T10:00-04:00")
    assert patient.enroll(course()).code == "referral-linked"
    task = patient.task("referred-again")
    assert task.reasons == ("referred once more",)
    patient.apply(Complete("c", NURSE, task.id, "reopen"))
    assert patient.journey.enrollments["demo"].status == "active"
    assert patient.task("call")


def test_a_linked_case_stays_closed_when_it_is_not_needed(patient: Patient) -> None:
    close(patient, "completed")
    refer(patient, "2027-07-15T10:00-04:00")
    patient.apply(Complete("c", NURSE, patient.task("referred-again").id, "not-needed"))
    assert patient.journey.status == "closed"


@pytest.mark.parametrize(("day", "code"), [("08-29", "referral-linked"), ("08-30", "enrolled")])
def test_after_60_days_it_is_a_new_enrollment(patient: Patient, day: str, code: str) -> None:
    close(patient, "completed")
    assert refer(patient, f"2027-{day}T10:00-04:00").code == code


def test_who_withdrew_and_comes_back_begins_anew(patient: Patient) -> None:
    patient.apply(Withdraw("w", NURSE, "no time"))
    patient.until(patient.now + DAY)
    assert patient.enroll(course()).code == "enrolled"


def test_the_earliest_referral_sets_the_clocks(patient: Patient) -> None:
    first = patient.journey.enrollments["demo"].referred
    patient.until(patient.now + 3 * DAY)
    assert patient.enroll(course()).code == "already-enrolled"
    assert patient.journey.enrollments["demo"].referred == first


def test_what_told_of_the_old_plan_is_taken_back_when_a_reopened_case_has_another() -> None:
    """X9: the plan of a reopened case is made anew; the old one's copy may still wait outside."""
    outcomes = ("approved", "rejected")
    approve = human("sign", "approve", of="draft", after=("draft",), outcomes=outcomes)
    copy = Step("copy", "notify", "Copy", to="patient", message="welcome", after=("sign",))
    steps = (human("draft", "plan"), approve, copy, human("call"))
    patient = Patient(now=at("2027-06-01T09:00-07:00"))
    compiled = pathway(stage("planning", "planning", *steps))
    patient.enroll(compiled)
    for name in ("draft", "sign"):
        patient.apply(Complete(patient.command(), NURSE, patient.task(name).id))
    old = patient.messages[-1].key
    patient.apply(Close(patient.command(), NURSE, "demo", "unable-to-reach"))
    assert patient.enroll(compiled).code == "case-reopened"
    patient.apply(Complete(patient.command(), NURSE, patient.task("draft").id))
    patient.apply(Complete(patient.command(), NURSE, patient.task("sign").id, "rejected"))
    assert old in patient.journey.sent  # a rejected version takes nothing of another's back
    for name in ("draft", "sign"):
        patient.apply(Complete(patient.command(), NURSE, patient.task(name).id))
    copies = [key for key in patient.journey.sent if "/copy/" in key]
    assert copies == [patient.messages[-1].key] != [old]


def test_a_draft_from_before_the_end_is_not_judged_after_a_reopening() -> None:
    """The assessment begins anew, and so does the plan."""
    approve = human("sign", "approve", of="draft", after=("draft",), outcomes=("approved",))
    patient = Patient(now=at("2027-06-01T09:00-07:00"))
    compiled = pathway(stage("planning", "planning", human("draft", "plan"), approve, human("x")))
    patient.enroll(compiled)
    patient.apply(Complete(patient.command(), NURSE, patient.task("draft").id))
    patient.apply(Close(patient.command(), NURSE, "demo", "unable-to-reach"))
    assert patient.enroll(compiled).code == "case-reopened"
    patient.apply(Vary(patient.command(), NURSE, patient.task("draft").id, "not needed"))
    assert patient.journey.enrollments["demo"].outcomes["sign"] == "no-draft"


def limits(patient: Patient) -> list[int]:
    return [due.at for due in patient.journey.agenda if due.kind == "stage"]


def earlier(patient: Patient, text: str) -> None:
    """A second referral that was written before the one on record reached us."""
    compiled = course()
    event = Enroll(
        command=patient.command(),
        actor=NURSE,
        pathway="demo",
        digest=digest_of(compiled),
        patient=PatientProfile(born="1960-05-01"),
        calendar=patient.calendar,
        referred=at(text),
    )
    ok(patient, event)


def test_an_earlier_referral_moves_the_limit_of_the_assessment(patient: Patient) -> None:
    """X7: on record since Tuesday 1 June, referred by somebody else on Friday 28 May."""
    assert limits(patient) == [at("2027-07-01T23:59:59-04:00") + 1]
    patient.until(patient.now + DAY)
    earlier(patient, "2027-05-28T10:00-04:00")
    assert limits(patient) == [at("2027-06-27T23:59:59-04:00") + 1]


def test_what_a_hold_has_added_stays(patient: Patient) -> None:
    ok(patient, Hold(patient.command(), NURSE, "travelling"))
    patient.until(patient.now + 5 * DAY)
    ok(patient, Resume(patient.command(), NURSE))
    earlier(patient, "2027-05-28T10:00-04:00")
    assert limits(patient) == [at("2027-07-02T23:59:59-04:00") + 1]


def test_during_a_hold_the_limit_moves_too(patient: Patient) -> None:
    ok(patient, Hold(patient.command(), NURSE, "travelling"))
    earlier(patient, "2027-05-28T10:00-04:00")
    patient.until(patient.now + 5 * DAY)
    ok(patient, Resume(patient.command(), NURSE))
    assert limits(patient) == [at("2027-07-02T23:59:59-04:00") + 1]


def test_a_limit_that_would_have_passed_is_passed_now(patient: Patient) -> None:
    earlier(patient, "2027-03-01T10:00-05:00")
    assert limits(patient) == [patient.now]
