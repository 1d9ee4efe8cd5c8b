"""The abstract reading of conditions: what one may come to, when its values may be so and so.

The same grammar as ``pathways.conditions``, over sets of values instead of one patient's. With
every value fixed to one, the answer is that of ``pathways.conditions.judge`` (a test holds the
two to each other).

Three operators are added for proofs, never for authors: ``["is-yes", A]``, ``["is-no", A]`` and
``["is-unknown", A]``, which are yes or no and never unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from pathways.conditions.facts import BUILT_IN
from pathways.conditions.readings import COUNTED, NAMED, SPANNED
from pathways.proving.possible import (
    NO,
    YES,
    Possible,
    among,
    both,
    calculated,
    compared,
    constant,
    either,
    negated,
    opposite,
    union,
    verdict,
)

Leaf = str
"""A value that conditions read, by its JSON: ``["value","hba1c"]``."""
World = Mapping[Leaf, Possible]
"""What each leaf may be."""
Forecast = Callable[[World], Possible]

LEAVES = frozenset(
    {"value", *BUILT_IN, *NAMED, *SPANNED, *COUNTED, "has-condition", "taking", "on-pathway"}
    | {"outcome", "end"}
)
"""Heads that stand for one value of the patient. ``["end", step]``: how a step last ended."""
ENDS = ("done", "declined", "missed")
COMPARISONS = ("<", "<=", ">", ">=", "=", "!=")
ARITHMETIC = ("+", "-", "*", "/")


def leaf_of(expr: list[Any]) -> Leaf:
    """The key of a leaf expression. Asking how a step ended is one question, not three."""
    return msgspec.json.encode(expr).decode()


def decoded(leaf: Leaf) -> list[Any]:
    """The expression that a leaf stands for."""
    expr: list[Any] = msgspec.json.decode(leaf)
    return expr


def forecast(expr: object) -> Forecast:
    """The expression as a function of a world."""
    if not isinstance(expr, list):
        fixed = constant(expr)
        return lambda world: fixed
    head, *arguments = expr
    if head in LEAVES:
        key = leaf_of(expr)
        return lambda world: world[key]
    if head in ENDS:
        return _ended(head, arguments[0])
    if head == "in":
        inner, choices = forecast(arguments[0]), list(arguments[1])
        return lambda world: among(inner(world), choices)
    return _operator(head, [forecast(argument) for argument in arguments])


def _ended(how: str, step: str) -> Forecast:
    """Whether a step ended so: never unknown."""
    key = leaf_of(["end", step])
    wanted = constant(how)
    return lambda world: compared("=", world[key], wanted)


def _operator(head: str, parts: list[Forecast]) -> Forecast:
    if head == "and":
        return lambda world: both([_as_verdict(part(world)) for part in parts])
    if head == "or":
        return lambda world: either([_as_verdict(part(world)) for part in parts])
    if head == "not":
        return lambda world: negated(parts[0](world))
    if head == "known":
        return lambda world: _known(parts[0](world))
    if head == "if":
        return lambda world: _chosen(*(part(world) for part in parts))
    if head in COMPARISONS:
        return lambda world: compared(head, parts[0](world), parts[1](world))
    if head in ARITHMETIC:
        return lambda world: calculated(head, parts[0](world), parts[1](world))
    if head == "neg":
        return lambda world: opposite(parts[0](world))
    wanted = {"is-yes": YES, "is-no": NO, "is-unknown": 0}[head]
    return lambda world: _certain(parts[0](world), wanted)


def _as_verdict(one: Possible) -> Possible:
    """What is not yes or no counts as unknown, as in ``judge``."""
    if one.low > one.high and not one.words and not one.others:
        return one
    return verdict(yes=bool(one.truth & YES), no=bool(one.truth & NO), unknown=True)


def _known(one: Possible) -> Possible:
    return verdict(yes=one.known, no=one.unknown, unknown=False)


def _certain(one: Possible, wanted: int) -> Possible:
    answer = _as_verdict(one)
    if wanted:
        other = (YES | NO) & ~wanted
        no = answer.unknown or bool(answer.truth & other)
        return verdict(yes=bool(answer.truth & wanted), no=no, unknown=False)
    return verdict(yes=answer.unknown, no=bool(answer.truth), unknown=False)


def _chosen(question: Possible, then: Possible, otherwise: Possible) -> Possible:
    found = Possible(unknown=question.unknown)
    if question.truth & YES:
        found = union(found, then)
    if question.truth & NO:
        found = union(found, otherwise)
    return found


# --- what a condition reads ----------------------------------------------------------------


def leaves(expr: object) -> tuple[Leaf, ...]:
    """The leaves of an expression, in the order in which they stand."""
    return tuple(_walk(expr, {}))


def _walk(expr: object, found: dict[Leaf, None]) -> dict[Leaf, None]:
    if isinstance(expr, list) and expr:
        head = expr[0]
        if head in LEAVES:
            found[leaf_of(expr)] = None
        elif head in ENDS:
            found[leaf_of(["end", expr[1]])] = None
        else:
            for part in expr[1:]:
                _walk(part, found)
    return found


def limits(expr: object) -> dict[Leaf, tuple[float | str, ...]]:
    """The constants that each leaf is compared with, also by way of another leaf."""
    found: dict[Leaf, dict[float | str, None]] = {}
    linked: dict[Leaf, dict[Leaf, None]] = {}
    _limits(expr, found, linked)
    for leaf, others in linked.items():
        for other in others:
            found.setdefault(leaf, {}).update(found.get(other, {}))
    return {leaf: tuple(constants) for leaf, constants in found.items()}


def _limits(
    expr: object,
    found: dict[Leaf, dict[float | str, None]],
    linked: dict[Leaf, dict[Leaf, None]],
) -> None:
    if not isinstance(expr, list) or not expr:
        return
    head, *arguments = expr
    if head in ENDS:
        found.setdefault(leaf_of(["end", arguments[0]]), {})[head] = None
    if head in COMPARISONS:
        for one, other in (arguments, arguments[::-1]):
            for leaf in leaves(one):
                if isinstance(other, str | float | int) and not isinstance(other, bool):
                    found.setdefault(leaf, {})[other] = None
                linked.setdefault(leaf, {}).update(dict.fromkeys(leaves(other)))
    if head == "in":
        for leaf in leaves(arguments[0]):
            constants = [one for one in arguments[1] if not isinstance(one, bool)]
            found.setdefault(leaf, {}).update(dict.fromkeys(constants))
        return
    if head not in LEAVES:
        for part in arguments:
            _limits(part, found, linked)
