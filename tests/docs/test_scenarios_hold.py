"""The scenario that the documentation shows is played, and holds; its exceptions are real."""

from __future__ import annotations

from pathways.language.scenarios import read_exceptions, read_scenario
from pathways.mutants import mutants
from pathways.scenarios.judging import judge
from pathways.scenarios.points import points
from pathways.scenarios.running import play
from pathways.scenarios.scenario import DEEDS, WHATS
from tests.definitions import shipped
from tests.docs.blocks import ROOT
from tests.docs.test_examples_compile import PAGE_OF_SCENARIOS, SCENARIOS
from worker.library import Library
from worker.scenarios import site_of


def test_the_scenario_holds() -> None:
    (block,) = (block for block in SCENARIOS if block.text.startswith("scenario:"))
    read = read_scenario(block.text, "example.yaml")
    assert read.scenario is not None, read.issues
    course = play(read.scenario, site_of(Library(shipped.ROOT)))
    assert judge(read.scenario, course) == ()


def test_the_exceptions_name_what_there_is() -> None:
    (block,) = (block for block in SCENARIOS if block.text.startswith("equivalent:"))
    found, issues = read_exceptions(block.text, "example.yaml")
    assert issues == ()
    pathway = shipped.pathway("dementia-with-caregiver")
    known = {m.id for m in mutants(pathway)} | {p.key for p in points(pathway)}
    assert {one.name for one in found} <= known


def test_the_page_names_every_line_that_a_scenario_may_have() -> None:
    page = (ROOT / PAGE_OF_SCENARIOS).read_text(encoding="utf-8")
    assert [word for word in (*DEEDS, *WHATS) if f"{word}:" not in page] == []
