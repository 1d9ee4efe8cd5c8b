"""A version of the care plan before several approvers (clinical rule X9)."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathways.compiled import Rule, Step
from pathways.journey.careplan.planned import PlanVersion
from pathways.journey.effects import Answer
from pathways.journey.events import Actor, Assign, Complete, Decline, Record, Report, Vary
from pathways.journey.events import Reading as Value
from pathways.journey.state import Task
from pathways.spans import Span
from tests.kernel.building import Patient, at, human, pathway, stage

TEAM = ("primary-care", "pharmacist", "specialist")
COPY = Step("copy", "notify", "Copy", to="patient", message="welcome", after=("approval",))
DAPT = human("dapt")
HIGH = [">=", ["value", "glucose"], 200.0]


def reviewed(
    must: tuple[str, ...] = ("primary-care",),
    may: tuple[str, ...] = ("pharmacist", "specialist"),
    quorum: int = 2,
    *others: Step,
    rules: tuple[Rule, ...] = (),
    now: str = "2026-10-07T10:00-04:00",
) -> Patient:
    """A patient whose first version is before its approvers."""
    patient = Patient(now=at(now))
    approval = human(
        "approval",
        "approve",
        by=(*must, *may)[0],
        of="make-plan",
        after=("make-plan",),
        due=Span(5, "business-day"),
        outcomes=("approved", "rejected"),
        must=must,
        may=may,
        quorum=quorum,
    )
    steps = (human("make-plan", "plan"), approval, COPY, *others)
    planning = stage("planning", "planning", *steps, go="follow")
    follow = stage("follow", "follow-up", human("weekly", every=Span(1, "week")), DAPT)
    patient.enroll(pathway(planning, follow, rules=rules))
    drafted(patient)
    return patient


def drafted(patient: Patient) -> None:
    """The nurse makes the next version."""
    complete(patient, patient.task("make-plan"))


def complete(patient: Patient, task: Task, outcome: str = "", **more: Any) -> Answer:
    event = Complete(patient.command(), Actor("p", task.owner), task.id, outcome, **more)
    answer = patient.apply(event).answer
    assert answer is not None
    return answer


def seats(patient: Patient) -> dict[str, Task]:
    """The open tasks of the approvers, by role."""
    return {task.seat: task for task in patient.journey.tasks.values() if task.seat}


def say(patient: Patient, role: str, outcome: str, **more: Any) -> Answer:
    return complete(patient, seats(patient)[role], outcome, **more)


def versions(patient: Patient) -> list[tuple[int, str]]:
    return [(version.number, version.status) for version in patient.journey.plans]


def letters(patient: Patient) -> int:
    """How many copies have left for the patient."""
    return sum(message.message == "welcome" for message in patient.messages)


def test_each_approver_has_a_task_with_a_clock_of_its_own() -> None:
    """Given a version before three approvers, then each is reminded of their own task, and one who
    has judged is reminded no more."""
    patient = reviewed()
    assert [task.owner for task in seats(patient).values()] == list(TEAM)
    assert {task.due for task in seats(patient).values()} == {at("2026-10-16T03:59:59")}
    say(patient, "pharmacist", "approved")
    patient.until(at("2026-10-16T12:00"))
    escalated = {e.params["task"] for e in patient.entries if e.kind == "task-escalated"}
    assert escalated == {task.id for task in seats(patient).values()}


def test_a_version_is_in_force_when_all_who_must_and_the_quorum_have_approved() -> None:
    patient = reviewed()
    say(patient, "pharmacist", "approved")
    say(patient, "specialist", "approved")
    assert versions(patient) == [(1, "in-review")]
    assert letters(patient) == 0
    say(patient, "primary-care", "approved")
    assert versions(patient) == [(1, "approved")]
    assert letters(patient) == 1
    assert not seats(patient)


def test_the_first_no_of_one_who_must_approve_rejects_and_asks_nobody_else() -> None:
    patient = reviewed()
    say(patient, "pharmacist", "approved")
    say(patient, "primary-care", "rejected", note="anticoagulated: no DAPT")
    assert versions(patient) == [(1, "rejected")]
    assert not seats(patient)
    assert patient.task("make-plan").reasons == ("anticoagulated: no DAPT",)


def test_one_who_may_approve_rejects_only_with_the_quorum() -> None:
    """Given a quorum of two of three, when one says no it is still open, when two do it is not."""
    patient = reviewed((), TEAM, 2)
    say(patient, "pharmacist", "rejected")
    assert versions(patient) == [(1, "in-review")]
    say(patient, "specialist", "rejected")
    assert versions(patient) == [(1, "rejected")]


def test_one_who_may_approve_can_abstain_and_the_task_is_closed_undone() -> None:
    patient = reviewed((), TEAM, 2)
    task = seats(patient)["pharmacist"]
    patient.apply(Vary("v", Actor("p", "nurse-manager"), task.id, "on leave"))
    say(patient, "specialist", "approved")
    say(patient, "primary-care", "approved")
    assert versions(patient) == [(1, "approved")]


def test_a_departure_of_one_who_must_approve_ends_the_review_without_a_verdict() -> None:
    patient = reviewed()
    task = seats(patient)["primary-care"]
    patient.apply(Vary("v", Actor("p", "nurse-manager"), task.id, "cannot be reached"))
    assert versions(patient) == [(1, "draft")]
    assert not seats(patient)
    assert letters(patient) == 0, "what nobody approved is not told"


def test_a_supervisor_does_not_give_the_verdict_of_another() -> None:
    patient = reviewed()
    task = seats(patient)["primary-care"]
    event = Complete("x", Actor("p", "nurse-manager"), task.id, "approved")
    answer = patient.apply(event).answer
    assert answer is not None
    assert (answer.status, answer.code) == ("refused", "not-yours")


def test_a_verdict_may_be_handed_to_another_role_and_still_counts_for_its_seat() -> None:
    patient = reviewed()
    task = seats(patient)["primary-care"]
    hand = Assign("a", Actor("p", "nurse-manager"), "medical-director", task.id)
    patient.apply(hand)
    say(patient, "primary-care", "approved")
    say(patient, "pharmacist", "approved")
    assert versions(patient) == [(1, "approved")]


def test_a_rejected_version_is_revised_in_two_business_days_over_columbus_day() -> None:
    """S5: rejected on Thu 10-08; v2 is due Tue 10-13, for Mon 10-12 is a holiday."""
    patient = reviewed()
    patient.now = at("2026-10-08T15:00-04:00")
    say(patient, "primary-care", "rejected", note="no DAPT; BP goal", without=("dapt",))
    assert patient.task("make-plan").due == at("2026-10-13T03:59:59") + 86_400
    assert patient.journey.enrollments["demo"].disabled == ("dapt",)
    patient.now = at("2026-10-13T10:00-04:00")
    drafted(patient)
    say(patient, "primary-care", "approved")
    say(patient, "pharmacist", "approved")
    assert versions(patient) == [(1, "rejected"), (2, "approved")]
    assert letters(patient) == 1
    open_steps = [task.sources[0].step for task in patient.journey.tasks.values()]
    assert open_steps == ["weekly"], "the rejected branch is not begun"
    (left,) = [e for e in patient.entries if e.kind == "step-skipped"]
    assert (left.step, left.params["why"]) == ("dapt", "disabled")


def test_what_was_taken_out_is_put_back_by_a_later_version() -> None:
    patient = reviewed()
    say(patient, "primary-care", "rejected", without=("dapt",))
    complete(patient, patient.task("make-plan"), restore=("dapt",))
    say(patient, "primary-care", "approved")
    say(patient, "pharmacist", "approved")
    assert patient.task("dapt")


@pytest.mark.parametrize(
    ("name", "outcome", "code"),
    [
        ("dapt", "approved", "no-rejection"),
        ("dpat", "rejected", "no-such-step"),
        ("approval", "rejected", "no-such-step"),
        ("alarm", "rejected", "for-safety"),
    ],
)
def test_only_a_rejection_takes_out_and_never_what_is_for_safety(
    name: str, outcome: str, code: str
) -> None:
    alarm = Rule("alarm", human("alarm", response="RT-2H"), when=HIGH, reads=("glucose",))
    patient = reviewed(rules=(alarm,))
    answer = say(patient, "primary-care", outcome, without=(name,))
    assert (answer.status, answer.code) == ("refused", code)


def test_two_rejections_call_a_case_conference_in_five_business_days() -> None:
    patient = reviewed()
    say(patient, "primary-care", "rejected")
    drafted(patient)
    assert not [t for t in patient.journey.tasks.values() if t.kind == "conference"]
    say(patient, "primary-care", "rejected", note="still no BP goal")
    (meeting,) = [t for t in patient.journey.tasks.values() if t.kind == "conference"]
    assert meeting.due == at("2026-10-16T03:59:59")
    assert (meeting.owner, meeting.reasons) == ("case-manager", ("still no BP goal",))
    assert patient.task("make-plan").due == at("2026-10-10T03:59:59"), "revision goes on"
    drafted(patient)
    say(patient, "primary-care", "rejected")
    assert len([t for t in patient.journey.tasks.values() if t.kind == "conference"]) == 1


def test_before_a_first_approval_only_what_is_for_safety_runs_while_a_plan_is_revised() -> None:
    """Given v1 rejected, when values arrive, then the alarm is raised and the letter is not; a
    safety-critical step begins, another waits."""
    letter = Step("letter", "notify", "Letter", to="patient", message="closing")
    alarm = human("alarm", response="RT-2H")
    rules = (
        Rule("letter", letter, when=HIGH, reads=("glucose",)),
        Rule("alarm", alarm, when=HIGH, reads=("glucose",)),
    )
    known = ["known", ["value", "glucose"]]
    patient = reviewed(
        ("primary-care",),
        (),
        0,
        human("class", when=known),
        human("call", when=known, safety_critical=True),
        rules=rules,
    )
    say(patient, "primary-care", "rejected")
    patient.apply(Record("r", Actor("p", "case-manager"), (Value("glucose", 250.0, 0),)))
    steps = {task.sources[0].step for task in patient.journey.tasks.values()}
    assert steps == {"make-plan", "alarm", "call"}
    assert "closing" not in {message.message for message in patient.messages}
    drafted(patient)
    say(patient, "primary-care", "approved")
    assert patient.task("class"), "with an approved plan it begins"


@pytest.mark.parametrize(("critical", "letters_sent"), [(True, 1), (False, 0)])
def test_what_is_for_safety_is_sent_while_the_plan_is_judged(
    critical: bool, letters_sent: int
) -> None:
    """Given a letter behind the plan, when it is for safety (a crisis plan), then it waits for no
    approval; any other tells of the plan, and does."""
    crisis = Step(
        "crisis",
        "notify",
        "Crisis plan",
        to="patient",
        message="closing",
        after=("make-plan",),
        safety_critical=critical,
    )
    patient = reviewed(TEAM[:1], (), 0, crisis)
    assert [m.message for m in patient.messages].count("closing") == letters_sent
    assert letters(patient) == 0, "the patient's copy of the plan waits for its approval"


def test_the_version_approved_before_stays_in_force_while_the_next_is_rejected() -> None:
    """Given v1 in force, when v2 is rejected at a reevaluation, then v1 counts and follow-up goes
    on; nothing of v2 is told."""
    patient = Patient(now=at("2026-10-07T10:00-04:00"))
    planning = stage("planning", "planning", *plan_and_approval("plan", "approval"), go="follow")
    weekly = human("weekly", when=["plan-approved"], every=Span(1, "week"))
    follow = stage("follow", "follow-up", weekly)
    again = plan_and_approval("replan", "reapproval")
    copy = Step("copy", "notify", "Copy", to="patient", message="welcome", after=("reapproval",))
    review = stage("review", "reevaluation", *again, copy, go="follow", every=Span(1, "month"))
    patient.enroll(pathway(planning, follow, review))
    complete(patient, patient.task("plan"))
    complete(patient, patient.task("approval"), "approved")
    patient.until(at("2026-11-07T15:30"))
    complete(patient, patient.task("replan"))
    complete(patient, patient.task("reapproval"), "rejected")
    enrollment = patient.journey.enrollments["demo"]
    assert versions(patient) == [(1, "approved"), (2, "rejected")]
    assert enrollment.plan_in_force == 1
    assert letters(patient) == 0
    complete(patient, patient.task("weekly"))
    patient.until(at("2026-11-20T15:30"))
    assert patient.task("weekly"), "follow-up goes on under version 1"
    complete(patient, patient.task("replan"))
    complete(patient, patient.task("reapproval"), "approved")
    assert versions(patient) == [(1, "superseded"), (2, "rejected"), (3, "approved")]
    assert letters(patient) == 1


def plan_and_approval(plan: str, approval: str) -> tuple[Step, Step]:
    outcomes = ("approved", "rejected")
    return human(plan, "plan"), human(
        approval, "approve", of=plan, after=(plan,), outcomes=outcomes
    )


def test_a_copy_that_waits_for_contact_hours_is_never_sent_of_a_superseded_version() -> None:
    """Given v1 approved at night and v2 approved before the morning, then only v2 is told."""
    patient = Patient(now=at("2026-10-07T22:00-04:00"))
    teach = human("teach", "educate", message="welcome", after=("approval",))
    made = plan_and_approval("plan", "approval")
    planning = stage("planning", "planning", *made, teach, go="follow")
    follow = stage("follow", "follow-up", human("weekly", every=Span(1, "week")))
    again = plan_and_approval("replan", "reapproval")
    copy = Step("recopy", "notify", "Copy", to="patient", message="closing", after=("reapproval",))
    review = stage("review", "reevaluation", *again, copy, go="follow", every=Span(1, "month"))
    sooner = Rule("sooner", None, on="changed", go="review")
    patient.enroll(pathway(planning, follow, review, rules=(sooner,)))
    complete(patient, patient.task("plan"))
    complete(patient, patient.task("approval"), "approved")
    complete(patient, patient.task("teach"))
    (waiting,) = patient.journey.unsent
    patient.apply(Report("e", Actor("p", "case-manager"), "changed", patient.now))
    complete(patient, patient.task("replan"))
    assert waiting in patient.journey.unsent, "version 1 is in force until another is"
    complete(patient, patient.task("reapproval"), "approved")
    assert waiting not in patient.journey.unsent
    patient.until(at("2026-10-09T12:00-04:00"))
    assert [m.message for m in patient.messages if m.to == "patient"] == ["closing"]
    withheld = [e.params["why"] for e in patient.entries if e.kind == "message-withheld"]
    assert withheld == ["plan-superseded"]


def test_declining_the_plan_ends_the_review_for_all_approvers() -> None:
    patient = reviewed()
    task = seats(patient)["pharmacist"]
    patient.apply(Decline("d", Actor("p", "pharmacist"), task.id, "wants no plan"))
    assert not seats(patient)
    assert versions(patient) == [(1, "draft")]


ORDERS = tuple(permutations(TEAM))


@settings(max_examples=150, deadline=None)
@given(
    order=st.sampled_from(ORDERS),
    words=st.lists(st.sampled_from(("approved", "rejected", "none")), min_size=3, max_size=3),
    must=st.sets(st.sampled_from(TEAM)),
    quorum=st.integers(0, 3),
    hour=st.sampled_from((3, 10, 21)),
)
def test_any_order_of_verdicts_has_exactly_one_outcome_and_at_most_one_copy(
    order: tuple[str, ...], words: list[str], must: set[str], quorum: int, hour: int
) -> None:
    """Given any approvers, quorum and order of verdicts, then a version is decided once, all its
    tasks are closed then, and the patient has at most one copy: of an approved version."""
    have_to = tuple(role for role in TEAM if role in must)
    others = tuple(role for role in TEAM if role not in must)
    needed = max(quorum, len(have_to), 1)
    patient = reviewed(have_to, others, needed, now=f"2026-10-07T{hour:02}:00-04:00")
    verdicts = dict(zip(order, words, strict=True))
    for role in order:
        task = seats(patient).get(role)
        if task is None:
            continue
        if verdicts[role] == "none":
            patient.apply(Vary(patient.command(), Actor("p", "nurse-manager"), task.id, "away"))
        else:
            say(patient, role, verdicts[role])
        patient.until(patient.now + 60)
    decided = [e.kind for e in patient.entries if e.kind in ("plan-approved", "plan-rejected")]
    assert len(decided) <= 1
    first: PlanVersion = patient.journey.plans[0]
    approved = all(verdicts[role] == "approved" for role in have_to) and (
        sum(word == "approved" for word in words) >= needed
    )
    assert (first.status == "approved") == approved
    assert not seats(patient) or first.status == "in-review"
    if not approved:
        assert first.status in ("rejected", "draft")
    patient.until(patient.now + 86_400)
    assert letters(patient) == int(approved)
