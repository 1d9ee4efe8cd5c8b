"""What only several definitions together can show."""

from __future__ import annotations

from pathways.compiled import CompiledPathway
from pathways.language.compiling import compile_pathway
from pathways.language.instruments import compile_instrument
from pathways.language.messages import KERNEL_MESSAGES, read_messages
from pathways.language.together import check_together
from tests.language.shelf import DEFINITIONS, PHQ_2, small_shelf

PATHWAY = """\
language: 1
pathway: {id}
version: "1"
title: A sample
roles: [nurse-manager]
stages: [{{stage: assessment}}]
"""


def pathway(identity: str, more: str = "") -> CompiledPathway:
    compiled = compile_pathway(PATHWAY.format(id=identity) + more, "p.yaml", small_shelf())
    assert compiled.pathway is not None
    return compiled.pathway


def found(**pathways: CompiledPathway) -> list[tuple[str, str]]:
    issues = check_together({f"{name}.yaml": one for name, one in pathways.items()}, {})
    return [(str(issue.place), issue.code) for issue in issues]


def test_a_pathway_is_defined_once() -> None:
    assert found(a=pathway("a"), b=pathway("a")) == [("b.yaml:1:1", "duplicate-id")]


def test_a_file_is_called_like_its_pathway() -> None:
    """Pathways are found by the names of their files."""
    assert found(b=pathway("a")) == [("b.yaml:1:1", "misnamed-file")]


def test_a_file_is_called_like_its_instrument() -> None:
    assert [i.hint for i in check_together({}, {"phq.yaml": PHQ_2})] == ["Call it phq-2.yaml."]


def test_a_question_about_an_unknown_pathway_is_reported() -> None:
    asks = "refuse:\n  - {when: 'on-pathway(\"b\")', because: Both at once are too much.}\n"
    assert found(a=pathway("a", asks)) == [("a.yaml:8:1", "unknown-pathway")]
    assert found(a=pathway("a", asks), b=pathway("b")) == []


def test_the_shipped_definitions_fit_together() -> None:
    instruments = {}
    for path in sorted((DEFINITIONS / "instruments").glob("*.yaml")):
        instrument, _ = compile_instrument(path.read_text("utf-8"), path.name)
        assert instrument is not None
        instruments[path.name] = instrument
    assert instruments
    assert check_together({}, instruments) == ()


def test_everything_that_careway_sends_is_shipped_in_english_and_spanish() -> None:
    text = (DEFINITIONS / "messages.yaml").read_text("utf-8")
    messages, issues = read_messages(text, "messages.yaml")
    assert issues == ()
    assert all({"en", "es"} <= set(messages[name]) for name in KERNEL_MESSAGES)


def test_a_message_that_careway_needs_must_not_be_missing() -> None:
    text = "language: 1\nmessages:\n  hello: {en: {subject: Hello, body: Hello}}\n"
    messages, issues = read_messages(text, "m.yaml")
    assert messages["hello"]["en"].subject == "Hello"
    assert [issue.code for issue in issues] == ["missing-message"] * len(KERNEL_MESSAGES)


def test_a_message_knows_an_appointment_only_where_there_is_one() -> None:
    """StrictUndefined would refuse it at the moment of sending: too late."""
    hello = "hello: {en: {subject: Hi, body: 'On {{ appointment.when }}'}}"
    _, issues = read_messages(f"language: 1\nmessages:\n  {hello}\n", "m.yaml")
    assert "unknown-variable" in [issue.code for issue in issues]
