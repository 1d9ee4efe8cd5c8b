"""Proving in tests: a calendar, a definition's findings, and its patients played on the kernel."""

from __future__ import annotations

from datetime import date
from functools import cache

from pathways.calendar.resolve import resolve
from pathways.calendar.table import CalendarTable
from pathways.canonical import digest_of
from pathways.language.compiling import Compiled, compile_pathway
from pathways.language.issues import Issue
from pathways.language.scenarios import read_scenario
from pathways.proving import Proof, prove
from pathways.scenarios import Scenario, write
from pathways.scenarios.judging import Difference, judge
from pathways.scenarios.running import play
from pathways.scenarios.site import Site
from tests.language.shelf import small_shelf

FILE = "sample.yaml"
SHELF = small_shelf()


@cache
def calendar() -> CalendarTable:
    """The days that deadlines are tried on: two years in New York."""
    return resolve("America/New_York", date(2027, 1, 1), date(2028, 12, 31))


def compiled(source: str, file: str = FILE) -> Compiled:
    return compile_pathway(source, file, SHELF)


def proofs(source: str) -> tuple[Proof, ...]:
    """The proofs that fail about a definition that compiles."""
    one = compiled(source)
    assert one.pathway is not None, [issue.message for issue in one.issues]
    return prove(one, calendar())


def codes(source: str) -> list[str]:
    return [proof.issue.code for proof in proofs(source)]


def issues(source: str) -> list[Issue]:
    return [proof.issue for proof in proofs(source)]


def differences(patient: Scenario, *sources: str) -> tuple[Difference, ...]:
    """What goes otherwise than the scenario says, when its file is read and played."""
    text = write(patient)
    read = read_scenario(text, "patient.yaml")
    assert read.scenario is not None, [issue.message for issue in read.issues]
    pathways = [compiled(source).pathway for source in sources]
    site = Site(
        {one.pathway: (digest_of(one), one) for one in pathways if one is not None},
        lambda zone, first: resolve(zone, date(2026, 1, 1), date(2036, 12, 31)),
    )
    return judge(read.scenario, play(read.scenario, site))
