"""One patient's course on the drawing, from the journey's state and from its record."""

from __future__ import annotations

from functools import cache

from pathways.drawing import Course, Mark, as_dot, as_mermaid, course_of, describe, recorded_course
from pathways.journey.effects import AppointmentRow, EnrollmentRow, TaskRow
from pathways.narrative import day_and_time
from tests.definitions import shipped
from tests.definitions.test_shipped_journeys import DIABETES, in_follow_up
from tests.definitions.walking import Walk
from tests.drawing.samples import href


@cache
def walked() -> Walk:
    """Ben T. declines insulin on 2027-01-20; a low of 48 on 2027-02-20, nothing done since."""
    walk = in_follow_up()
    walk.decline("offer-insulin", "afraid of needles")
    walk.record("2027-02-20T21:40", glucose=48.0)
    return walk


def course() -> Course:
    found = course_of(walked().journey, DIABETES)
    assert found is not None
    return found


def recorded() -> Course:
    row = EnrollmentRow(DIABETES, "2026.1", "digest", "follow-up", "active", 0)
    found = recorded_course(shipped.pathway(DIABETES), [row], walked().entries, [], [])
    assert found is not None
    return found


def test_a_step_of_the_past_is_done() -> None:
    assert course().steps["care-plan"] == Mark("done", 1)


def test_an_open_task_has_its_due_time() -> None:
    mark = course().steps["low-level-2"]
    assert (mark.status, walked().local(mark.at)) == ("open", "2027-02-20 23:40")


def test_a_declined_step_is_declined_and_what_comes_after_it_left_out() -> None:
    assert course().steps["offer-insulin"].status == "declined"
    assert course().steps["insulin-training"].status == "skipped"


def test_a_step_that_has_a_date_waits_for_it() -> None:
    mark = course().steps["hba1c-test"]
    assert (mark.status, walked().local(mark.at)[:10]) == ("waiting", "2027-03-31")


def test_a_step_that_was_never_needed_has_no_mark() -> None:
    assert "second-contact" not in course().steps


def test_stages_passed_are_done_and_the_present_one_is_open() -> None:
    found = {stage: mark.status for stage, mark in course().stages.items()}
    past = {"intake": "done", "assessment": "done", "planning": "done"}
    assert found == {**past, "follow-up": "open"}


def test_who_is_not_enrolled_has_no_course() -> None:
    assert course_of(walked().journey, "oncology-navigation") is None
    assert recorded_course(shipped.pathway(DIABETES), [], walked().entries, [], []) is None


def test_the_record_tells_the_same_but_for_what_only_the_journey_knows() -> None:
    """A record knows no dates to come; open appointments are in rows of their own."""
    known = {
        step: (mark.status, mark.times)
        for step, mark in course().steps.items()
        if mark.status != "waiting" and step in recorded().steps
    }
    told = {step: (mark.status, mark.times) for step, mark in recorded().steps.items()}
    assert told == known
    missing = set(course().steps) - set(told)
    steps = {s.id: s for stage in shipped.pathway(DIABETES).stages for s in stage.steps}
    assert {
        step
        for step in missing
        if steps[step].verb != "schedule" and course().steps[step].status != "waiting"
    } == set()


def test_open_rows_of_the_record_are_open_on_the_drawing() -> None:
    row = EnrollmentRow(DIABETES, "2026.1", "d", "follow-up", "discharged", 0, "goals-met", 9)
    task = TaskRow(
        "t1", DIABETES, "monthly-call", 1, "task", "Monthly call", "case-manager", "", 1, 7, "open"
    )
    kept = AppointmentRow("a1", DIABETES, "dsmes", "dsmes-education", "attended", 3)
    booked = AppointmentRow("a2", DIABETES, "eye-exam", "eye-exam", "booked", 5)
    found = recorded_course(shipped.pathway(DIABETES), [row], [], [task], [kept, booked])
    assert found == Course(
        "discharged: goals met",
        {"monthly-call": Mark("open", 0, 7), "eye-exam": Mark("open", 0, 5)},
        {},
    )


def test_the_picture_says_it_in_words_in_the_patients_calendar() -> None:
    drawing = describe(shipped.pathway(DIABETES), course=course(), of="Journey j1")
    for text in (
        as_dot(drawing, href, lambda at: day_and_time(walked().calendar, at)),
        as_mermaid(drawing, href, lambda at: day_and_time(walked().calendar, at)),
    ):
        assert "Journey j1: active" in text
        assert "open, due Sat 20 Feb 2027 23:40" in text
        assert "declined Wed 20 Jan 2027" in text
