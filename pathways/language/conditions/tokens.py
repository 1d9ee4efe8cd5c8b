"""The words of a condition, each with its place in the author's text."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from pathways.language.conditions.names import Scope, is_value
from pathways.language.conditions.units import unit_at

TokenKind = Literal["number", "string", "word", "operator", "stray"]


class Token(Struct, frozen=True):
    """``offset`` counts characters from the start of the text; ``unit`` follows a number."""

    kind: TokenKind
    text: str
    offset: int
    end: int
    unit: str = ""
    unit_offset: int = 0


_SPACE = re.compile(r"\s+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|\d+(?:\.\d+)?")
_WORD = re.compile(r"[^\W\d]\w*(?:-\w+)*(?:\.\w+(?:-\w+)*)?")
_NAME_WITH_DIGIT = re.compile(r"\d\w*(?:-\w+)*(?:\.\w+(?:-\w+)*)?")
_STRING = re.compile(r'"(?:[^"\\\n]|\\["\'\\])*"|\'(?:[^\'\\\n]|\\["\'\\])*\'')
_OPERATOR = re.compile(r"<=|>=|==|!=|&&|\|\||[-<>=!+*/()\[\],?:≤≥≠]")
_TYPOGRAPHIC = re.compile(r"[“”„‘’«»][^“”„‘’«»]*[“”„‘’«»]?")
_ESCAPE = re.compile(r"\\(.)")
_OPERATOR_WORDS = frozenset({"and", "or", "not", "in"})


def tokenize(text: str, scope: Scope) -> list[Token]:
    """The tokens of ``text``. What fits nowhere becomes a ``stray`` token, never an exception."""
    units = tuple({element.unit for element in scope.data.values() if element.unit})
    tokens: list[Token] = []
    offset = 0
    while offset < len(text):
        space = _SPACE.match(text, offset)
        if space:
            offset = space.end()
            continue
        token = _token(text, offset, scope, units)
        tokens.append(token)
        offset = token.end
    return tokens


def _token(text: str, offset: int, scope: Scope, units: tuple[str, ...]) -> Token:
    if text[offset].isdigit():
        name = _NAME_WITH_DIGIT.match(text, offset)
        if name and _begins_with_digit(name.group(), scope):
            return Token("word", name.group(), offset, name.end())
        number = _NUMBER.match(text, offset)
        if number:
            return _number(text, number, scope, units)
    word = _WORD.match(text, offset)
    if word:
        text_of = word.group()
        if text_of.lower() in _OPERATOR_WORDS and not is_value(text_of, scope):
            text_of = text_of.lower()
        return Token("word", text_of, offset, word.end())
    string = _STRING.match(text, offset)
    if string:
        content = _ESCAPE.sub(r"\1", string.group()[1:-1])
        return Token("string", content, offset, string.end())
    operator = _OPERATOR.match(text, offset)
    if operator:
        return Token("operator", operator.group(), offset, operator.end())
    quoted = _TYPOGRAPHIC.match(text, offset)
    if quoted:
        return Token("stray", quoted.group(), offset, quoted.end())
    if text[offset] in "\"'":
        return Token("stray", text[offset:], offset, len(text))
    return Token("stray", text[offset], offset, offset + 1)


def _number(text: str, number: re.Match[str], scope: Scope, units: tuple[str, ...]) -> Token:
    start, end = number.span()
    unit, unit_offset = unit_at(text, end, units)
    if unit.lower() in _OPERATOR_WORDS or (unit not in units and is_value(unit, scope)):
        unit = ""
    last = unit_offset + len(unit) if unit else end
    return Token("number", number.group(), start, last, unit, unit_offset)


def _begins_with_digit(name: str, scope: Scope) -> bool:
    """Whether ``name`` is meant as a name although it begins with a digit, like 4at.score."""
    return name in scope.data or name in scope.terms or name.partition(".")[0] in scope.instruments
