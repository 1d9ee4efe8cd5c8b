"""Clocks and service periods of programs as lines of a scenario."""

from __future__ import annotations

import pytest

from pathways.language.issues import Issue
from pathways.language.programs import read_program
from pathways.language.scenario_names import name_issues
from pathways.language.scenarios import read_scenario
from pathways.programs.program import Program
from pathways.scenarios.judging import judge
from pathways.scenarios.running import play
from pathways.scenarios.site import Site
from tests.scenarios.stories import HEAD, site, small, story

CARE = """\
language: 1
program: care
version: "2026"
title: Care
kind: indicator
tag: default
source: In our own words
starts: [{referred: small}]
period: 29 days
clocks:
  - {clock: begun, title: Begun, within: 30 days, met-by: [{entered: follow-up}]}
"""
COURSE = "course:\n  - {at: day 2 10:00, complete: questions}\n  - {until: day 40}\n"


def program() -> Program:
    found, issues = read_program(CARE, "care.yaml")
    assert found is not None, issues
    return found


def care() -> tuple[dict[str, Program], list[Issue]]:
    return {"care": program()}, []


def differences(text: str) -> list[str]:
    scenario = story(COURSE + text)
    there = site()
    whole = Site(there.pathways, there.calendars, (program(),))
    return [
        f"{d.expected}: {'; '.join(d.happened)}" for d in judge(scenario, play(scenario, whole))
    ]


def test_a_clock_is_expected_by_its_start_due_time_and_state_at_the_end() -> None:
    """The referral is on Monday 2 March; 30 days later is 1 April."""
    assert (
        differences(
            "expect:\n"
            "  - {clock: care.begun, on: 2026-03-02, due: 2026-04-01 23:59, times: 1}\n"
            "  - {period: care, on: day 0, due: day 29, status: incomplete}\n"
            "never:\n"
            "  - {clock: care.begun, after: day 0}\n"
        )
        == []
    )


@pytest.mark.parametrize(
    "wrong",
    [
        "{clock: care.begun, on: day 1}",
        "{clock: care.begun, due: 2026-03-31 23:59}",
        "{clock: care.begun, status: open}",
        "{clock: care.begun, times: 2}",
        "{period: care, status: claimable}",
        "{period: care, due: day 30}",
    ],
)
def test_what_is_otherwise_is_a_difference(wrong: str) -> None:
    (found,) = differences(f"expect:\n  - {wrong}\n")
    assert "day 0 09:00" in found


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{clock: care.begin}", "unknown-clock"),
        ("{clock: begun}", "unknown-clock"),
        ("{period: caring}", "unknown-period"),
    ],
)
def test_a_misspelt_clock_is_found(line: str, code: str) -> None:
    read = read_scenario(HEAD + f"never:\n  - {line}\n", "story.yaml")
    (issue,) = name_issues(read, {"small": small()}, programs=care)
    assert issue.code == code
    sound = read_scenario(HEAD + "never:\n  - {clock: care.begun}\n  - {period: care}\n", "s.yaml")
    assert name_issues(sound, {"small": small()}, programs=care) == []
