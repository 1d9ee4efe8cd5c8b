"""One page of reference per verb: all its fields, and an example that compiles."""

from __future__ import annotations

import re

import pytest

from pathways.language import examples
from pathways.language.compiling import compile_pathway
from pathways.language.examples import EXAMPLES, Example, whole_example
from pathways.language.issues import has_errors
from pathways.language.models import STEP_VERBS, Step
from pathways.language.report import render
from tests.definitions.shipped import shelf
from tests.docs.blocks import ROOT
from worker.verb_pages import FOLDER, compiled_example

FIELD = re.compile(r"^\| `([a-z-]+)` \| ([^|]+) \| [^|]* \| ([^|]+) \|$", re.MULTILINE)


def page_of(verb: str) -> str:
    return (ROOT / FOLDER / f"{verb}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("verb", STEP_VERBS)
def test_the_example_of_a_verb_compiles_and_shows_it(verb: str) -> None:
    text = whole_example(verb)
    issues = compile_pathway(text, "example.yaml", shelf()).issues
    assert not has_errors(issues), render(issues, {"example.yaml": text})
    first = compiled_example(verb, shelf()).stages[0].steps[0]
    assert first.verb == verb
    assert EXAMPLES[verb].steps in page_of(verb)


@pytest.mark.parametrize("verb", STEP_VERBS)
def test_a_page_has_every_field_with_type_and_meaning(verb: str) -> None:
    """Given a field is added to a verb, then its page says what it is."""
    told = {name: (kind.strip(), meaning) for name, kind, meaning in FIELD.findall(page_of(verb))}
    model = next(
        one for one in Step.model_fields[verb].annotation.__args__ if hasattr(one, "model_fields")
    )
    names = {str(field.alias or name) for name, field in model.model_fields.items()}
    assert names <= set(told)
    assert all(kind and meaning.strip().endswith((".", ")")) for kind, meaning in told.values())


def test_there_is_a_page_for_every_verb_and_no_other() -> None:
    pages = {path.stem for path in (ROOT / FOLDER).glob("*.md")}
    assert pages == {*STEP_VERBS, "README"}
    listed = re.findall(r"\]\(([a-z]+)\.md\)", (ROOT / FOLDER / "README.md").read_text("utf-8"))
    assert listed == list(STEP_VERBS)


def test_every_link_of_a_page_leads_somewhere() -> None:
    for path in (ROOT / FOLDER).glob("*.md"):
        for target in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), (path, target)


def test_an_example_that_is_wrong_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {**EXAMPLES, "plan": Example("", "", "- {id: x, plan: {bye: nurse}}\n")}
    monkeypatch.setattr(examples, "EXAMPLES", wrong)
    with pytest.raises(ValueError, match="unknown-field"):
        compiled_example("plan", shelf())
