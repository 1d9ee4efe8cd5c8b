"""What is proven of a definition with errors: all that holds however they are mended."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.definitions import shipped
from tests.language.shelf import DEFINITIONS
from tests.proving.erring import Mistake, elsewhere, findings, mistakes, odd_lines
from tests.proving.proving import SHELF
from worker.library import Library

GOLDEN = Path(__file__).parent / "golden"
PATHWAYS = Library().shelf()
SOURCES = {
    path.stem: path.read_text("utf-8").split("==== source\n")[1].split("==== issues\n")[0]
    for path in sorted(GOLDEN.glob("*.golden"))
}


def codes(text: str) -> list[tuple[str, int]]:
    return sorted({(issue.code, issue.place.line) for issue in findings(text, SHELF)})


def with_(name: str, *changes: tuple[str, str]) -> str:
    """The definition of a golden file with a few words otherwise."""
    text = SOURCES[name]
    for old, new in changes:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    return text


def line(text: str, words: str) -> int:
    return next(n for n, one in enumerate(text.splitlines(), 1) if words in one)


# --- both at once ---------------------------------------------------------------------------


def test_a_type_error_and_a_deadline_that_cannot_be_kept_are_found_at_once() -> None:
    """Given a stage that takes longer than its deadline and, in the same stage, a step with a
    condition that compares a number with a word, when it is checked, then both are said."""
    text = with_(
        "infeasible-deadline",
        ("      - id: hello\n", '      - id: hello\n        when: hba1c < "high"\n'),
    )
    assert codes(text) == [
        ("infeasible-deadline", line(text, "deadline: 14 days")),
        ("type-mismatch", line(text, '"high"')),
    ]


def test_beside_a_span_that_is_none_the_rest_of_the_step_is_checked() -> None:
    """Given a step with a span that is none, which also comes after a step that is not there,
    has a condition of the wrong type and belongs to nobody's role, then all four are said."""
    text = with_(
        "infeasible-deadline",
        (
            "      - id: hello\n",
            '      - id: first\n        after: [helo]\n        when: hba1c < "high"\n'
            "        task: {by: nobody-s}\n        due: 5 dys\n      - id: hello\n",
        ),
    )
    assert [code for code, _ in codes(text) if code != "infeasible-deadline"] == [
        "bad-span",
        "type-mismatch",
        "unknown-role",
        "unknown-step",
    ]


def test_a_span_that_is_none_keeps_nothing_from_being_checked_and_proven() -> None:
    """Given a definition whose shape is wrong in one step, and that names a step that is not
    there and has a rule that never fires, then all three are said."""
    text = with_(
        "never-yes-rule",
        ("due: 7 days\n      - id: hello", "due: 7 dys\n      - id: hello"),
        ("after: look", "after: lok"),
    )
    assert codes(text) == [
        ("bad-span", line(text, "7 dys")),
        ("never-yes", line(text, "hba1c > 30")),
        ("unknown-step", line(text, "after: lok")),
    ]


def test_a_threshold_without_a_source_is_proven_like_any_other() -> None:
    text = with_(
        "never-yes-rule",
        ("    task: {by: case-manager}\n    evidence: guide\n", "    task: {by: case-manager}\n"),
    )
    assert codes(text) == [
        ("missing-source", line(text, "hba1c > 30")),
        ("never-yes", line(text, "hba1c > 30")),
    ]


# --- no more than holds ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "old", "new", "found"),
    [
        # Nobody knows how long a step takes that cannot be read.
        ("infeasible-deadline", "for: 3 weeks", "for: 3 wks", {"bad-span"}),
        # The branch that is never taken may be meant to lead to the stage.
        ("unreachable-stage", "go: rescue}", "go: resque}", {"unknown-stage"}),
        ("unreachable-stage", "hba1c > 30", "hba1x > 30", {"unknown-name"}),
        # Nobody goes round while somebody works, but nobody knows that there is a step.
        (
            "endless-circle",
            "milestone: {}}",
            "task: {by: case-manager}, due: 1 dy}",
            {"bad-span"},
        ),
        # The row that cannot be read may be the one for the single value.
        ("decision-gap", "{when: hba1c > 7 and", "{when: hba1x > 7 and", {"unknown-name"}),
        # Another rule may answer the red flag.
        ("red-flag-unanswered-elsewhere", "during: [follow-up]", "during: [x]", {"unknown-stage"}),
    ],
)
def test_what_rests_on_the_mistake_is_not_said(
    name: str, old: str, new: str, found: set[str]
) -> None:
    assert {code for code, _ in codes(with_(name, (old, new)))} == found


def test_a_term_that_is_wrong_is_said_where_it_is_declared_and_nowhere_else() -> None:
    """Given a term that compares a number with a word, a second one that uses it, and a rule that
    uses the second beside a name that is not declared, then the first and the name are said."""
    text = with_(
        "never-yes-rule",
        (
            "eligible: age",
            "terms:\n  worse: poor and hba1c > 2\n  poor: hba1c > 'x'\neligible: age",
        ),
        ("when: hba1c > 30", "when: worse and nonsense > 3"),
    )
    assert codes(text) == [
        ("type-mismatch", line(text, "poor: hba1c")),
        ("unknown-name", line(text, "nonsense")),
    ]


def test_what_follows_from_a_second_mistake_is_not_said_beside_a_wrong_shape() -> None:
    """Given a misspelt span and the only branch that leads to the next stage misspelt, then both
    are said and not that nobody comes to the stage."""
    text = with_(
        "never-yes-child",
        ("- {go: follow-up}", "- {go: folow-up}"),
        ("due: 7 days\n      - id: hello", "due: 7 dys\n      - id: hello"),
    )
    found = {code for code, _ in codes(text)}
    assert {"bad-span", "unknown-stage"} <= found
    assert not found & {"unreachable-stage", "no-discharge"}


def test_a_threshold_of_a_term_that_is_wrong_misses_no_source_elsewhere() -> None:
    """Given a rule without evidence that uses a term, when the term's name is misspelt, then that
    is said and not that its number has no source; without the mistake, that is said."""
    text = with_(
        "never-yes-rule",
        ("eligible: age", "terms:\n  poor: hba1x > 9\neligible: age"),
        ("when: hba1c > 30", "when: poor"),
        ("    task: {by: case-manager}\n    evidence: guide\n", "    task: {by: case-manager}\n"),
    )
    assert codes(text) == [("unknown-name", line(text, "hba1x"))]
    right = text.replace("hba1x", "hba1c")
    assert codes(right) == [("missing-source", line(text, "when: poor"))]


# --- whatever the mistake -------------------------------------------------------------------

FAULTY = sorted(SOURCES)
"""Definitions of which something cannot be proven."""


@settings(deadline=None, max_examples=6, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_mistake_in_a_shipped_pathway_brings_no_other_finding(data: st.DataObject) -> None:
    """Given a shipped pathway with a few lines that say something else, so that less of it can be
    proven, and a mistake on one line, then nothing is found on other lines that is not found
    without the mistake."""
    name = data.draw(st.sampled_from(shipped.NAMES))
    text = (DEFINITIONS / "pathways" / f"{name}.yaml").read_text("utf-8")
    lines = text.splitlines()
    for number, odd in data.draw(st.lists(st.sampled_from(odd_lines(text)), max_size=8)):
        lines[number] = odd
    text = "\n".join(lines) + "\n"
    mistake: Mistake = data.draw(st.sampled_from(list(mistakes(text))))
    without = elsewhere(findings(text, PATHWAYS), mistake.line)
    assert elsewhere(findings(mistake.text, PATHWAYS), mistake.line) <= without
