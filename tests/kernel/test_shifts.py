"""Urgent work outside the hours of its owner goes to who is on call, its clocks as they were."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathways.calendar.resolve import resolve
from pathways.compiled import Rule
from pathways.journey.events import (
    Absent,
    Assign,
    Complete,
    HandOver,
    KeepRota,
    Reading,
    Record,
)
from pathways.journey.state import Task
from pathways.journey.team.rota import Rota, Shift, is_there, next_change, on_call
from pathways.spans import Span
from tests.kernel.building import NEW_YORK, NURSE, Patient, at, human, pathway, stage

HOUR, DAY = 3600, 86_400
WEEK = (0, 1, 2, 3, 4)
ALL = (0, 1, 2, 3, 4, 5, 6)
DAY_NURSE = Shift("n1", WEEK, 8 * HOUR, 17 * HOUR)
MANAGER = Shift("m1", WEEK, 9 * HOUR, 17 * HOUR)
NIGHT = Shift("night", ALL, 17 * HOUR, 8 * HOUR, ("case-manager",))
WEEKEND = Shift("weekend", (5, 6), 8 * HOUR, 17 * HOUR, ("case-manager",))
PLAN = Rota((DAY_NURSE, MANAGER, NIGHT, WEEKEND))
ALARMS = {"RT-911": 911.0, "RT-2H": 300.0, "RT-SD": 220.0, "RT-24H": 150.0}
MONDAY = "2026-12-07T10:00-05:00"


def patient(local: str, plan: Rota | None = PLAN) -> Patient:
    """A patient of nurse ``n1``, enrolled on Monday, at this moment."""
    found = Patient(now=at(MONDAY))
    rules = tuple(
        Rule(
            name.lower(),
            human(name.lower(), response=name, due=DUE[name]),
            when=["=", ["value", "glucose"], value],
            reads=("glucose",),
        )
        for name, value in ALARMS.items()
    )
    routine = human("routine", due=Span(10, "day"))
    found.enroll(pathway(stage("follow", "follow-up", routine), rules=rules))
    found.apply(Assign(found.command(), NURSE, "nurse-manager", person="m1"))
    if plan is not None:
        found.apply(KeepRota(found.command(), NURSE, plan))
    found.until(at(local))
    return found


DUE = {
    "RT-911": Span(5, "minute"),
    "RT-2H": Span(2, "hour"),
    "RT-SD": Span(1, "same-day"),
    "RT-24H": Span(24, "hour"),
}


def alarm(who: Patient, name: str = "RT-2H") -> Task:
    """The alarm of a response class, just raised."""
    reading = Reading("glucose", ALARMS[name], 0)
    answer = who.apply(Record(who.command(), NURSE, (reading,))).answer
    assert answer is not None
    assert answer.status == "applied", answer
    return who.task(name.lower())


def held(who: Patient, task: Task) -> tuple[str, str]:
    row = who.rows[task.id]
    return row.person, row.behalf


def told(who: Patient) -> list[str]:
    return [one.person for one in who.messages if one.message == "task-urgent"]


@pytest.mark.parametrize("name", ["RT-911", "RT-2H", "RT-SD"])
@pytest.mark.parametrize(
    ("local", "person", "behalf"),
    [
        ("2026-12-08T08:00-05:00", "n1", ""),
        ("2026-12-08T16:59:59-05:00", "n1", ""),
        ("2026-12-08T17:00-05:00", "night", "n1"),
        ("2026-12-09T03:00-05:00", "night", "n1"),
        ("2026-12-09T07:59:59-05:00", "night", "n1"),
        ("2026-12-12T12:00-05:00", "weekend", "n1"),
        ("2026-12-13T03:00-05:00", "night", "n1"),
        ("2026-12-24T12:00-05:00", "n1", ""),
    ],
)
def test_what_is_urgent_goes_to_who_is_there(
    name: str, local: str, person: str, behalf: str
) -> None:
    """In the hours of the nurse to her, at night and on weekends to who is on call, on her behalf;
    whoever has it is told at once, and nobody else."""
    who = patient(local)
    task = alarm(who, name)
    assert held(who, task) == (person, behalf)
    assert told(who) == [person]


def test_a_holiday_is_no_working_day_but_on_call_it_is() -> None:
    """Christmas Day is a Friday: the nurse is off at noon, and somebody else is on call then."""
    plan = Rota((DAY_NURSE, Shift("holiday", ALL, 8 * HOUR, 17 * HOUR, ("case-manager",))))
    who = patient("2026-12-25T12:00-05:00", plan)
    assert held(who, alarm(who)) == ("holiday", "n1")


@pytest.mark.parametrize("name", list(ALARMS))
def test_no_clock_is_lost(name: str) -> None:
    """Owner, due time, reminders and escalations are those of a site without a rota."""
    with_rota, without = patient("2026-12-08T22:00-05:00"), patient("2026-12-08T22:00-05:00", None)
    for who in (with_rota, without):
        alarm(who, name)
        who.until(who.now + 3 * DAY)
    seen = [
        [
            (e.at, e.kind, e.params.get("to"), e.params.get("due"))
            for e in who.entries
            if e.kind in ("task-opened", "task-reminded", "task-escalated")
        ]
        for who in (with_rota, without)
    ]
    assert seen[0] == seen[1]


def test_what_is_routine_waits_for_its_own_people() -> None:
    who = patient("2026-12-08T22:00-05:00")
    assert held(who, who.task("routine")) == ("n1", "")
    assert held(who, alarm(who, "RT-24H")) == ("n1", "")
    assert told(who) == []


def test_with_the_end_of_a_shift_urgent_work_goes_to_who_is_on_call_and_comes_back() -> None:
    """Given an alarm that is open at 17:00, then who is on call is told at that second; at 08:00
    the nurse has it again, and hears of it once; once it is closed nothing is on the agenda."""
    who = patient("2026-12-08T16:30-05:00")
    task = alarm(who)
    due = task.due
    who.until(at("2026-12-08T16:59:59-05:00"))
    assert held(who, task) == ("n1", "")
    who.until(at("2026-12-08T17:00-05:00"))
    assert held(who, task) == ("night", "n1")
    assert told(who) == ["n1", "night"]
    who.until(at("2026-12-09T08:00-05:00"))
    assert held(who, task) == ("n1", "")
    assert told(who)[-1] == "n1"
    assert [e.kind for e in who.entries].count("task-handed") == 2
    assert who.journey.tasks[task.id].due == due
    who.apply(Complete(who.command(), NURSE, task.id))
    who.until(at("2026-12-10T12:00-05:00"))
    assert not [entry for entry in who.journey.agenda if entry.kind == "shift"]


def test_a_shift_that_ended_during_an_outage_is_caught_up() -> None:
    """Given nobody asked the journey between 16:30 and 18:00, then at 18:00 who is on call is told,
    and not the nurse."""
    who = patient("2026-12-08T16:30-05:00")
    task = alarm(who)
    who.now = at("2026-12-08T18:00-05:00")
    who.until(who.now)
    assert held(who, task) == ("night", "n1")
    assert told(who) == ["n1", "night"]


def test_when_nobody_is_at_work_the_supervisor_is_told_at_once() -> None:
    """Given a rota without anybody on call at night, then the alarm stays the nurse's, and the
    supervisor hears of it; in the morning the nurse does."""
    who = patient("2026-12-08T22:00-05:00", Rota((DAY_NURSE,)))
    task = alarm(who)
    assert held(who, task) == ("n1", "")
    assert sorted(m.to for m in who.messages if m.message == "task-urgent") == [
        "case-manager",
        "nurse-manager",
    ]
    who.until(at("2026-12-09T08:00-05:00"))
    (handed,) = [e for e in who.entries if e.kind == "task-handed"]
    assert handed.params["nobody"] is False
    assert told(who)[-1] == "n1"


def test_an_escalation_at_night_goes_to_who_is_on_call_for_the_supervisor() -> None:
    manager_night = Shift("m2", ALL, 17 * HOUR, 9 * HOUR, ("nurse-manager",))
    who = patient("2026-12-08T22:00-05:00", Rota((*PLAN.shifts, manager_night)))
    alarm(who)
    who.until(who.now + 2 * HOUR + 60)
    escalated = [m.person for m in who.messages if m.message == "task-escalation"]
    assert escalated == ["m2"]


def test_the_first_who_is_on_call_and_not_away_has_it() -> None:
    second = Shift("second", ALL, 17 * HOUR, 8 * HOUR, ("case-manager",))
    who = patient("2026-12-08T22:00-05:00", Rota((*PLAN.shifts, second)))
    team = who.apply(Assign(who.command(), NURSE, "pharmacist", person="night")).answer
    assert team is not None
    who.apply(Absent(who.command(), NURSE, "night", who.now, who.now + DAY, ""))
    assert held(who, alarm(who)) == ("second", "n1")


def test_who_is_away_and_whose_cover_is_off_is_stood_in_for_by_who_is_on_call() -> None:
    """Given a nurse on leave whose cover works by day too, then at night it is who is on call, on
    the nurse's behalf; a leaver changes nothing about that."""
    cover = Shift("n2", WEEK, 8 * HOUR, 17 * HOUR)
    who = patient("2026-12-08T12:00-05:00", Rota((*PLAN.shifts, cover)))
    who.apply(Absent(who.command(), NURSE, "n1", who.now, who.now + 7 * DAY, "n2"))
    assert held(who, alarm(who)) == ("n2", "n1")
    who.until(at("2026-12-08T17:00-05:00"))
    assert held(who, who.task("rt-2h")) == ("night", "n1")
    who.apply(HandOver(who.command(), NURSE, "n1", "n9"))
    assert held(who, who.task("rt-2h")) == ("n9", ""), "nothing is known of the hours of n9"


def test_the_hours_are_those_of_the_site_not_of_a_patient_in_hawaii() -> None:
    """At 10:00 in Honolulu it is 15:00 in New York, at noon there the nurse has gone home."""
    hawaii = resolve("Pacific/Honolulu", date(2026, 1, 1), date(2028, 12, 31))
    site = Rota(PLAN.shifts, NEW_YORK)
    who = Patient(now=at(MONDAY), calendar=hawaii)
    rule = Rule("rt-2h", human("rt-2h", response="RT-2H", due=Span(2, "hour")), on="fall-x")
    high = Rule(
        "high",
        human("high", response="RT-2H", due=Span(2, "hour")),
        when=["=", ["value", "glucose"], 300.0],
        reads=("glucose",),
    )
    who.enroll(pathway(stage("follow", "follow-up", human("routine")), rules=(rule, high)))
    who.apply(KeepRota(who.command(), NURSE, site))
    who.until(at("2026-12-08T12:00-10:00"))
    who.apply(Record(who.command(), NURSE, (Reading("glucose", 300.0, 0),)))
    assert who.rows[who.task("high").id].person == "night"


def test_a_rota_that_comes_when_work_is_open_moves_it_only_if_nobody_of_its_own_is_there() -> None:
    by_day = patient("2026-12-08T12:00-05:00", None)
    at_night = patient("2026-12-08T22:00-05:00", None)
    for who in (by_day, at_night):
        alarm(who)
        who.apply(KeepRota(who.command(), NURSE, PLAN))
        who.apply(KeepRota(who.command(), NURSE, PLAN))
    assert told(by_day) == ["n1"]
    assert told(at_night) == ["n1", "night"]
    at_night.apply(KeepRota(at_night.command(), NURSE, None))
    assert held(at_night, at_night.task("rt-2h")) == ("n1", "")


# -- the arithmetic ------------------------------------------------------------------------------


def test_a_night_shift_over_the_change_of_clocks_has_no_gap_and_no_overlap() -> None:
    """Given day and night shifts that meet at 08:00 and 17:00, then at every quarter of an hour of
    the nights of 2026-11-01 and 2027-03-14 exactly one of both is at work."""
    day = Shift("day", ALL, 8 * HOUR, 17 * HOUR, ("r",))
    night = Shift("night", ALL, 17 * HOUR, 8 * HOUR, ("r",))
    plan = Rota((day, night))
    for start in ("2026-10-31T12:00-04:00", "2027-03-13T12:00-05:00"):
        for quarter in range(96 * 2):
            assert len(list(on_call(plan, NEW_YORK, "r", at(start) + quarter * 900))) == 1


HOURS = st.integers(min_value=0, max_value=23).map(lambda hour: hour * HOUR)
SHIFTS = st.builds(
    Shift,
    st.sampled_from(["n1", "a", "b"]),
    st.sets(st.integers(min_value=0, max_value=6), min_size=1).map(lambda s: tuple(sorted(s))),
    HOURS,
    HOURS,
    st.sampled_from([(), ("case-manager",), ("nurse-manager",)]),
)


@settings(deadline=None)
@given(plan=st.lists(SHIFTS, max_size=5).map(lambda s: Rota(tuple(s))), hours=st.integers(0, 200))
def test_nothing_changes_between_two_changes(plan: Rota, hours: int) -> None:
    """Between an instant and the next change everybody who was at work stays, nobody comes."""
    now = at("2026-12-20T00:00-05:00") + hours * HOUR
    change = next_change(plan, NEW_YORK, now) or now + DAY

    def there(moment: int) -> tuple[object, ...]:
        people = ("n1", "a", "b")
        roles = ("case-manager", "nurse-manager")
        return (
            *(is_there(plan, NEW_YORK, one, moment) for one in people),
            *(tuple(on_call(plan, NEW_YORK, role, moment)) for role in roles),
        )

    for moment in (now + 1, (now + change) // 2, change - 1):
        if now < moment < change:
            assert there(moment) == there(now)


@settings(deadline=None)
@given(
    plan=st.lists(SHIFTS, min_size=1, max_size=5).map(lambda s: Rota(tuple(s))),
    steps=st.lists(st.integers(min_value=600, max_value=2 * DAY), min_size=1, max_size=6),
)
def test_whoever_holds_urgent_work_is_there_if_anybody_is(plan: Rota, steps: list[int]) -> None:
    """At every moment the row names somebody at work, whenever the rota has one; every change of
    hands is told to the one who has it now, and no key repeats."""
    who = patient("2026-12-08T12:00-05:00", plan)
    task = alarm(who)
    for step in steps:
        who.until(who.now + step)
        person, _ = held(who, task)
        there = is_there(plan, NEW_YORK, person, who.now) or person in on_call(
            plan, NEW_YORK, "case-manager", who.now
        )
        anybody = is_there(plan, NEW_YORK, "n1", who.now) or any(
            on_call(plan, NEW_YORK, "case-manager", who.now)
        )
        assert there or not anybody
    keys = [m.key for m in who.messages]
    assert len(keys) == len(set(keys))
    assert who.journey.tasks[task.id].due == task.due
