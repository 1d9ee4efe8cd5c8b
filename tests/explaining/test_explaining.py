"""A pathway in plain English: to the letter for a small one, and nothing missing for those that
ship. CAREWAY_BLESS=1 writes the texts anew; read the difference before committing it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from pathways import wording
from pathways.compiled import HUMAN_VERBS, Step
from pathways.explaining import explain_named, explain_pathway, explain_rule, explain_step, names
from tests.definitions import shipped
from tests.drawing.samples import every_verb

GOLDEN = Path(__file__).parent / "golden"
TEXTS = (
    "welcome", "look", "medicines", "tier", "permit", "eyes", "pause", "make", "agree", "ready",
    "feet", "offer", "instead", "call", "readings", "hand-over",
    "assessment", "reevaluation", "severe-low", "hello-again", "look-again", "gone",
)  # fmt: skip


def agreed(name: str, text: str) -> str:
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("CAREWAY_BLESS") == "1":
        path.write_text(text, encoding="utf-8")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TEXTS)
def test_it_is_explained_exactly_so(name: str) -> None:
    text = "\n".join(one.text() for one in explain_named(every_verb(), name))
    assert text == agreed(name, text)


def test_a_whole_pathway_is_explained_exactly_so() -> None:
    text = explain_pathway(every_verb()).text()
    assert text == agreed("the-whole", text)


def test_every_golden_text_is_of_something() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == {*TEXTS, "the-whole"}


def section(one, heading: str) -> str:
    return " ".join(line for s in one.sections if s.heading == heading for line in s.lines)


@pytest.mark.parametrize("name", shipped.NAMES)
def test_every_step_that_ships_has_an_owner_and_a_due_time_in_words(name: str) -> None:
    pathway = shipped.pathway(name)
    for stage in pathway.stages:
        for step in stage.steps:
            told = explain_step(pathway, stage, step)
            owner = wording.role(wording.owner_of(step)) or "no person owns it"
            assert owner in section(told, "Who").lower()
            assert section(told, "Due")
            if step.verb in HUMAN_VERBS:
                if step.due is not None:
                    due = f"It is due {wording.within(step.due)}"
                else:
                    assert step.window is not None
                    assert step.window.closes is not None
                    due = "It is due when its window closes."
                assert due in section(told, "Due")
                assert "escalated to" in section(told, "If it is overdue")
                assert section(told, "If it is declined")
            assert told.place == f"{pathway.source}:{step.line}"


@pytest.mark.parametrize("name", shipped.NAMES)
def test_every_rule_that_ships_says_when_who_and_how_soon(name: str) -> None:
    pathway = shipped.pathway(name)
    for rule in pathway.rules:
        told = explain_rule(pathway, rule)
        assert section(told, "When it fires").startswith("When ")
        assert section(told, "What happens")
        assert section(told, "Due")
        if rule.do is not None and rule.do.by:
            assert wording.role(rule.do.by) in section(told, "Who").lower()
        if rule.do is not None and rule.do.evidence:
            assert section(told, "Source")


@pytest.mark.parametrize("name", shipped.NAMES)
def test_everything_that_ships_can_be_asked_about_by_its_id(name: str) -> None:
    pathway = shipped.pathway(name)
    for one in names(pathway):
        found = explain_named(pathway, one)
        assert [told.id for told in found] == [one] * len(found)
        assert found


@pytest.mark.parametrize("name", shipped.NAMES)
def test_a_whole_pathway_names_all_its_steps_and_rules(name: str) -> None:
    pathway = shipped.pathway(name)
    text = explain_pathway(pathway).text()
    assert [rule.id for rule in pathway.rules if f"- {rule.id}:" not in text] == []
    steps = [step.id for stage in pathway.stages for step in stage.steps]
    assert [step for step in steps if f"({step})" not in " ".join(text.split())] == []


def test_a_name_that_is_nothing_is_explained_by_nothing() -> None:
    assert explain_named(every_verb(), "nothing") == ()


def test_lines_are_short_enough_for_a_terminal() -> None:
    text = explain_pathway(every_verb()).text()
    assert max(map(len, text.splitlines())) <= 96


def test_titles_in_other_languages_are_shown() -> None:
    """Given a title and a topic in Spanish, then whoever reviews the step reads both."""
    feet = Step(
        id="feet",
        verb="educate",
        title="Feet",
        by="case-manager",
        topic="foot care",
        titles={"es": "Pies"},
        topics={"es": "el cuidado de los pies"},
    )
    stage = every_verb().stages[0]
    said = explain_step(every_verb(), stage, feet).text()
    assert "- es: Pies" in said
    assert "- what is taught, es: el cuidado de los pies" in said
    whole = explain_pathway(replace(every_verb(), titles={"es": "Todos los verbos"})).text()
    assert "- es: Todos los verbos" in whole
