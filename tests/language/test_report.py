"""Reports: what an author reads and what an editor's plug-in reads."""

from __future__ import annotations

from pathways.language.issues import Issue, Place, Related, in_order, nearest, suggest
from pathways.language.report import MOST, as_json, render, summary

ISSUE = Issue(
    "unknown-step",
    'Step "b" comes after "x".',
    Place("p.yaml", 2, 8),
    related=(
        Related(Place("p.yaml", 1, 1), '"y" is declared here.'),
        Related(Place("q.yaml", 3, 4), "And here."),
    ),
    hint='Did you mean "y"?',
)


def test_an_issue_reads_place_fact_excerpt_related_remedy() -> None:
    assert render([ISSUE], {"p.yaml": "y: 1\nafter: x\n"}) == (
        "p.yaml:2:8 unknown-step\n"
        '  Step "b" comes after "x".\n'
        "    2 | after: x\n"
        "      |        ^\n"
        '  line 1: "y" is declared here.\n'
        "  q.yaml:3:4: And here.\n"
        '  Did you mean "y"?\n'
    )


def test_a_long_line_is_cut_around_the_place() -> None:
    issue = Issue("bad-span", "No.", Place("p.yaml", 1, 301))
    report = render([issue], {"p.yaml": "a" * 300 + "!" + "b" * 300})
    shown, caret = report.splitlines()[2:4]
    assert len(shown) < 120
    assert shown[caret.index("^")] == "!"


def test_an_issue_without_its_source_has_no_excerpt() -> None:
    assert "|" not in render([ISSUE], {})


def test_many_issues_are_counted_not_printed() -> None:
    issues = [Issue("x", "No.", Place("p", n, 1)) for n in range(1, MOST + 6)]
    assert render(issues, {}).endswith("... and 5 more.\n")


def test_no_issues_render_as_nothing() -> None:
    assert render([], {}) == ""
    assert summary([]) == "no issues"


def test_a_summary_counts_errors_and_warnings() -> None:
    warning = Issue("unused", "No.", Place("p", 1, 1), severity="warning")
    assert summary([ISSUE, ISSUE, warning]) == "2 errors and 1 warning"


def test_machines_get_the_same_facts() -> None:
    (found,) = as_json([ISSUE])
    assert found["code"] == "unknown-step"
    assert (found["file"], found["line"], found["column"]) == ("p.yaml", 2, 8)
    assert found["related"] == [
        {"file": "p.yaml", "line": 1, "column": 1, "message": '"y" is declared here.'},
        {"file": "q.yaml", "line": 3, "column": 4, "message": "And here."},
    ]


def test_issues_come_in_the_order_of_the_source_each_once() -> None:
    late = Issue("a", "Late.", Place("p", 10, 1))
    early = Issue("b", "Early.", Place("p", 9, 20))
    assert in_order([late, early, late]) == (early, late)


def test_a_suggestion_overlooks_case_and_underscores() -> None:
    assert nearest("HBA1C_Lab", ["hba1c-lab", "glucose"]) == "hba1c-lab"
    assert suggest("hba1c-lb", ["hba1c-lab"]) == 'Did you mean "hba1c-lab"?'
    assert suggest("zzz", ["b", "a"]) == "Known here: a, b."
    assert suggest("zzz", []) == ""
