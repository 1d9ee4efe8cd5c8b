"""Whatever an author does to a definition: issues, never an exception."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pathways.language.compiling import compile_pathway
from pathways.language.report import render
from tests.language.shelf import DEFINITIONS, shared_shelf

SHELF = shared_shelf()
LINES = (DEFINITIONS / "pathways" / "type-2-diabetes.yaml").read_text("utf-8").splitlines()
SMALL = (
    (DEFINITIONS.parent / "tests" / "language" / "golden" / "no-default-row.golden")
    .read_text("utf-8")
    .split("==== source\n")[1]
    .split("==== issues\n")[0]
)
FRAGMENTS = st.sampled_from(
    [
        "",
        "[]",
        "{}",
        "null",
        "true",
        "7",
        "-1",
        "1e400",
        "'",
        '"',
        "- ",
        ": ",
        "{{ x",
        "{% if %}",
        "discharge",
        "hba1c <",
        "7 days",
        "0 days",
        "assess: {}",
        "go: nowhere",
        "when: 1",
        "&a",
        "*a",
        "!!str",
        "<<: {}",
        "\t",
        "á",
        "stage: assessment",
        "id: call",
        "due: [1]",
        "table: []",
        "set: {}",
        "${x}",
        "$${",
        "use: {fragment: first-contact, version: '2026.1', with: {owner: case-manager}}",
        "parameters: {x: {label: X, default: 1, range: [0, 2]}}",
    ]
)


@st.composite
def mutated_lines(draw: st.DrawFn, source: list[str]) -> str:
    lines = list(source)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        kind = draw(st.sampled_from(["drop", "twice", "swap", "indent", "replace"]))
        other = draw(st.integers(0, len(lines) - 1))
        if kind == "drop":
            del lines[at]
        elif kind == "twice":
            lines.insert(at, lines[at])
        elif kind == "swap":
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == "indent":
            lines[at] = "  " + lines[at]
        else:
            key, colon, _ = lines[at].partition(":")
            lines[at] = key + colon + " " + draw(FRAGMENTS)
    return "\n".join(lines) + "\n"


@st.composite
def mutated_characters(draw: st.DrawFn) -> str:
    text = SMALL
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(text)))
        length = draw(st.integers(0, 12))
        text = text[:start] + draw(FRAGMENTS) + text[start + length :]
    return text


def _issues_or_pathway(text: str) -> None:
    compiled = compile_pathway(text, "f.yaml", SHELF)
    errors = [issue for issue in compiled.issues if issue.severity == "error"]
    assert (compiled.pathway is None) == bool(errors)
    report = render(compiled.issues, {"f.yaml": text})
    for issue in compiled.issues[:100]:
        assert issue.message in report
        assert issue.place.line >= 1
        assert issue.place.column >= 1


@settings(max_examples=200, deadline=None)
@given(mutated_characters())
def test_a_definition_with_changed_characters_has_issues(text: str) -> None:
    _issues_or_pathway(text)


@settings(max_examples=200, deadline=None)
@given(mutated_lines(SMALL.splitlines()))
def test_a_definition_with_changed_lines_has_issues(text: str) -> None:
    _issues_or_pathway(text)


@settings(max_examples=40, deadline=None)
@given(mutated_lines(LINES))
def test_a_shipped_pathway_with_changed_lines_has_issues(text: str) -> None:
    _issues_or_pathway(text)
