"""The patient's own goals, in the patient's words (P4), and what the plan makes of them (P7)."""

from __future__ import annotations

import msgspec

from pathways.compiled import Goal
from pathways.instruments import Band, Instrument, Item, Score
from pathways.journey.effects import Answer
from pathways.journey.events import Actor, Complete, StateGoal, Withdraw
from pathways.planning import CarePlan
from pathways.planning.saying import difference, said
from pathways.spans import Span
from tests.kernel.building import NURSE, Patient, human, ok, pathway, stage

DAY = 86_400
MOOD = Instrument(
    "mood",
    "1",
    "Mood",
    "own",
    (Item("a", "Low?", 0, 3),),
    (Score("score", "sum", ("a",), bands=(Band("fine", 0, 1), Band("low", 2, 3))),),
)


def planned() -> Patient:
    """A patient before the plan is made, with a follow-up and a monthly review to come."""
    patient = Patient()
    ask = human("ask", "assess", instruments=("mood",))
    planning = stage("planning", "planning", ask, human("make-plan", "plan"), go="follow")
    sugar = [">=", ["value", "glucose"], 200.0]
    follow = stage(
        "follow",
        "follow-up",
        human("weekly", every=Span(1, "week")),
        human("insulin", when=sugar),
    )
    review = stage("review", "reevaluation", human("look"), go="follow", every=Span(6, "month"))
    goal = Goal("sugar", "Sugar below 140", ["<", ["value", "glucose"], 140.0], Span(3, "month"))
    compiled = pathway(planning, follow, review, goals=(goal,), instruments={"mood": MOOD})
    patient.enroll(compiled)
    return patient


def state(patient: Patient, **more: str | int) -> Answer:
    event = msgspec.convert(
        {"type": "state-goal", "command": patient.command(), **more} | ACTOR, StateGoal
    )
    answer = patient.apply(event).answer
    assert answer is not None
    return answer


ACTOR = {"actor": {"person": NURSE.person, "role": NURSE.role}}


def plan_of(patient: Patient) -> CarePlan:
    """Complete the plan task; the content that goes on record."""
    event = Complete(patient.command(), NURSE, patient.task("make-plan").id)
    record = patient.apply(event).record
    assert record is not None
    (row,) = record.plans
    return msgspec.json.decode(row.content, type=CarePlan)


def test_a_version_holds_goals_needs_and_what_will_be_done_and_stays_as_it_was() -> None:
    patient = planned()
    answers = {"mood": {"a": 3}}
    patient.apply(Complete("m", NURSE, patient.task("ask").id, answers=answers))
    state(patient, words="Play with my grandson", measure="minutes", target="30")
    plan = plan_of(patient)
    (chapter,) = plan.chapters
    assert [aim.title for aim in chapter.aims] == ["Sugar below 140"]
    assert [one.id for one in chapter.interventions] == ["weekly", "insulin"]
    assert [(need.name, need.value, need.band) for need in plan.needs] == [
        ("mood.score", 3.0, "low")
    ]
    assert [goal.words for goal in plan.own_goals] == ["Play with my grandson"]
    state(patient, words="Dance", goal="g1")
    assert [goal.words for goal in plan.own_goals] == ["Play with my grandson"], "frozen"


def test_an_unremarkable_finding_is_no_need() -> None:
    patient = planned()
    patient.apply(Complete("m", NURSE, patient.task("ask").id, answers={"mood": {"a": 1}}))
    assert plan_of(patient).needs == ()


def test_a_goal_past_its_date_calls_for_a_reevaluation() -> None:
    """P7: given an own goal whose date passes unmet, then the plan is looked at; a met one not."""
    for status, looked_at in (("met", False), ("active", True)):
        patient = planned()
        patient.apply(Complete("m", NURSE, patient.task("ask").id, answers={"mood": {"a": 0}}))
        plan_of(patient)
        state(patient, words="Walk", due=patient.now + 20 * DAY)
        state(patient, goal="g1", status=status)
        patient.until(patient.now + 21 * DAY)
        assert ("own-goal-overdue" in patient.kinds()) == looked_at
        steps = {task.sources[0].step for task in patient.journey.tasks.values()}
        assert ("look" in steps) == looked_at


def test_what_makes_no_sense_is_refused() -> None:
    patient = planned()
    assert state(patient).code == "no-words"
    assert state(patient, goal="g7", status="met").code == "no-such-goal"
    assert state(patient, words="Walk", due=patient.now).code == "in-the-past"


def test_two_versions_differ_in_plain_words() -> None:
    patient = planned()
    patient.apply(Complete("m", NURSE, patient.task("ask").id, answers={"mood": {"a": 3}}))
    plan = plan_of(patient)
    later = msgspec.structs.replace(plan, version=2, needs=(), team=(("case-manager", "n2"),))
    assert difference(plan, later) == (
        'The need "Mood (3)" is gone.',
        'On the care team "case manager n1" is now "case manager n2".',
    )
    assert difference(plan, plan) == ()
    headings = [heading for heading, lines in said(plan, str) if lines]
    assert headings == [
        "Needs found",
        "Demo: goals",
        "Demo: what is done",
        "Care team",
    ]


def test_a_goals_date_is_kept_for_who_leaves_and_comes_again() -> None:
    """Given a goal with a date, and a patient whose case is closed and who is enrolled again before
    it, then on that date the plan is looked at."""
    patient = planned()
    due = patient.now + 90 * DAY
    ok(patient, StateGoal(patient.command(), NURSE, "Walk to church", due=due))
    ok(patient, Withdraw(patient.command(), NURSE, "moves"))
    for task in list(patient.journey.tasks.values()):
        ok(patient, Complete(patient.command(), Actor("x", task.owner), task.id))
    assert patient.journey.status == "closed"
    patient.until(patient.now + DAY)
    patient.enroll(pathway(stage("follow", "follow-up", human("x", due=Span(1, "year")))))
    patient.until(due + 1)
    assert "own-goal-overdue" in patient.kinds()
