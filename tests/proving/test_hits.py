"""What a decision table says of its rows is proven, or said not to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from pathways.proving import searching
from tests.proving.proving import issues

SOURCE = (
    (Path(__file__).parent / "golden" / "decision-overlap.golden")
    .read_text(encoding="utf-8")
    .partition("==== source\n")[2]
    .partition("==== issues")[0]
)
TABLE = """\
            - {when: hba1c <= 8, set: {foot-risk: low}}
            - {when: hba1c >= 7, set: {foot-risk: high}}
"""


def table(hit: str, *rows: str, when: str = "") -> str:
    """The sample with another table; ``when`` of its step."""
    lines = "".join(f"            - {row}\n" for row in rows)
    said = f"          hit: {hit}\n" if hit else ""
    asked = f"        when: {when}\n" if when else ""
    return (
        SOURCE.replace(TABLE, lines)
        .replace("          table:\n", f"{said}          table:\n")
        .replace("        decide:\n", f"{asked}        decide:\n")
    )


def found(source: str) -> list[tuple[str, str]]:
    return [
        (issue.code, issue.severity) for issue in issues(source) if issue.code.startswith("dec")
    ]


CROSSING = (
    "{when: hba1c <= 8, set: {foot-risk: low}}",
    "{when: hba1c >= 7, set: {foot-risk: high}}",
)


def test_rows_that_cross_are_a_slip_unless_the_table_says_that_the_first_counts() -> None:
    """Given two rows that cross, then without ``hit`` that is a warning, and with it nothing."""
    assert found(table("", *CROSSING)) == [("decision-overlap", "warning")]
    assert found(table("first", *CROSSING)) == []
    assert found(table("unique", *CROSSING)) == [("decision-overlap", "error")]


def test_a_row_that_is_never_reached_is_found_though_the_first_counts() -> None:
    rows = ("{when: hba1c > 8, set: {foot-risk: high}}", "{when: hba1c > 9, set: {foot-risk: low}}")
    assert "unreachable-row" in [issue.code for issue in issues(table("first", *rows))]


def test_rows_that_exclude_each_other_are_unique() -> None:
    """Given rows about two values that never hold together, and about known and missing."""
    rows = (
        "{when: missing(hba1c), set: {foot-risk: moderate}}",
        "{when: hba1c > 8 and age >= 65, set: {foot-risk: high}}",
        "{when: hba1c > 8 and age < 65, set: {foot-risk: low}}",
    )
    assert found(table("unique", *rows)) == []


def test_only_patients_who_come_to_the_table_count() -> None:
    """Given rows that overlap below 65 only, when the step is for 65 and over, then nothing."""
    rows = (
        "{when: hba1c > 8 and age >= 65, set: {foot-risk: high}}",
        "{when: hba1c <= 8 or age < 65, set: {foot-risk: low}}",
        "{when: age < 65, set: {foot-risk: moderate}}",
    )
    assert found(table("unique", *rows)) == [("decision-overlap", "error")]
    assert found(table("unique", *rows, when="age >= 65")) == []


def test_rows_that_set_the_same_may_overlap_where_any_counts() -> None:
    rows = ("{when: hba1c > 8, set: {foot-risk: high}}", "{when: age > 80, set: {foot-risk: high}}")
    assert found(table("any", *rows)) == []
    assert found(table("unique", *rows)) == [("decision-overlap", "error")]


def test_what_could_not_be_searched_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a search that is given up, then the claim is neither refuted nor taken for proven."""
    rows = (
        "{when: hba1c > 8 and age >= 65, set: {foot-risk: high}}",
        "{when: hba1c > 8 and age < 65, set: {foot-risk: low}}",
    )
    monkeypatch.setattr(searching, "BUDGET", 0)
    assert found(table("unique", *rows)) == [("decision-overlap", "warning")]
