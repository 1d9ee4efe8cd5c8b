"""All proofs about one pathway, each a pure function that yields what it cannot prove."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pathways.calendar.table import CalendarTable
from pathways.language.compiling import Compiled
from pathways.proving import circles, conditions, duties, flow, hits, messages, tables, timing
from pathways.proving.subject import Proof, Subject, remaining_subject, shown

PROOFS: tuple[Callable[[Subject], Iterator[Proof]], ...] = (
    conditions.conditions,
    tables.branches,
    tables.rows,
    tables.gaps,
    tables.overlaps,
    hits.hits,
    flow.stages,
    flow.endings,
    flow.steps,
    circles.circles_of_stages,
    circles.circles_of_rules,
    duties.escalations,
    duties.red_flags,
    messages.endless,
    messages.caregivers,
    messages.languages,
    timing.deadlines,
)


def prove(compiled: Compiled, calendar: CalendarTable) -> tuple[Proof, ...]:
    """What cannot be proven of a pathway, in the order of the source; of one with errors, what
    cannot be proven however they are mended (docs/decisions/0016). ``calendar`` holds the days
    that deadlines are tried on."""
    subject = remaining_subject(compiled, calendar)
    if subject is None:
        return ()
    found = [shown(proof, subject.definition) for one in PROOFS for proof in one(subject)]
    return tuple(sorted(found, key=lambda proof: (proof.issue.place, proof.issue.code)))
