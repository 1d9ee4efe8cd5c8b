"""The slow path for people: why a condition holds, does not hold, or is unknown."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from pathways.compiled import Expr
from pathways.conditions.facts import ASKED, BUILT_IN
from pathways.conditions.judging import ARITHMETIC, COMPARE, prepare
from pathways.conditions.readings import COUNTED, NAMED, SPANNED, reference, within
from pathways.conditions.view import Observed, Value, View
from pathways.conditions.wording import Labels, phrase


class Seen(Struct, frozen=True):
    """A reading that was looked at; ``observed`` in seconds since the epoch, UTC."""

    name: str
    value: Value
    observed: int


class Trace(Struct, frozen=True, omit_defaults=True):
    """One node of an explanation: in words, what it came to (``None``: unknown), the
    readings it looked at, and the parts it was made of. ``alone``: the newest reading counts, but
    there is none to compare it with."""

    text: str
    value: Value | None
    seen: tuple[Seen, ...] = ()
    parts: tuple[Trace, ...] = ()
    alone: bool = False

    def readings(self) -> tuple[Seen, ...]:
        """Every reading seen in this node or below, each once, in the order of the condition."""
        found = dict.fromkeys(self.seen)
        for part in self.parts:
            found.update(dict.fromkeys(part.readings()))
        return tuple(found)


def explain(expr: Expr, view: View, data: Labels | None = None) -> Trace:
    """What ``judge`` decides, with the reasons. ``value`` of the result equals ``judge``'s answer.

    ``data`` gives labels and units for the texts. Raises ``ConditionError`` if malformed.
    """
    prepare(expr)  # refuses what is malformed
    trace = _Explainer(view, data or {}).trace(expr)
    if trace.value is None or isinstance(trace.value, bool):
        return trace
    return Trace(trace.text, None, trace.seen, trace.parts)


class _Explainer:
    def __init__(self, view: View, data: Labels) -> None:
        self._view = view
        self._data = data

    def trace(self, expr: Expr | Value) -> Trace:
        return self._node(expr) if isinstance(expr, list) else Trace(phrase(expr), expr)

    def _node(self, expr: list[Any]) -> Trace:
        head, *arguments = expr
        text = phrase(expr, self._data)
        if head in BUILT_IN:
            return Trace(text, BUILT_IN[head](self._view))
        if head in ASKED:
            return Trace(text, ASKED[head](self._view, arguments[0]))
        if head == "value":
            name = arguments[0]
            seen = self._seen(name, self._view.readings(name)[:1])
            return Trace(text, self._view.value(name), seen)
        if head in NAMED or head in SPANNED or head in COUNTED:
            return self._over_time(text, head, arguments)
        if head == "in":
            inner = self.trace(arguments[0])
            among = None if inner.value is None else inner.value in arguments[1]
            return Trace(text, among, parts=(inner,))
        traces = [self.trace(argument) for argument in arguments]
        value = _combined(head, [trace.value for trace in traces])
        constant = [not isinstance(argument, list) for argument in arguments]
        parts = tuple(t for t, plain in zip(traces, constant, strict=True) if not plain)
        return Trace(text, value, parts=parts)

    def _over_time(self, text: str, head: str, arguments: list[Any]) -> Trace:
        view, name = self._view, arguments[0]
        if head in NAMED:
            seen = self._seen(name, view.readings(name)[: 2 if head == "previous" else 1])
            value = NAMED[head](view, name)
            return Trace(text, value, seen, alone=self._alone(name, head, value))
        span = arguments[-1]
        if head in COUNTED:
            limit = self.trace(arguments[1]).value
            count = None
            if isinstance(limit, float | int):
                count = COUNTED[head](view, name, limit, span)
            return Trace(text, count, self._seen(name, within(view, name, span)))
        looked_at: tuple[Observed, ...]
        if head in ("change", "percent-change"):
            looked_at = reference(view, name, span) or tuple(view.readings(name)[:1])
        else:
            looked_at = within(view, name, span)
        value = SPANNED[head](view, name, span)
        alone = self._alone(name, head, value)
        return Trace(text, value, self._seen(name, looked_at), alone=alone)

    def _alone(self, name: str, head: str, value: Value | None) -> bool:
        compares = head in ("previous", "change", "percent-change")
        return compares and value is None and self._view.value(name) is not None

    def _seen(self, name: str, readings: Any) -> tuple[Seen, ...]:
        return tuple(Seen(name, one.value, one.observed) for one in readings)


def _combined(head: str, values: list[Value | None]) -> Value | None:
    """The value of an operator from the values of its parts, by the book (Kleene's tables)."""
    if head == "known":
        return values[0] is not None
    if head == "and":
        if any(value is False for value in values):
            return False
        return True if all(value is True for value in values) else None
    if head == "or":
        if any(value is True for value in values):
            return True
        return False if all(value is False for value in values) else None
    if head == "if":
        question, then, otherwise = values
        return None if question is None else then if question else otherwise
    if any(value is None for value in values):
        return None
    if head == "not":
        return not values[0]
    if head == "neg":
        return -values[0] if isinstance(values[0], float | int) else None
    try:
        if head in COMPARE:
            return COMPARE[head](*values)
        return ARITHMETIC[head](*values)
    except (TypeError, ZeroDivisionError, OverflowError):
        return None
