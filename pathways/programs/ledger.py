"""The minutes of care management by calendar month, and what they reach (clinical.md 0.3 T7, 1.2).

Months are the patient's own: an entry says its local date. Nothing carries over. Each entry
counts for one program, and entries that overlap are refused before they are on record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from pathways.journey.effects import Entry
from pathways.programs.program import Program


class Line(Struct, frozen=True):
    """An entry as it stands after its corrections. ``counts``: by someone whose time does."""

    id: str
    program: str
    on: str
    minutes: int
    role: str
    counts: bool


class Month(Struct, frozen=True):
    """One program in one calendar month (``2026-11``)."""

    month: str
    program: str
    minutes: int
    """What counts."""
    uncounted: int
    """Minutes of roles whose time does not count."""
    codes: tuple[str, ...]
    """Of the thresholds that are reached, in order."""
    missing: int
    """Minutes to the next threshold; 0: there is none."""
    following: str
    """The next threshold's code."""
    excluded_by: tuple[str, ...]
    """Programs that reached a threshold in this month and cannot be claimed beside this one."""


def lines(entries: Iterable[Entry], programs: Mapping[str, Program]) -> tuple[Line, ...]:
    """The entries of a timeline by date; of one that was corrected the last word counts."""
    found: dict[str, Line] = {}
    for entry in entries:
        if entry.kind != "minutes-spent":
            continue
        own, program = str(entry.params["id"]), str(entry.params["program"])
        found[own] = Line(
            id=own,
            program=program,
            on=str(entry.params["on"]),
            minutes=int(entry.params["minutes"]),
            role=entry.actor,
            counts=_counts(programs.get(program), entry.actor),
        )
    kept = (line for line in found.values() if line.minutes)
    return tuple(sorted(kept, key=lambda line: (line.on, line.id)))


def ledger(entries: Iterable[Entry], programs: Mapping[str, Program]) -> tuple[Month, ...]:
    """Every month of every program with minutes, the latest month first."""
    sums: dict[tuple[str, str], list[int]] = {}
    for line in lines(entries, programs):
        held = sums.setdefault((line.on[:7], line.program), [0, 0])
        held[0 if line.counts else 1] += line.minutes
    reached = {key: _codes(programs.get(key[1]), held[0]) for key, held in sums.items()}
    months = []
    for (month, name), (minutes, uncounted) in sums.items():
        rule = None if name not in programs else programs[name].minutes
        rivals = () if rule is None else rule.not_with
        following = (
            next((t for t in rule.thresholds if t.minutes > minutes), None) if rule else None
        )
        codes = reached[month, name]
        months.append(
            Month(
                month=month,
                program=name,
                minutes=minutes,
                uncounted=uncounted,
                codes=codes,
                missing=0 if following is None else following.minutes - minutes,
                following="" if following is None else following.code,
                excluded_by=tuple(r for r in rivals if codes and reached.get((month, r))),
            )
        )
    months.sort(key=lambda m: m.program)
    return tuple(sorted(months, key=lambda m: m.month, reverse=True))


def _codes(program: Program | None, minutes: int) -> tuple[str, ...]:
    rule = None if program is None else program.minutes
    return () if rule is None else tuple(t.code for t in rule.thresholds if minutes >= t.minutes)


def _counts(program: Program | None, role: str) -> bool:
    rule = None if program is None else program.minutes
    return rule is not None and (not rule.by or role in rule.by)
