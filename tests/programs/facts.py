"""Facts and calendars for tests of programs: what happened, said in one line."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from pathways.calendar.resolve import resolve
from pathways.calendar.table import CalendarTable
from pathways.programs.evaluating import Clock, Period, standing
from pathways.programs.fact import Fact
from pathways.programs.program import Program
from worker.library import Library

ZONE = "America/New_York"


@lru_cache(maxsize=4)
def calendar(zone: str = ZONE) -> CalendarTable:
    return resolve(zone, date(2025, 1, 1), date(2030, 12, 31))


@lru_cache(maxsize=1)
def programs() -> dict[str, Program]:
    known, issues = Library().programs()
    assert issues == []
    return known


def at(text: str, zone: str = ZONE) -> int:
    """``2026-11-24 14:30`` on the wall, in seconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


def day(instant: int, zone: str = ZONE) -> str:
    return datetime.fromtimestamp(instant, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")


def event(when: str, name: str, **details: str) -> Fact:
    return Fact(at(when), "event", (name,), "system", "", details)


def work(when: str, name: str, role: str) -> Fact:
    return Fact(at(when), "work", (name,), role, "done")


def contact(when: str, role: str = "case-manager", whom: str = "patient") -> Fact:
    return Fact(at(when), "contact", (whom,), role)


def attempt(when: str, role: str = "case-manager") -> Fact:
    return Fact(at(when), "attempt", ("patient",), role)


def visit(when: str, service: str = "follow-up-visit") -> Fact:
    return Fact(at(when), "visit", (service,))


def enrolled(when: str, pathway: str = "heart-failure") -> Fact:
    return Fact(at(when), "enrolled", (pathway,))


def left(when: str, disposition: str, pathway: str = "heart-failure") -> Fact:
    return Fact(at(when), "left", (pathway,), answer=disposition)


def clocks(program: str, now: str, *facts: Fact) -> dict[str, Clock]:
    """The clocks of one program by ``CLOCK``, or ``CLOCK.n`` from the second trigger on."""
    found = standing(
        sorted(facts, key=lambda f: f.at), [programs()[program]], calendar(), at(now)
    ).clocks
    return {c.id.partition(".")[2] + (f".{c.n}" if c.n > 1 else ""): c for c in found}


def periods(program: str, now: str, *facts: Fact) -> tuple[Period, ...]:
    return standing(
        sorted(facts, key=lambda f: f.at), [programs()[program]], calendar(), at(now)
    ).periods
