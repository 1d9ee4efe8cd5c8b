"""Where every clock of a patient stands: a pure function over the journey's own record.

``standing`` is asked at any instant and gives the same answer in a scenario, a simulation and
on a server, because all of them keep the same timeline.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from pathways.calendar.table import CalendarTable, end_of_day, local_day
from pathways.programs.fact import Fact, Known
from pathways.programs.program import ClockRule, Evidence, Program
from pathways.programs.triggers import triggers
from pathways.programs.windows import Departure, Window, away, departures, last_day, window

Status = Literal["open", "grace", "met", "missed", "excluded"]
"""``grace``: its due date has passed, its hard limit has not (T6)."""
RUNNING = ("open", "grace")


class Clock(Struct, frozen=True):
    """One clock of one patient. Instants in seconds; ``due`` and ``limit`` still count."""

    id: str
    """PROGRAM.CLOCK."""
    program: str
    title: str
    n: int
    """Which of the program's triggers started it, counted from 1."""
    started: int
    opens: int
    due: int
    limit: int
    status: Status
    at: int
    """When it was met, missed or excluded; 0 while it runs."""
    slack: int
    """Seconds left to the due time (in its grace: to the hard limit) from now; of one that is
    over, from when it was; below zero: too late by so many."""
    why: str
    """What met it, or why it is not asked for, in codes and roles."""


class Period(Struct, frozen=True):
    """A service period and what may be claimed for it."""

    program: str
    n: int
    started: int
    ends: int
    status: Literal["running", "claimable", "incomplete", "void", "overlaps"]
    codes: tuple[str, ...]
    """Codes whose clocks are all met; a clinician attests the rest."""
    why: str


class Board(Struct, frozen=True):
    """``clocks`` by slack, the least first, those that run before those that are over."""

    clocks: tuple[Clock, ...]
    periods: tuple[Period, ...]


def standing(
    facts: Sequence[Fact], programs: Iterable[Program], calendar: CalendarTable, now: int
) -> Board:
    """Every clock and service period of a patient as of ``now``. ``facts``: see ``facts_of``."""
    known = Known([fact for fact in facts if fact.at <= now])
    clocks: list[Clock] = []
    periods: list[Period] = []
    for program in programs:
        mine, theirs = _Evaluation(program, known, calendar, now).whole()
        clocks += mine
        periods += theirs
    clocks.sort(key=lambda c: (c.status not in RUNNING, c.slack, c.id, c.n))
    return Board(tuple(clocks), tuple(periods))


class _Evaluation:
    """One program and one patient."""

    def __init__(self, program: Program, facts: Known, calendar: CalendarTable, now: int) -> None:
        self.program = program
        self.facts = facts
        self.calendar = calendar
        self.now = now
        self.departed = departures(program, facts.turns)
        self._found: dict[Evidence, list[Fact]] = {}

    def whole(self) -> tuple[list[Clock], list[Period]]:
        clocks: list[Clock] = []
        periods: list[Period] = []
        started = [
            at
            for at in triggers(self.program, self.facts, self.calendar)
            if not away(self.departed, self.facts.turns, at)
        ]
        for n, at in enumerate(started, 1):
            mine = self._episode(n, at, clocks)
            clocks += mine
            if self.program.period is not None:
                periods.append(self._period(n, at, mine, started))
        return clocks, periods

    def _episode(self, n: int, started: int, before: Sequence[Clock]) -> list[Clock]:
        made: dict[str, Clock] = {}
        series: list[Clock] = []
        for rule in self.program.clocks:
            if not rule.again:
                made[rule.id] = self._clock(rule, n, started, made)
            elif not any(c.id == self._id(rule) and c.status != "excluded" for c in before):
                # It starts anew by itself: a further trigger matters only after it was left.
                series += self._series(rule, n, started)
        return [*made.values(), *series]

    def _series(self, rule: ClockRule, n: int, started: int) -> list[Clock]:
        """Each time that it is met it starts anew, from then: early is no use of the grace."""
        found = [self._clock(rule, n, started, {})]
        following = replace(rule, first_day=max(rule.first_day, 1))
        again = self._evidence(rule, found[0].opens)
        while again is not None and found[-1].status != "excluded":
            found.append(self._clock(following, n + len(found), again, {}))
            again = self._evidence(following, found[-1].opens)
        return found

    def _id(self, rule: ClockRule) -> str:
        return f"{self.program.program}.{rule.id}"

    def _clock(self, rule: ClockRule, n: int, started: int, made: dict[str, Clock]) -> Clock:
        span = window(rule, self.program, started, self.calendar)
        other = made.get(rule.no_later_than)
        if other is not None and other.status == "met":
            end = end_of_day(self.calendar, local_day(self.calendar, other.at))
            span = Window(span.opens, min(span.due, end), min(span.limit, end))
        status, at, why = self._status(rule, span, started)
        measured = at or self.now
        slack = (span.limit if status == "grace" else span.due) - measured
        return Clock(
            id=self._id(rule),
            program=self.program.program,
            title=rule.title,
            n=n,
            started=started,
            opens=span.opens,
            due=span.due,
            limit=span.limit,
            status=status,
            at=at,
            slack=slack,
            why=why,
        )

    def _status(self, rule: ClockRule, span: Window, started: int) -> tuple[Status, int, str]:
        found = self._evidence(rule, span.opens)
        left = self._leaves(started)
        if found is not None and found <= span.limit and (left is None or found <= left.at):
            return "met", found, self._proof(rule, found)
        if left is not None and left.at <= span.limit:
            return "excluded", left.at, left.why
        if self.now > span.limit:
            return "missed", span.limit + 1, "nothing that counts is on record in time"
        return ("grace" if self.now > span.due else "open"), 0, ""

    def _leaves(self, started: int) -> Departure | None:
        return next((d for d in self.departed if d.at > started), None)

    def _evidence(self, rule: ClockRule, opens: int) -> int | None:
        """When the first alternative was complete, at or after ``opens``."""
        moments = []
        for proof in rule.met_by:
            kept = self._matching(proof)
            last = bisect_left(kept, opens, key=_at) + proof.times - 1
            if last < len(kept):
                moments.append(kept[last].at)
        return min(moments, default=None)

    def _matching(self, proof: Evidence) -> list[Fact]:
        """The facts that are evidence of this kind, in order; looked for once."""
        found = self._found.get(proof)
        if found is None:
            kept = (f for f in self.facts.of.get(proof.kind, ()) if counts(proof, f))
            found = self._found[proof] = list(kept)
        return found

    def _proof(self, rule: ClockRule, at: int) -> str:
        for proof in rule.met_by:
            for fact in self._matching(proof):
                if fact.at == at:
                    shown = next(name for name in fact.names if name in proof.names)
                    return f"{proof.kind} {shown}{f', {fact.role}' if fact.role else ''}"
        return ""

    def _period(self, n: int, started: int, clocks: list[Clock], all_: list[int]) -> Period:
        """One claim in one period: not when the patient died in it (B14), not for two that
        overlap (readmission: the biller decides which)."""
        program = self.program
        ends = last_day(program, started, self.calendar)
        met = {clock.id.partition(".")[2] for clock in clocks if clock.status == "met"}
        codes = tuple(c.code for c in program.claims if met.issuperset(c.needs))
        others = [
            at
            for at in all_
            if at != started and at <= ends and started <= last_day(program, at, self.calendar)
        ]
        status: Literal["running", "claimable", "incomplete", "void", "overlaps"]
        died = next((d for d in self.departed if d.at >= started and d.why == "deceased"), None)
        if died is not None and died.at <= ends:
            status, codes, why = "void", (), "the patient died within the period"
        elif others:
            status, why = "overlaps", "another period overlaps: only one may be claimed"
        elif self.now <= ends:
            status, why = "running", ""
        elif codes:
            status, why = "claimable", ""
        else:
            status, why = "incomplete", "not all that a claim needs was done in time"
        return Period(program.program, n, started, ends, status, codes, why)


def _at(fact: Fact) -> int:
    return fact.at


def counts(proof: Evidence, fact: Fact) -> bool:
    """Whether a fact is evidence of this kind, by someone whose work counts."""
    return (
        fact.kind == proof.kind
        and any(name in proof.names for name in fact.names)
        and (not proof.by or fact.role in proof.by)
        and (not proof.answers or fact.answer in proof.answers)
        and (proof.bounds is None or proof.bounds.hold(fact.answer))
    )
