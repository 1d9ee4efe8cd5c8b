"""What is generated is current, and every code that can be given is explained."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.commands.conftest import ROOT
from worker import codes, generated, refusal_codes

DEFINITION_CALLS = {
    "Issue",
    "unknown",
    "PydanticCustomError",
    "_refuse",
    "_issue",
    "_stop",
    "Problem",
}
BUNDLE_CALLS = {"Finding", "refuse", "warn", "finding"}


def first_words(files: Iterable[Path], calls: set[str]) -> Iterator[str]:
    """Literal first arguments of these calls."""
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            first = node.args[0]
            if name in calls and isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def words_in(folder: Path) -> set[str]:
    """All text literals of the modules below a folder."""
    return {
        node.value
        for file in folder.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_the_generated_references_are_current():
    """Otherwise: python -m worker.generated"""
    assert generated.stale() == []
    assert generated.main(["--check"]) == 0


def test_a_reference_that_is_not_current_is_named(tmp_path: Path):
    assert set(generated.stale(tmp_path)) == set(generated.texts())


def test_every_refusal_of_the_kernel_is_explained():
    journey = ROOT / "pathways" / "journey"
    kernel = [*journey.rglob("*.py"), *(ROOT / "pathways" / "review").rglob("*.py")]
    given = set(first_words(kernel, {"Refused", "Fault"}))
    assert given - set(refusal_codes.REFUSALS) == set()
    assert set(refusal_codes.REFUSALS) - given - {"answered-long-ago"} == set()
    assert {"answered-long-ago", *refusal_codes.ADDITIONS} <= words_in(journey)


def test_every_obstacle_of_a_migration_is_explained():
    given = set(first_words((ROOT / "pathways" / "journey").rglob("*.py"), {"Obstacle"}))
    assert given == set(refusal_codes.OBSTACLES)


def test_every_issue_of_a_definition_is_explained():
    language = ROOT / "pathways" / "language"
    given = set(first_words(language.rglob("*.py"), DEFINITION_CALLS))
    assert given - set(codes.DEFINITIONS) == set()
    ours = {"bad-directory", "mutant-noticed", "point-reached", "unknown-exception"}
    ours |= {"two-usual-payers", "bad-zone"}
    assert set(codes.DEFINITIONS) - words_in(language) - ours == set()


def test_every_proof_that_can_fail_is_explained():
    proving = ROOT / "pathways" / "proving"
    given = set(first_words(proving.rglob("*.py"), {"Issue"}))
    assert given - set(codes.PROOFS) - set(codes.DEFINITIONS) == set()
    assert set(codes.PROOFS) - words_in(proving) == set()
    assert set(codes.PROOFS) & set(codes.DEFINITIONS) == set()


def test_every_finding_about_a_bundle_is_explained():
    intake = ROOT / "worker" / "intake"
    given = set(first_words(intake.rglob("*.py"), BUNDLE_CALLS))
    assert given - set(codes.BUNDLES) == set()
    assert set(codes.BUNDLES) - words_in(intake) == set()


def test_every_golden_report_shows_a_code_that_is_explained():
    goldens = (ROOT / "tests" / "language" / "golden").glob("*.golden")
    shown = {
        words[1]
        for golden in goldens
        for line in golden.read_text().splitlines()
        if len(words := line.split()) >= 2 and words[0].count(":") == 2 and words[0][-1].isdigit()
    }
    assert shown
    assert shown - set(codes.DEFINITIONS) == set()
