"""The JSON Schema for editors: generated, checked in, and never stricter than the compiler."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pathways.language.reading import read_yaml
from pathways.language.schema import pathway_schema
from pathways.language.tree import Mapping, Node, Scalar
from tests.language.shelf import DEFINITIONS

CHECKED_IN = DEFINITIONS / "pathway.schema.json"
PATHWAYS = sorted((DEFINITIONS / "pathways").glob("*.yaml"))


def as_data(node: Node) -> Any:
    """The tree as an editor's YAML 1.2 parser sees it."""
    if isinstance(node, Mapping):
        return {entry.key.text: as_data(entry.value) for entry in node.entries}
    if isinstance(node, Scalar):
        return node.value
    return [as_data(item) for item in node.items]


def wrong_places(text: str) -> list[str]:
    root, issues = read_yaml(text, "f.yaml")
    assert root is not None
    assert not issues
    validator = Draft202012Validator(pathway_schema())
    return [error.json_path for error in validator.iter_errors(as_data(root))]


def definition(step: str) -> str:
    return (
        'language: 1\npathway: p\nversion: "1"\ntitle: P\nroles: [case-manager]\n'
        f"stages:\n  - stage: assessment\n    steps:\n      - {step}\n"
    )


def test_the_checked_in_schema_is_the_generated_one() -> None:
    """CAREWAY_BLESS=1 writes it anew."""
    text = json.dumps(pathway_schema(), indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("CAREWAY_BLESS") == "1":
        CHECKED_IN.write_text(text, encoding="utf-8")
    assert CHECKED_IN.read_text(encoding="utf-8") == text


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(pathway_schema())


@pytest.mark.parametrize("path", PATHWAYS, ids=[path.stem for path in PATHWAYS])
def test_every_shipped_pathway_satisfies_the_schema(path: Path) -> None:
    assert wrong_places(path.read_text(encoding="utf-8")) == []


def test_a_good_step_satisfies_the_schema() -> None:
    assert wrong_places(definition("{id: a, task: {by: case-manager}, due: 7 days}")) == []


@pytest.mark.parametrize(
    ("step", "place"),
    [
        ("{id: a, task: {}, due: half a month}", "$.stages[0].steps[0].due"),
        ("{id: a, task: {bye: nurse}, due: 7 days}", "$.stages[0].steps[0].task"),
        ("{id: a, task: {}, plan: {}}", "$.stages[0].steps[0].plan"),
        ("{id: a, due: 7 days}", "$.stages[0].steps[0]"),
        ("{id: a, schedule: {service: lab, minutes: 0}}", "$.stages[0].steps[0].schedule.minutes"),
        ("{id: a, wait: {until: x}}", "$.stages[0].steps[0].wait"),
        ("{id: a, title: {es: Llamar}, task: {}}", "$.stages[0].steps[0].title"),
        ("{id: a, title: {en: Call, Spanish: x}, task: {}}", "$.stages[0].steps[0].title"),
        (
            "{id: a, decide: {hit: collect, table: [{set: {x: 1}}]}}",
            "$.stages[0].steps[0].decide.hit",
        ),
    ],
)
def test_an_editor_marks_the_very_field_that_is_wrong(step: str, place: str) -> None:
    assert place in wrong_places(definition(step))


def test_a_title_by_language_satisfies_the_schema() -> None:
    step = "{id: a, title: {en: Call, zh-Hant: 電話}, task: {title: {en: x, es: y}}, due: 7 days}"
    assert wrong_places(definition(step)) == []


def described(schema: dict[str, Any], definitions: dict[str, Any]) -> bool:
    """Whether an editor has something to show: the field's own text, or that of its mapping."""
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    return bool(schema.get("description") or (name and definitions[name].get("description")))


def test_every_field_is_described() -> None:
    """What an editor shows when the pointer rests on a field, of every mapping there is."""
    whole = pathway_schema()
    definitions = whole["$defs"]
    found = {"Pathway": whole, **definitions}
    fields = [
        (owner, name, described(schema, definitions))
        for owner, one in found.items()
        for name, schema in one.get("properties", {}).items()
    ]
    assert len(fields) > 100
    assert [(owner, name) for owner, name, text in fields if not text] == []


def test_a_field_without_a_text_would_be_found() -> None:
    assert not described({"type": "string"}, {})
    assert not described({"$ref": "#/$defs/Step"}, {"Step": {}})


def test_hover_texts_are_sentences_without_markup() -> None:
    """A text that an editor shows ends like a sentence and holds no broken template."""
    definitions = pathway_schema()["$defs"]
    texts = [
        schema["description"]
        for one in definitions.values()
        for schema in one.get("properties", {}).values()
        if "description" in schema
    ]
    assert [text for text in texts if not text.rstrip(")").endswith((".", "..."))] == []
    assert [text for text in texts if len(text) > 120] == []
