"""Roles are filled by people: absence with cover, and leavers, move work without losing a clock."""

from __future__ import annotations

import pytest

from pathways.canonical import digest_of
from pathways.compiled import Rule
from pathways.journey.effects import Answer, TaskRow
from pathways.journey.events import (
    Absent,
    Actor,
    Assign,
    Complete,
    Enroll,
    HandOver,
    PatientProfile,
    Record,
    Withdraw,
)
from pathways.journey.events import Reading as Value
from pathways.spans import Span
from tests.kernel.building import NEW_YORK, NURSE, Patient, human, ok, pathway, stage

HOUR, DAY = 3600, 86_400
HIGH = [">=", ["value", "glucose"], 200.0]


def ada() -> Patient:
    """A patient of nurse ``n1``, with a routine task and an alarm that is due in two hours."""
    patient = Patient()
    alarm = Rule("alarm", human("alarm", response="RT-2H"), when=HIGH, reads=("glucose",))
    routine = human("routine", due=Span(10, "day"))
    patient.enroll(pathway(stage("follow", "follow-up", routine), rules=(alarm,)))
    raise_alarm(patient)
    return patient


def raise_alarm(patient: Patient) -> None:
    patient.apply(Record(patient.command(), NURSE, (Value("glucose", 250.0, 0),)))


def away(patient: Patient, start: int, until: int, cover: str = "n2", person: str = "n1") -> Answer:
    answer = patient.apply(Absent(patient.command(), NURSE, person, start, until, cover)).answer
    assert answer is not None
    return answer


def row(patient: Patient, step: str) -> TaskRow:
    return patient.rows[patient.task(step).id]


def told(patient: Patient, message: str) -> list[str]:
    return [one.person for one in patient.messages if one.message == message]


def test_what_is_urgent_is_before_the_cover_at_once_and_the_rest_is_theirs_too() -> None:
    """Given a nurse who is away from now, then both tasks are held by the cover on her behalf; of
    the RT-2H one the cover is told at once; no due time moves."""
    patient = ada()
    dues = {task.id: task.due for task in patient.journey.tasks.values()}
    assert told(patient, "task-urgent") == ["n1"]
    away(patient, patient.now, patient.now + 7 * DAY)
    for step in ("routine", "alarm"):
        assert (row(patient, step).person, row(patient, step).behalf) == ("n2", "n1")
    assert told(patient, "task-urgent") == ["n1", "n2"]
    assert {task.id: task.due for task in patient.journey.tasks.values()} == dues


def test_an_absence_begins_and_ends_by_itself() -> None:
    """Given an absence from tomorrow for two days, then work changes hands at its first second and
    comes back at its last."""
    patient = ada()
    start = patient.now + DAY
    away(patient, start, start + 2 * DAY)
    patient.until(start - 1)
    assert row(patient, "routine").person == "n1"
    patient.until(start)
    assert (row(patient, "routine").person, row(patient, "routine").behalf) == ("n2", "n1")
    patient.until(start + 2 * DAY)
    assert (row(patient, "routine").person, row(patient, "routine").behalf) == ("n1", "")
    assert not patient.journey.absences


def test_what_is_opened_during_an_absence_is_the_covers_and_reminders_go_there() -> None:
    patient = Patient()
    alarm = Rule("alarm", human("alarm", response="RT-2H"), when=HIGH, reads=("glucose",))
    patient.enroll(pathway(stage("follow", "follow-up", human("routine")), rules=(alarm,)))
    away(patient, patient.now, patient.now + 30 * DAY)
    raise_alarm(patient)
    assert told(patient, "task-urgent") == ["n2"]
    patient.until(patient.now + 5 * DAY)
    assert told(patient, "task-reminder") == ["n2"] * len(told(patient, "task-reminder"))
    assert told(patient, "task-reminder")


def test_without_a_cover_the_supervisor_hears_at_once_of_what_cannot_wait() -> None:
    patient = ada()
    away(patient, patient.now, patient.now + DAY, cover="")
    urgent = [one.to for one in patient.messages if one.message == "task-urgent"]
    assert urgent == ["case-manager", "nurse-manager"]
    assert row(patient, "alarm").behalf == "n1"


def test_who_leaves_hands_over_every_role_and_no_clock_is_lost() -> None:
    """Given one reminder already sent, when the nurse leaves, the next goes to who took over, at
    the time it would have, and none is sent again."""
    stayed, left = ada(), ada()
    for patient in (stayed, left):
        patient.until(patient.now + 4 * DAY)
    left.apply(HandOver("h", NURSE, "n1", "n9"))
    assert left.journey.team == {"case-manager": "n9"}
    assert (row(left, "routine").person, row(left, "routine").behalf) == ("n9", "")
    for patient in (stayed, left):
        patient.until(patient.now + 20 * DAY)
    assert told(left, "task-reminder") == ["n1", "n9"]

    def escalations(patient: Patient) -> list[tuple[int, str]]:
        found = [e for e in patient.entries if e.kind in ("task-reminded", "task-escalated")]
        return [(e.at, str(e.params["title"])) for e in found]

    assert escalations(left) == escalations(stayed)


def test_who_leaves_during_an_absence_is_away_no_more() -> None:
    patient = ada()
    away(patient, patient.now, patient.now + DAY)
    patient.apply(HandOver("h", NURSE, "n1", "n9"))
    assert not patient.journey.absences
    assert row(patient, "routine").person == "n9"
    assert not [due for due in patient.journey.agenda if due.kind == "absence"]


def test_each_who_stands_in_is_told_also_when_another_does_the_next_day() -> None:
    """Given a cover who is replaced by another, and then a leaver, then each hears of the alarm
    once, under a key of its own."""
    patient = ada()
    away(patient, patient.now, patient.now + 7 * DAY)
    away(patient, patient.now, patient.now + 7 * DAY, cover="n3")
    patient.apply(HandOver("h", NURSE, "n1", "n9"))
    patient.apply(HandOver("i", NURSE, "n9", "n8"))
    urgent = [one for one in patient.messages if one.message == "task-urgent"]
    assert [one.person for one in urgent] == ["n1", "n2", "n3", "n9", "n8"]
    assert len({one.key for one in urgent}) == len(urgent)


@pytest.mark.parametrize(
    ("person", "start", "until", "cover", "code"),
    [
        ("stranger", 0, DAY, "n2", "not-in-team"),
        ("n1", DAY, DAY, "n2", "in-the-past"),
        ("n1", -2 * DAY, -DAY, "n2", "in-the-past"),
        ("n1", 0, DAY, "n1", "own-cover"),
    ],
)
def test_an_absence_that_makes_no_sense_is_refused(
    person: str, start: int, until: int, cover: str, code: str
) -> None:
    patient = ada()
    answer = away(patient, patient.now + start, patient.now + until, cover, person)
    assert (answer.status, answer.code) == ("refused", code)


def test_who_is_given_an_urgent_task_hears_of_it_at_once_and_the_rest_waits() -> None:
    """Given an alarm and a routine task that go to another role, then whoever fills it is told of
    the alarm, again when it comes back, and of nothing twice; no due time moves."""
    patient = ada()
    patient.apply(Assign(patient.command(), NURSE, "nurse-manager", person="m1"))
    dues = {task.id: task.due for task in patient.journey.tasks.values()}
    for step in ("alarm", "routine"):
        for role in ("nurse-manager", "nurse-manager", "case-manager"):
            who = Actor("x", patient.task(step).owner)
            ok(patient, Assign(patient.command(), who, role, patient.task(step).id))
    assert told(patient, "task-urgent") == ["n1", "m1", "n1"]
    assert {task.id: task.due for task in patient.journey.tasks.values()} == dues


def test_who_takes_over_a_role_hears_at_once_of_what_cannot_wait() -> None:
    """Given a role that another fills by a command, then the worklist names her and she is told
    of the alarm; said again, it is no news."""
    patient = ada()
    for _ in range(2):
        ok(patient, Assign(patient.command(), NURSE, "case-manager", person="n5"))
    assert {row(patient, step).person for step in ("alarm", "routine")} == {"n5"}
    assert told(patient, "task-urgent") == ["n1", "n5"]


def test_an_enrollment_that_names_another_nurse_hands_her_the_open_work() -> None:
    """Given an alarm of one pathway, when the patient joins another whose referral names another
    case manager, then the worklist names her for what is open, and she is told of the alarm."""
    patient = ada()
    second = pathway(stage("follow", "follow-up", human("more")), name="second")
    patient.library[digest_of(second)] = second
    known = PatientProfile(born="1960-05-01")
    digest, team = digest_of(second), {"case-manager": "n7"}
    ok(
        patient,
        Enroll(patient.command(), NURSE, "second", digest, known, NEW_YORK, patient.now, team=team),
    )
    assert {row(patient, step).person for step in ("alarm", "routine", "more")} == {"n7"}
    assert told(patient, "task-urgent") == ["n1", "n7"]


def test_an_absence_that_outlasts_a_closed_case_still_ends_by_itself() -> None:
    """Given a nurse away for thirty days, and a patient who leaves and comes again within them,
    then the cover has the new work, and it is hers again when she is back."""
    patient = ada()
    back = patient.now + 30 * DAY
    away(patient, patient.now, back)
    ok(patient, Withdraw(patient.command(), NURSE, "moves"))
    for task in list(patient.journey.tasks.values()):
        ok(patient, Complete(patient.command(), Actor("x", task.owner), task.id))
    assert patient.journey.status == "closed"
    patient.until(patient.now + DAY)
    patient.enroll(pathway(stage("follow", "follow-up", human("anew", due=Span(60, "day")))))
    assert row(patient, "anew").person == "n2"
    patient.until(back)
    assert row(patient, "anew").person == "n1"
    assert patient.journey.absences == ()
