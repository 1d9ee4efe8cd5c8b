"""Scenarios in which nobody answers: how they are played, what they reach, what they notice."""

from __future__ import annotations

import pytest

from pathways.mutants import Played, hunt, mutants
from pathways.scenarios.course import Course
from pathways.scenarios.coverage import play_watched
from pathways.scenarios.judging import Difference, judge
from pathways.scenarios.points import points
from pathways.scenarios.running import play
from tests.scenarios.stories import contacts, site, small, story

NOTHING = "never:\n  - {closed: nothing-of-the-kind}\n"
IN_VAIN = "course:\n  - {until: day 20, all-done: true, outcomes: {call: unable-to-reach}}\n"


def played(text: str) -> Course:
    return play(story(text + NOTHING), site(contacts()))


def differences(text: str) -> tuple[Difference, ...]:
    scenario = story(text)
    return judge(scenario, play(scenario, site(contacts())))


def test_everybody_doing_their_part_tries_again_when_it_is_time() -> None:
    """given a call that nobody answers, then it is tried on the days on which it may be; who is
    told of it does their part as usual"""
    assert not differences(
        IN_VAIN + "expect:\n"
        "  - {on: day 2, timeline: attempt, step: call, to: patient, times: 1}\n"
        "  - {at: day 4 08:00, timeline: attempt, step: call, to: patient, times: 1}\n"
        "  - {timeline: attempt, step: call, times: 2}\n"
        "  - {on: day 4, timeline: unreachable, step: call, to: patient, times: 1}\n"
        "  - {on: day 4, message: call-us, to: patient, times: 1}\n"
        "  - {on: day 4, task: call, kind: inform, owner: pharmacist, outcome: noted}\n"
        "  - {on: day 4, task: visit, status: done}\n"
        "  - {closed: unable-to-reach}\n"
    )


def test_a_line_makes_one_attempt_and_the_task_stays_open() -> None:
    course = played(
        "course:\n  - {complete: questions}\n"
        "  - {at: day 1 10:00, complete: call, outcome: unable-to-reach}\n"
    )
    assert course.troubles == []
    row = next(row for row in course.tasks.values() if row.step == "call")
    assert (row.status, row.attempts) == ("open", 1)


def test_a_line_that_learnt_something_from_nobody_is_refused() -> None:
    course = played(
        "course:\n  - {at: day 0 10:00, complete: questions, outcome: unable-to-reach, "
        "set: {smoker: true}}\n"
    )
    assert [trouble.code for trouble in course.troubles] == ["nobody-reached"]


def test_what_a_file_says_of_it_is_a_branch_to_cover_and_the_usual_is_not() -> None:
    assert "unreachable call" in {point.key for point in points(contacts())}
    assert not [
        p for p in (*points(contacts()), *points(small())) if p.key == "unreachable questions"
    ]


@pytest.mark.parametrize(
    ("text", "reached"),
    [
        (IN_VAIN, True),
        ("course:\n  - {until: day 20, all-done: true}\n", False),
        (
            "course:\n  - {complete: questions}\n"
            "  - {at: day 1 10:00, complete: call, outcome: unable-to-reach}\n",
            False,
        ),
    ],
)
def test_the_branch_is_reached_by_the_last_attempt_only(text: str, reached: bool) -> None:
    _, found = play_watched(story(text + NOTHING), site(contacts()))
    assert ("unreachable call" in found["small"]) is reached


MUTANTS = {
    "call: unreachable attempts 2 -> 3": "  - {on: day 4, timeline: unreachable, step: call}\n",
    "call: unreachable attempts 2 -> 1": "  - {on: day 4, timeline: unreachable, step: call}\n",
    "call: unreachable again 2 days -> 4 days": "  - {on: day 4, timeline: attempt, step: call}\n",
    "call: unreachable again 2 days -> 1 day": "  - {on: day 4, timeline: attempt, step: call}\n",
    "call: unreachable message dropped": "  - {message: call-us}\n",
    "call: unreachable start dropped": "  - {on: day 4, task: visit}\n",
    "call: unreachable inform pharmacist -> nurse-manager": (
        "  - {task: call, kind: inform, owner: pharmacist}\n"
    ),
}


def test_each_part_of_it_is_changed_and_only_it() -> None:
    made = [mutant.id for mutant in mutants(contacts()) if "unreachable" in mutant.id]
    assert sorted(made) == sorted(MUTANTS)
    assert not [mutant.id for mutant in mutants(small()) if "unreachable" in mutant.id]


@pytest.mark.parametrize("name", MUTANTS)
def test_a_scenario_that_expects_the_part_notices_and_another_does_not(name: str) -> None:
    """given the line about the changed part, then the change is noticed; given a line about
    something else, it is not"""
    mutant = next(one for one in mutants(contacts()) if one.id == name)

    def noticed(expect: str) -> bool:
        scenario = story(IN_VAIN + "expect:\n" + expect)
        course, reached = play_watched(scenario, site(contacts()))
        one = Played(scenario, reached["small"], len(course.instants))
        return hunt("small", [mutant], [one], site(contacts()), {}).noticed == 1

    assert noticed(MUTANTS[name])
    assert not noticed("  - {on: day 0, task: questions}\n")
