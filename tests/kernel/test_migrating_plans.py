"""Moving patients whose care plan is being made, judged or revised (X9, X12)."""

from __future__ import annotations

from msgspec.structs import replace

from pathways.compiled import CompiledPathway, Step
from pathways.journey.decide import Decision
from pathways.journey.versions.choices import Choices
from pathways.spans import Span
from tests.kernel.building import Patient, human, pathway, stage
from tests.kernel.test_approvals import complete, drafted, say, seats, versions
from tests.kernel.test_migrating_orders_and_windows import move

DAY = 86_400
COPY = Step("copy", "notify", "Copy", to="patient", message="welcome", after=("sign",))


def judged(
    must: tuple[str, ...] = ("primary-care",),
    may: tuple[str, ...] = ("pharmacist", "specialist"),
    *,
    plan: str = "make-plan",
    sign: str = "sign",
    version: str = "1",
    others: tuple[Step, ...] = (),
) -> CompiledPathway:
    """A version whose plan these approvers judge, two of them."""
    approval = human(
        sign,
        "approve",
        by=must[0],
        of=plan,
        after=(plan,),
        due=Span(5, "business-day"),
        outcomes=("approved", "rejected"),
        must=must,
        may=may,
        quorum=2,
    )
    steps = (human(plan, "plan"), approval, replace(COPY, after=(sign,)), *others)
    last = stage("follow", "follow-up", human("weekly", every=Span(1, "week")))
    return replace(
        pathway(stage("planning", "planning", *steps, go="follow"), last), version=version
    )


def under_review(compiled: CompiledPathway) -> Patient:
    patient = Patient()
    patient.enroll(compiled)
    drafted(patient)
    return patient


def moved(patient: Patient, to: CompiledPathway, choices: Choices | None = None) -> Decision:
    decision = move(patient, "demo", to, choices)
    assert decision.answer is not None
    assert decision.answer.code == "migrated", decision.answer
    return decision


def test_verdicts_that_were_given_count_on_under_another_name() -> None:
    """Given one of two verdicts, when the step is called otherwise, then the second decides, and
    nobody is asked twice."""
    patient = under_review(judged())
    say(patient, "pharmacist", "approved")
    moved(patient, judged(sign="assent", version="2"), Choices(steps={"sign": "assent"}))
    assert set(seats(patient)) == {"primary-care", "specialist"}
    say(patient, "primary-care", "approved")
    assert versions(patient) == [(1, "approved")]
    assert patient.journey.enrollments["demo"].outcomes["assent"] == "approved"


def test_a_review_begins_anew_when_others_approve() -> None:
    """Given a verdict, when the new version has another approver in place of who gave it, then
    those who approve now are asked, all of them; what was said under the old version is not
    counted."""
    patient = under_review(judged())
    say(patient, "specialist", "rejected")
    moved(patient, judged(may=("pharmacist", "dietitian"), version="2"))
    assert set(seats(patient)) == {"primary-care", "pharmacist", "dietitian"}
    assert patient.journey.enrollments["demo"].verdicts == ()
    assert versions(patient) == [(1, "in-review")]
    say(patient, "primary-care", "approved")
    say(patient, "dietitian", "approved")
    assert versions(patient) == [(1, "approved")]


def test_an_approval_that_becomes_a_task_leaves_the_plan_a_draft() -> None:
    """Given a plan under review, when the new version asks for work instead of an approval, then
    there is one task of that kind and no approver's, and the version is a draft again."""
    patient = under_review(judged())
    work = human("sign", after=("make-plan",))
    without = stage("planning", "planning", human("make-plan", "plan"), work, COPY, go="follow")
    follow = stage("follow", "follow-up", human("weekly", every=Span(1, "week")))
    moved(patient, replace(pathway(without, follow), version="2"))
    assert not seats(patient)
    assert patient.task("sign").kind == "task"
    assert versions(patient) == [(1, "draft")]


def test_an_approvers_task_kept_without_its_step_judges_nothing() -> None:
    """Given an approver's task that is kept though the step is gone, when they close it, then it
    is closed, and the plan is what it was."""
    patient = under_review(judged())
    follow = stage("follow", "follow-up", human("weekly", every=Span(1, "week")))
    plan = stage("planning", "planning", human("make-plan", "plan"), human("other"), go="follow")
    new = replace(pathway(plan, follow), version="2")
    moved(patient, new, Choices(keep=("sign",)))
    left = [t for t in patient.journey.tasks.values() if t.kind == "approve"]
    assert [t.owner for t in left] == ["primary-care", "pharmacist", "specialist"]
    for task in left:
        assert complete(patient, task, "approved").status == "applied"
    assert versions(patient) == [(1, "draft")]


def test_a_rejection_does_not_ask_for_a_plan_that_is_being_made() -> None:
    """Given a review under way, when the new version has a plan step besides and that is open, then
    a rejection leaves it open once."""
    one = human(
        "sign", "approve", of="make-plan", after=("make-plan",), outcomes=("approved", "rejected")
    )
    again = human("make-plan", "plan", every=Span(1, "day"), times=2)
    wait = human("wait-for-it")
    stages = (stage("planning", "planning", again, one, wait, go="follow"),)
    last = stage("follow", "follow-up", human("weekly", every=Span(1, "week")))
    patient = under_review(pathway(*stages, last))
    patient.until(patient.now + 2 * DAY)
    assert [t.kind for t in patient.journey.tasks.values()].count("plan") == 1
    complete(patient, patient.task("sign"), "rejected")
    assert [t.kind for t in patient.journey.tasks.values()].count("plan") == 1


def test_the_copy_of_a_plan_is_known_under_another_name() -> None:
    """Given the patient's copy of an approved version, which waits for contact hours, when its
    step is called otherwise, then the copy is that step's: a later version takes it back."""
    late = judged(may=("pharmacist",))
    patient = Patient()
    patient.enroll(late)
    patient.until(patient.now + 12 * 3600)
    drafted(patient)
    say(patient, "primary-care", "approved")
    say(patient, "pharmacist", "approved")
    (copy,) = patient.journey.enrollments["demo"].copies
    assert copy.key in patient.journey.unsent
    planning, follow = late.stages
    named = tuple(replace(s, id="letter") if s.id == "copy" else s for s in planning.steps)
    new = replace(late, version="2", stages=(replace(planning, steps=named), follow))
    moved(patient, new, Choices(steps={"copy": "letter"}))
    assert [c.step for c in patient.journey.enrollments["demo"].copies] == ["letter"]
