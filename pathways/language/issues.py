"""Issues: what the checker has to say about a definition. Data, never exceptions."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from msgspec import Struct


class Place(Struct, frozen=True, order=True):
    """A place in a definition; ``line`` and ``column`` are 1-based, in characters."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Related(Struct, frozen=True):
    """Another place that belongs to an issue, usually the declaration of what was used."""

    place: Place
    message: str


class Issue(Struct, frozen=True):
    """A finding: what is wrong (``message``), where, and what to do about it (``hint``).

    ``code`` names the rule that was broken, is stable, and is the same wherever that rule
    applies. An issue of severity ``error`` keeps a definition from being compiled.
    """

    code: str
    message: str
    place: Place
    related: tuple[Related, ...] = ()
    hint: str = ""
    severity: Literal["error", "warning"] = "error"


def nearest(name: str, candidates: Iterable[str]) -> str:
    """The candidate that an author most likely meant by ``name``, or an empty string."""
    return _nearest(name, tuple(sorted(set(candidates))))


@lru_cache(maxsize=256)
def _nearest(name: str, known: tuple[str, ...]) -> str:
    """The same; kept, as a place and a remedy ask for it in turn."""
    folded = {candidate.casefold().replace("_", "-"): candidate for candidate in reversed(known)}
    wanted = name.casefold().replace("_", "-")
    if wanted in folded:
        return folded[wanted]
    close = difflib.get_close_matches(wanted, list(folded), n=1, cutoff=0.6)
    return folded[close[0]] if close else ""


def suggest(name: str, candidates: Iterable[str]) -> str:
    """A remedy for an unknown ``name``: the nearest candidate, or the few that there are."""
    known = sorted(set(candidates))
    meant = nearest(name, known)
    if meant:
        return f'Did you mean "{meant}"?'
    if 0 < len(known) <= 12:
        return f"Known here: {', '.join(known)}."
    return ""


def has_errors(issues: Iterable[Issue]) -> bool:
    """Whether any of the issues keeps the definition from being compiled."""
    return any(issue.severity == "error" for issue in issues)


def in_order(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """The issues by file, line and column, each said once."""
    unique = {(issue.place, issue.code, issue.message): issue for issue in issues}
    return tuple(unique[key] for key in sorted(unique))
