"""One mistake more in a definition, on one line, and what is found of the other lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pathways.language.compiling import compile_pathway
from pathways.language.definition import Path, Shelf
from pathways.language.issues import Issue
from pathways.language.reading import read_yaml
from pathways.language.tree import Mapping, Node, Scalar, Sequence
from pathways.proving import prove
from tests.proving.proving import FILE, calendar

_CONDITION = ("nonsense > 3", 'age < "ten"', "age <", "age", "")
_SPAN = ("7 dys", "0 days", "[1]")
_NAME = ("no-such-thing", "{}", "")
_WRONG: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("when", "until", "exit", "eligible", "aim"), _CONDITION),
    **dict.fromkeys(("due", "deadline", "every", "in", "within", "for", "at-most", "again"), _SPAN),
    **dict.fromkeys(("by", "to", "of", "go", "evidence", "message", "element", "response"), _NAME),
    **dict.fromkeys(("after", "collect", "instruments", "start", "during"), _NAME),
    **dict.fromkeys(("remind", "escalate", "inform", "times", "range", "table", "body"), _NAME),
}
"""What may stand wrongly, by the key that it stands under: references and settings. A name that
others refer to is declared elsewhere; it is no mistake on one line."""
_MISSPELT = ("due", "by", "every", "evidence", "overdue", "until", "times", "go", "response")


class Mistake(NamedTuple):
    """``line`` (from 1) of the text with the mistake in it."""

    line: int
    text: str


def mistakes(text: str) -> Iterator[Mistake]:
    """The definition with one line otherwise, wrongly, for each value that may be mistaken."""
    root, _ = read_yaml(text, FILE)
    lines = text.splitlines()
    if root is None:
        return
    for path, scalar, key in _scalars(root):
        name = next((part for part in reversed(path) if isinstance(part, str)), "")
        if path[0] == "terms" and name != "evidence":
            name = "when"
        line = lines[scalar.place.line - 1]
        raw = f"{scalar.style}{scalar.text}{scalar.style}"
        for wrong in _WRONG.get(name, ()):
            start = scalar.place.column - 1
            if line[start:].startswith(raw) and "|" not in raw:
                yield _changed(lines, scalar.place.line, start, len(raw), wrong)
        if key is not None and name in _MISSPELT:
            yield _changed(lines, key.place.line, key.place.column - 1, len(name), f"{name}x")


ODD = (
    (r"([<>]=?) \d+(\.\d+)?", r"\1 9999"),
    (r"([<>]=?) \d+(\.\d+)?", r"\1 0"),
    (r"\b\d+ (days|weeks|months|business days|hours)\b", "1 day"),
    (r"\b\d+ (days|weeks|months|business days|hours)\b", "3 years"),
    (r" and ", " or "),
    (r"escalate:", "remind:"),
    (r", (again|times): [^,}]*", ""),
    (r"\bdone\(", "declined("),
)
"""What makes a line say something else that is written correctly, so that less can be proven."""


def odd_lines(text: str) -> list[tuple[int, str]]:
    """Each line of the definition (from 0) that can be made odd, with how it then reads."""
    return [
        (number, changed)
        for number, line in enumerate(text.splitlines())
        for pattern, instead in ODD
        if (changed := re.sub(pattern, instead, line)) != line
    ]


def _changed(lines: list[str], line: int, start: int, length: int, wrong: str) -> Mistake:
    old = lines[line - 1]
    new = old[:start] + wrong + old[start + length :]
    return Mistake(line, "\n".join([*lines[: line - 1], new, *lines[line:]]) + "\n")


def _scalars(node: Node) -> Iterator[tuple[Path, Scalar, Scalar | None]]:
    """Every single value by its path, with its key."""
    waiting: list[tuple[Path, Node, Scalar | None]] = [((), node, None)]
    while waiting:
        path, one, key = waiting.pop(0)
        if isinstance(one, Mapping):
            waiting += [((*path, e.key.text), e.value, e.key) for e in one.entries]
        elif isinstance(one, Sequence):
            waiting += [((*path, i), item, None) for i, item in enumerate(one.items)]
        else:
            yield path, one, key


def findings(text: str, shelf: Shelf) -> list[Issue]:
    """All that ``careway check`` finds in one definition."""
    one = compile_pathway(text, FILE, shelf)
    return [*one.issues, *(proof.issue for proof in prove(one, calendar()))]


def elsewhere(found: list[Issue], line: int) -> set[tuple[str, int, int, str]]:
    """What is found on other lines than this."""
    return {
        (issue.code, issue.place.line, issue.place.column, issue.message)
        for issue in found
        if issue.place.line != line
    }
