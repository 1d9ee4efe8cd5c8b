"""Clocks of patients who live through a shipped pathway: the timeline alone suffices."""

from __future__ import annotations

from pathways.calendar.table import deadline
from pathways.compiled import Step
from pathways.journey.effects import Entry, TaskRow
from pathways.programs.evaluating import Clock, standing
from pathways.programs.facts import KINDS, facts_of
from pathways.programs.serving import pressing
from pathways.spans import Span
from tests.definitions import shipped
from tests.definitions.walking import Walk
from tests.programs.facts import programs

TOC = "transition-of-care"


def transition() -> Walk:
    """Home on Tue 24 Nov 2026; of her discharge only the date becomes known."""
    walk = Walk("America/New_York", "2026-11-24 15:00")
    walk.enroll(TOC)
    walk.done("discharge-information", discharge_date="2026-11-24", discharged_to="home")
    return walk


def clocks(walk: Walk, *names: str) -> dict[str, Clock]:
    kept = [entry for entry in walk.entries if entry.kind in KINDS]
    facts = facts_of(kept, [shipped.pathway(TOC)], walk.calendar)
    mine = [programs()[name] for name in names]
    return {c.id: c for c in standing(facts, mine, walk.calendar, walk.now).clocks}


def row(walk: Walk, step: str) -> tuple[TaskRow, Step]:
    task = walk.task(step)
    found = next(s for stage in shipped.pathway(TOC).stages for s in stage.steps if s.id == step)
    shown = TaskRow(
        task=task.id,
        pathway=TOC,
        step=step,
        occurrence=1,
        kind=task.kind,
        title=task.title,
        owner=task.owner,
        person="",
        opened=task.opened,
        due=task.due,
        status="open",
        urgency=task.urgency,
        collect=task.collect,
        instruments=task.instruments,
    )
    return shown, found


def test_a_call_that_reaches_her_meets_contact_and_engagement() -> None:
    """Given contact = reached on Wednesday, then contact is met by the nurse, on time."""
    walk = transition()
    walk.until("2026-11-25 10:00")
    assert clocks(walk, "tcm")["tcm.contact"].status == "open"
    walk.done("first-contact", contact="reached")
    mine = clocks(walk, "tcm", "transitions")
    assert (mine["tcm.contact"].status, mine["tcm.contact"].why) == (
        "met",
        "value contact, case-manager",
    )
    assert mine["tcm.contact"].slack == mine["tcm.contact"].due - walk.now
    assert mine["transitions.engagement"].status == "met"
    assert mine["transitions.information"].status == "met"


def test_reading_the_chart_is_no_contact() -> None:
    """Given the assessment of what stands in the chart, when done, then nobody was reached."""
    assert clocks(transition(), "tcm", "transitions")["tcm.contact"].status == "open"
    assert clocks(transition(), "transitions")["transitions.engagement"].status == "open"


def test_two_attempts_in_vain_meet_the_contact_element() -> None:
    walk = transition()
    walk.until("2026-11-25 10:00")
    walk.done("first-contact", contact="no-answer")
    assert clocks(walk, "tcm")["tcm.contact"].status == "open"
    walk.until("2026-11-27 10:30")
    walk.done("second-contact", contact="no-answer")
    assert clocks(walk, "tcm")["tcm.contact"].status == "met"


def test_reconciliation_and_the_kept_visit_count_by_their_own_dates() -> None:
    """Given a visit on Monday that is only entered on Wednesday, then it was on Monday."""
    walk = transition()
    walk.done("reconcile-high")
    book = next(b for b in walk.journey.outstanding.values() if b.step == "visit-7")
    walk.booked(book, walk.instant("2026-11-30 10:00"))
    walk.until("2026-12-02 09:00")
    walk.attend(book.appointment)
    mine = clocks(walk, "tcm", "reconciliation")
    assert walk.local(mine["tcm.visit-7"].at) == "2026-11-30 10:00"
    assert {mine[name].status for name in ("tcm.visit-7", "tcm.reconciliation")} == {"met"}
    assert mine["reconciliation.by-day-30"].why == "work reconcile, pharmacist"


def test_a_death_takes_open_clocks_out_and_nothing_else() -> None:
    walk = transition()
    walk.done("first-contact", contact="reached")
    walk.until("2026-11-26 10:00")
    walk.report("deceased")
    mine = clocks(walk, "tcm")
    assert mine["tcm.contact"].status == "met"
    assert (mine["tcm.visit-7"].status, mine["tcm.visit-7"].why) == ("excluded", "deceased")


def test_the_notice_of_an_admission_is_in_the_chart_when_its_task_is_done() -> None:
    """Given she is admitted, when the task that this opens is done, then it is met."""
    walk = transition()
    walk.until("2026-11-26 10:00")
    walk.report("admitted")
    assert clocks(walk, "admission-notice")["admission-notice.by-day-2"].status == "open"
    walk.done("admission-in-chart")
    assert clocks(walk, "admission-notice")["admission-notice.by-day-2"].status == "met"


def test_a_task_that_would_meet_todays_clock_is_a_regulated_deadline() -> None:
    """Given the contact clock ends on Friday, then her call presses on Friday, not before."""
    walk = transition()
    task, step = row(walk, "first-contact")

    def presses(local: str) -> str:
        walk.now = walk.instant(local)
        mine = list(clocks(walk, "tcm").values())
        found = pressing(task, step, mine, programs(), walk.calendar, walk.now)
        return "" if found is None else found.id

    assert presses("2026-11-26 23:59") == ""
    assert presses("2026-11-27 00:00") == "tcm.contact"
    assert presses("2026-11-28 09:00") == "tcm.contact"


def test_a_task_that_meets_no_clock_of_today_does_not_press() -> None:
    walk = transition()
    task, step = row(walk, "packet-high")
    walk.now = walk.instant("2026-11-27 09:00")
    mine = list(clocks(walk, "tcm").values())
    assert pressing(task, step, mine, programs(), walk.calendar, walk.now) is None


def test_work_entered_late_counts_when_it_was_done() -> None:
    """Given a task closed with the time at which its work was done, then that time counts."""
    walk = transition()
    entry = Entry(
        walk.now + 90_000,
        "task-done",
        TOC,
        "reconcile-high",
        1,
        "pharmacist",
        {
            "task": "t9",
            "title": "Medication reconciliation within 2 business days",
            "outcome": "done",
            "done": walk.now,
        },
    )
    (fact,) = facts_of([entry], [shipped.pathway(TOC)], walk.calendar)
    assert (fact.at, fact.kind, fact.role) == (walk.now, "work", "pharmacist")
    assert "reconcile" in fact.names


def test_an_offer_that_was_accepted_is_not_yet_the_work() -> None:
    """Given the task that offers a declined step again, when it is done, then nothing is."""
    walk = transition()
    facts = {"task": "t9", "title": "Offer again: reconciliation", "outcome": "accepted"}
    entry = Entry(walk.now, "task-done", TOC, "reconcile-high", 1, "pharmacist", {**facts})
    assert facts_of([entry], [shipped.pathway(TOC)], walk.calendar) == ()


def test_the_calendar_of_the_patient_decides() -> None:
    """Given the same discharge, then a patient in Honolulu has until midnight there."""
    walk = Walk("Pacific/Honolulu", "2026-11-24 15:00")
    walk.enroll(TOC)
    walk.done("discharge-information", discharge_date="2026-11-24", discharged_to="home")
    due = clocks(walk, "tcm")["tcm.contact"].due
    assert walk.local(due) == "2026-11-27 23:59"
    assert due == deadline(walk.calendar, walk.instant("2026-11-24 00:00"), Span(2, "business-day"))
