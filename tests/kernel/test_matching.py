"""A referral that may be this patient's: asked, confirmed or rejected (X7)."""

from __future__ import annotations

import pytest

from pathways.canonical import digest_of
from pathways.compiled import Branch, CompiledPathway
from pathways.journey.effects import Answer
from pathways.journey.events import (
    Actor,
    Close,
    Complete,
    Enroll,
    Match,
    PatientProfile,
    Report,
    Vary,
    Withdraw,
)
from pathways.spans import Span
from tests.kernel.building import NURSE, Patient, at, human, ok, pathway, stage

THURSDAY = "2027-04-08T10:00-04:00"
LIKENESS = "same birth date and phone, similar name"


def course(name: str = "demo") -> CompiledPathway:
    return pathway(
        stage(
            "assessment",
            "assessment",
            human("call", due=Span(2, "business-day")),
            next=(Branch("discharge", disposition="completed"),),
            deadline=Span(30, "day"),
        ),
        name=name,
    )


@pytest.fixture
def patient() -> Patient:
    """Referred on Monday 5 April."""
    patient = Patient(now=at("2027-04-05T09:00-04:00"))
    patient.enroll(course(), PatientProfile(born="1993-02-01", conditions=("O10.011",)))
    patient.until(at(THURSDAY))
    return patient


def ask(patient: Patient, pathway: str = "demo", match: str = "m-1") -> Answer:
    event = Match(
        patient.command(),
        NURSE,
        match,
        pathway=pathway,
        referred=patient.now,
        referrer="the health plan",
        likeness=LIKENESS,
    )
    answer = patient.apply(event).answer
    assert answer is not None
    return answer


def confirm(patient: Patient, compiled: CompiledPathway, referred: int) -> Answer:
    """What the desk sends when a person has confirmed it: the referral itself."""
    patient.library[digest_of(compiled)] = compiled
    event = Enroll(
        command=patient.command(),
        actor=NURSE,
        pathway=compiled.pathway,
        digest=digest_of(compiled),
        patient=PatientProfile(born="1993-01-02", conditions=("E11.9",), consent=False),
        calendar=patient.calendar,
        referred=referred,
        referrer="the health plan",
        match="m-1",
    )
    answer = patient.apply(event).answer
    assert answer is not None
    return answer


def test_an_uncertain_referral_is_a_persons_task_within_a_business_day(patient: Patient) -> None:
    """S7: Thursday 8 April, so by the end of Friday 9 April; no second case."""
    answer = ask(patient)
    task = patient.task("match")
    assert (answer.code, answer.task) == ("match-asked", task.id)
    assert (task.owner, task.due) == ("case-manager", at("2027-04-09T23:59:59-04:00"))
    assert task.reasons == (LIKENESS, "referred by the health plan on 2027-04-08")
    assert list(patient.journey.enrollments) == ["demo"]
    assert "referral-linked" not in patient.kinds()


def test_asked_again_it_is_the_same_question(patient: Patient) -> None:
    first = ask(patient)
    assert ask(patient).task == first.task
    assert len([t for t in patient.journey.tasks.values() if t.kind == "match"]) == 1


def test_nobody_answers_for_days_and_it_is_chased_as_x10_says(patient: Patient) -> None:
    """Reminded at 50 and 80 %, the supervisor at 100 %, the program manager at 150 %."""
    ask(patient)
    task = patient.task("match")
    patient.until(at("2027-04-11T10:00-04:00"))
    chased = [
        (e.kind, e.params["to"], e.at)
        for e in patient.entries
        if e.params.get("task") == task.id and e.kind in ("task-reminded", "task-escalated")
    ]
    allowed = task.due - task.opened
    assert chased == [
        ("task-reminded", "case-manager", task.opened + allowed // 2),
        ("task-reminded", "case-manager", task.opened + allowed * 80 // 100),
        ("task-escalated", task.supervisor, task.due + 1),
        ("task-escalated", "program-manager", task.opened + allowed * 150 // 100 + 1),
    ]


def test_confirmed_it_is_linked_with_the_clocks_of_the_first_referral(patient: Patient) -> None:
    before = patient.journey.enrollments["demo"]
    ask(patient)
    answer = confirm(patient, course(), patient.now)
    assert (answer.status, answer.code) == ("applied", "already-enrolled")
    after = patient.journey.enrollments["demo"]
    assert (after.referred, after.enrolled) == (before.referred, before.enrolled)
    assert [k for k in patient.kinds() if k.startswith(("match", "referral"))] == [
        "match-confirmed",
        "referral-linked",
    ]
    assert all(task.kind != "match" for task in patient.journey.tasks.values())


def test_both_referrers_are_answered_within_a_business_day(patient: Patient) -> None:
    """X7: every referrer gets an answer."""
    ask(patient)
    confirm(patient, course(), patient.now)
    task = patient.task("answer-referrer")
    assert task.due == at("2027-04-09T23:59:59-04:00")
    assert task.reasons == (
        "the referral of 2027-04-05: the case goes on, answer its referrer",
        "the referral of 2027-04-08: linked to it, answer the health plan",
    )


def test_who_the_patient_is_does_not_change_with_a_confirmed_referral(patient: Patient) -> None:
    """Birth date and consent stay as they were; what is known of her illnesses is joined."""
    ask(patient, "other")
    confirm(patient, course("other"), patient.now)
    profile = patient.journey.patient
    assert profile is not None
    assert (profile.born, profile.consent) == ("1993-02-01", True)
    assert profile.conditions == ("O10.011", "E11.9")


def test_confirmed_for_another_pathway_it_is_an_enrollment_of_the_same_patient(
    patient: Patient,
) -> None:
    ask(patient, "other")
    assert confirm(patient, course("other"), patient.now).code == "enrolled"
    assert list(patient.journey.enrollments) == ["demo", "other"]


def test_rejected_nothing_of_the_referral_is_in_the_journey(patient: Patient) -> None:
    ask(patient)
    before = patient.journey.enrollments
    ok(patient, Match(patient.command(), NURSE, "m-1", "other-person", reason="she has a sister"))
    assert patient.journey.enrollments == before
    said = [e for e in patient.entries if e.kind == "match-rejected"]
    assert [e.params for e in said] == [{"match": "m-1", "reason": "she has a sister"}]
    again = patient.apply(Match(patient.command(), NURSE, "m-1", "other-person")).answer
    assert again is not None
    assert again.code == "no-such-match"


def test_the_task_itself_cannot_be_closed_without_deciding(patient: Patient) -> None:
    """The referral would wait for ever: only the command moves it on."""
    ask(patient)
    task = patient.task("match").id
    for event in (
        Complete(patient.command(), NURSE, task, "same-person"),
        Vary(patient.command(), NURSE, task, "no time"),
    ):
        answer = patient.apply(event).answer
        assert answer is not None
        assert answer.code == "must-be-matched"
    assert patient.task("match").id == task


@pytest.mark.parametrize(
    "leave",
    [
        Close("x", NURSE, "demo", "moved"),
        Withdraw("x", NURSE, "no time"),
        Report("x", NURSE, "deceased", at(THURSDAY)),
    ],
)
def test_the_question_outlives_the_patients_leaving(patient: Patient, leave: Close) -> None:
    """Perhaps the referral is somebody else's: it must not wait for ever (I9)."""
    ask(patient)
    ok(patient, leave)
    for task in [t for t in patient.journey.tasks.values() if t.kind != "match"]:
        ok(patient, Complete(patient.command(), Actor("x", task.owner), task.id))
    assert patient.journey.status == "closing"
    ok(patient, Match(patient.command(), NURSE, "m-1", "other-person"))
    assert patient.journey.status == "closed"


def test_a_closed_journey_is_asked_and_closes_again(patient: Patient) -> None:
    """Given a patient whose case is closed, then a possible duplicate is asked all the same."""
    ok(patient, Close(patient.command(), NURSE, "demo", "moved"))
    assert patient.journey.status == "closed"
    assert ask(patient).status == "applied"
    assert patient.task("match").due == at("2027-04-09T23:59:59-04:00")
    ok(patient, Match(patient.command(), NURSE, "m-1", "elsewhere"))
    assert patient.journey.status == "closed"


def test_a_journey_that_never_was_is_not_asked() -> None:
    patient = Patient()
    assert ask(patient).code == "journey-closed"


def test_a_hold_does_not_stop_the_question(patient: Patient) -> None:
    ok(patient, Report(patient.command(), NURSE, "admitted", patient.now))
    ask(patient)
    patient.until(at("2027-04-10T00:00-04:00"))
    assert patient.task("match").level == 1


def test_a_referral_without_a_referrer_needs_no_answer(patient: Patient) -> None:
    """Enrolled twice by hand: nobody waits for word."""
    assert patient.enroll(course()).code == "already-enrolled"
    assert [t.kind for t in patient.journey.tasks.values()] == ["task"]


def look_through(patient: Patient, *, due: int = 0, urgency: str = "") -> None:
    """Another case is found to be this patient's."""
    left = ("open there: Call about a low",)
    event = Match(patient.command(), NURSE, "c-1", "joined", left=left, due=due, urgency=urgency)
    ok(patient, event)


def test_what_was_open_in_a_joined_case_keeps_its_clock_and_its_urgency(patient: Patient) -> None:
    """Given an alarm of the other case that is due at 11:30, then so is the task here."""
    due = at("2027-04-08T11:30-04:00")
    look_through(patient, due=due, urgency="RT-2H")
    (task,) = [t for t in patient.journey.tasks.values() if t.kind == "joined"]
    assert (task.due, task.urgency, task.owner) == (due, "RT-2H", "case-manager")
    assert task.reasons == ("open there: Call about a low",)
    assert "cases-joined" in patient.kinds()


def test_without_anything_sooner_a_joined_case_is_looked_through_in_a_business_day(
    patient: Patient,
) -> None:
    look_through(patient, due=at("2027-06-01T12:00-04:00"))
    (task,) = [t for t in patient.journey.tasks.values() if t.kind == "joined"]
    assert task.due == at("2027-04-09T23:59:59-04:00")


def test_a_joined_case_is_looked_through_although_the_patient_leaves(patient: Patient) -> None:
    """Nothing of it is dropped: the journey stays until somebody has looked."""
    look_through(patient)
    ok(patient, Close(patient.command(), NURSE, "demo", "moved"))
    (task,) = patient.journey.tasks.values()
    assert (task.kind, patient.journey.status) == ("joined", "closing")
    ok(patient, Complete(patient.command(), NURSE, task.id))
    assert patient.journey.status == "closed"


def test_a_case_that_was_joined_and_parted_again_is_the_same_case(patient: Patient) -> None:
    """However long ago that was: it is no referral to a closed case that a person must look at."""
    ok(patient, Close(patient.command(), NURSE, "demo", "joined", "joined with another"))
    patient.until(patient.now + 400 * 86_400)
    answer = patient.enroll(course(), PatientProfile(born="1993-02-01", conditions=("O10.011",)))
    assert answer.code == "case-reopened"
    assert patient.journey.enrollments["demo"].counts["call"] == 2
