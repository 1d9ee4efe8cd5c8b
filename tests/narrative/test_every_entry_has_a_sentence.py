"""Whatever the kernel can say on a timeline has a sentence, and no sentence is left over."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from pathways.narrative import _FIELD, _FORMS
from pathways.sentences import KINDS

JOURNEY = Path(__file__).resolve().parents[2] / "pathways" / "journey"
VARIABLE = {
    "outcome": ("attended", "missed", "cancelled"),
    "status": ("done", "declined", "varied", "cancelled"),
}
"""What the kernel puts into kinds that it makes up from a word: the words of its own types."""


def said_in(file: Path) -> Iterator[str]:
    """The kinds of a module's ``say(...)`` and ``say_of(source, ...)`` calls; a kind made in
    another way fails the test."""
    for node in ast.walk(ast.parse(file.read_text())):
        match node:
            case ast.Call(func=ast.Attribute(attr="say"), args=[kind, *_]):
                pass
            case ast.Call(func=ast.Attribute(attr="say_of"), args=[_, kind, *_]):
                pass
            case _:
                continue
        match kind:
            case ast.Constant(value=str(text)):
                yield text
            case ast.JoinedStr(values=parts):
                yield from map("".join, itertools.product(*map(words_of, parts)))
            case ast.IfExp(
                body=ast.Constant(value=str(one)), orelse=ast.Constant(value=str(other))
            ):
                yield from (one, other)
            case ast.Name(id="kind") if file.name == "draft.py":
                pass  # say_of hands on what it was called with
            case _:
                pytest.fail(f"{file.name}:{node.lineno} says a kind that cannot be read")


def words_of(part: ast.expr) -> tuple[str, ...]:
    match part:
        case ast.FormattedValue(value=ast.Name(id=name)):
            return VARIABLE[name]
        case ast.Constant(value=str(text)):
            return (text,)
    pytest.fail(f"line {part.lineno}: what this kind is made of cannot be read")


def said() -> set[str]:
    return {kind for file in sorted(JOURNEY.glob("**/*.py")) for kind in said_in(file)}


def test_every_kind_that_the_kernel_says_has_a_sentence():
    assert said() - set(KINDS) == set()


def test_every_sentence_is_for_a_kind_that_the_kernel_says():
    assert set(KINDS) - said() == set()


def test_every_field_of_a_sentence_has_a_known_form():
    forms = {form for text in KINDS.values() for _, form in _FIELD.findall(text)}
    assert {f for f in forms if not f.startswith("?")} - set(_FORMS) == set()
