"""The clocks of a new case: begun in 30 days, complete in 60, and anew when it is opened again
(clinical.md 1.1 P2 and 0.5 X11; stories S2 and S4)."""

from __future__ import annotations

from pathways.compiled import CompiledPathway
from pathways.journey.effects import Entry
from pathways.programs.evaluating import Clock, standing
from pathways.programs.fact import Fact
from pathways.programs.facts import KINDS, facts_of
from tests.kernel.building import human, pathway, stage
from tests.programs import facts as say

DEM = "dementia-with-caregiver"


def referred(when: str, name: str = DEM) -> Fact:
    return Fact(say.at(when), "referred", (name,))


def entered(when: str, phase: str) -> Fact:
    return Fact(say.at(when), "entered", (phase, f"my-{phase}"))


def due(clock: Clock) -> str:
    return say.day(clock.due)


def test_an_assessment_is_begun_in_30_days_and_complete_in_60_from_the_referral() -> None:
    """Referred on Wednesday 6 January 2027; both limits include their day, a Sunday too."""
    told = (
        referred("2027-01-06 09:00"),
        say.work("2027-02-05 16:00", "assess", "case-manager"),
        entered("2027-03-07 23:00", "planning"),
    )
    mine = say.clocks("assessment", "2027-04-01", *told)
    assert due(mine["begun"]) == "2027-02-05 23:59:59"
    assert due(mine["complete"]) == "2027-03-07 23:59:59"
    assert {clock.status for clock in mine.values()} == {"met"}


def test_a_call_is_no_assessment_and_intake_does_not_complete_one() -> None:
    told = (
        referred("2027-01-06 09:00"),
        say.work("2027-01-08 16:00", "task", "case-manager"),
        entered("2027-01-08 16:00", "assessment"),
    )
    mine = say.clocks("assessment", "2027-04-01", *told)
    assert {clock.status for clock in mine.values()} == {"missed"}


def test_a_case_that_is_opened_again_has_new_clocks_and_the_old_ones_are_dropped() -> None:
    """Story S4: referred on 1 June, closed on 1 July, opened again on Friday 9 July: the limit is
    Sunday 8 August, and nothing is asked for from 1 June any more."""
    told = (
        say.enrolled("2027-06-01 09:00", DEM),
        referred("2027-06-01 09:00"),
        say.left("2027-07-01 00:00", "unable-to-reach", DEM),
        say.enrolled("2027-07-09 10:00", DEM),
        referred("2027-07-09 10:00"),
    )
    mine = say.clocks("assessment", "2027-07-10", *told)
    assert (mine["begun"].status, mine["begun"].why) == ("excluded", "unable-to-reach")
    assert (mine["begun.2"].status, due(mine["begun.2"])) == ("open", "2027-08-08 23:59:59")
    assert due(mine["complete.2"]) == "2027-09-07 23:59:59"


def test_who_is_on_another_pathway_still_is_still_asked_for() -> None:
    """One of two pathways is closed because nobody was reached about it."""
    told = (
        say.enrolled("2027-06-01 09:00", DEM),
        say.enrolled("2027-06-01 09:00", "heart-failure"),
        referred("2027-06-01 09:00"),
        say.left("2027-06-20 00:00", "unable-to-reach", DEM),
    )
    assert say.clocks("assessment", "2027-06-21", *told)["begun"].status == "open"


def small() -> CompiledPathway:
    first = stage("first-talk", "assessment", human("ask", "assess"), go="agree")
    return pathway(first, stage("agree", "planning", human("plan")), name=DEM)


def line(when: str, kind: str, step: str = "", **params: str | int) -> Entry:
    return Entry(say.at(when), kind, DEM, step, 1, "", dict(params))


def test_the_timeline_tells_of_referral_phase_and_reopening() -> None:
    """A referral of an earlier day counts; the phase of a stage counts, whatever its id."""
    told = [
        line("2027-06-05 09:00", "enrolled", referred=say.at("2027-06-01 00:00")),
        line("2027-06-05 09:00", "stage-entered", "first-talk"),
        line("2027-07-20 09:00", "stage-entered", "agree"),
        line("2027-08-09 09:00", "case-reopened"),
    ]
    assert {entry.kind for entry in told} <= set(KINDS)
    facts = facts_of(told, [small()], say.calendar())
    found = standing(facts, [say.programs()["assessment"]], say.calendar(), say.at("2027-08-10"))
    by = {(c.id, c.n): c for c in found.clocks}
    assert due(by["assessment.begun", 1]) == "2027-07-01 23:59:59"
    assert by["assessment.begun", 1].status == "missed"
    assert by["assessment.complete", 1].status == "met"
    assert due(by["assessment.begun", 2]) == "2027-09-08 23:59:59"


def test_hba1c_comes_round_90_days_after_it_was_measured() -> None:
    """Story S2: measured on 13 January, due again on Tuesday 13 April, measured on the 12th."""
    told = (
        referred("2027-01-06 09:00", "type-2-diabetes"),
        Fact(say.at("2027-01-13 11:00"), "value", ("hba1c",), answer="9.8"),
        Fact(say.at("2027-04-12 09:00"), "value", ("hba1c",), answer="8.1"),
    )
    mine = say.clocks("diabetes-quarterly", "2027-05-01", *told)
    assert (due(mine["hba1c.2"]), mine["hba1c.2"].status) == ("2027-04-13 23:59:59", "met")
    assert (due(mine["hba1c.3"]), mine["hba1c.3"].status) == ("2027-07-11 23:59:59", "open")
