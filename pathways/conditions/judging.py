"""The fast path: an expression becomes a tree of closures, once."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import lru_cache
from typing import Any, cast

import msgspec

from pathways.conditions.facts import ASKED, BUILT_IN
from pathways.conditions.readings import COUNTED, NAMED, SPANNED, as_written
from pathways.conditions.view import Value, View

Judge = Callable[[View], bool | None]
Evaluate = Callable[[View], Any]

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}
_VERDICTS = frozenset({*COMPARE, "and", "or", "not", "known", "in"})
"""Operators whose answer is a verdict by itself."""
ARITHMETIC: dict[str, Callable[[Any, Any], float]] = {
    "+": lambda one, other: as_written(one + other),
    "-": lambda one, other: as_written(one - other),
    "*": lambda one, other: as_written(one * other),
    "/": lambda one, other: as_written(one / other),
}


class ConditionError(ValueError):
    """A lowered condition does not follow the grammar of ``pathways.conditions``."""


def prepare(expr: object) -> Judge:
    """The expression as a function of a view. Raises ``ConditionError`` if malformed.

    Prepared conditions are kept (the 4,096 last used), by the expression's JSON.
    """
    return _prepared(msgspec.json.encode(expr))


def judge(expr: object, view: View) -> bool | None:
    """Whether the condition holds: yes, no, or ``None`` for unknown."""
    return _prepared(msgspec.json.encode(expr))(view)


@lru_cache(maxsize=4096)
def _prepared(encoded: bytes) -> Judge:
    expr = msgspec.json.decode(encoded)
    evaluate = _build(expr)
    if isinstance(expr, list) and expr[0] in _VERDICTS:
        return evaluate

    def answer(view: View) -> bool | None:
        found = evaluate(view)
        return found if found is True or found is False else None

    return answer


def _build(expr: object) -> Evaluate:
    if not isinstance(expr, list):
        return _constant(expr)
    try:
        head, *arguments = expr
        if head in BUILT_IN and not arguments:
            return BUILT_IN[head]
        return _BUILDERS[head](head, *arguments)
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, ConditionError):
            raise
        raise ConditionError(f"This is not a lowered condition: {expr!r}.") from error


def _constant(value: object) -> Evaluate:
    if not isinstance(value, float | int | str):
        raise ConditionError(f"This is not a constant: {value!r}.")
    return lambda view: value


def _value(_: str, name: str) -> Evaluate:
    return lambda view: view.value(name)


def _known(_: str, inner: object) -> Evaluate:
    evaluate = _build(inner)
    return lambda view: evaluate(view) is not None


def _and(_: str, *parts: object) -> Evaluate:
    evaluators = tuple(map(_build, parts))

    def conjunction(view: View) -> bool | None:
        unknown = False
        for evaluate in evaluators:
            answer = evaluate(view)
            if answer is False:
                return False
            if answer is not True:
                unknown = True
        return None if unknown else True

    return conjunction


def _or(_: str, *parts: object) -> Evaluate:
    evaluators = tuple(map(_build, parts))

    def disjunction(view: View) -> bool | None:
        unknown = False
        for evaluate in evaluators:
            answer = evaluate(view)
            if answer is True:
                return True
            if answer is not False:
                unknown = True
        return None if unknown else False

    return disjunction


def _not(_: str, inner: object) -> Evaluate:
    evaluate = _build(inner)

    def negation(view: View) -> bool | None:
        answer = evaluate(view)
        return None if answer is None else not answer

    return negation


def _if(_: str, question: object, then: object, otherwise: object) -> Evaluate:
    asks, yes, no = _build(question), _build(then), _build(otherwise)

    def choice(view: View) -> Value | None:
        answer = asks(view)
        return None if answer is None else cast("Value | None", (yes if answer else no)(view))

    return choice


def _compare(head: str, left: object, right: object) -> Evaluate:
    compare = COMPARE[head]
    if isinstance(left, list) and left[0] == "value" and not isinstance(right, list):
        return _compare_with_constant(compare, left[1], right)
    first, second = _build(left), _build(right)

    def comparison(view: View) -> bool | None:
        one, other = first(view), second(view)
        if one is None or other is None:
            return None
        try:
            return compare(one, other)
        except TypeError:
            return None

    return comparison


def _compare_with_constant(
    compare: Callable[[Any, Any], bool], name: str, constant: object
) -> Evaluate:
    """The commonest condition by far (``hba1c >= 7``), without the detour."""

    def comparison(view: View) -> bool | None:
        value = view.value(name)
        if value is None:
            return None
        try:
            return compare(value, constant)
        except TypeError:
            return None

    return comparison


def _in(_: str, inner: object, options: list[Value]) -> Evaluate:
    evaluate, choices = _build(inner), tuple(options)

    def membership(view: View) -> bool | None:
        value = evaluate(view)
        return None if value is None else value in choices

    return membership


def _arithmetic(head: str, left: object, right: object) -> Evaluate:
    first, second, apply = _build(left), _build(right), ARITHMETIC[head]

    def result(view: View) -> float | None:
        one, other = first(view), second(view)
        if one is None or other is None:
            return None
        try:
            return apply(one, other)
        except (TypeError, ZeroDivisionError, OverflowError):
            return None

    return result


def _neg(_: str, inner: object) -> Evaluate:
    evaluate = _build(inner)

    def negative(view: View) -> float | None:
        value = evaluate(view)
        return -value if isinstance(value, float | int) else None

    return negative


def _asked(head: str, about: str) -> Evaluate:
    ask = ASKED[head]
    return lambda view: ask(view, about)


def _named(head: str, name: str) -> Evaluate:
    look = NAMED[head]
    return lambda view: look(view, name)


def _spanned(head: str, name: str, span: int) -> Evaluate:
    look = SPANNED[head]
    return lambda view: look(view, name, span)


def _counted(head: str, name: str, limit: object, span: int) -> Evaluate:
    count, limits = COUNTED[head], _build(limit)

    def counted(view: View) -> float | None:
        value = limits(view)
        return count(view, name, value, span) if isinstance(value, float | int) else None

    return counted


_BUILDERS: dict[str, Callable[..., Evaluate]] = {
    "value": _value,
    "known": _known,
    "and": _and,
    "or": _or,
    "not": _not,
    "if": _if,
    "in": _in,
    "neg": _neg,
    **dict.fromkeys(COMPARE, _compare),
    **dict.fromkeys(ARITHMETIC, _arithmetic),
    **dict.fromkeys(ASKED, _asked),
    **dict.fromkeys(NAMED, _named),
    **dict.fromkeys(SPANNED, _spanned),
    **dict.fromkeys(COUNTED, _counted),
}
