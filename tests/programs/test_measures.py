"""Internal indicators that depend on a number, a stage or an outcome (clinical.md 7.3)."""

from __future__ import annotations

import pytest

from pathways.journey.effects import Entry
from pathways.journey.events import Value
from pathways.programs.fact import Fact
from pathways.programs.facts import facts_of
from pathways.programs.program import Bounds
from tests.programs import facts as say

START = "2026-11-24 10:00"


def value(when: str, name: str, answer: str) -> Fact:
    return Fact(say.at(when), "value", (name, name.partition(".")[0]), "case-manager", answer)


@pytest.mark.parametrize(("total", "starts"), [("2", False), ("3", True), ("6", True)])
def test_only_a_positive_screen_starts_the_follow_up(total: str, starts: bool) -> None:
    mine = say.clocks("mood-follow-up", "2026-11-25", value(START, "phq-2.score", total))
    assert bool(mine) is starts


@pytest.mark.parametrize(
    ("seen", "status"), [("2026-12-24 23:59", "met"), ("2026-12-25 00:00", "missed")]
)
def test_follow_up_of_a_positive_screen_counts_to_day_30(seen: str, status: str) -> None:
    told = (value(START, "phq-2.score", "4"), value(seen, "phq-9", "11"))
    assert say.clocks("mood-follow-up", "2027-02-01", *told)["by-day-30"].status == status


def test_a_need_that_was_found_is_followed_by_help() -> None:
    told = (value(START, "ahc-hrsn.needs", "2"), say.work("2026-12-01", "social-work", "n"))
    assert say.clocks("social-needs-follow-up", "2027-02-01", *told)["by-day-30"].status == "met"
    none = value(START, "ahc-hrsn.needs", "0")
    assert not say.clocks("social-needs-follow-up", "2027-02-01", none)


@pytest.mark.parametrize(("hba1c", "status"), [("7.9", "met"), ("8.0", "missed"), ("8", "missed")])
def test_control_needs_a_number_below_the_limit(hba1c: str, status: str) -> None:
    told = (say.enrolled(START, "type-2-diabetes"), value("2027-03-01", "hba1c", hba1c))
    mine = say.clocks("diabetes-yearly", "2028-02-01", *told)
    assert mine["controlled"].status == status
    assert mine["hba1c"].status == "met"


def test_kidneys_are_checked_by_both_tests() -> None:
    """A metabolic panel has eGFR, and no albumin."""
    told = (say.enrolled(START, "type-2-diabetes"), value("2027-03-01", "egfr", "70"))
    mine = say.clocks("diabetes-yearly", "2028-02-01", *told)
    assert (mine["egfr"].status, mine["uacr"].status) == ("met", "missed")


@pytest.mark.parametrize(
    ("when", "score", "status"),
    [
        ("2027-03-23 10:00", "3", "missed"),  # day 119
        ("2027-03-24 10:00", "3", "met"),
        ("2027-03-24 10:00", "5", "missed"),
        ("2027-07-24 10:00", "4", "met"),
        ("2027-07-25 10:00", "4", "missed"),
    ],
)
def test_remission_is_looked_for_from_the_fourth_to_the_eighth_month(
    when: str, score: str, status: str
) -> None:
    told = (
        Fact(say.at(START), "referred", ("depression",)),
        value(when, "phq-9.score", score),
    )
    mine = say.clocks("depression-course", "2027-12-01", *told)
    assert mine["remission"].status == status


@pytest.mark.parametrize(
    ("when", "outcome", "status"),
    [
        ("2026-12-16 20:00", "approved", "met"),  # Thanksgiving is no business day
        ("2026-12-17 00:00", "approved", "missed"),
        ("2026-12-10 10:00", "rejected", "missed"),
    ],
)
def test_a_plan_is_approved_within_15_business_days(when: str, outcome: str, status: str) -> None:
    told = (
        Fact(say.at(START), "entered", ("planning", "planning")),
        Fact(say.at(when), "work", ("approve", "plan-approval"), "primary-care", outcome),
    )
    assert say.clocks("plan-of-care", "2027-02-01", *told)["approved"].status == status


def test_the_totals_of_a_questionnaire_are_facts() -> None:
    told: dict[str, Value] = {
        "instrument": "phq-9",
        "scores": "score 12, somatic 4",
        "incomplete": False,
    }
    entry = Entry(say.at(START), "instrument-scored", "", "", 0, "", told)
    found = facts_of((entry,), (), say.calendar())
    assert [(f.names, f.answer) for f in found] == [
        (("phq-9",), ""),
        (("phq-9.score",), "12"),
        (("phq-9.somatic",), "4"),
    ]


def test_a_questionnaire_with_missing_answers_counts_for_nothing() -> None:
    told: dict[str, Value] = {"instrument": "phq-9", "scores": "", "incomplete": True}
    entry = Entry(say.at(START), "instrument-scored", "", "", 0, "", told)
    assert facts_of((entry,), (), say.calendar()) == ()


@pytest.mark.parametrize(
    ("answer", "holds"), [("3", True), ("2.9", False), ("10", False), ("yes", False), ("", False)]
)
def test_what_is_no_number_is_in_no_bounds(answer: str, holds: bool) -> None:
    assert Bounds(3, 10).hold(answer) is holds
