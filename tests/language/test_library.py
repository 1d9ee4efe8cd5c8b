"""A folder of definitions as a whole, and the messages in it."""

from __future__ import annotations

import pytest

from pathways.language.library import compile_library
from pathways.language.messages import KERNEL_MESSAGES, read_messages
from pathways.language.report import render
from tests.language.shelf import DEFINITIONS

SHIPPED = {
    str(path.relative_to(DEFINITIONS.parent)): path.read_text("utf-8")
    for path in sorted(DEFINITIONS.rglob("*.yaml"))
}
PATHWAY = """\
language: 1
pathway: {id}
version: "1"
title: A sample
roles: [nurse-manager]
stages: [{{stage: assessment}}]
"""


def found(files: dict[str, str]) -> list[tuple[str, str]]:
    messages = {"d/messages.yaml": SHIPPED["definitions/messages.yaml"]}
    library = compile_library(messages | files)
    return [(str(issue.place), issue.code) for issue in library.issues]


def test_the_shipped_definitions_have_no_issues() -> None:
    library = compile_library(SHIPPED)
    assert render(library.issues, SHIPPED) == ""
    assert library.pathways
    assert library.instruments


@pytest.mark.parametrize("language", ["en", "es"])
def test_everything_that_careway_sends_is_there_in_both_languages(language: str) -> None:
    library = compile_library(SHIPPED)
    assert {name for name in KERNEL_MESSAGES if language in library.messages[name]} == set(
        KERNEL_MESSAGES
    )


def test_a_pathway_is_defined_once() -> None:
    twice = {
        "d/pathways/a.yaml": PATHWAY.format(id="a"),
        "d/pathways/b.yaml": PATHWAY.format(id="a"),
    }
    assert ("d/pathways/b.yaml:1:1", "duplicate-id") in found(twice)


def test_a_file_is_called_like_its_pathway() -> None:
    assert found({"d/pathways/b.yaml": PATHWAY.format(id="a")}) == [
        ("d/pathways/b.yaml:1:1", "misnamed-file")
    ]


def test_a_question_about_an_unknown_pathway_is_reported() -> None:
    text = PATHWAY.format(id="a") + "refuse:\n  - {when: 'on-pathway(\"b\")', because: Both.}\n"
    assert found({"d/pathways/a.yaml": text}) == [("d/pathways/a.yaml:8:1", "unknown-pathway")]


def test_a_message_that_careway_needs_must_not_be_missing() -> None:
    text = "language: 1\nmessages:\n  hello: {en: {subject: Hello, body: Hello}}\n"
    messages, issues = read_messages(text, "m.yaml")
    assert messages["hello"]["en"].subject == "Hello"
    assert [issue.code for issue in issues] == ["missing-message"] * len(KERNEL_MESSAGES)


def test_a_message_knows_an_appointment_only_where_there_is_one() -> None:
    """StrictUndefined would refuse it at the moment of sending: too late."""
    text = (
        "language: 1\nmessages:\n  hello: {en: {subject: Hi, body: 'On {{ appointment.when }}'}}\n"
    )
    _, issues = read_messages(text, "m.yaml")
    assert "unknown-variable" in [issue.code for issue in issues]
