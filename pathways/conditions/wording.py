"""Conditions in plain English: ``say`` turns a lowered condition into a phrase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pathways.compiled import DataElement

Labels = Mapping[str, DataElement]

_RELATIONS = {
    "<": "is below",
    "<=": "is at most",
    ">": "is above",
    ">=": "is at least",
    "=": "is",
    "!=": "is not",
}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_DATES = {
    "<": "is before",
    "<=": "is on or before",
    ">": "is after",
    ">=": "is on or after",
}
_SIGNS = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}
_FACTS = {
    "caregiver": ("there is a caregiver", "there is no caregiver"),
    "goals-met": ("the goals are met", "the goals are not met"),
    "plan-approved": ("the care plan is approved", "the care plan is not approved"),
    "in-hospital": ("the patient is in hospital", "the patient is not in hospital"),
    "has-condition": ("the patient has {}", "the patient does not have {}"),
    "taking": ("the patient takes {}", "the patient does not take {}"),
    "on-pathway": ("the patient is on {}", "the patient is not on {}"),
    "done": ('step "{}" is done', 'step "{}" is not done'),
    "declined": ('step "{}" was declined', 'step "{}" was not declined'),
    "missed": ('step "{}" was missed', 'step "{}" was not missed'),
}
_MEASURES = {
    "previous": "the previous {}",
    "change": "the change in {} over {}",
    "percent-change": "the change in {} over {}",
    "lowest": "the lowest {} of the last {}",
    "highest": "the highest {} of the last {}",
    "days-since": "the number of days since the last {}",
    "days-since-date": "the number of days since {}",
    "outcome": 'the outcome of step "{}"',
}


def say(expr: object, data: Labels | None = None) -> str:
    """The condition as an English phrase without a full stop, such as "HbA1c is below 7 %".

    ``data`` gives the labels and units of data elements; without it, names stand as they are.
    """
    return _Speaker(data or {}).clause(expr)


def phrase(expr: object, data: Labels | None = None) -> str:
    """Like ``say``, but a value is only named ("HbA1c"), as the nodes of a trace need it."""
    return _Speaker(data or {}).phrase(expr)


def duration(seconds: int) -> str:
    """A span in the largest unit that is exact, such as "36 hours"."""
    for size, name in ((31_536_000, "year"), (86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds % size == 0 and seconds:
            count = seconds // size
            return f"{count} {name}" if count == 1 else f"{count} {name}s"
    return f"{seconds} seconds"


def shown(value: object) -> str:
    """A constant as people write it: 7 for 7.0, yes for true."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


class _Speaker:
    def __init__(self, data: Labels) -> None:
        self._data = data

    def name(self, name: str) -> str:
        element = self._data.get(name)
        if element is not None and element.label:
            return element.label
        instrument, dot, result = name.partition(".")
        return f"{instrument.upper()} {result.replace('-', ' ')}" if dot else name.replace("-", " ")

    def unit(self, expr: object) -> str:
        """The unit that ``expr`` is in, or ""."""
        if not isinstance(expr, list):
            return ""
        head, *arguments = expr
        if head == "percent-change":
            return "%"
        if head in ("value", "previous", "change", "lowest", "highest"):
            element = self._data.get(arguments[0])
            return element.unit if element is not None else ""
        if head in ("+", "-"):
            return self.unit(arguments[0]) or self.unit(arguments[1])
        return ""

    def clause(self, expr: object, inside: str = "") -> str:
        """Something that is yes or no. ``inside``: the operator around it."""
        if not isinstance(expr, list):
            return shown(expr)
        head, *arguments = expr
        if head in ("and", "or"):
            text = f" {head} ".join(self.clause(part, head) for part in arguments)
            return f"({text})" if inside not in ("", head) else text
        if head in _RELATIONS:
            return self._comparison(head, *arguments)
        if head == "in":
            return f"{self.term(arguments[0])} is {_either(arguments[1])}"
        if head == "known":
            return f"{self._noun(arguments[0])} is known"
        if head == "not":
            return self._negation(arguments[0])
        if head in _FACTS:
            return _FACTS[head][0].format(*arguments)
        if head == "if":
            question, then, otherwise = (self.clause(part, "if") for part in arguments)
            return f"({then} if {question}, otherwise {otherwise})"
        return f"{self.term(expr)} is yes"

    def _negation(self, inner: object) -> str:
        if isinstance(inner, list):
            head, *arguments = inner
            if head == "known":
                return f"{self._noun(arguments[0])} is not known"
            if head in _FACTS:
                return _FACTS[head][1].format(*arguments)
            if head == "in":
                return f"{self.term(arguments[0])} is not {_either(arguments[1])}"
            if head in ("value", "previous"):
                return f"{self.term(inner)} is no"
            if head in ("<", "<=", ">", ">="):
                return self._comparison(head, *arguments).replace(" is ", " is not ", 1)
        return f"not ({self.clause(inner)})"

    def _comparison(self, head: str, left: object, right: object) -> str:
        if not isinstance(left, list) and isinstance(right, list):
            head, left, right = _TURNED[head], right, left
        unit = self.unit(left) or self.unit(right)
        sides = [
            f"{shown(side)} {unit}".strip()
            if isinstance(side, float | int) and not isinstance(side, bool)
            else self.term(side)
            for side in (left, right)
        ]
        relation = _DATES.get(head) if isinstance(right, str) else None
        return f"{sides[0]} {relation or _RELATIONS[head]} {sides[1]}"

    def _noun(self, expr: object) -> str:
        return f"whether {self.clause(expr)}" if _is_clause(expr) else self.term(expr)

    def phrase(self, expr: object) -> str:
        return self.clause(expr) if _is_clause(expr) else self.term(expr)

    def term(self, expr: object) -> str:
        """Something with a value."""
        if not isinstance(expr, list):
            return shown(expr)
        head, *arguments = expr
        if head == "value":
            return self.name(arguments[0])
        if head in ("age", "sex", "language"):
            return str(head)
        if head in _SIGNS:
            first, second = (self.term(part) for part in arguments)
            return f"({first} {_SIGNS[head]} {second})"
        if head == "neg":
            return f"minus {self.term(arguments[0])}"
        if head in ("count-below", "count-at-least"):
            name, limit, seconds = arguments
            relation = "below" if head == "count-below" else "of at least"
            bound = f"{self.term(limit)} {self.unit(['value', name])}".strip()
            return (
                f"the number of {self.name(name)} readings {relation} {bound}"
                f" in the last {duration(seconds)}"
            )
        if head in _MEASURES:
            name = arguments[0] if head == "outcome" else self.name(arguments[0])
            return _MEASURES[head].format(name, *map(duration, arguments[1:]))
        if head == "if":
            then, otherwise = self.term(arguments[1]), self.term(arguments[2])
            return f"({then} if {self.clause(arguments[0], 'if')}, otherwise {otherwise})"
        return f"({self.clause(expr)})"


def _is_clause(expr: object) -> bool:
    return isinstance(expr, list) and (
        expr[0] in ("and", "or", "not", "in", "known") or expr[0] in _RELATIONS or expr[0] in _FACTS
    )


def _either(options: Sequence[object]) -> str:
    if not options:
        return "one of none"
    *most, last = map(shown, options)
    return f"{', '.join(most)} or {last}" if most else last
