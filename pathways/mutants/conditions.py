"""Changes of a condition: another threshold, another comparison, the opposite."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from pathways.compiled import CompiledPathway, Expr
from pathways.conditions import say
from pathways.mutants.mutant import Operator

NEIGHBOURS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "!=", "!=": "="}
OPPOSITE = {"and": "or", "or": "and"}
COUNTED = frozenset({"", "1", "{score}", "h", "h/wk", "/d", "d", "wk"})
"""Units of what is counted in whole numbers."""
LEAVES = frozenset(
    {
        "value",
        "known",
        "caregiver",
        "goals-met",
        "plan-approved",
        "in-hospital",
        "done",
        "declined",
        "missed",
        "has-condition",
        "taking",
        "on-pathway",
        "in",
    }
)
"""Operators that answer yes or no by themselves."""
WINDOWED = {
    "change": 2,
    "percent-change": 2,
    "lowest": 2,
    "highest": 2,
    "count-below": 3,
    "count-at-least": 3,
}
"""Operator -> index of its window in seconds."""
DAY = 86_400


class Other(Struct, frozen=True):
    """Another condition in place of the one that stands there."""

    operator: Operator
    name: str
    sentence: str
    expr: Expr


def others(expr: Expr, pathway: CompiledPathway) -> Iterator[Other]:
    """Every condition that differs from ``expr`` in one place."""
    whole = say(expr)
    seen: dict[str, int] = {}
    for operator, name, text, changed in _changes(expr, pathway):
        seen[name] = seen.get(name, 0) + 1
        numbered = name if seen[name] == 1 else f"{name} #{seen[name]}"
        yield Other(operator, numbered, f'"{whole}": {text}', changed)
    if expr and expr[0] not in LEAVES and expr[0] not in ("=", "!="):
        yield Other("condition", "not", f'"{whole}" is turned into its opposite', ["not", expr])


def _changes(expr: Any, pathway: CompiledPathway) -> Iterator[tuple[Operator, str, str, Expr]]:
    if not isinstance(expr, list):
        return
    head = expr[0]
    if head in NEIGHBOURS:
        yield from _comparison(expr, pathway)
    elif head in OPPOSITE:
        other = OPPOSITE[head]
        yield "condition", f"{head} -> {other}", f"{other} instead of {head}", [other, *expr[1:]]
    elif head == "not":
        yield "condition", "not dropped", f'"not" before "{say(expr[1])}" is lost', expr[1]
        yield from _inside(expr, 1, pathway)
        return
    elif head in LEAVES and _answers(expr, pathway):
        yield "condition", f"not {_short(expr)}", f'the opposite of "{say(expr)}"', ["not", expr]
    if head in WINDOWED:
        yield from _window(expr, pathway)
    for index in range(1, len(expr)):
        if head not in ("value", "in", "known") and isinstance(expr[index], list):
            yield from _inside(expr, index, pathway)


def _answers(expr: Expr, pathway: CompiledPathway) -> bool:
    """Whether a leaf answers yes or no by itself: a value only when it is one."""
    if expr[0] != "value":
        return True
    element = pathway.data.get(expr[1])
    return element is not None and element.type == "boolean"


def _inside(
    expr: Expr, index: int, pathway: CompiledPathway
) -> Iterator[tuple[Operator, str, str, Expr]]:
    for operator, name, text, changed in _changes(expr[index], pathway):
        if expr[0] in NEIGHBOURS and changed[:1] == ["not"]:
            continue  # the opposite of a value is no value to compare
        yield operator, name, text, [*expr[:index], changed, *expr[index + 1 :]]


def _comparison(expr: Expr, pathway: CompiledPathway) -> Iterator[tuple[Operator, str, str, Expr]]:
    head, left, right = expr
    other = NEIGHBOURS[head]
    text = f'"{say([other, left, right])}" instead of "{say(expr)}"'
    yield "comparison", f"{head} -> {other} {_short(left)}", text, [other, left, right]
    if isinstance(right, bool) or not isinstance(right, int | float):
        return
    step = step_of(left, right, pathway)
    for moved in (right + step, right - step):
        limit = round(moved, 6)
        changed = [head, left, limit]
        name = f"{_short(left)} {right:g} -> {limit:g}"
        yield "threshold", name, f'"{say(changed)}" instead of "{say(expr)}"', changed


def _window(expr: Expr, pathway: CompiledPathway) -> Iterator[tuple[Operator, str, str, Expr]]:
    index = WINDOWED[expr[0]]
    seconds = expr[index]
    changed = [*expr[:index], seconds * 2, *expr[index + 1 :]]
    days = f"{seconds / DAY:g}"
    text = f"{expr[0]} of {expr[1]} over {seconds * 2 / DAY:g} days instead of {days}"
    yield "delay", f"{_short(expr)} window x 2", text, changed
    if expr[0] not in ("count-below", "count-at-least") or _counts_all(expr, pathway):
        return
    for limit in (expr[2] + 1, expr[2] - 1):
        moved = [expr[0], expr[1], limit, *expr[3:]]
        name = f"{_short(expr)} {expr[2]:g} -> {limit:g}"
        text = f"{expr[0]} of {expr[1]} with the limit {limit:g} instead of {expr[2]:g}"
        yield "threshold", name, text, moved


def _counts_all(expr: Expr, pathway: CompiledPathway) -> bool:
    """Whether every reading is counted: "at least" the lowest value that a reading may have, as
    what others are compared with. A little less or more than that counts the same readings."""
    element = pathway.data.get(expr[1])
    low = None if element is None else element.low
    return expr[0] == "count-at-least" and low is not None and expr[2] <= low


def step_of(left: object, limit: float, pathway: CompiledPathway) -> float:
    """The smallest change worth a look: one for what is counted and for large numbers, a tenth
    for a measured value below ten."""
    measured = isinstance(left, list) and left[0] in ("value", "previous")
    element = pathway.data.get(left[1]) if measured and isinstance(left, list) else None
    if element is None or element.unit in COUNTED:
        return 1.0
    return 1.0 if abs(limit) >= 10 and float(limit).is_integer() else 0.1


def _short(expr: object) -> str:
    """An operand in a word, for ids."""
    if not isinstance(expr, list):
        return str(expr)
    parts = [str(part) for part in expr if isinstance(part, str)]
    return " ".join(parts[1:] if parts[0] == "value" else parts)
