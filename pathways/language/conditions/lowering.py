"""From the checked tree to the lowered condition, with the checks that CEL cannot make."""

from __future__ import annotations

import re
from datetime import date

from pathways.compiled import Expr
from pathways.language.conditions.kinds import (
    ARITHMETIC,
    COMPARISONS,
    LOGIC,
    Symbols,
    function_of,
    kind_of,
    options_of,
    written,
)
from pathways.language.conditions.names import Function, Scope, Symbol
from pathways.language.conditions.tree import Node
from pathways.language.conditions.unit_checks import Refusal, UnitCheck
from pathways.language.issues import suggest
from pathways.language.spans import SpanError, parse_span
from pathways.spans import Span

SECONDS = {
    "minute": 60,
    "hour": 3600,
    "day": 86_400,
    "week": 604_800,
    "month": 2_592_000,
    "year": 31_536_000,
}
"""Windows of time in conditions: a month is 30 days, a year 365."""
MAX_DEPTH = 60
_ICD = re.compile(r"[A-Z][0-9A-Z.]{0,7}")


class Lowering:
    """Lowers one condition. ``units``: the place of a number in the CEL text -> its unit.

    Findings are collected in ``refusals``; the result is of no use when there are any.
    """

    def __init__(self, symbols: Symbols, units: dict[int, str], scope: Scope) -> None:
        self.symbols = symbols
        self.scope = scope
        self.reads: set[str] = set()
        self.windows: dict[str, Span] = {}
        self.refusals: list[Refusal] = []
        self.units = UnitCheck(symbols, units, self.refusals)
        self._depth = 0

    def lower(self, node: Node) -> object:
        """The lowered form: a nested list or a constant."""
        self._depth += 1
        try:
            if self._depth > MAX_DEPTH:
                hint = "Use fewer brackets."
                self.refuse(node, "too-deep", "The condition is nested too deep here.", hint)
                return False
            return self._lowered(node)
        finally:
            self._depth -= 1

    def refuse(
        self,
        node: Node,
        code: str,
        message: str,
        hint: str = "",
        declared: Symbol | None = None,
    ) -> None:
        self.refusals.append(Refusal(node, code, message, hint, declared))

    def _lowered(self, node: Node) -> object:
        if node.kind == "constant":
            if node.value is None:
                self.refuse(node, "syntax", "This constant has no meaning in a condition.")
            return node.value
        if node.kind == "name":
            return self._name(self.symbols[node.name])
        if node.kind == "call":
            return self._call(node)
        what = "A list" if node.kind == "list" else "This"
        hint = 'A list stands behind "in": x in ["low", "high"].'
        self.refuse(node, "syntax", f"{what} cannot stand here.", hint)
        return False

    def _name(self, symbol: Symbol) -> Expr:
        if symbol.built_in:
            return [symbol.name]
        self.reads.add(symbol.name)
        return ["value", symbol.name]

    def _call(self, node: Node) -> object:
        function = function_of(node)
        if function is not None:
            return self._function(function, node)
        if node.name in LOGIC:
            return self._logic(LOGIC[node.name], node)
        if node.name == "!_":
            return ["not", self.lower(node.parts[0])]
        if node.name == "-_":
            return ["neg", self.lower(node.parts[0])]
        if node.name in COMPARISONS:
            return self._comparison(COMPARISONS[node.name], node)
        if node.name in ARITHMETIC:
            if node.name in ("_+_", "_-_"):
                self.units.must_agree(node.parts)
            return [ARITHMETIC[node.name], *map(self.lower, node.parts)]
        if node.name == "_?_:_":
            self.units.must_agree(node.parts[1:])
            return ["if", *map(self.lower, node.parts)]
        if node.name == "@in":
            return self._membership(node)
        self.refuse(node, "syntax", "This is not part of the language of conditions.")
        return False

    def _logic(self, word: str, node: Node) -> Expr:
        """``a and b and c`` is one list, so that long conditions do not nest."""
        parts: list[object] = []
        pending = [node]
        while pending:
            one = pending.pop()
            if one.kind == "call" and one.name == node.name:
                pending.extend(reversed(one.parts))
            else:
                parts.append(self.lower(one))
        return [word, *parts]

    # --- comparisons ---

    def _comparison(self, sign: str, node: Node) -> Expr:
        left, right = node.parts
        kinds = {kind_of(left, self.symbols), kind_of(right, self.symbols)}
        self.units.must_agree(node.parts)
        if sign in ("=", "!="):
            self._same_sort(left, right)
            self._same_sort(right, left)
        elif not kinds <= {"number", "date", "unknown"}:
            self._ordered(node, left, right)
        return [sign, self.lower(left), self.lower(right)]

    def _ordered(self, node: Node, left: Node, right: Node) -> None:
        """Text has an order for a computer; "low" < "moderate" has none for a patient."""
        for one, other in ((left, right), (right, left)):
            kind = kind_of(one, self.symbols)
            name = written(one, self.symbols)
            if kind == "date" and kind_of(other, self.symbols) == "text":
                self._same_sort(one, other)
                return
            if kind in ("choice", "text", "boolean") and one.kind != "constant":
                choice = options_of(one, self.symbols)
                what = {"choice": "a choice", "text": "text"}.get(kind, "yes or no")
                hint = f"Use = or !=, or {name} in [...]."
                message = f"{name} is {what}; it has no order."
                self.refuse(node, "no-order", message, hint, choice)
                return
        self.refuse(node, "no-order", "Text has no order.", "Use = or !=.")

    def _same_sort(self, one: Node, constant: Node) -> None:
        """A constant that ``one`` is compared with must be a value that it can have."""
        if constant.kind != "constant" or not isinstance(constant.value, str):
            return
        name, text = written(one, self.symbols), constant.value
        choice = options_of(one, self.symbols)
        if choice is not None and text not in choice.options:
            hint = suggest(text, choice.options)
            if choice.name == "sex" and text == "unknown":
                hint = "Write missing(sex)."
            message = f'{name} is never "{text}".'
            self.refuse(constant, "unknown-option", message, hint, choice)
        if kind_of(one, self.symbols) == "date" and not _is_date(text):
            message = f'{name} is a date; "{text}" is none.'
            self.refuse(constant, "not-a-date", message, 'Write it like "2027-03-31".')

    def _membership(self, node: Node) -> Expr:
        inner, options = node.parts
        values: list[object] = []
        if options.kind != "list":
            hint = f'Write {written(inner, self.symbols)} in ["...", "..."].'
            self.refuse(node, "syntax", '"in" needs a list in square brackets behind it.', hint)
            return ["in", self.lower(inner), values]
        if not options.parts:
            self.refuse(options, "empty-list", "The list is empty.", "Give it at least one value.")
        wanted = kind_of(inner, self.symbols)
        for option in options.parts:
            if option.kind != "constant":
                message = f"{written(option, self.symbols)} is not a constant."
                self.refuse(option, "not-constant", message, "List texts or numbers.")
                continue
            self._same_sort(inner, option)
            kind = kind_of(option, self.symbols)
            alike = kind == wanted or (kind == "text" and wanted in ("choice", "date"))
            if not alike and wanted != "unknown":
                name = written(inner, self.symbols)
                message = f"{written(option, self.symbols)} is not of the type of {name}."
                self.refuse(option, "type-mismatch", message)
            self.units.must_be(option, inner)
            values.append(option.value)
        return ["in", self.lower(inner), values]

    # --- functions ---

    def _function(self, function: Function, node: Node) -> Expr:
        name = function.name
        if name in ("known", "fresh", "missing"):
            known: Expr = ["known", self.lower(node.parts[0])]
            return ["not", known] if name == "missing" else known
        if function.arguments[0] == "step":
            return [name, self._step(node.parts[0])]
        if function.arguments[0] == "text":
            return [name, self._text(function, node.parts[0])]
        about = self._about(function, node.parts[0])
        if name == "days-since" and kind_of(node.parts[0], self.symbols) == "date":
            return ["days-since-date", about]
        arguments: list[object] = []
        for wanted, part in zip(function.arguments[1:], node.parts[1:], strict=True):
            if wanted == "limit":
                self.units.must_be(part, node.parts[0])
                arguments.append(self.lower(part))
            else:
                arguments.append(self._span(function, about, part))
        return [name, about, *arguments]

    def _about(self, function: Function, node: Node) -> str:
        symbol = self.symbols.get(node.name) if node.kind == "name" else None
        if symbol is None or symbol.built_in:
            text = written(node, self.symbols)
            message = f"{function.name} needs the name of a value with readings, not {text}."
            self.refuse(node, "not-a-reading", message, f"Write it like {function.example}.")
            return ""
        self.reads.add(symbol.name)
        return symbol.name

    def _span(self, function: Function, about: str, node: Node) -> int:
        if node.kind != "constant" or not isinstance(node.value, str):
            message = f"{function.name} needs a span of time in quotes here."
            self.refuse(node, "not-a-span", message, f"Write it like {function.example}.")
            return 0
        try:
            span = parse_span(node.value)
        except SpanError as error:
            self.refuse(node, "not-a-span", str(error))
            return 0
        if span.unit not in SECONDS:
            message = f'"{node.value}" depends on the calendar and cannot be a window of readings.'
            self.refuse(node, "not-a-span", message, "Use minutes, hours, days, weeks or months.")
            return 0
        reach = span
        if function.name in ("change", "percent-change"):
            # The earlier reading may lie half a span before the instant that is looked for.
            reach = Span((span.n * 3 + 1) // 2, span.unit)
        longest = self.windows.get(about)
        if longest is None or seconds(reach) > seconds(longest):
            self.windows[about] = reach
        return seconds(span)

    def _step(self, node: Node) -> str:
        if node.kind != "constant" or not isinstance(node.value, str):
            message = "The id of a step stands here, in quotes."
            self.refuse(node, "unknown-step", message, 'Write it like done("first-assessment").')
            return ""
        if node.value not in self.scope.steps:
            message = f'This pathway has no step "{node.value}".'
            hint = suggest(node.value, self.scope.steps)
            self.refuse(node, "unknown-step", message, hint)
        return node.value

    def _text(self, function: Function, node: Node) -> str:
        if node.kind != "constant" or not isinstance(node.value, str) or not node.value.strip():
            message = f"{function.name} needs text in quotes."
            self.refuse(node, "wrong-arguments", message, f"Write it like {function.example}.")
            return ""
        if function.name == "has-condition" and not _ICD.fullmatch(node.value):
            message = f'"{node.value}" is not the beginning of an ICD-10 code.'
            self.refuse(node, "not-a-code", message, f"Write it like {function.example}.")
        return node.value.lower() if function.name == "taking" else node.value


def seconds(span: Span) -> int:
    """A window's length; a month is 30 days, a year 365."""
    return span.n * SECONDS[span.unit]


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10
