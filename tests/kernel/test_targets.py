"""Reevaluations are planned for open days (T2); what opens work or counts time is not moved."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from pathways.calendar.table import deadline
from pathways.canonical import digest_of
from pathways.compiled import CompiledPathway, Rule, Step
from pathways.journey.events import Complete, Hold, Migrate, Report, Resume
from pathways.journey.versions.choices import Choices, Policy
from pathways.journey.versions.migration import Migration
from pathways.spans import Span
from tests.kernel.building import NEW_YORK, NURSE, Patient, at, human, ok, pathway, stage

DAY = 86_400
THURSDAY = at("2026-12-03 15:00")
"""10:00 in New York; 45 days later is Sunday 17 January, and the Monday after it is a holiday."""
FRIDAY = at("2027-01-15 15:00")


def followed(days: int = 45, *steps: Step, version: str = "1") -> CompiledPathway:
    """Follow-up with a weekly call, and a reevaluation every so many ``days``."""
    call = human("call", every=Span(1, "week"))
    compiled = pathway(
        stage("follow", "follow-up", call, *steps, go="follow"),
        stage("review", "reevaluation", human("look"), every=Span(days, "day"), go="follow"),
    )
    return replace(compiled, version=version)


def enrolled(compiled: CompiledPathway) -> Patient:
    patient = Patient(now=THURSDAY)
    assert patient.enroll(compiled).status == "applied"
    return patient


def move(patient: Patient, to: CompiledPathway, choice: Policy = "keep") -> Migration:
    """Migrate, with this choice for the clock of the reevaluation."""
    patient.library[digest_of(to)] = to
    choices = Choices(dues={"review": choice})
    decision = patient.apply(
        Migrate(patient.command(), NURSE, "demo", digest_of(to), "m1", choices=choices)
    )
    assert decision.migration is not None
    return decision.migration


def planned(patient: Patient) -> int:
    """When the reevaluation comes."""
    (due,) = [due for due in patient.journey.agenda if due.kind == "reevaluate"]
    return due.at


def test_a_reevaluation_that_falls_on_a_sunday_comes_on_the_friday_before() -> None:
    patient = enrolled(followed())
    patient.until(FRIDAY - 1)
    assert [run.stage for run in patient.journey.enrollments["demo"].active] == ["follow"]
    patient.until(FRIDAY)
    assert patient.task("look").opened == FRIDAY


def test_the_next_one_counts_from_the_end_of_this_one_and_is_pulled_again() -> None:
    """Given a reevaluation that ends on Friday 15 January, 45 days later is Monday 1 March; had
    it ended on Thursday 14 January, it would be Sunday, and so Friday 26 February."""
    patient = enrolled(followed())
    patient.until(FRIDAY)
    ok(patient, Complete(patient.command(), NURSE, patient.task("look").id))
    assert planned(patient) == at("2027-03-01 15:00")

    early = enrolled(followed(42))
    early.until(FRIDAY - DAY)
    ok(early, Complete(early.command(), NURSE, early.task("look").id))
    assert planned(early) == at("2027-02-25 15:00")


def test_a_review_every_few_days_is_kept_to_the_day() -> None:
    """Every two days from Thursday: Saturday is one of them."""
    assert planned(enrolled(followed(2))) == THURSDAY + 2 * DAY


def test_deadlines_and_delays_stay_where_they_fall() -> None:
    """A task due in 45 days is due on the Sunday; one that comes after 45 days comes on it."""
    late = human("late", due=Span(45, "day"))
    delayed = human("delayed", delay=Span(45, "day"))
    patient = enrolled(followed(365, late, delayed))
    assert patient.task("late").due == deadline(NEW_YORK, THURSDAY, Span(45, "day"))
    (start,) = [due for due in patient.journey.agenda if due.kind == "start"]
    assert start.at == THURSDAY + 45 * DAY


def test_a_repeated_task_comes_up_on_its_day_and_its_due_time_says_by_when() -> None:
    """The weekly call of Thursday 19 November comes up on Thanksgiving, two business days to do."""
    patient = Patient(now=at("2026-11-19 15:00"))
    weekly = human("call", every=Span(1, "week"), due=Span(2, "business-day"))
    patient.enroll(pathway(stage("follow", "follow-up", weekly, go="follow")))
    ok(patient, Complete(patient.command(), NURSE, patient.task("call").id))
    patient.until(at("2026-11-26 15:00"))
    assert patient.task("call").opened == at("2026-11-26 15:00")
    assert patient.task("call").due == at("2026-12-01 04:59:59")


def test_a_hold_moves_the_target_and_it_is_pulled_to_an_open_day_again() -> None:
    """Given a hold of one day, the date moves from Friday to Saturday, and back to Friday."""
    patient = enrolled(followed())
    ok(patient, Hold(patient.command(), NURSE, "travel"))
    patient.until(patient.now + DAY)
    ok(patient, Resume(patient.command(), NURSE))
    assert planned(patient) == FRIDAY
    ok(patient, Hold(patient.command(), NURSE, "travel"))
    patient.until(patient.now + 4 * DAY)
    ok(patient, Resume(patient.command(), NURSE))
    assert planned(patient) == FRIDAY + 4 * DAY, "a Tuesday"


@pytest.mark.parametrize(("choice", "days"), [("restart", 41), ("recompute", 47)])
def test_a_migration_plans_for_open_days_too(choice: Policy, days: int) -> None:
    """Four days on, a rhythm of 41 days counted anew ends on Sunday 17 January; one of 47 that is
    worked out again is two days after the Friday of before, which is that Sunday."""
    patient = enrolled(followed())
    patient.until(THURSDAY + 4 * DAY)
    plan = move(patient, followed(days, version="2"), choice)
    (clock,) = [due for due in plan.dues if due.kind == "reevaluate"]
    assert (clock.before, clock.after, clock.how) == (FRIDAY, FRIDAY, choice)
    assert planned(patient) == FRIDAY


def test_a_reevaluation_that_comes_with_a_new_version_is_planned_for_an_open_day() -> None:
    bare = pathway(stage("follow", "follow-up", human("call", every=Span(1, "week")), go="follow"))
    patient = enrolled(bare)
    move(patient, followed(version="2"))
    assert planned(patient) == FRIDAY


def in_rhythm() -> CompiledPathway:
    """An assessment, then follow-up; reevaluated every 45 days from the end of the assessment."""
    call = human("call", every=Span(1, "week"))
    every = Span(45, "day")
    return pathway(
        stage("assessment", "assessment", human("first"), go="planning"),
        stage("planning", "planning", human("agree"), go="follow"),
        stage("follow", "follow-up", call, go="follow"),
        stage(
            "review", "reevaluation", human("look"), every=every, since="assessment", go="follow"
        ),
        rules=(Rule("fell", do=None, on="fell", go="review"),),
    )


def done(patient: Patient, step: str) -> None:
    ok(patient, Complete(patient.command(), NURSE, patient.task(step).id))


def test_a_rhythm_counts_from_the_end_of_the_assessment() -> None:
    """Assessed on Thursday 3 December, agreed on a plan two weeks later: the reevaluation is 45
    days after the assessment, Sunday 17 January, and so on Friday the 15th."""
    patient = enrolled(in_rhythm())
    done(patient, "first")
    patient.until(THURSDAY + 14 * DAY)
    done(patient, "agree")
    assert planned(patient) == FRIDAY


def test_what_else_asks_for_a_reevaluation_does_not_put_off_the_next() -> None:
    """Given a fall in December, the one of 15 January comes nevertheless; the one after it is
    90 days after the assessment, Wednesday 3 March."""
    patient = enrolled(in_rhythm())
    done(patient, "first")
    done(patient, "agree")
    patient.until(THURSDAY + 20 * DAY)
    ok(patient, Report(patient.command(), NURSE, "fell", patient.now))
    done(patient, "look")
    assert planned(patient) == FRIDAY
    patient.until(FRIDAY)
    done(patient, "look")
    assert planned(patient) == at("2027-03-03 15:00")


def test_one_that_is_done_early_is_not_asked_for_again_on_the_sunday_it_was_pulled_from() -> None:
    patient = enrolled(in_rhythm())
    done(patient, "first")
    done(patient, "agree")
    patient.until(FRIDAY + DAY)
    done(patient, "look")
    assert planned(patient) == at("2027-03-03 15:00")


def test_a_rhythm_goes_on_in_another_version() -> None:
    """The date is kept, and what it counts from is known there too."""
    patient = enrolled(in_rhythm())
    done(patient, "first")
    done(patient, "agree")
    patient.until(THURSDAY + 2 * DAY)
    move(patient, replace(in_rhythm(), version="2"))
    assert planned(patient) == FRIDAY
    assert patient.journey.enrollments["demo"].left == {"assessment": THURSDAY}
