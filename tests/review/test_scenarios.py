"""Scenario files say what happens to a request and expect how it stands."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from pathways.canonical import digest_of
from pathways.compiled import CompiledPathway
from pathways.language.compiling import compile_pathway
from pathways.language.definition import Shelf
from pathways.language.reading import read_yaml
from pathways.language.scenario_names import name_issues
from pathways.language.scenarios import read_scenario
from pathways.language.schema import scenario_schema
from pathways.scenarios.judging import Difference, judge
from pathways.scenarios.running import play
from pathways.scenarios.site import Site
from pathways.scenarios.writing import write
from tests.language.shelf import small_shelf
from tests.language.test_schema import as_data
from tests.review.building import PAYERS
from tests.scenarios.stories import calendar

HERE = Path(__file__).parent
S5 = (HERE / "s5.yaml").read_text(encoding="utf-8")


@cache
def rehabilitation() -> CompiledPathway:
    shelf = Shelf(small_shelf().instruments, small_shelf().messages, payers=PAYERS)
    text = (HERE / "rehabilitation.yaml").read_text(encoding="utf-8")
    compiled = compile_pathway(text, "rehabilitation.yaml", shelf)
    assert compiled.pathway is not None, compiled.issues
    return compiled.pathway


def differences(text: str) -> tuple[Difference, ...]:
    read = read_scenario(text, "s5.yaml")
    assert read.scenario is not None, read.issues
    site = Site({"small": (digest_of(rehabilitation()), rehabilitation())}, calendar)
    return judge(read.scenario, play(read.scenario, site))


def test_the_lines_of_s5_hold() -> None:
    assert differences(S5) == ()


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("due: 2026-09-14 10:00", "due: 2026-09-15 10:00"),
        ("status: approved-partial", "status: denied"),
        ("due: 2026-09-27 12:00", "due: 2026-09-29 12:00"),
        ("at: 2026-09-27 11:00", "at: 2026-09-27 13:00"),
        ("role: utilization-nurse", "role: coordinator"),
    ],
)
def test_a_scenario_that_says_otherwise_fails(right: str, wrong: str) -> None:
    assert right in S5
    assert differences(S5.replace(right, wrong))


def test_a_task_is_expected_with_what_is_attached_to_it() -> None:
    """The list of an inpatient rehabilitation facility stands in the task of the talk."""
    talk = "{on: 2026-09-12, task: rehabilitation, kind: peer-to-peer"
    assert talk in S5
    attached = S5.replace(talk, f'{talk}, because: "42 CFR 412.622: A plan of care by day 4"')
    assert differences(attached) == ()
    assert differences(S5.replace(talk, f"{talk}, because: A plan of care by day 5"))


def test_a_scenario_with_reviews_can_be_written_and_read_again() -> None:
    first = read_scenario(S5, "s5.yaml").scenario
    assert first is not None
    again = read_scenario(write(first), "s5.yaml").scenario
    assert again is not None
    assert write(again) == write(first)
    assert [one.details for one in again.course] == [one.details for one in first.course]


def test_editors_know_the_words() -> None:
    root, _ = read_yaml(S5, "s5.yaml")
    assert root is not None
    assert not list(Draft202012Validator(scenario_schema()).iter_errors(as_data(root)))


def test_a_step_that_is_not_there_and_a_detail_that_is_unknown_are_found() -> None:
    read = read_scenario(
        S5.replace("review: rehabilitation, say: p2p", "review: rehab, say: p2p"), "f"
    )
    issues = name_issues(read, {"small": rehabilitation()})
    assert [issue.code for issue in issues] == ["unknown-step"]
    read = read_scenario(S5.replace("credential: RN", "diploma: RN"), "f")
    assert [issue.code for issue in read.issues] == ["not-an-option"]


def test_the_payers_travel_with_a_pathway_that_asks_and_with_no_other() -> None:
    assert set(rehabilitation().payers) == set(PAYERS)
    text = (HERE.parent / "scenarios" / "small.yaml").read_text(encoding="utf-8")
    shelf = Shelf(small_shelf().instruments, small_shelf().messages, payers=PAYERS)
    other = compile_pathway(text, "small.yaml", shelf).pathway
    assert other is not None
    assert other.payers == {}
    without = compile_pathway(text, "small.yaml", small_shelf()).pathway
    assert without is not None
    assert digest_of(other) == digest_of(without)
