"""Findings: what intake has to say about a bundle, each with its place in the file."""

from __future__ import annotations

import json
import re
from bisect import bisect_right

from pathways.language.issues import Issue, Place

_SPACE = re.compile(r"[ \t\r\n]*")
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")

Path = tuple[str | int, ...]
"""Keys and indexes from the bundle down: ``("entry", 3, "resource", "code")``."""


class Finding(Issue, frozen=True):
    """An ``Issue`` about a bundle; ``path`` is the JSON path, as FHIR validators write it.

    ``error``: the bundle is refused. ``warning``: what the path names was left out, or an
    assumption was made, and the rest was read.
    """

    path: str = ""


class Places:
    """Finds lines and columns in a JSON text by path; each container is scanned once."""

    def __init__(self, file: str, text: str) -> None:
        """``text`` must be well-formed JSON."""
        self.file = file
        self.text = text
        self._skip = json.JSONDecoder().raw_decode
        self._children: dict[int, dict[str | int, int]] = {}
        self._lines = [0, *(newline.end() for newline in re.finditer("\n", text))]

    def at(self, path: Path) -> Place:
        """The place of the value at ``path``, or of the nearest value around it."""
        offset = self._space(0)
        for step in path:
            below = self._below(offset).get(step)
            if below is None:
                break
            offset = below
        line = bisect_right(self._lines, offset)
        return Place(self.file, line, offset - self._lines[line - 1] + 1)

    def _below(self, offset: int) -> dict[str | int, int]:
        if offset not in self._children:
            self._children[offset] = self._scan(offset)
        return self._children[offset]

    def _scan(self, offset: int) -> dict[str | int, int]:
        opening = self.text[offset]
        found: dict[str | int, int] = {}
        if opening not in "{[":
            return found
        closing = "}" if opening == "{" else "]"
        here = self._space(offset + 1)
        while self.text[here] != closing:
            key: str | int = len(found)
            if opening == "{":
                key, here = self._skip(self.text, here)
                here = self._space(self._space(here) + 1)  # over the colon
            found[key] = here
            here = self._space(self._skip(self.text, here)[1])
            if self.text[here] == ",":
                here = self._space(here + 1)
        return found

    def _space(self, offset: int) -> int:
        match = _SPACE.match(self.text, offset)
        return match.end() if match else offset


def place_of(file: str, text: str, offset: int) -> Place:
    """Line and column (1-based, in characters) of an offset into ``text``."""
    return Place(file, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def written(path: Path) -> str:
    """``("entry", 3, "resource")`` as ``Bundle.entry[3].resource``."""
    return "Bundle" + "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in path)


def path_from(text: str) -> Path:
    """The inverse of ``written``; the first name, the root's type, is dropped."""
    steps = [int(index) if index else name for name, index in _STEP.findall(text)]
    return tuple(steps[1:])


class Findings:
    """Collects what is found in one bundle."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.found: list[Finding] = []

    def refuse(self, code: str, path: Path, message: str, hint: str) -> None:
        """An error: the bundle cannot be taken in."""
        self.found.append(
            Finding(code, message, self.places.at(path), hint=hint, path=written(path))
        )

    def warn(self, code: str, path: Path, message: str, hint: str) -> None:
        """Something was left out or assumed."""
        self.found.append(
            Finding(
                code,
                message,
                self.places.at(path),
                hint=hint,
                severity="warning",
                path=written(path),
            )
        )
