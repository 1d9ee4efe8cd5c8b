"""The scenarios of the pathways that ship: they hold, they reach everything, and they notice
changes. The whole hunt takes minutes (``careway test --mutate``); here a sample of it is held."""

from __future__ import annotations

from functools import cache

import pytest

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

each = pytest.mark.parametrize("name", shipped.NAMES)


@cache
def found() -> Found:
    return find(Library(shipped.ROOT), ())


@cache
def site() -> Site:
    return site_of(Library(shipped.ROOT))


@cache
def results() -> tuple[Result, ...]:
    return tuple(tried(scenario, site()) for scenario in found().scenarios)


def test_every_file_is_read_without_a_finding() -> None:
    assert not found().issues, render(found().issues, found().sources)
    assert {name for one in found().scenarios for name in one.pathways} == set(shipped.NAMES)


def test_every_scenario_holds() -> None:
    differing = {one.scenario.file: one.differences for one in results() if one.differences}
    assert differing == {}


def test_a_scenario_lies_beside_its_pathway_or_among_the_stories() -> None:
    for one in found().scenarios:
        assert one.file.split("/")[-2] in (one.pathways[0], "stories")


def test_the_acceptance_stories_are_there() -> None:
    """Of clinical.md, section 8."""
    stories = [one.scenario for one in found().scenarios if one.file.split("/")[-2] == "stories"]
    told = {title.partition(":")[0] for title in stories}
    assert told == {"S1", "S2", "S4", "S5", "S7", "S8", "S10"}


@each
def test_every_step_and_branch_is_reached(name: str) -> None:
    one = next(c for c in coverage(results(), site(), found().excepted) if c.pathway == name)
    assert [point.sentence for point in one.missed] == []
    assert coverage_issues(one, found().excepted) == ()
    assert len(one.unreachable) <= UNREACHABLE.get(name, 1)


@each
def test_a_sample_of_changes_is_noticed(name: str) -> None:
    one = hunted(name, results(), site(), found().excepted, SAMPLE)
    assert len(one.hunt.verdicts) == SAMPLE
    assert one.issues == ()
    survivors = [verdict.mutant.id for verdict in one.hunt.survivors]
    assert one.hunt.score >= LEAST, survivors


def test_every_scenario_is_written_as_it_is_read() -> None:
    for one in found().scenarios[::10]:
        again = read_scenario(write(one), one.file).scenario
        assert again is not None
        assert write(again) == write(one)
