"""Stages: entry, exit, deadline; reevaluation that continues, replans or discharges."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pathways.compiled import Branch, Goal, Row, Step
from pathways.journey.events import Actor, Complete, Decline, Reading, Record
from pathways.spans import Span
from pathways.undone import Declined
from tests.kernel.building import NURSE, Patient, at, human, pathway, stage

LOW = ["<", ["value", "glucose"], 100.0]
HIGH = [">=", ["value", "glucose"], 200.0]


def finish(patient: Patient, step: str, outcome: str = "", **values: float | str) -> None:
    """The step's owner completes it now."""
    task = patient.task(step)
    answer = patient.apply(
        Complete(
            patient.command(),
            Actor("p1", task.owner),
            task.id,
            outcome,
            tuple(Reading(name, value, 0) for name, value in values.items()),
        )
    ).answer
    assert answer is not None
    assert answer.status == "applied", answer.message


def course() -> Patient:
    """Assessment, planning, follow-up with a weekly call, reevaluation every 3 months."""
    patient = Patient()
    patient.enroll(
        pathway(
            stage("assessment", "assessment", human("first"), go="planning"),
            stage("planning", "planning", human("agree"), go="follow"),
            stage("follow", "follow-up", human("call", every=Span(1, "week")), go="planning"),
            stage(
                "review",
                "reevaluation",
                human("look", "assess", collect=("glucose",)),
                every=Span(3, "month"),
                next=(
                    Branch(go="closing", when=["goals-met"], disposition="goals-met"),
                    Branch(go="planning", when=HIGH),
                    Branch(go="follow"),
                ),
            ),
            stage(
                "closing",
                "discharge",
                human("letter"),
                next=(Branch(go="discharge", disposition="goals-met"),),
            ),
            goals=(Goal(id="glycaemia", title="Glucose below 100", aim=LOW),),
        )
    )
    finish(patient, "first")
    finish(patient, "agree")
    return patient


def stages_of(patient: Patient) -> list[str]:
    return [run.stage for run in patient.journey.enrollments["demo"].active]


def stages_left_by(branch: Branch) -> Patient:
    """A reevaluation leads to another stage while a call is still open."""
    patient = Patient()
    patient.enroll(
        pathway(
            stage("follow", "follow-up", human("call", due=Span(5, "day")), go="after"),
            stage("birth", "reevaluation", every=Span(2, "day"), next=(branch,)),
            stage("after", "discharge", human("letter")),
        )
    )
    patient.until(patient.now + 3 * 86_400)
    assert stages_of(patient) == ["after"]
    return patient


@pytest.mark.parametrize(
    ("branch", "why"),
    [(Branch(go="after"), "stage-left"), (Branch(go="after", because="delivered"), "delivered")],
)
def test_what_is_open_when_a_stage_is_left_is_cancelled_with_its_reason(
    branch: Branch, why: str
) -> None:
    """S7: all antenatal tasks are cancelled, delivered."""
    patient = stages_left_by(branch)
    (cancelled,) = [e for e in patient.entries if e.kind == "task-cancelled"]
    assert (cancelled.step, cancelled.params["outcome"]) == ("call", why)


def test_a_stage_is_left_when_all_that_was_started_has_ended() -> None:
    patient = course()
    assert stages_of(patient) == ["follow"]


def test_a_recurring_step_keeps_its_series_whenever_its_task_is_done() -> None:
    patient = course()
    start = patient.task("call").opened
    patient.until(start + 3 * 86_400)
    finish(patient, "call")
    patient.until(start + 7 * 86_400)
    assert patient.task("call").opened == start + 7 * 86_400


def test_what_fell_due_while_the_last_was_open_is_not_made_up_for() -> None:
    patient = course()
    start = patient.task("call").opened
    patient.until(start + 24 * 86_400)
    finish(patient, "call")
    patient.until(start + 28 * 86_400)
    assert patient.task("call").opened == start + 28 * 86_400


def test_reevaluation_runs_beside_follow_up_and_continues_it() -> None:
    patient = course()
    patient.until(at("2027-02-25 12:00"))
    assert stages_of(patient) == ["follow", "review"]
    call = patient.task("call").id
    finish(patient, "look", glucose=150)
    assert stages_of(patient) == ["follow"]
    assert patient.task("call").id == call, "the running follow-up is not disturbed"
    patient.until(at("2027-05-26 12:00"))
    assert stages_of(patient) == ["follow", "review"]


def test_a_quarterly_reevaluation_does_not_put_off_the_yearly_one() -> None:
    patient = Patient()
    patient.enroll(
        pathway(
            stage("follow", "follow-up", human("call", every=Span(1, "week")), go="follow"),
            stage("quarterly", "reevaluation", human("look"), every=Span(3, "month"), go="follow"),
            stage("yearly", "reevaluation", human("whole"), every=Span(1, "year"), go="follow"),
        )
    )
    for month in range(1, 19):
        patient.until(patient.now + 30 * 86_400)
        for step in ("look", "whole"):
            if any(t.sources[0].step == step for t in patient.journey.tasks.values()):
                finish(patient, step)
        assert month < 18 or patient.journey.enrollments["demo"].stages_entered["yearly"] == 1
    assert patient.journey.enrollments["demo"].stages_entered["quarterly"] >= 4


def test_reevaluation_replans() -> None:
    patient = course()
    patient.until(at("2027-02-25 12:00"))
    finish(patient, "look", glucose=250)
    assert stages_of(patient) == ["planning"]
    assert patient.task("agree").sources[0].occurrence == 2
    assert [t.sources[0].step for t in patient.journey.tasks.values()] == ["agree"]


def test_reevaluation_discharges_when_the_goals_are_met() -> None:
    patient = course()
    patient.until(at("2027-02-25 12:00"))
    finish(patient, "look", glucose=90)
    assert stages_of(patient) == ["closing"]
    finish(patient, "letter")
    enrollment = patient.journey.enrollments["demo"]
    assert (enrollment.status, enrollment.disposition) == ("discharged", "goals-met")
    assert patient.journey.status == "closed"
    assert patient.journey.agenda == ()


def test_a_goal_that_is_not_met_by_its_date_brings_the_reevaluation_forward() -> None:
    patient = Patient()
    patient.enroll(
        pathway(
            stage("follow", "follow-up", human("call", every=Span(1, "week")), go="follow"),
            stage("review", "reevaluation", human("look"), every=Span(1, "year"), go="follow"),
            goals=(Goal(id="g", title="Lower", aim=LOW, by=Span(30, "day")),),
        )
    )
    patient.until(at("2026-12-26 12:00"))
    assert "goal-overdue" in patient.kinds()
    assert stages_of(patient) == ["follow", "review"]


def test_an_overdue_stage_is_brought_to_its_supervisor_once() -> None:
    patient = Patient()
    patient.enroll(
        pathway(stage("assessment", "assessment", human("first"), deadline=Span(30, "day")))
    )
    patient.until(at("2027-03-01 12:00"))
    late = [t for t in patient.journey.tasks.values() if t.kind == "stage-overdue"]
    assert [t.owner for t in late] == ["nurse-manager"]
    assert late[0].opened == at("2026-12-25T00:00:00-05:00")


def test_a_stage_that_only_waits_for_its_exit_condition_is_brought_to_a_person() -> None:
    patient = Patient()
    patient.enroll(
        pathway(
            stage("assessment", "assessment", human("first"), exit=["known", ["value", "risk"]])
        )
    )
    finish(patient, "first")
    (task,) = patient.journey.tasks.values()
    assert (task.kind, task.collect) == ("stage-blocked", ("risk",))
    patient.apply(Record("r", NURSE, (Reading("risk", "low", 0),)))
    assert patient.journey.status == "closed"


def test_a_blocked_stage_goes_on_by_a_recorded_departure() -> None:
    patient = Patient()
    patient.enroll(
        pathway(
            stage("assessment", "assessment", human("first"), exit=["known", ["value", "risk"]])
        )
    )
    finish(patient, "first")
    finish(patient, "assessment", "go-on")
    assert "variance" in patient.kinds()
    assert patient.journey.status == "closed"


def test_a_blocked_stage_redoes_what_was_declined() -> None:
    patient = Patient()
    patient.enroll(
        pathway(
            stage(
                "planning",
                "planning",
                human("draft", "plan"),
                human("approval", "approve", of="draft", after=("draft",)),
                exit=["plan-approved"],
            )
        )
    )
    patient.apply(Decline("d", NURSE, patient.task("draft").id, "no plan wanted"))
    finish(patient, "planning", "redo")
    finish(patient, "draft")
    finish(patient, "approval")
    assert patient.journey.status == "closed"


def test_a_condition_that_is_unknown_starts_nothing_until_the_value_arrives() -> None:
    patient = Patient()
    patient.enroll(
        pathway(
            stage(
                "assessment", "assessment", human("first"), human("more", when=LOW), go="discharge"
            )
        )
    )
    assert "more" not in {t.sources[0].step for t in patient.journey.tasks.values()}
    patient.apply(Record("r", NURSE, (Reading("glucose", 80.0, 0),)))
    assert patient.task("more")


def test_a_step_after_one_that_is_certainly_not_needed_goes_on() -> None:
    patient = Patient()
    patient.enroll(
        pathway(
            stage(
                "assessment",
                "assessment",
                human("first", "assess", collect=("glucose",)),
                human("treat", when=HIGH, after=("first",)),
                human("last", after=("treat",)),
            )
        )
    )
    assert [t.sources[0].step for t in patient.journey.tasks.values()] == ["first"]
    finish(patient, "first", glucose=120)
    assert [t.sources[0].step for t in patient.journey.tasks.values()] == ["last"]


def test_a_decision_table_sets_its_first_matching_row() -> None:
    patient = Patient()
    table = (
        Row(when=HIGH, set={"risk": "high"}, line=12),
        Row(when=None, set={"risk": "low"}, line=13),
    )
    patient.enroll(
        pathway(
            stage(
                "assessment",
                "assessment",
                human("first", "assess", collect=("glucose",)),
                Step(id="tier", verb="decide", title="Risk", after=("first",), table=table),
                human("close", when=["=", ["value", "risk"], "high"], after=("tier",)),
            )
        )
    )
    finish(patient, "first", glucose=220)
    assert patient.journey.facts["risk"][0].value == "high"
    assert patient.task("close")
    (decided,) = [e for e in patient.entries if e.kind == "decided"]
    assert decided.params["line"] == 12


def test_a_rejected_plan_goes_back_for_revision_within_two_business_days() -> None:
    patient = Patient()
    patient.enroll(
        pathway(
            stage(
                "planning",
                "planning",
                human("draft", "plan", due=Span(10, "business-day")),
                human(
                    "approval",
                    "approve",
                    of="draft",
                    by="primary-care",
                    after=("draft",),
                    outcomes=("approved", "rejected"),
                ),
            )
        )
    )
    finish(patient, "draft")
    finish(patient, "approval", "rejected")
    revision = patient.task("draft")
    assert revision.due == at("2026-11-27T23:59:59-05:00")
    assert patient.journey.enrollments["demo"].plan_status == "rejected"
    finish(patient, "draft")
    finish(patient, "approval", "approved")
    assert (patient.journey.enrollments["demo"].plan, patient.journey.status) == (2, "closed")


def test_only_its_owner_approves_a_plan() -> None:
    patient = Patient()
    patient.enroll(
        pathway(stage("planning", "planning", human("approval", "approve", by="primary-care")))
    )
    answer = patient.apply(Complete("x", NURSE, patient.task("approval").id)).answer
    assert answer is not None
    assert (answer.status, answer.code) == ("refused", "not-yours")


def test_a_declined_step_is_offered_again_at_the_reevaluation() -> None:
    patient = Patient()
    patient.enroll(
        pathway(
            stage(
                "follow",
                "follow-up",
                human("eye-exam", declined=Declined(reoffer=True)),
                human("call", every=Span(1, "month")),
                go="follow",
            ),
            stage("review", "reevaluation", human("look"), every=Span(3, "month"), go="follow"),
        )
    )
    patient.apply(Decline("d", NURSE, patient.task("eye-exam").id, "no time"))
    patient.until(at("2027-02-25 12:00"))
    offer = patient.task("eye-exam")
    assert (offer.kind, offer.title) == ("reoffer", "Offer again: Eye exam")
    finish(patient, "eye-exam", "accepted")
    assert patient.task("eye-exam").kind == "task"


def test_an_offer_that_nobody_answered_is_not_made_twice() -> None:
    """Given an offer still open from one reevaluation, when the next comes, then one is open."""
    patient = Patient()
    patient.enroll(
        pathway(
            stage("follow", "follow-up", human("eye-exam"), human("call", every=Span(1, "month"))),
            stage("review", "reevaluation", human("look"), every=Span(3, "month"), go="follow"),
        )
    )
    patient.apply(Decline("d", NURSE, patient.task("eye-exam").id, "no time"))
    for day in ("2027-02-25 12:00", "2027-05-27 12:00"):
        patient.until(at(day))
        finish(patient, "look", "done")
    offers = [task for task in patient.journey.tasks.values() if task.kind == "reoffer"]
    assert len(offers) == 1


def test_wait_for_a_time_and_for_a_condition() -> None:
    patient = Patient()
    patient.enroll(
        pathway(
            stage(
                "assessment",
                "assessment",
                Step(id="pause", verb="wait", title="Pause", due=Span(3, "day")),
                human("then", after=("pause",)),
                Step(id="until", verb="wait", title="Until", due=Span(1, "year"), until=LOW),
                human("lowered", after=("until",)),
            )
        )
    )
    patient.until(patient.now + 3 * 86_400)
    assert patient.task("then")
    patient.apply(Record("r", NURSE, (Reading("glucose", 80.0, 0),)))
    assert patient.task("lowered")


def test_a_monitor_that_gets_no_reading_reminds_the_patient_and_opens_one_task() -> None:
    patient = Patient()
    patient.enroll(
        pathway(
            stage(
                "follow",
                "follow-up",
                Step(
                    id="watch",
                    verb="monitor",
                    title="Daily glucose",
                    element="glucose",
                    every=Span(2, "day"),
                    by="case-manager",
                    message="welcome",
                ),
                go="discharge",
            )
        )
    )
    patient.until(patient.now + 86_400)
    patient.apply(Record("r", NURSE, (Reading("glucose", 120.0, 0),)))
    patient.until(patient.now + 86_400)
    assert not patient.journey.tasks
    patient.until(patient.now + 4 * 86_400)
    assert [t.kind for t in patient.journey.tasks.values()] == ["monitor"]
    assert [m.to for m in patient.messages if m.message == "welcome"] == ["patient", "patient"]


def test_a_recurring_step_started_by_hand_is_not_opened_again_while_it_is_open() -> None:
    """I1: the occurrence that a declined step starts is not lost to the next of the series."""
    patient = Patient()
    patient.enroll(
        pathway(
            stage(
                "follow",
                "follow-up",
                human("call", every=Span(1, "week")),
                human("visit", after=("call",), declined=Declined(start=("call",))),
            ),
        )
    )
    finish(patient, "call")
    patient.now += 86_400
    patient.apply(Decline(patient.command(), NURSE, patient.task("visit").id, "no"))
    opened = patient.task("call").opened
    patient.until(patient.now + 7 * 86_400)
    assert patient.task("call").opened == opened


def test_a_step_after_a_declined_one_is_skipped_whatever_else_it_comes_after() -> None:
    patient = Patient()
    patient.enroll(
        pathway(
            stage(
                "first",
                "assessment",
                human("offer"),
                human("other"),
                human("next", after=("other", "offer")),
            ),
        )
    )
    patient.apply(Decline(patient.command(), NURSE, patient.task("offer").id, "no"))
    assert patient.journey.enrollments["demo"].ends["next"] == "skipped"


UNWANTED = ["=", ["value", "risk"], "high"]


@pytest.mark.parametrize(
    "behind",
    [
        lambda n: (n - 1,),
        lambda n: (n + 1,),
        lambda n: (n // 2 * 2 - 2, n // 2 * 2 - 1),
    ],
    ids=["a chain", "a chain written backwards", "a ladder"],
)
def test_hundreds_of_steps_that_are_not_needed_hold_nothing_up(
    behind: Callable[[int], tuple[int, ...]],
) -> None:
    """Given 480 steps behind each other of which none is needed, then what comes after the last
    starts at once: neither in a time that doubles with each nor by a recursion that is too deep."""
    many = 480
    steps = [
        human(f"s{n}", when=UNWANTED, after=tuple(f"s{m}" for m in behind(n) if 0 <= m < many))
        for n in range(many)
    ]
    last = human("last", after=("s0", f"s{many - 1}"))
    patient = Patient()
    low = (Reading("risk", "low", patient.now),)
    patient.enroll(pathway(stage("assessment", "assessment", *steps, last)), readings=low)
    assert [task.sources[0].step for task in patient.journey.tasks.values()] == ["last"]
