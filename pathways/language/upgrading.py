"""Bringing a definition to the newest version of the language, without touching its comments.

There is one version so far: what can be missing is the marker itself. When there is a second
one, its change of the text stands here, as an edit at places, and runs after this one.
"""

from __future__ import annotations

from msgspec import Struct

from pathways.language.issues import Issue, Place
from pathways.language.reading import read_yaml
from pathways.language.tree import Mapping, Node, Scalar

LATEST = 1
MARKER = f"language: {LATEST}"


class Upgraded(Struct, frozen=True):
    """``text`` is the same as before when nothing had to change; ``issues`` are why it could
    not be brought up to date, and then ``text`` is as it was."""

    text: str
    changes: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()


def upgrade(text: str, file: str) -> Upgraded:
    """``text`` in the newest version of the language. Everything else stays, to the letter."""
    root, issues = read_yaml(text, file)
    if root is None:
        return Upgraded(text, issues=tuple(issues))
    if not isinstance(root, Mapping):
        message = "A definition is a mapping: lines of the form `key: value`."
        return Upgraded(text, issues=(Issue("not-a-mapping", message, root.place),))
    version = root.get("language")
    if version is None:
        return Upgraded(_marked(text, root.place), (f'"{MARKER}" added.',))
    if isinstance(version, Scalar) and version.text == str(LATEST):
        return Upgraded(text)
    return Upgraded(text, issues=(_unknown(version),))


def _marked(text: str, first: Place) -> str:
    """The marker before the first key, with the line ends and indentation of the file."""
    lines = text.splitlines(keepends=True)
    line = lines[first.line - 1]
    start = first.column - 1 + (first.line == 1 and text.startswith("\ufeff"))
    if line[start : start + 1] == "{":
        rest = line[start + 1 :]
        comma = "" if rest.lstrip().startswith("}") else ","
        space = " " if comma and rest.strip() else ""
        lines[first.line - 1] = f"{line[: start + 1]}{MARKER}{comma}{space}{rest.lstrip(' ')}"
        return "".join(lines)
    end = "\r\n" if line.endswith("\r\n") else "\n"
    lines[first.line - 1] = f"{line[:start]}{MARKER}{end}{' ' * (first.column - 1)}{line[start:]}"
    return "".join(lines)


def _unknown(version: Node) -> Issue:
    place = version.place
    written = version.text if isinstance(version, Scalar) else "this"
    if written.isdigit() and int(written) > LATEST:
        message = f"This is written for language {written}; this Careway knows up to {LATEST}."
        return Issue("unknown-language", message, place, hint="Use a newer Careway.")
    message = f'"{written}" is not a version of the language.'
    return Issue("unknown-language", message, place, hint=f"Write {MARKER}.")
