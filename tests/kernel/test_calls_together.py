"""Calls of one week for several pathways are one call (X8; story S8, one merged call a week)."""

from __future__ import annotations

from typing import Any

from pathways.compiled import Step
from pathways.journey.events import Complete, Reading
from pathways.journey.state import Task
from pathways.spans import Span
from pathways.undone import UNABLE_TO_REACH
from tests.kernel.building import NURSE, Patient, at, human, pathway, stage

WEDNESDAY, THURSDAY = at("2027-02-03T09:00-05:00"), at("2027-02-04T09:00-05:00")
DAY = 86_400


def call(name: str, *collect: str, **more: Any) -> Step:
    given: dict[str, Any] = {"due": Span(3, "day"), "contact": "patient", **more}
    return human(name, collect=collect, **given)


def weekly(name: str, *collect: str, **more: Any) -> Step:
    return call(name, *collect, every=Span(1, "week"), **more)


def enroll(patient: Patient, name: str, *steps: Step) -> None:
    patient.enroll(pathway(stage("follow", "follow-up", *steps), name=name))


def calls(patient: Patient) -> list[Task]:
    return [t for t in patient.journey.tasks.values() if t.contact]


def do(patient: Patient, task: Task) -> None:
    values = tuple(Reading(n, 100.0 if n == "glucose" else "low", 0) for n in task.collect)
    patient.apply(Complete(patient.command(), NURSE, task.id, values=values))


def two_rhythms() -> Patient:
    """Heart failure calls on Wednesdays, lung calls on Thursdays; the first week is over."""
    patient = Patient(now=WEDNESDAY)
    enroll(patient, "heart", weekly("heart-call", "glucose"))
    do(patient, patient.task("heart-call"))
    patient.until(THURSDAY)
    enroll(patient, "lungs", weekly("lung-call", "risk"))
    do(patient, patient.task("lung-call"))
    return patient


def test_the_weekly_calls_of_two_pathways_are_one_call_with_all_questions() -> None:
    """S8: the call of Wed 02-10 carries the union of the questions."""
    patient = two_rhythms()
    patient.until(WEDNESDAY + 7 * DAY)
    (task,) = calls(patient)
    assert [s.step for s in task.sources] == ["heart-call", "lung-call"]
    assert task.collect == ("glucose", "risk")
    do(patient, task)
    patient.until(THURSDAY + 7 * DAY + 3600)
    assert calls(patient) == []


def test_from_then_on_they_keep_one_rhythm() -> None:
    patient = two_rhythms()
    made = []
    for week in range(1, 6):
        patient.until(WEDNESDAY + (7 * week + 6) * DAY)
        made += [t.id for t in patient.journey.tasks.values() if t.contact]
        for task in calls(patient):
            do(patient, task)
    assert len(made) == 5


def test_closing_the_call_ends_every_step_once() -> None:
    patient = Patient()
    enroll(patient, "heart", call("heart-call", "glucose"))
    enroll(patient, "lungs", call("lung-call", "risk"), human("own"))
    (task,) = calls(patient)
    do(patient, task)
    ends = {name: e.ends for name, e in patient.journey.enrollments.items()}
    assert ends == {"heart": {"heart-call": "done"}, "lungs": {"lung-call": "done"}}


def test_the_earliest_deadline_counts() -> None:
    patient = Patient()
    enroll(patient, "heart", call("heart-call", due=Span(9, "day")))
    enroll(patient, "lungs", call("lung-call", due=Span(1, "day")))
    (task,) = calls(patient)
    assert task.due < patient.now + 2 * DAY


def test_one_attempt_counts_for_all_and_the_last_ends_all() -> None:
    patient = Patient()
    enroll(patient, "heart", call("heart-call"), human("own-heart"))
    enroll(patient, "lungs", call("lung-call"), human("own-lungs"))
    for _ in range(3):
        (task,) = calls(patient)
        patient.apply(Complete(patient.command(), NURSE, task.id, UNABLE_TO_REACH))
        patient.until(patient.now + 3 * DAY)
    ends = [e.ends for e in patient.journey.enrollments.values()]
    assert ends == [{"heart-call": "missed"}, {"lung-call": "missed"}]


def test_what_may_end_otherwise_is_a_call_of_its_own() -> None:
    """Closing a call as done would end the other in a way that it does not know."""
    patient = Patient()
    enroll(patient, "heart", call("heart-call"))
    enroll(patient, "lungs", call("lung-call", outcomes=("better", "worse")))
    assert len(calls(patient)) == 2


def test_calls_by_two_roles_or_to_two_people_stay_apart() -> None:
    patient = Patient()
    enroll(patient, "heart", call("heart-call"))
    enroll(patient, "lungs", call("lung-call", by="pharmacist"))
    enroll(patient, "memory", call("memory-call", contact="caregiver"))
    assert len(calls(patient)) == 3


def test_two_calls_of_one_pathway_stay_two() -> None:
    """Its author wrote two and meant two (decision 8)."""
    patient = Patient()
    enroll(patient, "heart", call("one"), call("two"))
    assert len(calls(patient)) == 2


def test_an_urgent_call_waits_for_no_other() -> None:
    patient = Patient()
    enroll(patient, "heart", call("heart-call"))
    enroll(patient, "lungs", call("lung-call", response="RT-2H", due=Span(2, "hour")))
    assert len(calls(patient)) == 2


def test_a_lesson_is_no_call() -> None:
    patient = Patient()
    enroll(patient, "heart", call("heart-call"))
    enroll(patient, "lungs", human("teach", "educate"))
    assert len(patient.journey.tasks) == 2


def test_a_call_that_was_made_lately_is_not_made_again_for_company() -> None:
    """Every three days and weekly: the frequent one keeps its own rhythm."""
    patient = Patient(now=WEDNESDAY)
    enroll(patient, "heart", call("heart-call", every=Span(3, "day")))
    do(patient, patient.task("heart-call"))
    patient.until(THURSDAY)
    enroll(patient, "lungs", weekly("lung-call"))
    (task,) = calls(patient)
    assert [s.step for s in task.sources] == ["lung-call"]
