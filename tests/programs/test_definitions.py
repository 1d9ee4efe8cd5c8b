"""Program files: read, checked, and in the schema's terms."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from pathways.language.issues import Issue
from pathways.language.programs import program_schema, read_program
from pathways.language.reading import read_yaml
from pathways.spans import Span
from tests.language.test_schema import as_data
from tests.programs.facts import programs
from worker.library import Library, shipped

VALIDATOR = Draft202012Validator(program_schema())

SOUND = """\
language: 1
program: call-back
version: "2026"
title: Call back
kind: indicator
tag: default
source: our own
starts: [{event: discharged, unless: {to: [facility]}}]
period: 29 days
clocks:
  - {clock: call, title: Call, within: 2 business days, met-by: [{contact: patient, by: [nurse]}]}
  - {clock: visit, title: V, first-day: 1, within: 12 months, limit: 14 months, no-later-than: call,
     met-by: [{visit: clinic}]}
claims: [{code: "1", needs: [call]}]
minutes: {thresholds: [{minutes: 20, code: "2"}, {minutes: 40, code: "3"}], not-with: [call-back]}
"""


def codes(text: str) -> list[tuple[str, int]]:
    program, issues = read_program(text, "p.yaml")
    assert (program is None) == bool(issues)
    return [(issue.code, issue.place.line) for issue in issues]


def test_a_sound_program_is_read_as_it_is_written() -> None:
    program, issues = read_program(SOUND, "p.yaml")
    assert issues == ()
    assert program is not None
    call, visit = program.clocks
    assert (call.within, call.first_day) == (Span(2, "business-day"), 0)
    assert (visit.limit, visit.no_later_than) == (Span(14, "month"), "call")
    assert program.starts[0].unless == {"to": ("facility",)}
    assert program.minutes is not None
    assert [t.minutes for t in program.minutes.thresholds] == [20, 40]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("starts: [{event: discharged, unless: {to: [facility]}}]\n", "", ("never-starts", 10)),
        ("{event: discharged, ", "{event: x, enrolled: y, ", ("evidence-kind", 8)),
        ("{event: discharged, ", "{enrolled: y, ", ("evidence-kind", 8)),
        ("{visit: clinic}", "{by: [nurse]}", ("evidence-kind", 13)),
        ("{visit: clinic}", "{visit: clinic, is: good}", ("evidence-kind", 13)),
        ("{visit: clinic}", "{visit: clinic, below: 8}", ("evidence-kind", 13)),
        ("{event: discharged, ", "{event: discharged, at-least: 3, ", ("evidence-kind", 8)),
        ("clock: visit", "clock: call", ("duplicate-id", 12)),
        ("no-later-than: call", "no-later-than: visit", ("unknown-clock", 12)),
        ("needs: [call]", "needs: [cal]", ("unknown-clock", 14)),
        ("period: 29 days\n", "", ("missing-field", 13)),
        ("limit: 14 months", "limit: 11 months", ("empty-range", 12)),
        ("first-day: 1", "first-day: 399", ("empty-range", 12)),
        ("first-day: 1", "first-day: -1", ("not-a-day", 12)),
        ("minutes: 40", "minutes: 20", ("empty-range", 15)),
        ("2 business days", "2 busy days", ("bad-span", 11)),
        ("tag: default", "tag: sure", ("not-an-option", 6)),
    ],
)
def test_what_is_wrong_is_found_where_it_stands(old: str, new: str, found: tuple[str, int]) -> None:
    assert old in SOUND
    assert found in codes(SOUND.replace(old, new))


def test_a_program_without_clocks_and_minutes_says_nothing() -> None:
    assert codes("\n".join(SOUND.splitlines()[:7]) + "\n") == [("empty-program", 1)]


@pytest.mark.parametrize("path", sorted((shipped() / "programs").glob("*.yaml")), ids=str)
def test_every_shipped_program_fits_the_schema_and_its_file(path: Path) -> None:
    root, issues = read_yaml(path.read_text(), path.name)
    program, found = read_program(path.read_text(), path.name)
    assert (issues, found) == ([], ())
    assert root is not None
    assert program is not None
    assert program.program == path.stem
    assert [error.json_path for error in VALIDATOR.iter_errors(as_data(root))] == []


def test_the_schema_marks_evidence_of_two_kinds() -> None:
    root, _ = read_yaml(SOUND.replace("{visit: clinic}", "{visit: clinic, work: x}"), "p.yaml")
    assert root is not None
    assert list(VALIDATOR.iter_errors(as_data(root)))


def test_every_shipped_program_says_where_its_numbers_are_from() -> None:
    for program in programs().values():
        assert program.source
        assert program.version == "2026"
        if program.kind == "indicator":
            assert "own words" in program.source


def test_a_file_is_named_for_its_program(tmp_path: Path) -> None:
    """Given two files of one program, then the one that is named otherwise is found."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("call-back", "other"):
        (folder / f"{name}.yaml").write_text(SOUND)
    known, issues = Library(tmp_path).programs()
    assert list(known) == ["call-back"]
    assert [(i.code, Path(i.place.file).name) for i in issues] == [("misnamed-file", "other.yaml")]


def test_the_library_finds_a_program_that_excludes_one_that_is_not_there(tmp_path: Path) -> None:
    """Given a typing error in not-with, when the folder is checked, then it is found."""
    folder = tmp_path / "programs"
    folder.mkdir()
    file = folder / "call-back.yaml"
    file.write_text(SOUND.replace("[call-back]", "[call-bak]"))
    checked: tuple[Issue, ...] = Library(tmp_path).check([file]).issues
    assert [(i.code, i.hint) for i in checked] == [("unknown-program", 'Did you mean "call-back"?')]
