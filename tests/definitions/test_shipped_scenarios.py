"""The scenarios of the pathways that ship: they hold, they reach everything, and they notice
changes. The whole hunt takes minutes (``careway test --mutate``); here a sample of it is held."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from msgspec import Struct

from pathways.language.report import render
from pathways.language.scenarios import read_scenario
from pathways.scenarios import write
from pathways.scenarios.site import Site
from tests.definitions import shipped
from worker.library import Library
from worker.scenarios import (
    Found,
    Result,
    coverage,
    coverage_issues,
    find,
    hunted,
    site_of,
    tried,
)

SAMPLE = 20
"""Mutants of each pathway that every run of the tests tries, always the same. With eleven pathways
and 1,192 scenarios more would take minutes of every run."""
LEAST = 0.9
UNREACHABLE = {"high-risk-pregnancy": 3}
"""Points declared unreachable, where more than one is. Only events lead into its stages review and
birth, so what would end a stage by itself or by the calendar never does."""

STORIES = "stories"


@cache
def site() -> Site:
    return site_of(Library(shipped.ROOT))


class OfOne(Struct, frozen=True):
    """A pathway, and the scenarios that its patients are in: those beside it, and those that lie
    elsewhere."""

    name: str
    found: Found
    results: tuple[Result, ...]


@pytest.fixture(scope="module", params=shipped.NAMES)
def one(request: pytest.FixtureRequest) -> OfOne:
    """Played once for all that is asked of them. The tests of one pathway come one after the
    other, so that a worker of a divided run plays only the scenarios of the pathways it has."""
    name: str = request.param
    found = find(Library(shipped.ROOT), (Path(name),))
    return OfOne(name, found, tuple(tried(scenario, site()) for scenario in found.scenarios))


@cache
def stories() -> Found:
    return find(Library(shipped.ROOT), (shipped.ROOT / "scenarios" / STORIES,))


def test_every_scenario_is_read_without_a_finding_and_holds(one: OfOne) -> None:
    assert not one.found.issues, render(one.found.issues, one.found.sources)
    differing = {r.scenario.file: r.differences for r in one.results if r.differences}
    assert differing == {}


def test_every_step_and_branch_is_reached(one: OfOne) -> None:
    (found,) = coverage(one.results, site(), one.found.excepted, (one.name,))
    assert [point.sentence for point in found.missed] == []
    assert coverage_issues(found, one.found.excepted) == ()
    assert len(found.unreachable) <= UNREACHABLE.get(one.name, 1)


def test_a_sample_of_changes_is_noticed(one: OfOne) -> None:
    hunted_ones = hunted(one.name, one.results, site(), one.found.excepted, SAMPLE)
    assert len(hunted_ones.hunt.verdicts) == SAMPLE
    assert hunted_ones.issues == ()
    survivors = [verdict.mutant.id for verdict in hunted_ones.hunt.survivors]
    assert hunted_ones.hunt.score >= LEAST, survivors


def test_a_scenario_lies_beside_its_pathway_or_among_the_stories(one: OfOne) -> None:
    beside = [s for s in one.found.scenarios if s.file.split("/")[-2] == one.name]
    assert len(beside) > 40
    assert [s.file for s in beside if s.pathways[0] != one.name] == []


def test_every_scenario_belongs_to_a_pathway_or_is_a_story() -> None:
    """No file is read by none of the tests above."""
    folders = {path.parent.name for path in (shipped.ROOT / "scenarios").rglob("*.yaml")}
    assert folders == {*shipped.NAMES, STORIES}


def test_the_acceptance_stories_are_there_and_hold() -> None:
    """Of clinical.md, section 8."""
    assert not stories().issues, render(stories().issues, stories().sources)
    told = {one.scenario.partition(":")[0] for one in stories().scenarios}
    assert told == {"S1", "S2", "S4", "S5", "S7", "S8", "S10"}
    played = [tried(scenario, site()) for scenario in stories().scenarios]
    assert {r.scenario.file: r.differences for r in played if r.differences} == {}


def test_every_scenario_is_written_as_it_is_read(one: OfOne) -> None:
    for scenario in one.found.scenarios[::10]:
        again = read_scenario(write(scenario), scenario.file).scenario
        assert again is not None
        assert write(again) == write(scenario)
