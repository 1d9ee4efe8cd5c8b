"""Proofs about what two pathways order of one thing (clinical rule X8)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from msgspec.structs import replace

from pathways.compiled import Expr, Step
from pathways.language.issues import Issue, Place, Related
from pathways.orders import said
from pathways.proving.pairs import Pair, both, jointly
from pathways.proving.subject import Proof, Subject
from pathways.scenarios import Expectation

_Ordering = tuple[Step, Expr | None, Place]


def contested_orders(pair: Pair) -> Iterator[Proof]:
    """Nothing is ordered that a physician would first have to decide. A warning: the kernel
    sees it too, and asks one; authors should know how often."""
    one, other = pair
    told: set[tuple[str, str, str]] = set()
    for (mine, when, place), (theirs, their_when, their_place) in product(
        _ordering(other), _ordering(one)
    ):
        if mine.order is None or theirs.order is None or mine.order.on != theirs.order.on:
            continue
        sides = (mine.order.on, mine.order.do, theirs.order.do)
        if mine.order.do == theirs.order.do or sides in told:
            continue
        found = jointly(pair, their_when or ["and", True], when or ["and", True])
        if not found.possible:
            continue
        told.add(sides)
        scenario = both(pair, f"Nobody has to decide about {mine.order.on}", found, ())
        yield Proof(
            Issue(
                "contradictory-orders",
                f'"{said(mine.order)}" here contradicts "{said(theirs.order)}" in '
                f'"{one.pathway.pathway}": for a patient with both a physician decides first.',
                place,
                (Related(their_place, f'"{theirs.id}" is here.'),),
                "Agree on one, or leave it to the physician.",
                "warning",
            ),
            replace(scenario, never=(Expectation("timeline", of="order-contested"),)),
        )


def _ordering(subject: Subject) -> Iterator[_Ordering]:
    """Steps and rules that order something, with when they do and where it is said."""
    for step in subject.steps.values():
        if step.order is not None:
            yield step, step.when, subject.key(*subject.paths[step.id], "order")
    for i, rule in enumerate(subject.pathway.rules):
        if rule.do is not None and rule.do.order is not None:
            yield rule.do, rule.when, subject.key("rules", i, "order")
