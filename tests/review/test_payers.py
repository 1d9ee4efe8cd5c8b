"""A payer's file is read and checked like any definition: what, where, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from pathways.language.payers import compile_payer, payer_schema
from pathways.language.reading import read_yaml
from tests.language.test_schema import as_data
from worker.library import Library, shipped
from worker.payers import payer_issues, payers_of

GOOD = """\
language: 1
payer: small
version: "1"
title: A small plan
reviewed: {by: Somebody, on: 2026-01-01}
decisions:
  - {clock: usual, type: prior, within: 7 days, source: contract, tag: D}
  - {clock: more, type: extension, speed: expedited, within: 24 hours, asked: 24 hours,
     otherwise: 72 hours, source: contract, tag: D}
appeals:
  - {appeal: first, level: 1, file: 60 days, forward: true, source: contract, tag: D}
  - {appeal: second, level: 2, file: 60 days, source: contract, tag: D}
notices:
  - {notice: end, title: It ends, levels: [snf], before-end: 2 days, source: contract, tag: D}
"""


def found(text: str) -> list[tuple[str, int]]:
    """Code and line of every finding."""
    _, issues = compile_payer(text, "small.yaml")
    return [(issue.code, issue.place.line) for issue in issues]


def test_a_good_file_has_no_findings() -> None:
    payer, issues = compile_payer(GOOD, "small.yaml")
    assert issues == []
    assert payer is not None
    assert (payer.id, payer.silence, len(payer.clocks)) == ("small", "not-approval", 2)


@pytest.mark.parametrize(
    ("good", "bad", "code", "line"),
    [
        (", tag: D}\n  - {clock: more", "}\n  - {clock: more", "missing-field", 7),
        ("within: 7 days, source: contract", "within: 7 days", "missing-field", 7),
        ("tag: D", "tag: X", "not-an-option", 7),
        ("within: 7 days", "within: soon", "bad-span", 7),
        ("clock: more", "clock: usual", "duplicate-id", 8),
        ("type: extension, speed: expedited", "type: prior", "same-clock", 8),
        ("type: prior", "type: concurrent", "clock-missing", 7),
        ("otherwise: 72 hours, ", "", "clock-incomplete", 8),
        ("within: 7 days", "within: 7 days, pended: {tolls: true}", "clock-incomplete", 7),
        ("level: 2", "level: 3", "appeal-order", 12),
        ("level: 2, file: 60 days", "level: 2, forward: true, file: 60 days", "appeal-order", 12),
        (", before-end: 2 days", "", "clock-incomplete", 14),
        ("before-end: 2 days", "before-end: 2 hours", "bad-span", 14),
        ("levels: [snf]", "levels: [snff]", "not-an-option", 14),
        ("title: A small plan", "titel: A small plan", "unknown-field", 4),
        ("language: 1", "language: 2", "unknown-language", 1),
    ],
)
def test_a_mistake_is_found_where_it_stands(good: str, bad: str, code: str, line: int) -> None:
    assert good in GOOD
    assert (code, line) in found(GOOD.replace(good, bad, 1))


def test_editors_are_told_the_same() -> None:
    validator = Draft202012Validator(payer_schema())
    for path in sorted((shipped() / "payers").glob("*.yaml")):
        root, _ = read_yaml(path.read_text(encoding="utf-8"), str(path))
        assert root is not None
        assert not list(validator.iter_errors(as_data(root))), path
    root, _ = read_yaml(GOOD.replace("tag: D", "tag: X", 1), "small.yaml")
    assert root is not None
    assert [e.json_path for e in validator.iter_errors(as_data(root))] == ["$.decisions[0].tag"]


def test_two_files_of_one_payer_or_two_usual_ones_are_found(tmp_path: Path) -> None:
    folder = tmp_path / "payers"
    folder.mkdir()
    (folder / "a.yaml").write_text(GOOD + "usual: true\n")
    (folder / "b.yaml").write_text(GOOD)
    (folder / "c.yaml").write_text(GOOD.replace("payer: small", "payer: other") + "usual: true\n")
    assert sorted(payers_of(tmp_path)[0]) == ["other", "small"]
    codes = {
        name: [
            i.code for i in payer_issues(tmp_path, (folder / name).read_text(), str(folder / name))
        ]
        for name in ("a.yaml", "b.yaml", "c.yaml")
    }
    assert codes == {"a.yaml": [], "b.yaml": ["duplicate-id"], "c.yaml": ["two-usual-payers"]}


def test_careway_check_reads_payers_as_what_they_are(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(GOOD.replace("within: 7 days", "within: soon"))
    checked = Library(shipped()).check([path])
    assert [issue.code for issue in checked.issues] == ["bad-span"]


def test_the_payers_that_ship_are_in_order() -> None:
    checked = Library(shipped()).check([shipped() / "payers"])
    assert checked.issues == ()
    assert len(checked.files) == 7
