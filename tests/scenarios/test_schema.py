"""The JSON Schema of scenario files: generated, checked in, and never stricter than the reader."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pathways.language.reading import read_yaml
from pathways.language.schema import scenario_schema
from tests.language.shelf import DEFINITIONS
from tests.language.test_schema import as_data, described
from tests.scenarios.stories import HEAD

FILES = sorted((DEFINITIONS / "scenarios").rglob("*.yaml"))
VALIDATOR = Draft202012Validator(scenario_schema())
EXPECTS = "expect:\n  - {closed: completed}\n"


def wrong_places(text: str) -> list[str]:
    root, issues = read_yaml(text, "story.yaml")
    assert root is not None, issues
    return [error.json_path for error in VALIDATOR.iter_errors(as_data(root))]


def test_the_checked_in_schema_is_the_generated_one() -> None:
    text = json.dumps(scenario_schema(), indent=1, ensure_ascii=False) + "\n"
    assert (DEFINITIONS / "scenario.schema.json").read_text(encoding="utf-8") == text


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(scenario_schema())


@pytest.mark.parametrize(
    "folder", sorted({path.parent for path in FILES}), ids=lambda folder: folder.name
)
def test_every_shipped_scenario_satisfies_the_schema(folder: Path) -> None:
    """And the files of exceptions beside them."""
    files = [path for path in FILES if path.parent == folder]
    wrong = {path.name: wrong_places(path.read_text(encoding="utf-8")) for path in files}
    assert {name: places for name, places in wrong.items() if places} == {}


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        ("course:\n  - {at: noon, complete: a}\n" + EXPECTS, "$.course[0].at"),
        ("course:\n  - {complete: a, decline: b}\n" + EXPECTS, "$.course[0].decline"),
        ("course:\n  - {at: day 3}\n" + EXPECTS, "$.course[0]"),
        ("course:\n  - {complet: a}\n" + EXPECTS, "$.course[0]"),
        ("slots: {lab: soon}\n" + EXPECTS, "$.slots.lab"),
        ("expect:\n  - {task: call, due: soon}\n", "$.expect[0].due"),
        ("expect:\n  - {task: call, message: b}\n", "$.expect[0].message"),
        ("expect:\n  - {task: call, times: 0}\n", "$.expect[0].times"),
        ("patient: {sex: f}\n" + EXPECTS, "$.patient.sex"),
        ("course:\n  - {resume: true}\n", "$"),
    ],
)
def test_an_editor_marks_what_the_reader_refuses(lines: str, place: str) -> None:
    assert place in wrong_places(HEAD + lines)


@pytest.mark.parametrize(
    "line",
    [
        "course: [{hold: travel, until: day 9}]\n",
        'course: [{at: "+2 business days", event: admitted}, {at: day 9 9:30, resume: true}]\n',
        "slots: {lab: none, clinic: 5 days}\n",
        "never: [{timeline: task-opened, step: call}, {task: call, due: day 3 9:30}]\n",
    ],
)
def test_what_the_reader_takes_satisfies_the_schema(line: str) -> None:
    assert wrong_places(HEAD + line + EXPECTS) == []


def test_every_field_is_described() -> None:
    definitions: dict[str, Any] = scenario_schema()["$defs"]
    fields = [
        (owner, name, described(schema, definitions))
        for owner, one in definitions.items()
        for name, schema in one["properties"].items()
    ]
    assert len(fields) > 80
    assert [(owner, name) for owner, name, text in fields if not text] == []
