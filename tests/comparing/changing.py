"""Every single-field change that can be made to a compiled pathway."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from pathways.compiled import CompiledPathway, Episodes, Step
from pathways.orders import Order
from pathways.spans import Span
from pathways.undone import Missed
from pathways.windows import Window

Rebuild = Callable[[Any], CompiledPathway]
FILLED: dict[str, Any] = {
    "when": ["known", ["value", "hba1c"]],
    "until": ["known", ["value", "hba1c"]],
    "exit": ["known", ["value", "hba1c"]],
    "eligible": ["<", ["age"], 18.0],
    "low": 1.0,
    "high": 2.0,
    "warn_low": 1.0,
    "warn_high": 2.0,
    "missed": Missed("coordinator"),
    "do": Step("new", "task", "New"),
    "window": Window("hba1c", 1, 2),
    "opens": -3,
    "closes": 3,
    "at": 36_000,
    "order": Order("diuretic", "hold", 2, 2),
    "episodes": Episodes(again="discharged", after=("readmitted",)),
}
"""What a field without a value is given; every other such field holds a span."""
NEVER_EMPTY = frozenset({"outreach", "rebook"})
WORDS: dict[str, tuple[str, str]] = {
    "verb": ("milestone", "task"),
    "phase": ("planning", "assessment"),
    "type": ("text", "date"),
    "kind": ("sum", "total"),
    "response": ("RT-SD", "RT-NV"),
    "hit": ("unique", "any"),
    "action": ("remind", "escalate"),
    "contact": ("patient", "caregiver"),
}
"""Two words that a field may hold which takes a few words only."""


class Altered(Struct, frozen=True):
    """One change: of which field of which struct, and the pathway that has it."""

    owner: str
    field: str
    pathway: CompiledPathway

    def __repr__(self) -> str:
        return f"{self.owner}.{self.field}"


def every_change(pathway: CompiledPathway) -> Iterator[Altered]:
    """Each field of each struct in turn, changed in every way that suits its value."""
    yield from _inside(pathway, lambda whole: whole)


def _inside(struct: Struct, rebuild: Rebuild) -> Iterator[Altered]:
    owner = type(struct).__name__
    for field in struct.__struct_fields__:
        value = getattr(struct, field)

        def put(new: Any, field: str = field) -> CompiledPathway:
            return rebuild(replace(struct, **{field: new}))

        for other in _others(value, field):
            yield Altered(owner, field, put(other))
        yield from _deeper(value, put)


def _deeper(value: Any, put: Rebuild) -> Iterator[Altered]:
    if isinstance(value, Struct) and not isinstance(value, Span):
        yield from _inside(value, put)
    elif isinstance(value, tuple):
        for place, inner in enumerate(value):
            yield from _deeper(inner, partial(_put_at, put, value, place))
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _deeper(inner, partial(_put_under, put, value, name))


def _put_at(put: Rebuild, held: tuple[Any, ...], place: int, new: Any) -> CompiledPathway:
    return put((*held[:place], new, *held[place + 1 :]))


def _put_under(put: Rebuild, held: dict[str, Any], name: str, new: Any) -> CompiledPathway:
    return put({**held, name: new})


def _others(value: Any, field: str) -> Iterator[Any]:
    match value:
        case bool():
            yield not value
        case int() | float():
            yield value + 1
        case str() if field in WORDS:
            yield WORDS[field][value == WORDS[field][0]]
        case str():
            yield f"{value}x"
        case Span():
            yield Span(value.n + 1, value.unit)
            if field not in NEVER_EMPTY:
                yield None
        case None:
            yield FILLED.get(field, Span(3, "day"))
        case list():
            yield from _conditions(value)
        case tuple():
            if len(value) > 1 and value[::-1] != value:
                yield value[::-1]
            if value:
                yield value[:-1]
        case dict():
            for name in value:
                yield {key: inner for key, inner in value.items() if key != name}


def _conditions(expr: list[Any]) -> Iterator[Any]:
    """The condition negated, and with its first number raised."""
    yield ["not", expr]
    raised = _raised(expr)
    if raised != expr:
        yield raised


def _raised(expr: Any) -> Any:
    if not isinstance(expr, list):
        return expr
    for place, part in enumerate(expr):
        number = isinstance(part, float | int) and not isinstance(part, bool)
        other = part + 1 if number else _raised(part)
        if other != part:
            return [*expr[:place], other, *expr[place + 1 :]]
    return expr
