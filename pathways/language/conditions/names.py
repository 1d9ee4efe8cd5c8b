"""What the words of a condition mean: values, functions, and what they are called in CEL."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from pathways.compiled import DataElement, Instrument

Kind = Literal["number", "choice", "text", "date", "boolean", "list", "unknown"]
"""The type of an expression. ``unknown``: an error was already reported about it."""


class Scope(Struct, frozen=True):
    """The names that the conditions of a definition may use."""

    data: dict[str, DataElement] = field(default_factory=dict)
    instruments: dict[str, Instrument] = field(default_factory=dict)
    terms: dict[str, str] = field(default_factory=dict)
    """term -> the text of its condition."""
    steps: tuple[str, ...] = ()


class Symbol(Struct, frozen=True):
    """A value that a name stands for."""

    name: str
    kind: Kind
    unit: str = ""
    options: tuple[str, ...] = ()
    line: int = 0
    """Where it is declared; 0: not in this file."""
    built_in: bool = False


def _built_in(name: str, kind: Kind, unit: str = "", options: tuple[str, ...] = ()) -> Symbol:
    return Symbol(name, kind, unit, options, built_in=True)


BUILT_IN: dict[str, Symbol] = {
    symbol.name: symbol
    for symbol in (
        _built_in("age", "number", "year"),
        _built_in("sex", "choice", options=("female", "male", "other")),
        _built_in("language", "text"),
        _built_in("caregiver", "boolean"),
        _built_in("goals-met", "boolean"),
        _built_in("plan-approved", "boolean"),
        _built_in("in-hospital", "boolean"),
    )
}

Argument = Literal["any", "name", "number", "limit", "span", "text", "step"]


class Function(Struct, frozen=True):
    """A function of the language: its arguments, its result and an example to show."""

    name: str
    arguments: tuple[Argument, ...]
    result: Kind | Literal["same"]
    example: str


FUNCTIONS: dict[str, Function] = {
    function.name: function
    for function in (
        Function("known", ("any",), "boolean", "known(hba1c)"),
        Function("missing", ("any",), "boolean", "missing(hba1c)"),
        Function("fresh", ("any",), "boolean", "fresh(hba1c)"),
        Function("previous", ("name",), "same", "previous(hba1c)"),
        Function("days-since", ("name",), "number", "days-since(hba1c)"),
        Function("change", ("number", "span"), "number", 'change(weight, "24 hours")'),
        Function(
            "percent-change", ("number", "span"), "number", 'percent-change(weight, "1 month")'
        ),
        Function("lowest", ("number", "span"), "number", 'lowest(glucose, "7 days")'),
        Function("highest", ("number", "span"), "number", 'highest(glucose, "7 days")'),
        Function(
            "count-below",
            ("number", "limit", "span"),
            "number",
            'count-below(glucose, 70, "7 days")',
        ),
        Function(
            "count-at-least",
            ("number", "limit", "span"),
            "number",
            'count-at-least(glucose, 300, "2 days")',
        ),
        Function("has-condition", ("text",), "boolean", 'has-condition("E11")'),
        Function("taking", ("text",), "boolean", 'taking("metformin")'),
        Function("on-pathway", ("text",), "boolean", 'on-pathway("heart-failure")'),
        Function("done", ("step",), "boolean", 'done("first-assessment")'),
        Function("declined", ("step",), "boolean", 'declined("first-assessment")'),
        Function("missed", ("step",), "boolean", 'missed("first-visit")'),
        Function("outcome", ("step",), "text", 'outcome("authorize-therapy")'),
    )
}

_KINDS: dict[str, Kind] = {
    "quantity": "number",
    "choice": "choice",
    "boolean": "boolean",
    "date": "date",
    "text": "text",
}


def resolve(name: str, scope: Scope) -> Symbol | None:
    """What ``name`` stands for: a built-in, a data element or an instrument's result."""
    if name in BUILT_IN:
        return BUILT_IN[name]
    element = scope.data.get(name)
    if element is not None:
        return Symbol(name, _KINDS[element.type], element.unit, element.options, element.line)
    instrument_id, dot, result = name.partition(".")
    instrument = scope.instruments.get(instrument_id) if dot else None
    return _result(name, result, instrument) if instrument is not None else None


def is_value(word: str, scope: Scope) -> bool:
    """Whether ``word`` names a value or a term."""
    return word in scope.terms or resolve(word, scope) is not None


def _result(name: str, result: str, instrument: Instrument) -> Symbol | None:
    for score in instrument.scores:
        if result == score.id:
            return Symbol(name, "number")
        if score.bands and result == f"{score.id}-band":
            return Symbol(name, "choice", options=tuple(band.name for band in score.bands))
    if any(item.id == result for item in instrument.items):
        return Symbol(name, "number")
    return None


def results(instrument: Instrument) -> tuple[str, ...]:
    """The names that an instrument gives to conditions, scores first."""
    names: list[str] = []
    for score in instrument.scores:
        names.append(f"{instrument.id}.{score.id}")
        if score.bands:
            names.append(f"{instrument.id}.{score.id}-band")
    return (*names, *(f"{instrument.id}.{item.id}" for item in instrument.items))


def value_names(scope: Scope) -> tuple[str, ...]:
    """Every value that a condition may name, for suggestions."""
    found = [name for instrument in scope.instruments.values() for name in results(instrument)]
    return (*scope.data, *scope.terms, *BUILT_IN, *found)
