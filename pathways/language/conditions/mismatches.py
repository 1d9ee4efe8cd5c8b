"""Type errors in the author's words: what does not go together, and what to write instead."""

from __future__ import annotations

from pathways.conditions.wording import shown
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
from pathways.language.conditions.names import Kind
from pathways.language.conditions.tree import Node

Said = tuple[str, str, str]
"""Code, message and hint."""

_A: dict[Kind, str] = {
    "number": "a number",
    "choice": "a choice",
    "text": "text",
    "date": "a date",
    "boolean": "yes or no",
    "list": "a list",
    "unknown": "of unknown type",
}


def mismatch(node: Node, symbols: Symbols) -> Said | None:
    """What is wrong with the types of ``node``'s parts, or ``None`` when nothing is."""
    kinds = [kind_of(part, symbols) for part in node.parts]
    if "unknown" in kinds and node.name not in LOGIC:
        return None
    if node.name in COMPARISONS:
        return _comparison(node, kinds, symbols)
    if node.name in LOGIC or node.name in ("!_", "_?_:_"):
        return _logic(node, kinds, symbols)
    if node.name in ARITHMETIC or node.name == "-_":
        return _arithmetic(node, kinds, symbols)
    if node.name == "@in":
        return _membership(node, symbols)
    if node.name == "_[_]":
        hint = 'A list stands only behind "in": x in ["low", "high"].'
        return ("syntax", "Square brackets cannot stand behind a value.", hint)
    function = function_of(node)
    if function is not None:
        return _call(node, kinds, symbols)
    return None


def not_a_condition(node: Node, symbols: Symbols) -> Said:
    """The whole is a value where a condition is wanted."""
    text = written(node, symbols)
    kind = kind_of(node, symbols)
    return (
        "not-a-condition",
        f"{text} is {_A[kind]}, not a condition.",
        _compare_it(node, symbols),
    )


def _compare_it(node: Node, symbols: Symbols) -> str:
    text = written(node, symbols)
    choice = options_of(node, symbols)
    if choice is not None and choice.options:
        return f'Compare it, such as {text} = "{choice.options[0]}".'
    if kind_of(node, symbols) == "number":
        return f"Compare it with a number, such as {text} >= 1, or write known({text})."
    return f'Compare it, such as {text} = "...".'


def _comparison(node: Node, kinds: list[Kind], symbols: Symbols) -> Said | None:
    left, right = node.parts
    if left.name in COMPARISONS and kinds[1] == "number":
        middle = written(left.parts[1], symbols)
        first, second = COMPARISONS[left.name], COMPARISONS[node.name]
        start, end = written(left.parts[0], symbols), written(right, symbols)
        return (
            "type-mismatch",
            "The result of a comparison is compared with a number.",
            f"Write {start} {first} {middle} and {middle} {second} {end}.",
        )
    one, other = (left, right) if kinds[1] in ("number", "text") else (right, left)
    kind, against = kind_of(one, symbols), kind_of(other, symbols)
    if {"text", "choice", "date"} >= {kind, against} or kind == against:
        return None
    name, text = written(one, symbols), written(other, symbols)
    choice = options_of(one, symbols)
    if choice is not None:
        listed = ", ".join(choice.options)
        return (
            "type-mismatch",
            f"{name} is a choice ({listed}) and cannot be compared with {_with(other, symbols)}.",
            f'Compare it with one of its options, such as {name} = "{choice.options[0]}".'
            if choice.options
            else "",
        )
    message = f"{name} is {_A[kind]} and cannot be compared with {_with(other, symbols)}."
    if "boolean" in (kind, against):
        yes_no = name if kind == "boolean" else text
        return ("type-mismatch", message, f"Write just {yes_no}, or not {yes_no}.")
    if isinstance(other.value, str) and _is_number(other.value):
        return ("type-mismatch", message, f"Write the number without quotes: {other.value}.")
    if isinstance(one.value, str) and _is_number(one.value):
        return ("type-mismatch", message, f"Write the number without quotes: {one.value}.")
    if kind == "number" and one.kind == "constant":
        return ("type-mismatch", message, f'Text needs quotes: "{shown(one.value)}".')
    return ("type-mismatch", message, "Compare values of the same type.")


def _with(node: Node, symbols: Symbols) -> str:
    kind = kind_of(node, symbols)
    if node.kind == "constant":
        if kind == "number":
            return f"the number {written(node, symbols)}"
        return f"the text {written(node, symbols)}" if kind == "text" else written(node, symbols)
    return f"{written(node, symbols)}, which is {_A[kind]}"


def _logic(node: Node, kinds: list[Kind], symbols: Symbols) -> Said | None:
    if node.name == "_?_:_":
        if kinds[0] not in ("boolean", "unknown"):
            asked = written(node.parts[0], symbols)
            message = f'What stands before "?" must be a condition; {asked} is {_A[kinds[0]]}.'
            return ("type-mismatch", message, _compare_it(node.parts[0], symbols))
        if kinds[1] != kinds[2]:
            message = f"The two answers differ in type: {_A[kinds[1]]} and {_A[kinds[2]]}."
            return ("type-mismatch", message, "Give both the same type.")
        return None
    word = LOGIC.get(node.name, "not")
    for part, kind in zip(node.parts, kinds, strict=True):
        if kind not in ("boolean", "unknown"):
            text = written(part, symbols)
            message = f'"{word}" needs conditions; {text} is {_A[kind]}.'
            return ("type-mismatch", message, _compare_it(part, symbols))
    return None


def _arithmetic(node: Node, kinds: list[Kind], symbols: Symbols) -> Said | None:
    sign = ARITHMETIC.get(node.name, "-")
    for part, kind in zip(node.parts, kinds, strict=True):
        if kind != "number":
            text = written(part, symbols)
            message = f'"{sign}" needs numbers; {text} is {_A[kind]}.'
            hint = "Put spaces only around the minus of a subtraction." if sign == "-" else ""
            return ("type-mismatch", message, hint if kind != "boolean" else "")
    return None


def _membership(node: Node, symbols: Symbols) -> Said | None:
    if len(node.parts) == 2 and node.parts[1].kind != "list":
        text = written(node.parts[0], symbols)
        message = '"in" needs a list in square brackets behind it.'
        return ("type-mismatch", message, f'Write {text} in ["...", "..."].')
    return None


def _call(node: Node, kinds: list[Kind], symbols: Symbols) -> Said | None:
    function = function_of(node)
    if function is None:
        return None
    hint = f"Write it like {function.example}."
    if len(node.parts) != len(function.arguments):
        wanted, given = len(function.arguments), len(node.parts)
        values = "1 value" if wanted == 1 else f"{wanted} values"
        message = f"{function.name} takes {values} in its brackets; here are {given}."
        return ("wrong-arguments", message, hint)
    for part, kind, wanted_as in zip(node.parts, kinds, function.arguments, strict=True):
        text = written(part, symbols)
        if wanted_as in ("number", "limit") and kind != "number":
            message = f"{function.name} needs a number; {text} is {_A[kind]}."
            return ("type-mismatch", message, hint)
        if wanted_as == "span" and kind != "text":
            message = f"{function.name} needs a span of time in quotes; {text} is {_A[kind]}."
            return ("type-mismatch", message, hint)
        if wanted_as in ("text", "step") and kind != "text":
            message = f"{function.name} needs text in quotes; {text} is {_A[kind]}."
            return ("type-mismatch", message, hint)
    return None


def _is_number(text: str) -> bool:
    return text.strip().replace(".", "", 1).isdigit()
