"""A nurse rings, nobody answers: what the commands say of it."""

from __future__ import annotations

from pathways.journey.effects import TaskRow
from tests.commands.conftest import Careway
from worker.commands.attempted import attempted


def row(attempts: int, again: int) -> TaskRow:
    return TaskRow(
        "t1", "p", "s", 1, "task", "Call", "nurse", "", 0, 9, "open", attempts=attempts, again=again
    )


def test_a_list_says_how_often_nobody_answered_and_from_when_to_try_again() -> None:
    assert attempted(row(0, 0), str) == ""
    assert attempted(row(1, 7), str) == " [1 attempt, again from 7]"
    assert attempted(row(2, 0), str) == " [2 attempts, again at once]"


def test_an_attempt_is_told_and_the_task_stays_on_the_worklist(careway: Careway, enrolled) -> None:
    """Given an assessment, when nobody answers, then the command says when to try again, and so do
    the worklist and the journey; a second attempt of that day is recorded and not counted."""
    journey = enrolled()
    (task,) = [
        one["id"]
        for one in careway("tasks", "--journey", journey, "--json").json
        if one["title"] == "First assessment"
    ]
    in_vain = ("complete", task, "--outcome", "unable-to-reach", "--note", "Phone, no answer")
    done = careway(*in_vain, "--at", "2026-01-05T16:00+00:00")  # a Monday, put on record now
    assert done.code == 0, done.err
    assert done.out.startswith("Attempt 1 of 3. Try again not before 2026-01-07 08:00")
    again = careway(*in_vain, "--at", "2026-01-05T18:00+00:00", "--json").json
    assert (again["status"], again["code"]) == ("applied", "attempt-not-counted")
    (listed,) = careway("tasks", "--journey", journey, "--json").json
    assert (listed["attempts"], listed["again"] > 0) == (1, True)
    assert "unable-to-reach" in listed["outcomes"]
    for shown in (careway("tasks", "--journey", journey).out, careway("show", journey).out):
        # The table breaks its lines: the beginning and the end of it stand in the title's column.
        assert "[1 " in shown
        assert "08:00]" in shown
    lines = careway("show", journey, "--json").json["timeline"]
    assert [line["text"].partition(",")[0] for line in lines if line["kind"] == "attempt"] == [
        "Attempt 1 of 3 to reach the patient by the case manager"
    ] * 2


def test_what_cannot_have_been_learnt_is_refused(careway: Careway, enrolled) -> None:
    journey = enrolled()
    (task,) = [one["id"] for one in careway("tasks", "--journey", journey, "--json").json]
    tried = careway("complete", task, "--outcome", "unable-to-reach", "--set", "smoker=no")
    assert tried.code == 1
    assert "Refused (nobody-reached): Who was not reached has told nothing" in tried.err
