"""Whatever an author does to a fragment, a use, a group or a site's file: issues, no exception."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pathways.language.compiling import compile_pathway
from pathways.language.report import render
from pathways.language.sharing.fragments import read_fragment
from pathways.language.sharing.site import read_site
from tests.language import test_fragments, test_groups, test_parameters
from tests.language.shelf import shared_shelf
from tests.language.test_mutations import mutated_lines

FRAGMENT = (Path(__file__).parent / "fragments" / "first-contact.yaml").read_text("utf-8")
SHELF = shared_shelf()
SOURCES = (
    test_fragments.SOURCE,
    test_parameters.SOURCE,
    test_groups.text("all"),
    test_groups.text("any"),
    test_groups.text("one"),
)


@st.composite
def mutated_source(draw: st.DrawFn) -> str:
    source = draw(st.sampled_from(SOURCES))
    return draw(mutated_lines(source.splitlines()))


@settings(max_examples=150, deadline=None)
@given(mutated_source())
def test_a_pathway_with_changed_uses_and_groups_has_issues(text: str) -> None:
    found = compile_pathway(text, "p.yaml", SHELF)
    errors = [issue for issue in found.issues if issue.severity == "error"]
    assert (found.pathway is None) == bool(errors)
    assert render(found.issues, {"p.yaml": text}) or not found.issues


@settings(max_examples=150, deadline=None)
@given(mutated_lines(FRAGMENT.splitlines()))
def test_a_changed_fragment_has_issues_or_can_be_used(text: str) -> None:
    fragment, issues = read_fragment(text, "fragments/first-contact.yaml")
    assert (fragment is None) == any(issue.severity == "error" for issue in issues)
    if fragment is None:
        return
    fragments = {**SHELF.fragments, (fragment.id, fragment.version): fragment}
    shelf = replace(SHELF, fragments=fragments)
    found = compile_pathway(test_fragments.SOURCE, "p.yaml", shelf)
    assert render(found.issues, {"p.yaml": test_fragments.SOURCE}) or not found.issues


@settings(max_examples=100, deadline=None)
@given(mutated_lines(test_parameters.SITE.splitlines()))
def test_a_changed_site_file_has_issues_or_counts(text: str) -> None:
    site, issues = read_site(text, "site.yaml", "2026-11-22")
    assert (site is None) == any(issue.severity == "error" for issue in issues)
    if site is not None:
        source = test_parameters.SOURCE
        found = compile_pathway(source, "p.yaml", replace(SHELF, site=site))
        assert render(found.issues, {"p.yaml": source, "site.yaml": text}) or not found.issues
