"""Alarms that several rules raise for one person are one task that lists them all (S8)."""

from __future__ import annotations

from typing import Any

from pathways.compiled import Rule
from pathways.journey.events import Complete, Reading, Record
from pathways.journey.state import Task
from pathways.spans import Span
from pathways.undone import UNABLE_TO_REACH
from tests.kernel.building import NURSE, Patient, human, pathway, stage

POTASSIUM = [">", ["value", "glucose"], 5.5]
RISKY = ["=", ["value", "risk"], "high"]


def rule(name: str, when: list[Any], response: str = "RT-SD", **more: Any) -> Rule:
    due = {"RT-SD": Span(4, "hour"), "RT-2H": Span(2, "hour")}.get(response, Span(5, "minute"))
    do = human(name, response=response, due=due, **more)
    return Rule(name, do, when=when, reads=("glucose", "risk"))


def patient_on(*rules: tuple[str, tuple[Rule, ...]]) -> Patient:
    patient = Patient()
    for name, own in rules:
        stages = stage("follow", "follow-up", human(f"own-{name}", due=Span(9, "month")))
        patient.enroll(pathway(stages, name=name, rules=own))
    return patient


def raised(patient: Patient) -> list[Task]:
    return [t for t in patient.journey.tasks.values() if t.urgency]


def readings(patient: Patient, **values: float | str) -> None:
    given = tuple(Reading(name, value, 0) for name, value in values.items())
    patient.apply(Record(patient.command(), NURSE, given))


def kidney_and_heart() -> Patient:
    """CKD-1, CKD-6 and HF-6, HF-7, all of class RT-SD."""
    kidney = (rule("ckd-1", RISKY), rule("ckd-6", POTASSIUM))
    heart = (rule("hf-6", POTASSIUM), rule("hf-7", RISKY))
    return patient_on(("kidney", kidney), ("heart", heart))


def test_four_rules_of_two_pathways_are_one_task_that_lists_all_four() -> None:
    """S8, Mon 02-08: Cr 2.6 and K 5.7."""
    patient = kidney_and_heart()
    readings(patient, glucose=57.0, risk="high")
    (task,) = raised(patient)
    assert task.urgency == "RT-SD"
    assert {(s.pathway, s.step) for s in task.sources} == {
        ("kidney", "ckd-1"),
        ("kidney", "ckd-6"),
        ("heart", "hf-6"),
        ("heart", "hf-7"),
    }
    listed = {reason.split(":")[0] for reason in task.reasons}
    assert listed == {"Ckd 1", "Ckd 6", "Hf 6", "Hf 7"}


def test_their_owner_is_told_once() -> None:
    patient = kidney_and_heart()
    readings(patient, glucose=57.0, risk="high")
    assert [m.message for m in patient.messages] == ["task-urgent"]


def test_the_most_urgent_class_and_the_earliest_due_time_count() -> None:
    slow, fast = rule("slow", RISKY), rule("fast", POTASSIUM, "RT-2H")
    patient = patient_on(("one", (slow,)), ("two", (fast,)))
    readings(patient, glucose=57.0, risk="high")
    (task,) = raised(patient)
    assert (task.urgency, task.title, task.due) == ("RT-2H", "Fast", patient.now + 7200)


def test_a_more_urgent_cause_that_joins_later_is_told_at_once() -> None:
    patient = patient_on(("one", (rule("slow", RISKY), rule("fast", POTASSIUM, "RT-2H"))))
    readings(patient, risk="high")
    patient.now += 600
    readings(patient, glucose=57.0)
    (task,) = raised(patient)
    assert (task.urgency, task.due) == ("RT-2H", patient.now + 7200)
    assert [m.message for m in patient.messages] == ["task-urgent"] * 2


def test_a_red_flag_is_never_hidden_in_a_slower_task_nor_slower_work_in_it() -> None:
    flag, slow = rule("flag", POTASSIUM, "RT-911"), rule("slow", RISKY)
    patient = patient_on(("one", (slow, flag)), ("two", (slow,)))
    readings(patient, glucose=57.0, risk="high")
    assert [(t.title, t.urgency) for t in raised(patient)] == [
        ("Slow", "RT-SD"),
        ("Flag", "RT-911"),
    ]


def test_an_alarm_that_somebody_has_taken_up_is_joined_by_nothing_new() -> None:
    first, second = rule("first", RISKY, contact="patient"), rule("second", POTASSIUM)
    patient = patient_on(("one", (first, second)))
    readings(patient, risk="high")
    patient.apply(Complete("try", NURSE, patient.task("first").id, UNABLE_TO_REACH))
    readings(patient, glucose=57.0)
    assert [t.title for t in raised(patient)] == ["First", "Second"]


def test_what_is_late_already_hides_nothing_new() -> None:
    patient = patient_on(("one", (rule("first", RISKY), rule("second", POTASSIUM))))
    readings(patient, risk="high")
    patient.until(patient.now + 5 * 3600)
    readings(patient, glucose=57.0)
    assert [t.title for t in raised(patient)] == ["First", "Second"]


def test_alarms_of_two_roles_stay_two() -> None:
    mine, theirs = rule("mine", RISKY), rule("theirs", RISKY, by="cardiologist")
    patient = patient_on(("one", (mine, theirs)))
    readings(patient, risk="high")
    assert [t.owner for t in raised(patient)] == ["case-manager", "cardiologist"]


def test_what_only_one_of_them_asks_for_is_asked_too() -> None:
    one, two = rule("one", RISKY, collect=("glucose",)), rule("two", RISKY, outcomes=("held", "no"))
    patient = patient_on(("a", (one, two)))
    readings(patient, risk="high")
    (task,) = raised(patient)
    assert (task.collect, task.outcomes) == (("glucose",), ("done", "held", "no"))
