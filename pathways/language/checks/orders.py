"""Orders: which of two is the less intensive must be known before they contradict each other."""

from __future__ import annotations

from collections.abc import Iterator

from pathways.compiled import HUMAN_VERBS
from pathways.language.checks.care import verb_of
from pathways.language.definition import Definition
from pathways.language.issues import Issue
from pathways.orders import OTHER, WORDS

CARRIERS = (HUMAN_VERBS - {"plan", "approve"}) | {"notify", "schedule", "milestone"}
"""Verbs that can ask something of a treatment or set a target."""


def orders(definition: Definition) -> Iterator[Issue]:
    """An order stands on what can be carried out, and says how intensive it is."""
    for path, deed in definition.deeds:
        order = deed.order
        if order is None:
            continue
        if verb_of(deed) not in CARRIERS:
            yield Issue(
                "misplaced-order",
                f'"{deed.id}" orders nothing that could be carried out or held back.',
                definition.key(*path, "order"),
                hint="Move the order to a task, lesson, message, appointment or milestone.",
            )
        if order.do == OTHER:
            yield Issue(
                "reserved-name",
                f'"{OTHER}" is what a physician decides instead of any order.',
                definition.place(*path, "order", "do"),
                hint="Name what is to be done.",
            )
        elif (order.do in WORDS) == (order.intensity is not None):
            known = order.do in WORDS
            yield Issue(
                "order-intensity",
                f'How intensive "{order.do}" is, is known.'
                if known
                else f'Nothing says how intensive "{order.do}" is.',
                definition.place(*path, "order", "intensity" if known else "do"),
                hint="Remove intensity."
                if known
                else "Add intensity: 1 for the least intensive value, more for others; or write "
                f"one of {', '.join(WORDS)}.",
            )
