"""Windows: steps whose time is counted from a date of the patient, and follow it when it moves."""

from __future__ import annotations

from typing import Any

import pytest

from pathways.compiled import Branch, CompiledPathway, DataElement, Step
from pathways.journey.effects import Book
from pathways.journey.events import Complete, Done, Hold, Reading, Record, Resume
from pathways.spans import Span
from pathways.windows import Window
from tests.kernel.building import NURSE, Patient, at, human, pathway, stage

EDD = DataElement(name="edd", type="date", label="Expected date of delivery")
FLAG = DataElement(name="risk", type="choice", options=("low", "high"))


def on(edd: str, *steps: Step) -> Patient:
    """A patient enrolled at 09:00 in New York on 1 March 2027, whose date is ``edd``."""
    patient = Patient(now=at("2027-03-01T09:00-05:00"))
    given = (Reading("edd", edd, patient.now),) if edd else ()
    patient.enroll(course(*steps), readings=given)
    return patient


def course(*steps: Step) -> CompiledPathway:
    return pathway(
        stage("only", "follow-up", *steps, next=(Branch(go="discharge"),)),
        data={"edd": EDD, "risk": FLAG},
    )


def record(patient: Patient, edd: str, name: str = "edd") -> None:
    patient.now += 60
    patient.apply(Record(patient.command(), NURSE, (Reading(name, edd, patient.now),)))


def windowed(step: str, opens: int | None, closes: int | None, **more: Any) -> Step:
    window = Window("edd", opens, closes, more.pop("at", None))
    given: dict[str, Any] = {"due": None, "window": window, **more}
    return human(step, **given)


def complete(patient: Patient, step: str) -> None:
    task = patient.task(step).id
    patient.apply(Complete(patient.command(), NURSE, task, "done"))


def asked(patient: Patient) -> Book:
    """The latest booking that was asked for."""
    return [e for e in patient.effects if isinstance(e, Book)][-1]


def booked(patient: Patient, moment: str) -> None:
    """The scheduling service finds this slot."""
    starts = at(moment)
    slot: dict[str, str | int] = {"starts": starts, "ends": starts + 1800, "provider": "Dr A"}
    patient.apply(Done(asked(patient).key, slot))


def opened(patient: Patient, step: str) -> list[int]:
    """When its tasks were opened."""
    return [e.at for e in patient.entries if e.kind == "task-opened" and e.step == step]


HOLDING = human("holding", due=Span(4, "year"))
"""Keeps the stage from ending."""


class TestOpening:
    def test_a_step_starts_when_its_window_opens_and_is_due_when_it_closes(self) -> None:
        """Given a date in October; when the day 168 days before it comes, in contact hours;
        then the task is open, and due by the end of the day 84 days before it."""
        patient = on("2027-10-11", windowed("aspirin", -168, -84))
        patient.until(at("2027-04-26T07:59:59-04:00"))
        assert not opened(patient, "aspirin")
        patient.until(at("2027-04-26T08:00-04:00"))
        assert opened(patient, "aspirin") == [at("2027-04-26T08:00-04:00")]
        assert patient.task("aspirin").due == at("2027-07-19T23:59:59-04:00")

    def test_while_the_date_is_unknown_the_step_waits(self) -> None:
        patient = on("", HOLDING, windowed("aspirin", -400, 400))
        patient.until(at("2027-06-01T12:00-04:00"))
        assert not opened(patient, "aspirin")
        record(patient, "2027-10-11")
        assert len(opened(patient, "aspirin")) == 1

    def test_an_open_window_is_not_waited_for(self) -> None:
        patient = on("2027-03-10", windowed("call", -30, 2))
        assert opened(patient, "call") == [patient.now]
        assert patient.task("call").due == at("2027-03-12T23:59:59-05:00")

    def test_its_own_shorter_time_counts_within_the_window(self) -> None:
        patient = on("2027-03-10", windowed("call", -30, 200, due=Span(3, "day")))
        assert patient.task("call").due == at("2027-03-04T23:59:59-05:00")

    def test_its_own_longer_time_ends_with_the_window(self) -> None:
        patient = on("2027-03-10", windowed("call", -30, 0, due=Span(30, "day")))
        assert patient.task("call").due == at("2027-03-10T23:59:59-05:00")

    def test_a_window_that_is_over_leaves_the_step_out_and_what_follows_goes_on(self) -> None:
        late = windowed("aspirin", -168, -84)
        patient = on("2027-04-01", late, human("next", after=("aspirin",)))
        assert [e.params["why"] for e in patient.entries if e.kind == "step-skipped"] == [
            "window-over"
        ]
        assert len(opened(patient, "next")) == 1

    def test_its_condition_is_judged_again_when_the_window_opens(self) -> None:
        """Given a condition that held when the step was arranged and does not when its window
        opens; then it does not start, until the condition holds again."""
        high = ["=", ["value", "risk"], "high"]
        patient = on("2027-10-11", HOLDING, windowed("scan", -168, -84, when=high))
        record(patient, "high", "risk")
        record(patient, "low", "risk")
        patient.until(at("2027-05-01T12:00-04:00"))
        assert not opened(patient, "scan")
        record(patient, "high", "risk")
        assert opened(patient, "scan") == [patient.now]

    def test_an_hour_that_the_clock_skips_is_the_next_one_that_there_is(self) -> None:
        """2027-03-14 02:30 does not exist in New York (T8)."""
        patient = on("2027-03-14", windowed("job", 0, 5, at=9000))
        patient.until(at("2027-03-14T12:00-04:00"))
        assert opened(patient, "job") == [at("2027-03-14T03:00-04:00")]


class TestMoving:
    def test_a_later_date_puts_off_what_has_not_begun(self) -> None:
        patient = on("2027-10-11", windowed("aspirin", -168, -84))
        record(patient, "2027-10-18")
        patient.until(at("2027-05-02T12:00-04:00"))
        assert not opened(patient, "aspirin")
        patient.until(at("2027-05-03T12:00-04:00"))
        assert opened(patient, "aspirin") == [at("2027-05-03T08:00-04:00")]

    def test_an_earlier_date_starts_at_once_what_it_makes_due(self) -> None:
        patient = on("2027-10-11", windowed("aspirin", -168, -84))
        record(patient, "2027-08-11")
        assert opened(patient, "aspirin") == [patient.now]

    def test_an_open_task_is_due_when_the_window_closes_now(self) -> None:
        patient = on("2027-08-11", windowed("aspirin", -168, -84))
        record(patient, "2027-08-04")
        assert patient.task("aspirin").due == at("2027-05-12T23:59:59-04:00")
        assert [e.params["to"] for e in patient.entries if e.kind == "window-moved"] == [
            "2027-08-04"
        ]

    def test_what_is_done_is_left_alone(self) -> None:
        patient = on("2027-08-11", HOLDING, windowed("aspirin", -168, -84))
        complete(patient, "aspirin")
        record(patient, "2027-09-01")
        patient.until(at("2027-08-01T12:00-04:00"))
        assert len(opened(patient, "aspirin")) == 1
        assert not [e for e in patient.entries if e.kind == "window-moved"]

    def test_what_was_left_out_comes_back_when_the_window_is_not_over_after_all(self) -> None:
        patient = on("2027-04-01", HOLDING, windowed("aspirin", -168, -84))
        record(patient, "2027-07-01")
        assert opened(patient, "aspirin") == [patient.now]

    def test_a_window_that_has_closed_by_the_new_date_leaves_the_step_out(self) -> None:
        patient = on("2027-10-11", HOLDING, windowed("aspirin", -168, -84))
        record(patient, "2027-04-01")
        assert [e.step for e in patient.entries if e.kind == "step-skipped"] == ["aspirin"]

    @pytest.mark.parametrize("told", ["2027-08-11", "not a date"])
    def test_the_same_date_again_or_none_at_all_changes_nothing(self, told: str) -> None:
        patient = on("2027-08-11", windowed("aspirin", -168, -84))
        before = patient.task("aspirin").due
        record(patient, told)
        assert patient.task("aspirin").due == before
        assert not [e for e in patient.entries if e.kind == "window-moved"]


class TestSeries:
    def test_a_series_lies_on_the_days_of_its_window_and_ends_with_it(self) -> None:
        weekly = windowed("call", 0, 21, every=Span(1, "week"), due=Span(2, "day"))
        patient = on("2027-03-03", HOLDING, weekly)
        for day in ("2027-03-04T18:00-05:00", "2027-03-11T09:30-05:00", "2027-03-17T12:00-04:00"):
            patient.until(at(day))
            complete(patient, "call")
        patient.until(at("2027-03-24T12:00-04:00"))
        complete(patient, "call")
        assert opened(patient, "call") == [
            at("2027-03-03T08:00-05:00"),
            at("2027-03-10T08:00-05:00"),
            at("2027-03-17T08:00-04:00"),
            at("2027-03-24T08:00-04:00"),
        ]
        assert [e.kind for e in patient.entries][-1] == "series-ended"

    def test_a_series_follows_its_date(self) -> None:
        weekly = windowed("call", 0, 14, every=Span(1, "week"), due=Span(2, "day"))
        patient = on("2027-03-01", HOLDING, weekly)
        complete(patient, "call")
        record(patient, "2027-03-04")
        patient.until(at("2027-03-11T12:00-05:00"))
        assert opened(patient, "call")[1:] == [at("2027-03-11T08:00-05:00")]

    def test_a_series_that_had_ended_goes_on_when_its_window_is_longer_after_all(self) -> None:
        weekly = windowed("call", 0, 6, every=Span(1, "week"), due=Span(2, "day"))
        patient = on("2027-03-01", HOLDING, weekly)
        complete(patient, "call")
        assert [e.kind for e in patient.entries][-1] == "series-ended"
        record(patient, "2027-03-05")
        patient.until(at("2027-03-30T12:00-04:00"))
        assert len(opened(patient, "call")) == 1
        record(patient, "2027-03-28")
        patient.until(at("2027-04-04T12:00-04:00"))
        assert len(opened(patient, "call")) == 1

    def test_a_series_that_is_not_wanted_when_its_window_closes_has_ended(self) -> None:
        """Given a weekly call whose condition has become no; when its last time comes and goes;
        then the series is over, and the stage does not wait for it (I9)."""
        wanted = ["=", ["value", "risk"], "low"]
        weekly = windowed("call", 0, 8, every=Span(1, "week"), due=Span(2, "day"), when=wanted)
        patient = on("2027-03-01", weekly, human("last", due=Span(60, "day")))
        record(patient, "low", "risk")
        complete(patient, "call")
        record(patient, "high", "risk")
        complete(patient, "last")
        patient.until(at("2027-03-08T12:00-05:00"))
        assert len(opened(patient, "call")) == 1
        assert patient.journey.enrollments["demo"].status == "discharged"

    def test_a_series_whose_next_time_lies_behind_a_window_that_moved_has_ended(self) -> None:
        """Given a call in a week; when the date is corrected so that the window closes before that,
        and is open still; then nobody calls today in its stead."""
        weekly = windowed("call", 0, 9, every=Span(1, "week"), due=Span(2, "day"))
        patient = on("2027-03-01", HOLDING, weekly)
        complete(patient, "call")
        record(patient, "2027-02-22")
        patient.until(at("2027-04-01T12:00-04:00"))
        assert len(opened(patient, "call")) == 1

    def test_a_job_at_an_hour_that_comes_twice_runs_once_a_day(self) -> None:
        """2026-11-01 01:30 comes twice in New York: the first one counts (T8)."""
        job = windowed("job", 0, 2, at=5400, every=Span(1, "day"), due=Span(1, "hour"))
        patient = Patient(now=at("2026-10-30T09:00-04:00"))
        patient.enroll(course(HOLDING, job))
        record(patient, "2026-10-31")
        for moment in (
            "2026-10-31T02:00-04:00",
            "2026-11-01T01:30-05:00",
            "2026-11-02T02:00-05:00",
        ):
            patient.until(at(moment))
            complete(patient, "job")
        assert opened(patient, "job") == [
            at("2026-10-31T01:30-04:00"),
            at("2026-11-01T01:30-04:00"),
            at("2026-11-02T01:30-05:00"),
        ]

    def test_a_series_with_an_hour_of_its_own_begins_at_that_hour_when_it_begins_late(self) -> None:
        daily = windowed("dose", -5, 5, at=28_800, every=Span(1, "day"), due=Span(1, "hour"))
        patient = on("2027-03-03", HOLDING, daily)
        patient.until(at("2027-03-02T09:00-05:00"))
        assert opened(patient, "dose") == [at("2027-03-02T08:00-05:00")]


class TestHolds:
    def test_a_hold_moves_no_window(self) -> None:
        """Given a hold of 20 days; then the task still opens and is due by the date."""
        patient = on("2027-10-11", windowed("aspirin", -168, -84))
        patient.apply(Hold(patient.command(), NURSE, "travel"))
        patient.until(at("2027-03-21T12:00-04:00"))
        patient.apply(Resume(patient.command(), NURSE))
        patient.until(at("2027-04-26T08:00-04:00"))
        assert opened(patient, "aspirin") == [at("2027-04-26T08:00-04:00")]
        patient.apply(Hold(patient.command(), NURSE, "travel"))
        patient.until(at("2027-05-21T12:00-04:00"))
        patient.apply(Resume(patient.command(), NURSE))
        assert patient.task("aspirin").due == at("2027-07-19T23:59:59-04:00")


class TestAppointments:
    def test_the_appointment_is_asked_for_within_the_window(self) -> None:
        patient = on("2027-04-01", visit())
        assert asked(patient).latest == at("2027-04-08T23:59:59-04:00")

    def test_one_that_is_outside_the_moved_window_is_given_back_and_asked_for_anew(self) -> None:
        patient = on("2027-04-01", visit())
        booked(patient, "2027-04-07T10:00-04:00")
        record(patient, "2027-03-25")
        assert [e.params["why"] for e in patient.entries if e.kind == "appointment-cancelled"] == [
            "window-moved"
        ]
        assert asked(patient).latest == at("2027-04-01T23:59:59-04:00")

    def test_one_that_is_still_within_it_is_kept(self) -> None:
        patient = on("2027-04-01", visit())
        booked(patient, "2027-04-01T10:00-04:00")
        record(patient, "2027-03-28")
        assert not [e for e in patient.entries if e.kind == "appointment-cancelled"]


def visit() -> Step:
    return windowed("visit", -40, 7, verb="schedule", service="clinic")
