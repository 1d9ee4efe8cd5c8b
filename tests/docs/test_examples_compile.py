"""What the documentation shows is accepted: every example of a definition compiles."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from pathways.language import models, verbs
from pathways.language.compiling import compile_pathway
from pathways.language.definition import Shelf
from pathways.language.fields import Model
from pathways.language.instruments import compile_instrument
from pathways.language.issues import Issue, has_errors
from pathways.language.migrations import read_migration
from pathways.language.programs import read_program
from pathways.language.report import render
from pathways.language.rota import read_rota
from pathways.language.sharing import models as sharing
from pathways.language.sharing.fragments import read_fragment
from pathways.language.sharing.grouping import GroupOfSteps
from pathways.language.sharing.site import read_site
from tests.definitions.shipped import shelf
from tests.docs.blocks import ROOT, Block, blocks, completed, is_whole

PAGE_OF_SCENARIOS = "docs/testing-pathways.md"
YAML = [block for block in blocks("yaml") if block.page != PAGE_OF_SCENARIOS]
SCENARIOS = [block for block in blocks("yaml") if block.page == PAGE_OF_SCENARIOS]


def pathway_of(page: str) -> str:
    """The first whole pathway of a page: the parts that follow belong to it."""
    return next(b.text for b in YAML if b.page == page and is_whole(b.text))


@cache
def shared() -> Shelf:
    """What ships, and the fragments that pages show."""
    texts = [block.text for block in YAML if "\nfragment:" in block.text]
    texts += [path.read_text("utf-8") for path in (ROOT / "definitions/fragments").glob("*.yaml")]
    found = [read_fragment(text, "fragment.yaml")[0] for text in texts]
    return replace(shelf(), fragments={(one.id, one.version): one for one in found if one})


def checked(text: str) -> tuple[Issue, ...]:
    if "\ninstrument:" in text:
        return tuple(compile_instrument(text, "example.yaml")[1])
    if "\nfragment:" in text:
        return read_fragment(text, "example.yaml")[1]
    if "\nmigration:" in text:
        return read_migration(text, "example.yaml")[1]
    if "\nprogram:" in text:
        return read_program(text, "example.yaml")[1]
    if "\nrota:" in text:
        return read_rota(text, "example.yaml")[1]
    if "\nsite:" in text:
        return read_site(text, "example.yaml")[1]
    return compile_pathway(text, "example.yaml", shared()).issues


@pytest.mark.parametrize("block", YAML, ids=str)
def test_every_example_compiles(block: Block) -> None:
    text = block.text if is_whole(block.text) else completed(block.text, pathway_of(block.page))
    issues = checked(text)
    assert not has_errors(issues), render(issues, {"example.yaml": text})


def test_a_part_that_is_wrong_would_be_found() -> None:
    """Given a misspelt verb and an unknown rule target, then both are errors: the test can fail."""
    around = pathway_of("docs/language.md")
    assert has_errors(checked("language: 1\nfragment: x\n"))
    assert has_errors(checked("language: 1\nmigration: x\n"))
    assert has_errors(checked("language: 1\nsite: x\nsettings: [{pathway: y}]\n"))
    for part in ("- {id: x, asess: {by: case-manager}}\n", "rules:\n  - {id: y, on: z, go: q}\n"):
        assert has_errors(checked(completed(part, around)))


def test_the_language_page_names_every_field_and_verb() -> None:
    """Given a field or verb is added to the language, then its page must name it."""
    shown = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
    named: list[type] = [models.Pathway, models.Stage, models.Step, models.Rule, models.Element]
    named += [sharing.Parameter, sharing.Use, sharing.Setting, GroupOfSteps]
    named += [one for one in vars(verbs).values() if isinstance(one, type) and one is not Model]
    fields = {
        str(field.alias or name)
        for model in named
        if issubclass(model, Model)
        for name, field in model.model_fields.items()
    }
    assert {"schedule", "safety-critical", "at-most"} <= fields
    assert sorted(name for name in fields if name not in shown) == []
