"""docs/stories.md: every line of the acceptance stories and boundary cases has what shows it."""

from __future__ import annotations

import ast
import re

import pytest

from pathways.scenarios.scenario import Scenario
from tests.definitions import shipped
from worker.story_pages import PAGE, stories

ROOT = shipped.ROOT.parent
REFERENCE = re.compile(r"`((?:tests|definitions)/[^`]+)`")
MUST_NOT = {"S1": 4, "S2": 3, "S4": 3, "S5": 3, "S7": 3, "S8": 3, "S10": 3}
"""How many things each story forbids (clinical.md, section 8)."""

each = pytest.mark.parametrize(
    "story", stories(shipped.ROOT), ids=lambda one: one.scenario.partition(":")[0]
)


def cases() -> dict[str, list[str]]:
    """Boundary case -> what the page refers to."""
    rows = [line for line in page().splitlines() if re.match(r"\| B\d+ \|", line)]
    return {row.split("|")[1].strip(): REFERENCE.findall(row) for row in rows}


def page() -> str:
    return (ROOT / PAGE).read_text(encoding="utf-8")


@each
def test_a_story_claims_its_lines_and_what_must_not_happen(story: Scenario) -> None:
    """That each claim is shown is a rule of the scenario language."""
    forbidden = [name for name, says in story.claims.items() if says.startswith("MUST NOT")]
    assert len(forbidden) == MUST_NOT[story.scenario.partition(":")[0]]
    assert len(story.claims) > len(forbidden)


@each
def test_what_must_not_happen_is_shown_by_a_never_or_by_an_exact_count(story: Scenario) -> None:
    """Or by the state in which the thing ended, which is then the only one."""
    for name, says in story.claims.items():
        if says.startswith("MUST NOT"):
            exact = [one for one in story.expect if name in one.shows and (one.times or one.due)]
            barred = [one for one in story.never if name in one.shows]
            assert exact or barred, says


@each
def test_the_page_has_a_row_for_each_claim(story: Scenario) -> None:
    for says in story.claims.values():
        assert f"| {says} | " in page()


def test_all_boundary_cases_are_on_the_page() -> None:
    assert list(cases()) == [f"B{n}" for n in range(1, 21)]
    assert all(cases().values())


def test_what_the_page_refers_to_is_there() -> None:
    """A test by its name, or a scenario."""
    for case, references in cases().items():
        for reference in references:
            file, _, test = reference.partition("::")
            path = ROOT / file
            assert path.is_file(), (case, reference)
            if path.suffix == ".py":
                assert test in functions(path.read_text(encoding="utf-8")), (case, reference)


def functions(text: str) -> set[str]:
    return {node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}
