"""Proofs about what a decision table says of itself (``hit``): that no two of its rows can match
one patient (``unique``), or that those which can decide the same (``any``).

The last row, which has no condition, is for everybody else: it takes no part.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from pathways.compiled import Step
from pathways.language.definition import StepAt
from pathways.language.issues import Issue, Related
from pathways.proving.patients import said
from pathways.proving.searching import Found
from pathways.proving.subject import Proof, Subject
from pathways.proving.tables import deciding

_FIRST = "Make them exclude each other, or write hit: first."
_ANY = f"{_FIRST[:-1]} or hit: any."


def hits(subject: Subject) -> Iterator[Proof]:
    """No patient is in two rows of a table that says so."""
    for found in subject.definition.steps:
        step = subject.steps[found.step.id]
        if step.hit == "first":
            continue
        if not all(subject.sure(when) for when in (step.when, *(row.when for row in step.table))):
            continue  # who knows which rows match
        matching = [index for index, row in enumerate(step.table) if row.when is not None]
        for i, j in combinations(matching, 2):
            alike = step.table[i].set == step.table[j].set
            if alike and step.hit == "any":
                continue
            both = _both(subject, found, step, i, j)
            if both.possible:
                yield _overlap(subject, found, step, (i, j), both)


def _both(subject: Subject, found: StepAt, step: Step, i: int, j: int) -> Found:
    """Whether two rows can be yes for one patient who comes to the table."""
    rows: list[Any] = [["is-yes", step.table[index].when] for index in (i, j)]
    reached = [] if step.when is None else [["is-yes", step.when]]
    return subject.can_be("yes", ["and", *rows], subject.ground(found.stage.stage), reached)


def _overlap(
    subject: Subject, found: StepAt, step: Step, pair: tuple[int, int], both: Found
) -> Proof:
    i, j = pair
    path = (*found.path, "decide", "table")
    above = Related(subject.place(*path, i), "The other row is here.")
    if both.witness is None:
        message = "It could not be proven that no patient is in both this row and one above."
        place = subject.words(*path, j, "when")
        return Proof(Issue("decision-overlap", message, place, (above,), _FIRST, "warning"))
    alike = step.table[i].set == step.table[j].set
    unique = step.hit == "unique"
    but = "no two of a unique table may match" if unique else "they decide otherwise"
    issue = Issue(
        "decision-overlap",
        f"A patient with {said(subject.pathway, both.witness)} is in this row and one above, but "
        f"{but}.",
        subject.words(*path, j, "when"),
        (above,),
        _ANY if alike else _FIRST,
    )
    # When both decide the same, nothing that the patient shows tells which row it was.
    return Proof(issue, None if alike else deciding(subject, step, step.table[j], both.witness))
