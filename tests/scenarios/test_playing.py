"""A scenario is played on the kernel: people, services and the clock do what its lines say."""

from __future__ import annotations

import pytest

from tests.scenarios.stories import differences, played

DONE = "course:\n  - {until: day 40, all-done: true}\n"


def test_when_all_is_done_in_time_the_patient_comes_to_the_end() -> None:
    course = played(DONE)
    assert not course.troubles
    assert course.journeys[-1].enrollments["small"].disposition == "completed"
    assert all(row.status == "done" and not row.level for row in course.tasks.values())


def test_when_nobody_does_anything_tasks_are_escalated_and_stages_overdue() -> None:
    kinds = [entry.kind for entry in played("course:\n  - {until: day 40}\n").entries]
    assert {"task-reminded", "task-escalated", "stage-overdue"} <= set(kinds)
    assert "task-done" not in kinds


def test_values_that_a_line_does_not_say_are_the_usual_or_the_least_remarkable() -> None:
    facts = played(DONE).journeys[-1].facts
    assert facts["smoker"][0].value is False
    facts = played("usual: {smoker: true}\n" + DONE).journeys[-1].facts
    assert (facts["smoker"][0].value, facts["risk"][0].value) == (True, "high")


def test_a_free_slot_is_at_ten_on_the_first_open_day() -> None:
    course = played(DONE)
    assert not differences(DONE + "expect:\n  - {appointment: visit, status: attended}\n")
    booked = next(e for e in course.entries if e.kind == "appointment-booked")
    assert course.asked[0].book.earliest <= int(booked.params["starts"])


def test_without_a_slot_somebody_books_by_hand() -> None:
    text = "slots: {follow-up-visit: none}\n" + DONE
    assert not differences(
        text + "expect:\n  - {task: visit, kind: booking, owner: case-manager}\n"
        "  - {appointment: visit, status: failed, times: 1}\n"
    )


def test_an_absent_patient_is_rebooked_until_the_scenario_lets_them_come() -> None:
    text = (
        "course:\n  - {until: day 12, all-done: true, absent: visit}\n"
        "  - {until: day 40, all-done: true}\n"
    )
    missed = "expect:\n  - {timeline: appointment-missed, step: visit}\n"
    assert not differences(text + missed + "  - {closed: completed}\n")


def test_lines_say_what_people_do() -> None:
    text = (
        "course:\n"
        "  - {at: day 1 10:00, complete: questions, set: {smoker: true}}\n"
        "  - {at: day 2 10:00, record: {glucose: 50}}\n"
        "  - {at: day 2 10:30, assign: low, to: pharmacist}\n"
        "  - {complete: low}\n"
        "  - {at: day 3 10:00, hold: travelling, until: day 6}\n"
        "  - {at: day 7 10:00, event: fall}\n"
        "  - {at: day 15 11:00, missed: visit, by: case-manager}\n"
        "  - {complete: visit, kind: outreach, outcome: unable-to-reach}\n"
        "  - {undelivered: hello}\n"
        "  - {withdraw: moved abroad}\n"
    )
    assert not differences(
        text + "expect:\n"
        "  - {at: day 2 10:00, task: low, due: 2 hours, urgency: RT-2H, status: done}\n"
        "  - {timeline: task-assigned, step: low, to: pharmacist}\n"
        "  - {timeline: held, on: day 3}\n"
        "  - {timeline: resumed, on: day 6}\n"
        "  - {timeline: reported, on: day 7}\n"
        "  - {timeline: appointment-missed, step: visit, on: day 15}\n"
        "  - {timeline: message-failed, to: patient}\n"
        "  - {closed: withdrawn}\n"
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{at: day 1, complete: call}", "No task of call is open at day 1 12:00; open are: questi"),
        ("{missed: visit}", "No appointment of visit is booked"),
        ("{undelivered: task-urgent}", "No message task-urgent was sent"),
        ("{resume: true}", "resume was refused (not-held)"),
        ("{complete: questions, outcome: lost}", "complete was refused (unknown-outcome)"),
        ("{complete: questions, by: pharmacist}", "complete was refused (not-yours)"),
        ("{at: 2026-03-01, resume: true}", "This lies before the line above"),
    ],
)
def test_a_line_that_cannot_be_played_is_a_difference_at_its_place(line: str, said: str) -> None:
    found = differences(f"course:\n  - {line}\nexpect:\n  - {{entered: assessment}}\n")
    assert (len(found), found[0].line) == (1, 5)
    assert said in found[0].happened[0]


def test_a_patient_who_may_not_be_enrolled_is_refused() -> None:
    young = "patient: {born: 2010-01-01}\n"
    assert not differences(young + "expect:\n  - {refused: not-eligible, because: entry rule}\n")
    assert differences(young + "never:\n  - {entered: assessment}\n")


def test_the_same_scenario_gives_the_same_course() -> None:
    first, second = played(DONE), played(DONE)
    assert first.entries == second.entries
    assert first.journeys[-1] == second.journeys[-1]
