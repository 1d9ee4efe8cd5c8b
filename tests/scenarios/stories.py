"""What the scenarios of these tests run on, and a short way to write them."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path

from pathways.calendar.resolve import resolve
from pathways.calendar.table import CalendarTable
from pathways.canonical import digest_of
from pathways.compiled import CompiledPathway
from pathways.language.compiling import compile_pathway
from pathways.language.scenarios import read_scenario
from pathways.scenarios.course import Course
from pathways.scenarios.judging import Difference, judge
from pathways.scenarios.running import play
from pathways.scenarios.scenario import Scenario
from pathways.scenarios.site import Site
from tests.language.shelf import small_shelf

HERE = Path(__file__).parent
HEAD = """\
scenario: A story
pathway: small
start: 2026-03-02 09:00
"""
"""A Monday in New York."""


@cache
def small() -> CompiledPathway:
    """Two stages: an assessment with a decision, and follow-up with a visit and calls."""
    return compiled_from("small.yaml")


@cache
def contacts() -> CompiledPathway:
    """One stage of calls, one of which says what follows when nobody answers."""
    return compiled_from("contacts.yaml")


def compiled_from(file: str) -> CompiledPathway:
    compiled = compile_pathway((HERE / file).read_text(encoding="utf-8"), file, small_shelf())
    assert compiled.pathway is not None, compiled.issues
    return compiled.pathway


@cache
def calendar(zone: str, first: int) -> CalendarTable:
    day = date(1970, 1, 1) + timedelta(days=first)
    return resolve(zone, day - timedelta(days=30), day + timedelta(days=800))


def site(pathway: CompiledPathway | None = None) -> Site:
    found = pathway or small()
    return Site({"small": (digest_of(found), found)}, calendar)


def story(text: str) -> Scenario:
    """A scenario on the small pathway; ``text`` is what follows its head."""
    read = read_scenario(HEAD + text, "story.yaml")
    assert read.scenario is not None, read.issues
    return read.scenario


def played(text: str) -> Course:
    """The course of a story that only needs to be played."""
    return play(story(text + "never:\n  - {closed: nothing-of-the-kind}\n"), site())


def differences(text: str) -> tuple[Difference, ...]:
    """What departs from a story."""
    scenario = story(text)
    return judge(scenario, play(scenario, site()))
