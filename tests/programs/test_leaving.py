"""Who is no longer counted, and readmission: clinical.md 7.3, X5 and story S1."""

from __future__ import annotations

import pytest

from pathways.programs.fact import Fact
from tests.programs import facts as say

HOME = say.event("2026-11-24 14:30", "discharged", to="home")


@pytest.mark.parametrize(
    ("gone", "why"),
    [
        (Fact(say.at("2026-11-26 08:00"), "died", ("patient",)), "deceased"),
        (say.left("2026-11-26 08:00", "hospice"), "hospice"),
        (say.left("2026-11-26 08:00", "withdrawn"), "withdrawn"),
        (say.event("2026-11-26 08:00", "hospice-elected"), "hospice"),
    ],
)
def test_who_dies_enters_hospice_or_withdraws_is_not_counted_from_then(
    gone: Fact, why: str
) -> None:
    """Given a clock that was met, one that was open: the first stays met, the other is dropped."""
    told = (say.enrolled("2026-11-24 15:00"), HOME, say.contact("2026-11-25 10:00"), gone)
    mine = say.clocks("tcm", "2027-02-01", *told)
    assert mine["contact"].status == "met"
    assert (mine["visit-14"].status, mine["visit-14"].why) == ("excluded", why)
    assert mine["visit-14"].at == say.at("2026-11-26 08:00")


def test_what_was_missed_before_stays_missed() -> None:
    told = (say.enrolled("2026-11-24 15:00"), HOME, say.left("2026-11-29 08:00", "hospice"))
    mine = say.clocks("tcm", "2027-02-01", *told)
    assert (mine["contact"].status, mine["visit-14"].status) == ("missed", "excluded")


def test_who_leaves_one_of_two_pathways_is_still_counted() -> None:
    told = (
        say.enrolled("2026-11-24 15:00"),
        say.enrolled("2026-11-24 15:00", "type-2-diabetes"),
        HOME,
        say.left("2026-11-25 08:00", "withdrawn"),
    )
    assert say.clocks("tcm", "2026-11-26", *told)["contact"].status == "open"


def test_a_discharge_after_the_patient_has_gone_starts_nothing_until_enrolled_again() -> None:
    told = (say.enrolled("2026-11-01 09:00"), say.left("2026-11-10 09:00", "withdrawn"), HOME)
    assert say.clocks("tcm", "2026-11-25", *told) == {}
    back = say.enrolled("2026-11-24 14:00")
    assert "contact" in say.clocks("tcm", "2026-11-25", *told, back)


def test_s1_readmission_drops_what_was_open_and_two_claims_are_never_offered() -> None:
    """Given S1, when she is admitted on day 9 and home again, then nothing of the first
    period becomes overdue, the second counts from its own day, and the biller is asked."""
    told = (
        HOME,
        say.contact("2026-11-27 10:05"),
        say.visit("2026-11-30 10:00"),
        say.work("2026-11-30 11:00", "reconcile", "pharmacist"),
        say.event("2026-12-03 02:10", "admitted"),
        say.event("2026-12-07 16:00", "discharged", to="home"),
        say.contact("2026-12-09 10:00"),
    )
    mine = say.clocks("tcm", "2026-12-10 09:00", *told)
    first, second = say.periods("tcm", "2026-12-10 09:00", *told)
    assert {name: clock.status for name, clock in mine.items()} == {
        "contact": "met",
        "visit-7": "met",
        "visit-14": "met",
        "reconciliation": "met",
        "contact.2": "met",
        "visit-7.2": "open",
        "visit-14.2": "open",
        "reconciliation.2": "open",
    }
    assert say.day(mine["contact.2"].due) == "2026-12-09 23:59:59"
    assert say.day(mine["visit-7.2"].due) == "2026-12-14 23:59:59"
    assert (say.day(first.ends), say.day(second.ends)) == (
        "2026-12-23 23:59:59",
        "2027-01-05 23:59:59",
    )
    assert (first.status, second.status) == ("overlaps", "overlaps")


def test_admission_with_nothing_done_leaves_no_overdue_clock() -> None:
    told = (HOME, say.event("2026-11-25 02:10", "admitted"))
    mine = say.clocks("tcm", "2027-02-01", *told)
    assert {clock.status for clock in mine.values()} == {"excluded"}
    assert {clock.why for clock in mine.values()} == {"admitted"}


def test_a_fourth_year_of_a_yearly_clock_ends_with_the_patient() -> None:
    """Given yearly evidence, when the patient dies, then the series ends excluded, once."""
    told = (
        say.enrolled("2026-01-10 10:00", "type-2-diabetes"),
        Fact(say.at("2026-12-01 10:00"), "value", ("hba1c",), "", "7"),
        Fact(say.at("2026-12-01 10:00"), "value", ("hba1c",), "", "7"),
        Fact(say.at("2027-11-01 10:00"), "value", ("hba1c",), "", "7"),
        Fact(say.at("2028-03-01 10:00"), "died", ("patient",)),
    )
    mine = say.clocks("diabetes-yearly", "2029-02-01", *told)
    own = {name: clock.status for name, clock in mine.items() if name.startswith("hba1c")}
    assert own == {"hba1c": "met", "hba1c.2": "met", "hba1c.3": "excluded"}


def test_clocks_that_run_come_first_the_least_slack_at_the_top() -> None:
    mine = say.clocks("tcm", "2026-11-25 09:00", HOME, say.visit("2026-11-25 08:00"))
    assert [(name, clock.status) for name, clock in mine.items()] == [
        ("reconciliation", "open"),
        ("contact", "open"),
        ("visit-7", "met"),
        ("visit-14", "met"),
    ]
    assert mine["reconciliation"].slack < mine["contact"].slack
